"""What the model adds to a plan at intake: duties that the parser missed, and what the columns of a table are.

Again only numbers of pieces, each with a role, and exact parts of them; what cannot be selected cannot be proposed.
Nothing of it counts before an admin has taken it in.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from typing import Any

from plan.model import Assignment, FieldValue, PlanVersion, Span
from plan.text import squeeze
from prompts import phrase
from reading.language_model.choice import NotAChoice, json_in
from reading.language_model.client import Told
from reading.language_model.limits import NotNow
from reading.language_model.pieces import Piece, PlanPieces, Sheet, tokens, whole_sheet
from reading.language_model.proofs import find, keeps_sense
from reading.language_model.reader import LanguageModelReader, is_secret, sent

TASK, FIELDS = "task", ("lead", "coord", "deadline", "product")
MOST = 200  # fields of one plan
_LANGUAGE = "vi"  # of the rules: plans are Vietnamese
_FIELD = {
    "type": "object",
    "properties": {
        "task": {"type": "integer"},
        "role": {"type": "string", "enum": list(FIELDS)},
        "id": {"type": "integer"},
        "part": {"type": "string"},
    },
    "required": ["task", "role", "id", "part"],
    "additionalProperties": False,
}
_COLUMN = {
    "type": "object",
    "properties": {"id": {"type": "integer"}, "role": {"type": "string", "enum": [TASK, *FIELDS]}},
    "required": ["id", "role"],
    "additionalProperties": False,
}
SCHEMA: dict[str, Any] = {
    "title": "propose_duties",
    "description": "Duties of the plan and roles of its tables' columns, by the numbers of pieces.",
    "type": "object",
    "properties": {"duties": {"type": "array", "items": _FIELD}, "columns": {"type": "array", "items": _COLUMN}},
    "required": ["duties", "columns"],
    "additionalProperties": False,
}

log = logging.getLogger("kehoach.language_model")
_Fields = dict[str, list[FieldValue]]


class Proposals:
    """Asks a reader's model, within the same limits and the same book of calls."""

    def __init__(self, reader: LanguageModelReader) -> None:
        self._reader = reader

    def added_to(self, version: PlanVersion) -> PlanVersion:
        """The version with the tasks that the model proposes beside the parser's; as it was where it proposes none.

        Never raises because of the model. A plan that does not fit one question is left as it is.
        """
        limits = self._reader.limits
        plan = PlanPieces(version)
        fits = tokens("x" * plan.size) <= limits.settings.answer_tokens
        if not (plan.pieces and fits and limits.settings.is_allowed) or is_secret(version):
            return version
        if not self._reader.is_trusted():
            return version
        sheet = whole_sheet(plan, _LANGUAGE)
        told = self._asked(sheet)
        found = proposed(told, sheet) if told else ()
        return replace(version, assignments=(*version.assignments, *found)) if found else version

    def _asked(self, sheet: Sheet) -> dict[str, Any] | None:
        plan = phrase(_LANGUAGE, "reading.sheet", pieces=sheet.text)
        told = Told(phrase(_LANGUAGE, "reading.proposals"), plan, phrase(_LANGUAGE, "reading.propose"))
        try:
            answer, said, seconds = self._reader.limits.ask(self._reader.model, told, SCHEMA, _object)
        except NotNow:
            return None
        call = self._reader.limits.call(self._reader.model, _LANGUAGE, "proposals", said, seconds, sent(sheet))
        self._reader.calls.write(call)
        return answer


def proposed(told: dict[str, Any], sheet: Sheet) -> tuple[Assignment, ...]:
    """The tasks that stand in what the model said, but those of clauses of which the parser knows who does them."""
    own = sheet.pieces[0].version.assignments if sheet.pieces else ()
    known = {each.clause for each in own if each.leads or each.coordinating}
    found = (*_duties(told, sheet), *_rows(told, sheet))
    first = {each.clause: each for each in reversed(found) if each.clause not in known}
    return tuple(each for each in found if first.get(each.clause) is each)


