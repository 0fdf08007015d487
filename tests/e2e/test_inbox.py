"""A file dropped into the inbox of the real running bot: read, published, answered from, and reported on."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.e2e.conftest import Start
from tests.e2e.running import ROOT
from tests.patience import PATIENCE, eventually

pytestmark = [pytest.mark.model, pytest.mark.long]

QUESTION = {"text": "Trong năm tổ chức mấy đợt tập huấn trí tuệ nhân tạo cho cán bộ, công chức?"}


def test_dropped_files_are_taken_in_or_refused_while_the_bot_answers(start: Start, data_dir: Path) -> None:
    bot = start()
    visitor = httpx.Client(base_url=bot.address, follow_redirects=True, timeout=PATIENCE)
    visitor.get("/")
    inbox = data_dir / "inbox"
    text = (ROOT / "samples" / "chuyen-doi-so.md").read_text("utf-8")
    (inbox / "Bản ký.md").write_text(text.replace("Tổ chức 02 đợt tập huấn", "Tổ chức 05 đợt tập huấn"), "utf-8")
    (inbox / "hong.pdf").write_bytes((ROOT / "samples" / "van-hoa-doc.pdf").read_bytes()[:20_000])
    (inbox / "~$moi.docx").write_bytes(b"Word is open")
    eventually(lambda: (inbox / "refused" / "hong.pdf").exists() and (inbox / "done" / "Bản ký.md").exists())
    report = (inbox / "done" / "Bản ký.md.txt").read_text("utf-8")
    assert "chuyen-doi-so, bản 2" in report
    assert "02 → 05" in report
    assert (inbox / "refused" / "hong.pdf.txt").read_text("utf-8").startswith("Không nạp hong.pdf: Tệp bị hỏng")
    assert (inbox / "~$moi.docx").exists()
    assert "05 đợt" in visitor.post("/ask", data=QUESTION).text
    assert bot.stop() == 0


def test_the_inbox_can_be_turned_off(start: Start, data_dir: Path) -> None:
    assert start(INBOX="off").stop() == 0
    assert not (data_dir / "inbox").exists()
