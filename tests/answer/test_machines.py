"""Several bots over one Chroma server and one Postgres: versions switch, writers are killed, both give one version.

Starts both servers itself: Postgres from Debian's package (`apt-get install postgresql`), Chroma from its own.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine
from sqlalchemy import text as sql
from sqlalchemy.exc import OperationalError

from tests.evaluation.scale import CheapEmbeddings
from tests.patience import PATIENCE, eventually
from vectorstore import word_table
from vectorstore.errors import LibraryBusy
from vectorstore.library import Library

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL"),
]
ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("KEHOACH_KILLS", "5"))
HEAD = """
import json, sys
from dataclasses import replace
from pathlib import Path
from answer.engine import Engine
from tests.bot.fakes import TEXT
from tests.evaluation.scale import CheapEmbeddings
from vectorstore.library import Library
from ingest.parse import parse
from plan.model import SourceText
folder, chroma, catalog = sys.argv[1:]
library = Library.open(Path(folder), None, chroma, catalog, embeddings=CheapEmbeddings())
"""
WRITER = """
print("ready", flush=True)
for _ in sys.stdin:
    number = library.catalog.next_version("so-hoa")
    text = TEXT.format(place="PHƯỜNG HẠ VÂN", number="58", subject="Chuyển đổi số")
    text = text.replace("hằng tháng", f"lần {number}")
    library.publish(parse(SourceText(text, "so-hoa.txt", f"sha-{number}"), "so-hoa", number))
    print(number, flush=True)
"""
READER = """
engine = Engine(library, reading=False)
for line in sys.stdin:
    answer = engine.ask(line)
    print(json.dumps([[each.version, each.quote] for each in answer.citations]), flush=True)
"""


@dataclass
class Servers:
    """Where the two answer."""

    chroma: str
    postgres: str

    def start(self, script: str, folder: Path) -> subprocess.Popen[str]:
        """A process of a machine whose own files are in the folder."""
        command = [sys.executable, "-c", HEAD + script, str(folder), self.chroma, self.postgres]
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        return subprocess.Popen(command, env={**os.environ, "PYTHONPATH": path}, **pipes)

    def library(self, folder: Path) -> Library:
        """Here."""
        return Library.open(folder, None, self.chroma, self.postgres, embeddings=CheapEmbeddings(), patience=0)


def _programs() -> Path:
    found = [*sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")), Path(shutil.which("initdb") or "initdb")]
    if not found[0].exists():
        pytest.skip("no Postgres server here: apt-get install postgresql")
    return found[0].parent


@contextmanager
def _running(command: list[str], **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGINT)


def _port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _postgres() -> Iterator[str]:
    programs, port, folder = _programs(), _port(), Path(tempfile.mkdtemp(prefix="kehoach-pg-"))
    as_other: dict[str, Any] = {}
    if os.geteuid() == 0:  # which Postgres refuses to run as
        shutil.chown(folder, "postgres")
        as_other = {"user": "postgres"}
    data = str(folder / "data")
    make = [str(programs / "initdb"), "-D", data, "-A", "trust", "-U", "kehoach", "-E", "UTF8", "--no-sync"]
    serve = [str(programs / "postgres"), "-D", data, "-k", str(folder), "-h", "127.0.0.1", "-p", str(port), "-F"]
    url = f"postgresql+psycopg://kehoach@127.0.0.1:{port}/postgres"
    try:
        subprocess.run(make, check=True, stdout=subprocess.DEVNULL, cwd=folder, **as_other)
        with _running(serve, cwd=folder, **as_other):
            eventually(lambda: _lets_in(url))
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _lets_in(url: str) -> bool:
    database = create_engine(url)
    try:
        database.connect().close()
    except OperationalError:
        return False
    finally:
        database.dispose()
    return True


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    pytest.importorskip("psycopg", reason="the Postgres driver is not installed: pip install 'kehoach[postgres]'")
    folder, port = tmp_path_factory.mktemp("chroma"), _port()
    run = "from chromadb.cli.cli import app; app()"
    chroma = [sys.executable, "-c", run, "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with _postgres() as catalog, _running(chroma, env={**os.environ, "ANONYMIZED_TELEMETRY": "False"}):
        eventually(lambda: _answers(port))
        yield Servers(f"http://127.0.0.1:{port}", catalog)


def _line(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def _tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def _writer(servers: Servers, folder: Path) -> subprocess.Popen[str]:
    writer = servers.start(WRITER, folder)
    assert _line(writer) == "ready"
    return writer


def _asked(reader: subprocess.Popen[str]) -> int:
    """The one version that a reader's answer is quoted from, which says its own number."""
    _tell(reader, "Viết tin bài mấy lần ở phường Hạ Vân?")
    cited = json.loads(_line(reader))
    versions = {version for version, _ in cited}
    assert len(versions) == 1, cited
    (version,) = versions
    assert any(f"lần {version}" in quote for _, quote in cited), cited
    return int(version)


