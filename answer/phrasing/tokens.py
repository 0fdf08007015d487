"""A sentence and a clause cut into comparable tokens: units by their id, figures in one spelling, words one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache

from answer.phrasing.words import FUNCTION, OPENED_BY, OPENERS, SPELLINGS
from language.syllable import canonical
from plan.text import lower, nfc, squeeze
from plan.units import find_units


class Kind(StrEnum):
    """What a token is."""

    WORD = "word"
    FIGURE = "figure"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Token:
    """`key` is compared; `part` counts the semicolons before it; `breaks`: a comma or the like stands before it."""

    key: str
    kind: Kind
    part: int = 0
    breaks: str = ""
    opens: bool = False  # a phrase may begin here: a stop, a particle or a unit stands before it (set by `saying`)

    @property
    def says(self) -> bool:
        """Whether it has to be found in the clause."""
        return self.kind is not Kind.WORD or self.key not in FUNCTION


# Bodies that are many (schools, villages) are words like others: one school is not another.
MANY = frozenset({"thon", "truonghoc", "chuyenmon", "diachinh", "tuphap", "htx", "thuvien", "benhvien", "danguy"})
_WIDER = re.compile(r"hạ tầng|ht")
_LEVEL = re.compile(r"(?:xã|phường|thị trấn|tỉnh|huyện)$", re.IGNORECASE)
_YEAR = r"(?:\s*năm\s*|\s*[/.-]\s*)(\d{4})"
_PATTERNS: tuple[tuple[str, str], ...] = (
    ("address", r"\S+@\S+|https?://\S+|www\.\S+|\b[\w-]+(?:\.[\w-]+)*\.(?:vn|com|org|net|gov|info|io|ru|cn)\b\S*"),
    ("date", rf"(?:ngày\s+)?(\d{{1,2}})(?:\s*tháng\s*|\s*[/.-]\s*)(\d{{1,2}}){_YEAR}(?![\d/])"),
    ("code", r"\d+(?:[/-]\d+)*[/-][a-zđ]{2,}\w*(?:[-/]\w+)*|\d+/\d{4}/[a-zđ]+\w*(?:-\w+)*"),
    ("day", r"(?:ngày\s+)?(\d{1,2})(?:\s*/\s*|\s+tháng\s+)(\d{1,2})(?![\d/]|[.,]\d)"),
    ("month", rf"tháng\s+(\d{{1,2}}){_YEAR}"),
    ("month", r"tháng\s+(\d{1,2})(?!\d)()"),
    ("quarter", rf"quý\s+([ivx]+|\d){_YEAR}|quý\s+([ivx]+|\d)(?:\s*[,-]?\s*(\d{{4}}))?(?!\w)"),
    ("number", r"\d+(?:[.,]\d+)*(?:\s*%)?(?!\w)|\d+(?=\w)"),
    ("word", r"[^\W\d][\w]*|\w+"),
    ("stop", r"[;,:.()–\n]"),
)
_TOKEN = re.compile("|".join(f"(?P<{name}{i}>{pattern})" for i, (name, pattern) in enumerate(_PATTERNS)))
_ROMAN = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_SPELLINGS = tuple((re.compile(rf"(?<!\w){seen}(?!\w)"), written) for seen, written in SPELLINGS)


@lru_cache(maxsize=4096)
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a Vietnamese text in order."""
    text = _respelled(squeeze(nfc(text)))
    found: list[Token] = []
    part, breaks, done = 0, "", 0
    units = [unit for unit in find_units(text) if unit.unit not in MANY]
    for unit in [*units, None]:
        end = unit.start if unit else len(text)
        for token in _plain(lower(text[done:end]), part, breaks):
            found += [token] if token.key else []
            part, breaks = token.part, "" if token.key else token.breaks
        if unit:
            found += _unit(text[unit.start : unit.end], unit.unit, part, breaks)
            breaks, done = "", unit.end
    return tuple(found)


def saying(every: Sequence[Token]) -> tuple[Token, ...]:
    """Those that have to be found; what stops before a particle stops before the word after it."""
    found: list[Token] = []
    stop, opens = "", True
    for token in every:
        stop = token.breaks or stop
        if token.says:
            own = token.kind is not Kind.WORD or token.key in OPENERS
            found.append(replace(token, breaks=stop, opens=bool(stop) or opens or own))
            stop, opens = "", token.kind is Kind.UNIT or token.key in OPENED_BY
        else:
            opens = True
    return tuple(found)


def _respelled(text: str) -> str:
    """Lower-case respelling where it applies, the rest as it was, so that units are still recognised."""
    for pattern, written in _SPELLINGS:
        low = lower(text)
        for match in reversed(list(pattern.finditer(low))):
            text = text[: match.start()] + written + text[match.end() :]
    return text


def _unit(text: str, unit: str, part: int, breaks: str) -> list[Token]:
    level = _LEVEL.search(text)
    tail = [Token(canonical(level.group()), Kind.WORD, part)] if level else []
    # Two offices of like names: of a commune, and of a ward.
    wider = "+" if unit == "kinhte" and _WIDER.search(lower(text)) else ""
    return [Token(f"unit:{unit}{wider}", Kind.UNIT, part, breaks), *tail]


def _plain(text: str, part: int, breaks: str) -> Iterator[Token]:
    """Tokens of a text without units; a token without a key carries the state of what follows."""
    for match in _TOKEN.finditer(text):
        name = next(k for k, v in match.groupdict().items() if v is not None).rstrip("0123456789")
        if name == "stop":
            part += match.group() == ";"
            breaks = match.group()
            continue
        yield Token(_key(name, match), Kind.WORD if name == "word" else Kind.FIGURE, part, breaks)
        breaks = ""
    yield Token("", Kind.WORD, part, breaks)


def _key(name: str, match: re.Match[str]) -> str:
    parts = [part for part in match.groups() if part is not None and part != match.group()]
    if name == "word":
        return canonical(match.group())
    if name == "number":
        return figure(match.group())
    if name in ("date", "day", "month"):
        return f"{'month' if name == 'month' else 'day'}:" + "/".join(p.lstrip("0") or "0" for p in parts if p)
    if name == "quarter":
        return "quarter:" + "/".join(_ROMAN.get(p, p) for p in parts if p)
    return re.sub(r"\s", "", match.group()).strip(".,;:")


def figure(text: str) -> str:
    """One spelling of a number: '1.200' and '1,200' → '1200', '06' → '6', '12,5 %' → '12.5%'."""
    percent = "%" if text.rstrip().endswith("%") else ""
    digits = text.rstrip(" %")
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
        digits = re.sub(r"[.,]", "", digits)
    digits = digits.replace(",", ".")
    short = digits.lstrip("0") if len(digits.split(".")[0]) <= 3 else digits
    return ((short if short and short[0] != "." else f"0{short}") + percent) if digits else text


def same(said: Token, stands: Token) -> bool:
    """Whether what is said is what stands there; a date may be said without its year."""
    if said.key == stands.key:
        return True
    dated = said.kind is Kind.FIGURE and ":" in said.key
    return dated and stands.key.startswith(f"{said.key}/")
