"""Lines become blocks: one mark with all the lines that belong to it, cut sentences joined, tables gathered.

A page break cuts sentences and names in two; what follows without a mark, in lower case, or completes a name that the
plan writes elsewhere, belongs to the block before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from rapidfuzz import fuzz

from ingest.lines import Line
from ingest.marks import PLAIN, Level, Mark, mark_of
from ingest.tables import is_table_line
from ingest.unit_headings import gives_out_duties, names_a_unit, unit_mark
from plan.fields import field_line
from plan.text import fold


class Zone(StrEnum):
    """Which stretch of the document a block stands in."""

    LETTERHEAD = "letterhead"
    TITLE = "title"
    OPENING = "opening"
    BODY = "body"
    ENDING = "ending"  # the concluding paragraph
    RECIPIENTS = "recipients"
    SIGNATURE = "signature"
    TRAILER = "trailer"


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
    def start(self) -> int:
        """First character."""
        return self.lines[0].start

    @property
    def end(self) -> int:
        """One past the last character."""
        return self.lines[-1].end


@dataclass(slots=True)
class _State:
    zone: Zone = Zone.LETTERHEAD
    blocks: list[Block] = field(default_factory=list)
    gap: bool = True  # a blank line stands before the current line
    sections: int = 0
    items: int = 0
    letters: int = 0
    duties: bool = False  # below a heading such as "Tổ chức thực hiện"


_STAMP = re.compile(
    r"da ky len van ban nay|ky boi\s*:|nguoi ky\s*:|digitally signed|signature valid|thoi gian ky\s*:|ngay ky\s*:"
)
_STAMP_LINE = re.compile(r"\s*(?:\d{4}-\d\d-\d\dt\d\d:\d\d|viet nam\s*$)")
_SIGNATURE = re.compile(
    r"(?:tm|kt|tl|tuq|q)\s*[.,]\s*\S|(?:pho\s+)?(?:chu tich|chanh van phong|truong phong|bi thu)\s*$"
)
_RECIPIENTS = re.compile(r"[ *.-]*n\S{1,2}i n\S{1,3}n\b")
_OPENING = re.compile(
    r"(?:can cu|can c\S{1,2} |thuc hien|thi hanh|xet |theo |nham |de |uy ban nhan dan|ubnd|tren co so|"
    r"trien khai thuc hien)"
)
_TERMINAL = re.compile(r"[.;:!?…]['\")\]”’]*\s*$|/\.\s*$")


def blocks_of(lines: list[Line]) -> list[Block]:
    """All blocks of a document in order; every non-blank line is in exactly one."""
    state = _State()
    width = _full_width(lines)
    names = " ".join(line.text for line in lines)
    trailer = _trailer_start(lines)
    for index, line in enumerate(lines):
        if line.blank:
            state.gap = True
            continue
        if index >= trailer and _in_trailer(state, line):
            _append(state, line, PLAIN, Zone.TRAILER)
        elif _heads_duties(state, line, lines[index + 1 :]):
            _append(state, line, unit_mark(line), Zone.BODY)
        else:
            _take(state, line, width, names)
        state.gap = False
    return state.blocks


def _full_width(lines: list[Line]) -> int:
    """The length of a full line where the text is hard-wrapped; 0 where each paragraph is one line."""
    lengths = sorted(len(line.text) for line in lines if len(line.text) > 20 and not is_table_line(line))
    if not lengths:
        return 0
    ninth = lengths[int(len(lengths) * 0.9)]
    return ninth if ninth <= 130 and sum(n > 0.8 * ninth for n in lengths) >= 0.3 * len(lengths) else 0


def _trailer_start(lines: list[Line]) -> int:
    first = next((i for i, line in enumerate(lines) if i > len(lines) // 2 and _STAMP.search(line.folded)), len(lines))
    while first > 0 and first < len(lines) and (lines[first - 1].blank or _STAMP_LINE.match(lines[first - 1].folded)):
        first -= 1
    return first


def _in_trailer(state: _State, line: Line) -> bool:
    """Stamps stand after the signature; an appendix may follow them."""
    stamp = _STAMP.search(line.folded) or _STAMP_LINE.match(line.folded)
    begun = state.zone is Zone.TRAILER and mark_of(line, 0, 0).level != Level.APPENDIX
    return bool(stamp) or begun


def _heads_duties(state: _State, line: Line, behind: list[Line]) -> bool:
    last = state.blocks[-1] if state.blocks else None
    if not state.duties or state.zone is not Zone.BODY or last is None or last.table:
        return False
    free = _terminal(last) or last.mark.level <= Level.SECTION
    plain = mark_of(line, state.sections, state.items, state.letters) is PLAIN and not _SIGNATURE.match(line.folded)
    return free and plain and names_a_unit(line, next((after for after in behind if not after.blank), None))


def _append(state: _State, line: Line, mark: Mark, zone: Zone, table: bool = False) -> None:
    state.zone = zone
    state.blocks.append(Block(mark, [line], zone, table))


def _take(state: _State, line: Line, width: int, names: str) -> None:
    last = state.blocks[-1] if state.blocks else None
    if is_table_line(line) and state.zone is not Zone.LETTERHEAD:
        _take_table(state, line, last)
        return
    mark = mark_of(line, state.sections, state.items, state.letters)
    zone = _zone(state, line, mark)
    if last and last.zone is Zone.BODY and zone is Zone.ENDING and not _begins_ending(line):
        zone = Zone.BODY if _continues(last, line, mark, state.gap, width, names) else zone
    if last and zone == last.zone and _continues(last, line, mark, state.gap, width, names):
        last.lines.append(line)
        _look_for_duties(state, last)
        return
    mark = mark if zone in (Zone.BODY, Zone.RECIPIENTS) else PLAIN
    _append(state, line, mark, zone)
    _count(state, mark)


def _take_table(state: _State, line: Line, last: Block | None) -> None:
    if last and last.table:
        last.lines.append(line)
    else:
        _append(state, line, PLAIN, Zone.BODY, table=True)


def _count(state: _State, mark: Mark) -> None:
    _look_for_duties(state, state.blocks[-1])
    if mark.level in (Level.APPENDIX, Level.PART):
        state.letters = mark.number if len(mark.key) == 1 and mark.key.isalpha() else 0
        state.sections = state.items = 0
    elif mark.level == Level.SECTION:
        state.sections, state.items = mark.number, 0
    elif mark.level == Level.ITEM:
        state.items = mark.number


def _look_for_duties(state: _State, block: Block) -> None:
    if block.zone is Zone.BODY and block.mark.level <= Level.SECTION:
        state.duties = gives_out_duties(block.text)


def _zone(state: _State, line: Line, mark: Mark) -> Zone:
    folded, zone = line.folded, state.zone
    if mark.level == Level.APPENDIX and zone is not Zone.TITLE:
        return Zone.BODY
    if _is_recipients(folded):
        return Zone.RECIPIENTS
    if zone is Zone.LETTERHEAD:
        return _after_letterhead(state, line, mark)
    if mark.level in (Level.PART, Level.SECTION) and zone in (Zone.TITLE, Zone.OPENING):
        return Zone.BODY
    if zone is Zone.TITLE:
        return _after_title(state, line, mark)
    if zone is Zone.OPENING:
        return Zone.BODY if mark.level == Level.ITEM and mark.number == 1 else Zone.OPENING
    if zone in (Zone.BODY, Zone.RECIPIENTS, Zone.ENDING) and line.upper and _SIGNATURE.match(folded):
        return Zone.SIGNATURE
    if zone is Zone.BODY and mark is PLAIN and _ends_plan(line):
        return Zone.ENDING
    return zone


def _begins_ending(line: Line) -> bool:
    return fuzz.ratio(line.folded[:20], "tren day la ke hoach") >= 85


def _ends_plan(line: Line) -> bool:
    return _begins_ending(line) or bool(re.search(r"\.\s*/\s*\.\s*$", line.text))


def _is_recipients(folded: str) -> bool:
    return bool(_RECIPIENTS.match(folded)) and (len(folded) < 14 or ":" in folded[:12])


def _after_letterhead(state: _State, line: Line, mark: Mark) -> Zone:
    folded = line.folded
    if folded.startswith("ke hoach") and (line.upper or line.bold or line.heading or len(folded) < 12):
        return Zone.TITLE
    if mark.level in (Level.PART, Level.SECTION) and len(state.blocks) > 0 and line.upper:
        return Zone.BODY
    return Zone.LETTERHEAD


def _after_title(state: _State, line: Line, mark: Mark) -> Zone:
    subject = sum(len(block.lines) for block in state.blocks if block.zone is Zone.TITLE) > 1
    titled = subject or len(state.blocks[-1].text) > 12
    if titled and (state.gap or _OPENING.match(line.folded)) and (len(line.text) > 90 or _OPENING.match(line.folded)):
        return Zone.OPENING
    if mark.level == Level.ITEM and mark.number == 1:
        return Zone.BODY
    return Zone.TITLE if not (titled and state.gap and not (line.upper or line.bold or line.heading)) else Zone.OPENING


def _continues(last: Block, line: Line, mark: Mark, gap: bool, width: int, names: str) -> bool:
    """Whether a line goes on with the block before it."""
    if last.table:
        return not gap and mark is PLAIN
    if last.zone in (Zone.LETTERHEAD, Zone.SIGNATURE, Zone.TRAILER):
        return False
    if last.zone is Zone.TITLE:
        return True
    if mark is not PLAIN and not _false_mark(last, line, mark, gap):
        return False
    if last.zone is Zone.RECIPIENTS:
        return not gap and line.text[:1].islower()
    if field_line(line.text) and not line.text[:1].islower():
        return False
    if last.mark.level <= Level.SECTION and line.upper:
        alone = len(last.text) <= last.mark.rest  # "Phần thứ ba", its name on the next line
        if alone or last.lines[-1].upper:
            return alone or not gap or last.mark.level == Level.APPENDIX
    if last.mark.level == Level.APPENDIX and (line.upper or line.bold):
        return True
    return _cut(last, line, gap, width, names)


def _false_mark(last: Block, line: Line, mark: Mark, gap: bool) -> bool:
    """A number at the head of a wrapped line that is no mark: '… ngày\n16. Ủy ban' in mid sentence."""
    return (
        not gap
        and mark.level >= Level.ITEM
        and mark.level < Level.POINT
        and not _terminal(last)
        and mark.number > 1
        and (bool(re.search(r"\b(?:ngay|thang|so|dieu|khoan|nam|quy|muc)\s*$", fold(last.text))))
    )


def _terminal(last: Block) -> bool:
    return bool(_TERMINAL.search(last.lines[-1].text))


def _cut(last: Block, line: Line, gap: bool, width: int, names: str) -> bool:
    before = last.lines[-1].text
    lower = line.text[:1].islower()
    if not gap:
        return (bool(width) and len(before) >= 0.6 * width) or (lower and not _terminal(last))
    if _terminal(last) or len(before) < 25 or not line.text.split() or not before.split():
        return False
    if lower:
        return True
    pair = f"{before.split()[-1]} {line.text.split()[0]}"
    return (
        before.split()[-1][:1].isupper()
        and len(before) > 50
        and names.count(pair) >= 1
        and before.split()[-1][-1].isalpha()
    )
