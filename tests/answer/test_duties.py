"""A unit's list: what it leads and what it helps with are told apart, and only what was asked for is listed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from answer.engine import Engine
from ingest.publish import ingest_file
from plan.model import Answer
from reading.encoder import EncoderReader
from vectorstore.embedding import ClauseEmbeddings
from vectorstore.library import Library

UNIT = "Phòng Văn hóa - Xã hội"
OTHERS = "Công an phường; các phòng chuyên môn thuộc UBND phường"
HELPS = ("Phối hợp vận hành trạm quan trắc nước hồ", "Phối hợp kiểm tra các cơ sở xả thải ven hồ")
LEADS = ("Tổ chức ngày hội trồng cây ven hồ", "Viết tin bài hằng tuần về vệ sinh môi trường")
DESK, WARD, LEARNED = "Trung tâm Phục vụ hành chính công", "Trưởng khu phố", "Thư viện phường"
COORDINATES = "Chủ trì, phối hợp với Trạm Y tế phát túi vải cho các hộ bán hàng"


def _item(number: int, task: str, lead: str, others: str) -> str:
    fields = f"- Cơ quan chủ trì: {lead}.\n- Cơ quan phối hợp: {others}.\n- Thời gian thực hiện: Quý {number}/2026."
    return f"{number}. {task}\n{fields}"


PLAN = "\n".join([
    "ỦY BAN NHÂN DÂN\nPHƯỜNG HỒ SEN\nSố: 12/KH-UBND\nHồ Sen, ngày 05 tháng 02 năm 2026",
    "KẾ HOẠCH\nGiữ sạch hồ năm 2026",
    "I. MỤC ĐÍCH\n1. Giữ nước hồ sạch quanh năm.",
    "II. NHIỆM VỤ",
    *(_item(n, task, UNIT, OTHERS) for n, task in enumerate((*LEADS, *HELPS), 1)),
    _item(5, "Tuần tra ban đêm quanh hồ", "Công an phường", UNIT),
    f"III. TỔ CHỨC THỰC HIỆN\n1. {UNIT}\n- {COORDINATES}.",
    f"2. {DESK}\n- Nhận đơn của các hộ bán hàng.\n- Trả giấy phép.\n- Gửi số liệu.",
    f"3. {WARD}\n- Phát túi cho từng hộ.\n4. {LEARNED}\n- Ghi sổ mượn.",
])  # fmt: skip


@pytest.fixture(scope="module")
def engine(
    tmp_path_factory: pytest.TempPathFactory, shipped: ClauseEmbeddings, reader: EncoderReader
) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("duties")
    file = Path(folder / "ho-sen.txt")
    file.write_text(PLAN, encoding="utf-8")
    library = Library.open(folder / "data", embeddings=shipped)
    ingest_file(file, library)
    yield Engine(library).with_readers([reader])
    library.close()


def _under(answer: Answer, heading: str) -> str:
    """The tasks under one heading of the list."""
    found, inside = [], False
    for line in answer.text.splitlines():
        if not line.startswith("•"):
            inside = line == heading
        elif inside:
            found.append(line)
    return "\n".join(found)


@pytest.mark.parametrize("question", [f"{UNIT} chủ trì những việc nào?", "phong VHXH chu tri nhung viec gi"])
def test_asked_what_it_leads_only_that_is_listed(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    assert answer.headline == f"{UNIT} chủ trì 3 nhiệm vụ trong kế hoạch này."
    assert all(task in answer.text for task in (*LEADS, COORDINATES))
    assert not any(task in answer.text for task in (*HELPS, "Tuần tra"))
    assert len(answer.citations) == 3


def test_asked_what_it_helps_with_only_that_is_listed(engine: Engine) -> None:
    answer = engine.ask(f"{UNIT} phối hợp những việc nào?")
    assert answer.headline == f"{UNIT} phối hợp 3 nhiệm vụ trong kế hoạch này."
    assert all(task in answer.text for task in (*HELPS, "Tuần tra"))
    assert not any(task in answer.text for task in (*LEADS, COORDINATES))


def test_a_task_that_is_to_help_others_stands_under_its_own_heading(engine: Engine) -> None:
    answer = engine.ask(f"{UNIT} có những nhiệm vụ gì?")
    assert "6 nhiệm vụ" in answer.headline
    assert all(task in _under(answer, "Chủ trì:") for task in LEADS)
    assert all(task in _under(answer, "Phối hợp:") for task in (*HELPS, "Tuần tra"))
    assert "Phối hợp" not in _under(answer, "Chủ trì:")
    assert COORDINATES in _under(answer, "Nhiệm vụ được giao:")


@pytest.mark.parametrize("unit", ["CAP", "Công an phường"])
def test_a_unit_by_its_capitals_alone_has_its_list(engine: Engine, unit: str) -> None:
    assert engine.ask(f"{unit} chủ trì những việc nào?").headline.startswith("Tuần tra ban đêm")


@pytest.mark.parametrize(
    "question",
    [
        "NV của Phòng VH-XH?",
        "Phòng Văn hóa - Xã hội dính vào những việc gì, liệt kê hết giúp em cả lúc đi phối hợp ạ",
        "phong vhxh co nhung dau viec nao, ke ca di phoi hop",
        "Everything the Culture and Society Division must do, please, own tasks and support",
        "Cho em xin trọn bộ việc của phòng VHXH trong đợt giữ sạch hồ này",
        "phòng văn xã phải làm những gì",
    ],
)
def test_whoever_asks_for_all_of_it_has_the_whole_list(engine: Engine, question: str) -> None:
    answer = engine.ask(question)
    assert "6" in answer.headline
    assert all(task in answer.text for task in (*LEADS, *HELPS, "Tuần tra"))


@pytest.mark.parametrize("question", ["Phòng VHXH được giao mấy tin bài?", "NV trồng cây ven hồ ai lo?"])
def test_one_thing_of_a_unit_is_not_its_list(engine: Engine, question: str) -> None:
    assert engine.ask(question).reason != "duties"


def test_of_two_units_the_one_named_first_is_listed(engine: Engine) -> None:
    assert engine.ask("Công an phường làm gì ở mảng một cửa?").reason == "duties"
    assert "Tuần tra ban đêm" in engine.ask("Công an phường làm gì ở mảng một cửa?").text


@pytest.mark.parametrize(
    "question",
    [
        "trưởng khu phố 9 phải làm gì?",  # one of several things that a plan numbers
        "các khu phố được giao mấy túi",
        "làm thư viện để làm gì",
        "trưởng khu phố là ai, được giao làm gì",
    ],
)
def test_who_asks_one_thing_of_a_unit_gets_no_list(engine: Engine, question: str) -> None:
    assert engine.ask(question).reason != "duties"
