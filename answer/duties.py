"""Everything a unit has to do, from the register: every duty and every assignment, grouped, each cited."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from answer.asked import PATTERNS, Ask
from answer.cite import cite
from answer.fields import when
from answer.question import Question
from answer.shelf import Shelf
from answer.wanted import Want
from answer.wording import place_line, plan_name, sentence, shorten
from plan.model import Answer, Assignment, Citation
from plan.references import matches
from plan.text import fold, lower, squeeze
from plan.units import find_units, unit_ids, unit_name
from prompts import phrase

LIMIT = 2400  # characters of the message, so that it stays within one Zalo message and a phone screen or two
ONE = 240  # characters of a task that stands on the first line where there is no other
LONGEST_NAME = 70  # characters of a value that is a unit's name and nothing more
_CONDITION = re.compile(  # a day, or a thing that only its accents tell from a word that says nothing
    r"\b(?:trước|truoc|sau|đến|den|từ|tu|before|by|after) (?:ngày |ngay )?\d{1,2}[/.-]\d{1,2}\b|"
    r"\b(?:trong|vào|vao|in) (?:tháng|thang|quý|quy) (?:\d{1,2}|[ivx]+)\b|\bchợ\b|"
    r"\bđược giao (?:mấy|bao nhiêu) (?!việc|đầu việc|nhiệm vụ|mảng|nội dung)|"
    r"\bkhi (?:có|co|bị|bi|gặp|gap|xảy ra|xay ra) (?!việc|viec|nhiệm|nhiem|những|nhung|gì\b|gi\b)|\bin case of\b"
)
_ONE_THING = {Want.COUNT, Want.PERSON}  # 'được giao kết nạp mấy người', 'Tổ trưởng là ai, xuống thôn thì làm gì'
_HELPS = re.compile(r"(?:tham gia )?phoi hop\b(?!.{0,12}chu tri)")
_ASKS_LEAD = re.compile(r"chu tri|\bleads?\b|\bleading\b|in charge")
_ASKS_HELP = re.compile(r"phoi hop|coordinat|\bsupports?\b")
_WORDS = (Path(__file__).parent / "data" / "duty_words.txt").read_text(encoding="utf-8")
_STOP = frozenset(re.sub(r"#.*", "", _WORDS).split())


def may_be_about_all(question: Question) -> bool:
    """Whether a question asks what a unit has to do, be it all of it or one thing."""
    return Ask.UNIT_TASKS in question.asks and bool(question.units)


def about_all(question: Question, shelf: Shelf) -> bool:
    """Whether a question about a unit asks a plan for its whole list rather than for one thing: but for words that
    stand all over the plan, and so single nothing out, it says nothing else."""
    if not may_be_about_all(question) or _CONDITION.search(lower(question.text)):
        return False
    if Ask.PURPOSE in question.asks or question.wants & _ONE_THING:
        return False
    if "thon" in question.units and question.numbered:  # 'trưởng khu phố 9': the register knows all of them as one
        return False
    folded = fold(question.text)
    if PATTERNS["whole list"].search(folded):
        return True
    naming = next((form for form in (question.text, *question.forms) if find_units(form)), question.text)
    folded = fold(naming)
    for mention in reversed(find_units(naming)):
        folded = folded[: mention.start] + " " + folded[mention.end :]
    left = [word for word in re.findall(r"[^\W\d]+", folded) if word not in _STOP and len(word) > 1]
    return len(left) <= 1 or sum(word not in shelf.common for word in left) <= 1


def duties_of(shelf: Shelf, unit: str) -> dict[str, list[Assignment]]:
    """Assignments of a unit by role: duty, lead, coordinating. Each task once."""
    groups: dict[str, list[Assignment]] = {"duty": [], "lead": [], "coordinating": []}
    seen: set[tuple[str, str]] = set()
    for item in shelf.version.assignments:
        role = _role(item, unit)
        key = (item.clause, item.task.value[:60])
        if role and key not in seen:
            seen.add(key)
            groups[role].append(item)
    return groups


def _role(item: Assignment, unit: str) -> str:
    if any(unit in unit_ids(lead.value) for lead in item.leads):
        if _HELPS.match(fold(item.task.value)):  # who "leads" a task that is itself to help others with theirs
            return "coordinating"
        return "duty" if item.source == "duties" else "lead"
    return "coordinating" if any(unit in unit_ids(other.value) for other in item.coordinating) else ""


def _asked_for(groups: dict[str, list[Assignment]], question: Question) -> dict[str, list[Assignment]]:
    """Only what the unit leads, or only what it helps with, where the question says so and there is such a thing."""
    folded = fold(question.text)
    leads, helps = (pattern.search(folded) is not None for pattern in (_ASKS_LEAD, _ASKS_HELP))
    if leads == helps or PATTERNS["helping too"].search(folded):
        return groups
    kept = ("coordinating",) if helps else ("duty", "lead")
    wanted = {role: group for role, group in groups.items() if role in kept}
    return wanted if any(wanted.values()) else groups


def answer_duties(question: Question, shelf: Shelf, unit: str, language: str) -> Answer | None:
    """The list of a unit's duties, or of those that it leads or helps with; None when the register gives it none."""
    groups = duties_of(shelf, unit)
    if re.search(r"to chuc thuc hien|implementation|organi[sz]ation", fold(question.text)):
        groups = (
            {"duty": [item for item in groups["duty"] if _in_organisation(shelf, item)]} if groups["duty"] else groups
        )
    groups = {role: [item for item in group if _there(question, shelf, item)] for role, group in groups.items()}
    all_roles, groups = groups, _asked_for(groups, question)
    items = [item for group in groups.values() for item in group]
    if not items:
        return None
    role = _only_role(groups, all_roles)
    head = phrase(language, f"answer.duties{role}", unit=_name(items, unit), count=len(items))
    if len(items) == 1 and len(items[0].task.value) <= ONE:
        return _one(shelf, items[0], head, language)
    lines = [head, f"📌 {plan_name(shelf.version)}"]
    citations: list[Citation] = []
    for name, group in groups.items():
        told = _list(citations, shelf, group, len(items), LIMIT - sum(map(len, lines)))
        lines += [phrase(language, f"answer.duties_{name}"), *told] if told else []
    if len(citations) < len(items):
        lines.append(phrase(language, "answer.duties_more", count=len(items) - len(citations)))
    return Answer(
        "\n".join(lines),
        tuple(citations),
        reason="duties",
        language=language,
        headline=head,
        plans=(shelf.version.plan_id,),
        lines=tuple(lines[1:]),
    )


