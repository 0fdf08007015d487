"""Whether somebody who stands in a sentence is given something to do there, and where that begins.

A clause of the sentence may begin before an actor ('do', 'giao', a time, a colon), with a verb of work behind him; a
passive, a sum, a title or an address gives nothing. Pure.
"""

from __future__ import annotations

import re

from ingest.actors import NEAR, WHICH, Actor, acts, behind_work, starts_with_work, work
from ingest.rosters import brings
from plan.fields import label_field
from plan.text import fold

BEGINS = re.compile(
    r"(?:^|[,:(+-]\s*|:\s*[“\"](?:[a-z]\)|-)?\s*|(?:^|[,:]\s*)(?P<asks>de nghi|yeu cau)\s+|"
    r"(?<!luan )(?<!van )(?<!di )\b(?P<to>(?:ve|cho|den|bao|chuyen|gui)(?: cho| ve| den)?)\s+|"
    r"\b(?P<by>do|(?:nguoi|dau moi|don vi) [^,;]{2,40} la|(?:giao|uy quyen)(?: cho)?|phan cong|thi|rieng|duoc|"
    r"giao (?:nhiem vu|trach nhiem) cho|"
    r"phoi hop giua|(?<!ban )(?<!su )chi dao|luan phien|lan luot|de|nho|chia (?:cho|ve))\s+|"
    r"\b(?P<with>phoi hop(?: chat che)?(?: voi| cung)?|cung(?: voi)?|di cung co|co)\s+|"
    r"\b(?:con|va|dong thoi|sau do)\s+)"
    r"(?:(?:cac )?(?:dong chi|d/c)\s+)?$"
)
_BEGINS_BEHIND = (  # the last letters of all that stands there: what ends otherwise is not looked through
    *(",", ":", "(", "+", "-", "“", '"', ")", "nghi", "cau", "ve", "cho", "den", "bao", "chuyen", "gui", "do", "la"),
    *("giao", "cong"),
    *("thi", "rieng", "duoc", "giua", "hop", "che", "voi", "cung", "co", "con", "va", "dong chi", "d/c"),
    *("dao", "phien", "luot", "de", "nho", "dong thoi", "sau do"),
)
_TITLED = re.compile(r"(?:Cô|Thầy|Ông|Bà) ")  # before a post: 'Cô Hiệu trưởng phụ trách chung'

