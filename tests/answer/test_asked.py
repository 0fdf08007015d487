"""What a question asks: of the document itself, or of one of its clauses."""

from __future__ import annotations

import pytest

from answer.asked import Ask, about_document, asked


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("Ai ký kế hoạch này?", True),
        ("Ai ký?", True),
        ("ai ky van ban nay vay", True),
        ("Who signed the plan?", True),
        ("ca nhan nao ky ke hoach", True),
        ("Thư xin lỗi do ai ký?", False),
        ("Giấy chứng nhận do ai ký", False),
        ("bien ban nghiem thu ai ky", False),
        ("Who signs the certificates?", False),
        ("Kế hoạch ban hành kèm quyết định do ai ký?", True),
    ],
)
def test_who_signs_another_paper_is_not_asked_of_the_document(question: str, whole: bool) -> None:
    assert about_document(asked(question)) is whole


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Camera do đv nào thực hiện, phối hợp với ai?", {Ask.LEAD, Ask.COORD}),
        ("don vi nao lam va co quan nao phoi hop", {Ask.LEAD, Ask.COORD}),
        ("Ai phối hợp thực hiện việc số hóa?", {Ask.COORD}),
        ("Lọc sách cũ ai làm cùng Trung tâm Dịch vụ?", {Ask.COORD}),
        ("Dây điện sau công tơ ai PH?", {Ask.COORD}),
        ("VĐ sách có hội nào p/hợp?", {Ask.COORD}),
        ("sua mai day C thi ai phu thay Hau", {Ask.COORD}),
        ("Dọn bãi rác thì ai lo chính, ai phụ?", {Ask.LEAD, Ask.COORD}),
        ("Mở lớp bơi mình phải bắt tay với sở nào nữa?", {Ask.COORD}),
        ("Kiểm tra chợ thì ngoài Sở Công Thương còn sở nào vào cuộc?", {Ask.COORD}),
        ("Lớp bơi do phòng nào cùng các trường mở?", {Ask.LEAD, Ask.COORD}),
        ("Trang tin của xã ai phụ trách?", {Ask.LEAD}),
        ("Phường phối hợp tham gia ý kiến ở cấp độ mấy?", set()),
        ("quy chế phối hợp với bên thuế số mấy", set()),
        ("Vướng mắc thì gọi ai, số mấy?", set()),
        ("Nhà bị ngập thì báo ai xử?", {Ask.LEAD}),
        ("Soi nhà trọ xong có giấy gì?", {Ask.PRODUCT}),
        ("Học xong lớp ấy được phát bao nhiêu tiền?", set()),
        ("Dân chê thái độ thì trả lời trong mấy ngày?", {Ask.DEADLINE}),
        ("Phải dập xong trong bao lâu?", {Ask.DEADLINE}),
        ("Quầy ưu tiên dành cho những ai?", set()),
        ("Việc này giao cho những ai?", {Ask.LEAD}),
        ("Tuyên truyền luật ở xã do đâu chủ trì?", {Ask.LEAD}),
        ("Diễn tập ở trường nào, ngày nào?", {Ask.DEADLINE}),
        ("Chỗ nào đứng mũi chịu sào vụ này?", {Ask.LEAD}),
        ("Đăng ký học ở chỗ nào?", set()),
        ("Which office cooperates in the drill?", {Ask.COORD}),
        ("Who collects the fee when cattle stray?", {Ask.LEAD}),
        ("When a boat goes dark, which number is called?", set()),
        ("Who repaints the landing, and by when?", {Ask.LEAD, Ask.DEADLINE}),
        ("The list, when must it go up on the board?", {Ask.DEADLINE}),
        ("How long may the cooperative borrow the rooms?", set()),
    ],
)
def test_each_facet_of_a_question_is_asked(question: str, asks: set[Ask]) -> None:
    assert asked(question) & {Ask.LEAD, Ask.COORD, Ask.DEADLINE, Ask.PRODUCT} == asks


@pytest.mark.parametrize(
    "question", ["Người ký kế hoạch tên gì, chức vụ gì?", "PCT UBND xã ký KH này tên gì?", "ai ky van ban nay, ten gi"]
)
def test_the_name_of_who_signed_is_not_the_name_of_the_plan(question: str) -> None:
    assert asked(question) == {Ask.SIGNER}


@pytest.mark.parametrize(
    "question",
    [
        "Which People's Council resolution does the plan rest on?",
        "Which official letter of the Department of Home Affairs does the plan implement?",
        "Which of the province's decisions is it issued under?",
    ],
)
def test_on_which_paper_a_plan_rests_is_its_basis(question: str) -> None:
    assert Ask.BASIS in asked(question)


@pytest.mark.parametrize("question", ["Kế hoạch này tên gì?", "What is the title of the plan?"])
def test_the_name_of_the_plan_is_its_subject(question: str) -> None:
    assert Ask.SUBJECT in asked(question)


def test_when_something_is_sent_and_whom_another_paper_goes_to_asks_for_no_recipients() -> None:
    assert Ask.RECIPIENTS not in asked("Kế hoạch tháng phải gửi văn phòng trước ngày nào?")
    assert Ask.RECIPIENTS not in asked("Biên bản gửi về đâu?")
    assert Ask.RECIPIENTS in asked("Kế hoạch này gửi những đâu?")


def test_an_identity_card_is_no_legal_basis() -> None:
    assert Ask.BASIS not in asked("Ai phụ trách cấp căn cước?")


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("Ai ký, chức vụ gì?", True),
        ("VB này ai ký, chức vụ gì", True),
        ("Ai ký bản trình lần 2 này?", True),
        ("Kế hoạch này ai đặt bút ký?", True),
        ("Số mấy, ngày nào?", True),
        ("What number is this plan?", True),
        ("Nơi nhận có Sở Y tế không?", True),
        ("Sổ hòa giải ai ghi và ai ký?", False),
        ("Mẫu nước gửi về đâu?", False),
        ("danh sach ho can nuoc gui cho ai", False),
        ("số máy ông Khuê là bao nhiêu?", False),
        ("so may ba Thoa phong van xa", False),
        ("What number reaches Mr Thìn?", False),
        ("Whom do we ring about this, and at what number?", False),
        ("Lắp điểm CC công cộng đầu ngõ ai làm?", False),
        ("CC tư pháp phối hợp với ai?", False),
        ("tổ số của khu phố tối đi học ở chỗ nào vậy?", False),
    ],
)
def test_the_papers_own_head_and_foot_are_no_other_numbers_and_addressees(question: str, whole: bool) -> None:
    assert about_document(asked(question)) is whole


def test_a_number_to_call_is_no_department_and_a_delay_no_deadline() -> None:
    assert Ask.LEAD not in asked("Muốn làm tại nhà thì gọi số nào?")
    assert Ask.LEAD in asked("Sở nào thẩm định?")
    assert Ask.DEADLINE not in asked("Lãnh đạo nào theo dõi nhiệm vụ trễ hạn?")


def test_whom_a_unit_works_with_is_no_list_of_its_tasks() -> None:
    asks = asked("Phòng Văn hóa đi kiểm tra việc quảng cáo thì phối hợp với văn phòng nào?")
    assert Ask.COORD in asks
    assert Ask.UNIT_TASKS not in asks
