"""How loud the features of the embedding model get: heard as it computes, and what ships is of the model that ships."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from training.loudness import loudness
from vectorstore.embedding import DEFAULT_MODEL, LOUD

pytestmark = pytest.mark.model


def test_of_more_texts_the_loudest_counts(tmp_path: Path) -> None:
    """What pads the shorter of a batch is heard too, so it may be louder than each alone, never softer."""
    from vectorstore.bert import BertEncoder

    model = tmp_path / "model"
    shutil.copytree(DEFAULT_MODEL, model, ignore=shutil.ignore_patterns(LOUD), copy_function=os.symlink)
    one, other = "passage: Công an xã chủ trì.", "query: kinh phí lấy từ đâu?"
    alone = [loudness(BertEncoder(model, 128), [text]) for text in (one, other)]
    both = loudness(BertEncoder(model, 128), [one, other])
    assert both.keys() == alone[0].keys()
    for name, loud in both.items():
        assert (loud >= torch.maximum(alone[0][name], alone[1][name]) - 0.01).all()
        assert all((loud > each[name] + 0.01).any() for each in alone)


def test_what_ships_names_the_matrices_of_the_model_that_ships() -> None:
    from vectorstore.bert import BertEncoder

    assert load_file(DEFAULT_MODEL / LOUD).keys() == BertEncoder(DEFAULT_MODEL, 128).matrices.keys()
