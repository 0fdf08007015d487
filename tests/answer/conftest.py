"""One library for all answers: the samples and the garbled test plan, with the model that ships."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from answer.engine import Engine
from reading.encoder import EncoderReader
from reading.protocol import Asked, Candidate, Part, Read, Reading
from tests.evaluation import shelf
from vectorstore.embedding import ClauseEmbeddings
from vectorstore.library import Library

ROOT = Path(__file__).parents[2]
FILES = ("samples/chuyen-doi-so.md", "samples/phong-chong-thien-tai.txt", "tests/questions/plans/binh-lang.txt")


@pytest.fixture(scope="session")
def library(shipped: ClauseEmbeddings) -> Iterator[Library]:
    """Kept between runs and shared by both processes: not to be changed."""
    opened = shelf.library_of([ROOT / file for file in FILES], shipped)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def engine(library: Library, reader: EncoderReader) -> Engine:
    return Engine(library).with_readers([reader])


class Credulous:
    """Holds the best candidate for the answer, and each of its lines."""

    def read(self, asked: Asked, candidates: Sequence[Candidate]) -> Reading:
        best = (Read(each, 0.9, tuple(Part(line.span) for line in each.passage.lines), 1.0) for each in candidates[:1])
        return Reading(tuple(best), 0.1)


@pytest.fixture(scope="session")
def quick_engine(library: Library) -> Engine:
    """For what does not hang on how well it reads: reading takes nearly all the time of a test."""
    return Engine(library).with_readers([Credulous()])
