"""Units: offices and bodies with all their spellings, abbreviations and English names.

`find_units` recognises them in any text — accented or not, abbreviated, in English, lightly garbled — and gives each a
canonical id, so that "VH-XH", "Phòng Văn hoá – Xã hội" and "Culture and Society Division" are one unit. The spellings
are in `data/units.txt`, those of departments above the commune in `data/departments.txt`.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from pathlib import Path

from plan.patterns import entries_of, lists
from plan.text import any_word, fold


@dataclass(frozen=True, slots=True)
class Mention:
    """A unit found in a text: canonical id, the characters, and whether it belongs above commune level."""

    unit: str
    start: int
    end: int


_DATA = Path(__file__).parent / "data"
_DEPARTMENTS = lists(_DATA / "departments.txt")


def _units() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Id, Vietnamese name and spellings (patterns over folded text) of `data/units.txt`."""
    found: list[tuple[str, str, list[str]]] = []
    for line in entries_of(_DATA / "units.txt"):
        if line.startswith("  "):
            found[-1][2].append(line.strip())
        else:
            unit, _, name = line.partition(": ")
            found.append((unit, name, []))
    return tuple((unit, name, tuple(spellings)) for unit, name, spellings in found)


_UNITS = _units()
_SPELLINGS = (*((unit, spellings) for unit, _, spellings in _UNITS), ("", _DEPARTMENTS["spellings"]))
_CHOICE = re.compile(r"\(\?:((?:[^()\\]|\\.)*)\)(\??)(?![*+{])")  # '(?:phong |p\.? ?)?'
_LETTERS = re.compile(r"(?:[a-z](?![?*+{])){0,3}")


def _spelled_out(spelling: str) -> Iterator[str]:
    """Without a choice at its beginning: what each of its words begins is a spelling of its own."""
    choice = _CHOICE.match(spelling)
    if choice is None:
        yield spelling.removeprefix(r"\b")
        return
    rest = spelling[choice.end() :]
    for begun in (*choice.group(1).split("|"), *([""] if choice.group(2) else [])):
        yield from [begun + rest] if begun else _spelled_out(rest)


_SPELLED_OUT = [[plain for spelling in spellings for plain in _spelled_out(spelling)] for _, spellings in _SPELLINGS]
_ANY = re.compile(rf"(?:{any_word(chain.from_iterable(_SPELLED_OUT))})(?!\w)")
_NAMES = tuple(
    (
        unit,
        re.compile(rf"(?<![\w])(?:{'|'.join(spellings)})(?![\w])"),
        {match.group() for plain in out if (match := _LETTERS.match(plain))},
    )
    for (unit, spellings), out in zip(_SPELLINGS, _SPELLED_OUT, strict=True)
)
_ENGLISH_DEPARTMENT = re.compile(r"(?:department|ministry) of [a-z]+(?:, [a-z]+)*(?: and [a-z]+)*")
_FIELDS = [line.split(": ") for line in _DEPARTMENTS["fields"]]
_HEADS, _SHORT = (dict(line.split(": ") for line in _DEPARTMENTS[name]) for name in ("heads", "short"))
_LONGER = re.compile(rf"\b(?:{'|'.join(_DEPARTMENTS['words'])})$")
_ACCENTED = {"so": "sở", "bo": "bộ", "vu": "vụ", "cuc": "cục"}
_WORDS = {  # that folding alone takes for a unit: 'cả xã' is no 'CA xã', 'áp tải' no 'ấp'
    "congan": re.compile(r"[cC][ảáà] "),
    "thon": re.compile(r"[áÁ][pP]\b"),
    "vhxh": re.compile(r"v\w+ h\w\w xã(?! h)"),  # 'lễ hội văn hóa xã', but 'Văn hóa xã'
}
NAMES = {unit: name for unit, name, _ in _UNITS}


def find_units(text: str) -> tuple[Mention, ...]:
    """All units named in a text, in order, longest first where they overlap. Offsets refer to `text`."""
    found = _found(fold(text).replace("’", "'"))
    return tuple(m for m in found if not _is_other(text, m))


def _is_other(text: str, mention: Mention) -> bool:
    """Folding alone takes it for a unit: 'cả xã' is no 'CA xã', 'sổ y tế' no 'Sở Y tế'."""
    if ":" not in mention.unit:
        return mention.unit in _WORDS and bool(_WORDS[mention.unit].match(text, mention.start))
    head = text[mention.start : mention.end].split()[0].lower()
    return fold(head) in _ACCENTED and head not in {fold(head), _ACCENTED[fold(head)]}


@lru_cache(maxsize=8192)
def _found(folded: str) -> tuple[Mention, ...]:
    found = sorted(_named(folded), key=lambda m: (m.start - m.end, m.start))
    kept: list[Mention] = []  # apart from each other, in order
    for mention in found:
        at = bisect(kept, mention.start, key=lambda m: m.start)
        if (at == 0 or kept[at - 1].end <= mention.start) and (at == len(kept) or kept[at].start >= mention.end):
            kept.insert(at, mention)
    return tuple(kept)


def _named(folded: str) -> Iterator[Mention]:
    """Every unit wherever its name begins: all names are looked for at once, then each only where one stands."""
    ends: dict[re.Pattern[str], int] = {}
    at = -1
    while place := _ANY.search(folded, at + 1):  # a name may begin within another
        at = place.start()
        for unit, pattern in _begun_by(folded[at : at + 3]):
            match = pattern.match(folded, at)
            if match and at >= ends.get(pattern, 0) and (unit or not _of_a_longer_word(folded, at)):
                ends[pattern] = match.end()
                yield Mention(unit or _department(match.group()), at, match.end())
    for match in _ENGLISH_DEPARTMENT.finditer(folded):
        yield Mention(_english_department(match.group()), match.start(), match.end())


def _of_a_longer_word(folded: str, at: int) -> bool:
    """'Cơ sở y tế' is no 'Sở Y tế', 'nhiệm vụ xây dựng' no 'Vụ Xây dựng'."""
    return bool(_LONGER.search(folded[max(0, at - 10) : folded.find(" ", at)]))


@lru_cache(maxsize=8192)
def _begun_by(letters: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The names that three letters may begin."""
    begun = {letters[:many] for many in range(4)}
    return tuple((unit, pattern) for unit, pattern, begins in _NAMES if begins & begun)


def _department(name: str) -> str:
    """A canonical id for a province department: 'so:khoa hoc va cong nghe' for all its spellings."""
    folded = name.replace("&", " va ").replace("s va", "so")
    head, _, rest = re.sub(r"\s+", " ", folded).strip().partition(" ")
    if re.match(r"van hoa|vh", rest):
        return f"{head}:van hoa"  # whatever follows: sport, tourism, in many spellings
    return f"{head}:{_SHORT.get(rest, rest)}"


def _english_department(name: str) -> str:
    """The same id as its Vietnamese name has; the English name itself where the field is unknown."""
    field = next((folded for english, folded, _ in _FIELDS if english in name), "")
    return f"{'so' if name.startswith('department') else 'bo'}:{field}" if field else name


def unit_ids(text: str) -> frozenset[str]:
    """The canonical ids of the units a text names."""
    return frozenset(mention.unit for mention in find_units(text))


def unit_name(unit: str) -> str:
    """The usual Vietnamese name of a canonical unit."""
    head, colon, field = unit.partition(":")
    written = next((name for _, folded, name in _FIELDS if folded == field), field)
    return NAMES.get(unit, f"{_HEADS.get(head, head)} {written}" if colon else unit)
