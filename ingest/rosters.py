"""Who has a turn or a share by being named in a row: rosters ('Tổ 1: Công an xã, Trạm Y tế'), forces, each with how
many it sends ('gồm: ĐTN 60 người, Hội LHPN 50 người'), shares of a work ('Trồng 1.200 cây: Đồi Trong 420; Đồi Ngoài
480').

A roster is a label with nothing but names behind it; what label may stand there is told in `data/rosters.txt`. Units
behind a person's name say whose he is. A share told by a bare name counts only where several stand in a row behind a
work that people do themselves: behind money, places and targets the same form gives out nothing. Pure.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ingest.actors import WORDS, actors, begins_with_somebody, names_somebody, starts_with_work, work
from ingest.people import people
from plan.fields import label_field
from plan.model import FieldValue
from plan.patterns import patterns
from plan.text import CAPITALS, any_of, any_word, fold, sentence_start
from plan.units import Mention, find_units

SEVERAL = 2  # labels in one paragraph, each with nothing but names behind it
_WORDS = patterns(Path(__file__).with_name("data") / "rosters.txt")
_TURN, _NO_TURN = re.compile(_WORDS["turns"]), re.compile(_WORDS["no turns"])
_NO_FORCES, _NO_THING = re.compile(_WORDS["no forces"]), _WORDS["no thing"]
_VILLAGE = re.compile(r"(?:thôn|bản|ấp|xóm|buôn|làng|khu phố|tổ dân phố|cụm)\b", re.IGNORECASE)
_PIECE = re.compile(r"(?:[^.;]|[.;](?!\s|$))+")
_LABEL = re.compile(r"\s*([^:;]{2,90}?)\s*:\s+")
_TAGGED = re.compile(r"\s*([^:;()]{8,120}?)(?:\s*\((?=[^()]*\)\s*(?:,[^;()]*)?$)|\s(?:[-–—→]|=>)\s(?=[^-–—→]*$))")
_MAY_BE = re.compile(r":\s|\(|\s(?:[-–—→]|=>)\s")
_CONTACT = re.compile(r"(?:người |cán bộ |công chức )?(?:làm )?(?:đầu mối|thường trực)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\b0\d[\d .]{6,}\d")
_PHONE = r"(?:[,;]?\s*(?:-\s*)?\(?(?:số )?(?:điện thoại|đt|sđt|số|zalo|di động)?[: ]*0\d[\d .]{6,}\)?)?"
_AT_END = re.compile(
    r"[\s,;-]*(?:(?:số )?(?:điện thoại|đt|sđt|số|zalo|di động|máy)[: ]*)?0\d[\d .]{6,}\d[\s.]*$", re.IGNORECASE
)
_TASK = re.compile(r"(?:công tác|việc) ", re.IGNORECASE)
_HOW_MANY = r"(?:các|cả|hai|ba|bốn|\d{1,2})"
_TAIL = (
    r"(?:,\s*(?:xong|hoàn thành|chậm nhất|trước|hạn|từ|vào|ngày|lúc|sáng|chiều|tối|"
    r"(?:mỗi|hằng|một|hai|ba|\d+) (?:ngày|tuần|tháng|quý|năm))\b[^:;]*)?"
)
_FIRST = re.compile(rf"\s*(?:{_HOW_MANY}\s+)?")
_WHICH_ONE = re.compile(r" (?:thường trực|tại chỗ|cơ động|sở tại|(?:trong|các|của|ba|hai) thôn|toàn xã)\b")
_WHICH = rf"(?:{_WHICH_ONE.pattern})?"
_GAP = re.compile(rf"{_WHICH}\s*(?:\([^)]*\))?\s*(?:,|;|&|\+|-|,? và|,? cùng)\s*(?:{_HOW_MANY}\s+)?")
_LAST = re.compile(rf"{_WHICH}\s*(?:\([^)]*\))?\)?{_TAIL}{_PHONE}[\s.;,]*")
_POST = re.compile(rf"[^;:]{{0,60}}?\b(?:{_WORDS['posts']})[^,;:]*", re.IGNORECASE)
_PLAIN = r"(?:thôn|bản|ấp|xóm|buôn|làng|khu phố|tổ|đội|hội|đoàn|trạm|các)"
_NAME = rf"(?:(?:{_PLAIN} )?[{CAPITALS}][^\W\d]*|{_WORDS['forces']})(?:[ -][^\W\d]+){{0,9}}?(?= )"
_SENDS = r"(?: (?:nhận|cử|góp|huy động|bố trí|điều|điều động|phân bổ|được))?"
_FORCE = re.compile(
    rf"({_NAME}){_SENDS}:? (\d[\d.,]*) (?!{_NO_THING})([^\W\d][^,;.:()\d]{{1,30}}?)(?=\s*(?:[,;.(]|và |$))"
)
_NEXT_FORCE = re.compile(r"\s*(?:\([^)]*\))?\s*(?:[,;]|và)\s*(?:và )?")
_OPENING = any_word(("gồm:?", "cho:?", "huy động", "Huy động", "điều động", "Điều động"))
_OPENS = re.compile(rf"(?:{_OPENING}|:)\s+(?=\S)")
_PROPER = rf"[{CAPITALS}][^\W\d_]*"
_WHO = rf"(?:(?i:thôn|bản|ấp|xóm|buôn|làng|khu phố|tổ|đội) )?(?:{_PROPER}(?: {_PROPER}){{0,3}}|(?<= )[1-9]\d?(?=: ))"
_UNIT = (
    r"(?: (?:km|ha|m|m2|m3|mét|tấn|kg|cây|cột|cọc|bể|hố|gốc|điểm|tuyến|đoạn|công|ngày công|người|con|thùng|bộ|cái|"
    r"chiếc|suất|bao|tấm|tờ))?"
)
_ITEM = rf"({_WHO}):? (\d+(?:[.,]\d+)*{_UNIT})(?=\s*(?:[;,.]|và |$))"
_BRINGS = re.compile(r"\s+\d+ (?:chiếc|xe|bộ|máy)\b")  # 'Xuồng máy: Ban CHQS xã 03 chiếc'
_PART = re.compile(r"\s+[\d.,]+ (?:km|ha|m|m2|m3|cây|cột|bể|điểm|tuyến)\b")
_ONE = re.compile(_ITEM)
_BARE = re.sub(r"\((?!\?)", "(?:", _ITEM)
_SERIES = re.compile(
    rf"(?:^|(?<=[.;] ))(?P<topic>(?:[^.;:]|\.(?=\d)){{6,200}}?)(?:: | (?=thôn|bản|ấp|xóm))"
    rf"(?P<items>{_BARE}(?:(?:[;,]| và) {_BARE})+)"
)
_DONE = re.compile(rf"(?:chỉ tiêu giao|{any_of(WORDS['shared work'])})(?!\w)", re.IGNORECASE)
_PLACES = re.compile(r"\b(?:tại|ở)(?: [^ ]+){0,4}$|\b(?:chỉ tiêu(?! giao)|mục tiêu|kinh phí|hỗ trợ)\b", re.IGNORECASE)
_ONLY_GIVES = re.compile(r"(?:chia|giao|phân)(?: về| cho)?(?: các \w+| từng \w+)?(?: như sau)?", re.IGNORECASE)


class Share(NamedTuple):
    """Half-open place of who has it, and where the task begins and ends."""

    actor: tuple[int, int]
    start: int
    end: int


def rosters(text: str, units: Sequence[Mention], given_out: bool) -> Iterator[Share]:
    """Everybody whom a label gives a turn or a work, in order."""
    if not _MAY_BE.search(text):
        return
    starts = [unit.start for unit in units]
    at, heads = -1, False  # where the roster begins that is still open, and whether its label lets it
    found: list[tuple[int, bool, Share]] = []
    for piece in _PIECE.finditer(text):
        label = _LABEL.match(piece.group()) or _TAGGED.match(piece.group())
        if label:
            may = _may_head(label, given_out) if label.re is _LABEL else _is_tagged(label[1])
            at, heads = (-1, False) if may is None else (piece.start() + label.start(1), may)
        elif at >= 0 and text[piece.start() - 1] != ";":
            at = -1
        if at < 0:
            continue
        begin = piece.start() + (label.end() if label else 0)
        here = units[bisect_left(starts, begin) : bisect_left(starts, piece.end())]
        names = _only_names(text[begin : piece.end()], [(unit.start - begin, unit.end - begin) for unit in here])
        found += ((at, heads, Share((begin + a, begin + b), at, piece.end())) for a, b in names or ())
        at = -1 if names is None else at
    several = len({begun for begun, _, _ in found}) >= SEVERAL
    yield from (share for _, heads, share in found if heads or several)


def is_turn(label: str) -> bool:
    """Whether a label is one of a team, a turn or a place of duty: 'Tổ 1', 'Tối thứ Sáu'."""
    return bool(_TURN.match(fold(label)))


def is_contact(text: str) -> bool:
    """Whether a line names who is asked or told, and not who leads the task above it: 'Đầu mối: ông A, 0239 …'."""
    label = _LABEL.match(text)
    return bool(label and _CONTACT.match(label[1]) and _begins_with_a_person(text[label.end() :]))


def without_phone(value: FieldValue) -> FieldValue:
    """'bà A, 0239 000 471' → 'bà A'."""
    number = _AT_END.search(value.value)
    return FieldValue(value.value[: number.start()], value.span, value.line) if number else value


def has_phone(text: str) -> bool:
    """Whether somebody's number stands in a line."""
    return _NUMBER.search(text) is not None


