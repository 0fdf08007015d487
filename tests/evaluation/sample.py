"""What `make check` and CI ask in a minute: a third of the samples' questions, half of one plan's of each other set."""

from __future__ import annotations

from tests.evaluation.questions import Part, QuestionSet, own_sets


def sample() -> list[QuestionSet]:
    """Of the samples every third question, and of each other set's about its shortest plan alone every other one."""
    samples, *others = own_sets()
    return [Part.of(samples, samples.questions[::3]), *map(_of_shortest, others)]


def _of_shortest(whole: QuestionSet) -> QuestionSet:
    shortest = min(whole.plans, key=lambda path: path.stat().st_size)
    return Part.of(whole, [each for each in whole.questions if each.files == (shortest.name,)][::2])
