"""What live plans change in others: a remark beside every answer from a plan that another one amends. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from bot.naming import short_title
from bot.plain import shorten
from bot.preview import day
from ingest.identity import amended_number
from plan.model import Citation, PlanVersion
from plan.text import fold, squeeze
from prompts import phrase

LENGTH = 300  # characters shown of a clause that changes what is cited


def amendment_notes(citations: Iterable[Citation], live: Sequence[PlanVersion], language: str) -> tuple[str, ...]:
    """A remark for each plan cited that another one amends, with the amendment's clauses that name what is cited."""
    amending = [(amended_number(plan.info), plan) for plan in live]
    amending = [(number, plan) for number, plan in amending if number]
    cited = list(citations) if amending else []
    by_id = {plan.plan_id: plan for plan in live} if cited else {}
    notes: list[str] = []
    for plan in (by_id[key] for key in dict.fromkeys(each.plan_id for each in cited) if key in by_id):
        for number, amendment in amending:
            if (number, fold(plan.info.place)) == (plan.info.number, fold(amendment.info.place)):
                names = {"plan": number, "by": short_title(amendment), "date": day(amendment.info.date)}
                notes.append(phrase(language, "bot.amended", **names))
                notes += _changes(amendment, [each for each in cited if each.plan_id == plan.plan_id], language)
    return tuple(notes)


def _changes(amendment: PlanVersion, cited: Sequence[Citation], language: str) -> Iterator[str]:
    places = [re.compile(rf"\b{re.escape(fold(each.words))}\b") for each in cited if each.words]
    for clause in amendment.clauses:
        told = squeeze(clause.span.of(amendment.text))
        if not clause.children and any(place.search(fold(told)) for place in places):
            yield phrase(language, "bot.amended_there", place=clause.words, quote=shorten(told, LENGTH))
