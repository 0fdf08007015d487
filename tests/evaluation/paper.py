"""The samples' questions over the same plans as paper: `--set samples-pdf`, `--set samples-scan`.

The files in tests/questions/paper are the two text samples printed and scanned (tests/tools/as_paper.py). Answers are
judged by the same rules; what proves an answer is looked up in the text that was read from the paper, by likeness,
since line ends, marks of Markdown and misread letters differ there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from rapidfuzz import fuzz

from ingest.readers import read
from tests.evaluation.questions import ROOT, Evidence, Question, QuestionSet
from tests.evaluation.score import EvidenceLost

PAPER = ROOT / "tests" / "questions" / "paper"
ENDINGS = {"samples-pdf": ".pdf", "samples-scan": "-quet.pdf"}
LEAST = 80  # how alike (0..100) evidence and the place found for it are


@dataclass(frozen=True)
class PaperSet(QuestionSet):
    """A set whose plans were read from paper."""

    ending: str = ".pdf"

    @property
    def _printed(self) -> QuestionSet:
        return QuestionSet(self.name, self.source, self.folder)

    @cached_property
    def plans(self) -> tuple[Path, ...]:
        """The paper of each plan that the questions name."""
        files = {file for each in self._printed.questions for file in each.files}
        return tuple(PAPER / self._name(file) for file in sorted(files))

    @cached_property
    def texts(self) -> dict[str, str]:
        """What was read from them."""
        return {path.name: read(path).text for path in self.plans}

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """The same questions, about the paper."""
        return tuple(self._over_paper(each) for each in self._printed.questions)

    def _over_paper(self, question: Question) -> Question:
        evidence = tuple(self._moved(question.id, part) for part in question.evidence)
        return replace(question, files=tuple(map(self._name, question.files)), evidence=evidence)

    def _moved(self, ident: str, part: Evidence) -> Evidence:
        name = self._name(part.file)
        found = alike(part.text, self.texts[name])
        if not found:
            raise EvidenceLost(f"{ident}: not in {name}: {part.text[:60]!r}")
        return Evidence(name, found)

    def _name(self, file: str) -> str:
        return f"{Path(file).stem}{self.ending}"


def alike(part: str, text: str) -> str:
    """The place in a text that says most nearly the same; '' when none does."""
    plain = re.sub(r"[*_#|\s]+", " ", part).strip()
    found = fuzz.partial_ratio_alignment(plain.lower(), re.sub(r"\s", " ", text).lower(), score_cutoff=LEAST)
    return text[found.dest_start : found.dest_end] if found else ""


def paper_sets(samples: QuestionSet) -> Iterator[QuestionSet]:
    """Both forms of the samples."""
    for name, ending in ENDINGS.items():
        yield PaperSet(name, samples.source, samples.folder, ending)
