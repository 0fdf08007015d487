"""A backup taken while somebody writes, restored into an empty folder."""

from __future__ import annotations

import os
import sqlite3
import tarfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from bot.app import House
from bot.cli import main
from bot.cli.admin import MARK, restore_data, save_data
from bot.database import Store
from bot.errors import WrongUsage
from bot.settings import Settings
from ingest.publish import ingest_file
from vectorstore.library import Library

PLAN = """ỦY BAN NHÂN DÂN
PHƯỜNG HẠ VÂN
Số: {number}/KH-UBND

KẾ HOẠCH
{title}

II. NHIỆM VỤ
1. Công an phường chủ trì thu gom rác khu chợ trước ngày {day}/12/2026.
2. Phòng Kinh tế chủ trì sửa {day} ngọn đèn đường.
"""


def test_a_database_that_is_written_to_is_whole_in_the_backup(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    store = Store(folder / "bot.sqlite3")
    (folder / "originals").mkdir()
    (folder / "originals" / "a.pdf").write_bytes(b"%PDF")
    (folder / "run.lock").touch()
    stop = threading.Event()

    def write() -> None:
        number = 0
        while not stop.is_set():
            store.write("INSERT INTO units VALUES (?, ?, ?)", "fake", str(number := number + 1), "Công an" * 50)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        save_data(folder, tmp_path / "b.tar.gz")
    finally:
        stop.set()
        writer.join()
        store.close()
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o077 == 0
    assert restore_data(tmp_path / "b.tar.gz", tmp_path / "new") == 2
    with closing(sqlite3.connect(tmp_path / "new" / "bot.sqlite3")) as restored:
        assert restored.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        users = [int(row[0]) for row in restored.execute("SELECT user FROM units")]
    assert sorted(users) == list(range(1, len(users) + 1))  # everything up to one moment, nothing after it


def test_nothing_is_restored_over_data_or_from_another_file(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x").write_text("x")
    save_data(tmp_path / "data", tmp_path / "b.tar.gz")
    with pytest.raises(WrongUsage, match="data"):
        restore_data(tmp_path / "b.tar.gz", tmp_path / "data")
    whole = (tmp_path / "b.tar.gz").read_bytes()
    (tmp_path / "half.tar.gz").write_bytes(whole[: len(whole) // 2])
    with tarfile.open(tmp_path / "other.tar.gz", "w:gz") as other:
        other.add(tmp_path / "data" / "x", "x")
    with tarfile.open(tmp_path / "outside.tar.gz", "w:gz") as outside:
        outside.addfile(tarfile.TarInfo(MARK))
        outside.add(tmp_path / "data" / "x", "../outside")
    for wrong in ("half.tar.gz", "other.tar.gz", "outside.tar.gz", "missing.tar.gz"):
        with pytest.raises(WrongUsage, match=wrong):
            restore_data(tmp_path / wrong, tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.rglob("outside"))


def test_it_is_restored_by_a_python_whose_tarfile_has_no_filters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Debian 12's own is 3.11.2; they came with 3.11.4."""
    (tmp_path / "data" / "originals").mkdir(parents=True)
    kept = tmp_path / "data" / "originals" / "a.pdf"
    kept.write_bytes(b"%PDF")
    os.utime(kept, (10, 10))
    save_data(tmp_path / "data", tmp_path / "b.tar.gz")
    old = tarfile.TarFile.extractall
    monkeypatch.setattr(tarfile.TarFile, "extractall", lambda self, path=".", members=None: old(self, path, members))
    assert restore_data(tmp_path / "b.tar.gz", tmp_path / "new") == 1
    restored = tmp_path / "new" / "originals" / "a.pdf"
    assert (restored.read_bytes(), restored.stat().st_mtime) == (b"%PDF", 10)
    assert not restored.stat().st_mode & 0o077


@pytest.fixture
def opened() -> Iterator[Callable[[Path], Library]]:
    """A library as a process of its own would open it."""
    libraries: list[Library] = []

    def open_one(folder: Path) -> Library:
        libraries.append(Library.open(folder, embeddings=DeterministicFakeEmbedding(size=16)))
        return libraries[-1]

    yield open_one
    for library in libraries:
        library.close()


def test_a_backup_between_publications_finds_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: Callable[[Path], Library]
) -> None:
    """Another process publishes one version after another; the copy holds one of them, whole, in text and in Chroma."""
    monkeypatch.setattr("vectorstore.search.WHOLE", 0)  # over more plans Chroma is searched
    folder, book, new = tmp_path / "data", tmp_path / "b.tar.gz", tmp_path / "new"
    here, other = opened(folder), opened(folder)
    _publish(other, tmp_path, title="Chiếu sáng đô thị", number=7, day=5)
    _publish(other, tmp_path, title="Vệ sinh môi trường", number=9, day=10)
    stop = threading.Event()
    days: list[int] = []

    def publish() -> None:
        while not stop.wait(0.05):
            days.append(11 + len(days) % 15)
            _publish(other, tmp_path, title="Vệ sinh môi trường", number=9, day=days[-1])

    writer = threading.Thread(target=publish)
    writer.start()
    try:
        while not days:
            time.sleep(0.01)
        _run(folder, here, "backup", str(book))
        seen = len(days)
    finally:
        stop.set()
        writer.join()
    _run(new, here, "restore", str(book))
    restored = opened(new)
    assert not restored.catalog.staged()
    [version] = [plan for plan in restored.live() if plan.info.number == "9/KH-UBND"]
    assert version.text in {PLAN.format(title="Vệ sinh môi trường", number=9, day=day) for day in (10, *days[:seen])}
    found, before = (_found(library, "đèn đường Chiếu sáng đô thị") for library in (restored, here))
    assert before
    assert found[0] == before[0]
    for scope, quote in found:
        assert quote in restored.catalog.version(*scope).text


def _publish(library: Library, folder: Path, **words: object) -> None:
    file = folder / f"{words['number']}.txt"
    file.write_text(PLAN.format(**words), "utf-8")
    ingest_file(file, library)


def _run(folder: Path, library: Library, *argv: str) -> None:
    house = House(Settings(KEHOACH_DATA_DIR=folder))
    house.__dict__["library"] = library
    with pytest.raises(SystemExit) as left:
        main(list(argv), house)
    assert left.value.code == 0


def _found(library: Library, question: str) -> list[tuple[tuple[str, int], str]]:
    hits = library.search.candidates(question)
    return [(hit.scope, hit.passage.span.of(library.catalog.version(*hit.scope).text)) for hit in hits]
