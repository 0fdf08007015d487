"""The first line is the very thing asked for, not the clause read out; what is named in a clause is told from it."""

from __future__ import annotations

import pytest

from answer.engine import Engine
from answer.pieces import cut, told_piece
from answer.weighed import asks_several
from answer.wording import excerpt
from plan.model import Citation, Span
from plan.passages import Line
from reading.protocol import Mark
from training.groups import understand

HV, LK = "chuyen-doi-so", "phong-chong-thien-tai"


@pytest.mark.parametrize(
    ("plan", "question", "first"),
    [
        (HV, "Ngân sách tỉnh hỗ trợ bao nhiêu tiền?", "Ngân sách tỉnh hỗ trợ có mục tiêu 450 triệu đồng"),
        (HV, "Tổng kinh phí là bao nhiêu tiền?", "Tổng kinh phí thực hiện Kế hoạch năm 2026 là 2.460 triệu đồng"),
        (LK, "dien tap cap xa ngay nao", "Tổ chức diễn tập cấp xã vào ngày 18/6/2026 với tình huống vỡ kè thôn Vực"),
    ],
)
def test_of_a_clause_that_says_several_things_one_is_told(engine: Engine, plan: str, question: str, first: str) -> None:
    answer = engine.ask(question, plan)
    assert answer.headline == first
    assert len(answer.citations[0].quote) > len(first)


@pytest.mark.parametrize(
    ("plan", "question", "said"),
    [
        (HV, "Mấy giờ thì sao lưu dữ liệu?", "22 giờ"),
        (LK, "What must be stocked by 25 May?", "3.000 bao tải"),
        (HV, "Đơn vị chủ trì kiện toàn Tổ công nghệ số cộng đồng là đơn vị nào?", "Phòng Văn hóa - Xã hội chủ trì"),
        (HV, "Camera ở sảnh tiếp dân do đơn vị nào lắp, phối hợp với ai?", "Chủ trì: Trung tâm PVHCC"),
    ],
)
def test_the_line_that_has_the_value_leads(engine: Engine, plan: str, question: str, said: str) -> None:
    assert said in engine.ask(question, plan).headline


@pytest.mark.parametrize("scope", [True, False])
@pytest.mark.parametrize(
    ("plan", "question", "said"),
    [
        (HV, "kế hoạch nói gì về wifi?", "Lắp đặt wifi công cộng"),
        (HV, "What does the plan say about wifi?", "Lắp đặt wifi công cộng"),
        (LK, "Kế hoạch có nói gì về xuồng máy không?", "xuồng máy"),
        (LK, "ke hoach co nhac den ao phao khong", "áo phao"),
    ],
)
def test_what_a_clause_names_is_told_from_it(engine: Engine, plan: str, question: str, said: str, scope: bool) -> None:
    answer = engine.ask(question, plan if scope else None)
    assert not answer.refused
    assert said in answer.headline
    assert answer.citations[0].plan_id == plan


@pytest.mark.parametrize(
    "question", ["Kế hoạch nói gì về máy bay không người lái?", "Kế hoạch nói gì về wifi trên tàu cá?"]
)
def test_what_no_clause_names_is_not(engine: Engine, question: str) -> None:
    assert engine.ask(question, HV).refused


def test_a_task_in_a_list_says_what_is_done(engine: Engine) -> None:
    answer = engine.ask("Ban Chỉ huy Quân sự xã làm gì?", LK)
    line = next(line for line in answer.lines if "Củng cố đội xung kích của 11 thôn" in line)
    assert line.count("30/4/2026") == 1


def test_who_only_does_a_thing_is_not_said_to_lead(engine: Engine) -> None:
    assert engine.ask("Ai ra lệnh sơ tán?", LK).headline == "Chủ tịch UBND xã thực hiện."
    assert engine.ask("Ai chủ trì số hóa hồ sơ?", HV).headline.endswith("chủ trì.")


def test_who_is_asked_is_told_and_no_other_piece_of_the_sentence(engine: Engine) -> None:
    assert engine.ask("Who draws up the duty roster?", LK).headline == "Carried out by: Văn phòng HĐND và UBND xã."


