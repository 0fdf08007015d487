"""The embedding model: prefixes, order, identity."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from vectorstore.embedding import ClauseEmbeddings, Prefixes
from vectorstore.errors import ModelMissing


class LettersModel:
    """Stands for a SentenceTransformer: how often each letter of 'abc' occurs. Remembers what it was given."""

    def __init__(self) -> None:
        self.given: list[list[str]] = []

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        self.given.append(list(texts))
        return np.array([[text.count(letter) + 0.1 for letter in "abc"] for text in texts])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    told = {"prompts": {"query": "ask: ", "document": "told: "}}
    (tmp_path / "config_sentence_transformers.json").write_text(json.dumps(told), encoding="utf-8")
    (tmp_path / "model.safetensors").write_bytes(bytes(10_000_000))
    return tmp_path


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> LettersModel:
    stand_in = LettersModel()
    monkeypatch.setattr(ClauseEmbeddings, "_model", stand_in)
    return stand_in


def test_prefixes_come_from_the_model_unless_set(folder: Path) -> None:
    assert ClauseEmbeddings(folder).prefixes == ("ask: ", "told: ")
    assert ClauseEmbeddings(folder, prefixes=Prefixes("q ", "p ")).prefixes == ("q ", "p ")


def test_texts_come_back_in_their_order(folder: Path, model: LettersModel) -> None:
    texts = [letter * (40 - number) for number in range(40) for letter in "abc"[number % 3]]
    seen: list[tuple[int, int]] = []
    vectors = ClauseEmbeddings(folder).passages(texts, lambda done, total: seen.append((done, total)))
    assert vectors.dtype == np.float32
    assert vectors.argmax(axis=1).tolist() == [number % 3 for number in range(40)]
    assert seen == [(16, 40), (32, 40), (40, 40)]
    assert all(text.startswith("told: ") for batch in model.given for text in batch)


def test_a_question_is_embedded_once(folder: Path, model: LettersModel) -> None:
    embeddings = ClauseEmbeddings(folder)
    embeddings.queries(["a", "b"])
    embeddings.queries(["b", "a", "c"])
    assert embeddings.embed_query("c")[2] > 1
    assert model.given == [["ask: a", "ask: b"], ["ask: c"]]


def test_identity_changes_with_content_and_settings(folder: Path) -> None:
    first = ClauseEmbeddings(folder).identity
    assert first == ClauseEmbeddings(folder).identity
    assert first != ClauseEmbeddings(folder, max_tokens=64).identity
    with (folder / "model.safetensors").open("r+b") as file:
        file.write(b"trained")
    assert first != ClauseEmbeddings(folder).identity


def test_a_model_that_is_nowhere_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="no/such-model"):
        ClauseEmbeddings("no/such-model")
