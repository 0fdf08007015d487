"""The plan as a page: every character in its clause, the cited ones marked, nothing invented."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.web.admin import source_lines
from bot.web.plans import beside
from bot.web.reading import Node, Reader, Run, Table, cited_span, runs
from plan.model import PlanVersion, Span
from plan.tree import Tree
from tests.bot.web.visits import sample


@pytest.fixture(scope="module")
def plan() -> PlanVersion:
    return sample("chuyen-doi-so.md")


def _runs(parts: tuple[Node | Table, ...]) -> Iterator[Run]:
    for part in parts:
        if isinstance(part, Table):
            yield from (run for row in part.rows for _, found in row.cells for run in found)
        else:
            yield from part.runs
            yield from _runs(part.parts)


@pytest.mark.parametrize("file", ["chuyen-doi-so.md", "phong-chong-thien-tai.txt"])
def test_what_is_cited_is_marked_exactly(file: str) -> None:
    plan = sample(file)
    for assignment in plan.assignments:
        quote = assignment.task.span
        marked = "".join(run.text for run in _runs(Reader(plan, "", quote).nodes()) if run.cited)
        shown = "".join(marked.split())
        assert shown in "".join(quote.of(plan.text).split())
        assert shown


def test_every_word_of_the_plan_is_on_the_page(plan: PlanVersion) -> None:
    page = "".join("".join(run.text for run in _runs(Reader(plan).nodes())).split())
    for clause in plan.clauses:
        if not clause.children and not clause.cells:
            assert "".join(clause.span.of(plan.text).split()) in page


def test_marks_of_markdown_are_out_of_sight_but_not_gone() -> None:
    found = runs("## **I. MỤC ĐÍCH**", Span(0, 18), [Span(5, 7)])
    assert "".join(run.text for run in found) == "## **I. MỤC ĐÍCH**"
    assert "".join(run.text for run in found if not run.hidden).strip() == "I. MỤC ĐÍCH"
    assert [run.text for run in found if run.cited] == ["I."]


def test_rows_stand_in_one_table_under_their_columns(plan: PlanVersion) -> None:
    def tables(parts: tuple[Node | Table, ...]) -> Iterator[Table]:
        for part in parts:
            if isinstance(part, Table):
                yield part
            else:
                yield from tables(part.parts)

    first, second = tables(Reader(plan, "PLII#3").nodes())
    assert first.columns[:2] == ("TT", "Chỉ tiêu")
    assert [row.clause.address for row in second.rows if row.here] == ["PLII#3"]


@pytest.mark.parametrize("told", ["", "5", "5-", "9-5", "5-5", "-1-4", "5-99999", "1-2-3"])
def test_what_is_no_span_is_none(told: str) -> None:
    assert cited_span(told, 1000) is None


def test_beside_the_clause(plan: PlanVersion) -> None:
    tree = Tree(plan.text, plan.clauses)
    found = beside(plan, "III(Nhiệm vụ trọng tâm).1.2", None, "vi")
    assert found
    assert found.assignments[0].leads[0].value == "Văn phòng HĐND và UBND phường"
    assert found.previous
    assert found.next
    assert found.next.span.start > found.clause.span.start > found.previous.span.start
    assert found.citation.startswith("“1.2. Bồi dưỡng")
    assert "(Khoản 1.2 mục III" in found.citation
    # A line of an assignment belongs to the one around it.
    line = tree.children(found.clause)[-1]
    around = beside(plan, line.address, None, "vi")
    assert around
    assert around.assignments == found.assignments
    assert beside(plan, "XX.9", None, "vi") is None


def test_the_inspector_loses_no_line(plan: PlanVersion) -> None:
    lines = list(source_lines(plan))
    assert "".join(line.text for line in lines) == "".join(plan.text.splitlines())
    assert not [line.number for line in lines if line.text.strip() and not line.clauses]
    heading = next(line for line in lines if line.text.endswith("MỤC TIÊU**"))
    assert heading.clauses[0].address == "II^"
    assert heading.begins
