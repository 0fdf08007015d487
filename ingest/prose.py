"""Assignments written as sentences: 'Phòng Kinh tế chủ trì, phối hợp với Công an xã …' and their like."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from ingest.actors import FEW, NEAR, actors, extended, names_anybody, starts_with_work
from ingest.inline import inline_fields
from ingest.people import people
from ingest.sentences import LONGEST
from plan.due import date_phrases
from plan.model import Assignment, Field, FieldValue, Span
from plan.text import CAPITALS, fold, sentence_start
from plan.units import Mention, find_units

_LEADS = re.compile(
    r"(?:chiu trach nhiem )?chu tri|lam dau moi|la (?:co quan |don vi )?(?:dau moi|chu tri|thuong truc)|"
    r"chiu trach nhiem"
)
_LEAD_WORDS = ("chu tri", "dau moi", "thuong truc", "chiu trach nhiem")
_WITH = re.compile(
    r"(?:,\s*)?(?:phoi hop(?:\s+chat che)?(?:\s+(?:voi|cung(?!\s+(?:cap|ung))))?|"
    r"cung(?:\s+voi)?(?!\s+(?:phoi|cap|ung)))\s+"
)
_TAIL = re.compile(
    r"[\s,;]*(?:chu tri)?\s*(?:chu tri|chiu trach nhiem|thuc hien|tham muu|"
    r"lam dau moi)(?:\s+(?:tham muu|thuc hien|chinh|theo linh vuc duoc giao|to chuc))*[\s.;,]*\Z"
)
_FULL_STOP = re.compile(rf"(?<=[^\W{CAPITALS}]{{2}})\.\s+(?=[{CAPITALS}])")
_TO_BE = re.compile(r"\s*,?\s*(?:-\s|là|được|có|sẽ|phải|tiếp tục|trực tiếp|giúp|đồng thời)(?<=[\s\w])")
_SENTENCE = re.compile(rf"(?<=[\w)]{{3}})\.\s+(?=[{CAPITALS}])")
LONG_PART = 60  # characters of a name: more is a task behind it, or one without a name
_COLON = re.compile(r"\s*:\s+\w")
_ENDS = re.compile(r"[;.]\s")
LONG_SENTENCE = 900  # characters of a sentence that are looked at for each 'chủ trì' in it
LONG_LIST = 400  # characters of a list of who helps
_TOPIC = re.compile(r"[^.;:]{4,80}: ")
_HEAD_OF = re.compile(r"\b(?:(?:tổ|đội|nhóm|cụm) )?trưởng (?:(?:các|\d{1,2}) )?\Z", re.IGNORECASE)
_PERSON = re.compile(r";\s*(?:ông|bà|đồng chí|đ/c)\s.*", re.IGNORECASE)
_OTHERS = re.compile(r"[;,.]\s*([^;.]{4,200}?)\s+(?:cung\s+)?phoi hop(?:\s+(?:thuc hien|trien khai))?\s*\.?\s*\Z")


def split_lead(value: FieldValue) -> tuple[FieldValue, list[FieldValue]]:
    """'X chủ trì; Y phối hợp' → X and [Y]; 'X phối hợp với Y' → X and [Y]; 'X chủ trì tham mưu' → X."""
    text = _PERSON.sub("", value.value)
    folded = fold(text)
    others: list[FieldValue] = []
    match = _OTHERS.search(folded)
    if match and _LEADS.search(folded[: match.start()]):
        others.append(_part(value, match.start(1), match.end(1)))
        text = text[: match.start()]
    else:
        joined = _WITH.search(folded)
        if joined and joined.start() > 3:
            if not starts_with_work(text[joined.end() - 1 :]):  # 'X phối hợp cung cấp …'
                others.append(_part(value, joined.end(), len(text)))
            text = text[: joined.start()]
    cut = _TAIL.search(fold(text))
    name = text[: cut.start()] if cut and cut.start() > 3 else text
    return FieldValue(name.strip(" ,;.:"), value.span, value.line), others


def first_sentence(value: FieldValue) -> FieldValue:
    """Names end with their sentence: 'Trạm Y tế (khoản 2). Riêng khoản 1 do Công an xã.'"""
    return FieldValue(_SENTENCE.split(value.value, maxsplit=1)[0], value.span, value.line)


def behind_first_sentence(text: str) -> str:
    """What follows the first sentence of a field's line: 'Đầu mối: Phòng A. Tài khoản do Văn phòng cấp.'"""
    return next(iter(_FULL_STOP.split(text, maxsplit=1)[1:]), "")


