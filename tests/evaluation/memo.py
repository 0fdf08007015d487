"""What models make of a text, remembered on disk between runs and between the processes of one run.

A change of the parser embeds only the passages it changed, and a test asks a model only what no test has asked it
before. What is remembered of the readers is forgotten with their weights and their code; what a verdict rests on
besides (search, ranking, decision, wording) is always done anew.
"""

from __future__ import annotations

import hashlib
import io
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import lru_cache, partial
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from typing import TypeVar

import numpy as np

from reading.close import FOLDER, CloseReader, CloseText
from reading.encoder import ENCODER, READER, EncoderReader
from reading.states import PROJECTION, StateMaker, States
from tests.evaluation.questions import ROOT
from vectorstore.embedding import ClauseEmbeddings
from vectorstore.matrix import Progress, Vectors

TABLE = "CREATE TABLE IF NOT EXISTS vectors (model TEXT, text TEXT, vector BLOB, PRIMARY KEY (model, text))"
GET = "SELECT vector FROM vectors WHERE model = ? AND text = ?"
PUT = "INSERT OR IGNORE INTO vectors VALUES (?, ?, ?)"
READ = "read-"  # the files of what was read begin so
READING_CODE = ("reading/*.py", "vectorstore/bert.py", "vectorstore/rounding.py")
WEIGHTS = {".safetensors", ".json", ".npz"}

Text = TypeVar("Text", str, CloseText)


class Memo:
    """Bytes by text for one model, in a file that several processes may write."""

    def __init__(self, file: Path, model: str) -> None:
        self._file, self._model = file, model

    def all_of(self, texts: Sequence[Text], make: Callable[[list[Text]], Iterable[bytes]]) -> list[bytes]:
        """What is known of each text, made for those of which nothing is."""
        keys = {text: _key(text) for text in texts}
        with closing(self._open()) as memo:
            rows = ((text, memo.execute(GET, (self._model, key)).fetchone()) for text, key in keys.items())
            known = {text: bytes(row[0]) for text, row in rows if row}
        missing = [text for text in keys if text not in known]
        if missing:
            fresh = dict(zip(missing, make(missing), strict=True))
            known |= fresh
            with closing(self._open()) as memo, memo:
                memo.executemany(PUT, [(self._model, keys[text], made) for text, made in fresh.items()])
        return [known[text] for text in texts]

    def _open(self) -> sqlite3.Connection:
        memo = sqlite3.connect(self._file, timeout=60)
        memo.execute("PRAGMA synchronous = OFF")  # a power cut costs only what can be made again
        memo.execute(TABLE)
        return memo


class RememberingEmbeddings(ClauseEmbeddings):
    """The model, asked only for passages it has not embedded before; with `questions` only for new questions too."""

    def __init__(self, file: Path, model: str | None = None, questions: bool = False) -> None:
        super().__init__(model)
        self._file, self._questions = file, questions

    def passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """One unit vector per text, in the order given."""
        return self._known(texts, self.identity, partial(super().passages, progress=progress))

    def queries(self, texts: Sequence[str]) -> Vectors:
        """The same of questions; in an evaluation their time is part of what is measured."""
        make = super().queries
        return self._known(texts, f"{self.identity} questions", make) if self._questions else make(texts)

    def _known(self, texts: Sequence[str], model: str, make: Callable[[list[str]], Vectors]) -> Vectors:
        found = Memo(self._file, model).all_of(texts, lambda missing: (each.tobytes() for each in make(missing)))
        return np.stack([np.frombuffer(each, np.float32) for each in found]) if found else make([])


class RememberingCloseReader(CloseReader):
    """The close reader, asked only for texts that it has not read before."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self._memo = Memo(file, "odds as words")

    def odds(self, texts: Sequence[CloseText]) -> list[float]:
        """One number a text."""
        make = super().odds
        found = self._memo.all_of(texts, lambda missing: (repr(odds).encode() for odds in make(missing)))
        return [float(odds) for odds in found]


class RememberingStates(StateMaker):
    """The first reader's states, made only of texts that it has not seen before."""

    def __init__(self, file: Path) -> None:
        super().__init__(ENCODER, READER / PROJECTION)
        self._file = file

    def __call__(self, texts: Sequence[str], longest: int) -> list[States]:
        """The states of each text, cut to `longest` pieces."""
        make = super().__call__
        memo = Memo(self._file, f"states of {longest} as arrays")
        found = memo.all_of(texts, lambda missing: map(_packed, make(missing, longest)))
        return [_unpacked(states) for states in found]


def _packed(states: States) -> bytes:
    """As arrays alone, which nothing is run by that reads them."""
    file = io.BytesIO()
    characters = np.array(states.characters)
    np.savez(file, ids=states.ids, characters=characters, short=states.short, middle=states.middle, last=states.last)
    return file.getvalue()


def _unpacked(packed: bytes) -> States:
    with np.load(io.BytesIO(packed)) as found:
        characters = tuple((start, end) for start, end in found["characters"].tolist())
        return States(found["ids"], characters, found["short"], found["middle"], found["last"])


@lru_cache(maxsize=1)
def remembering_reader(folder: Path) -> EncoderReader:
    """The reader that ships; what it remembers lies in a file of the folder for these weights and this code alone."""
    file = folder / f"{READ}{_reading()}.sqlite3"
    file.touch(mode=0o600)
    reader = EncoderReader(close=RememberingCloseReader(file))
    reader.__dict__["_states"] = RememberingStates(file)
    return reader


def _reading() -> str:
    digest = hashlib.sha256(version("torch").encode())
    code = chain.from_iterable(ROOT.glob(each) for each in READING_CODE)
    weights = (path for folder in (FOLDER, ENCODER, READER) for path in folder.iterdir() if path.suffix in WEIGHTS)
    for path in sorted((*code, *weights)):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _key(text: str | CloseText) -> str:
    return hashlib.sha256((text if isinstance(text, str) else repr(text)).encode()).hexdigest()
