"""Plans come in, are found, replaced, rolled back and removed; a crash leaves the old version or the new one."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from plan.records import reader
from tests.patience import PATIENCE
from tests.vectorstore.conftest import TASKS, FakeEmbeddings, make_version
from vectorstore.errors import LibraryBusy, ModelMismatch, UnknownPlan, WrongState
from vectorstore.library import Library
from vectorstore.plan_index import Stored
from vectorstore.words import terms_of

Opener = Callable[[], Library]
CHANGED = (*TASKS[:2], "Trồng cây xanh ven đường; Cơ quan thực hiện: Đoàn Thanh niên")


def answers(library: Library) -> set[tuple[str, int]]:
    """Which versions the passages found come from."""
    return {(hit.plan_id, hit.version) for hit in library.retriever.hits("cơ quan thực hiện")}


def vectors(library: Library) -> set[tuple[str, int]]:
    """Which versions have vectors in Chroma."""
    names = (name.rpartition("/")[0].rpartition("@") for name in library._store.names())
    return {(plan_id, int(version)) for plan_id, _, version in names}


def test_a_published_plan_is_listed_and_found(library: Library) -> None:
    library.publish(make_version("a", 1))
    assert [(plan.plan_id, plan.version, plan.info.title) for plan in library.live()] == [("a", 1, "Kế hoạch a")]
    best = max(library.retriever.hits("Đào tạo kỹ năng trí tuệ nhân tạo"), key=lambda hit: hit.clause)
    assert best.passage.address == "I.1"


def test_everything_is_there_after_a_restart(opened: Opener, embeddings: FakeEmbeddings) -> None:
    version = make_version("a", 1)
    opened().publish(version)
    made = embeddings.made
    again = opened()
    assert again.live() == [version]
    assert answers(again) == {("a", 1)}
    assert embeddings.made == made


def test_a_new_version_replaces_the_old_and_embeds_only_what_changed(
    library: Library, embeddings: FakeEmbeddings
) -> None:
    library.publish(make_version("a", 1))
    embeddings.made = 0
    library.publish(make_version("a", 2, CHANGED))
    assert embeddings.made == 3  # the changed passage and its two lines
    assert answers(library) == {("a", 2)}
    assert vectors(library) == {("a", 2)}
    assert library.catalog.version("a", 1).text.startswith("Đào tạo")  # old citations stay readable
    assert library.catalog.versions("a") == [1, 2]


def test_rollback_goes_back_and_forth(library: Library) -> None:
    library.publish(make_version("a", 1))
    library.publish(make_version("a", 2, CHANGED))
    assert library.rollback("a") == 1
    assert answers(library) == {("a", 1)}
    with pytest.raises(WrongState, match="no version before"):
        library.rollback("a")
    assert library.rollback("a", 2) == 2
    assert answers(library) == {("a", 2)}


def test_remove_forgets_and_the_name_can_come_again(library: Library) -> None:
    library.publish(make_version("a", 1))
    library.publish(make_version("b", 1))
    library.remove("a")
    assert answers(library) == {("b", 1)}
    assert vectors(library) == {("b", 1)}
    library.publish(make_version("a", 1, CHANGED))
    assert any("Trồng cây" in hit.passage.text for hit in library.retriever.hits("cây xanh"))
    with pytest.raises(UnknownPlan):
        library.remove("c")


def test_a_staged_version_waits_over_a_restart(opened: Opener) -> None:
    library = opened()
    library.publish(make_version("a", 1))
    library.stage(make_version("a", 2, CHANGED))
    library = opened()
    library.clean_up()
    assert answers(library) == {("a", 1)}
    assert library.catalog.staged() == [("a", 2)]
    library.publish_staged("a", 2)
    assert answers(library) == {("a", 2)}


@pytest.mark.parametrize("end", [KeyboardInterrupt, OSError])
def test_a_version_that_waits_goes_on_waiting_when_its_publishing_ends_in_the_middle(
    opened: Opener, monkeypatch: pytest.MonkeyPatch, end: type[BaseException]
) -> None:
    """`ingest` of the file whose version waits: killed (no handler of ours runs), or ended by a fault."""
    library = opened()
    library.publish(make_version("a", 1))
    library.stage(make_version("a", 2, CHANGED))
    with monkeypatch.context() as patched:
        patched.setattr(FakeEmbeddings, "embed_documents", Mock(side_effect=end))
        with pytest.raises(end):
            library.publish(make_version("a", 2, CHANGED))
    library = opened()
    library.clean_up()
    assert library.catalog.staged(held=True) == [("a", 2)]
    assert answers(library) == {("a", 1)}


def test_a_discarded_version_leaves_no_content(library: Library) -> None:
    library.stage(make_version("a", 1))
    library.discard("a", 1)
    assert library.live() == []
    assert library.catalog.by_sha(make_version("a", 1).source.sha256) == []
    with pytest.raises(UnknownPlan):
        library.catalog.version("a", 1)


def test_a_fault_while_embedding_changes_nothing(
    library: Library, embeddings: FakeEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.publish(make_version("a", 1))
    monkeypatch.setattr(embeddings, "embed_documents", _raise)
    with pytest.raises(OSError, match="disk full"):
        library.publish(make_version("a", 2, CHANGED))
    assert answers(library) == {("a", 1)}
    assert library.catalog.staged() == []
    assert library.catalog.by_sha(make_version("a", 2, CHANGED).source.sha256) == []


class Killed(BaseException):
    """Stands for SIGKILL: nothing after it runs, so neither does any `except Exception`."""


STEPS = (
    "catalog.stage",
    "catalog.note_vectors",
    "_store.add",
    "catalog.publish",
    "_store.remove",
    "catalog.forget_vectors",
)


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_kill_leaves_one_version(opened: Opener, monkeypatch: pytest.MonkeyPatch, step: str, after: bool) -> None:
    library = opened()
    library.publish(make_version("a", 1))
    library.publish(make_version("b", 1))
    _kill_at(library, monkeypatch, step, after)
    with pytest.raises(Killed):
        library.publish(make_version("a", 2, CHANGED))

    started = opened()
    started.clean_up()
    found = answers(started)
    assert found in ({("a", 1), ("b", 1)}, {("a", 2), ("b", 1)})
    assert vectors(started) == found
    assert started.catalog.staged() == []
    started.publish(make_version("a", started.catalog.next_version("a"), CHANGED))
    assert len(answers(started)) == 2


def test_lost_or_torn_vectors_are_put_back_without_embedding(
    opened: Opener, embeddings: FakeEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before Chroma is searched, which happens over more plans than are scored whole."""
    monkeypatch.setattr("vectorstore.search.WHOLE", 0)
    library = opened()
    library.publish(make_version("a", 1))
    made = embeddings.made
    library._store.remove([name for name in library._store.names() if name.endswith("/0")])
    library = opened()
    assert [hit.scope for hit in library.search.candidates("lụt bão", k=1)] == [("a", 1)]
    assert len(library._store.names()) == len(TASKS)

    library = opened()
    (library._store._folder / "chroma.sqlite3").write_bytes(b"no database" * 1000)
    assert [hit.scope for hit in library.search.candidates("lụt bão", k=1)] == [("a", 1)]
    assert len(library._store.names()) == len(TASKS)
    assert embeddings.made == made


