"""Deadlines inside sentences: 'trước ngày 15/5/2026', 'trong quý II/2026', 'chậm nhất ngày 25 hằng tháng'."""

from __future__ import annotations

import re

from plan.model import Span
from plan.text import fold

_DAY = (
    r"(?:ngay\s+)?\d{1,2}\s*[/-]\s*\d{1,2}(?:\s*[/-]\s*\d{4})?|\d{1,2}\.\d{1,2}\.\d{4}|"
    r"ngay\s+\d{1,2}(?:\s+thang\s+\d{1,2}(?:\s+nam\s+\d{4})?)?|thang\s+\d{1,2}(?:\s*[/-]\s*\d{4}|\s+nam\s+\d{4})?"
)
_PERIOD = (
    r"(?:quy\s+(?:[ivx]{1,3}|\d)(?:\s*[/,-]?\s*(?:nam\s+)?\d{4})?|nam\s+\d{4}|"
    r"\d+\s+(?:ngay|gio|thang|tuan|nam)(?:\s+lam viec)?|giai doan\s+\d{4}\s*-\s*\d{4}|6 thang (?:dau|cuoi) nam)"
)
_LEAD = (
    r"(?:(?:hoan thanh|xong|bat dau|ket thuc|cham nhat|muon nhat|truoc|trong|den het|den|tu|vao|dinh ky|"
    r"toi)\s+(?:la\s+|het\s+|truoc\s+|vao\s+)?)"
)
_EVERY = (
    r"(?:hang|moi)\s+(?:ngay|tuan|thang|quy|nam)|(?:thuong xuyen|dinh ky|dot xuat)(?:,?\s+(?:hang|moi|6|sau)\s+\w+)?|"
    r"6 thang(?:/lan| mot lan)|khi co (?:yeu cau|de nghi)[^.;]{0,60}"
)
_PHRASE = re.compile(rf"{_LEAD}{{0,2}}(?:{_DAY}|{_PERIOD})(?:\s*(?:hang|moi)\s+(?:thang|nam|quy|tuan))?|{_EVERY}")
_CITED = re.compile(r"\b(?:so|nghi dinh|quyet dinh|luat|nghi quyet|ke hoach|cong van|chi thi|thong tu)\b[^,;.]{0,60}\Z")


def date_phrases(text: str) -> tuple[Span, ...]:
    """Spans of the phrases that say when, in order; dates of cited documents are left out."""
    folded = fold(text)
    spans = [Span(match.start(), match.end()) for match in _PHRASE.finditer(folded)]
    return tuple(
        span for span in spans if not _CITED.search(folded[: span.start]) or "truoc" in folded[span.start : span.end]
    )
