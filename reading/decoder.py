"""A decoder that reads a text once and says what it thinks at its end: Gemma 3's layers, in torch alone.

Only what reading needs: no generation, the pieces of all texts in one row, so that nothing is padded; of the last layer
only the last piece of each text. A piece sees only those before it, so what the layers made of a clause is kept, and
of the next question about it only the question is read: it comes to the same, bit for bit. Weights are 8-bit numbers
with a scale a row, and so are, piece by piece, the states they are multiplied with: on two cores with instructions for
such numbers that is twice as fast as in float32, without them no slower, and it gives the same on every processor.
Source of the architecture: "Gemma 3
Technical Report" (2025), checked against transformers' Gemma3TextModel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from vectorstore.bert import parts_of
from vectorstore.rounding import Rounded, product, rounded

HIDDEN, INNER, HEADS, HEAD = 640, 2048, 4, 256
EPSILON = 1e-6
SCALE = ".scale"  # behind a matrix's name: the scales of its rows
LOCAL, GLOBAL, EVERY = 10_000.0, 1_000_000.0, 6  # bases of the rotation; each sixth layer looks further


class Given:
    """States as the matrices of a layer are given them: rounded once for all, where they are wanted rounded."""

    def __init__(self, states: Tensor) -> None:
        self.shape = states.shape[:-1]
        self.wide = states.reshape(-1, states.shape[-1])

    @cached_property
    def rounded(self) -> Rounded:
        """As numbers and scales."""
        return rounded(self.wide.detach())


class Wide(nn.Module):
    """A matrix of float numbers, as the language model has it."""

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outer, inner))

    def forward(self, given: Given) -> Tensor:
        """(…, inner) to (…, outer)."""
        return functional.linear(given.wide, self.weight).view(*given.shape, -1)


class Narrow(nn.Module):
    """A matrix of 8-bit numbers with a scale a row."""

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outer, inner, dtype=torch.int8), requires_grad=False)
        self.scale = nn.Parameter(torch.zeros(outer), requires_grad=False)

    def forward(self, given: Given) -> Tensor:
        """(…, inner) to (…, outer)."""
        return product(given.rounded, self.weight, self.scale).view(*given.shape, -1)


Matrix = Callable[[int, int], nn.Module]


@dataclass(frozen=True, slots=True)
class Text:
    """Pieces to be read: those of a clause, none where it has been read before, and of a question behind it."""

    clause: Sequence[int]
    question: Sequence[int]
    before: Tensor  # what the layers made of a clause that has been read: (layers, pieces, 2, HEAD), half precision

    @property
    def pieces(self) -> list[int]:
        """Those that are read now."""
        return [*self.clause, *self.question]


class Row:
    """The pieces of all texts in one row, and what each layer makes of them."""

    def __init__(self, texts: Sequence[Text]) -> None:
        self.texts, self.pieces = texts, [text.pieces for text in texts]
        self.parts = parts_of(self.pieces)
        self.seen: list[Tensor] = []  # a layer's keys and values: (pieces, 2, HEAD), half precision
        places = torch.cat([torch.arange(len(text.pieces)) + text.before.shape[1] for text in texts])
        self.turns = [_turn(places, base) for base in (LOCAL, GLOBAL)]

    def clause(self, number: int) -> Tensor:
        """What the layers made of a text's clause, now or before; `Text.before` wants it for the next question."""
        text, start = self.texts[number], self.parts[number].start
        if not text.clause:
            return text.before
        return torch.stack([layer[start : start + len(text.clause)] for layer in self.seen])


class Pieces(nn.Module):
    """What each piece stands for: rows of 8-bit numbers with a scale each."""

    def __init__(self, pieces: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(pieces, HIDDEN, dtype=torch.int8), requires_grad=False)
        self.scale = nn.Parameter(torch.zeros(pieces), requires_grad=False)

    def forward(self, ids: Tensor) -> Tensor:
        """(…) to (…, HIDDEN)."""
        return self.weight[ids].float() * self.scale[ids].unsqueeze(-1)


class Norm(nn.Module):
    """Root mean square to one, then a learnt gain."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(width))

    def forward(self, states: Tensor) -> Tensor:
        """Of the same shape."""
        return functional.rms_norm(states, states.shape[-1:], 1.0 + self.weight, EPSILON)


class Attention(nn.Module):
    """Four heads that share one key and one value; each piece sees those before it."""

    def __init__(self, matrix: Matrix) -> None:
        super().__init__()
        self.q_proj = matrix(HIDDEN, HEADS * HEAD)
        self.k_proj, self.v_proj = (matrix(HIDDEN, HEAD) for _ in range(2))
        self.o_proj = matrix(HEADS * HEAD, HIDDEN)
        self.q_norm, self.k_norm = Norm(HEAD), Norm(HEAD)

    def forward(self, states: Tensor, row: Row, layer: int, last: Tensor | None = None) -> Tensor:
        """(pieces, HIDDEN) to the same, or to (texts, HIDDEN) where only the `last` piece of each is wanted."""
        given, turn = Given(states), row.turns[(layer + 1) % EVERY == 0]
        key = _turned(self.k_norm(self.k_proj(given)), turn)
        row.seen.append(torch.stack([key, self.v_proj(given)], 1).half())
        asking = given if last is None else Given(states[last])
        query = self.q_norm(self.q_proj(asking).view(-1, HEADS, HEAD)).transpose(0, 1)
        query = _turned(query, turn if last is None else tuple(part[last] for part in turn))
        seen = torch.cat(list(_seen(query, row, layer)), 1)
        out: Tensor = self.o_proj(Given(seen.transpose(0, 1).reshape(-1, HEADS * HEAD)))
        return out


def _seen(query: Tensor, row: Row, layer: int) -> Iterator[Tensor]:
    """What the pieces of each text see, or the last of each: a clause's own first, as if it stood alone."""
    whole = query.shape[1] == len(row.seen[layer])
    for number, (text, part) in enumerate(zip(row.texts, row.parts, strict=True)):
        known = torch.cat([text.before[layer], row.seen[layer][part]]).float()
        if not whole:
            yield _attended(query[:, number : number + 1], known)
            continue
        own, new = query[:, part], len(text.clause)
        if new:
            yield _attended(own[:, :new], known[:new])
        if text.question:
            yield _attended(own[:, new:], known)


