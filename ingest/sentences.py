"""Duties inside sentences: '…, Công an xã giữ trật tự; nhà thuốc do Trạm Y tế kiểm tra', 'giao Trung tâm … thực hiện'.

A duty is an actor (a unit, or a role that stands for one) where a clause of the sentence may begin, with a verb of work
behind it. Several actors in one sentence have a piece of it each. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from plan.text import CAPITALS, fold
from plan.units import find_units

_VERBS = (  # folded, the longer first
    "chiu trach nhiem|co trach nhiem|dung to chuc|la dau moi|la don vi|nam tinh hinh|thanh quyet toan|"
    "tu to chuc|tu van dong|ban hanh|bao cao|bao dam|bao ve|bo tri|can doi|cap nhat|cham soc|chi dao|chi tra|"
    "chi va|cho banh|chu dong|chu tri|chuan bi|co mat|cong khai|cung cap|dam bao|dao tao|dat may|dau moi|"
    "day manh|de xuat|dieu hanh|dieu tra|doi chieu|don doc|dong goi|noi chuyen|duy tri|giai toa|giam sat|ho tro|"
    "hop dong|huong dan|huy dong|khao sat|khuyen khich|kiem tra|lua chon|nghiem thu|niem yet|phan cong|phan luong|"
    "quyet dinh|bien tap|gioi thieu|chung kien|"
    "phat dong|phat lenh|phe duyet|phoi hop|phu trach|quan ly|quyet toan|ra soat|tam ung|tap hop|tap huan|"
    "tham dinh|tham gia|tham muu|thanh lap|thanh toan|theo doi|thong bao|thong ke|thuc hien|thuong truc|"
    "tiep nhan|tiep tuc|to chuc|tong hop|trang tri|trien khai|tuan tra|tuyen truyen|van dong|xac minh|"
    "xac nhan|xay dung|xem xet|xet duyet|xu ly|xu phat|bao|canh|cap|cham|chi|cho|chon|chot|chuyen|cu|dan|dang|"
    "danh|dao|dat|day|den|di|dieu|do|doc|don|dua|dung|duyet|gan|giao|giu|giup|goi|gom|gop|gui|hop|in|ke|kham|khen|"
    "ky|lam|lap|lo|loc|luu|mo|moi|mua|nam|ngung|nhac|nhan|nhap|nop|nuoi|phat|quay|ra|rut|sap|soan|soi|sua|"
    "tang|tham|thao|thay|thu|thue|tinh|trao|treo|trinh|trong|truc|ve|viet|xep|xet"
)
_NO_VERBS = frozenset(
    re.findall(r"\w+", "trong về năm mọi mỗi thứ thủ thư dân đó đồ do giáo chợ tỉnh cụ dạn lỗ kể mới một mối")
)
_VERB = re.compile(rf"\s*(?:(?:phai|se|cung|tu|can|truc tiep)\s+)?({_VERBS})\b")
_HELPS = re.compile(r"phoi hop|ho tro|giup|gop cong|tham gia|di cung|cung lam")
_BEGINS = re.compile(
    r"(?:^|[,:(+-]\s*|(?:^|[,:]\s*)(?:de nghi|yeu cau)\s+|(?<!ban )\b(?P<by>do|giao(?: cho)?|phan cong|thi|rieng)\s+|"
    r"\b(?P<with>phoi hop(?: chat che)?(?: voi| cung)?|cung(?: voi)?|di cung co|co)\s+|\b(?:con|va)\s+)$"
)
_ROLE = re.compile(  # on lower-case text with its accents: "môi trường" is no "mỗi trường"
    r"\b(?:(?:trưởng|các|mỗi|tổ trưởng(?: các)?)\s+(?:thôn|bản|xóm|ấp|buôn|khu phố|tổ dân phố|tdp|kp|trường|đoàn)\b|"
    r"tổ trưởng (?:(?:tổ )?dân phố|cũ|mới)|(?:mỗi )?tổ bầu cử|mỗi tổ\b|ubnd (?:xã|phường)|"
    r"thủ trưởng (?:các )?(?:đơn vị|cơ quan)|thành viên (?:đoàn|tổ|ban)(?: kiểm tra)?|"
    r"đơn vị chủ trì|các (?:đơn vị|cơ quan)\b|(?:\d{1,2} )?(?:kp|tdp)\b|chủ tịch ubnd (?:xã|phường)|chủ trọ|"
    r"ban công tác (?:mt|mặt trận)(?: các)?(?: tdp| thôn| kp)?|thư ký)"
)
_NAME = rf"[{CAPITALS}][^\W\d_]*"
_BODY = re.compile(
    r"(?:Xí nghiệp|Công ty|Trường(?: THCS| TH| Tiểu học| Mầm non| MN| THPT)?|Ban Quản lý|"
    r"Đồn|Đội|Hạt|Trạm|Chi cục|Quỹ|Nhà máy)"
    rf"(?:(?: (?:chợ|rừng|lợi|kiểm soát|thị trường|số \d+|phòng hộ|khu vực))|,? {_NAME})+"
)
_REST = re.compile(rf"(?: (?!và |phối |cùng )[^\W\d{CAPITALS}]+){{1,3}}(?: và Thú y)?(?= {_NAME}| khu vực)")
_MORE = re.compile(
    rf"(?: (?:xã|phường|đặc khu|thị trấn|tỉnh|huyện|khu vực|ven biển|cơ sở|số \d+|\d{{1,2}}\b|{_NAME}))+"
)
LONGEST, NEAR = 20_000, 120  # characters of a paragraph that is still read so; what is looked at around an actor
_END = re.compile(r"[.;]+(?:\s+|$)")


_Chain = tuple[tuple[int, int], ...]  # places of actors that stand together


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


def duties_of(text: str) -> tuple[Duty, ...]:
    """The duties that the sentences of a paragraph give out, in order."""
    found: list[Duty] = []
    if len(text) > LONGEST:
        return ()
    start = before = 0
    for match in (*_END.finditer(text), None):
        for duty in _in_sentence(text, start, match.start() if match else len(text), before < start):
            found.append(replace(duty, start=before) if duty.helps else duty)
        if match:
            before = start if ";" in match.group() else match.end()  # who helps helps what stands before ';'
            start = match.end()
    return tuple(found)


def _in_sentence(text: str, start: int, end: int, goes_on: bool) -> list[Duty]:
    sentence = text[start:end]
    found: list[tuple[_Chain, int, bool]] = []
    units = [(m.start - start, m.end - start) for m in find_units(text) if start <= m.start and m.end <= end]
    for chain in _chains(fold(sentence), actors(sentence, units)):
        begun = _begun(sentence, chain, goes_on or bool(found))
        if begun is not None:
            found.append((chain, *begun))
    duties: list[Duty] = []
    stop = len(sentence)  # a piece ends where the next actor's begins
    for chain, begin, helps in reversed(found):
        last = start + (len(sentence) if helps else stop)
        duties += [Duty((start + a, start + b), start + begin, last, helps) for a, b in reversed(chain)]
        stop = stop if helps else chain[0][0]
    return duties[::-1]


def _begun(sentence: str, chain: _Chain, led: bool) -> tuple[int, bool] | None:
    """Where the task of actors begins and whether they only help; None where nothing is given to them."""
    start = chain[0][0]
    near = sentence[:start] if start < NEAR else "…" + sentence[start - NEAR : start]
    before = _BEGINS.search(fold(near))
    if before is None:
        return None
    after = re.sub(r"^\s*\([^)]*\)(?=\s+\w)", "", sentence[chain[-1][1] : chain[-1][1] + NEAR])
    by, verb = before.group("by"), _verb(after)
    going = re.match(r"\s*di cung\b", fold(after))
    helps = bool(going) or bool(before.group("with") and before.group("with") != "co")
    if before.group("with") == "co" and not going:
        return None
    colon = chain[0][0] == 0 and re.match(r"\s*(?:\([^)]*\))?\s*:\s", after)
    if not (colon or verb or helps or (by == "do" and re.match(r"\s*(?:[,.;]|$)", after))):
        return None
    helps = helps or bool(led and _HELPS.match(verb))
    return (0 if by or helps else chain[0][0]), helps


def _verb(after: str) -> str:
    """The verb of work that words begin with, folded; '' when they begin with none."""
    verb = _VERB.match(fold(after))
    return verb.group(1) if verb and after[verb.start(1) : verb.end(1)].lower() not in _NO_VERBS else ""


def _chains(folded: str, found: list[tuple[int, int]]) -> Iterator[_Chain]:
    """Actors that stand together: 'Ban Quản lý chợ và Trạm Y tế'."""
    chain: list[tuple[int, int]] = []
    for each in found:
        if chain and not _together(folded, chain[-1], each):
            yield tuple(chain)
            chain = []
        chain.append(each)
    if chain:
        yield tuple(chain)


def _together(folded: str, last: tuple[int, int], each: tuple[int, int]) -> bool:
    return bool(re.fullmatch(r"\s*(?:\([^)]*\))?\s*(?:,|,? va|&|cung)\s*(?:cac )?", folded[last[1] : each[0]]))


def actors(sentence: str, units: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Units, bodies with a name and roles that stand for units, each with the name behind it, in order."""
    places = [(start, end) for start, end in units if not _is_a_word(sentence[start:end])]
    places += [m.span() for m in _ROLE.finditer(sentence.lower())]
    bodies = {m.span() for m in _BODY.finditer(sentence)}
    kept: list[tuple[int, int]] = []
    for begin, end in sorted((*places, *bodies), key=lambda place: (place[0], -place[1])):
        if not kept or begin >= kept[-1][1]:
            kept.append((begin, extended(sentence, end, (begin, end) in bodies)))
    return kept


def _is_a_word(name: str) -> bool:
    """'cá' is no 'CA' (Công an)."""
    return len(name) <= 3 and not name.isupper() and name.isalpha()


def extended(text: str, end: int, named: bool = False) -> int:
    """The end of a unit's name with what belongs to it: 'Công an' + ' tỉnh', 'Đồn Biên phòng' + ' Cửa Sa'.

    `named`: a name of its own has begun, so that small words between its capitals belong to it.
    """
    begin = end
    while True:
        rest = _REST.match(text, end) if named or any(map(str.isupper, text[begin:end])) else None
        rest = None if rest and starts_with_work(text[end : end + NEAR]) else rest
        more = _MORE.match(text, rest.end() if rest else end)
        if more is None:
            return end
        end = more.end()


def starts_with_work(text: str) -> bool:
    """Whether words behind an actor begin with a verb of work."""
    return bool(_verb(text))
