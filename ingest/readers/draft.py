"""What a format's reader hands back, before it is weighed: text, pages, words, signatures, warnings."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from ingest.readers.layout import Layout
from plan.model import Warning_


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
        return json.dumps(
            {
                "text": self.text,
                "how": self.how,
                "page_starts": self.page_starts,
                "warnings": [[warning.code, warning.detail] for warning in self.warnings],
                "stamps": [[stamp.signer, stamp.when, stamp.reason] for stamp in self.stamps],
                "layout": self.layout.to_json() if self.layout else None,
                "confidence": self.confidence,
                "leads": self.leads,
            }
        )

    @classmethod
    def from_json(cls, data: str) -> Draft:
        raw = json.loads(data)
        return cls(
            text=raw["text"],
            how=raw["how"],
            page_starts=tuple(raw["page_starts"]),
            warnings=tuple(Warning_(*warning) for warning in raw["warnings"]),
            stamps=tuple(Stamp(*stamp) for stamp in raw["stamps"]),
            layout=Layout.from_json(raw["layout"]) if raw["layout"] else None,
            confidence=raw["confidence"],
            leads=tuple(raw["leads"]),
        )
