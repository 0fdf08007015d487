"""`kehoach doctor` names what is not installed, and the command that installs it; text and Word need none of it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from bot.cli import main
from bot.settings import Settings
from prompts import phrase
from tests.bot.fakes import make_plan
from tests.bot.houses import FakeHouse
from tests.vectorstore.cross_encoder import make_cross_encoder
from vectorstore.embedding import DEFAULT_MODEL


def _doctor(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[object, str]:
    with pytest.raises(SystemExit) as left:
        main(["doctor"], FakeHouse(tmp_path, make_plan()))
    return left.value.code, capsys.readouterr().out


def _installed(monkeypatch: pytest.MonkeyPatch, *commands: str, languages: str = "") -> None:
    monkeypatch.setattr("bot.documents_check.shutil.which", lambda name: name if name in commands else None)
    listed = subprocess.CompletedProcess([], 0, stdout=languages)
    monkeypatch.setattr("bot.documents_check.subprocess.run", lambda *_, **__: listed)


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
    monkeypatch.setattr("bot.documents_check.find_spec", lambda name: None if name in ("cv2", "lxml") else object())
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


def test_a_re_ranking_model_that_is_nowhere_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    house = FakeHouse(tmp_path, make_plan())
    house.settings = Settings(data_dir=tmp_path, rerank_model="no/such-model")
    with pytest.raises(SystemExit) as left:
        main(["doctor"], house)
    assert left.value.code == 1
    line = next(each for each in capsys.readouterr().out.splitlines() if phrase("vi", "doctor.rerank") in each)
    assert line.startswith("✗")
    assert "no/such-model" in line


@pytest.mark.model
@pytest.mark.skipif(not DEFAULT_MODEL.is_dir(), reason="its tokenizer is borrowed")
def test_a_re_ranking_model_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    house = FakeHouse(tmp_path, make_plan())
    model = make_cross_encoder(tmp_path / "narrow")
    house.settings = Settings(data_dir=tmp_path, rerank_model=model)
    with pytest.raises(SystemExit):
        main(["doctor"], house)
    line = next(each for each in capsys.readouterr().out.splitlines() if phrase("vi", "doctor.rerank") in each)
    assert line.startswith(f"✓ {phrase('vi', 'doctor.rerank')}: {model}")


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
