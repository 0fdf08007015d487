"""The stock LangChain recipe, as the baseline every figure of ours is held against.

    python -m tests.evaluation.stock [--set NAME] [--model FOLDER]
    python -m tests.evaluation.stock --batch PLAN... < requests > answers     # speaks `kehoach batch`, for bench

RecursiveCharacterTextSplitter 1000/200, the same embeddings, Chroma, the four nearest pieces, the plan selected. Its
answer is the pieces themselves: it has nothing that could refuse or put a headline above them.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from bot.cli.output import answer_json
from bot.sanitize import json_line
from plan.model import Answer, Citation, Span
from tests.evaluation import shelf
from tests.evaluation.asking import ask_all
from tests.evaluation.questions import Question, QuestionSet, question_sets
from tests.evaluation.score import evidence_spans
from tests.evaluation.table import Asked, report, summary
from vectorstore.embedding import ClauseEmbeddings
from vectorstore.matrix import Embeddings

SIZE, OVERLAP, K = 1000, 200, 4
HIT = 20  # characters of the evidence that a retrieved piece must hold


class StockRecipe:
    """Split, embed, keep in Chroma, fetch the nearest."""

    def __init__(self, plans: Sequence[Path], embeddings: Embeddings) -> None:
        import chromadb
        from chromadb.config import Settings
        from langchain_chroma import Chroma

        client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))
        self._chroma = Chroma(uuid.uuid4().hex, cast(Any, embeddings), client=client)
        for path in plans:
            self.add(path.name, path.read_bytes().decode("utf-8"))

    def add(self, name: str, text: str) -> None:
        """Take a plan in."""
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(chunk_size=SIZE, chunk_overlap=OVERLAP, add_start_index=True)
        self._chroma.add_documents(splitter.create_documents([text], [{"file": name}]))

    def count(self) -> int:
        """How many pieces there are."""
        return int(self._chroma._collection.count())

    def pieces(self, question: str, file: str | None, k: int = K) -> list[Citation]:
        """The nearest pieces, best first, of one file or of all."""
        found = self._chroma.similarity_search(question, k, filter={"file": file} if file else None)
        return [_citation(each.page_content, each.metadata["file"], each.metadata["start_index"]) for each in found]

    def ask(self, question: str, file: str | None = None) -> Answer:
        """The pieces, one under the other."""
        pieces = self.pieces(question, file)
        return Answer("\n\n".join(piece.quote for piece in pieces), tuple(pieces))


def _citation(text: str, file: str, start: int) -> Citation:
    return Citation(file, 1, file, f"@{start}", "", start, start + len(text), text)


def hits(recipe: StockRecipe, questions: QuestionSet, within: int) -> float:
    """Share of the answerable questions whose evidence is touched by one of the first pieces."""
    answerable = [each for each in questions.questions if not each.unanswerable]
    return sum(_is_hit(recipe, each, questions, within) for each in answerable) / len(answerable)


def _is_hit(recipe: StockRecipe, question: Question, questions: QuestionSet, within: int) -> bool:
    proofs = evidence_spans(question, questions.texts)
    return any(
        Span(piece.start, piece.end).overlap(proof) >= min(HIT, proof.end - proof.start)
        for piece in recipe.pieces(question.text, question.selected, within)
        for proof in proofs.get(piece.file, ())
    )


def evaluate(questions: QuestionSet, model: Embeddings) -> tuple[StockRecipe, list[Asked]]:
    """The recipe over one set."""
    recipe = StockRecipe(questions.plans, model)
    return recipe, ask_all(questions, recipe.ask, {path.name: path.name for path in questions.plans})


def batch(plans: Sequence[Path]) -> None:
    """Requests in, answers out, a line each."""
    recipe = StockRecipe(plans, ClauseEmbeddings())  # nothing remembered: starting up is measured too
    for line in sys.stdin:
        request = json.loads(line)
        started = time.perf_counter()
        answer = recipe.ask(request["question"], request["plan"])
        print(json_line(answer_json(answer, time.perf_counter() - started, request["id"])), flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Score the stock LangChain recipe on the question sets.")
    parser.add_argument("--set", action="append", default=[], dest="names", metavar="NAME", help="only this set")
    parser.add_argument("--model", help="another embedding model: a folder")
    parser.add_argument("--batch", nargs="+", type=Path, metavar="PLAN", help="answer requests from standard input")
    options = parser.parse_args()
    if options.batch:
        batch(options.batch)
        return
    model = shelf.embeddings(options.model)
    for each in question_sets(options.names):
        recipe, asked = evaluate(each, model)
        print(f"\n{each.name}\n\n{report(asked)}\n\n{each.name:8} {summary(asked)}")
        print(f"{each.name:8} hit@1 {hits(recipe, each, 1):.3f} | hit@5 {hits(recipe, each, 5):.3f}", flush=True)


if __name__ == "__main__":
    main()
