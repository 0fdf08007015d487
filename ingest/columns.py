"""What the columns of a table are for: who leads, who helps, by when, with what product, for how much money.

Two witnesses are heard for each column: the words of its head, whole words only, and what its cells say — units and
people, dates, sums. A head that promises a unit over cells without any is believed by nobody; where no head says who
leads, the first column of a task table whose cells are units or people does ('Đứng mũi', 'Chính'), and the one
beside it helps ('Góp tay', 'Phụ').

Columns may be units, too, with marks in their cells: 'P' below 'Công an xã' where the plan says 'P: phụ trách'. What a
mark stands for is told by a legend beside the table or by the mark itself ('CT', 'Phối hợp'); where all cells have one
and the same mark and nothing explains it, who has it does the work. Letters that nobody explains give out nothing.
Pure.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.actors import begins_with_somebody
from plan.due import date_phrases
from plan.model import Field
from plan.patterns import patterns
from plan.text import CAPITALS, fold, lower
from plan.units import find_units

AMOUNT = "amount"
LONG = 0.7  # of the longest column's length: what a row is about stands first among those that are as long
LOOKED_AT = 40  # rows that are looked at
_WORDS = patterns(Path(__file__).with_name("data") / "columns.txt")
_SOMEBODY, _ALONE = _WORDS["somebody"], _WORDS["alone"]
_KEEPER = re.compile(r"\bnguoi (?:trong|giu|canh|coi)\b")
_PLACES = re.compile(r"(?:Thôn|Phố|Ấp|Bản|Buôn|Xóm|Khu|Tổ|Làng|Chợ|Cầu|Trường|Quý|Tuần|Đợt)\b")
_PERSON = re.compile(rf"(?:[{CAPITALS}][^\W\d_]*[ -]?){{2,5}}")
_ROLES = (Field.COORDINATING, Field.LEAD, Field.DEADLINE, Field.PRODUCT, AMOUNT, Field.TASK)
_WHOLE: dict[str, str] = {Field.LEAD: rf"|^{_ALONE}(?:[ ,/]+{_ALONE})*$"}
_HEADS = tuple((role, re.compile(rf"\b(?:{_WORDS[role]})\b{_WHOLE.get(role, '')}")) for role in _ROLES)
_PEOPLE, _BODIES = re.compile(_WORDS["people"]), re.compile(_WORDS["bodies"])
_TAKES = re.compile(  # who is at the other end: taught, visited, given something, asked to sign, or away
    r"\b(?:doi tuong|thanh phan|duoc|hoc|du|gom|vang|thay khi|duyet|lien he|ky nhan)\b|\bnhan$"
)
_GETS_WORK = re.compile(r"\bnhan(?: viec)?$")
_IN_CHARGE = re.compile(
    r"\b(?:(?<!thi )(?<!moi )(?<!hien )(?<!cong )truong|nguoi|can bo|giao vien|giang vien|chu nhiem)\b"
)
_BODY_DOES = re.compile(r"(?:don vi|co quan|bo phan|ben|doan nao) \w|nguoi (?:cham|kiem tra|giam sat|thuc hien|lam)\b")
_VILLAGES = re.compile(r"(?:to dan pho|khu pho|thon|ap|ban|buon|xom|cum)\b")
_FIGURES = re.compile(r"[\d\s.,/:%-]+")
_LABEL = re.compile(r"(?:tổ|đội|đoàn|nhóm|đợt|lớp|bàn|cụm|khối|mã|số)(?: số)? \w{1,3}|[a-zđ]{1,3}\d?-?\d{0,3}")
_WATCHES = re.compile(r"\b(?:theo doi|quan ly)\b")  # who watches over a figure is given no task by that
_WHERE = re.compile(
    r"^(?:dien thoai|sdt|so dt|email|lien he|"
    r"dia (?:diem|ban|chi)|noi|diem|cho|thon|ap|ban|xa|to|khu|vi tri|chu the|don vi tinh|dvt|ghi chu|so luong)\b"
)
_MONEY = re.compile(r"[\d.,]+(?:\s*(?:dong|d|trieu|ty|nghin|trd).*)?\Z")
_WHEN = re.compile(
    r"\d{1,2}[/.-]\d{1,2}|\b(?:thang|quy|tuan|ngay|nam|thuong xuyen|hang|hom|sang|chieu|toi|sau|truoc)\b"
)
OF_HEAD = " of head"  # behind the role of a cell that only marks the unit at the head of its column
_SIGN = r"(?:[a-z]{1,2}|[*+✓✔√●○◎◯▲△■□★☆◆◇×]{1,2})"
_DOES = (
    rf"(?:(?:don vi|co quan|bo phan|nguoi|ben|phong) )?(?:(?P<leads>{_WORDS['leads']})|(?P<helps>{_WORDS['helps']}))\b"
)
_EXPLAINED = (
    re.compile(rf"(?<!\w)[\"“”'(]*(?P<sign>{_SIGN})[\"“”')]*\s*(?:[:=–-]|la\b|chi\b)\s*{_DOES}"),
    re.compile(rf"\b{_DOES}\s*(?:[:=–-]|la|ghi|danh(?: dau)?)?\s*[\"“'(]+(?P<sign>{_SIGN})[\"”')]"),
)
_SELF = {
    field: re.compile(_WORDS[f"{said} by itself"])
    for field, said in ((Field.LEAD, "leads"), (Field.COORDINATING, "helps"))
}
_NOTHING = frozenset({"", "-", "–", "0"})
_SIGNS = re.compile(_SIGN)
LEAST_MARKED = 2  # columns of marks


@dataclass(frozen=True, slots=True)
class _Share:
    """Of the filled cells of a column, how many name somebody, say when, are sums; and how long they are."""

    filled: int
    named: float  # somewhere in the cell
    bodies: float  # at its beginning
    dates: float
    sums: float
    length: float
    names: float  # of them, how many are names of people, without a word before them and by themselves
    people: float  # are people, with such a word or under a head that asks for people
    figures: float
    labels: float  # 'Tổ 1'


def roles(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The role of each column: a value of `Field`, 'amount', or '' where neither head nor cells tell."""
    heads = [fold(name) for name in columns]
    shares = [
        _share(head, [row[i] for row in rows[:LOOKED_AT] if i < len(row) and row[i]]) for i, head in enumerate(heads)
    ]
    found = [_role(head, share) for head, share in zip(heads, shares, strict=True)]
    for role in (Field.LEAD, Field.DEADLINE, Field.PRODUCT):
        _keep_one(found, role, heads, shares)
    timed = {Field.COORDINATING, Field.DEADLINE, Field.PRODUCT} & set(found)
    watches = {i for i, head in enumerate(heads) if not timed and _WATCHES.search(head)}
    found = ["" if role == Field.LEAD and i in watches else role for i, role in enumerate(found)]
    _by_cells(found, heads, shares, watches)
    if Field.TASK not in found and (Field.LEAD in found or Field.DEADLINE in found):
        task = _task(found, heads, shares)
        found = [str(Field.TASK) if i == task else role for i, role in enumerate(found)]
    return tuple(str(role) for role in found)


