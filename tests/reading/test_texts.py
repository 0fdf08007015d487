"""What the shipped reader is shown of a question and of a clause."""

from reading.protocol import Asked
from reading.states import ROOM, question_text, shown, window


def test_a_vietnamese_question_is_shown_mended_and_an_english_one_with_its_known_terms() -> None:
    assert question_text(Asked("ai chu tri", "ai chủ trì")) == "query: ai chủ trì"
    asked = Asked("Who leads training?", "Who leads training?", english=True, vietnamese="chủ trì tập huấn")
    assert question_text(asked) == "query: Who leads training? | chủ trì tập huấn"


def test_a_clause_stands_under_its_two_nearest_headings_and_every_line_can_be_found_again() -> None:
    made = shown(("KẾ HOẠCH", "II. NHIỆM VỤ", "2. Tập huấn"), ["- Chủ trì: A", "- Hạn: B"], "query: ai chủ trì")
    assert made.text == "passage: II. NHIỆM VỤ > 2. Tập huấn\n- Chủ trì: A\n- Hạn: B"
    assert [made.text[at : at + 3] for _, at in made.lines] == ["- C", "- H"]


def test_of_a_long_clause_the_stretch_around_the_line_most_like_the_question_is_shown() -> None:
    lines = [f"- Việc thứ {number}: {'làm ' * 20}" for number in range(30)]
    lines[20] = "- Kiểm tra an toàn thực phẩm tại các bếp ăn trường học"
    chosen = window(lines, "ai kiểm tra bếp ăn trường học")
    assert 20 in chosen
    assert chosen == list(range(chosen[0], chosen[-1] + 1))
    assert sum(len(lines[number]) + 1 for number in chosen) <= ROOM + 120
