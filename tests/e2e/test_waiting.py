"""`kehoach ingest` beside another process that is writing: it says at once that it waits, and goes on when it can."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.e2e.running import KEHOACH, ROOT, environment
from vectorstore.lock import WriterLock

pytestmark = [pytest.mark.model, pytest.mark.long]


def test_ingest_waits_for_the_other_writer(data_dir: Path) -> None:
    text = (ROOT / "samples" / "chuyen-doi-so.md").read_text("utf-8")
    file = data_dir / "ban-ky.md"
    file.write_text(text.replace("Tổ chức 02 đợt tập huấn", "Tổ chức 05 đợt tập huấn"), "utf-8")
    with WriterLock(data_dir / "library.lock", 0).writing():
        waiting = subprocess.Popen(
            [*KEHOACH, "ingest", str(file)],
            cwd=data_dir,
            env=environment(data_dir),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        assert waiting.stderr
        assert waiting.stderr.readline().startswith("Đang chờ")
        assert waiting.poll() is None
    told, _ = waiting.communicate()
    assert waiting.returncode == 0
    assert "Đã nạp ban-ky.md" in told
    assert "(bản 2)" in told
