"""Conversations over several plans, none selected: is each turn answered rightly after those before it?

    python -m tests.evaluation.dialogues [--only ID,ID]

`tests/questions/dialogues.jsonl` has a dialogue a line: `id`, `aside`, and `turns` as they are typed, each with the
fields of tests/questions/README.md (no evidence: the plan does not say). Misses are listed to learn from; those of the
dialogues kept aside are only counted.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from answer.engine import Engine
from plan.model import Answer
from tests.evaluation import shelf
from tests.evaluation.questions import ROOT, Question, question_of
from tests.evaluation.run import misses
from tests.evaluation.score import judge
from tests.evaluation.table import Asked

FILE = ROOT / "tests" / "questions" / "dialogues.jsonl"
PLANS = (
    ROOT / "samples" / "chuyen-doi-so.md",
    ROOT / "samples" / "phong-chong-thien-tai.txt",
    *sorted((ROOT / "tests" / "questions" / "plans").glob("*.txt")),
)


def dialogues(file: Path = FILE) -> Iterator[tuple[bool, list[Question]]]:
    """Each dialogue: whether it is kept aside, and its turns."""
    for line in file.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        yield told["aside"], [_turn(turn, f"{told['id']}-{n}") for n, turn in enumerate(told["turns"], 1)]


def _turn(turn: dict[str, Any], ident: str) -> Question:
    rest = {"id": ident, "plan": turn["file"], "lang": "", "clause": "", "names_plan": False}
    return question_of({**turn, **rest, "question": turn["q"], "unanswerable": not turn["evidence"]})


def held(turns: Sequence[Question], ask: Callable[..., Answer], texts: Mapping[str, str]) -> list[Asked]:
    """The turns in their order, each after what the one before was about, with no plan selected."""
    topic, asked = None, []
    for turn in turns:
        answer = ask(turn.text, None, topic)
        topic = answer.topic or topic
        asked.append(Asked(turn, answer, judge(turn, answer, texts), 0.0))
    return asked


def told(name: str, asked: Sequence[Asked]) -> str:
    """How many are right, and of those how many that the plan answers and that it does not."""
    kinds = [("said", False), ("not said", True)]
    parts = [(word, [a for a in asked if a.question.unanswerable is kind]) for word, kind in kinds]
    counted = [f"{word} {sum(a.verdict.right for a in of)} of {len(of)}" for word, of in parts]
    return f"{name}: {sum(a.verdict.right for a in asked)} of {len(asked)} right ({', '.join(counted)})"


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Hold the dialogues and score their turns.")
    parser.add_argument("--only", default="", metavar="ID,ID", help="only these dialogues")
    only = [each for each in parser.parse_args().only.split(",") if each]
    library = shelf.library_of(PLANS, shelf.embeddings())
    engine, texts = Engine(library), {path.name: path.read_bytes().decode("utf-8") for path in PLANS}
    chosen = [(aside, turns) for aside, turns in dialogues() if not only or turns[0].id.split("-")[0] in only]
    asked = [(aside, held(turns, engine.ask, texts)) for aside, turns in chosen]
    print(misses([each for aside, turns in asked if not aside for each in turns]))
    for name, kept in (("to learn from", False), ("kept aside", True)):
        of = [turns for aside, turns in asked if aside is kept]
        print(told(f"{name}, first turns", [turns[0] for turns in of]))
        print(told(f"{name}, turns after", [each for turns in of for each in turns[1:]]))
    library.close()


if __name__ == "__main__":
    main()
