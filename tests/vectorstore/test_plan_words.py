"""The words of live plans, looked up, are those that reading all plans would give."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import pytest
from sqlalchemy import update

from language.lexicon import Lexicon, Pair, PlanLexicon, PlanWords, Spelling, Totals, shipped
from language.spelling import Speller
from plan.model import Warning_
from tests.vectorstore.conftest import make_version
from vectorstore.library import Library
from vectorstore.tables import LearntRow, VersionRow

FIRST = ("Tổ xe lam Vọng Thê rà soát bến Ba Chúc, xã Óc Eo",)
SECOND = ("Bến Ba Chúc đón khách của xã Óc Eo", "Trồng tràm ở Vọng Thê trước mùa nước nổi")
QUESTIONS = (
    "ben ba chuc don khach the nao",
    "o vong the trong tram khi nao",
    "xe lam oc eo",
    "Bến Ba Chucs",
    "trồng trm ở vọng thê",
)


def lexicon(library: Library) -> PlanLexicon:
    return PlanLexicon(shipped(), library.words)


def assert_same(library: Library, *texts: str) -> None:
    """As the lexicon that has read all these texts: counts, costs, spellings, mended questions."""
    ours, read = lexicon(library), Lexicon.load(texts)
    assert (ours.total, ours.room) == (read.total, read.room)
    for word in ("bến", "chúc", "thê", "óc", "kế", "tràm", "trám", "<s>", "#"):
        found = (ours.count(word), ours.befores(word), ours.afters(word), set(ours.forms(word)))
        assert found == (read.count(word), read.befores(word), read.afters(word), set(read.forms(word))), word
    for pair in (("ba", "chúc"), ("óc", "eo"), ("kế", "hoạch"), ("eo", "óc"), ("<s>", "bến")):
        assert ours.cost(*pair) == pytest.approx(read.cost(*pair)), pair
    for question in QUESTIONS:
        assert Speller(ours).correct(question) == Speller(read).correct(question)


def text_of(tasks: tuple[str, ...]) -> str:
    return "\n".join(tasks) + "\n"


def test_they_follow_what_is_live(library: Library) -> None:
    library.publish(make_version("a", 1, FIRST))
    library.publish(make_version("b", 1, SECOND))
    assert_same(library, text_of(FIRST), text_of(SECOND))
    library.publish(make_version("b", 2, FIRST))
    assert_same(library, text_of(FIRST), text_of(FIRST))
    library.rollback("b")
    assert_same(library, text_of(FIRST), text_of(SECOND))
    library.remove("a")
    assert_same(library, text_of(SECOND))
    library.remove("b")
    assert_same(library)


def test_a_name_that_a_plan_taught_is_written_with_its_marks(library: Library) -> None:
    assert "Vọng Thê" not in Speller(lexicon(library)).correct("o Vong The trong tram")
    library.publish(make_version("b", 1, SECOND))
    assert "Vọng Thê" in Speller(lexicon(library)).correct("o Vong The trong tram")


def test_a_poor_image_teaches_nothing(library: Library) -> None:
    blurred = dataclasses.replace(make_version("a", 1, FIRST), warnings=(Warning_("poor_ocr"),))
    library.publish(blurred)
    assert_same(library)


def test_plans_of_an_earlier_release_and_another_lexicon_are_counted_at_the_next_look(library: Library) -> None:
    """After an upgrade the rows are missing; another shipped lexicon makes those that are there wrong."""
    for number, tasks in enumerate((FIRST, SECOND)):
        library.publish(make_version(f"p{number}", 1, tasks))
    with library.catalog.reading() as session:
        session.execute(update(LearntRow).values(lexicon="another"))
        session.commit()
    assert library.catalog.learnt_otherwise()
    again = Library.open(library._store._folder.parent, embeddings=library._store.embeddings)
    assert_same(again, text_of(FIRST), text_of(SECOND))
    again.close()


def test_only_live_versions_are_counted(library: Library) -> None:
    library.stage(make_version("a", 1, FIRST))
    assert_same(library)
    with library.catalog.reading() as session:
        assert session.get(VersionRow, ("a", 1)) is not None
        assert session.get(LearntRow, ("a", 1)) is None


class Counting:
    """The words of the plans; how often they were looked up."""

    def __init__(self, words: PlanWords) -> None:
        self.words, self.asked = words, 0

    def totals(self) -> Totals:
        return self.words.totals()

    def spellings(self, folded: Iterable[str]) -> Iterable[Spelling]:
        self.asked += 1
        return self.words.spellings(folded)

    def pairs(self, pairs: Iterable[Pair]) -> dict[Pair, int]:
        self.asked += 1
        return self.words.pairs(pairs)

    def near(self, keys: Iterable[str]) -> set[str]:
        self.asked += 1
        return self.words.near(keys)


def test_a_question_costs_a_handful_of_look_ups_and_none_when_it_is_asked_again(library: Library) -> None:
    library.publish(make_version("a", 1, FIRST))
    words = Counting(library.words)
    speller = Speller(PlanLexicon(shipped(), words))
    speller.restore("to xe lam ra soat ben ba chuc o xa oc eo truoc ngay nao")
    assert 1 <= words.asked <= 4
    words.asked = 0
    speller.restore("to xe lam ra soat ben ba chuc o xa oc eo truoc ngay nao")
    assert not words.asked


def test_words_with_their_marks_are_looked_up_together_too(library: Library) -> None:
    """Each may bear a wrong mark, which its neighbours tell: pairs are asked for once, not word by word."""
    library.publish(make_version("a", 1, ("Bến bền bên bà bá ba chức chục chúc đơn don đón khách khạch thăm thẳm",)))
    words = Counting(library.words)
    Speller(PlanLexicon(shipped(), words)).correct("Bến Ba Chúc đón khách thăm")
    assert 1 <= words.asked <= 4
