"""Places named in questions, in Vietnamese with and without accents and in English."""

import pytest

from ingest.parse import parse
from plan.model import SourceText
from plan.references import Reference, matches, read_reference
from plan.tree import Tree

HEAD = "ỦY BAN NHÂN DÂN\nXÃ HOA TRẦM\n\nKẾ HOẠCH\nLàm thử năm 2026\n\nCăn cứ Luật Thử;\n\n"
ARTICLES = (
    "CHƯƠNG I\nNỘI DUNG CHUNG\n\nĐiều 1. Tình hình\nXã có 5 thôn.\n\nĐiều 2. Phạm vi\n1. Áp dụng với hai nhóm.\n"
    "2. Không áp dụng với quà.\n\nCHƯƠNG II\nVIỆC LÀM\n\nĐiều 3. Chỉ tiêu\n1. Đạt 75%.\n2. Đạt 98% người có công.\n"
)
STEPS = (
    "I. CÁC BƯỚC\n\nBước 1: Rà soát\n- Lập danh sách 20 hộ.\n\nBước 2: Chi trả\n- Trả qua tài khoản.\n\n"
    "II. NHIỆM VỤ\n\nNhóm nhiệm vụ 1. Cư trú\n- Cấp thẻ.\n\nNhóm nhiệm vụ 2. Đất đai\n- Đo đạc.\n\n"
    "III. KINH PHÍ\n\n1. Đợt I: 20 triệu đồng.\n2. Đợt II: 30 triệu đồng.\n"
)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("mục II.6 nói gì", Reference(section="II", item="6")),
        ("diem a khoan 2 muc II", Reference(section="II", item="2", point="a")),
        ("What has to be delivered under point 5.c of section II?", Reference(section="II", item="5", point="c")),
        ("phụ lục 2 hàng 22", Reference(appendix="II", row="22", in_appendix=True)),
        ("PL I dòng 3", Reference(appendix="I", row="3")),
        ("in the section III table (not the appendix)", Reference(section="III", in_appendix=False)),
        ("II.2.a ai chủ trì", Reference(section="II", item="2", point="a")),
        ("Mục III.2 kế hoạch rác thải ghi gì ở điểm c", Reference(section="III", item="2", point="c")),
        ("chỉ tiêu số 9 phụ lục I là gì", Reference(appendix="I", row="9", in_appendix=True)),
        ("khoản 1.1 mục III", Reference(section="III", item="1.1")),
        ("Điều 3 khoản 2 nói gì", Reference(article="3", item="2")),
        ("diem b khoan 2 dieu 3", Reference(article="3", item="2", point="b")),
        ("Đ3.2.b", Reference(article="3", item="2", point="b")),
        ("chương II có gì", Reference(chapter="II")),
        ("Bước hai làm gì", Reference(counted="buoc", number="2")),
        ("nhóm nhiệm vụ 1 ai làm", Reference(counted="nhom nhiem vu", number="1")),
        ("khoản 2 mục “Kinh phí”", Reference(item="2", name="kinh phi")),
    ],
)
def test_a_place_is_read(question: str, expected: Reference) -> None:
    assert read_reference(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Nghị định 142/2026 nói gì",
        "mục tiêu 2026 là gì",
        "ai chủ trì tập huấn",
        "kinh phí bao nhiêu triệu",
        "khoản 2 Điều 3 Luật Đất đai nói gì",
        "nhóm 5 người làm gì",
        "giai đoạn 2026-2030 thế nào",
        "điều động bao nhiêu dân quân",
        "nguoi di tuan duoc tra may dong 1 dem",
        "được mấy đồng 1 ngày",
        "Tỷ lệ định danh mức 2 là bao nhiêu?",
        "da kich hoat muc 2 dc bao nhieu nguoi",
        "1 tai khoan 2 nguoi dung chung duoc khong",
        "Hộ phải đóng 2 triệu tiền gì?",
        "Ghế chờ ở bộ phận 1 cửa hết bao nhiêu?",
        "Phần bà con góp là mấy triệu?",
        "được cho mấy phần xi măng?",
        "Hòn Chuông năm 2027 thả mấy ô?",
        "Ngày PL 9/11 ai lo?",
    ],
)
def test_other_numbers_are_no_places(question: str) -> None:
    assert not read_reference(question)


@pytest.mark.parametrize(
    ("body", "place", "said"),
    [
        (ARTICLES, "Điều 3 khoản 2", {"2. Đạt 98% người có công."}),
        (ARTICLES, "Đ2.2", {"2. Không áp dụng với quà."}),
        (ARTICLES, "điều 1", {"Xã có 5 thôn."}),
        (ARTICLES, "chương II", {"1. Đạt 75%.", "2. Đạt 98% người có công."}),
        (ARTICLES, "Điều 9", set()),
        (STEPS, "bước 2", {"- Trả qua tài khoản."}),
        (STEPS, "nhóm nhiệm vụ 1", {"- Cấp thẻ."}),
        (STEPS, "nhóm 2", {"- Đo đạc."}),
        (STEPS, "đợt 2", {"2. Đợt II: 30 triệu đồng."}),
        (STEPS, "mục “Kinh phí”", {"1. Đợt I: 20 triệu đồng.", "2. Đợt II: 30 triệu đồng."}),
    ],
)
def test_a_place_is_found(body: str, place: str, said: set[str]) -> None:
    version = parse(SourceText(HEAD + body, "thu.txt", "0"), "thu", 1)
    tree, reference = Tree(version.text, version.clauses), read_reference(place)
    leaves = [c for c in version.clauses if not c.children and not c.address.endswith("^")]
    assert {tree.clean(c) for c in leaves if matches(tree, c, reference)} == said
