"""Sentences out of a stream of JSON, each as soon as it is complete."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from answer.phrasing.verify import Draft

MOST = 12  # sentences of one answer that are looked at
_THOUGHT = re.compile(r"<think>.*?(?:</think>|\Z)", re.DOTALL)


class NotSentences(ValueError):
    """The model gave something else than the JSON it was asked for."""


@dataclass
class Reader:
    """Takes text as it comes and gives the sentences that are complete."""

    text: str = ""
    given: int = 0
    not_in_plan: bool = False
    whole: bool = field(default=False, init=False)

    def more(self, text: str) -> Iterator[Draft]:
        """The sentences that this text completes."""
        self.text += text
        if "}" in text or "]" in text:
            yield from self._new(self._parsed(partial=True), complete=False)

    def end(self) -> Iterator[Draft]:
        """The rest. Raises NotSentences when there was no JSON at all."""
        found = self._parsed(partial=False)
        self.whole = found is not None
        if found is None:
            found = self._parsed(partial=True)
            if found is None:
                raise NotSentences("no JSON object")
            yield from self._new(found, complete=False)
            return
        if not isinstance(found.get("sentences", []), list):
            raise NotSentences("no list of sentences")
        self.not_in_plan = found.get("not_in_plan") is True
        yield from self._new(found, complete=True)

    def _parsed(self, partial: bool) -> dict[str, Any] | None:
        from langchain_core.exceptions import OutputParserException
        from langchain_core.output_parsers import JsonOutputParser
        from langchain_core.outputs import Generation

        bare = _THOUGHT.sub("", self.text).strip()
        start = bare.find("{")
        if start < 0:
            return None
        bare = bare[start:]
        try:
            if not partial:
                bare = bare[: bare.rindex("}") + 1]
            found = JsonOutputParser().parse_result([Generation(text=bare)], partial=partial)
        except (OutputParserException, ValueError, RecursionError):
            return None
        closed = partial or bare.count("{") <= bare.count("}")
        return found if isinstance(found, dict) and closed else None

    def _new(self, found: dict[str, Any] | None, complete: bool) -> Iterator[Draft]:
        listed = found.get("sentences") if found else None
        if not isinstance(listed, list):
            return
        sure = listed[:MOST] if complete else listed[:MOST][:-1]  # the last one may go on
        for item in sure[self.given :]:
            self.given += 1
            yield draft_of(item)


def draft_of(item: object) -> Draft:
    """A sentence of the model's list; whatever has another shape is a sentence that nothing supports."""
    if not isinstance(item, dict):
        return Draft(str(item)[:500], ())
    text, numbers = item.get("text"), item.get("clauses")
    listed: Iterable[object] = numbers if isinstance(numbers, list) else ()
    whole = tuple(n for n in listed if isinstance(n, int) and not isinstance(n, bool))
    return Draft(text if isinstance(text, str) else "", whole if len(whole) == len(list(listed)) else ())
