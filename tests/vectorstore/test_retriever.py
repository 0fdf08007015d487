"""Every passage of the scope comes back with all its signals, and LangChain gets verbatim documents."""

from __future__ import annotations

import numpy as np
import pytest

from tests.vectorstore.conftest import TASKS, FakeEmbeddings, best_of, make_version
from vectorstore.errors import UnknownPlan
from vectorstore.library import Library
from vectorstore.search import Hit


@pytest.fixture
def two_plans(library: Library) -> Library:
    library.publish(make_version("a", 1))
    library.publish(make_version("b", 1, ("Trồng cây xanh; Cơ quan thực hiện: Đoàn Thanh niên", "Tuần tra")))
    return library


def test_all_passages_of_the_scope_and_no_others(two_plans: Library) -> None:
    hits = two_plans.retriever.hits
    assert len(hits("cây")) == 5
    assert {hit.plan_id for hit in hits("cây", scopes=[("b", 1)])} == {"b"}
    assert hits("cây", scopes=[]) == []
    assert hits("  ") == []
    with pytest.raises(UnknownPlan):
        hits("cây", scopes=[("b", 2)])


def test_signals_point_at_passage_and_line(two_plans: Library) -> None:
    hits = two_plans.retriever.hits("Cơ quan thực hiện: Đoàn Thanh niên")
    best = best_of(hits)
    assert (best.plan_id, best.passage.address) == ("b", "I.1")
    assert best.best_line.text == "Cơ quan thực hiện: Đoàn Thanh niên"
    version = two_plans.catalog.version("b", 1)
    assert best.best_line.span.of(version.text).strip() == best.best_line.text
    assert min(best.bm25, best.bm25_folded, best.trigram) > 0
    assert best.heading == 0


def test_a_variant_can_only_help(two_plans: Library) -> None:
    plain = two_plans.retriever.hits("trong cay")
    helped = two_plans.retriever.hits("trong cay", variants=["trồng cây"])
    assert all(_signals(more) >= _signals(less) for more, less in zip(helped, plain, strict=True))
    assert sum(hit.bm25 for hit in helped) > sum(hit.bm25 for hit in plain) == 0


def test_dense_scores_are_exact(two_plans: Library) -> None:
    """The matrix gives what the embeddings themselves give."""
    embeddings = FakeEmbeddings()
    query = np.array(embeddings.embed_query("lụt bão"))
    for hit in two_plans.retriever.hits("lụt bão"):
        vector = np.array(embeddings.embed_query(hit.passage.embedded()))
        cosine = float(vector @ query / np.linalg.norm(vector) / np.linalg.norm(query))
        assert hit.clause == pytest.approx(cosine, abs=2e-4)  # kept as half floats


def test_langchain_gets_verbatim_documents(two_plans: Library) -> None:
    documents = two_plans.retriever.invoke("đào tạo kỹ năng")
    assert documents[0].page_content == TASKS[0]
    assert documents[0].metadata == {
        "plan_id": "a", "version": 1, "file": "a.txt", "address": "I.1", "start": 0, "end": len(TASKS[0]), "page": None,
    }  # fmt: skip


def _signals(hit: Hit) -> np.ndarray:
    class Row(tuple[float, ...]):
        def __ge__(self, other: tuple[float, ...]) -> bool:
            return all(mine >= yours - 1e-6 for mine, yours in zip(self, other, strict=True))

    return Row((hit.clause, hit.line, hit.bm25, hit.bm25_folded, hit.trigram, hit.heading))  # type: ignore[return-value]
