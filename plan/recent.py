"""What was used last, kept by name, and no more than so many: for whatever is dear to make and may be made again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """At most `most` things; those not used for longest are forgotten first. Safe to use from any thread."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def get(self, name: K) -> V | None:
        """What is kept under a name, which counts as a use."""
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
            return self._kept.get(name)

    def keep(self, name: K, value: V) -> V:
        """Keep a thing, in place of what had its name; given back, so that it can be made and kept in one breath."""
        with self._lock:
            self._kept[name] = value
            self._kept.move_to_end(name)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return value

    def all_of(self, names: Iterable[K], make: Callable[[list[K]], Iterable[tuple[K, V]]]) -> dict[K, V]:
        """Everything named: what is not kept is made, all at once, and kept. What cannot be made is missing."""
        wanted = list(dict.fromkeys(names))
        found = {name: value for name in wanted if (value := self.get(name)) is not None}
        missing = [name for name in wanted if name not in found]
        if missing:
            found.update((name, self.keep(name, value)) for name, value in make(missing))
        return found
