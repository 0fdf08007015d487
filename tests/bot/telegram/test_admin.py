"""Plans in and out from an admin's chat: nothing changes before the admin says so."""

from __future__ import annotations

from tests.bot.fakes import TEXT
from tests.bot.telegram.running import ADMIN, OFFICER, Bot
from tests.e2e.fake_telegram import FakeTelegram
from tests.e2e.telegram_people import Person
from tests.e2e.telegram_rules import printed
from tests.patience import eventually

OLD = TEXT.format(place="PHƯỜNG HẠ VÂN", subject="Chuyển đổi số năm 2026", number="58")
NEW = OLD.replace("Mở lớp tập huấn cho cán bộ.", "Mở lớp tập huấn cho cán bộ và người dân.")


def test_a_file_is_shown_before_it_counts(bot: Bot, telegram: FakeTelegram, admin: Person) -> None:
    admin.sends_file("so-hoa-moi.txt", NEW.encode())
    preview = telegram.wait_text(ADMIN, "Chưa có gì thay đổi")
    shown = printed(preview)
    assert "Số: 58/KH-UBND" in shown
    assert "bản mới của" in shown
    assert "~ " in shown
    assert "và người dân" in shown
    assert [plan.version for plan in bot.house.library.live()] == [1]
    take = preview["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    admin.clicks(preview, "Nạp")
    taken = telegram.wait_text(ADMIN, "Đã nạp")
    assert taken["message_id"] == preview["message_id"]
    assert [plan.version for plan in bot.house.library.live()] == [2]
    admin.presses(preview, take)
    telegram.wait(lambda: [answer for answer in telegram.answers if "không còn dùng" in (answer.get("text") or "")])


def test_an_answer_from_an_old_version_says_so(
    bot: Bot, telegram: FakeTelegram, admin: Person, officer: Person
) -> None:
    officer.says("ai chủ trì?")
    answer = telegram.wait_text(OFFICER, "Trả lời")
    admin.sends_file("so-hoa-moi.txt", NEW.encode())
    admin.clicks(telegram.wait_text(ADMIN, "Chưa có gì thay đổi"), "Nạp")
    telegram.wait_text(ADMIN, "Đã nạp")
    officer.clicks(answer, "Toàn văn")
    assert "đang dùng bản 2" in telegram.wait_text(OFFICER, "Tuyên truyền", after=answer["message_id"])["text"]


def test_a_file_can_be_dropped(bot: Bot, telegram: FakeTelegram, admin: Person) -> None:
    admin.sends_file("so-hoa-moi.txt", NEW.encode())
    admin.clicks(telegram.wait_text(ADMIN, "Chưa có gì thay đổi"), "Huỷ")
    telegram.wait_text(ADMIN, "Đã huỷ")
    assert bot.house.library.waiting == {}


def test_versions_and_the_way_back(bot: Bot, telegram: FakeTelegram, admin: Person) -> None:
    admin.sends_file("so-hoa-moi.txt", NEW.encode())
    admin.clicks(telegram.wait_text(ADMIN, "Chưa có gì thay đổi"), "Nạp")
    telegram.wait_text(ADMIN, "Đã nạp")
    admin.says("/banban")
    admin.clicks(telegram.wait_text(ADMIN, "Các bản của"), "Quay về bản 1")
    telegram.wait_text(ADMIN, "nay dùng lại bản 1")
    assert [plan.version for plan in bot.house.library.live()] == [1]


def test_removing_asks_first(bot: Bot, telegram: FakeTelegram, admin: Person) -> None:
    admin.says("/xoa chuyển đổi số")
    asked = telegram.wait_text(ADMIN, "Xoá hẳn")
    assert bot.house.library.live()
    admin.clicks(asked, "Xoá hẳn")
    telegram.wait_text(ADMIN, "Đã xoá")
    assert bot.house.library.live() == []


def test_officers_neither_send_plans_nor_press_admins_buttons(
    bot: Bot, telegram: FakeTelegram, admin: Person, officer: Person
) -> None:
    officer.sends_file("ke-hoach.txt", NEW.encode())
    notice = telegram.wait_text(OFFICER, "không được đọc")
    admin.says("/xoa chuyển đổi số")
    asked = telegram.wait_text(ADMIN, "Xoá hẳn")
    data = asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    officer.presses(notice, data)
    telegram.wait(lambda: [answer for answer in telegram.answers if "chỉ dành cho quản trị" in answer["text"]])
    officer.says("/xoa chuyển đổi số")
    telegram.wait_text(OFFICER, "chỉ dành cho quản trị")
    assert bot.house.library.live()
    assert not [call for call in telegram.calls if call.method == "getFile"]


def test_what_cannot_be_taken_in_is_said_at_once(bot: Bot, telegram: FakeTelegram, admin: Person) -> None:
    admin.sends_file("ke-hoach.pdf", b"%PDF", size=20_000_001)
    telegram.wait_text(ADMIN, "lớn hơn 20 MB")
    admin.sends_file("anh.exe", b"MZ")
    telegram.wait_text(ADMIN, "chỉ nạp được")
    admin.sends_file("../../thu.txt", "Kính gửi các đồng chí.".encode())
    telegram.wait_text(ADMIN, "thu.txt không phải là kế hoạch")
    admin.sends_file("rong.pdf", b"%PDF-1.4 nothing")
    telegram.wait_text(ADMIN, "Không đọc được rong.pdf")


def test_figures_and_people(bot: Bot, telegram: FakeTelegram, admin: Person, officer: Person) -> None:
    officer.says("số tiền không có?")
    telegram.wait_text(OFFICER, "không nói")
    admin.says("/thongke")
    assert "số tiền không có?" in telegram.wait_text(ADMIN, "30 ngày qua")["text"]
    admin.says("/nguoi")
    assert "telegram:7" in telegram.wait_text(ADMIN, "được hỏi")["text"]


def test_menus_are_set_for_each_kind_of_chat(bot: Bot, telegram: FakeTelegram) -> None:
    eventually(lambda: len([call for call in telegram.calls if call.method == "setMyCommands"]) == 6)
    menus = {
        (call.params["scope"]["type"], call.params.get("language_code", "")): [
            command["command"] for command in call.params["commands"]
        ]
        for call in telegram.calls
        if call.method == "setMyCommands"
    }
    assert "thongke" not in menus["all_private_chats", ""]
    assert "thongke" in menus["chat", ""]
    assert "ask" in menus["all_group_chats", "en"]
