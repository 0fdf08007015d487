"""What `make check` and CI ask, less than a minute's work: the samples' questions and of each other set one plan's."""

from __future__ import annotations

from tests.evaluation.questions import Part, QuestionSet, own_sets


def sample() -> list[QuestionSet]:
    """The samples whole; of each other set those questions that are about its shortest plan alone."""
    samples, *others = own_sets()
    return [samples, *map(_of_shortest, others)]


def _of_shortest(whole: QuestionSet) -> QuestionSet:
    shortest = min(whole.plans, key=lambda path: path.stat().st_size)
    return Part.of(whole, (each for each in whole.questions if each.files == (shortest.name,)))
