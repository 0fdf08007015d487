"""`kehoach run` as a person finds it: a page that answers, a signal that stops it, a restart that forgets nothing."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import Start
from tests.e2e.running import kehoach
from tests.patience import PATIENCE

pytestmark = [pytest.mark.model, pytest.mark.slow]

QUESTION = {"text": "Đơn vị nào chủ trì bồi dưỡng cán bộ, công chức?"}


def _visitor(address: str) -> httpx.Client:
    visitor = httpx.Client(base_url=address, follow_redirects=True, timeout=PATIENCE)
    assert "Hỏi đáp kế hoạch" in visitor.get("/").text
    return visitor


def test_a_question_a_button_a_restart_and_a_command_beside_it(start: Start, data_dir: Path) -> None:
    first = start()
    assert httpx.get(f"{first.address}/healthz", timeout=PATIENCE).json() == {"ok": True}
    visitor = _visitor(first.address)
    page = visitor.post("/ask", data=QUESTION).text
    assert "Văn phòng HĐND và UBND" in page
    button = re.search(r'value="(w:[^"]+)"', page)
    assert button
    assert first.stop() == 0
    second = start()
    visitor.base_url = httpx.URL(second.address)
    page = visitor.post("/ask", data={"action": button[1]}).text
    assert "Bồi dưỡng cán bộ, công chức" in page
    assert kehoach(data_dir, "remove", "chuyen-doi-so", "--yes").returncode == 0  # the command line shares the plans
    assert "Có 2 kế hoạch" in visitor.post("/ask", data={"text": "/kehoach"}).text
    assert second.stop() == 0
