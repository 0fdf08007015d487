"""Offline, quiet and light: with every socket but loopback forbidden, and nothing written outside the data folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.publish import ingest_file
from vectorstore.embedding import ClauseEmbeddings
from vectorstore.library import Library

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
from vectorstore.library import Library

library = Library.open(Path(sys.argv[1]))
engine = Engine(library)
assert engine.ask("Ai chủ trì sửa cống Gốc Gạo?").citations
heavy = {"chromadb", "langchain_core", "langchain_chroma", "transformers", "sentence_transformers", "sklearn", "scipy"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)

from ingest.publish import ingest_file

ingest_file(Path(sys.argv[2]), library)
answer = engine.ask("ai chủ trì thu gom rác khu chợ?")
assert answer.citations, answer.text
assert library.retriever.invoke("thu gom rác")
assert "onnxruntime" not in sys.modules
print("quiet")
"""
PLAN = """ỦY BAN NHÂN DÂN
PHƯỜNG HẠ VÂN
Số: 99/KH-UBND

KẾ HOẠCH
Vệ sinh môi trường

I. MỤC TIÊU
1. Đường sạch, ngõ đẹp.

II. NHIỆM VỤ
1. Công an phường chủ trì thu gom rác khu chợ trước ngày 20/12/2026.
"""


@pytest.mark.timeout(LIMIT + 60)
def test_ingest_and_ask_reach_nobody_and_write_nothing_elsewhere(tmp_path: Path, shipped: ClauseEmbeddings) -> None:
    """And an answer wakes no heavy library: they take longer to import than it takes, and few plans need no Chroma."""
    library = Library.open(tmp_path / "data", embeddings=shipped)
    ingest_file(ROOT / "samples" / "phong-chong-thien-tai.txt", library)
    library.close()
    home = tmp_path / "home"
    home.mkdir()
    plan = tmp_path / "ve-sinh.txt"
    plan.write_text(PLAN, "utf-8")
    environment = {**os.environ, "HOME": str(home), "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, str(tmp_path / "data"), str(plan)],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LIMIT, check=False,
    )  # fmt: skip
    assert (done.stdout.strip(), done.stderr) == ("quiet", "")
    assert list(home.rglob("*")) == []
