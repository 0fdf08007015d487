"""The question sets: the samples' own, the one over plans on other subjects, and the shared one where it is at hand.

The fields are described in tests/questions/README.md. Each set is asked over its own plans alone, because a question
over several plans ("Kế hoạch nào …") is right for those only.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


OWN = ("plans", "communes-1", "communes-2", "communes-3")  # sets over plans of their own, one author pass each


@dataclass(frozen=True, slots=True)
class Evidence:
    """A verbatim part of a plan's file that proves an answer."""

    file: str
    text: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question with its known answer and the place that proves it."""

    id: str
    plan: str
    files: tuple[str, ...]
    several: bool  # over several plans: every file needs a citation
    kind: str
    lang: str
    text: str
    answers: tuple[tuple[str, ...], ...]
    evidence: tuple[Evidence, ...]
    clause: str
    names_plan: bool
    unanswerable: bool
    after: str = ""  # the question before it, for a follow-up

    @property
    def selected(self) -> str | None:
        """The file that is selected when it is asked; None when the question itself must tell."""
        return None if self.names_plan or self.several else self.files[0]


@dataclass(frozen=True)
class QuestionSet:
    """Questions and the folder of the plans they are asked over."""

    name: str
    source: Path
    folder: Path

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """In the file's order."""
        lines = self.source.read_text(encoding="utf-8").splitlines()
        return tuple(question_of(json.loads(line)) for line in lines if line.strip())

    @cached_property
    def plans(self) -> tuple[Path, ...]:
        """The plans that its questions name. The folder may hold others, and the same plan in other formats."""
        return tuple(self.folder / file for file in sorted({file for each in self.questions for file in each.files}))

    @cached_property
    def texts(self) -> dict[str, str]:
        """The plans' files by name; their characters are what offsets count."""
        return {path.name: path.read_bytes().decode("utf-8") for path in self.plans}


@dataclass(frozen=True)
class Part(QuestionSet):
    """Some questions of a set, over the plans that these are about."""

    whole: QuestionSet
    chosen: tuple[Question, ...]

    @classmethod
    def of(cls, whole: QuestionSet, chosen: Iterable[Question]) -> Part:
        """Those chosen, in the order given."""
        return cls(whole.name, whole.source, whole.folder, whole, tuple(chosen))

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Those chosen."""
        return self.chosen

    @cached_property
    def plans(self) -> tuple[Path, ...]:
        """The whole set's plans that they name."""
        named = {file for each in self.chosen for file in each.files}
        return tuple(path for path in self.whole.plans if path.name in named)

    @cached_property
    def texts(self) -> dict[str, str]:
        """Those plans' texts."""
        return {path.name: self.whole.texts[path.name] for path in self.plans}


def sampled(whole: QuestionSet, size: int, seed: int) -> QuestionSet:
    """So many questions drawn at random, in the set's order; the same ones for the same seed."""
    if size >= len(whole.questions):
        return whole
    places = sorted(random.Random(seed).sample(range(len(whole.questions)), size))
    return Part.of(whole, (whole.questions[place] for place in places))


def question_of(fields: dict[str, Any]) -> Question:
    """A question from its JSON object."""
    file = fields["file"]
    files = tuple(file) if isinstance(file, list) else (file,)
    return Question(
        id=fields["id"],
        plan=fields["plan"],
        files=files,
        several=isinstance(file, list),
        kind=fields["kind"],
        lang=fields["lang"],
        text=fields["question"],
        answers=tuple(tuple(group) for group in fields["answers"]),
        evidence=tuple(_evidence(part, files) for part in fields["evidence"]),
        clause=fields["clause"],
        names_plan=fields["names_plan"],
        unanswerable=fields["unanswerable"],
    )


def _evidence(part: str | dict[str, str], files: tuple[str, ...]) -> Evidence:
    return Evidence(files[0], part) if isinstance(part, str) else Evidence(part["file"], part["text"])


def shared_folder() -> Path | None:
    """The evaluation folder shared by several checkouts: beside the repository, or where KEHOACH_EVAL_DIR says."""
    folder = Path(os.environ.get("KEHOACH_EVAL_DIR") or ROOT.parent / "shared" / "eval")
    return folder if (folder / "questions.jsonl").is_file() else None


def own_sets() -> tuple[QuestionSet, ...]:
    """The sets that come with the project."""
    folder = ROOT / "tests" / "questions"
    return (
        QuestionSet("samples", folder / "samples.jsonl", ROOT / "samples"),
        *(QuestionSet(name, folder / f"{name}.jsonl", folder / name) for name in OWN),
    )


def shared_set() -> QuestionSet | None:
    """The shared set, None where it is not at hand."""
    folder = shared_folder()
    if folder is None:
        return None
    return QuestionSet("shared", folder / "questions.jsonl", folder.parent / "plans")


def question_sets(names: Iterable[str] = ()) -> Iterator[QuestionSet]:
    """All sets at hand, or those named."""
    shared = shared_set()
    wanted = set(names)
    for each in (*own_sets(), *((shared,) if shared else ())):
        if not wanted or each.name in wanted:
            yield each
