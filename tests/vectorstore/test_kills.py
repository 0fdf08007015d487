"""Real SIGKILLs at random instants of a re-ingest: every start afterwards answers from exactly one version.

`KEHOACH_KILLS=200 pytest tests/vectorstore/test_kills.py` runs the long form.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.vectorstore.conftest import FakeEmbeddings, make_version
from vectorstore.library import Library

ROOT = Path(__file__).resolve().parents[2]
KILLS = int(os.environ.get("KEHOACH_KILLS", "3"))
WRITER = """
import sys
from pathlib import Path
from plan import passages as cutting
from tests.vectorstore import conftest
from vectorstore.library import Library
cutting.passages_of = conftest.cut
library = Library.open(Path(sys.argv[1]), embeddings=conftest.FakeEmbeddings(), patience=5)
library.clean_up()
print("ready", flush=True)
while True:
    number = library.catalog.next_version("a")
    tasks = tuple(f"Nhiệm vụ {task} của bản {number}; Cơ quan thực hiện: Phòng {task}" for task in range(120))
    library.publish(conftest.make_version("a", number, tasks))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
@pytest.mark.timeout(300 + 30 * KILLS)
def test_killed_at_random_instants(tmp_path: Path, embeddings: FakeEmbeddings) -> None:
    chance = random.Random(4)
    first = Library.open(tmp_path, embeddings=embeddings)
    first.publish(make_version("a", 1, tuple(f"Nhiệm vụ {task}" for task in range(120))))
    first.close()
    for _ in range(KILLS):
        _write_and_kill(tmp_path, chance.uniform(0.0, 1.2))
        library = Library.open(tmp_path, embeddings=embeddings)
        library.clean_up()
        live = [version.version for version in library.live()]
        hits = library.retriever.hits("nhiệm vụ của bản nào")
        assert {hit.version for hit in hits} == set(live)
        assert len(live) == 1
        assert len(hits) == 120
        names = {name.rpartition("/")[0] for name in library._store.names()}
        assert names == {f"a@{number}" for number in live}
        library.close()


def _write_and_kill(folder: Path, seconds: float) -> None:
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"ready\n"
    time.sleep(seconds)
    writer.send_signal(signal.SIGKILL)
    writer.wait()
