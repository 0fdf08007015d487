"""Rendering: whatever a reply holds, its messages keep Telegram's limits and every quote keeps its address."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.messages import Button, Kind, Piece, Proof, Reply
from bot.conversation.plain import fitting, units
from bot.telegram.render import COPY_LIMIT, copied, keyboard, parts, press, sheets, visible
from tests.e2e.telegram_rules import check_markup, parsed

LETTERS = st.text(st.sampled_from("aăâ đề <>&\"'\n.😀"), max_size=400)
LONG = st.builds(lambda text, times: text * times, LETTERS.filter(str.strip), st.integers(1, 30))


def piece(quote: str, number: int = 0, proof: Proof = Proof.CITED) -> Piece:
    return Piece(
        "Khoản 1 mục II", quote, "Kế hoạch 58/KH-UBND", "so-hoa", 1, f"II.{number}", number=number, proof=proof
    )


@settings(max_examples=60, deadline=None)
@given(LETTERS.filter(str.strip), st.lists(LONG, max_size=4), st.lists(LONG, max_size=5))
def test_every_message_is_within_the_limit_and_whole(head: str, lines: list[str], quotes: list[str]) -> None:
    pieces = tuple(piece(quote, number) for number, quote in enumerate(quotes, 1))
    for sheet in sheets(Reply(head, Kind.ANSWER, tuple(lines), pieces)):
        text, entities = parsed(sheet, "HTML")
        assert text.count("📌") == sum("blockquote" in entity["type"] for entity in entities)


@settings(max_examples=30, deadline=None)
@given(LONG)
def test_a_long_clause_is_paged_without_losing_a_letter(quote: str) -> None:
    reply = Reply("Khoản 1", Kind.CLAUSE, pieces=(piece(quote.strip(), proof=Proof.WHOLE),), ref="1")
    shown = ""
    for sheet in sheets(reply):
        text, entities = parsed(sheet, "HTML")
        assert "📌 Khoản 1 mục II" in text
        quoted = entities[-1]
        raw = text.encode("utf-16-le")
        shown += raw[2 * quoted["offset"] : 2 * (quoted["offset"] + quoted["length"])].decode("utf-16-le")
    assert "".join(shown.split()) == "".join(quote.split())


def test_a_cut_quote_says_so() -> None:
    [sheet] = sheets(Reply("Có.", Kind.ANSWER, pieces=(piece("Một câu. " * 1000),)))
    assert "(còn tiếp)" in visible(sheet)
    assert units(visible(sheet)) <= 4096


def test_what_proves_is_bold_and_a_quote_that_was_said_leaves_its_place() -> None:
    proof = replace(piece("1. Tập huấn\n- Chủ trì: Phòng A & B", 0), marks=((12, 35),))
    [sheet] = sheets(Reply("Phòng A.", Kind.ANSWER, pieces=(proof,)))
    assert "<b>- Chủ trì: Phòng A &amp; B</b></blockquote>" in sheet
    [bare] = sheets(Reply("Phòng A.", Kind.ANSWER, pieces=(replace(proof, quote="", marks=()),)))
    assert "📌" in visible(bare)
    assert "blockquote" not in bare


def test_two_part_letters_are_never_torn() -> None:
    assert fitting("😀😀😀", 3) == "😀"
    assert "".join(parts("😀" * 10, 7)) == "😀" * 10


@settings(max_examples=40, deadline=None)
@given(LONG, st.integers(0, 3))
def test_what_is_copied_fits_and_keeps_its_place(quote: str, number: int) -> None:
    text = copied(Reply("Có."), piece(quote, number))
    assert units(text) <= COPY_LIMIT
    assert "Kế hoạch 58/KH-UBND" in text


def test_buttons_keep_their_limits_and_turn_pages() -> None:
    reply = Reply(
        "Có.",
        Kind.CLAUSE,
        pieces=(piece("a"),),
        buttons=((Button("Tên rất dài " * 20, "n:zzzzzz:9999"),),),
        ref="zzzzzz",
    )
    markup = keyboard(reply, page=1, pages=3, bot_name="kehoach_bot", in_group=True)
    assert markup
    check_markup(markup.to_dict())
    turning = [button.callback_data for button in markup.inline_keyboard[0]]
    assert turning == ["0~w:zzzzzz:0", "2~w:zzzzzz:0"]
    assert press("2~w:zzzzzz:0").page == 2
    assert press("rubbish\n~").action == "rubbish\n~"
