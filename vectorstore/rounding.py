"""Matrices of 8-bit numbers: what a network multiplies with where float32 is twice as slow and four times as large.

Every row of a matrix has a scale of its own, and so has every row that it is multiplied with, so nothing has to be
measured beforehand and the result is the same on every processor.
"""

from __future__ import annotations

import torch
from torch import Tensor

MOST = 127  # of an 8-bit number

Rounded = tuple[Tensor, Tensor]  # numbers (rows, width), int8, and the scale of each row (rows, 1), float32


def rounded(rows: Tensor) -> Rounded:
    """Float rows to 8-bit numbers and a scale each."""
    scales = rows.abs().amax(1, keepdim=True).clamp(min=1e-8) / MOST
    return (rows / scales).round_().to(torch.int8), scales


def product(rows: Rounded, weight: Tensor, scale: Tensor) -> Tensor:
    """Rounded rows with a matrix of 8-bit numbers (out, in) and its scales (out): (rows, out), float32."""
    numbers, scales = rows
    return torch._int_mm(numbers, weight.t()).float().mul_(scales).mul_(scale)
