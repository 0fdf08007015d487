"""The kind of value a question wants — money, a percentage, a telephone number … — and whether a text holds one.

A clause on the right topic that lacks the kind of value asked for does not answer: "tốn bao nhiêu tiền" needs money.
"""

from __future__ import annotations

import re
from enum import StrEnum

from plan.text import fold, lower


class Want(StrEnum):
    """Kinds of values."""

    MONEY = "money"
    PERCENT = "percent"
    COUNT = "count"
    PHONE = "phone"
    MAIL = "mail"
    COMPANY = "company"
    PRICE = "price"
    FINE = "fine"
    HOUR = "hour"
    PERSON = "person"
    SITE = "site"


# "bao nhiêu" of money: nothing else that could be counted comes behind it ("bao nhiêu tiếng", "bao nhiêu hộ").
_AMOUNT = (
    r"bao nhieu(?= (?:tien|dong|trieu|ty|nghin|vnd|kinh phi|ngan sach|la|thi|vay|the|a|nhi|de|cho|tu|o|trong|moi|mot|"
    r"ca|tat ca|nam|duoc|va)\b|\W*$|\W*[,;?(])"
)
_RATE = re.compile(r"\blai suat\b|\bty le\b|\bti le\b|phan tram|%|interest rate|\bpercent")
_ASKS: dict[Want, str] = {
    Want.MONEY: (
        r"bao nhieu (?:tien|dong(?! chi)|trieu|ty|kinh phi)\b|"
        r"(?:kinh phi|\bkp\b|ngan sach|\btien\b|\bvon\b|chi phi|muc chi|"
        r"luong|phu cap|thu lao|tien thuong|thuong|hoc phi|le phi)\b[^?]{0,40}\b(?:{amount}|may (?:trieu|ty|dong))|"
        r"(?:het|ton|mat) {amount}|"
        r"how much (?:money|does|will|is|budget|funding)|"
        r"what (?:is|was) the (?:total )?(?:budget|cost|amount|sum|price|funding)\b|what sum\b|"
        r"total (?:amount|budget|cost|funding)|\bvnd\b|may (?:trieu|ty)\b|"
        r"(?:budget|cost|amount) (?:in|of) (?:vnd|dong)|how many (?:million|billion)"
    ),
    Want.PERCENT: r"phan tram|\bpercent|ty le (?:bao|dat|la)|what (?:share|proportion)|bao nhieu ?%|may phan tram",
    Want.COUNT: (
        r"(?<!ngay )(?<!thang )(?<!nam )\bbao nhieu (?!(?:tien|dong(?! chi)|trieu|ty|kinh)\b|phan tram|%)|"
        r"\bmay (?:nguoi|lop|buoi|to|dot|lan|cuoc|bai|cai|ho|diem|dieu|loai|nhom|don vi|tieu chi|muc|phong|thon|"
        r"truong|dieu)\b|how many|so luong|number of (?!the plan|this plan|the document)"
    ),
    Want.PHONE: (
        r"so dien thoai|\bsdt\b|so (?:dt|dd)\b|duong day nong|hotline|\bphone|telephone|mobile number|so may le|"
        r"zalo (?:cua|so)|(?:goi|bam|lien he) so (?:nao|may)|so nao de (?:goi|lien he)"
    ),
    Want.MAIL: r"e-?mail|thu dien tu|dia chi (?:mail|hop thu)",
    Want.COMPANY: (
        r"(?:cong ty|cty|nha thau|doanh nghiep|nha cung cap|\bhang|don vi cung cap|nha mang|nha in|nha xuat ban|"
        r"nha xe|hang xe|ngan hang|hang san xuat|thuong hieu|xe buyt) nao|"
        r"which (?:\w+ )?(?:company|vendor|supplier|contractor|provider|firm|brand|publisher|publishing house|"
        r"printing house|bank|carrier|manufacturer|sponsor|bus|software|app)\b|"
        r"ten (?:cong ty|nha thau|phan mem|nha cung cap)|thue (?:cong ty|ben) nao|mua cua (?:ai|hang)|"
        r"cua (?:cty|cong ty|hang) (?:nao|gi)"
    ),
    Want.PRICE: (
        r"\bgia (?:mot|moi|cua|cai|bao|ca|tien|ve|thue|mua)|don gia|"
        r"(?:mot|moi|\d+) (?:cai|chiec|bo|may|cuon|suat|ao|kiot|nguoi|ngay|buoi|thang|ho|gio)\b.{0,24}\b(?:het |gia |"
        r"duoc |tra )?bao nhieu (?:tien|dong|trieu)|(?:unit )?price|"
        r"how much (?:is|are|does|do) (?:a|an|one|each|per)\b|cost (?:of )?(?:a|an|one|each|per)\b|"
        r"\bper (?:day|person|unit|hour)\b.{0,20}\b(?:paid|pay|cost)|paid per|how much is .{0,40} paid"
    ),
    Want.FINE: (
        r"muc phat|xu phat|phat (?:tien|bao nhieu|nhu the nao|the nao|nang)|(?:bi|co) phat\b|ky luat|che tai|"
        r"\bfines?\b|\bfined\b|penalt|sanction|punish|disciplin"
    ),
    Want.HOUR: r"may gio|gio nao|what time|o'clock",
    Want.PERSON: (
        r"(?:ten|ho ten|ho va ten)(?: cua)? (?:nguoi|can bo|ong|ba|truong|pho|giam doc|chu tich|vi|bi thu|"
        r"chuyen gia)|\b(?:truong|pho|giam doc|chu tich|bi thu|chi huy)[\w\s]{0,40} (?:la ai|ten (?:gi|la gi)|"
        r"ten la)|\bong nao|\bba nao|\b(?:nguoi|can bo|ong|ba|co|thay|vi)\b[\w\s]{0,30}\bten gi\b|"
        r"names? of (?:the |its )?(?:\w+ ){0,3}(?:person|officer|head|chair\w*|"
        r"director|chief|vice|members?|leader|teacher|expert)|"
        r"who is (?:the |its )?(?:\w+ ){0,3}(?:head|chair\w*|director|chief|leader|president)|dong chi nao|"
        r"xin ten"
    ),
    Want.SITE: r"trang web|website|dia chi (?:trang|web)|\burl\b|\blink\b",
}
_COMPILED = {want: re.compile(pattern.replace("{amount}", _AMOUNT)) for want, pattern in _ASKS.items()}
_HOLDS: dict[Want, re.Pattern[str]] = {
    Want.MONEY: re.compile(r"\d[\d., ]*\s*(?:dong|trieu|ty\b|nghin|vnd|d\b|usd)"),
    Want.PERCENT: re.compile(r"\d+(?:[.,]\d+)?\s*(?:%|phan tram)"),
    Want.PRICE: re.compile(
        r"\d[\d., ]*\s*(?:dong|trieu|nghin|d)\s*/|(?:moi|mot|tung) [\w ]{1,30}\d[\d., ]*\s*(?:dong|trieu|nghin)|"
        r"\d[\d., ]*\s*(?:dong|trieu|nghin) ?(?:mot|moi|cho moi)"
    ),
    Want.PHONE: re.compile(
        r"\b0\d{2,3}[\d. ]{6,}\b|\b1[89]00[\d. ]{4,}|"
        r"(?:duong day nong|dien thoai|tong dai|goi|bao|hotline)\D{0,25}\b(?:11[1-5]|\d{5,})\b"
    ),
    Want.MAIL: re.compile(r"\S+@\S+\.\w+"),
    Want.COMPANY: re.compile(
        r"cong ty|vnpt|viettel|fpt|mobifone|agribank|vietcombank|bidv|hop tac xa|tap doan|"
        r"ngan hang|buu dien|dien luc"
    ),
    Want.FINE: re.compile(
        r"\bphat\b(?! trien| hanh| sinh| dong| thanh| hien| huy| song)|xu phat|ky luat|che tai|thu hoi|phe binh|"
        r"khong xet thi dua|kiem diem"
    ),
    Want.HOUR: re.compile(r"\d{1,2}\s*(?:gio|h)\b|\d{1,2}h\d{2}|\d{1,2}:\d{2}"),
    Want.SITE: re.compile(r"https?://|www\.|\.vn\b|\.com\b"),
}


