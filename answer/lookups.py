"""Look-ups that need no reading: number, date, issuer, signer, recipients of a document and a place that is named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from answer.asked import DOC_INFO, FIELDS, Ask, about_document
from answer.cite import LONGEST, cite, cite_span
from answer.corpus import Corpus
from answer.duties import about_all, answer_duties, may_be_about_all
from answer.fields import values
from answer.question import Question
from answer.sense import content
from answer.shelf import Shelf
from answer.wording import (
    excerpt,
    one_line,
    place_line,
    place_name,
    readable,
    sentence,
    shorten,
    together,
    vietnamese_date,
)
from plan.model import Answer, Citation, Clause, ClauseKind, Span, Topic
from plan.references import matches
from plan.text import SENT_TO, fold, squeeze
from prompts import phrase


def may_be_ready(question: Question) -> bool:
    """Whether it may be answered without a search, by what a plan has."""
    return (about_document(question.asks) and not question.reference) or may_be_about_all(question)


def ready_answer(question: Question, shelf: Shelf, language: str) -> Answer | None:
    """What needs no search: facts of the document itself, and everything a unit has to do."""
    if about_document(question.asks) and not question.reference:
        return answer_document(question, shelf, language)
    if may_be_about_all(question) and about_all(question, shelf):
        answers = (answer_duties(question, shelf, unit, language) for unit in question.in_order)
        return next(filter(None, answers), None)
    return None


def answer_document(question: Question, shelf: Shelf, language: str) -> Answer | None:
    """The answer when the question is about the document alone, else None."""
    wanted = [ask for ask in Ask if ask in question.asks & DOC_INFO]
    if not wanted:
        return None
    parts = [_part(ask, shelf, language) for ask in wanted]
    blank = all(citation_missing for _, _, citation_missing in parts)
    citations = tuple(dict.fromkeys(c for _, found, _ in parts for c in found))
    head, *further = together([text for text, _, _ in parts], "; ")
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
            return _recipients(shelf, language)
        case Ask.ISSUER if info.issuer:
            return _value(shelf, language, "issuer", info.body, _issuer_span(shelf) or info.title_line)
        case _:
            return _value(shelf, language, "subject", info.title if info.subject else "", info.title_line)


def _signer_span(shelf: Shelf) -> Span | None:
    info = shelf.version.info
    if info.signer_line:
        return info.signer_line
    at = shelf.version.text.find(info.signer) if info.signer else -1
    return Span(at, at + len(info.signer)) if at >= 0 else None


def _recipients(shelf: Shelf, language: str) -> tuple[str, list[Citation], bool]:
    """Those named at the foot, before them those that a letter is sent to, each with where they stand."""
    spans = shelf.version.info.recipients
    closing = next((c.span for c in shelf.tree.roots if c.kind is ClauseKind.CLOSING), None)
    names = "; ".join(squeeze(SENT_TO.sub("", span.of(shelf.version.text))).strip("-;,. ") for span in spans)
    head = [span for span in spans if closing is None or span.end <= closing.start]
    places = [*([Span(head[0].start, head[-1].end)] if head else []), *([closing] if closing else [])]
    text, _, missing = _value(shelf, language, "recipients", names, places[0] if places else None)
    return text, [cite_span(shelf, span) for span in places], missing


def _issuer_span(shelf: Shelf) -> Span | None:
    """The line of the letterhead that has most words of the issuer's name."""
    head = [root for root in shelf.tree.roots if root.kind is ClauseKind.LETTERHEAD]
    name = set(fold(shelf.version.info.body).split())
    lines = [leaf for root in head for leaf in shelf.tree.leaves(root)]
    best = max(lines, key=lambda leaf: len(name & set(fold(shelf.tree.clean(leaf)).split())), default=None)
    return best.span if best else None


def _value(shelf: Shelf, language: str, key: str, value: str, span: Span | None) -> tuple[str, list[Citation], bool]:
    found = [cite_span(shelf, span)] if span else []
    if value and found:
        return phrase(language, f"answer.{key}", value=value), found, False
    if key in ("number", "date"):
        return phrase(language, f"answer.{key}_{'blank' if span else 'absent'}"), found, True
    return phrase(language, "answer.signer_absent" if key == "signer" else "answer.refused"), found, True


MOST = 8  # places offered at once; more are counted
FIRST_LINE = 240  # characters
BEGINNING = 140  # characters of a line that is longer: all of it stands in the quote
QUOTE_ROOM = 860
INSIDE = 10  # clauses named of a place that is too long to be quoted whole

Place = tuple[Shelf, Clause]


