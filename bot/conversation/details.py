"""What an answer's text says besides its headline and its quotes: "Phối hợp: …", a list of tasks, the plans searched.

`Answer.text` is one message in plain text; channels lay out headline and quotes themselves, so only the rest is wanted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from plan.model import Answer

_PLACE = "📌"


def details(answer: Answer) -> tuple[str, ...]:
    """The lines that neither are the headline nor repeat a place or a quote of the citations."""
    quotes = [_letters(citation.quote) for citation in (*answer.citations, *answer.nearest)]
    lines = answer.text.splitlines()
    first = 1 if lines and (not answer.headline or lines[0].strip() == answer.headline.strip()) else 0
    return tuple(line for line in _kept(lines[first:], quotes) if line.strip())


def _kept(lines: Sequence[str], quotes: Sequence[str]) -> Iterator[str]:
    quoting = False
    for line in lines:
        _, mark, quoted = line.partition("“")
        # A quote of several lines goes on until a line that is not in it.
        repeats = any(_letters(quoted or line) in quote for quote in quotes)
        quoting = (bool(mark) or quoting) and repeats
        if not quoting and not line.startswith(_PLACE):
            yield line


def _letters(text: str) -> str:
    """Letters and digits alone: a quote for reading has lost its Markdown and its line ends."""
    return "".join(char for char in text.lower() if char.isalnum())
