"""Tables whose columns are units and whose cells are marks: 'P' below 'Công an xã' where the plan says 'P: phụ trách'.

What a mark stands for is told by a legend beside the table or by the mark itself ('CT', 'Phối hợp'); where all cells
have one and the same mark and nothing explains it, who has it does the work. Letters that nobody explains give out
nothing. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from ingest.actors import begins_with_somebody
from plan.model import Field
from plan.patterns import patterns
from plan.text import fold

OF_HEAD = " of head"  # behind the role of a cell that only marks the unit at the head of its column
_WORDS = patterns(Path(__file__).with_name("data") / "columns.txt")
_SIGN = r"(?:[a-z]{1,2}|[*+✓✔√●○◎◯▲△■□★☆◆◇×]{1,2})"
_DOES = (
    rf"(?:(?:don vi|co quan|bo phan|nguoi|ben|phong) )?(?:(?P<leads>{_WORDS['leads']})|(?P<helps>{_WORDS['helps']}))\b"
)
_EXPLAINED = (
    re.compile(rf"(?<!\w)[\"“”'(]*(?P<sign>{_SIGN})[\"“”')]*\s*(?:[:=–-]|la\b|chi\b)\s*{_DOES}"),
    re.compile(rf"\b{_DOES}\s*(?:[:=–-]|la|ghi|danh(?: dau)?)?\s*[\"“'(]+(?P<sign>{_SIGN})[\"”')]"),
)
_SELF = {
    field: re.compile(_WORDS[f"{said} by itself"])
    for field, said in ((Field.LEAD, "leads"), (Field.COORDINATING, "helps"))
}
_NOTHING = frozenset({"", "-", "–", "0"})
_SIGNS = re.compile(_SIGN)
LEAST = 2  # columns of marks


def legend_of(text: str) -> dict[str, Field]:
    """What the signs stand for that a paragraph explains."""
    folded = fold(text)
    return {
        match["sign"]: Field.LEAD if match["leads"] else Field.COORDINATING
        for pattern in _EXPLAINED
        for match in pattern.finditer(folded)
    }


def marked(
    columns: Sequence[str], rows: Sequence[Sequence[str]], legend: Mapping[str, Field]
) -> list[dict[int, str]] | None:
    """For each row the roles of its cells below units, where those only hold marks; None for any other table."""
    cells = [[fold(row[i]).strip(" .") if i < len(row) else "" for row in rows] for i in range(len(columns))]
    own = [i for i, column in enumerate(cells) if any(column) and all(map(_is_mark, column))]
    signs = {value for i in own for value in cells[i]} - _NOTHING
    meant = {sign: field for sign in signs if (field := legend.get(sign) or _by_itself(sign))}
    if len(signs) == 1 and not legend:
        meant = dict.fromkeys(signs, Field.LEAD)
    named = sum(begins_with_somebody(columns[i]) for i in own)
    if len(own) < LEAST or 2 * named < len(own) or not signs <= meant.keys():
        return None
    return [
        {i: f"{meant[cells[i][n]]}{OF_HEAD}" if cells[i][n] in meant else "" for i in own} for n in range(len(rows))
    ]


def _is_mark(value: str) -> bool:
    return value in _NOTHING or bool(_SIGNS.fullmatch(value) or _by_itself(value))


def _by_itself(value: str) -> Field | None:
    return next((field for field, pattern in _SELF.items() if pattern.fullmatch(value)), None)
