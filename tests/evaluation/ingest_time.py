"""How long plans take to come in: `python -m tests.evaluation.ingest_time`.

A page of PDF and of a scan, the clauses of a text, the same thirty pages again (unchanged, with three clauses changed),
and the picture of a page. Seconds of the clock, with the processor's beside them, since a busy machine stretches the
former only.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ingest.publish import ingest_file
from ingest.readers import read_whole
from ingest.readers.office import can_print, print_pages
from ingest.readers.picture import pictures
from tests.evaluation.questions import ROOT
from vectorstore.embedding import ClauseEmbeddings
from vectorstore.library import Library

SAMPLES = ROOT / "samples"
COPIES = 4  # of eight pages
CHANGED = 3


def long_plan(changed: int = 0) -> str:
    """Thirty-two pages: the sample four times, no line twice; in some lines a word is another."""
    text = (SAMPLES / "van-hoa-doc.txt").read_text("utf-8")
    head, mark, body = text.partition("I. MỤC ĐÍCH, YÊU CẦU")
    copies = [_copy(mark + body, number) for number in range(COPIES)]
    lines = (head + "\n".join(copies)).splitlines()
    long = [place for place, line in enumerate(lines) if line.startswith("- ") and len(line) > 80]
    for place in long[:: len(long) // CHANGED][:changed]:
        lines[place] = f"{lines[place]} Có sửa đổi."
    return "\n".join(lines) + "\n"


def _copy(text: str, number: int) -> str:
    return "\n".join(f"{line} (phần {number + 1})" if line.startswith("- ") else line for line in text.splitlines())


def timed(name: str, work: Callable[[], Any], pieces: float = 1, unit: str = "s") -> Any:
    """Do it and print what it took, for each piece where there are several."""
    clock, used = time.perf_counter(), _processor()
    result = work()
    clock, used = time.perf_counter() - clock, _processor() - used
    print(f"{name:56} {clock / pieces:8.3f} {unit:9} {used / pieces:8.3f} of processor", flush=True)
    return result


def _processor() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def coming_in(folder: Path) -> None:
    """The long plan as text: first, unchanged, changed."""
    library = Library.open(folder / "data", embeddings=ClauseEmbeddings())
    try:
        library.retriever.hits("một câu hỏi")  # the model loads before anything is measured
        library.live()
        files = []
        for number, text in enumerate((long_plan(), long_plan(CHANGED))):
            files.append(folder / f"{number}.txt")
            files[-1].write_text(text, "utf-8")
        first = timed("text, 32 pages, for the first time", lambda: ingest_file(files[0], library, "dai"))
        again = timed("the same file again", lambda: ingest_file(files[0], library, "dai"))
        changed = timed(f"with {CHANGED} clauses changed", lambda: ingest_file(files[1], library, "dai"))
        assert (first.state, again.state, changed.state) == ("new", "unchanged", "replaced")
        print(f"{len(first.version.clauses)} clauses")
    finally:
        library.close()


def pages(folder: Path) -> None:
    """Reading by the page, and the picture of one."""
    for name in ("van-hoa-doc.pdf", "van-hoa-doc-quet.pdf", "van-hoa-doc.docx"):
        _page(SAMPLES / name, folder / "print.pdf")


def _page(file: Path, printed: Path) -> None:
    reading = timed(file.name, lambda: read_whole(file), 8, "s/page")
    text, layout, shown = reading.source.text, reading.layout, file
    if layout is None and can_print():
        layout, shown = timed("  printed by LibreOffice, once", lambda: print_pages(file, text, printed)), printed
    if layout:
        start = text.index("- Thời gian hoàn thành:")
        timed("  page picture", lambda: pictures(shown, layout, start, start + 40))


def main() -> None:
    """Command line."""
    with tempfile.TemporaryDirectory() as folder:
        coming_in(Path(folder))
        pages(Path(folder))


if __name__ == "__main__":
    main()
