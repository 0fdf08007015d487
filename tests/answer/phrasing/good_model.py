"""A good model, scripted: it phrases the clauses it is given as an officer would, in Vietnamese, and adds nothing.

It reads only the prompt, like a real one, and knows nothing of the check.
"""

from __future__ import annotations

import re

from tests.answer.phrasing.fake_model import Script, Told, saying

_LABELS = (
    ("lead", r"(?:đơn vị|cơ quan) (?:chủ trì|thực hiện)|chủ trì"),
    ("with", r"(?:đơn vị|cơ quan) phối hợp|phối hợp"),
    ("when", r"thời gian(?: hoàn thành| thực hiện)?|thời hạn(?: hoàn thành)?"),
    ("what", r"sản phẩm"),
    ("task", r"nội dung(?: nhiệm vụ| công việc)?"),
)
_FIELD = tuple((name, re.compile(rf"(?:{pattern})\s*:\s*(.+)", re.IGNORECASE)) for name, pattern in _LABELS)


def good(told: Told) -> Script:
    """The player."""
    if told.english:
        return saying(not_in_plan=True)
    sentences = [(text, [number]) for number, clause in told.clauses.items() for text in phrased(clause)]
    return saying(*sentences[:6])


def phrased(clause: str) -> list[str]:
    """Two sentences at most about one clause: who does what, and with what result; or its line as it stands."""
    lines = [line.strip(" -+") for line in clause.splitlines() if line.strip()]
    fields: dict[str, str] = {}
    prose: list[str] = []
    for line in lines:
        name, value = _field(line)
        if name:
            fields.setdefault(name, value)
        elif not line.isupper():
            prose.append(line)
    task = fields.get("task") or (prose[-1] if prose else "")
    if "lead" in fields and task and "chủ trì" not in fields["lead"]:
        return _task(task.split(";")[0], fields)
    line = prose[-1].split(";")[0] if prose else ""
    return [_sentence(line)] if len(line.split()) >= 5 else []


def _field(line: str) -> tuple[str, str]:
    for name, pattern in _FIELD:
        match = pattern.fullmatch(line)
        if match:
            return name, match.group(1).strip(" .;")
    return "", ""


def _task(task: str, fields: dict[str, str]) -> list[str]:
    joined = "" if "with" not in fields else f", phối hợp với {fields['with'].replace(';', ' và')}"
    first = f"{fields['lead']} chủ trì {_small(task)}{joined}"
    if "when" in fields:
        first += f"; thời hạn là {_small(fields['when']).replace(';', ',')}"
    more = [_sentence(f"Sản phẩm là {_small(fields['what'])}")] if "what" in fields else []
    return [_sentence(first), *more]


def _small(text: str) -> str:
    bare = text.rstrip(" .;")
    return bare[:1].lower() + bare[1:] if bare[1:2].islower() else bare


def _sentence(text: str) -> str:
    return text.strip().rstrip(" .;:/") + "."
