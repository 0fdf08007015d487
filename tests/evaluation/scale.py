"""What a question costs as the shelf grows: `make bench` prints its table.

    python -m tests.evaluation.scale [--sizes 8 64 512] [--long] [--keep FOLDER]

A shelf is made of the plans of the question sets, each copied to as many communes as it takes, under names and numbers
of their own. The copies keep every offset, because a name is changed for one of the same length. Vectors are cheap
stand-ins (a sum of one fixed vector a word), so that finding is measured and not the model. Each size is asked by a
process that has just been started.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import psutil  # type: ignore[import-untyped]
from langchain_core.embeddings import Embeddings

from ingest.parse import parse
from ingest.readers import read_whole
from plan import text as texts
from plan.model import PlanVersion
from tests.evaluation.questions import ROOT, Question, own_sets
from tests.evaluation.table import aligned, percentile
from vectorstore.library import Library
from vectorstore.records import from_record, to_record

SIZES, LONG = (8, 64, 512), 4096
DIMENSIONS, WORDS = 384, 5003
ASKED = 60  # questions for each column of the table
MEGABYTE = 1_000_000
HEAD = ("plans", "clauses", "start-up s", "plan selected p50 / p95 ms", "none selected p50 / p95 / max ms", "MB",
        "publish s", "right plan's clause in 16")  # fmt: skip
_LETTERS = ("bcdghklmnprstvx", "aeiouy")


class CheapEmbeddings(Embeddings):
    """A fixed random vector for each word, summed: texts that share words are near."""

    identity = "cheap@1"

    def __init__(self) -> None:
        self._table = np.random.default_rng(7).normal(size=(WORDS, DIMENSIONS)).astype(np.float32)

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's way in."""
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's way in."""
        words = [zlib.crc32(word.encode()) % WORDS for word in texts.syllables(text)]
        vector: list[float] = self._table[words or [0]].sum(axis=0).tolist()
        return vector


@lru_cache(maxsize=1)
def base_plans() -> list[tuple[PlanVersion, list[Question]]]:
    """The plans of the question sets, with the questions that one of their clauses answers."""
    found = []
    for each in own_sets():
        for path in each.plans:
            version = parse(read_whole(path).source, path.stem, 1)
            mine = [q for q in each.questions if q.files == (path.name,) and q.evidence and not q.unanswerable]
            if version.info.place and mine:
                found.append((version, mine))
    return found


def copy_of(version: PlanVersion, number: int) -> PlanVersion:
    """The plan as another commune would have made it: other names and numbers of the same length."""
    chance = random.Random(number)
    names = {name: _name_like(name, chance) for name in sorted(_names(version), key=len, reverse=True)}
    told = json.dumps([to_record(version), version.text], ensure_ascii=False)
    for name, other in names.items():
        told = told.replace(name, other)
    record, text = json.loads(told)
    made = from_record(record, text)
    source = replace(made.source, sha256=f"{number:064x}")
    return replace(made, plan_id=f"{version.plan_id}-{number}", source=source, ingested_at="2026-01-01T00:00:00Z")


def _names(version: PlanVersion) -> Iterator[str]:
    place = version.info.place.split(" ", 1)[-1]
    yield from (form for form in {place, place.upper()} if len(place) > 3)
    number = version.info.number.split("/")[0]
    if number:
        yield f"{number}/KH"


def _name_like(name: str, chance: random.Random) -> str:
    """Other letters, but the same capitals, blanks and marks of punctuation in the same places."""
    made = "".join(
        str(chance.randint(1, 9)) if c.isdigit() else _letter(at, c, chance) if c.isalpha() else c
        for at, c in enumerate(name)
    )
    return f"{made[:-3]}/KH" if name.endswith("/KH") else made


def _letter(at: int, like: str, chance: random.Random) -> str:
    letter = chance.choice(_LETTERS[at % 2])
    return letter.upper() if like.isupper() else letter


def fill(library: Library, size: int) -> Iterator[tuple[PlanVersion, Sequence[Question], float]]:
    """Publish copies until there are `size` plans; gives each with its questions and how long it took."""
    bases = base_plans()
    have = len(library.catalog.live_keys())
    for number in range(have, size):
        version, questions = bases[number % len(bases)]
        copy = copy_of(version, number)
        started = time.perf_counter()
        library.publish(copy)
        yield copy, questions, time.perf_counter() - started


