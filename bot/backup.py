"""The data folder in one file and back. Databases are copied through SQLite, so a running bot may write meanwhile."""

from __future__ import annotations

import os
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

MARK = "kehoach-backup"  # the first entry of every backup
_LEFT_OUT = (".lock", "-wal", "-shm", "-journal")  # of the process that has the folder open, or part of a database
_SQLITE = b"SQLite format 3\0"


class NotABackup(ValueError):
    """The file was not made by `save_data`, or is damaged."""


class NotEmpty(ValueError):
    """There is something in the folder already; a restore never mixes with it."""


def save_data(folder: Path, target: Path) -> int:
    """Write all files below `folder` into `target`, readable by this account only; gives how many.

    The target appears when it is whole, or not at all.
    """
    unfinished = target.with_name(f".{target.name}.part")
    unfinished.unlink(missing_ok=True)
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            os.fdopen(handle, "wb") as written,
            tempfile.TemporaryDirectory() as at,
            tarfile.open(fileobj=written, mode="w:gz", compresslevel=6) as book,
        ):
            book.addfile(tarfile.TarInfo(MARK))
            count = sum(_add(book, folder, file, Path(at)) for file in _files(folder, (target, unfinished)))
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def restore_data(file: Path, folder: Path) -> int:
    """Lay a backup out in an empty folder; gives how many files. NotEmpty, NotABackup: nothing is there then."""
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as at:
        whole = Path(at) / "data"
        try:
            with tarfile.open(file, "r:gz") as book:
                first = book.next()
                if first is None or first.name != MARK:
                    raise NotABackup(file)
                book.extractall(whole, filter="data")
        except (OSError, EOFError, tarfile.TarError) as error:
            raise NotABackup(file) from error
        (whole / MARK).unlink()
        if folder.exists():
            folder.rmdir()
        whole.chmod(0o700)
        whole.rename(folder)
    return sum(path.is_file() for path in folder.rglob("*"))


def _files(folder: Path, without: tuple[Path, ...]) -> Iterator[Path]:
    skipped = {path.resolve() for path in without}
    for path in sorted(folder.rglob("*")):
        is_ours = path.is_file() and not path.is_symlink() and not path.name.endswith(_LEFT_OUT)
        if is_ours and path.resolve() not in skipped:
            yield path


def _add(book: tarfile.TarFile, folder: Path, file: Path, at: Path) -> bool:
    """One file; False when it went away meanwhile."""
    name = file.relative_to(folder).as_posix()
    try:
        if _is_database(file):
            copy = at / "copy.sqlite3"
            copy.unlink(missing_ok=True)
            with closing(sqlite3.connect(file, timeout=60)) as here, closing(sqlite3.connect(copy)) as there:
                here.backup(there)
            book.add(copy, name)
        else:
            book.add(file, name)
    except FileNotFoundError:
        return False
    return True


def _is_database(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(_SQLITE)) == _SQLITE
