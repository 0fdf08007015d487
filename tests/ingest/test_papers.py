"""Every kind of paper, several of each: `papers/*.txt` says what must come of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.ingest.papers import Paper, papers, wrong


@pytest.mark.parametrize(
    "paper",
    [paper for name in ("kinds", "more", "heads", "tables", "offices", "forms") for paper in papers(f"{name}.txt")],
    ids=lambda paper: paper.name,
)
def test_papers_of_every_kind(paper: Paper, tmp_path: Path) -> None:
    assert wrong(paper, tmp_path) == []
