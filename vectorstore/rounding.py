"""Matrices of 8-bit numbers: what a network multiplies with where float32 is twice as slow and four times as large.

Every row of a matrix has a scale of its own, and so has every row that it is multiplied with, so nothing has to be
measured beforehand and the result is the same on every processor, bit for bit. Older ones have no instructions for
8-bit products (VNNI), and torch then takes thirty times as long as in float32: there the same whole numbers are
multiplied as float numbers, of which sums below 2**24 are exact.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from time import perf_counter

import torch
from torch import Tensor
from torch.nn.functional import linear

MOST = 127  # of an 8-bit number
EXACT = 1024  # products of two such that float32 adds up without a slip: 1024 * 127 * 127 < 2**24
TRIED, ROWS, WIDTH = 10, 48, 640  # times, and the size of the products by which a processor is judged

Rounded = tuple[Tensor, Tensor]  # numbers (rows, width), int8, and the scale of each row (rows, 1), float32


def rounded(rows: Tensor) -> Rounded:
    """Float rows to 8-bit numbers and a scale each."""
    scales = rows.abs().amax(1, keepdim=True).clamp(min=1e-8) / MOST
    return (rows / scales).round_().to(torch.int8), scales


def product(rows: Rounded, weight: Tensor, scale: Tensor) -> Tensor:
    """Rounded rows with a matrix of 8-bit numbers (out, in) and its scales (out): (rows, out), float32."""
    numbers, scales = rows
    return multiplied(numbers, weight).mul_(scales).mul_(scale)


def multiplied(rows: Tensor, weight: Tensor) -> Tensor:
    """8-bit numbers (rows, in) with a matrix of such (out, in): (rows, out), whole numbers as float32."""
    return (_as_whole_numbers if _has_instructions() else _as_float_numbers)(rows, weight)


def _as_whole_numbers(rows: Tensor, weight: Tensor) -> Tensor:
    return torch._int_mm(rows, weight.t()).float()


def _as_float_numbers(rows: Tensor, weight: Tensor) -> Tensor:
    parts = (slice(at, at + EXACT) for at in range(0, rows.shape[1], EXACT))
    whole, *others = (linear(rows[:, part].float(), weight[:, part].float()) for part in parts)
    for other in others:
        whole.add_(other)
    return whole


@cache
def _has_instructions() -> bool:
    """Whether this processor multiplies whole numbers faster: tried, since no name tells it on every system.

    By one thread: on a busy machine two wait for each other longer than either way takes, and what is found here
    holds until the process ends.
    """
    rows, weight = (torch.ones(size, WIDTH, dtype=torch.int8) for size in (ROWS, WIDTH))
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        return _seconds(_as_whole_numbers, rows, weight) < _seconds(_as_float_numbers, rows, weight)
    finally:
        torch.set_num_threads(threads)


def _seconds(way: Callable[[Tensor, Tensor], Tensor], rows: Tensor, weight: Tensor) -> float:
    """The fastest of a few, so that what else the machine does is not counted."""
    taken = []
    for _ in range(TRIED):
        begun = perf_counter()
        way(rows, weight)
        taken.append(perf_counter() - begun)
    return min(taken)
