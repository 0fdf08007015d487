"""Which line of a clause answers: the one that holds most of what the question singles out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rapidfuzz import fuzz

from answer.asked import Ask
from answer.candidates import Ranked
from answer.question import Question
from answer.sense import content
from answer.wanted import holds
from plan.due import date_phrases
from plan.model import FieldValue
from plan.passages import Line
from plan.text import fold

_WORD = re.compile(r"[^\W_]{2,}")
_FIGURE = re.compile(r"\d+")
_PARTS = re.compile(  # at a semicolon, a sentence's end, before what a sum is made of, and between such sums
    r";\s+(?:trong đó\s+)?|(?<=[^\W\d]{2}[.])\s+(?=[^\W\d_])|,\s+(?:trong đó|bao gồm|gồm)\b:?\s*|"
    r"(?<=đồng),\s+(?=[^,;]*\d[^,;]*đồng)"
)
SHORT = 25  # characters; a shorter part is a label of the next
CLOSEST = 0.3  # what the line closest by meaning has ahead of the others
READ = 0.45  # the same of the line that was read to answer
VALUE = 0.3  # what a line has ahead that holds the value asked for
NAMED = 0.5  # the same where it holds the figures that the question names


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
    lines = ranked.hit.passage.lines
    if len(lines) < 2:
        return ranked.hit.best_line
    words = () if question.english else content_words(question)
    texts = [line.text for line in lines]
    return max(lines, key=lambda line: coverage(words, line.text, texts) + _signs(question, ranked, line))


def _signs(question: Question, ranked: Ranked, line: Line) -> float:
    """What speaks for a line beside its words: it was found or read to be it, has the value asked for, the figures."""
    closest = (READ if ranked.told else CLOSEST) * (line == ranked.hit.best_line)
    figures = [figure.lstrip("0") for figure in _FIGURE.findall(question.text)]
    own = {figure.lstrip("0") for figure in _FIGURE.findall(line.text)}
    named = sum(figure in own for figure in figures) / len(figures) if figures else 0.0
    return closest + VALUE * has_values(question, line.text) + NAMED * named


def has_values(question: Question, text: str) -> float:
    """The share of the values asked for, money, a day, an hour, that a text has; 0 where none is asked for."""
    found = [holds(want, text) for want in question.wants]
    if Ask.DEADLINE in question.asks:
        found.append(bool(date_phrases(text)))
    return sum(found) / len(found) if found else 0.0


def part_of(question: Question, text: str) -> str:
    """Of a line that says several things the one part that says what is asked, or all of it where no one part does.

    Such a part has all the line has of the question's words and of the values that it asks for.
    """
    parts = _parts(text)
    if len(parts) < 2 or question.english:
        return text
    words = {word for form in (question.search, *question.forms) for word in content(form)} & _words(text)
    values = has_values(question, text)
    whole = [part for part in parts if words <= _words(part) and has_values(question, part) >= values]
    return whole[0] if words and values and len(whole) == 1 else text


def likeliest_part(question: Question, text: str) -> str:
    """Of a line that is too long to lead with the part that has most of what is asked, from its beginning on."""
    if question.english:
        return text
    parts = _parts(text)
    words = [word for form in (question.search, *question.forms) for word in content(form)]
    return max(parts, key=lambda part: coverage(words, part, parts) + VALUE * has_values(question, part))


def _parts(text: str) -> list[str]:
    """What a line says one after the other, each long enough to say something."""
    cuts = [match for match in _PARTS.finditer(text) if match.start() >= SHORT]
    starts, ends = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(text)]
    return [text[start:end].strip(" ,;./") for start, end in zip(starts, ends, strict=True)]


def _words(text: str) -> set[str]:
    return set(_WORD.findall(fold(text)))


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
