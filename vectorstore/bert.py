"""A BERT encoder with mean pooling, read from a sentence-transformers folder by torch and tokenizers alone.

The shipped model is one. sentence-transformers computes nearly the same vectors (a test compares them), but importing
it and what it imports (transformers, scikit-learn, SciPy) takes most of the time from starting the bot to its first
answer. Where the folder tells which features of the states are loud (`training/loudness.py`), the layers multiply 8-bit
numbers: in less than half the time of float32 a text's vector is the same at a cosine of 0.999.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

from vectorstore.embedding import LOUD
from vectorstore.rounding import product, rounded

_Piece = tuple[int, int, tuple[int, int]]  # id, kind, characters

_PARTS = ("Transformer", "Pooling", "Normalize")
# Matrices of a layer by what follows its name; those in brackets are given the same states.
_MATRICES = {
    "attention.self.": ("query", "key", "value"),
    "attention.output.dense": ("",),
    "intermediate.dense": ("",),
    "output.dense": ("",),
}
TINY = 1e-4
_FILES = ("config.json", "modules.json", "tokenizer.json", "model.safetensors", "1_Pooling/config.json")


def is_plain_bert(folder: Path) -> bool:
    """Whether the folder holds what this module computes, and nothing else."""
    if not all((folder / name).is_file() for name in _FILES):
        return False
    config, pooling = _read(folder / "config.json"), _read(folder / "1_Pooling" / "config.json")
    parts = tuple(str(part["type"]).rpartition(".")[2] for part in _read(folder / "modules.json"))
    plain = config.get("model_type") == "bert" and config.get("hidden_act") == "gelu"
    absolute = config.get("position_embedding_type", "absolute") == "absolute"
    modes = [name for name, on in pooling.items() if name.startswith("pooling_mode_") and on]
    return plain and absolute and parts == _PARTS and modes == ["pooling_mode_mean_tokens"]


@dataclass(frozen=True, slots=True)
class Layers:
    """One text: its pieces, the characters each stands for, and their states (pieces, width) after each layer asked."""

    ids: NDArray[np.int64]
    characters: tuple[tuple[int, int], ...]
    states: tuple[NDArray[np.float32], ...]


@dataclass(frozen=True, slots=True)
class Wide:
    """Matrices that are given the same states, as one: float numbers (out, in) and what is added (out)."""

    numbers: Tensor
    bias: Tensor

    def __call__(self, states: Tensor) -> Tensor:
        """(pieces, in) to (pieces, out)."""
        return F.linear(states, self.numbers, self.bias)


@dataclass(frozen=True, slots=True)
class Narrow:
    """The same in 8-bit numbers with a scale a row (out); the states' loud features are quietened first (in)."""

    numbers: Tensor
    scale: Tensor
    bias: Tensor
    quiet: Tensor

    def __call__(self, states: Tensor) -> Tensor:
        return product(rounded(states * self.quiet), self.numbers, self.scale).add_(self.bias)


Matrix = Callable[[Tensor], Tensor]


@lru_cache(maxsize=2)
def _weights(folder: Path) -> tuple[dict[str, Tensor], Mapping[str, Matrix]]:
    """What is looked up or a norm, and the matrices of the layers; held once, however many encoders read them."""
    left = {name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()}
    loud = load_file(folder / LOUD) if (folder / LOUD).is_file() else {}
    matrices: dict[str, Matrix] = {}
    for number in range(sum(name.endswith("intermediate.dense.weight") for name in left)):
        for kind, parts in _MATRICES.items():
            name = f"encoder.layer.{number}.{kind}"
            weight, bias = (torch.cat([left.pop(f"{name}{part}.{of}") for part in parts]) for of in ("weight", "bias"))
            matrices[name] = _matrix(weight, bias, loud.get(name))
    return left, matrices


def _matrix(weight: Tensor, bias: Tensor, loud: Tensor | None) -> Matrix:
    """What the states are divided by, the matrix is multiplied with: half of the loudness goes into each."""
    if loud is None:
        return Wide(weight, bias)
    shift = (loud.float() / weight.abs().amax(0).clamp(min=TINY)).sqrt().clamp(min=TINY)
    numbers, scale = rounded(weight * shift)
    return Narrow(numbers, scale.squeeze(1), bias, 1 / shift)


