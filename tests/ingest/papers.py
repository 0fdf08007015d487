"""Papers as data: what a file of `papers/` says of each, made into text or a Word file, read, and compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from docx import Document
from docx.document import Document as Docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph

from ingest.parse import parse
from ingest.readers import read
from plan.model import Assignment, Clause, ClauseKind, PlanVersion
from plan.passages import passages_of
from plan.text import squeeze
from plan.tree import Tree

FOLDER = Path(__file__).with_name("papers")
HEAD = """ỦY BAN NHÂN DÂN\nXÃ HOA TRẦM\nSố: {}\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc
Hoa Trầm, ngày 11 tháng 3 năm 2026"""
FOOT = "Nơi nhận:\n- Như trên;\n- Lưu: VT.\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH\nTrần Văn Mẫu"
BODY = """KẾ HOẠCH\nTổng vệ sinh năm 2026
Căn cứ Kế hoạch số 512/KH-UBND ngày 14 tháng 01 năm 2026 của UBND tỉnh Bình Lạc, kế hoạch được xây dựng như sau:
I. MỤC ĐÍCH\n1. Sạch nhà, tại trụ sở UBND xã Bãi Nồm.\n2. Sạch ngõ.\nII. NỘI DUNG\n1. Quét dọn ngày 20/4/2026.
2. Trồng hoa."""
_NOTE = re.compile(r"\{\{(.+?)\}\}")
_NOTES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper with what must come of it: (what, value)."""

    name: str
    form: str
    text: str
    wanted: tuple[tuple[str, str], ...]

    def written(self, folder: Path) -> Path:
        """The paper as a file."""
        path = folder / f"paper.{self.form}"
        if self.form == "docx":
            _word_file(self.text, path)
        else:
            path.write_text(self.text, "utf-8")
        return path


def papers(name: str) -> Iterator[Paper]:
    """The papers of one data file."""
    for part in re.split(r"^## ", (FOLDER / name).read_text("utf-8"), flags=re.MULTILINE)[1:]:
        title, *lines = part.rstrip().split("\n")
        form = re.search(r" \[(\w+)\]$", title)
        wanted = tuple((w + " ").partition(" ")[::2] for line in lines if line.startswith("! ") for w in [line[2:]])
        text = "\n".join(_expanded(line) for line in lines if not line.startswith("! "))
        yield Paper(title, form.group(1) if form else "txt", text, tuple((w, v.strip()) for w, v in wanted))


def _expanded(line: str) -> str:
    return HEAD.format(line[6:]) if line.startswith("@head ") else {"@foot": FOOT, "@body": BODY}.get(line, line)


def _word_file(text: str, path: Path) -> None:
    """Paragraphs, bold and slanted ones, tables of rows with tabs, footnotes from `{{…}}`."""
    document, notes = Document(), list[str]()
    lines = [line for line in text.split("\n") if line.strip()]
    for tabbed, group in groupby(lines, key=lambda line: "\t" in line):
        if tabbed:
            _table([line.split("\t") for line in group], document, notes)
        else:
            for line in group:
                _write(document.add_paragraph(), line, notes)
    if notes:
        _footnotes(document, notes)
    document.save(str(path))


def _table(rows: list[list[str]], document: Docx, notes: list[str]) -> None:
    """A table; '<' stands for a cell merged with the one before it, '^' for one merged with the one above."""
    width = max(map(len, rows))
    table = document.add_table(len(rows), width)
    table.style = "Table Grid"
    for y, row in enumerate(rows):
        for x, value in enumerate(row):
            if value == "<":
                table.cell(y, x - 1).merge(table.cell(y, x))
            elif value == "^":
                table.cell(y - 1, x).merge(table.cell(y, x))
            else:
                _write(table.cell(y, x).paragraphs[0], value, notes)


def _write(paragraph: Paragraph, line: str, notes: list[str]) -> None:
    for index, piece in enumerate(re.split(r"(\*\*.+?\*\*)", line)):
        for turn, words in enumerate(_NOTE.split(piece.strip("*") if index % 2 else piece)):
            if turn % 2:
                notes.append(words)
                run = f'<w:r {nsdecls("w")}><w:footnoteReference w:id="{len(notes) + 1}"/></w:r>'
                paragraph._p.append(parse_xml(run))
            elif words:
                paragraph.add_run(words).bold = bool(index % 2)


def _footnotes(document: Docx, notes: list[str]) -> None:
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    inner = "".join(
        f'<w:footnote w:id="{i}"><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:footnote>'
        for i, words in enumerate(notes, 2)
    )
    blob = f'<?xml version="1.0" encoding="UTF-8"?><w:footnotes {nsdecls("w")}>{inner}</w:footnotes>'.encode()
    part = Part(PackURI("/word/footnotes.xml"), _TYPE, blob, document.part.package)
    document.part.relate_to(part, _NOTES)


def wrong(paper: Paper, folder: Path) -> list[str]:
    """What came otherwise than it must: a line each."""
    seen = _Seen(parse(read(paper.written(folder)), "p", 1))
    return [f"{what} {value}: {got}" for what, value in paper.wanted if (got := _CHECKS[what](seen, value)) is not None]


class _Seen:
    """A plan as it was read, with what the checks look at."""

    def __init__(self, version: PlanVersion) -> None:
        self.version = version
        self.tree = Tree(version.text, version.clauses)
        self.clauses = {clause.address: clause for clause in version.clauses}
        self.codes = {warning.code for warning in version.warnings}

    def tasks(self, words: str) -> list[Assignment]:
        """The assignments whose task has these words."""
        return [task for task in self.version.assignments if words.lower() in task.task.value.lower()]

    def leaf(self, words: str) -> Clause | None:
        """The first clause without children, or row, that has these words."""
        leaves = (clause for clause in self.version.clauses if not clause.children)
        return next((leaf for leaf in leaves if words in squeeze(self.tree.clean(leaf))), None)


