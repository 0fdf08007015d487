"""What a question asks for, read from its wording: who leads, with whom, by when, what product, how much …

The patterns (`data/asked.txt`) work on folded text, so accents may be there or not. A question may ask for several
things at once ("ai chủ trì, làm tới năm nào").
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path

from answer.paper import as_plan
from plan.patterns import patterns
from plan.text import fold


class Ask(StrEnum):
    """The things officers ask for."""

    LEAD = "lead"
    COORD = "coord"
    DEADLINE = "deadline"
    PRODUCT = "product"
    UNIT_TASKS = "unit_tasks"
    FUNDING = "funding"
    REPORTING = "reporting"
    BASIS = "basis"
    TARGET = "target"
    PURPOSE = "purpose"
    NUMBER = "number"
    DATE = "date"
    SIGNER = "signer"
    RECIPIENTS = "recipients"
    SUBJECT = "subject"
    ISSUER = "issuer"
    CONTENT = "content"


DOC_INFO = frozenset({Ask.NUMBER, Ask.DATE, Ask.SIGNER, Ask.RECIPIENTS, Ask.SUBJECT, Ask.ISSUER})
FIELDS = (Ask.LEAD, Ask.COORD, Ask.DEADLINE, Ask.PRODUCT)

DATA = Path(__file__).parent / "data"
PATTERNS = {name: re.compile(entries) for name, entries in patterns(DATA / "asked.txt").items()}
_WHOEVER_LEADS = re.compile(r"chu tri|don vi thuc hien|co quan thuc hien|lead (?:unit|agency)|in charge")
_INTELLIGENCE = re.compile(r"\bAI\b")  # in capitals it is the subject, not "ai" (who)


def asked(question: str, own: frozenset[str] = frozenset()) -> frozenset[Ask]:
    """Everything the wording asks for; {CONTENT} when nothing matches. `own` are kinds of the paper that it is asked of
    (`answer.paper`): by them too it speaks of the paper itself."""
    folded = as_plan(fold(_INTELLIGENCE.sub("tri tue nhan tao", question)).replace("’", "'"), own)
    found = {ask for ask in Ask if ask in PATTERNS and PATTERNS[ask].search(folded)}
    who = bool(PATTERNS["who"].search(PATTERNS["addressee"].sub(" ", folded)))
    if (Ask.COORD in found and who and _leads_too(folded)) or (
        who and Ask.COORD not in found and not found & {Ask.RECIPIENTS, Ask.SIGNER}
    ):
        found.add(Ask.LEAD)
    if not who and PATTERNS["done together"].search(folded):
        found -= {Ask.COORD}
    if PATTERNS["helped by"].search(folded):
        found -= {Ask.UNIT_TASKS}
    if _WHOEVER_LEADS.search(folded) and not who and len(folded.split()) <= 12:
        found.add(Ask.LEAD)
    return _settled(found, folded) or frozenset({Ask.CONTENT})


def in_order(question: str) -> list[Ask]:
    """The fields in the order in which a question asks for them; those that it does not name come last."""
    folded = fold(question)
    words = {Ask.LEAD: (PATTERNS["who"], _WHOEVER_LEADS)} | {ask: (PATTERNS[ask],) for ask in FIELDS[1:]}
    found = {ask: [match.start() for each in words[ask] if (match := each.search(folded))] for ask in FIELDS}
    return sorted(FIELDS, key=lambda ask: min(found[ask], default=len(folded)))


def _leads_too(folded: str) -> bool:
    """Whether beside those who help also who does it is asked: 'đơn vị nào thực hiện, phối hợp với ai'."""
    without = PATTERNS["addressee"].sub(" ", folded)
    return bool(PATTERNS["leads and helps"].search(folded) or PATTERNS["does and helps"].search(without))


def _settled(found: set[Ask], folded: str) -> frozenset[Ask]:
    """Number and date mean this plan's own unless another document is named; a report's addressee is no recipient."""
    if Ask.NUMBER in found and re.search(r"dien thoai|\bsdt\b|duong day nong|hotline|phone", folded):
        found -= {Ask.NUMBER}
    if found & {Ask.NUMBER, Ask.DATE} and PATTERNS["foreign number"].search(folded):
        found = (found - {Ask.NUMBER, Ask.DATE}) | {Ask.BASIS}
    elif (
        found & {Ask.NUMBER, Ask.DATE}
        and PATTERNS["other body"].search(folded)
        and not re.search(r"ke hoach nay|van ban nay|this plan", folded)
    ):
        found -= {Ask.NUMBER, Ask.DATE}
    elif found & DOC_INFO - {Ask.SUBJECT}:
        found -= {Ask.BASIS}
    if Ask.REPORTING in found:
        found -= {Ask.RECIPIENTS}
    if (
        Ask.DATE in found
        and re.search(r"\bsign(?:ed|ing)\b|\bky\b", folded)
        and not re.search(r"\bai\b|who|nguoi ky", folded)
    ):
        found -= {Ask.SIGNER}
    if PATTERNS["other body"].search(folded) and not PATTERNS["plan"].search(folded):
        found -= {Ask.ISSUER}
    if _other_paper(folded):
        found -= {Ask.SIGNER, Ask.RECIPIENTS}
    if re.search(r"ky cam ket|ky hop dong|dang ky (?!ai)", folded):
        found -= {Ask.SIGNER}
    return frozenset(found)


def _other_paper(folded: str) -> bool:
    """Whether it is of a paper that the plan speaks of, or has two words at least that are not of a paper's own foot:
    'mẫu nước gửi về đâu', 'sổ hòa giải ai ký'."""
    if PATTERNS["plan"].search(folded):
        return False
    left = re.findall(r"[a-z]{2,}", PATTERNS["words of the foot"].sub(" ", folded))
    return bool(PATTERNS["other paper"].search(folded)) or (len(left) > 1 and not PATTERNS["the paper"].search(folded))


def about_document(asks: frozenset[Ask]) -> bool:
    """Only the document itself is asked about: its number, date, signer, recipients, subject, issuer."""
    besides = frozenset({Ask.CONTENT, Ask.LEAD, Ask.DEADLINE, Ask.COORD, Ask.UNIT_TASKS})
    return bool(asks & DOC_INFO) and not asks - DOC_INFO - besides
