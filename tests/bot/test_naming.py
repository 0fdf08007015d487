"""A plan may be named by its id, its file, its number, or words of its name, accents optional."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.plans.naming import NoSuchPlan, SeveralPlans, find_plan, short_title
from tests.bot.fakes import make_plan

PLANS = [
    make_plan("ha-van", "PHƯỜNG HẠ VÂN", "Chuyển đổi số năm 2026", "58"),
    make_plan("lac-khe", "XÃ LẠC KHÊ", "Chuyển đổi số năm 2026", "61", file="KH 61 lac khe.docx"),
    make_plan("lac-khe-thien-tai", "XÃ LẠC KHÊ", "Phòng, chống thiên tai năm 2026", "7"),
]


@pytest.mark.parametrize(
    ("name", "plan_id"),
    [
        ("ha-van", "ha-van"),
        ("HA-VAN", "ha-van"),
        ("lac-khe", "lac-khe"),
        ("ha-van.txt", "ha-van"),
        ("KH 61 lac khe", "lac-khe"),
        ("61/KH-UBND", "lac-khe"),
        ("KH số 58/KH-UBND", "ha-van"),
        ("Hạ Vân", "ha-van"),
        ("phường hạ vân", "ha-van"),
        ("ke hoach ha van", "ha-van"),
        ("thien tai", "lac-khe-thien-tai"),
        ("thiên tai lạc khê", "lac-khe-thien-tai"),
        ("chuyển đổi số lạc khê", "lac-khe"),
    ],
)
def test_a_name_that_means_one_plan(name: str, plan_id: str) -> None:
    assert find_plan(name, PLANS).plan_id == plan_id


@pytest.mark.parametrize("name", ["chuyển đổi số", "năm 2026", "kế hoạch"])
def test_a_name_that_means_several(name: str) -> None:
    with pytest.raises(SeveralPlans) as caught:
        find_plan(name, PLANS)
    assert len(caught.value.choices) >= 2


@pytest.mark.parametrize("name", ["", " ", "Bạch Đằng", "5", "%"])
def test_a_name_that_means_none(name: str) -> None:
    with pytest.raises(NoSuchPlan) as caught:
        find_plan(name, PLANS)
    assert not isinstance(caught.value, SeveralPlans)


def test_no_plans_at_all() -> None:
    with pytest.raises(NoSuchPlan):
        find_plan("ha-van", [])


def test_the_short_title_names_number_and_issuer() -> None:
    assert short_title(PLANS[0]).startswith("Kế hoạch 58/KH-UBND · ")


def test_the_short_title_of_a_draft_says_its_place_once() -> None:
    subject = "Phòng, chống thiên tai và tìm kiếm cứu nạn năm 2026 trên địa bàn xã Lạc Khê"
    draft = replace(PLANS[2].info, number="", subject=subject, place="xã Lạc Khê")
    told = short_title(replace(PLANS[2], info=draft))
    assert told == "Kế hoạch Phòng, chống thiên tai và tìm kiếm cứu nạn năm 2026 · UBND xã Lạc Khê"


def test_a_board_is_named_with_its_place_and_a_committee_with_its_own_alone() -> None:
    board = replace(PLANS[1].info, issuer="Ban Chỉ đạo Xây dựng", place="xã Lạc Khê")
    assert short_title(replace(PLANS[1], info=board)).endswith(" · Ban Chỉ đạo Xây dựng xã Lạc Khê")
    assert short_title(PLANS[1]).endswith(" · UBND xã Lạc Khê")
