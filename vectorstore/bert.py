"""A BERT encoder with mean pooling, read from a sentence-transformers folder by torch and tokenizers alone.

The shipped model is one. sentence-transformers computes the same vectors (a test compares them), but importing it and
what it imports (transformers, scikit-learn, SciPy) takes most of the time from starting the bot to its first answer.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional as F

_PARTS = ("Transformer", "Pooling", "Normalize")
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


def has_bfloat16() -> bool:
    """Whether this processor computes in bfloat16; elsewhere it is slower than full precision."""
    return bool(getattr(torch.cpu, "_is_avx512_bf16_supported", bool)())


@lru_cache(maxsize=2)
def _weights(folder: Path) -> dict[str, Tensor]:
    """Held once, however many encoders read them."""
    return {name: tensor.float() for name, tensor in load_file(folder / "model.safetensors").items()}


class BertEncoder:
    """Texts become unit vectors. Not safe to share between threads: the tokenizer pads by state."""

    def __init__(self, folder: Path, max_tokens: int) -> None:
        config = _read(folder / "config.json")
        self._heads, self._layers = int(config["num_attention_heads"]), int(config["num_hidden_layers"])
        self._epsilon = float(config["layer_norm_eps"])
        self._weights = _weights(folder)
        pad = int(config["pad_token_id"])
        self._tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(min(max_tokens, int(config["max_position_embeddings"])))
        self._tokenizer.enable_padding(pad_id=pad, pad_token=self._tokenizer.id_to_token(pad))

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One unit vector per text: as many at once as are given."""
        if not texts:
            return np.empty((0, self._weights["embeddings.LayerNorm.bias"].numel()), np.float32)
        tokens = self._tokenizer.encode_batch([text.strip() for text in texts])
        ids, kinds, mask = (torch.tensor([getattr(each, name) for each in tokens]) for name in _INPUTS)
        with torch.inference_mode():
            states = self._states(ids, kinds, mask.bool())
            weights = mask.unsqueeze(-1).float()
            means = (states * weights).sum(1) / weights.sum(1)
            found: NDArray[np.float32] = F.normalize(means).numpy()
        return found

    def layers(self, texts: Sequence[str], numbers: Sequence[int]) -> list[Layers]:
        """For each text its pieces and their states after certain layers, in bfloat16 where that is faster."""
        tokens = self._tokenizer.encode_batch([text.strip() for text in texts])
        ids, kinds, mask = (torch.tensor([getattr(each, name) for each in tokens]) for name in _INPUTS)
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16()):
            found = [state.float().numpy() for state in self._after(ids, kinds, mask.bool(), numbers)]
        sizes = mask.sum(1).tolist()
        return [
            Layers(ids[row, :size].numpy(), tuple(tokens[row].offsets[:size]), tuple(s[row, :size] for s in found))
            for row, size in enumerate(sizes)
        ]

    def _after(self, ids: Tensor, kinds: Tensor, mask: Tensor, numbers: Sequence[int]) -> list[Tensor]:
        states = self._embedded(ids, kinds)
        kept: dict[int, Tensor] = {}
        for number in range(self._layers):
            states = self._layer(states, mask[:, None, None, :], f"encoder.layer.{number}")
            kept[number + 1] = states
        return [kept[number] for number in numbers]

    def _states(self, ids: Tensor, kinds: Tensor, mask: Tensor) -> Tensor:
        return self._after(ids, kinds, mask, (self._layers,))[0]

    def _embedded(self, ids: Tensor, kinds: Tensor) -> Tensor:
        table, places = self._weights, torch.arange(ids.shape[1])
        states = table["embeddings.word_embeddings.weight"][ids]
        states = states + table["embeddings.token_type_embeddings.weight"][kinds]
        states = states + table["embeddings.position_embeddings.weight"][places]
        return self._norm(states, "embeddings.LayerNorm")

    def _layer(self, states: Tensor, mask: Tensor, name: str) -> Tensor:
        query, key, value = (self._split(self._dense(states, f"{name}.attention.self.{part}")) for part in _ATTENTION)
        attended = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        joined = attended.transpose(1, 2).reshape(states.shape)
        joined = self._dense(joined, f"{name}.attention.output.dense")
        states = self._norm(states + joined, f"{name}.attention.output.LayerNorm")
        wide = F.gelu(self._dense(states, f"{name}.intermediate.dense"))
        return self._norm(states + self._dense(wide, f"{name}.output.dense"), f"{name}.output.LayerNorm")

    def _split(self, states: Tensor) -> Tensor:
        texts, length, width = states.shape
        return states.view(texts, length, self._heads, width // self._heads).transpose(1, 2)

    def _dense(self, states: Tensor, name: str) -> Tensor:
        return F.linear(states, self._weights[f"{name}.weight"], self._weights[f"{name}.bias"])

    def _norm(self, states: Tensor, name: str) -> Tensor:
        weight, bias = self._weights[f"{name}.weight"], self._weights[f"{name}.bias"]
        return F.layer_norm(states, weight.shape, weight, bias, self._epsilon)


_INPUTS = ("ids", "type_ids", "attention_mask")
_ATTENTION = ("query", "key", "value")


def _read(file: Path) -> Any:
    return json.loads(file.read_text(encoding="utf-8"))