def test_what_an_earlier_release_indexed_is_indexed_anew(opened: Opener, monkeypatch: pytest.MonkeyPatch) -> None:
    from plan import passages as cutting

    opened().publish(make_version("a", 1))
    before = cutting.passages_of
    monkeypatch.setattr(cutting, "passages_of", lambda version: before(version)[:2])
    monkeypatch.setattr("vectorstore.renewal.CUT", 99)
    monkeypatch.setattr("vectorstore.plan_index.CUT", 99)
    library = opened()
    assert len(library.retriever.hits("cơ quan")) == 2
    library.clean_up()
    assert answers(library) == {("a", 1)}


def test_what_an_earlier_release_indexed_of_many_plans_answers_until_it_is_indexed_anew(
    opened: Opener, monkeypatch: pytest.MonkeyPatch, embeddings: FakeEmbeddings
) -> None:
    """A province would wait for half an hour otherwise. What is as it was goes to Chroma no second time."""
    from plan import passages as cutting

    for plan_id in "abc":
        opened().publish(make_version(plan_id, 1))
    before, made = cutting.passages_of, embeddings.made
    monkeypatch.setattr(cutting, "passages_of", lambda version: before(version)[:2])
    for name in ("renewal.CUT", "plan_index.CUT", "renewal.WHOLE"):
        monkeypatch.setattr(f"vectorstore.{name}", 2 if name.endswith("WHOLE") else 99)
    library = opened()
    whole = len(library.retriever.hits("cơ quan"))
    library.clean_up()
    assert len(library.retriever.hits("cơ quan")) == whole > 6
    steps = library._renewal.afterwards()
    assert next(steps)[0] == ("a", 1)
    library.publish(make_version("b", 2))  # meanwhile: what it replaced is not brought back
    monkeypatch.setattr(library._store, "add", lambda vectors, scope: added.extend(vectors))
    added: list[str] = []
    library.renew()
    assert len(library.retriever.hits("cơ quan")) == 6
    assert answers(library) == {("a", 1), ("b", 2), ("c", 1)}
    assert not library.catalog.not_indexed("fake@1", 99)
    assert not added
    assert embeddings.made == made


def test_a_catalog_without_an_index_gets_one(opened: Opener) -> None:
    """As a release left it that kept only the versions."""
    library = opened()
    library.catalog.stage(make_version("a", 1))
    library.catalog.publish("a", 1)
    library = opened()
    assert [hit.passage.address for hit in library.search.candidates("lụt bão", k=1)] == ["I.3"]


