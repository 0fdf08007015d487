"""What answers at one moment: the live versions. Immutable, so readers need no lock while plans change."""

from __future__ import annotations

from dataclasses import dataclass

from plan.model import PlanVersion


@dataclass(frozen=True)
class Snapshot:
    """All live versions at one generation of the catalog."""

    generation: int
    live: tuple[PlanVersion, ...] = ()
