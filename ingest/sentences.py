"""Duties inside sentences: '…, Công an xã giữ trật tự; nhà thuốc do Trạm Y tế kiểm tra', 'giao Trung tâm … thực hiện'.

A duty is an actor (a unit, or a role that stands for one) where a clause of the sentence may begin, with a verb of work
behind it. Several actors in one sentence have a piece of it each. Pure.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.actors import (
    NEAR,
    Actor,
    actors,
    acts,
    anybody,
    behind_work,
    extended,
    starts_with_work,
    work,
)
from ingest.people import Charge, led_by, names_a_person, people
from ingest.shares import brings, shares
from plan.fields import label_field
from plan.text import fold
from plan.units import Mention, find_units

_BEGINS = re.compile(
    r"(?:^|[,:(+-]\s*|(?:^|[,:]\s*)(?P<asks>de nghi|yeu cau)\s+|"
    r"(?<!luan )(?<!van )(?<!di )\b(?P<to>(?:ve|cho|den|bao|chuyen|gui)(?: cho| ve| den)?)\s+|"
    r"\b(?P<by>do|(?:nguoi|dau moi|don vi) [^,;]{2,40} la|giao(?: cho)?|phan cong|thi|rieng|duoc|phoi hop giua)\s+|"
    r"\b(?P<with>phoi hop(?: chat che)?(?: voi| cung)?|cung(?: voi)?|di cung co|co)\s+|\b(?:con|va)\s+)"
    r"(?:(?:cac )?(?:dong chi|d/c)\s+)?$"
)
_BEGINS_BEHIND = (  # the last letters of all that stands there: what ends otherwise is not looked through
    *(",", ":", "(", "+", "-", "nghi", "cau", "ve", "cho", "den", "bao", "chuyen", "gui", "do", "la", "giao", "cong"),
    *("thi", "rieng", "duoc", "giua", "hop", "che", "voi", "cung", "co", "con", "va", "dong chi", "d/c"),
)
_OBJECTS = re.compile(  # before a list of those who are written to, invited or belong to something
    r"\b(?:voi|cung|cua|giua|gom|moi|gui|cho|toi|den|la|va|ve|bao|bao cao|trinh|cac|tai|nop|theo|thu ky|tu) $"
)
_WHEN = re.compile(  # a time that stands before who acts then: 'trong 03 ngày làm việc', 'quá hạn', 'lần thứ hai'
    r"(?:^|[,:(+-]\s*)(?:cham nhat )?(?:\d+ ngay (?:lam viec|sau do)|qua han|lan (?:thu )?\w+|"
    r"(?:trong|sau|truoc|qua) (?:vong )?\d+ (?:phut|gio|ngay|tuan|thang)(?: lam viec)?(?: (?:sau|ke tu)(?: \w+){1,3})?|"
    r"(?:hang|moi|cuoi|dau) (?:ngay|tuan|thang|quy|nam|dot|vu)|(?:tu |den |truoc )?(?:ngay|thang) [\d/]+|"
    r"(?:tu )?muc \w+|xong moi dot|sau moi (?:dot|buoi|vu|ky))\s+$"
)
_MADE_OF = re.compile(r"(?:\s+\w+){0,4}\s+gồm\b")
_TITLE = re.compile(r"\s*(?:chỉ đạo|chỉ huy|điều hành|quản lý)\b[^,.;:]{0,3}(?:[,.;:()]|ông |bà |$)")
_IF = re.compile(r"[^,.;]{3,80}\sthì(?:\s|$)")
_VILLAGE = re.compile(r"(?:thôn|bản|xóm|ấp|buôn|khu phố)\b")
_GETS = re.compile(r"[^,;.:]{0,40} được ")  # 'Thôn xếp thứ nhất được thưởng'
_LIVES = frozenset({"di", "ra", "giam", "tang", "dung", "den", "thu", "xuong", ""})  # no duty of a village by itself
_INVITES = re.compile(r"(?:(?:kinh |tran trong )?moi|thanh phan|tham du|du hop|cung du|dai bieu|khach moi)\b")
_COMES = frozenset({"du", "hop", "den", "tham gia"})
_NOBODY = re.compile(
    r"\s*không (?:phải|cần)\b|"
    r"[^.;]{3,80}\sthì (?:được|bị)\s|\s*(?:nghiêm túc|khẩn trương) (?:tổ chức |triển khai )?thực hiện|"
    r"[^,.;]{2,60}\s(?:được|bị) (?:bồi dưỡng|hỗ trợ|trả|hưởng|thưởng|tính|xét|miễn|khen|phạt)\b|"
    r"\s*(?:cấp|ủng hộ|hỗ trợ|góp|đóng góp)\s+[\d.,]+ (?:triệu|đồng|tỷ|nghìn)"
)
_PERSON = re.compile(
    r"(?:ông|bà|đồng chí|đ/c|anh|chị|thầy|cô|bác sĩ|(?:trung|thượng|đại|thiếu) (?:tá|úy))\s", re.IGNORECASE
)
_GIVEN = re.compile(r"\w (?:(?:giao|phan cong)(?: cho)?|(?:ve|bao|chuyen|gui)(?: cho| ve| den)?) $")
_ONLY_ROLE = re.compile(r"\s+(?:chu tri|thuc hien|lam|lo|phu trach)(?: thuc hien)?[\s.,;]*")
_IN_ORDER_TO = re.compile(
    r"\s+de(?= )(?! (?:lam (?:can cu|co so)|theo doi|biet)\b)"
)  # 'gửi về Phòng Kinh tế để tổng hợp'
_HANDED = frozenset({"bao", "chuyen", "gui", "gui ve", "gui den", "gui cho", "chuyen cho", "chuyen den", "bao cho"})
_ALONG = re.compile(r"\s*(?:cung (?:lam|du|tham gia|phoi hop|di|lo)|di cung)\b")
_SERVES = re.compile(r"ho tro|giup|gop cong")
_PUBLIC = re.compile(r"\s*(?:nguoi|cac em|ho|ba con|nhan dan|dan|hoc sinh|hoi vien|khach)\b")
_LABELLED = re.compile(
    r"[^.;:]{0,60}:\s+(?:ông|bà|anh|chị|đồng chí|(?:thiếu|trung|thượng|đại) [tú])|\s*:", re.IGNORECASE
)
_ADDRESSED = re.compile(r"^(?:gui|nop|bao|trinh|moi|kinh|noi|dia diem|diem|thanh phan|gom|thanh vien|doi tuong)\b")
_STAFF = re.compile(r"\s+\d+ (?:người|đồng chí|thành viên|cán bộ|đội viên|tình nguyện viên)(?= )")
_WITH = "di cung|tham gia|phoi hop|cung tham gia"
_JOINS = re.compile(rf"\s*(?:{_WITH})\b")
_THERE = re.compile(rf"\s*(?:(?:{_WITH}|chung kien)\b|du\b(?! toan| an| kien| thao))")
_EACH = re.compile(
    r"\s*,?\s*(?:mỗi|từng|moi|tung) (?:trường|thôn|đơn vị|tổ|bến|bên|xã|hội|đội|bản|ban|ấp|nơi|"
    r"truong|thon|don vi|to|xa)\b(?=\s)"
)
_BRACKET = re.compile(r"^\s*\([^)]*\)(?=\s+\w)")
_ENDED = re.compile(r"\s*(?:[,.;]|$)")
_COLON = re.compile(r"\s*(?:\([^)]*\))?\s*:\s+")
_BETWEEN = re.compile(r"\s*(?:\([^)]*\))?\s*(?:,|,? va|&|cung|hoac)\s*(?:cac )?")
_LED_IN = re.compile(r"[\s,]*\b(?:do|giao(?: cho)?|phan cong|thi|rieng|va|con)\s+$")
_PAYS, _MONEY = frozenset({"xã", "phường", "đặc khu"}), re.compile(r"[^,;]*(?:\btiền\b|đồng|%)")
_WHO = re.compile(r"^(?:nguoi|don vi|co quan|ben|bo phan|ai)(?= )")
_LEADS = re.compile(r"dau moi|chu tri|phu trach|thuong truc")
BEFORE = 64  # characters before an actor that tell whether he may act there
FEW = 24  # characters before an actor that tell who is spoken to
TOPIC = 60  # characters of what is done, before a colon
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
    given = [Duty(*share, helps=False) for share in shares(text)]
    units = find_units(text)
    if not units and not anybody(text):
        return tuple(given)
    starts, folded, by_name = [unit.start for unit in units], fold(text), names_a_person(text)
    start = before = 0
    body: tuple[int, int] | None = None  # who is led by somebody named
    for match in (*_END.finditer(text), None):
        end = match.start() if match else len(text)
        inside = units[bisect_left(starts, start) : bisect_left(starts, end)]
        charges = tuple(people(text[start:end])) if by_name else ()
        duties = _in_sentence(text[start:end], folded[start:end], inside, charges, start, before < start, given_out)
        if body and not duties and not charges and starts_with_work(text[start:end]):
            duties = [Duty(body, start, end, False)]
            body = None
        elif not duties and before < start and not charges:
            _go_on(found, before, start, end)
        elif charges and not duties:
            body = led_by(text[start:end], charges, start)
        only = _only_role(folded, duties, start) if before < start and not any(d.end > before for d in found) else -1
        found += [replace(duty, start=before) if _needs_before(folded, duty, only) else duty for duty in duties]
        if match:
            body = body if ";" in match.group() else None
            before = start if ";" in match.group() else match.end()  # who helps helps what stands before ';'
            start = match.end()
    resolved = [_resolved(text, units, duty) for duty in found]
    apart = [
        duty for duty in resolved if not any(duty.actor[0] < g.actor[1] and g.actor[0] < duty.actor[1] for g in given)
    ]
    return tuple(sorted(apart + given, key=lambda duty: duty.actor))


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
    places = [(unit.start - at, unit.end - at) for unit in units if unit.end - at <= len(sentence)]
    found = list(_in_charge(folded, charges))
    others = actors(sentence, places)
    if charges:
        others = [each for each in others if not any(c.start <= each.start < c.told for c in charges)]
    for chain in _chains(folded, others):
        for part in _parts(sentence, folded, chain):
            begun = _begun(sentence, folded, part, goes_on or bool(found), given_out)
            if begun is not None:
                found.append((part, *begun))
                break
    found.sort(key=lambda each: each[0][0].start)
    duties: list[Duty] = []
    stop = after = len(sentence)  # a piece ends where the next actor's begins, who does not help
    for chain, begin, helps in reversed(_told_once(sentence, found)):
        last = at + (len(sentence) if helps or not sentence[chain[-1].end : stop].strip(" :") else stop)
        begin = 0 if not helps and _ONLY_ROLE.fullmatch(folded, max(chain[-1].end, begin - 1), after) else begin
        duties += [Duty((at + a.start, at + a.end), at + begin, last, helps) for a in reversed(chain)]
        given = _GIVEN.search(_near(folded, chain[0].start, FEW))  # who gives or hands it over has it too
        stop, after = stop if helps or given else _piece_ends(folded, chain[0].start), chain[0].start
    return duties[::-1]


def _piece_ends(folded: str, start: int) -> int:
    """Where the piece of who stands before somebody ends: before 'giao' or 'thì', before what is done 'do' him."""
    led_in = _LED_IN.search(_near(folded, start, FEW))
    if led_in and led_in.group().strip(" ,") == "do":
        return max(*(folded.rfind(sign, 0, start) for sign in ",:;"), 0) or start - len(led_in.group())
    return start - (len(led_in.group()) if led_in else 0)


def _parts(sentence: str, folded: str, chain: _Chain) -> Iterator[_Chain]:
    """Actors that stand together, and those behind a comma by themselves: 'cử 01 công chức, Công an xã giữ trật tự'."""
    yield chain
    if (
        len(chain) > 1
        and work(sentence[chain[-1].end :][:NEAR])
        and not _OBJECTS.search(_near(folded, chain[0].start, FEW))
    ):
        for at in range(1, len(chain)):
            if chain[at].named and sentence[chain[at - 1].end : chain[at].start].strip() == ",":
                yield chain[at:]


def _in_charge(folded: str, charges: Iterable[Charge]) -> Iterator[tuple[_Chain, int, bool]]:
    """People by name where a clause may begin."""
    for each in charges:
        if each.duty >= 0 and _BEGINS.search(_near(folded, each.start)):
            yield (Actor(each.start, each.end, True),), each.duty, False


def _told_once(sentence: str, found: list[tuple[_Chain, int, bool]]) -> list[tuple[_Chain, int, bool]]:
    """'MTTQ và các đoàn thể: MTTQ lấy ý kiến; …' gives out duties one by one, and none to all of them."""
    if len(found) < 2 or not _COLON.fullmatch(sentence[found[0][0][-1].end : found[1][0][0].start]):
        return found
    first = {sentence[a.start : a.end].lower() for a in found[0][0]}
    return found[1:] if sentence[slice(*found[1][0][0][:2])].lower() in first else found


def _near(folded: str, start: int, size: int = BEFORE) -> str:
    """What stands right before an actor."""
    return folded[:start] if start < size else "…" + folded[start - size : start]


def _behind(sentence: str, end: int) -> str:
    """What stands right behind actors, but for brackets and how many of theirs it takes."""
    after = sentence[end : end + NEAR]
    after = _BRACKET.sub("", after) if after[:3].lstrip()[:1] == "(" else after
    each = _EACH.match(after)
    after = after[each.end() :] if each else after
    return _STAFF.sub("", after, count=1) if after[1:2].isdigit() else after


def _begun(sentence: str, folded: str, chain: _Chain, led: bool, given_out: bool) -> tuple[int, bool] | None:
    """Where the task of actors begins and whether they only help; None where nothing is given to them."""
    before = _before(sentence, folded, chain[0].start)
    if before is None or (led and before.groupdict().get("asks")):
        return None
    start, after = chain[0].start, _behind(sentence, chain[-1].end)
    by, with_, to = (before.groupdict().get(name) for name in ("by", "with", "to"))
    verb = work(after)
    if to:
        return (start, False) if chain[0].named and _handed(to, fold(after), verb) else None
    if by and by.endswith(" la") and sentence[start : chain[0].end].islower():
        return None  # 'người ứng cử là giáo viên'
    if (with_ == "co" and not _THERE.match(fold(after))) or (
        by == "duoc" and not (verb or (chain[0].named and acts(after)))
    ):
        return None
    if before.group().strip() in (":", ",") and brings(folded[:start], chain[0].named, after):
        return 0, False
    if verb in _COMES and _INVITES.match(folded):
        return None
    if _nothing(sentence[chain[-1].start : chain[-1].end].lower(), chain[0].named, after, verb):
        return None
    helps = bool(with_) or _helps(after, verb, led, chain[0].named)
    done = by and (by in ("do", "duoc") or by.endswith(" la")) and (_ENDED.match(after) or acts(after))
    done = done or (by == "phoi hop giua" and work(folded[:start])) or (by and chain[0].named and acts(after))
    topic = chain[0].named and before.group().strip() == ":" and _is_work(folded[:start], not after.strip(" .;"))
    if verb or helps or done or topic or _heads(sentence, chain, given_out) or _does(sentence, chain, after, before):
        return (0 if by or helps or topic else start), helps
    return None


def _before(sentence: str, folded: str, start: int) -> re.Match[str] | None:
    """What lets somebody act where he stands: the beginning of a clause, 'do', 'giao', a time."""
    near = _near(folded, start)
    may = not near or near.rstrip().endswith(_BEGINS_BEHIND)
    before = _BEGINS.search(near) if may else None
    if before is None or (before["by"] == "do" and sentence[start - 3 : start - 1].lower() != "do"):  # 'đó', 'đồ'
        return _WHEN.search(near)
    return before


def _nothing(role: str, named: bool, after: str, verb: str) -> bool:
    """Whether what stands behind an actor gives no duty: a passive, a sum, who a body is made of."""
    return bool(
        _NOBODY.match(after)
        or (role in _PAYS and _MONEY.match(after))
        or _MADE_OF.match(after)
        or (_VILLAGE.match(role) and (_GETS.match(after) or (" " in role and verb in _LIVES)))
        or (not named and _no_duty(fold(role), after, verb))
    )


def _handed(to: str, after: str, verb: str) -> bool:
    """Whether who gets something has to do something with it: 'gửi về X để tổng hợp', 'chuyển X lập hồ sơ'."""
    purpose = _IN_ORDER_TO.match(after)
    return bool(work(after[purpose.end() :]) if purpose else verb and to in _HANDED)


def _helps(after: str, verb: str, led: bool, named: bool) -> bool:
    """Whether a verb says that somebody only helps: with nobody named, or no people of their own, behind it."""
    rest = behind_work(after)
    if verb == "phoi hop":
        return led or bool(_ENDED.match(rest) or work(rest))
    if _ALONG.match(fold(after)):
        return True
    return led and bool((named and _JOINS.match(verb)) or (_SERVES.match(verb) and not _PUBLIC.match(fold(rest))))


def _is_work(topic: str, alone: bool) -> bool:
    """Whether words before a colon name a work that somebody behind it does: 'Lo lớp: Ban Quản lý chợ.' `alone`: with
    nothing behind; else only what is said to lead: 'Đầu mối tiếp nhận: Bưu điện, ki-ốt 07.'"""
    topic = topic.rstrip(" :")
    said = (
        bool(work(_WHO.sub("", topic, count=1)))
        and len(topic) <= TOPIC
        and not re.search(r"[\d:]", topic)
        and not label_field(topic)
    )
    return said and not _ADDRESSED.search(topic) and (alone or bool(_LEADS.match(topic)))


def _no_duty(role: str, after: str, verb: str) -> bool:
    """'Trưởng ban chỉ đạo' is a title, 'chủ thầu ép thợ … thì' a condition, 'đơn vị lo:' a label."""
    label = verb and _LABELLED.match(behind_work(after))
    return bool(
        _IF.match(after) or after.startswith(" thường trực") or (role.endswith("ban") and _TITLE.match(after)) or label
    )


def _heads(sentence: str, chain: _Chain, given_out: bool) -> bool:
    """Whether actors stand before a colon, over what they have to do."""
    colon = _COLON.match(sentence[chain[-1].end :][:NEAR]) if chain[0].start == 0 else None
    if colon is None:
        return False
    if _PERSON.match(sentence, chain[-1].end + colon.end()):
        return False
    return chain[0].named or given_out or bool(work(sentence[chain[-1].end + colon.end() :][:NEAR]))


def _does(sentence: str, chain: _Chain, after: str, before: re.Match[str]) -> bool:
    """Whether a unit at the beginning of its clause is followed by a verb, whichever it is."""
    village = _VILLAGE.match(sentence[chain[-1].start :].lower())  # 'Thôn đạt chuẩn được thưởng'
    named = chain[0].named and chain[-1].named and not village
    return named and not before.group().strip(" :,") and acts(after)


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
