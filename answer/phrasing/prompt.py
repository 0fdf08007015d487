"""What the model is told: its rules, the numbered clauses with their places, the question. Words are in `prompts/`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from answer.phrasing.clauses import Numbered
from answer.phrasing.model import Message
from prompts import phrase

_FENCE = re.compile(r"<{2,}|>{2,}")


def messages(question: str, clauses: Sequence[Numbered], language: str) -> list[Message]:
    """System and user message; nothing else of the house, the chat or other plans goes out."""
    told = "\n\n".join(
        phrase(
            language,
            "phrasing.clause",
            number=clause.number,
            words=_inside(clause.citation.words),
            plan=_inside(clause.plan),
            text=_inside(clause.text),
        )
        for clause in clauses
    )
    user = phrase(language, "phrasing.user", clauses=told, question=_inside(question))
    return [("system", phrase(language, "phrasing.system")), ("user", user)]


def rewriting(question: str, before: str, language: str) -> list[Message]:
    """For a follow-up that was not understood: the question and the one before, no clause."""
    user = phrase(language, "rewriting.user", before=_inside(before), question=_inside(question))
    return [("system", phrase(language, "rewriting.system")), ("user", user)]


def _inside(text: str) -> str:
    """Text that cannot close its own fence."""
    return _FENCE.sub(" ", text)
