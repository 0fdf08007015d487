"""Papers that are no plans, asked of themselves as officers call them; rows of a month that is asked for or is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from answer.asked import Ask, asked
from answer.candidates import found_in
from answer.engine import Engine
from answer.paper import kinds_of
from answer.question import read_question
from ingest.publish import ingest_file
from plan.model import ClauseKind, PlanInfo
from tests.evaluation.scale import CheapEmbeddings
from vectorstore.library import Library

LETTER = """ỦY BAN NHÂN DÂN
PHƯỜNG AN KHÁNH
Số: 655/UBND-KTHT
V/v khắc phục ngập úng

An Khánh, ngày 12 tháng 5 năm 2026

Kính gửi:
- Công an phường,
- Các tổ trưởng tổ dân phố.

Thực hiện Công văn số 2011/SXD-HTKT ngày 04/5/2026 của Sở Xây dựng, Chủ tịch Ủy ban nhân dân phường yêu cầu:

1. Công an phường phân luồng tại ngã tư Bình Trị trước ngày 25/5/2026.
2. Các tổ trưởng tổ dân phố vận động nhân dân dọn rác miệng cống trước ngày 30/5/2026.
3. Giao Văn phòng báo cáo kết quả trước ngày 30/6/2026.

Nơi nhận:
- Như trên;
- Lưu: VT.

CHỦ TỊCH
Lê Quốc Thắng
"""
DAYS = """ỦY BAN NHÂN DÂN
XÃ KHÁNH TÂY
Số: 09/LTCD-UBND

Khánh Tây, ngày 26 tháng 12 năm 2025

LỊCH TIẾP CÔNG DÂN
Của Chủ tịch Ủy ban nhân dân xã năm 2026

1. Lịch tiếp

Tháng | Ngày tiếp | Người tiếp
01 | 08, 22 | Nguyễn Tấn Kịch
02 | 05, 26 | Hồ Mỹ Xuyên

2. Lịch học

Ngày | Bài | Dụng cụ
26/5/2026 (Thứ Ba) | Dập lửa | Bình bột, 02 bình CO2
27/5/2026 (Thứ Tư) | Cứu thương | Băng ca

3. Địa điểm

Tại Phòng Tiếp công dân, trụ sở cũ.

CHỦ TỊCH
Nguyễn Tấn Kịch
"""
TIMES = """UBND XÃ KHÁNH TÂY
TRƯỜNG TIỂU HỌC BẾN TRANH
Số: 47/KH-THBT

Khánh Tây, ngày 25 tháng 8 năm 2026

KẾ HOẠCH
Trại hè năm 2026

I. CHƯƠNG TRÌNH

NGÀY THỨ NHẤT (15/7/2026)

Buổi sáng

Giờ | Nội dung | Người làm
7h30 | Khai mạc trại | Đoàn đội
9h00 | Thi dựng lều | Giáo viên thể dục

NGÀY THỨ HAI (16/7/2026)

Buổi chiều

Giờ | Nội dung | Người làm
7h30 | Thi nấu ăn | Tổ bảo mẫu
10h45 | Bế mạc trại | Đoàn đội

II. KINH PHÍ

Đơn vị tính: triệu đồng

Hạng mục | Năm 2026 | Năm 2027 | Ghi chú
Trại Hòn Khô | 12 | 14 | Có mái che
Trại Bãi Nồm | - | 9 | Mượn sân
Thuê lều | 4 | - | Cho Trại Bãi Nồm

HIỆU TRƯỞNG
Huỳnh Thị Cẩm Vân
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("papers")
    library = Library.open(folder / "data", embeddings=CheapEmbeddings())
    for name, text in (("thu", LETTER), ("lich", DAYS), ("trai", TIMES)):
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
        ingest_file(Path(folder / f"{name}.txt"), library)
    yield Engine(library, reading=False)
    library.close()


@pytest.mark.parametrize(
    ("question", "paper", "said"),
    [
        ("Số và ngày của công văn?", "thu", "655/UBND-KTHT"),
        ("công văn này ký ngày mấy", "thu", "12/5/2026"),
        ("nguoi ky cong van", "thu", "Lê Quốc Thắng"),
        ("Công văn này gửi cho ai?", "thu", "Nơi nhận: Công an phường; Các tổ trưởng tổ dân phố; Như trên"),
        ("Cơ quan nào ban hành công văn này?", "thu", "Cơ quan ban hành: UBND phường An Khánh"),
        ("Lịch tiếp dân này do ai ký?", "lich", "Nguyễn Tấn Kịch"),
        ("lich nay so may, don vi nao ban hanh", "lich", "UBND xã Khánh Tây"),
        ("Who signed this letter?", "thu", "Lê Quốc Thắng"),
        ("Hiệu trưởng là ai?", "trai", "Huỳnh Thị Cẩm Vân"),
        ("hieu truong nha truong ten gi", "trai", "Huỳnh Thị Cẩm Vân"),
        ("Ai là Chủ tịch UBND phường?", "thu", "Lê Quốc Thắng"),
    ],
)
def test_what_a_paper_says_of_itself(engine: Engine, question: str, paper: str, said: str) -> None:
    answer = engine.ask(question, paper)
    assert (answer.reason, answer.refused) == ("document", False)
    assert said in answer.text


