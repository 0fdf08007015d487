"""What the bot was last known to answer rightly, question by question, so that a fall is seen: baseline.json.

`make eval` compares every set with it, `make check` a sample. A change that is meant to move the figures writes it anew
(`python -m tests.evaluation --write-baseline`, and once more with --shelf) and shows them in its commit.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.evaluation.table import Asked

FILE = Path(__file__).with_name("baseline.json")
SHELF = " --shelf"  # after a set's name: asked with no plan selected
ALLOWED = 2  # questions that a set may lose unannounced; more is no noise


@dataclass(frozen=True, slots=True)
class Known:
    """A set as it was measured: how many questions, and the ids of those that went wrong."""

    questions: int
    wrong: tuple[str, ...]

    @property
    def share(self) -> float:
        """Of right answers."""
        return 1 - len(self.wrong) / self.questions


def known(asked: Sequence[Asked]) -> Known:
    """What a run found."""
    return Known(len(asked), tuple(sorted(each.question.id for each in asked if not each.verdict.right)))


def read() -> dict[str, Known]:
    """The baseline by set."""
    found = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return {name: Known(fields["questions"], tuple(fields["wrong"])) for name, fields in found.items()}


def write(results: Mapping[str, Sequence[Asked]]) -> None:
    """These sets anew; the others stay."""
    kept = read() | {name: known(asked) for name, asked in results.items()}
    entries = [f"{json.dumps(name)}: {_line(kept[name])}" for name in sorted(kept)]
    FILE.write_text("{\n" + ",\n".join(entries) + "\n}\n", encoding="utf-8")


def falls(results: Mapping[str, Sequence[Asked]], before: Mapping[str, Known]) -> list[str]:
    """What may not pass: a quote that is not verbatim, a set that lost more than it may. Any part of a set will do."""
    return [fall for name, asked in results.items() for fall in _falls(name, asked, before.get(name))]


def changes(results: Mapping[str, Sequence[Asked]], before: Mapping[str, Known]) -> Iterator[str]:
    """One line a set: questions lost and won against the baseline."""
    for name, asked in results.items():
        if name in before:
            lost, won = _moved(asked, before[name])
            yield f"{name}: lost {len(lost)} ({' '.join(lost)}), won {len(won)} ({' '.join(won)})"
        else:
            yield f"{name}: no baseline"


def _falls(name: str, asked: Sequence[Asked], before: Known | None) -> Iterator[str]:
    altered = [each.question.id for each in asked if not each.verdict.verbatim]
    if altered:
        yield f"{name}: quotes are not verbatim: {' '.join(altered)}"
    if before is None:
        return
    lost, won = _moved(asked, before)
    if len(lost) - len(won) > ALLOWED:
        yield f"{name}: FELL by {len(lost) - len(won)} questions, {ALLOWED} are allowed: {' '.join(lost)}"


def _moved(asked: Sequence[Asked], before: Known) -> tuple[list[str], list[str]]:
    wrong = frozenset(before.wrong)
    lost = [each.question.id for each in asked if not each.verdict.right and each.question.id not in wrong]
    won = [each.question.id for each in asked if each.verdict.right and each.question.id in wrong]
    return lost, won


def _line(entry: Known) -> str:
    return json.dumps(asdict(entry), ensure_ascii=False)
