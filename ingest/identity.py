"""Which plan is this? Recognised by place, subject and number, never by the file's name. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from rapidfuzz import fuzz

from plan.listed import Named, amended_number
from plan.model import PlanInfo, PlanVersion, Warning_
from plan.text import fold

SURE, DOUBTFUL = 88, 72
MOST_OF_IT, HALF = 0.75, 0.5  # of the clauses: less of them, without or with a signature, is a part of the plan
LONG_LINE = 20  # characters: shorter ones ('Nơi nhận:', '- Lưu: VT.') stand in every plan
CLEARLY = 0.05  # of the quality of reading, 0..1
# Words of every title: they make two plans of one commune look alike and say nothing of the subject.
_COMMON = frozenset(
    {"ke", "hoach", "trien", "khai", "thuc", "hien", "to", "chuc", "tren", "dia", "ban", "nam", "thang", "giai", "doan"}
    | {"va", "cua", "ve", "cac", "cho", "theo", "trong", "xa", "phuong", "thi", "tran"}
)


@dataclass(frozen=True, slots=True)
class Match:
    """The plan a new file belongs to: `sure` may be published, otherwise the admin is asked."""

    plan_id: str
    sure: bool


def recognise(info: PlanInfo, live: Sequence[Named]) -> Match | None:
    """The live plan that the new file is a version of, None for a new plan."""
    changes = amended_number(info)
    live = [other for other in live if amended_number(other.info) == changes]  # an amendment is no version of its plan
    scored = [(likeness(info, other.info), other.plan_id) for other in live]
    if not scored:
        return None
    score, plan_id = max(scored)
    return Match(plan_id, score >= SURE) if score >= DOUBTFUL else None


def doubts(new: PlanVersion, old: PlanVersion) -> tuple[Warning_, ...]:
    """Why a person should say whether `new` may take the place of `old`: it is a part of it, or clearly worse read."""
    share = len(new.clauses) / max(1, len(old.clauses))
    unsigned = bool(old.info.signer and not new.info.signer)
    is_part = share < (MOST_OF_IT if unsigned else HALF)
    found = [Warning_("part", f"{len(new.clauses)}/{len(old.clauses)}")] if is_part else []
    if new.source.quality < old.source.quality - CLEARLY:
        found.append(Warning_("worse", f"{new.source.quality:.0%} < {old.source.quality:.0%}"))
    return tuple(found)


def part_of(text: str, plans: Iterable[PlanVersion]) -> PlanVersion | None:
    """The plan that most lines of a text stand in: a plan sent in several files, or a page of it."""
    lines = _lines(text)
    return next((plan for plan in plans if lines and len(lines & _lines(plan.text)) > HALF * len(lines)), None)


def _lines(text: str) -> set[str]:
    return {line for line in (" ".join(fold(line).split()) for line in text.splitlines()) if len(line) >= LONG_LINE}


def likeness(one: PlanInfo, other: PlanInfo) -> float:
    """0..100: the same place and subject; a different number or year tells two plans apart."""
    if fold(one.place) != fold(other.place):
        return 0.0
    score = _alike(_core(one), _core(other))
    if one.number and one.number == other.number and one.date[:4] == other.date[:4]:
        return max(score, 95.0) if score >= 50 else score
    if one.number and other.number and one.number != other.number:
        score -= 20
    years = set(re.findall(r"20\d\d", one.subject)) ^ set(re.findall(r"20\d\d", other.subject))
    return float(score - (30 if years else 0))


def _core(info: PlanInfo) -> list[str]:
    """The words of the subject that tell it from other plans of the same place, folded."""
    common = set(re.findall(r"\w+", fold(info.place))) | _COMMON
    return [word for word in re.findall(r"[^\W\d]+", fold(info.subject)) if word not in common]


def _alike(one: list[str], other: list[str]) -> float:
    """100 when each word stands in both, a letter misread or not; doubtful when one subject only says more."""
    if not one or not other:
        return 0.0
    missing = [sum(not _in(word, there) for word in here) for here, there in ((one, other), (other, one))]
    if not any(missing):
        return 100.0
    score = float(fuzz.token_sort_ratio(" ".join(one), " ".join(other)))
    return SURE - 1.0 if not all(missing) else min(score, SURE - 1.0)


def _in(word: str, words: list[str]) -> bool:
    return any(fuzz.ratio(word, other) >= 75 for other in words)


def new_id(file: str, taken: Callable[[str], Collection[str]]) -> str:
    """An id from the file's name that no plan has yet: 'Ke hoach AI.docx' → 'ke-hoach-ai'.

    `taken` gives the ids that begin so and are a plan's.
    """
    stem = "-".join(re.findall(r"[a-z0-9]+", fold(PurePath(file).stem))) or "ke-hoach"
    number, chosen, known = 1, stem, set(taken(stem))
    while chosen in known:
        number += 1
        chosen = f"{stem}-{number}"
    return chosen