def only_a_place(question: Question) -> bool:
    """Whether nothing is asked about but a place, or a field of the task that stands there."""
    return bool(question.reference) and not content(question.search) and not question.units


def places_in(question: Question, shelf: Shelf) -> list[Clause]:
    """The clauses that bear the address named, the uppermost alone; where a field is asked for, those that have it."""
    tree, reference = shelf.tree, question.reference
    there = [clause for clause in tree.clauses if matches(tree, clause, reference)]
    inside = {clause.address for clause in there}
    tops = [clause for clause in there if clause.parent not in inside]
    fields = [ask for ask in FIELDS if ask in question.asks]
    having = [a.clause for a in shelf.version.assignments if fields and all(values(a, ask) for ask in fields)]
    stating = [top for top in tops if any(_holds(shelf, top, address) for address in having)]
    return stating or tops


def _holds(shelf: Shelf, top: Clause, address: str) -> bool:
    clause = shelf.tree.by_address[address]
    return top is clause or top in shelf.tree.ancestors(clause)


def choice(places: Sequence[Place], language: str) -> Answer:
    """Several places bear the address, in one plan or in several: each with how it begins, to choose from."""
    plans = tuple(dict.fromkeys(shelf.version.plan_id for shelf, _ in places))
    key = "answer.which_of_plans" if len(plans) > 1 else "answer.which_place"
    head = phrase(language, key, count=len(plans) if len(plans) > 1 else len(places))
    shown = places[:MOST]
    cited = tuple(_cited(shelf, clause) for shelf, clause in shown)
    lines = [_line(shelf, clause, len(plans) > 1) for shelf, clause in shown]
    if len(places) > MOST:
        lines.append(phrase(language, "answer.more_places", count=len(places) - MOST))
    text = "\n".join((head, *lines))
    others = tuple(dict.fromkeys(shelf.version.plan_id for shelf, _ in shown)) if len(plans) > 1 else ()
    return Answer(text, cited, False, "which_place", language, head, (), plans, lines=tuple(lines), others=others)


def told(shelf: Shelf, clause: Clause, language: str) -> Answer:
    """The one clause that bears the address: its first line, then all of it, or what stands in it where it is long."""
    head = _begins(shelf, clause)
    whole = _cited(shelf, clause)
    inside = _inside(shelf, clause) if clause.span.end - clause.span.start > LONGEST else []
    quote = "" if inside else excerpt(whole, head, QUOTE_ROOM).text
    quoted = [phrase(language, "answer.quote", quote=quote)] if quote else []
    body = [head, *inside, place_line(language, shelf.version, whole), *quoted]
    plans = (shelf.version.plan_id,)
    return Answer("\n".join(body), (whole,), False, "place", language, head, (), plans, lines=tuple(inside))


def source(corpus: Corpus, topic: Topic, language: str) -> Answer | None:
    """The clause that the answer before stands in; None where it stood in none, or its plan has been taken out."""
    live = corpus.library.lookup.live(topic.plan_id) if topic.clause else None
    clause = corpus[live].tree.by_address.get(topic.clause) if live else None
    return replace(told(corpus[live], clause, language), topic=topic) if live and clause else None


def _line(shelf: Shelf, clause: Clause, several: bool) -> str:
    plan = f"{sentence(place_name(shelf.version))} – " if several else ""
    return f"• {plan}{sentence(clause.words or clause.label)}: {shorten(_begins(shelf, clause), 140)}"


def _begins(shelf: Shelf, clause: Clause) -> str:
    """Its heading, or its first line."""
    line = squeeze(readable(clause.span.of(shelf.version.text)).partition("\n")[0])
    told = squeeze(clause.heading) or line
    return sentence(told if len(told) <= FIRST_LINE else shorten(told, BEGINNING))


def _inside(shelf: Shelf, clause: Clause) -> list[str]:
    """How each clause in it begins."""
    below = [child for child in shelf.tree.children(clause) if child.kind is not ClauseKind.HEADING]
    lines = [f"• {shorten(one_line(child.span.of(shelf.version.text)), 140)}" for child in below]
    return [*lines[:INSIDE], *(["…"] if len(lines) > INSIDE else [])]


def _cited(shelf: Shelf, clause: Clause) -> Citation:
    """The clause from its first character on, to the end of a line where all of it is too long."""
    text, span = shelf.version.text, clause.span
    if span.end - span.start <= LONGEST:
        return cite(shelf, clause.address, span)
    end = text.rfind("\n", span.start, span.start + LONGEST)
    return cite(shelf, clause.address, Span(span.start, end if end > span.start else span.start + LONGEST))
