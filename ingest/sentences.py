"""Duties inside sentences: '…, Công an xã giữ trật tự; nhà thuốc do Trạm Y tế kiểm tra', 'giao Trung tâm … thực hiện'.

A duty is an actor (a unit, or a role that stands for one) where a clause of the sentence may begin, with a verb of work
behind it. Several actors in one sentence have a piece of it each. Pure.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.actors import (
    NEAR,
    Actor,
    actors,
    anybody,
    extended,
    starts_with_work,
    work,
)
from ingest.given import BEGINS, COLON, FEW, Chain, given_from, handed, right_before
from ingest.people import Charge, is_given, led_by, named_people, people
from ingest.rosters import forces, rosters, shares
from plan.text import fold
from plan.units import Mention, find_units

_OBJECTS = re.compile(  # before a list of those who are written to, invited or belong to something
    r"\b(?:voi|cung|cua|giua|gom|moi|gui|cho|toi|den|la|va|ve|bao|bao cao|trinh|cac|tai|nop|theo|thu ky|tu) $"
)
_REGARDING = re.compile(r"(?:^|[,;:.] )doi voi $")  # 'Đối với các trường, Phòng X hướng dẫn …'
_GIVEN = re.compile(r"\w (?:(?:giao|phan cong|chi dao)(?: cho)?|(?:ve|bao|chuyen|gui)(?: cho| ve| den)?) $")
_ONLY_ROLE = re.compile(r"\s+(?:chu tri|thuc hien|lam|lo|phu trach)(?: thuc hien)?[\s.,;]*")
_BETWEEN = re.compile(r"\s*(?:\([^)]*\))?\s*(?:,|,? va|&|cung|hoac)\s*(?:cac )?")
_LED_IN = re.compile(r"[\s,]*\b(?:do|giao(?: cho)?|phan cong|thi|rieng|va|con)\s+$")
_DONE_BY = re.compile(r"\b(?:do|giao(?: cho)?|nho) (?:(?:dong chi|d/c) )?$")
_OBJECT = re.compile(  # 'chìa khóa ông A cầm'
    r"(?:^|[,;:.] ?)(?:(?!(?:cua|voi|cho|nha|gap|moi|theo|la|con|vo|me|bo|em|den|tu|tai|o|thi|neu|khi|de)\b)\w+ ){1,4}$"
)
_ONLY_VERB = re.compile(r"\w+(?: \w+)?\s*(?:[,.;]|$)")
_ITS = re.compile(r"^\s*(?:(?:Có )?[Nn]hiệm vụ|Công việc|Việc(?: làm)?)\s*(?:là |:)?\s*")  # of who was named before
SAME = 20  # duties of one sentence that are looked at for whether it has any
LONGEST = 20_000  # characters of a paragraph that is still read so
_ROLE_BEHIND = re.compile(
    r"(?:,(?: và)? [^(),;:.]{2,60}){0,6}\s*"
    r"\((?:đơn vị |cùng )?(?:(?P<helps>phối hợp|hỗ trợ|tham gia)|chủ trì)[^()]{0,20}\)"
)
_ASKS = re.compile(r"(?:giao|yeu cau|de nghi|phan cong)\b")
_END = re.compile(r"[.;]+(?:\s+|$)")


@dataclass(frozen=True, slots=True)
class Duty:
    """Who does (or helps with) what: half-open places in the text that was read."""

    actor: tuple[int, int]
    start: int
    end: int
    helps: bool

    def of(self, text: str) -> tuple[str, str]:
        """Actor and task in the plan's words."""
        return text[slice(*self.actor)].strip(), text[self.start : self.end].strip(" ,;")


