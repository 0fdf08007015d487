"""What each part of the bot is worth: the same questions to the stock recipe and to the bot with its parts switched on.

    python -m tests.evaluation.ablation [--set NAME] [--base-model FOLDER] [--json OUT]

`--base-model` is the embedding model before training (training/README says how to make it); without it the whole
table is measured with the model that ships, and the row for training is left out. Every question goes to all
configurations in turn, so that a busy machine slows all alike, and each has a model of its own, so that none profits
from questions another has embedded.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from answer.engine import Engine
from tests.evaluation import shelf
from tests.evaluation.asking import Ask, ask_one
from tests.evaluation.questions import QuestionSet, question_sets
from tests.evaluation.stock import StockRecipe
from tests.evaluation.table import Asked, aligned, percentile, shares
from vectorstore.embedding import ClauseEmbeddings
from vectorstore.library import Library
from vectorstore.plan_index import Scope
from vectorstore.search import Hit, K, Search

SHARES = ("right", "answerable", "first citation", "falsely refused", "unanswerable refused")


@dataclass(frozen=True, slots=True)
class Configuration:
    """A row of the table. `parts` are those switched on: signals of the retriever (words, lines) and the engine's own.

    None is the stock recipe.
    """

    name: str
    parts: tuple[str, ...] | None
    trained: bool = True


CONFIGURATIONS = (
    Configuration("stock recipe", None, trained=False),
    Configuration("+ clauses", (), trained=False),
    Configuration("+ word index", ("words",), trained=False),
    Configuration("+ fine-tuned model", ("words",)),
    Configuration("+ lines", ("words", "lines")),
    Configuration("+ reading", ("words", "lines", "reading")),
)


@dataclass
class Contender:
    """A configuration with its model and all that it has been asked."""

    configuration: Configuration
    embeddings: ClauseEmbeddings
    asked: dict[str, list[Asked]] = field(default_factory=dict)
    library: Library | None = None

    def open(self, questions: QuestionSet) -> tuple[Ask, dict[str, str]]:
        """Ready for one set: how to ask, and what the plans are called."""
        self.asked[questions.name] = []
        if self.configuration.parts is None:
            recipe = StockRecipe(questions.plans, self.embeddings)
            return recipe.ask, {path.name: path.name for path in questions.plans}
        self.library = shelf.library_of(questions.plans, self.embeddings)
        self.library.search = PartialSearch(self.library.search, self.configuration.parts)
        engine = Engine(self.library, reading="reading" in self.configuration.parts)
        engine.ask("ai chủ trì?")  # what is made at the first question does not belong in the figures
        return engine.ask, shelf.plan_ids(self.library)

    def close(self) -> None:
        """Done with a set."""
        if self.library is not None:
            self.library.close()

    def row(self) -> list[str]:
        """As the table shows it."""
        everything = [each for part in self.asked.values() for each in part]
        whole, times = shares(everything), [1000 * each.seconds for each in everything]
        by_set = [_share(shares(part), "right") for part in self.asked.values()]
        speed = [f"{percentile(times, percent):.0f}" for percent in (50, 95)]
        return [self.configuration.name, *by_set, *(_share(whole, name) for name in SHARES), *speed]


class PartialSearch(Search):
    """The search without some of its signals: a signal that is the same for every passage ranks nothing."""

    def __init__(self, whole: Search, parts: Sequence[str]) -> None:
        self._whole_search, self._words_on, self._lines_on = whole, "words" in parts, "lines" in parts

    def candidates(
        self, query: str, forms: Sequence[str] = (), scopes: Sequence[Scope] | None = None, k: int = K
    ) -> list[Hit]:
        """As ever, but muted."""
        return [self._muted(hit) for hit in self._whole_search.candidates(query, forms, scopes, k)]

    def every(self, query: str, forms: Sequence[str], scopes: Sequence[Scope]) -> list[Hit]:
        """As ever, but muted."""
        return [self._muted(hit) for hit in self._whole_search.every(query, forms, scopes)]

    def _muted(self, hit: Hit) -> Hit:
        if not self._words_on:
            hit = replace(hit, bm25=0.0, bm25_folded=0.0, trigram=0.0, heading=0.0)
        return hit if self._lines_on else replace(hit, line=0.0)


def contenders(base_model: str | None) -> Iterator[Contender]:
    """One for each row; without the untrained model the row that shows its training would show nothing."""
    for each in CONFIGURATIONS:
        if base_model is None and each.name == "+ fine-tuned model":
            continue
        yield Contender(each, shelf.embeddings(None if each.trained else base_model))


def ask_all(questions: QuestionSet, rivals: Sequence[Contender]) -> None:
    """Every question to every contender, in turn."""
    ready = [(rival, *rival.open(questions)) for rival in rivals]
    for question in questions.questions:
        for rival, ask, ids in ready:
            rival.asked[questions.name].append(ask_one(question, questions, ask, ids))
    for rival in rivals:
        rival.close()


def table(rivals: Sequence[Contender]) -> str:
    """In Markdown, for docs/evaluation.md."""
    head = ["", *rivals[0].asked, "all", *SHARES[1:], "p50 ms", "p95 ms"]
    return aligned([head, *(rival.row() for rival in rivals)], markdown=True)


def _share(found: dict[str, float], name: str) -> str:
    return f"{found[name]:.3f}" if name in found else "–"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Measure the bot part by part.")
    parser.add_argument("--set", action="append", default=[], dest="names", metavar="NAME", help="only this set")
    parser.add_argument("--base-model", metavar="FOLDER", help="the embedding model before training")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write the figures to a file")
    options = parser.parse_args()
    rivals = list(contenders(options.base_model))
    for each in question_sets(options.names):
        ask_all(each, rivals)
    print(table(rivals))
    if options.json:
        found = {r.configuration.name: {name: shares(part) for name, part in r.asked.items()} for r in rivals}
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
