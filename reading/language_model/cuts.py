"""Cutting words out of a sentence: where in a text they stand, and whether the cut still says what the sentence says.

"thu phí" stands in "không thu phí" and says the opposite; "30/6" stands in "trước 30/6" and says less. A part that
loses a word which turns or limits it is not shown by itself: the whole piece is.
"""

from __future__ import annotations

import re

from plan.text import lower, nfc

# What turns a statement round or limits it, wherever it stands in the statement.
TURNING = (
    r"không chưa chẳng đừng cấm trừ miễn tránh chỉ nếu ngừng dừng hủy huỷ hoãn khi trường\shợp ngoại\strừ dự\skiến"
    r" khuyến\skhích có\sthể đề\snghị từ\schối bãi\sbỏ kết\sthúc bắt\sđầu khởi\scông thiếu chống bỏ"
)
# What says how the words right after it are meant.
LIMITING = (
    r"trước sau chậm\snhất muộn\snhất ít\snhất nhiều\snhất tối\sthiểu tối\sđa trên dưới hơn quá từ đến hết khoảng"
    r" gần trong vượt mỗi hằng hàng tăng giảm đạt"
)
NEAR = 3  # words before a part in which a limiting word is about it

_TURN = re.compile(rf"(?<!\w)(?:{TURNING.replace(' ', '|')})(?!\w)")
_LIMIT = re.compile(rf"(?<!\w)(?:{LIMITING.replace(' ', '|')})(?!\w)")
_STOP = re.compile(r"[.;:!?](?=\s|$)|\n")
_GAP = r"[\s*_`#|]+"


def find(part: str, text: str) -> tuple[int, int] | None:
    """Where a part stands in a text, word for word: only spaces and the marks between words may differ."""
    words = [re.escape(word) for word in re.split(_GAP, nfc(part)) if word]
    if not words:
        return None
    found = re.search(rf"(?<!\w){_GAP.join(words)}(?!\w)", text)
    return found.span() if found else None


def keeps_sense(text: str, start: int, end: int) -> bool:
    """Whether nothing that turns or limits the words from `start` to `end` is left out."""
    whole = lower(text)
    before = [stop.end() for stop in _STOP.finditer(whole, 0, start)]
    after = _STOP.search(whole, end)
    head = whole[before[-1] if before else 0 : start]
    tail = whole[end : after.start() if after else len(whole)]
    near = " ".join(re.findall(r"\S+", head)[-NEAR:])
    return not (_TURN.search(head) or _TURN.search(tail) or _LIMIT.search(near) or re.match(r"\s*trở\s", tail))


def turns(text: str) -> list[str]:
    """The words of a text that turn or limit it, in order."""
    told = lower(text)
    return sorted((*_TURN.findall(told), *_LIMIT.findall(told)))
