"""The net under accuracy: a set that falls, a quote that is not verbatim, an outline that changes unannounced."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from answer.engine import Engine
from plan.model import Answer, Citation
from reading.encoder import EncoderReader
from tests.evaluation import baseline, outlines, shelf
from tests.evaluation.asking import ask_all
from tests.evaluation.baseline import Known
from tests.evaluation.questions import QuestionSet, own_sets, sampled
from tests.evaluation.run import evaluate
from tests.evaluation.sample import sample
from vectorstore.embedding import ClauseEmbeddings

SAMPLES = own_sets()[0]
IDS = {path.name: path.stem for path in SAMPLES.plans}
ALL_RIGHT = Known(len(SAMPLES.questions), ())


@pytest.mark.model
@pytest.mark.slow
@pytest.mark.parametrize("each", sample(), ids=lambda each: each.name)
def test_no_set_falls(each: QuestionSet, shipped: ClauseEmbeddings, reader: EncoderReader) -> None:
    before = baseline.read()
    assert each.name in before
    asked = evaluate(each, shipped, over=lambda library: Engine(library).with_readers([reader]))
    assert not baseline.falls({each.name: asked}, before)


HA_VAN, LAC_KHE = "chuyen-doi-so.md", "phong-chong-thien-tai.txt"
# Without `answer.checks.certainly_not` the reader answers each of these, or shows a clause as one that may answer.
NOT_IN_THE_PLAN = {
    HA_VAN: (
        "Wifi 7g miễn phí lắp ở những đâu?",
        "Mạng 6g phủ ở những đâu?",
        "Gửi Sở Ngoại vụ báo cáo trước ngày nào?",
        "Kế hoạch có nói gì về blockchain trong số hóa hồ sơ không?",
        "Chủ tịch phường Hạ Vân là ai?",  # the deputy signed
        "Ngày mai wifi ở chợ Vân có chạy không?",
        "hôm qua trạm wifi hỏng ở đâu",
        "phim gì đang hay",
        "anh oi cho em muon tien",
    ),
    LAC_KHE: (
        "Bưu điện xã trực mấy giờ?",
        "Ban Quản lý cảng trực ở đâu?",
        "Thôn 14 sơ tán đến đâu?",
        "Tổ 15 sơ tán đến đâu?",
        "Kế hoạch có nói gì về cháy rừng không?",
        "Đêm nay có bão không?",
    ),
}


@pytest.mark.model
def test_what_a_plan_never_names_is_plainly_refused(shipped: ClauseEmbeddings, reader: EncoderReader) -> None:
    library = shelf.library_of(SAMPLES.plans, shipped)
    try:
        engine, ids = Engine(library).with_readers([reader]), shelf.plan_ids(library)
        asked = [(each, engine.ask(each, ids[plan])) for plan, every in NOT_IN_THE_PLAN.items() for each in every]
    finally:
        library.close()
    assert not [each for each, answer in asked if not answer.refused or answer.reason == "unsure"]


@pytest.mark.parametrize("plan", outlines.plans(), ids=lambda plan: plan.name)
def test_outlines_change_only_when_told(plan: Path) -> None:
    before, now = outlines.known(plan).read_text("utf-8"), outlines.outline(plan)
    moved = "\n".join(difflib.unified_diff(before.splitlines(), now.splitlines(), "known", "now", n=0, lineterm=""))
    assert not moved, f"{moved}\nIf this is meant: python -m tests.evaluation.outlines"


def _refuse(question: str, scope: str | None) -> Answer:
    return Answer("", refused=True)


def _lie(question: str, scope: str | None) -> Answer:
    return Answer("", (Citation("a", 1, SAMPLES.plans[0].name, "I", "mục I", 0, 3, "không có"),), refused=True)


def test_a_fall_is_told_with_the_questions_that_were_lost() -> None:
    asked = ask_all(SAMPLES, _refuse, IDS)
    (told,) = baseline.falls({"samples": asked}, {"samples": ALL_RIGHT})
    lost = [each.question.id for each in asked if not each.question.unanswerable]
    assert f"by {len(lost)} questions" in told
    assert all(each in told for each in lost)


def test_two_lost_questions_pass_and_three_do_not() -> None:
    asked = ask_all(SAMPLES, _refuse, IDS)
    wrong = baseline.known(asked).wrong
    for spared, falls in ((2, 0), (3, 1)):
        before = {"samples": Known(len(asked), wrong[spared:])}
        assert len(baseline.falls({"samples": asked}, before)) == falls


def test_what_was_won_makes_up_for_what_was_lost() -> None:
    asked = ask_all(SAMPLES, _refuse, IDS)
    wrong, right = baseline.known(asked).wrong, [each.question.id for each in asked if each.verdict.right]
    before = {"samples": Known(len(asked), (*wrong[3:], right[0]))}
    assert not baseline.falls({"samples": asked}, before)
    assert next(iter(baseline.changes({"samples": asked}, before))).endswith(f"won 1 ({right[0]})")


def test_a_quote_that_is_not_verbatim_never_passes() -> None:
    asked = ask_all(SAMPLES, _lie, IDS)
    told = baseline.falls({"new set": asked}, {})
    assert [line.partition(":")[2].startswith(" quotes are not verbatim") for line in told] == [True]


def test_baseline_knows_every_own_set_with_and_without_a_plan_selected() -> None:
    before = baseline.read()
    assert {each.name for each in own_sets()} <= before.keys()
    assert {each.name + baseline.SHELF for each in own_sets()} <= before.keys()


def test_a_drawn_sample_is_the_same_for_the_same_seed() -> None:
    first, again, other = (sampled(SAMPLES, 20, seed) for seed in (1, 1, 2))
    assert first.questions == again.questions != other.questions
    assert len(first.questions) == 20
    assert set(first.plans) <= set(SAMPLES.plans)
