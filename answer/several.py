"""Which plans a question is about, and one answer over several of them: a line per plan that says so."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from answer.asked import PATTERNS
from answer.candidates import CLOSE, Ranked, closeness, has_figures, whole_text
from answer.cite import cite, cite_passage
from answer.fields import answer_fields, best_line
from answer.question import Question, without_place
from answer.shelf import Shelf
from answer.wording import one_line, place_name, sentence, shorten
from plan.fields import field_line
from plan.model import Answer, Citation
from plan.text import fold, fold_line, lower
from prompts import phrase
from vectorstore.plan_index import PlanCard, Scope
from vectorstore.plan_names import side_by_side, subject_pairs


@dataclass(frozen=True)
class Reach:
    """The plans a question is asked over: which ones, or None for all of more than can be gone through."""

    scopes: tuple[Scope, ...] | None
    count: int
    everything: bool  # these are all plans there are

    @property
    def only(self) -> Scope | None:
        """The plan, where it is a single one."""
        return self.scopes[0] if self.scopes and self.count == 1 else None


_YEAR = re.compile(r"\b20[1-4]\d\b")
_KIND = re.compile(r"^(?:phuong|xa|thi tran|dac khu|thi xa)\s+")


def named(question: str, plans: Sequence[PlanCard]) -> list[PlanCard]:
    """Those of the plans whose place or number the question names, accents or not."""
    folded = fold_line(question)
    by_place = [plan for plan in plans if _says_place(folded, plan)]
    if by_place:
        return _by_subject(folded, by_place)
    return [plan for plan in plans if _says_number(folded, plan)]


def bare_name(place: str) -> str:
    """'ha van' of 'phường Hạ Vân'."""
    return _KIND.sub("", fold(place))


def _says_place(folded: str, plan: PlanCard) -> bool:
    place, name = fold(plan.info.place), bare_name(plan.info.place)
    if not name:
        return False
    pattern = rf"(?<!\w){re.escape(name)}(?!\w)" if " " in name else rf"(?<!\w){re.escape(place)}(?!\w)"
    return bool(re.search(pattern, folded))


def of_one_place(plans: Sequence[PlanCard], question: str) -> bool:
    """Whether a question names one place and not plans of it: all of these may say it, as where none is named."""
    folded = fold(question)
    return len({fold(plan.info.place) for plan in plans}) == 1 and not any(_says_number(folded, plan) for plan in plans)


def _by_subject(folded: str, plans: list[PlanCard]) -> list[PlanCard]:
    """Of several plans of one place the one whose subject alone has most words of the question, two in a row."""
    if len({fold(plan.info.place) for plan in plans}) > 1 or len(plans) < 2:
        return plans
    shared = [_shared(folded, plan) for plan in plans]
    best = max(shared)
    return [plans[shared.index(best)]] if best and shared.count(best) == 1 else plans


def _shared(folded: str, plan: PlanCard) -> int:
    """How many words of its subject, two in a row at least; none where the question names a year that it does not."""
    if set(_YEAR.findall(folded)) - set(_YEAR.findall(plan.info.subject or plan.info.title)):
        return 0
    return len({word for pair in subject_pairs(plan.info) & side_by_side(folded) for word in pair})


def _says_number(folded: str, plan: PlanCard) -> bool:
    number = fold(plan.info.number)
    digits = number.split("/")[0]
    return bool(number) and (
        number in folded or bool(re.search(rf"(?:kh|ke hoach|plan)(?: so| no\.?)? ?0*{digits}(?!\d|/\d)", folded))
    )


def compares(question: str) -> bool:
    """Asks which plans, or asks about several."""
    return bool(PATTERNS["compares"].search(_of_ours(question)))


def asks_which(question: str) -> bool:
    """Asks which plans say it: their names are the answer."""
    return bool(PATTERNS["which plans"].search(_of_ours(question)))


def wants_each(question: str) -> bool:
    """Asks what every plan says, not which of them do."""
    return bool(PATTERNS["each"].search(_of_ours(question)))


def _of_ours(question: str) -> str:
    """Folded, without what only sounds as if it asked for plans: "hợp tác xã nào", "kế hoạch nào của tỉnh", "nạo"."""
    return PATTERNS["no plan of ours"].sub(" ", fold(PATTERNS["other words"].sub(" ", lower(question))))


_COMPARING = re.compile(r"\A\W*(?:hãy )?(?:so sánh|so giúp(?: tôi)?|compare)\s+(?:giữa |the )?", re.IGNORECASE)
_LEFT_OVER = re.compile(r"(?:\s+(?:của|giữa|ở|tại|cho|và|với|hay|of|in|for|between|and))+\W*\Z", re.IGNORECASE)


def of_one(question: str, places: Sequence[str]) -> str:
    """What is asked of each of several plans: without their places and without the word that compares them.

    'So sánh tổng kinh phí của Hạ Vân và Lạc Khê' → 'tổng kinh phí'.
    """
    bare = question
    for place in places:
        bare = without_place(bare, place)
    bare = _LEFT_OVER.sub("", _COMPARING.sub("", bare)).strip()
    return bare if re.search(r"\w+\W+\w", bare) else question


_WHICH = re.compile(  # at the beginning of a folded question
    r"\W*(?:(?:co )?(?:nhung |cac )?(?:ke hoach|xa|phuong|dia phuong|noi)(?:, (?:xa|phuong))? nao|"
    r"which (?:plans?|wards?|communes?|places?|localit\w+)) "
)
NAMES = 120  # characters of the names of plans on the first line
LIMIT = 2400
BEHIND = 0.06  # how far behind the closest plan another may lie
WORDS = 0.2  # what holding all words of the question that tell the plans apart weighs beside the cosine
LEAST_POINT = 90  # characters of the first point of a list, however little room there is: a count alone tells nothing
MOST = 8  # plans shown in one message; more are counted
_WORD = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Found:
    """What one plan has: its ranked clauses and the probability that it says it."""

    shelf: Shelf
    ranked: Sequence[Ranked]
    probability: float
    question: Question
    likely: bool  # sure enough to be said
    made: Answer | None = None  # an answer from the document's head or from a unit's register, which needs no judging

    @property
    def closeness(self) -> float:
        """Cosine of the question with the best clause or its best line."""
        return closeness(self.ranked[:1])

    @property
    def by_unit(self) -> bool:
        """The question is about units, and the best clause names one of them."""
        return bool(self.ranked) and bool(self.question.units & self.ranked[0].facts.units)

    @property
    def has_figures(self) -> bool:
        """The best clause holds every figure and document number of the question."""
        return bool(self.ranked) and has_figures(self.question, self.ranked[0])


def choose(found: Sequence[Found], named: bool = False, wide: bool = False) -> list[Found]:
    """The plans that say it: likely, and not clearly less on the subject than the best of them.

    Plans that the question names (`named`) are compared with each other, so none of them has to be close to the best.
    "Which plans …" (`wide`) looks at the clauses alone; any other question means the plan whose subject it is.
    """
    made = [f for f in found if f.made]
    if made:
        return made
    if named:
        return [f for f in found if f.ranked and f.likely]
    likely = [f for f in found if f.ranked and f.likely and (f.by_unit or f.closeness >= CLOSE)]
    with_figures = [f for f in likely if f.question.figures and f.has_figures]
    subject = _on_subject(found)
    if with_figures:
        return sorted(with_figures, key=lambda f: -subject[id(f)])
    if wide:
        nearest = max((f.closeness for f in likely), default=0.0)
        many = [f for f in likely if f.by_unit or f.closeness >= nearest - BEHIND]
        if len(many) <= MOST:
            return sorted(many, key=lambda f: -f.closeness)
    best = max((subject[id(f)] for f in likely), default=0.0)
    kept = [f for f in likely if subject[id(f)] >= best - BEHIND]
    return sorted(kept, key=lambda f: -subject[id(f)])


def _on_subject(found: Sequence[Found]) -> dict[int, float]:
    """How near each plan is: its best clause's cosine, and how many of the words that tell the plans apart it holds.

    With dozens of plans of one commune the subject decides, and it stands in the title as much as in the clause.
    """
    held = {id(f): set(_WORD.findall(fold(f"{f.shelf.version.info.title} {_text(f)}"))) for f in found}
    spread = Counter(word for words in held.values() for word in words)
    return {id(f): f.closeness + WORDS * _told_apart(f.question, held[id(f)], spread, len(found)) for f in found}


def _told_apart(question: Question, held: set[str], spread: Counter[str], plans: int) -> float:
    forms = question.forms if question.english else question.forms[:1] or (question.text,)
    words = {word for form in forms for word in _WORD.findall(fold(form)) if word in spread}
    weights = {word: math.log((plans + 1) / (spread[word] + 0.5)) for word in words}
    return sum(w for word, w in weights.items() if word in held) / (sum(weights.values()) or 1.0)


def _text(found: Found) -> str:
    return whole_text(found.ranked[0]) if found.ranked else ""


def compose_several(chosen: Sequence[Found], language: str, read: int, plans: int, which: bool = False) -> Answer:
    """One line per plan, the best first. `read` of `plans` were looked at, which is told; `which` of them is asked."""
    head = _head([place_name(f.shelf.version) for f in chosen] if which else [], len(chosen), language)
    shown = [_without_asking(item) for item in chosen[:MOST]] if which else chosen[:MOST]
    told, left = [], LIMIT - 100
    for after, item in zip(range(len(shown), 0, -1), shown, strict=True):  # what one plan leaves the others may use
        room = max(160, min(600, left // after - 80))
        told.append(_line(item, place_name(item.shelf.version), language, room))
        left -= len(told[-1][0])
    lines = [head, *(line for line, _ in told)]
    if len(chosen) > MOST:
        lines.append(phrase(language, "answer.several_more", count=len(chosen) - MOST))
    if read < plans:
        lines.append(phrase(language, "answer.several_closest", count=read, all=plans))
    ordered = [c for group in zip(*(_pad(proofs) for _, proofs in told), strict=True) for c in group if c is not None]
    ids = tuple(f.shelf.version.plan_id for f in chosen)
    cited = tuple(dict.fromkeys(ordered))
    return Answer("\n".join(lines), cited, False, "several", language, head, (), ids, lines=tuple(lines[1:]))


def _head(places: Sequence[str], count: int, language: str) -> str:
    """How many plans say so, and which, where that is asked and one line holds it."""
    names = "; ".join(dict.fromkeys(places))
    if not names or len(names) > NAMES:
        return phrase(language, "answer.several", count=count)
    return phrase(language, "answer.several_places", count=count, places=names)


def _without_asking(found: Found) -> Found:
    """Without 'những xã nào', so that no line is taken for it because of a commune in it."""
    asked = found.question
    return replace(found, question=replace(asked, text=_rest(asked.text), forms=tuple(map(_rest, asked.forms))))


def _rest(question: str) -> str:
    asking = _WHICH.match(fold(question))
    return question[asking.end() :] if asking else question


def _pad(proofs: list[Citation]) -> list[Citation | None]:
    return [*proofs[:3], *[None] * (3 - len(proofs[:3]))]


def _line(item: Found, name: str, language: str, room: int) -> tuple[str, list[Citation]]:
    if item.made:
        return _ready(item.made, name, room)
    top = item.ranked[0]
    fields = answer_fields(item.question, top, language)
    closest = best_line(item.question, top)
    whole = cite_passage(item.shelf, top.hit.passage, closest.span)
    more = [cite_passage(item.shelf, r.hit.passage, r.hit.best_line.span) for r in item.ranked[1:3] if r.share > 0.12]
    if fields and fields.said and not fields.missing:
        answer = shorten("; ".join(fields.said), room)
        proof = cite(item.shelf, top.hit.passage.address, fields.proofs[0].line)
        line = phrase(language, "answer.many_answer", plan=sentence(name), answer=answer, words=whole.words)
        return f"{line} {_closest(item, language, room)}", [whole, proof, *more]
    quote = shorten(one_line(closest.span.of(item.shelf.version.text)), room)
    return phrase(language, "answer.many_line", plan=sentence(name), words=whole.words, quote=quote), [whole, *more]


def _ready(made: Answer, name: str, room: int) -> tuple[str, list[Citation]]:
    """An answer that stands already: its first line, and as much of a list as there is room for."""
    points = [line for line in made.text.splitlines()[1:] if line.startswith("• ")] if made.reason == "duties" else []
    line = f"• {sentence(name)}: {made.headline}"
    for place, point in enumerate(points):
        told = point[2:] if place else _first(point[2:], max(LEAST_POINT, room - len(line)))
        if place and len(line) + len(told) > room:
            break
        line = f"{line}\n  – {told}"
    return line, list(made.citations or made.nearest)


def _first(point: str, room: int) -> str:
    """The first point of a list, cut where it is long; the place where it stands is kept."""
    task, mark, place = point.rpartition(" (")
    return point if len(point) <= room or not mark else f"{shorten(task, room - len(place))} ({place}"


def _closest(item: Found, language: str, room: int) -> str:
    """The line of the clause that is closest to the question."""
    text = one_line(best_line(item.question, item.ranked[0]).span.of(item.shelf.version.text))
    if field_line(text.lstrip("-+• ")):
        return ""
    return phrase(language, "answer.quote", quote=shorten(text, max(120, room // 2)))
