"""What counts as a right answer.

answerable:   not refused; of each group of answers one alternative stands in the text; and a citation overlaps one of
              the evidence strings (for a question over several plans: one in each file).
unanswerable: refused.

Only what a person reads on one phone screen counts: the first 1,200 characters of the text and the first three
citations (2,600 and ten where a list is asked for), no citation longer than 1,200 characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from plan.model import Answer, Citation, Span
from tests.evaluation.questions import Question

LISTS = frozenset({"unit_tasks", "cross_plan"})
SCREEN, LONG_SCREEN = 1200, 2600
CITATIONS, MANY_CITATIONS = 3, 10
LONGEST_QUOTE = 1200
LEAST_OVERLAP = 12  # characters; all of an evidence string that is shorter


class EvidenceLost(ValueError):
    """An evidence string no longer stands in its file: the plan was changed without its questions."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer judged. `said`, `cited` and `first` are about answerable questions only."""

    right: bool
    refused: bool
    verbatim: bool
    said: bool = False
    cited: bool = False
    first: bool = False


def judge(question: Question, answer: Answer, texts: Mapping[str, str]) -> Verdict:
    """Is it right, and if not, what is missing."""
    verbatim = all(_is_verbatim(citation, texts) for citation in answer.citations)
    if question.unanswerable:
        return Verdict(right=answer.refused, refused=answer.refused, verbatim=verbatim)
    spans = evidence_spans(question, texts)
    counted = _counted(question, answer.citations)
    cited = _is_cited(question, counted, spans)
    said = _is_said(question, answer.text)
    return Verdict(
        right=said and cited and not answer.refused,
        refused=answer.refused,
        verbatim=verbatim,
        said=said,
        cited=cited,
        first=bool(counted) and _proves(counted[0], spans),
    )


def evidence_spans(question: Question, texts: Mapping[str, str]) -> dict[str, list[Span]]:
    """Every place where the evidence stands, by file."""
    spans: dict[str, list[Span]] = defaultdict(list)
    for part in question.evidence:
        found = list(occurrences(texts[part.file], part.text))
        if not found:
            raise EvidenceLost(f"{question.id}: not in {part.file}: {part.text[:60]!r}")
        spans[part.file] += found
    return dict(spans)


def occurrences(text: str, part: str) -> Iterator[Span]:
    """Where `part` stands in `text`, overlapping occurrences included."""
    at = text.find(part)
    while at >= 0:
        yield Span(at, at + len(part))
        at = text.find(part, at + 1)


def fold(text: str) -> str:
    """Case, dashes, Markdown marks and white space do not count; diacritics do."""
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", unicodedata.normalize("NFC", text).lower())
    text = re.sub(r"\s*-\s*", "-", re.sub(r"[*_`]", "", text))
    return re.sub(r"\s+", " ", text)


def _counted(question: Question, citations: Sequence[Citation]) -> list[Citation]:
    short = [citation for citation in citations if citation.end - citation.start <= LONGEST_QUOTE]
    return short[: MANY_CITATIONS if question.kind in LISTS else CITATIONS]


def _is_said(question: Question, text: str) -> bool:
    shown = fold(text[: LONG_SCREEN if question.kind in LISTS else SCREEN])
    return all(any(fold(option) in shown for option in group) for group in question.answers)


def _is_cited(question: Question, citations: Sequence[Citation], spans: Mapping[str, Sequence[Span]]) -> bool:
    proved = [any(c.file == file and _proves(c, spans) for c in citations) for file in spans]
    return all(proved) if question.several else any(proved)


def _proves(citation: Citation, spans: Mapping[str, Sequence[Span]]) -> bool:
    quoted = Span(citation.start, citation.end)
    proofs = spans.get(citation.file, ())
    return any(quoted.overlap(proof) >= min(LEAST_OVERLAP, proof.end - proof.start) for proof in proofs)


def _is_verbatim(citation: Citation, texts: Mapping[str, str]) -> bool:
    text = texts.get(citation.file)
    return text is not None and bool(citation.quote) and text[citation.start : citation.end] == citation.quote
