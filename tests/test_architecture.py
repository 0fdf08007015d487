"""The house as DESIGN.md draws it: arrows go one way, modules stay small and say what they are for."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# What each room may use of ours. Words are kept in `prompts`, spelling in `language`: whoever needs them may use them.
MAY_USE = {
    "plan": frozenset[str](),
    "prompts": frozenset[str](),
    "language": frozenset({"plan"}),
    "vectorstore": frozenset({"plan", "language"}),
    "ingest": frozenset({"plan", "language", "vectorstore", "prompts"}),
    "reading": frozenset({"plan", "language", "vectorstore", "prompts"}),
    "answer": frozenset({"plan", "language", "vectorstore", "reading", "prompts"}),
    "bot": frozenset({"plan", "language", "vectorstore", "prompts", "ingest", "reading", "answer"}),
}
OURS = frozenset({*MAY_USE, "training", "tests"})
CHANNELS = re.compile(r"bot/(?:telegram|zalo|web)")
LONGEST = 400
SHORTEST = 60  # lines of a module that one other imports; below that the two are one idea
# Short and alone for a reason: a list to add to, programs of their own, a seam; the others wait for work on their room.
ALONE = frozenset(
    {
        *("ingest/clock.py", "training/projection.py", "vectorstore/retriever.py"),
        "ingest/unit_headings.py",
    }
)
UNTRACKED = frozenset({".git", ".venv", "venv", "data", "build", "node_modules"})
TEXT_FILES = frozenset(
    {".py", ".md", ".toml", ".txt", ".jsonl", ".json", ".yml", ".yaml", ".html", ".css", ".js", ".sh", ".service", ""}
)
# What a developer's machine leaves in a file by accident; an example path such as /opt/kehoach is none of these.
MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work/(?:main|shared)|home/[\w.-]+|root|Users/[\w.-]+)/")


def _modules(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def _imports(path: Path) -> tuple[str, ...]:
    """Every module it imports and name it takes, inside functions too; relative imports stay within their room."""
    return tuple(_imported(_tree(path)))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield from (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))


def _rooms(path: Path) -> set[str]:
    return {module.partition(".")[0] for module in _imports(path)} & OURS


@pytest.mark.parametrize("room", MAY_USE)
def test_arrows_go_one_way(room: str) -> None:
    wrong = {_name(path): sorted(_rooms(path) - MAY_USE[room] - {room}) for path in _modules(room)}
    assert not {name: rooms for name, rooms in wrong.items() if rooms}


def test_channels_never_see_the_vectorstore() -> None:
    channels = [path for path in _modules("bot") if CHANNELS.match(_name(path))]
    assert not [_name(path) for path in channels if "vectorstore" in _rooms(path)]


def test_settings_see_no_channel() -> None:
    seen = _imports(ROOT / "bot" / "settings.py")
    assert not [module for module in seen if CHANNELS.match(module.replace(".", "/"))]


WITHOUT = r"""
import importlib, sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0].partition("_")[0] in {"langchain", "chromadb", "torch", "sentence"}:
            raise ImportError(name)
sys.meta_path.insert(0, Missing())
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def test_pure_modules_need_no_langchain() -> None:
    """Parsing, reading and wording import neither LangChain nor a model; only whoever opens the store does."""
    openers = {
        "answer.engine",
        "answer.corpus",
        "ingest.publish",
        "reading.network",
        "reading.decoder",
        "ingest.readers.child",
    }
    names = (_name(path)[:-3].replace("/", ".") for path in _modules("plan", "language", "ingest", "reading", "answer"))
    pure = sorted(set(names) - openers)
    subprocess.run([sys.executable, "-c", WITHOUT, *pure], check=True, cwd=ROOT)


def test_modules_stay_small() -> None:
    lines = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in _modules(*OURS)}
    assert not {name: count for name, count in lines.items() if count > LONGEST}


def test_small_modules_have_two_readers() -> None:
    readers: dict[str, set[Path]] = defaultdict(set)
    for path in _modules(*OURS - {"tests"}):
        for module in _imports(path):
            readers[module].add(path)
    small = [path for path in _modules(*OURS - {"tests"}) if path.read_text(encoding="utf-8").count("\n") < SHORTEST]
    names = {_name(path)[:-3].replace("/", "."): _name(path) for path in small if not path.stem.startswith("__")}
    assert {names[module] for module in names if len(readers[module]) < 2} <= ALONE


def test_nothing_needs_the_command_line() -> None:
    others = [path for path in _modules(*OURS - {"tests"}) if not _name(path).startswith(("bot/cli/", "bot/__main__"))]
    assert not [_name(path) for path in others if any(module.startswith("bot.cli") for module in _imports(path))]


def test_modules_say_what_they_are_for() -> None:
    assert not [_name(path) for path in _modules(*OURS) if not ast.get_docstring(_tree(path))]


def test_no_file_mentions_a_machine() -> None:
    found = {_name(path): MACHINE_PATH.search(path.read_text(encoding="utf-8")) for path in _text_files()}
    assert not {name: match.group() for name, match in found.items() if match}


def _text_files() -> Iterator[Path]:
    """What belongs to the project: not caches, not state, not this list of forbidden words."""
    for folder, inner, files in os.walk(ROOT):
        inner[:] = [name for name in inner if name not in UNTRACKED and not re.search(r"_?cache_?|\.egg-info$", name)]
        inner[:] = [name for name in inner if not name.startswith(".") or name == ".ci"]
        paths = [Path(folder, name) for name in files if name not in UNTRACKED]  # in a worktree .git is a file
        yield from (path for path in paths if path.suffix in TEXT_FILES and path.name != ".env")
