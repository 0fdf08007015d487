"""Teaching in 8-bit numbers: what is learnt is read with the very numbers that ship, and most work is done in them.

`Taught` is a matrix of float numbers that multiplies as `reading.decoder.Narrow` does, forwards and backwards; only its
own gradient is float work. `smooth` shifts the few loud features of the states into the matrices behind them, since a
loud feature leaves few of the 127 steps for the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from reading.decoder import HEAD, HEADS, Decoder, Given
from vectorstore.rounding import multiplied, product, rounded

LOUD = 0.65  # how far a feature's loudness goes into the matrix: 0 not, 1 wholly
LEAST = 1e-5
LEARNT = torch.bfloat16 if torch.cpu._is_avx512_bf16_supported() else torch.float32  # two thirds of the time


class Taught(nn.Module):
    """A matrix that learns: (…, inner) to (…, outer) in 8-bit numbers."""

    def __init__(self, inner: int, outer: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(outer, inner))
        self._made: tuple[int, tuple[Tensor, Tensor]] | None = None

    def forward(self, given: Given) -> Tensor:
        """As `reading.decoder.Narrow` would."""
        out: Tensor = _Product.apply(given.wide, self.weight, given.rounded, self._rounded())  # type: ignore[no-untyped-call]
        return out.view(*given.shape, -1)

    def _rounded(self) -> tuple[Tensor, Tensor]:
        """The matrix as numbers and scales; made once a step."""
        version = self.weight._version
        if self._made is None or self._made[0] != version:
            numbers, scales = rounded(self.weight.detach())
            self._made = version, (numbers, scales.squeeze(1))
        return self._made[1]


class _Product(torch.autograd.Function):
    """`product` with its gradients: that of the states in 8-bit numbers, that of the matrix in float32."""

    @staticmethod
    def forward(
        ctx: Any, wide: Tensor, weight: Tensor, rows: tuple[Tensor, Tensor], matrix: tuple[Tensor, Tensor]
    ) -> Tensor:
        ctx.save_for_backward(wide, *matrix)
        return product(rows, *matrix)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor | None, ...]:
        (grad,) = grads
        wide, numbers, scale = ctx.saved_tensors
        back, scales = rounded(grad * scale)
        of_states = multiplied(back, numbers.t()).mul_(scales) if ctx.needs_input_grad[0] else None
        return of_states, _of_matrix(grad, wide) if ctx.needs_input_grad[1] else None, None, None


def _of_matrix(grad: Tensor, wide: Tensor) -> Tensor:
    """A matrix's gradient, from that of what came out and from what it was given."""
    return (grad.to(LEARNT).t() @ wide.to(LEARNT)).float()


@torch.no_grad()
def smooth(decoder: Decoder, texts: Sequence[Sequence[int]]) -> None:
    """Shift loud features, as these texts (rows of pieces) show them, into the matrices; what comes out is the same."""
    loudest = _loudest(decoder, texts)
    layer: Any
    for layer, heard in zip(decoder.layers, loudest, strict=True):
        attention, feed = layer.self_attn, layer.mlp
        own = [attention.q_proj.weight, attention.k_proj.weight, attention.v_proj.weight]
        _quieten(layer.input_layernorm.weight, own, heard["self_attn.q_proj"])
        both = [feed.gate_proj.weight, feed.up_proj.weight]
        _quieten(layer.pre_feedforward_layernorm.weight, both, heard["mlp.up_proj"])
        shift = _shift(heard["mlp.down_proj"], feed.down_proj.weight)
        feed.up_proj.weight.div_(shift[:, None])
        feed.down_proj.weight.mul_(shift)
        out = attention.o_proj.weight
        shift = _shift(heard["self_attn.o_proj"].view(HEADS, HEAD).amax(0), out.view(-1, HEADS, HEAD).abs().amax(1))
        attention.v_proj.weight.div_(shift[:, None])
        out.mul_(shift.repeat(HEADS))


def _quieten(norm: Tensor, matrices: Sequence[Tensor], heard: Tensor) -> None:
    shift = _shift(heard, torch.cat(list(matrices)))
    norm.copy_((1.0 + norm) / shift - 1.0)
    for matrix in matrices:
        matrix.mul_(shift)


def _shift(heard: Tensor, matrix: Tensor) -> Tensor:
    weight = matrix.abs().amax(0).clamp(min=LEAST)
    return heard.clamp(min=LEAST) ** LOUD / weight ** (1 - LOUD)


def _loudest(decoder: Decoder, texts: Sequence[Sequence[int]]) -> list[dict[str, Tensor]]:
    """Of each layer and matrix the greatest size of each feature it was given."""
    heard: list[dict[str, Tensor]] = [{} for _ in decoder.layers]
    hooks = []
    for layer, found in zip(decoder.layers, heard, strict=True):
        for name, module in layer.named_modules():
            if name.endswith("_proj"):

                def hear(_: nn.Module, given: tuple[Given], found: dict[str, Tensor] = found, name: str = name) -> None:
                    size = given[0].wide.abs().amax(0)
                    found[name] = torch.maximum(found[name], size) if name in found else size

                hooks.append(module.register_forward_pre_hook(hear))
    for text in texts:
        decoder([text])
    for hook in hooks:
        hook.remove()
    return heard
