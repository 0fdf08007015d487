"""Which plans a question makes the library load: cost is to follow the question, not the shelf."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from plan.model import PlanVersion
from vectorstore.library import Library


def plans_loaded(library: Library, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The ids of the plans that are loaded from now on."""
    found: set[str] = set()
    whole: Callable[[str, int], PlanVersion] = library.catalog.version

    def noted(plan_id: str, version: int) -> PlanVersion:
        found.add(plan_id)
        return whole(plan_id, version)

    monkeypatch.setattr(library.catalog, "version", noted)
    return found