def test_the_fields_stand_in_the_order_of_the_question(engine: Engine) -> None:
    answer = engine.ask("Hạn tập huấn ký số cho công chức là khi nào, ai chủ trì?", HV)
    assert answer.headline.startswith("Thời gian: Đợt 1 trước ngày 30/4/2026")
    assert answer.headline.endswith("Văn phòng HĐND và UBND phường chủ trì.")


@pytest.mark.parametrize(
    ("question", "line", "part"),
    [
        (
            "sửa cống Gốc Gạo hoàn thành trước ngày nào",
            "Sửa chữa cánh cống Gốc Gạo và nạo vét kênh, hoàn thành trước ngày 31/5/2026. Phòng Kinh tế chủ trì.",
            "Sửa chữa cánh cống Gốc Gạo và nạo vét kênh, hoàn thành trước ngày 31/5/2026",
        ),
        (
            "khu phố 9 có bao nhiêu hộ",
            "Khu phố 7: 745 hộ. Khu phố 8: 588 hộ. Khu phố 9: 1.105 hộ. Khu phố 10: 1.240 hộ.",
            "Khu phố 9: 1.105 hộ",
        ),
        (
            "Ngân sách năm 2027 cho văn hóa đọc là bao nhiêu?",
            "Ngân sách phường cấp 540 triệu đồng, gồm năm 2026: 240 triệu đồng, năm 2027: 150 triệu đồng.",
            "năm 2027: 150 triệu đồng",
        ),
        (
            "báo cáo năm gửi trước ngày nào",
            "Các thôn gửi báo cáo tháng trước ngày 20; báo cáo 6 tháng trước 10/6/2026; báo cáo năm trước 25/11/2026.",
            "báo cáo năm trước 25/11/2026",
        ),
        (
            "kinh phí tỉnh hỗ trợ là bao nhiêu tiền",
            "Tổng kinh phí 486 triệu đồng, gồm: ngân sách xã 290 triệu đồng; tỉnh hỗ trợ 120 triệu đồng.",
            "Tổng kinh phí 486 triệu đồng … tỉnh hỗ trợ 120 triệu đồng",
        ),
    ],
)
def test_a_part_ends_at_a_year_and_holds_the_number_named(question: str, line: str, part: str) -> None:
    assert told_piece(understand(question), line) == part


def test_the_sentence_above_the_fields_leads_where_no_field_is_asked(engine: Engine) -> None:
    question = "Các lớp hướng dẫn kỹ năng số cơ bản mở tại nhà văn hóa mấy tổ dân phố, mỗi lớp mấy người?"
    answer = Engine(engine.library, reading=False).ask(question, HV)
    assert answer.headline.startswith("Mở các lớp hướng dẫn kỹ năng số cơ bản")


def test_who_and_when_of_a_unit_s_point_are_both_told(engine: Engine) -> None:
    answer = engine.ask("Đơn vị nào lập danh sách hộ phải sơ tán và hạn khi nào?", LK)
    assert answer.headline.startswith("Trưởng các thôn")
    assert "05/5/2026" in answer.headline


@pytest.mark.parametrize(
    ("plan", "question", "fact"),
    [
        (HV, "bản sao lưu giữ mấy ngày", "90 ngày"),
        (LK, "đội xung kích mỗi đội mấy người", "12 đến 15 người"),
        (LK, "huan luyen so cap cuu o dau", "hồ Cây Sung"),
        (LK, "ngập mấy mét thì cấm qua ngầm suối cát", "0,3 m"),
    ],
)
def test_a_fact_deep_in_a_long_line_is_read_at_a_glance(engine: Engine, plan: str, question: str, fact: str) -> None:
    assert fact in engine.ask(question, plan).headline[:80]


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("sửa hết bao nhiêu tiền vậy", "Chi sửa chữa cống Gốc Gạo và nạo vét kênh tiêu: 980.000.000 đồng"),
        ("mua phương tiện hết bao nhiêu tiền", "Chi mua sắm vật tư, phương tiện: 615.000.000 đồng"),
    ],
)
def test_of_sums_with_labels_that_of_the_label_asked_about_is_told(question: str, told: str) -> None:
    line = (
        "Chi sửa chữa cống Gốc Gạo và nạo vét kênh tiêu: 980.000.000 đồng. "
        "Chi mua sắm vật tư, phương tiện: 615.000.000 đồng. Chi huấn luyện, diễn tập: 190.000.000 đồng."
    )
    assert told_piece(understand(question), line) == told


