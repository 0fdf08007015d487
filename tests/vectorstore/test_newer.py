"""Another process publishes while this one answers: what is new is found without Chroma's being opened each time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chromadb
import pytest

from tests.vectorstore.conftest import FakeEmbeddings, make_version
from vectorstore.catalog import Catalog
from vectorstore.library import Library
from vectorstore.lock import WriterLock
from vectorstore.store import ClauseStore

NEW = "Trồng cây xanh ven đường; Cơ quan thực hiện: Đoàn Thanh niên"
FOUND = "cây xanh ven đường"


@pytest.fixture(autouse=True)
def _vectors_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over many plans Chroma is searched; here no word leads to a passage, so that only vectors can."""
    monkeypatch.setattr("vectorstore.library.POLL_SECONDS", 0.0)
    monkeypatch.setattr("vectorstore.search.WHOLE", 0)
    monkeypatch.setattr("vectorstore.looked_up.BY_WORDS", 0)


@pytest.fixture
def other(library: Library, tmp_path: Path, embeddings: FakeEmbeddings) -> Iterator[Library]:
    """Another process, as far as Chroma is concerned: its files are a copy, and no change of ours reaches them."""
    library.publish(make_version("a", 1))
    library._store.close()
    shutil.copytree(tmp_path / "chroma", tmp_path / "as it was")
    store = ClauseStore(tmp_path / "as it was", embeddings)
    other = Library(Catalog.in_folder(tmp_path), store, WriterLock(tmp_path / "library.lock", 1.0))
    assert places(other) == {"a@1"}
    yield other
    other.close()


@pytest.fixture
def openings(monkeypatch: pytest.MonkeyPatch, other: Library) -> list[str]:
    """The folders of each opening of Chroma, once the other process has opened its own."""
    made: list[str] = []
    plain = chromadb.PersistentClient

    def counted(path: str, **more: Any) -> Any:
        made.append(Path(path).name)
        return plain(path, **more)

    monkeypatch.setattr(chromadb, "PersistentClient", counted)
    return made


def places(library: Library) -> set[str]:
    """The versions that a question over all plans finds."""
    return {f"{hit.plan_id}@{hit.version}" for hit in library.search.candidates(FOUND)}


def publish(library: Library, *plans: str) -> None:
    for plan in plans:
        library.publish(make_version(plan, library.catalog.next_version(plan), (NEW,)))


def test_each_publishing_is_seen_at_once_and_opens_nothing(
    library: Library, other: Library, openings: list[str]
) -> None:
    for number in range(5):
        publish(library, f"b{number}")
        assert places(other) == {"a@1", *(f"b{made}@1" for made in range(number + 1))}
    assert openings.count("as it was") == 0


def test_what_replaced_or_removed_is_found_no_more(library: Library, other: Library, openings: list[str]) -> None:
    publish(library, "b", "b", "c")
    library.remove("c")
    library.remove("a")
    publish(library, "d")  # ids of what is gone do not come again
    assert places(other) == {"b@2", "d@1"}
    assert openings.count("as it was") == 0


@pytest.mark.parametrize("limit", ["MOST", "CHANGES"])
def test_of_very_much_chroma_is_opened_anew_once(
    library: Library, other: Library, openings: list[str], monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(f"vectorstore.newer.{limit}", 3)
    for plan in "bcdef":
        publish(library, plan)
        places(other)
    assert openings.count("as it was") == 1


def test_ones_own_publishing_is_in_chroma_already(library: Library, other: Library, openings: list[str]) -> None:
    publish(library, "b")
    assert "b@1" in places(other)
    publish(other, "c")  # a writer opens the files anew, for the other one has written
    assert "c@1" in places(other)
    assert openings.count("as it was") == 1
