"""What a question costs as the shelf grows: `make bench` prints its table.

    python -m tests.evaluation.scale [--sizes 8 64 512] [--long] [--keep FOLDER]

A shelf is made of the plans of the question sets, each copied to as many communes as it takes, under names and numbers
of their own. The copies keep every offset, because a name is changed for one of the same length. Vectors are cheap
stand-ins (a sum of one fixed vector a word), so that finding is measured and not the model; the reader, whose cost is
the same at any size, is left out. Each size is asked by a process that has just been started, and beside it the stock
LangChain recipe (splitter, Chroma, four nearest pieces) over the same texts. Half of the questions over all plans name
their commune. Times are the processor's, of the whole process, so that what else a machine does changes them little.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import psutil  # type: ignore[import-untyped]
from langchain_core.embeddings import Embeddings

from answer.candidates import GIVEN, found_among
from answer.engine import Engine
from bot.plans.asking import Asking
from bot.serve import settle
from ingest.parse import parse
from ingest.readers import read_whole
from plan import text as texts
from plan.model import PlanVersion, Span
from plan.records import from_record, to_record
from tests.evaluation.questions import ROOT, Question, own_sets
from tests.evaluation.stock import StockRecipe
from tests.evaluation.table import aligned, percentile
from vectorstore.library import Library

SIZES, LONG = (8, 64, 512), 4096
DIMENSIONS, WORDS = 384, 5003
FIRST = ("Kinh phí thực hiện lấy từ nguồn nào?", "Which unit is in charge of training?")  # asked before it is ready
ASKED = 60  # questions for each column of the table
MEGABYTE = 1_000_000
PUBLISHED, BEYOND = 8, 1_000_000  # plans published to time that, and their numbers
HEAD = ("plans", "", "clauses", "found as pieces", "ready s", "plan selected p50 / p95 ms",
        "none selected p50 / p95 / max ms", "MB", "publish s", f"right plan's clause in {GIVEN}")  # fmt: skip
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
    return list(_base_plans())


def _base_plans() -> Iterator[tuple[PlanVersion, list[Question]]]:
    for each in own_sets():
        for path in each.plans:
            version = parse(read_whole(path).source, path.stem, 1)
            mine = [q for q in each.questions if q.files == (path.name,) and q.evidence and not q.unanswerable]
            if version.info.place and mine:
                yield version, mine


def sample_plans() -> list[PlanVersion]:
    """The plans that ship with the bot, for tests that need many copies of something real."""
    return [version for version, _ in islice(_base_plans(), 2)]


def copy_of(version: PlanVersion, number: int) -> PlanVersion:
    """The plan as another commune would have made it: other names and numbers of the same length."""
    chance = random.Random(number)
    names = {name: _name_like(name, chance) for name in _longest_first(version)}
    told = json.dumps([to_record(version), version.text], ensure_ascii=False)
    for name, other in names.items():
        told = told.replace(name, other)
    record, text = json.loads(told)
    made = from_record(record, text)
    source = replace(made.source, sha256=f"{number:064x}")
    return replace(made, plan_id=f"{version.plan_id}-{number}", source=source, ingested_at="2026-01-01T00:00:00Z")


def _longest_first(version: PlanVersion) -> list[str]:
    """In the same order in every process: questions name the communes of a shelf that another one filled."""
    return sorted(_names(version), key=lambda name: (-len(name), name))


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


def fill(library: Library, size: int) -> Iterator[PlanVersion]:
    """Publish copies until there are `size` plans."""
    bases = base_plans()
    have = len(library.catalog.live_keys())
    for number in range(have, size):
        copy = copy_of(bases[number % len(bases)][0], number)
        library.publish(copy)
        yield copy


def filled(folder: Path, size: int) -> Path:
    """The folder of a shelf of so many plans, begun as a copy of the largest smaller one; one broken off goes on."""
    mine = folder / str(size)
    smaller = [int(each.name) for each in folder.iterdir() if each.name.isdigit() and int(each.name) < size]
    if smaller and not mine.exists():
        shutil.copytree(folder / str(max(smaller)), folder / "copying", dirs_exist_ok=True)
        (folder / "copying").rename(mine)
    library = opened(mine)
    library.clean_up()
    for _ in fill(library, size):
        pass
    library.close()
    return mine


def opened(folder: Path) -> Library:
    """A library with cheap vectors."""
    return Library.open(folder, embeddings=CheapEmbeddings())


def publishing(library: Library) -> float:
    """Processor seconds to publish one more plan: the mean over the same few plans, which go again.

    The first goes and comes uncounted: Chroma is opened then, and adds to its index what was written since its files
    were. That is a cost of starting.
    """
    bases, seconds = base_plans(), []
    for number, (version, _) in enumerate([bases[0], *bases[:PUBLISHED]], BEYOND):
        copy = copy_of(version, number)
        started = time.process_time()
        library.publish(copy)
        seconds.append(time.process_time() - started)
        library.remove(copy.plan_id)
    return sum(seconds[1:]) / PUBLISHED


class Ours:
    """The bot without its reader: understood, found, ranked, composed, proved, with remarks of other plans."""

    def __init__(self, folder: Path, size: int) -> None:
        self.library = opened(folder)
        self.engine = Engine(self.library, reading=False)
        self.asker = Asking(lambda: self.engine, self.library)

    def ask(self, text: str, plan_id: str | None) -> object:
        """One question over one plan or all."""
        return self.asker.ask(text, plan_id)

    def found(self, text: str) -> list[tuple[str, Span]]:
        """The clauses that a reader would be given."""
        understood = self.engine.corpus.understanding.read(text, False)
        ranked = found_among(self.library.search, understood.over(), None)[:GIVEN]
        return [(each.hit.plan_id, each.hit.passage.span) for each in ranked]

    def counts(self) -> tuple[int, int]:
        """How many clauses there are, as lists of plans tell, and what they are found as: with what stands below."""
        return self.library.listed.clauses(), self.library.catalog.passages()


class Stock:
    """LangChain's splitter and Chroma over the same texts, embedded when it starts."""

    def __init__(self, folder: Path, size: int) -> None:
        self.recipe = StockRecipe((), CheapEmbeddings())
        bases = base_plans()
        for number in range(size):
            made = copy_of(bases[number % len(bases)][0], number)
            self.recipe.add(made.plan_id, made.text)

    def ask(self, text: str, plan_id: str | None) -> object:
        """One question over one plan or all."""
        return self.recipe.ask(text, plan_id)

    def found(self, text: str) -> list[tuple[str, Span]]:
        """As many pieces."""
        return [(each.file, Span(each.start, each.end)) for each in self.recipe.pieces(text, None, GIVEN)]

    def counts(self) -> tuple[int, int]:
        """It knows no clauses; how many pieces can be found."""
        return 0, self.recipe.count()


