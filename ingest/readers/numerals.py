"""Numerals that recognition garbles (`IL`, `H.`, `Hi` for I, II, III; `f2` for 7): their order settles them.

Only the mark before a heading in capitals, the ordinal of a group row and the ordinal of a table row are touched, and
only when what was read could be the numeral that must stand there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.readers.layout import Paragraph, Row, Token
from ingest.readers.seams import ORDINALS, Part, Table
from plan.text import fold

_STROKES = re.compile(r"[IVXLHUTl1i|!ỊÍÌỈÏJ]{1,5}[.,:;]?")
ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV")
_QUARTERS = {"11": "II", "111": "III", "H": "II", "HI": "III", "IH": "III", "HH": "IV", "1V": "IV", "TV": "IV"}
_QUARTER = re.compile(r"([1HITV]{1,3})(/\d{4}.*|[,.;]?)$")
_NEXT, _RESTART, _SKIP = 0.0, 1.5, 2.0  # what it costs a row of numerals to go on, begin again, leave one out
_ALIKE, _UNLIKE = 1.0, 3.0  # what it costs to have read another numeral


def settle(parts: Sequence[Part]) -> list[Part]:
    """Headings and table ordinals of a recognised document with the numerals their order demands."""
    settled = [
        Table(part.columns, tuple(_ordinals(_group_rows(part.rows))))
        if isinstance(part, Table)
        else replace(part, tokens=quarters(part.tokens))
        for part in parts
    ]
    headings = [
        (index, part) for index, part in enumerate(settled) if isinstance(part, Paragraph) and _is_heading(part)
    ]
    numbers = most_likely([part.tokens[0].text.strip(".,:;") for _, part in headings])
    for (index, part), number in zip(headings, numbers, strict=True):
        settled[index] = _numbered(part, ROMAN[number])
    return settled


def most_likely(read: Sequence[str]) -> list[int]:
    """The numbers that numerals read in this order most likely are (the cheapest path through all of them)."""
    paths: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for numeral in read:
        steps: dict[int, tuple[float, list[int]]] = {}
        for number in range(1, len(ROMAN)):
            cost, path = min((paths[last][0] + _step(last, number), paths[last][1]) for last in paths)
            steps[number] = (cost + _reading(numeral, ROMAN[number]), [*path, number])
        paths = steps
    return min(paths.values())[1]


def _step(last: int, number: int) -> float:
    if number == last + 1:
        return _NEXT
    if last == 0:  # a single page may begin anywhere
        return min(1.0, 0.5 * (number - 1))
    return _RESTART if number == 1 else _SKIP * abs(number - last - 1)


def _reading(read: str, numeral: str) -> float:
    if read == numeral:
        return 0.0
    strokes = sum(2 if char in "HUVXLTỊÍÌỈÏJ" else 1 for char in read)
    wanted = sum(2 if char in "VX" else 1 for char in numeral)
    return _ALIKE + 0.2 * abs(strokes - wanted) if abs(strokes - wanted) <= 2 else _UNLIKE


def _is_heading(part: Paragraph) -> bool:
    first, rest = part.tokens[0].text, part.tokens[1:]
    letters = [char for token in rest for char in token.text if char.isalpha()]
    capitals = len(letters) > 3 and sum(char.isupper() for char in letters) > 0.85 * len(letters)
    return capitals and bool(_STROKES.fullmatch(first)) and first.strip(".,:;") != "1"


def _numbered(part: Paragraph, numeral: str) -> Paragraph:
    first, *rest = part.tokens
    if first.text.strip(".,:;") == numeral:
        return part
    return replace(part, tokens=(replace(first, text=f"{numeral}."), *rest))


def _group_rows(rows: Sequence[Row]) -> list[Row]:
    """Rows that only name a group are numbered I, II, III in one table."""
    found = [replace(row, cells=tuple(quarters(cell) for cell in row.cells)) for row in rows]
    groups = [index for index, row in enumerate(found) if _names_group(row)]
    numbers = most_likely([found[index].cells[0][0].text.strip(".") for index in groups]) if len(groups) > 1 else []
    for index, number in zip(groups, numbers, strict=False):
        found[index] = _with_ordinal(found[index], ROMAN[number])
    return found


def _names_group(row: Row) -> bool:
    """A number that could be a garbled numeral, a name, and nothing else."""
    first, second, *rest = (*row.cells, (), ())
    if row.header or len(first) != 1 or not second or any(rest):
        return False
    mark = first[0].text.strip(".")
    return bool(_STROKES.fullmatch(mark)) and (not mark.isdecimal() or set(mark) == {"1"})


def _ordinals(rows: Sequence[Row]) -> list[Row]:
    """A number between n-1 and n+1 is n, and a column of numbers is headed STT."""
    found = list(rows)
    plain = [
        index for index, row in enumerate(rows) if not row.header and len(row.cells[0]) == 1 and not _names_group(row)
    ]
    for before, here, after in zip(plain, plain[1:], plain[2:], strict=False):
        last, this, following = (found[index].texts()[0].strip(".") for index in (before, here, after))
        if last.isdecimal() and following.isdecimal() and int(following) == int(last) + 2 and not this.isdecimal():
            found[here] = _with_ordinal(found[here], str(int(last) + 1))
    if found and _heads_ordinals(found, plain):
        found[0] = _with_ordinal(found[0], "STT")
    return found


def _heads_ordinals(rows: Sequence[Row], plain: Sequence[int]) -> bool:
    head = rows[0].texts()[0]
    numbers = sum(rows[index].texts()[0].strip(".").isdecimal() for index in plain)
    garbled = len(head) == 3 and head[0] in "S5" and fold(head) not in ORDINALS
    return rows[0].header and garbled and numbers >= 2


def _with_ordinal(row: Row, text: str) -> Row:
    return replace(row, cells=((replace(row.cells[0][0], text=text),), *row.cells[1:]))


def quarters(tokens: Sequence[Token]) -> tuple[Token, ...]:
    """`Quý 11/2026` is the second quarter: there is no eleventh."""
    fixed = list(tokens)
    for index, token in enumerate(tokens[1:], start=1):
        match = _QUARTER.match(token.text)
        if tokens[index - 1].text.lower() == "quý" and match and match.group(1) in _QUARTERS:
            fixed[index] = replace(token, text=_QUARTERS[match.group(1)] + match.group(2))
    return tuple(fixed)
