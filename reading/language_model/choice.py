"""What a language model may give back, and what is made of it: numbers of pieces, parts of them, and nothing else.

A number that is on no sheet is dropped, a part that does not stand in its piece is dropped; what is left are spans of
the plan's own text. So whatever the model was told or tricked into, it can at worst choose another true piece.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from plan.model import Span
from reading.language_model.pieces import Piece, Sheet
from reading.language_model.proofs import FIELDS, Chosen, borne_out, find, is_stated, keeps_sense, proved
from reading.protocol import Candidate, Facet, Part, Read, Reading

SURE, LIKELY = 0.97, 0.9  # that the first piece chosen answers, and the others
UNSURE = 0.03  # that none answers after the model has chosen; that a task answers which lacks what was asked
MOST = 60  # pieces of one answer
_OBJECT = re.compile(r"\{.*\}", re.DOTALL)
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)
_FACETS = {facet.value: facet for facet in Facet}

_PIECE = {
    "type": "object",
    "properties": {
        "facet": {"type": "string", "enum": list(_FACETS)},
        "id": {"type": "integer"},
        "part": {"type": "string"},
    },
    "required": ["facet", "id", "part"],
    "additionalProperties": False,
}
_LACK = {
    "type": "object",
    "properties": {"facet": {"type": "string", "enum": list(_FACETS)}, "id": {"type": "integer"}},
    "required": ["facet", "id"],
    "additionalProperties": False,
}
SCHEMA: dict[str, Any] = {
    "title": "choose_pieces",
    "description": "The pieces of the plan that answer the question, by their numbers.",
    "type": "object",
    "properties": {
        "answers": {"type": "array", "items": _PIECE},
        "missing": {"type": "array", "items": _LACK},
        "which_plan": {"type": "array", "items": {"type": "integer"}},
        "headline": {"type": "string"},
    },
    "required": ["answers", "missing", "which_plan", "headline"],
    "additionalProperties": False,
}


class NotAChoice(ValueError):
    """What the model gave back is not the JSON that it was asked for."""


@dataclass(frozen=True, slots=True)
class Pick:
    """One piece by its number; `part` '' for all of it."""

    facet: Facet | None
    number: int
    part: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What the model said, well-formed but not believed yet. `missing` name the piece of the task that lacks it."""

    answers: tuple[Pick, ...] = ()
    missing: tuple[Pick, ...] = ()
    which_plan: tuple[int, ...] = ()
    headline: str = ""


def choice_of(text: str) -> Choice:
    """The choice in a model's JSON, fences and thoughts around it aside. Raises NotAChoice where there is none."""
    told = json_in(_THOUGHT.sub("", text))
    if not isinstance(told, dict) or not isinstance(told.get("answers"), list):
        raise NotAChoice("no choice in JSON")
    headline = told.get("headline")
    return Choice(
        tuple(_picks(told["answers"])),
        tuple(_picks(told.get("missing"))),
        tuple(number for number in _list(told.get("which_plan")) if type(number) is int),
        headline if isinstance(headline, str) else "",
    )


def json_in(text: str) -> object:
    """The JSON object in what a model said; None where there is none."""
    found = _OBJECT.search(text)
    try:
        return json.loads(found.group()) if found else None
    except (ValueError, RecursionError):
        return None


def reading_of(choice: Choice, sheet: Sheet, candidates: Sequence[Candidate]) -> Reading | None:
    """The choice as spans of the plans; None where something was chosen and nothing of it stands."""
    chosen = [(pick, parts) for pick in choice.answers for parts in [_parts(pick, sheet)] if parts]
    lacking = [(pick, piece) for pick, piece in _lacking(choice, sheet) if not is_stated(pick.facet, piece)]
    if not chosen and (choice.answers or not lacking):  # who answers with what is not there has not read what lacks
        return None if choice.answers or choice.missing else Reading((), 1 - UNSURE)
    missing = frozenset(pick.facet for pick, _ in lacking if pick.facet)
    reads = _reads(chosen, sheet, candidates) or _bare([piece for _, piece in lacking], candidates)
    return Reading(
        reads,
        UNSURE if chosen else 1 - UNSURE,
        frozenset(pick.facet for pick, _ in chosen if pick.facet) | missing,
        missing,
        headline=proved(choice.headline, list(_for_headline(chosen, sheet))),
        choices=_plans(choice, reads, sheet),
    )


def _picks(told: object) -> Iterator[Pick]:
    for each in _list(told)[:MOST]:
        if isinstance(each, dict) and type(each.get("id")) is int:
            part, facet = each.get("part"), each.get("facet")
            known = _FACETS.get(facet) if isinstance(facet, str) else None
            yield Pick(known, each["id"], part.strip() if isinstance(part, str) else "")