CONTENDERS: dict[str, type[Ours] | type[Stock]] = {"kehoach": Ours, "stock": Stock}


def ask(name: str, folder: Path, size: int) -> dict[str, Any]:
    """In a process of its own: what a start and questions cost."""
    contender = CONTENDERS[name](folder, size)
    for first in FIRST:
        contender.ask(first, None)
    settle()
    ready = time.process_time()
    asked = list(_questions(size))
    chosen, anywhere, right = [], [], 0
    for version, question, text in asked:
        started = time.process_time()
        contender.ask(text, version.plan_id)
        chosen.append(time.process_time() - started)
        somewhere = f"{text} {version.info.place}"
        started = time.process_time()
        contender.ask(somewhere if question.id[-1] in "02468" else text, None)
        anywhere.append(time.process_time() - started)
        proofs = [version.text.find(_moved(part.text, version, question)) for part in question.evidence]
        found = contender.found(somewhere)
        right += any(at >= 0 and _holds(found, version.plan_id, at) for at in proofs)
    memory = psutil.Process().memory_info().rss / MEGABYTE
    return {"counts": contender.counts(), "ready": ready, "chosen": chosen, "anywhere": anywhere, "memory": memory,
            "right": right / len(asked)}  # fmt: skip


def _holds(found: Sequence[tuple[str, Span]], plan_id: str, at: int) -> bool:
    return any(plan == plan_id and span.start <= at < span.end for plan, span in found)


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
    for name in _longest_first(version):
        text = text.replace(name, _name_like(name, chance))
    return text


def _asked(name: str, folder: Path, size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.evaluation.scale", "--ask", name, "--keep", str(folder)]
    done = subprocess.run([*command, "--sizes", str(size)], cwd=ROOT, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def rows(folder: Path, size: int) -> Iterator[list[str]]:
    """One size: the shelf is filled up to it, then asked; the stock recipe beside it."""
    shelf = filled(folder, size)
    library = opened(shelf)
    publish = f"{publishing(library):.2f}"
    library.close()
    yield _row(size, "kehoach", _asked("kehoach", shelf, size), publish)
    if size < LONG:  # it takes longer than all the rest
        yield _row(size, "stock", _asked("stock", shelf, size), "")


def _row(size: int, name: str, found: dict[str, Any], publish: str) -> list[str]:
    chosen, anywhere = ([1000 * each for each in found[name]] for name in ("chosen", "anywhere"))
    return [
        str(size),
        name,
        *(f"{count:,}" if count else "" for count in found["counts"]),
        f"{found['ready']:.1f}",
        " / ".join(f"{percentile(chosen, p):.0f}" for p in (50, 95)),
        " / ".join(f"{ms:.0f}" for ms in (percentile(anywhere, 50), percentile(anywhere, 95), max(anywhere))),
        f"{found['memory']:.0f}",
        publish,
        f"{found['right']:.2f}",
    ]


def table(sizes: Sequence[int], folder: Path) -> str:
    """In Markdown."""
    return aligned([list(HEAD), *(row for size in sizes for row in rows(folder, size))], True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="What a question costs as the shelf grows.")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of plans")
    parser.add_argument("--long", action="store_true", help=f"{LONG} plans too: 20 minutes of a processor")
    parser.add_argument("--keep", type=Path, help="keep the shelves in this folder; those there are not made anew")
    parser.add_argument("--ask", choices=CONTENDERS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.ask:
        print(json.dumps(ask(options.ask, options.keep, options.sizes[0])))
        return
    sizes = [*options.sizes, *([LONG] if options.long else [])]
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        print(table(sizes, folder))


if __name__ == "__main__":
    main()
