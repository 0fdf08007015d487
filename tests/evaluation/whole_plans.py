"""A folder of whole plans with questions, as its own README describes them: `--reading FOLDER`.

`plans/NAME.txt` or `.md` is a plan, `questions/NAME.jsonl` what is asked of it: `q`, `lang`, `asks`, `evidence`,
`answer`; `why` where the plan does not say, which is the kind the figures are told by; `after` before a follow-up.
Every question is about its own plan. `shelves/NAME.jsonl` are asked with none selected: their evidence names its plan,
and where two plans answer one of them is enough.
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
        """Plan by plan, then those over all of them."""
        return (*(question for path in self.plans for question in self._over(path)), *self._over_all())

    @cached_property
    def plans(self) -> tuple[Path, ...]:
        """Every plan that has questions of its own; all of them where questions are asked over all."""
        every = tuple(sorted(self.folder.iterdir()))
        return every if self._shelves() else tuple(path for path in every if self._source(path).is_file())

    def only(self, names: Collection[str]) -> tuple[Question, ...]:
        """The questions over the plans so named."""
        unknown = set(names) - {path.stem for path in self.plans}
        if unknown:
            raise LookupError(f"no plan called {', '.join(sorted(unknown))} in {self.folder}")
        return tuple(question for question in self.questions if question.plan in names)

    def _source(self, plan: Path) -> Path:
        return self.source / f"{plan.stem}.jsonl"

    def _over(self, plan: Path) -> Iterator[Question]:
        if self._source(plan).is_file():
            for number, fields in _rows(self._source(plan)):
                yield _question(plan, number, fields)

    def _shelves(self) -> list[Path]:
        return sorted((self.source.parent / "shelves").glob("*.jsonl"))

    def _over_all(self) -> Iterator[Question]:
        files = {path.stem: path.name for path in self.folder.iterdir()}
        for shelf in self._shelves():
            for number, fields in _rows(shelf):
                yield _over_all(shelf.stem, number, fields, files)


def whole_plans(folder: Path) -> WholePlans:
    """The set in this folder; raises LookupError where there is none."""
    if not (folder / "plans").is_dir() or not (folder / "questions").is_dir():
        raise LookupError(f"{folder} has no plans/ and questions/")
    return WholePlans(folder.name, folder / "questions", folder / "plans")


def _rows(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip():
            yield number, json.loads(line)


def _over_all(shelf: str, number: int, fields: dict[str, Any], files: dict[str, str]) -> Question:
    evidence = tuple(Evidence(files[part["plan"]], part["text"]) for part in fields["evidence"])
    near = [files[fields["nearest"]["plan"]]] if fields.get("nearest") else sorted(files.values())[:1]
    asks, why = fields["asks"], fields.get("why") or ""
    return Question(
        id=f"{shelf}:{number}",
        plan="all",
        files=tuple(dict.fromkeys(part.file for part in evidence)) or tuple(near),
        several=False,
        kind=why or (LIST if LIST in asks else asks[0]),
        lang=fields["lang"],
        text=fields["q"],
        answers=tuple((each,) for each in fields["answer"][: 1 if len({e.file for e in evidence}) > 1 else None]),
        evidence=evidence,
        clause=evidence[0].text if evidence else "",
        names_plan=True,
        unanswerable=bool(why),
        after=fields.get("after") or "",
    )


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
