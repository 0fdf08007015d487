"""The close reader: reads the best few clauses once more, each word for word with the question, and gives odds.

The first reader compares what an embedding model made of each text on its own; this one reads clause and question as
one text, with a language model's layers that were taught to tell whether the clause answers. It says nothing and sees
no other clause; `reading.encoder` weighs its odds with its own.
"""

from __future__ import annotations

import json
import math
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from plan.recent import Recent
from reading.protocol import Reading
from reading.states import window

if TYPE_CHECKING:
    from tokenizers import Tokenizer
    from torch import Tensor

    from reading.decoder import Decoder, Text

FOLDER = Path(__file__).resolve().parent.parent / "models" / "kehoach-close-reader"
TOKENIZER, MODEL, WEIGHTS = "tokenizer.json", "model-*.safetensors", "weights.json"
ROOM = 1000  # characters of a clause; of a longer one the stretch around the line most like the question
LONGEST, KEPT_END = 420, 60  # pieces of a text; where it is cut the last ones, which are the question, stay
TITLE, HEADING, HEADINGS = 110, 80, 2  # characters of the plan's title and of a heading; headings
TINY = 1e-6
UNREAD = -3.0  # odds at most of what was not worth reading: of such ones that were read all the same, the usual
REMEMBERED = 2000  # texts whose odds are kept
CLAUSES_KEPT = 10_000  # pieces of clauses of which is kept what the layers made of them, 14 KB each


class Weights(NamedTuple):
    """How much the odds of the first reader and of the close one count; fitted by `training.deciding`."""

    first: float
    close: float
    bias: float


def beside(first: Reading, close: Sequence[float]) -> list[tuple[float, float]]:
    """Each candidate's odds against "none" by the first reader and by the close one.

    `close` are those of the best few; what was not read closely counts like the worst of what was, or as unlikely.
    """
    closely = [*close, *[min(UNREAD, *close)] * (len(first.answers) - len(close))]
    none = math.log(first.none + TINY)
    own = (math.log(read.probability + TINY) - none for read in first.answers)
    return list(zip(own, closely, strict=True))


def both(first: Reading, close: Sequence[float], weights: Weights) -> Reading:
    """The first reader's reading when its best few have been read closely too, the likeliest first again."""
    whole = [weights.first * own + weights.close * odds + weights.bias for own, odds in beside(first, close)]
    total = float(np.logaddexp.reduce([*whole, 0.0]))
    read = [replace(read, probability=math.exp(odds - total)) for read, odds in zip(first.answers, whole, strict=True)]
    return replace(first, answers=tuple(sorted(read, key=lambda each: -each.probability)), none=math.exp(-total))


class CloseText(NamedTuple):
    """What the close reader reads: a clause under its plan and headings, and behind it the question."""

    clause: str
    question: str


def close_text(question: str, title: str, path: Sequence[str], lines: Sequence[str]) -> CloseText:
    """A clause and a question as they are read."""
    headings = " > ".join(heading[:HEADING] for heading in path[-HEADINGS:])
    body = "\n".join(lines[number] for number in window(lines, question, ROOM))
    return CloseText(f"Kế hoạch: {title[:TITLE]}\n{headings}\n{body}", f"\nHỏi: {question}\nĐáp:")


def pieces(tokenizer: Tokenizer, text: CloseText) -> tuple[list[int], list[int]]:
    """The numbers of a text's pieces, cut in its middle where there are too many: the clause's and the question's."""
    ids, alone = (tokenizer.encode(part).ids for part in ("".join(text), text.clause))
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(ids, alone, strict=False))
    asking = len(ids) - len([*alike])  # a clause's last piece may be another where a question follows
    if len(ids) > LONGEST:
        ids, asking = ids[: LONGEST - KEPT_END] + ids[-KEPT_END:], min(asking, KEPT_END)
    return ids[:-asking], ids[-asking:]


class CloseReader:
    """Texts to log-odds that the clause answers. Thread-safe; loaded at the first text."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.folder = folder
        self._known: Recent[CloseText, float] = Recent(REMEMBERED)
        self._clauses: OrderedDict[tuple[int, ...], Tensor] = OrderedDict()
        self._reading = threading.Lock()

    def odds(self, texts: Sequence[CloseText]) -> list[float]:
        """One number a text, above nought where the clause more likely answers than not."""
        with self._reading:
            found = self._known.all_of(texts, lambda new: zip(new, self._read(new), strict=True))
        return [found[text] for text in texts]

    def _read(self, texts: Sequence[CloseText]) -> list[float]:
        import torch

        from reading.decoder import Row

        tokenizer, decoder = _loaded(self.folder)
        cut = [pieces(tokenizer, text) for text in texts]
        row = Row([self._text(decoder, tuple(clause), question) for clause, question in cut])
        with torch.inference_mode():
            odds: list[float] = decoder.read(row).tolist()
        for number, (clause, _) in enumerate(cut):
            self._keep(tuple(clause), row.clause(number))
        return odds

    def _text(self, decoder: Decoder, clause: tuple[int, ...], question: Sequence[int]) -> Text:
        from reading.decoder import Text

        known = self._clauses.get(clause)
        return Text(clause, question, decoder.nothing) if known is None else Text((), question, known)

    def _keep(self, clause: tuple[int, ...], made: Tensor) -> None:
        self._clauses[clause] = made
        self._clauses.move_to_end(clause)
        while sum(map(len, self._clauses)) > CLAUSES_KEPT:
            self._clauses.popitem(last=False)

    @cached_property
    def weights(self) -> tuple[Weights, Weights]:
        """With a plan selected and over all plans."""
        found = json.loads((self.folder / WEIGHTS).read_text("utf-8"))
        return Weights(**found["one plan"]), Weights(**found["all plans"])


@lru_cache(maxsize=1)
def _loaded(folder: Path) -> tuple[Tokenizer, Decoder]:
    """Held once however many readers there are: the weights take 0.2 to 0.4 GB."""
    from tokenizers import Tokenizer

    from reading.decoder import load

    return Tokenizer.from_file(str(folder / TOKENIZER)), load(sorted(folder.glob(MODEL)))
