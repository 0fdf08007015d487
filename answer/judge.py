"""Does the plan say it? A small linear judge over the evidence found, fitted by `training/ranking.py`.

It sees how well the best clause matches, which of the question's words the plan never uses, whether the kind of value
asked for stands there, whether the unit asked about is named, whether the asked field is filled in.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from answer.asked import DOC_INFO, FIELDS, Ask
from answer.facts import Section
from answer.fields import values
from answer.question import Question
from answer.rank import Ranked, own_text
from answer.shelf import Shelf
from answer.wanted import DECISIVE, Want, counts_things, holds, lacks_day
from plan.dates import date_phrases
from plan.text import fold

FILE = Path(__file__).parent / "data" / "judge.json"
_CHECKED = (
    Want.MONEY,
    Want.PERCENT,
    Want.COUNT,
    Want.PHONE,
    Want.MAIL,
    Want.COMPANY,
    Want.PRICE,
    Want.FINE,
    Want.HOUR,
    Want.PERSON,
    Want.SITE,
)
NAMES: tuple[str, ...] = (
    "bias",
    "share",
    "margin",
    "clause",
    "line",
    "clause_en",
    "line_en",
    "trigram",
    "bm25",
    "bm25_en",
    "covered",
    "covered_en",
    "unknown",
    "unknown_en",
    "rare_missing",
    "english",
    "plain",
    "short",
    "units_absent",
    "unit_elsewhere",
    "figures_absent",
    "prior",
    "no_time",
    "no_output",
    "no_number",
    *(f"asks_{ask}" for ask in Ask),
    *(f"no_{ask}" for ask in FIELDS),
    *(f"wants_{want}" for want in _CHECKED),
    *(f"lacks_{want}" for want in _CHECKED),
    *(f"lacks3_{want}" for want in _CHECKED),
)
CUSTOM = 3  # so many tasks with a field, and a plan is taken to state it wherever it has it
_WORD = re.compile(r"[^\W\d_]{2,}")
_FUNCTION = frozenset(
    [
        "la",
        "gi",
        "nao",
        "ai",
        "khi",
        "bao",
        "gio",
        "nhieu",
        "may",
        "co",
        "khong",
        "duoc",
        "phai",
        "cho",
        "cua",
        "va",
        "voi",
        "trong",
        "ve",
        "den",
        "tu",
        "nay",
        "do",
        "thi",
        "ma",
        "cac",
        "nhung",
        "o",
        "tai",
        "theo",
        "bang",
        "de",
        "ra",
        "vao",
        "len",
        "xuong",
        "the",
        "nhu",
        "sao",
        "vay",
        "nhi",
        "a",
        "ha",
        "hoi",
        "xin",
        "cho",
        "biet",
        "em",
        "anh",
        "chi",
        "minh",
        "don",
        "vi",
        "co",
        "quan",
        "phong",
        "ban",
        "viec",
        "lam",
        "don",
        "ke",
        "hoach",
        "so",
        "ngay",
    ]
)


def judge_features(question: Question, ranked: Sequence[Ranked], vocabulary: dict[str, int]) -> NDArray[np.float64]:
    """The evidence as numbers, in the order of NAMES. `vocabulary` counts the plan's folded words by passages."""
    top, english = ranked[0], float(question.english)
    hit = top.hit
    text = _text(top)
    words = _content(question)
    covered = _share([word for word in words if word in fold(text)], words)
    unknown = _share([word for word in words if word not in vocabulary], words)
    rare = sum(math.log1p(40 / vocabulary.get(word, 0.5)) for word in words if word not in fold(text)) / max(
        1, len(words)
    )
    margin = top.score - ranked[1].score if len(ranked) > 1 else 3.0
    three = " ".join(_text(r) for r in ranked[:3])
    present = frozenset().union(*(r.facts.units for r in ranked))
    base = [
        1.0,
        top.share,
        min(margin, 4.0),
        hit.clause,
        hit.line,
        hit.clause * english,
        hit.line * english,
        math.log1p(max(0.0, hit.trigram)),
        math.log1p(max(0.0, hit.bm25_folded)),
        math.log1p(max(0.0, hit.bm25_folded)) * english,
        covered,
        covered * english,
        unknown,
        unknown * english,
        rare,
        english,
        float(question.plain),
        float(len(words) <= 2),
        float(bool(question.units - present)),
        float(bool(question.units) and not question.units & top.facts.units),
        float(sum(f not in fold(text) for f in question.figures)),
        question.prior(top.facts.section),
        float(Ask.DEADLINE in question.asks and not _tells_time(text)),
        float(Ask.PRODUCT in question.asks and not _states(top, Ask.PRODUCT) and not _OUTPUT.search(fold(text))),
        float(_lacks_number(question, top)),
    ]
    asks = [float(ask in question.asks) for ask in Ask]
    fields = [float(ask in question.asks and not _states(top, ask)) for ask in FIELDS]
    wants = [float(want in question.wants) for want in _CHECKED]
    lacks = [float(want in question.wants and not holds(want, text)) for want in _CHECKED]
    lacks3 = [float(want in question.wants and not holds(want, three)) for want in _CHECKED]
    return np.array([*base, *asks, *fields, *wants, *lacks, *lacks3])


def _text(ranked: Ranked) -> str:
    return f"{' '.join(ranked.hit.passage.path)} {ranked.hit.passage.text}"


def _content(question: Question) -> list[str]:
    best = question.forms[0] if question.forms else question.text
    return [word for word in dict.fromkeys(_WORD.findall(fold(best))) if word not in _FUNCTION]


