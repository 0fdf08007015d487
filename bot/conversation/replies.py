"""Answers, refusals and clauses as replies with their buttons, and turning pages: the next clause, the one before.

Pure functions: the same in gives the same out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from answer.wording import Excerpt, beside, excerpt, is_said, sentence, shorten
from bot.conversation.callback_data import OF_PLAN, Token, Verb, button
from bot.conversation.messages import Button, Kind, Piece, Proof, Reply
from bot.conversation.plain import more_note
from bot.plans.naming import short_title
from bot.ports import Shelf
from plan.listed import ref_of
from plan.model import Answer, Citation, Clause, ClauseKind, PlanVersion, Span
from plan.tree import Tree
from prompts import phrase

SHOWN_AT_ONCE = 3
LABEL = 48  # characters of a button that names a place or a plan
LINE = 120  # characters of a line about the task beside the field that was asked for
NO_QUESTION = frozenset({"empty", "not_understood", "incomplete", "which_plan", "only_quotes"})
_OF_ONE_TASK = frozenset({"fields", "row"})
FURTHER = 160  # characters shown of a second and third clause under an answer

Rows = tuple[tuple[Button, ...], ...]


def answer_kind(answer: Answer) -> Kind:
    """Whether the plans said something; nothing that is counted where no question was asked of them."""
    if answer.reason in NO_QUESTION:
        return Kind.NOTICE
    return Kind.REFUSAL if answer.refused else Kind.ANSWER


def answer_reply(answer: Answer, ref: str, shelf: Shelf) -> Reply:
    """An answer with its first citations, or a refusal with the nearest clauses."""
    kind = answer_kind(answer)
    if kind is Kind.NOTICE:
        return Reply(answer.headline, kind, language=answer.language, ref=ref)
    if answer.reason == "which_place":
        return _which_place(answer, ref, shelf)
    citations = answer.nearest if answer.refused else answer.citations
    language = answer.language
    proof = Proof.NEAREST if answer.refused else Proof.CITED
    others = _others(language, ref, answer.others, shelf)
    buttons = (*others, *answer_buttons(language, ref, kind, len(citations)))
    lines = tuple(shorten(line, LINE) for line in answer.lines) if answer.reason in _OF_ONE_TASK else answer.lines
    alone = answer.refused or answer.reason in _OF_ONE_TASK
    # A first line that was cut has not said the clause.
    said = "\n".join(() if answer.headline.endswith("…") else (answer.headline, *answer.lines))
    return Reply(
        answer.headline or answer.text.partition("\n")[0],
        kind,
        lines,
        pieces=_not_told(answer, pieces(citations, shelf, 0, proof, said, alone)),
        notes=() if answer.reason == "duties" else more_note(language, len(citations), SHOWN_AT_ONCE),
        buttons=buttons,
        language=language,
        ref=ref,
    )


def _which_place(answer: Answer, ref: str, shelf: Shelf) -> Reply:
    """The places to choose from, a button each: the clause, or the same question of the plan."""
    language = answer.language
    buttons = _others(language, ref, answer.others, shelf) or tuple(
        (Token(Verb.WHOLE, ref, number).under(shorten(sentence(cited.words or cited.clause), LABEL)),)
        for number, cited in enumerate(answer.citations)
    )
    return Reply(answer.headline, Kind.ANSWER, answer.lines, buttons=buttons, language=language, ref=ref)


def _others(language: str, ref: str, plan_ids: Sequence[str], shelf: Shelf) -> Rows:
    """Other plans that may be meant, a button each."""
    plans = [plan for plan in map(shelf.live_version, plan_ids) if plan]
    places = Counter(plan.info.place for plan in plans)
    return tuple((_other(language, ref, plan, places[plan.info.place] > 1),) for plan in plans)


def _other(language: str, ref: str, plan: PlanVersion, alike: bool) -> Button:
    """Called by its place, or by its name where another plan has the same."""
    name = short_title(plan) if alike or not plan.info.place else sentence(plan.info.place)
    token = Token(Verb.OTHER, f"{ref}{OF_PLAN}{ref_of(plan.plan_id)}")
    return token.under(shorten(phrase(language, "bot.other_plan", plan=name), LABEL))


def more_reply(language: str, ref: str, kind: Kind, citations: Sequence[Citation], start: int, shelf: Shelf) -> Reply:
    """The next citations of an answer that had more than fit."""
    end = start + SHOWN_AT_ONCE
    proof = Proof.NEAREST if kind is Kind.REFUSAL else Proof.CITED
    return Reply(
        phrase(language, "bot.more", start=start + 1, end=min(end, len(citations)), total=len(citations)),
        pieces=pieces(citations, shelf, start, proof),
        notes=more_note(language, len(citations), end),
        buttons=rows(more(language, ref, len(citations), end)),
        language=language,
        ref=ref,
    )


def clause_reply(language: str, ref: str, plan: PlanVersion, clause: Clause, live: int) -> Reply:
    """A clause from its first to its last character, with the way on."""
    piece = Piece(
        place=sentence(clause.words or clause.address),
        quote=clause.span.of(plan.text).strip(),
        plan=short_title(plan),
        plan_id=plan.plan_id,
        version=plan.version,
        clause=clause.address,
        file=plan.file,
        page=plan.page(clause.span.start),
        proof=Proof.WHOLE,
        start=clause.span.start,
        end=clause.span.end,
    )
    return Reply(
        clause.heading or piece.place,
        Kind.CLAUSE,
        pieces=(piece,),
        notes=(phrase(language, "bot.superseded", live=live),) if live != plan.version else (),
        buttons=rows(_turning(language, ref), _original(language, ref)),
        language=language,
        ref=ref,
    )


def pieces(
    citations: Sequence[Citation],
    shelf: Shelf,
    start: int,
    proof: Proof,
    said: str | None = None,
    alone: bool = False,
) -> tuple[Piece, ...]:
    """Citations as pieces, numbered when several are shown; beside an answer (`said`) as much as a screen holds.

    `alone`: only the lines that prove.
    """
    shown = list(enumerate(citations, 1))[start : start + SHOWN_AT_ONCE]
    plans = (shelf.live_version(plan_id) for plan_id in {citation.plan_id for _, citation in shown})
    titles = {plan.plan_id: short_title(plan) for plan in plans if plan}
    several = len(citations) > 1
    return tuple(
        _piece(citation, titles.get(citation.plan_id, citation.file), proof, number if several else 0, said, alone)
        for number, citation in shown
    )


def _piece(citation: Citation, title: str, proof: Proof, number: int, said: str | None, alone: bool) -> Piece:
    told = _excerpt(citation, number, said, alone)
    first = Span(*citation.marks[0]) if citation.marks else Span(citation.start, citation.end)
    return Piece(
        place=sentence(citation.words or citation.clause),
        quote=told.text,
        plan=title,
        plan_id=citation.plan_id,
        version=citation.version,
        clause=citation.clause,
        file=citation.file,
        page=citation.page,
        restored="" if said and is_said(citation.restored, said) else citation.restored,
        proof=proof,
        number=number,
        start=first.start,
        end=first.end,
        marks=tuple((mark.start, mark.end) for mark in told.marks),
    )


def _excerpt(citation: Citation, number: int, said: str | None, alone: bool) -> Excerpt:
    """The first quote takes the screen that the answer leaves; what else is cited shows its line.

    Beside a second clause what follows a line that was said is left out: both have to fit one screen.
    """
    if said is None:
        return excerpt(citation)
    proving = excerpt(citation, said, 0)
    if alone or (number == 1 and not proving.text):
        return proving
    return excerpt(citation, said, beside(said) if number <= 1 else FURTHER, around=False)


def _not_told(answer: Answer, shown: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """Without those that a list names with their place and their words; numbered from 1."""
    kept = [piece for piece in shown if not _is_told(answer, piece)]
    if len(kept) == len(shown):
        return shown
    return tuple(replace(piece, number=number if len(kept) > 1 else 0) for number, piece in enumerate(kept, 1))


def _is_told(answer: Answer, piece: Piece) -> bool:
    """Whether a line of the answer names the piece's place, and its words where it has any left to show.

    Of a task in a list that is not cut its words are enough: its row holds the unit and the day that the list tells.
    """
    place = piece.place.lower()
    lines = [line for line in answer.lines if place in line.lower()]
    if not piece.quote:
        return bool(lines)
    return answer.reason == "duties" and any(_tells(line, piece) for line in lines)


def _tells(line: str, piece: Piece) -> bool:
    """'• Lập hồ sơ – Tháng 10/2026 (hàng 13 Phụ lục II)' of the row '13 | Lập hồ sơ | Trạm Y tế | …'."""
    task = line.removeprefix("• ").rpartition(" (")[0].split(" – ")[0]
    return not task.endswith("…") and is_said(task, piece.quote)


def answer_buttons(language: str, ref: str, kind: Kind, count: int) -> Rows:
    """What can be done with an answer: read on, see more, judge it, or pass it to the admin."""
    whole = (button(language, "bot.whole", Verb.WHOLE, ref),) if count else ()
    turning = _turning(language, ref) if count else ()
    original = _original(language, ref) if count else ()
    judging = (button(language, "bot.good", Verb.GOOD, ref), button(language, "bot.bad", Verb.BAD, ref))
    forward = (button(language, "bot.forward", Verb.FORWARD, ref),) if kind is Kind.REFUSAL else ()
    further = more(language, ref, count, SHOWN_AT_ONCE)
    return rows((*whole, *turning), (*original, *further), forward or judging)


def _turning(language: str, ref: str) -> tuple[Button, ...]:
    return button(language, "bot.previous", Verb.PREVIOUS, ref), button(language, "bot.next", Verb.NEXT, ref)


def _original(language: str, ref: str) -> tuple[Button, ...]:
    return (Token(Verb.ORIGINAL, ref).under(phrase(language, "upload.original"), file=True),)


def more(language: str, ref: str, total: int, end: int) -> tuple[Button, ...]:
    """The button to further citations, where there are any."""
    return (button(language, "bot.more_button", Verb.MORE, ref, end),) if total > end else ()


def rows(*found: tuple[Button, ...]) -> Rows:
    """Rows of buttons without the empty ones."""
    return tuple(row for row in found if row)


# What a reader passes over: marks of a clause that is shown anyway, and stamps.
_SKIPPED = frozenset({ClauseKind.HEADING, ClauseKind.TABLE_HEAD, ClauseKind.TRAILER})
# Too much for one message: its first or last clause is shown in its place.
_LARGE = frozenset({ClauseKind.PART, ClauseKind.SECTION, ClauseKind.APPENDIX})


def neighbour(plan: PlanVersion, address: str, step: int) -> Clause | None:
    """The clause after (step 1) or before (-1) another; past a section's end comes the next section's first.

    Step 0 is the clause itself; None where there is no such clause.
    """
    tree = Tree(plan.text, plan.clauses)
    here = tree.by_address.get(address)
    while here and step:
        beside = _beside(tree, here, step)
        if beside:
            return _inside(tree, beside, step)
        here = tree.parent(here)
    return here


def _beside(tree: Tree, here: Clause, step: int) -> Clause | None:
    parent = tree.parent(here)
    row = tree.children(parent) if parent else tree.roots
    shown = [clause for clause in row if clause is here or clause.kind not in _SKIPPED]
    place = shown.index(here) + step
    return shown[place] if 0 <= place < len(shown) else None


def _inside(tree: Tree, clause: Clause, step: int) -> Clause:
    while clause.kind in _LARGE:
        children = [child for child in tree.children(clause) if child.kind not in _SKIPPED]
        if not children:
            break
        clause = children[0 if step > 0 else -1]
    return clause
