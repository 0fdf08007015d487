"""How answers are worded: plan names, quotes cut at a word, the lines of a message. Every phrase is in `prompts/`."""

from __future__ import annotations

import re
from datetime import date

from plan.model import Citation, PlanVersion
from plan.text import squeeze
from prompts import phrase


def plan_name(version: PlanVersion) -> str:
    """'Kế hoạch 120/KH-UBND · UBND xã Tiên Minh' — short enough for a phone."""
    number = f"Kế hoạch {version.info.number}" if version.info.number else "Kế hoạch"
    return f"{number} {version.info.issuer or version.file}".strip()


def place_name(version: PlanVersion) -> str:
    """'phường Chu Văn An', or the title where no place is known."""
    return version.info.place or version.info.title or version.file


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;.") + "…"


def readable(quote: str) -> str:
    """A quote for reading in a message: one line per line of the source, Markdown marks taken off, cells parted."""
    lines = [squeeze(line).strip("| ") for line in quote.replace("\t", " | ").splitlines()]
    return "\n".join(re.sub(r"(?:\s*\|\s*){2,}", " | ", line) for line in lines if re.search(r"\w", line))


def one_line(text: str) -> str:
    """A quote on one line, for lists: the plan's own letters, cells parted by bars."""
    return re.sub(r"\s*\n\s*", " ", readable(text))


def place_line(language: str, version: PlanVersion, citation: Citation) -> str:
    """Where it stands: '📌 Khoản 7 mục II · Kế hoạch … UBND phường Chu Văn An'."""
    key = "answer.place_page" if citation.page else "answer.place"
    return phrase(language, key, words=sentence(citation.words), plan=plan_name(version), page=citation.page)


def sentence(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def vietnamese_date(iso: str, language: str) -> str:
    """'2026-06-23' → '23/6/2026' (English: '23 June 2026')."""
    day = date.fromisoformat(iso)
    return day.strftime("%-d %B %Y") if language == "en" else f"{day.day}/{day.month}/{day.year}"
