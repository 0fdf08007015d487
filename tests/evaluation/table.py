"""Verdicts as a table: a row for all, for each language, each kind of question and each plan."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from plan.model import Answer
from tests.evaluation.questions import Question
from tests.evaluation.score import Verdict

Cells = Sequence[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what came back."""

    question: Question
    answer: Answer
    verdict: Verdict
    seconds: float


@dataclass(frozen=True, slots=True)
class Column:
    """A share: of the questions that `counts` picks, those for which `holds`."""

    name: str
    counts: Callable[[Asked], bool]
    holds: Callable[[Asked], bool]

    def share(self, asked: Sequence[Asked]) -> tuple[int, int]:
        """How many of how many."""
        counted = [each for each in asked if self.counts(each)]
        return sum(self.holds(each) for each in counted), len(counted)


def _all(_: Asked) -> bool:
    return True


def _answerable(asked: Asked) -> bool:
    return not asked.question.unanswerable


def _given(asked: Asked) -> bool:
    return not asked.verdict.refused


def _found(asked: Asked) -> bool:
    return _answerable(asked) and _given(asked)


def _in_its_plan(asked: Asked) -> bool:
    return any(citation.file in asked.question.files for citation in asked.answer.citations[:1])


def _unanswerable(asked: Asked) -> bool:
    return asked.question.unanswerable


COLUMNS = (
    Column("right", _all, lambda asked: asked.verdict.right),
    Column("answerable", _answerable, lambda asked: asked.verdict.right),
    Column("said", _answerable, lambda asked: asked.verdict.said),
    Column("cited", _answerable, lambda asked: asked.verdict.cited),
    Column("first citation", _answerable, lambda asked: asked.verdict.first),
    Column("falsely refused", _answerable, lambda asked: asked.verdict.refused),
    Column("unanswerable refused", _unanswerable, lambda asked: asked.verdict.refused),
    Column("wrong of given", _given, lambda asked: not asked.verdict.right),
    Column("right plan", _found, _in_its_plan),
    Column("verbatim", _all, lambda asked: asked.verdict.verbatim),
)


def report(asked: Sequence[Asked]) -> str:
    """The whole table."""
    head = ["", "n", *(column.name for column in COLUMNS)]
    return aligned([head, *(_row(name, group) for name, group in _groups(asked))])


def summary(asked: Sequence[Asked]) -> str:
    """One line: shares with their counts, and the seconds a question took."""
    parts = []
    for column in COLUMNS:
        holds, of = column.share(asked)
        parts.append(f"{column.name} {holds}/{of}={_ratio(holds, of)}")
    times = [each.seconds for each in asked]
    return f"{' | '.join(parts)} | seconds p50 {percentile(times, 50):.3f} p95 {percentile(times, 95):.3f}"


def shares(asked: Sequence[Asked]) -> dict[str, float]:
    """The summary as numbers; a share of nothing is left out."""
    counts = {column.name: column.share(asked) for column in COLUMNS}
    return {name: round(holds / of, 4) for name, (holds, of) in counts.items() if of}


def percentile(values: Sequence[float], percent: int) -> float:
    """By linear interpolation; 0 for no values."""
    if len(values) < 2:
        return values[0] if values else 0.0
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def aligned(rows: Sequence[Cells], markdown: bool = False) -> str:
    """Rows as text with columns that stand under each other; in Markdown the same rows can go into a document."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = [[_padded(row, place, width) for place, width in enumerate(widths)] for row in rows]
    if not markdown:
        return "\n".join("  ".join(cells).rstrip() for cells in lines)
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (lines[0], rule, *lines[1:]))


def _padded(row: Cells, place: int, width: int) -> str:
    return row[place].rjust(width) if place else row[place].ljust(width)


def _groups(asked: Sequence[Asked]) -> Iterator[tuple[str, list[Asked]]]:
    yield "all", list(asked)
    for name in ("lang", "kind", "plan"):
        for value in sorted({getattr(each.question, name) for each in asked}):
            yield f"{name} {value}", [each for each in asked if getattr(each.question, name) == value]
    follow_ups = [each for each in asked if each.question.after]
    if follow_ups:
        yield "follow-ups", follow_ups


def _row(name: str, asked: Sequence[Asked]) -> Cells:
    return [name, str(len(asked)), *(_ratio(*column.share(asked)) for column in COLUMNS)]


def _ratio(holds: int, of: int) -> str:
    return f"{holds / of:.3f}" if of else "–"
