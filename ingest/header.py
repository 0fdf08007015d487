"""What header and closing say: issuer, place, number, date, subject, signer, recipients, legal bases, signatures.

A number or date left blank in a draft is kept as a fact: the value is empty and the line that leaves it blank is known.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from plan.model import Clause, ClauseKind, PlanInfo, Span
from plan.text import fold, squeeze, strip_accents
from plan.tree import Tree

_NUMBER = re.compile(r"(\d{1,5})?\s*[/-]\s*(kh\s*-\s*[a-z&]{2,12}|kh(?![a-z]))")
_DATE = re.compile(r"ng\w{1,2}\s*([\d.…_]*)\s*th\w{1,4}\s*([\d.…_]*)\s*n\w{1,2}\s*(\d{4})?")
_PLACE = re.compile(r"(?<!\w)(phuong|xa|thi tran|dac khu|thi xa)(?: +|\n)(?=\w)")
_NAME = re.compile(r"[^\W\d_]+(?: +[^\W\d_]+){0,4}")
_BASIS = re.compile(r"(?:can c\S{1,2}|thuc hien|thi hanh|xet|theo|tiep tuc|trien khai)\b")
_PERSON = re.compile(r"[^\W\d_]+(?:\s+[^\W\d_]+){1,5}\Z")
_TITLES = re.compile(r"chu tich|uy ban|tm\b|kt\b|tl\b|chanh|truong phong|noi nhan|cong hoa|da ky|ky boi")
_GENERIC = frozenset(["viet", "ubnd", "uy", "hdnd", "so", "ngay", "va", "cac", "tren", "trong", "noi", "phong", "cong"])


def read_info(tree: Tree) -> PlanInfo:
    """The facts of header and closing, each with the line it was read from."""
    zones = {root.kind: root for root in tree.roots if not root.label}
    head = [leaf for kind in (ClauseKind.LETTERHEAD,) if kind in zones for leaf in tree.leaves(zones[kind])]
    number, number_line = _number(tree, head)
    day, date_line = _date(tree, head)
    subject, title_line = _subject(tree, zones.get(ClauseKind.TITLE))
    stamps = _stamps(tree, zones.get(ClauseKind.TRAILER))
    signer, role, signer_line = _signer(tree, zones.get(ClauseKind.SIGNATURE), stamps)
    place = _place(tree, zones, stamps)
    return PlanInfo(
        title=squeeze(f"Kế hoạch {subject}"),
        subject=subject,
        issuer=f"UBND {place}" if place else "",
        place=place,
        number=number,
        date=day,
        signer=signer,
        signer_title=role,
        number_line=number_line,
        date_line=date_line,
        title_line=title_line,
        signer_line=signer_line,
        signatures=stamps,
        recipients=_lines(tree, zones.get(ClauseKind.CLOSING)),
        bases=_bases(tree, zones.get(ClauseKind.OPENING)),
    )


def _number(tree: Tree, head: list[Clause]) -> tuple[str, Span | None]:
    for leaf in head:
        match = _NUMBER.search(fold(tree.raw(leaf)))
        if match:
            digits = match.group(1) or ""
            suffix = tree.raw(leaf)[match.start(2) : match.end(2)].replace(" ", "")
            return (f"{digits}/{suffix}" if digits else ""), leaf.span
    return "", None


def _date(tree: Tree, head: list[Clause]) -> tuple[str, Span | None]:
    for leaf in head:
        match = _DATE.search(fold(tree.raw(leaf)))
        if match:
            return _iso(*match.groups()), leaf.span
    return "", None


def _iso(day: str, month: str, year: str | None) -> str:
    try:
        return date(int(year or ""), int(month), int(day)).isoformat()
    except ValueError:
        return ""


def _subject(tree: Tree, title: Clause | None) -> tuple[str, Span | None]:
    if title is None:
        return "", None
    text = squeeze(" ".join(tree.clean(leaf) for leaf in tree.leaves(title)))
    cut = re.match(r"k\S ?ho\S*ch\s*", fold(text))
    return text[cut.end() if cut else 0 :].strip(), title.span


def _stamps(tree: Tree, trailer: Clause | None) -> tuple[str, ...]:
    return tuple(tree.clean(leaf) for leaf in tree.leaves(trailer)) if trailer else ()


def _signer(tree: Tree, block: Clause | None, stamps: tuple[str, ...]) -> tuple[str, str, Span | None]:
    signed = [line.split("<")[0].strip() for line in stamps if "<" in line]
    person = next((name for name in signed if name and not name.isupper() and _PERSON.match(name)), "")
    if block is None:
        return person, "", None
    leaves = list(tree.leaves(block))
    names = [leaf for leaf in leaves if _is_person(tree.clean(leaf))]
    role = next(
        (tree.clean(leaf) for leaf in reversed(leaves) if re.search(r"chu tich|truong", fold(tree.clean(leaf)))), ""
    )
    line = names[-1].span if names else None
    return (
        person or (tree.clean(names[-1]) if names else ""),
        re.sub(r"\b(?:ubnd|hđnd)\b", lambda m: m.group().upper(), role.capitalize()),
        line,
    )


def _is_person(text: str) -> bool:
    words = text.split()
    return bool(_PERSON.match(text)) and not _TITLES.search(fold(text)) and all(word[:1].isupper() for word in words)


def _place(tree: Tree, zones: dict[ClauseKind, Clause], stamps: tuple[str, ...]) -> str:
    order = (ClauseKind.TITLE, ClauseKind.LETTERHEAD, ClauseKind.OPENING)
    texts = [tree.raw(zones[kind]) for kind in order if kind in zones]
    votes: Counter[str] = Counter()
    for weight, text in ((3, "\n".join(texts)), (1, tree.text)):
        for kind, name in _places(text):
            votes[f"{kind} {name}"] += weight
    if not votes:
        return ""
    best = votes.most_common(1)[0][0]
    return _well_written(best, stamps)


def _places(text: str) -> list[tuple[str, str]]:
    found = []
    done = 0
    for match in _PLACE.finditer(fold(text)):
        if match.start() < done:
            continue
        name = _NAME.match(text, match.end())
        words = _capitalised(name.group().split()) if name else []
        if words and fold(words[0]) not in _GENERIC and len(words) <= 4:
            done = match.end() + len(" ".join(words))
            kind = {"phuong": "phường", "xa": "xã", "thi tran": "thị trấn", "dac khu": "đặc khu", "thi xa": "thị xã"}[
                match.group(1)
            ]
            found.append((kind, " ".join(word.capitalize() if word.isupper() else word for word in words)))
    return found


def _capitalised(words: list[str]) -> list[str]:
    kept: list[str] = []
    for word in words:
        if not word[:1].isupper():
            break
        kept.append(word)
    return kept


def _well_written(place: str, stamps: tuple[str, ...]) -> str:
    """A garbled place takes the spelling of the digital signature when that is the same name."""
    for line in stamps:
        for kind, name in _places(line.split("<")[0]):
            if strip_accents(f"{kind} {name}").lower() == strip_accents(place).lower():
                return f"{kind} {name}"
    return place


def _lines(tree: Tree, closing: Clause | None) -> tuple[Span, ...]:
    if closing is None:
        return ()
    return tuple(leaf.span for leaf in tree.leaves(closing) if fold(tree.clean(leaf)).strip(" :.*/") != "noi nhan")


def _bases(tree: Tree, opening: Clause | None) -> tuple[Span, ...]:
    if opening is None:
        return ()
    return tuple(leaf.span for leaf in tree.leaves(opening) if _BASIS.match(fold(tree.clean(leaf))))