_WHEN = re.compile(  # a time that stands before who acts then: 'trong 03 ngày làm việc', 'quá hạn', 'lần thứ hai'
    r"(?:^|[,:(+-]\s*)(?:cham nhat )?(?:\d+ ngay (?:lam viec|sau do)|qua han|lan (?:thu )?\w+|"
    r"(?:trong|sau|truoc|qua) (?:vong )?\d+ (?:phut|gio|ngay|tuan|thang)(?: lam viec)?(?: (?:sau|ke tu)(?: \w+){1,3})?|"
    r"(?:qua|den|toi|tu|sau) (?:ngay|gio|moc|luc|khi) (?:ay|nay|do)|(?:sau|khi|luc|tu) (?:do|ay)|"
    r"(?:hang|moi|cuoi|dau) (?:ngay|tuan|thang|quy|nam|dot|vu)|(?:tu |den |truoc )?(?:ngay|thang) [\d/]+|"
    r"(?:tu )?muc \w+|xong moi dot|sau moi (?:dot|buoi|vu|ky))\s+$"
)
_MADE_OF = re.compile(r"(?:\s+do [^,;.:]{4,90} làm (?:\w+ )?trưởng(?: \w+)?,)?(?:\s+\w+){0,4}\s+gồm\b")
_LED_BY = re.compile(  # 'Tổ 2 (9 người) do ông A phụ trách, …'
    r"(?:\s+của [^,;.:()]{2,30}|\s+gồm \d+ [^,;.:()]{2,20})?(?:\s*\([^()]*\))?\s+do [^,;.:]{3,90} "
    r"(?:chỉ huy|phụ trách|chỉ đạo|điều hành|dẫn đầu|làm (?:\w+ )?trưởng(?: (?:đoàn|ban|tổ|nhóm|tiểu ban))?),? +"
    r"(?=[^\W\d])"
)
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
_SHORT = {
    "do": ("do ",),
    "de": ("để ",),
    "nho": ("nhờ ",),
    "cho": ("cho ", "chờ "),
}  # words that folding makes others of
_LETS = frozenset({"de", "nho"})  # before a unit with something to do: 'tách riêng để Hội Phụ nữ bán'
_URGED = re.compile(  # 'vận động cơ quan, trường học nhận chăm cây': who is spoken to has no duty of the plan's
    r"\b(?:vận động|đôn đốc|kêu gọi|khuyến khích|tuyên truyền|nhắc nhở|hướng dẫn|mời)\b(?: \w+){1,5}(?:,| và) $"
)
_OTHERS = re.compile(  # before the last of a list of others: 'cho viên chức,' + ' nhân viên làm việc …'
    r"\b(?:viên chức|công chức|cán bộ|người lao động|cơ quan|đơn vị|tổ chức|cá nhân|hộ kinh doanh|người dân|"
    r"doanh nghiệp|hợp tác xã), $"
)
_ANYBODY = re.compile(r"(?:nhân viên|đơn vị|cơ quan|doanh nghiệp|hợp tác xã|bộ phận|công ty)\b")
_PLANS = re.compile(
    r"\s*(?:ban hành|xây dựng|lập) (?:bản )?kế hoạch\b", re.IGNORECASE
)  # what the issuer says of the plan
_IN_TURN = frozenset({"luan phien", "lan luot"})
_HANDS_OVER = re.compile(r"\b(?:ban|chuyen) giao(?: cho)? $")
_IN_ORDER_TO = re.compile(  # 'gửi về Phòng Kinh tế trước ngày 25 để tổng hợp'
    r"(?: (?:truoc|cham nhat|vao|trong|hang|ngay)\b[^,.;:]{0,40}?)?"
    r"\s+de(?= )(?! (?:lam (?:can cu|co so)|theo doi|biet|co|duoc|bi|cho|ho|nguoi|dan|cac)\b)"
)
_FRONTED = re.compile(  # 'tiền công Phòng Kinh tế chi qua kho bạc': what is done stands before who does it
    r"(?:^|[,;:.] )((?:(?!(?:của|với|cho|nhà|gặp|mỗi|mời|theo|là|đến|từ|tại|ở|thì|do|về|vào|trong|ngoài|trước|sau|trên|"
    r"dưới|qua|giữa|gồm|bởi|cùng|và|như|khi|nếu|hoặc|hay|hằng|hàng|bằng|phải|không|được|bị|có|đã|sẽ|giao|đề|để|trừ|nhờ|"
    r"muốn|giúp|còn|riêng|các|những|mọi)\b)[\w-]+ ){1,6})$",
    re.IGNORECASE,
)
_BELONGS = re.compile(  # before whoever it is of: 'trụ sở Công an xã', 'cán bộ Phòng Kinh tế'
    r"\b(?:trụ|trụ sở|sân|khuôn viên|hội trường|kho|xe|loa|cán bộ|công chức|nhân viên|lãnh đạo|đại diện|thành viên|"
    r"viên chức|giáo viên|học sinh|hội viên|trưởng|phó|địa bàn|trang|website|fanpage|zalo|email|ban|"
    r"thành lập|địa chỉ|tài khoản|con dấu|phòng|quỹ|đội|tổ|nhóm|lực lượng|chỉ huy|giám đốc|chủ tịch|bí thư) $",
    re.IGNORECASE,
)
_FREE = re.compile(  # behind a verb whose object stands before it
    r"\s*(?:[,.;]|$)|\s(?:qua|theo|tai|truoc|trong|vao|ngay|xong|o|sau|khi|tu|den|ve|va|tren|bang|hang|moi|lai|rieng|giup|"
    r"mot lan|hai lan|day du)\b"
)
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
    r"\s*,?\s*(?:mỗi|từng|moi|tung) (?:trường|thôn|đơn vị|tổ chức|tổ|bến|bên|xã|hội|đội|bản|ban|ấp|nơi|"
    r"đoàn thể|đồng chí|phòng|cơ quan|"
    r"truong|thon|don vi|to|xa)\b(?=\s)"
)
_BRACKET = re.compile(r"^\s*\([^)]*\)(?=\s+\w)")
_ENDED = re.compile(r"\s*(?:[,.;]|$)")
COLON = re.compile(r"\s*(?:\([^)]*\))?\s*:\s+")
_PAYS, _MONEY = frozenset({"xã", "phường", "đặc khu"}), re.compile(r"[^,;]*(?:\btiền\b|đồng|%)")
_WHO = re.compile(r"^(?:nguoi|don vi|co quan|ben|bo phan|ai)(?= )")
_LEADS = re.compile(r"dau moi|chu tri|phu trach|thuong truc")
BEFORE = 64  # characters before an actor that tell whether he may act there
FEW = 24  # characters before an actor that tell who is spoken to
LONG = 400  # characters of a list of members
TOPIC = 60  # characters of what is done, before a colon
Chain = tuple[Actor, ...]  # actors that stand together


