"""Frozen plan data to JSON and back, led by the types themselves.

A field that a later release adds reads as its default from older records, and one it drops is ignored; so the types
in `plan` may grow without a change of the catalog's schema.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable
from enum import Enum
from functools import cache
from types import NoneType
from typing import Any

from plan.model import PlanVersion, Span

Reader = Callable[[Any], Any]


def to_record(version: PlanVersion) -> dict[str, Any]:
    """Everything of a version but its text, which has a column of its own."""
    record: dict[str, Any] = to_json(version)
    del record["source"]["text"]
    return record


def from_record(record: dict[str, Any], text: str) -> PlanVersion:
    """The version as it was stored."""
    whole = {**record, "source": {**record["source"], "text": text}}
    version: PlanVersion = reader(PlanVersion)(whole)
    return version


def to_json(value: Any) -> Any:
    """Plain lists, dictionaries and scalars."""
    kind: Any = type(value)
    if kind is str or value is None:
        return value
    if kind is Span:
        return [value.start, value.end]  # there are thousands of them
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, Enum):
        return value.value
    names = _fields(kind)
    return {name: to_json(getattr(value, name)) for name in names} if names else value


@cache
def _fields(kind: Any) -> tuple[str, ...]:
    """Of a record; a scalar has none."""
    return tuple(field.name for field in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()


@cache
def reader(kind: Any) -> Reader:
    """A function that makes a `kind` of its JSON."""
    arguments = typing.get_args(kind)
    if kind is Span:
        return lambda pair: Span(*pair)
    if typing.get_origin(kind) is tuple:
        return _tuple_reader(reader(arguments[0]))
    if NoneType in arguments:
        return _optional_reader(reader(next(item for item in arguments if item is not NoneType)))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {each.value: each for each in kind}.__getitem__
    if dataclasses.is_dataclass(kind):
        return _record_reader(kind)
    return _as_is


def _as_is(value: Any) -> Any:
    return value


def _tuple_reader(item: Reader) -> Reader:
    return tuple if item is _as_is else lambda values: tuple(map(item, values))


def _optional_reader(inner: Reader) -> Reader:
    return lambda value: None if value is None else inner(value)


def _record_reader(kind: Any) -> Reader:
    hints, names = typing.get_type_hints(kind), _fields(kind)
    readers = {name: reader(hints[name]) for name in names}
    nested = [(at, each) for at, each in enumerate(readers.values()) if each is not _as_is]

    def read(record: dict[str, Any]) -> Any:
        """A question reads thousands of records: only what is not JSON already is made anew."""
        try:
            values = [record[name] for name in names]
        except KeyError:  # an earlier release knew fewer fields
            return kind(**{name: readers[name](record[name]) for name in names if name in record})
        for at, each in nested:
            values[at] = each(values[at])
        return kind(*values)

    return read
