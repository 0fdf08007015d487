"""The engine with a model behind it: the extractive answer first, then, if a model may, the same answer phrased.

What the extractive engine refused stays refused and the model is not asked; only a follow-up may, where a setting
allows it, be asked once more in words that the model puts together from it and the question before. Headline,
citations and topic are never the model's: its sentences only take the place of the lines between them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from answer.followup import take_up
from answer.phrasing.clauses import Numbered, numbered
from answer.phrasing.phraser import Phraser
from answer.phrasing.rewriter import Rewriter
from answer.phrasing.tokens import tokens
from answer.phrasing.verify import Verdict
from answer.shelf import Shelf
from answer.wording import sentence
from plan.model import Answer, Phrasing, PlanVersion, Topic
from plan.secrecy import secrecy
from prompts import phrase
from vectorstore.library import Library

# Kinds of answers that gain by it. A list of duties is whole as it stands; what a model made of it would only look so.
PHRASED = frozenset({"text", "fields", "several"})
_PLACE, _QUOTE = "📌", "“"

SCREEN = 1200  # characters that a phone shows at once

Draft = Callable[[str], None]


class Extractive(Protocol):
    """`answer.engine.Engine`."""

    library: Library

    def ask(self, question: str, scope: str | None = None, topic: Topic | None = None) -> Answer:
        """The checked answer."""


class PhrasedEngine:
    """Asks the extractive engine, then lets the phraser phrase."""

    def __init__(self, engine: Extractive, phraser: Phraser, rewriter: Rewriter | None = None) -> None:
        self.engine = engine
        self.library = engine.library
        self.phraser = phraser
        self.rewriter = rewriter
        self._shelves: dict[tuple[str, int], Shelf] = {}
        self._secret: dict[tuple[str, int], bool] = {}

    def ask(self, question: str, scope: str | None = None, topic: Topic | None = None) -> Answer:
        """The checked answer."""
        return self._ask(question, scope, topic, None)

    def ask_aloud(self, question: str, scope: str | None, topic: Topic | None, draft: Draft) -> Answer:
        """The same; `draft` hears its text as far as it is checked, each time a sentence is added."""
        return self._ask(question, scope, topic, draft)

    def _ask(self, question: str, scope: str | None, topic: Topic | None, draft: Draft | None) -> Answer:
        answer = self.engine.ask(question, scope, topic)
        if answer.refused and self.rewriter and topic:
            return self._asked_anew(self.rewriter, question, scope, topic, answer)
        if answer.refused or answer.reason not in PHRASED:
            return answer
        clauses = numbered(answer, self._open_shelves())
        outcome = self.phraser.phrase(
            question, clauses, answer.language, (lambda kept: draft(_begun(answer, kept))) if draft else None
        )
        return phrased(answer, outcome.kept, outcome.phrasing) if outcome.kept else answer

    def _asked_anew(
        self, rewriter: Rewriter, question: str, scope: str | None, topic: Topic, refused: Answer
    ) -> Answer:
        """The extractive answer to the question as the model rewrote it; the refusal where that brings nothing."""
        before, plan_id = topic.question, scope or topic.plan_id
        if refused.reason == "empty" or take_up(question, topic, False).search == question:
            return refused  # it stands alone: whatever the model made of it would be another question
        if len(self._open_shelves()) < len(self._shelves):
            return refused  # the conversation may be about a plan that bears the stamp of a secret
        rewritten = rewriter.rewrite(question, before, refused.language)
        answer = self.engine.ask(rewritten, plan_id or None) if rewritten else refused
        if answer.refused:
            return refused
        note = phrase(answer.language, "rewriting.understood", question=rewritten)
        return replace(answer, text=f"{answer.text}\n{note}")

    def take_news(self) -> list[str]:
        """What the admins should hear, once."""
        return self.phraser.take_news()

    def _open_shelves(self) -> dict[tuple[str, int], Shelf]:
        """Shelves of the live plans that may leave the house: never one that bears the stamp of a secret."""
        live = {(v.plan_id, v.version): v for v in self.library.snapshot().live}
        kept = {key: self._shelves.get(key) or Shelf(version) for key, version in live.items()}
        self._shelves = kept
        known = self._secret
        self._secret = {key: known[key] if key in known else is_secret(version) for key, version in live.items()}
        return {key: shelf for key, shelf in kept.items() if not self._secret[key]}


def is_secret(version: PlanVersion) -> bool:
    """Marked so when it was taken in, or by its own stamp."""
    return any(warning.code == "secret" for warning in version.warnings) or bool(secrecy(version.text))


def phrased(answer: Answer, kept: Sequence[Verdict], state: Phrasing) -> Answer:
    """The answer with these sentences, a line that says so, and the rest that they do not tell."""
    head, _, rest = answer.text.partition("\n")
    told = {token.key for verdict in kept for token in tokens(verdict.text)}
    left = [line for line in rest.splitlines() if not _is_told(line, told, answer)]
    note = phrase(answer.language, f"phrasing.{state.value}")
    said = [*(_shown(answer, verdict) for verdict in kept if verdict.clause), note]
    text = "\n".join((head, *said, *left))
    if len(text) > SCREEN:  # a long quote: what is proven stays on the first screen, and all of it
        text = "\n".join((answer.text, *said))
    return replace(answer, text=text, phrasing=state)


def _begun(answer: Answer, kept: Sequence[Verdict]) -> str:
    return "\n".join((answer.headline, *(_shown(answer, verdict) for verdict in kept)))


def _shown(answer: Answer, verdict: Verdict) -> str:
    clause: Numbered | None = verdict.clause
    assert clause is not None
    key = "phrasing.sentence_of_plan" if len(answer.plans) > 1 else "phrasing.sentence"
    text = sentence(verdict.text)
    return phrase(answer.language, key, text=text, words=clause.citation.words, place=clause.place)


def _is_told(line: str, told: set[str], answer: Answer) -> bool:
    """A line that explains, all of whose words the sentences say. Places, quotes and lists stay."""
    if answer.reason == "several" or line.startswith((_PLACE, _QUOTE, "•")) or _QUOTE in line:
        return False
    said = [token.key for token in tokens(line) if token.says]
    label = line.partition(":")[0]
    naming = {token.key for token in tokens(label)} if ":" in line else set()
    return bool(said) and all(key in told or key in naming for key in said)
