"""Lies: true sentences turned false in the ways models turn them, by rules that know nothing of the check.

Each rule takes a true sentence and what else the plan says, and gives false ones. A rule that finds nothing to falsify
gives none.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

UNITS = (
    "Văn phòng HĐND và UBND phường",
    "Phòng Văn hóa - Xã hội",
    "Phòng Kinh tế, Hạ tầng và Đô thị",
    "Công an phường",
    "Trạm Y tế",
    "Hội Nông dân phường",
    "Đoàn Thanh niên",
    "Ban Chỉ huy Quân sự xã",
    "Trung tâm Dịch vụ sự nghiệp công",
    "Trung tâm Phục vụ hành chính công",
    "Hội Liên hiệp Phụ nữ xã",
    "Phòng Kinh tế",
    "Công an xã",
)
_SHORT = {
    "Trung tâm Phục vụ hành chính công": ("Trung tâm PVHCC",),
    "Phòng Kinh tế, Hạ tầng và Đô thị": ("Phòng KT, HT&ĐT",),
    "Phòng Văn hóa - Xã hội": ("Phòng VH-XH",),
    "Trung tâm Dịch vụ sự nghiệp công": ("Trung tâm DVSNC",),
    "Văn phòng HĐND và UBND phường": ("Văn phòng HĐND và UBND", "Văn phòng"),
}
STRANGERS = ("Sở Du lịch", "Công ty Cổ phần Sao Việt", "Hội Cựu chiến binh phường", "Thanh tra tỉnh", "Bưu điện tỉnh")
FACTS = (
    ", kinh phí 500 triệu đồng",
    " theo Quyết định số 99/QĐ-UBND ngày 01/02/2026",
    " và báo cáo Thủ tướng Chính phủ",
    ", có xử phạt các hộ không tham gia",
    " với sự tài trợ của Ngân hàng Thế giới",
    ", liên hệ 0912 345 678 để biết thêm",
    ", xem tại www.haivan.gov.vn",
    " hai lần mỗi tuần",
    " cho mọi công dân Việt Nam",
    ", ưu tiên cán bộ lãnh đạo",
)
_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_NUMBER = re.compile(r"(?<![\d/.,-])\d+(?:[.,]\d+)*(?![\d/-]|[.,]\d|\w)")
_TURNED = (
    ("trước", "sau"), ("sau", "trước"), ("ít nhất", "nhiều nhất"), ("tối thiểu", "tối đa"), ("không quá", "ít nhất"),
    ("chậm nhất", "sớm nhất"), ("hằng ngày", "hằng năm"), ("hằng tháng", "hằng tuần"), ("hằng quý", "hằng tháng"),
    ("hằng tuần", "hằng tháng"),
    ("tăng", "giảm"), ("giảm", "tăng"), ("miễn phí", "có thu phí"), ("từ ngày", "đến ngày"),
    ("công khai", "bí mật"), ("bắt đầu", "kết thúc"), ("phải", "có thể"), ("cấm", "cho phép"), ("mỗi", "cả"),
    ("dưới", "trên"), ("trên 1", "dưới 1"), ("Quý II/", "Quý III/"), ("quý II/", "quý IV/"), ("Tháng 4", "Tháng 5"),
    ("Quý III/", "Quý I/"), ("quý III/", "quý I/"),
)  # fmt: skip
_DROPPED = ("không ", "trừ ", "ít nhất ", "tối thiểu ", "không quá ", "trước ", "chậm nhất ", "nếu ", "cấm ", "khi có ")


@dataclass(frozen=True)
class Truth:
    """A true sentence, its clause's text, and true sentences of other clauses of the plan."""

    text: str
    clause: str
    others: Sequence[str] = ()


Rule = Callable[[Truth], Iterator[str]]


def numbers(truth: Truth) -> Iterator[str]:
    """A number off by one, ten times as much, or its last digit another."""
    for match in _NUMBER.finditer(truth.text):
        digits = match.group()
        whole = digits.replace(".", "").replace(",", "")
        for wrong in (str(int(whole) + 1), f"{whole}0", f"{digits[:-1]}{(int(digits[-1]) + 3) % 10}"):
            yield _put(truth.text, match, wrong)


