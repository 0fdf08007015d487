"""Which questions are asked of several plans, or for plans: what only sounds so is asked of all plans together."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from answer.engine import Engine
from answer.several import asks_which, compares, wants_each
from ingest.publish import ingest_file
from tests.evaluation.scale import CheapEmbeddings
from vectorstore.library import Library


@pytest.mark.parametrize(
    "question",
    [
        "Bên nào mở lớp dạy nghề?",
        "học ở chỗ nào, mấy giờ?",
        "Where is class 4 held?",
        "vỏ thuốc chở đi đốt ở lò chỗ nào",
        "Phường nạo vét cống khi nào xong?",
        "Cán bộ nào kèm hợp tác xã nào?",
        "Làm theo kế hoạch nào của tỉnh?",
        "KH này căn cứ KH nào của UBND tỉnh?",
        "Which provincial plan does it follow?",
        "căn cứ QĐ nào về mỗi xã một sản phẩm",
        "Ai làm đầu mối xã để báo cáo?",
        "Rà soát văn bản các xã cũ hạn chót hôm nào?",
        "Khi xong thì gửi báo cáo cho những nơi nào?",
        "Quý hai xã phải có bao nhiêu thành viên?",
        "Cả năm xã chi bao nhiêu?",
        "Bà con muốn nộp hồ sơ thì ra đâu?",
        "Xưởng cà phê xã đặt ở đâu?",
        "Báo cáo cuối năm xã gửi Sở Xây dựng hạn nào?",
    ],
)
def test_asks_no_plans(question: str) -> None:
    assert not any(asks(question) for asks in (compares, asks_which, wants_each))


@pytest.mark.parametrize(
    "question",
    [
        "Kế hoạch nào nói tới Hội Cựu chiến binh?",
        "xa nao khong huy dong dong gop",
        "Nơi nào có lấy phiếu khảo sát?",
        "trong ba xã, nơi nào có bến đò?",
        "Mỗi xã giao mấy người?",
        "moi xa giao may nguoi",
        "Which wards hold a contest?",
    ],
)
def test_asks_for_plans(question: str) -> None:
    assert compares(question) or wants_each(question)


PLAN = """ỦY BAN NHÂN DÂN
XÃ SUỐI TRẦU
Số: {number}/KH-UBND
Suối Trầu, ngày 05 tháng 01 năm 2026

KẾ HOẠCH
{subject} trên địa bàn xã Suối Trầu năm 2026

I. MỤC ĐÍCH
1. Nâng cao hiệu quả công tác {subject} tại 09 thôn.

II. NHIỆM VỤ
1. {task}

Nơi nhận: {sent}; Lưu: VT.

CHỦ TỊCH
{signer}
"""
PAPERS = (
    ("11", "Phòng, chống sốt xuất huyết", "Trạm Y tế phun hóa chất diệt muỗi tại chợ Trầu.", "Sở Y tế", "Lê Văn Hiến"),
    ("12", "Xây dựng văn hóa đọc", "Thư viện xã luân chuyển sách tới 04 điểm đọc.", "Sở Văn hóa", "Đỗ Thị Quyên"),
    ("13", "Quản lý đàn chó, mèo", "Tổ bắt chó thả rông trực vào thứ Bảy.", "Chi cục Thú y", "Lê Văn Hiến"),
)


@pytest.fixture(scope="module")
def commune(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """Three plans of one commune."""
    folder = tmp_path_factory.mktemp("commune")
    library = Library.open(folder / "data", embeddings=CheapEmbeddings())
    for number, subject, task, sent, signer in PAPERS:
        file = folder / f"kh-{number}.txt"
        file.write_text(PLAN.format(number=number, subject=subject, task=task, sent=sent, signer=signer), "utf-8")
        ingest_file(file, library)
    yield Engine(library, reading=False)
    library.close()


@pytest.mark.parametrize(
    ("question", "plan"),
    [
        ("xã Suối Trầu phun hóa chất diệt muỗi ở chợ nào?", "kh-11"),
        ("Thư viện luân chuyển sách tới mấy điểm đọc ở Suối Trầu?", "kh-12"),
        ("Ở xã Suối Trầu tổ bắt chó thả rông trực thứ mấy?", "kh-13"),
    ],
)
def test_plans_of_the_one_place_that_is_named_are_read_together(commune: Engine, question: str, plan: str) -> None:
    answer = commune.ask(question)
    assert (answer.citations[0].plan_id, answer.reason) == (plan, "text")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Ai ký kế hoạch văn hóa đọc của xã Suối Trầu?", "Đỗ Thị Quyên"),
        ("ke hoach sot xuat huyet suoi trau gui cho ai", "Nơi nhận: Sở Y tế; Lưu: VT"),
    ],
)
def test_of_several_plans_of_a_place_that_on_the_subject_is_meant(commune: Engine, question: str, said: str) -> None:
    answer = commune.ask(question)
    assert len({citation.plan_id for citation in answer.citations}) == 1
    assert said in answer.text
