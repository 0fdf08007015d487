"""What a question asks for beside what a text has, as signals, and how likely they make each of several texts the fact.

The weights are learnt (`training/telling.py`) from questions whose answer is marked in the clause that proves it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from math import fsum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from answer.asked import DATA, Ask
from answer.question import Question
from answer.sense import content
from answer.wanted import Want, holds
from language.syllable import canonical
from plan.due import date_phrases
from plan.model import Span
from plan.patterns import patterns
from plan.text import fold, is_plain, lower
from plan.units import find_units
from reading.protocol import Mark

FILE = DATA / "telling.json"
Signals = dict[str, float]
_KINDS = {name: re.compile(entries) for name, entries in patterns(DATA / "kinds.txt").items()}
_ASKS = {name.removeprefix("asks "): kind for name, kind in _KINDS.items() if name.startswith("asks ")}
_ALSO = {name.removeprefix("also "): kind for name, kind in _KINDS.items() if name.startswith("also ")}
_HAS = {name.removeprefix("has "): kind for name, kind in _KINDS.items() if name.startswith("has ")}
_VALUES = (Want.HOUR, Want.COUNT, Want.MONEY, Want.PERCENT, Want.PHONE, Want.PERSON)
_MACHINE = re.compile(r"\bmáy\b")  # with its accents it asks for no number
_WORD = re.compile(r"[^\W_]{2,}|\d+")
_FIGURE = re.compile(r"\d+(?:[.,/]\d+)*")
_NOUN = re.compile(r"\b(?:bao nhieu|may|bn|how many)\s+([^\W\d]{2,})|\b([^\W\d]{2,}) (?:nao|gi)\b")


def chances(kind: str, signals: Sequence[Signals], marked: Sequence[float] = ()) -> NDArray[np.float64]:
    """How likely each of some texts of a kind, 'pieces' or 'cells', is the one asked for; together 1.

    `marked`: what share of a reader's marks each has, where it marked any.
    """
    scores, beside = scored(_weights()[kind], signals), _weights()[f"{kind} marked"]
    if any(marked):
        scores = beside["signals"] * scores + beside["marked"] * np.array(marked)
    odds = np.exp(scores - scores.max())
    return np.asarray(odds / odds.sum(), dtype=np.float64)


def scored(weights: Mapping[str, float], signals: Sequence[Signals]) -> NDArray[np.float64]:
    """What the signals of each text are worth."""
    return np.array([sum(weights.get(name, 0.0) * value for name, value in each.items()) for each in signals])


@lru_cache(maxsize=1)
def _weights() -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = json.loads(FILE.read_text(encoding="utf-8"))
    return found


def marked(marks: Sequence[Mark], text: str, parts: Sequence[Span]) -> list[float]:
    """What share of all marks lies on each part of a text that stands in a line."""
    at = {mark.line.text: mark.line.text.find(text) for mark in marks}
    shares = [0.0] * len(parts)
    for mark in (mark for mark in marks if at[mark.line.text] >= 0):
        end = mark.end - at[mark.line.text]  # by its end: a mark may be the space before the first word of a part
        number = next((n for n, part in enumerate(parts) if part.start <= end <= part.end), None)
        if number is not None:
            shares[number] += mark.share
    return shares


def asked_kinds(question: Question) -> list[str]:
    """What a question asks for, by name; 'any' always."""
    text = fold(_MACHINE.sub(" ", lower(question.text)))
    kinds = [name for name, kind in (*_ASKS.items(), *_ALSO.items()) if kind.search(text)]
    return ["any", *sorted(question.asks), *sorted(question.wants), *kinds]


def asks_several(question: Question) -> bool:
    """Whether things of several kinds are asked for at once: who and when, where and how many."""
    return len({Ask.LEAD, *_ASKS}.intersection(asked_kinds(question))) > 1


def has(text: str) -> list[str]:
    """What a text has, by name; 'any' always."""
    folded = fold(text)
    found = [name for name, kind in _HAS.items() if kind.search(folded)]
    found += [str(want) for want in _VALUES if holds(want, text)]
    more = {"date": date_phrases(text), "unit": find_units(text), "figure": _FIGURE.search(text)}
    return ["any", *found, *(name for name, there in more.items() if there)]


def words(text: str) -> set[str]:
    """Its words and numbers, folded."""
    return set(_WORD.findall(fold(text)))


def own_words(question: Question, texts: Sequence[str]) -> list[set[str]]:
    """The words and numbers of each text, folded, without those that accents tell from the question's: 'phương tiện'
    has no 'tiền'."""
    spelt: dict[str, set[str]] = {}
    for word in () if is_plain(question.text) else _WORD.findall(lower(question.text)):
        spelt.setdefault(fold(word), set()).add(canonical(word))
    return [{folded for word in _WORD.findall(lower(text)) if _is(word, folded := fold(word), spelt)} for text in texts]


def _is(word: str, folded: str, spelt: Mapping[str, Collection[str]]) -> bool:
    """Whether a word may be what the question has in these letters; what is written without accents may be any."""
    asked = spelt.get(folded)
    return not asked or word == folded or folded in asked or canonical(word) in asked


def typed(question: Question) -> set[str]:
    """All words of all forms of a question."""
    return {word for form in (question.text, question.search, *question.forms) for word in words(form)}


def beside(text: str) -> set[tuple[str, str]]:
    """Its words two by two as they stand side by side, folded."""
    return set(pairwise(_WORD.findall(fold(text))))


def meant(question: Question) -> set[str]:
    """The words and figures that say what is asked about."""
    said = {word for form in (question.search, *question.forms) for word in content(form)}
    return said | set(_FIGURE.findall(question.text))


def figures(text: str) -> set[str]:
    """Its numbers and dates, without noughts before them."""
    return {figure.lstrip("0") for figure in _FIGURE.findall(text)}


def nouns(question: Question) -> set[str]:
    """What is counted or chosen among: 'bao nhiêu hộ', 'trường nào'."""
    return {word for found in _NOUN.findall(fold(question.search)) for word in found if word}


def counts(text: str, nouns: Collection[str]) -> bool:
    """Whether it counts such a thing: '36 cụm loa'."""
    return any(re.search(rf"\d\s*{noun}\b", fold(text)) for noun in nouns)


def coverage(said: Collection[Any], among: Sequence[Collection[Any]]) -> list[float]:
    """How much of some words each of several texts has, 0..1; a word weighs less the more of them have it.

    Added up exactly: words may come as a set, whose order is another in each process.
    """
    weights = {word: 1.0 / (1 + sum(word in own for own in among)) for word in said}
    total = fsum(weights.values()) or 1.0
    return [fsum(weight for word, weight in weights.items() if word in own) / total for own in among]
