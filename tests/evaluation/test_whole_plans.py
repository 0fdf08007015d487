"""A folder of whole plans with questions is asked like any other set."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plan.model import Answer, Citation, Topic
from tests.evaluation.asking import ask_all
from tests.evaluation.questions import Part
from tests.evaluation.table import report, shares
from tests.evaluation.whole_plans import whole_plans

TEXT = "1. Mở lớp học bơi\n- Đơn vị chủ trì: Đoàn Thanh niên.\n- Thời gian: quý II.\n"
LEAD = "- Đơn vị chủ trì: Đoàn Thanh niên."
ROWS = (
    {"q": "Ai chủ trì?", "lang": "vi", "asks": ["lead"], "evidence": [LEAD], "answer": ["Đoàn Thanh niên"]},
    {"q": "Sản phẩm?", "lang": "vi", "asks": ["product"], "evidence": [], "answer": [], "why": "field_missing"},
    {"q": "Còn hạn?", "lang": "vi", "asks": ["deadline"], "evidence": [LEAD], "answer": ["x"], "after": "Ai chủ trì?"},
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("plans", "questions"):
        (tmp_path / name).mkdir()
    for plan in ("boi", "chay"):
        (tmp_path / "plans" / f"{plan}.txt").write_text(TEXT, "utf-8")
        rows = "\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS)
        (tmp_path / "questions" / f"{plan}.jsonl").write_text(rows, "utf-8")
    (tmp_path / "plans" / "khong-hoi.txt").write_text(TEXT, "utf-8")
    return tmp_path


def _answer(question: str, scope: str | None, topic: Topic | None = None) -> Answer:
    start = TEXT.index(LEAD)
    cited = Citation("", 1, f"{scope}.txt", "1", "khoản 1", start, start + len(LEAD), LEAD)
    return Answer(f"Đoàn Thanh niên {topic.question if topic else ''}", (cited,), topic=Topic(question=question))


def test_figures_are_told_by_why_the_plan_does_not_say(folder: Path) -> None:
    asked = ask_all(whole_plans(folder), _answer, {"boi.txt": "boi", "chay.txt": "chay"})
    assert [each.verdict.right for each in asked] == [True, False, False] * 2
    assert shares(asked)["wrong of given"] == round(4 / 6, 4)
    assert "kind field_missing" in report(asked)
    assert "follow-ups" in report(asked)


def test_a_follow_up_is_asked_after_its_first_question(folder: Path) -> None:
    asked = ask_all(whole_plans(folder), _answer, {"boi.txt": "boi", "chay.txt": "chay"})
    assert [each.answer.text.removeprefix("Đoàn Thanh niên ") for each in asked[:3]] == ["", "", "Ai chủ trì?"]


def test_only_some_plans(folder: Path) -> None:
    whole = whole_plans(folder)
    part = Part.of(whole, whole.only(["chay"]))
    assert [path.name for path in part.plans] == list(part.texts) == ["chay.txt"]
    with pytest.raises(LookupError, match="bay"):
        whole.only(["bay"])


def test_a_folder_of_something_else_is_told(tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="no plans/"):
        whole_plans(tmp_path)
