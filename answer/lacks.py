"""What the best clause lacks of what is asked for: a time, a day, a number, a product. For judging and refusing."""

from __future__ import annotations

import re

from answer.asked import Ask
from answer.facts import Section
from answer.fields import values
from answer.question import Question
from answer.rank import Ranked, own_text, whole_text
from answer.wanted import Want, counts_things, holds, lacks_day
from plan.dates import date_phrases
from plan.text import fold

_TIME = re.compile(r"20[1-9]\d|\b(?:ngay|thang|nam|quy|tuan|gio|thu|moi|hang|dinh ky|truoc|sau khi|khi co|kip thoi)\b")
_ISSUED = re.compile(r"ban hanh|phat hanh|issued|promulgated|\bky (?:ngay|hom)")
_OUTPUT = re.compile(r"san pham|ket qua|minh chung|dau ra|bien ban|ho so|danh sach|bao cao|van ban|tai lieu|quyet dinh")


def tells_time(text: str) -> bool:
    """Whether a text says when, in any way."""
    return bool(date_phrases(text)) or bool(_TIME.search(fold(text)))


def lacks_number(question: Question, top: Ranked) -> bool:
    """A number of people, classes, households … is asked for, and the clause gives no number at all."""
    counting = Want.COUNT in question.wants and counts_things(question.search)
    return counting and not holds(Want.COUNT, own_text(top))


def lacks_due_day(question: Question, top: Ranked) -> bool:
    """A certain day to be ready by is asked for, and the clause names none; when a law was issued is another matter."""
    other = Ask.BASIS in question.asks or question.figures or top.facts.section is Section.OPENING
    due = Ask.DEADLINE in question.asks and not other and not states(top, Ask.DEADLINE)
    return due and not _ISSUED.search(fold(question.search)) and lacks_day(question.search, whole_text(top))


def tells_output(text: str) -> bool:
    """Whether a text names something that is handed in."""
    return bool(_OUTPUT.search(fold(text)))


def states(ranked: Ranked, ask: Ask) -> bool:
    """Whether a task of the clause has the field."""
    return any(values(assignment, ask) for assignment in ranked.facts.assignments)