def duties_of(text: str, given_out: bool = False) -> tuple[Duty, ...]:
    """The duties that the sentences of a paragraph give out, in order. `given_out`: it stands where duties are given
    out, so that any role before a colon has one."""
    found: list[Duty] = []
    if len(text) > LONGEST:
        return ()
    units = find_units(text)
    told = dict.fromkeys((*shares(text), *forces(text), *rosters(text, units, given_out)))
    given: list[Duty] = []
    for share in sorted(told):
        if not given or share.actor[0] >= given[-1].actor[1]:
            given.append(Duty(*share, helps=False))
    by_name = named_people(text)
    if not units and not by_name and not anybody(text):
        return tuple(given)
    starts, folded = [unit.start for unit in units], fold(text)
    start = before = 0
    body: tuple[int, int] | None = None  # who is led by somebody named
    asked = False  # the issuer gives out the pieces of this sentence: 'Giao X …; đề nghị Y …'
    for match in (*_END.finditer(text), None):
        end = match.start() if match else len(text)
        inside = units[bisect_left(starts, start) : bisect_left(starts, end)]
        sentence, behind = text[start:end], before < start
        named = bisect_left(by_name, start) < bisect_left(by_name, end)
        charges = tuple(people(sentence)) if named else ()
        asked = _ASKS.match(folded, start) is not None or (asked and behind)
        duties = _in_sentence(sentence, folded[start:end], inside, charges, start, behind and not asked, given_out)
        led = led_by(sentence, charges, start) if charges and not duties else None
        nobody = not duties and not charges
        if body and nobody and _is_its(sentence, behind):
            duties = [Duty(body, start, end, False)]
            body = None
        elif nobody and behind:
            _go_on(found, before, start, end)
        only = _only_role(folded, duties, start) if behind and not any(d.end > before for d in found[-SAME:]) else -1
        found += [replace(duty, start=before) if _needs_before(folded, duty, only) else duty for duty in duties]
        if match:
            body = led or (body if ";" in match.group() else None)
            before = start if ";" in match.group() else match.end()  # who helps helps what stands before ';'
            start = match.end()
    resolved = [_resolved(text, units, duty) for duty in found]
    taken = [duty.actor for duty in given]
    apart = [duty for duty in resolved if not _stands_in(taken, duty.actor)]
    return tuple(_by_bracket(text, duty) for duty in sorted(apart + given, key=lambda duty: duty.actor))


def _is_its(sentence: str, behind: bool) -> bool:
    """Whether what a sentence says is the work of a body named before: 'Tổ X: ông A làm Tổ trưởng. Nhiệm vụ: …'."""
    own = _ITS.sub(" ", sentence, count=1)
    return (behind or own != sentence) and starts_with_work(own)


def _by_bracket(text: str, duty: Duty) -> Duty:
    """'Đoàn Thanh niên (chủ trì), Hội Phụ nữ, Hội Nông dân (phối hợp)': a role in brackets behind names, of the last
    ones up to the brackets before."""
    role = _ROLE_BEHIND.match(text, duty.actor[1])
    return replace(duty, helps=True) if role and role["helps"] else duty


def _stands_in(taken: Sequence[tuple[int, int]], actor: tuple[int, int]) -> bool:
    """Whether somebody's place overlaps one of those, which stand apart and in order."""
    at = bisect_left(taken, (actor[1], 0))
    return at > 0 and taken[at - 1][1] > actor[0]


def _only_role(folded: str, duties: Sequence[Duty], start: int) -> int:
    """'…; Phòng Kinh tế chủ trì': where a piece ends that only says who does what stands before ';', -1 for none."""
    leads = [duty for duty in duties if not duty.helps and duty.end == duties[0].end]
    if not leads or leads[0].actor[0] != start:
        return -1
    return leads[0].end if _ONLY_ROLE.fullmatch(folded, leads[-1].actor[1], leads[-1].end) else -1


def _resolved(text: str, units: Sequence[Mention], duty: Duty) -> Duty:
    """'Trưởng ấp báo Bảo hiểm xã hội; cơ quan này tổng hợp': the unit that was named last."""
    if not text[slice(*duty.actor)].lower().endswith(" này"):
        return duty
    last = max((unit for unit in units if unit.end <= duty.actor[0]), key=lambda unit: unit.end, default=None)
    return replace(duty, actor=(last.start, extended(text, last.end))) if last else duty


def _needs_before(folded: str, duty: Duty, only: int) -> bool:
    """Who helps, or does ('…; giao Trạm Y tế thực hiện'), what stands before the ';'."""
    given = _LED_IN.fullmatch(folded, duty.start, duty.actor[0])
    return bool(duty.helps or duty.end == only or (given and _ONLY_ROLE.fullmatch(folded, duty.actor[1], duty.end)))


def _go_on(found: list[Duty], before: int, start: int, end: int) -> None:
    """'X phát theo tổ; nộp danh sách': what stands behind ';' and names nobody belongs to who was named last."""
    last = found[-1] if found else None
    for index in range(len(found) - 1, -1, -1):
        duty = found[index]
        if last is None or duty.helps or duty.end != last.end or not before <= duty.end <= start:
            return
        found[index] = replace(duty, end=end)


