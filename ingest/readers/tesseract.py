"""Tesseract by its command line: many pictures in one run, words back with boxes and confidence.

`OMP_THREAD_LIMIT=1` is set for it: with its own four threads a page costs four times as much (measured).
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2

from ingest.readers.faults import UnreadableFile

PAGE, CELL = 3, 6  # page segmentation modes: a whole page, one block
LANGUAGES = ("vie", "script/Vietnamese")
SECONDS = 280.0  # of the clock for one page; less than the parent's patience


@dataclass(frozen=True, slots=True)
class Seen:
    """A recognised word in pixels of its picture, with the height of its line."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    line_top: float
    line_bottom: float
    confidence: float


@cache
def language() -> str:
    """The Vietnamese data that is installed, '' when Tesseract or the data is missing."""
    if shutil.which("tesseract") is None:
        return ""
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, timeout=30).stdout.split()
    return next((name for name in LANGUAGES if name in listed), "")


def recognise(pictures: Sequence[Any], mode: int, dpi: int) -> list[list[Seen]]:
    """The words of each picture (grey numpy arrays)."""
    if not pictures:
        return []
    with tempfile.TemporaryDirectory() as folder:
        names = [str(Path(folder) / f"{index}.pgm") for index in range(len(pictures))]
        for name, picture in zip(names, pictures, strict=True):
            cv2.imwrite(name, picture)
        (Path(folder) / "list.txt").write_text("\n".join(names) + "\n")
        _run(folder, mode, dpi)
        return _parse((Path(folder) / "out.tsv").read_text(encoding="utf-8"), len(pictures))


def _run(folder: str, mode: int, dpi: int) -> None:
    command = ["tesseract", "list.txt", "out", "-l", language(), "--psm", str(mode), "--dpi", str(dpi), "tsv"]
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True, timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise UnreadableFile("timeout", "tesseract") from None
    except subprocess.CalledProcessError as error:
        raise UnreadableFile("crashed", error.stderr[-300:].decode("utf-8", "replace")) from None


def _parse(table: str, count: int) -> list[list[Seen]]:
    found: list[list[Seen]] = [[] for _ in range(count)]
    line = (0.0, 0.0)
    for row in csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE):
        left, top, width, height = (float(row[name]) for name in ("left", "top", "width", "height"))
        if row["level"] == "4":
            line = (top, top + height)
        elif row["level"] == "5" and row["text"].strip():
            word = Seen(row["text"].strip(), left, top, left + width, top + height, *line, float(row["conf"]))
            found[int(row["page_num"]) - 1].append(word)
    return found
