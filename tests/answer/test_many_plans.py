"""A question over more plans than can be gone through: only those that something was found in are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest

from answer.corpus import NAMED
from answer.engine import EACH, ONE_BY_ONE, Engine
from answer.refuse import NEAREST
from ingest.identity import part_of
from reading.protocol import Asked, Candidate, Reading
from tests.evaluation.scale import CheapEmbeddings, copy_of, sample_plans
from tests.loaded import plans_loaded
from vectorstore.library import Library
from vectorstore.plan_list import RESEMBLING
from vectorstore.search import Hit

WHOLE = 24  # gone through at most here, half as many as elsewhere: filling the province is what takes long
PLANS = WHOLE + 8
FEW = 24  # plans read at most for one question: two candidates cited, those named as searched, a second look


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """Copies of the sample plans, each of a commune of its own."""
    library = Library.open(tmp_path_factory.mktemp("province"), embeddings=CheapEmbeddings())
    samples = sample_plans()
    for number in range(PLANS):
        library.publish(copy_of(samples[number % len(samples)], number))
    with pytest.MonkeyPatch.context() as patch:
        for module in ("answer.engine", "vectorstore.library", "vectorstore.search"):
            patch.setattr(f"{module}.WHOLE", WHOLE)
        yield library
    library.close()


@pytest.fixture
def read(province: Library, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The ids of the plans that were read since."""
    return plans_loaded(province, monkeypatch)


@pytest.fixture
def engine(province: Library) -> Engine:
    return Engine(province, reading=False)


def test_one_plan_is_named_and_no_other_is_read(engine: Engine, province: Library, read: set[str]) -> None:
    meant = province.lookup.cards(province.lookup.first(PLANS)[30:31])
    (((plan_id, _), card),) = meant.items()
    answer = engine.ask(f"Cơ quan nào chủ trì tập huấn ở {card.info.place}?")
    assert {citation.plan_id for citation in (*answer.citations, *answer.nearest)} == {plan_id}
    assert read == {plan_id}


def test_a_part_of_a_plan_is_known_and_few_plans_are_read(province: Library, read: set[str]) -> None:
    """Every other plan here is the same one of another commune: any of these will do."""
    whole = sample_plans()[1]
    half = whole.text[: len(whole.text) // 2]
    found = part_of(half, province.resembling(half))
    assert found
    assert found.plan_id.startswith(whole.plan_id)
    assert len(read) <= RESEMBLING


@pytest.mark.parametrize("question", ["Kinh phí lấy từ nguồn nào?", "Ai chủ trì diễn tập phòng chống lụt bão?"])
def test_over_all_of_them_few_are_read(engine: Engine, read: set[str], question: str) -> None:
    assert engine.ask(question).text
    assert 0 < len(read) <= FEW


class Nothing:
    """A reader that finds nothing."""

    def read(self, asked: Asked, candidates: Sequence[Candidate]) -> Reading:
        return Reading((), 0.99)


def test_a_refusal_says_that_more_plans_were_searched_than_it_names(engine: Engine) -> None:
    answer = engine.with_readers([Nothing()]).ask("Phường có mua máy bay không người lái không?")
    assert answer.refused
    assert answer.lines[0].endswith(f"; và {PLANS - NAMED} kế hoạch khác.")


def test_each_of_them_is_asked_only_of_the_closest_and_that_is_told(engine: Engine, read: set[str]) -> None:
    answer = engine.ask("Những xã nào có diễn tập phòng chống thiên tai?")
    assert 0 < len(read) <= ONE_BY_ONE
    assert answer.reason != "several" or f"{PLANS} kế hoạch" in answer.text


@pytest.mark.parametrize("question", ["Ai ký kế hoạch này?", "Công an xã phải làm những gì?"])
def test_what_each_plan_has_ready_is_read_of_the_closest_alone(engine: Engine, read: set[str], question: str) -> None:
    """A signer or a unit's list needs no search, but each is in a plan that has to be read."""
    answer = engine.ask(question)
    assert 0 < len(read) <= EACH
    assert answer.reason != "several" or f"{PLANS} kế hoạch" in answer.text


def test_no_plan_that_gives_a_unit_nothing_to_do_is_read_for_its_list(engine: Engine, read: set[str]) -> None:
    """Of the twelve nearest; what is read then are the plans of the clauses that are shown."""
    engine.ask("Hội Cựu chiến binh phải làm những gì?")
    assert len(read) <= NEAREST


def test_candidates_are_looked_up_once_for_a_question(
    engine: Engine, province: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A unit that no plan gives a list of its own is then looked for among the clauses, which were found already."""
    searched: list[str] = []
    found = province.search.candidates

    def noted(query: str, *more: object) -> list[Hit]:
        searched.append(query)
        return found(query, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(province.search, "candidates", noted)
    engine.ask("Hội Cựu chiến binh có nhiệm vụ gì khi cháy rừng?")
    assert len(searched) == 1


def test_a_new_plan_is_seen_at_once(engine: Engine, province: Library) -> None:
    engine.ask("Ai chủ trì?")
    added = copy_of(sample_plans()[0], 9000)
    province.publish(added)
    answer = engine.ask(f"Ai chủ trì ở {added.info.place}?")
    province.remove(added.plan_id)
    assert {citation.plan_id for citation in (*answer.citations, *answer.nearest)} == {added.plan_id}
    again = engine.ask(f"Ai chủ trì ở {added.info.place}?")
    assert added.plan_id not in {citation.plan_id for citation in (*again.citations, *again.nearest)}