def test_of_two_sums_that_of_the_thing_asked_about_is_told() -> None:
    line = "Công tiêm: 6.000 đồng/con trâu, bò; 3.000 đồng/con lợn; 300 đồng/con gia cầm."
    assert "3.000 đồng/con lợn" in told_piece(understand("công tiêm một con lợn mấy đồng"), line)


@pytest.mark.parametrize(
    ("question", "line", "told"),
    [
        (
            "có được thả hoa đăng không?",
            "Trong những ngày lễ hội không tổ chức trò chơi có thưởng, thả hoa đăng, đốt vàng mã, bán hàng rong.",
            "không tổ chức trò chơi có thưởng",
        ),
        (
            "hộ nào đốt rơm rạ ở đồng Mả?",
            "Nghiêm cấm các hộ làm những việc sau: phơi thóc trên đường thôn; đốt rơm rạ ở đồng Mả; xả rác.",
            "Nghiêm cấm",
        ),
        (
            "lớp học chuyển về đâu?",
            "Nếu trời mưa to nhiều ngày, lớp học chuyển về nhà văn hóa.",
            "Nếu trời mưa",
        ),
    ],
)
def test_what_is_denied_or_holds_on_a_condition_is_not_told_without_it(question: str, line: str, told: str) -> None:
    assert told in told_piece(understand(question), line)


def test_what_is_denied_in_a_sentence_before_denies_nothing() -> None:
    line = "Không tổ chức lễ khai mạc ngoài trời ở sân vận động. Lớp bơi mở tại bể bơi trường Tiểu học Tân Lập, 30 em."
    assert "Không" not in told_piece(understand("lớp bơi mở ở đâu?"), line)


def test_a_line_is_not_cut_within_a_word_of_two_syllables() -> None:
    line = "giao Đội Quản lý trật tự xây dựng làm việc với chủ đầu tư tòa Vọng Liễu và đội chữa cháy tại chỗ của nhà"
    assert not [span for span in cut(line) if line[span.start :].startswith(("tự", "tư ", "tại chỗ"))]
    line = "Hoàn thành trước ngày 17/4/2026 đối với các hộ kinh doanh ăn uống, bao gồm cả hộ bán hàng rong quanh chợ"
    assert not [span for span in cut(line) if line[span.start :].startswith(("với", "gồm"))]


SUM = "Dự toán là 90 triệu đồng, trong đó mua sắm 60 triệu đồng, đào tạo 20 triệu đồng, chi khác 10 triệu đồng."


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("Đào tạo hết bao nhiêu tiền?", "đào tạo 20 triệu đồng"),
        ("Dự toán bao nhiêu, đào tạo mấy?", "Dự toán là 90 triệu đồng … đào tạo 20 triệu đồng"),
        ("How much is spent on training?", "đào tạo 20 triệu đồng"),
    ],
)
def test_of_a_sum_the_part_is_told_and_of_two_asked_both(question: str, part: str) -> None:
    assert told_piece(understand(question), SUM) == part


def test_a_short_sentence_with_a_figure_is_no_label() -> None:
    line = "Tổ 4: 09 điểm. Tổ 5: 52 điểm. Tổ 6: 21 điểm. Các tổ khác giữ nguyên hiện trạng như đầu năm."
    assert told_piece(understand("tổ 5 có bao nhiêu điểm"), line) == "Tổ 5: 52 điểm"


def test_a_label_is_no_part_of_its_own() -> None:
    line = "Tuyên truyền. Giao Phòng Văn hóa in 3.000 tờ rơi về bệnh dại ở chó mèo; treo băng rôn ở chợ."
    assert told_piece(understand("in bao nhiêu tờ rơi?"), line).startswith("Tuyên truyền. Giao Phòng Văn hóa in")


