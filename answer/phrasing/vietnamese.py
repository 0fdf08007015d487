"""Whether a Vietnamese sentence says nothing but what one clause says. Pure: no model, no search, only the two texts.

The sentence has to be put together from runs of the clause: of one line, with its headings and the fields of the same
task, in the line's order, with nothing left out in between that would change what is said. Each check gives the reason
why not, in a word for the log; '' means that nothing speaks against it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from answer.phrasing.align import Run, aligned
from answer.phrasing.clauses import Numbered, Piece
from answer.phrasing.tokens import Kind, Token, saying, tokens
from answer.phrasing.words import (
    ADJACENT,
    AFTER_FIGURE,
    BODIES,
    COMPARATORS,
    CONDITIONS,
    FUNCTION,
    GLUE,
    GLUE_PHRASES,
    KEPT,
    LABELS,
    NEUTRAL,
    POLARITY,
    ROLE_PHRASES,
)
from plan.model import Field

NEAR = 3  # words left out between a number and what stands before it
WEAK_EVERY = 7  # one lone word in so many may be taken from anywhere in the clause; calibrated in tests/answer/phrasing
_NOT_SKIPPED = POLARITY | KEPT | BODIES
_FIELDS = {"deadline": Field.DEADLINE, "product": Field.PRODUCT}
_PHRASES = frozenset(
    tuple(word for word in phrase if word not in FUNCTION)
    for phrases in (GLUE_PHRASES, ROLE_PHRASES, *LABELS.values())
    for phrase in phrases
)


@dataclass(frozen=True)
class Laid:
    """A sentence laid over a clause."""

    said: tuple[Token, ...]
    pieces: tuple[Piece, ...]

    @cached_property
    def free(self) -> frozenset[int]:
        """Positions that need no proof of their own: labels and words that tie."""
        glue = {i for i, token in enumerate(self.said) if token.key in GLUE or self._opens_range(i)}
        return frozenset(spread(self.said, _PHRASES)) | glue

    def _opens_range(self, i: int) -> bool:
        """'từ' of 'từ tháng 4 đến tháng 9', which the clause may leave out."""
        keys = [token.key for token in self.said[i : i + 3]]
        return len(keys) == 3 and keys[0] == "từ" and keys[2] == "đến" and self.said[i + 1].kind is Kind.FIGURE

    @cached_property
    def runs(self) -> tuple[Run, ...]:
        """The runs that prove something."""
        found = aligned(self.said, self.pieces)
        return tuple(run for run in found if not self.free.issuperset(range(run.start, run.end)))

    @cached_property
    def run_at(self) -> dict[int, Run]:
        """The run of each covered position."""
        return {i: run for run in self.runs for i in range(run.start, run.end)}

    def piece(self, run: Run) -> Piece:
        """Where a run was taken from."""
        return self.pieces[run.piece]

    def covers(self, run: Run, at: int) -> bool:
        """Whether the sentence also says the token `at` of the piece of this run."""
        return any(other.piece == run.piece and other.at <= at < other.until for other in self.runs)


def lay(sentence: str, clause: Numbered) -> Laid:
    """Lay a sentence over a clause."""
    return Laid(saying(tokens(sentence)), clause.pieces)


def fault(laid: Laid) -> str:
    """Why the sentence is not supported, '' when it is. Roles are judged apart (`roles`)."""
    if not laid.runs:
        return "nothing"
    for name, holds in (
        ("foreign", _is_covered),
        ("scattered", _is_whole),
        ("mixed", _is_of_one_line),
        ("order", _is_in_order),
        ("cut", _cuts_at_seams),
        ("polarity", _keeps_polarity),
        ("figure", _keeps_figures),
        ("label", _labels_right),
        ("field", _fields_under_their_labels),
        ("which", _figures_of_their_own),
    ):
        if not holds(laid):
            return name
    return ""


def is_anchored(laid: Laid) -> bool:
    """Whether it names its task, so that it can stand after a sentence about another one."""
    own = (run for run in laid.runs if laid.piece(run).field is None)
    return sum(run.end - run.start for run in own) >= 2


def spread(said: Sequence[Token], phrases: Iterable[tuple[str, ...]]) -> Iterable[int]:
    """Positions of the words of these phrases."""
    keys = tuple(token.key for token in said)
    for phrase in phrases:
        for start in range(len(keys) - len(phrase) + 1):
            if phrase and keys[start : start + len(phrase)] == phrase:
                yield from range(start, start + len(phrase))


def _is_covered(laid: Laid) -> bool:
    return all(i in laid.run_at or i in laid.free for i in range(len(laid.said)))


def _is_whole(laid: Laid) -> bool:
    """Lone words are rare, and stand in the clause near what stands beside them in the sentence."""
    lone = [i for i, r in enumerate(laid.runs) if r.end - r.start == 1 and laid.said[r.start].kind is Kind.WORD]
    return len(lone) <= max(1, len(laid.said) // WEAK_EVERY) and all(_is_near(laid.runs, i) for i in lone)


def _is_near(runs: Sequence[Run], i: int) -> bool:
    run = runs[i]
    beside = [other for other in (*runs[max(0, i - 1) : i], *runs[i + 1 : i + 2]) if other.piece == run.piece]
    return any(-NEAR <= run.at - other.until <= NEAR or -NEAR <= other.at - run.until <= NEAR for other in beside)


def _is_of_one_line(laid: Laid) -> bool:
    """Of each statement one line at most, and fields of one task only."""
    lines = {(laid.said[run.start].part, run.piece) for run in laid.runs if laid.piece(run).is_content}
    parts = [part for part, _ in lines]
    blocks = {laid.piece(run).block for run in laid.runs} - {-1}
    return len(parts) == len(set(parts)) and len(blocks) <= 1


def _is_in_order(laid: Laid) -> bool:
    before: dict[tuple[int, int], Run] = {}
    for run in laid.runs:
        last = before.get((laid.said[run.start].part, run.piece))
        if last and not (_onward(laid, last, run) or _date_moved(laid, last, run)):
            return False
        before[laid.said[run.start].part, run.piece] = run
    return True


def _cuts_at_seams(laid: Laid) -> bool:
    """Runs begin and end where a phrase does, so that no word is cut in two and no verb loses its object."""
    return all(_begins_well(laid, run) and _ends_well(laid, run) for run in laid.runs)


def _begins_well(laid: Laid, run: Run) -> bool:
    stands = laid.piece(run).said
    counted = run.at > 1 and stands[run.at - 2].kind is Kind.FIGURE  # "tập huấn" of "02 đợt tập huấn"
    if run.at == 0 or stands[run.at].opens or counted or _is_told_apart(laid, run) or _follows(laid, run, -1):
        return True
    place = laid.runs.index(run) - 1
    last = laid.runs[place] if place >= 0 else run
    # "lập hồ sơ" of "lập và cập nhật hồ sơ": one word less.
    return last.piece == run.piece and run.at - last.until == 2 and stands[last.until].opens


def _ends_well(laid: Laid, run: Run) -> bool:
    stands = laid.piece(run).said
    return run.until == len(stands) or stands[run.until].opens or _follows(laid, run, 1) or _is_told_apart(laid, run)


def _is_told_apart(laid: Laid, run: Run) -> bool:
    """Units and dates are whole by themselves."""
    return all(token.kind is not Kind.WORD or token.key in COMPARATORS for token in laid.said[run.start : run.end])


def _onward(laid: Laid, last: Run, run: Run) -> bool:
    """Later in the line, and what is left out between them changes nothing."""
    stands = laid.piece(run).said
    if run.at < last.until or stands[last.until - 1].part != stands[run.at].part:
        return False
    return not any(t.kind is not Kind.WORD or t.key in _NOT_SKIPPED for t in stands[last.until : run.at])


def _date_moved(laid: Laid, last: Run, run: Run) -> bool:
    """The only date of a line may stand before what it dates."""
    stands = laid.piece(run).said
    if sum(":" in token.key and token.kind is Kind.FIGURE for token in stands) != 1:
        return False
    return any(all(_dates(token) for token in laid.said[r.start : r.end]) for r in (last, run))


def _dates(token: Token) -> bool:
    return token.key in COMPARATORS or token.key in ("hoàn", "thành") or _is_dated(token)


def _is_dated(token: Token) -> bool:
    return token.kind is Kind.FIGURE and token.key.partition(":")[0] in ("day", "month", "quarter")


def _keeps_polarity(laid: Laid) -> bool:
    for i, token in enumerate(laid.said):
        run = laid.run_at.get(i)
        goes_on = i + 1 < len(laid.said) and not laid.said[i + 1].breaks
        if token.key in POLARITY and (run is None or (i + 1 == run.end and goes_on)):
            return False
    return all(not _limits(laid, run) for run in laid.runs)


def _limits(laid: Laid, run: Run) -> bool:
    """Something in the clause's own statement turns round or limits what was taken from it, and was left out."""
    stands = laid.piece(run).said
    just_before = stands[run.at - 1].key if run.at and not stands[run.at].breaks else ""
    if just_before in KEPT and not laid.covers(run, run.at - 1):
        return True
    for at in range(run.at - 1, -1, -1):
        if stands[at + 1].breaks in (".", ";") or stands[at + 1].part != stands[at].part:
            break
        reaches = stands[at].key not in ADJACENT or run.at - at <= 2
        if stands[at].key in POLARITY and reaches and not laid.covers(run, at):
            return True
    for at in range(run.until, len(stands)):
        if stands[at].breaks in (".", ";"):
            break
        if stands[at].key in CONDITIONS and not laid.covers(run, at):
            return True
    return False


