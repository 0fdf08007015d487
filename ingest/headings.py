"""Headings that carry no number: in capitals, in bold, as Markdown headings, or a label alone on its line.

'MỤC ĐÍCH, YÊU CẦU', '## Mục tiêu', 'Chế độ báo cáo': what stands below belongs to them as it would to 'I.' or '1.'.
Pure; each line is looked at with the lines beside it and never with the whole document.
"""

from __future__ import annotations

import re
from pathlib import Path

from ingest.lines import Line
from ingest.marks import Level, Mark
from plan.fields import field_line
from plan.patterns import patterns

LONGEST = 140  # characters of a heading in capitals or bold
SHORTEST = 4  # letters of a heading of one word: 'TIỀN'
FEW = 6  # words of a label that is told by the sentences above and below it
LABEL = 70  # of a label in ordinary letters
_ENDED = re.compile(r"[.;,!?…]['\")\]”’]*\s*$")
_CLOSED = re.compile(r"[.;:!?…]['\")\]”’]*\s*$")
_SENTENCE = re.compile(r"[.;]['\")\]”’]*\s*$")
_NO_NAME = re.compile(r"[\d,;:|\t]")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_KNOWN = patterns(Path(__file__).with_name("data") / "document.txt")
_STANDARD = re.compile(rf"(?:(?:cac|mot so|ve)\s+)?(?:{_KNOWN['standard headings']})\b")
_GOES_ON = re.compile(rf"(?:{_KNOWN['title goes on']})\b")
_LAST = re.compile(rf"(?:{_KNOWN['last headings']})\b")
_HAS_CELLS, _WHOLE = re.compile(r"\t|\S\s*\|\s*\S"), re.compile(r"\.\s*$")
_POINT = re.compile(r"[a-z]\s*[.)/]\s*\S")
_DAY, NAMES_SOMEBODY = re.compile(_KNOWN["days"]), re.compile(_KNOWN["somebody"])
LAST_LABEL = "label of a plan's end"
_PART_OF_DAY = re.compile(r"(?:buoi )?(?:sang|trua|chieu|toi)(?:\W*(?:ngay|thu \S+|tu|\d|\().{0,50})?")
_TIMED = re.compile(r"[-+*•]|\d{1,2}\s*(?:[.)]|[hg:])|(?:tt|stt|gio|thoi gian|buoi|sang|chieu|toi)\b|\|")


def heading_mark(line: Line, before: Line | None, after: Line | None, gap: bool) -> Mark | None:
    """The mark of a line that is a heading though it has no number; None for ordinary text.

    `before` and `after` are the nearest lines that are not blank, `gap` says whether a blank line stands above.
    """
    text = line.text
    if after is None or len(text) > LONGEST or not _WORDS.search(text):
        return None
    if line.depth:
        return _mark(line, f"#{line.depth}")
    if line.run_in:
        return _mark(line, "bold" if line.lead else "label")
    if _ENDED.search(text) or not text[:1].isupper() or NAMES_SOMEBODY.match(line.folded):
        return None
    closed = gap and before is not None and bool(_CLOSED.search(before.text)) and not after.upper
    if in_capitals(line, closed) and not _is_note(text):
        return _mark(line, "caps")
    if style := _time_style(line, after):
        return _mark(line, style)
    if field_line(text) is not None:
        return None
    if line.all_bold:
        return _mark(line, "bold")
    if not _is_label(line, before, after, gap):
        return None
    return _mark(line, LAST_LABEL if _LAST.match(line.folded) else "label")


def _time_style(line: Line, after: Line) -> str:
    """'Ngày thứ nhất (16/5/2026)', 'Thứ Hai, ngày 04/5/2026', 'Buổi chiều' over a list or a schedule; '' otherwise."""
    if "\t" in line.text or not (_TIMED.match(after.folded) or "\t" in after.text):
        return ""
    name = line.folded.rstrip(" :")
    if _DAY.fullmatch(name):
        return "day"
    return "part of day" if _PART_OF_DAY.fullmatch(name) else ""


def heads_a_sentence(line: Line, after: Line | None) -> bool:
    """A few words without an end, no name and no number, over a longer sentence: 'Cách thức thu gom'."""
    words = line.text.rstrip(" :").split()
    if after is None or not 2 <= len(words) <= FEW or _NO_NAME.search(line.text) or _GOES_ON.match(line.folded):
        return False
    named = sum(word[:1].isupper() for word in words[1:])
    return 2 * named < len(words) and bool(_SENTENCE.search(after.text)) and len(after.text) > 2 * len(line.text)


def is_standard(line: Line) -> bool:
    """Whether a line reads like one of the usual headings of a plan."""
    return bool(_STANDARD.match(line.folded)) and len(line.text.split()) <= 8


def _mark(line: Line, style: str) -> Mark:
    key = " ".join(re.sub(r"[().#^:~+/\[\]]", " ", line.text).split()[:6]).capitalize()
    return Mark(Level.SECTION, "", 0, 0, key=key, style=style, depth=line.depth)


def in_capitals(line: Line, alone: bool) -> bool:
    """In capitals up to a bracket: 'TIẾN ĐỘ (kèm theo)'; one word must be a usual heading or stand `alone`."""
    name = line.text.split("(")[0]
    letters = [char for char in name if char.isalpha()]
    if sum(char.isupper() for char in letters) < 0.8 * len(letters):
        return False
    count = len(_WORDS.findall(name))
    return count >= 2 or (count == 1 and (is_standard(line) or (alone and len(letters) >= SHORTEST)))


def _is_note(text: str) -> bool:
    return text.startswith("(") or "………" in text


def _is_name(text: str) -> bool:
    """Some words that may name a table: no number, no pause."""
    return 2 <= len(text.split()) <= FEW and not _NO_NAME.search(text)


def _goes_on(after: Line) -> bool:
    """Whether the next line is the rest of this one, and no point 'a. …'."""
    return after.text[:1].islower() and not _POINT.match(after.folded)


def _is_label(line: Line, before: Line | None, after: Line, gap: bool) -> bool:
    """Short, no sentence, the text before it closed, and something longer or counted below it."""
    text = line.text.rstrip(" :")
    if len(text) > LABEL or ":" in text or "\t" in text or "|" in text or _goes_on(after):
        return False
    if before is not None and not gap and not _CLOSED.search(before.text):
        return False
    if len(text.split()) < 2 and not is_standard(line):
        return False
    if is_standard(line) and not line.text.rstrip().endswith(":"):
        return len(text.split()) <= 6 or gap
    if line.text.rstrip().endswith(":"):
        return is_standard(line) and gap
    if before is not None and _SENTENCE.search(before.text) and heads_a_sentence(line, after):
        return True
    if _HAS_CELLS.search(after.text) and _WHOLE.search(before.text if before else "") and _is_name(text):
        return True  # 'Lịch công tác' over its table
    return len(after.text) > (max(40, 3 * len(text)) if gap else max(100, 2 * len(text))) or (
        gap and bool(re.match(r"[-+*•]\s|\d{1,2}[.)]\s|\|", after.text))
    )
