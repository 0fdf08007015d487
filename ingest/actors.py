"""Who acts in a sentence: units, bodies with a name, and roles that stand for them ('kế toán từng đơn vị').

A unit's name ends where its own words end; a role's name goes on to the verb of work behind it, since nothing else
tells where 'tổ bảo vệ rừng thôn' ends and 'tuần tra' begins. The words are in `data/actors.txt`. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from plan.patterns import lists
from plan.text import CAPITALS, any_of, any_word, fold
from plan.units import find_units


def _words() -> dict[str, tuple[str, ...]]:
    """The lists of `data/actors.txt` by their names, longer words first."""
    told = lists(Path(__file__).parent / "data" / "actors.txt")
    words = {name: chain.from_iterable(line.split(", ") for line in lines) for name, lines in told.items()}
    return {name: tuple(sorted(found, key=_length, reverse=True)) for name, found in words.items()}


def _length(word: str) -> int:
    """Of the word itself, without what must not follow it."""
    return len(word.partition("(?!")[0])


WORDS = _words()
_VERBS, _HEADS = any_of(WORDS["work"]), any_of(WORDS["roles"])
_NO_NAME, _NO_WORK = frozenset(WORDS["no name"]), frozenset(WORDS["no work"])
_IN_NAMES = re.compile(rf"\s*(?:{'|'.join(WORDS['purpose'])})(?!\w)")
_WHEN = (  # between who does something and the verb: 'hằng tháng', 'trong vòng 05 ngày'
    r"(?:(?:(?:định kỳ )?(?:hằng|hàng|mỗi) (?:ngày|tuần|tháng|quý|năm)|định kỳ|"
    r"trong (?:vòng )?\d+ (?:phút|giờ|ngày|tuần|tháng)(?: làm việc|(?! làm việc))|"
    r"(?:trước|chậm nhất|sau)(?: ngày)? \d{1,2}/[\d/]+|"
    r"theo (?:chức năng|nhiệm vụ)(?:,? nhiệm vụ)?(?: được (?:giao|phân công))?)\s+)?"
)
_MODAL = (
    r"(?:(?:được tự|được giao(?: nhiệm vụ)?|được phân công|được (?:ủy )?quyền|được cử|"
    r"phải|sẽ|vẫn|cùng|đứng ra|tự|ngoài (?:\w+ ){1,7}còn|"
    r"cần|trực tiếp|thì|đồng thời|chủ động|kịp thời|thường xuyên|nghiêm túc|khẩn trương|tích cực)"
    r"\s+)?"
)
_MUST = (  # what is asked for or forbidden is a duty, whatever its verb
    r"phải (?!(?:được|bị|là|có|đạt|đủ|chịu|ngừng|nghỉ|di dời|dừng|đi|ra|không|trả|nộp|thi|học)\b)[^\W\d_]+|"
    r"không (?:cho|để|được (?!(?:hưởng|hỗ|cấp|trả|miễn|xét|xếp|tính|mời|mượn|thưởng|phép|khen|bồi|chia|giao|công|bầu|"
    r"tham|dự|vay|đền|là|thì|ai|gì|việc|nào|quá|ít|nhiều|trên|dưới|tiền)\b)[^\W\d_]+)"
)
_VERB = re.compile(rf"\s*{_WHEN}{_MODAL}(?!cấp (?:xã|tỉnh|huyện|trên|dưới|cơ sở|I|V)\b)({_VERBS}|{_MUST})(?!\w)")
_BARE_VERB = re.compile(rf"\s*{fold(_WHEN + _MODAL)}({fold(_VERBS)})(?!\w)")  # in a text without any accent
WHICH = re.compile(  # which of them, before their verb: 'các đơn vị có tên tại mục II', 'các thôn còn lại'
    r"^ (?:còn lại|khác|nêu trên|(?:có )?liên quan|trên địa bàn(?: (?:xã|phường|đặc khu|tỉnh))?|"
    r"(?:có tên|có nhiệm vụ|được giao|được phân công)(?: nhiệm vụ)?(?: (?:tại|trong|ở)(?: \w+){1,5}?)?)"
    rf"(?=\s+{_MODAL}(?:{_VERBS})(?!\w))"
)
_SPACE = re.compile(r"\s")
_FIRST = re.compile(rf"\s+([^\W\d_]+)(?=\s+\S|, (?:{_VERBS}) )(?!\s+[\d.,]+ (?:triệu|đồng|tỷ|nghìn))")
NEAR = 120  # characters of a paragraph that are looked at around an actor
_HEAD = re.compile(
    rf"\b(?:(?:các|mỗi|từng|tất cả các)\s+|\d{{1,3}}\s+(?=đoàn|tổ|thôn|trường|khu phố|ấp|bản|xóm|hội))?(?:{_HEADS})"
    r"(?![-\w])(?!\s+(?:đã|được(?! tự)|bị|nào|đó|này|khi|nếu|cháy)\b)"
)
_ONE = re.compile(  # words that are a role only with 'các', 'mỗi' or a name behind them
    r"trưởng|phó|hội|tổ|đội|nhóm|ban|đơn vị|cơ quan|bộ phận|lực lượng|thôn|bản|ấp|xóm|khu phố|đài|quỹ|thanh niên"
)
_PLACE = re.compile(r"(?:thôn|bản|ấp|xóm|khu phố)\Z")
_TEAMS, _BODIES_FOR = ("tổ", "đội", "nhóm"), ("Tổ", "Đội", "Ban", "Đoàn", "Nhóm")  # before what they are for
_GROUP = re.compile(  # whose name may hold what they are for
    r"(?:các |mỗi |từng |\d+ )?"
    r"(?:tổ|đội|nhóm|ban|hội đồng|tiểu ban|đoàn|bộ phận|trung tâm|cán bộ|công chức|nhân viên)\Z"
)
_MADE_UP = re.compile(r"\s+(?:\d|(?:do|gồm|mỗi|trước|sau|vào|trong|tại|ở|để)\b)|\s*(?:[,.;]|$)")
FEW = 24  # characters of a name that tell what it is a name of
LONGEST = 8  # words of a role's name behind its first
_NAME_ENDS = re.compile(r"\s*(?:$|[:,(;.]|(?:và|cùng|mỗi|gồm|do)\s|\d[\d.,]* (?:km|ha|m|m2|m3|cây)\b)")
_TITLE = re.compile(r"\s+thường trực\s")
_ENDED = re.compile(r"\s*(?:$|[,(;.])")
_NO_PART = re.compile(r"\s+(?:0\d|\d+(?:/\d|\s+giờ))")  # a number of things
_WORD = re.compile(
    rf"\s+[-–]\s+(?=[{CAPITALS}\d])|"
    r"\s+(?:nơi có|thường trực|tại chỗ|đang (?:đứng lớp|trực|làm nhiệm vụ))(?= )|\s+[\w/&.+-]*\w"
)
_OFFICE = r"Phòng(?<!n Phòng)(?! (?:học|họp|khám|trực|đọc|thi|thu|chống|chờ|đợi|tránh|giao dịch)\b)"
_BACK = re.compile(  # a department that is told by its first word
    rf"(?:{any_word(('Văn phòng', _OFFICE))})(?= (?:{_VERBS})(?!\w)|(?<=Văn phòng)\s*(?:[,;.]|$))"
)
_VILLAGE = r"(?:thôn|bản|xóm|ấp|buôn|làng(?! (?:nghề|chài|xã))|khu phố|tổ dân phố|tdp|kp)\b"
_GROUPS = rf"(?:{_VILLAGE}|(?:trường|đoàn(?! thể))\b)"
_VILLAGES = re.compile(rf"\b{_VILLAGE}$", re.IGNORECASE)
_MORE_VILLAGES = re.compile(rf"(?:(?:,| và) {_VILLAGE}(?! [\d{CAPITALS}]))+")  # 'Trưởng thôn' + ', làng'
_OTHERS = (  # of the same kind: 'các cơ quan' + ', đơn vị liên quan'
    r"(?:(?:,|,? và) (?:cá nhân|đơn vị|cơ quan|tổ chức|địa phương|bộ phận)\b(?! (?:thuộc|trực thuộc|chủ trì|được)))*"
    r"(?: (?:có )?liên quan\b)?"
)
_ROLES = (  # on lower-case text with its accents: "môi trường" is no "mỗi trường"
    *(rf"{who}\s+{_GROUPS}" for who in ("trưởng", "các", "mỗi", r"tổ trưởng(?: các| \d{1,2})?")),
    *(r"tổ trưởng (?:(?:tổ )?dân phố|cũ|mới)", r"(?:mỗi )?tổ bầu cử", r"mỗi tổ\b(?! chức)"),
    *("thủ trưởng (?:các )?(?:đơn vị|cơ quan)", "thành viên (?:đoàn|tổ|ban)(?: kiểm tra)?", "đơn vị chủ trì"),
    *(
        rf"các (?:đơn vị|cơ quan)\b{_OTHERS}",
        r"các (?:đoàn thể|tổ chức|hội|ban,? ngành)(?: đoàn thể| chính trị(?: - xã hội)?| quần chúng| hội)?\b"
        rf"(?! (?:đặc thù|cơ sở)){_OTHERS}",
        r"các (?:phòng|ban|khoa|tổ)(?:,? (?:và )?"
        r"(?:phòng|ban|khoa|tổ|đơn vị|cơ quan|bộ phận|ngành|đoàn thể|trung tâm))+",
        r"cơ quan này\b",
        r"(?:đơn vị|hợp tác xã|htx|công ty|doanh nghiệp|trường|phòng|trạm|hội|ban|trung tâm) này\b",
        r"(?:kp|tdp)\b",
        r"\d{1,2} (?:kp|tdp)\b",
    ),
    *(r"(?:chủ tịch )?ubnd (?:các )?(?:xã|phường)(?:, (?:xã|phường|đặc khu))*", r"các sở,? ban,? ngành"),
    *("chủ trọ", "ban công tác (?:mt|mặt trận)(?: các)?(?: tdp| thôn| kp)?", "thư ký"),
    "tổ bảo vệ an ninh,? trật tự(?:(?: ở)? cơ sở)?(?: (?:các )?(?:thôn|bản|ấp|xóm|khu phố))?",
)
_ROLE = re.compile(
    rf"\b(?:{any_of(_ROLES)}|(?:^|(?<=[,;:] )|(?<=\bdo ))(?:xã|phường|đặc khu)(?=\s+(?:tự )?(?:{_VERBS})\b))"
)
_NAME = rf"[{CAPITALS}][^\W\d_]*(?:&[{CAPITALS}]+)?"
_BODIES = any_of(WORDS["bodies"])
_LEVEL = r"(?:xã|phường|đặc khu|thị trấn|tỉnh|huyện|khu vực|thành phố|liên xã|cơ sở)"
_NO_BODY = rf"(?!(?:{_BODIES}|Bộ|UBND|HĐND|MTTQ|Bí thư|Chủ tịch|Trưởng|Phó|Giám đốc)\b)"
_BODY_HEAD = re.compile(rf"(?:^|(?:^| )[^ {CAPITALS}][^ ]* )(?:{_BODIES})$")
_WHOLE = frozenset(("Y", "Sở", "Xã", "Phường", "Tỉnh", "Đoàn", "Hội", "Đảng"))  # no half of a name: 'Văn phòng Sở đăng'
_ENDS_NAME = re.compile(rf":\s+[^\W\d]|\s+và\s+(?:{_BODIES})\b")
_SMALL_END = re.compile(rf" (?!{_LEVEL}$)[^\W\d{CAPITALS}]+$")
_SMALL = re.compile(rf" [^\W\d{CAPITALS}]+")
_BODY = re.compile(
    rf"(?:{any_word(WORDS['bodies'])})(?!(?<=\bHội) (?:chợ|nghị|thi|thảo|trường)\b)"
    r"(?:(?: (?:Tiểu học|Mầm non|Quản lý|công trình|dự án|đô thị|chợ|rừng|lợi|kiểm soát|"
    rf"thị trường|số \d+|phòng hộ|khu vực|bán trú|chăn nuôi))| {_NAME}|, (?!(?:{_BODIES})\b){_NAME})+"
)
_REST = re.compile(
    r"(?: (?!(?:và|phối|cùng|tại|ở|trong|trên|từ|với|cho|theo|vào|đến|để|khi|sau|trước|là|do|thì|có|được|bị|không|ngày|"
    r"tháng|gồm) )"
    rf"[^\W\d{CAPITALS}]+){{1,4}}(?:(?= {_NAME}| {_LEVEL}\b| số \d| và {_NAME})| -(?= {_NAME}))"
)
_AND = re.compile(rf" (?:và|&)(?= {_NO_BODY}{_NAME})")
_FIELDS = re.compile(rf"(?:, {_NO_BODY}{_NAME}(?: [^\W\d{CAPITALS}]+)?)+ và(?= {_NO_BODY}{_NAME})")
_OFFICE_OF = re.compile(r"\b(?:Phòng|Sở|Ban)(?: [^\W\d_]+){1,3}$")  # whose fields are told one by one
_MORE = re.compile(
    r"(?: (?:(?:các )?(?:xã|phường)|đặc khu|thị trấn|tỉnh|huyện|khu vực|ven biển|cơ sở|sở tại|số \d+|"
    r"(?<=Giáo dục )thường xuyên|(?<=Biên phòng )\d{3}\b|"
    r"Đảng (?:ủy|uỷ|bộ)|"
    rf"[1-9]\d?\b(?![/.,]\d)(?! (?:{any_of(WORDS['counted'])})\b)|{_NAME}|[-–] {_NO_BODY}{_NAME}))+"
)
_OWN_NAMES = ("hợp tác xã", "htx", "bệnh viện")  # a unit that only a name tells from others
_BY_NUMBER = re.compile(r"(?:thôn|bản|ấp|xóm|buôn|khu phố|kp|tdp|tổ dân phố)(?: số)? \d{1,2}$", re.IGNORECASE)
_NUMBERS = re.compile(  # of more villages: 'Thôn 1' + ', 2 và 5'
    r"(?:(?:, | và | & )[1-9]\d?\b(?![/.,]\d|\s*:|%| "
    r"(?:người|hộ|km|ha|m|m2|m3|cây|đồng|triệu|lần|ngày|giờ|buổi|điểm|đoạn|cột|loa|tổ|nhà|cái|chiếc|bộ|con|xe|máy)\b))+"
)
_BY_NAME = re.compile(rf"\bcác (?:xã|phường|thôn|bản|ấp|xóm|khu phố)(?: {_NAME}){{1,3}}$")
_NAMES = re.compile(  # of more of them: 'UBND các xã Khe Lấp' + ', Nậm Tà và Bản Trù'
    rf"(?:(?:, | và ){_NO_BODY}{_NAME}(?: {_NAME}){{0,3}})+"
)


class Actor(NamedTuple):
    """Somebody who may have a duty: half-open place, and whether it is a unit or has a name of its own."""

    start: int
    end: int
    named: bool


def actors(sentence: str, units: Iterable[tuple[int, int]]) -> list[Actor]:
    """Units, bodies with a name and roles that stand for units, each with the name behind it, in order."""
    lower = sentence.lower()
    places = [(start, end, False) for start, end in units if not _is_a_word(sentence[start:end])]
    known = {start for start, _, _ in places}
    places += [(*m.span(), True) for m in _BODY.finditer(sentence) if m.start() not in known]
    places += [(*m.span(), False) for m in chain(_ROLE.finditer(lower), _BACK.finditer(sentence))]
    found = [Actor(start, extended(sentence, end, named), True) for start, end, named in places]
    inside = {actor.start: actor.end for actor in found}
    found = [_to_its_verb(sentence, inside, body) if body.start not in known else body for body in found]
    told = {start for start, _, named in places if not named}
    for match in _HEAD.finditer(lower):
        end = _end_of_role(sentence, inside, *match.span())
        worked = end and (sentence[end : end + 1] == ":" or starts_with_work(sentence[end : end + NEAR]))
        if match.start() in inside and match.start() not in told:
            end = end if worked else 0
        if end and (match.start() not in told or not _ENDED.match(sentence, end)):
            found.append(Actor(match.start(), end, False))
    return _apart(found)


def _to_its_verb(sentence: str, inside: Mapping[int, int], body: Actor) -> Actor:
    """'Chi cục An toàn' + ' vệ sinh thực phẩm': a name of which the last words are small ends before verb or colon."""
    if starts_with_work(sentence[body.end : body.end + NEAR]) or not _SMALL_END.search(sentence, body.start, body.end):
        return body
    end = _walked(sentence, inside, body.end)
    ends = end and (_ENDS_NAME.match(sentence, end) or starts_with_work(sentence[end : end + NEAR]))
    return body._replace(end=end) if ends else body


def names_somebody(heading: str, body: bool = True) -> bool:
    """Whether a heading is nothing but a body's name: 'Trạm Khuyến nông khu vực'; a role's too unless `body`."""
    name = heading.strip(" :.")
    name = name.capitalize() if name.isupper() else name
    first = next(iter(actors(name, [(m.start, m.end) for m in find_units(name)])), None)
    return first is not None and (first.named or not body) and (first.start, first.end) == (0, len(name))


def begins_with_somebody(name: str) -> bool:
    """Whether a cell or a heading begins with a unit's name, or is nothing but somebody."""
    first = next(iter(find_units(name)), None)
    return bool(first and first.start == 0) or names_somebody(name, False)


