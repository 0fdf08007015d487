"""Libraries filled once for a file of tests: opening a copy of the folder costs a tenth of publishing its plans."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from plan.model import PlanVersion
from tests.evaluation.scale import CheapEmbeddings
from vectorstore.library import Library


def stocked(folder: Path, plans: Iterable[PlanVersion]) -> Path:
    """A data folder with these plans. Not to be changed: use `copied`."""
    library = Library.open(folder, embeddings=CheapEmbeddings())
    for plan in plans:
        library.publish(plan)
    library.close()
    return folder


def copied(stock: Path, folder: Path) -> Library:
    """The same plans in a folder of one test's own."""
    return Library.open(shutil.copytree(stock, folder, dirs_exist_ok=True), embeddings=CheapEmbeddings())
