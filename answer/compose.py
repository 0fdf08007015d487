"""The message: first line the answer, then where it stands, then the clause. Plain text; channels dress it up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from answer.asked import FIELDS, Ask, in_order
from answer.candidates import CLOSE, FIELD_OF, Ranked, closeness, whole_text
from answer.cells import cells_asked, main_cell, others, told
from answer.checks import tells_output, tells_time
from answer.cite import LONGEST, cite, cite_passage, once
from answer.fields import FieldAnswer, answer_fields, best_line, rest_of, said_beside, values
from answer.people import person_told
from answer.pieces import told_piece
from answer.question import Question
from answer.shelf import Shelf
from answer.weighed import asked_kinds
from answer.wording import excerpt, one_line, place_line, readable, sentence, shorten, together
from plan.due import date_phrases
from plan.fields import field_line
from plan.model import Answer, Cell, Citation, ClauseKind, FieldValue, Span
from plan.passages import Line, Passage
from plan.text import fold, squeeze
from plan.units import find_units
from prompts import phrase

_OF_DAY = re.compile(r"(?:ngay|thu (?:hai|ba|tu|nam|sau|bay)|chu nhat)\b")
_DAY = re.compile(r"\b\d{1,2}\s*(?:[/.-]|thang)\s*\d{1,2}\b")
_MARK = re.compile(r"\A(?:[-+•–]\s*|[a-zđ]\)\s*|\d{1,2}(?:\.\d{1,2})*[.)]\s+|(?:STT|TT|Số TT): [\w.]+; )")
_BESIDE = frozenset({"when", "helper", "product"})  # asked for beside a person, it is told too
FIRST_LINE = 300  # characters of a line that is told whole, and not quoted once more
LEFT = 60  # characters of a line behind what was asked for that are told with it, and the line is not quoted
BEGINNING = 140  # characters of a line that is longer: all of it stands in the quote
LEAST_CELLS = 3  # a row with fewer named cells is read as it stands
QUOTE_ROOM = 860  # characters of quote in the whole text of an answer; chats show less
ALSO_SHARE = 0.12  # a second clause is shown when the ranking gives it at least this share and it is about the subject


def compose(question: Question, shelf: Shelf, ranked: Sequence[Ranked], language: str) -> Answer:
    """The answer from the best clause, with a second one where the ranking is in doubt."""
    best = _with_fields(question, shelf, ranked[0])
    fields = answer_fields(question, best, language)
    if fields and not (fields.said and all(_is_absent(best, ask) for ask in fields.missing)):
        fields = _with_time(question, best, fields)
    beside = said_beside(question, best, fields) if fields else ""
    person = None if _BESIDE.intersection(asked_kinds(question)) else person_told(question, best)
    if person:
        made: Answer | None = _from_text(question, shelf, best, language, *person)
    elif beside:
        made = _from_text(question, shelf, best, language, beside, best_line(question, best))
    else:
        made = _from_row(question, shelf, best, fields, language)
    if made is None and fields:
        made = _from_fields(question, shelf, best, fields, language)
    made = made or _from_labels(question, shelf, best, language) or _from_text(question, shelf, best, language)
    made = _with_day(question, made, best)
    return with_reading(_with_also(made, shelf, ranked, language), language)


def _with_fields(question: Question, shelf: Shelf, best: Ranked) -> Ranked:
    """Of a task too long for one passage the passage with the fields asked for, where the one found tells the rest."""
    wanted, passage = [ask for ask in FIELDS if ask in question.asks], best.hit.passage
    if not wanted or best.facts.assignments or _may_tell(wanted, passage.text):
        return best
    above = {clause.address for clause in shelf.tree.upwards(passage.address)}
    for other in shelf.passages:
        tasks = (a for a in shelf.facts[other.address].assignments if a.source == "lines" and a.clause in above)
        if any(all(values(task, ask) for ask in wanted) for task in tasks):
            hit = replace(best.hit, passage=other, best_line=other.lines[0])
            return replace(best, hit=hit, facts=shelf.facts[other.address], told=False, marks=())
    return best


def _may_tell(wanted: Sequence[Ask], text: str) -> bool:
    """Whether a text may say itself who or when."""
    return bool(find_units(text)) or (Ask.DEADLINE in wanted and tells_time(text))


def _with_day(question: Question, made: Answer, ranked: Ranked) -> Answer:
    """The day that only a heading above says, where a time is asked for: '10h45' stands under 'Ngày 16/7/2026'."""
    if "when" not in asked_kinds(question) or _DAY.search(fold(made.headline)):
        return made
    days = [head for head in ranked.hit.passage.path if _OF_DAY.match(fold(head)) and _DAY.search(fold(head))]
    if not days:
        return made
    head = f"{sentence(days[-1])}; {made.headline}"
    return replace(made, text=head + made.text.removeprefix(made.headline), headline=head)


def with_reading(made: Answer, language: str) -> Answer:
    """Under a quote from a badly read page what it most likely says, marked as a reading."""
    reading = made.citations[0].restored if made.citations else ""
    if not reading or reading[:40] in made.text:
        return made
    line = phrase(language, "answer.garbled", text=shorten(squeeze(reading), 300))
    return replace(made, text=f"{made.text}\n{line}")


def _from_fields(question: Question, shelf: Shelf, ranked: Ranked, fields: FieldAnswer, language: str) -> Answer:
    head, *further = together([f"{sentence(said).rstrip(' .;,')}." for said in fields.said])
    further += _missing(fields, language)
    spans = _proving(fields)
    proofs = [cite(shelf, ranked.hit.passage.address, span) for span in spans]
    whole = cite_passage(shelf, ranked.hit.passage, spans[0])
    quotes = [phrase(language, "answer.quote", quote=readable(c.quote)) for c in proofs[:3]]
    task = _task(question, ranked, fields, spans)
    rest = rest_of(ranked, fields.assignment, question.asks, language)
    body = [head, *further, place_line(language, shelf.version, proofs[0]), *quotes, *task, *rest]
    made = _answer(shelf, body, (*proofs[:2], whole, *proofs[2:]), "fields", head, language)
    return replace(made, lines=(*further, *task[:1], *rest))


def _proving(fields: FieldAnswer) -> list[Span]:
    """The lines that hold the values; of a duty first itself: that it is the unit's, its heading only names."""
    own = [fields.assignment.task.line] if fields.assignment.source == "duties" else []
    return list(dict.fromkeys([*own, *(proof.line for proof in fields.proofs)]))