def dates(truth: Truth) -> Iterator[str]:
    """Another day, month or year."""
    for match in _DATE.finditer(truth.text):
        day, month, year = (int(part) for part in match.groups())
        for wrong in (f"{day % 28 + 1}/{month}/{year}", f"{day}/{month % 12 + 1}/{year}", f"{day}/{month}/{year + 1}"):
            yield _put(truth.text, match, wrong)


def swapped_figures(truth: Truth) -> Iterator[str]:
    """Two dates, or two numbers, in each other's place."""
    for pattern in (_DATE, _NUMBER):
        found = list(pattern.finditer(truth.text))
        for first, second in pairwise(found):
            a, b = first.group(), second.group()
            if a.lstrip("0") != b.lstrip("0"):
                text = truth.text
                yield text[: first.start()] + b + text[first.end() : second.start()] + a + text[second.end() :]


def figures_of_the_clause(truth: Truth) -> Iterator[str]:
    """A figure replaced by another one of the same clause."""
    for pattern in (_DATE, _NUMBER):
        theirs = {match.group() for match in pattern.finditer(truth.clause)}
        for match in pattern.finditer(truth.text):
            own = _plain(match.group())
            yield from (_put(truth.text, match, other) for other in sorted(theirs) if _plain(other) != own)


def other_units(truth: Truth) -> Iterator[str]:
    """A unit replaced by one that has nothing to do with it, of the house or invented."""
    for unit in _named(truth.text):
        for other in (*(u for u in UNITS if _absent(u, truth)), *STRANGERS):
            yield truth.text.replace(unit, other, 1)


def swapped_units(truth: Truth) -> Iterator[str]:
    """Leading and helping unit in each other's place."""
    named = _named(truth.text)
    for i, first in enumerate(named):
        for second in named[i + 1 :]:
            marked = truth.text.replace(first, "\0", 1).replace(second, first, 1)
            yield marked.replace("\0", second)


def helpers_lead(truth: Truth) -> Iterator[str]:
    """A helping unit of the clause said to lead, a leading one to help."""
    helping = re.search(r"(?:Đơn vị phối hợp|Phối hợp): ([^\n;,]+)", truth.clause)
    leading = re.search(r"(?:Đơn vị chủ trì|Chủ trì): ([^\n;,]+)", truth.clause)
    task = re.search(r"chủ trì (.+?)(?:, phối hợp|;|\.$|$)", truth.text)
    if helping and leading and task and _base(helping.group(1)) != _base(leading.group(1)):
        yield f"{helping.group(1)} chủ trì {task.group(1)}."
        yield f"{helping.group(1)} thực hiện {task.group(1)}."
        yield f"{helping.group(1)} chịu trách nhiệm chính {task.group(1)}."
        yield f"Đơn vị chủ trì {task.group(1)} là {helping.group(1)}."
        yield f"Đơn vị phối hợp {task.group(1)} là {leading.group(1)}."


def turned(truth: Truth) -> Iterator[str]:
    """A word that carries the sense replaced by its opposite."""
    for word, opposite in _TURNED:
        if re.search(rf"(?<!\w){re.escape(word)}", truth.text):
            yield re.sub(rf"(?<!\w){re.escape(word)}", opposite, truth.text, count=1)


def dropped(truth: Truth) -> Iterator[str]:
    """A word that limits or denies left out."""
    for word in _DROPPED:
        if re.search(rf"(?<!\w){word}", truth.text):
            yield re.sub(rf"(?<!\w){word}", "", truth.text, count=1)


def denied(truth: Truth) -> Iterator[str]:
    """A negation that the clause does not have."""
    for verb in ("chủ trì", "phối hợp", "hoàn thành", "tổ chức", "bảo đảm", "báo cáo", "hướng dẫn", "là", "có", "được"):
        if re.search(rf"(?<!không )(?<!\w){verb} ", truth.text):
            yield re.sub(rf"(?<!\w){verb} ", f"không {verb} ", truth.text, count=1)
            yield re.sub(rf"(?<!\w){verb} ", f"chỉ {verb} ", truth.text, count=1)


def outside(truth: Truth) -> Iterator[str]:
    """Something the plan does not say, added."""
    yield from (f"{truth.text.rstrip('.')}{fact}." for fact in FACTS)


def invented_helper(truth: Truth) -> Iterator[str]:
    """One more unit that helps."""
    yield from (
        f"{truth.text.rstrip('.')}, phối hợp với {unit}." for unit in (*STRANGERS, *UNITS) if _absent(unit, truth)
    )


