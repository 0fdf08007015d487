"""The same data with every span moved: what is read from a copy of a text is given back in the text's own offsets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from plan.model import Span

Thing = TypeVar("Thing")


def mapped(thing: Thing, move: Callable[[Span], Span]) -> Thing:
    """A copy of a frozen dataclass of `plan.model` with `move` applied to each Span inside, however deep."""
    return _moved(thing, move)  # type: ignore[return-value]


def _moved(value: object, move: Callable[[Span], Span]) -> object:
    if isinstance(value, Span):
        return move(value)
    if isinstance(value, tuple):
        return tuple(_moved(item, move) for item in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _moved(getattr(value, f.name), move) for f in fields(value)})
    return value
