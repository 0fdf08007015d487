"""Exact words, numbers, text without accents and badly read text all lead to the passage."""

from __future__ import annotations

import pytest

from plan.passages import Passage
from tests.vectorstore.conftest import TASKS, cut, make_version
from vectorstore.words import WordIndex, accent_key, packed, score, terms_of, words


def index(passages: tuple[Passage, ...]) -> WordIndex:
    """The word index of passages."""
    return WordIndex.of([packed(terms_of(passage)) for passage in passages])


def best(view: str, query: str, tasks: tuple[str, ...] = TASKS) -> int | None:
    """Which task wins in a view; None when nothing matches."""
    scores = score([index(cut(make_version("a", 1, tasks)))], query)[view][0]
    return int(scores.argmax()) if scores.any() else None


@pytest.mark.parametrize(
    ("view", "query", "winner"),
    [
        ("accent", "đào tạo cán bộ", 0),
        ("accent", "dao tao can bo", None),
        ("folded", "dao tao can bo", 0),
        ("folded", "công văn 219/KH-UBND", 1),
        ("accent", "văn bản số 219", 1),
        ("accent", "ngày 5/8/2026", 2),
        ("trigram", "ha tâng mạg", 1),
        ("trigram", "điễn tâp lụt bảo", 2),
        ("heading", "nhiem vu", 0),
        ("heading", "đào tạo", None),
    ],
)
def test_views(view: str, query: str, winner: int | None) -> None:
    assert best(view, query) == winner


def test_where_the_tone_mark_sits_does_not_matter() -> None:
    assert accent_key("hoá") == accent_key("hóa")
    assert accent_key("uỷ") == accent_key("ủy")
    assert len({accent_key(word) for word in ("hóa", "hòa", "hoa", "hoả")}) == 4
    assert accent_key("tam") != accent_key("mat")


def test_numbers_stay_whole_and_in_parts() -> None:
    assert words("số 219/KH-UBND") == ["số", "219/kh-ubnd", "219", "kh", "ubnd"]
    assert "5/8/2026" in words("ngày 05/8/2026")
    assert "vhxh" in words("Phòng VH-XH")


def test_statistics_are_those_of_the_scope() -> None:
    """A word that is everywhere in one plan but nowhere in the other still tells the two apart."""
    indexes = [
        index(cut(make_version("a", 1))),
        index(cut(make_version("b", 1, ("Trồng cây", "Trồng hoa")))),
    ]
    alone = score(indexes[1:], "trồng")["accent"][0]
    together = score(indexes, "trồng")["accent"]
    assert together[1].max() > alone.max()
    assert not together[0].any()


def test_a_plan_without_passages_scores_nothing() -> None:
    assert score([index(())], "gì")["accent"][0].tolist() == []