def _label(language: str, ask: Ask) -> str:
    return phrase(language, f"reading.facet_{ask.value}").rstrip(": ").lower()


def _with_time(question: Question, ranked: Ranked, fields: FieldAnswer) -> FieldAnswer | None:
    """With the words of the clause that say when, where a field that was asked beside it is known: 'đơn vị nào xử lý
    hồ sơ tồn đọng, hạn khi nào?' of a unit's point; None where there are none."""
    line = best_line(question, ranked)
    told = _first_line(question, ranked, line)[0]
    if not fields.said or fields.missing != (Ask.DEADLINE,) or not date_phrases(told):
        return None
    proof = FieldValue(told, line.span, line.span)
    said = (told,) if fields.proofs and fields.proofs[0].value in told else (*fields.said, told)
    return replace(fields, said=said, proofs=(*fields.proofs, proof), missing=())


def _is_absent(ranked: Ranked, ask: Ask) -> bool:
    """Whether the clause surely does not state a field: neither the register nor its text has such a thing."""
    text = whole_text(ranked)
    match ask:
        case Ask.DEADLINE:
            return not tells_time(text)
        case Ask.PRODUCT:
            return not tells_output(text)
        case Ask.COORD:
            return "phoi hop" not in fold(text)
        case _:
            return False