def bare_names(value: FieldValue) -> list[FieldValue]:
    """A list of names as it is; where a name has its own task behind it ('thôn Tân Hợp cử người'), each name alone."""
    named = list(people(value.value))
    if len(named) > 1 and named[0].start == 0:
        return [FieldValue(value.value[each.start : each.end], value.span, value.line) for each in named]
    parts = re.split(r";\s*", value.value)
    names = [_bare(part) for part in parts]
    return [FieldValue(name, value.span, value.line) for name in names if name] if names != parts else [value]


def _bare(part: str) -> str:
    first = next(iter(actors(part, [(m.start, m.end) for m in find_units(part)])), None)
    if first is None or first.start > 0:
        return "" if len(part) > LONG_PART and starts_with_work(f" {part[:1].lower()}{part[1:]}") else part
    told = starts_with_work(part[first.end :]) or (len(part) > LONG_PART and _COLON.match(part, first.end))
    return part[: first.end] if told else part


def _part(value: FieldValue, start: int, end: int) -> FieldValue:
    return FieldValue(value.value[start:end].strip(" ,;."), value.span, value.line)


def leading_prose(address: str, text: str, span: Span) -> Iterator[Assignment]:
    """The assignments of a paragraph's sentences, quoted by the whole paragraph."""
    folded = fold(text)
    leads = tuple(_LEADS.finditer(folded)) if any(word in folded for word in _LEAD_WORDS) else ()
    if len(text) > LONGEST or not leads:
        return
    titles = tuple(people(text))
    mentions = tuple(m for m in find_units(text) if not any(each.start <= m.start < each.told for each in titles))
    stated = dict(inline_fields(text)) if len(leads) == 1 else {}
    ends = [m.end for m in mentions]
    told: set[tuple[str, str]] = set()  # 'X là cơ quan thường trực, chủ trì …' leads once
    for match in leads:
        at = bisect_right(ends, match.start()) - 1
        if at < 0 or match.start() - ends[at] > 30 or re.search(r"[.;:]", folded[ends[at] : match.start()]):
            continue
        first = _chain_start(folded, mentions, at)
        head = _HEAD_OF.search(text, max(0, first - FEW), first)  # 'Tổ trưởng 12 tổ dân phố chịu trách nhiệm …'
        first = head.start() if head else first
        whole = re.split(r"(?<=\.)\s", text[first : max(first, match.end()) + LONG_SENTENCE], maxsplit=1)[0]
        sentence = _piece_of(whole)
        if _only_roles(sentence[match.end() - first :]):
            sentence = whole
        only = _only_names(whole[match.end() - first :])
        doing = _last_sentence(text[max(0, first - LONG_SENTENCE) : first]) if only else ""
        topic = _TOPIC.fullmatch(text, 0, first)
        if topic:  # 'Khám định kỳ: Trạm Y tế chủ trì …': the sentence begins with what is done
            sentence = topic.group() + sentence
        elif text.endswith(" do ", 0, first):  # 'Phân luồng do Công an xã chủ trì, phối hợp …'
            sentence = text[sentence_start(text, first) : first] + sentence
        elif doing:  # 'Kiện toàn đội trước 30/4. Công an xã chủ trì; Trạm Y tế phối hợp.'
            sentence = f"{doing} {whole}"
        others = _coordinating(text[match.end() : first + len(whole)], span)
        when = [day.of(whole) for day in date_phrases(whole)] or _whole_days(doing)
        due = FieldValue(when[0], span, span) if when else _stated(stated, Field.DEADLINE, span)
        end = extended(text, ends[at])
        name = text[first : end if _TO_BE.match(text, end) else match.start()].strip(" ,;")
        if (name, sentence) in told:
            continue
        told.add((name, sentence))
        lead = FieldValue(name, span, span)
        product = _stated(stated, Field.PRODUCT, span)
        yield Assignment(address, FieldValue(sentence, span, span), (lead,), others, due, product, source="prose")


