"""Plans that are state secrets: the stamp MẬT, TỐI MẬT or TUYỆT MẬT in the head of a document. Pure.

The stamp stands alone: on a line of its own above the title, or as a line "Độ mật: Tối mật". "Bảo mật", "văn bản mật"
or "bảo vệ bí mật nhà nước" in a title or in the text are words of the plan and no stamp.
"""

from __future__ import annotations

import re

from plan.text import nfc, squeeze

HEAD_LINES = 40
_LEVEL = r"(?P<level>TUYỆT\s+MẬT|TỐI\s+MẬT|MẬT|Tuyệt mật|Tối mật|Mật)"
_ALONE = re.compile(rf"\W*(?:(?:ĐỘ MẬT|Độ mật|DẤU|Dấu)\s*:?\s*)?{_LEVEL}\W*")
# A column layout puts the stamp beside the letterhead: "UBND XÃ A    MẬT    CỘNG HÒA …". Capitals only, set off.
_BESIDE = re.compile(r"(?:^|\s{2,}|\t|\|)\s*[\[(*]*(?P<level>TUYỆT MẬT|TỐI MẬT|MẬT)[\])*]*\s*(?:$|\s{2,}|\t|\|)")
_TITLE = re.compile(r"\W*K\s?Ế\s+HO\s?ẠCH\b")


def secrecy(text: str) -> str:
    """'MẬT', 'TỐI MẬT' or 'TUYỆT MẬT' when the head of a document bears that stamp, otherwise ''."""
    for line in _head(text):
        found = _ALONE.fullmatch(squeeze(line)) or _BESIDE.search(line)
        if found:
            return re.sub(r"\s+", " ", found["level"]).upper()
    return ""


def _head(text: str) -> list[str]:
    """The lines above the title, at most forty."""
    head: list[str] = []
    for line in nfc(text).splitlines()[: HEAD_LINES * 3]:
        if not line.strip():
            continue
        if _TITLE.match(squeeze(line)) and head:
            # The stamp may also stand between the title and its subject.
            return [*head, *_next_lines(text, line)]
        head.append(line)
        if len(head) == HEAD_LINES:
            break
    return head


def _next_lines(text: str, title: str) -> list[str]:
    after = nfc(text).split(title, 1)[1].splitlines()
    return [line for line in after if line.strip()][:3]
