"""What an officer meets: answers with proofs, buttons that keep working, follow-ups, orders."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.conversation.messages import Content, Incoming, Kind, Proof
from bot.database import Store
from plan.model import Answer, Topic
from tests.bot.fakes import Scene, make_plan


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_an_answer_carries_its_clause_word_for_word(scene: Scene) -> None:
    reply = scene.says("ai chủ trì tuyên truyền?")
    assert reply.kind is Kind.ANSWER
    assert reply.headline == "Phòng Văn hóa - Xã hội chủ trì."
    [piece] = reply.pieces
    assert piece.quote in scene.plan.text
    assert (piece.clause, piece.place) == ("II.1", "Khoản 1 mục II")
    assert "58/KH-UBND" in piece.plan


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Tiêm chó ngày nào? Giá bao nhiêu?", True),
        ("1) lễ phát động ngày nào 2) loa phát mấy giờ", True),
        ("Ai chủ trì, hạn khi nào?", False),
        ("mục 1. ai chủ trì?", False),
    ],
)
def test_of_several_questions_in_a_message_it_is_said_that_one_was_answered(
    scene: Scene, typed: str, told: bool
) -> None:
    assert any("từng câu" in note for note in scene.says(typed).notes) is told


def test_a_list_that_names_its_places_has_no_quotes_beside_it(scene: Scene) -> None:
    told = scene.answer("II.1", "II.2").citations
    lines = tuple(f"• {' '.join(cited.quote.split())} ({cited.words})" for cited in told)
    scene.asker.answers = [scene.answer("II.1", "II.2", "II.3", lines=lines)]
    reply = scene.says("các nhiệm vụ?")
    assert reply.lines == lines
    assert [(piece.clause, piece.number) for piece in reply.pieces] == [("II.3", 0)]


def test_a_list_of_tasks_is_not_quoted_once_more(scene: Scene) -> None:
    first, second = (cited.words for cited in scene.answer("II.1", "II.2").citations)
    lines = (f"• Viết tin bài hằng tháng – 30/6/2026 ({first})", f"• Mở lớp… ({second})")
    scene.asker.answers = [replace(scene.answer("II.1", "II.2", lines=lines), reason="duties")]
    reply = scene.says("Phòng VHXH làm gì?")
    assert [piece.clause for piece in reply.pieces] == ["II.2"]  # whose words were cut


def test_the_engine_gets_the_chosen_plan_and_the_topic(scene: Scene) -> None:
    topic = Topic(plan_id="so-hoa", clause="II.1", question="ai chủ trì?")
    scene.asker.answers = [scene.answer("II.1", topic=topic)]
    scene.says("chọn kế hoạch hạ vân")
    scene.says("ai chủ trì?")
    scene.says("hạn khi nào?")
    assert scene.asker.asked == [("ai chủ trì?", "so-hoa", None), ("hạn khi nào?", "so-hoa", topic)]


def test_a_topic_is_forgotten_after_a_while(scene: Scene) -> None:
    scene.asker.answers = [scene.answer("II.1", topic=Topic(question="ai chủ trì?"))]
    scene.says("ai chủ trì?")
    scene.clock.now += 31 * 60
    scene.says("hạn khi nào?")
    assert scene.asker.asked[-1][2] is None


def test_people_in_a_group_have_topics_of_their_own(scene: Scene) -> None:
    scene.asker.answers = [scene.answer("II.1", topic=Topic(question="ai chủ trì?"))]
    scene.says("ai chủ trì?", "officer", chat="group", is_group=True)
    scene.says("hạn khi nào?", "admin", chat="group", is_group=True)
    assert scene.asker.asked[-1][2] is None


def test_reading_on_from_clause_to_clause(scene: Scene) -> None:
    first = scene.says("ai chủ trì?")
    whole = scene.presses(first, "Toàn văn")
    assert whole.kind is Kind.CLAUSE
    assert whole.pieces[0].proof is Proof.WHOLE
    assert whole.pieces[0].quote.endswith("30/6/2026.")
    second = scene.presses(whole, "sau")
    third = scene.presses(second, "sau")
    assert [reply.pieces[0].clause for reply in (second, third)] == ["II.2", "II.3"]
    assert scene.presses(third, "sau").kind is Kind.TOAST
    assert scene.presses(second, "trước").pieces[0].clause == "II.1"


def test_before_the_first_clause_of_a_section_comes_the_last_one_of_the_section_before(scene: Scene) -> None:
    assert scene.presses(scene.says("ai?"), "trước").pieces[0].clause == "I.1"


def test_old_buttons_work_after_a_restart(tmp_path: Path) -> None:
    before = Scene(Store(tmp_path / "bot.sqlite3"))
    reply = before.says("ai chủ trì?")
    before.store.close()
    after = Scene(Store(tmp_path / "bot.sqlite3"))
    assert after.presses(reply, "Toàn văn").pieces[0].clause == "II.1"


def test_old_buttons_after_a_new_version_show_the_old_text_and_say_so(scene: Scene) -> None:
    reply = scene.says("ai chủ trì?")
    scene.shelf.old, scene.shelf.plans = [scene.plan], [make_plan(number="99", version=2)]
    shown = scene.presses(reply, "Toàn văn")
    assert shown.pieces[0].version == 1
    assert "đang dùng bản" in shown.notes[0]


def test_old_buttons_after_the_plan_was_removed_show_what_was_cited(scene: Scene) -> None:
    reply = scene.says("ai chủ trì?")
    scene.shelf.plans = []
    told = scene.presses(reply, "Toàn văn")
    assert "gỡ bỏ" in told.headline
    assert "Viết tin bài" in "\n".join(told.lines)


def test_many_citations_are_numbered_and_paged(scene: Scene) -> None:
    scene.asker.answers = [scene.answer("II.1", "II.2", "II.3", "I.1")]
    reply = scene.says("các nhiệm vụ?")
    assert [piece.number for piece in reply.pieces] == [1, 2, 3]
    more = scene.presses(reply, "Xem thêm")
    assert [(piece.number, piece.clause) for piece in more.pieces] == [(4, "I.1")]
    assert not more.buttons


def test_the_last_rating_counts(scene: Scene) -> None:
    reply = scene.says("ai chủ trì?")
    scene.presses(reply, "👎")
    assert scene.presses(reply, "👍").kind is Kind.TOAST
    assert scene.log_book.counts().good == 1
    assert scene.log_book.counts().bad == 0


@pytest.mark.parametrize("action", ["", "x", "w:zz:0", "w:1:9", "z:1:0", "w:1:x", "w:1:0:0", "k:0000000000:0"])
def test_a_token_that_leads_nowhere_is_told_politely(scene: Scene, action: str) -> None:
    scene.says("ai chủ trì?")
    assert scene.says(action=action).kind is Kind.TOAST


def test_a_button_of_another_chat_does_not_work(scene: Scene) -> None:
    reply = scene.says("ai chủ trì?")
    assert scene.presses(reply, "Toàn văn", user="admin").kind is Kind.TOAST


def test_every_token_fits_a_button(scene: Scene) -> None:
    scene.shelf.plans = [make_plan("một-kế-hoạch-có-mã-rất-dài-" * 5)]
    replies = [scene.says("ai?"), scene.says("/kehoach")]
    assert all(len(button.action.encode()) <= 64 for reply in replies for button in reply.choices)


def test_a_refusal_shows_the_nearest_clauses_and_goes_to_the_admin_once(scene: Scene) -> None:
    scene.asker.answers = [scene.refusal("II.2")]
    reply = scene.says("Kinh phí đâu?", user_name="Lan")
    assert reply.kind is Kind.REFUSAL
    assert reply.pieces[0].proof is Proof.NEAREST
    forward = next(button for button in reply.choices if "quản trị" in button.label)
    done, letter = scene.hears(action=forward.action, user_name="Lan")
    assert done.reply.kind is Kind.TOAST
    assert (letter.chat_id, letter.reply.lines) == ("admin", ("Kinh phí đâu?",))
    assert "Lan" in letter.reply.headline
    assert len(scene.hears(action=forward.action)) == 1


def test_the_admins_word_comes_back_to_the_officer(scene: Scene) -> None:
    scene.asker.answers = [scene.refusal()]
    ref = scene.says("Kinh phí đâu?").ref
    _, letter = scene.hears(f"/traloi {ref} Xem phụ lục 2.", "admin")
    assert (letter.chat_id, letter.reply.lines) == ("officer", ("Xem phụ lục 2.",))
    assert "Kinh phí đâu?" in letter.reply.headline


def test_an_english_question_gets_english_buttons(scene: Scene) -> None:
    scene.asker.answers = [scene.answer("II.1", language="en")]
    labels = [button.label for button in scene.says("who leads?").choices]
    assert "The whole clause" in labels


def test_choosing_a_plan_by_button(scene: Scene) -> None:
    other = make_plan("thien-tai", "XÃ LẠC KHÊ", "Phòng, chống thiên tai", "7")
    scene.shelf.plans.append(other)
    listed = scene.says("/kehoach")
    scene.presses(listed, "thiên tai")
    scene.says("ai?")
    scene.presses(scene.says("/plans"), "Tất cả")
    scene.says("ai?")
    assert [scope for _, scope, _ in scene.asker.asked] == ["thien-tai", None]


def test_an_unclear_plan_name_offers_the_plans(scene: Scene) -> None:
    scene.shelf.plans.append(make_plan("so-hoa-2", "XÃ LẠC KHÊ"))
    reply = scene.says("chọn kế hoạch chuyển đổi số")
    assert "chưa rõ" in reply.headline
    assert len(reply.choices) == 3


def test_a_chosen_plan_that_was_removed_is_no_dead_end(scene: Scene) -> None:
    scene.says("chọn kế hoạch hạ vân")
    scene.shelf.plans = [make_plan("khac")]
    scene.says("ai?")
    assert scene.asker.asked[-1][1] is None


@pytest.mark.parametrize("order", ["/viec VHXH", "viec phong van hoa xa hoi", "Việc của Phòng Văn hoá – Xã hội"])
def test_a_units_tasks(scene: Scene, order: str) -> None:
    reply = scene.says(order)
    assert reply.headline == "Phòng Văn hóa - Xã hội: 2 nhiệm vụ"
    assert "chủ trì; hạn trước ngày 30/6/2026" in reply.lines[0]


def test_long_task_lists_are_paged(scene: Scene) -> None:
    scene.plan = replace(scene.plan, assignments=scene.plan.assignments * 6)
    scene.shelf.plans = [scene.plan]
    first = scene.says("/viec VHXH")
    second = scene.presses(first, "Xem thêm")
    assert [len(first.lines), len(second.lines)] == [8, 4]
    assert second.lines[0].startswith("9.")
    assert [button.label for button in second.choices] == ["◀ Trước"]
    assert scene.presses(second, "Trước").lines == first.lines


@pytest.mark.parametrize("question", ["việc gì công an phải làm", "viec nao cua cong an xong truoc 30/6?"])
def test_a_question_about_tasks_is_a_question(scene: Scene, question: str) -> None:
    assert scene.says(question).kind is Kind.ANSWER


def test_languages(scene: Scene) -> None:
    assert "English" in scene.says("/ngonngu en").headline
    assert "How to use" in scene.says("/help").headline
    assert "tiếng Việt" in scene.says("tiếng việt").headline
    assert scene.says("/help", language="en-GB").headline == "Cách dùng"


def test_help_for_admins_is_for_admins(scene: Scene) -> None:
    assert "/moi" in "\n".join(scene.says("/start", "admin").lines)
    assert "/moi" not in "\n".join(scene.says("/start").lines)
    assert "quản trị" in scene.says("/thongke").headline


@pytest.mark.parametrize("content", list(Content)[1:])
def test_what_cannot_be_read_is_told(scene: Scene, content: Content) -> None:
    assert "gõ câu hỏi" in scene.says(content=content).headline


def test_a_caption_is_a_question(scene: Scene) -> None:
    assert scene.says("ai chủ trì?", content=Content.PHOTO).kind is Kind.ANSWER


def test_an_endless_question_is_not_searched(scene: Scene) -> None:
    assert "2000" in scene.says("a" * 2001).headline
    assert not scene.asker.asked


def test_statistics_name_what_was_not_answered(scene: Scene) -> None:
    scene.asker.answers = [scene.refusal(), scene.answer("II.1")]
    scene.says("Kinh phí đâu?")
    scene.says("ai chủ trì?")
    reply = scene.says("/thongke", "admin")
    assert "2 câu hỏi" in reply.headline
    assert "• Kinh phí đâu?" in reply.lines


def test_the_words_of_questions_are_kept_as_long_as_the_settings_say() -> None:
    scene = Scene(keep=3600)
    scene.asker.answers = [scene.refusal()]
    ref = scene.says("Kinh phí đâu?").ref
    scene.clock.now += 3601
    scene.says("câu khác")
    entry = scene.log_book.entry(ref)
    assert entry is not None
    assert entry.question == ""
    assert scene.log_book.counts().refused == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Cảm ơn", "Không có gì"),
        ("ok, cảm ơn bot nhiều nhé!", "Không có gì"),
        ("dạ em cảm ơn ạ", "Không có gì"),
        ("vâng e cảm ơn ạ", "Không có gì"),
        ("thanks", "Không có gì"),
        ("Vâng ạ.", "Không có gì"),
        ("Vâng ok ạ", "Không có gì"),
        ("hi", "Xin chào"),
        ("chào bot", "Xin chào"),
        ("Xin chào 👋", "Xin chào"),
        ("alo alo", "Xin chào"),
        ("tạm biệt", "Chào Anh/Chị"),
    ],
)
def test_small_talk_is_no_question(text: str, told: str) -> None:
    scene = Scene()
    reply = scene.says(text)
    assert reply.headline.startswith(told)
    assert (reply.kind, scene.asker.asked, scene.conversation.desk.log_book.counts().questions) == (Kind.NOTICE, [], 0)


@pytest.mark.parametrize("text", ["hi vọng đạt bao nhiêu?", "chào mừng ngày nào?", "ok rồi ai chủ trì?", "cảm ơn ai?"])
def test_a_question_that_begins_politely_is_one(text: str) -> None:
    scene = Scene()
    scene.asker.answers = [scene.answer("II.1")]
    scene.says(text)
    assert [asked[0] for asked in scene.asker.asked] == [text]


def test_what_is_no_question_is_no_unanswered_one() -> None:
    scene = Scene()
    told = "Tôi chưa hiểu câu này."
    scene.asker.answers = [Answer(told, refused=True, reason="not_understood", headline=told)]
    reply = scene.says("asdf qwer")
    assert (reply.headline, reply.kind, reply.buttons) == (told, Kind.NOTICE, ())
    counts = scene.conversation.desk.log_book.counts()
    assert (counts.questions, counts.refused) == (0, 0)


@pytest.mark.parametrize("text", ["bạn là ai?", "Bot giúp được gì", "who are you?", "em làm được những gì vậy"])
def test_asked_who_it_is_the_bot_says_what_it_does(text: str) -> None:
    scene = Scene()
    reply = scene.says(text)
    assert (reply.headline, scene.asker.asked) == ("Cách dùng", [])


@pytest.fixture
def two_plans(scene: Scene) -> Scene:
    scene.shelf.plans.append(make_plan("so-hoa-2", "XÃ LẠC KHÊ"))
    scene.asker.answers = [scene.answer("II.1", others=("so-hoa-2",)), scene.answer("II.2")]
    return scene


def test_another_plan_that_may_be_meant_is_a_button_that_asks_it_the_same(two_plans: Scene) -> None:
    reply = two_plans.says("ai chủ trì tuyên truyền?")
    assert two_plans.presses(reply, "Hỏi ở Xã Lạc Khê").kind is Kind.ANSWER
    assert [asked[:2] for asked in two_plans.asker.asked] == [
        ("ai chủ trì tuyên truyền?", None),
        ("ai chủ trì tuyên truyền?", "so-hoa-2"),
    ]
    assert two_plans.conversation.desk.memory.plan(Incoming("fake", "officer", "officer")) is None


def test_another_plan_is_not_asked_once_it_is_gone_or_for_another_chat(two_plans: Scene) -> None:
    reply = two_plans.says("ai chủ trì tuyên truyền?")
    assert two_plans.presses(reply, "Hỏi ở Xã Lạc Khê", chat="another").kind is Kind.TOAST
    two_plans.shelf.plans.pop()
    assert two_plans.presses(reply, "Hỏi ở Xã Lạc Khê").kind is Kind.TOAST
    assert len(two_plans.asker.asked) == 1


def test_places_to_choose_from_are_buttons_that_open_them(scene: Scene) -> None:
    scene.asker.answers = [scene.answer("II.1", "II.2", reason="which_place", lines=("• Khoản 1", "• Khoản 2"))]
    reply = scene.says("khoản 2 nói gì?")
    assert [[button.label for button in row] for row in reply.buttons] == [["Khoản 1 mục II"], ["Khoản 2 mục II"]]
    assert scene.presses(reply, "Khoản 2 mục II").pieces[0].clause == "II.2"
