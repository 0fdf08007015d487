"""Damaged files by seed, taken from bytes to passages and differences; many in one process, each on the clock.

The readers of Word and PDF files run here without a child of their own, under the same limits: a crash or a hang costs
this process, which the campaign starts anew behind the mutant that did it.
"""

from __future__ import annotations

import io
import json
import random
import time
import zipfile
from contextlib import suppress
from pathlib import Path

from ingest.parse import NotAPlan, parse
from ingest.readers import DEFAULT, UnreadableFile, _weigh
from ingest.readers.child import confine, grant_time, read_kind
from ingest.readers.detect import Kind, detect
from ingest.readers.text import read_text
from plan.diff import differences
from plan.model import PlanVersion
from plan.passages import passages_of
from tests.e2e.running import ROOT

CASES = ROOT.parent / "shared" / "cases" / "documents"
SHARES = {".txt": 6, ".md": 4, ".docx": 3, ".pdf": 1}  # a PDF takes as long as twenty texts
SCANS = ("van-hoa-doc-quet.pdf",)  # recognising characters is another campaign
ODD = (b"\x00" * 8, b"\xff\xfe", b"I. " * 300, b"|" * 2000, "①".encode(), b"<w:p>" * 50, b"9" * 300, b"a) b\n" * 200)
LINES = (
    "I. ",
    "1. ",
    "a) ",
    "- ",
    "+ ",
    "| ",
    "1.1. ",
    "PHỤ LỤC ",
    "Điều ",
    "Nơi nhận:",
    "**",
    "\t",
    "Hạn: 31/02/2026",
)


def seeds() -> list[Path]:
    """The whole files that are damaged."""
    found = [*(ROOT / "samples").iterdir(), *(CASES.iterdir() if CASES.exists() else [])]
    return sorted((each for each in found if each.suffix in SHARES and each.name not in SCANS), key=lambda p: p.name)


def bite(seed: int, numbers: tuple[int, int], folder: str) -> None:
    """In a process of its own: mutants of these numbers; a line for each, before and after."""
    files = seeds()
    weights = [SHARES[each.suffix] for each in files]
    confine(DEFAULT)
    with Path(folder, "told.jsonl").open("a", encoding="utf-8") as out:
        for number in range(*numbers):
            chance = random.Random(f"{seed}-mutants-{number}")
            sample = chance.choices(files, weights)[0]
            out.write(json.dumps({"number": number, "sample": sample.name}) + "\n")
            out.flush()
            file = Path(folder, f"mutant{sample.suffix}")
            file.write_bytes(mutated(chance, sample))
            begun = time.process_time()
            outcome = taken(file)
            out.write(json.dumps({"number": number, "outcome": outcome, "s": time.process_time() - begun}) + "\n")


def taken(file: Path) -> str:
    """What became of it: 'read', a refusal's code, or the error that nobody caught."""
    grant_time(DEFAULT)
    try:
        kind = detect(file)
        if kind is Kind.TEXT and file.stat().st_size > DEFAULT.text_bytes:  # as `read` does
            raise UnreadableFile("too_long")
        draft = read_text(file.read_bytes()) if kind is Kind.TEXT else read_kind(kind, file, DEFAULT, lambda *_: None)
        version = parse(_weigh(file, draft).source, "mutant", 1)
        passages_of(version)
        differences(version, version)
        return fault(version) or "read"
    except UnreadableFile as refusal:
        return refusal.code
    except NotAPlan:
        return "no plan"
    except Exception as error:
        return f"error {type(error).__name__}: {error}"[:300]


def fault(version: PlanVersion) -> str:
    """A place that is none of the text."""
    wrong = [
        clause.address
        for clause in version.clauses
        if not 0 <= clause.span.start <= clause.span.end <= len(version.text)
    ]
    return f"error spans: {wrong}" if wrong else ""


def mutated(chance: random.Random, sample: Path) -> bytes:
    """One to five wounds in the file, or in a part inside a Word file, or among a text's lines."""
    data = sample.read_bytes()
    if sample.suffix == ".docx" and chance.random() < 0.8:
        return _in_archive(chance, data)
    if sample.suffix in (".txt", ".md") and chance.random() < 0.8:
        return _lines(chance, data.decode("utf-8", "replace")).encode()
    return _wounded(chance, data)


def _wounded(chance: random.Random, data: bytes) -> bytes:
    """A piece gone, doubled, reversed or overwritten, or bytes that mean something to readers."""
    broken = bytearray(data)
    for _ in range(chance.randint(1, 5)):
        start = chance.randrange(len(broken) + 1)
        end = min(len(broken), start + chance.choice((1, 4, 40, 400, 4000)))
        piece = bytes(broken[start:end])
        wounds = (b"", piece * 2, chance.choice(ODD), bytes(reversed(piece)), chance.randbytes(len(piece)))
        broken[start:end] = chance.choice(wounds)
    return bytes(broken[: chance.randrange(len(broken) + 1)]) if chance.random() < 0.1 else bytes(broken)


def _lines(chance: random.Random, text: str) -> str:
    """Lines moved, repeated, joined, or given another mark."""
    lines = text.split("\n")
    for _ in range(chance.randint(1, 20)):
        place = chance.randrange(len(lines))
        match chance.randrange(5):
            case 0:
                lines.insert(chance.randrange(len(lines)), lines.pop(place))
            case 1:
                lines[place:place] = [lines[place]] * chance.choice((1, 3, 100))
            case 2:
                lines[place] = chance.choice(LINES) + lines[place]
            case 3:
                lines[place : place + 2] = ["".join(lines[place : place + 2])]
            case _:
                lines[place] = lines[place] * chance.choice((2, 40))
    return "\n".join(lines)


def _in_archive(chance: random.Random, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        hit = "word/document.xml" if chance.random() < 0.6 else chance.choice(names)
        for name in names:
            part = old.read(name)
            new.writestr(name, _tags(chance, part) if name == hit else part)
    return out.getvalue()


def _tags(chance: random.Random, part: bytes) -> bytes:
    """Elements moved or lost, so that the XML is often still well-formed; else bytes as anywhere."""
    if chance.random() < 0.3:
        return _wounded(chance, part)
    with suppress(UnicodeDecodeError):
        text = part.decode("utf-8")
        pieces = text.split("<w:")
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(pieces))
            pieces[place] = chance.choice((pieces[place], chance.choice(pieces), pieces[place].replace('"1"', '"-1"')))
            pieces[place] = pieces[place].replace('w:val="', f'w:val="{chance.choice(("", "9" * 12, "①", "x"))}', 1)
        return "<w:".join(pieces).encode()
    return _wounded(chance, part)
