"""Where the sample files are."""

from __future__ import annotations

from pathlib import Path

import pytest

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


@pytest.fixture(scope="session")
def samples() -> Path:
    """The sample folder."""
    return SAMPLES
