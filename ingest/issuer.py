"""Who issues a plan, read from the letterhead alone: a commune, a province, a department, a school, a party body.

The letterhead names the body above and the body itself: 'UBND TỈNH BÌNH LẠC' over 'SỞ CÔNG THƯƠNG'. Nothing is taken
from the body of the plan, where other places are named. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from plan.text import fold

_OTHER = re.compile(
    r"cong hoa xa hoi|doc lap|dang cong san|so\s*[:.]|ngay\b|v/v|ve viec|kh?an\b|mat\b|du thao|ke hoach|---|___"
)
_MOTTO = re.compile(r"c\S{1,3}ng hoa xa hoi|doc lap\s*-|dang cong san viet nam|\t|\s{3,}")
_COMMITTEE = re.compile(r"(?:u\S? ?ban nhan dan|ubnd)\b")
_TERRITORY = re.compile(r"(?:xa|phuong|thi tran|dac khu|tinh|thanh pho|tp\.?|huyen|quan|thi xa)\b")
_DAY = re.compile(r"\bngay\b.*\bthang\b")
_ABOVE = re.compile(r"\s+(?:tinh|thanh pho|tp\.?|huyen)\b")
_VOWELS = re.compile(r"[aeiouy]")
_SMALL = {"và", "của", "về", "tại", "các", "cho", "với", "trên"}
_KEPT = {"UBND", "HĐND", "MTTQ", "THCS", "THPT", "UBMTTQ", "GD&ĐT", "TNCS", "BCH", "TP"}


def issuer_of(lines: Sequence[str]) -> str:
    """The issuing body in usual letters, '' when the letterhead names none."""
    names = [name for line in lines if (name := _name(line))]
    if not names:
        return ""
    last = names[-1]
    if _TERRITORY.match(fold(last)) and len(names) > 1 and _COMMITTEE.search(fold(names[-2])):
        last = f"{names[-2]} {last}"
    committee = _COMMITTEE.match(fold(last))
    if committee:
        rest = last[committee.end() :].strip()
        above = _ABOVE.search(fold(rest))
        rest = rest[: above.start()] if above else rest
        return f"UBND {_usual(rest)}".strip() if rest else ""
    return _usual(last)[:1].upper() + _usual(last)[1:] if len(last.split()) >= 2 else ""


def _name(line: str) -> str:
    """The part of a line of the letterhead that names a body, '' for motto, number, date and the like."""
    line = line.strip(" *_#\t\n")
    cut = _MOTTO.search(fold(line))
    left = line[: cut.start() if cut else None].strip(" *_-–\t")
    if len(left) < 4 or _OTHER.match(fold(left)) or _DAY.search(fold(left)) or re.search(r"\d{2,}/", left):
        return ""
    letters = [char for char in left if char.isalpha()]
    capital = sum(char.isupper() for char in letters) >= 0.8 * len(letters)
    return left if letters and len(left) < 90 and (capital or _COMMITTEE.match(fold(left))) else ""


def _is_short(word: str) -> bool:
    """'THCS', 'BHXH,': letters that stand for words."""
    return word in _KEPT or not _VOWELS.search(fold(word))


def _usual(name: str) -> str:
    """'SỞ CÔNG THƯƠNG' → 'Sở Công Thương'; a kind of place in small letters: 'xã Hoa Trầm'."""
    words = [word.capitalize() if word.isupper() and not _is_short(word) else word for word in name.split()]
    words = [word.lower() if word.lower() in _SMALL else word for word in words]
    text = " ".join(words)
    match = _TERRITORY.match(fold(text))
    return text[: match.end()].lower() + text[match.end() :] if match else text
