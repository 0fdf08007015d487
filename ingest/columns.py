"""What the columns of a table are for: who leads, who helps, by when, with what product, for how much money.

Two witnesses are heard for each column: the words of its head, whole words only, and what its cells say — units and
people, dates, sums. A head that promises a unit over cells without any is believed by nobody. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from plan.due import date_phrases
from plan.model import Field
from plan.text import CAPITALS, fold
from plan.units import find_units

AMOUNT = "amount"
LONG = 0.7  # of the longest column's length: what a row is about stands first among those that are as long
LOOKED_AT = 40  # rows that are looked at
_SOMEBODY = r"(?:don vi|co quan|bo phan|phong|ban|to chuc|ca nhan|nguoi|can bo|ai|ben|doi|to|noi)"
_DOES = (
    r"(?:thuc hien|lam|phu trach|chiu trach nhiem|lo|tham muu|chinh|duoc giao|dam nhan|dung ra|theo doi|to chuc|"
    r"quan ly|dieu hanh|truc|day|dung lop|lai xe|dan duong|(?:trong|giu|canh|coi)(?: \w+)?)"
)
_KEEPER = re.compile(r"\bnguoi (?:trong|giu|canh|coi)\b")
_COUNTS = re.compile(r"(?:stt|tt|số tt|mã)\b", re.IGNORECASE)
_PERSON = re.compile(rf"(?:[{CAPITALS}][^\W\d_]*[ -]?){{2,5}}")
_HEADS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        Field.COORDINATING,
        re.compile(
            r"\b(?:phoi hop|cung (?:lam|thuc hien|lo|ai|to chuc|phoi hop)|ho tro|(?:nguoi|ai|ben) (?:giup|cung)|"
            r"tham gia|giup (?:viec|suc)?|gop suc|voi ai|cung ai)\b"
        ),
    ),
    (
        Field.LEAD,
        re.compile(
            rf"\b(?:chu tri|dau moi|phu trach|trach nhiem|phan cong|duoc giao|tham muu|(?:lam|dung|lo|thuc hien) chinh|"
            rf"{_SOMEBODY}(?:[ ,/]+{_SOMEBODY})*(?: {_DOES})+|ai lam|giao cho|thuc hien)\b|"
            rf"^{_SOMEBODY}(?:[ ,/]+{_SOMEBODY})*$"
        ),
    ),
    (
        Field.DEADLINE,
        re.compile(
            r"\b(?:thoi gian|thoi han|thoi diem|han|tien do|hoan thanh|lo trinh|xong|moc|khi nao|bao gio|ky han|ngay|"
            r"khep lai|ket thuc|cham nhat|khi)\b"
        ),
    ),
    (
        Field.PRODUCT,
        re.compile(
            r"\b(?:san pham|minh chung|ket qua|dau ra|phai nop|(?<!noi )(?<!cho )(?<!nguoi )nop|ra gi|"
            r"tai lieu (?:kem|phai|nop)|ho so phai co|bao cao)\b"
        ),
    ),
    (AMOUNT, re.compile(r"\b(?:kinh phi|so tien|du toan|muc chi|muc|tien|thanh tien|chi phi|trieu|nghin|dong|gia)\b")),
    (
        Field.TASK,
        re.compile(r"\b(?:noi dung|nhiem vu|cong viec|viec|hoat dong|hang muc|danh muc|ten|chi tieu|muc tieu|mon)\b"),
    ),
)
_PEOPLE = re.compile(
    r"(?:ong|ba|dong chi|d/c|anh|chi|co|thay|chu|bac|o|b)\b[. ]|(?:pho |truong |chu tich|giam doc|bi thu|hieu truong|"
    r"chanh |dai dien|can bo|cong chuc|ke toan|lanh dao)"
)
_BODIES = re.compile(
    r"(?:phong|ban|hoi|tram|doan|trung tam|ubnd|uy ban|van phong|vp|to|truong|thon|ap|khu pho|kp|xa|cong ty|so|mttq|"
    r"mat tran|cong an|buu dien|ngan hang|doi|hop tac xa|nha may|dien luc|hat|don|cac|p\.|ttpvhcc|ttdv\w*|bch\w*|"
    r"tieu ban|bo phan|chi bo)\b"
)
_WATCHES = re.compile(r"\b(?:theo doi|quan ly)\b")  # who watches over a figure is given no task by that
_WHERE = re.compile(
    r"^(?:dien thoai|sdt|so dt|email|lien he|"
    r"dia (?:diem|ban|chi)|noi|diem|cho|thon|ap|ban|xa|to|khu|vi tri|chu the|don vi tinh|dvt|ghi chu|so luong)\b"
)
_MONEY = re.compile(r"[\d.,]+(?:\s*(?:dong|d|trieu|ty|nghin|trd).*)?\Z")
_WHEN = re.compile(
    r"\d{1,2}[/.-]\d{1,2}|\b(?:thang|quy|tuan|ngay|nam|thuong xuyen|hang|hom|sang|chieu|toi|sau|truoc)\b"
)


@dataclass(frozen=True, slots=True)
class _Share:
    """Of the filled cells of a column, how many name somebody, say when, are sums; and how long they are."""

    filled: int
    bodies: float
    dates: float
    sums: float
    length: float
    names: float = 0.0  # of them, how many are names of people without a word before them


def roles(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The role of each column: a value of `Field`, 'amount', or '' where neither head nor cells tell."""
    shares = [_share([row[i] for row in rows[:LOOKED_AT] if i < len(row) and row[i]]) for i in range(len(columns))]
    found = [_role(fold(name), share) for name, share in zip(columns, shares, strict=True)]
    for role in (Field.LEAD, Field.DEADLINE, Field.PRODUCT):
        _keep_one(found, role, columns, shares)
    if not {Field.COORDINATING, Field.DEADLINE, Field.PRODUCT} & set(found):
        found = [
            "" if role == Field.LEAD and _WATCHES.search(fold(columns[i])) else role for i, role in enumerate(found)
        ]
    if any(role in (Field.LEAD, Field.DEADLINE) for role in found) and Field.TASK not in found:
        free = [i for i, role in enumerate(found) if not role and shares[i].filled and shares[i].sums < 0.5]
        said = [i for i in free if not _WHERE.search(fold(columns[i]))]
        free = said or (free if Field.LEAD in found else [])  # who is at a place has a task, a day and a place are none
        kept = Field.LEAD in found and _KEEPER.search(fold(columns[found.index(Field.LEAD)]))
        if kept:  # what is kept is named first
            free = [
                i for i in range(len(columns)) if not found[i] and shares[i].filled and not _COUNTS.match(columns[i])
            ][:1]
        if free:
            longest = max(shares[i].length for i in free)
            found[next(i for i in free if shares[i].length >= LONG * longest)] = Field.TASK
    return tuple(str(role) for role in found)