def wanted(question: str) -> frozenset[Want]:
    """The kinds of values a question wants."""
    folded = fold(question).replace("’", "'")
    found = {want for want, pattern in _COMPILED.items() if pattern.search(folded)}
    if Want.MONEY in found and _RATE.search(folded):  # "lãi suất vay vốn là bao nhiêu" wants a rate and no sum
        found = found - {Want.MONEY} | {Want.PERCENT}
    return frozenset(found)


def holds(want: Want, text: str) -> bool:
    """Whether a text holds a value of that kind. Persons show in capital letters."""
    if want is Want.PERSON:
        if re.search(
            r"\blàm (?:tổ trưởng|trưởng (?:ban|đoàn|nhóm|tiểu ban))|\blà (?:trưởng ban|tổ trưởng)", lower(text)
        ):
            return True  # an office holder is named by the office
        return bool(re.search(r"(?:đồng chí|[Ôô]ng|[Bb]à)\s+(?!Phó|Chủ|Bí|Trưởng|Giám|Ủy|Chánh)[A-ZĐ]\w+", text))
    if want is Want.MONEY and re.search(r"(?:trieu|nghin)? ?dong\)", fold(text)) and re.search(r"\d", text):
        return True  # a table with its unit in the column's name
    if want is Want.COUNT:
        return bool(_NUMBER.search(_NO_COUNT.sub(" ", lower(text))))
    return bool(_HOLDS[want].search(fold(text)))


# Numbers that count nothing: the mark of the line, years and dates, numbers of documents.
_NO_COUNT = re.compile(
    r"(?m)^\W*(?:s?tt: |số tt: )?\d+(?:\.\d+)*[.)\t; ]|\d+(?:/\d+)+(?:/[\w-]+)*|"
    r"\d+/\d*/?[a-zđ]+-[\w-]+|\b(?:19|20)\d\d\b|\b[ivx]+\.\d+|"
    r"\b(?:khoản|mục|điều|điểm|phụ lục|tháng|ngày|quý|số|lớp|loại|cấp)\s+\d+(?! (?:lớp|buổi))"
)
_NUMBER = re.compile(
    r"\b\d+\b|\b(?:hai|ba|bốn|sáu|bảy|tám|chín|mười|một(?! (?:số|phần|cách|khi|trong|loạt|cửa))) [^\W\d]"
)

# Values that nothing else can stand in for: a clause without them does not answer such a question.
DECISIVE = frozenset(
    {Want.MONEY, Want.PRICE, Want.PHONE, Want.MAIL, Want.COMPANY, Want.FINE, Want.HOUR, Want.PERSON, Want.SITE}
)