def _keeps_figures(laid: Laid) -> bool:
    return all(_figure_holds(laid, i) for i, token in enumerate(laid.said) if token.kind is Kind.FIGURE)


def _figure_holds(laid: Laid, i: int) -> bool:
    run, token = laid.run_at.get(i), laid.said[i]
    if run is None:
        return False
    stands, at = laid.piece(run).said, run.at + i - run.start
    if not _compared_alike(laid, run, i, stands, at):
        return False
    after = stands[at + 1] if at + 1 < len(stands) else None
    if any(t.key in AFTER_FIGURE for t in stands[at + 1 : at + 4]) and not any(
        laid.covers(run, k) for k in range(at + 1, at + 4) if k < len(stands) and stands[k].key in AFTER_FIGURE
    ):
        return False
    if _is_dated(token) or not token.key[0].isdigit() or "/" in token.key:
        return True
    goes_on = i + 1 < run.end or _follows(laid, run, 1)
    if not goes_on and i == run.start and not _follows(laid, run, -1) and len(laid.said) > 1:
        return False  # a number alone is the number of anything
    if after and not after.breaks and not goes_on:
        return False  # "60" of "60 triệu đồng"
    told = laid.said[i + 1] if i + 1 < len(laid.said) else token
    if i + 1 == run.end and told is not token and not told.breaks and i + 1 not in laid.free:
        return False  # "1" of "đợt 1" before "đợt"
    beyond = stands[run.until] if run.until < len(stands) else None
    cut = beyond is not None and beyond.kind is Kind.FIGURE and not beyond.breaks and run.end - i <= 2
    return not cut and (i > run.start or not _has_other_head(laid, i))