def _piece_of(whole: str) -> str:
    """A sentence up to the ';' behind which somebody else is named."""
    for match in re.finditer(r";\s+", whole):
        if names_anybody(whole[match.end() : match.end() + NEAR]):
            return whole[: match.start() + 1]
    return whole


def _last_sentence(text: str) -> str:
    """What stands right before a sentence; nothing where somebody else is given work there."""
    last = re.split(r"(?<=[.;])\s+", text.strip())[-1]
    return "" if _LEADS.search(fold(last)) else last


def _only_roles(rest: str) -> bool:
    """'Phòng Kinh tế chủ trì;', '… chủ trì, trưởng ấp phối hợp;' say nothing without what follows."""
    return bool(re.fullmatch(r"(?:[, ]+[^,;.]{2,60} phoi hop)?[\s.,;]*", fold(rest)))


def _whole_days(text: str) -> list[str]:
    """Its days with their month or year: 'hai ngày 09 và 10/5' begins with a day that alone would mislead."""
    found = (day.of(text) for day in date_phrases(text))
    return [day for day in found if re.search(r"\d/\d|thang|quy|nam", fold(day))]


def _only_names(rest: str) -> bool:
    """'… chủ trì; Công an xã, Trạm Y tế phối hợp.': who does it and with whom, and not what."""
    return bool(re.fullmatch(r"(?:[,; ]+[^.]{2,120} phoi hop)?(?: thuc hien)?[\s.,;]*", fold(rest)))


def _stated(stated: dict[Field, str], field: Field, span: Span) -> FieldValue | None:
    """A field labelled in the same paragraph: '… chủ trì. Sản phẩm: biên bản bàn giao.'"""
    return FieldValue(stated[field], span, span) if field in stated else None


def _chain_start(folded: str, mentions: tuple[Mention, ...], last: int) -> int:
    start = mentions[last].start
    for at in range(last - 1, -1, -1):
        mention = mentions[at]
        if start - mention.end > 10 or re.search(r"[.;:]", folded[mention.end : start]):
            break
        start = mention.start
    return start


def _coordinating(rest: str, span: Span) -> tuple[FieldValue, ...]:
    before = re.match(r"\s*,\s*([^;.,]{3,60}?)\s+phoi hop\b(?! (?:voi|cung)\b)", fold(rest))
    if before and (find_units(before.group(1)) or rest[before.start(1)].isupper()):  # 'X chủ trì, Y phối hợp làm …'
        return (FieldValue(rest[before.start(1) : before.end(1)], span, span),)
    joined = _WITH.match(fold(rest).lstrip()) or _WITH.search(fold(rest)[:20])
    if not joined:
        match = re.search(r"[;,]\s*([^;.]{4,160}?)\s+(?:phoi hop|gop cong|ho tro)\s*(?:[.,;]|\Z)", fold(rest))
        return (FieldValue(rest[match.start(1) : match.end(1)], span, span),) if match else ()
    tail = rest[joined.end() :]
    piece = _ENDS.split(tail, maxsplit=1)[0][:LONG_LIST]
    named = actors(piece, [(m.start, m.end) for m in find_units(piece)])
    if not named or named[0].start > NEAR:
        cut = re.split(r"[;.]|\s(?:to chuc|tham muu|xay dung|trien khai|thuc hien|de xuat)\s", fold(tail))[0]
        return (FieldValue(tail[: len(cut)].strip(" ,"), span, span),) if cut.strip() else ()
    end = named[0].end
    for each in named[1:]:
        if each.start - end > 12:
            break
        end = each.end
    more = re.match(r"[ ,]*(?:va )?(?:cac )?(?:co quan|don vi|phong|ban|nganh)[^;.]{0,30}?lien quan", fold(tail)[end:])
    return (FieldValue(tail[: end + (more.end() if more else 0)].strip(" ,"), span, span),)
