"""Places named in a question: "mục II.6", "điểm a khoản 2 mục II", "phụ lục 2 hàng 22", "point 5.c of section II".

A reference is a set of constraints on the keys of a clause and the clauses above it; what the question leaves open
stays open.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from plan.model import Clause, ClauseKind
from plan.text import fold
from plan.tree import Tree

_ROMAN = r"(?:x{0,3}(?:ix|iv|v?i{1,3}|v)|x{1,3})"
_DIGIT_ROMANS = {
    str(n): roman for n, roman in enumerate(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"], 1)
}
_APPENDIX = re.compile(rf"\b(?:phu luc|pl|appendix|annex)\s*(?:so\s+)?({_ROMAN}|\d{{1,2}})\b")
_ANY_APPENDIX = re.compile(r"\b(?:phu luc|appendix|annex)\b")
_NOT_APPENDIX = re.compile(
    r"(?:not|khong phai|chu khong|khong tinh|ngoai)\s+(?:in\s+|o\s+|the\s+|trong\s+)*(?:phu luc|appendix|annex)"
)
_ROW = re.compile(
    r"\b(?:hang|dong|stt|so thu tu|row|line|nhiem vu so|muc so|tt)"
    r"\s*(?:so\s+|thu\s+|no\.?\s*)?(\d{1,2}(?:\.\d{1,2})?)\b"
)
_DOTTED = re.compile(
    r"\b(?:muc|phan|section|sec\.?|part|khoan|diem|m)\s+"
    rf"({_ROMAN})\s*[.\-]\s*(\d{{1,2}}(?:\.\d{{1,2}})?)(?:\s*[.\-]?\s*([a-eghiklmnđ])\b(?!\w))?"
)
_BARE = re.compile(rf"(?<![\w.])((?=[IVX]){_ROMAN.upper()})\.(\d{{1,2}}(?:\.\d{{1,2}})?)(?:\.?([a-eghđ]))?(?![\w])")
_SECTION = re.compile(rf"\b(?:muc|section|sec\.?)\s+({_ROMAN})\b")
_PART = re.compile(rf"\b(?:phan|part)\s+(?:thu\s+)?({_ROMAN}|nhat|hai|ba|tu|nam|one|two|three|\d)\b")
_ITEM = re.compile(
    r"\b(?:khoan|muc|item|clause|paragraph|point|diem|tieu muc|y|nhiem vu)\s+"
    r"(\d{1,2}(?:\.\d{1,2})?)(?:\s*[.\-]?\s*([a-eghđ])\b(?!\w))?(?![/\d%])"
)
_STEP = re.compile(r"\b(?:buoc|step)\s+(\d{1,2})\b")
_POINT = re.compile(r"\b(?:diem|point|y|item)\s+([a-eghiklmnđ])\b")
_PART_NAMES = {"nhat": "i", "hai": "ii", "ba": "iii", "tu": "iv", "nam": "v", "one": "i", "two": "ii", "three": "iii"}


@dataclass(frozen=True, slots=True)
class Reference:
    """What a question says about the place; empty fields are open. Keys are upper-case Romans, numbers, letters."""

    appendix: str = ""
    section: str = ""
    item: str = ""
    point: str = ""
    row: str = ""
    in_appendix: bool | None = None  # said to be in some appendix, or said not to be

    def __bool__(self) -> bool:
        return bool(
            self.appendix or self.section or self.item or self.point or self.row or self.in_appendix is not None
        )

    @property
    def exact(self) -> bool:
        """Names a clause rather than a whole section."""
        inside = self.section or self.appendix or self.in_appendix
        return bool(self.row or (self.item and inside) or (self.point and (self.item or self.section)))


def read_reference(question: str) -> Reference:
    """The place a question names; an empty Reference when it names none."""
    folded = fold(question)
    appendix = _APPENDIX.search(folded)
    inside = False if _NOT_APPENDIX.search(folded) else True if _ANY_APPENDIX.search(folded) else None
    row = _ROW.search(folded)
    found: dict[str, str] = {
        "appendix": _roman(appendix.group(1)) if appendix and inside is not False else "",
        "row": row.group(1) if row else "",
    }
    rest = _APPENDIX.sub(" ", folded)
    dotted = _DOTTED.search(rest) or _BARE.search(question)
    if dotted:
        found |= {"section": dotted.group(1).upper(), "item": dotted.group(2), "point": dotted.group(3) or ""}
    else:
        found |= _spelt(rest, question)
    return Reference(in_appendix=inside, **found)


def without_appendix(question: str) -> str:
    """The question without its 'PL1', which is a place and no figure."""
    return _APPENDIX.sub(" ", fold(question))


def _spelt(folded: str, question: str) -> dict[str, str]:
    section, item, point = (
        _SECTION.search(folded) or _PART.search(folded),
        _ITEM.search(folded) or _STEP.search(folded),
        _POINT.search(folded),
    )
    letter = (item.group(2) if item and item.re is _ITEM else None) or (_letter(question, point) if point else "")
    if point and not item and not section and "point" not in folded and "diem" not in folded:
        letter = ""
    return {
        "section": _roman(section.group(1)) if section else "",
        "item": item.group(1) if item else "",
        "point": letter or "",
    }


def _letter(question: str, match: re.Match[str]) -> str:
    return question[match.start(1) : match.end(1)].lower()


def _roman(text: str) -> str:
    return _PART_NAMES.get(text, _DIGIT_ROMANS.get(text, text)).upper()


def matches(tree: Tree, clause: Clause, reference: Reference) -> bool:
    """Whether a clause stands where the reference says, or below it."""
    chain = (*tree.ancestors(clause), clause)
    appendix = next((c for c in chain if c.kind is ClauseKind.APPENDIX), None)
    if reference.appendix and (appendix is None or not appendix.address.startswith(f"PL{reference.appendix}")):
        return False
    if (
        reference.appendix
        and appendix
        and appendix.address.split("~")[0] not in (f"PL{reference.appendix}", f"PL{_digits(reference.appendix)}")
    ):
        return False
    if reference.in_appendix is not None and reference.in_appendix != (appendix is not None):
        return False
    if (
        reference.item and appendix and not reference.section and clause.kind is ClauseKind.ROW
    ):  # "mục 22 phụ lục II" is its row 22
        return clause.label == reference.item and not reference.row
    wanted = (
        (ClauseKind.SECTION, reference.section),
        (ClauseKind.ITEM, reference.item),
        (ClauseKind.POINT, reference.point),
    )
    if not all(not key or _has(chain, kind, key) for kind, key in wanted):
        return False
    return not reference.row or (clause.kind is ClauseKind.ROW and clause.label == reference.row)


def _has(chain: tuple[Clause, ...], kind: ClauseKind, key: str) -> bool:
    kinds = (kind, ClauseKind.PART) if kind is ClauseKind.SECTION else (kind,)
    return any(c.kind in kinds and _key(c) == key.lower() for c in chain)


def _key(clause: Clause) -> str:
    """The key as its address writes it, without a heading in brackets."""
    bare = re.sub(r"\([^)]*\)", "", clause.address)
    if clause.kind is ClauseKind.ITEM:
        number = re.search(r"(?:^|\.)((?:\d{1,2}\.)*\d{1,2})$", bare)
        return number.group(1) if number else ""
    if clause.kind is ClauseKind.PART and bare.startswith("P"):
        bare = bare[1:]
    return bare.rsplit(".", 1)[-1].lower()


def _digits(roman: str) -> str:
    return next((digit for digit, name in _DIGIT_ROMANS.items() if name == roman.lower()), roman)
