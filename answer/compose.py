"""The message: first line the answer, then where it stands, then the clause. Plain text; channels dress it up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from answer.cite import cite, cite_passage
from answer.fields import FieldAnswer, answer_fields, rest_of
from answer.lines import best_line
from answer.question import Question
from answer.rank import CLOSE, Ranked, closeness
from answer.shelf import Shelf
from answer.wording import one_line, place_line, readable, sentence, shorten
from plan.fields import field_line
from plan.model import Answer, Citation, Span
from plan.passages import Line
from plan.text import squeeze
from prompts import phrase

_MARK = re.compile(r"\A(?:[-+•–]\s*|[a-zđ]\)\s*|\d{1,2}(?:\.\d{1,2})*[.)]\s+|(?:STT|TT|Số TT): [\w.]+; )")
QUOTE_ROOM = 860  # characters of quote in a message: with headline and place it fits one phone screen
ALSO_SHARE = 0.12  # a second clause is shown when the ranking gives it at least this share and it is about the subject


def compose(question: Question, shelf: Shelf, ranked: Sequence[Ranked], language: str) -> Answer:
    """The answer from the best clause, with a second one where the ranking is in doubt."""
    fields = answer_fields(question, ranked[0], language)
    if fields and fields.said and not fields.missing:
        made = _from_fields(question, shelf, ranked[0], fields, language)
    else:
        made = _from_text(question, shelf, ranked[0], language)
    return _with_reading(_with_also(made, shelf, ranked, language), language)


def _with_reading(made: Answer, language: str) -> Answer:
    """Under a quote from a badly read page what it most likely says, marked as a reading."""
    reading = made.citations[0].restored if made.citations else ""
    if not reading or reading[:40] in made.text:
        return made
    line = phrase(language, "answer.garbled", text=shorten(squeeze(reading), 300))
    return replace(made, text=f"{made.text}\n{line}")


def _from_fields(question: Question, shelf: Shelf, ranked: Ranked, fields: FieldAnswer, language: str) -> Answer:
    head = sentence("; ".join(fields.said)) + "."
    lines = list(dict.fromkeys(proof.line for proof in fields.proofs))
    proofs = [cite(shelf, ranked.hit.passage.address, line) for line in lines]
    whole = cite_passage(shelf, ranked.hit.passage, lines[0])
    quotes = [phrase(language, "answer.quote", quote=readable(c.quote)) for c in proofs[:3]]
    body = [head, place_line(language, shelf.version, proofs[0]), *quotes, *_task(question, ranked, fields, lines)]
    body += rest_of(fields.assignment, question.asks, language)
    return _answer(shelf, body, (*proofs[:2], whole, *proofs[2:]), "fields", head, language)


def _task(question: Question, ranked: Ranked, fields: FieldAnswer, quoted: Sequence[Span]) -> list[str]:
    """What the task is, and the line of it that is closest to the question."""
    task, closest = squeeze(fields.assignment.task.value), best_line(question, ranked)
    shown = [] if fields.assignment.task.line in quoted else [shorten(task, 220)]
    told = any(closest.span.overlap(span) for span in (*quoted, fields.assignment.task.line))
    told = told or field_line(_MARK.sub("", squeeze(closest.text), count=1)) is not None
    return shown if told else [*shown, shorten(squeeze(closest.text), 420)]


def _from_text(question: Question, shelf: Shelf, ranked: Ranked, language: str) -> Answer:
    passage, line = ranked.hit.passage, best_line(question, ranked)
    head = sentence(_headline(line))
    whole = cite_passage(shelf, passage, line.span)
    shown = _window(shelf, ranked, line)
    body = [head, place_line(language, shelf.version, whole), phrase(language, "answer.quote", quote=shown)]
    exact = cite(shelf, passage.address, line.span)
    order = (whole, exact) if whole.end - whole.start <= 700 else (exact, whole)
    return _answer(shelf, body, order, "text", head, language)


def _headline(line: Line) -> str:
    """The line itself, without its mark, short enough for a first line."""
    return shorten(_MARK.sub("", squeeze(line.text), count=1), 240)


def _window(shelf: Shelf, ranked: Ranked, focus: Line) -> str:
    """As much of the passage as fits, the heading cut first, always with the focus."""
    passage = ranked.hit.passage
    text = readable(passage.span.of(shelf.version.text))
    if len(text) <= QUOTE_ROOM:
        return text
    lines = list(passage.lines)
    if not lines:
        return shorten(text, QUOTE_ROOM)
    at = lines.index(focus) if focus in lines else 0
    first = last = at
    while True:
        size = lines[last].span.end - lines[first].span.start
        if last + 1 < len(lines) and size + len(lines[last + 1].text) < QUOTE_ROOM:
            last += 1
        elif first > 0 and size + len(lines[first - 1].text) < QUOTE_ROOM:
            first -= 1
        else:
            break
    shown = readable(Span(lines[first].span.start, lines[last].span.end).of(shelf.version.text))
    cut = shorten(shown, QUOTE_ROOM + 120)
    return f"{'… ' if first else ''}{cut}{' …' if last + 1 < len(lines) and not cut.endswith('…') else ''}"


def _with_also(made: Answer, shelf: Shelf, ranked: Sequence[Ranked], language: str) -> Answer:
    others = [r for r in ranked[1:3] if r.share >= ALSO_SHARE and closeness([r]) >= CLOSE]
    if not others:
        return made
    lines, found = [made.text], list(made.citations)
    for other in others:
        citation = cite_passage(shelf, other.hit.passage, other.hit.best_line.span)
        room = 1150 - len("\n".join(lines))
        if room > 90:
            quote = shorten(one_line(other.hit.best_line.span.of(shelf.version.text)), room - 60)
            lines.append(phrase(language, "answer.also", words=sentence(citation.words), quote=quote))
        found.append(citation)
    kept = tuple(dict.fromkeys(_front(found, len(made.citations))))
    return Answer("\n".join(lines), kept, False, made.reason, language, made.headline, (), made.plans)


def _front(found: list[Citation], own: int) -> list[Citation]:
    """The second clause stands among the first three, before further lines of the first."""
    return [*found[: min(own, 2)], *found[own:], *found[min(own, 2) : own]]


def _answer(
    shelf: Shelf, body: list[str], citations: Sequence[Citation], reason: str, head: str, language: str
) -> Answer:
    unique = tuple(dict.fromkeys(citations))
    return Answer("\n".join(body), unique, False, reason, language, head, (), (shelf.version.plan_id,))
