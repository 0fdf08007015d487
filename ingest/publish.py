"""The steps from a file to a live version: read, parse, recognise, stage or publish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ingest.identity import new_id, recognise
from ingest.parse import parse
from ingest.readers import read_whole
from plan.model import PlanVersion, SourceText
from vectorstore.library import Library

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What ingesting a file did. `state`: new | replaced | unchanged | doubtful (the admin decides) | staged."""

    version: PlanVersion
    state: str
    replaced: PlanVersion | None = None
    likeness: float = 0.0


def ingest_file(
    path: Path, library: Library, plan_id: str | None = None, progress: Progress | None = None, stage: bool = False
) -> Report:
    """Read a file and make it the live version of its plan.

    An identical file changes nothing. With `stage`, or when it is doubtful which plan the file belongs to, the
    version is only staged. Raises ingest.readers.UnreadableFile and ingest.parse.NotAPlan; nothing is kept then.
    """
    source = read_whole(path, progress=progress).source
    same = _identical(source, library, plan_id)
    if same is not None:
        return Report(same, "unchanged", same)
    draft = parse(source, "", 0)
    match = None if plan_id else recognise(draft.info, library.live())
    target = plan_id or (match.plan_id if match else new_id(source.file, [p.plan_id for p in library.plans()]))
    version = parse(
        source, target, library.catalog.next_version(target), datetime.now(UTC).isoformat(timespec="seconds")
    )
    old = next((live for live in library.live() if live.plan_id == target), None)
    if stage or (match is not None and not match.sure):
        library.stage(version)
        return Report(version, "staged" if stage else "doubtful", old, match.score if match else 0.0)
    library.publish(version, progress)
    return Report(version, "replaced" if old else "new", old, match.score if match else 0.0)


def _identical(source: SourceText, library: Library, plan_id: str | None) -> PlanVersion | None:
    for live in library.live():
        if live.source.sha256 == source.sha256 and plan_id in (None, live.plan_id):
            return live
    return None
