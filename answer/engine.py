"""The engine: `ask(question, scope)` → a checked Answer. Understand, find, read, decide, compose, prove."""

from __future__ import annotations

import re
from collections.abc import Sequence
from copy import copy
from dataclasses import replace

from answer.asked import about_document, asked
from answer.candidates import found_in, found_over
from answer.checks import field_missing
from answer.cite import proven
from answer.compose import compose
from answer.decision import Answered, Decision, NotSaid, Selected, decide
from answer.desk import Desk
from answer.document import answer_document
from answer.duties import about_all, answer_duties, may_be_about_all
from answer.followup import Turn, take_up
from answer.question import Question
from answer.rank import Ranked, states_fields
from answer.refuse import doubt, refuse
from answer.reread import read, read_each
from answer.scope import compares, named, wants_each
from answer.selected import selected
from answer.several import Found, choose, compose_several
from answer.shelf import Shelf
from answer.understand import Understood
from plan.model import Answer, Topic
from plan.references import Reference
from plan.text import fold
from prompts import phrase
from reading.encoder import EncoderReader
from reading.protocol import Reader
from vectorstore.errors import UnknownPlan
from vectorstore.library import Library

_SMALL_TALK = re.compile(
    r"\W*(?:(?:xin |em |da )?chao(?: \w+){0,3}|hello(?: \w+)?|hi|hey|alo|(?:da )?(?:xin )?cam on(?: \w+){0,4}|"
    r"thanks?(?: you)?(?: \w+){0,2}|thank you(?: \w+){0,2}|ok|okay|vang|da|u|test|tam biet|bye)?\W*"
)


