"""The engine: `ask(question, scope)` → a checked Answer. Understand, find, read, decide, compose, prove."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import replace
from itertools import islice

from answer.asked import FIELDS, about_document
from answer.candidates import (
    Ranked,
    bearing_first,
    closest,
    found_among,
    found_in,
    read,
    read_each,
    states_fields,
)
from answer.checks import field_missing, hardly_named, naming, own_purpose
from answer.cite import once, proven
from answer.compose import compose
from answer.corpus import NAMED, Corpus, Searched
from answer.decision import SHIPPED, Answered, Decision, NotSaid, Selected, Unsure, decide, sure, surer
from answer.duties import about_all, may_be_about_all
from answer.followup import Turn, asks_for_source, leaning, take_up
from answer.lookups import choice, may_be_ready, only_a_place, places_in, ready_answer, source, told
from answer.meant import means_one, meant, meant_as_well, on_subject
from answer.plans_there import asks_for_plans, plans_answer
from answer.question import Question
from answer.refuse import NEAREST, doubt, is_near, no_question, refuse
from answer.selected import selected
from answer.sense import asks_nothing, asks_of_tasks, is_gibberish, is_incomplete
from answer.several import (
    MOST,
    Found,
    Reach,
    asks_which,
    choose,
    compares,
    compose_several,
    named,
    of_one,
    of_one_place,
    wants_each,
)
from answer.shelf import Shelf
from answer.understand import Understood
from plan.model import Answer, ClauseKind, PlanInfo, Topic
from plan.references import Reference
from plan.units import find_units
from reading.close import CloseReader
from reading.encoder import EncoderReader
from reading.protocol import Reader
from vectorstore.errors import UnknownPlan
from vectorstore.library import Library
from vectorstore.plan_index import PlanCard
from vectorstore.search import WHOLE

EACH = 12  # plans at most whose own facts and lists are looked up for one question; of more, the closest
ONE_BY_ONE = 8  # plans at most that are searched and read one by one for one question
FEW = 4  # plans that are each read as closely as one alone
FAR_BUT_SURE = 0.6  # what a plan hardly names is said only where so sure
AGAIN = 3  # times that a question is asked once more at most, as plans are replaced while it is looked up


class Engine:
    """Answers questions over the live plans of a library: looks up what may answer and loads only the plans it is in.

    `readers` are asked in turn, the shipped one last; the first that can read decides. Without `reading` the best
    clause of the ranking is always said: what reading is worth is measured so. Thread-safe.
    """

    def __init__(self, library: Library, readers: Sequence[Reader] = (), reading: bool = True) -> None:
        self.library = library
        self.readers: tuple[Reader, ...] = (*readers, EncoderReader(close=CloseReader())) if reading else ()
        self._corpus: Corpus | None = None

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
        for _ in range(AGAIN):
            with suppress(UnknownPlan):  # a plan was replaced while we looked: once more over what is live now
                return self._ask(self.corpus, text, scope, topic)
        return self._ask(self.corpus, text, scope, topic)

    def _ask(self, corpus: Corpus, text: str, scope: str | None, topic: Topic | None) -> Answer:
        english = corpus.understanding.english(text) if text else False
        language = "en" if english else "vi"
        if reason := asks_nothing(text):
            return no_question(reason, language)
        if not corpus.count:
            return no_question("no_plans", language)
        if is_gibberish(text, corpus.understanding.lexicon):
            return no_question("not_understood", "vi")  # letters that are no words are no English either
        answer = self._answer(corpus, text, english, scope, topic)
        return self._verified(corpus, answer)

    def _answer(self, corpus: Corpus, text: str, english: bool, scope: str | None, topic: Topic | None) -> Answer:
        language = "en" if english else "vi"
        mentioned = named(text, self.library.lookup.called(text))
        if about := asks_for_plans(text, [card.info.place for card in mentioned]):
            return plans_answer(text, about, mentioned, corpus, language)
        if topic and asks_for_source(text) and (stands := source(corpus, topic, language)):
            return stands
        turn = take_up(text, topic, bool(mentioned))
        if not turn.after and not mentioned and is_incomplete(text):
            return no_question("incomplete", language)
        answer = self._answer_turn(corpus, text, english, scope, mentioned, turn)
        leant = None if scope or mentioned or sure(answer) else leaning(text, topic, turn)
        if leant:  # people mostly stay with what they speak of
            after = self._answer_turn(corpus, text, english, None, mentioned, leant)
            return after if surer(after, answer) else answer
        if answer.refused and turn.plan_id and turn.whole and scope is None:
            # It only looked like a follow-up: all plans are to be asked, and a refusal speaks for all of them.
            answer = self._answer_turn(corpus, text, english, None, mentioned, Turn(text))
        return replace(answer, topic=topic) if answer.refused and turn.plan_id else answer  # still what we speak of

    def _answer_turn(
        self, corpus: Corpus, text: str, english: bool, scope: str | None, mentioned: list[PlanCard], turn: Turn
    ) -> Answer:
        language = "en" if english else "vi"
        reach = self._reach(corpus, scope, mentioned, turn, text)
        understood = corpus.understanding.read(turn.search, english)
        if reach.only:
            shelf = corpus[reach.only]
            answer = self._in_plan(corpus, _asked_of(shelf.version.info, understood, turn), shelf, turn, language)
        elif _of_several(turn.search, mentioned, reach):
            answer = self._of_each(corpus, understood, reach, turn, language)
        else:
            answer = self._over_all(corpus, understood, reach, turn, language)
        return replace(answer, topic=_topic(answer, turn, reach))

    def _reach(self, corpus: Corpus, scope: str | None, mentioned: list[PlanCard], turn: Turn, text: str) -> Reach:
        if mentioned and not (scope and compares(text)):
            chosen = tuple(card.scope for card in mentioned)
            return Reach(chosen, len(chosen), len(chosen) == corpus.count)
        wanted = scope or (turn.plan_id if not compares(text) else "")
        live = self.library.lookup.live(wanted) if wanted else None
        if live:
            return Reach((live,), 1, corpus.count == 1)
        few = tuple(self.library.lookup.first(WHOLE)) if corpus.count <= WHOLE else None
        return Reach(few, corpus.count, True)

    def _in_plan(self, corpus: Corpus, question: Question, shelf: Shelf, turn: Turn, language: str) -> Answer:
        """One plan: a fact of the document, a unit's list, or the clause that was read to answer."""
        searched = Searched(1, (shelf.scope,), corpus)
        places = places_in(question, shelf) if only_a_place(question) else []
        if len(places) > 1:
            return choice([(shelf, each) for each in places], language)
        made = ready_answer(question, shelf, language)
        if made and not self._has_more(question):
            return made
        if not question.reference and may_be_about_all(question) and about_all(question, shelf):
            return self._no_duties(corpus, question, shelf, language)
        ranked = found_in(self.library.search, question, shelf, turn.anchor)
        if not ranked:
            near = found_in(self.library.search, replace(question, reference=Reference()), shelf)
            return refuse(question, searched, [(shelf, r) for r in near], language, "address")
        if places and not question.asks & set(FIELDS) and places[0].kind is not ClauseKind.ROW:
            return told(shelf, places[0], language)
        if question.reference.exact or (question.reference.item and states_fields(question, ranked[0])):
            if question.reference.exact and field_missing(question, shelf, ranked[0]):
                return refuse(question, searched, [(shelf, r) for r in ranked], language)
            return compose(question, shelf, ranked, language)
        stays = turn.anchor if turn.bare else ""
        decision, ranked = self._decided(self.readers, question, ranked, corpus, among=False, stays=stays)
        if made and not isinstance(decision, Selected):
            return made
        return _said(decision, question, ranked, corpus, searched, language)

    def _over_all(self, corpus: Corpus, understood: Understood, reach: Reach, turn: Turn, language: str) -> Answer:
        """No plan is selected, and the question means one thing: the clauses of all plans are read together."""
        enough = MOST + 1 if means_one(understood.text) else None  # plans to be loaded to tell that there are too many
        ready = list(islice(self._ready_in_each(corpus, understood, reach, turn, language), enough))
        if enough and len(ready) == enough:
            return no_question("which_plan", language)
        question = _asked_of(None, understood, turn)
        if ready and not self._has_more(question):
            return _of(ready, language, reach, _gone_through(reach))
        if placed := self._at_place(corpus, understood, question, reach, turn, language):
            return placed
        ranked = found_among(corpus.candidates, question, None if reach.everything else reach.scopes)
        ranked = bearing_first(question, ranked, corpus, _gone_through(reach))
        decision, ranked = self._decided(self.readers, question, ranked, corpus, among=True)
        if ready and not isinstance(decision, Selected):
            return _of(ready, language, reach, _gone_through(reach))
        searched = _searched(corpus, reach, ranked)
        if not ranked:
            return refuse(question, searched, [], language)
        info = corpus[ranked[0].hit.scope].version.info
        answer = _said(decision, _asked_of(info, understood, turn), ranked, corpus, searched, language)
        return answer if answer.refused or answer.others else replace(answer, others=meant_as_well(question, ranked))

    def _has_more(self, question: Question) -> bool:
        """Whether a question about the document asks more than is looked up, and somebody is here who can read both."""
        return len(self.readers) > 1 and about_document(question.asks) and asks_of_tasks(question.search)

    def _at_place(
        self, corpus: Corpus, understood: Understood, question: Question, reach: Reach, turn: Turn, language: str
    ) -> Answer | None:
        """A place of a plan on the subject that is named: that of the only plan that has it, or the choice among plans.

        None where no place is named, or more is asked and no plan with such a place is meant by its subject.
        """
        alone = only_a_place(question)
        if not (question.reference.exact or alone):
            return None
        scopes = closest(corpus.candidates, question, reach.scopes, _gone_through(reach))
        named = on_subject(question, self.library.lookup.cards(scopes))
        shelves = [corpus[scope] for scope in named or (scopes if alone else ())]
        found = [(shelf, places) for shelf in shelves if (places := places_in(question, shelf))]
        if len(found) == 1:
            shelf = found[0][0]
            own = _asked_of(shelf.version.info, understood, turn)
            return self._in_plan(corpus, own, shelf, turn, language)
        if not found and not alone:
            return None  # no subject is named, or by chance
        if not found:
            return refuse(
                question, Searched(len(shelves), [shelf.scope for shelf in shelves[:NAMED]], corpus), [], language
            )
        return choice([(shelf, places[0]) for shelf, places in found], language)

    def _decided(
        self,
        readers: Sequence[Reader],
        question: Question,
        ranked: list[Ranked],
        corpus: Corpus,
        among: bool,
        brief: bool = False,
        stays: str = "",
    ) -> tuple[Decision, list[Ranked]]:
        """What is to be said, and the candidates in the reader's order; a field that `stays` has needs no reading."""
        if not ranked:
            return NotSaid(0.0), ranked
        done = read(readers, question, ranked, corpus, brief)
        if done is None:
            return Answered(1.0), ranked
        reading, ordered = done
        there = [r for r in ordered if r.hit.passage.address == stays and states_fields(question, r)]
        found = there or naming(question, ordered) or own_purpose(question, ordered)
        named = found if reading.reader == SHIPPED else []
        if named:
            return Answered(1.0), named
        return decide(question, corpus[ordered[0].hit.scope], ordered, reading, among), ordered

    def _of_each(self, corpus: Corpus, understood: Understood, reach: Reach, turn: Turn, language: str) -> Answer:
        """What each of several plans says: "những xã nào …", or plans that the question names."""
        ready = list(self._ready_in_each(corpus, understood, reach, turn, language))
        if ready:  # needs no search, and nothing that was searched is shown beside it
            return _of(ready, language, reach, _gone_through(reach))
        question = _asked_of(None, understood, turn)
        shelves = [corpus[scope] for scope in closest(corpus.candidates, question, reach.scopes, ONE_BY_ONE)]
        bare = of_one(understood.text, [shelf.version.info.place for shelf in shelves])
        understood = corpus.understanding.read(bare, understood.english)
        asked_of = [(shelf, _asked_of(shelf.version.info, understood, turn)) for shelf in shelves]
        ranked = [found_in(self.library.search, own, shelf) for shelf, own in asked_of]
        told = read_each(self.readers[:-1], question, ranked, corpus)
        if told and any(read.parts for read in told.answers):
            return selected(told, corpus, language)
        each = not reach.everything or wants_each(turn.search)
        brief = len(shelves) > FEW
        found = [self._found(corpus, *one, own, each, brief) for one, own in zip(asked_of, ranked, strict=True)]
        chosen = [] if told else choose(found, named=each, wide=compares(turn.search))
        if chosen:
            which = asks_which(turn.search) and not wants_each(turn.search)
            return _of(chosen, language, reach, len(found), which)
        best = sorted((f for f in found if f.ranked), key=lambda f: -f.probability)
        question = best[0].question if best else question
        searched = Searched(reach.count, [shelf.scope for shelf in shelves[:NAMED]], corpus)
        return refuse(question, searched, [(f.shelf, f.ranked[0]) for f in best], language)

    def _found(
        self, corpus: Corpus, shelf: Shelf, question: Question, ranked: list[Ranked], named: bool, brief: bool
    ) -> Found:
        """What the shipped reader makes of one of several plans; of a plan that is named it need not be as sure."""
        decision, ranked = self._decided(self.readers[-1:], question, ranked, corpus, among=False, brief=brief)
        likely = isinstance(decision, Answered | Unsure if named else Answered)
        return Found(shelf, ranked, decision.chance, question, likely)

    def _ready_in_each(
        self, corpus: Corpus, understood: Understood, reach: Reach, turn: Turn, language: str
    ) -> Iterator[Found]:
        """What needs no search, of every plan that has it: a unit's list, or the document's own facts."""
        anywhere = _asked_of(None, understood, turn)
        if reach.scopes is None and not may_be_ready(anywhere):
            return
        scopes = closest(corpus.candidates, anywhere, reach.scopes, _gone_through(reach))
        cards = self.library.lookup.cards(scopes)
        if reach.everything or of_one_place(list(cards.values()), turn.search):
            cards = meant(anywhere, cards)
        asked = {at: own for at, card in cards.items() if may_be_ready(own := _asked_of(card.info, understood, turn))}
        units = self.library.lookup.units_of(asked)  # a plan that gives the unit nothing to do is not loaded for a list
        ready = (at for at, own in asked.items() if about_document(own.asks) or own.units & units[at])
        made = ((corpus[at], asked[at], ready_answer(asked[at], corpus[at], language)) for at in ready)
        yield from (Found(shelf, (), 1.0, question, True, answer) for shelf, question, answer in made if answer)

    def _no_duties(self, corpus: Corpus, question: Question, shelf: Shelf, language: str) -> Answer:
        ranked = [(shelf, r) for r in found_in(self.library.search, question, shelf)]
        reason = "unit_tasks" if question.units & shelf.units else "unit"
        return refuse(question, Searched(1, (shelf.scope,), corpus), ranked, language, reason)

    @property
    def corpus(self) -> Corpus:
        """The plans that are live now."""
        generation, corpus = self.library.generation(), self._corpus
        if corpus is None or corpus.generation != generation:
            corpus = self._corpus = Corpus(self.library, generation, corpus)
        return corpus

    def _verified(self, corpus: Corpus, answer: Answer) -> Answer:
        """Law 1: an answer with a quote that is not the text is not given."""
        for citation in (*answer.citations, *answer.nearest):
            if not proven(corpus[citation.plan_id, citation.version].version, citation):
                raise AssertionError(f"unproven quote in {citation.plan_id} {citation.clause}")
        return replace(answer, citations=once(answer.citations), nearest=once(answer.nearest))


