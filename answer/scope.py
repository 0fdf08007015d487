"""Which plans a question is about: the place or number it names; otherwise all of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from answer.asked import PATTERNS
from answer.question import without_place
from plan.text import fold
from vectorstore.plan_index import PlanCard, Scope


@dataclass(frozen=True)
class Reach:
    """The plans a question is asked over: which ones, or None for all of more than can be gone through."""

    scopes: tuple[Scope, ...] | None
    count: int
    everything: bool  # these are all plans there are

    @property
    def only(self) -> Scope | None:
        """The plan, where it is a single one."""
        return self.scopes[0] if self.scopes and self.count == 1 else None


_KIND = re.compile(r"^(?:phuong|xa|thi tran|dac khu|thi xa)\s+")


def named(question: str, plans: Sequence[PlanCard]) -> list[PlanCard]:
    """Those of the plans whose place or number the question names, accents or not."""
    folded = re.sub(r"\s+", " ", fold(question))
    by_place = [plan for plan in plans if _says_place(folded, plan)]
    if by_place:
        return _by_subject(folded, by_place)
    return [plan for plan in plans if _says_number(folded, plan)]


def _says_place(folded: str, plan: PlanCard) -> bool:
    place = fold(plan.info.place)
    name = _KIND.sub("", place)
    if not name:
        return False
    pattern = rf"(?<!\w){re.escape(name)}(?!\w)" if " " in name else rf"(?<!\w){re.escape(place)}(?!\w)"
    return bool(re.search(pattern, folded))


def _by_subject(folded: str, plans: list[PlanCard]) -> list[PlanCard]:
    """Several plans of one place: those whose subject shares most words with the question, when one clearly does."""
    if len({fold(plan.info.place) for plan in plans}) > 1 or len(plans) < 2:
        return plans
    shared = [_shared(folded, plan) for plan in plans]
    best = max(shared)
    return [plans[shared.index(best)]] if best >= 2 and shared.count(best) == 1 else plans


def _shared(folded: str, plan: PlanCard) -> int:
    subject = set(re.findall(r"[^\W\d]{2,}", fold(plan.info.subject)))
    return len(subject & set(re.findall(r"[^\W\d]{2,}", folded)))


def _says_number(folded: str, plan: PlanCard) -> bool:
    number = fold(plan.info.number)
    digits = number.split("/")[0]
    return bool(number) and (
        number in folded or bool(re.search(rf"(?:kh|ke hoach|plan)(?: so| no\.?)? ?0*{digits}(?!\d|/\d)", folded))
    )


def compares(question: str) -> bool:
    """Asks which plans, or asks about several."""
    return bool(PATTERNS["compares"].search(fold(question)))


def wants_each(question: str) -> bool:
    """Asks what every plan says, not which of them do."""
    return bool(PATTERNS["each"].search(fold(question)))


_COMPARING = re.compile(r"\A\W*(?:hãy )?(?:so sánh|so giúp(?: tôi)?|compare)\s+(?:giữa |the )?", re.IGNORECASE)
_LEFT_OVER = re.compile(r"(?:\s+(?:của|giữa|ở|tại|cho|và|với|hay|of|in|for|between|and))+\W*\Z", re.IGNORECASE)


def of_one(question: str, places: Sequence[str]) -> str:
    """What is asked of each of several plans: without their places and without the word that compares them.

    'So sánh tổng kinh phí của Hạ Vân và Lạc Khê' → 'tổng kinh phí'.
    """
    bare = question
    for place in places:
        bare = without_place(bare, place)
    bare = _LEFT_OVER.sub("", _COMPARING.sub("", bare)).strip()
    return bare if re.search(r"\w+\W+\w", bare) else question
