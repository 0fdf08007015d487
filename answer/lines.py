"""Which line of a clause answers: the one that holds most of what the question singles out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from answer.question import Question
from answer.rank import Ranked
from plan.model import FieldValue
from plan.passages import Line
from plan.text import fold

_WORD = re.compile(r"[^\W_]{2,}")
CLOSEST = 0.3  # what the line closest by meaning has ahead of the others


def content_words(question: Question) -> list[str]:
    """Folded words of all forms of the question, each once."""
    return list(
        dict.fromkeys(word for form in (question.search, *question.forms) for word in _WORD.findall(fold(form)))
    )


def coverage(words: Sequence[str], text: str, around: Sequence[str]) -> float:
    """How much of a question a line holds, 0..1: a word weighs less the more of the lines around hold it too."""
    folded = [set(_WORD.findall(fold(line))) for line in around]
    own = set(_WORD.findall(fold(text)))
    weights = {word: 1.0 / (1 + sum(word in line for line in folded)) for word in words}
    total = sum(weights.values())
    return sum(weights[word] for word in words if word in own) / total if total else 0.0


def best_line(question: Question, ranked: Ranked) -> Line:
    """The line of the passage to lead with."""
    lines, closest = ranked.hit.passage.lines, ranked.hit.best_line
    if len(lines) < 2 or question.english or ranked.told:
        return closest
    words, around = content_words(question), [line.text for line in lines]
    return max(lines, key=lambda line: coverage(words, line.text, around) + CLOSEST * (line == closest))


def best_value(question: Question, ranked: Ranked, values: Sequence[FieldValue]) -> FieldValue:
    """Of several units that each do a part, the one whose part is asked about."""
    words, around = content_words(question), [value.value for value in values]
    closest = ranked.hit.best_line.span

    def score(value: FieldValue) -> float:
        near = CLOSEST * (value.line.overlap(closest) > 0)
        return (
            coverage(words, value.value, around)
            + near
            + fuzz.partial_ratio(fold(question.search), fold(value.value)) / 1000
        )

    return max(values, key=score)