def _same(got: str, wanted: str) -> str | None:
    return None if got == wanted else repr(got)


def _has(seen: _Seen, value: str) -> str | None:
    return None if value in seen.clauses else " ".join(seen.clauses)


def _under(seen: _Seen, value: str) -> str | None:
    words, path = (part.strip() for part in value.split("|"))
    steps = [step.strip() for step in path.split(">")]
    for passage in passages_of(seen.version):
        if words in passage.text:
            known = passage.path
            fits = len(known) >= len(steps) and all(a.startswith(b) for a, b in zip(known, steps, strict=False))
            return None if fits and len(known) <= len(steps) + 1 else " > ".join(known)
    return "no passage"


def _near(seen: _Seen, value: str) -> str | None:
    words, address = (part.strip() for part in value.split("|"))
    found = [passage.address for passage in passages_of(seen.version) if words in passage.text]
    return None if any(each.startswith(address) for each in found) else repr(found)


def _begins(seen: _Seen, value: str) -> str | None:
    address, words = (part.strip() for part in value.split("="))
    text = seen.clauses[address].span.of(seen.version.text) if address in seen.clauses else "none"
    return None if text.startswith(words) else repr(text[:60])


def _cells(seen: _Seen, value: str) -> str | None:
    address, cells = (part.strip() for part in value.split("=", 1))
    row = seen.clauses.get(address)
    got = [cell.value for cell in row.cells] if row else []
    return None if got == [cell.strip() for cell in cells.split("|")] else f"{got} of {list(seen.clauses)}"


def _task(seen: _Seen, value: str) -> str | None:
    words, lead, helps, due = (part.strip() for part in value.split("|"))
    got = [
        (
            ", ".join(v.value for v in task.leads),
            ", ".join(v.value for v in task.coordinating),
            task.deadline.value if task.deadline else "",
        )
        for task in seen.tasks(words)
    ]
    return None if got == [(lead, helps, due)] else repr(got)


def _lead(seen: _Seen, value: str) -> str | None:
    words, lead = (part.strip() for part in value.split("|"))
    got = [v.value for task in seen.tasks(words) for v in task.leads]
    return None if got == re.split(r" ; ", lead) else repr(got)


def _product(seen: _Seen, value: str) -> str | None:
    words, product = (part.strip() for part in value.split("|"))
    got = [task.product.value if task.product else "" for task in seen.tasks(words)]
    return None if got == [product] else repr(got)


def _no_task(seen: _Seen, value: str) -> str | None:
    """No row that has these words gives anything to anybody, or by when."""
    rows = {c.address for c in seen.version.clauses if c.kind is ClauseKind.ROW and value in seen.tree.clean(c)}
    if not rows:
        return "no row"
    return (
        repr([t.task.value for t in found])
        if (found := [t for t in seen.version.assignments if t.clause in rows])
        else None
    )


def _no_lead(seen: _Seen, value: str) -> str | None:
    got = [v.value for task in seen.tasks(value) for v in task.leads]
    return repr(got) if got else None


def _kind(seen: _Seen, value: str) -> str | None:
    words, address = (part.strip() for part in value.split("="))
    leaf = seen.leaf(words)
    return None if leaf and leaf.address.startswith(address) else leaf.address if leaf else "nowhere"


def _group(seen: _Seen, value: str) -> str | None:
    words, group = (part.strip() for part in value.split("="))
    above = ""
    for clause in seen.version.clauses:
        if clause.kind is ClauseKind.GROUP:
            above = squeeze(seen.tree.clean(clause)).strip()
        elif clause.kind is ClauseKind.ROW and words in seen.tree.clean(clause):
            return None if above.startswith(group) else repr(above)
    return "no row"


def _record(seen: _Seen, value: str) -> str | None:
    """`column = cell | column = cell` of one row, exactly; columns and cells as they are in the version."""
    wanted = [tuple(part.strip() for part in pair.split("=", 1)) for pair in value.split("|")]
    rows = [[(cell.column, cell.value) for cell in c.cells] for c in seen.version.clauses if c.kind is ClauseKind.ROW]
    if wanted in rows:
        return None
    return repr([row for row in rows if wanted[0][1] in (cell[1] for cell in row)] or rows)


_CHECKS: dict[str, Callable[[_Seen, str], str | None]] = {
    "title": lambda seen, value: _same(seen.version.info.title, value),
    "issuer": lambda seen, value: _same(seen.version.info.issuer, value),
    "place": lambda seen, value: _same(seen.version.info.place, value),
    "number": lambda seen, value: _same(seen.version.info.number, value),
    "date": lambda seen, value: _same(seen.version.info.date, value),
    "signer": lambda seen, value: _same(seen.version.info.signer, value),
    "warning": lambda seen, value: None if value in seen.codes else repr(seen.codes),
    "nowarning": lambda seen, value: repr(seen.codes) if value in seen.codes else None,
    "text": lambda seen, value: None if value in squeeze(seen.version.text) else "not there",
    "has": _has,
    "under": _under,
    "near": _near,
    "begins": _begins,
    "cells": _cells,
    "task": _task,
    "lead": _lead,
    "product": _product,
    "notask": _no_task,
    "nolead": _no_lead,
    "kind": _kind,
    "group": _group,
    "record": _record,
}
