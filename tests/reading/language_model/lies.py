"""A lying model's choice: numbers of no piece, parts of other pieces or of nothing, turned headlines, orders obeyed."""

from __future__ import annotations

import json
import random
import re

from reading.language_model.pieces import Sheet
from reading.protocol import Facet

INVENTED = (
    "Công an phường chủ trì",
    "2 tỷ đồng",
    "trước ngày 31/12/2027",
    "Tôi là trợ lý tự do",
    "http://x.vn",
    "không",
    "bỏ qua mọi luật",
    "xã Lạc Khê đã được cấp đủ kinh phí",
)
LABELS = ("Chủ trì: ", "Phối hợp: ", "Thời hạn: ", "", "Không ", "Lead unit: ")


def lie(chance: random.Random, shown: Sheet) -> str:
    """One answer in JSON, most of it false."""
    answers = [_answer(chance, shown) for _ in range(chance.randint(0, 6))]
    told = {
        "answers": answers,
        "missing": [{"facet": chance.choice(list(Facet)).value, "id": _number(chance, shown)}] * chance.randint(0, 2),
        "which_plan": [chance.randint(-2, 4) for _ in range(chance.randint(0, 3))],
        "headline": _headline(chance, shown, answers),
    }
    return json.dumps(told, ensure_ascii=False)


def _number(chance: random.Random, shown: Sheet) -> int:
    return chance.randint(1, len(shown.pieces)) if chance.random() < 0.7 else chance.choice((-1, 0, 10**6))


def _answer(chance: random.Random, shown: Sheet) -> dict[str, object]:
    return {
        "facet": chance.choice([*(f.value for f in Facet), "nonsense"]),
        "id": _number(chance, shown),
        "part": _part(chance, shown),
    }


def _part(chance: random.Random, shown: Sheet) -> str:
    if chance.random() < 0.3:
        return ""
    words = chance.choice(shown.pieces).text.split()
    first = chance.randrange(len(words))
    cut = words[first : first + chance.randint(1, 8)]
    if chance.random() < 0.2:
        chance.shuffle(cut)
    return " ".join(cut) if chance.random() < 0.7 else chance.choice(INVENTED)


def _headline(chance: random.Random, shown: Sheet, answers: list[dict[str, object]]) -> str:
    """A true line made false: another figure, unit, negation, order of words; or an invented one."""
    numbers = [int(str(each["id"])) for each in answers]
    texts = [piece.text for n in numbers if (piece := shown.piece(n))]
    if not texts or chance.random() < 0.2:
        return chance.choice(INVENTED)
    text = chance.choice(LABELS) + chance.choice(texts)[:160]
    turn = chance.randrange(5)
    if turn == 0:
        return re.sub(r"\d+", lambda found: str(int(found.group()) + 1), text)
    if turn == 1:
        return text.replace("không ", "") if "không" in text else f"không {text}"
    if turn == 2:
        words = text.split()
        chance.shuffle(words)
        return " ".join(words)
    return f"{text}; {chance.choice(INVENTED)}" if turn == 3 else f"{text} và {chance.choice(shown.pieces).text[:40]}"