def _share(cells: Sequence[str]) -> _Share:
    folded = [fold(cell).strip() for cell in cells]
    count = max(1, len(cells))
    bodies = sum(bool(_PEOPLE.match(f) or _BODIES.match(f) or find_units(f)) for f in folded)
    dates = sum(bool(_WHEN.search(f) or date_phrases(f)) and len(f) < 90 for f in folded)
    sums = sum(bool(_MONEY.match(f)) for f in folded)
    names = sum(bool(_PERSON.fullmatch(cell.strip())) for cell in cells)
    return _Share(len(cells), bodies / count, dates / count, sums / count, sum(map(len, folded)) / count, names / count)


def _role(head: str, share: _Share) -> str:
    """The first role that the head's words name and the cells do not contradict."""
    for role, pattern in _HEADS:
        if pattern.search(head) and (_agrees(role, share) or (role == Field.LEAD and _keeps(head, share))):
            return role
    return ""


def _agrees(role: str, share: _Share) -> bool:
    if not share.filled:
        return True
    if role in (Field.LEAD, Field.COORDINATING):
        return share.bodies >= 0.4 and share.sums < 0.3
    if role == Field.DEADLINE:
        return share.dates >= 0.4
    if role == AMOUNT:
        return share.sums >= 0.5
    if role == Field.TASK:
        return share.sums < 0.5
    return share.sums < 0.8 and share.dates < 0.8


def _keeps(head: str, share: _Share) -> bool:
    """'Người giữ khóa' over names of people."""
    return bool(_KEEPER.search(head)) and share.names >= 0.5


def _keep_one(found: list[str], role: str, columns: Sequence[str], shares: Sequence[_Share]) -> None:
    """Of two columns for one role the one whose head says it most plainly; the first of equals."""
    rivals = [i for i, name in enumerate(found) if name == role]
    if len(rivals) < 2:
        return
    best = min(rivals, key=lambda i: (not _plainly(role, fold(columns[i])), not shares[i].filled, i))
    for index in rivals:
        if index != best:
            found[index] = ""


def _plainly(role: str, head: str) -> bool:
    plain = {
        Field.LEAD: r"chu tri|thuc hien|lam|dau moi|chinh|tham muu|phu trach",
        Field.DEADLINE: r"\bhan\b|hoan thanh|xong|thoi han|ket thuc|khep lai|cham nhat|\bden\b",
        Field.PRODUCT: r"san pham|ket qua|nop",
    }
    return bool(re.search(plain.get(Field(role), "^$"), head))