def right_before(folded: str, start: int, size: int = BEFORE) -> str:
    """What stands right before an actor."""
    return folded[:start] if start < size else "…" + folded[start - size : start]


def _behind(sentence: str, end: int) -> str:
    """What stands right behind actors, but for brackets and how many of theirs it takes."""
    after = sentence[end : end + NEAR]
    after = _BRACKET.sub("", after) if after[:3].lstrip()[:1] == "(" else after
    each = _EACH.match(after)
    after = after[each.end() :] if each else after
    after = _STAFF.sub("", after, count=1) if after[1:2].isdigit() else after
    return after if work(after) else WHICH.sub("", after, count=1)


def given_from(sentence: str, folded: str, chain: Chain, led: bool, given_out: bool) -> tuple[int, bool] | None:
    """Where the task of actors begins and whether they only help; None where nothing is given to them."""
    before = _before(sentence, folded, chain[0].start)
    if before is None and (at := _fronted(sentence, folded, chain)) >= 0:
        return at, False
    if before is None:
        return None
    asks, by, with_, to = before.group("asks", "by", "with", "to") if before.re is BEGINS else (None,) * 4
    if led and asks:
        return None
    start, after = chain[0].start, _behind(sentence, chain[-1].end)
    verb = work(after)
    lets = by in _LETS or sentence[max(0, start - 4) : start].lower() == "chờ "
    if lets or by in _IN_TURN:
        told = chain[0].named or start == len("nhờ ")
        return (0, False) if told and (verb or (not lets and _ENDED.match(after))) else None
    if to:
        told = chain[0].named or " " in sentence[start : chain[0].end]
        return (0, False) if told and handed(to, fold(after), verb) else None
    if by and by.endswith(" la") and sentence[start : chain[0].end].islower():
        return None  # 'người ứng cử là giáo viên'
    if (with_ == "co" and not _THERE.match(fold(after))) or (
        by == "duoc" and not (verb or (chain[0].named and acts(after)))
    ):
        return None
    if not chain[0].named and _ANYBODY.match(sentence, start) and _OTHERS.search(sentence[max(0, start - FEW) : start]):
        return None
    if not sentence[start].isupper() and _URGED.search(sentence[max(0, start - BEFORE) : start]):
        return None
    if (own := _behind_members(sentence, start, chain[-1].end)) >= 0:
        return own, False
    if before.group().strip() in (":", ",") and brings(folded[:start], chain[0].named, after):
        return 0, False
    if verb in _COMES and _INVITES.match(folded):
        return None
    if _nothing(sentence[chain[-1].start : chain[-1].end].lower(), chain[0].named, after, verb):
        return None
    helps = bool(with_) or _helps(after, verb, led, chain[0].named)
    done = by and (by in ("do", "duoc") or by.endswith(" la")) and (_ENDED.match(after) or acts(after))
    done = done or (chain[0].named and start > FEW and _ENDED.match(after) and _given(folded, start, by))
    done = done or (by == "phoi hop giua" and work(folded[:start])) or (by and chain[0].named and acts(after))
    topic = chain[0].named and before.group().strip() == ":" and _is_work(folded[:start], not after.strip(" .;"))
    if verb or helps or done or topic or _heads(sentence, chain, given_out) or _does(sentence, chain, after, before):
        return (0 if by or helps or topic else start), helps
    return None


