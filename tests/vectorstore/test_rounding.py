"""8-bit products: the same numbers on every processor, and never by the way that is thirty times as slow."""

from __future__ import annotations

from time import perf_counter

import pytest
import torch

from vectorstore import rounding
from vectorstore.rounding import MOST, multiplied, product, rounded

SIZES = [(1, 384, 384), (7, 640, 2048), (5, 2048, 640), (3, 1536, 384)]  # rows, in, out: those of the shipped networks


def numbers(rows: int, inner: int, outer: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Drawn ones, and in the first rows the largest there are: those are what a sum could slip at."""
    drawn = torch.Generator().manual_seed(rows)
    made = [torch.randint(-MOST, MOST + 1, (size, inner), generator=drawn).to(torch.int8) for size in (rows, outer)]
    made[0][0], made[1][0], made[1][1], made[1][2] = MOST, MOST, -MOST, MOST - 1
    return made[0], made[1]


@pytest.mark.parametrize("instructions", [True, False])
@pytest.mark.parametrize(("rows", "inner", "outer"), SIZES)
def test_every_processor_multiplies_to_the_same_numbers(
    rows: int, inner: int, outer: int, instructions: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rounding, "_has_instructions", lambda: instructions)
    some, others = numbers(rows, inner, outer)
    assert torch.equal(multiplied(some, others), (some.long() @ others.long().t()).float())


def test_a_product_is_near_that_of_float_numbers() -> None:
    rows, matrix = torch.randn(6, 640), torch.randn(64, 640)
    weight, scale = rounded(matrix)
    assert torch.allclose(product(rounded(rows), weight, scale.squeeze(1)), rows @ matrix.t(), atol=1.5)


def test_no_processor_is_left_with_a_way_many_times_as_slow() -> None:
    """A question took twenty seconds instead of one where torch has no 8-bit instructions to use."""
    some, others = numbers(64, 640, 2048)
    multiplied(some, others)
    taken = {way: min(timed(way, some, others) for _ in range(5)) for way in ("numbers", "float")}
    assert taken["numbers"] < 5 * taken["float"]


def test_the_way_is_chosen_by_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """The choice is for good. By two threads, which spin for each other on a busy machine, eight of twelve programs
    that were started beside four others chose the slow way."""
    way, threads = rounding._as_float_numbers, torch.get_num_threads()
    used: list[int] = []

    def watched(rows: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
        used.append(torch.get_num_threads())
        return way(rows, weight)

    monkeypatch.setattr(rounding, "_as_float_numbers", watched)
    torch.set_num_threads(2)
    try:
        rounding._has_instructions.__wrapped__()
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(threads)
    assert set(used) == {1}


def timed(way: str, some: torch.Tensor, others: torch.Tensor) -> float:
    begun = perf_counter()
    multiplied(some, others) if way == "numbers" else torch.nn.functional.linear(some.float(), others.float())
    return perf_counter() - begun