def _one(shelf: Shelf, item: Assignment, counted: str, language: str) -> Answer:
    """The only task that there is: itself, and that it is the only one."""
    cited = cite(shelf, item.clause, item.task.line)
    head = sentence(_with_day(item, ONE))
    text = "\n".join((head, counted, place_line(language, shelf.version, cited)))
    plans = (shelf.version.plan_id,)
    return Answer(text, (cited,), False, "duties", language, head, (), plans, lines=(counted,))


def _only_role(groups: dict[str, list[Assignment]], all_roles: dict[str, list[Assignment]]) -> str:
    """How the first line ends when not all that the unit does is told: "_led", "_helped"."""
    if groups is all_roles:
        return ""
    return "_helped" if groups.get("coordinating") else "_led"


def _there(question: Question, shelf: Shelf, item: Assignment) -> bool:
    """Stands at the place that the question names; anywhere where it names none."""
    return not question.reference or matches(shelf.tree, shelf.tree.by_address[item.clause], question.reference)


def _in_organisation(shelf: Shelf, item: Assignment) -> bool:
    """Stands under a heading such as "Tổ chức thực hiện"."""
    above = shelf.tree.ancestors(shelf.tree.by_address[item.clause])
    return any("to chuc thuc hien" in fold(clause.heading) for clause in above)


def _list(citations: list[Citation], shelf: Shelf, group: Iterable[Assignment], count: int, left: int) -> list[str]:
    """A line a task while there is room left (characters), each with its citation."""
    room, lines = max(90, min(420, (LIMIT - 200) // max(1, count))), []
    for item in group:
        line = f"• {_with_day(item, room)} ({shelf.tree.by_address[item.clause].words})"
        left -= len(line)
        if left < 0:
            break
        lines.append(line)
        citations.append(cite(shelf, item.clause, item.task.line))
    return lines


def _with_day(item: Assignment, room: int) -> str:
    due = item.deadline.value if item.deadline else when(item.task.value) if len(item.task.value) > room else ""
    task = shorten(squeeze(item.task.value), room)
    return f"{task} – {due}" if due and squeeze(due) not in task else task


def _name(items: list[Assignment], unit: str) -> str:
    """The unit as this plan mostly writes it, where a value names it alone; a slip of one line is no name."""
    named = [
        squeeze(lead.value)
        for item in items
        for lead in item.leads
        if unit_ids(lead.value) == {unit} and len(lead.value) < LONGEST_NAME
    ]
    counted = Counter(named)
    return max(
        counted,
        key=lambda name: (counted[name], fold(name) == fold(unit_name(unit)), len(name)),
        default=unit_name(unit),
    )