def _attended(query: Tensor, known: Tensor) -> Tensor:
    """(HEADS, asking, HEAD) from keys and values (pieces, 2, HEAD) of which the last ask: each sees those before."""
    keys, values = (each.expand(1, HEADS, -1, -1) for each in known.unbind(1))
    asking, before = query.shape[1], len(known) - query.shape[1]
    mask = torch.ones(asking, len(known), dtype=torch.bool).tril_(before) if before and asking > 1 else None
    return functional.scaled_dot_product_attention(
        query[None], keys, values, attn_mask=mask, is_causal=not before, scale=HEAD**-0.5
    )[0]


class Feed(nn.Module):
    """The gated two-layer net of each piece."""

    def __init__(self, matrix: Matrix) -> None:
        super().__init__()
        self.gate_proj, self.up_proj = (matrix(HIDDEN, INNER) for _ in range(2))
        self.down_proj = matrix(INNER, HIDDEN)

    def forward(self, states: Tensor) -> Tensor:
        """(pieces, HIDDEN) to the same."""
        given = Given(states)
        gate = functional.gelu(self.gate_proj(given), approximate="tanh")
        out: Tensor = self.down_proj(Given(gate * self.up_proj(given)))
        return out


class Layer(nn.Module):
    """Attention and feed, each normalised before and behind."""

    def __init__(self, matrix: Matrix) -> None:
        super().__init__()
        self.self_attn, self.mlp = Attention(matrix), Feed(matrix)
        self.input_layernorm, self.post_attention_layernorm = Norm(HIDDEN), Norm(HIDDEN)
        self.pre_feedforward_layernorm, self.post_feedforward_layernorm = Norm(HIDDEN), Norm(HIDDEN)

    def forward(self, states: Tensor, row: Row, layer: int, last: Tensor | None = None) -> Tensor:
        """(pieces, HIDDEN) to the same, or to (texts, HIDDEN) where only the `last` piece of each is wanted."""
        attended = self.self_attn(self.input_layernorm(states), row, layer, last)
        states = (states if last is None else states[last]) + self.post_attention_layernorm(attended)
        fed: Tensor = states + self.post_feedforward_layernorm(self.mlp(self.pre_feedforward_layernorm(states)))
        return fed


class Decoder(nn.Module):
    """Rows of pieces to one number each: what a linear head makes of the last piece's state."""

    def __init__(self, pieces: int, layers: int, matrix: Matrix = Narrow) -> None:
        super().__init__()
        self.embed_tokens = Pieces(pieces)
        self.layers = nn.ModuleList([Layer(matrix) for _ in range(layers)])
        self.norm, self.head = Norm(HIDDEN), nn.Linear(HIDDEN, 1)

    def forward(self, rows: Sequence[Sequence[int]]) -> Tensor:
        """(rows), float32."""
        return self.read(Row([Text(row, (), self.nothing) for row in rows]))

    def read(self, row: Row) -> Tensor:
        """(texts), float32."""
        states = self.embed_tokens(torch.tensor([piece for each in row.pieces for piece in each])) * HIDDEN**0.5
        ends = torch.tensor([part.stop - 1 for part in row.parts])
        for number, layer in enumerate(self.layers):
            states = layer(states, row, number, ends if number == len(self.layers) - 1 else None)
        out: Tensor = self.head(self.norm(states)).squeeze(-1)
        return out

    @property
    def nothing(self) -> Tensor:
        """What is known before a text's first piece."""
        return torch.empty(len(self.layers), 0, 2, HEAD, dtype=torch.half)


Turn = tuple[Tensor, ...]  # cosine and sine of each piece's rotation: (pieces, HEAD) twice


def _turn(places: Tensor, base: float) -> Turn:
    rates = base ** -(torch.arange(0, HEAD, 2).float() / HEAD)
    angles = torch.outer(places.float(), rates)
    whole = torch.cat([angles, angles], -1)
    return whole.cos(), whole.sin()


def _turned(states: Tensor, turn: Turn) -> Tensor:
    one, other = states.chunk(2, -1)
    return states * turn[0] + torch.cat([-other, one], -1) * turn[1]


def load(files: Sequence[Path]) -> Decoder:
    """The decoder as `packed` has written it, ready to read."""
    stored = {name: value for file in files for name, value in load_file(file).items()}
    layers = 1 + max(int(name.split(".")[1]) for name in stored if name.startswith("layers."))
    with torch.device("meta"):
        decoder = Decoder(len(stored["embed_tokens.weight"]), layers)
    named = {name.replace(".weight" + SCALE, SCALE): value for name, value in stored.items()}
    decoder.load_state_dict({n: v if v.dtype is torch.int8 else v.float() for n, v in named.items()}, assign=True)
    return decoder.eval()


def packed(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """Matrices as 8-bit numbers with a scale a row, all else as it is."""
    stored = {}
    for name, value in weights.items():
        if value.dim() < 2 or len(value) == 1 or value.dtype is torch.int8:
            stored[name] = value
            continue
        numbers, scales = rounded(value.float())
        stored[name], stored[name.removesuffix(".weight") + SCALE] = numbers, scales.squeeze(1)
    return stored