def _from_row(
    question: Question, shelf: Shelf, ranked: Ranked, fields: FieldAnswer | None, language: str
) -> Answer | None:
    """From a table row the cells asked for, each under its column's own name, or the row column by column."""
    clause = shelf.tree.by_address[ranked.hit.passage.address]
    cells = [cell for cell in clause.cells if squeeze(cell.value)]
    if clause.kind is not ClauseKind.ROW or sum(bool(cell.column) for cell in cells) < LEAST_CELLS:
        return None
    asked, main = _asked_cells(question, ranked, cells, fields), main_cell(cells)
    if main is None or (fields and not asked):
        return None
    head, *further = together([sentence(told(cell)) for cell in asked], "; ") or [squeeze(main.value)]
    about = [shorten(squeeze(main.value), 220)] if asked and main not in asked else []
    further += _missing(fields, language)
    lines = [*about, *others(cells, *asked, main)]
    shown = [Span(cell.spans[0].start, cell.spans[-1].end) for cell in asked or [main] if cell.spans]
    focus = shown or [ranked.hit.best_line.span]
    whole, *rest = once([cite_passage(shelf, ranked.hit.passage, span) for span in focus])
    quote = phrase(language, "answer.quote", quote=excerpt(whole, "", QUOTE_ROOM).text)
    head = sentence(shorten(head, FIRST_LINE))
    body = [head, *further, place_line(language, shelf.version, whole), quote, *lines]
    made = _answer(shelf, body, (whole, *rest), "row", head, language)
    return replace(made, lines=(*further, *lines))


def _asked_cells(question: Question, ranked: Ranked, cells: Sequence[Cell], fields: FieldAnswer | None) -> list[Cell]:
    """The cells that hold the fields asked for, in the order of the question's fields, and what is asked beside."""
    proofs = fields.proofs if fields else ()
    holding = (cell for proof in proofs for cell in cells if any(span.overlap(proof.span) for span in cell.spans))
    return cells_asked(question, cells, list(dict.fromkeys(cell for cell in holding if cell.column)), ranked.marks)


def _missing(fields: FieldAnswer | None, language: str) -> list[str]:
    return [
        phrase(language, "reading.not_stated", what=_label(language, ask)) for ask in (fields.missing if fields else ())
    ]


def _task(question: Question, ranked: Ranked, fields: FieldAnswer, quoted: Sequence[Span]) -> list[str]:
    """What the task is, and the line of it that is closest to the question; a chat shows the first of them."""
    task, closest = squeeze(fields.assignment.task.value), best_line(question, ranked)
    shown = [] if fields.assignment.task.line in quoted else [shorten(task, 220)]
    known = any(closest.span.overlap(span) for span in (*quoted, fields.assignment.task.line))
    known = known or field_line(_MARK.sub("", squeeze(closest.text), count=1)) is not None
    return shown if known else [*shown, shorten(squeeze(closest.text), 420)]


def _from_labels(question: Question, shelf: Shelf, ranked: Ranked, language: str) -> Answer | None:
    """The lines of the clause that bear the labels asked for ("Đơn vị chủ trì: …"), where each label stands once."""
    wanted = [FIELD_OF[ask] for ask in in_order(question.search) if ask in question.asks]
    labelled = [(field_line(_MARK.sub("", squeeze(line.text), count=1)), line) for line in ranked.hit.passage.lines]
    found = [[line for label, line in labelled if label and label[0] is field] for field in wanted]
    if not found or any(len(lines) != 1 for lines in found):
        return None
    proofs = [line for [line] in found]
    head, *further = together([_headline(line)[0] for line in proofs], "; ")
    whole, *rest = once([cite_passage(shelf, ranked.hit.passage, line.span) for line in proofs])
    shown = excerpt(whole, "\n".join((head, *further)), QUOTE_ROOM).text
    quote = [phrase(language, "answer.quote", quote=shown)] if shown else []
    body = [head, *further, place_line(language, shelf.version, whole), *quote]
    return replace(_answer(shelf, body, (whole, *rest), "fields", head, language), lines=tuple(further))


