"""One library for all answers: the samples and the garbled test plan, with the model that ships."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from answer.engine import Engine
from reading.encoder import EncoderReader
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