@pytest.mark.parametrize(
    ("question", "line", "told"),
    [
        (
            "tổng kết hè trước ngày nào",
            "Thôn báo số em đang học vào thứ Sáu; Phòng Văn hóa - Xã hội báo cáo tháng trước ngày 28 hằng tháng, "
            "tổng kết hè trước ngày 10/9/2026.",
            "… báo cáo tháng trước ngày 28",
        ),
        (
            "mời ai dạy, mấy lớp",
            "Chỗ học của trẻ em trong xã là bể bơi lắp ghép của Trường THCS (10 lớp) và bãi tắm Bãi Nồm có phao quây.",
            "Chỗ học",
        ),
    ],
)
def test_what_begins_within_a_sentence_says_so_and_does_not_dangle(question: str, line: str, told: str) -> None:
    assert told in told_piece(understand(question), line)


def test_a_long_paragraph_is_quoted_from_the_sentence_that_proves() -> None:
    before = "Công an xã giữ trật tự ở bến, ở chợ và trên đường vào các ngày họp chợ phiên. " * 6
    quote = f"{before}Cấp lại thẻ do mất thu 70.000 đồng. Người nộp hồ sơ nhận thẻ tại ấp."
    at = quote.index("Cấp lại")
    cited = Citation("p", 1, "p.txt", "1", "khoản 1", 0, len(quote), quote, marks=((at, at + 35),))
    assert excerpt(cited, room=0).text.startswith("… Cấp lại thẻ do mất thu 70.000 đồng.")
    assert excerpt(cited).text.startswith("… Cấp lại thẻ do mất thu 70.000 đồng.")


@pytest.mark.parametrize(
    ("question", "line", "part"),
    [
        (
            "Nguồn kinh phí?",
            "Kinh phí thực hiện Kế hoạch được cấp từ nguồn ngân sách nhà nước theo phân cấp ngân sách hiện hành và các "
            "nguồn kinh phí hợp pháp khác theo quy định.",
            "Kinh phí thực hiện Kế hoạch được cấp từ nguồn ngân sách nhà nước",
        ),
        (
            "tien o dau ra",
            "Kinh phí các nhiệm vụ được bảo đảm từ: trong phạm vi dự toán ngân sách phường được giao và các nguồn kinh "
            "phí hợp pháp khác theo phân cấp và theo quy định của pháp luật. Khuyến khích huy động nguồn xã hội hóa.",
            "trong phạm vi dự toán ngân sách phường được giao và các nguồn kinh phí hợp pháp khác theo phân cấp",
        ),
        (
            "tiền in tờ rơi lấy từ nguồn nào",
            "Ngân sách xã chi tập huấn 40 triệu đồng; in tờ rơi do Điện lực tài trợ 12 triệu đồng.",
            "in tờ rơi do Điện lực tài trợ 12 triệu đồng",
        ),
    ],
)
def test_the_first_source_of_the_money_leads(question: str, line: str, part: str) -> None:
    assert told_piece(understand(question), line) == part


@pytest.mark.parametrize(("question", "several"), [("kinh phí ở đâu", False), ("làm ở đâu, hôm nào", True)])
def test_where_the_money_comes_from_is_one_thing_asked(question: str, several: bool) -> None:
    assert asks_several(understand(question)) is several


@pytest.mark.parametrize("told", ["sáng thứ Hai", "chiều thứ Năm"])
def test_the_piece_that_the_reader_marked_leads(told: str) -> None:
    line = "Nhận hồ sơ vào sáng thứ Hai hằng tuần tại nhà văn hóa; trả kết quả vào chiều thứ Năm hằng tuần tại trụ sở."
    at = line.index(told)
    marks = (Mark(Line(line, Span(0, len(line))), at, at + len(told), 0.9),)
    assert told in told_piece(understand("đến hôm nào?"), line, marks).split(" … ")[0]
    assert told_piece(understand("đến hôm nào?"), line) == told_piece(understand("đến hôm nào?"), line, ())