def _task(found: Sequence[str], heads: Sequence[str], shares: Sequence[_Share]) -> int | None:
    """What a row is about where no head says so: under people in charge the first column, else the first long one."""
    free = [i for i, role in enumerate(found) if not role and _may_be_task(heads[i], shares[i])]
    longest = max((shares[i].length for i in free), default=0.0)
    said = [i for i in free if not _WHERE.search(heads[i])]
    lead = found.index(Field.LEAD) if Field.LEAD in found else None
    if lead is not None and (shares[lead].people >= 0.5 or _KEEPER.search(heads[lead])):
        long = [i for i in said if shares[i].length >= LONG * longest] if Field.DEADLINE in found else []
        turns = (i for i, share in enumerate(shares) if i != lead and share.dates >= 0.5)  # who is on duty when
        return next(iter(long or free), next(turns, None))
    free = said or (free if lead is not None else [])  # who is at a place has a task, a day and a place are none
    longest = max((shares[i].length for i in free), default=0.0)
    return next((i for i in free if shares[i].length >= LONG * longest), None)


def _by_cells(found: list[str], heads: Sequence[str], shares: Sequence[_Share], watches: Collection[int]) -> None:
    """Who leads where no head says so, and who helps beside the lead: columns of units or of people."""
    helped = Field.COORDINATING in found  # 'Người nhận' beside 'Cùng làm' gets a work and no thing
    ours = [_GETS_WORK.sub("lam", head) if helped else head for head in heads]
    doers = [i for i, head in enumerate(ours) if not found[i] and i not in watches and _does(head, shares[i])]
    known = Field.TASK in found
    if Field.LEAD not in found:
        lead = next((i for i in doers if known or _plainly_does(heads[i], shares[i])), None)
        if lead is None:
            return
        found[lead] = Field.LEAD
    lead = found.index(Field.LEAD)
    beside = lead + 1
    if Field.COORDINATING in found or beside == len(heads) or found[beside]:
        return
    like = heads[lead].split(" ")[0] == heads[beside].split(" ")[0] and shares[beside].bodies >= 0.5
    if (like and not _TAKES.search(heads[beside])) or (known and beside in doers):
        found[beside] = Field.COORDINATING


def _does(head: str, share: _Share) -> bool:
    """Whether nearly all cells name somebody who is not at the other end of the work, nor where it is done."""
    least = 0.5 if re.match(_SOMEBODY, head) else 0.7
    place = _WHERE.search(head) and not (_IN_CHARGE.search(head) or re.search(r"\bchinh\b", head))
    return share.filled > 0 and share.bodies >= least and not (place or _TAKES.search(head))


def _plainly_does(head: str, share: _Share) -> bool:
    """Where nothing else says that a table gives out tasks: people in charge, or 'Đơn vị thu'."""
    return bool((_IN_CHARGE.search(head) and share.people >= 0.6) or _BODY_DOES.match(head))


