"""Ask every question of every set and print what came of it: `make eval`.

    python -m tests.evaluation [--set NAME] [--shelf] [--sample N] [--seed S] [--misses] [--json OUT] [--fresh]
                                [--model FOLDER] [--reader model|recorded] [--write-baseline]
    python -m tests.evaluation --reading FOLDER [--only PLAN,PLAN] …

The engine is asked in this process, exactly as `kehoach batch` asks it: with the plan selected, or with none when the
question names it or is about several. With --shelf no plan is selected, and all own plans and the set's lie in one
library (with --reading: all plans of that folder), as officers ask.

The sets are samples, plans, communes-1, -2, -3 and, where it is at hand, shared; by name also samples-pdf and
samples-scan. --reading takes a folder of whole plans with questions instead (`tests/evaluation/whole_plans.py`).
With --reader a language model reads (see `tests.evaluation.model_reader`).

The own sets and the shared one are compared with baseline.json; exit 1 when one lost more questions than a set may.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from typing import Any

from answer.engine import Engine
from bot.cli.output import answer_json
from tests.evaluation import baseline, shelf
from tests.evaluation.asking import FAULT, ask_all, judged
from tests.evaluation.model_reader import KINDS, model_reader, told
from tests.evaluation.paper import paper_sets
from tests.evaluation.questions import Part, QuestionSet, own_sets, question_sets, sampled
from tests.evaluation.table import Asked, report, shares, summary
from tests.evaluation.whole_plans import WholePlans, whole_plans
from vectorstore.embedding import ClauseEmbeddings
from vectorstore.library import Library

SHOWN = 300  # characters of a wrong answer in the list of misses


def evaluate(
    questions: QuestionSet, model: ClauseEmbeddings, fresh: bool = False, over: Callable[[Library], Engine] = Engine
) -> list[Asked]:
    """The bot as it ships over one set."""
    library = shelf.library_of(questions.plans, model, fresh)
    try:
        engine = over(library)
        engine.ask("?")  # the model loads with the first question; start-up is measured by bench, not here
        return ask_all(questions, engine.ask, shelf.plan_ids(library))
    finally:
        library.close()


def evaluate_on_shelf(
    questions: QuestionSet, model: ClauseEmbeddings, fresh: bool = False, over: Callable[[Library], Engine] = Engine
) -> list[Asked]:
    """The bot with no plan selected over a library that holds many; but for questions over several plans of a set.

    A question that its own plan does not answer must be refused here too, though another plan may say such a thing.
    """
    texts = {path.name: path.read_bytes().decode("utf-8") for path in _shelf_of(questions)}
    library = shelf.library_of(_shelf_of(questions), model, fresh)
    try:
        engine = over(library)
        engine.ask("?")
        return [judged(each, engine.ask, None, texts) for each in questions.questions if not each.several]
    finally:
        library.close()


def _shelf_of(questions: QuestionSet) -> tuple[Path, ...]:
    """The plans that lie beside the set's own."""
    whole = questions.whole if isinstance(questions, Part) else questions
    if isinstance(whole, WholePlans):
        return whole.plans
    return tuple(dict.fromkeys(path for each in (*own_sets(), whole) for path in each.plans))


def misses(asked: Sequence[Asked]) -> str:
    """Each question that went wrong: wanted, got, and what exactly is missing."""
    return "\n".join(_miss(each) for each in asked if not each.verdict.right)


def _miss(asked: Asked) -> str:
    question, answer, verdict = asked.question, asked.answer, asked.verdict
    wanted = (
        "a refusal" if question.unanswerable else f"{[list(group) for group in question.answers]} at {question.clause}"
    )
    cited = [f"{citation.file}:{citation.clause}" for citation in answer.citations[:5]]
    return (
        f"- {question.id} [{question.kind}, {question.lang}, {_fault(asked)}] {question.text}\n"
        f"    wanted {wanted}\n"
        f"    got    {'(refused) ' if verdict.refused else ''}{answer.text[:SHOWN]!r} [{answer.reason}]\n"
        f"    citing {cited}"
    )


def _fault(asked: Asked) -> str:
    """The first thing wrong, in the order an officer would notice it."""
    verdict = asked.verdict
    if asked.answer.reason == FAULT:
        return FAULT
    if asked.question.unanswerable:
        return "not refused"
    if verdict.refused:
        return "falsely refused"
    if not verdict.cited:
        return "wrong clause"
    return "not said"


