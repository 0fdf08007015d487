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

from answer.asked import FIELDS, Ask
from answer.lacks import lacks_number, states, tells_output, tells_time
from answer.question import Question
from answer.rank import Ranked, whole_text
from answer.wanted import Want, holds
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
    text = whole_text(top)
    words = _content(question)
    covered = _share([word for word in words if word in fold(text)], words)
    unknown = _share([word for word in words if word not in vocabulary], words)
    rare = sum(math.log1p(40 / vocabulary.get(word, 0.5)) for word in words if word not in fold(text)) / max(
        1, len(words)
    )
    margin = top.score - ranked[1].score if len(ranked) > 1 else 3.0
    three = " ".join(whole_text(r) for r in ranked[:3])
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
        float(Ask.DEADLINE in question.asks and not tells_time(text)),
        float(Ask.PRODUCT in question.asks and not states(top, Ask.PRODUCT) and not tells_output(text)),
        float(lacks_number(question, top)),
    ]
    asks = [float(ask in question.asks) for ask in Ask]
    fields = [float(ask in question.asks and not states(top, ask)) for ask in FIELDS]
    wants = [float(want in question.wants) for want in _CHECKED]
    lacks = [float(want in question.wants and not holds(want, text)) for want in _CHECKED]
    lacks3 = [float(want in question.wants and not holds(want, three)) for want in _CHECKED]
    return np.array([*base, *asks, *fields, *wants, *lacks, *lacks3])


def _content(question: Question) -> list[str]:
    best = question.forms[0] if question.forms else question.text
    return [word for word in dict.fromkeys(_WORD.findall(fold(best))) if word not in _FUNCTION]


def _share(part: list[str], whole: list[str]) -> float:
    return len(part) / len(whole) if whole else 0.0


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