def _of_several(asked: str, mentioned: Sequence[PlanCard], reach: Reach) -> bool:
    """Whether each of several plans is asked: which of them say it, what every one says, or those that are named."""
    if compares(asked) or wants_each(asked):
        return True
    return 1 < len(mentioned) == reach.count and not of_one_place(mentioned, asked)


def _asked_of(info: PlanInfo | None, understood: Understood, turn: Turn) -> Question:
    question = understood.over(info)
    return replace(question, asks=turn.asks or question.asks, typed=turn.typed, after=turn.after)


def _gone_through(reach: Reach) -> int:
    """How many plans are read one by one for what each has ready: all where they are few, else the closest."""
    return EACH if reach.scopes is None else min(reach.count, WHOLE)


def _searched(corpus: Corpus, reach: Reach, ranked: Sequence[Ranked]) -> Searched:
    """What was searched; of many plans those nearest to the question are named."""
    scopes = reach.scopes or tuple(dict.fromkeys(each.hit.scope for each in ranked))
    return Searched(reach.count, scopes[:NAMED], corpus)


def _of(found: Sequence[Found], language: str, reach: Reach, read: int, which: bool = False) -> Answer:
    """What one plan says in full, or a line for each of several; `read` plans of those within reach were looked at."""
    if len(found) > 1 or which:
        return compose_several(found, language, read, reach.count, which)
    only = found[0]
    return only.made or compose(only.question, only.shelf, only.ranked, language)


