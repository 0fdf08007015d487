"""An extractive engine without an index: set questions, set clauses of the samples; it refuses all others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from answer.cite import cite_passage
from answer.shelf import Shelf
from answer.wording import place_line, readable
from plan.model import Answer, Topic
from prompts import phrase
from tests.answer.phrasing.samples import FILES, shelf

# Question → headline and the clauses that are cited, by file.
ANSWERS: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "Đơn vị nào chủ trì bồi dưỡng cán bộ, công chức?": (
        "Văn phòng HĐND và UBND phường chủ trì.",
        [(FILES[0], "III(Nhiệm vụ trọng tâm).1.2"), (FILES[0], "PLII#1"), (FILES[0], "IV.2")],
    ),
    "Who leads staff training?": (
        "Lead unit: Văn phòng HĐND và UBND phường.",
        [(FILES[0], "III(Nhiệm vụ trọng tâm).1.2")],
    ),
    "Ai kiểm tra đê, kè?": ("Phòng Kinh tế kiểm tra.", [(FILES[1], "PII.I.2.a"), (FILES[1], "PII.IV.2")]),
    "Who inspects the dykes?": ("Phòng Kinh tế", [(FILES[1], "PII.I.2.a"), (FILES[1], "PII.IV.2")]),
    "Nơi nào có mục tiêu về hộ gia đình?": ("2 kế hoạch có nêu:", [(FILES[0], "II.2.c"), (FILES[1], "PI.I.1")]),
}


class PlainEngine:
    """`ask` as the real engine has it. A set question may be followed by anything."""

    def __init__(self, **instead: Shelf) -> None:
        """`instead` of the sample of that name another reading of it."""
        self.shelves = {file: instead.get(shelf(file).version.plan_id, shelf(file)) for file in FILES[:2]}
        live = [each.version for each in self.shelves.values()]
        self.library: Any = SimpleNamespace(snapshot=lambda: SimpleNamespace(live=live))

    def ask(self, question: str, scope: str | None = None, topic: Topic | None = None) -> Answer:
        """The set answer, or a refusal."""
        known = next((each for each in ANSWERS if question.startswith(each)), "")
        if not known:
            text = phrase("vi", "answer.refused")
            return Answer(text, refused=True, reason="none", headline=text)
        head, cited = ANSWERS[known]
        language = "en" if question.startswith("Who") else "vi"
        citations = [cite_passage(self.shelves[f], self.shelves[f].by_address[address]) for f, address in cited]
        first = self.shelves[cited[0][0]].version
        quote = phrase(language, "answer.quote", quote=readable(citations[0].quote)[:300])
        plans = tuple(dict.fromkeys(citation.plan_id for citation in citations))
        lines = (
            head,
            place_line(language, first, citations[0]),
            quote,
            "Phối hợp: Phòng Văn hóa - Xã hội; Công an phường",
        )
        topic = Topic(citations[0].plan_id, citations[0].clause, question=question)
        reason = "several" if len(plans) > 1 else "fields"
        return Answer("\n".join(lines), tuple(citations), False, reason, language, head, (), plans, topic)