class Engine:
    """Answers questions over the live plans of a library. Thread-safe: all state is rebuilt when the plans change.

    `readers` are asked in turn, the shipped one last; the first that can read decides. Without `reading` the best
    clause of the ranking is always said: what reading is worth is measured so.
    """

    def __init__(self, library: Library, readers: Sequence[Reader] = (), reading: bool = True) -> None:
        self.library = library
        self.readers: tuple[Reader, ...] = (*readers, EncoderReader()) if reading else ()
        self._desk: Desk | None = None

    def with_readers(self, readers: Sequence[Reader]) -> Engine:
        """The same engine, asking these readers alone."""
        other = copy(self)
        other.readers = tuple(readers)
        return other

    def ask(self, question: str, scope: str | None = None, topic: Topic | None = None) -> Answer:
        """Answer one question, over the plan `scope` (a plan id) or all of them, after `topic`.

        Every quote is the canonical text at its offsets; an answer whose quote is not is never given.
        """
        text = " ".join(question.split())
        try:
            return self._ask(self._current(), text, scope, topic)
        except UnknownPlan:  # a plan was replaced while we looked: once more over what is live now
            return self._ask(self._current(), text, scope, topic)

    def _ask(self, desk: Desk, text: str, scope: str | None, topic: Topic | None) -> Answer:
        english = desk.understanding.english(text) if text else False
        language = "en" if english else "vi"
        nothing = _SMALL_TALK.fullmatch(fold(text)) is not None
        if nothing or not desk.shelves:
            key = "answer.empty" if nothing else "answer.no_plans"
            return Answer(
                phrase(language, key), refused=True, reason="empty", language=language, headline=phrase(language, key)
            )
        answer = self._answer(desk, text, english, scope, topic)
        return self._verified(desk, answer)

    def _answer(self, desk: Desk, text: str, english: bool, scope: str | None, topic: Topic | None) -> Answer:
        language = "en" if english else "vi"
        mentioned = named(text, desk.shelves)
        turn = take_up(text, topic, bool(mentioned))
        shelves = self._shelves(desk, scope, mentioned, turn, text)
        understood = desk.understanding.read(turn.search, english)
        if len(shelves) == 1:
            answer = self._in_plan(desk, _asked_of(shelves[0], understood, turn), shelves[0], turn, language)
        elif compares(turn.search) or wants_each(turn.search) or 1 < len(mentioned) == len(shelves):
            answer = self._of_each(desk, understood, shelves, turn, language)
        else:
            answer = self._over_all(desk, understood, shelves, turn, language)
        return replace(answer, topic=_topic(answer, turn, shelves))

    def _shelves(self, desk: Desk, scope: str | None, mentioned: list[Shelf], turn: Turn, text: str) -> list[Shelf]:
        if mentioned and not (scope and compares(text)):
            return mentioned
        wanted = scope or (turn.plan_id if not compares(text) else "")
        chosen = [shelf for shelf in desk.shelves if shelf.version.plan_id == wanted] if wanted else []
        return chosen or list(desk.shelves)

    def _in_plan(self, desk: Desk, question: Question, shelf: Shelf, turn: Turn, language: str) -> Answer:
        """One plan: a fact of the document, a unit's list, or the clause that was read to answer."""
        made = self._ready(desk, question, shelf, language)
        if made:
            return made
        if may_be_about_all(question) and about_all(question, desk.common(shelf)):
            return self._no_duties(question, shelf, language)
        ranked = found_in(self.library.search, question, shelf, turn.anchor)
        if not ranked:
            near = found_in(self.library.search, replace(question, reference=Reference()), shelf)
            return refuse(question, [shelf], [(shelf, r) for r in near], language, "address")
        if question.reference.exact or (question.reference.item and states_fields(question, ranked[0])):
            if question.reference.exact and field_missing(question, shelf, ranked[0]):
                return refuse(question, [shelf], [(shelf, r) for r in ranked], language)
            return compose(question, shelf, ranked, language)
        decision, ranked = self._decided(self.readers, question, ranked, {shelf.scope: shelf}, among=False)
        return _said(decision, question, shelf, [(shelf, r) for r in ranked], [shelf], language)

    def _over_all(
        self, desk: Desk, understood: Understood, shelves: Sequence[Shelf], turn: Turn, language: str
    ) -> Answer:
        """No plan is selected, and the question means one thing: the clauses of all plans are read together."""
        ready = self._ready_in_each(desk, understood, shelves, turn, language)
        if ready:
            return _of(ready, language)
        question = _asked_of(None, understood, turn)
        by_scope = desk.by_scope
        ranked = found_over(self.library.search, question, shelves, len(shelves) == len(desk.shelves))
        decision, ranked = self._decided(self.readers, question, ranked, by_scope, among=True)
        pairs = [(by_scope[r.hit.plan_id, r.hit.version], r) for r in ranked]
        if not pairs:
            return refuse(question, shelves, [], language)
        return _said(decision, _asked_of(pairs[0][0], understood, turn), pairs[0][0], pairs, shelves, language)

    def _decided(
        self,
        readers: Sequence[Reader],
        question: Question,
        ranked: list[Ranked],
        shelves: dict[tuple[str, int], Shelf],
        among: bool,
    ) -> tuple[Decision, list[Ranked]]:
        """What is to be said, and the candidates in the reader's order."""
        if not ranked:
            return NotSaid(0.0), ranked
        done = read(readers, question, ranked, shelves)
        if done is None:
            return Answered(ranked[0], 1.0), ranked
        reading, ordered = done
        top = ordered[0].hit
        return decide(question, shelves[top.plan_id, top.version], ordered, reading, among), ordered

    def _of_each(
        self, desk: Desk, understood: Understood, shelves: Sequence[Shelf], turn: Turn, language: str
    ) -> Answer:
        """What each of several plans says: "những xã nào …", or plans that the question names."""
        ready = self._ready_in_each(desk, understood, shelves, turn, language)
        if ready:  # needs no search, and nothing that was searched is shown beside it
            return _of(ready, language)
        asked_of = [(shelf, _asked_of(shelf, understood, turn)) for shelf in shelves]
        ranked = [found_in(self.library.search, question, shelf) for shelf, question in asked_of]
        told = read_each(self.readers[:-1], _asked_of(None, understood, turn), ranked, desk.by_scope)
        if told and any(read.parts for read in told.answers):
            return selected(told, desk.by_scope, language)
        found = [self._found(*each, own) for each, own in zip(asked_of, ranked, strict=True)]
        each = len(shelves) < len(desk.shelves) or wants_each(turn.search)
        chosen = [] if told else choose(found, named=each, wide=compares(turn.search))
        if chosen:
            return _of(chosen, language)
        best = sorted((f for f in found if f.ranked), key=lambda f: -f.probability)
        question = best[0].question if best else _asked_of(None, understood, turn)
        return refuse(question, shelves, [(f.shelf, f.ranked[0]) for f in best], language)

    def _found(self, shelf: Shelf, question: Question, ranked: list[Ranked]) -> Found:
        """What the shipped reader makes of one of several plans."""
        decision, ranked = self._decided(self.readers[-1:], question, ranked, {shelf.scope: shelf}, among=False)
        return Found(shelf, ranked, decision.chance, question, isinstance(decision, Answered))

    def _ready_in_each(
        self, desk: Desk, understood: Understood, shelves: Sequence[Shelf], turn: Turn, language: str
    ) -> list[Found]:
        """What needs no search, of every plan that has it: a unit's list, or the document's own facts."""
        asked = ((shelf, _asked_of(shelf, understood, turn)) for shelf in shelves)
        made = ((shelf, question, self._ready(desk, question, shelf, language)) for shelf, question in asked)
        return [Found(shelf, (), 1.0, question, True, answer) for shelf, question, answer in made if answer]

    def _no_duties(self, question: Question, shelf: Shelf, language: str) -> Answer:
        named_at_all = bool(question.units & shelf.units)
        ranked = [(shelf, r) for r in found_in(self.library.search, question, shelf)]
        return refuse(question, [shelf], ranked, language, "unit_tasks" if named_at_all else "unit")

    def _ready(self, desk: Desk, question: Question, shelf: Shelf, language: str) -> Answer | None:
        """What needs no search: facts of the document itself, and everything a unit has to do."""
        if about_document(question.asks) and not question.reference:
            return answer_document(question, shelf, language)
        if may_be_about_all(question) and about_all(question, desk.common(shelf)):
            answers = (answer_duties(question, shelf, unit, language) for unit in sorted(question.units))
            return max((answer for answer in answers if answer), key=lambda a: len(a.citations), default=None)
        return None

    def _current(self) -> Desk:
        """The desk of the plans that are live now."""
        live = self.library.snapshot().live
        desk = self._desk
        if desk is None or [shelf.scope for shelf in desk.shelves] != [(v.plan_id, v.version) for v in live]:
            kept = desk.by_scope if desk else {}
            desk = Desk([kept.get((v.plan_id, v.version)) or Shelf(v) for v in live])
            self._desk = desk
        return desk

    def _verified(self, desk: Desk, answer: Answer) -> Answer:
        """Law 1: an answer with a quote that is not the text is not given."""
        for citation in (*answer.citations, *answer.nearest):
            if not proven(desk.by_scope[citation.plan_id, citation.version].version, citation):
                raise AssertionError(f"unproven quote in {citation.plan_id} {citation.clause}")
        return answer


