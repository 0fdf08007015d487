"""Which stretch of the document a line stands in: letterhead, title, opening, body, ending, recipients, signature.

A zone is entered by what a line looks like where the document has got to; nothing is looked up further than the line
after it.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from rapidfuzz import fuzz

from ingest.headings import heads_a_sentence, in_capitals, is_standard
from ingest.lines import Line
from ingest.marks import Level, Mark
from plan.patterns import patterns
from plan.text import CAPITALS


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
    CONTENTS = "contents"  # a table of contents, none of the plan


_WORDS = patterns(Path(__file__).with_name("data") / "document.txt")
_STAMP, _SIGNATURE = re.compile(_WORDS["stamps"]), re.compile(_WORDS["signature"])
_OPENING, _FAREWELL = re.compile(rf"(?:{_WORDS['opening']})"), re.compile(_WORDS["farewell"])
TITLES = re.compile(rf"(?:{_WORDS['titles']})\b")
_STAMP_LINE = re.compile(r"\s*(?:\d{4}-\d\d-\d\dt\d\d:\d\d|viet nam\s*$)")
_RECIPIENTS = re.compile(r"[ *.-]*n\S{1,2}i n\S{1,3}n\b")
_SENT = re.compile(r"[ *_-]*(?:noi gui\b.*|gui\s*:[ *_]*)")  # behind the text, over those that it is sent to
_LATE = (Zone.BODY, Zone.ENDING, Zone.SIGNATURE)
_FILED = re.compile(r"[-+* ]*luu\s*[:;]")
_ADDRESSED = re.compile(r"[ *_-]*(?:kinh gui\b|gui\s*:)")
_GOES_ON = re.compile(r"[ *_(]*tiep (?:theo|noi)\b.{0,20}\b(?:phan|trang|ke hoach|muc)\b")
LEAST_SENTENCE = 30  # characters of a sentence below a title
LEAST_OPENING = 60  # characters of what a letter says behind those it is sent to
_DATED = re.compile(r"[^\W\d_][^\d,;:]{2,40},\s*ngay\s.{0,12}thang\s.{0,12}nam\s*\d{4}\W*\Z")
_ISSUED, _DECIDING = (re.compile(rf"(?:{_WORDS[name]})\b") for name in ("issued", "deciding"))


_OFFICE = re.compile(rf"\W*(?:(?:pho|quyen|q\.) )?(?:{_WORDS['offices']})\b[^.,;:]*\Z")
_NAME = re.compile(rf"\W*[{CAPITALS}][\w'’]*(?: [{CAPITALS}][\w'’]*){{1,4}}\W*\Z")
_MARK = re.compile(r"\W*(?:da )?ky\b")
FEW = 6  # words of an office
_FORM = re.compile(r"(?:bieu(?: mau)?|mau(?: bieu)?|bang)(?: so)?[: ]*\d{1,2}(?:[a-z]|[-/]\S{1,12})?[.:]?")
_CONTENTS = re.compile(r"(?:bang )?muc luc(?: ke hoach)?|(?:noi dung|tieu de|de muc|muc)\s{2,}(?:so )?trang(?: so)?")
_LEADERS = re.compile(r"(?:\.{4,}|…{2,})\s*\d{1,3}\s*$")
_CONTENTS_LINE = re.compile(r"(?:[.…\s]|\t)\d{1,3}\s*$")


class Zones:
    """Where the walk over the lines has got to."""

    def __init__(self) -> None:
        self.now = Zone.LETTERHEAD
        self._titles = 0  # lines of the title so far
        self._title_length = 0
        self._lines = 0  # lines of the letterhead so far
        self._before = Zone.BODY  # what the contents interrupt
        self._signed = False  # a name stands below the signer's office
        self._goes_on = False  # it says that it is the rest of a plan
        self._addressed = False  # 'Kính gửi' was read

    def enter(self, zone: Zone, line: Line) -> None:
        """A block begins in a zone."""
        if zone is Zone.LETTERHEAD:
            self._lines += 1
            self._goes_on = self._goes_on or _GOES_ON.match(line.folded) is not None
            self._addressed = self._addressed or _ADDRESSED.match(line.folded) is not None
        if zone is Zone.SIGNATURE:
            self._signed = self._signed or (self.now is Zone.SIGNATURE and not line.upper)
        if zone is Zone.TITLE and self.now is not Zone.TITLE:
            self._titles, self._title_length = 0, 0
        self.now = zone
        self._grow(line)

    def _grow(self, line: Line) -> None:
        if self.now is Zone.TITLE:
            self._titles += 1
            self._title_length += len(line.text)

    def takes_headings(self, line: Line, after: Line | None) -> bool:
        """Whether an unnumbered heading may stand here."""
        if self.now is Zone.TITLE:
            body = after is not None and not is_basis(after) and heads_a_sentence(line, after)
            return self._titles > 1 and (line.run_in or is_standard(line) or body)
        if self.now is Zone.LETTERHEAD:
            return False
        return self.now in (Zone.OPENING, Zone.BODY, Zone.ENDING, Zone.CONTENTS)

    def in_trailer(self, line: Line, mark: Mark) -> bool:
        """Stamps stand after the signature; an appendix may follow them."""
        stamp = _STAMP.search(line.folded) or _STAMP_LINE.match(line.folded)
        return bool(stamp) or (self.now is Zone.TRAILER and mark.level != Level.APPENDIX)

    def appendix_mark(self, line: Line, after: Line | None) -> Mark | None:
        """A list or form with a title of its own behind the signature is an appendix, though it is not called one."""
        if self._heads_form(line, after) or (self.now is Zone.SIGNATURE and self._heads_appendix(line, after)):
            return Mark(Level.APPENDIX, "", 0, 0)
        return None

    def _heads_form(self, line: Line, after: Line | None) -> bool:
        """'Biểu số 01', 'Mẫu 02' on a line of its own, anywhere behind the signature."""
        return self._signed and after is not None and _FORM.fullmatch(line.folded.strip()) is not None

    def _heads_appendix(self, line: Line, after: Line | None) -> bool:
        if self._heads_form(line, after):
            return True
        if not self._signed or after is None or not line.upper or is_signature(line):
            return False
        return (
            len(line.text.split()) >= 3
            and re.match(r"(?:danh sach|bieu|bang|lich|danh muc|phan cong)", line.folded) is not None
        )

    def zone_of(self, line: Line, mark: Mark, gap: bool, after: Line | None) -> Zone:
        """The zone of a line that begins a block (or goes on with the one before)."""
        folded, zone = line.folded, self.now
        if zone is Zone.CONTENTS:
            if _CONTENTS_LINE.search(line.text) or _LEADERS.search(line.text):
                return Zone.CONTENTS
            self.now = zone = self._before
        led = after is not None and _LEADERS.search(after.text) and _CONTENTS_LINE.search(line.text)
        if _CONTENTS.fullmatch(folded.strip(" :.")) or (led and _LEADERS.search(line.text)):
            self._before = Zone.OPENING if zone in (Zone.TITLE, Zone.LETTERHEAD) else zone
            return Zone.CONTENTS
        if mark.level == Level.APPENDIX and zone not in (Zone.TITLE, Zone.LETTERHEAD):
            return Zone.BODY
        if _is_recipients(folded) or (zone in _LATE and _SENT.fullmatch(folded)):
            return Zone.RECIPIENTS
        if zone is Zone.LETTERHEAD:
            return self._after_letterhead(line, mark)
        if zone in (Zone.TITLE, Zone.OPENING) and _begins_body(mark):
            return Zone.BODY
        if zone is Zone.TITLE and self._titles > 1 and _decides(line, after):
            return Zone.OPENING
        if zone is Zone.TITLE:
            found = self._after_title(line, mark, gap)
            if found is Zone.TITLE:
                self._grow(line)
            return found
        if zone in (Zone.RECIPIENTS, Zone.SIGNATURE) and _is_plan_title(line):
            return Zone.TITLE
        if zone is Zone.SIGNATURE and _FILED.match(folded):
            return Zone.RECIPIENTS  # a page end stood between: the signer was read before the last of them
        if zone is Zone.SIGNATURE and self._heads_appendix(line, after):
            return Zone.BODY
        if zone in (Zone.BODY, Zone.RECIPIENTS, Zone.ENDING) and is_signature(line):
            return Zone.SIGNATURE
        if zone in (Zone.BODY, Zone.ENDING) and _DATED.match(folded) and after is not None and is_signature(after):
            return Zone.SIGNATURE  # place and day stand over the signer, not in the last clause
        if zone in (Zone.RECIPIENTS, Zone.ENDING) and after is not None and _is_signed(line, after):
            return Zone.SIGNATURE
        if zone is Zone.ENDING and mark.level <= Level.ITEM:
            return Zone.BODY
        if zone is Zone.BODY and mark.level == Level.TEXT and _ends_plan(line):
            return Zone.ENDING
        return zone

    def _after_letterhead(self, line: Line, mark: Mark) -> Zone:
        folded = line.folded
        title = TITLES.match(folded)
        if title and folded.startswith("phuong") and "ườ" in line.text[:9].lower():
            title = None  # 'PHƯỜNG AN PHÚ' is a ward, 'PHƯƠNG ÁN' a plan
        loud = line.upper or in_capitals(line, alone=False)
        if title and (loud or line.bold or line.heading or len(folded) <= title.end() + 2):
            return Zone.TITLE
        if mark.level <= Level.SECTION and self._lines > 0 and line.upper and not mark.style:
            return Zone.BODY
        if self._goes_on and mark.level < Level.TEXT:
            return Zone.BODY
        if _OPENING.match(folded) and len(line.text) > 60 and not line.upper:
            return Zone.OPENING  # a plan without head and title
        return Zone.OPENING if self._addressed and _opens_letter(line, mark) else Zone.LETTERHEAD

    def _after_title(self, line: Line, mark: Mark, gap: bool) -> Zone:
        titled = self._titles > 1 or self._title_length > 14
        opening = _OPENING.match(line.folded) is not None and line.text[:1].isupper()
        ended = line.text.rstrip()[-1:] in ";:"
        if titled and opening and not line.upper and not line.heading and (gap or len(line.text) > 60 or ended):
            return Zone.OPENING
        if self._titles > 1 and _is_sentence(line):
            return Zone.OPENING
        if titled and (gap or line.text.rstrip()[-1:] in ".:;") and len(line.text) > 90 and not line.upper:
            return Zone.OPENING
        return Zone.TITLE if not (titled and gap and not (line.upper or line.bold or line.heading)) else Zone.OPENING


def _is_sentence(line: Line) -> bool:
    """Whether a line below a title says something of its own: it ends as no title does."""
    if line.upper or line.heading or line.bold or not line.text[:1].isupper() or len(line.text) < LEAST_SENTENCE:
        return False
    return line.text.rstrip()[-1:] in ".:;"


def _opens_letter(line: Line, mark: Mark) -> bool:
    """The first sentence behind those a letter is sent to; they are listed with points, commas and ';'."""
    if mark.level != Level.TEXT or len(line.text) <= LEAST_OPENING or _ADDRESSED.match(line.folded):
        return False
    return line.text.rstrip().endswith(":") or ";" not in line.text[: 2 * LEAST_OPENING]


def _begins_body(mark: Mark) -> bool:
    if mark.level == Level.ITEM and not mark.style:
        return mark.number == 1
    return mark.level < Level.ITEM and mark.level != Level.APPENDIX


def _is_plan_title(line: Line) -> bool:
    return line.upper and _ISSUED.match(line.folded) is not None


def _decides(line: Line, after: Line | None) -> bool:
    """'CHỦ TỊCH ỦY BAN NHÂN DÂN XÃ' over the basis of a decision is none of its title."""
    return line.upper and after is not None and is_basis(after) and _DECIDING.match(line.folded) is not None


def is_basis(line: Line) -> bool:
    """'Căn cứ …', 'Thực hiện …', 'Để …': what a plan says before it says anything to be done."""
    return bool(_OPENING.match(line.folded))


def is_signature(line: Line) -> bool:
    """'TM. ỦY BAN NHÂN DÂN', 'CHỦ TỊCH' in capitals."""
    return bool(_SIGNATURE.match(line.folded)) and line.upper


def _is_signed(line: Line, after: Line) -> bool:
    """Whether an office stands over a name or over '(đã ký)', in whatever letters: 'Chủ tịch', 'BÍ THƯ ĐOÀN XÃ'."""
    office = _OFFICE.match(line.folded) is not None and len(line.text.split()) <= FEW
    return office and (_NAME.match(after.text) or _MARK.match(after.folded)) is not None


def begins_ending(line: Line) -> bool:
    """'Trên đây là Kế hoạch …', a letter misread or not."""
    return fuzz.ratio(line.folded[:20], "tren day la ke hoach") >= 85


def _ends_plan(line: Line) -> bool:
    """The closing paragraph: it speaks of the plan as a whole. './.' alone does not take a paragraph out of its
    section."""
    return begins_ending(line) or (
        bool(re.search(r"\.\s*/\s*\.\s*$", line.text)) and bool(_FAREWELL.match(line.folded))
    )


def _is_recipients(folded: str) -> bool:
    return bool(_RECIPIENTS.match(folded)) and (len(folded) < 14 or ":" in folded[:12])


def trailer_start(lines: list[Line]) -> int:
    """The index of the first line of the digital signatures' stamps, the number of lines when there are none."""
    first = next((i for i, line in enumerate(lines) if i > len(lines) // 2 and _STAMP.search(line.folded)), len(lines))
    while 0 < first < len(lines) and (lines[first - 1].blank or _STAMP_LINE.match(lines[first - 1].folded)):
        first -= 1
    return first
