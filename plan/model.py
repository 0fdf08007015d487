"""The words of the house as types: PlanVersion, Clause, Assignment, Citation, Answer.

All offsets are half-open character positions into `PlanVersion.text`, the canonical text that was stored when the
file was ingested. Nothing here is ever edited: a new file makes a new PlanVersion.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open character range `[start, end)` of a canonical text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def of(self, text: str) -> str:
        """The characters themselves."""
        return text[self.start : self.end]

    def overlap(self, other: Span) -> int:
        """How many characters two spans share."""
        return max(0, min(self.end, other.end) - max(self.start, other.start))


class ClauseKind(StrEnum):
    """What a node of the clause tree is (Vietnamese in DESIGN's table of words)."""

    PART = "part"  # phần
    SECTION = "section"  # mục I, II
    ITEM = "item"  # khoản 1, 2, 1.1
    POINT = "point"  # điểm a
    BULLET = "bullet"  # gạch đầu dòng
    PARAGRAPH = "paragraph"  # đoạn
    ROW = "row"  # hàng
    GROUP = "group"  # a table row that only heads the rows below it
    TABLE_HEAD = "table_head"  # the header row of a table
    HEADING = "heading"  # the heading line of a node that has children
    LETTERHEAD = "letterhead"  # issuer, motto, number, place and date
    TITLE = "title"  # KẾ HOẠCH + subject
    OPENING = "opening"  # căn cứ
    CLOSING = "closing"  # nơi nhận, chữ ký
    SIGNATURE = "signature"  # signer block
    APPENDIX = "appendix"  # phụ lục
    TRAILER = "trailer"  # digital signature stamps: metadata, never an answer


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table row: its column's name and the pieces of text it was read from (a page break cuts cells)."""

    column: str
    value: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """A node of the clause tree. `address` is unique within its version; a leaf has no `children`."""

    address: str
    kind: ClauseKind
    label: str  # the mark as it is printed: "II.", "a)", "22"; empty where there is none
    heading: str  # cleaned heading text; empty for nodes without one
    span: Span
    parent: str | None
    children: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    words: str = ""  # the address in the words of Vietnamese administration
    reading: str = ""  # what a garbled leaf most likely says, for finding and reading; never quoted


class Field(StrEnum):
    """The parts of an assignment that officers ask for."""

    TASK = "task"
    LEAD = "lead"
    COORDINATING = "coordinating"
    DEADLINE = "deadline"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class FieldValue:
    """One field as the plan writes it: the value and the whole line or cell that proves it."""

    value: str
    span: Span  # the value's own characters
    line: Span  # the line, sentence or cell to quote


@dataclass(frozen=True, slots=True)
class Assignment:
    """A task with its lead units, coordinating units, deadline and product, each with the span it was read from.

    `clause` is the address of the clause that states it (item, point, row or unit heading).
    """

    clause: str
    task: FieldValue
    leads: tuple[FieldValue, ...] = ()
    coordinating: tuple[FieldValue, ...] = ()
    deadline: FieldValue | None = None
    product: FieldValue | None = None
    source: str = "lines"  # lines | prose | table | duties | proposed

    @property
    def fields(self) -> tuple[tuple[Field, FieldValue], ...]:
        """What is said beside the task, by name: units, deadline, product."""
        units = ((Field.LEAD, self.leads), (Field.COORDINATING, self.coordinating))
        others = ((Field.DEADLINE, self.deadline), (Field.PRODUCT, self.product))
        named = ((name, each) for name, values in units for each in values)
        return (*named, *((name, each) for name, each in others if each))

    @property
    def is_proposed(self) -> bool:
        """Whether a language model proposed it and no rule has read it."""
        return self.source == "proposed"


@dataclass(frozen=True, slots=True)
class PlanInfo:
    """What header and closing say. A blank number or date is a fact: the value is '' and its span is kept."""

    title: str = ""
    subject: str = ""
    issuer: str = ""
    place: str = ""
    number: str = ""  # e.g. "120/KH-UBND"; '' when blank
    date: str = ""  # ISO yyyy-mm-dd; '' when blank
    signer: str = ""
    signer_title: str = ""
    number_line: Span | None = None
    date_line: Span | None = None
    title_line: Span | None = None
    signer_line: Span | None = None
    recipients: tuple[Span, ...] = ()
    bases: tuple[Span, ...] = ()
    signatures: tuple[str, ...] = ()  # digital signature trailer lines

    @property
    def body(self) -> str:
        """The issuer, with the place where its own name holds none: many places have a "Ban Chỉ đạo"."""
        alone = not self.issuer or self.place.casefold() in self.issuer.casefold()
        return self.issuer if alone else f"{self.issuer} {self.place}"


@dataclass(frozen=True, slots=True)
class Warning_:
    """Something the admin should know about how the file was read."""

    code: str  # poor_ocr | no_number | no_date | repeated_numeral | skipped_numeral | …
    detail: str = ""


@dataclass(frozen=True, slots=True)
class SourceText:
    """What a reader makes of a file: the canonical text and how it was obtained."""

    text: str
    file: str  # file name without folders
    sha256: str
    how: str = "text"  # text | docx | pdf | ocr
    page_starts: tuple[int, ...] = (0,)
    quality: float = 1.0  # 0..1
    quality_reason: str = ""
    warnings: tuple[Warning_, ...] = ()
    leads: tuple[int, ...] = ()  # where bold words at the beginning of a paragraph end, in a text without marks


@dataclass(frozen=True, slots=True)
class PlanVersion:
    """One ingested file of a plan."""

    plan_id: str
    version: int
    source: SourceText
    info: PlanInfo
    clauses: tuple[Clause, ...]  # in reading order, parents before children
    assignments: tuple[Assignment, ...]
    warnings: tuple[Warning_, ...] = ()
    ingested_at: str = ""  # ISO 8601, UTC

    @property
    def text(self) -> str:
        """The canonical text every offset refers to."""
        return self.source.text

    @property
    def file(self) -> str:
        return self.source.file

    def page(self, offset: int) -> int | None:
        """The 1-based page of a character, None for sources without pages."""
        starts = self.source.page_starts
        if len(starts) < 2 and self.source.how in ("text", "docx", "xlsx"):
            return None
        return sum(start <= offset for start in starts)


@dataclass(frozen=True, slots=True)
class Citation:
    """A quote with the place it was cut from. `quote == text[start:end]` of the version, checked when it is made."""

    plan_id: str
    version: int
    file: str
    clause: str  # address
    words: str  # the address in words
    start: int
    end: int
    quote: str
    page: int | None = None
    restored: str = ""  # readable form of a garbled quote, marked as such when shown
    marks: tuple[tuple[int, int], ...] = ()  # characters of the text within the quote that prove; () for all of it


@dataclass(frozen=True, slots=True)
class Answer:
    """What the officer gets. `text` is the whole message in plain text; its first line is the answer."""

    text: str
    citations: tuple[Citation, ...] = ()
    refused: bool = False
    reason: str = ""  # why it was refused, or which kind of answer it is
    language: str = "vi"
    headline: str = ""  # the first line alone
    nearest: tuple[Citation, ...] = ()  # when refused: the nearest clauses
    plans: tuple[str, ...] = ()  # ids of the plans searched
    topic: Topic | None = None
    sure: bool = True  # False where the clause shown may answer and may not: counted as refused
    confidence: float | None = None  # 0..1, how likely it is right; for the log, shown to nobody
    notes: tuple[str, ...] = ()  # what stands beside it: amended since, two deadlines, the day in the calendar
    lines: tuple[str, ...] = ()  # of the text what is neither headline nor place nor quote: further fields, a list
    others: tuple[str, ...] = ()  # ids of other plans that the question may as well be about


@dataclass(frozen=True, slots=True)
class Topic:
    """What a turn was about, carried to the next question of the same chat."""

    plan_id: str = ""
    clause: str = ""
    question: str = ""
    about: str = ""  # of what it was asked, where a follow-up said so instead of the question
    unit: str = ""  # whom "that unit" means: named in the question, or in its answer
