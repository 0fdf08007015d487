"""Headline, places and quotes are laid out by the channel; the rest of an answer's text must not be lost."""

from __future__ import annotations

from bot.conversation.details import details
from plan.model import Answer
from tests.bot.fakes import Scene

HEAD = "Phòng Văn hóa - Xã hội chủ trì."
PLACE = "📌 Khoản 1 mục II · Kế hoạch 58/KH-UBND"
QUOTE = "“1. Tuyên truyền\n- Viết tin bài hằng tháng.\n- Cơ quan thực hiện: Phòng Văn hóa - Xã hội.”"


def _details(*lines: str, **changes: object) -> tuple[str, ...]:
    scene = Scene()
    return details(scene.answer("II.1", text="\n".join((HEAD, *lines)), headline=HEAD, **changes))


def test_headline_place_and_quote_are_not_said_twice() -> None:
    assert _details(PLACE, QUOTE) == ()


def test_further_facts_stay_even_when_the_quote_has_them_too() -> None:
    assert _details("Thời gian: trước ngày 30/6/2026", PLACE, QUOTE) == ("Thời gian: trước ngày 30/6/2026",)


def test_a_list_stays() -> None:
    lines = ("Chủ trì:", "• Tuyên truyền – trước ngày 30/6/2026 (khoản 1 mục II)")
    assert _details(PLACE, *lines) == lines


def test_a_refusal_keeps_the_plans_searched_and_leaves_the_nearest_to_the_channel() -> None:
    refusal = Scene().refusal("II.2")
    nearest = "Gần nhất – khoản 2: “2. Tập huấn\n- Mở lớp tập huấn cho cán bộ.”"
    text = f"Kế hoạch không nói.\nĐã tìm trong: 58/KH-UBND.\n{nearest}"
    assert details(Answer(text, (), True, headline=refusal.headline, nearest=refusal.nearest)) == (
        "Đã tìm trong: 58/KH-UBND.",
    )


def test_quotation_marks_that_are_no_citation_stay() -> None:
    assert _details("Kế hoạch gọi việc này là “ngày thứ Bảy số”.") == ("Kế hoạch gọi việc này là “ngày thứ Bảy số”.",)
