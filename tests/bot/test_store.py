"""The bot's own database: opened twice at once, opened again, opened by a newer release."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from bot import database
from bot.database import Store


def test_two_processes_may_meet_a_new_file_at_once(tmp_path: Path) -> None:
    opened: list[Store] = []
    threads = [threading.Thread(target=lambda: opened.append(Store(tmp_path / "bot.sqlite3"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 4


def test_a_new_file_that_another_process_is_writing_is_waited_for(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "bot.sqlite3", isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    later = threading.Timer(0.3, other.execute, ("COMMIT",))
    later.start()
    Store(tmp_path / "bot.sqlite3").close()
    later.join()


def test_a_newer_release_adds_what_is_new_and_keeps_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Store(tmp_path / "bot.sqlite3")
    first.write("INSERT INTO invitations VALUES ('moi_x', 'officer', 1.0)")
    first.close()
    monkeypatch.setattr(database, "MIGRATIONS", (*database.MIGRATIONS, "ALTER TABLE invitations ADD COLUMN note TEXT"))
    second = Store(tmp_path / "bot.sqlite3")
    assert [tuple(row) for row in second.rows("SELECT token, note FROM invitations")] == [("moi_x", None)]


def test_many_threads_write_without_losing_anything() -> None:
    shared = Store(None)
    work = [
        threading.Thread(target=shared.write, args=("INSERT INTO invitations VALUES (?, 'officer', 1.0)", str(number)))
        for number in range(50)
    ]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert len(shared.rows("SELECT token FROM invitations")) == 50
