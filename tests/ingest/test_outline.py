"""The clause tree: real forms of plans, and the two laws that hold for any text — full cover, unique addresses."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.assignments import read_assignments
from ingest.outline import outline
from ingest.parse import parse
from plan.model import Clause, SourceText
from plan.passages import passages_of
from plan.tree import Tree

ROOT = Path(__file__).parents[2]
PLANS = sorted(
    path
    for folder in ("samples", "tests/questions/plans", "../shared/plans")
    for path in (ROOT / folder).glob("*")
    if path.suffix in (".txt", ".md")
)


def uncovered(text: str, clauses: Sequence[Clause]) -> list[int]:
    """Offsets of non-blank characters that lie in no leaf or in more than one: empty for a sound outline."""
    count = Counter(at for clause in clauses if not clause.children for at in range(clause.span.start, clause.span.end))
    return [at for at, char in enumerate(text) if not char.isspace() and count[at] != 1]


def cut(text: str) -> dict[str, Clause]:
    return {clause.address: clause for clause in outline(text).clauses}


def text_of(text: str, clause: Clause) -> str:
    return clause.span.of(text)


@pytest.mark.parametrize("path", PLANS, ids=lambda p: p.name)
def test_every_character_of_a_plan_lies_in_one_leaf(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    clauses = outline(text).clauses
    assert uncovered(text, clauses) == []
    assert len({clause.address for clause in clauses}) == len(clauses)


PIECES = st.sampled_from(
    [
        "KẾ HOẠCH", "I. MỤC ĐÍCH", "I1. NỘI DUNG", "III. KINH PHÍ", "III. TỔ CHỨC THỰC HIỆN", "1. Mục đích",
            "~4. Công an xã",
        "1.1. Đào tạo", "a) Nội dung thực hiện", "đ) Sản phẩm: báo cáo", "- Cơ quan thực hiện: Phòng Kinh tế",
            "+ Thời gian: 2026",
        "các sở, ngành", "thành phố phối hợp", "STT\tNội dung\tThời hạn", "1\tTuyên truyền\t2026",
            "\ttiếp theo\t",
            "| 1 | a | b |",
        "|---|---|---|", "PHỤ LỤC I", "**Nơi nhận:**", "- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN", "Nguyễn Văn A",
            "## **II. NHIỆM VỤ**",
        "Trên đây là Kế hoạch./.", "\t\t2026-06-23T12:36:10+0700", "X <a@b.vn> đã ký lên văn bản này!", "~",
            "*",
            "<b>I</b>\t<b>Nhóm</b>\t",
    ]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(PIECES, st.sampled_from(["\n", "\n\n", "\r\n", "\n \n", "\x0c"])), max_size=40))
def test_mangled_plans_are_covered_too(pieces: list[tuple[str, str]]) -> None:
    text = "".join(piece + end for piece, end in pieces)
    clauses = outline(text).clauses
    assert uncovered(text, clauses) == []
    assert len({clause.address for clause in clauses}) == len(clauses)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_covered(text: str) -> None:
    assert uncovered(text, outline(text).clauses) == []


def test_points_bullets_and_their_words() -> None:
    text = (
        "KẾ HOẠCH\nThử\n\nI. MỤC ĐÍCH\n\nII. NỘI DUNG\n\n2. Dữ liệu\n\na) Rà soát\n\n"
        "- Cơ quan thực hiện: Phòng Kinh tế.\n"
    )
    clauses = cut(text)
    assert clauses["II.2.a"].words == "điểm a khoản 2 mục II"
    assert text_of(text, clauses["II.2.a-1"]) == "- Cơ quan thực hiện: Phòng Kinh tế."


def test_a_sentence_cut_by_a_page_is_one_clause() -> None:
    text = (
        "KẾ HOẠCH\nThử\n\nI. NỘI DUNG\n\n- Phối hợp với Sở Khoa học, các sở, ngành\n\n"
        "thành phố trong việc xây dựng.\n\n- Việc khác.\n"
    )
    assert text_of(text, cut(text)["I-1"]).endswith("thành phố trong việc xây dựng.")


def test_a_name_cut_by_a_page_is_one_clause() -> None:
    text = (
        "KẾ HOẠCH\nThử\n\nI. NỘI DUNG\n\nUBND phường Chu Văn An chỉ đạo.\n\n"
        "- Tuyên truyền rộng rãi đến nhân dân trên địa bàn phường Chu\n\nVăn An theo kế hoạch.\n"
    )
    assert "phường Chu\n\nVăn An" in text_of(text, cut(text)["I-1"])


def test_a_row_cut_by_a_page_is_one_row() -> None:
    head = "STT\tNội dung\tĐơn vị\tThời hạn\n"
    text = (
        f"KẾ HOẠCH\nThử\n\nI. NHIỆM VỤ\n\n{head}1\tHỗ trợ các ứng\tTrạm\t2026 -\n\n{head}\tdụng mới\tY tế\t2030\n"
        "2\tKhác\tCông an\t2027\n"
    )
    row = cut(text)["I#1"]
    assert [cell.value for cell in row.cells] == ["1", "Hỗ trợ các ứng dụng mới", "Trạm Y tế", "2026 - 2030"]
    assert "I#2" in cut(text)


def test_repeated_numerals_are_kept_apart_by_their_heading() -> None:
    text = "KẾ HOẠCH\nThử\n\nIII. KINH PHÍ\n\n1. Nguồn.\n\nIII. TỔ CHỨC THỰC HIỆN\n\n1. Phòng Kinh tế\n\n- Làm việc.\n"
    clauses = cut(text)
    assert clauses["III(Tổ chức thực hiện).1"].words == "khoản 1 mục III “Tổ chức thực hiện”"
    assert "III(Kinh phí).1" in clauses


def test_garbled_numerals_are_read() -> None:
    text = (
        "KE HOACH\n\nThu\n\nI. MUC DICH\n\n1. A\n\nI1. NOI DUNG\n\n1. B\n\nI11. KINH PHI\n\n- C\n\nIV. TO CHUC\n\n"
        "3. D\n\n~4.Cong an\n"
    )
    assert {"II.1", "III", "IV.4"} <= set(cut(text))


def test_a_field_line_is_no_recipient_list() -> None:
    text = (
        "KẾ HOẠCH\nThử\n\nI. NỘI DUNG\n\n1. Việc\n\nChủ trì: Phòng Kinh tế.\nNội dung: dán dự toán.\n"
        "Thời hạn: 10 ngày.\n"
    )
    assert "nơi nhận" not in cut(text)


def test_an_appendix_after_the_signature_stamps_is_read() -> None:
    text = (
        "KẾ HOẠCH\nThử\n\nI. NỘI DUNG\n\n- Việc.\n\nNơi nhận:\n- Như trên;\n\nTM. ỦY BAN NHÂN DÂN\n\n"
        "2026-06-23T12:36:10+0700\n"
        "Trần A <a@b.vn> đã ký lên văn bản này!\n\n**PHỤ LỤC I**\n\n| TT | Nội dung | Thời hạn |\n|---|---|---|\n"
        "| 1 | Họp | 2026 |\n"
    )
    clauses = cut(text)
    assert clauses["PLI#1"].cells[1].value == "Họp"
    assert "đã ký" in text_of(text, clauses["chữ ký số"])


DUTIES_WITHOUT_NUMBERS = """KẾ HOẠCH
Sửa nhà cho hộ nghèo