def as_json(asked: Sequence[Asked]) -> dict[str, Any]:
    """A set's figures and every answer, to compare two runs by."""
    return {"shares": shares(asked), "answers": [_row(each) for each in asked]}


def _row(asked: Asked) -> dict[str, Any]:
    verdict = asked.verdict
    marks = {name: getattr(verdict, name) for name in ("right", "said", "cited", "first", "verbatim")}
    fault = {} if verdict.right else {"fault": _fault(asked)}
    return {**answer_json(asked.answer, asked.seconds, asked.question.id), **marks, **fault}


def sets_of(options: argparse.Namespace) -> Iterator[QuestionSet]:
    """What the command line asks for; raises LookupError where it is not at hand."""
    for each in _whole_sets(options):
        yield sampled(each, options.sample, options.seed) if options.sample else each


def _sets_or_exit(options: argparse.Namespace) -> list[QuestionSet]:
    try:
        return list(sets_of(options))
    except LookupError as error:
        sys.exit(str(error.args[0]))


def _whole_sets(options: argparse.Namespace) -> Sequence[QuestionSet]:
    if options.reading:
        whole = whole_plans(options.reading)
        return [Part.of(whole, whole.only(options.only.split(","))) if options.only else whole]
    papers = [each for each in paper_sets(own_sets()[0]) if each.name in options.names]
    sets = [*question_sets(options.names), *papers]
    if not sets:
        raise LookupError(f"No question set called {', '.join(options.names)} is at hand.")
    return sets


def main(argv: Sequence[str] | None = None) -> None:
    """Command line."""
    options = _parser().parse_args(argv)
    model = shelf.embeddings(options.model)
    ask: Callable[..., list[Asked]] = evaluate_on_shelf if options.shelf else evaluate
    results: dict[str, list[Asked]] = {}
    with model_reader(options.reader) if options.reader else nullcontext() as reader:
        for each in _sets_or_exit(options):
            name = each.name + (baseline.SHELF if options.shelf else "")
            asked = ask(each, model, options.fresh, partial(Engine, readers=[reader] if reader else []))
            results[name] = _tell(each, name, asked, options.misses)
        if reader:
            print(f"{options.reader}: {told(reader)}\n")
    print("\n".join(f"{name:8} {summary(asked)}" for name, asked in results.items()))
    if options.json:
        found = {name: as_json(asked) for name, asked in results.items()}
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _compare(results, options)


def _tell(questions: QuestionSet, name: str, asked: list[Asked], all_misses: bool) -> list[Asked]:
    print(f"\n{name}: {len(asked)} questions over {len(questions.plans)} plans\n\n{report(asked)}\n", flush=True)
    if all_misses:
        print(f"{misses(asked)}\n", flush=True)
    return asked


def _compare(results: dict[str, list[Asked]], options: argparse.Namespace) -> None:
    """With the baseline, or into it; other models and other plans have none."""
    if options.reading or options.model or options.reader:
        return
    if options.write_baseline:
        baseline.write(results)
        return
    fallen = baseline.falls(results, baseline.read())
    print("\n".join(["", *baseline.changes(results, baseline.read()), *fallen]))
    if fallen:
        sys.exit(1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Ask the question sets and score the answers.")
    add = parser.add_argument
    add("--set", action="append", default=[], dest="names", metavar="NAME", help="samples, plans, shared …")
    add("--shelf", action="store_true", help="no plan selected, all plans in one library")
    add("--reading", type=Path, metavar="FOLDER", help="a folder of whole plans with questions instead of the sets")
    add("--only", metavar="PLAN,PLAN", help="of that folder only the questions over these plans")
    add("--sample", type=int, metavar="N", help="only so many questions of each set, drawn at random")
    add("--seed", type=int, default=1, metavar="S", help="draws other ones")
    add("--misses", action="store_true", help="list the questions that went wrong")
    add("--json", type=Path, metavar="OUT", help="write figures and answers to a file")
    add("--fresh", action="store_true", help="ingest the plans anew")
    add("--model", help="another embedding model: a folder")
    add("--reader", choices=KINDS, help="a language model reads: the one of LLM_MODEL, or the recorded answers")
    add("--write-baseline", action="store_true", help="what was found is what later runs are compared with")
    return parser


if __name__ == "__main__":
    main()
