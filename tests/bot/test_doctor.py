"""`kehoach doctor` names what is not installed, and the command that installs it; text and Word need none of it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from bot.cli import main
from tests.bot.fakes import make_plan
from tests.bot.houses import FakeHouse


def _doctor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[object, str]:
    with pytest.raises(SystemExit) as left:
        main(["doctor"], FakeHouse(tmp_path, make_plan()))
    return left.value.code, capsys.readouterr().out


def _installed(monkeypatch: pytest.MonkeyPatch, *commands: str, languages: str = "") -> None:
    monkeypatch.setattr("bot.cli.doctor.shutil.which", lambda name: name if name in commands else None)
    listed = subprocess.CompletedProcess([], 0, stdout=languages)
    monkeypatch.setattr("bot.cli.doctor.subprocess.run", lambda *_, **__: listed)


def test_everything_is_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _installed(monkeypatch, "tesseract", "soffice", languages="List of languages:\neng\nvie\n")
    status, told = _doctor(tmp_path, capsys)
    assert status == 0
    assert "✓ Đọc tệp" in told


def test_what_is_missing_is_named_and_fails_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _installed(monkeypatch)
    monkeypatch.setattr("bot.cli.doctor.find_spec", lambda name: None if name in ("cv2", "lxml") else object())
    status, told = _doctor(tmp_path, capsys)
    assert status == 0
    assert "! Thiếu gói Python lxml, opencv" in told
    assert 'pip install --editable ".[documents]"' in told
    assert "sudo apt-get install tesseract-ocr tesseract-ocr-vie" in told
    assert "sudo apt-get install libreoffice-writer-nogui" in told


def test_tesseract_without_vietnamese(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _installed(monkeypatch, "tesseract", "libreoffice", languages="List of languages:\neng\nosd\n")
    told = _doctor(tmp_path, capsys)[1]
    assert "Tesseract chưa có tiếng Việt" in told
    assert "LibreOffice" not in told


def test_for_programs_with_what_only_needs_a_look(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    house = FakeHouse(tmp_path, make_plan())
    tmp_path.chmod(0o755)
    with pytest.raises(SystemExit):
        main(["doctor", "--json"], house)
    found = json.loads(capsys.readouterr().out)
    notes = [each["told"] for each in found if each["state"] == "note"]
    assert any("Tài khoản khác" in told and str(tmp_path) in told for told in notes)
    assert any("thiếu tệp gốc của 1 kế hoạch (so-hoa.txt)" in told for told in notes)
    assert {"state", "check", "told"} == set(found[0])