Phần thứ ba
LỘ TRÌNH THỰC HIỆN

Bước 1. Lập danh sách hộ cần sửa nhà, xong trước ngày 15/3/2026.
Bước 2. Bình xét công khai tại thôn.

Phần thứ tư
TỔ CHỨC THỰC HIỆN

Công an xã

Công an xã giữ gìn trật tự trong những ngày vận chuyển vật liệu.

Phòng Kinh tế
Phòng lập dự toán và quyết toán kinh phí sửa nhà.
- Báo cáo kết quả hằng tháng.

Các thôn

Trưởng thôn cùng Ban công tác mặt trận giám sát việc sửa nhà ở từng hộ.
"""


def test_a_part_may_have_its_name_on_the_next_line_and_steps_are_items() -> None:
    clauses = cut(DUTIES_WITHOUT_NUMBERS)
    assert clauses["PIII"].heading == "LỘ TRÌNH THỰC HIỆN"
    assert text_of(DUTIES_WITHOUT_NUMBERS, clauses["PIII.2"]) == "Bước 2. Bình xét công khai tại thôn."
    assert clauses["PIII.2"].words == "bước 2 phần III"


def test_a_unit_alone_on_a_line_heads_its_duties() -> None:
    clauses = cut(DUTIES_WITHOUT_NUMBERS)
    units = [c for c in clauses.values() if c.parent == "PIV" and c.kind.value == "item"]
    assert [c.heading for c in units] == ["Công an xã", "Phòng Kinh tế", "Các thôn"]
    assert units[0].words == "“Công an xã” phần IV"
    duties = read_assignments(Tree(DUTIES_WITHOUT_NUMBERS, tuple(clauses.values())))
    assert {a.leads[0].value for a in duties} >= {"Công an xã", "Phòng Kinh tế"}


def test_the_tree_knows_parents_and_leaves() -> None:
    text = "KẾ HOẠCH\nThử\n\nI. NỘI DUNG\n\n1. Việc\n\n- Một.\n\n- Hai.\n"
    tree = Tree(text, outline(text).clauses)
    item = tree.by_address["I.1"]
    assert [c.address for c in tree.ancestors(tree.by_address["I.1-2"])] == ["I", "I.1"]
    assert [leaf.address for leaf in tree.leaves(item)] == ["I.1^", "I.1-1", "I.1-2"]


def test_a_sentence_of_a_passage_begins_with_a_capital() -> None:
    """'; đồng thời …' goes on with its sentence: 'đ' is no capital, though it stands between À and Ỹ."""
    item = "1. Các thôn quét dọn đường làng vào sáng thứ Bảy; đồng thời trồng hoa."
    text = f"KẾ HOẠCH\nLàm sạch\n\nI. NỘI DUNG\n{item}\n2. Nghỉ.\n"
    version = parse(SourceText(text, "", ""), "p", 1)
    swept = next(p for p in passages_of(version) if "quét dọn" in p.text)
    assert [line.text for line in swept.lines] == [item]


def test_regulations_behind_a_decision_are_read_and_who_decides_is_none_of_its_title() -> None:
    text = (
        "ỦY BAN NHÂN DÂN\nXÃ GÒ SIM\nSố: 88/QĐ-UBND\n\nGò Sim, ngày 02 tháng 6 năm 2026\n\nQUYẾT ĐỊNH\nBan hành "
        "Quy chế quản lý chợ\n\nCHỦ TỊCH ỦY BAN NHÂN DÂN XÃ\nCăn cứ Luật Tổ chức chính quyền địa phương;\n\n"
        "QUYẾT ĐỊNH:\nĐiều 1. Ban hành kèm theo Quyết định này Quy chế quản lý chợ.\n\nCHỦ TỊCH\nBùi Văn Đoài\n\n"
        "QUY CHẾ\nQuản lý chợ\n(Kèm theo Quyết định số 88/QĐ-UBND ngày 02/6/2026)\n\nChương I\nTRÁCH NHIỆM\n"
        "Điều 1. Vệ sinh\n1. Rác giao thôn tự dọn.\n2. Đèn do Điện lực Gò Sim sửa.\n"
    )
    version = parse(SourceText(text, "x.txt", "0"), "x", 1)
    assert (version.info.title, version.info.signer) == ("Quy chế Quản lý chợ", "Bùi Văn Đoài")
    assert {"PI.Đ1.1", "PI.Đ1.2"} <= {clause.address for clause in version.clauses}
    assert [lead.value for item in version.assignments for lead in item.leads] == ["thôn", "Điện lực Gò Sim"]
    alone = parse(SourceText(text[: text.index("QUY CHẾ\n")], "x.txt", "0"), "x", 1)
    assert alone.info.title == "Quyết định Ban hành Quy chế quản lý chợ"
