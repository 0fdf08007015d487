"""A reply as plain text, and text that is made to fit."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.messages import Button, Piece, Reply
from bot.conversation.plain import fitting, plain_text, shorten, units


def _piece(quote: str, number: int = 0) -> Piece:
    return Piece("khoản 1 mục II", quote, "Kế hoạch 58/KH-UBND", "so-hoa", 1, "II.1", page=5, number=number)


def test_all_parts_in_reading_order() -> None:
    buttons = ((Button("Toàn văn", "w:1:0"),), (Button("Đúng", "u:1:0"),))
    reply = Reply("Công an phường.", pieces=(_piece("Công an chủ trì."),), notes=("Còn 2.",), buttons=buttons)
    assert plain_text(reply) == (
        "Công an phường.\n\n📌 khoản 1 mục II · Kế hoạch 58/KH-UBND · trang 5\n“Công an chủ trì.”\n\n"
        "Còn 2.\n\n1 Toàn văn · 2 Đúng"
    )


@given(st.text(max_size=300), st.integers(0, 200))
def test_what_is_made_to_fit_fits(text: str, room: int) -> None:
    assert units(fitting(text, room)) <= room
    assert text.startswith(fitting(text, room))


def test_an_arrow_points_at_the_line_that_proves() -> None:
    proof = replace(_piece("1. Tập huấn\n- Chủ trì: Phòng A\n- Xong trong quý I"), marks=((12, 30),))
    assert "“1. Tập huấn\n▸ - Chủ trì: Phòng A\n- Xong" in plain_text(Reply("Phòng A.", pieces=(proof,)))


def test_a_clause_that_was_said_leaves_its_place_alone() -> None:
    assert plain_text(Reply("Phòng A.", pieces=(_piece(""),))).endswith("Kế hoạch 58/KH-UBND · trang 5")


def test_shortening_ends_at_a_sentence_or_a_word() -> None:
    assert shorten("Câu một dài. Câu hai", 18) == "Câu một dài."
    assert shorten("không có dấu câu nào", 12) == "không có"
    assert shorten("ngắn", 10) == "ngắn"
