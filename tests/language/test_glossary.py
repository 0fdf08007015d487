"""English questions in the words of Vietnamese plans."""

from __future__ import annotations

from importlib.resources import files

import pytest

from language.glossary import vietnamese
from tests.patience import quickest


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Who organises the training?", "đào tạo tập huấn bồi dưỡng"),
        ("Is there a sandbox?", "thử nghiệm có kiểm soát"),
        ("Where is the one-stop shop?", "một cửa Trung tâm Phục vụ hành chính công"),
        ("How many leaflets?", "tờ rơi tờ gấp"),
        ("Which loudspeaker?", "loa truyền thanh"),
        ("Do they report an incident?", "sự cố"),
        ("Who are the recipients?", "nơi nhận"),
        ("What is done in the first quarter?", "quý I"),
    ],
)
def test_words_of_plans(question: str, wanted: str) -> None:
    assert wanted in vietnamese(question)


def test_the_longest_phrase_wins() -> None:
    assert vietnamese("the Ministry of Public Security") == "Bộ Công an"
    assert "Ban Chỉ đạo" in vietnamese("steering committee")
    assert "Ủy ban nhân dân" not in vietnamese("steering committee")


@pytest.mark.parametrize(
    ("form", "entry"),
    [
        ("policies", "policy"),
        ("classes", "class"),
        ("households'", "household"),
        ("the ward's budget", "ward budget"),
        ("digitising", "digitise"),
        ("DIGITIZED", "digitise"),
        ("planned", "plan"),
        ("health centers", "health centre"),
        ("integrating", "integrate"),
        ("organised", "organise"),
    ],
)
def test_endings_case_and_spelling_do_not_matter(form: str, entry: str) -> None:
    assert vietnamese(form) == vietnamese(entry) != ""


def test_an_exact_entry_is_preferred_to_a_stem() -> None:
    assert vietnamese("care") != vietnamese("cars")
    assert "họp" not in vietnamese("metre")


def test_numbers_codes_and_names_are_carried_over() -> None:
    found = vietnamese("Does Hoa Lam use 127/QĐ-TTg, KH-UBND, 2026 and 95% with Viettel?").split()
    assert {"Hoa", "Lam", "127/QĐ-TTg", "KH-UBND", "2026", "95%", "Viettel"} <= set(found)


def test_vietnamese_words_are_carried_over() -> None:
    assert vietnamese("tell me about hộ tịch").endswith("hộ tịch")


@pytest.mark.parametrize("date", ["30 June 2026", "June 30, 2026", "30th of June, 2026", "june the 30th 2026"])
def test_dates_as_plans_write_them(date: str) -> None:
    assert "30/6/2026" in vietnamese(f"What is due on {date}?")


def test_may_is_a_month_only_where_it_reads_as_one() -> None:
    assert vietnamese("May it be so?") == ""
    assert "tháng 5" in vietnamese("What happens in May?")


@pytest.mark.parametrize("question", ["", "   ", "?!", "What is it?", "Whatever. Frobnicate the zyx."])
def test_nothing_known_gives_nothing(question: str) -> None:
    assert vietnamese(question) == ""


def test_each_rendering_is_said_once() -> None:
    assert vietnamese("plan, plans and the plan") == "kế hoạch"


def test_a_question_takes_less_than_a_millisecond() -> None:
    question = "Which office leads the inspection of food safety in the canteens of the commune's schools in May 2026?"
    _, seconds = quickest(lambda: [vietnamese(question) for _ in range(50)])
    assert seconds / 50 < 0.001


def test_the_table_is_well_formed() -> None:
    table = files("language").joinpath("data/glossary.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in table.splitlines() if line and not line.startswith("#")]
    entries = [line for line in lines if len(line) == 2]
    assert len(entries) >= 900
    assert len({line[0] for line in lines}) == len(lines)
    assert all(1 <= len(renderings.split("; ")) <= 3 and renderings.strip() == renderings for _, renderings in entries)
