"""A folder of whole plans with questions, as its own README describes them: `--reading FOLDER`.

`plans/NAME.txt` or `.md` is a plan, `questions/NAME.jsonl` what is asked of it: `q`, `lang`, `asks`, `evidence`,
`answer`; `why` where the plan does not say, which is the kind the figures are told by; `after` before a follow-up.
Every question is about its own plan.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.evaluation.questions import Evidence, Question, QuestionSet

LIST = "unit_tasks"  # asks for a list, which may be longer than other answers


@dataclass(frozen=True)
class WholePlans(QuestionSet):
    """The questions of such a folder; `source` is its folder of questions."""

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Plan by plan."""
        return tuple(question for path in self.plans for question in self._over(path))

    @cached_property
    def plans(self) -> tuple[Path, ...]:
        """Every plan that has questions."""
        return tuple(path for path in sorted(self.folder.iterdir()) if self._source(path).is_file())

    def only(self, names: Collection[str]) -> tuple[Question, ...]:
        """The questions over the plans so named."""
        unknown = set(names) - {path.stem for path in self.plans}
        if unknown:
            raise LookupError(f"no plan called {', '.join(sorted(unknown))} in {self.folder}")
        return tuple(question for question in self.questions if question.plan in names)

    def _source(self, plan: Path) -> Path:
        return self.source / f"{plan.stem}.jsonl"

    def _over(self, plan: Path) -> Iterator[Question]:
        lines = self._source(plan).read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _question(plan, number, json.loads(line))


def whole_plans(folder: Path) -> WholePlans:
    """The set in this folder; raises LookupError where there is none."""
    if not (folder / "plans").is_dir() or not (folder / "questions").is_dir():
        raise LookupError(f"{folder} has no plans/ and questions/")
    return WholePlans(folder.name, folder / "questions", folder / "plans")


def _question(plan: Path, number: int, fields: dict[str, Any]) -> Question:
    asks, why = fields["asks"], fields.get("why", "")
    return Question(
        id=f"{plan.stem}:{number}",
        plan=plan.stem,
        files=(plan.name,),
        several=False,
        kind=why or (LIST if LIST in asks else asks[0]),
        lang=fields["lang"],
        text=fields["q"],
        answers=tuple((each,) for each in fields["answer"]),
        evidence=tuple(Evidence(plan.name, part) for part in fields["evidence"]),
        clause=(fields["evidence"] or [""])[0],
        names_plan=False,
        unanswerable=bool(why),
        after=fields.get("after", ""),
    )
