"""The engine: `ask(question, scope)` → a checked Answer. Understand, find, judge, compose, check; no language model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from answer.asked import about_document, asked
from answer.cite import proven
from answer.compose import compose
from answer.decided import decided, left_out
from answer.desk import Desk
from answer.document import answer_document
from answer.duties import about_all, answer_duties
from answer.followup import Turn, take_up
from answer.judge import answerable, threshold
from answer.question import Question
from answer.rank import Ranked, answering, closeness, has_figures, prefer_fields, prefer_values, rank, states_fields
from answer.refuse import refuse
from answer.rerank import Reranking, reranked
from answer.scope import compares, named, wants_each
from answer.several import Found, choose, compose_several
from answer.shelf import Shelf
from answer.understand import Reading
from answer.wanted import Want, holds
from plan.model import Answer, Topic
from plan.references import Reference, matches
from plan.text import fold
from prompts import phrase
from vectorstore.errors import UnknownPlan
from vectorstore.library import Library

FAR = 0.42  # a cosine below this is about nothing in the plan
_SMALL_TALK = re.compile(
    r"\W*(?:(?:xin |em |da )?chao(?: \w+){0,3}|hello(?: \w+)?|hi|hey|alo|(?:da )?(?:xin )?cam on(?: \w+){0,4}|"
    r"thanks?(?: you)?(?: \w+){0,2}|thank you(?: \w+){0,2}|ok|okay|vang|da|u|test|tam biet|bye)?\W*"
)
CONTACTS = frozenset({Want.PHONE, Want.MAIL})
ANCHOR = 3.0  # what the clause of the last answer gains when a follow-up stays with it


@dataclass(frozen=True, slots=True)
class Switches:
    """Parts of the engine that the ablation turns off."""

    ranking: bool = True
    understanding: bool = True
    register: bool = True
    refusal: bool = True


class Engine:
    """Answers questions over the live plans of a library. Thread-safe: all state is rebuilt when the plans change."""

    def __init__(self, library: Library, switches: Switches | None = None, reranker: Reranking | None = None) -> None:
        self.library = library
        self.switches = switches or Switches()
        self.reranker = reranker
        self._desk: Desk | None = None

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
        reading = self._read(desk, turn, english)
        if len(shelves) == 1:
            question = self._asked_of(shelves[0], reading, turn)
            answer = self._in_plan(desk, question, shelves[0], turn, language)
        else:
            answer = self._over_plans(desk, reading, shelves, turn, language)
        return replace(answer, topic=_topic(answer, turn, shelves))

    def _shelves(self, desk: Desk, scope: str | None, mentioned: list[Shelf], turn: Turn, text: str) -> list[Shelf]:
        if mentioned and not (scope and compares(text)):
            return mentioned
        wanted = scope or (turn.plan_id if not compares(text) else "")
        chosen = [shelf for shelf in desk.shelves if shelf.version.plan_id == wanted] if wanted else []
        return chosen or list(desk.shelves)

    def _read(self, desk: Desk, turn: Turn, english: bool) -> Reading:
        return desk.understanding.read(turn.search, english, spelling=self.switches.understanding)

    def _asked_of(self, shelf: Shelf | None, reading: Reading, turn: Turn) -> Question:
        question = reading.over(shelf.version.info.place if shelf else "")
        asks = asked(turn.own) if turn.own else question.asks
        return replace(question, asks=asks | turn.inherited)

    def _ranked(self, question: Question, shelf: Shelf, anchor: str = "", among: bool = False) -> list[Ranked]:
        hits = self.library.retriever.hits(question.search, [shelf.scope], question.forms)
        facts = [shelf.facts[hit.passage.address] for hit in hits]
        kept = answering(question, hits, facts, among)
        ranked = rank(question, [hits[i] for i in kept], [facts[i] for i in kept], self.switches.ranking)
        if self.reranker:
            ranked = reranked(question, ranked, self.reranker)
        if self.switches.register and not anchor:
            ranked = prefer_values(question, prefer_fields(question, ranked))
        if anchor:
            ranked = sorted(ranked, key=lambda r: -(r.score + ANCHOR * (r.hit.passage.address == anchor)))
        if question.reference and self.switches.understanding:
            there = [
                r
                for r in ranked
                if matches(shelf.tree, shelf.tree.by_address[r.hit.passage.address], question.reference)
            ]
            strict = question.reference.exact or question.reference.appendix or question.reference.in_appendix
            if question.reference.item and not question.reference.section:  # "nhiệm vụ 1": the one with such a field
                there = sorted(there, key=lambda r: not states_fields(question, r))
            return there or ([] if strict else ranked)
        return ranked

    def _in_plan(self, desk: Desk, question: Question, shelf: Shelf, turn: Turn, language: str) -> Answer:
        made = self._ready(desk, question, shelf, language)
        if made:
            return made
        if self.switches.register and about_all(question, desk.common(shelf)):
            return self._no_duties(question, shelf, language)
        ranked = self._ranked(question, shelf, turn.anchor)
        if not ranked:
            return refuse(
                question,
                [shelf],
                [(shelf, r) for r in self._ranked(replace(question, reference=Reference()), shelf)],
                language,
                "address",
            )
        if self.switches.refusal and self._says_not(desk, question, shelf, ranked, turn):
            return refuse(question, [shelf], [(shelf, r) for r in ranked], language)
        return compose(question, shelf, ranked, language)

    def _says_not(self, desk: Desk, question: Question, shelf: Shelf, ranked: list[Ranked], turn: Turn) -> bool:
        if question.reference.exact:
            return left_out(question, shelf, ranked[0])
        if question.reference.item and states_fields(question, ranked[0]):
            return False
        if turn.anchor and ranked[0].hit.passage.address == turn.anchor and not question.wants:
            return False
        return self._probability(desk, question, shelf, ranked) < threshold()

    def _probability(self, desk: Desk, question: Question, shelf: Shelf, ranked: list[Ranked]) -> float:
        """How likely the plan says it; 0 where what is asked cannot be in the best clause."""
        if not ranked or closeness(ranked) < FAR or decided(question, shelf, ranked[0]):
            return 0.0
        return answerable(question, ranked, desk.words[shelf.scope])

    def _no_duties(self, question: Question, shelf: Shelf, language: str) -> Answer:
        named_at_all = bool(question.units & shelf.units)
        ranked = [(shelf, r) for r in self._ranked(question, shelf)]
        return refuse(question, [shelf], ranked, language, "unit_tasks" if named_at_all else "unit")

    def _all_duties(self, question: Question, shelf: Shelf, language: str) -> Answer | None:
        """The fullest list of the units asked about; None where the register gives none of them anything."""
        answers = (answer_duties(question, shelf, unit, language) for unit in sorted(question.units))
        return max((answer for answer in answers if answer), key=lambda a: len(a.citations), default=None)

    def _over_plans(self, desk: Desk, reading: Reading, shelves: list[Shelf], turn: Turn, language: str) -> Answer:
        found = [self._found(desk, self._asked_of(shelf, reading, turn), shelf, language) for shelf in shelves]
        each = len(shelves) < len(desk.shelves) or wants_each(turn.search)
        least = threshold() if self.switches.refusal else 0.0
        chosen = choose(found, least, named=each, wide=compares(turn.search))
        if len(chosen) == 1 and chosen[0].made:
            return chosen[0].made
        if len(chosen) == 1:
            return compose(chosen[0].question, chosen[0].shelf, chosen[0].ranked, language)
        if chosen:
            return compose_several(chosen, language)
        best = sorted((f for f in found if f.ranked), key=lambda f: -f.probability)
        question = best[0].question if best else self._asked_of(None, reading, turn)
        return refuse(question, shelves, [(f.shelf, f.ranked[0]) for f in best], language)

    def _found(self, desk: Desk, question: Question, shelf: Shelf, language: str) -> Found:
        made = self._ready(desk, question, shelf, language)
        if made:  # needs no search, and nothing that was searched is shown beside it
            return Found(shelf, (), 1.0, question, made)
        ranked = self._ranked(question, shelf, among=True)
        if question.units:
            ranked = [r for r in ranked if question.units & r.facts.units] or ranked
        if question.figures or question.wants & CONTACTS:  # "Quyết định 367" stands where the number is, not nearby
            ranked = sorted(ranked, key=lambda r: not _pinned(question, r))
        return Found(shelf, ranked, self._probability(desk, question, shelf, ranked), question)

    def _ready(self, desk: Desk, question: Question, shelf: Shelf, language: str) -> Answer | None:
        """What needs no search: facts of the document itself, and everything a unit has to do."""
        if about_document(question.asks) and not question.reference:
            return answer_document(question, shelf, language)
        if self.switches.register and about_all(question, desk.common(shelf)):
            return self._all_duties(question, shelf, language)
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


def _pinned(question: Question, ranked: Ranked) -> bool:
    """Holds every figure the question names and every number or address to reach somebody that it wants."""
    contacts = all(holds(want, ranked.hit.passage.text) for want in question.wants & CONTACTS)
    return contacts and has_figures(question, ranked)


def _topic(answer: Answer, turn: Turn, shelves: Sequence[Shelf]) -> Topic:
    first = next(iter(answer.citations or answer.nearest), None)
    plan_id = first.plan_id if first else (shelves[0].version.plan_id if len(shelves) == 1 else "")
    return Topic(plan_id, first.clause if first else "", answer.reason, (), turn.base or turn.search)
