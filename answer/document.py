"""Answers about the document itself: its number, date, signer, recipients, subject. Blanks are facts, told as such."""

from __future__ import annotations

from answer.asked import DOC_INFO, Ask
from answer.cite import cite
from answer.question import Question
from answer.shelf import Shelf
from answer.wording import place_line, readable, vietnamese_date
from plan.model import Answer, Citation, ClauseKind, Span
from plan.text import squeeze
from prompts import phrase


def answer_document(question: Question, shelf: Shelf, language: str) -> Answer | None:
    """The answer when the question is about the document alone, else None."""
    wanted = [ask for ask in Ask if ask in question.asks & DOC_INFO]
    if not wanted:
        return None
    parts = [_part(ask, shelf, language) for ask in wanted]
    blank = all(citation_missing for _, _, citation_missing in parts)
    citations = tuple(dict.fromkeys(c for _, found, _ in parts for c in found))
    head, *further = (text for text, _, _ in parts)
    lines = [head, *further, *(line for c in citations[:2] for line in _proof(language, shelf, c))]
    return Answer(
        "\n".join(lines),
        () if blank else citations,
        refused=blank,
        reason="blank" if blank else "document",
        language=language,
        headline=head,
        nearest=citations if blank else (),
        plans=(shelf.version.plan_id,),
        lines=tuple(further),
    )


def _proof(language: str, shelf: Shelf, citation: Citation) -> list[str]:
    return [
        place_line(language, shelf.version, citation),
        phrase(language, "answer.quote", quote=readable(citation.quote)),
    ]


def _part(ask: Ask, shelf: Shelf, language: str) -> tuple[str, list[Citation], bool]:
    """Words, citations, and whether the plan leaves it blank."""
    info = shelf.version.info
    match ask:
        case Ask.NUMBER:
            return _value(shelf, language, "number", info.number, info.number_line)
        case Ask.DATE:
            day = vietnamese_date(info.date, language) if info.date else ""
            return _value(shelf, language, "date", day, info.date_line)
        case Ask.SIGNER:
            return _value(
                shelf,
                language,
                "signer",
                ", ".join(filter(None, (info.signer, info.signer_title))),
                _signer_span(shelf),
            )
        case Ask.RECIPIENTS:
            names = "; ".join(squeeze(span.of(shelf.version.text)).strip("-;. ") for span in info.recipients)
            closing = next((c for c in shelf.tree.roots if c.kind is ClauseKind.CLOSING), None)
            return _value(shelf, language, "recipients", names, closing.span if closing else None)
        case _:
            return _value(shelf, language, "subject", info.title if info.subject else "", info.title_line)


def _signer_span(shelf: Shelf) -> Span | None:
    info = shelf.version.info
    if info.signer_line:
        return info.signer_line
    at = shelf.version.text.find(info.signer) if info.signer else -1
    return Span(at, at + len(info.signer)) if at >= 0 else None


def _value(shelf: Shelf, language: str, key: str, value: str, span: Span | None) -> tuple[str, list[Citation], bool]:
    found = [_cite_span(shelf, span)] if span else []
    if value and found:
        return phrase(language, f"answer.{key}", value=value), found, False
    if key in ("number", "date"):
        return phrase(language, f"answer.{key}_{'blank' if span else 'absent'}"), found, True
    return phrase(language, "answer.signer_absent" if key == "signer" else "answer.refused"), found, True


def _cite_span(shelf: Shelf, span: Span) -> Citation:
    leaf = shelf.tree.at(span.start)
    top = next(c for c in shelf.tree.roots if c.span.start <= span.start < c.span.end)
    return cite(shelf, leaf.address if leaf and leaf.span.end >= span.end else top.address, Span(span.start, span.end))
