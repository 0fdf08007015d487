"""A decoder that reads a text once and says what it thinks at its end: Gemma 3's layers, in torch alone.

Only what reading needs: no generation, no cache, one text after another in a batch, padded behind. Weights are kept as
8-bit numbers with a scale a row; where the processor multiplies bfloat16 they are widened to that, else to float32.
Source of the architecture: "Gemma 3 Technical Report" (2025), checked against transformers' Gemma3TextModel.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

HIDDEN, INNER, HEADS, HEAD = 640, 2048, 4, 256
EPSILON = 1e-6
SCALE = ".scale"  # behind a matrix's name: the scales of its rows
LOCAL, GLOBAL, EVERY = 10_000.0, 1_000_000.0, 6  # bases of the rotation; each sixth layer looks further


class Norm(nn.Module):
    """Root mean square to one, then a learnt gain."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(width))

    def forward(self, states: Tensor) -> Tensor:
        """Of the same shape and type."""
        wide = states.float()
        wide = wide * torch.rsqrt(wide.pow(2).mean(-1, keepdim=True) + EPSILON)
        return (wide * (1.0 + self.weight.float())).to(states.dtype)


class Attention(nn.Module):
    """Four heads that share one key and one value; each piece sees those before it."""

    def __init__(self) -> None:
        super().__init__()
        self.q_proj = nn.Linear(HIDDEN, HEADS * HEAD, bias=False)
        self.k_proj, self.v_proj = (nn.Linear(HIDDEN, HEAD, bias=False) for _ in range(2))
        self.o_proj = nn.Linear(HEADS * HEAD, HIDDEN, bias=False)
        self.q_norm, self.k_norm = Norm(HEAD), Norm(HEAD)

    def forward(self, states: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
        """(rows, pieces, HIDDEN) to the same."""
        rows, pieces, _ = states.shape
        query = self.q_norm(self.q_proj(states).view(rows, pieces, HEADS, HEAD)).transpose(1, 2)
        key = self.k_norm(self.k_proj(states).view(rows, pieces, 1, HEAD)).transpose(1, 2)
        value = self.v_proj(states).view(rows, pieces, 1, HEAD).transpose(1, 2)
        seen = functional.scaled_dot_product_attention(
            _turned(query, turn),
            _turned(key, turn).expand(-1, HEADS, -1, -1),
            value.expand(-1, HEADS, -1, -1),
            is_causal=True,
            scale=HEAD**-0.5,
        )
        out: Tensor = self.o_proj(seen.transpose(1, 2).reshape(rows, pieces, HEADS * HEAD))
        return out


class Feed(nn.Module):
    """The gated two-layer net of each piece."""

    def __init__(self) -> None:
        super().__init__()
        self.gate_proj, self.up_proj = (nn.Linear(HIDDEN, INNER, bias=False) for _ in range(2))
        self.down_proj = nn.Linear(INNER, HIDDEN, bias=False)

    def forward(self, states: Tensor) -> Tensor:
        """(rows, pieces, HIDDEN) to the same."""
        gate = functional.gelu(self.gate_proj(states), approximate="tanh")
        out: Tensor = self.down_proj(gate * self.up_proj(states))
        return out


class Layer(nn.Module):
    """Attention and feed, each normalised before and behind."""

    def __init__(self) -> None:
        super().__init__()
        self.self_attn, self.mlp = Attention(), Feed()
        self.input_layernorm, self.post_attention_layernorm = Norm(HIDDEN), Norm(HIDDEN)
        self.pre_feedforward_layernorm, self.post_feedforward_layernorm = Norm(HIDDEN), Norm(HIDDEN)

    def forward(self, states: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
        """(rows, pieces, HIDDEN) to the same."""
        states = states + self.post_attention_layernorm(self.self_attn(self.input_layernorm(states), turn))
        fed: Tensor = states + self.post_feedforward_layernorm(self.mlp(self.pre_feedforward_layernorm(states)))
        return fed


class Decoder(nn.Module):
    """Rows of pieces to one number each: what a linear head makes of the last piece's state."""

    def __init__(self, pieces: int, layers: int) -> None:
        super().__init__()
        self.embed_tokens = nn.Embedding(pieces, HIDDEN)
        self.layers = nn.ModuleList([Layer() for _ in range(layers)])
        self.norm, self.head = Norm(HIDDEN), nn.Linear(HIDDEN, 1)

    def forward(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """(rows), float32."""
        longest = max(map(len, rows))
        ids = torch.zeros(len(rows), longest, dtype=torch.long)
        for place, row in enumerate(rows):
            ids[place, : len(row)] = torch.tensor(row)
        states = self.embed_tokens(ids)
        states = states * torch.tensor(HIDDEN**0.5, dtype=states.dtype)
        turns = [_turn(longest, base, states.dtype) for base in (LOCAL, GLOBAL)]
        for number, layer in enumerate(self.layers):
            states = layer(states, turns[(number + 1) % EVERY == 0])
        last = states[torch.arange(len(rows)), torch.tensor([len(row) - 1 for row in rows])]
        out: Tensor = self.head(self.norm(last).float()).squeeze(-1)
        return out


def _turn(pieces: int, base: float, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """Cosine and sine of each place's rotation: (pieces, HEAD) twice."""
    rates = base ** -(torch.arange(0, HEAD, 2).float() / HEAD)
    angles = torch.outer(torch.arange(pieces).float(), rates)
    whole = torch.cat([angles, angles], -1)
    return whole.cos().to(dtype), whole.sin().to(dtype)


def _turned(states: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    one, other = states.chunk(2, -1)
    return states * turn[0] + torch.cat([-other, one], -1) * turn[1]


def load(files: Sequence[Path]) -> Decoder:
    """The decoder as `packed` has written it, ready to read."""
    stored = {name: value for file in files for name, value in load_file(file).items()}
    layers = 1 + max(int(name.split(".")[1]) for name in stored if name.startswith("layers."))
    with torch.device("meta"):
        decoder = Decoder(len(stored["embed_tokens.weight"]), layers)
    wide = torch.bfloat16 if _multiplies_halves() else torch.float32
    weights = {}
    for name, value in stored.items():
        if not name.endswith(SCALE):
            scale = stored.get(name + SCALE)
            weights[name] = value.float() if scale is None else (value.float() * scale.float()[:, None]).to(wide)
    decoder.load_state_dict(weights, assign=True)
    return decoder.eval()


def packed(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Matrices as 8-bit numbers with a scale a row, all else as it is."""
    stored = {}
    for name, value in weights.items():
        if value.dim() < 2 or len(value) == 1:
            stored[name] = value.float()
            continue
        scale = (value.float().abs().amax(1) / 127).clamp(min=1e-8).half()
        stored[name] = (value.float() / scale.float()[:, None]).round().clamp(-127, 127).to(torch.int8)
        stored[name + SCALE] = scale
    return stored


def _multiplies_halves() -> bool:
    """Whether the processor has instructions for bfloat16; without them it is slower than float32."""
    return bool(torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())
