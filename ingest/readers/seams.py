"""Page ends cut paragraphs, tables and rows in two; here the halves meet again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.readers.layout import Paragraph, Row
from ingest.readers.printed import MARK
from plan.text import fold

ORDINALS = ("stt", "tt", "so tt", "st t", "so thu tu")
SAME_COLUMN = 8.0  # points: the same table printed on two pages


@dataclass(frozen=True, slots=True)
class Table:
    """Rows and where their columns begin."""

    columns: tuple[float, ...]
    rows: tuple[Row, ...]


Part = Paragraph | Table


def join_pages(pages: Sequence[Sequence[Part]]) -> list[Part]:
    """All parts in order, joined where a page end parted them."""
    joined: list[Part] = []
    for page in pages:
        rest = list(page)
        if joined and rest:
            met = _meet(joined[-1], rest[0])
            if met:
                joined[-1:], rest = [met], rest[1:]
        joined += rest
    return joined


def _meet(last: Part, first: Part) -> Part | None:
    if isinstance(last, Paragraph) and isinstance(first, Paragraph):
        return replace(first, tokens=last.tokens + first.tokens, fresh=last.fresh) if _runs_on(last, first) else None
    if isinstance(last, Table) and isinstance(first, Table) and _same_columns(last, first):
        return _one_table(last, first)
    return None


def _runs_on(last: Paragraph, first: Paragraph) -> bool:
    """The next page begins where a first line does not begin, with a word that had no room on the page before."""
    word = first.tokens[0]
    had_room = last.room > (word.box.x1 - word.box.x0) + 0.35 * word.height
    if had_room or first.fresh or MARK.match(word.text):
        return False
    return word.text[0].islower() or not last.tokens[-1].text.endswith((".", ";", ":"))


def _same_columns(last: Table, first: Table) -> bool:
    pairs = zip(last.columns, first.columns, strict=False)
    return len(last.columns) == len(first.columns) and all(
        abs(a - b) <= max(SAME_COLUMN, 0.012 * last.columns[-1]) for a, b in pairs
    )


def _one_table(last: Table, first: Table) -> Table | None:
    """The second part without its repeated head; None when it is another table."""
    head, rows = last.rows[0], list(first.rows)
    if [fold(text) for text in rows[0].texts()] == [fold(text) for text in head.texts()]:
        rows = rows[1:]
    elif fold(rows[0].texts()[0]).strip(" .") in ORDINALS:
        return None
    rows = _fill_down(last.rows[-1], [replace(row, header=False) for row in rows])
    body = list(last.rows)
    if rows and _is_second_half(body, rows[0]):
        body[-1] = _merged(body[-1], rows.pop(0))
    return Table(last.columns, (*body, *rows))


def _is_second_half(body: Sequence[Row], row: Row) -> bool:
    """A row cut by the page end: its number stands on one side only."""
    numbered = [bool(each.cells[0]) for each in (body[1:] or body)]
    if not row.cells[0]:
        return numbered[-1]
    return not numbered[-1] and all(numbered[:-1]) and len(numbered) > 2


def _merged(upper: Row, lower: Row) -> Row:
    cells = tuple(a + tuple(t for t in b if t not in a) for a, b in zip(upper.cells, lower.cells, strict=True))
    return replace(upper, cells=cells, tall=lower.tall)


def _fill_down(last: Row, rows: list[Row]) -> list[Row]:
    """A cell merged downwards over a page end is printed on the first page only; it speaks for the rest too."""
    for column, tall in enumerate(last.tall):
        if not tall or not column:
            continue
        for index, row in enumerate(rows):
            blank = not row.cells[column] and row.cells[0] and sum(map(bool, row.cells)) > 2
            if not blank or (index and not row.tall[column]):
                break
            cells = (*row.cells[:column], last.cells[column], *row.cells[column + 1 :])
            rows[index] = replace(row, cells=cells)
    return rows
