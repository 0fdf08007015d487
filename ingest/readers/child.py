"""The child process: `python -m ingest.readers.child KIND|print PATH LIMITS` reads one file and prints JSON lines.

Each line is `{"page": [n, of]}`, and the last one `{"draft": …}` or `{"fault": [code, detail]}`. It runs under the
limits set here before any parser is imported; `sandbox` is the parent's side.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import TextIO

from ingest.readers.detect import Kind, detect
from ingest.readers.draft import Draft
from ingest.readers.limits import Limits, UnreadableFile
from ingest.readers.sandbox import PRINT, PRINTED

Progress = Callable[[int, int], None]


def read_kind(kind: Kind, path: Path, limits: Limits, progress: Progress) -> Draft:
    """Read a file with the reader of its kind; parsers are imported only when they are needed."""
    if kind is Kind.DOCX:
        from ingest.readers.docx import read_docx

        return read_docx(path, limits)
    if kind is Kind.XLSX:
        from ingest.readers.sheets import read_xlsx

        return read_xlsx(path, limits)
    if kind is Kind.OFFICE:
        from ingest.readers.office import read_office

        return read_office(path, limits)
    if kind is Kind.PDF:
        from ingest.readers.pdf import read_pdf

        return read_pdf(path, limits, progress)
    from ingest.readers.recognise import read_image

    return read_image(path, limits, progress)


def print_and_read(path: Path, limits: Limits, progress: Progress) -> Draft:
    """Print a Word file into the working folder, and read where its words have come to stand."""
    from ingest.readers.docx_parts import check_archive
    from ingest.readers.office import convert
    from ingest.readers.pdf import read_pdf

    if detect(path) is Kind.DOCX:
        check_archive(path, limits)
    printed = Path(PRINTED)
    convert(path, "pdf", Path.cwd(), limits).rename(printed)
    return read_pdf(printed, limits, progress)


def confine(limits: Limits) -> None:
    """Take the limits from the system, so that even a parser's own C code cannot pass them."""
    _lower(resource.RLIMIT_AS, limits.memory_bytes)
    grant_time(limits)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_FSIZE, limits.unpacked_bytes)


def grant_time(limits: Limits) -> None:
    """Processor time for the next page, counted from what has been used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + limits.page_seconds, hard))


def _lower(which: int, value: int) -> None:
    _, hard = resource.getrlimit(which)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))


def main(arguments: list[str]) -> int:
    """Read the file named in the arguments and report on the real standard output."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not be taken for a report
    raw = json.loads(arguments[2])
    limits = Limits(**{field.name: raw[field.name] for field in fields(Limits)})
    confine(limits)
    _report(out, **_outcome(arguments[0], Path(arguments[1]), limits, out))
    return 0


def _outcome(task: str, path: Path, limits: Limits, out: TextIO) -> dict[str, object]:
    def progress(page: int, of: int) -> None:
        _page_done(out, limits, page, of)

    try:
        if task == PRINT:
            draft = print_and_read(path, limits, progress)
        else:
            draft = read_kind(Kind(task), path, limits, progress)
        if not draft.text.strip():
            raise UnreadableFile("no_text")
        if (size := len(draft.text.encode(errors="replace"))) > limits.text_bytes:
            raise UnreadableFile("too_long", f"{size} bytes of text")
        return {"draft": draft.to_json()}
    except UnreadableFile as fault:
        return {"fault": [fault.code, fault.detail]}
    except MemoryError:
        return {"fault": ["out_of_memory", ""]}
    except Exception as error:  # the last resort of a process that only reads this file
        code = "out_of_memory" if "memory" in str(error).lower() else "crashed"
        return {"fault": [code, f"{type(error).__name__}: {error}"[:500]]}


def _page_done(out: TextIO, limits: Limits, page: int, of: int) -> None:
    grant_time(limits)
    _report(out, page=[page, of])


def _report(out: TextIO, **what: object) -> None:
    out.write(json.dumps(what) + "\n")
    out.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
