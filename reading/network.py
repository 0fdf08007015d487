"""The shipped reader's network: two small layers over the pieces of question and clause, one over the candidates.

Each candidate is read with the question: shortened states and likenesses of their pieces (`reading.states`) and what
is known of the clause besides (`reading.signals`). Then all candidates are weighed together with a vector that stands
for "none of them", so that a sister clause that has what this one lacks counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from reading.states import LIKENESSES, States

Halves = NDArray[np.float16]
SHORT, WIDTH, LAYERS, HEADS = 160, 128, 2, 4
NOTHING = -20.0  # the logit of what is padding
CHUNKS = 5  # pairs of like length go through together


@dataclass(frozen=True)
class Pair:
    """A question with one candidate."""

    question: States
    clause: States
    likenesses: tuple[Halves, Halves]  # of the question's and of the clause's pieces
    signals: Halves
    group: int  # which question of a batch; pairs of a group stand together


class Block(nn.Module):
    """One layer of self-attention, normalised first."""

    def __init__(self, dropout: float) -> None:
        super().__init__()
        self.first, self.second = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.attend, self.gather = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.widen, self.narrow = nn.Linear(WIDTH, 2 * WIDTH), nn.Linear(2 * WIDTH, WIDTH)
        self.dropout = nn.Dropout(dropout)

    def forward(self, states: Tensor, there: Tensor) -> Tensor:
        """States (rows, pieces, WIDTH); `there` (rows, pieces) is false for padding."""
        rows, pieces, _ = states.shape
        split = self.attend(self.first(states)).view(rows, pieces, 3, HEADS, WIDTH // HEADS)
        query, key, value = split.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(query, key, value, attn_mask=there[:, None, None, :])
        states = states + self.dropout(self.gather(seen.transpose(1, 2).reshape(rows, pieces, WIDTH)))
        widened = functional.gelu(self.widen(self.second(states)))
        made: Tensor = states + self.dropout(self.narrow(widened))
        return made


class ReaderNetwork(nn.Module):
    """Pairs to logits: that each candidate answers, that none does, and of each piece that it answers."""

    signal_mean: Tensor
    signal_spread: Tensor

    def __init__(self, signals: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.short = nn.Linear(SHORT, WIDTH)
        self.of_question, self.of_clause = nn.Linear(LIKENESSES, WIDTH), nn.Linear(LIKENESSES, WIDTH)
        self.roles = nn.Parameter(torch.zeros(2, WIDTH))
        self.signals, self.whole = nn.Linear(signals, WIDTH), nn.Parameter(torch.randn(WIDTH) * 0.02)
        self.register_buffer("signal_mean", torch.zeros(signals))
        self.register_buffer("signal_spread", torch.ones(signals))
        self.layers = nn.ModuleList([Block(dropout) for _ in range(LAYERS)])
        self.among, self.nothing = Block(dropout), nn.Parameter(torch.randn(WIDTH) * 0.02)
        self.norm = nn.LayerNorm(WIDTH)
        self.answers, self.none, self.marks = nn.Linear(WIDTH, 1), nn.Linear(WIDTH, 1), nn.Linear(WIDTH, 1)
        self.prior = nn.Parameter(torch.tensor(0.7))  # weight of the ranking's log-odds, the first of the signals
        self.dropout = nn.Dropout(dropout)

    def forward(self, pairs: Sequence[Pair]) -> tuple[Tensor, Tensor, list[Tensor]]:
        """Logits of the pairs, logits of "none" by group, and for each pair those of its clause's pieces."""
        signals = torch.stack([torch.as_tensor(pair.signals, dtype=torch.float32) for pair in pairs])
        states: list[Tensor] = [torch.empty(0)] * len(pairs)
        marks: list[Tensor] = [torch.empty(0)] * len(pairs)
        order = sorted(range(len(pairs)), key=lambda i: len(pairs[i].clause.ids))
        size = -(-len(order) // CHUNKS)
        for start in range(0, len(order), size):
            part = order[start : start + size]
            whole, pieces = self._read([pairs[i] for i in part], signals[part])
            for place, i in enumerate(part):
                states[i], marks[i] = whole[place], pieces[place, : len(pairs[i].clause.ids)]
        groups = torch.tensor([pair.group for pair in pairs])
        logits, none = self._weigh(torch.stack(states), groups)
        return logits + self.prior * signals[:, 0], none, marks

    def _read(self, pairs: Sequence[Pair], signals: Tensor) -> tuple[Tensor, Tensor]:
        """Each pair on its own: a vector of the whole, and logits of the clause's pieces."""
        asked, asked_there = _padded([pair.question.short for pair in pairs])
        told, told_there = _padded([pair.clause.short for pair in pairs])
        asked_like, _ = _padded([pair.likenesses[0] for pair in pairs])
        told_like, _ = _padded([pair.likenesses[1] for pair in pairs])
        known = self.signals((signals - self.signal_mean) / self.signal_spread)
        parts = [
            (self.whole + known)[:, None],
            self.short(asked) + self.of_question(asked_like) + self.roles[0],
            self.short(told) + self.of_clause(told_like) + self.roles[1],
        ]
        states = self.dropout(torch.cat(parts, 1))
        there = torch.cat([torch.ones(len(pairs), 1, dtype=torch.bool), asked_there, told_there], 1)
        for layer in self.layers:
            states = layer(states, there)
        pieces = self.marks(self.norm(states[:, 1 + asked.shape[1] :])).squeeze(-1)
        return states[:, 0], pieces.masked_fill(~told_there, NOTHING)

    def _weigh(self, states: Tensor, groups: Tensor) -> tuple[Tensor, Tensor]:
        """All candidates of a question together with "none of them"."""
        counts = torch.bincount(groups)
        place = torch.arange(len(groups)) - (torch.cumsum(counts, 0) - counts)[groups] + 1
        size = int(counts.max()) + 1
        table = states.new_zeros(len(counts), size, WIDTH)
        table[:, 0] = self.nothing
        table = table.index_put((groups, place), states)
        there = torch.zeros(len(counts), size, dtype=torch.bool)
        there[:, 0] = True
        there[groups, place] = True
        weighed = self.norm(self.among(table, there))
        return self.answers(weighed).squeeze(-1)[groups, place], self.none(weighed[:, 0]).squeeze(-1)


def _padded(rows: Sequence[Halves]) -> tuple[Tensor, Tensor]:
    """Arrays of different length as one tensor, and where they are."""
    tensors = [torch.as_tensor(row) for row in rows]
    longest = max(len(row) for row in tensors)
    table = torch.zeros(len(tensors), longest, tensors[0].shape[1])
    there = torch.zeros(len(tensors), longest, dtype=torch.bool)
    for place, row in enumerate(tensors):
        table[place, : len(row)] = row.float()
        there[place, : len(row)] = True
    return table, there
