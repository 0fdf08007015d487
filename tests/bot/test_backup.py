"""A backup taken while somebody writes, restored into an empty folder."""

from __future__ import annotations

import sqlite3
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest

from bot.backup import NotABackup, NotEmpty, restore_data, save_data
from bot.database import Store


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
    with pytest.raises(NotEmpty):
        restore_data(tmp_path / "b.tar.gz", tmp_path / "data")
    whole = (tmp_path / "b.tar.gz").read_bytes()
    (tmp_path / "half.tar.gz").write_bytes(whole[: len(whole) // 2])
    with tarfile.open(tmp_path / "other.tar.gz", "w:gz") as other:
        other.add(tmp_path / "data" / "x", "x")
    for wrong in ("half.tar.gz", "other.tar.gz", "missing.tar.gz"):
        with pytest.raises(NotABackup):
            restore_data(tmp_path / wrong, tmp_path / "new")
    assert not (tmp_path / "new").exists()
