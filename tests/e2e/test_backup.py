"""A backup taken from a bot at work, restored into an empty folder: it answers the same."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.conftest import Start
from tests.e2e.running import kehoach
from tests.patience import PATIENCE

pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.long]

QUESTIONS = (
    "Đơn vị nào chủ trì bồi dưỡng cán bộ, công chức?",
    "Bao giờ mở lớp bồi dưỡng đợt 2?",
    "Kinh phí chuyển đổi số lấy từ đâu?",
    "Ai trực ban khi có bão?",
    "Giá vàng hôm nay bao nhiêu?",
)
PLAN = """ỦY BAN NHÂN DÂN
PHƯỜNG HẠ VÂN
Số: 99/KH-UBND

KẾ HOẠCH
Vệ sinh môi trường

I. MỤC TIÊU
1. Đường sạch, ngõ đẹp.

II. NHIỆM VỤ
1. Công an phường chủ trì thu gom rác khu chợ trước ngày {day}/12/2026.
"""


def test_a_backup_under_load_restored_answers_the_same(start: Start, data_dir: Path, tmp_path: Path) -> None:
    """While it is taken two people ask and versions of a plan are published without a pause."""
    days = cycle(range(10, 28))
    _publish(data_dir, tmp_path, next(days))
    bot = start()
    stop = threading.Event()

    def ask() -> int:
        with httpx.Client(base_url=bot.address, timeout=PATIENCE) as visitor:
            visitor.get("/")
            return _until(stop, lambda: visitor.post("/ask", data={"text": QUESTIONS[0]}).raise_for_status())

    def publish() -> int:
        return _until(stop, lambda: _publish(data_dir, tmp_path, next(days)))

    book, restored = tmp_path / "b.tar.gz", tmp_path / "moi"
    with ThreadPoolExecutor() as pool:
        busy = [pool.submit(work) for work in (ask, ask, publish)]
        done = kehoach(data_dir, "backup", str(book))
        stop.set()
        assert all(work.result() for work in busy)
    assert done.returncode == 0, done.stderr
    assert bot.stop() == 0
    done = kehoach(tmp_path, "restore", str(book), KEHOACH_DATA_DIR=str(restored))
    assert done.returncode == 0, done.stderr
    (*same, rubbish), (*before, _) = _answers(restored), _answers(data_dir)
    assert same == before
    assert any(answer["citations"] for answer in same)
    assert "/12/2026" in rubbish["text"]  # of one of the versions published, whole


def _until(stop: threading.Event, work: Callable[[], object]) -> int:
    """How often it was done; at least once."""
    count = 0
    while not count or not stop.is_set():
        work()
        count += 1
    return count


def _publish(data_dir: Path, tmp_path: Path, day: int) -> None:
    file = tmp_path / "ve-sinh.txt"
    file.write_text(PLAN.format(day=day), "utf-8")
    done = kehoach(data_dir, "ingest", str(file))
    assert done.returncode == 0, done.stderr


def _answers(folder: Path) -> list[dict[str, Any]]:
    """To all questions, and to one about the plan that was published meanwhile."""
    asked = [{"question": text, "plan": "chuyen-doi-so"} for text in QUESTIONS]
    asked.append({"question": "Thu gom rác khu chợ trước ngày nào?", "plan": "ve-sinh"})
    done = kehoach(folder, "batch", typed="\n".join(map(json.dumps, asked)))
    assert done.returncode == 0, done.stdout + done.stderr
    answers: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    for answer in answers:
        del answer["seconds"]
    return answers
