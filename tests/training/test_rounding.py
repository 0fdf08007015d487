"""Teaching in 8-bit numbers: those that ship, with gradients near those of float numbers, and no loud features."""

from __future__ import annotations

from typing import Any

import torch

from reading.decoder import HIDDEN, SCALE, Decoder, Given, Narrow, Wide, packed
from training.rounding import Taught, smooth

PIECES = "embed_tokens.weight"


def matrices() -> tuple[Taught, Narrow, Wide]:
    """The same matrix three times."""
    torch.manual_seed(2)
    taught, narrow, wide = Taught(32, 48), Narrow(32, 48), Wide(32, 48)
    torch.nn.init.normal_(taught.weight)
    narrow.load_state_dict(
        {name.removeprefix("m."): value for name, value in packed({"m.weight": taught.weight}).items()}
    )
    wide.load_state_dict(taught.state_dict())
    return taught, narrow, wide


def test_what_is_taught_is_read_with_the_numbers_that_ship() -> None:
    taught, narrow, _ = matrices()
    states = torch.randn(2, 5, 32)
    assert torch.equal(taught(Given(states)), narrow(Given(states)))
    with torch.no_grad():
        taught.weight.mul_(2.0)
    assert torch.allclose(taught(Given(states)), 2 * narrow(Given(states)), rtol=1e-4)


def test_gradients_are_near_those_of_float_numbers() -> None:
    taught, _, wide = matrices()
    found = []
    for matrix in (taught, wide):
        states = torch.randn(2, 5, 32, generator=torch.Generator().manual_seed(4)).requires_grad_()
        matrix(Given(states)).square().sum().backward()
        assert states.grad is not None
        found.append((states.grad.flatten(), matrix.weight.grad.flatten()))  # type: ignore[union-attr]
    for near, exact in zip(*found, strict=True):
        assert torch.cosine_similarity(near, exact, dim=0) > 0.999


def loud() -> Decoder:
    """A decoder some of whose features are much louder than the others."""
    torch.manual_seed(3)
    decoder = Decoder(50, 2, Wide)
    for value in (value for value in decoder.parameters() if value.requires_grad):
        torch.nn.init.normal_(value, std=0.05)
    layer: Any
    with torch.no_grad():
        for layer in decoder.layers:
            layer.input_layernorm.weight[5] = 300.0
            for name in ("q_proj", "k_proj", "v_proj"):
                getattr(layer.self_attn, name).weight[:, 5] /= 300.0
            layer.mlp.up_proj.weight[9] *= 300.0
            layer.mlp.down_proj.weight[:, 9] /= 300.0
    decoder.load_state_dict(packed({PIECES: torch.randn(50, HIDDEN) * 0.05}), strict=False)
    return decoder.eval()


def read(weights: dict[str, torch.Tensor], rows: list[list[int]]) -> torch.Tensor:
    """What ships of these weights says."""
    decoder = Decoder(50, 2)
    decoder.load_state_dict(packed(weights))
    odds: torch.Tensor = decoder(rows)
    return odds.detach()


def test_smoothing_says_the_same_and_is_rounded_better() -> None:
    decoder, rows = loud(), [[2, 5, 7, 30, 41, 8], [2, 9, 11], [4, 44, 23, 17]]
    before, rough = decoder(rows).detach(), read(decoder.state_dict(), rows)
    smooth(decoder, rows)
    assert torch.allclose(decoder(rows), before, atol=1e-3)  # keys and values are in half precision
    fine = read(decoder.state_dict(), rows)
    assert (fine - before).abs().mean() < (rough - before).abs().mean()


def test_what_is_packed_twice_stays() -> None:
    once = packed(loud().state_dict())
    again = packed(once)
    assert all(torch.equal(again[name], value) for name, value in once.items())
    assert once["embed_tokens" + SCALE].shape == (50,)