def _list(told: object) -> list[Any]:
    return told if isinstance(told, list) else []


def _lacking(choice: Choice, sheet: Sheet) -> Iterator[tuple[Pick, Piece]]:
    """The tasks that lack something, as the model says."""
    for pick in choice.missing:
        piece = sheet.piece(pick.number)
        if piece:
            yield pick, piece


def _parts(pick: Pick, sheet: Sheet) -> tuple[Part, ...]:
    """The characters chosen: all of the piece, or the part of it where that still says what the piece says."""
    piece = sheet.piece(pick.number)
    if piece is None:
        return ()
    if piece.is_reading:
        return _parts_read(pick, piece)
    if not pick.part or pick.part == piece.text:
        first, *further = piece.spans
        return (_part(first, first, pick.facet, piece, piece.value if further else ""),)
    for span in piece.spans:
        text = span.of(piece.version.text)
        found = find(pick.part, text)
        if found:
            whole = not keeps_sense(text, *found)
            cut = span if whole else Span(span.start + found[0], span.start + found[1])
            return (_part(cut, span, pick.facet, piece),)
    # A part of what the model was shown, though not letter by letter of the plan: a column's name, a garbled line.
    told = find(pick.part, piece.text)
    return tuple(_part(span, span, pick.facet, piece) for span in piece.spans) if told else ()


def _parts_read(pick: Pick, piece: Piece) -> tuple[Part, ...]:
    """Of a badly read line: what was chosen of its reading, and the characters that this stands for."""
    whole = (0, len(piece.text))
    found = find(pick.part, piece.text) if pick.part else whole
    if found is None:
        return ()
    start, end = found if keeps_sense(piece.text, *found) else whole
    cut = piece.original(start, end)
    return (_part(cut, piece.spans[0], pick.facet, piece, piece.text[start:end]),)


def _part(cut: Span, line: Span, facet: Facet | None, piece: Piece, said: str = "") -> Part:
    """The cut as what the model calls it; by no name, and the whole line, where the plan does not call it so."""
    if borne_out(cut, facet, piece, said):
        return Part(cut, facet, said)
    return Part(line, None, said and piece.value) if facet in FIELDS else Part(cut, None, said)


def _reads(
    chosen: Sequence[tuple[Pick, tuple[Part, ...]]], sheet: Sheet, candidates: Sequence[Candidate]
) -> tuple[Read, ...]:
    """The parts by the clause that they stand in, in the order of the choice."""
    by_clause: dict[tuple[str, str], list[Part]] = {}
    pieces: dict[tuple[str, str], Piece] = {}
    for pick, parts in chosen:
        piece = sheet.pieces[pick.number - 1]
        key = _clause(piece)
        pieces.setdefault(key, piece)
        by_clause.setdefault(key, []).extend(part for part in parts if part not in by_clause.get(key, []))
    return tuple(
        Read(_candidate(pieces[key], candidates), LIKELY if place else SURE, tuple(parts))
        for place, (key, parts) in enumerate(by_clause.items())
    )


def _bare(pieces: Sequence[Piece], candidates: Sequence[Candidate]) -> tuple[Read, ...]:
    """The tasks that lack what was asked: found, and nothing in them answers."""
    found = {_clause(piece): piece for piece in pieces}
    return tuple(Read(_candidate(piece, candidates), UNSURE) for piece in found.values())


def _candidate(piece: Piece, candidates: Sequence[Candidate]) -> Candidate:
    """The candidate of this clause, or one made of it: with the whole plan before it the model may look further."""
    assert piece.passage is not None
    for each in candidates:
        if (each.version.plan_id, each.passage.address) == _clause(piece):
            return each
    return Candidate(piece.version, piece.passage, min(each.prior for each in candidates))


def _clause(piece: Piece) -> tuple[str, str]:
    return piece.version.plan_id, piece.passage.address if piece.passage else ""


def _plans(choice: Choice, reads: Sequence[Read], sheet: Sheet) -> tuple[str, ...]:
    """Ids of the plans that the answer depends on: at least two, each with a clause that was chosen."""
    named = {sheet.plans[number - 1] for number in choice.which_plan if 0 < number <= len(sheet.plans)}
    found = tuple(dict.fromkeys(r.candidate.version.plan_id for r in reads if r.candidate.version.plan_id in named))
    return found if len(found) > 1 else ()


def _for_headline(chosen: Sequence[tuple[Pick, tuple[Part, ...]]], sheet: Sheet) -> Iterator[Chosen]:
    for pick, parts in chosen:
        piece = sheet.pieces[pick.number - 1]
        for part in parts:
            yield Chosen(part.words(piece.version.text), part.facet, piece.passage.path if piece.passage else ())
