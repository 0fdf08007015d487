"""Questions to the engine, with what other live plans and the calendar have to say about the answer.

An answer from a place that a live plan has amended gives the new value, says so, and keeps the old one readable; one
task with two leads or deadlines is told; a deadline is told as a day of the calendar. The engine itself reads one
clause at a time and knows none of this.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from answer.asked import Ask, asked
from answer.cite import cite_clause
from bot.conversation.plain import shorten
from bot.i18n import day, today_here
from bot.plans.amendments import (
    Amendments,
    Change,
    Contradiction,
    about,
    changed_clause,
    changes_in,
    contradictions,
    told,
)
from bot.plans.naming import NoSuchPlan, SeveralPlans, find_plan, short_title
from bot.ports import Asker, LivePlans
from plan.due import late_since, next_day
from plan.due_reader import base_of, read_due
from plan.model import Answer, Citation, PlanVersion, Topic
from plan.text import fold, fold_line, squeeze
from prompts import phrase

LENGTH = 300  # characters shown of a clause as it was
KEPT = 64  # places whose plans are remembered
_AMENDED = re.compile(
    r"(?P<plan>.*?)\b(?:(?:da|co|bi|duoc|lan nao) )+(?P<verb>sua doi|bo sung|dieu chinh|thay the)\b"
    r"(?:,? (?:sua doi|bo sung))?(?: (?:lan nao|gi|boi|ke hoach|nao|chua|khong|hay|roi|van ban|khi))*\W*|"
    r"(?:has|was|is) (?P<what>.*?) ?(?:been )?(?:amended|changed|replaced)\W*"
)


class Asking:
    """An asker around the engine. What it knows of a place's plans is looked up and kept until plans change."""

    def __init__(self, engine: Callable[[], Asker], plans: LivePlans, today: Callable[[], date] = today_here) -> None:
        self._engine, self._plans, self._today = engine, plans, today
        self._generation: object = None
        self._amendments: dict[str, Amendments] = {}  # by place
        self._contradictions: dict[tuple[str, ...], list[Contradiction]] = {}  # by the plans they were looked for in

    def ask(self, question: str, scope: str | None = None, topic: Topic | None = None) -> Answer:
        """The checked answer; `notes` say what stands beside it."""
        self._look()
        about_amending = self._whether_amended(question, scope or (topic.plan_id if topic else ""))
        if about_amending:
            return about_amending
        answer = self._engine().ask(question, scope, topic)
        answer = self._as_amended(answer, question, scope or (topic.plan_id if topic else ""))
        return replace(answer, notes=(*answer.notes, *self._notes(question, answer)))

    def _look(self) -> None:
        generation = self._plans.generation()
        if generation != self._generation or len(self._amendments) > KEPT or len(self._contradictions) > KEPT:
            self._amendments, self._contradictions = {}, {}
            self._generation = generation

    def _of_place(self, plan: PlanVersion | None) -> Amendments:
        """Which plans of a plan's place amend which."""
        if plan is None:
            return Amendments()
        known, place = self._amendments, fold(plan.info.place)
        if place not in known:
            known[place] = Amendments.of_place(self._plans, plan.info.place)
        return known[place]

    def _as_amended(self, answer: Answer, question: str, within: str) -> Answer:
        first = next(iter(answer.citations), None)
        added = self._added(answer, question, within)
        plan = self._plan(first.plan_id) if first else None
        if answer.refused or first is None or plan is None:
            return added or answer
        change = self._of_place(plan).changing(plan, first.clause)
        if change and (added is None or _is_of(change, added)):
            return self._anew(answer, question, plan, change)
        return added or replace(answer, notes=tuple(self._remarks(answer, plan, first)))

    def _added(self, answer: Answer, question: str, within: str) -> Answer | None:
        """What an amendment of the chosen plan says, where that plan does not say or the amendment is surer to."""
        for amendment in self._of_place(self._plan(within)).by_plan.get(within, ()):
            added = self._engine().ask(question, amendment.plan_id)
            surer = answer.refused or (added.confidence or 0.0) > (
                1.0 if answer.confidence is None else answer.confidence
            )
            if surer and not added.refused and added.citations and added.citations[0].plan_id == amendment.plan_id:
                notes = tuple(self._remarks(added, amendment, added.citations[0]))
                return replace(added, topic=answer.topic, plans=answer.plans, notes=notes)
        return None

    def _anew(self, answer: Answer, question: str, plan: PlanVersion, change: Change) -> Answer:
        """What holds now, said from the amendment; the clause as it was comes behind."""
        new = self._engine().ask(question, change.by.plan_id)
        if new.refused or not _is_of(change, new):
            new = _plain(change, answer.language)
        old = answer.citations[0]
        names = _names(change.by, plan)
        was = shorten(squeeze(old.quote), LENGTH)
        note = phrase(answer.language, "notices.amended_now", **names, place=old.words, quote=was)
        citations = tuple(dict.fromkeys((*new.citations, *answer.citations)))
        return replace(new, citations=citations, topic=answer.topic, plans=answer.plans, notes=(note,))

    def _remarks(self, answer: Answer, plan: PlanVersion, first: Citation) -> Iterator[str]:
        """Beside an answer from an amended plan, or from the amendment itself."""
        amendments = self._of_place(plan)
        old = amendments.amended.get(plan.plan_id)
        if old is None:
            for by in amendments.by_plan.get(plan.plan_id, ()):
                yield phrase(answer.language, "bot.amended", **_names(by, plan))
            return
        change = next((each for each in changes_in(plan) if each.clause.address == first.clause), None)
        before = changed_clause(old, change) if change else None
        if before is None:
            yield phrase(answer.language, "notices.amends", **_names(plan, old))
            return
        was = shorten(squeeze(before.span.of(old.text)), LENGTH)
        yield phrase(answer.language, "notices.amended_now", **_names(plan, old), place=before.words, quote=was)

    def _notes(self, question: str, answer: Answer) -> Iterator[str]:
        first = next(iter(answer.citations), None)
        plan = self._plan(first.plan_id) if first and not answer.refused else None
        if first is None or plan is None:
            return
        if Ask.DEADLINE in asked(question):
            yield from self._calendar(plan, first, answer.language)
        for each in about(self._found(plan), plan.plan_id, first.clause):
            yield told(answer.language, each)

    def _calendar(self, plan: PlanVersion, cited: Citation, language: str) -> Iterator[str]:
        """The deadline as a day, where the plan's words are more than a day: 'quý II', 'hằng tháng'."""
        task = next((a for a in plan.assignments if a.deadline and a.clause == cited.clause), None)
        dues = read_due(task.deadline.value, base_of(plan.info)) if task and task.deadline else ()
        today = self._today()
        ahead, late = next_day(dues, today), late_since(dues, today)
        if ahead:
            key = "notices.next_time" if any(due.cycle for due in dues) else "notices.by_calendar"
            yield phrase(language, key, day=day(ahead), count=(ahead - today).days)
        elif late:
            yield phrase(language, "notices.past", day=day(late), count=(today - late).days)

    def _found(self, plan: PlanVersion) -> list[Contradiction]:
        known, ids = self._contradictions, tuple(self._plans.ids_beside(plan))
        if ids not in known:
            known[ids] = contradictions(self._plans.tasks_of(ids), self._of_place(plan))
        return known[ids]

    def _plan(self, plan_id: str) -> PlanVersion | None:
        return self._plans.live_version(plan_id) if plan_id else None

    def _whether_amended(self, question: str, chosen: str) -> Answer | None:
        """'Kế hoạch 40/KH-UBND đã được sửa đổi chưa?'; None for any other question."""
        asked_so = _AMENDED.fullmatch(fold_line(question))
        if not asked_so:
            return None
        plan = self._named(asked_so["plan"] or asked_so["what"] or "", chosen)
        if plan is None:
            return None
        language = "en" if asked_so["what"] else "vi"
        by = next(iter(self._of_place(plan).by_plan.get(plan.plan_id, ())), None)
        if by is None:
            text = phrase(language, "notices.not_amended", plan=short_title(plan))
            return Answer(text, (), True, "not_amended", language, text, plans=(plan.plan_id,))
        text = phrase(language, "notices.yes_amended", **_names(by, plan))
        title = next((c for c in by.clauses if c.span.start == (by.info.title_line or c.span).start), by.clauses[0])
        return Answer(text, (cite_clause(by, title),), False, "amended", language, text, plans=(plan.plan_id,))

    def _named(self, words: str, chosen: str) -> PlanVersion | None:
        bare = re.sub(r"\b(?:ke hoach|kh|plan|the|so|nay|do|this|that)\b(?!-)|[?,.]", " ", words).strip()
        meant = self._plans.meant(words if bare else "")
        if not bare:
            return self._plan(chosen) if chosen else meant[0] if len(meant) == 1 else None
        try:
            return find_plan(bare, meant)
        except NoSuchPlan as error:  # an amendment bears the name of what it amends
            called = {plan.plan_id for plan in error.choices}
            own = [p for p in meant if p.plan_id in called and p.plan_id not in self._of_place(p).amended]
            return own[0] if isinstance(error, SeveralPlans) and len(own) == 1 else None


def _names(by: PlanVersion, plan: PlanVersion) -> dict[str, str]:
    return {"plan": plan.info.number or short_title(plan), "by": short_title(by), "date": day(by.info.date)}


def _is_of(change: Change, answer: Answer) -> bool:
    first = next(iter(answer.citations), None)
    return first is not None and (first.plan_id, first.clause) == (change.by.plan_id, change.clause.address)


def _plain(change: Change, language: str) -> Answer:
    """The amending clause itself, where no question can be asked of it."""
    citation = cite_clause(change.by, change.clause)
    head = shorten(squeeze(citation.quote.removeprefix(change.clause.label)), LENGTH)
    text = "\n".join((head, f"📌 {citation.words} · {short_title(change.by)}", f"“{citation.quote}”"))
    return Answer(text, (citation,), False, "amended", language, head, plans=(change.by.plan_id,))
