"""Talking with the bot on Telegram, over real HTTP with a server that is as strict as the real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversation import mailbox
from ingest.parse import parse
from plan.model import SourceText
from tests.bot.fakes import TEXT
from tests.bot.telegram.running import GROUP, OFFICER, STRANGER, Bot
from tests.e2e.fake_telegram import FakeTelegram
from tests.e2e.telegram_people import Person
from tests.e2e.telegram_rules import printed
from tests.patience import PATIENCE, eventually


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bot waits for the next message for as long as a busy machine needs to bring it."""
    monkeypatch.setattr(mailbox, "PATIENCE", PATIENCE)


def test_an_answer_is_one_message_with_its_proof(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    officer.says("Đơn vị nào chủ trì tuyên truyền?")
    message = telegram.wait_text(OFFICER, "Trả lời")
    assert printed(message).splitlines()[:3] == [
        "«Trả lời: Đơn vị nào chủ trì tuyên truyền?»",
        "",
        "📌 Khoản 1 mục II · Kế hoạch 58/KH-UBND · UBND phường Hạ Vân",
    ]
    assert "▏ - Viết tin bài hằng tháng." in printed(message)
    assert [entity["type"] for entity in message["entities"]] == ["bold", "expandable_blockquote"]
    assert "Sao chép" in printed(message)


def test_buttons_show_the_clause_and_turn_its_pages_in_place(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    officer.says("ai chủ trì?")
    answer = telegram.wait_text(OFFICER, "Trả lời")
    officer.clicks(answer, "Toàn văn")
    clause = telegram.wait_text(OFFICER, "Tuyên truyền", after=answer["message_id"])
    assert clause["entities"][-1]["type"] == "blockquote"
    officer.clicks(clause, "Khoản sau")
    turned = telegram.wait_text(OFFICER, "Mở lớp tập huấn")
    assert turned["message_id"] == clause["message_id"]
    assert len(telegram.shown(OFFICER)) == 2


def test_a_rating_is_a_toast(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    officer.says("ai chủ trì?")
    query = officer.clicks(telegram.wait_text(OFFICER, "Trả lời"), "👍")
    telegram.wait(lambda: [a for a in telegram.answers if a["callback_query_id"] == query and "cảm ơn" in a["text"]])
    assert len(telegram.shown(OFFICER)) == 1


def test_many_citations_are_numbered_and_paged(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    bot.parrot.many = 4
    officer.says("những ai?")
    answer = telegram.wait_text(OFFICER, "Trả lời")
    assert "[3] Khoản 3 mục II" in answer["text"]
    officer.clicks(answer, "Xem thêm")
    assert "[4] Khoản 1 mục I" in telegram.wait_text(OFFICER, "Trích dẫn 4–4 trong 4")["text"]


@pytest.mark.usefixtures("patient")
def test_short_messages_in_a_row_are_one_question(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    for text in ("cho hỏi", "cái kế hoạch số hoá", "hạn nộp khi nào?"):
        officer.says(text)
    telegram.wait_text(OFFICER, "cho hỏi cái kế hoạch số hoá hạn nộp khi nào?")
    assert len(telegram.shown(OFFICER)) == 1


@pytest.mark.usefixtures("patient")
def test_an_order_ends_the_waiting_and_comes_after_the_question(
    bot: Bot, telegram: FakeTelegram, officer: Person
) -> None:
    officer.says("ai chủ trì")
    officer.says("/help")
    [answer, help_] = telegram.wait(lambda: len(shown := telegram.shown(OFFICER)) == 2 and shown)
    assert "ai chủ trì" in answer["text"]
    assert "Cách dùng" in help_["text"]


def test_an_edited_question_gets_an_edited_answer(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    question = officer.says("ai chủ chì?")
    answer = telegram.wait_text(OFFICER, "chủ chì")
    officer.edits(question, "ai chủ trì?")
    assert telegram.wait_text(OFFICER, "chủ trì")["message_id"] == answer["message_id"]


@pytest.mark.usefixtures("patient")
def test_an_edited_part_of_a_question_counts(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    first = officer.says("phòng A")
    officer.says("làm gì?")
    answer = telegram.wait_text(OFFICER, "phòng A làm gì?")
    officer.edits(first, "phòng B")
    assert telegram.wait_text(OFFICER, "phòng B làm gì?")["message_id"] == answer["message_id"]


def test_a_follow_up_knows_what_came_before(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    officer.says("ai chủ trì tập huấn?")
    telegram.wait_text(OFFICER, "tập huấn")
    officer.says("còn thời hạn?")
    telegram.wait_text(OFFICER, "thời hạn")
    topic = bot.parrot.topics[-1]
    assert topic
    assert topic.question == "ai chủ trì tập huấn?"


def test_what_cannot_be_read_gets_a_polite_line(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    officer.sends(voice={"file_id": "v", "file_unique_id": "v", "duration": 3})
    telegram.wait_text(OFFICER, "chưa nghe được tin thoại")
    officer.sends(photo=[{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}])
    telegram.wait_text(OFFICER, "chưa đọc được ảnh")
    officer.sends(location={"latitude": 21.0, "longitude": 105.8})
    telegram.wait_text(OFFICER, "Tôi chỉ đọc được chữ")
    officer.sends(photo=[{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}], caption="ai chủ trì?")
    telegram.wait_text(OFFICER, "Trả lời: ai chủ trì?")


def test_in_a_group_the_bot_hears_what_is_said_to_it(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    telegram.privacy = False
    officer.says("hôm nay ăn gì?", GROUP)
    question = officer.says("/hoi ai chủ trì?", GROUP)
    answer = telegram.wait_text(GROUP, "Trả lời: ai chủ trì?")
    assert answer["reply_to"] == question
    assert "Đọc riêng với bot" in printed(answer)
    officer.says("@kehoach_bot hạn nào?", GROUP)
    telegram.wait_text(GROUP, "Trả lời: hạn nào?")
    officer.says("còn sản phẩm?", GROUP, reply_to=answer)
    telegram.wait_text(GROUP, "Trả lời: còn sản phẩm?")
    assert len(telegram.shown(GROUP)) == 3


def test_a_link_from_the_group_opens_the_clause_in_private(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    officer.says("/hoi ai chủ trì?", GROUP)
    answer = telegram.wait_text(GROUP, "Trả lời")
    buttons = [button for row in answer["reply_markup"]["inline_keyboard"] for button in row]
    url = next(button["url"] for button in buttons if "url" in button)
    officer.says(f"/start {url.partition('start=')[2]}")
    assert "Tuyên truyền" in telegram.wait_text(OFFICER, "Khoản 1 mục II")["text"]


def test_choosing_a_plan_moves_the_mark(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    officer.says("/kehoach")
    plans = telegram.wait_text(OFFICER, "Có 1 kế hoạch")
    officer.clicks(plans, "KẾ HOẠCH" if "KẾ HOẠCH" in printed(plans) else "Chuyển đổi số")
    chosen = telegram.wait_text(OFFICER, "Từ giờ tôi tìm trong")
    assert chosen["message_id"] == plans["message_id"]
    assert chosen["reply_markup"]["inline_keyboard"][0][0]["text"].startswith("✓")


def test_the_tasks_of_a_unit_and_their_spreadsheet(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    officer.says("/viec Phòng Văn hóa - Xã hội")
    tasks = telegram.wait_text(OFFICER, "2 nhiệm vụ")
    officer.clicks(tasks, ".xlsx")
    sheet = telegram.wait_text(OFFICER, "Bảng nhiệm vụ")
    assert sheet["data"].startswith(b"PK")
    assert sheet["document"]["file_name"] == "nhiem-vu-phong-van-hoa---xa-hoi.xlsx"


def test_the_original_when_no_file_is_kept_is_what_was_read(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    officer.says("ai?")
    officer.clicks(telegram.wait_text(OFFICER, "Trả lời"), "Bản gốc")
    assert telegram.wait_text(OFFICER, "Bản đã đọc")["data"].decode() == bot.parrot.scene.plan.text


def test_a_stranger_gets_one_refusal_whatever_he_tries(bot: Bot, telegram: FakeTelegram, stranger: Person) -> None:
    question = stranger.says("ai chủ trì?")
    refusal = telegram.wait_text(STRANGER, "Mã ghép nối")
    stranger.says("/kehoach")
    stranger.edits(question, "/viec Công an")
    stranger.says("/start d_0123456789_1_0123456789")
    stranger.sends_file("ke-hoach.docx", b"PK")
    stranger.says("/hoi ai?", GROUP)
    query = stranger.presses(refusal, "w:1:0")
    telegram.wait(lambda: [answer for answer in telegram.answers if answer["callback_query_id"] == query])
    eventually(lambda: not telegram.pending)
    assert len(telegram.shown(STRANGER)) == 1
    assert telegram.shown(GROUP) == []
    assert bot.parrot.asked == ["", "Đơn vị nào chủ trì?"]  # the bot's own, at the start
    assert not [call for call in telegram.calls if call.method == "getFile"]


def test_pairing_and_removal(bot: Bot, telegram: FakeTelegram, admin: Person, stranger: Person) -> None:
    stranger.says("xin chào")
    code = telegram.wait_text(STRANGER, "Mã ghép nối")["text"].partition("của bạn: ")[2][:6]
    admin.says(f"/duyet {code}")
    telegram.wait_text(admin.ident, "Đã duyệt Khách")
    telegram.wait_text(STRANGER, "đã được phép hỏi")
    stranger.says("ai chủ trì?")
    telegram.wait_text(STRANGER, "Trả lời")
    admin.says(f"/bo telegram:{STRANGER}")
    telegram.wait_text(admin.ident, "Đã thu quyền của telegram:13")
    stranger.clicks(telegram.wait_text(STRANGER, "Trả lời"), "Toàn văn")
    telegram.wait(lambda: len(telegram.answers) == 1)
    assert "Tuyên truyền" not in telegram.shown(STRANGER)[-1]["text"].splitlines()[0]


def test_an_invitation_is_a_link(bot: Bot, telegram: FakeTelegram, admin: Person, stranger: Person) -> None:
    admin.says("/moi")
    told = telegram.wait_text(admin.ident, "https://t.me/kehoach_bot?start=moi_")["text"]
    stranger.says(f"/start {told.partition('start=')[2].split()[0]}")
    telegram.wait_text(STRANGER, "đã được phép hỏi")


def test_a_refused_question_goes_to_the_admin_and_his_reply_comes_back(
    bot: Bot, telegram: FakeTelegram, admin: Person, officer: Person
) -> None:
    officer.says("số tiền không có?")
    officer.clicks(telegram.wait_text(OFFICER, "Kế hoạch không nói"), "Gửi quản trị")
    letter = telegram.wait_text(admin.ident, "số tiền không có?")
    telegram.wait(lambda: [answer for answer in telegram.answers if "Đã gửi câu hỏi" in answer["text"]])
    admin.says("Hỏi Phòng Kinh tế.", reply_to=letter)
    assert "Hỏi Phòng Kinh tế." in telegram.wait_text(OFFICER, "Quản trị trả lời")["text"]


def test_a_fault_is_a_reference_for_the_officer_and_a_word_to_the_admin(
    bot: Bot, telegram: FakeTelegram, admin: Person, officer: Person
) -> None:
    officer.says("câu này làm hỏng?")
    told = telegram.wait_text(OFFICER, "Có lỗi khi xử lý")["text"]
    code = told.rpartition("mã ")[2].rstrip(".")
    assert "RuntimeError" in telegram.wait_text(admin.ident, code)["text"]
    assert "RuntimeError" not in told


def test_a_long_clause_is_read_page_by_page(telegram: FakeTelegram, officer: Person, tmp_path: Path) -> None:
    text = TEXT.format(place="PHƯỜNG HẠ VÂN", subject="Chuyển đổi số năm 2026", number="58")
    bullets = "".join(f"- Việc số {number}: viết tin bài về chuyển đổi số.\n" for number in range(200))
    plan = parse(SourceText(text.replace("- Viết tin bài hằng tháng.\n", bullets), "so-hoa.txt", "sha"), "so-hoa", 1)
    bot = Bot(telegram, tmp_path, plan)
    bot.parrot.scene.plan = plan
    bot.start()
    officer.says("ai chủ trì?")
    answer = telegram.wait_text(OFFICER, "Trả lời")
    assert answer["text"].endswith("…")
    officer.clicks(answer, "Toàn văn")
    clause = telegram.wait_text(OFFICER, "(1/3)")
    officer.clicks(clause, "Trang 2/3")
    assert telegram.wait_text(OFFICER, "(2/3)")["message_id"] == clause["message_id"]
    officer.clicks(clause, "Trang 3/3")
    assert "Việc số 199" in telegram.wait_text(OFFICER, "(3/3)")["text"]
    bot.stop()


def test_a_group_that_moves_keeps_what_it_chose(bot: Bot, telegram: FakeTelegram, officer: Person) -> None:
    officer.says("/ngonngu english", GROUP)
    telegram.wait_text(GROUP, "English")
    officer.joins(GROUP - 1)
    moved = {"message_id": 9, "date": 1, "chat": telegram.chats[GROUP], "migrate_to_chat_id": GROUP - 1}
    telegram.push({"message": {**moved, "from": officer.user}})
    officer.says("/help", GROUP - 1)
    telegram.wait_text(GROUP - 1, "How to use me")


def test_orders_that_do_not_exist_or_do_not_belong_here(
    bot: Bot, telegram: FakeTelegram, admin: Person, officer: Person
) -> None:
    officer.says("/thoitiet")
    telegram.wait_text(OFFICER, "không biết lệnh này")
    admin.joins(GROUP)
    admin.says("/moi", GROUP)
    assert "moi_" not in telegram.wait_text(GROUP, "nhắn riêng")["text"]