def _may_head(label: re.Match[str], given_out: bool) -> bool | None:
    """Whether a label is one of a turn, a work or, where duties are given out, anything but somebody; a village is one
    where somebody by name stands behind it: 'Thôn Đông: ông A, Hội Nông dân'. None for what never heads a roster."""
    name = label[1]
    if _CONTACT.match(name):
        return True
    turn = is_turn(name) or (_VILLAGE.match(name) is not None and _begins_with_a_person(label.string[label.end() :]))
    if _NO_TURN.search(name.lower()) or label_field(name) or (not turn and names_somebody(name, False)):
        return None
    return turn or given_out or starts_with_work(f" {name[:1].lower()}{name[1:]}")


def _is_tagged(work: str) -> bool | None:
    """Whether a work is told for which somebody stands in brackets or behind a dash: 'Phun khử khuẩn (Trạm Y tế)'."""
    plain = _NO_TURN.search(work.lower()) is None and not find_units(work)
    return True if plain and starts_with_work(f" {_TASK.sub('', work)[:1].lower()}{_TASK.sub('', work)[1:]}") else None


def _begins_with_a_person(rest: str) -> bool:
    return next((who.start for who in people(rest)), 1) == 0


def _only_names(rest: str, units: list[tuple[int, int]]) -> list[tuple[int, int]] | None:
    """The places of all who are named; None where something else stands there. Who has a post has no turn by it."""
    named = [each for each in people(rest) if not _in_bracket(rest, each.start)]
    if any(each.duty >= 0 for each in named):
        return None
    inside = [(each.start, each.told) for each in named]
    names = _WHICH_ONE.sub(lambda which: ",".ljust(len(which[0])), rest)
    units = [unit for unit in units if names[slice(*unit)].strip(" ,")]
    found = [each for each in actors(names, units) if not _in_bracket(rest, each.start)]
    found = [each for each in found if not any(start <= each.start < told for start, told in inside)]
    kept: list[tuple[int, int]] = []
    at, gap, owner = 0, _FIRST, False
    both = [(each.start, each.end, each.told) for each in named] + [(each.start, each.end, 0) for each in found]
    for start, end, told in sorted(both):
        if not gap.fullmatch(rest, at, start):
            return None
        stop = next((other.start for other in named if other.start > start), len(rest))
        post = _POST.match(rest, end, stop) if told else None
        if not (post or (owner and not told and rest[at:start].strip() == ",")):  # 'ông A, Trạm Y tế'
            kept.append((start, end))
        at, gap, owner = max(told, post.end() if post else end), _GAP, bool(told)
    return kept if gap is _GAP and _LAST.fullmatch(rest, at) else None


