"""The settings are the manual: `.env.example` says the same."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.app import fixed_roles, is_loopback, open_channels
from bot.i18n import written
from bot.people import Role
from bot.settings import Settings, example

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without anybody's .env, and an environment without our settings."""
    monkeypatch.chdir(tmp_path)
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    return tmp_path


def test_a_moment_is_written_in_the_time_of_the_office_whatever_the_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert written("2026-03-15T23:30:00+00:00") == "16/03/2026 06:30"  # an evening where the clock counts in UTC
        assert written(86400.0) == "02/01/1970 07:00"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_example_file_is_up_to_date() -> None:
    assert (ROOT / ".env.example").read_text("utf-8") == example()


def test_every_setting_says_what_it_means() -> None:
    assert all(field.description and field.validation_alias for field in Settings.model_fields.values())


def test_the_uncommented_example_is_the_default(elsewhere: Path) -> None:
    text = "\n".join(line.removeprefix("#") for line in example().splitlines() if "=" in line and line[1] != " ")
    defaults = Settings()
    (elsewhere / ".env").write_text(text, "utf-8")
    assert Settings() == defaults


def test_the_environment_wins_over_the_file(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (elsewhere / ".env").write_text("WEB_PORT=1\nWEB_HOST=127.0.0.2\n", "utf-8")
    monkeypatch.setenv("WEB_PORT", "2")
    settings = Settings()
    assert (settings.web_port, settings.web_host) == (2, "127.0.0.2")


def test_people_of_the_settings() -> None:
    settings = Settings(telegram_admin_ids="1, 2", telegram_officer_ids="2,3", zalo_officer_ids="ab")
    assert fixed_roles(settings) == {
        ("telegram", "1"): Role.ADMIN,
        ("telegram", "2"): Role.ADMIN,
        ("telegram", "3"): Role.OFFICER,
        ("zalo", "ab"): Role.OFFICER,
    }


def test_a_token_does_not_show_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "123:hush")
    assert "hush" not in repr(Settings())


@pytest.mark.parametrize(
    ("host", "open_"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("pc", False)]
)
def test_the_web_page_is_open_on_this_machine_only(host: str, open_: bool) -> None:
    assert is_loopback(host) is open_
    assert ("web" in open_channels(Settings(web_host=host))) is open_
