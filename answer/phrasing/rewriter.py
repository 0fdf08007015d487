"""A follow-up that was not understood, rewritten by the model to stand alone; checked word by word without it.

The model may only put together what the officer said: every word of its question is from this question or the one
before, and no word of this question that says something is lost. It never sees a clause and never answers.
"""

from __future__ import annotations

import json
import re

from answer.asked import asked
from answer.phrasing.phraser import Outcome, Phraser
from answer.phrasing.prompt import rewriting
from answer.phrasing.sentences import NotSentences
from answer.wanted import wanted
from plan.text import fold, lower
from prompts import phrase

LONGEST = 240  # characters of a rewritten question
_WORD = re.compile(r"\w+(?:[./-]\w+)*")
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
# Words that a question needs to be one, and that ask for nothing by themselves.
_BINDING = re.compile(r"là|của|cho|về|trong|thì|được|đối|với|việc|an?|the|of|for|in|is|are|to|do|does")
# Words that point back or only open a turn: the rewritten question has what they point at instead.
_BACK = r"còn|thế|vậy|thì|sao|rồi|và|nó|đó|này|ấy|kia|việc|cái|ạ|à|nhỉ|nhé|ơi"
_ALSO = r"and|then|so|what|about|how|its?|that|this|they|them|their|those|these|one|ok"
_POINTING = re.compile(f"{_BACK}|{fold(_BACK)}|{_ALSO}")


class Rewriter:
    """Asks the phraser's model, within the phraser's limits."""

    def __init__(self, phraser: Phraser) -> None:
        self._phraser = phraser

    def rewrite(self, question: str, before: str, language: str) -> str:
        """The question so that it stands alone; '' when the model gives none or one of other words."""
        outcome, found = Outcome(why="idle"), [""]

        def call() -> None:
            found[0] = _read(self._phraser.text(rewriting(question, before, language), outcome))
            outcome.why = _told(found[0], question, before)

        self._phraser.within_limits(call, outcome, (), phrase(language, "rewriting.version"))
        return found[0] if outcome.why == "rewritten" else ""


def is_of_their_words(rewritten: str, question: str, before: str) -> bool:
    """Whether nothing was added to the two questions, and nothing of the new one was lost."""
    given, own, asked = _words(rewritten), _words(question), _words(f"{question} {before}")
    added = [word for word in given if not _in(word, asked) and not _BINDING.fullmatch(word)]
    kept = given | {fold(word) for word in given}
    lost = [word for word in own if word not in kept and not _POINTING.fullmatch(word)]
    return bool(given) and not added and not lost and _asks_the_same(rewritten, question)


def _asks_the_same(rewritten: str, question: str) -> bool:
    """Nothing that only the question before asked for: who asks when must not be told who."""
    own = asked(question)
    return asked(rewritten) <= own if own or wanted(question) else True


def _told(rewritten: str, question: str, before: str) -> str:
    """What the book says of it."""
    if not rewritten or _words(rewritten) == _words(question):
        return "rewrite_none"
    whole = len(rewritten) <= LONGEST and is_of_their_words(rewritten, question, before)
    return "rewritten" if whole else "rewrite_refused"


def _read(text: str) -> str:
    """The question in the model's JSON. Raises NotSentences when there is none."""
    found = _OBJECT.search(_THOUGHT.sub("", text))
    try:
        told = json.loads(found.group()) if found else None
    except (ValueError, RecursionError):
        told = None
    question = told.get("question") if isinstance(told, dict) else None
    if not isinstance(question, str):
        raise NotSentences("no question in JSON")
    return " ".join(question.split())


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(lower(text)))


def _in(word: str, told: frozenset[str]) -> bool:
    """As it stands, or with the diacritics that the officer left out."""
    return word in told or fold(word) in told
