"""Which plans a question is about: the place, number or file it names; otherwise all of them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.shelf import Shelf
from plan.text import fold

_KIND = re.compile(r"^(?:phuong|xa|thi tran|dac khu|thi xa)\s+")
_COMPARES = re.compile(
    r"\b(?:ke hoach|xa|phuong|dia phuong|noi|cho|ben|plan|plans|locality|localities|ward|wards|commune|communes|"
    r"place|places)\s*(?:,\s*(?:xa|phuong)\s*)?(?:nao|which)\b|"
    r"\bwhich (?:of the )?(?:\w+ )?(?:plans?|localit\w+|wards?|communes?|places?)|so sanh|khac nhau|giong nhau|"
    r"compare|nhung (?:ke hoach|xa|phuong|dia phuong|noi) (?:nao|co)|(?:cac|moi) (?:ke hoach|xa|phuong|dia phuong)|"
    r"both plans|all plans|each plan|\bwhere (?:may|can|do|is|are)\b|co (?:noi|xa|phuong|ke hoach) nao"
)


def named(question: str, shelves: Sequence[Shelf]) -> list[Shelf]:
    """The plans whose place or number the question names, accents or not."""
    folded = re.sub(r"\s+", " ", fold(question))
    by_place = [shelf for shelf in shelves if _says_place(folded, shelf)]
    if by_place:
        return _by_subject(folded, by_place)
    return [shelf for shelf in shelves if _says_number(folded, shelf)]


def _says_place(folded: str, shelf: Shelf) -> bool:
    place = fold(shelf.version.info.place)
    name = _KIND.sub("", place)
    if not name:
        return False
    pattern = rf"(?<!\w){re.escape(name)}(?!\w)" if " " in name else rf"(?<!\w){re.escape(place)}(?!\w)"
    return bool(re.search(pattern, folded))


def _by_subject(folded: str, shelves: list[Shelf]) -> list[Shelf]:
    """Several plans of one place: those whose subject shares most words with the question, when one clearly does."""
    if len({fold(shelf.version.info.place) for shelf in shelves}) > 1 or len(shelves) < 2:
        return shelves
    shared = {shelf: _shared(folded, shelf) for shelf in shelves}
    best = max(shared.values())
    chosen = [shelf for shelf in shelves if shared[shelf] == best]
    return chosen if best >= 2 and len(chosen) == 1 else shelves


def _shared(folded: str, shelf: Shelf) -> int:
    subject = set(re.findall(r"[^\W\d]{2,}", fold(shelf.version.info.subject)))
    return len(subject & set(re.findall(r"[^\W\d]{2,}", folded)))


def _says_number(folded: str, shelf: Shelf) -> bool:
    number = fold(shelf.version.info.number)
    digits = number.split("/")[0]
    return bool(number) and (
        number in folded or bool(re.search(rf"(?:kh|ke hoach|plan)(?: so| no\.?)? ?0*{digits}(?!\d|/\d)", folded))
    )


def compares(question: str) -> bool:
    """Asks which plans, or asks about several."""
    return bool(_COMPARES.search(fold(question)))


_EACH = re.compile(
    r"\b(?:tung|moi|tat ca|cac|ca \w+|nam|hai|ba|bon) (?:ke hoach|xa|phuong|dia phuong|noi)\b|"
    r"\b(?:each|every|all|both|two|three|four|five)(?: \w+){0,3} (?:plans?|wards?|communes?|places?|localit\w+)|"
    r"\bcompare\b|so sanh|\bso giup|khac nhau|giong nhau"
)


def wants_each(question: str) -> bool:
    """Asks what every plan says, not which of them do."""
    return bool(_EACH.search(fold(question)))
