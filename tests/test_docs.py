"""What the documents tell people to type and to open is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from bot.cli import application
from bot.settings import Settings
from ingest.parse import parse
from plan.model import SourceText

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMANDS = set(getattr(typer.main.get_command(application()), "commands", {}))
NAMES = {str(field.validation_alias) for field in Settings.model_fields.values()}
NOT_SETTINGS = {"KEHOACH_EVAL_DIR", "KEHOACH_REAL_MODEL_URL", "KEHOACH_REAL_MODEL", "KEHOACH_PROGRAMS", "KEHOACH_PORT"}
NOT_SETTINGS |= {"KEHOACH_KILLS", "KEHOACH_CAMPAIGN_LOG", "KEHOACH_SCREENSHOTS"}  # for tests


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_commands_settings_and_links_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    typed = set(re.findall(r"(?:\.venv/bin/|`|\$ )kehoach ([a-z][a-z-]+)", text))
    assert typed <= COMMANDS
    named = set(re.findall(r"\b(?:KEHOACH|TELEGRAM|ZALO|WEB|LLM)_[A-Z_]+[A-Z]\b", text))
    assert named <= NAMES | NOT_SETTINGS
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
    assert not [link for link in links if not (page.parent / link).exists()]


def test_the_vietnamese_page_quotes_what_the_bot_really_says() -> None:
    troubles = (ROOT / "docs" / "vi" / "README.md").read_text("utf-8").partition("## 7.")[2]
    told = "\n".join(path.read_text("utf-8") for path in (ROOT / "prompts" / "vi").glob("*.toml"))
    told = re.sub(r"\{\w+\}", "…", told)
    quoted = re.findall(r"^\| \*(.+?)\* \|", troubles, re.M)
    assert len(quoted) >= 7
    for each in quoted:
        plain = re.sub(r"\d+\.\d+\.\d+\.\d+:\d+|(?<=Dòng )\d+|\.env|(?<=Kênh )\w+", "…", each)
        pieces = [piece.strip() for piece in re.split("…", plain) if len(piece.strip()) > 2]
        assert all(piece in told for piece in pieces), each


def test_the_pictures_of_the_documentation_are_small() -> None:
    assert not [path.name for path in (ROOT / "docs" / "screenshots").glob("*.png") if path.stat().st_size > 150_000]


@pytest.mark.parametrize("name", ["chuyen-doi-so.md", "phong-chong-thien-tai.txt"])
def test_pages_count_the_clauses_and_tasks_of_the_samples_as_the_bot_does(name: str) -> None:
    plan = parse(SourceText((ROOT / "samples" / name).read_text("utf-8"), name, name), name, 1)
    told = f"{len(plan.clauses)} điều khoản · {len(plan.assignments)} nhiệm vụ"
    counted = re.findall(rf"{re.escape(name)} · (\d+ điều khoản · \d+ nhiệm vụ)", PAGES[0].read_text("utf-8"))
    assert counted == [told]
