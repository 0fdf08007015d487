"""What a format's reader hands back, before it is weighed: text, pages, words, signatures, warnings."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

from ingest.readers.layout import Layout
from plan.model import Warning_
from plan.records import reader, to_json


@dataclass(frozen=True, slots=True)
class Stamp:
    """A digital signature as the file states it; whether it is valid is not checked here."""

    signer: str
    when: str  # ISO 8601 where the file gives it
    reason: str = ""

    def sentence(self) -> str:
        """The stamp in one line."""
        return f"{self.signer or 'không rõ tên'} ký số lúc {self.when or 'không rõ'}"


@dataclass(frozen=True, slots=True)
class Draft:
    """A file's text as its reader found it. `how` as in SourceText; `confidence` is the recogniser's own mean."""

    text: str
    how: str
    page_starts: tuple[int, ...] = (0,)
    warnings: tuple[Warning_, ...] = ()
    stamps: tuple[Stamp, ...] = ()
    layout: Layout | None = field(default=None, repr=False)
    confidence: float | None = None
    leads: tuple[int, ...] = ()  # where bold words at the beginning of a paragraph end

    def to_json(self) -> str:
        """One line of JSON: how a draft crosses from the child process (pickle would let a hijacked child in)."""
        layout = self.layout.to_json() if self.layout else None
        return json.dumps({**to_json(replace(self, layout=None)), "layout": layout})

    @classmethod
    def from_json(cls, data: str) -> Draft:
        told = json.loads(data)
        layout = told.pop("layout")
        draft: Draft = reader(Draft)(told)
        return replace(draft, layout=Layout.from_json(layout)) if layout else draft
