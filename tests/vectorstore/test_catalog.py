"""The catalog gives back what it was given, and keeps exactly one version of a plan live."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy import text as sql

from plan.model import (
    Assignment,
    Cell,
    Clause,
    ClauseKind,
    FieldValue,
    PlanInfo,
    PlanVersion,
    SourceText,
    Span,
    Warning_,
)
from plan.records import from_record, to_record
from tests.vectorstore.conftest import make_version
from vectorstore.catalog import Catalog
from vectorstore.errors import CatalogTooNew, UnknownPlan, WrongState

SPANS = st.tuples(st.integers(0, 99), st.integers(0, 99)).map(lambda pair: Span(min(pair), sum(pair)))
WORDS = st.text(max_size=8)
VALUES = st.builds(FieldValue, WORDS, SPANS, SPANS)
CELLS = st.builds(Cell, WORDS, WORDS, st.lists(SPANS, max_size=2).map(tuple))
CLAUSES = st.builds(
    Clause, WORDS, st.sampled_from(ClauseKind), WORDS, WORDS, SPANS, st.none() | WORDS,
    st.lists(WORDS, max_size=2).map(tuple), st.lists(CELLS, max_size=2).map(tuple), WORDS,
)  # fmt: skip
ASSIGNMENTS = st.builds(Assignment, WORDS, VALUES, st.lists(VALUES, max_size=2).map(tuple), deadline=st.none() | VALUES)
VERSIONS = st.builds(
    PlanVersion,
    st.just("a"),
    st.just(1),
    st.builds(SourceText, WORDS, WORDS, WORDS, quality=st.floats(0, 1)),
    st.builds(PlanInfo, title=WORDS, number_line=st.none() | SPANS, recipients=st.lists(SPANS, max_size=2).map(tuple)),
    st.lists(CLAUSES, max_size=3).map(tuple),
    st.lists(ASSIGNMENTS, max_size=2).map(tuple),
    st.lists(st.builds(Warning_, WORDS, WORDS), max_size=2).map(tuple),
)


# Deadlines would measure the machine's other work.
@given(VERSIONS)
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_records_lose_nothing(version: PlanVersion) -> None:
    assert from_record(to_record(version), version.text) == version


def test_records_of_older_and_newer_releases_are_read() -> None:
    record = to_record(make_version("a", 1))
    del record["info"]["signer"]
    record["info"]["of_a_later_release"] = 1
    assert from_record(record, make_version("a", 1).text) == make_version("a", 1)


@given(moves=st.lists(st.sampled_from(["stage", "publish", "discard", "rollback", "republish", "remove"]), max_size=12))
@settings(
    deadline=None,
    max_examples=20,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_at_most_one_version_is_live(tmp_path_factory: pytest.TempPathFactory, moves: list[str]) -> None:
    catalog = Catalog.in_folder(tmp_path_factory.mktemp("catalog"))
    for move in moves:
        before, generation = catalog.live_keys(), catalog.generation()
        try:
            _move(catalog, move)
        except (WrongState, UnknownPlan):
            assert catalog.live_keys() == before
        live = catalog.live_keys()
        assert len(live) <= 1
        assert not before or live or move == "remove"
        assert (catalog.generation() != generation) >= (live != before)
    catalog.close()


def test_a_live_version_is_never_edited(tmp_path: Path) -> None:
    catalog = Catalog.in_folder(tmp_path)
    catalog.stage(make_version("a", 1))
    catalog.publish("a", 1)
    with pytest.raises(WrongState):
        catalog.stage(dataclasses.replace(make_version("a", 1), ingested_at="later"))


def test_the_same_file_is_recognised(tmp_path: Path) -> None:
    catalog = Catalog.in_folder(tmp_path)
    version = make_version("a", 1)
    assert catalog.by_sha(version.source.sha256) == []
    catalog.stage(version)
    assert catalog.by_sha(version.source.sha256) == [("a", 1)]


def test_a_catalog_of_a_newer_release_is_left_alone(tmp_path: Path) -> None:
    Catalog.in_folder(tmp_path).close()
    with create_engine(f"sqlite:///{tmp_path / 'catalog.sqlite3'}").begin() as connection:
        connection.execute(sql("UPDATE numbers SET value = 99 WHERE name = 'schema'"))
    with pytest.raises(CatalogTooNew, match="99"):
        Catalog.in_folder(tmp_path)


def _move(catalog: Catalog, move: str) -> None:
    last = catalog.next_version("a") - 1
    if move == "stage":
        catalog.stage(make_version("a", last + 1))
    elif move == "rollback":
        catalog.rollback_to("a", catalog.version_before_live("a"))
    elif move == "republish":
        catalog.rollback_to("a", last)
    elif move == "remove":
        catalog.remove("a")
    else:
        getattr(catalog, move)("a", last)
