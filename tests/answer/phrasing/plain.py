"""An extractive engine without an index: set questions, set clauses of the samples; it refuses all others."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from answer.cite import cite_passage
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
    "Nơi nào có mục tiêu về hộ gia đình?": ("2 kế hoạch có nêu:", [(FILES[0], "II.2.c"), (FILES[1], "PI.I.1")]),
}


class PlainEngine:
    """`ask` as the real engine has it."""

    def __init__(self, *files: str) -> None:
        self.files = files or FILES[:2]
        live = [shelf(file).version for file in self.files]
        self.library: Any = SimpleNamespace(snapshot=lambda: SimpleNamespace(live=live))

    def ask(self, question: str, scope: str | None = None, topic: Topic | None = None) -> Answer:
        """The set answer, or a refusal."""
        question = question.split(" >>>")[0]
        if question not in ANSWERS:
            text = phrase("vi", "answer.refused")
            return Answer(text, refused=True, reason="none", headline=text)
        head, cited = ANSWERS[question]
        language = "en" if question.startswith("Who") else "vi"
        citations = [cite_passage(shelf(f), shelf(f).by_address[address]) for f, address in cited]
        first = shelf(cited[0][0]).version
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
