"""What the readers and the parser remarked about a file, as a sentence for the admin."""

from __future__ import annotations

from plan.model import Warning_
from prompts import phrase, phrases


def told(language: str, warning: Warning_) -> str:
    """The sentence for a remark's code; the bare code for one that has no sentence yet."""
    key = f"warnings.{warning.code}"
    known = key if key in phrases(language) else "warnings.other"
    return phrase(language, known, code=warning.code, detail=warning.detail).strip()