def _in_bracket(text: str, at: int) -> bool:
    return text.count("(", 0, at) > text.count(")", 0, at)


def forces(text: str) -> Iterator[Share]:
    """Everybody who sends or gets a number of people or things, where several do."""
    last = 0
    for opened in _OPENS.finditer(text):
        if opened.end() < last:
            continue
        items = list(_forces_at(text, opened.end()))
        start = sentence_start(text, opened.start())
        if len(items) < 2 or _NO_FORCES.search(fold(text[start : opened.start()])):
            continue
        if 2 * sum(begins_with_somebody(item[1]) for item in items) > len(items):
            last = items[-1].end()
            yield from (Share(item.span(1), start, item.end()) for item in items)


def _forces_at(text: str, at: int) -> Iterator[re.Match[str]]:
    while item := _FORCE.match(text, at):
        yield item
        more = _NEXT_FORCE.match(text, item.end())
        if more is None:
            return
        at = more.end()


def shares(text: str) -> Iterator[Share]:
    """Every share that a paragraph gives out, in order."""
    if ":" not in text:
        return
    for series in _SERIES.finditer(text):
        topic, start = series["topic"], series.start()
        if not _DONE.match(topic) or _PLACES.search(topic):
            continue
        if _ONLY_GIVES.fullmatch(topic):  # 'Đóng 240 cọc tre. Chia cho thôn 1: 60; thôn 2: 80'
            start = text.rfind(". ", 0, max(0, start - 2)) + 2 if ". " in text[: max(0, start - 2)] else 0
        for item in _ONE.finditer(text, series.start("items"), series.end("items") + 1):
            yield Share(item.span(1), start, item.end())


def brings(before: str, named: bool, after: str) -> bool:
    """Whether a number behind somebody is what he brings, or his share of a work: 'Phát quang: bản Nà 3,5 km, …'."""
    colon = before.rfind(":")
    return bool((named and _BRINGS.match(after)) or (colon > 0 and _PART.match(after) and work(before[:colon])))