def _in_sentence(
    sentence: str,
    folded: str,
    units: Sequence[Mention],
    charges: Sequence[Charge],
    at: int,
    goes_on: bool,
    given_out: bool,
) -> list[Duty]:
    if not sentence:
        return []
    places = [(unit.start - at, unit.end - at) for unit in units if unit.end - at <= len(sentence)]
    found = list(_in_charge(sentence, folded, charges))
    others = actors(sentence, places)
    if charges:
        others = [each for each in others if not any(c.start <= each.start < c.told for c in charges)]
    made_of = {after for each, after in pairwise(others) if sentence[each.end : after.start].strip() == "("}
    for chain in _chains(folded, [each for each in others if each not in made_of]):
        for part in _parts(sentence, folded, chain):
            begun = given_from(sentence, folded, part, goes_on or bool(found), given_out)
            if begun is not None:
                found.append((part, *begun))
                break
    found.sort(key=lambda each: each[0][0].start)
    duties: list[Duty] = []
    stop = after = len(sentence)  # a piece ends where the next actor's begins, who does not help
    for chain, begin, helps in reversed(_told_once(sentence, found)):
        whole = helps or begin >= stop or not sentence[chain[-1].end : stop].strip(" :")  # or leads whose piece it is
        last = at + (len(sentence) if whole else stop)
        begin = 0 if not helps and _ONLY_ROLE.fullmatch(folded, max(chain[-1].end, begin - 1), after) else begin
        duties += [Duty((at + a.start, at + a.end), at + begin, last, helps) for a in reversed(chain)]
        given = _GIVEN.search(right_before(folded, chain[0].start, FEW))  # who gives or hands it over has it too
        stop, after = stop if helps or given else _piece_ends(folded, chain[0].start), chain[0].start
    return duties[::-1]


def _piece_ends(folded: str, start: int) -> int:
    """Where the piece of who stands before somebody ends: before 'giao' or 'thì', before what is done 'do' him."""
    led_in = _LED_IN.search(right_before(folded, start, FEW))
    if led_in and led_in.group().strip(" ,") == "do":
        return max(*(folded.rfind(sign, 0, start) for sign in ",:;"), 0) or start - len(led_in.group())
    return start - (len(led_in.group()) if led_in else 0)


def _parts(sentence: str, folded: str, chain: Chain) -> Iterator[Chain]:
    """Actors that stand together, and those behind a comma by themselves: 'cử 01 công chức, Công an xã giữ trật tự'."""
    yield chain
    if (
        len(chain) > 1
        and work(sentence[chain[-1].end :][:NEAR])
        and not _OBJECTS.search(_REGARDING.sub("", right_before(folded, chain[0].start, FEW)))
    ):
        for at in range(1, len(chain)):
            if chain[at].named and sentence[chain[at - 1].end : chain[at].start].strip() == ",":
                yield chain[at:]


def _in_charge(sentence: str, folded: str, charges: Iterable[Charge]) -> Iterator[tuple[Chain, int, bool]]:
    """People by name where a clause may begin."""
    several: list[Actor] = []
    for each in charges:
        joined = several and _BETWEEN.fullmatch(folded, several[-1].end, each.start)
        several = [*several, Actor(each.start, each.told, True)] if joined else [Actor(each.start, each.told, True)]
        near = right_before(folded, each.start)
        may = BEGINS.search(near)
        together = len(several) > 1 and sentence[each.told : max(0, each.duty)] in (" ", ": ")
        if together and BEGINS.search(right_before(folded, several[0].start)):
            names = [each for each in charges if several[0].start <= each.start <= several[-1].start]
            yield tuple(Actor(name.start, name.end, True) for name in names), each.duty, False
        elif each.duty >= 0 and (may or (_OBJECT.search(near) and _ONLY_VERB.match(folded, each.duty))):
            begin = 0 if _DONE_BY.search(near) or not may else each.duty
            yield (Actor(each.start, each.end, True),), begin, False
        elif each.duty < 0 and (is_given(sentence, each) or _is_handed(folded, may, each)):
            yield (Actor(each.start, each.end, True),), 0, False


def _is_handed(folded: str, may: re.Match[str] | None, each: Charge) -> bool:
    """'vướng mắc báo cô Trần Thị Quế để giải quyết': who gets something in order to do something with it."""
    return bool(may and may["to"] and handed(may["to"], folded[each.told :], ""))


def _told_once(sentence: str, found: list[tuple[Chain, int, bool]]) -> list[tuple[Chain, int, bool]]:
    """'MTTQ và các đoàn thể: MTTQ lấy ý kiến; …' gives out duties one by one, and none to all of them."""
    if len(found) < 2 or not COLON.fullmatch(sentence[found[0][0][-1].end : found[1][0][0].start]):
        return found
    first = {sentence[a.start : a.end].lower() for a in found[0][0]}
    return found[1:] if sentence[slice(*found[1][0][0][:2])].lower() in first else found


def _chains(folded: str, found: list[Actor]) -> Iterator[Chain]:
    """Actors that stand together: 'Ban Quản lý chợ và Trạm Y tế'."""
    chain: list[Actor] = []
    for each in found:
        if chain and not _together(folded, chain[-1], each):
            yield tuple(chain)
            chain = []
        chain.append(each)
    if chain:
        yield tuple(chain)


def _together(folded: str, last: Actor, each: Actor) -> bool:
    return bool(_BETWEEN.fullmatch(folded, last.end, each.start))
