"""Who issues a plan, read from the letterhead alone: a commune, a province, a department, a school, a party body.

The letterhead names the body above and the body itself: 'UBND TỈNH BÌNH LẠC' over 'SỞ CÔNG THƯƠNG'. Nothing is taken
from the body of the plan, where other places are named. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from plan.text import fold

_OTHER = re.compile(
    r"cong hoa xa hoi|doc lap|dang cong san|so\s*[:.]|so\s+[\d.…/-]|\*|(?:cong van|van ban) den|den\b|ngay\b|v/v|"
    r"ve viec|kh?an\b|mat\b|du thao|ke hoach|---|___"
)
_MOTTO = re.compile(r"c\S{1,3}ng hoa xa hoi|doc lap\s*-|dang cong san viet nam|\t|\||\s{3,}")
_COMMITTEE = re.compile(r"(?:u\S? ?ban nhan dan|ubnd)\b")
_NEEDS_PLACE = re.compile(r"(?:hoi dong nhan dan|hdnd|dang uy|cong an|doan|doan tncs ho chi minh|hoi [a-z ]+)\s*\Z")
_TERRITORY = re.compile(r"(?:xa|phuong|thi tran|dac khu|tinh|thanh pho|tp\.?|huyen|quan|thi xa)\b")
_DAY = re.compile(r"\bngay\b.*\bthang\b")
_ABOVE = re.compile(r"\s+(?:tinh|thanh pho|tp\.?|huyen)\b")
_VOWELS = re.compile(r"[aeiouy]")
# Words of two syllables of which only the first is written large in the name of a body.
_WORDS = (
    "Đảng ủy|Ủy ban|Mặt trận|Tổ quốc|Hội đồng|Nhân dân|Công an|Chấp hành|Thường trực|Thường vụ|Chỉ đạo|Chỉ huy|Quản lý|"
    "Quân sự|Trung tâm|Văn phòng|Liên hiệp|Phụ nữ|Nông dân|Cựu chiến|Thanh niên|Y tế|Giáo dục|Đào tạo|Kinh tế|Văn hóa|"
    "Xã hội|Nông nghiệp|Môi trường|Tài nguyên|Tài chính|Nội vụ|Tư pháp|Xây dựng|Khoa học|Công nghệ|Thể thao|Du lịch|"
    "Dịch vụ|Hành chính|Tổng hợp|Bệnh viện|Tiểu học|Mầm non|Mẫu giáo|Trung học|Cơ sở|Phổ thông|Bảo hiểm|Kiểm lâm|"
    "Biên phòng|Lao động|Thông tin|Truyền thông|Giao thông|Vận tải|Thiên tai|Tuyên giáo|Dân vận|Tổ chức|Kiểm tra|"
    "Chi cục|Phòng chống|Phòng, chống|Bầu cử|Liên đoàn|Chính trị|Dân tộc|Tôn giáo|Quy hoạch|Đầu tư|Phát triển|"
    "Dự án|Thi đua|Khen thưởng|Điều tra|An toàn|Phòng thủ|Dân sự|Nghĩa vụ|Vận động|Chăm sóc|Sức khỏe|Hiến máu|"
    "Tình nguyện|Hợp tác xã"
)
_WORD = re.compile(rf"\b(?:{_WORDS})\b", re.IGNORECASE)
_INSIDE = re.compile(r"(?<= )(?:Xã|Phường|Tỉnh|Thị Trấn|Đặc Khu|Thị Xã|Huyện|Quận|Thành Phố)(?= [^\W\d_]|$)")
_ORGAN = re.compile(r"(?:ban thuong truc|ban thuong vu|doan tncs ho chi minh\Z)|thuong truc hdnd")
_SMALL = {"và", "của", "về", "tại", "các", "cho", "với", "trên"}
_KEPT = {"UBND", "HĐND", "MTTQ", "THCS", "THPT", "UBMTTQ", "GD&ĐT", "TNCS", "BCH", "TP"}


def issuer_of(lines: Sequence[str]) -> str:
    """The issuing body in usual letters, '' when the letterhead names none."""
    names = [name for line in lines if (name := _name(line))]
    if not names:
        return ""
    while len(names) > 1 and _ORGAN.match(fold(names[-1])):
        names.pop()
    last = names[-1]
    if _TERRITORY.match(fold(last)) and len(names) > 1 and _needs_place(fold(names[-2])):
        last = f"{names[-2]} {last}"
    committee = _COMMITTEE.match(fold(last))
    if committee:
        rest = last[committee.end() :].strip()
        above = _ABOVE.search(fold(rest))
        rest = rest[: above.start()] if above else rest
        return f"UBND {_usual(rest)}".strip() if rest else ""
    return _usual(last)[:1].upper() + _usual(last)[1:] if len(last.split()) >= 2 else ""


def _needs_place(folded: str) -> bool:
    """Whether the place on the next line goes with the body above it: 'HỘI ĐỒNG NHÂN DÂN' over 'XÃ HOA TRẦM'."""
    return bool(_COMMITTEE.search(folded) or _NEEDS_PLACE.search(folded))


def _name(line: str) -> str:
    """The part of a line of the letterhead that names a body, '' for motto, number, date and the like."""
    line = line.strip(" *_#|\t\n")
    cut = _MOTTO.search(fold(line))
    left = line[: cut.start() if cut else None].strip(" *_-–|\t")
    if len(left) < 4 or _OTHER.match(fold(left)) or _DAY.search(fold(left)) or re.search(r"\d{2,}/", left):
        return ""
    letters = [char for char in left if char.isalpha()]
    capital = sum(char.isupper() for char in letters) >= 0.8 * len(letters)
    return left if letters and len(left) < 90 and (capital or _COMMITTEE.match(fold(left))) else ""


def _is_short(word: str) -> bool:
    """'THCS', 'BHXH,': letters that stand for words."""
    return word in _KEPT or not _VOWELS.search(fold(word))


def _usual(name: str) -> str:
    """'SỞ CÔNG THƯƠNG' → 'Sở Công Thương'; a kind of place in small letters: 'xã Hoa Trầm'."""
    words = [word.capitalize() if word.isupper() and not _is_short(word) else word for word in name.split()]
    words = [word.lower() if word.lower() in _SMALL else word for word in words]
    text = _WORD.sub(lambda found: found.group()[:1] + found.group()[1:].lower(), " ".join(words))
    text = text.replace("Hội đồng Nhân dân", "Hội đồng nhân dân").replace("Ủy ban Nhân dân", "Ủy ban nhân dân")
    text = _INSIDE.sub(lambda found: found.group().lower(), text)
    match = _TERRITORY.match(fold(text))
    return text[: match.end()].lower() + text[match.end() :] if match else text