def _said(
    decision: Decision, question: Question, ranked: Sequence[Ranked], corpus: Corpus, searched: Searched, language: str
) -> Answer:
    """The decision in words."""
    near = [(corpus[r.hit.scope], r) for r in ranked[:NEAREST]]
    match decision:
        case Answered(chance=chance) if chance >= FAR_BUT_SURE or _is_of_it(question, *near[0]):
            shelf = near[0][0]
            own = [r for r in ranked if r.hit.scope == shelf.scope]
            return replace(compose(question, shelf, own, language), confidence=chance)
        case Selected(reading=reading, chance=chance):
            return replace(selected(reading, corpus, language), confidence=chance)
        case Unsure(chance=chance) if _is_close(question, *near[0]):
            return replace(doubt(question, searched, near, language), confidence=chance)
        case _:  # nothing was read to answer, or it is far
            return replace(refuse(question, searched, near, language), confidence=decision.chance)


def _is_close(question: Question, shelf: Shelf, best: Ranked) -> bool:
    """Whether a clause is near the question and its plan speaks of what is asked, but for a word by chance."""
    return is_near(question, best) and not hardly_named(question, shelf, best)


def _is_of_it(question: Question, shelf: Shelf, best: Ranked) -> bool:
    """The same of what was read to answer; one in English shares no words with a plan, so there nearness tells."""
    return is_near(question, best) if question.english else not hardly_named(question, shelf, best)


def _topic(answer: Answer, turn: Turn, reach: Reach) -> Topic:
    """What is kept for a follow-up; what is nearest to something that no plan says is no place to stay at."""
    near = answer.nearest if reach.only or answer.reason != "not_said" else ()
    first = next(iter(answer.citations or near), None)
    plan_id = first.plan_id if first else (reach.only[0] if reach.only else "")
    base = turn.base or turn.search
    unit = next((text[u.start : u.end] for text in (base, answer.headline) for u in find_units(text)), "")
    return Topic(plan_id, first.clause if first else "", base, turn.about, unit)