def _given(folded: str, start: int, by: str | None) -> bool:
    """'Quét dọn sau 22 giờ giao Hợp tác xã X.': what stands before is given to somebody, and not handed over."""
    return (by or "").startswith(("giao", "uy quyen", "phan cong")) and not _HANDS_OVER.search(
        right_before(folded, start, FEW)
    )


def _before(sentence: str, folded: str, start: int) -> re.Match[str] | None:
    """What lets somebody act where he stands: the beginning of a clause, 'do', 'giao', a time."""
    near = "" if _TITLED.fullmatch(sentence, 0, start) else right_before(folded, start)
    may = not near or near.rstrip().endswith(_BEGINS_BEHIND)
    before = BEGINS.search(near) if may else None
    by = _SHORT.get(before["by"] or before["to"] or "") if before else None
    if before is None or (
        by and not sentence[max(0, start - 4) : start].lower().endswith(by)
    ):  # 'đó', 'đồ', 'đê', 'chợ'
        return _WHEN.search(near)
    return before


def _fronted(sentence: str, folded: str, chain: Chain) -> int:
    """Where an object begins that stands before who does something with it, -1 for none."""
    start = chain[0].start
    near = sentence[:start] if start < BEFORE else "…" + sentence[start - BEFORE : start]
    found = _FRONTED.search(near) if chain[0].named else None
    if found is None or _BELONGS.search(found[1]) or starts_with_work(f" {found[1][:1].lower()}{found[1][1:]}"):
        return -1
    after = sentence[chain[-1].end :][:NEAR]
    return start - len(found[1]) if work(after) and _FREE.match(fold(behind_work(after))) else -1


def _behind_members(sentence: str, begin: int, end: int) -> int:
    """Where the duty of a body begins behind those it is made of, -1 for none: 'Tổ lưu động gồm ĐTN, đi các thôn'."""
    if " " not in sentence[begin:end]:
        return -1
    if (led := _LED_BY.match(sentence, end)) and starts_with_work(f" {sentence[led.end() :][:NEAR]}"):
        return led.end()
    if not _MADE_OF.match(sentence, end):
        return -1
    parts = re.finditer(r",\s+(?=[^\W\d])", sentence[end : end + LONG])
    return next((end + part.end() for part in parts if starts_with_work(f" {sentence[end + part.end() :][:NEAR]}")), -1)


def _nothing(role: str, named: bool, after: str, verb: str) -> bool:
    """Whether what stands behind an actor gives no duty: a passive, a sum, who a body is made of."""
    return bool(
        _NOBODY.match(after)
        or (role.startswith("ubnd ") and _PLANS.match(after))
        or (role in _PAYS and _MONEY.match(after))
        or _MADE_OF.match(after)
        or (
            _VILLAGE.match(role)
            and (_GETS.match(after) or (" " in role and verb in _LIVES and not after.startswith(" dựng")))
        )
        or (not named and _no_duty(fold(role), after, verb))
    )


def handed(to: str, after: str, verb: str) -> bool:
    """Whether who gets something has to do something with it: 'gửi về X để tổng hợp', 'chuyển X lập hồ sơ'."""
    purpose = _IN_ORDER_TO.match(after)
    if purpose or (verb == "bao cao" and to.startswith("gui")):  # 'gửi Sở Xây dựng báo cáo năm'
        return purpose is not None
    return bool(verb and to in _HANDED)


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


def _heads(sentence: str, chain: Chain, given_out: bool) -> bool:
    """Whether actors stand before a colon, over what they have to do."""
    colon = COLON.match(sentence[chain[-1].end :][:NEAR]) if chain[0].start == 0 else None
    if colon is None:
        return False
    if _PERSON.match(sentence, chain[-1].end + colon.end()):
        return False
    return chain[0].named or given_out or bool(work(sentence[chain[-1].end + colon.end() :][:NEAR]))


def _does(sentence: str, chain: Chain, after: str, before: re.Match[str]) -> bool:
    """Whether a unit at the beginning of its clause is followed by a verb, whichever it is."""
    village = _VILLAGE.match(sentence[chain[-1].start :].lower())  # 'Thôn đạt chuẩn được thưởng'
    named = chain[0].named and chain[-1].named and not village
    return named and not before.group().strip(" :,") and acts(after)