def _follows(laid: Laid, run: Run, way: int) -> bool:
    """The sentence goes on (or came here) where the clause does, with free words in between at most."""
    place = laid.runs.index(run) + way
    if not 0 <= place < len(laid.runs) or laid.runs[place].piece != run.piece:
        return False
    first, second = (run, laid.runs[place]) if way > 0 else (laid.runs[place], run)
    return first.until == second.at and laid.free.issuperset(range(first.end, second.start))


def _figures_of_their_own(laid: Laid) -> bool:
    """Of several dates the sentence says which; of a column with a figure in its name the whole name is said."""
    return not any(
        _loses_its_head(laid, i, run) or _half_a_name(laid.piece(run), run) for i, run in enumerate(laid.runs)
    )


def _loses_its_head(laid: Laid, i: int, run: Run) -> bool:
    """'trước ngày 30/4' of 'Đợt 1 trước ngày 30/4; đợt 2 trước ngày 31/10', with nothing of 'Đợt 1' said."""
    stands = laid.piece(run).said
    taken = stands[run.at : run.until]
    first = next((n for n, token in enumerate(taken) if token.key not in COMPARATORS), 0)
    if sum(map(_is_dated, stands)) < 2 or not _is_dated(taken[first]):
        return False
    opens = run.at == 0 or stands[run.at].breaks in (":", ";", ".") or stands[run.at].part != stands[run.at - 1].part
    last = laid.runs[i - 1] if i else None
    return not opens and (last is None or last.piece != run.piece)


