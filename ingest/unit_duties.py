"""Duties that stand below a unit's heading, or in a line that its unit begins: '- Công an xã: …'. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.actors import NEAR, actors, extended, names_somebody, starts_with_work
from ingest.people import people
from plan.fields import field_line
from plan.model import Assignment, Clause, ClauseKind, FieldValue
from plan.text import CAPITALS, fold
from plan.tree import Tree
from plan.units import Mention, find_units

LEAST = 2  # lines that units head, for those between them
LONGEST = 60  # characters of who heads a line
_HEAD_OF_LINE = re.compile(rf"([{CAPITALS}][^:;.,()\d]{{2,{LONGEST}}}?)\s*:\s+")
_LONG_HEAD = re.compile(rf"((?:Trưởng|Các|Hội|Ban|Tổ|Đội|Đoàn|Một|Mỗi)\s[^:;.]{{2,80}}?)\s*:(?=\s+[^\W\d{CAPITALS}])")
OWN = (ClauseKind.BULLET, ClauseKind.PARAGRAPH, ClauseKind.POINT)  # may state a task of what stands above them
_DUTIES = re.compile(r"to chuc thuc hien|phan cong|trach nhiem|to chuc trien khai|giao viec")
_ROLE = re.compile(r"(?:chu tri|phoi hop|tham muu|nhiem vu)\s*:")
_PLACES = frozenset({"thuvien", "benhvien", "htx", "truonghoc", "thon", "tocnsocd"})  # as often a topic as a unit
_LED = re.compile(r"(?:to )?truong (?:cac )?(?:thon|ban|ap|xom|khu|to|tdp)\b")  # a leader is no topic
_LEVEL = re.compile(r"^ (?:xa|phuong|thi tran|tinh)\b")
_SUFFERS = re.compile(
    r"\s*(?:\([^)]*\))?\s*(?:(?:duoc|xong|da|hien|nao|phai (?:dat|du|la|duoc))\b|co (?:tu |tren |\d)|:\s*\d|"
    r"[^,;.:]{0,40} duoc )"
)  # 'Thôn được chấm sạch nhất …' is no duty
_FREED = re.compile(r"\s+khong (?:phai|can)\b|\s+(?:dat|vi pham|xep|de xay ra)\b[^,;.:]{0,40} (?:duoc|bi) ")
_PART_OF_BODY = re.compile(r"\s*\((?:Tổ|Bộ phận|Trung tâm|Phòng|Ban|Đội|Văn phòng|Trạm|Công chức)[^()\n]{2,60}\)(?=\s)")
_ITS = re.compile(r"(?:^|[.;] )(?:Có )?[Nn]hiệm vụ(?: của \w+)?(?: là)?(?::| ) *(?P<does>[^.;\d]{6}.*)")
_POST = re.compile(r"[^:;,.]{3,40}: ")
_NOTE = re.compile(r"(?:bang|bieu|ghi chu|o ) ?\S")
_ASKS = re.compile(r"^(?:giao|de nghi|yeu cau)\s+")
_ASKED = re.compile(r"(?:giao|đề nghị|yêu cầu|trách nhiệm của|đối với)\s+", re.IGNORECASE)
_ALL = re.compile(r"(?:các |mỗi |tất cả )*")
_SEVERAL = re.compile(r"các\b", re.IGNORECASE)
_HEADED = re.compile(r"[^:;.]{0,160}:\s")
_CHAIN = re.compile(r"(?:[\s,&/-]|va\b|cac\b|xa\b|phuong\b|thi tran\b|tinh\b|so \d)*")
_TERRITORY = re.compile(r"\s+(?:xa|phuong|thi tran)\b")


def is_role(tree: Tree, child: Clause) -> bool:
    """'- Chủ trì: …' and '- Phối hợp: …' below a unit say what the unit does, not who does it."""
    return bool(_ROLE.match(fold(tree.body(child)[:LONGEST])))


def from_unit_heading(tree: Tree, clause: Clause) -> Iterator[Assignment]:
    """'4. Công an phường' under 'Tổ chức thực hiện': each line below is a duty of the unit."""
    if not is_unit_heading(tree, clause):
        return
    heading = next((c for c in tree.children(clause) if c.kind is ClauseKind.HEADING), None)
    if heading is None:
        return
    children = tree.children(clause)
    if any(_names_first(tree.body(child)) for child in children):
        return  # who is in a body, one by one
    name = _ASKED.sub("", clause.heading.rstrip(" :."), count=1)
    lead = FieldValue(name, heading.span, heading.span)
    for child in children:
        body = tree.body(child)
        own = child.kind in OWN or (child.kind is ClauseKind.ITEM and not child.children)
        if not own or len(body) < 10 or (field_line(body) and not is_role(tree, child)):
            continue
        if not (_NOTE.match(fold(body)) or _of_another(body, name) or any(from_unit_line(tree, child))):
            yield Assignment(child.address, FieldValue(body, child.span, child.span), (lead,), source="duties")


def _of_another(line: str, unit: str) -> bool:
    """Whether a line below a unit begins with another body that has a name: 'Đội Cảnh sát số 3 được mời hỗ trợ'."""
    near = line[:NEAR]
    asked = _ASKED.match(near)
    if asked or _SEVERAL.match(unit):  # of several units one by one, or of somebody who is asked
        near = near[asked.end() if asked else 0 :]
        own = next(iter(actors(near, [(m.start, m.end) for m in find_units(near)])), None)
        if own and own.start == 0 and starts_with_work(near[own.end :]) and fold(near[: own.end]) not in fold(unit):
            return True
    first = next(iter(actors(near, [])), None)
    return first is not None and first.named and first.start == 0 and fold(line[: first.end]) not in fold(unit)


def _names_first(line: str) -> bool:
    """Whether somebody by name stands at the head of a line or behind a post: 'Trưởng ban: ông A, phụ trách chung'."""
    post = _POST.match(line)
    return any(each.start in (0, post.end() if post else 0) for each in people(line))


def is_unit_heading(tree: Tree, clause: Clause) -> bool:
    """Whether a clause with others below it is headed by a unit, and no sentence."""
    if re.search(r";|\.\s", clause.heading):  # a sentence that goes on below
        return False
    asked = _ASKED.match(clause.heading)
    name = clause.heading[asked.end() if asked else 0 :]
    heading = fold(name)
    mentions = find_units(heading)
    first = mentions[0] if mentions else None
    above = " ".join(fold(c.heading) for c in tree.ancestors(clause))
    generic = re.match(r"(?:cac|thu truong|nguoi dung dau|ubnd|uy ban nhan dan|truong|ban|hoi|to)\b", heading)
    if first and clause.heading.rstrip().endswith(".") and starts_with_work(_LEVEL.sub("", heading[first.end :])):
        return False  # a sentence that gives the unit its task, with another one below it
    topic = first and first.unit in _PLACES and not (_DUTIES.search(above) or _LED.match(heading))
    if names_somebody(name, not asked) and (asked or (first is None and _lists_only(tree, clause))):
        return True
    if first and not topic and first.start <= 12 and len(heading) - sum(m.end - m.start for m in mentions) < 90:
        return True
    if len(heading) >= 140 or not _DUTIES.search(above):
        return False
    listed = _lists_only(tree, clause)  # '1. Trực ban' over text is work
    return bool(generic or names_somebody(clause.heading, not listed))


def _lists_only(tree: Tree, clause: Clause) -> bool:
    """Whether nothing but a list stands below a clause, right under its heading."""
    kinds = {child.kind for child in tree.children(clause)}
    return kinds == {ClauseKind.HEADING, ClauseKind.BULLET}


def from_unit_line(tree: Tree, clause: Clause) -> Iterator[Assignment]:
    """'- Công an xã: …' or '- Phòng Kinh tế phối hợp …': a duty whose line begins with its unit."""
    text = tree.body(clause)
    if field_line(text) and not find_units(text[:4]):
        return
    body = _ASKS.sub("", fold(text))
    shift = len(text) - len(body)
    mentions = find_units(body)
    if not mentions or not _ALL.fullmatch(text[shift : shift + mentions[0].start].lower()):
        return
    end = extended(text, _chain_end(body, [(m.start, m.end) for m in mentions]) + shift) - shift
    part = _PART_OF_BODY.match(text, shift + end)
    end = part.end() - shift if part else end
    if _FREED.match(body, end) or (mentions[0].unit in _PLACES and _SUFFERS.match(body[end:])):
        return
    colon = _HEADED.match(body)
    stop = colon.end() - 2 if colon and colon.end() >= end and not starts_with_work(text[shift + end :]) else end
    if colon and _again(mentions, colon.end()):
        return  # 'MTTQ và các đoàn thể: MTTQ lấy ý kiến; …' is read sentence by sentence
    lead = FieldValue(text[shift : shift + stop].strip(" ,;:"), clause.span, clause.span)
    yield Assignment(clause.address, FieldValue(text, clause.span, clause.span), (lead,), source="duties")


def from_body_above(tree: Tree, clause: Clause) -> Iterator[Assignment]:
    """'Gồm 07 người … Nhiệm vụ: kiểm tra thuyền.' below 'Tiểu ban Trọng tài': what the body has to do."""
    text = tree.body(clause)
    its = _ITS.search(text) if "hiệm vụ" in text else None
    above = tree.by_address[clause.parent].heading if its and clause.parent else ""
    if its is None or not names_somebody(above, False):
        return
    does = FieldValue(text[its.start("does") :], clause.span, clause.span)
    yield Assignment(clause.address, does, (FieldValue(above.strip(" :."), clause.span, clause.span),), source="duties")


def units_head_lines(tree: Tree, parent: Clause) -> bool:
    """Whether half the lines below a clause are units or roles over their duties: '- Công an xã: …', '- Kế toán: …'."""
    lines = [tree.body(child) for child in tree.children(parent) if not child.children and not child.cells]
    heads = [match.group(1) for line in lines if (match := _HEAD_OF_LINE.match(line))]
    units = [head for head in heads if names_somebody(head, False)]
    return len(units) >= LEAST and 2 * len(units) >= len(heads)


def from_line_among_units(tree: Tree, clause: Clause) -> Iterator[Assignment]:
    """'- Giám thị: đi vòng bãi xe …' between lines that units head."""
    text = tree.body(clause)
    head = _HEAD_OF_LINE.match(text)
    if head is None or starts_with_work(head.group(1)) or field_line(text):
        return
    does = starts_with_work(text[head.end() :]) or names_somebody(head.group(1), False)
    if not does or not text[head.end()].islower():
        return
    lead = FieldValue(head.group(1), clause.span, clause.span)
    yield Assignment(clause.address, FieldValue(text, clause.span, clause.span), (lead,), source="duties")


def from_long_head(tree: Tree, clause: Clause) -> Iterator[Assignment]:
    """'Trưởng bản Háng Sua, Lao Dê: dọn chỗ học …', 'Các hộ quanh đền: niêm yết giá …': whoever heads a line as no name
    that is known would, with work behind the colon."""
    head = _LONG_HEAD.match(tree.body(clause))
    if head and starts_with_work(head.string[head.end() :]):
        lead = FieldValue(head.group(1), clause.span, clause.span)
        task = FieldValue(head.string, clause.span, clause.span)
        yield Assignment(clause.address, task, (lead,), source="duties")


def _again(mentions: tuple[Mention, ...], at: int) -> bool:
    """Whether a unit that stands before a colon is named anew right behind it; schools and villages are many."""
    before = {mention.unit for mention in mentions if mention.end <= at} - _PLACES
    return any(mention.start == at and mention.unit in before for mention in mentions)


def _chain_end(text: str, spans: list[tuple[int, int]]) -> int:
    """The end of a list of units that stand together: 'Công an xã, Trạm Y tế và các trường học'."""
    end = spans[0][1]
    for start, stop in spans[1:]:
        if not _CHAIN.fullmatch(text[end:start]):
            break
        end = stop
    tail = _TERRITORY.match(text, end)
    return tail.end() if tail else end
