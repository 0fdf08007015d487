"""The re-ranking model: a real CrossEncoder of random weights, made here; wrong models are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.vectorstore.cross_encoder import make_cross_encoder
from vectorstore.embedding import DEFAULT_MODEL
from vectorstore.errors import ModelMissing, NotAReranker
from vectorstore.reranker import Reranker

needs_model = pytest.mark.skipif(not DEFAULT_MODEL.is_dir(), reason="its tokenizer is borrowed")


@pytest.mark.model
@needs_model
def test_a_cross_encoder_from_a_folder_scores_each_text(tmp_path: Path) -> None:
    reranker = Reranker(make_cross_encoder(tmp_path))
    texts = ["Phòng Kinh tế kiểm tra đê, kè.", "Công an phường tuần tra." * 200, "Phòng Kinh tế kiểm tra đê, kè."]
    scores = reranker.scores("Ai kiểm tra đê?", texts)
    assert scores[0] == pytest.approx(scores[2], abs=1e-5)
    assert scores[0] != pytest.approx(scores[1], abs=1e-7)
    assert reranker.scores("Ai kiểm tra đê?", []) == []


@pytest.mark.model
@needs_model
def test_a_model_of_another_kind_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotAReranker, match="3 numbers"):
        Reranker(make_cross_encoder(tmp_path, labels=3)).scores("?", ["a"])


def test_a_model_that_is_nowhere_is_named() -> None:
    with pytest.raises(ModelMissing, match="re-ranking model no/such-model"):
        Reranker("no/such-model")