def opened(folder: Path) -> Library:
    """A library with cheap vectors."""
    return Library.open(folder, embeddings=CheapEmbeddings())


def ask(folder: Path, size: int) -> dict[str, Any]:
    """In a process of its own: what a start and questions cost."""
    started = time.perf_counter()
    library = opened(folder)
    library.search.candidates("cơ quan nào chủ trì")
    ready = time.perf_counter() - started
    asked = list(_questions(size))
    chosen, anywhere, right = [], [], 0
    for version, question, text in asked:
        started = time.perf_counter()
        library.search.candidates(text, (), [(version.plan_id, 1)])
        chosen.append(time.perf_counter() - started)
        started = time.perf_counter()
        hits = library.search.candidates(f"{text} {version.info.place}")
        anywhere.append(time.perf_counter() - started)
        proofs = [version.text.find(_moved(part.text, version, question)) for part in question.evidence]
        right += any(
            hit.plan_id == version.plan_id and any(hit.passage.span.start <= at < hit.passage.span.end for at in proofs)
            for hit in hits[:16]
        )
    memory = psutil.Process().memory_info().rss / MEGABYTE
    clauses = library.catalog.passages()
    library.close()
    return {"clauses": clauses, "ready": ready, "chosen": chosen, "anywhere": anywhere, "memory": memory,
            "right": right / len(asked)}  # fmt: skip


def _questions(size: int) -> Iterator[tuple[PlanVersion, Question, str]]:
    """Questions of some of the plans, as their communes would ask them."""
    bases, chance = base_plans(), random.Random(size)
    for _ in range(ASKED):
        number = chance.randrange(size)
        version, questions = bases[number % len(bases)]
        question = chance.choice(questions)
        yield copy_of(version, number), question, _renamed(version, number, question.text)


def _moved(text: str, version: PlanVersion, question: Question) -> str:
    number = int(version.plan_id.rpartition("-")[2])
    base = next(base for base, questions in base_plans() if question in questions)
    return _renamed(base, number, text)


def _renamed(version: PlanVersion, number: int, text: str) -> str:
    chance = random.Random(number)
    for name in sorted(_names(version), key=len, reverse=True):
        text = text.replace(name, _name_like(name, chance))
    return text


def _asked(folder: Path, size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.evaluation.scale", "--ask", str(folder), "--sizes", str(size)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def row(folder: Path, size: int) -> list[str]:
    """One size: the shelf is filled up to it, then asked."""
    library = opened(folder)
    seconds = [each for _, _, each in fill(library, size)]
    library.close()
    found = _asked(folder, size)
    chosen, anywhere = ([1000 * each for each in found[name]] for name in ("chosen", "anywhere"))
    return [
        str(size),
        f"{found['clauses']:,}",
        f"{found['ready']:.1f}",
        " / ".join(f"{percentile(chosen, p):.0f}" for p in (50, 95)),
        " / ".join(f"{ms:.0f}" for ms in (percentile(anywhere, 50), percentile(anywhere, 95), max(anywhere))),
        f"{found['memory']:.0f}",
        f"{sum(seconds[-8:]) / max(1, len(seconds[-8:])):.2f}",
        f"{found['right']:.2f}",
    ]


def table(sizes: Sequence[int], folder: Path) -> str:
    """In Markdown."""
    return aligned([list(HEAD), *(row(folder, size) for size in sizes)], True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="What a question costs as the shelf grows.")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of plans")
    parser.add_argument("--long", action="store_true", help=f"{LONG} plans too: an hour")
    parser.add_argument("--keep", type=Path, help="fill this folder and keep it")
    parser.add_argument("--ask", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        print(json.dumps(ask(options.ask, options.sizes[0])))
        return
    sizes = [*options.sizes, *([LONG] if options.long else [])]
    with tempfile.TemporaryDirectory() as temporary:
        print(table(sizes, options.keep or Path(temporary)))


if __name__ == "__main__":
    main()
