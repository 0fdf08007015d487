"""What the model is told: its rules, the pieces, the question. Words are in `prompts/`, and nothing else goes out."""

from __future__ import annotations

from prompts import phrase
from reading.language_model.client import Told
from reading.language_model.pieces import fenced
from reading.protocol import Asked


def told_of(asked: Asked, pieces: str, language: str) -> Told:
    """Rules, then the pieces, then the question: what stays the same stands first, so that providers can cache it."""
    question = {"question": fenced(asked.own or asked.text)}
    if asked.after:
        ending = phrase(language, "reading.follow_up", before=fenced(asked.after), **question)
    else:
        ending = phrase(language, "reading.question", **question)
    return Told(phrase(language, "reading.system"), phrase(language, "reading.sheet", pieces=pieces), ending)


def version(language: str) -> str:
    """Which wording that is."""
    return phrase(language, "reading.version")
