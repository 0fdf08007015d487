"""Where the sample files are, and what is installed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ingest.readers.tesseract import language

SAMPLES = Path(__file__).resolve().parents[3] / "samples"


@pytest.fixture(scope="session")
def samples() -> Path:
    """The sample folder."""
    return SAMPLES


@pytest.fixture
def tesseract() -> None:
    """Skip where Vietnamese recognition is not installed."""
    if not language():
        pytest.skip("needs tesseract-ocr and tesseract-ocr-vie")


@pytest.fixture
def libreoffice() -> str:
    """The LibreOffice command; skip where it is not installed."""
    command = shutil.which("soffice")
    if command is None:
        pytest.skip("needs libreoffice-writer-nogui")
    return command