def names_anybody(text: str) -> bool:
    """Whether a text has an actor; no more is looked for where it names a unit."""
    return any(not _is_a_word(text[unit.start : unit.end]) for unit in find_units(text)) or bool(actors(text, ()))


def anybody(text: str) -> bool:
    """Whether a text can name an actor that is no unit; asked once for a paragraph before its sentences are read."""
    lower = text.lower()
    return bool(_BODY.search(text) or _BACK.search(text) or _HEAD.search(lower) or _ROLE.search(lower))


def _apart(found: Iterable[Actor]) -> list[Actor]:
    """The first of those that overlap, the longer of those that begin together."""
    kept: list[Actor] = []
    for each in sorted(found, key=lambda actor: (actor.start, -actor.end, not actor.named)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def _is_a_word(name: str) -> bool:
    """'cá' is no 'CA' (Công an)."""
    return len(name) <= 3 and not name.isupper() and name.isalpha() and name.lower() != "ấp"


def extended(text: str, end: int, named: bool = False) -> int:
    """The end of a unit's name with what belongs to it: 'Công an' + ' tỉnh', 'Đồn Biên phòng' + ' Cửa Sa'.

    `named`: a name of its own has begun, so that small words between its capitals belong to it.
    """
    begin, named = end, named or text[max(0, end - FEW) : end].lower().endswith(_OWN_NAMES)
    while text[end : end + 1] in (" ", ","):
        rest = _REST.match(text, end) if named or any(map(str.isupper, text[begin:end])) else None
        if rest and _works_inside(text, end + _half(text, end), rest.end()):
            rest = None
        told = _FIELDS.match(text, end) if _OFFICE_OF.search(text, max(0, end - FEW), end) else None
        joined = told or _AND.match(text, rest.end() if rest else end) if named else None
        rest = joined or rest
        more = _MORE.match(text, rest.end() if rest else end)
        whole = _half(text, end) if named and more is None else 0
        if more is None and not whole:
            break
        end = more.end() if more else end + whole
    return _with_numbers(text, end)


def _with_numbers(text: str, end: int) -> int:
    """The end of villages or communes that are told by their numbers or names."""
    if text[end - 1 : end].isdigit():
        more = _NUMBERS.match(text, end)
        return more.end() if more and _BY_NUMBER.search(text, max(0, end - FEW), end) else end
    more = _NAMES.match(text, end) if _BY_NAME.search(text, max(0, end - NEAR), end) else None
    more = more or (_MORE_VILLAGES.match(text, end) if _VILLAGES.search(text, max(0, end - FEW), end) else None)
    return more.end() if more else end


def _half(text: str, end: int) -> int:
    """Characters up to the word that completes a name of which only the first syllable is there: 'Chăn' + ' nuôi'."""
    if not text[end + 1 : end + 2].islower():
        return 0
    last = text[text.rfind(" ", 0, end) + 1 : end]
    before = text[max(0, end - NEAR) : max(0, end - len(last) - 1)]
    if " " in work(text[end : end + NEAR]) or (last in _WHOLE and starts_with_work(text[end : end + NEAR])):
        return 0
    alone = last.istitle() and (_BODY_HEAD.search(before) or not before.rpartition(" ")[2].istitle())
    village = _PLACE.search(before.rstrip().lower()) and starts_with_work(text[end : end + NEAR])
    word = _SMALL.match(text, end) if alone and not village else None
    return word.end() - end if word else 0


def _works_inside(text: str, start: int, end: int) -> bool:
    """Whether a verb of work begins at one of the words between: there the name has ended."""
    return any(starts_with_work(text[m.start() : m.start() + NEAR]) for m in _SPACE.finditer(text, start, end))


def _end_of_role(sentence: str, units: Mapping[int, int], start: int, end: int) -> int:
    """Where a role's name ends: before its verb of work, a colon, or another actor; 0 when it is none."""
    head = sentence[start:end].lower()
    if _GROUP.match(head) and (own := _IN_NAMES.match(sentence, end)):  # 'tổ bảo vệ rừng thôn tuần tra'
        if _MADE_UP.match(sentence, own.end()):  # 'Tổ giúp việc 07 người do …': what it is for has no object
            return own.end()
        longer = _walked(sentence, units, own.end())
        ends = longer and sentence[longer : longer + 2].lstrip()[:1] in (":", "(")
        if longer and (ends or starts_with_work(sentence[longer : longer + NEAR])):
            return longer
    found = _walked(sentence, units, end)
    alone = sentence[start].isupper() or start == 0 or sentence.endswith("thì ", 0, start)
    plain = _ONE.fullmatch(head) and not (alone and not _PLACE.match(head))
    return 0 if found == end and plain else found


def _walked(sentence: str, units: Mapping[int, int], at: int) -> int:
    """Word after word to where a name may end; 0 where it does not."""
    before = [sentence[sentence.rfind(" ", 0, at) + 1 : at].lower()]  # words of the name
    for _ in range(LONGEST + 1):
        rest = sentence[at : at + NEAR]
        if _NAME_ENDS.match(rest) or (starts_with_work(rest) and not (_begun(before, rest) or _TITLE.match(rest))):
            return at
        word = _WORD.match(rest)
        if word is None or word.group().strip() in _NO_NAME or _NO_PART.match(rest):
            return 0
        unit = units.get(at + 1)
        before.append("" if unit else word.group().strip())
        at = unit or at + word.end()
    return 0


def _begun(words: list[str], rest: str) -> bool:
    """Whether the last words begin a name or a verb: 'Trợ' + 'giúp' is no verb, 'xây' + 'dựng' goes on with one."""
    group = len(words) > 1 and (words[-1] in _BODIES_FOR or (words[-1] in _TEAMS and _IN_NAMES.match(rest)))
    whole = len(words) == 2 and words[-1].istitle() and not _PLACE.search(words[0])  # 'Xóm Đình' is whole
    if whole or group or words[-1] in ("Khu", "Thường", "trật", "thợ") or words[-2:] == ["trật", "tự"]:
        return True
    longer = _VERB.match(f" {words[-1]}{rest}")
    return longer is not None and longer.group(1).startswith(f"{words[-1]} ")


def starts_with_work(text: str) -> bool:
    """Whether words behind an actor begin with a verb of work."""
    return (_BARE_VERB if text.isascii() else _VERB).match(text) is not None


def work(after: str) -> str:
    """The verb of work that words begin with, folded; '' when they begin with none."""
    verb = (_BARE_VERB if after.isascii() else _VERB).match(after)
    return fold(verb.group(1)) if verb else ""


def behind_work(after: str) -> str:
    """What stands behind that verb."""
    verb = (_BARE_VERB if after.isascii() else _VERB).match(after)
    return after[verb.end() :] if verb else ""


def acts(after: str) -> bool:
    """Whether a unit's name is followed by any verb at all: a small word that is none of those which are no verbs."""
    word = _FIRST.match(after)
    return bool(word and word.group(1).islower() and word.group(1) not in _NO_WORK)
