"""The sample plan as data: `van_hoa_doc.md` in a small markup, read into elements that every format is made from.

Markup, one element a line: `#` section, `##` item, `)` point, `-` bullet, `=` paragraph, `TITLE:`, `APPENDIX:`,
`TABLE:` with column widths followed by rows of `|`. In a row `^` is merged with the cell above and a trailing `>`
merges with the rest of the row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

HERE = Path(__file__).parent
_MARKS = {"#": "section", "##": "item", ")": "point", "-": "bullet", "=": "paragraph"}
_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")


@dataclass(frozen=True)
class Element:
    """One element: its kind, its lines or words, and for tables the rows as written and the widths."""

    kind: str
    parts: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    widths: tuple[float, ...] = ()

    @property
    def text(self) -> str:
        """The words of an element of one line."""
        return self.parts[0]

    def records(self) -> list[list[str]]:
        """Table rows with merged cells filled in: what a reader should make of the table."""
        records: list[list[str]] = []
        for row in self.rows:
            above = records[-1] if records else []
            filled = [above[index] if cell == "^" else cell.rstrip(">") for index, cell in enumerate(row)]
            records.append(filled + [""] * (len(self.widths) - len(filled)))
        return records


def load(path: Path = HERE / "van_hoa_doc.md") -> list[Element]:
    """The elements of the sample plan."""
    return parse(path.read_text(encoding="utf-8"))


def parse(source: str) -> list[Element]:
    """Read the markup."""
    elements: list[Element] = []
    for line in source.splitlines():
        if elements and elements[-1].kind == "table" and "|" in line and ": " not in line.split("|")[0]:
            table = elements.pop()
            elements.append(Element("table", (), (*table.rows, tuple(line.split("|"))), table.widths))
        else:
            elements.append(_element(line))
    return elements


def _element(line: str) -> Element:
    mark, _, words = line.partition(" ")
    if mark == "TABLE:":
        return Element("table", (), (), tuple(map(float, words.split())))
    if mark.endswith(":") and mark.isupper():
        return Element(mark[:-1].lower(), tuple(words.split("|")))
    return Element(_MARKS[mark], (words,))


def labelled(elements: list[Element]) -> Iterator[tuple[str, Element]]:
    """Every element with the label that automatic numbering gives it."""
    sections, items, points = count(1), count(1), count(0)
    for element in elements:
        label = ""
        if element.kind == "section":
            label, items, points = f"{_ROMAN[next(sections)]}.", count(1), count(0)
        elif element.kind == "item":
            label, points = f"{next(items)}.", count(0)
        elif element.kind == "point":
            label = f"{'abcdefgh'[next(points)]})"
        elif element.kind == "bullet":
            label = "-"
        yield label, element
