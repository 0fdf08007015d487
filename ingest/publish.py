"""The steps from a file to a live version: read, keep state secrets out, parse, recognise, stage or publish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from ingest.clock import parse_in_time
from ingest.identity import Match, doubts, new_id, part_of, recognise
from ingest.parse import NotAPlan
from ingest.readers import UnreadableFile, digest_of, read_whole
from ingest.readers.layout import Layout
from plan.listed import amended_number
from plan.model import PlanVersion, SourceText, Warning_
from plan.secrecy import secrecy
from vectorstore.library import Library

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What ingesting a file did. `state`: new | replaced | unchanged | doubtful (the admin decides) | staged.

    Not `sure`: it looks like a version of `replaced`, but a person has to say so. `layout` is where its words stand.
    """

    version: PlanVersion
    state: str
    replaced: PlanVersion | None = None
    sure: bool = True
    layout: Layout | None = field(default=None, repr=False)


def ingest_file(
    path: Path,
    library: Library,
    plan_id: str | None = None,
    progress: Progress | None = None,
    stage: bool = False,
    allow_secret: bool = False,
) -> Report:
    """Read a file and make it the live version of its plan.

    An identical file changes nothing. With `stage`, or when it is doubtful which plan the file belongs to, the
    version is only staged. Raises ingest.readers.UnreadableFile and ingest.parse.NotAPlan; nothing is kept then.
    """
    same = already_live(path, library, plan_id)
    if same is not None:
        return Report(same, "unchanged", same)
    reading = read_whole(path, progress=progress)
    source = admitted(reading.source, allow_secret)
    try:
        draft = parse_in_time(source)
    except NotAPlan as error:
        raise NotAPlan(str(error), part_of(source.text, library.resembling(source.text))) from None
    with library.writing():  # nobody else may become this plan's next version meanwhile
        report = _taken_in(draft, library, plan_id, progress, stage)
    return replace(report, layout=reading.layout)


def _taken_in(
    draft: PlanVersion, library: Library, plan_id: str | None, progress: Progress | None, stage: bool
) -> Report:
    match = None if plan_id else recognise(draft.info, library.lookup.of_place(draft.info.place))
    target = plan_id or _target(draft, match, library)
    old = library.live_version(target)
    worries = doubts(draft, old) if old and not plan_id else ()
    amends = amended_number(draft.info)
    draft = replace(draft, warnings=(*draft.warnings, *worries, *([Warning_("amends", amends)] if amends else [])))
    sure = not worries and (match is None or match.sure)
    version = _waiting(draft, target, library) or _numbered(draft, target, library)
    if stage or not sure:
        library.stage(version)
        return Report(version, "staged" if stage else "doubtful", old, sure)
    library.publish(version, progress)
    return Report(version, "replaced" if old else "new", old)


def _target(draft: PlanVersion, match: Match | None, library: Library) -> str:
    """The plan it is a version of: a live one, one that waits from the same file, or a new one."""
    if match:
        return match.plan_id
    waiting = library.catalog.staged(held=True)
    known = next((key[0] for key in library.catalog.by_sha(draft.source.sha256) if key in waiting), None)
    return known or new_id(draft.file, library.listed.ids_from)


def _waiting(draft: PlanVersion, target: str, library: Library) -> PlanVersion | None:
    """The version that was staged from the same file before: sent twice, or left by a crash."""
    for key in library.catalog.staged(held=True):
        if key[0] == target:
            staged = library.catalog.version(*key)
            if (staged.source.sha256, staged.text) == (draft.source.sha256, draft.text):
                return replace(draft, plan_id=target, version=staged.version, ingested_at=staged.ingested_at)
    return None


def _numbered(draft: PlanVersion, target: str, library: Library) -> PlanVersion:
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return replace(draft, plan_id=target, version=library.catalog.next_version(target), ingested_at=at)


def already_live(path: Path, library: Library, plan_id: str | None = None) -> PlanVersion | None:
    """The live version made of exactly this file; UnreadableFile for a path that is no file."""
    for made_of_it in library.catalog.by_sha(digest_of(path)):
        live = library.live_version(made_of_it[0]) if plan_id in (None, made_of_it[0]) else None
        if live is not None and live.version == made_of_it[1]:
            return live
    return None


def admitted(source: SourceText, allow_secret: bool) -> SourceText:
    """The text, marked when its head bears a stamp of secrecy. Raises UnreadableFile("secret") when that may not be."""
    level = secrecy(source.text)
    if not level:
        return source
    if not allow_secret:
        raise UnreadableFile("secret", level)
    return replace(source, warnings=(*source.warnings, Warning_("secret", level)))