def quoted(truth: Truth) -> Iterator[str]:
    """A quotation nobody wrote."""
    yield f'Kế hoạch ghi: "Mọi cá nhân vi phạm bị phạt đến 10 triệu đồng", {truth.text}'
    yield f'Theo điểm này: "{truth.text.rstrip(".")} và không có ngoại lệ".'


def joined(truth: Truth) -> Iterator[str]:
    """The end of another clause's sentence hung on this one."""
    for other in truth.others:
        tail = re.split(r"[,;]\s|\s(?=trước |trong |vào |tại )", other, maxsplit=1)
        if len(tail) == 2 and not _says(truth.clause, tail[1]):
            yield f"{truth.text.rstrip('.')}, {tail[1]}"
            yield f"{re.split(r'[,;] ', truth.text.rstrip('.'))[0]} {tail[1]}"


def mislabelled(truth: Truth) -> Iterator[str]:
    """A field's value under another field's name."""
    for label, wrong in (("Sản phẩm", "Thời hạn"), ("Thời hạn", "Sản phẩm"), ("Thời gian", "Sản phẩm")):
        match = re.search(rf"{label}[^:\n]*: ([^\n]+)", truth.clause)
        if match:
            yield f"{wrong} là {match.group(1).rstrip(' .')}."
    task = re.search(r"Nội dung[^:\n]*: ([^\n]+)", truth.clause)
    if (
        task
        and "Sản phẩm" in truth.clause
        and task.group(1).lower() not in truth.clause.split("Sản phẩm", 1)[1].lower()
    ):
        yield f"Sản phẩm là {task.group(1).rstrip(' .')}."


def done(truth: Truth) -> Iterator[str]:
    """Another time or force: already done, put off, left to choice."""
    for verb in ("chủ trì", "tổ chức", "hoàn thành", "lập", "bảo đảm", "hỗ trợ"):
        if re.search(rf"(?<!\w){verb} ", truth.text):
            for force in ("đã", "từng", "có thể", "được tự quyết", "dự kiến sẽ", "tạm dừng"):
                yield re.sub(rf"(?<!\w){verb} ", f"{force} {verb} ", truth.text, count=1)


def raised(truth: Truth) -> Iterator[str]:
    """The ward's office made the province's."""
    for own, other in (("Công an phường", "Công an tỉnh"), ("Công an xã", "Công an tỉnh"), ("UBND phường", "UBND tỉnh"),
                       ("Đoàn Thanh niên", "Tỉnh Đoàn"), ("UBND xã", "UBND huyện"), ("thôn", "huyện")):  # fmt: skip
        if own in truth.text:
            yield truth.text.replace(own, other, 1)


RULES: tuple[Rule, ...] = (
    numbers, dates, swapped_figures, figures_of_the_clause, other_units, swapped_units, helpers_lead, turned, dropped,
    denied, outside, invented_helper, quoted, joined, mislabelled, done, raised,
)  # fmt: skip


def lies(truth: Truth) -> Iterator[tuple[str, str]]:
    """Every lie that can be made of a true sentence, with the name of its rule."""
    for rule in RULES:
        for text in dict.fromkeys(rule(truth)):
            if text != truth.text:
                yield rule.__name__, text


def _put(text: str, match: re.Match[str], other: str) -> str:
    return text[: match.start()] + other + text[match.end() :]


def _plain(figure: str) -> str:
    return re.sub(r"(?<!\d)0+(?=\d)", "", figure)


def _named(text: str) -> list[str]:
    """The units of the house that a text names, longest first where one holds another."""
    found: list[str] = []
    for unit in sorted(UNITS, key=len, reverse=True):
        if unit in text and not any(unit in other for other in found):
            found.append(unit)
    return found


def _base(unit: str) -> str:
    return re.sub(r"\s+(?:xã|phường)\b", "", unit.lower())


def _says(clause: str, text: str) -> bool:
    """The clause says it too: the words, or nothing but a date that it has."""
    day = re.sub(r"ngày 0?(\d+) tháng 0?(\d+) năm (\d+)", r"\1/\2/\3", text).strip(" .")
    return text.strip(" .").lower() in clause.lower() or day in clause


def _absent(unit: str, truth: Truth) -> bool:
    names = (unit, *_SHORT.get(unit, ()))
    return not any(_base(name) in _base(truth.clause) for name in names)
