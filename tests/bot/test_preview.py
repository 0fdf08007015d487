"""What a new version changes, told in a few lines that fit a phone."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.plans.preview import SHOWN, by_clause, news, quality
from ingest.parse import parse
from plan.diff import differences
from plan.model import PlanVersion, SourceText
from tests.bot.fakes import make_plan
from tests.bot.web.visits import sample


def _changed(*pairs: tuple[str, str]) -> PlanVersion:
    text = make_plan().text
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return parse(SourceText(text, "moi.txt", "moi"), "so-hoa", 2)


def _told(new: PlanVersion, language: str = "vi") -> list[str]:
    return list(news(language, new, make_plan()))


def test_a_field_is_named_with_both_its_values() -> None:
    [_, counts, line] = _told(_changed(("30/6/2026", "31/8/2026")))
    assert counts == "So với bản đang dùng: 0 đoạn thêm, 1 sửa, 0 bỏ, 0 đổi số."
    assert line.startswith("~ ")
    assert line.endswith("Thời hạn: trước ngày 30/6/2026 → trước ngày 31/8/2026")
    assert "Deadline" in _told(_changed(("30/6/2026", "31/8/2026")), "en")[2]


def test_what_is_new_and_what_is_gone() -> None:
    lines = _told(_changed(("- Viết tin bài hằng tháng.\n", ""), ("2. Tập huấn\n", "2. Tập huấn\n- Thi kỹ năng số.\n")))
    assert [line[0] for line in lines[2:]] == ["−", "+", "→", "→", "→", "→"]
    assert lines[3].endswith("- Thi kỹ năng số.")


def test_a_long_list_says_how_many_more() -> None:
    many = "".join(f"- Việc mới thứ {number} của phường.\n" for number in range(SHOWN + 3))
    lines = _told(_changed(("2. Tập huấn\n", f"2. Tập huấn\n{many}")))
    assert len(lines) == 2 + SHOWN + 1
    assert lines[-1] == "… và 5 chỗ nữa."  # three new ones, and two below them that moved


def test_nothing_changed_and_a_new_plan() -> None:
    assert _told(make_plan(version=2))[1] == "Không điều khoản nào thay đổi."
    assert list(news("vi", make_plan(), None)) == ["Đây là kế hoạch mới."]


def test_a_clause_with_two_changed_fields_is_shown_once() -> None:
    old = make_plan()
    found = differences(old, _changed(("58/KH-UBND", "59/KH-UBND"), ("30/6/2026", "31/8/2026")))
    assert [fields for _, fields in by_clause(found)] == [["number"], ["deadline"]]
    assert ("+", "59/KH-UBND") in by_clause(found)[0][0].pieces


def test_the_quality_of_reading_is_told_with_its_reason() -> None:
    def told(how: str, share: float) -> list[str]:
        source = replace(make_plan().source, how=how, quality=share, quality_reason="58% âm tiết đúng")
        return list(quality("vi", replace(make_plan(), source=source)))

    assert told("text", 0.99) == []
    assert told("pdf", 0.99) == ["Đọc tốt (99%)"]
    assert told("ocr", 0.99) == ["Bản quét, đọc tốt (99%): con số quan trọng xin so với bản gốc"]
    assert told("text", 0.58) == ["Đọc kém (58%): nhiều chữ có thể sai, xin tìm tệp Word hoặc bản quét rõ hơn"]


def test_a_difference_stands_at_a_place_in_words() -> None:
    old = sample("chuyen-doi-so.md")
    text = (
        old.text.replace("Tháng 9/2026", "Tháng 8/2026")
        .replace("Thẩm định giá, lập", "Lập")
        .replace("**2. Y", "**3. Y")
    )
    new = parse(SourceText(text, "moi.md", "moi"), old.plan_id, 2)
    lines = list(news("vi", new, old, shown=1000))
    assert any("àng 16 Phụ lục II" in line for line in lines)
    assert any("khoản 3 mục V" in line.lower() or "mục V" in line for line in lines)
    assert not [line for line in lines if re.search(r"#\d|PL[IVX\d]|[IVX]+(?:\([^)]*\))?\.\d|\[lead\]|:\d+$", line)]
