"""Headings with their text behind them: 'MỤC TIÊU: Đến cuối năm …', '**Kinh phí.** Tổng …', 'Kinh phí. Tổng …'.

Each such line is parted in two, so that what follows sees a heading over its text. One line alone proves nothing: a
document must have several, usual headings of a plan among them; in ordinary letters it must have no other headings.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.headings import NAMES_SOMEBODY, in_capitals, is_standard
from ingest.lines import Line
from ingest.marks import PLAIN, Level, Seen, mark_of, series_name
from plan.fields import field_line
from plan.model import Field

LEAST_USUAL = 2  # usual headings with their text behind them, before any such line is one
LEAST = 3  # such lines of all kinds, where they are not in capitals
LONGEST = 90  # characters of a heading in bold
WORDS = 8  # of one in ordinary letters
_CAPITALS = re.compile(r"[^\W\d_][^:;.!?]{2,60}:(?=\s+\S)")
_PLAIN = re.compile(r"[^\W\d_][^:;.!?\t|]{2,60}[.:](?=\s+[^\s]|\s*$)")
_BEHIND = re.compile(r"\s*[.:]|\s+[-–—](?=\s)")
_CLOSED = re.compile(r"[.;:!?…]['\")\]”’*]*\s*$")
_BASIS = "can cu"  # a heading where others stand above it; else the opening
_NONE = re.compile(r"noi nhan|so\b|kinh gui|v/v|ghi chu|luu y|luu\b|vi du|(?:de nghi|yeu cau|giao|don vi)\b")
_FORM = (Field.LEAD, Field.COORDINATING, Field.PRODUCT)


def run_in(lines: list[Line]) -> list[Line]:
    """The lines, those that begin with a heading parted behind it."""
    capitals = {at: cut for at, line in enumerate(lines) if (cut := _in_capitals(line))}
    bold = {at: cut for at, line in enumerate(lines) if line.lead and (cut := _in_bold(line))}
    if _usual(lines, capitals | bold) >= LEAST_USUAL and (capitals or len(bold) >= LEAST):
        return _parted(lines, capitals | _opened(lines, _without_forms(lines, bold)), frozenset(bold))
    if beside := _beside_another(lines):
        return _parted(lines, beside, frozenset(beside))
    plain = {} if _has_headings(lines) else _opened(lines, _in_ordinary_letters(lines))
    if len(plain) >= LEAST and _usual(lines, plain) >= LEAST_USUAL:
        return _parted(lines, plain, frozenset(plain))
    return lines


def _opened(lines: list[Line], cuts: dict[int, int]) -> dict[int, int]:
    """Without what the plan is based on, where that stands before all headings."""
    first = min(cuts, default=-1)
    return {at: cut for at, cut in cuts.items() if at != first or not lines[at].folded.startswith(_BASIS)}


def _usual(lines: list[Line], cuts: dict[int, int]) -> int:
    return sum(is_standard(lines[at].part(0, cut)) for at, cut in cuts.items())


def _parted(lines: list[Line], cuts: dict[int, int], marked: frozenset[int]) -> list[Line]:
    """`marked` are the lines whose heading does not show by itself."""
    found: list[Line] = []
    for at, line in enumerate(lines):
        cut = cuts.get(at, 0)
        if not cut:
            found.append(line)
            continue
        head = line.part(0, cut)
        found.append(replace(head, run_in=True, lead=line.lead) if at in marked else head)
        found += [line.part(cut, len(line.text))] if line.text[cut:].strip() else []
    return found


def _in_capitals(line: Line) -> int:
    """Where the colon behind a heading in capitals ends that has its text on the same line; 0 where there is none."""
    match = _CAPITALS.match(line.text)
    if match is None or 2 * sum(map(str.isupper, match.group())) < match.end():  # most labels; the rest is looked at
        return 0
    if "\t" in line.text or "|" in line.text or NAMES_SOMEBODY.match(line.folded):
        return 0
    return match.end() if in_capitals(line.part(0, match.end()), False) and not line.upper else 0


def _in_bold(line: Line, signed: bool = True) -> int:
    """Where a heading in bold ends with its full stop, colon or dash; all of the line where nothing stands behind.
    `signed`: an office may be a signer's."""
    cut = line.lead
    if line.text[cut - 1 : cut] not in (".", ":"):
        behind = _BEHIND.match(line.text, cut)
        if behind is None:
            return 0
        cut = behind.end()
    return cut if cut <= LONGEST and _may_head(line, cut, signed) else 0