def _may_be_task(head: str, share: _Share) -> bool:
    """Whether a column may tell what its rows are about: no figures, days, labels or people, and nobody who acts."""
    acts = re.match(_ALONE, head) and share.bodies >= 0.9
    figures = 0 if _VILLAGES.match(head) else share.figures  # 'Khu phố: 1, 2, 3'
    return share.filled > 0 and max(figures, share.names, share.labels) < 0.5 and share.dates < 0.9 and not acts


def _share(head: str, cells: Sequence[str]) -> _Share:
    folded = [fold(cell).strip() for cell in cells]
    spoken = [lower(cell).strip() for cell in cells]
    titled = [bool(_PEOPLE.match(cell)) for cell in spoken]
    first = [cell.split(",")[0].strip() for cell in cells]  # a title may stand behind a name
    names = [bool(_PERSON.fullmatch(name)) and not _PLACES.match(name) for name in first]
    people = [a or (b and bool(_IN_CHARGE.search(head))) for a, b in zip(titled, names, strict=True)]
    bodies = [a or bool(_BODIES.match(s)) or _names_unit(f) for a, s, f in zip(people, spoken, folded, strict=True)]
    return _Share(
        len(cells),
        _part(body or bool(find_units(f)) for body, f in zip(bodies, folded, strict=True)),
        _part(bodies),
        _part(bool(_WHEN.search(f) or date_phrases(f)) and len(f) < 90 for f in folded),
        _part(bool(_MONEY.match(f)) for f in folded),
        sum(map(len, folded)) / max(1, len(cells)),
        _part(name.count(" ") > 1 and is_name for name, is_name in zip(first, names, strict=True)),
        _part(people),
        _part(bool(_FIGURES.fullmatch(f)) for f in folded),
        _part(bool(_LABEL.fullmatch(s)) for s in spoken),
    )


def _part(of: Iterable[bool]) -> float:
    """The share of what holds."""
    held = list(of)
    return sum(held) / max(1, len(held))


def _names_unit(folded: str) -> bool:
    """Whether a cell begins with a unit: 'Trụ sở Công an xã' is a place."""
    first = next(iter(find_units(folded)), None)
    return first is not None and first.start == 0


def _role(head: str, share: _Share) -> str:
    """The first role that the head's words name and the cells do not contradict."""
    for role, pattern in _HEADS:
        if pattern.search(head) and _agrees(role, head, share):
            return role
    return ""


def _agrees(role: str, head: str, share: _Share) -> bool:
    if not share.filled:
        return True
    if role in (Field.LEAD, Field.COORDINATING):
        numbered = share.labels >= 0.5 and re.fullmatch(_ALONE, head)  # 'Tổ 1' under 'Tổ' tells rows apart
        return share.named >= 0.4 and share.sums < 0.3 and not numbered
    if role == Field.DEADLINE:
        return share.dates >= 0.4
    if role == AMOUNT:
        return share.sums >= 0.5
    if role == Field.TASK:
        return share.sums < 0.5 and not (share.bodies >= 0.9 and re.match(_SOMEBODY, head))
    return share.sums < 0.8 and share.dates < 0.8


def _keep_one(found: list[str], role: str, heads: Sequence[str], shares: Sequence[_Share]) -> None:
    """Of two columns for one role the one whose head says it most plainly; the first of equals."""
    rivals = [i for i, name in enumerate(found) if name == role]
    if len(rivals) < 2:
        return
    best = min(rivals, key=lambda i: (not _plainly(role, heads[i]), not shares[i].filled, i))
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


def legend_of(text: str) -> dict[str, Field]:
    """What the signs stand for that a paragraph explains."""
    folded = fold(text)
    return {
        match["sign"]: Field.LEAD if match["leads"] else Field.COORDINATING
        for pattern in _EXPLAINED
        for match in pattern.finditer(folded)
    }


def marked(
    columns: Sequence[str], rows: Sequence[Sequence[str]], legend: Mapping[str, Field]
) -> list[dict[int, str]] | None:
    """For each row the roles of its cells below units, where those only hold marks; None for any other table."""
    cells = [[fold(row[i]).strip(" .") if i < len(row) else "" for row in rows] for i in range(len(columns))]
    own = [i for i, column in enumerate(cells) if any(column) and all(map(_is_mark, column))]
    signs = {value for i in own for value in cells[i]} - _NOTHING
    meant = {sign: field for sign in signs if (field := legend.get(sign) or _by_itself(sign))}
    if len(signs) == 1 and not legend:
        meant = dict.fromkeys(signs, Field.LEAD)
    named = sum(begins_with_somebody(columns[i]) for i in own)
    if len(own) < LEAST_MARKED or 2 * named < len(own) or not signs <= meant.keys():
        return None
    return [
        {i: f"{meant[cells[i][n]]}{OF_HEAD}" if cells[i][n] in meant else "" for i in own} for n in range(len(rows))
    ]


def _is_mark(value: str) -> bool:
    return value in _NOTHING or bool(_SIGNS.fullmatch(value) or _by_itself(value))


def _by_itself(value: str) -> Field | None:
    return next((field for field, pattern in _SELF.items() if pattern.fullmatch(value)), None)
