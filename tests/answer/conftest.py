"""One library for all answers: the samples and the garbled test plan, with the model that ships."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from answer.engine import Engine
from ingest.publish import ingest_file
from reading.encoder import EncoderReader
from vectorstore.embedding import ClauseEmbeddings
from vectorstore.library import Library

ROOT = Path(__file__).parents[2]
FILES = ("samples/chuyen-doi-so.md", "samples/phong-chong-thien-tai.txt", "tests/questions/plans/binh-lang.txt")


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory, shipped: ClauseEmbeddings) -> Iterator[Library]:
    opened = Library.open(tmp_path_factory.mktemp("answers"), embeddings=shipped)
    for file in FILES:
        ingest_file(ROOT / file, opened)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def engine(library: Library, reader: EncoderReader) -> Engine:
    return Engine(library).with_readers([reader])
