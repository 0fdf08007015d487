"""Duties inside sentences: '…, Công an xã giữ trật tự; nhà thuốc do Trạm Y tế kiểm tra', 'giao Trung tâm … thực hiện'.

A duty is an actor (a unit, or a role that stands for one) where a clause of the sentence may begin, with a verb of work
behind it. Several actors in one sentence have a piece of it each. Pure.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.actors import NEAR, Actor, actors, acts, anybody, work
from plan.text import fold
from plan.units import Mention, find_units

_HELPS = re.compile(r"phoi hop|ho tro|giup|gop cong|tham gia|di cung|cung lam")
_BEGINS = re.compile(
    r"(?:^|[,:(+-]\s*|(?:^|[,:]\s*)(?P<asks>de nghi|yeu cau)\s+|"
    r"\b(?P<by>do|(?:nguoi|dau moi|don vi) [^,;]{2,40} la|giao(?: cho)?|phan cong|thi|rieng|duoc)\s+|"
    r"\b(?P<with>phoi hop(?: chat che)?(?: voi| cung)?|cung(?: voi)?|di cung co|co)\s+|\b(?:con|va)\s+)$"
)
_WHEN = re.compile(  # a time that stands before who acts then: 'trong 03 ngày làm việc', 'quá hạn', 'lần thứ hai'
    r"(?:^|[,:(+-]\s*)(?:cham nhat )?(?:\d+ ngay (?:lam viec|sau do)|qua han|lan (?:thu )?\w+|"
    r"(?:trong|sau|truoc|qua) (?:vong )?\d+ (?:phut|gio|ngay|tuan|thang)(?: lam viec)?(?: (?:sau|ke tu)(?: \w+){1,3})?|"
    r"(?:hang|moi|cuoi|dau) (?:ngay|tuan|thang|quy|nam|dot|vu)|(?:tu |den |truoc )?(?:ngay|thang) [\d/]+|"
    r"(?:tu )?muc \w+|xong moi dot|sau moi (?:dot|buoi|vu|ky))\s+$"
)
_MADE_OF = re.compile(r"(?:\s+\w+){1,4}\s+gồm\b")
_TITLE = re.compile(r"\s*(?:chỉ đạo|chỉ huy|điều hành|quản lý)\b[^,.;:]{0,3}(?:[,.;:()]|ông |bà |$)")
_IF = re.compile(r"[^,.;]{3,80}\sthì(?:\s|$)")
_VILLAGE = re.compile(r"(?:thôn|bản|xóm|ấp|buôn|khu phố) ")
_LIVES = frozenset({"di", "ra", "giam", "tang", "dung", "den", "thu", "xuong", ""})  # no duty of a village by itself
_NOBODY = re.compile(
    r"[^.;]{3,80}\sthì (?:được|bị)\s|\s*(?:nghiêm túc|khẩn trương) (?:tổ chức |triển khai )?thực hiện|"
    r"\s*(?:cấp|ủng hộ|hỗ trợ|góp|đóng góp)\s+[\d.,]+ (?:triệu|đồng|tỷ|nghìn)"
)
_LABEL = re.compile(r"\s*(?:trực|lo|làm|chủ trì|thực hiện|phụ trách)\s*:")
_PERSON = re.compile(
    r"(?:ông|bà|đồng chí|đ/c|anh|chị|thầy|cô|bác sĩ|(?:trung|thượng|đại|thiếu) (?:tá|úy))\s", re.IGNORECASE
)
_GIVEN = re.compile(r"\w (?:giao|phan cong)(?: cho)? $")
_ONLY_ROLE = re.compile(r"\s+(?:chu tri|thuc hien|lam|lo|phu trach)(?: thuc hien)?[\s.,;]*")
_BRINGS = re.compile(r"\s+\d+ (?:chiếc|xe|bộ|máy)\b")  # 'Xuồng máy: Ban CHQS xã 03 chiếc'
_JOINS = re.compile(r"\s*(?:di cung|tham gia|phoi hop|cung tham gia)\b")
_EACH = re.compile(r"\s*,?\s*(?:moi|tung) (?:truong|thon|don vi|to|ben|xa|hoi|doi|ban|ap|noi)\b(?=\s)")
_BRACKET = re.compile(r"^\s*\([^)]*\)(?=\s+\w)")
_ENDED = re.compile(r"\s*(?:[,.;]|$)")
_COLON = re.compile(r"\s*(?:\([^)]*\))?\s*:\s+")
_BETWEEN = re.compile(r"\s*(?:\([^)]*\))?\s*(?:,|,? va|&|cung)\s*(?:cac )?")
LONGEST = 20_000  # characters of a paragraph that is still read so
_END = re.compile(r"[.;]+(?:\s+|$)")


_Chain = tuple[Actor, ...]  # actors that stand together


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
    if not units and not anybody(text):
        return ()
    starts = [unit.start for unit in units]
    start = before = 0
    for match in (*_END.finditer(text), None):
        end = match.start() if match else len(text)
        inside = units[bisect_left(starts, start) : bisect_left(starts, end)]
        duties = _in_sentence(text[start:end], inside, start, before < start, given_out)
        if not duties and before < start:
            _go_on(found, before, start, end)
        found += [replace(duty, start=before) if duty.helps else duty for duty in duties]
        if match:
            before = start if ";" in match.group() else match.end()  # who helps helps what stands before ';'
            start = match.end()
    return tuple(found)


def _go_on(found: list[Duty], before: int, start: int, end: int) -> None:
    """'X phát theo tổ; nộp danh sách': what stands behind ';' and names nobody belongs to who was named last."""
    last = found[-1] if found else None
    for index in range(len(found) - 1, -1, -1):
        duty = found[index]
        if last is None or duty.helps or duty.end != last.end or not before <= duty.end <= start:
            return
        found[index] = replace(duty, end=end)


def _in_sentence(sentence: str, units: Sequence[Mention], at: int, goes_on: bool, given_out: bool) -> list[Duty]:
    places = [(unit.start - at, unit.end - at) for unit in units if unit.end - at <= len(sentence)]
    found: list[tuple[_Chain, int, bool]] = []
    folded = fold(sentence)
    for chain in _chains(folded, actors(sentence, places)):
        begun = _begun(sentence, folded, chain, goes_on or bool(found), given_out)
        if begun is not None:
            found.append((chain, *begun))
    duties: list[Duty] = []
    stop = after = len(sentence)  # a piece ends where the next actor's begins, who does not help
    for chain, begin, helps in reversed(found):
        last = at + (len(sentence) if helps or not sentence[chain[-1].end : stop].strip(" :") else stop)
        begin = 0 if not helps and _ONLY_ROLE.fullmatch(folded, chain[-1].end, after) else begin
        duties += [Duty((at + a.start, at + a.end), at + begin, last, helps) for a in reversed(chain)]
        given = _GIVEN.search(folded, max(0, chain[0].start - NEAR), chain[0].start)  # who gives it has it too
        stop, after = stop if helps or given else chain[0].start, chain[0].start
    return duties[::-1]


def _begun(sentence: str, folded: str, chain: _Chain, led: bool, given_out: bool) -> tuple[int, bool] | None:
    """Where the task of actors begins and whether they only help; None where nothing is given to them."""
    start, end = chain[0].start, chain[-1].end
    near = folded[:start] if start < NEAR else "…" + folded[start - NEAR : start]
    before = _BEGINS.search(near)
    if before is None or (before["by"] == "do" and sentence[start - 3 : start - 1].lower() != "do"):  # 'đó', 'đồ'
        before = _WHEN.search(near)
    if before is None or (led and before.groupdict().get("asks")):
        return None
    after = _BRACKET.sub("", sentence[end : end + NEAR])
    each = _EACH.match(fold(after))
    after = after[each.end() :] if each else after
    by, with_ = (before.groupdict().get(name) for name in ("by", "with"))
    verb = work(after)
    if (with_ == "co" and not _JOINS.match(fold(after))) or (by == "duoc" and not verb):
        return None
    role = sentence[chain[-1].start : end].lower()
    if (
        _NOBODY.match(after)
        or (_VILLAGE.match(role) and verb in _LIVES)
        or (not chain[0].named and _no_duty(fold(role), after))
    ):
        return None
    helps = bool(with_) or (led and bool(_HELPS.match(verb)))
    done = by and (by == "do" or by.endswith(" la")) and _ENDED.match(after)  # 'vòng loại do Đoàn xã.'
    brings = chain[0].named and before.group().strip() in (":", ",") and _BRINGS.match(after)
    if not (verb or helps or done or brings or _heads(sentence, chain, given_out) or _does(chain, after, before)):
        return None
    return (0 if by or helps or brings else start), helps


def _no_duty(role: str, after: str) -> bool:
    """'Trưởng ban chỉ đạo' is a title, 'chủ thầu ép thợ … thì' a condition, 'đơn vị lo:' a label."""
    return bool(
        _IF.match(after)
        or _MADE_OF.match(after)
        or after.startswith(" thường trực")
        or (role.endswith("ban") and _TITLE.match(after))
        or _LABEL.match(after)
    )


def _heads(sentence: str, chain: _Chain, given_out: bool) -> bool:
    """Whether actors stand before a colon, over what they have to do."""
    colon = _COLON.match(sentence[chain[-1].end :][:NEAR]) if chain[0].start == 0 else None
    if colon is None:
        return False
    if _PERSON.match(sentence, chain[-1].end + colon.end()):
        return False
    return chain[0].named or given_out or bool(work(sentence[chain[-1].end + colon.end() :][:NEAR]))


def _does(chain: _Chain, after: str, before: re.Match[str]) -> bool:
    """Whether a unit at the beginning of its clause is followed by a verb, whichever it is."""
    return chain[0].named and chain[-1].named and not before.group().strip(" :") and acts(after)


def _chains(folded: str, found: list[Actor]) -> Iterator[_Chain]:
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
