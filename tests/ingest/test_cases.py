"""Papers that were once read wrongly, one of each kind, with what must come of them."""

from pathlib import Path

import pytest

from ingest.parse import parse
from ingest.readers import read
from plan.model import Clause, PlanVersion
from plan.passages import passages_of

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "documents"
pytestmark = pytest.mark.skipif(not CASES.exists(), reason="the papers of other offices are not here")


def taken_in(name: str) -> PlanVersion:
    return parse(read(CASES / name), "p", 1)


def clauses(version: PlanVersion) -> dict[str, Clause]:
    return {clause.address: clause for clause in version.clauses}


def codes(version: PlanVersion) -> set[str]:
    return {warning.code for warning in version.warnings}


def test_a_decision_that_issues_a_plan() -> None:
    version = taken_in("c2-quyet-dinh-ban-hanh-ke-hoach.txt")
    info = version.info
    assert info.title.startswith("Kế hoạch Trồng cây phân tán năm 2026")
    assert (info.number, info.signer) == ("145/QĐ-UBND", "Trần Văn Mẫu")
    assert {"I.1", "II.2", "III.1"} <= set(clauses(version))
    assert [c.words for c in version.clauses if c.label.startswith("Điều 2")] == ["Điều 2 mục “Quyết định”"]


def test_letters_of_old_fonts_in_a_pdf() -> None:
    version = taken_in("c2-ma-cu-tcvn3.pdf")
    for words in ("trước ngày", "Người dân", "đường băng", "chương trình", "Trưởng các thôn", "KẾ HOẠCH"):
        assert words in version.text
    assert "legacy_encoding" in codes(version)


def test_appendices_as_decree_30_writes_them() -> None:
    version = taken_in("c2-phu-luc-nd30.docx")
    found = clauses(version)
    assert [cell.value for cell in found["PLI#2"].cells] == ["2", "Thôn Gò Cao", "Tháng 5/2026"]
    assert {"PLII.I.1", "PLII.II.1", "I.1", "II.2"} <= set(found)
    assert version.info.signer == "Trần Văn Mẫu"


def test_no_commune_is_made_up_for_a_department() -> None:
    info = taken_in("c2-ke-hoach-cua-so.txt").info
    assert (info.issuer, info.place, info.number) == ("Sở Công Thương", "", "77/KH-SCT")


def test_number_and_date_are_not_those_of_the_basis() -> None:
    version = taken_in("c2-khong-co-dau-de.txt")
    assert (version.info.number, version.info.date) == ("", "2026-03-25")
    assert "no_number" in codes(version)


def test_columns_by_whole_words_and_by_what_their_cells_say() -> None:
    tasks = {a.task.value: a for a in taken_in("c2-cot-bang.txt").assignments}
    cleaning = tasks["Vệ sinh sân bãi"]
    assert cleaning.deadline
    assert (cleaning.leads[0].value, cleaning.deadline.value) == ("Bộ phận Môi trường", "Chiều 20/4/2026")
    assert tasks["Giao lưu tác giả"].leads[0].value == "Thư viện xã"
    assert tasks["Giao lưu tác giả"].deadline is None


def test_points_with_a_dot_and_with_a_stroke() -> None:
    found = clauses(taken_in("c2-diem-a-cham.txt"))
    assert {"II.1.a", "II.1.b", "II.1.c", "II.2.a", "II.2.b"} <= set(found)
    assert found["II.1.b"].words == "điểm b khoản 1 mục II"


def test_the_title_ends_where_the_opening_begins() -> None:
    version = taken_in("c2-tieu-de-nuot-loi-dan.txt")
    assert version.info.title == "Kế hoạch Tuyên truyền pháp luật năm 2026"
    assert clauses(version)["căn cứ"].span.of(version.text).startswith("Tiếp tục thực hiện")


def test_the_closing_mark_does_not_take_a_paragraph_out_of_its_section() -> None:
    version = taken_in("c2-cau-van.txt")
    money = next(p for p in passages_of(version) if "Kinh phí sử dụng" in p.text)
    assert money.path == ("III. KINH PHÍ",)


def test_days_stand_over_their_schedules() -> None:
    version = taken_in("c2-chuong-trinh-theo-ngay.md")
    row = next(p for p in passages_of(version) if "Bế mạc" in p.text)
    assert row.path == ("II. CHƯƠNG TRÌNH", "NGÀY 2: THỨ BA, NGÀY 07/4/2026")


def test_footnotes_stand_below_what_they_explain() -> None:
    version = taken_in("c2-chu-thich.docx")
    note = next(p for p in passages_of(version) if "Gò Cao" in p.text)
    assert "30/6/2026" in note.text
    assert note.address.startswith("II.1")


def test_a_table_of_contents_is_none_of_the_plan() -> None:
    version = taken_in("c2-muc-luc.docx")
    assert {"I.1", "II.2", "III.1"} <= set(clauses(version))
    assert "repeated_numeral" not in codes(version)
    assert not [p for p in passages_of(version) if "MỤC LỤC" in p.text]
