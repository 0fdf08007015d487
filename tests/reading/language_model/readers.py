"""Readers before a scripted model, and candidates of the samples; everything real between them but the search."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

from ingest.parse import parse
from ingest.readers import read_whole
from plan.model import PlanVersion
from plan.passages import passages_of
from plan.text import fold
from reading.language_model.call_log import CallLog
from reading.language_model.client import ChatModel, ModelSettings
from reading.language_model.limits import Circuit, Limits
from reading.language_model.reader import LanguageModelReader
from reading.language_model.self_test import SelfTest
from reading.protocol import Asked, Candidate, Reader, Reading
from tests.reading.language_model.scripted import Scripted

ROOT = Path(__file__).parents[3]
HA_VAN, LAC_KHE = "samples/chuyen-doi-so.md", "samples/phong-chong-thien-tai.txt"
PATIENT = 600.0  # seconds: a busy machine is no fault of the model
QUESTION = "Đơn vị nào chủ trì bồi dưỡng cán bộ, công chức?"


@cache
def version(file: str) -> PlanVersion:
    """A plan of the samples, read but not indexed."""
    return parse(read_whole(ROOT / file).source, Path(file).stem, 1)


def candidates(*versions: PlanVersion, words: str = "", most: int = 12) -> list[Candidate]:
    """Clauses of plans: those first that share most words with `words`."""
    wanted = set(fold(words).split())
    found = [
        Candidate(each, passage, float(len(wanted & set(fold(" ".join((*passage.path, passage.text))).split()))))
        for each in versions
        for passage in passages_of(each)
    ]
    return sorted(found, key=lambda c: -c.prior)[:most]


class Desk:
    """A reader before a scripted model."""

    def __init__(
        self,
        server: Scripted,
        data: Path,
        beside: Reader | None = None,
        at: str = "/v1",
        chat: ChatModel | None = None,
        **settings: object,
    ) -> None:
        self.server = server
        known = {"model": "scripted", "base_url": server.root + at, "timeout": PATIENT, "retries": 0, **settings}
        self.settings = ModelSettings(**known)  # type: ignore[arg-type]
        self.data, self.calls = data, CallLog(data / "calls.sqlite3")
        self.circuit = Circuit()
        self.limits = Limits(self.settings, self.calls, self.circuit)
        self.model = chat or ChatModel(self.settings)
        self.self_test = SelfTest(self.model, self.limits, self.calls)
        self.reader = LanguageModelReader(self.model, self.limits, self.calls, beside=beside)

    def read(
        self, question: str = QUESTION, given: Sequence[Candidate] | None = None, after: str = ""
    ) -> Reading | None:
        """What the reader makes of a question over the candidates, by default of one sample plan."""
        known = candidates(version(HA_VAN), words=question) if given is None else given
        return self.reader.read(Asked(question, question, after=after), known)


Make = Callable[..., Desk]


def quotes(reading: Reading | None) -> list[str]:
    """The characters chosen."""
    assert reading is not None
    return [part.span.of(read.candidate.version.text) for read in reading.answers for part in read.parts]
