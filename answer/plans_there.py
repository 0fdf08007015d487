"""Which plans there are: 'có những kế hoạch nào', 'Đông Kiều có mấy kế hoạch', 'kế hoạch nào mới nhất'.

Told from the list of live plans. What asks anything more ("kế hoạch nào nói về rác") is none of these: it is read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from answer.asked import DATA
from answer.cite import cite_span
from answer.corpus import Corpus
from answer.sense import bare_words
from answer.several import bare_name
from answer.shelf import Shelf
from answer.wording import plan_name, shorten, vietnamese_date
from plan.listed import Named
from plan.model import Answer, Topic
from plan.patterns import patterns
from plan.text import fold, squeeze
from prompts import phrase
from vectorstore.plan_index import PlanCard
from vectorstore.search import WHOLE

SHOWN = 8  # plans told at once; more are counted
SUBJECT = 110  # characters told of what a plan is about
_SAID = {name: re.compile(rf"\b(?:{entries})\b") for name, entries in patterns(DATA / "plan_questions.txt").items()}


class Told(StrEnum):
    """What a question asks of the list of plans."""

    ALL = "all"
    NEWEST = "newest"


def asks_for_plans(question: str, places: Sequence[str]) -> Told | None:
    """What it asks of the list of plans, of these places if it names any; None where it asks anything more."""
    rest = bare_words(fold(question)).replace("'", " ")
    for name in {bare_name(place) for place in places} - {""}:
        rest = rest.replace(name, " ")
    for told in (Told.NEWEST, Told.ALL):
        found = _SAID["newest" if told is Told.NEWEST else "which"].search(rest)
        if found and not _SAID["around"].sub(" ", rest[: found.start()] + " " + rest[found.end() :]).strip():
            return told
    return None


def plans_answer(question: str, told: Told, mentioned: Sequence[PlanCard], corpus: Corpus, language: str) -> Answer:
    """Which plans there are, or the newest: of the place that is named, or all. Of one plan more may be asked."""
    plans = _newest_first(mentioned or corpus.library.listed.latest(WHOLE))
    places = {plan.info.place for plan in mentioned}
    place = places.pop() if len(places) == 1 else ""
    if told is Told.ALL:
        answer = _all(plans, len(mentioned) or corpus.count, place, language)
    else:
        answer = _newest(corpus[plans[0].plan_id, plans[0].version], plans[1:], language)
    one = plans[0].plan_id if told is Told.NEWEST or len(plans) == 1 else ""
    return replace(answer, topic=Topic(one, "", question)) if one else answer


def _newest_first(plans: Sequence[Named]) -> list[Named]:
    """By the day they were issued on, those without a day last."""
    return sorted(plans, key=lambda plan: plan.info.date or "", reverse=True)


def _all(plans: Sequence[Named], count: int, place: str, language: str) -> Answer:
    """How many there are, of a place or in all, and the first `plans` of these with day and subject."""
    key = "answer.plans_of_place" if place else "answer.plans_there"
    head = phrase(language, key, count=count, place=place[:1].upper() + place[1:])
    lines = [phrase(language, "answer.plan_line", plan=_told(plan, language)) for plan in plans[:SHOWN]]
    if count > len(lines):
        lines.append(phrase(language, "answer.plans_more", count=count - len(lines)))
    return Answer("\n".join((head, *lines)), (), False, "plans", language, head, lines=tuple(lines))


def _newest(newest: Shelf, others: Sequence[Named], language: str) -> Answer:
    """The plan that was issued last, with the line that gives its day, and those before it."""
    info = newest.version.info
    head = phrase(language, "answer.plans_newest", plan=_told(newest.version, language))
    lines = [phrase(language, "answer.plan_line", plan=_told(plan, language)) for plan in others[: SHOWN - 1]]
    told = (phrase(language, "answer.plans_before"), *lines) if lines else ()
    cited = tuple(cite_span(newest, span) for span in (info.date_line or info.title_line,) if span)
    plans = (newest.version.plan_id,)
    return Answer("\n".join((head, *told)), cited, False, "plans", language, head, (), plans, lines=told)


def _told(plan: Named, language: str) -> str:
    """'Kế hoạch 118/KH-UBND UBND xã Đông Kiều (22/4/2026): Thu gom rác …'."""
    info = plan.info
    day = f" ({vietnamese_date(info.date, language)})" if info.date else ""
    about = f": {shorten(squeeze(info.subject), SUBJECT)}" if info.subject else ""
    return f"{plan_name(plan)}{day}{about}"
