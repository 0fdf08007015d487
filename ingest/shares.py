"""Shares of a work, told by a number behind a name: 'Trồng 1.200 cây: Đồi Trong 420; Đồi Ngoài 480'.

Who is told by a bare name counts only where several stand in a row behind a work that people do themselves: behind
money, places and targets the same form gives out nothing. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ingest.actors import WORDS, work
from plan.text import CAPITALS, any_of

_NAME = rf"[{CAPITALS}][^\W\d_]*"
_WHO = rf"(?:(?i:thôn|bản|ấp|xóm|buôn|làng|khu phố|tổ|đội) )?(?:{_NAME}(?: {_NAME}){{0,3}}|(?<= )[1-9]\d?(?=: ))"
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