@lru_cache(maxsize=2)
def _tokenizer(folder: Path) -> Any:
    """Read once too. It neither cuts nor pads: what it does would be state, and encoders differ in it."""
    tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


class BertEncoder:
    """Texts become unit vectors."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        config = _read(folder / "config.json")
        self._heads, self._layers = int(config["num_attention_heads"]), int(config["num_hidden_layers"])
        self._epsilon = float(config["layer_norm_eps"])
        self._weights, self.matrices = _weights(folder)
        self._tokenizer = _tokenizer(folder)
        self._most = min(max_tokens, int(config["max_position_embeddings"]))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector per text: as many at once as are given."""
        if not texts:
            return np.empty((0, self._weights["embeddings.LayerNorm.bias"].numel()), np.float32)
        pieces = self._pieces(texts)
        with torch.inference_mode():
            states = self._after(pieces, (self._layers,))[0]
            means = torch.stack([states[part].mean(0) for part in parts_of(pieces)])
            found: NDArray[np.float32] = F.normalize(means).numpy()
        return found

    def layers(self, texts: Sequence[str], numbers: Sequence[int]) -> list[Layers]:
        """For each text its pieces and their states after certain layers."""
        pieces = self._pieces(texts)
        with torch.inference_mode():
            found = [state.numpy() for state in self._after(pieces, numbers)]
        return [
            Layers(np.array([p[0] for p in each]), tuple(p[2] for p in each), tuple(state[part] for state in found))
            for each, part in zip(pieces, parts_of(pieces), strict=True)
        ]

    def _pieces(self, texts: Sequence[str]) -> list[list[_Piece]]:
        """Of each text; of one too long the first ones and the mark that ends it."""
        tokens = self._tokenizer.encode_batch([text.strip() for text in texts])
        rows = [list(zip(each.ids, each.type_ids, each.offsets, strict=True)) for each in tokens]
        return [row if len(row) <= self._most else [*row[: self._most - 1], row[-1]] for row in rows]

    def _after(self, pieces: Sequence[Sequence[_Piece]], numbers: Sequence[int]) -> list[Tensor]:
        """The states after certain layers, of all texts in one row: nothing is padded."""
        states, parts = self._embedded(pieces), parts_of(pieces)
        kept: dict[int, Tensor] = {}
        for number in range(self._layers):
            states = self._layer(states, parts, f"encoder.layer.{number}")
            kept[number + 1] = states
        return [kept[number] for number in numbers]

    def _embedded(self, pieces: Sequence[Sequence[_Piece]]) -> Tensor:
        table, numbered = self._weights, [(*piece[:2], at) for row in pieces for at, piece in enumerate(row)]
        words, kinds, places = torch.tensor(numbered).unbind(1)
        states = table["embeddings.word_embeddings.weight"][words]
        states = states + table["embeddings.token_type_embeddings.weight"][kinds]
        states = states + table["embeddings.position_embeddings.weight"][places]
        return self._norm(states, "embeddings.LayerNorm")

    def _layer(self, states: Tensor, parts: Sequence[slice], name: str) -> Tensor:
        query, key, value = map(self._split, self.matrices[f"{name}.attention.self."](states).chunk(3, -1))
        seen = [
            F.scaled_dot_product_attention(query[None, :, part], key[None, :, part], value[None, :, part])
            for part in parts
        ]
        attended = torch.cat(seen, 2)[0].transpose(0, 1).reshape(states.shape)
        joined = self.matrices[f"{name}.attention.output.dense"](attended)
        states = self._norm(states + joined, f"{name}.attention.output.LayerNorm")
        wide = self.matrices[f"{name}.output.dense"](F.gelu(self.matrices[f"{name}.intermediate.dense"](states)))
        return self._norm(states + wide, f"{name}.output.LayerNorm")

    def _split(self, states: Tensor) -> Tensor:
        """(pieces, width) to (heads, pieces, width of each)."""
        return states.view(len(states), self._heads, -1).transpose(0, 1)

    def _norm(self, states: Tensor, name: str) -> Tensor:
        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return F.layer_norm(states, weight.shape, weight, bias, self._epsilon)


def parts_of(texts: Sequence[Sequence[object]]) -> list[slice]:
    """Where the pieces of each text stand in the row of all."""
    ends = accumulate(map(len, texts))
    return [slice(end - len(text), end) for end, text in zip(ends, texts, strict=True)]


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))
