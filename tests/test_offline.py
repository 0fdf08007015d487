"""Offline and quiet: with every socket but loopback forbidden, and nothing written outside the data folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIMIT = 1200  # seconds, on a machine that has much else to do
SCRIPT = """
import socket, sys
from pathlib import Path

real = socket.socket.connect

def guarded(self, address):
    host = address[0] if isinstance(address, tuple) else ""
    if isinstance(address, tuple) and host not in ("127.0.0.1", "::1", "localhost"):
        raise AssertionError(f"tried to reach {address}")
    return real(self, address)

socket.socket.connect = guarded
socket.socket.connect_ex = lambda self, address: guarded(self, address)

def no_names(host, *rest, **options):
    raise AssertionError(f"tried to look up {host}")

socket.getaddrinfo = no_names

from answer.engine import Engine
from ingest.publish import ingest_file
from vectorstore.library import Library

library = Library.open(Path(sys.argv[1]))
ingest_file(Path("samples/phong-chong-thien-tai.txt"), library)
answer = Engine(library).ask("ai chủ trì sơ tán dân?")
assert answer.citations, answer.text
assert "onnxruntime" not in sys.modules
print("quiet")
"""


@pytest.mark.timeout(LIMIT + 60)
def test_ingest_and_ask_reach_nobody_and_write_nothing_elsewhere(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home), "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "data")],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LIMIT, check=False,
    )  # fmt: skip
    assert done.stdout.strip().endswith("quiet"), done.stderr[-2000:]
    assert list(home.rglob("*")) == []
