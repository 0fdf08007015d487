"""Every phrase exists in both languages, with the same values, and somebody says it."""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter

import pytest

from prompts import LANGUAGES, phrase, phrases

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("reading", "answer", "bot", "ingest", "vectorstore")


def test_both_languages_have_the_same_phrases() -> None:
    assert phrases("vi").keys() == phrases("en").keys()


@pytest.mark.parametrize("key", sorted(phrases("vi")))
def test_a_phrase_takes_the_same_values_in_both_languages(key: str) -> None:
    vi, en = ({name for _, name, _, _ in Formatter().parse(phrases(each)[key]) if name} for each in LANGUAGES)
    assert vi == en


def test_every_phrase_is_said_somewhere() -> None:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*") if path.suffix in (".py", ".html")]
    source = "\n".join(path.read_text("utf-8") for path in files)
    whole = set(re.findall(r"[\"']([a-z_]+\.[a-z_0-9]+)[\"']", source))
    begun = tuple(re.findall(r"f[\"']([a-z_]+\.[a-z_0-9]*)\{", source))  # such as f"warnings.{code}"
    begun += tuple(re.findall(r"\"([a-z_]+\.[a-z_]+_)\" ~", source))  # the same in a template
    assert not {key for key in phrases("vi") if key not in whole and not key.startswith(begun)}


def test_a_language_we_do_not_speak_is_answered_in_vietnamese() -> None:
    assert phrase("fr", "bot.thanks") == phrase("vi", "bot.thanks")