def _from_text(
    question: Question, shelf: Shelf, ranked: Ranked, language: str, part: str = "", line: Line | None = None
) -> Answer:
    line = line or _leading(question, shelf, ranked)
    head, full = (_bare(part), False) if part else _first_line(question, ranked, line)
    whole = _cited(shelf, ranked.hit.passage, line)
    shown = excerpt(whole, head if full else "", QUOTE_ROOM).text
    quote = [phrase(language, "answer.quote", quote=shown)] if shown else []
    body = [head, place_line(language, shelf.version, whole), *quote]
    return _answer(shelf, body, (whole,), "text", head, language)


def _leading(question: Question, shelf: Shelf, ranked: Ranked) -> Line:
    """The line to lead with. Where that is a field that nobody asked for, the sentence above the fields may be it:
    'a) Vận hành xe sách, dừng tại chợ Vòng từ 15 giờ' over '- Đơn vị chủ trì: …'."""
    line = best_line(question, ranked)
    label = field_line(_MARK.sub("", squeeze(line.text), count=1))
    heading = _heading(shelf, ranked.hit.passage) if label and not question.asks & set(FIELDS) else None
    return best_line(question, ranked, heading) if heading and not question.english else line


def _heading(shelf: Shelf, passage: Passage) -> Line | None:
    """The clause's own first line, where the passage is what stands below it."""
    tree = shelf.tree
    leaf = next((c for c in tree.children(tree.by_address[passage.address]) if c.kind is ClauseKind.HEADING), None)
    return Line(one_line(leaf.span.of(shelf.version.text)), leaf.span) if leaf else None


def _cited(shelf: Shelf, passage: Passage, line: Line) -> Citation:
    """The passage with a line marked, from its heading on where that is the line."""
    span = Span(line.span.start, passage.span.end)
    if line.span.start >= passage.span.start:
        return cite_passage(shelf, passage, line.span)
    if span.end - span.start > LONGEST:
        return cite(shelf, passage.address, line.span)
    return replace(cite(shelf, passage.address, span), marks=((line.span.start, line.span.end),))


def _first_line(question: Question, ranked: Ranked, line: Line) -> tuple[str, bool]:
    """Of the line the part that was asked for, or all of it; and whether it is all."""
    text = _MARK.sub("", squeeze(line.text), count=1)
    part = told_piece(question, text, ranked.marks)
    left = text.removeprefix(part) if text.startswith(part) else ""
    if part == text or (len(left) <= LEFT and re.search(r"\w", left)):
        return _headline(line)
    return _bare(part), False


def _bare(part: str) -> str:
    return sentence(shorten(_MARK.sub("", part, count=1), FIRST_LINE).rstrip(" ;,"))


def _headline(line: Line) -> tuple[str, bool]:
    """The line itself, without its mark, or where it is too long its beginning; and whether it is all of it."""
    text = _MARK.sub("", squeeze(line.text), count=1).rstrip(" ;,")
    if len(text) <= FIRST_LINE:
        return sentence(text), True
    return sentence(shorten(text, BEGINNING)), False


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
    return replace(made, text="\n".join(lines), citations=kept)


def _front(found: list[Citation], own: int) -> list[Citation]:
    """The second clause stands among the first three, before further lines of the first."""
    return [*found[: min(own, 2)], *found[own:], *found[min(own, 2) : own]]


def _answer(
    shelf: Shelf, body: list[str], citations: Sequence[Citation], reason: str, head: str, language: str
) -> Answer:
    unique = tuple(dict.fromkeys(citations))
    return Answer("\n".join(body), unique, False, reason, language, head, (), (shelf.version.plan_id,))
