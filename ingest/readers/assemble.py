"""Pages become one text: page numbers out, tables cut from running text, what a page end cut in two joined again.

The scribe writes the canonical text and notes where each word lands.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.readers.grid import Grid, GridCell, Rule, grids, records
from ingest.readers.layout import Block, Layout, PageSize, Paragraph, PlacedWord, Row, Token, carried_back
from ingest.readers.printed import Line, Measure, lines_of, measure_of, paragraphs, run_on
from ingest.readers.seams import ORDINALS, Part, Table, join_pages
from plan.text import ROMANS, fold

_STROKES = re.compile(r"[IVXLHUTl1i|!ỊÍÌỈÏJ]{1,5}[.,:;]?")
MOST = 15  # numerals in one row
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
        settled[index] = _numbered(part, ROMANS[number])
    return settled


def most_likely(read: Sequence[str]) -> list[int]:
    """The numbers that numerals read in this order most likely are (the cheapest path through all of them)."""
    paths: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for numeral in read:
        steps: dict[int, tuple[float, list[int]]] = {}
        for number in range(1, MOST + 1):
            cost, path = min((paths[last][0] + _step(last, number), paths[last][1]) for last in paths)
            steps[number] = (cost + _reading(numeral, ROMANS[number]), [*path, number])
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
        found[index] = _with_ordinal(found[index], ROMANS[number])
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


_PAGE_NUMBER = re.compile(r"[^\w]*(?:trang\s*)?\d{1,3}(?:\s*/\s*\d{1,3})?[^\w]*", re.IGNORECASE)
EDGE = 0.09  # share of the page height where page numbers and running heads stand
Tokens = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class PageContent:
    """What was found on one page; `tolerance` is how far apart parts of one drawn line may lie."""

    number: int
    size: PageSize  # upright
    tokens: Tokens
    rules: tuple[Rule, ...] = ()
    tolerance: float = 3.0
    recognised: bool = False
    back: tuple[float, ...] = ()  # 3×3 matrix to the page as it is, for pictures that were straightened
    seen: PageSize | None = None  # as the page is, where it was turned
    encoding: str = ""  # before Unicode, that its words were turned from


def assemble(pages: Sequence[PageContent]) -> tuple[str, tuple[int, ...], Layout]:
    """The text of a document with page starts and word boxes."""
    running = _running_heads(pages)
    split = [_split(page, running) for page in pages]
    measures = _measures(pages, [lines for lines, _ in split])
    parts = [_parts(lines, tables, measures[page.size]) for page, (lines, tables) in zip(pages, split, strict=True)]
    scribe = Scribe()
    joined = join_pages(parts)
    for part in settle(joined) if any(page.recognised for page in pages) else joined:
        scribe.write(part.rows if isinstance(part, Table) else [part])
    text, starts, layout = scribe.finish([page.seen or page.size for page in pages])
    return text, starts, carried_back(layout, {page.number: page.back for page in pages if page.back})


def _running_heads(pages: Sequence[PageContent]) -> frozenset[str]:
    """Lines that come back at the edge of at least three pages."""
    seen = Counter(_key(line) for page in pages for line in _edge_lines(page))
    return frozenset(key for key, times in seen.items() if times >= max(3, len(pages) // 3) and key)


def _edge_lines(page: PageContent) -> list[Line]:
    low, high = EDGE * page.size.height, (1 - EDGE) * page.size.height
    return lines_of(token for token in page.tokens if token.box.bottom < low or token.box.top > high)


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", line.text.lower())


def _split(page: PageContent, running: frozenset[str]) -> tuple[list[Line], list[tuple[Grid, Table]]]:
    """The lines outside tables, and the tables."""
    dropped = {token for line in _edge_lines(page) if _is_furniture(line, running) for token in line.tokens}
    tokens = [token for token in page.tokens if token not in dropped]
    tables = []
    for grid in grids(page.rules, page.tolerance):
        inside = [token for token in tokens if grid.box.holds(token.box)]
        table = _table(grid, inside)
        if table:
            tables.append((grid, table))
            tokens = [token for token in tokens if not grid.box.holds(token.box)]
    return lines_of(tokens), tables


def _is_furniture(line: Line, running: frozenset[str]) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(line.text)) or _key(line) in running


def _table(grid: Grid, tokens: Sequence[Token]) -> Table | None:
    """The rows of a ruled table; None when the lines only decorate."""
    cells = [_filled(cell, tokens) for cell in grid.cells]
    if not any(cell.value for cell in cells) or (len(grid.columns) < 3 and not _two_columns(cells)):
        return None
    tall = {(cell.column, row) for cell in cells if cell.rows > 1 for row in range(cell.row, cell.row + cell.rows)}
    rows = records(cells, _concatenated)
    skipped = max(cell.row + cell.rows for cell in cells) - len(rows)
    found = [
        Row(row, header=index == 0, tall=tuple((column, index + skipped) in tall for column in range(len(row))))
        for index, row in enumerate(rows)
    ]
    return Table(grid.columns, tuple(row for row in found if any(row.cells)))


def _two_columns(cells: Sequence[GridCell[Tokens]]) -> bool:
    """A table of two columns shows both in at least two rows; a frame around a heading does not."""
    rows = [{cell.column for cell in cells if cell.row == row and cell.value} for row in {cell.row for cell in cells}]
    return sum(len(columns) == 2 for columns in rows) >= 2


def _filled(cell: GridCell, tokens: Sequence[Token]) -> GridCell[Tokens]:  # type: ignore[type-arg]
    lines = lines_of(token for token in tokens if cell.value.holds(token.box))
    return GridCell(cell.row, cell.column, cell.rows, cell.columns, run_on(lines))


def _concatenated(values: Sequence[Tokens]) -> Tokens:
    return tuple(token for value in dict.fromkeys(values) for token in value)


def _measures(pages: Sequence[PageContent], lines: Sequence[Sequence[Line]]) -> dict[PageSize, Measure]:
    """Margins are the same on all pages of one size; one page alone may hold too few full lines to tell."""
    by_size: dict[PageSize, list[Line]] = defaultdict(list)
    for page, found in zip(pages, lines, strict=True):
        by_size[page.size].extend(found)
    return {size: measure_of(found, size.width) for size, found in by_size.items()}


def _parts(lines: Sequence[Line], tables: Sequence[tuple[Grid, Table]], measure: Measure) -> list[Part]:
    """Running text and tables in the order of the page."""
    parts: list[Part] = []
    rest = list(lines)
    for grid, table in tables:
        above = [line for line in rest if line.top < grid.box.top]
        parts += [*paragraphs(above, measure), table]
        rest = [line for line in rest if line.top >= grid.box.top]
    return parts + list(paragraphs(rest, measure))


@dataclass
class Scribe:
    """Grows a text; one line for each block, cells parted by tabs."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    words: list[PlacedWord] = field(default_factory=list)
    starts: list[int] = field(default_factory=lambda: [0])

    def write(self, blocks: Sequence[Block]) -> None:
        """Write blocks in order."""
        for block in blocks:
            if isinstance(block, Row):
                self._row(block)
            else:
                self._words(block.tokens)
            self._put("\n")

    def finish(self, pages: Sequence[PageSize]) -> tuple[str, tuple[int, ...], Layout]:
        """The text, the page starts (one for each page, blank ones too) and the layout."""
        starts = [*self.starts, *[self.length] * (len(pages) - len(self.starts))]
        return "".join(self.parts), tuple(starts), Layout(tuple(pages), tuple(self.words))

    def _row(self, row: Row) -> None:
        """A row cut by a page end belongs to the page where it begins."""
        self._turn_to(min((token.page for cell in row.cells for token in cell), default=1))
        for column, cell in enumerate(row.cells):
            if column:
                self._put("\t")
            self._words(cell, turning=False)

    def _words(self, tokens: Sequence[Token], turning: bool = True) -> None:
        for position, token in enumerate(tokens):
            if position and not token.glued:
                self._put(" ")
            if turning:
                self._turn_to(token.page)
            start = self.length
            self._put(token.text)
            self.words.append(PlacedWord(start, self.length, token.page, token.box, token.confidence))

    def _turn_to(self, page: int) -> None:
        """The first word of a page begins it."""
        while len(self.starts) < page:
            self.starts.append(self.length)

    def _put(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)
