"""A reply as one message of at most 2,000 characters; nothing is cut without saying so, nothing is lost."""

from __future__ import annotations

import unicodedata

from bot.conversation.messages import Button, Kind, Piece, Reply
from bot.conversation.plain import units
from bot.zalo.pages import REST, bold_styles, first_page, next_page

SENTENCE = "Ủy ban nhân dân phường giao Phòng Văn hóa - Xã hội chủ trì thực hiện. "
ANSWER = (("Toàn văn khoản", "w:1:0"), ("Khoản trước", "p:1:0"), ("Khoản sau", "n:1:0"), ("Đúng", "u:1:0"))


def reply(*quotes: str, buttons: tuple[tuple[str, str], ...] = ANSWER, lines: tuple[str, ...] = ()) -> Reply:
    pieces = tuple(
        Piece(f"Khoản {number} mục II", quote, "58/KH-UBND", "so-hoa", 1, f"II.{number}")
        for number, quote in enumerate(quotes, 1)
    )
    row = tuple(Button(*each) for each in buttons)
    return Reply("Phòng Văn hóa - Xã hội chủ trì.", Kind.ANSWER, lines, pieces, buttons=(row,))


def test_a_short_answer_is_one_message_with_numbers_in_the_order_of_use() -> None:
    page = first_page(reply("Viết tin bài."))
    assert page.rest == ""
    assert page.text.endswith("1 Toàn văn khoản · 2 Khoản sau · 3 Đúng · 4 Khoản trước")
    assert "📌 Khoản 1 mục II · 58/KH-UBND\n“Viết tin bài.”" in page.text


def test_a_long_quote_ends_at_a_sentence_and_2_is_the_rest() -> None:
    quote = (SENTENCE * 60).strip()
    page = first_page(reply(quote))
    assert 1800 < units(page.text) <= 2000
    assert page.choices[1].action == REST
    assert "thực hiện. … (còn tiếp)”" in page.text
    shown = [page.text]
    while page.rest:
        page = next_page(page.rest, "vi", page.choices, inline=True)
        assert units(page.text) <= 2000
        shown.append(page.text)
    assert sum(text.count("giao Phòng Văn hóa") for text in shown) == 60
    assert REST not in {choice.action for choice in page.choices}


def test_quotes_that_do_not_fit_come_whole_with_the_rest() -> None:
    page = first_page(reply("A" * 1200, "B" * 1200))
    assert "A" * 1200 in page.text
    assert "BB" not in page.text
    assert "B" * 1200 in page.rest


def test_long_lists_go_on() -> None:
    page = first_page(reply(lines=tuple(f"{number}. nhiệm vụ số {number}" for number in range(300))))
    assert units(page.text) <= 2000
    rest, last = page, page.text
    while rest.rest:
        rest = next_page(rest.rest, "vi", rest.choices, inline=True)
        last = rest.text
    assert "299. nhiệm vụ số 299" in last


def test_what_counts_is_the_composed_text() -> None:
    page = first_page(reply(unicodedata.normalize("NFD", SENTENCE * 40)))
    assert page.text == unicodedata.normalize("NFC", page.text)
    assert units(page.text) <= 2000


def test_letters_outside_the_plane_count_twice() -> None:
    assert units(first_page(reply("😀" * 1990)).text) <= 2000


def test_buttons_are_not_numbered_while_there_are_as_many_as_zalo_shows() -> None:
    page = first_page(reply("Viết tin bài."), inline=False)
    assert "Toàn văn khoản" not in page.text
    many = tuple((f"Kế hoạch {number}", f"k:{number}:0") for number in range(8))
    assert "8 Kế hoạch 7" in first_page(reply(buttons=many), inline=False).text


def test_headline_and_places_are_bold() -> None:
    text = "😀 Phòng chủ trì.\n\n📌 Khoản 1\n“Viết.”"
    cut = text.encode("utf-16-le")
    marked = [cut[2 * s["start"] : 2 * (s["start"] + s["len"])].decode("utf-16-le") for s in bold_styles(text)]
    assert marked == ["😀 Phòng chủ trì.", "📌 Khoản 1"]
