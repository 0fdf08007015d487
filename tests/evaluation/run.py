"""Ask every question of every set and print what came of it: `make eval`.

    python -m tests.evaluation [--set NAME] [--misses] [--json OUT] [--fresh] [--model FOLDER]
                                [--phrased good|lying]

With --phrased each set is asked once more with a scripted language model behind the engine.
The sets are samples, plans and, where it is at hand, shared; by name also samples-pdf and samples-scan.

The engine is asked in this process, exactly as `kehoach batch` asks it: with the plan selected, or with none when the
question names it or is about several.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from answer.engine import Engine
from bot.wire import answer_json
from tests.evaluation import shelf
from tests.evaluation.asking import FAULT, ask_all
from tests.evaluation.paper import paper_sets
from tests.evaluation.phrased import PLAYERS, phrasing, told
from tests.evaluation.questions import QuestionSet, own_sets, question_sets
from tests.evaluation.table import Asked, report, shares, summary
from vectorstore.embedding import ClauseEmbeddings

SHOWN = 300  # characters of a wrong answer in the list of misses


def evaluate(questions: QuestionSet, model: ClauseEmbeddings, fresh: bool = False) -> list[Asked]:
    """The bot as it ships over one set."""
    library = shelf.library_of(questions.plans, model, fresh)
    try:
        engine = Engine(library, reranker=shelf.reranker())
        engine.ask("?")  # the model loads with the first question; start-up is measured by bench, not here
        return ask_all(questions, engine.ask, shelf.plan_ids(library))
    finally:
        library.close()


def evaluate_phrased(questions: QuestionSet, model: ClauseEmbeddings, player: str) -> tuple[list[Asked], str]:
    """The bot with a scripted language model over one set, and what became of the model's sentences."""
    library = shelf.library_of(questions.plans, model)
    try:
        with phrasing(Engine(library, reranker=shelf.reranker()), player) as engine:
            asked = ask_all(questions, engine.ask, shelf.plan_ids(library))
            return asked, told(engine.phraser.ledger.totals(0))
    finally:
        library.close()


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


def main(argv: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Ask the question sets and score the answers.")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        dest="names",
        metavar="NAME",
        help="samples, plans, shared; samples-pdf, samples-scan",
    )
    parser.add_argument("--misses", action="store_true", help="list the questions that went wrong")
    parser.add_argument("--json", type=Path, metavar="OUT", help="write figures and answers to a file")
    parser.add_argument("--fresh", action="store_true", help="ingest the plans anew")
    parser.add_argument("--model", help="another embedding model: a folder")
    parser.add_argument("--phrased", choices=sorted(PLAYERS), help="once more with this scripted language model")
    options = parser.parse_args(argv)
    sets = [*question_sets(options.names), *(each for each in paper_sets(own_sets()[0]) if each.name in options.names)]
    if not sets:
        sys.exit(f"No question set called {', '.join(options.names)} is at hand.")
    results, model = {}, shelf.embeddings(options.model)
    for each in sets:
        asked = evaluate(each, model, options.fresh)
        results[each.name] = asked
        print(f"\n{each.name}: {len(asked)} questions over {len(each.plans)} plans\n\n{report(asked)}\n", flush=True)
        if options.misses:
            print(f"{misses(asked)}\n", flush=True)
        if options.phrased:
            again, calls = evaluate_phrased(each, model, options.phrased)
            results[f"{each.name} phrased"] = again
            print(f"{each.name} phrased by a {options.phrased} model: {calls}\n\n{report(again)}\n", flush=True)
            if options.misses:
                print(f"{misses(again)}\n", flush=True)
    print("\n".join(f"{name:8} {summary(asked)}" for name, asked in results.items()))
    if options.json:
        found = {name: as_json(asked) for name, asked in results.items()}
        options.json.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
