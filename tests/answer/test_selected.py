"""The whole way with a language model: plans taken in, a question typed, a scripted model that chooses, the answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import House
from bot.settings import Settings
from plan.model import Answer
from plan.text import squeeze
from tests.answer.conftest import Credulous
from tests.bot.houses import real_house
from tests.reading.language_model.readers import HA_VAN, LAC_KHE, ROOT
from tests.reading.language_model.scripted import Heard, Script, Scripted, choosing, scripted
from tests.reading.language_model.test_self_test import RIGHT, able
from vectorstore.embedding import ClauseEmbeddings

pytestmark = pytest.mark.model
LEAD = "Đơn vị chủ trì: Văn phòng HĐND và UBND phường"


class Play:
    """Passes the self-test, then does what the test says."""

    def __init__(self) -> None:
        self.do = able

    def __call__(self, heard: Heard) -> Script:
        return able(heard) if heard.question in RIGHT else self.do(heard)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Play, Scripted]]:
    play = Play()
    with scripted(play) as server:
        yield play, server


@pytest.fixture(scope="module")
def house(
    served: tuple[Play, Scripted], shipped: ClauseEmbeddings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    from bot.plans.service import ingest_one

    settings = Settings(
        data_dir=tmp_path_factory.mktemp("data"), llm_model="scripted", llm_base_url=f"{served[1].root}/v1",
        llm_timeout=60, llm_retries=0,
    )  # fmt: skip
    made = real_house(settings, shipped)
    for file in (HA_VAN, LAC_KHE):
        ingest_one(made.plans, ROOT / Path(file))
    with pytest.MonkeyPatch.context() as patch:  # for the shipped reader, whose part is what the scripted one lacks
        patch.setattr("answer.engine.EncoderReader", lambda close: Credulous())
        yield made
    made.close()


def ask(house: House, question: str, plan: str | None = None) -> Answer:
    answer = house.engine.ask(question, house.scope(plan))
    for citation in answer.citations:
        version = next(v for v in house.library.live() if v.plan_id == citation.plan_id)
        assert version.text[citation.start : citation.end] == citation.quote
    return answer


def test_the_parts_chosen_are_the_answer(house: House, served: tuple[Play, Scripted]) -> None:
    play, _ = served
    play.do = lambda heard: choosing(
        ("lead", heard.number(LEAD), "Văn phòng HĐND và UBND phường"),
        ("deadline", heard.number("Đợt 1 trước ngày")),
        missing=[{"facet": "funding", "id": heard.number(LEAD)}],
    )
    answer = ask(house, "Ai lo dạy công chức ký số, xong khi nào, tốn bao nhiêu?", "chuyen-doi-so.md")
    assert not answer.refused
    assert answer.headline.startswith("Chủ trì: Văn phòng HĐND và UBND phường")
    assert "31/10/2026" in answer.headline
    assert "kinh phí" in answer.text.splitlines()[-1]
    assert LEAD in squeeze(answer.citations[0].quote)
    [call] = [call for call in house.calls.latest(1) if call.outcome != "trial"]
    assert (call.outcome, call.shipped is not None) == ("partly", True)


def test_a_field_of_a_task_is_told_with_the_task(house: House, served: tuple[Play, Scripted]) -> None:
    """A line "Thời hạn: Quý II/2026." alone does not tell officers of what; in a list neither."""
    play, _ = served
    play.do = lambda heard: choosing(("deadline", heard.number("Quý II/2026")))
    answer = ask(house, "Wifi công cộng miễn phí lắp xong lúc nào?", "chuyen-doi-so.md")
    assert answer.headline == "Thời hạn: Quý II/2026"
    assert answer.lines[0].startswith("Lắp đặt wifi công cộng miễn phí tại 06 điểm")
    assert answer.lines[0] in answer.text
    play.do = lambda heard: choosing(
        ("deadline", heard.number("Quý II/2026")), ("deadline", heard.number("Đợt 1 trước ngày"))
    )
    first, second = ask(house, "Wifi và lớp bồi dưỡng xong lúc nào?", "chuyen-doi-so.md").lines
    assert first.startswith("• Lắp đặt wifi công cộng miễn phí")
    assert "Thời hạn: Quý II/2026" in first
    assert second.startswith("• Bồi dưỡng cán bộ, công chức – Thời hạn: Đợt 1")
    play.do = lambda heard: choosing(("number", heard.number("Lắp đặt wifi"), "06 điểm"))
    assert "“- Lắp đặt wifi công cộng" in ask(house, "Wifi công cộng lắp mấy điểm?", "chuyen-doi-so.md").text
    play.do = lambda heard: choosing(("content", heard.number("Lắp đặt wifi"), ""))
    assert not ask(house, "Wifi công cộng lắp ở đâu?", "chuyen-doi-so.md").lines


def test_what_the_model_chose_is_not_vetoed_for_a_word_that_the_plan_puts_otherwise(
    house: House, served: tuple[Play, Scripted]
) -> None:
    """Of "Đợt 3" where the plan writes "khóa III": the model has read what a look for the words cannot tell."""
    served[0].do = lambda heard: choosing(("lead", heard.number(LEAD), "Văn phòng HĐND và UBND phường"))
    answer = ask(house, "Đợt 3 bồi dưỡng công chức ai chủ trì?", "chuyen-doi-so.md")
    assert not answer.refused
    assert "Văn phòng HĐND và UBND phường" in answer.headline


@pytest.mark.parametrize("plan", ["chuyen-doi-so.md", None])
def test_who_signed_and_who_leads_a_task_are_both_read(
    house: House, served: tuple[Play, Scripted], plan: str | None
) -> None:
    """Only who signed was looked up."""
    question = "Ai ký kế hoạch chuyển đổi số, và đơn vị nào chủ trì bồi dưỡng {whom}?"
    served[0].do = lambda heard: choosing(
        ("lead", heard.number(LEAD), "Văn phòng HĐND và UBND phường"), ("signer", heard.number("Lương Thị Mai Hiên"))
    )
    assert "Văn phòng HĐND và UBND phường" in ask(house, question.format(whom="công chức"), plan).text
    served[0].do = lambda heard: choosing()
    assert ask(house, question.format(whom="cán bộ"), plan).reason == "document"


def test_two_facts_of_the_document_are_looked_up(house: House, served: tuple[Play, Scripted]) -> None:
    before = len(served[1].heard)
    assert ask(house, "Kế hoạch này số mấy, ai ký, ký ngày nào?", "chuyen-doi-so.md").reason == "document"
    assert len(served[1].heard) == before


def test_what_the_model_does_not_find_is_refused(house: House, served: tuple[Play, Scripted]) -> None:
    served[0].do = lambda heard: choosing()
    answer = ask(house, "Ai dạy công chức ký số?", "chuyen-doi-so.md")
    assert answer.refused
    assert not answer.citations


def test_a_list_names_each_clause_and_plans_are_told_apart(house: House, served: tuple[Play, Scripted]) -> None:
    def play(heard: Heard) -> Script:
        numbers = [n for n, text in heard.pieces.items() if "Trung tâm Dịch vụ sự nghiệp công" in text]
        return choosing(*(("lead", number) for number in numbers), which_plan=[1, 2])

    served[0].do = play
    answer = ask(house, "Trung tâm Dịch vụ sự nghiệp công phát thanh về điều gì?")
    assert not answer.refused
    assert "hạ vân" in answer.text.casefold()
    assert "lạc khê" in answer.text.casefold()


def test_a_broken_model_leaves_the_shipped_readers_answer(house: House, served: tuple[Play, Scripted]) -> None:
    from bot.app import without_model

    served[0].do = lambda heard: Script(status=500)
    question = "Đơn vị nào chủ trì bồi dưỡng cán bộ, công chức?"
    scope = house.scope("chuyen-doi-so.md")
    assert house.engine.ask(question, scope) == without_model(house.engine).ask(question, scope)


def test_several_plans_are_read_in_one_call(house: House, served: tuple[Play, Scripted]) -> None:
    play, server = served
    play.do = lambda heard: choosing(
        *(("funding", n) for n, text in heard.pieces.items() if "kinh phí" in text.lower())
    )
    before = len(server.heard)
    answer = ask(house, "So sánh tổng kinh phí của Hạ Vân và Lạc Khê")
    assert len(server.heard) == before + 1
    assert {citation.plan_id for citation in answer.citations} == {plan.plan_id for plan in house.library.live()}
    assert answer.headline == "2 kế hoạch có nêu:"  # the first plan's sum is no answer for both
    assert any(line.startswith("• Phường Hạ Vân: ") for line in answer.lines)


def test_a_follow_up_goes_with_the_question_before_it(house: House, served: tuple[Play, Scripted]) -> None:
    play, server = served
    play.do = lambda heard: choosing(("lead", heard.number(LEAD)))
    first = house.engine.ask("Ai dạy ký số cho công chức?", house.scope("chuyen-doi-so.md"))
    house.engine.ask("thế hạn chót?", house.scope("chuyen-doi-so.md"), first.topic)
    assert server.heard[-1].question == "thế hạn chót?"
    assert "Ai dạy ký số cho công chức?" in server.heard[-1].user