def _asked_of(shelf: Shelf | None, understood: Understood, turn: Turn) -> Question:
    question = understood.over(shelf.version.info.place if shelf else "")
    asks = asked(turn.own) if turn.own else question.asks
    return replace(question, asks=asks | turn.inherited, typed=turn.typed, after=turn.after)


def _of(found: Sequence[Found], language: str) -> Answer:
    """What one plan says in full, or a line for each of several."""
    if len(found) > 1:
        return compose_several(found, language)
    only = found[0]
    return only.made or compose(only.question, only.shelf, only.ranked, language)


def _said(
    decision: Decision,
    question: Question,
    shelf: Shelf,
    ranked: Sequence[tuple[Shelf, Ranked]],
    searched: Sequence[Shelf],
    language: str,
) -> Answer:
    """The decision in words."""
    match decision:
        case Answered(chance=chance):
            own = [r for of, r in ranked if of is shelf]
            return replace(compose(question, shelf, own, language), confidence=chance)
        case Selected(reading=reading, chance=chance):
            return replace(selected(reading, {of.scope: of for of in searched}, language), confidence=chance)
        case NotSaid(chance=chance):
            return replace(refuse(question, searched, ranked, language), confidence=chance)
        case _:
            return replace(doubt(question, searched, ranked, language), confidence=decision.chance)


def _topic(answer: Answer, turn: Turn, shelves: Sequence[Shelf]) -> Topic:
    first = next(iter(answer.citations or answer.nearest), None)
    plan_id = first.plan_id if first else (shelves[0].version.plan_id if len(shelves) == 1 else "")
    return Topic(plan_id, first.clause if first else "", turn.base or turn.search)