def _share(part: list[str], whole: list[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


_TIME = re.compile(r"20[1-9]\d|\b(?:ngay|thang|nam|quy|tuan|gio|thu|moi|hang|dinh ky|truoc|sau khi|khi co|kip thoi)\b")
_ISSUED = re.compile(r"ban hanh|phat hanh|issued|promulgated|\bky (?:ngay|hom)")
_OUTPUT = re.compile(r"san pham|ket qua|minh chung|dau ra|bien ban|ho so|danh sach|bao cao|van ban|tai lieu|quyet dinh")


def _tells_time(text: str) -> bool:
    return bool(date_phrases(text)) or bool(_TIME.search(fold(text)))


def _lacks_number(question: Question, top: Ranked) -> bool:
    """A number of people, classes, households … is asked for, and the clause gives no number at all."""
    counting = Want.COUNT in question.wants and counts_things(question.search)
    return counting and not holds(Want.COUNT, own_text(top))


def _lacks_day(question: Question, top: Ranked) -> bool:
    """A certain day to be ready by is asked for, and the clause names none; when a law was issued is another matter."""
    other = Ask.BASIS in question.asks or question.figures or top.facts.section is Section.OPENING
    due = Ask.DEADLINE in question.asks and not other and not _states(top, Ask.DEADLINE)
    return due and not _ISSUED.search(fold(question.search)) and lacks_day(question.search, _text(top))


def _states(ranked: Ranked, ask: Ask) -> bool:
    return any(values(assignment, ask) for assignment in ranked.facts.assignments)


_TELLING = re.compile(r"20[12]\d|\d+[a-z]+|[a-z]+\d+")  # a year, '5g': nowhere in the plan, so not in the answer
_COLLECTIVE = frozenset({"chuyenmon", "truonghoc", "thon", "hdnd"})  # named in many words; absence proves little


def decided(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """Refused without weighing: none of the units asked about is in the plan, or the value asked for is not there."""
    named = question.units - _COLLECTIVE
    if named and not question.units & shelf.units:
        return True
    plan_says = fold(shelf.version.text)
    if any(body not in plan_says for body in question.bodies):
        return True
    if any(figure not in plan_says for figure in question.figures if _TELLING.fullmatch(figure)):
        return True
    if any(not _numbers(thing, shelf, plan_says) for thing in question.numbered):
        return True
    if _another_time(question, shelf, top) or left_out(question, shelf, top):
        return True
    if question.asks & DOC_INFO or _signed_by_whom_is_asked(question, top):
        return False
    if _lacks_day(question, top):
        return True
    return _lacks_number(question, top) or any(
        want in DECISIVE and not holds(want, _text(top)) for want in question.wants
    )


def _numbers(thing: str, shelf: Shelf, plan_says: str) -> bool:
    """Whether the plan knows 'nhom 2': in its words, or as row 2 of a table whose first column is 'Nhóm'."""
    word, number = thing.split()[0], thing.split()[-1]
    rows = (clause for clause in shelf.version.clauses if clause.cells and clause.label == number)
    said = re.search(rf"\b{word}\s+(?:so\s+)?0?{number}\b", plan_says)
    return bool(said) or any(fold(row.cells[0].column).startswith(word) for row in rows)


def _another_time(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """A value for a year or quarter is asked for that the clause does not speak of: 'đến năm 2030 còn bao nhiêu?'"""
    text, asked = fold(_text(top)), fold(question.search)
    own = shelf.version.info.date[:4] or "".join(re.findall(r"20\d\d", shelf.version.info.title)[:1])
    years = {figure for figure in question.figures if re.fullmatch(r"20[1-4]\d", figure)} - {own}
    valued = bool(question.wants & {Want.PERCENT, Want.COUNT, Want.MONEY})
    if valued and own and any(year not in text for year in years):
        return True
    quarter = re.search(r"\bquy (?:i{1,3}|iv|[1-4])\b", asked)
    return bool(quarter) and bool(question.asks & {Ask.DEADLINE, Ask.REPORTING}) and "quy" not in text


def left_out(question: Question, shelf: Shelf, top: Ranked) -> bool:
    """One field is asked for, this plan states it for its tasks, and for this very task it does not."""
    asks = [ask for ask in FIELDS if ask in question.asks]
    told = [item for item in top.facts.assignments if item.source in ("lines", "table")]
    if len(asks) != 1 or not told or asks[0] is Ask.LEAD or any(values(item, asks[0]) for item in told):
        return False
    if sum(bool(values(item, asks[0])) for item in shelf.version.assignments) < CUSTOM:
        return False
    text = own_text(top)
    said = {Ask.DEADLINE: _tells_time(text), Ask.PRODUCT: bool(_OUTPUT.search(fold(text)))}
    return not said.get(asks[0], "phoi hop" in fold(text))


def _signed_by_whom_is_asked(question: Question, top: Ranked) -> bool:
    """The signature names the holder of just the office that the question names: chairman, or a vice chairman."""
    if top.facts.section is not Section.SIGNATURE:
        return False
    asked, signed = fold(question.text), fold(top.hit.passage.text)
    return ("pho" in signed or "kt." in signed) == bool(re.search(r"\bpho\b|\bvice\b|deputy", asked))


@lru_cache(maxsize=1)
def _weights() -> tuple[NDArray[np.float64], float]:
    saved = json.loads(FILE.read_text(encoding="utf-8"))
    return np.array([saved["weights"].get(name, 0.0) for name in NAMES]), float(saved["threshold"])


def answerable(question: Question, ranked: Sequence[Ranked], vocabulary: dict[str, int]) -> float:
    """The probability that the best clause answers the question."""
    weights, _ = _weights()
    return float(1 / (1 + math.exp(-float(judge_features(question, ranked, vocabulary) @ weights))))


def threshold() -> float:
    """Below this probability the answer is refused."""
    return _weights()[1]
