"""Places named in a question: "mục II.6", "điểm a khoản 2 mục II", "Điều 3 khoản 2", "bước 2", "chương II", "mục “Kinh
phí”", "phụ lục 2 hàng 22", "point 5.c of section II".

A reference is a set of constraints on the keys of a clause and the clauses above it; what the question leaves open
stays open. The patterns are in `data/references.txt`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from plan.model import Clause, ClauseKind
from plan.patterns import lists, patterns
from plan.text import fold, lower
from plan.tree import Tree

_FORMS = {name: re.compile(form) for name, form in patterns(Path(__file__).parent / "data" / "references.txt").items()}
_SPELT = {fold(word): word for word in lists(Path(__file__).parent / "data" / "references.txt")["spelt"]}
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT_ROMANS = {
    str(n): roman for n, roman in enumerate(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x"], 1)
}
_ENGLISH = {"step": "buoc", "phase": "giai doan"}
_NUMBERS = {"nhat": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5"}
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
    article: str = ""  # "3" of "Điều 3"
    chapter: str = ""  # "II" of "chương II"
    counted: str = ""  # folded name of what `number` counts: "buoc", "giai doan", "nhom nhiem vu"
    number: str = ""
    name: str = ""  # folded heading in quotation marks: "kinh phi" of "mục “Kinh phí”"
    part: str = ""  # "II" of "mục III phần II"; alone it is the section

    def __bool__(self) -> bool:
        return self != Reference()

    @property
    def exact(self) -> bool:
        """Names a clause rather than a whole section."""
        inside = self.section or self.appendix or self.in_appendix or self.article or self.chapter or self.name
        below = self.item or self.section or self.article
        return bool(self.row or (self.item and inside) or (self.point and below) or self.article)


def read_reference(question: str) -> Reference:
    """The place a question names; an empty Reference when it names none."""
    folded = _as_spelt(question)
    if _FORMS["law"].search(folded):
        return Reference()
    appendix = _FORMS["appendix"].search(folded)
    inside = False if _FORMS["not appendix"].search(folded) else True if _FORMS["any appendix"].search(folded) else None
    row = _FORMS["row"].search(folded)
    found: dict[str, str] = {
        "appendix": _roman(appendix.group(1)) if appendix and inside is not False else "",
        "row": row.group(1) if row else "",
    }
    rest = _FORMS["appendix"].sub(" ", folded)
    dotted = _FORMS["dotted"].search(rest) or _FORMS["bare"].search(question)
    short = _FORMS["short article"].search(question)
    found |= _parts(rest)
    if short:
        found |= {"article": short.group(1), "item": short.group(2) or "", "point": short.group(3) or ""}
    elif dotted:
        point = dotted.group(3) or _spelt(rest, question)["point"]  # 'Mục III.2 … ghi gì ở điểm c'
        found |= {"section": dotted.group(1).upper(), "item": dotted.group(2), "point": point}
    else:
        found |= _spelt(rest, question)
    return Reference(in_appendix=inside, **found)


def _as_spelt(question: str) -> str:
    """Folded, with gaps for words that only without accents name a place: 'mấy đồng 1 ngày', 'định danh mức 2'."""
    return fold(_WORD.sub(lambda word: " " * len(word[0]) if _is_another(lower(word[0])) else word[0], question))


def _is_another(word: str) -> bool:
    return word != fold(word) and _SPELT.get(fold(word), word) != word


def without_appendix(question: str) -> str:
    """The question without its 'PL1', which is a place and no figure."""
    return _FORMS["appendix"].sub(" ", fold(question))


def _parts(folded: str) -> dict[str, str]:
    """What is said of articles, chapters, counted parts and headings in quotation marks."""
    article, chapter, counted = (_FORMS[name].search(folded) for name in ("article", "chapter", "counted"))
    name = _FORMS["named"].search(folded)
    number = counted.group(2) if counted else ""
    return {
        "article": article.group(1) if article else "",
        "chapter": _roman(chapter.group(1)) if chapter else "",
        "counted": _ENGLISH.get(counted.group(1), counted.group(1)) if counted else "",
        "number": _NUMBERS.get(number, number).upper(),
        "name": name.group(1).strip() if name else "",
    }


def _spelt(folded: str, question: str) -> dict[str, str]:
    folded = _FORMS["counted"].sub(
        lambda found: " " * len(found.group()), folded
    )  # "nhóm nhiệm vụ 1" is no "nhiệm vụ 1"
    part, item, point = _FORMS["part"].search(folded), _FORMS["item"].search(folded), _FORMS["point"].search(folded)
    section = _FORMS["section"].search(folded) or part
    letter = (item.group(2) if item else None) or (_letter(question, point) if point else "")
    if point and not item and not section and "point" not in folded and "diem" not in folded:
        letter = ""
    return {
        "section": _roman(section.group(1)) if section else "",
        "part": _roman(part.group(1)) if part and part is not section else "",
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
    if not all(not key or _has(chain, kind, key) for kind, key in wanted) or not _within(tree, chain, reference):
        return False
    return not reference.row or (clause.kind is ClauseKind.ROW and clause.label == reference.row)


def _within(tree: Tree, chain: tuple[Clause, ...], reference: Reference) -> bool:
    """Whether a chain goes through the article, chapter, counted part and heading that are named."""
    return (
        (not reference.part or any(c.kind is ClauseKind.PART and _key(c) == reference.part.lower() for c in chain))
        and (not reference.article or any(_key(c) == f"đ{reference.article}" for c in chain))
        and (not reference.chapter or any(_is_chapter(c, reference.chapter) for c in chain))
        and (not reference.counted or any(_counts(tree, c, reference) for c in chain))
        and (not reference.name or any(_is_named(c, reference.name) for c in chain))
    )


def _is_chapter(clause: Clause, key: str) -> bool:
    return clause.kind is ClauseKind.PART and fold(clause.label).startswith("chuong") and _key(clause) == key.lower()


def _counts(tree: Tree, clause: Clause, reference: Reference) -> bool:
    """'Bước 2. …', or behind another mark: '- Đợt 1, từ 12/10', '1. Nhóm nhiệm vụ 1: …'."""
    beginning = fold(tree.text[clause.span.start : min(clause.span.end, clause.span.start + 80)])
    said = re.match(
        rf"(?:[\W_]*\w{{1,4}}[.)/:])?[\W_]*{reference.counted}(?: [a-z]{{2,}}){{0,2}}\s+(?:so\s+|thu\s+)?(\w+)",
        beginning,
    )
    return said is not None and _NUMBERS.get(said.group(1), _digits(said.group(1))) == _digits(reference.number)


def _is_named(clause: Clause, name: str) -> bool:
    return bool(clause.heading) and name in fold(clause.heading)


def _has(chain: tuple[Clause, ...], kind: ClauseKind, key: str) -> bool:
    kinds = (kind, ClauseKind.PART) if kind is ClauseKind.SECTION else (kind,)
    return any(c.kind in kinds and _key(c) == key.lower() for c in chain)


def _key(clause: Clause) -> str:
    """The key as its address writes it, without a heading in brackets."""
    bare = re.sub(r"\([^)]*\)", "", clause.address)
    if clause.kind is ClauseKind.ITEM:
        number = re.search(r"(?:^|\.)((?:\d{1,2}\.)*\d{1,2})$", bare)
        return number.group(1) if number else bare.rsplit(".", 1)[-1].lower()
    if clause.kind is ClauseKind.PART and bare.startswith("P"):
        bare = bare[1:]
    return bare.rsplit(".", 1)[-1].lower()


def _digits(roman: str) -> str:
    return next((digit for digit, name in _DIGIT_ROMANS.items() if name == roman.lower()), roman)