def _half_a_name(piece: Piece, run: Run) -> bool:
    """'2026: 95' of 'Kế hoạch 2026: 95'."""
    colon = next((k for k in range(run.at + 1, run.until) if piece.said[k].breaks == ":"), 0)
    return run.at > 0 and any(token.kind is Kind.FIGURE for token in piece.said[run.at : colon])


def _has_other_head(laid: Laid, i: int) -> bool:
    """The number stands directly after a word that does not stand before it in the clause: 'thôn' + '3'."""
    if i == 0 or i - 1 in laid.free or laid.said[i].breaks or laid.said[i - 1].key in NEUTRAL:
        return False
    run, last = laid.run_at[i], laid.run_at.get(i - 1)
    return last is None or last.piece != run.piece or not 0 <= run.at - last.until <= NEAR


def _compared_alike(laid: Laid, run: Run, i: int, stands: Sequence[Token], at: int) -> bool:
    if i > run.start:
        return True
    ours = laid.said[i - 1].key if i and not laid.said[i].breaks else ""
    theirs = stands[at - 1].key if at and not stands[at].breaks else ""
    theirs = theirs if theirs in COMPARATORS else ""
    if theirs == "từ" and any(t.key == "đến" for t in stands[at + 1 : at + 4]):
        theirs = ""
    mild = ours in NEUTRAL or (ours == "từ" and i - 1 in laid.free)
    return not (theirs and theirs not in NEUTRAL) and (ours not in COMPARATORS or mild)


def _labels_right(laid: Laid) -> bool:
    return all(
        _label_right(laid, _FIELDS[name], start, start + len(phrase))
        for name, phrases in LABELS.items()
        for phrase in phrases
        for start in range(len(laid.said) - len(phrase) + 1)
        if tuple(t.key for t in laid.said[start : start + len(phrase)]) == phrase
    )


def _fields_under_their_labels(laid: Laid) -> bool:
    """What stands under a label is of that field: no product called a deadline, no task called a product."""
    for run in laid.runs:
        label, same = _label_before(laid, run)
        field = laid.piece(run).field
        if field is Field.PRODUCT and label != "product":
            return False
        if label == "product" and (field is Field.DEADLINE or (same and laid.piece(run).is_content)):
            return False
    return True


def _label_before(laid: Laid, run: Run) -> tuple[str, bool]:
    """The last label before a run, or at its beginning, and whether it stands in the same statement."""
    keys = tuple(token.key for token in laid.said)
    for start in range(run.start, -1, -1):
        for name, phrases in LABELS.items():
            if any(keys[start : start + len(phrase)] == phrase for phrase in phrases):
                own = laid.run_at.get(start)
                literal = own is not None and laid.piece(own).is_content
                return "" if literal else name, laid.said[start].part == laid.said[run.start].part
    return "", True


def _label_right(laid: Laid, field: Field, start: int, end: int) -> bool:
    """The label is the clause's own there, or what follows (for a deadline: or precedes) is such a field."""
    run = laid.run_at.get(start)
    if run and run.end - run.start > end - start:
        return True
    after = next((r for r in laid.runs if r.start >= end or r.end > end), None)
    before = next((r for r in reversed(laid.runs) if r.end <= start), None)
    near = (after, before) if field is Field.DEADLINE else (after,)
    return any(r is not None and _is_field(laid, r, field) for r in near)


def _is_field(laid: Laid, run: Run, field: Field) -> bool:
    piece = laid.piece(run)
    if piece.field is field:
        return True
    if field is not Field.DEADLINE or not any(_is_dated(t) for t in piece.said[run.at : run.until]):
        return False
    before = [t.key for t in piece.said[max(0, run.at - 4) : run.until]]
    return any(pair in LABELS["deadline"] for pair in pairwise(before))
