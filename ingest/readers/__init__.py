"""A file becomes text. `read(path)` tells by its content what a file is and gives back its canonical text.

Text and Markdown are read here; everything that needs a parser (Word, PDF, images) is read in a child process with
limits, because one broken file must not take the bot down. `read_whole` also returns the word boxes and signatures.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingest.readers.detect import Kind, detect
from ingest.readers.draft import Draft, Stamp
from ingest.readers.layout import Box, Layout, PageSize, PlacedWord
from ingest.readers.limits import DEFAULT, Limits, UnreadableFile
from ingest.readers.quality import Quality, measure, warnings_for
from ingest.readers.sandbox import read_in_child
from ingest.readers.text import read_text
from plan.model import SourceText, Warning_

__all__ = [
    "DEFAULT",
    "Box",
    "Layout",
    "Limits",
    "PageSize",
    "PlacedWord",
    "Quality",
    "Reading",
    "Stamp",
    "UnreadableFile",
    "digest_of",
    "measure",
    "read",
    "read_whole",
]

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Reading:
    """A source text with what does not fit in it: word boxes (None for text and Word) and digital signatures."""

    source: SourceText
    layout: Layout | None = None
    stamps: tuple[Stamp, ...] = ()


def read(path: Path, limits: Limits = DEFAULT) -> SourceText:
    """The canonical text of a file; UnreadableFile says why there is none."""
    return read_whole(path, limits).source


def read_whole(path: Path, limits: Limits = DEFAULT, progress: Progress | None = None) -> Reading:
    """The same with word boxes and signatures; `progress(page, pages)` is called while pages are read."""
    size = _check(path, limits)
    kind = detect(path)
    if kind is Kind.TEXT:
        if size > limits.text_bytes:
            raise UnreadableFile("too_long", f"{size} bytes")
        draft = read_text(path.read_bytes())
    else:
        draft = read_in_child(path, kind, limits, progress)
    return _weigh(path, draft)


def digest_of(path: Path, limits: Limits = DEFAULT) -> str:
    """The file's digest, which tells whether exactly this file is known already; UnreadableFile as for `read`."""
    _check(path, limits)
    return _sha256(path)


def _check(path: Path, limits: Limits) -> int:
    """Its size, after everything that can be wrong with a path."""
    try:
        status = path.stat()
    except PermissionError as error:
        raise UnreadableFile("no_permission", str(error)) from None
    except (OSError, ValueError) as error:
        raise UnreadableFile("missing", str(error)) from None
    if stat.S_ISDIR(status.st_mode):
        raise UnreadableFile("folder")
    if not stat.S_ISREG(status.st_mode):  # a pipe or a device would never end
        raise UnreadableFile("not_a_file")
    if not os.access(path, os.R_OK):
        raise UnreadableFile("no_permission")
    if status.st_size == 0:
        raise UnreadableFile("empty")
    if status.st_size > limits.file_bytes:
        raise UnreadableFile("too_large", f"{status.st_size} bytes")
    return status.st_size


def _weigh(path: Path, draft: Draft) -> Reading:
    """Add the file's identity and the quality of what was read."""
    quality = measure(draft.text)
    reason = quality.reason
    if draft.confidence is not None:
        reason += f"; nhận dạng từ ảnh, độ tin cậy trung bình {draft.confidence:.0f}%"
    source = SourceText(
        text=draft.text,
        file=path.name,
        sha256=_sha256(path),
        how=draft.how,
        page_starts=draft.page_starts,
        quality=quality.score,
        quality_reason=reason,
        warnings=(*draft.warnings, *warnings_for(quality), *map(_signed, draft.stamps)),
        leads=draft.leads,
    )
    return Reading(source, draft.layout, draft.stamps)


def _signed(stamp: Stamp) -> Warning_:
    return Warning_("signed", stamp.sentence())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
