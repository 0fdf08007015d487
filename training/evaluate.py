"""hit@1 and hit@5 on the held-out plans, by language, for three ways to score a clause.

    python -m training.evaluate --model models/kehoach-e5 --data training/data/pairs-*.jsonl

Every question is asked with its own plan selected, as in the product: the candidates are that plan's clauses. Scored
are the clause's vector, the best of its lines' vectors, and the sum of both after each is standardised over the
plan. Two hard settings are measured besides: Vietnamese questions typed without diacritics, and plans that a foreign
OCR engine has read.
"""

import argparse
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sentence_transformers import SentenceTransformer

from plan.text import strip_accents
from training.noise import garble, unspoiled
from training.pairs import QUERY, Pair, clause_passage, line_passage, read_pairs, split

GARBLE_SEED = 7
GARBLE_STRENGTH = 0.75
WAYS = ("clause", "line", "sum")

Floats = NDArray[np.float32]
Change = Callable[[str], str]


@dataclass(frozen=True)
class Place:
    """Where the right clause came for one question (0 is first), by each way of scoring."""

    group: str
    ranks: dict[str, int]


def plan_places(model: SentenceTransformer, pairs: list[Pair], ask: Change, read: Change) -> Iterator[Place]:
    """The places of all questions over one plan; `ask` and `read` change questions and plan text."""
    asked = [(row, question) for row, pair in enumerate(pairs) for question in pair.questions]
    questions = _vectors(model, [QUERY + ask(question.text) for _, question in asked])
    by_way = _scores(model, pairs, questions, read)
    for index, (row, question) in enumerate(asked):
        yield Place(question.lang, {way: _rank(scores[index], row) for way, scores in by_way.items()})


def _scores(model: SentenceTransformer, pairs: list[Pair], questions: Floats, read: Change) -> dict[str, Floats]:
    """Question by clause, for each way."""
    texts = [clause_passage([read(h) for h in pair.headings], read(pair.text)) for pair in pairs]
    clauses = questions @ _vectors(model, texts).T
    lines = [(row, line) for row, pair in enumerate(pairs) for line in pair.lines or [pair.text]]
    line_texts = [line_passage(read(pairs[row].headings[-1]), read(line)) for row, line in lines]
    line_scores = questions @ _vectors(model, line_texts).T
    owners = np.array([row for row, _ in lines])
    best = np.stack([line_scores[:, owners == row].max(axis=1) for row in range(len(pairs))], axis=1)
    return {"clause": clauses, "line": best, "sum": _standard(clauses) + _standard(best)}


def _vectors(model: SentenceTransformer, texts: list[str]) -> Floats:
    return np.asarray(model.encode(texts, batch_size=16, show_progress_bar=False), dtype=np.float32)


def _standard(scores: Floats) -> Floats:
    centred = scores - scores.mean(axis=1, keepdims=True)
    return np.asarray(centred / (scores.std(axis=1, keepdims=True) + 1e-9), dtype=np.float32)


def _rank(scores: Floats, right: int) -> int:
    return int((scores > scores[right]).sum())


def places(model: SentenceTransformer, pairs: list[Pair], ask: Change, read: Change) -> list[Place]:
    """The places of all questions, each within its plan."""
    by_plan: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        by_plan[pair.plan].append(pair)
    return [place for plan in by_plan.values() for place in plan_places(model, plan, ask, read)]


def measure(model: SentenceTransformer, pairs: list[Pair]) -> dict[str, list[Place]]:
    """The places by group: all, each language, and the two hard settings."""
    rng = random.Random(GARBLE_SEED)
    plain = places(model, pairs, unspoiled, unspoiled)
    unaccented = places(model, pairs, strip_accents, unspoiled)
    garbled = places(model, pairs, unspoiled, lambda text: garble(text, rng, GARBLE_STRENGTH))
    groups = {"all": plain}
    for lang in ("vi", "vi-plain", "vi-abbr", "en"):
        groups[lang] = [place for place in plain if place.group == lang]
    groups["vi, accents stripped"] = [place for place in unaccented if place.group in ("vi", "vi-abbr")]
    groups["all, plan garbled"] = garbled
    return groups


def _hits(found: list[Place], way: str, within: int) -> float:
    return float(np.mean([place.ranks[way] < within for place in found]))


def table(groups: dict[str, list[Place]]) -> str:
    """A Markdown table of hit@1 / hit@5."""
    rows = ["| questions | n | " + " | ".join(WAYS) + " |", "|---|---|" + "---|" * len(WAYS)]
    for name, found in groups.items():
        cells = [f"{_hits(found, way, 1):.3f} / {_hits(found, way, 5):.3f}" for way in WAYS]
        rows.append(f"| {name} | {len(found)} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--max-tokens", type=int, default=256)
    options = parser.parse_args()
    model = SentenceTransformer(options.model, device="cpu")
    model.max_seq_length = options.max_tokens
    _, held_out = split(read_pairs(options.data))
    print(table(measure(model, held_out)))


if __name__ == "__main__":
    main()
