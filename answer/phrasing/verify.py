"""Verification without the model: each sentence is laid over each clause it cites, and kept only if one proves it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from answer.phrasing.align import Run
from answer.phrasing.clauses import Numbered, Roles, roles_of
from answer.phrasing.english import english_fault
from answer.phrasing.roles import Wordings, piece_role, role_at, wrong_role
from answer.phrasing.tokens import Kind, Token, tokens
from answer.phrasing.vietnamese import Laid, fault, is_anchored, lay
from answer.phrasing.words import COORDINATING_AFTER, COORDINATING_BEFORE, LEAD_AFTER, LEAD_BEFORE

LONGEST = 400  # characters of a sentence
_ALLOWED = re.compile(r"[^\S\n]|[\w.,;:%/()\-–—+°²³'\"“”‘’?!&]")
# A Vietnamese sentence in an English answer is checked as what it is: there the order of words counts.
_VIETNAMESE_WORD = re.compile(r"(?<!\w)(?![A-ZĐÀ-Ỹ])\w*[^\W\da-zA-Z]\w*")
_VIETNAMESE = Wordings(LEAD_BEFORE, LEAD_AFTER, COORDINATING_BEFORE, COORDINATING_AFTER)


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as the model gave it, with the numbers of the clauses it names."""

    text: str
    clauses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A sentence judged: the clause that proves it, or why none does. `anchored`: it names its own task."""

    text: str
    clause: Numbered | None = None
    why: str = ""
    anchored: bool = False


def verify(draft: Draft, clauses: Sequence[Numbered], language: str = "vi") -> Verdict:
    """The first of the cited clauses that proves the whole sentence alone."""
    text = " ".join(draft.text.split())
    why = _unfit(text)
    if why:
        return Verdict(text, why=why)
    known = {clause.number: clause for clause in clauses}
    if not draft.clauses or any(number not in known for number in draft.clauses):
        return Verdict(text, why="number")
    verdicts = [_against(text, known[number], language) for number in dict.fromkeys(draft.clauses)]
    return next((verdict for verdict in verdicts if verdict.clause), verdicts[0])


def _unfit(text: str) -> str:
    """Nothing but plain text in Latin letters leaves the house: no marks, links, invisible or foreign letters."""
    if not text or len(text) > LONGEST:
        return "length"
    for char in text:
        if not _ALLOWED.fullmatch(char) or char == "_":
            return "characters"
        if char.isalpha() and not unicodedata.name(char, "").startswith(("LATIN", "MODIFIER", "SUPERSCRIPT")):
            return "letters"
    return ""


def _against(text: str, clause: Numbered, language: str) -> Verdict:
    if language == "en" and not _VIETNAMESE_WORD.search(text):
        why, anchored = english_fault(text, clause)
        return Verdict(text, None if why else clause, why, anchored)
    laid = lay(text, clause)
    why = fault(laid) or _level_fault(laid, clause) or _role_fault(text, laid, clause)
    return Verdict(text, None if why else clause, why, is_anchored(laid))


def _level_fault(laid: Laid, clause: Numbered) -> str:
    """'xã' of a plan of a phường: the office of another place."""
    known = {level for piece in laid.pieces for level in _levels(piece.said)} | {clause.place.partition(" ")[0].lower()}
    return "" if set(_levels(laid.said)) <= known else "level"


def _levels(said: Sequence[Token]) -> Iterator[str]:
    """'xã' and 'phường', but not the 'xã' of 'xã hội'."""
    for i, token in enumerate(said):
        after = said[i + 1].key if i + 1 < len(said) else ""
        if token.key == "phường" or (token.key == "xã" and after != "hội"):
            yield token.key


def _role_fault(text: str, laid: Laid, clause: Numbered) -> str:
    every = tokens(text)
    place = {i: n for n, i in enumerate(i for i, token in enumerate(every) if token.says)}
    roles = roles_of(clause, {laid.piece(run).block for run in laid.runs})
    if wrong_role(every, roles, _VIETNAMESE, lambda i, role: _is_literal(laid, place[i], role)):
        return "role"
    back = {n: i for i, n in place.items()}
    return (
        "" if all(_in_its_role(laid, run, every, back) for run in laid.runs) and _doers_known(laid, roles) else "doer"
    )


def _in_its_role(laid: Laid, run: Run, every: Sequence[Token], back: Mapping[int, int]) -> bool:
    """What was taken from a field of who leads or helps is said to lead or to help, be it a unit or not."""
    role = piece_role(laid.piece(run), run.until - 1)
    if not role or any(token.key == "hợp" or token.key == "trì" for token in laid.said[run.start : run.end]):
        return True
    before = [r for r in laid.runs if r.end <= run.start]
    listed = bool(before) and before[-1].piece == run.piece and before[-1].end == run.start
    said = role_at(every, back[run.start], back[run.end - 1], _VIETNAMESE)
    return listed or said in ((role, "opens") if role == "lead" else (role, "helping"))


def _doers_known(laid: Laid, roles: Roles) -> bool:
    """Whoever is said to lead or to help is a unit of the register or was taken from such a field."""
    for phrase, role, units in (
        (("chủ", "trì"), "lead", roles.leads),
        (("phối", "hợp"), "coordinating", roles.coordinating | roles.leads),
    ):
        for start in (i for i in range(len(laid.said) - 1) if (laid.said[i].key, laid.said[i + 1].key) == phrase):
            run = laid.run_at.get(start)
            if run and run.end - run.start > 2:
                continue
            before = next((r for r in reversed(laid.runs) if r.end <= start), None)
            after = next((r for r in laid.runs if r.start > start), None)
            if not any(r and _does(laid, r, role, units) for r in (before, after)):
                return False
    return True


def _does(laid: Laid, run: Run, role: str, units: frozenset[str]) -> bool:
    named = {token.key for token in laid.said[run.start : run.end] if token.kind is Kind.UNIT}
    return piece_role(laid.piece(run), run.until - 1) == role or bool(named & units)


def _is_literal(laid: Laid, at: int, role: str) -> bool:
    """The unit stands in the sentence among the same words as in the clause; a doer in a line of prose."""
    run = laid.run_at.get(at)
    if run is None or (role != "none" and laid.piece(run).field is not None):
        return False
    if role == "none":
        beside = laid.said[run.start : at] + laid.said[at + 1 : run.end]
        return any(token.key not in ("xã", "phường") for token in beside)
    spoken = [t for t in laid.said[at + 1 : run.end] if t.kind is Kind.WORD and t.key not in ("xã", "phường")]
    return len(spoken) >= 2 and (at == run.start or _same_before(laid, at))


def _same_before(laid: Laid, at: int) -> bool:
    return laid.run_at.get(at - 1) is laid.run_at.get(at)
