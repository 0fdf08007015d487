"""The scoring rules, on invented answers; and that they are those of the shared scorer where it is at hand."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from bot.cli.output import answer_json
from plan.model import Answer, Citation
from tests.evaluation.questions import Question, QuestionSet, question_of, shared_folder, shared_set
from tests.evaluation.score import EvidenceLost, Verdict, evidence_spans, fold, judge

TEXT = "1. Tập huấn kỹ năng số\n- Cơ quan thực hiện: Phòng Văn hóa – Xã hội.\n- Thời gian: quý II.\n"
OTHER = "1. Mở lớp học bơi\n- Đơn vị chủ trì: Đoàn Thanh niên.\n"
TEXTS = {"a.txt": TEXT, "b.txt": OTHER}
FIELDS: dict[str, Any] = {
    "id": "a-1",
    "plan": "a",
    "file": "a.txt",
    "kind": "lead_unit",
    "lang": "vi",
    "question": "Ai chủ trì tập huấn?",
    "answers": [["Phòng Văn hóa - Xã hội", "VH-XH"]],
    "evidence": ["- Cơ quan thực hiện: Phòng Văn hóa – Xã hội."],
    "clause": "1",
    "names_plan": False,
    "unanswerable": False,
}
LEAD = "- Cơ quan thực hiện: Phòng Văn hóa – Xã hội."
RIGHT = "Phòng Văn hóa – Xã hội chủ trì."


def _question(**changes: Any) -> Question:
    return question_of({**FIELDS, **changes})


def _cite(quote: str, file: str = "a.txt") -> Citation:
    start = TEXTS[file].index(quote)
    return Citation(file[0], 1, file, "1", "khoản 1", start, start + len(quote), quote)


def test_right_answer_says_it_and_cites_it() -> None:
    verdict = judge(_question(), Answer(RIGHT, (_cite(LEAD),)), TEXTS)
    assert verdict == Verdict(right=True, refused=False, verbatim=True, said=True, cited=True, first=True)


def test_answer_without_the_proving_clause_is_wrong() -> None:
    verdict = judge(_question(), Answer(RIGHT, (_cite("- Thời gian: quý II."),)), TEXTS)
    assert (verdict.right, verdict.said, verdict.cited, verdict.first) == (False, True, False, False)


def test_second_citation_proves_but_is_not_the_first() -> None:
    verdict = judge(_question(), Answer(RIGHT, (_cite("- Thời gian: quý II."), _cite(LEAD))), TEXTS)
    assert (verdict.right, verdict.first) == (True, False)


def test_fourth_citation_is_below_the_screen() -> None:
    far = (*[_cite("- Thời gian: quý II.")] * 3, _cite(LEAD))
    assert not judge(_question(), Answer(RIGHT, far), TEXTS).cited
    assert judge(_question(kind="unit_tasks"), Answer(RIGHT, far), TEXTS).cited


def test_text_below_the_screen_is_not_said() -> None:
    late = "." * 1190 + RIGHT
    assert not judge(_question(), Answer(late, (_cite(LEAD),)), TEXTS).said
    assert judge(_question(kind="unit_tasks"), Answer(late, (_cite(LEAD),)), TEXTS).said


def test_altered_quote_is_not_verbatim() -> None:
    altered = replace(_cite(LEAD), quote=LEAD.replace("–", "-"))
    assert not judge(_question(), Answer(RIGHT, (altered,)), TEXTS).verbatim


def test_refusal_is_right_only_where_the_plan_does_not_say() -> None:
    refusal = Answer("Kế hoạch không nêu.", refused=True)
    assert judge(_question(unanswerable=True, answers=[], evidence=[]), refusal, TEXTS).right
    assert not judge(_question(), refusal, TEXTS).right


def test_over_several_plans_each_needs_its_citation() -> None:
    evidence = [{"file": "a.txt", "text": LEAD}, {"file": "b.txt", "text": "- Đơn vị chủ trì: Đoàn Thanh niên."}]
    question = _question(file=["a.txt", "b.txt"], kind="cross_plan", evidence=evidence)
    both = (_cite(LEAD), _cite("Đoàn Thanh niên", "b.txt"))
    assert judge(question, Answer(RIGHT, both), TEXTS).right
    assert not judge(question, Answer(RIGHT, both[:1]), TEXTS).right
    assert question.selected is None


def test_lost_evidence_is_told() -> None:
    with pytest.raises(EvidenceLost, match="a-1"):
        evidence_spans(_question(evidence=["- Cơ quan khác"]), TEXTS)


def test_fold_forgives_dashes_marks_and_white_space() -> None:
    assert fold("**Văn hóa – Xã\n hội**") == fold("văn hóa-xã hội")


def _shared() -> tuple[Any, QuestionSet]:
    folder, questions = shared_folder(), shared_set()
    if folder is None or questions is None or not (folder / "score.py").is_file():
        pytest.skip("the shared evaluation folder is not at hand")
    return _module(folder / "score.py"), questions


def _module(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("shared_score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_same_verdicts_as_the_shared_scorer() -> None:
    theirs, questions = _shared()
    raw = theirs.read_jsonl(questions.source)
    rng = random.Random(20)
    for fields, question in zip(raw, questions.questions, strict=True):
        for answer in _attempts(question, questions.texts, rng):
            verdict = {k: bool(v) for k, v in asdict(judge(question, answer, questions.texts)).items()}
            expected = theirs.judge(fields, answer_json(answer, 0.0, question.id), questions.texts)
            assert {name: verdict[name] for name in expected} == expected, question.id


def test_same_requests_as_the_shared_scorer() -> None:
    theirs, questions = _shared()
    selected = [request["plan"] for request in theirs.requests(theirs.read_jsonl(questions.source))]
    assert [question.selected for question in questions.questions] == selected


def _attempts(question: Question, texts: dict[str, str], rng: random.Random) -> Iterator[Answer]:
    """Answers of every quality: any of the right words, any of the right places, refused or not, lying or not."""
    proofs = [(file, span.start, span.end) for file, spans in evidence_spans(question, texts).items() for span in spans]
    for _ in range(40):
        said = [rng.choice(group) for group in question.answers if rng.random() < 0.8]
        text = "…" * rng.choice((0, 0, 1190, 2590)) + " ".join(said)
        cited = [_somewhere(proofs, texts, rng) for _ in range(rng.randrange(12))]
        yield Answer(text, tuple(cited), refused=rng.random() < 0.2)


def _somewhere(proofs: list[tuple[str, int, int]], texts: dict[str, str], rng: random.Random) -> Citation:
    file = rng.choice(sorted(texts))
    start, end = 0, 0
    if proofs and rng.random() < 0.6:
        file, start, end = rng.choice(proofs)
        start += rng.randrange(-30, 30)
    else:
        start = rng.randrange(len(texts[file]))
    start = min(max(0, start), len(texts[file]) - 1)
    end = min(len(texts[file]), max(end, start) + rng.choice((1, 15, 200, 1500)))
    quote = texts[file][start:end] if rng.random() < 0.95 else "khác"
    return Citation(file, 1, file, "I.1", "khoản 1 mục I", start, end, quote)
