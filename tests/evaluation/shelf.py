"""Ingested plans kept between runs, so that tuning the answers does not wait for embedding.

A folder of plans is keyed by everything that decides its content: the files, the model's identity, and the code and
words of the rooms that read and index them. Change any of these and the plans are ingested anew (known passages keep
their vectors).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from ingest.publish import ingest_file
from tests.evaluation.memo import READ, RememberingEmbeddings
from tests.evaluation.questions import ROOT
from vectorstore.embedding import ClauseEmbeddings
from vectorstore.library import Library

READING_ROOMS = ("plan", "language", "ingest", "vectorstore")
FORGOTTEN_AFTER = 24 * 3600.0
WHOLE = "whole"  # this file's presence says that every plan is in


def cache() -> Path:
    """Each user's own, for the temporary folder is everybody's."""
    user = str(os.getuid()) if hasattr(os, "getuid") else os.environ.get("USERNAME", "user")
    folder = Path(tempfile.gettempdir()) / f"kehoach-evaluation-{user}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def embeddings(model: str | None = None, questions: bool = False) -> ClauseEmbeddings:
    """The model under test: as given, as KEHOACH_MODEL says, or the one that ships; questions are remembered too."""
    _keep_quiet()
    model = model or os.environ.get("KEHOACH_MODEL") or None
    return RememberingEmbeddings(cache() / "vectors.sqlite3", model, questions)


def library_of(plans: Sequence[Path], model: ClauseEmbeddings, fresh: bool = False) -> Library:
    """A library that holds these plans and no other."""
    folder = _folder(plans, model)
    if fresh:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    library = Library.open(folder, embeddings=model)
    if not (folder / WHOLE).exists():
        _ingest(plans, library)
    (folder / WHOLE).touch()
    _sweep(folder.parent)
    return library


def plan_ids(library: Library) -> dict[str, str]:
    """Plan ids by file name."""
    return {version.file: version.plan_id for version in library.live()}


def _keep_quiet() -> None:
    """No telemetry and no progress bars: before the libraries that read these are imported."""
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")


def _ingest(plans: Sequence[Path], library: Library) -> None:
    """One by one as `kehoach ingest` does; a plan taken for a version of another would spoil every figure.

    What counts is what is live in the end: another run may be filling the same folder at this moment.
    """
    for path in plans:
        ingest_file(path, library)
    missing = {path.name for path in plans} - plan_ids(library).keys()
    if missing:
        raise RuntimeError(f"taken for versions of other plans: {', '.join(sorted(missing))}")


def _folder(plans: Sequence[Path], model: ClauseEmbeddings) -> Path:
    digest = hashlib.sha256(model.identity.encode())
    files = (path for room in READING_ROOMS for path in sorted((ROOT / room).rglob("*")) if path.is_file())
    rooms = [path for path in files if path.suffix != ".pyc"]  # code, and the words in data/
    for path in (*plans, *rooms):
        digest.update(path.name.encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return cache() / digest.hexdigest()[:16]


def _sweep(parent: Path) -> None:
    """Forget what no run has used for a day: each change of code or model leaves a folder behind."""
    for folder in parent.iterdir():
        used = folder / WHOLE
        if used.exists() and time.time() - used.stat().st_mtime > FORGOTTEN_AFTER:
            shutil.rmtree(folder, ignore_errors=True)
    for file in parent.glob(f"{READ}*"):
        if time.time() - file.stat().st_mtime > FORGOTTEN_AFTER:
            file.unlink(missing_ok=True)
