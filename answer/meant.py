"""Which of many plans is meant where none is selected: those on the subject that is named, of a ward or a commune.

A fact of a document or a unit's list is in every plan; told of all of them it answers nobody. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from answer.asked import about_document
from answer.candidates import Ranked
from answer.paper import as_plan
from answer.question import Question
from answer.refuse import is_near
from answer.sense import content
from plan.text import fold, lower
from plan.units import find_units
from vectorstore.plan_index import PlanCard, Scope
from vectorstore.plan_names import side_by_side, subject_pairs, subject_words

EQUALLY = 0.5  # of the best clause's chance: another plan whose best has so much may be meant as well
OTHERS = 2  # such plans that are offered
OF_DOCUMENTS = frozenset({"so", "ky", "hieu", "ten", "ban", "hanh", "nhan", "gui", "nguoi", "number", "signed", "date"})
_A_PLAN = re.compile(r"\b(?:ke hoach|kh|plan)\b")  # what a unit has to do is no subject of a plan
_CALLED = re.compile(r"\b(?:ke hoach|kh)\s+(?:ve\s+)?([a-z]+)")  # "kế hoạch bão": here one syllable may tell it
_THIS_ONE = re.compile(r"\b(?:ke hoach|kh|van ban) nay\b|\bthis (?:plan|document)\b")
_KIND = r"phường|phuong|xã|xa|thị trấn|thi tran"
_BEHIND = re.compile(rf"\s*(?:của |cua |thuộc |thuoc )?({_KIND})\b(?! h[ộo]i)")  # "xã hội" is no commune
_AT_ITS_END = re.compile(rf"({_KIND})\Z")
_ENGLISH = re.compile(r"\b(ward|commune)\b")
_IN_VIETNAMESE = {"ward": "phuong", "commune": "xa"}


def meant(question: Question, cards: dict[Scope, PlanCard]) -> dict[Scope, PlanCard]:
    """Those of the plans that the question may mean; all where it tells none apart."""
    named = about_document(question.asks) or _A_PLAN.search(fold(question.text))
    return _of_kind(question, on_subject(question, cards) or cards if named else cards)


def means_one(question: str) -> bool:
    """Whether it speaks of one plan as if that stood on the screen: "kế hoạch này"."""
    return bool(_THIS_ONE.search(as_plan(fold(question))))


def on_subject(question: Question, cards: dict[Scope, PlanCard]) -> dict[Scope, PlanCard]:
    """Those whose subjects the question names most; none where it names none."""
    shared = {scope: _names_subject(question, card) for scope, card in cards.items()}
    most = max(shared.values(), default=0)
    return {scope: card for scope, card in cards.items() if most and shared[scope] == most}


def _names_subject(question: Question, card: PlanCard) -> int:
    """How many words of its subject: two in a row, for one syllable ("vụ" of "chức vụ") is in many words."""
    told = subject_words(card.info) - OF_DOCUMENTS
    own = {pair for pair in subject_pairs(card.info) if told.issuperset(pair)}
    found: set[str] = set()
    for form in (question.text, *question.forms):
        words = told & set(content(form))
        found |= words & set(_CALLED.findall(fold(form)))
        found.update(word for pair in own & side_by_side(form) if not words.isdisjoint(pair) for word in pair)
    return len(found)


def meant_as_well(question: Question, ranked: Sequence[Ranked]) -> tuple[str, ...]:
    """Ids of other plans of which a clause was read to answer nearly as surely as the best."""
    best = ranked[0]
    near = (r for r in ranked if r.share >= EQUALLY * best.share and is_near(question, r))
    others = dict.fromkeys(r.hit.plan_id for r in near if r.hit.plan_id != best.hit.plan_id)
    return tuple(others)[:OTHERS]


def _of_kind(question: Question, cards: dict[Scope, PlanCard]) -> dict[Scope, PlanCard]:
    """Those of wards where a unit is said to be a ward's, of communes likewise; and those of no place."""
    kinds = set(_kinds(question))
    if not any(_kind_of(card) in kinds for card in cards.values()):
        return cards
    return {scope: card for scope, card in cards.items() if _kind_of(card) in kinds | {""}}


def _kind_of(card: PlanCard) -> str:
    return next((kind for kind in ("phuong", "xa", "thi tran") if fold(card.info.place).startswith(f"{kind} ")), "")


def _kinds(question: Question) -> Iterator[str]:
    """'phuong' of 'Trạm Y tế phường', of 'schools in the ward'."""
    if question.english and question.units:
        yield from (_IN_VIETNAMESE[word] for word in _ENGLISH.findall(lower(question.text)))
    for form in question.forms or (question.text,):  # 'CAP' is written out in the second
        text = lower(form)
        for unit in find_units(form):
            said = _BEHIND.match(text, unit.end) or _AT_ITS_END.search(text[unit.start : unit.end])
            if said:
                yield fold(said.group(1))