def _may_head(line: Line, cut: int, signed: bool = True) -> bool:
    """Begins like a heading: no number, no table, nobody's name, no 'Căn cứ:' and its like."""
    text = line.text
    if line.depth or not text[:1].isupper() or "\t" in text or "|" in text or text[: cut - 1].isupper():
        return False
    if _NONE.match(line.folded) or (signed and NAMES_SOMEBODY.match(line.folded)):
        return False
    if re.search(r"[.;!?]\s", text[: cut - 1]):
        return False
    return mark_of(line, Seen()) is PLAIN and series_name(line.folded[:200]) is None


def _beside_another(lines: list[Line]) -> dict[int, int]:
    """Those of a row of several, none of them a field of a task: '**Tổ chuyên môn:** …' below '**Ban chỉ đạo:** …'."""
    rows: list[dict[int, int]] = [{}]
    for at, line in enumerate(lines):
        cut = _in_bold(line, signed=False) if line.lead else 0
        if line.text[cut:].strip() and cut and field_line(line.text) is None:
            rows[-1][at] = cut
        elif not line.blank:
            rows.append({})
    return {at: cut for row in rows if len(row) >= LEAST for at, cut in row.items()}


def _without_forms(lines: list[Line], cuts: dict[int, int]) -> dict[int, int]:
    """'**Thời gian:** …' beside '**Chủ trì:** …' is a field of a task and heads nothing."""
    return {at: cut for at, cut in cuts.items() if not _is_field(lines, at)}


def _is_field(lines: list[Line], at: int) -> bool:
    field = field_line(lines[at].text)
    if field is None or (is_standard(lines[at]) and not lines[at].text[field[1] :].strip(" :")):
        return False  # 'Tổ chức thực hiện:' alone heads what stands below
    return field[0] in _FORM or any(_in_form(lines, at, step) for step in (-1, 1))


def _in_form(lines: list[Line], at: int, step: int) -> bool:
    """Whether the next line above or below that is not blank names who does it or what comes of it."""
    at += step
    while 0 <= at < len(lines) and lines[at].blank:
        at += step
    field = field_line(lines[at].text) if 0 <= at < len(lines) else None
    return field is not None and field[0] in _FORM


def _has_headings(lines: list[Line]) -> bool:
    """Whether a number, a Markdown heading or a line in capitals heads anything behind the title."""
    return any(_heads(line) for line in lines)


def _heads(line: Line) -> bool:
    if line.depth > 2 or (line.upper and is_standard(line)):
        return True
    mark = mark_of(line, Seen()) if line.text[:1].isalnum() or line.text[:1] == "(" else PLAIN
    return mark.level < Level.POINT


def _in_ordinary_letters(lines: list[Line]) -> dict[int, int]:
    """'Kinh phí. Tổng 42 triệu đồng …' at the head of a paragraph, 'Kinh phí:' alone over one."""
    found: dict[int, int] = {}
    above: Line | None = None
    for at, line in enumerate(lines):
        free = above is None or above.blank or bool(_CLOSED.search(above.text))
        match = _PLAIN.match(line.text) if free and not line.blank else None
        if match and len(match.group().split()) <= WORDS and _may_head(line, match.end()) and not _is_field(lines, at):
            rest = line.text[match.end() :].strip()
            if _goes_on(rest) if rest else _over_text(lines, at):
                found[at] = match.end()
        above = line
    return found


def _goes_on(text: str) -> bool:
    return text[:1].isupper() or text[:1].isdigit()


def _over_text(lines: list[Line], at: int) -> bool:
    """A usual heading, or one that stands apart over a paragraph and not over a list."""
    if is_standard(lines[at]):
        return True
    below = lines[at + 1] if at + 1 < len(lines) else None
    apart = at == 0 or lines[at - 1].blank
    return apart and below is not None and _goes_on(below.text) and len(below.text) > len(lines[at].text)
