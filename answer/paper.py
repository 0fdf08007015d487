"""What questions call the paper that they are asked of: 'quyết định này', 'số của công văn', 'ai ký phương án?'.

Patterns for facts of a document speak of a plan. `as_plan` puts that word where a question means the very paper: any
kind of it before 'này', and the paper's own kind alone where no other paper can be meant. Pure.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from plan.model import PlanInfo
from plan.patterns import lists, patterns
from plan.text import fold

_FILE = Path(__file__).parent / "data" / "papers.txt"
_BY_LETTERS = dict(entry.split(" ", 1) for entry in lists(_FILE)["kinds"])
_FORMS = patterns(_FILE)
_ANY = "|".join((*sorted(set(_BY_LETTERS.values())), _FORMS["short"]))
_THIS = re.compile(rf"\b(?:{_ANY}){_FORMS['between']} nay\b")
_IN_ENGLISH = re.compile(_FORMS["in english"])
_LETTERS = re.compile(r"[/-]?([a-zđ]+)", re.IGNORECASE)
_OFFICE = re.compile(_FORMS["who holds an office"])
_OWN_BODY = frozenset(_FORMS["own body"].split("|"))
A_PLAN = frozenset({"ke hoach"})


def kinds_of(info: PlanInfo) -> frozenset[str]:
    """What a paper may be called, folded: by its title and by the letters of its number ('412/QĐ-UBND' of a plan)."""
    form = fold(info.title.removesuffix(info.subject)).strip()
    letters = _LETTERS.search(fold(info.number))
    numbered = _BY_LETTERS.get(letters[1]) if letters else None
    return frozenset(filter(None, (form, numbered)))


def called(question: str, kinds: frozenset[str]) -> frozenset[str]:
    """Those of the kinds of a paper that a question names; a plan's own need no telling."""
    folded = fold(question)
    return frozenset(kind for kind in kinds - A_PLAN if kind in folded)


def asks_who_signed(question: str, info: PlanInfo) -> bool:
    """'Hiệu trưởng là ai?' of a plan that its head signed: the office of whoever signed, of the body that issued it."""
    who = _OFFICE.fullmatch(fold(question).strip(" ?.!"))
    office = fold(info.signer_title).split()
    if who is None or not office or not info.signer:
        return False
    named = (who["office"] or who["holder"]).split()
    own = {*office, *fold(info.issuer).split(), *fold(info.place).split(), *_OWN_BODY}
    return named[: len(office[:2])] == office[:2] and own.issuperset(named)


def as_plan(folded: str, own: frozenset[str] = frozenset()) -> str:
    """The folded question with 'ke hoach' where it means the paper itself, of whose kinds `own` are named alone."""
    said = _IN_ENGLISH.sub("this plan", _THIS.sub("ke hoach nay", folded))
    return _alone(own).sub(lambda found: found[0] if found["other"] else "ke hoach", said) if own else said


@lru_cache(maxsize=64)
def _alone(own: frozenset[str]) -> re.Pattern[str]:
    kinds = "|".join(map(re.escape, sorted(own)))
    return re.compile(rf"(?P<other>{_FORMS['before another']})?\b(?:{kinds})\b{_FORMS['alone']}")