def settled(version: PlanVersion, bare: bool) -> PlanVersion:
    """What the admin took in: with the proposals, in the place of tasks that the parser found nobody for, or `bare`."""
    found = {} if bare else {each.clause: each for each in version.assignments if each.is_proposed}
    own = tuple(each for each in version.assignments if not each.is_proposed)
    kept = tuple(each for each in own if each.clause not in found)
    late = {each.clause: each for each in own if each.clause in found}
    return replace(version, assignments=(*kept, *(_filled(each, late.get(each.clause)) for each in found.values())))


def _filled(found: Assignment, own: Assignment | None) -> Assignment:
    """The parser's own deadline and product count before the model's."""
    if own is None:
        return found
    return replace(found, deadline=own.deadline or found.deadline, product=own.product or found.product)


def _duties(told: dict[str, Any], sheet: Sheet) -> Iterator[Assignment]:
    fields: dict[int, _Fields] = {}
    for each in _items(told, "duties", FIELDS):
        task, piece = sheet.piece(_number(each.get("task"))), sheet.piece(_number(each["id"]))
        value = _value(piece, each.get("part")) if task and piece else None
        if value:
            fields.setdefault(each["task"], {}).setdefault(each["role"], []).append(value)
    for number, own in fields.items():
        task = sheet.piece(number)
        if task and (made := _assignment(task, own)):
            yield made


def _rows(told: dict[str, Any], sheet: Sheet) -> Iterator[Assignment]:
    """Every row of a table whose columns were told: the cells below one column have its role."""
    roles: dict[tuple[str, str], str] = {}
    for each in _items(told, "columns", (TASK, *FIELDS)):
        piece = sheet.piece(_number(each["id"]))
        if piece and piece.column:
            roles.setdefault((piece.table, piece.column), each["role"])
    for _, row in groupby((piece for piece in sheet.pieces if piece.column), key=lambda piece: piece.leaf):
        cells = [(roles.get((piece.table, piece.column)), piece) for piece in row]
        task = next((piece for role, piece in cells if role == TASK), None)
        own: _Fields = {}
        for role, piece in cells:
            if role in FIELDS and (value := _value(piece, "")):
                own.setdefault(role, []).append(value)
        if task and (made := _assignment(task, own)):
            yield made


def _assignment(task: Piece, fields: _Fields) -> Assignment | None:
    """None for a task that nobody has to do: a register without units is no use."""
    value = _value(task, "")
    if not (value and task.passage and (fields.get("lead") or fields.get("coord"))):
        return None
    due, product = (next(iter(fields.get(role, ())), None) for role in ("deadline", "product"))
    leads, others = tuple(fields.get("lead", ())), tuple(fields.get("coord", ()))
    return Assignment(task.leaf, value, leads, others, due, product, "proposed")


def _value(piece: Piece | None, part: object) -> FieldValue | None:
    """The piece, or the part of it that stands in it and still says the same."""
    if piece is None or not piece.spans:
        return None
    line = piece.spans[0]
    text = line.of(piece.version.text)
    if not isinstance(part, str) or not part.strip():
        return FieldValue(squeeze(text), line, line)
    found = find(part, text)
    if found is None:
        return None
    span = Span(line.start + found[0], line.start + found[1]) if keeps_sense(text, *found) else line
    return FieldValue(squeeze(span.of(piece.version.text)), span, line)


def _items(told: dict[str, Any], name: str, roles: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    listed = told.get(name)
    for each in (listed if isinstance(listed, list) else [])[:MOST]:
        if isinstance(each, dict) and each.get("role") in roles and "id" in each:
            yield each


def _number(told: object) -> int:
    return told if type(told) is int else 0


def _object(text: str) -> dict[str, Any]:
    """Raises NotAChoice for what is no JSON object."""
    told = json_in(text)
    if not isinstance(told, dict):
        raise NotAChoice("no proposals in JSON")
    return told