def test_an_index_of_an_earlier_schema_is_made_anew(opened: Opener, tmp_path: Path) -> None:
    """Passages without the words they hold, as schema 2 first had them."""
    opened().publish(make_version("a", 1))
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite3")) as catalog, catalog:
        catalog.execute("ALTER TABLE passages DROP COLUMN words")
        catalog.execute("CREATE TABLE syllables (before TEXT, after TEXT)")
        catalog.execute("UPDATE numbers SET value = 2 WHERE name = 'schema'")
    library = opened()
    assert answers(library) == {("a", 1)}
    assert [hit.passage.address for hit in library.search.candidates("lụt bão", k=1)] == ["I.3"]
    library.publish(make_version("a", 2))
    assert answers(library) == {("a", 2)}


def test_words_that_schema_7_kept_as_json_are_packed(
    opened: Opener, tmp_path: Path, embeddings: FakeEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is embedded for it, the same is found with the same scores, and sums go down as they went up."""
    monkeypatch.setattr("vectorstore.search.WHOLE", 0)
    library = opened()
    library.publish(make_version("a", 1))
    found, made = library.search.candidates("lụt bão"), embeddings.made
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite3")) as catalog, catalog:
        catalog.execute("ALTER TABLE passages DROP COLUMN words")
        catalog.execute("ALTER TABLE passages ADD COLUMN words TEXT")
        for at, record in catalog.execute("SELECT id, record FROM passages").fetchall():
            terms = terms_of(reader(Stored)(json.loads(record)).passage)
            catalog.execute("UPDATE passages SET words = ? WHERE id = ?", (json.dumps(terms), at))
        catalog.execute("DROP TABLE counted")
        catalog.execute("UPDATE numbers SET value = 7 WHERE name = 'schema'")
    library = opened()
    assert library.search.candidates("lụt bão") == found
    assert embeddings.made == made
    library.remove("a")
    with closing(sqlite3.connect(tmp_path / "catalog.sqlite3")) as catalog:
        assert catalog.execute("SELECT sum(passages), sum(length) FROM frequencies").fetchone() == (0, 0)


def test_another_model_is_refused_until_reindexed(opened: Opener, embeddings: FakeEmbeddings) -> None:
    opened().publish(make_version("a", 1))
    embeddings.identity = "fake@2"
    library = opened()
    assert len(library.live()) == 1  # the catalog needs no model
    with pytest.raises(ModelMismatch, match="kehoach reindex"):
        library.search.candidates("cơ quan")
    library.reindex()
    assert answers(library) == {("a", 1)}
    assert answers(opened()) == {("a", 1)}


def test_answers_go_on_while_a_version_is_written(
    library: Library, embeddings: FakeEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.publish(make_version("a", 1))
    monkeypatch.setattr("vectorstore.library.POLL_SECONDS", 0.0)
    embedding, go_on, plain = threading.Event(), threading.Event(), embeddings.embed_documents

    def slow(texts: list[str]) -> list[list[float]]:
        embedding.set()
        assert go_on.wait(PATIENCE)
        return plain(texts)

    monkeypatch.setattr(embeddings, "embed_documents", slow)
    writer = threading.Thread(target=library.publish, args=(make_version("a", 2, CHANGED),))
    writer.start()
    assert embedding.wait(PATIENCE)
    held = library.live()
    assert answers(library) == {("a", 1)}
    with pytest.raises(LibraryBusy):
        library.publish(make_version("b", 1))
    go_on.set()
    writer.join(PATIENCE)
    assert answers(library) == {("a", 2)}
    assert held[0].version == 1


def test_a_second_opening_sees_what_the_first_publishes(
    library: Library, embeddings: FakeEmbeddings, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Library.open(library._store._folder.parent, embeddings=embeddings)
    monkeypatch.setattr("vectorstore.library.POLL_SECONDS", 0.0)
    assert other.live() == []
    library.publish(make_version("a", 1))
    assert answers(other) == {("a", 1)}
    other.publish(make_version("a", 2, CHANGED))
    assert answers(library) == {("a", 2)}
    other.close()


def test_a_server_that_does_not_answer_is_named(tmp_path: Any, embeddings: FakeEmbeddings) -> None:
    from vectorstore.errors import StoreUnreachable

    library = Library.open(tmp_path, chroma_url="http://127.0.0.1:9", embeddings=embeddings)
    for use in (library.clean_up, lambda: library.publish(make_version("a", 1))):
        with pytest.raises(StoreUnreachable, match=r"127\.0\.0\.1:9"):
            use()


def test_a_database_that_is_not_there_is_told_apart_from_a_fault_of_ours(tmp_path: Any) -> None:
    from vectorstore.errors import CatalogUnreachable

    pytest.importorskip("psycopg")
    with pytest.raises(CatalogUnreachable, match=r"127\.0\.0\.1"):
        Library.open(tmp_path, catalog_url="postgresql+psycopg://kehoach:secret@127.0.0.1:9/kehoach")


def _kill_at(library: Library, monkeypatch: pytest.MonkeyPatch, step: str, after: bool) -> None:
    room, name = step.split(".")
    owner = getattr(library, room)
    plain = getattr(owner, name)

    def killed(*args: Any, **kwargs: Any) -> None:
        if after:
            plain(*args, **kwargs)
        raise Killed

    monkeypatch.setattr(owner, name, killed)


def _raise(texts: list[str]) -> list[list[float]]:
    raise OSError("disk full")
