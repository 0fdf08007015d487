"""Long lists, a page at a time: of plans found by words of their names, of tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from bot.ports import Shelf
from plan.listed import LISTED, Listed

T = TypeVar("T")
FROM, SAYING = "from", "q"  # in an address


@dataclass(frozen=True)
class Paged(Generic[T]):
    """What a page shows of a list, and the way to the pages beside it."""

    items: Sequence[T]
    start: int
    size: int
    more: bool  # behind these
    query: Mapping[str, str]  # what the list was asked with

    @property
    def is_whole(self) -> bool:
        """Whether this page is the whole list."""
        return not self.start and not self.more

    @property
    def before(self) -> str:
        """The address's query for the page before; '' on the first one."""
        return self._at(max(0, self.start - self.size)) if self.start else ""

    @property
    def after(self) -> str:
        """The same for the next one; '' on the last."""
        return self._at(self.start + self.size) if self.more else ""

    def _at(self, start: int) -> str:
        kept = {name: text for name, text in self.query.items() if text and name != FROM}
        return urlencode({**kept, FROM: start})


def paged(query: Mapping[str, str], fetch: Callable[[int, int], Sequence[T]], size: int) -> Paged[T]:
    """The page that an address asks for; `fetch` gives items from one on, so many at most."""
    told = query.get(FROM, "")
    start = int(told) if told.isdecimal() and len(told) < 8 else 0
    found = fetch(start, size + 1)
    return Paged(found[:size], start, size, len(found) > size, query)


def plans_of(shelf: Shelf, query: Mapping[str, str]) -> Paged[Listed]:
    """The live plans, or those with the words that are looked for."""
    saying = query.get(SAYING, "").strip()[:200]
    return paged(query, lambda start, count: shelf.listed(saying, start, count), LISTED)
