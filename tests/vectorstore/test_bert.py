"""The shipped model without sentence-transformers gives the same vectors, and other models still go through it."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from vectorstore.embedding import DEFAULT_MODEL, LOUD, AnyEncoder, ClauseEmbeddings
from vectorstore.matrix import Vectors

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.model,
    pytest.mark.skipif(not DEFAULT_MODEL.is_dir(), reason="the model is not there"),
]


def sampled() -> list[str]:
    lines = (ROOT / "samples" / "van-hoa-doc.txt").read_text("utf-8").splitlines()[:40]
    return [*lines, "", "  query:  ai chủ trì?  ", "rất dài " * 400]


@pytest.fixture(scope="module")
def theirs() -> Vectors:
    """By sentence-transformers, which takes seconds to import."""
    return AnyEncoder(DEFAULT_MODEL, 128).encode(sampled())


def test_the_same_vectors_as_sentence_transformers(tmp_path: Path, theirs: Vectors) -> None:
    """Of a folder that does not tell how loud its features are."""
    from vectorstore.bert import BertEncoder

    model = tmp_path / "model"
    shutil.copytree(DEFAULT_MODEL, model, ignore=shutil.ignore_patterns(LOUD), copy_function=os.symlink)
    ours = BertEncoder(model, 128).encode(sampled())
    assert ours.dtype == np.float32
    assert np.abs(ours - theirs).max() < 1e-5


def test_an_index_made_before_it_was_rounded_stays_good(tmp_path: Path) -> None:
    model = tmp_path / DEFAULT_MODEL.name
    shutil.copytree(DEFAULT_MODEL, model, ignore=shutil.ignore_patterns(LOUD), copy_function=os.symlink)
    assert ClauseEmbeddings(model).identity == ClauseEmbeddings(DEFAULT_MODEL).identity


def test_in_8_bit_numbers_nearly_the_same_vectors(theirs: Vectors) -> None:
    from vectorstore.bert import BertEncoder

    ours = BertEncoder(DEFAULT_MODEL, 128).encode(sampled())
    assert 0.995 < (ours * theirs).sum(1).min() < 1 - 1e-5
    assert np.allclose(np.linalg.norm(ours, axis=1), 1)


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("config.json", {"model_type": "xlm-roberta"}),
        ("config.json", {"hidden_act": "relu"}),
        ("1_Pooling/config.json", {"pooling_mode_cls_token": True}),
    ],
)
def test_any_other_model_goes_through_sentence_transformers(
    tmp_path: Path, file: str, change: dict[str, object]
) -> None:
    from vectorstore.bert import is_plain_bert

    for name in ("config.json", "modules.json", "tokenizer.json", "1_Pooling/config.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes((DEFAULT_MODEL / name).read_bytes())
    (tmp_path / "model.safetensors").touch()
    assert is_plain_bert(tmp_path)
    told = json.loads((tmp_path / file).read_text("utf-8")) | change
    (tmp_path / file).write_text(json.dumps(told), "utf-8")
    assert not is_plain_bert(tmp_path)
