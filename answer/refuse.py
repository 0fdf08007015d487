"""Saying that the plan does not say: clearly, with what was searched and what is near, if anything is."""

from __future__ import annotations

from collections.abc import Sequence

from answer.asked import Ask
from answer.blank import Blank, blank_asked
from answer.candidates import CLOSE, Ranked, closeness
from answer.checks import foreign, on_subject
from answer.cite import cite, cite_passage
from answer.corpus import Searched
from answer.question import Question
from answer.shelf import Shelf
from answer.wanted import DECISIVE, Want, holds
from answer.wording import one_line, place_line, place_name, plan_name, sentence, shorten
from plan.model import Answer, Citation
from plan.text import fold
from plan.units import find_units, unit_name
from prompts import phrase

NEAREST = 2
LEAST_SHARE = 0.025  # of the reader's chances: what it gives less is not shown as near
DOUBTED = 420  # characters of the line that is shown as a candidate
_FIELDS = {Ask.COORD: "coordinating", Ask.DEADLINE: "deadline", Ask.PRODUCT: "product"}


def refuse(
    question: Question,
    searched: Searched,
    ranked: Sequence[tuple[Shelf, Ranked]],
    language: str,
    reason: str = "",
) -> Answer:
    """The refusal. `ranked` are the best clauses there are, best first; those that are near are shown."""
    blank = blank_asked(question, ranked[0][0], ranked[0][1].hit.passage) if ranked and searched.count == 1 else None
    why, head = _why(question, searched, ranked, language, reason)
    if blank:
        why, head = "blank_cell", phrase(language, "answer.refused_blank", column=blank.column, row=blank.row)
    names = "; ".join(plan_name(shelf.version) for shelf in searched.shelves)
    unnamed = searched.count - len(searched.shelves)
    key = "answer.searched_more" if unnamed > 0 else "answer.searched"
    lines = [head, phrase(language, key, plans=names, count=unnamed)]
    nearest = _of_blank(ranked[0][0], blank) if blank else []
    lines += [phrase(language, "answer.quote", quote=shorten(one_line(each.quote), 220)) for each in nearest]
    for shelf, found in ranked[: 0 if blank else NEAREST]:
        if not is_near(question, found, why) or foreign(question, shelf, found):
            continue
        citation = cite_passage(shelf, found.hit.passage, found.hit.best_line.span)
        nearest.append(citation)
        quote = shorten(one_line(found.hit.best_line.span.of(shelf.version.text)), 220)
        words = f"{citation.words}, {place_name(shelf.version)}" if searched.count > 1 else citation.words
        lines.append(phrase(language, "answer.nearest", words=sentence(words), quote=quote))
    return Answer(
        "\n".join(lines), (), True, why, language, head, tuple(nearest), searched.ids, lines=tuple(lines[1:2])
    )


def _of_blank(shelf: Shelf, blank: Blank) -> list[Citation]:
    """What the plan says of such blanks, else the row."""
    if blank.remark:
        return [cite_passage(shelf, blank.remark[0], blank.remark[1].span)]
    return [cite(shelf, blank.clause.address, blank.clause.span)]


def no_question(reason: str, language: str) -> Answer:
    """Where nothing was asked that a plan could answer: what was typed is no question, or there is no plan."""
    told = phrase(language, f"answer.{reason}")
    return Answer(told, refused=True, reason=reason, language=language, headline=told)


def is_near(question: Question, found: Ranked, why: str = "") -> bool:
    """Whether a clause is near enough to be shown: one that only is the best of what is there says nothing."""
    if why in ("unit", "address"):
        return False  # nothing can be near a body or a place that the plan does not have
    if why == "unit_tasks":
        return bool(question.units & found.facts.units)
    return question.reference.exact or (closeness([found]) >= CLOSE and found.share >= LEAST_SHARE)


def doubt(question: Question, searched: Searched, ranked: Sequence[tuple[Shelf, Ranked]], language: str) -> Answer:
    """Not sure: the clause that may answer, shown as no more than that. Counts as refused."""
    head = phrase(language, "answer.unsure")
    shelf, best = ranked[0]
    citation = cite_passage(shelf, best.hit.passage, best.hit.best_line.span)
    quote = shorten(one_line(best.hit.best_line.span.of(shelf.version.text)), DOUBTED)
    lines = [head, place_line(language, shelf.version, citation), phrase(language, "answer.quote", quote=quote)]
    return Answer("\n".join(lines), (), True, "unsure", language, head, (citation,), searched.ids, sure=False)


def _why(
    question: Question, searched: Searched, ranked: Sequence[tuple[Shelf, Ranked]], language: str, reason: str
) -> tuple[str, str]:
    if searched.count > 1:
        return "not_said", phrase(language, "answer.refused_many", count=searched.count)
    if reason in ("unit", "unit_tasks"):
        key = "answer.refused_unit" if reason == "unit" else "answer.refused_unit_tasks"
        return reason, phrase(language, key, unit=_unit(question))
    if reason == "address":
        return reason, phrase(language, "answer.refused_address")
    unknown = next((body for body in question.bodies if body not in searched.shelves[0].folded), "")
    if unknown:
        return "unit", phrase(language, "answer.refused_unit", unit=_as_typed(question.text, unknown))
    near = [each for each in ranked[:1] if is_near(question, each[1], "value") and on_subject(question, each[1])]
    missing = _missing(question, near) if near else ""
    if missing:
        return "value", phrase(language, "answer.refused_value", what=phrase(language, f"answer.{missing}"))
    return "not_said", phrase(language, "answer.refused")


def _as_typed(text: str, folded: str) -> str:
    at = fold(text).find(folded)
    return text[at : at + len(folded)] if at >= 0 else folded


def _unit(question: Question) -> str:
    mentions = find_units(question.text)
    if mentions and len(question.text[mentions[0].start : mentions[0].end]) > 6 and not question.plain:
        return question.text[mentions[0].start : mentions[0].end]
    return unit_name(mentions[0].unit) if mentions else ""


def _missing(question: Question, ranked: Sequence[tuple[Shelf, Ranked]]) -> str:
    """The kind of value or field that the nearest clause lacks."""
    text = ranked[0][1].hit.passage.text
    first_the_decisive = sorted(Want, key=lambda want: want not in DECISIVE)
    lacking = next((want for want in first_the_decisive if want in question.wants and not holds(want, text)), None)
    if lacking:
        return f"want_{lacking}"
    tasks = ranked[0][1].facts.assignments
    asked = (name for ask, name in _FIELDS.items() if ask in question.asks)
    absent = next((name for name in asked if tasks and not any(getattr(task, name) for task in tasks)), "")
    return f"want_{absent}" if absent else ""
