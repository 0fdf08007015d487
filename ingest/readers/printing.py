"""The pages of a Word file: LibreOffice prints it once, and the words of the text are found on the printed pages.

Both texts are laid side by side from beginning to end, so that a sentence which a plan repeats is found where it
belongs. A word that the print breaks or lacks has no place; its neighbours still show where it stands.
"""

from __future__ import annotations

import re
from pathlib import Path

from rapidfuzz.distance import Indel

from ingest.readers.layout import Layout, PlacedWord
from ingest.readers.limits import DEFAULT, Limits
from ingest.readers.office import office
from ingest.readers.sandbox import print_in_child

LONGEST = 60_000  # words; some 150 pages


def can_print() -> bool:
    """Whether LibreOffice is installed."""
    return office() is not None


def print_pages(path: Path, text: str, target: Path, limits: Limits = DEFAULT) -> Layout:
    """Print a file as the PDF `target`; where the words of its text stand there. UnreadableFile when it cannot be."""
    printed = print_in_child(path, target, limits)
    layout = printed.layout or Layout((), ())
    return Layout(layout.pages, placed(text, printed.text, layout.words))


def placed(text: str, printed: str, words: tuple[PlacedWord, ...]) -> tuple[PlacedWord, ...]:
    """The words of a text, each where the same word of the printed text stands."""
    ours = [match.span() for match in re.finditer(r"\S+", text)]
    if max(len(ours), len(words)) > LONGEST:
        return ()
    here = [text[start:end] for start, end in ours]
    there = [printed[word.start : word.end] for word in words]
    found = []
    for step in Indel.opcodes(here, there):
        if step.tag == "equal":
            pairs = zip(ours[step.src_start : step.src_end], words[step.dest_start : step.dest_end], strict=True)
            found += [PlacedWord(start, end, word.page, word.box) for (start, end), word in pairs]
    return tuple(found)
