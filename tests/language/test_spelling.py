"""Questions as typed become questions as meant."""

from __future__ import annotations

from itertools import count

import pytest

from language.abbreviations import abbreviations, expand
from language.lexicon import Lexicon
from language.spelling import Speller, language
from tests.patience import quickest


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(Lexicon.load())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ke hoach nay do phong nao chu tri", "kế hoạch này do phòng nào chủ trì"),
        ("han nop bao cao la ngay nao", "hạn nộp báo cáo là ngày nào"),
        ("kinh phi lay tu dau", "kinh phí lấy từ đâu"),
        ("Trach nhiem cua doan thanh nien ntn", "Trách nhiệm của đoàn thanh niên như thế nào"),
        ("bn ng dc tap huan", "bao nhiêu người được tập huấn"),
        ("cong an xa lm j", "công an xã làm gì"),
        ("trc ngay 30/6/2026 phai nop ko", "trước ngày 30/6/2026 phải nộp không"),
        ("nghi dinh so 142/2026/ND-CP quy dinh gi", "nghị định số 142/2026/ND-CP quy định gì"),
        ("deadline nop bao cao", "deadline nộp báo cáo"),
        ("NGUOI DAN PHAI LAM GI", "NGƯỜI DÂN PHẢI LÀM GÌ"),
        ("đơn vị nao chủ trì", "đơn vị nào chủ trì"),
        ("điểm e khoản 2", "điểm e khoản 2"),
        ("cds cua xa", "CĐS của xã"),
    ],
)
def test_missing_diacritics_and_chat_shorthand_are_restored(speller: Speller, typed: str, meant: str) -> None:
    assert speller.restore(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "Đơn vị nào chủ trì tập huấn cho cán bộ ở ban, ngành?",
        "Hoá đơn điện tử và Uỷ ban nhân dân xã",
        "UBND xã giao Phòng VH-XH việc gì theo 120/KH-UBND?",
        "Sandbox và chatbot AI có nằm trong kế hoạch không?",
        "What must Ô Diên commune report, and when?",
        "",
    ],
)
def test_what_is_right_stays(speller: Speller, text: str) -> None:
    assert speller.restore(text) == text
    assert speller.correct(text) == text


def test_names_come_from_the_plans_at_hand() -> None:
    known = Speller(Lexicon.load(["Ủy ban nhân dân phường Chu Văn An, trường Chu Văn An, phường Chu Văn An"]))
    assert known.restore("phuong chu van an giao viec gi") == "phường chu văn an giao việc gì"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gía trị", "giá trị"),
        ("trách nhiêm của công an xã", "trách nhiệm của công an xã"),
        ("đào tao cán bộ", "đào tạo cán bộ"),
        ("trahc nhiệm của đơn vị", "trách nhiệm của đơn vị"),
        ("kees hoachj này ai dduocj giao", "kế hoạch này ai được giao"),
        ("thơi gian hòan thành", "thời gian hoàn thành"),
        ("lãnh đạo phưong", "lãnh đạo phường"),
        ("sản phẫm là gì", "sản phẩm là gì"),
    ],
)
def test_slips_are_mended(speller: Speller, typed: str, meant: str) -> None:
    assert speller.correct(typed) == meant


@pytest.mark.parametrize(
    "text",
    [
        "noi nao thuoc ha noi",
        "bao lau phai di kiem tra",
        "bao lau",
        "ai chu tri",
        "kinh phi",
        "UBND",
        "sandbox la gi",
        "fanpage do ai quan ly",
        "chatbot AI co duoc dung ko",
        "Phường Chu Văn An có app online không",
        "cho hoi fanpage, website, sandbox do ai lam",
    ],
)
def test_vietnamese_is_recognised(text: str) -> None:
    assert language(text) == "vi"


@pytest.mark.parametrize(
    "text",
    [
        "What must Ô Diên commune do?",
        "Who leads in Chu Van An ward?",
        "Chu Văn An ward police duties",
        "When is the report to UBND due?",
        "training for staff",
        "lead unit",
        "budget",
    ],
)
def test_english_is_recognised(text: str) -> None:
    assert language(text) == "en"


def test_a_question_takes_milliseconds(speller: Speller) -> None:
    asked = "ke hoach {} nay do phong nao chu tri, han nop bao cao la ngay nao, kinh phi o dau"
    numbers = count()  # no two questions are the same: what is remembered does not count
    _, seconds = quickest(lambda: [speller.correct(asked.format(next(numbers))) for _ in range(10)])
    assert seconds / 10 < 0.02


@pytest.mark.parametrize(
    ("typed", "variant"),
    [
        ("CĐS do VHXH lo?", "Chuyển đổi số do văn hóa - xã hội lo?"),
        ("ttpvhcc làm gì", "Trung tâm phục vụ hành chính công làm gì"),
        ("ca phường làm gì", "Công an phường làm gì"),
        ("GD&ĐT", "Giáo dục và đào tạo"),
        ("VP HĐND&UBND", "Văn phòng hội đồng nhân dân và ủy ban nhân dân"),
        ("n.vụ của TYT", "Nhiệm vụ của trạm y tế"),
        ("AI là gì", "trí tuệ nhân tạo là gì"),
        ("trí tuệ nhân tạo là gì", "AI là gì"),
        ("phòng văn xã lo gì", "Phòng Văn hóa - Xã hội lo gì"),
        ("mấy chị phụ nữ xã may bao nhiêu áo", "Hội Liên hiệp Phụ nữ may bao nhiêu áo"),
        ("hội nd làm gì", "Hội Nông dân làm gì"),
        ("PKT trình ai?", "Phòng Kinh tế trình ai?"),
    ],
)
def test_abbreviations_are_written_out(typed: str, variant: str) -> None:
    assert variant in expand(typed)


@pytest.mark.parametrize(
    "text", ["ca nào trực", "kế hoạch 120/KH-UBND", "57-NQ/TW nói gì", "không có gì", "bao nhiêu phụ nữ xã"]
)
def test_words_and_document_numbers_are_no_abbreviations(text: str) -> None:
    assert expand(text) == []


def test_ambiguous_abbreviations_give_a_few_variants() -> None:
    assert expand("CT xã ký?") == ["Chủ tịch xã ký?", "Chỉ thị xã ký?", "Chương trình xã ký?"]
    assert len(expand("TT, CT, TH, TP là gì")) == 3


def test_the_list_is_long_enough_and_well_formed() -> None:
    assert len(abbreviations()) >= 150
    assert all(entry.meanings and all(entry.meanings) for entry in abbreviations().values())
