"""The check of sentences: true ones stand, lies fall. The figures of docs/language-model.md come from here."""

from __future__ import annotations

import os
from collections import Counter
from itertools import islice

import pytest

from answer.phrasing.verify import Draft, verify
from tests.answer.phrasing.lies import lies
from tests.answer.phrasing.samples import FILES, Said, by_hand, by_model, clause, lies_by_hand, truths

SHARE = int(os.environ.get("KEHOACH_LIES", "11"))  # every so many-th lie in the quick run


def stands(true: Said, text: str = "") -> bool:
    draft = Draft(text or true.text, (1,))
    return verify(draft, [clause(true.file, true.address)], true.language).clause is not None


def test_what_a_good_model_says_stands() -> None:
    kept = [each for each in by_model() if stands(each)]
    assert len(by_model()) > 250
    assert len(kept) / len(by_model()) >= 0.97


@pytest.mark.parametrize(("language", "least"), [("vi", 0.8), ("en", 0.9)])
def test_most_true_sentences_written_by_hand_stand(language: str, least: float) -> None:
    mine = [each for each in by_hand() if each.language == language]
    assert len([each for each in mine if stands(each)]) / len(mine) >= least


def told(step: int) -> tuple[Counter[str], list[str]]:
    every = ((true, rule, lie) for true, truth in truths() for rule, lie in lies(truth))
    counts: Counter[str] = Counter()
    believed = []
    for true, rule, lie in islice(every, 0, None, step):
        counts[rule] += 1
        if stands(true, lie):
            believed.append(f"{rule}: {lie} [{true.text}]")
    return counts, believed


def test_no_lie_stands() -> None:
    counts, believed = told(SHARE)
    assert sum(counts.values()) > 500
    assert not believed


@pytest.mark.long
def test_no_lie_of_any_stands() -> None:
    counts, believed = told(1)
    print(sum(counts.values()), counts)
    assert sum(counts.values()) > 15000
    assert not believed


def test_a_sentence_needs_the_clause_it_names() -> None:
    file = FILES[0]
    clauses = [clause(file, "IV.2"), clause(file, "PLII#11")]
    one = [clauses[0], type(clauses[1])(**{**vars(clauses[1]), "number": 2})]
    text = "Kinh phí số hóa hồ sơ, tài liệu được bố trí 900 triệu đồng."
    assert verify(Draft(text, (1,)), one).clause
    assert not verify(Draft(text, (2,)), one).clause
    assert not verify(Draft(text, (3,)), one).clause
    assert not verify(Draft(text, (1, 7)), one).clause
    assert not verify(Draft(text, ()), one).clause


@pytest.mark.parametrize(
    "text",
    [
        "<b>Kinh phí</b> số hóa hồ sơ, tài liệu được bố trí 900 triệu đồng.",
        "Kinh phí số hóa hồ sơ, tài liệu được bố trí [900 triệu đồng](http://x.vn).",
        "Kinh phí số hóa hồ sơ, tài liệu được bố trí 900 triệu đồng. http://x.vn",
        "Kinh phí số hóa hồ sơ, tài liệu được bố trí\u202e 900 triệu đồng.",
        "Kinh phí số hóa hồ sơ, tài liệu được bố trí\u200b 900 triệu đồng.",
        "Kinh phí số hó\u0430 hồ sơ, tài liệu được bố trí 900 triệu đồng.",  # a Cyrillic letter
        "Kinh phí số hóa hồ sơ, tài liệu được bố trí ９００ triệu đồng.",
        "| Kinh phí | 900 triệu đồng |",
        "",
        "Kinh phí " * 80,
    ],
)
def test_only_plain_text_stands(text: str) -> None:
    assert not stands(Said(FILES[0], "IV.2", "vi", text), text)


def test_no_lie_written_by_hand_stands() -> None:
    """Put together from the clauses' own words; six of them stood before the check knew their kind."""
    assert len(lies_by_hand()) > 100
    assert not [each.text for each in lies_by_hand() if stands(each)]


def test_a_vietnamese_sentence_in_an_english_answer_is_checked_as_vietnamese() -> None:
    address = "III(Nhiệm vụ trọng tâm).1.2"
    assert stands(Said(FILES[0], address, "en", "Đợt 1 hoàn thành trước ngày 30/4/2026."))
    assert not stands(Said(FILES[0], address, "en", "Đơn vị phối hợp là Văn phòng HĐND và UBND phường."))
    assert not stands(Said(FILES[0], address, "en", "Đợt 2 hoàn thành trước ngày 30/4/2026."))
