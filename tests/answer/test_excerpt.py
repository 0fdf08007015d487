"""What is shown of a clause: around what proves, within a screen, and nothing that the first line already says."""

from __future__ import annotations

from answer.cite import once
from answer.wording import SCREEN, beside, excerpt
from plan.model import Citation, Span

CLAUSE = (
    "3. Các phòng, ban, ngành\n"
    "- Căn cứ nhiệm vụ được giao, xây dựng kế hoạch triển khai trong tháng 7.\n"
    "- Định kỳ trước ngày 15/12 hằng năm, gửi báo cáo về UBND xã qua Phòng Văn hóa - Xã hội.\n"
    "- Kịp thời báo cáo những khó khăn, vướng mắc."
)
LINE = "- Định kỳ trước ngày 15/12 hằng năm, gửi báo cáo về UBND xã qua Phòng Văn hóa - Xã hội."
AT = 100  # where the clause begins in its plan


def cited(quote: str = CLAUSE, proof: str = LINE, clause: str = "IV.3") -> Citation:
    at = quote.find(proof)
    marks = ((AT + at, AT + at + len(proof)),) if proof else ()
    return Citation("p", 1, "p.txt", clause, "khoản 3", AT, AT + len(quote), quote, marks=marks)


def test_what_proves_is_marked() -> None:
    shown = excerpt(cited(), "Trước ngày 15/12.")
    assert [mark.of(shown.text) for mark in shown.marks] == [LINE]
    assert shown.text == CLAUSE


def test_a_line_that_was_said_only_begins_where_it_stands() -> None:
    shown = excerpt(cited(), LINE.removeprefix("- "))
    assert LINE not in shown.text
    assert "\n- Định kỳ trước ngày 15/12 hằng năm…\n- Kịp thời" in shown.text
    assert [mark.of(shown.text) for mark in shown.marks] == ["- Định kỳ trước ngày 15/12 hằng năm…"]


def test_beside_an_answer_no_other_point_stands_before_a_proof_that_was_said() -> None:
    first, *rest = CLAUSE.splitlines()
    assert excerpt(cited(), LINE, around=False).text.startswith("…\n- Định kỳ")
    assert excerpt(cited("\n".join((first, LINE))), LINE, around=False).text.startswith(f"{first}\n")
    assert excerpt(cited("\n".join((first.upper(), LINE))), LINE, around=False).text == ""
    assert excerpt(cited("\n".join((first, rest[0], LINE))), LINE, around=False).text == ""


def test_of_a_place_its_heading_that_was_said_is_not_shown_again() -> None:
    assert excerpt(cited(proof=""), "3. Các phòng, ban, ngành", around=False).text.startswith("- Căn cứ")


def test_nothing_is_left_of_a_clause_that_was_said_whole() -> None:
    assert excerpt(cited(LINE, ""), LINE).text == ""


def test_without_room_the_proof_stands_alone() -> None:
    shown = excerpt(cited(), "Trước ngày 15/12.", 0)
    assert shown.text == LINE
    assert [mark.of(shown.text) for mark in shown.marks] == [LINE]


def test_a_proof_that_was_said_is_not_shown_again_without_room() -> None:
    assert excerpt(cited(), LINE.removeprefix("- "), 0).text == ""


def test_a_line_of_which_one_part_was_said_is_shown_whole() -> None:
    part = (
        "- Kiện toàn đội xung kích của mười một thôn trong xã, mỗi đội từ mười hai đến mười lăm người, gồm cả dân quân "
        "tự vệ và công an viên thường trực ở thôn"
    )
    line = f"{part}; huấn luyện hai ngày."
    assert excerpt(cited(line, ""), part).text == line
    assert excerpt(cited(line, ""), f"{part}…").text == ""


def test_the_mark_of_a_line_needs_not_be_said() -> None:
    assert excerpt(cited(f"2. {LINE[2:]}", ""), LINE[2:]).text == ""


def test_nothing_is_left_of_a_row_whose_cells_were_said() -> None:
    row = "22 | Tổng kết | Phòng Kinh tế | Quý IV"
    assert excerpt(cited(row, "Quý IV"), "Hạn: Quý IV\nTổng kết\nChủ trì: Phòng Kinh tế").text == ""
    assert excerpt(cited(row, "Quý IV"), "Hạn: Quý IV\nTổng kết").text == row


def test_a_line_that_was_said_only_to_its_middle_is_shown_whole() -> None:
    assert excerpt(cited(LINE, ""), LINE[:60]).text == LINE


def test_of_a_long_clause_the_part_around_the_proof_is_shown() -> None:
    filler = "\n".join(f"- Việc thứ {number} của các phòng, ban, ngành trong kỳ." for number in range(40))
    shown = excerpt(cited(f"{filler}\n{LINE}\n{filler}"), "", SCREEN)
    assert LINE in shown.text
    assert len(shown.text) < SCREEN + 20
    assert shown.text.startswith("…\n")
    assert shown.text.endswith("\n…")


def test_a_cell_is_marked_in_its_row() -> None:
    row = "22 | Tổng kết | Phòng Kinh tế | Quý IV | Báo cáo"
    shown = excerpt(cited(row.replace(" | ", "\t"), "Quý IV"), "Hạn: quý IV.")
    assert [mark.of(shown.text) for mark in shown.marks] == ["Quý IV"]
    assert shown.text == row


def test_a_proof_that_the_file_breaks_into_lines_is_one_line() -> None:
    broken = LINE.replace("báo cáo về", "báo cáo\nvề")
    shown = excerpt(cited(CLAUSE.replace(LINE, broken), broken), "Trước ngày 15/12.")
    assert [mark.of(shown.text) for mark in shown.marks] == [LINE]
    assert LINE not in excerpt(cited(CLAUSE.replace(LINE, broken), broken), LINE).text


def test_first_line_and_quote_share_a_screen() -> None:
    assert beside("a" * 200) == SCREEN - 200
    assert 0 < beside("a" * 2000) < SCREEN


def test_a_clause_is_cited_once_with_its_lines_marked() -> None:
    line = Span(AT + CLAUSE.find(LINE), AT + CLAUSE.find(LINE) + len(LINE))
    part = Citation("p", 1, "p.txt", "IV.3", "khoản 3", line.start, line.end, LINE)
    other = cited(clause="IV.2")
    whole = cited(proof="")
    for order in ((part, whole, other), (whole, part, other), (whole, other, part, whole)):
        found = once(order)
        assert [each.clause for each in found] == ["IV.3", "IV.2"]
        assert found[0].quote == CLAUSE
        assert found[0].marks == ((line.start, line.end),)


def test_all_lines_of_a_clause_that_is_cited_whole_are_marks_in_it() -> None:
    lines = CLAUSE.splitlines()[1:3]
    spans = [Span(AT + CLAUSE.find(line), AT + CLAUSE.find(line) + len(line)) for line in lines]
    parts = [
        Citation("p", 1, "p.txt", "IV.3", "khoản 3", span.start, span.end, line)
        for span, line in zip(spans, lines, strict=True)
    ]
    [found] = once((*parts, cited(proof="")))
    assert found.quote == CLAUSE
    assert set(found.marks) == {(span.start, span.end) for span in spans}
