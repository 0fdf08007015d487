"""What is kept of what was used last."""

from __future__ import annotations

from collections.abc import Iterator

from plan.recent import Recent


def test_what_was_not_used_for_longest_is_forgotten() -> None:
    kept: Recent[str, int] = Recent(2)
    for number, name in enumerate("ab"):
        kept.keep(name, number)
    assert kept.get("a") == 0  # a use
    kept.keep("c", 2)
    assert [kept.get(name) for name in "abc"] == [0, None, 2]


def test_all_of_some_are_given_though_fewer_can_be_kept_and_only_the_missing_are_made() -> None:
    kept: Recent[int, int] = Recent(2)
    made: list[list[int]] = []

    def squares(missing: list[int]) -> Iterator[tuple[int, int]]:
        made.append(missing)
        yield from ((number, number**2) for number in missing if number != 7)

    assert kept.all_of([3, 1, 3, 2], squares) == {3: 9, 1: 1, 2: 4}
    assert kept.all_of([2, 7], squares) == {2: 4}, "what cannot be made is missing"
    assert kept.all_of([1, 2], squares) == {1: 1, 2: 4}
    assert made == [[3, 1, 2], [7]]
