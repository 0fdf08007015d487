"""Small invented plans and a deterministic stand-in for the embedding model."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from langchain_core.embeddings import Embeddings

from plan import passages as cutting
from plan.model import ClauseKind, PlanInfo, PlanVersion, SourceText, Span
from plan.passages import Line, Passage
from vectorstore.library import Library
from vectorstore.looked_up import WEIGHTS, Hit, summed

SIZE = 64
TASKS = (
    "Đào tạo kỹ năng trí tuệ nhân tạo cho cán bộ, công chức; Cơ quan thực hiện: Phòng Văn hóa - Xã hội",
    "Rà soát hạ tầng mạng theo Công văn số 219/KH-UBND; Cơ quan thực hiện: Phòng Kinh tế",
    "Diễn tập phòng chống lụt bão trước ngày 05/8/2026; Cơ quan thực hiện: Công an xã",
)


class FakeEmbeddings(Embeddings):
    """Hashed words: texts that share words are near. `made` counts the passages embedded."""

    def __init__(self, identity: str = "fake@1") -> None:
        self.identity = identity
        self.made = 0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.made += len(texts)
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        vector = np.full(SIZE, 0.01)
        for word in text.lower().split():
            vector[int(hashlib.md5(word.encode()).hexdigest(), 16) % SIZE] += 1
        return [float(value) for value in vector]


def make_version(plan_id: str, number: int, tasks: tuple[str, ...] = TASKS) -> PlanVersion:
    """A plan whose every line is a task, of two parts parted by a semicolon."""
    text = "\n".join(tasks) + "\n"
    sha = hashlib.sha256(f"{plan_id}{text}".encode()).hexdigest()
    source = SourceText(text, f"{plan_id}.txt", sha)
    info = PlanInfo(title=f"Kế hoạch {plan_id}", place="Xã Thử Nghiệm", title_line=Span(0, 5))
    return PlanVersion(plan_id, number, source, info, (), (), ingested_at=f"2026-01-01T00:00:{number:02}Z")


def best_of(hits: Sequence[Hit]) -> Hit:
    """The best of every passage of a plan, by the plain sum of their signals."""
    signals = {name: np.array([getattr(hit, name) for hit in hits]) for name in WEIGHTS}
    return hits[int(summed(signals, WEIGHTS, len(hits)).argmax())]


def cut(version: PlanVersion) -> tuple[Passage, ...]:
    """One passage a line, one quotable line a half."""
    passages, start = [], 0
    for number, task in enumerate(version.text.splitlines(), 1):
        lines, at = [], start
        for half in task.split(";"):
            lines.append(Line(half.strip(), Span(at, at + len(half))))
            at += len(half) + 1
        span = Span(start, start + len(task))
        passages.append(Passage(f"I.{number}", ClauseKind.ITEM, ("I. Nhiệm vụ",), task, span, tuple(lines)))
        start += len(task) + 1
    return tuple(passages)


@pytest.fixture(autouse=True)
def _simple_cutting(monkeypatch: pytest.MonkeyPatch) -> None:
    """This room's behaviour does not hang on how the parser cuts real plans."""
    monkeypatch.setattr(cutting, "passages_of", cut)


@pytest.fixture
def embeddings() -> FakeEmbeddings:
    return FakeEmbeddings()


@pytest.fixture
def opened(tmp_path: Path, embeddings: FakeEmbeddings) -> Iterator[Callable[[], Library]]:
    """Opens the same data folder again and again, as after a restart."""
    libraries: list[Library] = []

    def again() -> Library:
        for library in libraries:
            library.close()
        libraries.append(Library.open(tmp_path, embeddings=embeddings, patience=0.2))
        return libraries[-1]

    yield again
    for library in libraries:
        library.close()


@pytest.fixture
def library(opened: Callable[[], Library]) -> Library:
    return opened()