def test_whom_a_letter_is_sent_to_is_proven_at_its_head(engine: Engine) -> None:
    quotes = [each.quote for each in engine.ask("Nơi nhận công văn này?", "thu").citations]
    assert quotes[0] == "- Công an phường,\n- Các tổ trưởng tổ dân phố."
    assert quotes[1].startswith("Nơi nhận:")


DECISION = frozenset({"ke hoach", "quyet dinh"})


@pytest.mark.parametrize(
    ("question", "own", "asks"),
    [
        ("Ai ký quyết định?", DECISION, {Ask.SIGNER}),
        ("Quyết định được ai ký, ngày nào?", DECISION, {Ask.SIGNER, Ask.DATE}),
        ("Quyết định này thay thế quyết định nào?", DECISION, set()),
        ("Căn cứ quyết định số mấy?", DECISION, set()),
        ("Số của quyết định khen thưởng?", DECISION, set()),
        ("Số của công văn là gì?", DECISION, set()),
        ("Quyết định số 88 do cơ quan nào ban hành?", frozenset[str](), set()),
        ("Kế hoạch này do xã nào ban hành?", frozenset[str](), {Ask.ISSUER}),
    ],
)
def test_no_other_paper_is_taken_for_the_one_that_is_asked(question: str, own: frozenset[str], asks: set[Ask]) -> None:
    facts = {Ask.NUMBER, Ask.DATE, Ask.SIGNER, Ask.ISSUER, Ask.RECIPIENTS}
    assert asked(question, own) & facts == asks


def test_a_plan_that_a_decision_issues_is_called_both() -> None:
    assert kinds_of(PlanInfo(title="Kế hoạch Giảm nghèo", subject="Giảm nghèo", number="412/QĐ-UBND")) == DECISION
    assert kinds_of(PlanInfo(title="Phương án Cứu nạn", subject="Cứu nạn", number="27/PA-CAX")) == {"phuong an"}


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Tháng 2 ai tiếp công dân?", ["02", "26/5", "27/5"]),
        ("thang 8 ai tiep cong dan", ["26/5", "27/5"]),
        ("Ngày 27/5 học bài gì?", ["01", "02", "27/5"]),
        ("Trước ngày 27/5 học bài gì?", ["01", "02", "26/5", "27/5"]),
        ("hom 28/5 hoc gi", ["01", "02"]),
        ("Mấy bình CO2?", ["01", "02", "26/5"]),
    ],
)
def test_rows_of_another_month_day_or_thing_are_not_read(engine: Engine, question: str, left: list[str]) -> None:
    shelf = engine.corpus[engine.library.lookup.live("lich") or ("", 0)]
    found = found_in(engine.library.search, read_question(question, False, (question,), {}), shelf)
    rows = [each.hit.passage.text for each in found if each.hit.passage.kind is ClauseKind.ROW]
    assert sorted(row.partition(";")[0].partition(": ")[2].partition("/2026")[0] for row in rows) == left


@pytest.mark.parametrize("question", ["Phó Hiệu trưởng là ai?", "Hiệu trưởng Trường Mầm non Họa Mi là ai?"])
def test_another_office_is_not_the_signers(engine: Engine, question: str) -> None:
    assert engine.ask(question, "trai").reason != "document"


def test_rows_of_another_name_are_not_read_where_a_table_has_the_one_asked_for(engine: Engine) -> None:
    shelf = engine.corpus[engine.library.lookup.live("trai") or ("", 0)]
    question = "Năm 2026 trại Bãi Nồm hết bao nhiêu tiền?"
    found = found_in(engine.library.search, read_question(question, False, (question,), {}), shelf)
    rows = [each.hit.passage for each in found if each.hit.passage.kind is ClauseKind.ROW]
    told = {row.text.partition(";")[0] for row in rows if "Hạng mục" in row.text}
    assert told == {"Hạng mục: Trại Bãi Nồm", "Hạng mục: Thuê lều"}
    assert rows[0].path[-1].endswith("(Đơn vị tính: triệu đồng)")


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Chiều 15/7 làm gì?", []),
        ("Sáng 15/7 làm gì?", ["7h30", "9h00"]),
        ("Trước ngày 16/7 làm gì?", ["7h30", "9h00"]),
    ],
)
def test_rows_under_another_day_or_part_of_it_are_not_read(engine: Engine, question: str, left: list[str]) -> None:
    shelf = engine.corpus[engine.library.lookup.live("trai") or ("", 0)]
    found = found_in(engine.library.search, read_question(question, False, (question,), {}), shelf)
    rows = [each.hit.passage for each in found if "Giờ" in each.hit.passage.text]
    assert sorted({row.text.partition(";")[0].removeprefix("Giờ: ") for row in rows if "15/7" in row.path[-2]}) == left


@pytest.mark.parametrize(
    ("question", "said"),
    [("Bế mạc trại ngày nào, mấy giờ?", "Ngày thứ hai (16/7/2026); "), ("Ai thi nấu ăn?", "")],
)
def test_the_day_over_a_timetable_is_told(engine: Engine, question: str, said: str) -> None:
    answer = engine.ask(question, "trai")
    assert said.lower() in answer.headline.lower()
    assert ("16/7" in answer.headline) == bool(said)
    assert answer.text.startswith(answer.headline)