@pytest.mark.timeout(4 * PATIENCE)
def test_versions_switch_and_writers_are_killed_while_two_bots_answer(servers: Servers, tmp_path: Path) -> None:
    chance, writer = random.Random(6), _writer(servers, tmp_path / "writer")
    _tell(writer, "publish")
    assert _line(writer) == "1"
    readers = [servers.start(READER, tmp_path / f"reader-{number}") for number in range(2)]
    assert [_asked(reader) for reader in readers] == [1, 1]
    for _ in range(KILLS):
        begun = time.monotonic()
        _tell(writer, "publish")
        meanwhile = {_asked(reader) for reader in readers}
        number = int(_line(writer))
        took = time.monotonic() - begun
        assert meanwhile <= {*range(number + 1)}
        assert {_asked(reader) for reader in readers} == {number}, "a version that was switched answers everywhere"
        _tell(writer, "publish")
        time.sleep(chance.uniform(0.0, took))
        writer.kill()
        writer.wait()
        (left,) = {_asked(reader) for reader in readers}  # both the same, though the writer is gone
        assert left in (number, number + 1)
        writer = _writer(servers, tmp_path / "writer")  # and so is its lock
    readers[0].kill()
    readers[0].wait()
    _tell(writer, "publish")
    readers[0] = servers.start(READER, tmp_path / "reader-0")
    newest = int(_line(writer))
    assert [_asked(reader) for reader in readers] == [newest, newest]
    for process in (writer, *readers):
        process.communicate()
        assert process.returncode == 0


@pytest.mark.timeout(PATIENCE)
def test_one_machine_writes_at_a_time(servers: Servers, tmp_path: Path) -> None:
    one, other = servers.library(tmp_path / "one"), servers.library(tmp_path / "other")
    with one.writing(), pytest.raises(LibraryBusy), other.writing():
        pass
    with other.writing():
        pass
    one.close()
    other.close()


@pytest.mark.timeout(PATIENCE)
def test_words_are_looked_up_alike_and_no_passage_is_gone_through(servers: Servers) -> None:
    tokens = {at: ["x:va", f"x:số{at % 7}", 'x:"'] for at in range(1_000_000, 1_000_199)}  # beside those of plans
    read = sql("SELECT seq_scan FROM pg_stat_xact_user_tables WHERE relname = 'passage_words'")
    asked, found = ["x:va", "x:số3", 'x:"', "x:không"], []
    for url in (servers.postgres, "sqlite://"):
        with create_engine(url).connect() as connection:  # never committed
            word_table.prepare(connection)
            word_table.put(connection, tokens)
            connection.execute(sql("ANALYZE"))  # what the databases choose by
            before = connection.scalar(read) if url == servers.postgres else 0
            held = word_table.holders(connection, asked)
            found.append({token: sorted(ids.tolist()) for token, ids in held.items()})
            assert (connection.scalar(read) if url == servers.postgres else 0) == before
    assert found[0] == found[1]
    assert [len(found[0][token]) for token in asked] == [199, 29, 199, 0]
