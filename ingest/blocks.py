"""Lines become blocks: one mark with all the lines that belong to it, cut sentences joined, tables gathered.

A page break cuts sentences and names in two; what follows without a mark, in lower case, or completes a name that the
plan writes elsewhere, belongs to the block before it. One pass; every step looks at a bounded number of lines.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.headings import LABEL, heading_mark
from ingest.lines import Line
from ingest.marks import PLAIN, Level, Mark, Seen, letters_below, mark_of, series_name
from ingest.run_in import run_in
from ingest.tables import table_lines
from ingest.unit_headings import gives_out_duties, heads_a_list, names_a_unit, unit_mark
from ingest.zones import Zone, Zones, begins_ending, is_basis, is_signature, trailer_start
from plan.fields import field_line

_TERMINAL = re.compile(r"[.;:!?…]['\")\]”’]*\s*$|/\.\s*$")
_FOOTNOTE = re.compile(r"\[\d{1,3}\] \S")
_NOTE = re.compile(  # of a table, below it: '(Việc để trống đơn vị do Trưởng ban chỉ định)', '(dấu "-" là không có)'
    r"\((?:(?:viec|o|cot|dong|hang|cho)\b.*\b(?:de |bo )?trong\b|(?:dau|ky hieu|nt|ghi chu|chu thich)\b).*\)[.;]?\s*$"
)
_CITING = re.compile(r"\b(?:ngay|thang|so|dieu|khoan|nam|quy|muc)\s*$")
LEAST_LISTS = 2  # lists under bodies' names, before such a name is a heading outside the sections of duties
JOINED = 8  # lines of a block that are looked at again when another line joins it


@dataclass(slots=True)
class Block:
    """A mark with its lines; `table` when the lines are table rows."""

    mark: Mark
    lines: list[Line]
    zone: Zone
    table: bool = False

    @property
    def text(self) -> str:
        """Cleaned text of all lines, in one line."""
        return " ".join(line.text for line in self.lines).strip()

    @property
    def alone(self) -> bool:
        """Nothing but its mark: 'Phần thứ ba', with its name on the next line."""
        return len(self.lines) == 1 and len(self.lines[0].text) <= self.mark.rest

    @property
    def start(self) -> int:
        """First character."""
        return self.lines[0].start

    @property
    def end(self) -> int:
        """One past the last character."""
        return self.lines[-1].end


@dataclass(slots=True)
class _State:
    zones: Zones = field(default_factory=Zones)
    blocks: list[Block] = field(default_factory=list)
    gap: bool = True  # a blank line stands before the current line
    seen: Seen = field(default_factory=Seen)
    duties: bool = False  # below a heading such as "Tổ chức thực hiện"

    @property
    def last(self) -> Block | None:
        """The block before the current line."""
        return self.blocks[-1] if self.blocks else None


@dataclass(frozen=True, slots=True)
class _Document:
    """What is known of all lines before they are walked."""

    lines: list[Line]
    after: list[int]  # index of the next line that is not blank, -1 at the end
    tables: frozenset[int]  # indices of lines that are table rows
    width: int  # of a full line where the text is hard-wrapped, else 0
    pairs: frozenset[str]  # neighbouring words, to recognise a name cut by a page
    trailer: int
    unit_lists: bool  # bodies head lists, each on a line of its own

    def next(self, index: int) -> Line | None:
        """The next line that is not blank."""
        at = self.after[index]
        return self.lines[at] if at >= 0 else None


def blocks_of(lines: list[Line]) -> list[Block]:
    """All blocks of a document in order; every non-blank line is in exactly one."""
    lines = run_in(lines)
    document = _survey(lines)
    state = _State(seen=Seen(series=_series_of(lines), below=letters_below(lines)))
    before: Line | None = None
    for index, line in enumerate(lines):
        if line.blank:
            state.gap = True
            continue
        _take(state, document, index, before)
        state.gap, before = False, line
    _open_body(state.blocks)
    return state.blocks


def _open_body(blocks: list[Block]) -> None:
    """Where nothing heads a plan, its body begins behind what it is based on: the first paragraph that is no basis."""
    opening = [block for block in blocks if block.zone is Zone.OPENING]
    if any(block.zone is Zone.BODY and not block.table for block in blocks):
        return
    based = max((at for at, block in enumerate(opening) if is_basis(block.lines[0])), default=-1)
    for block in opening[based + 1 :]:
        block.zone = Zone.BODY


def _survey(lines: list[Line]) -> _Document:
    after, following = [-1] * len(lines), -1
    for index in range(len(lines) - 1, -1, -1):
        after[index] = following
        following = following if lines[index].blank else index
    tables = table_lines(lines)
    pairs = frozenset(f"{one} {two}" for line in lines for one, two in _pairs(line.text.split()) if one[:1].isupper())
    lists = sum(heads_a_list(line, lines[at] if at >= 0 else None) for line, at in zip(lines, after, strict=True))
    width = _full_width(lines, tables)
    return _Document(lines, after, tables, width, pairs, trailer_start(lines), lists >= LEAST_LISTS)


def _pairs(words: list[str]) -> list[tuple[str, str]]:
    return list(pairwise(words))


def _series_of(lines: list[Line]) -> frozenset[str]:
    """Names that this plan counts with: 'Bước 1', 'Bước 2' … at the heads of lines."""
    numbers: dict[str, set[str]] = {}
    for line in lines:
        found = series_name(line.folded[:200]) if line.text[:1].isupper() else None
        if found:
            numbers.setdefault(found[0], set()).add(found[1].group(2))
    names = {name for name, seen in numbers.items() if len(seen) >= 2 and seen & {"1", "i", "01", "mot", "nhat"}}
    return frozenset(names | {"buoc", "giai doan", "dot"})


def _full_width(lines: list[Line], tables: frozenset[int]) -> int:
    """The length of a full line where the text is hard-wrapped; 0 where each paragraph is one line.

    Full lines of wrapped text mostly break off in mid sentence; short paragraphs of one length end theirs.
    """
    texts = sorted((line.text for i, line in enumerate(lines) if len(line.text) > 20 and i not in tables), key=len)
    if not texts:
        return 0
    ninth = len(texts[int(len(texts) * 0.9)])
    full = [text for text in texts if len(text) > 0.8 * ninth]
    wrapped = 2 * sum(_TERMINAL.search(text) is None for text in full) > len(full)
    return ninth if wrapped and ninth <= 130 and len(full) >= 0.3 * len(texts) else 0


def _append(state: _State, line: Line, mark: Mark, zone: Zone, table: bool = False) -> None:
    state.zones.enter(zone, line)
    state.blocks.append(Block(mark, [line], zone, table))


def _take(state: _State, document: _Document, index: int, before: Line | None) -> None:
    line, after, last = document.lines[index], document.next(index), state.last
    mark = mark_of(line, state.seen)
    if index >= document.trailer and state.zones.in_trailer(line, mark):
        _append(state, line, PLAIN, Zone.TRAILER)
        return
    if index in document.tables and state.zones.now is not Zone.LETTERHEAD:
        _take_row(state, line, last)
        return
    if mark is PLAIN and not line.run_in and _heads_duties(state, line, after, document):
        mark = unit_mark(line)
    elif mark is PLAIN and state.zones.takes_headings(line, after):
        mark = _heading(state, line, before, after, document) or mark
    zone = state.zones.zone_of(line, mark, state.gap, after)
    mark = state.zones.appendix_mark(line, after) or mark if zone is Zone.BODY else mark
    if last and last.zone is Zone.BODY and zone is Zone.ENDING and not begins_ending(line):
        zone = Zone.BODY if _continues(state, last, line, mark, document) else zone
    if last and zone == last.zone and _continues(state, last, line, mark, document):
        last.lines.append(line)
        if len(last.lines) <= JOINED:
            _look_for_duties(state, last)
        return
    mark = mark if zone in (Zone.BODY, Zone.RECIPIENTS) else PLAIN
    _append(state, line, mark, zone)
    _look_for_duties(state, state.blocks[-1])
    state.seen.count(mark)


def _heading(state: _State, line: Line, before: Line | None, after: Line | None, document: _Document) -> Mark | None:
    last = state.last
    if line.run_in:
        return heading_mark(line, before, after, state.gap)
    if last is not None and last.zone is Zone.BODY and last.alone and not last.table:
        return None  # the name of 'Phần thứ ba' stands on the next line
    if last is not None and _names_appendix(last, line):
        return None
    free = last is None or last.table or last.zone is Zone.TITLE
    if last is not None and not free and _cut(last, line, state.gap, document) and not line.upper:
        return None
    return heading_mark(line, before, after, state.gap or free)


def _names_appendix(last: Block, line: Line) -> bool:
    """The name of an appendix goes over several lines, in capitals or bold."""
    known = last.mark.level == Level.APPENDIX and len(last.lines) < JOINED
    return known and not line.depth and (line.upper or line.bold)


def _heads_duties(state: _State, line: Line, after: Line | None, document: _Document) -> bool:
    last = state.last
    if state.zones.now is not Zone.BODY or last is None or last.table:
        return False
    if not state.duties and not (document.unit_lists and heads_a_list(line, after)):
        return False
    free = _terminal(last) or last.mark.level <= Level.SECTION
    return (
        free and not is_signature(line) and (names_a_unit(line, after) or heads_a_list(line, after, not state.duties))
    )


def _take_row(state: _State, line: Line, last: Block | None) -> None:
    if (last and last.table and not state.gap) or (
        last and last.table and line.text.count("\t") + line.text.count("|") >= 2
    ):
        last.lines.append(line)
    else:
        _append(state, line, PLAIN, Zone.BODY, table=True)


def _look_for_duties(state: _State, block: Block) -> None:
    if block.zone is Zone.BODY and block.mark.level <= Level.SECTION:
        state.duties = gives_out_duties(block.text)


def _continues(state: _State, last: Block, line: Line, mark: Mark, document: _Document) -> bool:
    """Whether a line goes on with the block before it."""
    gap = state.gap
    if last.table:
        return not gap and mark is PLAIN and last.lines[-1].text[-1:] != "." and _goes_on(last, line)
    if last.zone in (Zone.LETTERHEAD, Zone.SIGNATURE, Zone.TRAILER, Zone.CONTENTS):
        return False
    if last.zone is Zone.TITLE:
        return True
    if _FOOTNOTE.match(line.text) and last.mark is not PLAIN and _terminal(last):
        return True  # stands behind the sentence of a point, which it heads no more than before
    if mark is not PLAIN and not _false_mark(last, line, mark, gap):
        return mark.style == "caps" and not gap and _same_heading(last)
    if last.zone is Zone.RECIPIENTS:
        return not gap and line.text[:1].islower()
    if field_line(line.text) and not line.text[:1].islower():
        return False
    if last.alone and last.mark.level <= Level.SECTION and (line.upper or last.mark.level <= Level.CHAPTER):
        return True
    if last.alone and last.mark.style.startswith("series") and len(line.text) <= LABEL and not _ended(line):
        return True
    if last.mark.level <= Level.SECTION and line.upper and last.lines[-1].upper:
        return not gap or last.mark.level == Level.APPENDIX
    if last.mark.level == Level.APPENDIX and len(last.lines) < JOINED and (line.upper or line.bold):
        return True
    return _cut(last, line, gap, document)


def _same_heading(last: Block) -> bool:
    """Whether a heading in capitals fills its line, so that the next line in capitals is the rest of it."""
    if last.mark.level > Level.SECTION or not last.lines[-1].upper:
        return False
    return last.mark.level == Level.APPENDIX or len(last.lines[-1].text) > 40


def _goes_on(last: Block, line: Line) -> bool:
    """Whether a line without cells goes on with the last cell of the row above it: no sentence does behind a number or
    behind nothing, and no note of the table."""
    if _NOTE.match(line.folded):
        return False
    above = last.lines[-1].text[-1:]
    sentence = line.text.rstrip().endswith(".") and (above.isdigit() or above == "\t")
    return line.text[:1].islower() or (len(line.text) < 60 and not sentence)


def _false_mark(last: Block, line: Line, mark: Mark, gap: bool) -> bool:
    """A number at the head of a wrapped line that is no mark: '… ngày\\n16. Ủy ban' in mid sentence."""
    return (
        not gap
        and Level.ITEM <= mark.level < Level.POINT
        and not _terminal(last)
        and mark.number > 1
        and bool(_CITING.search(last.lines[-1].folded))
    )


def _terminal(last: Block) -> bool:
    return _ended(last.lines[-1])


def _ended(line: Line) -> bool:
    return bool(_TERMINAL.search(line.text))


def _cut(last: Block, line: Line, gap: bool, document: _Document) -> bool:
    before = last.lines[-1].text
    lower = line.text[:1].islower()
    if not gap:
        wrapped = bool(document.width) and len(before) >= 0.6 * document.width
        return (wrapped and not last.mark.style) or (lower and not _terminal(last) and not last.lines[-1].run_in)
    if _terminal(last) or len(before) < 25 or not line.text.split() or not before.split():
        return False
    if lower:
        return True
    word = before.split()[-1]
    pair = f"{word} {line.text.split()[0]}"
    return word[:1].isupper() and len(before) > 50 and pair in document.pairs and word[-1].isalpha()
