"""What a plan says of a thing: "kế hoạch nói gì về wifi?". Whether it names the thing at all is looked up, not read.

A clause that names the thing tells what the plan says of it, however unlike the question it is; where no clause names
it as it was typed, reading has to tell. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from answer.asked import FIELDS
from answer.question import Question
from answer.rank import Ranked
from answer.sense import content, spelt
from answer.shelf import Shelf
from plan.passages import Line
from plan.text import fold, is_plain, lower, squeeze

NAMED = 0.5  # share given to clauses that name the thing: each may be shown beside the first
_OF = r"(?:ve|den|toi|ra)\b"
_MENTIONED = re.compile(rf"\b(?:noi gi|noi|nhac gi|nhac|de cap|quy dinh gi|quy dinh|neu gi) {_OF}")
_WHAT_IS_SAID = re.compile(
    rf"\b(?:noi|nhac|neu|de cap|quy dinh|viet|ghi) (?:nhung )?gi {_OF}|"
    rf"\bco (?:noi|nhac|neu|de cap|quy dinh)(?: gi)? {_OF}|"
    r"\b(?:says?|said|mention(?:s|ed)?)(?: (?:anything|something))?(?: (?:about|on|of))?\b"
)
_BEFORE = re.compile(r"\A\W*(?:(?:việc|viec|vấn đề|van de|chuyện|chuyen|the|any|a)\s+)*")
_BEHIND = re.compile(  # what politeness and the yes-or-no form leave behind the thing
    r"(?:\s*\b(?:không|khong|hông|ko|k|vậy|vay|thế|the|ạ|nhỉ|nhi|nhé|hả|gì|gi|trong|kế hoạch|ke hoach|này|nay|"
    r"in|this|plan)\b|\W)+\Z"
)


def thing_absent(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """'Kế hoạch có nói gì về drone?' where the plan never has that word, in any spelling of the question."""
    told = [(form, _MENTIONED.search(fold(form))) for form in (question.text, *question.forms)]
    if not told[0][1] or question.english:
        return False
    return all(_lacks(shelf, form[found.end() :]) for form, found in told if found)


def _lacks(shelf: Shelf, thing: str) -> bool:
    """Whether a plan lacks a word of it: with its accents where it has them, but in a scan that is read badly."""
    if is_plain(thing) or shelf.garbled:
        return any(word not in shelf.vocabulary for word in content(thing))
    return any(word not in shelf.spelt for word in spelt(thing))


def naming(question: Question, ranked: Sequence[Ranked]) -> list[Ranked]:
    """Of clauses in a reader's order those that name the thing asked about, each with the line that does."""
    for pattern in map(_pattern, _things(question)):
        named = [found for each in ranked if (found := _naming(pattern, each))]
        if named:
            return named
    return []


def _things(question: Question) -> Iterator[str]:
    """The thing in the spellings of the question, accents first; none where a field or a value of it is asked."""
    if question.asks & set(FIELDS) or question.wants:
        return
    for form in sorted({question.text, *question.forms}, key=lambda form: form == fold(form)):
        told = _WHAT_IS_SAID.search(fold(form))
        thing = _BEHIND.sub("", _BEFORE.sub("", lower(form[told.end() :]))) if told else ""
        if content(thing):
            yield squeeze(thing)


def _pattern(thing: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(thing)}(?!\w)")


def _naming(pattern: re.Pattern[str], ranked: Ranked) -> Ranked | None:
    """The clause with the line that names the thing, or as it is where its heading does."""
    passage = ranked.hit.passage
    line = next((line for line in passage.lines if _names(pattern, line.text)), None)
    if line is None and not (passage.path and _names(pattern, passage.path[-1])):
        return None
    return _led_by(line, replace(ranked, share=max(ranked.share, NAMED)))


def _led_by(line: Line | None, ranked: Ranked) -> Ranked:
    return replace(ranked, hit=replace(ranked.hit, best_line=line), told=True) if line else ranked


def _names(pattern: re.Pattern[str], text: str) -> bool:
    """As it was typed: without accents it may be any word that is spelt so."""
    plain = pattern.pattern.isascii()
    return bool(pattern.search(fold(squeeze(text)) if plain else lower(squeeze(text))))
