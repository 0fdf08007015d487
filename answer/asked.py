"""What a question asks for, read from its wording: who leads, with whom, by when, what product, how much …

Patterns work on folded text, so accents may be there or not. A question may ask for several things at once
("ai chủ trì, làm tới năm nào"). Pure.
"""

from __future__ import annotations

import re
from enum import StrEnum

from plan.text import fold


class Ask(StrEnum):
    """The things officers ask for."""

    LEAD = "lead"
    COORD = "coord"
    DEADLINE = "deadline"
    PRODUCT = "product"
    UNIT_TASKS = "unit_tasks"
    FUNDING = "funding"
    REPORTING = "reporting"
    BASIS = "basis"
    TARGET = "target"
    PURPOSE = "purpose"
    NUMBER = "number"
    DATE = "date"
    SIGNER = "signer"
    RECIPIENTS = "recipients"
    SUBJECT = "subject"
    CONTENT = "content"


DOC_INFO = frozenset({Ask.NUMBER, Ask.DATE, Ask.SIGNER, Ask.RECIPIENTS, Ask.SUBJECT})
FIELDS = (Ask.LEAD, Ask.COORD, Ask.DEADLINE, Ask.PRODUCT)

_WHO = (
    r"(?<!de )(?<!giup )\bai\b(?! (?:duoc (?!giao|phan|cu\b)|cap|o |chatbot|camera|trong|cho|vao|tren|duoc dung|"
    r"tao sinh|law|act|and|goals?|systems?|tools?|cameras?|plan|tasks?))|"
    r"(?:don vi|dv|co quan|cq|phong|ben|bo phan|to chuc|ban|nganh|hoi|so|to|doan the|truong|cap|noi|"
    r"dau moi)(?: ban)?(?: nao)\b|\bgiao cho\b.{0,12}\bnao|nguoi nao|\bwho\b|\bwhom\b|\bwhose\b|"
    r"which (?:\w+ ){0,3}(?:unit|division|office|department|agency|agencies|body|bodies|organi[sz]ation|team|station|"
    r"cent(?:er|re)|authority|union|units|party|partner)"
)
_PATTERNS: dict[Ask, str] = {
    Ask.COORD: (
        r"phoi hop|\bph voi\b|\bcung (?:voi )?(?:ai|nhung|cac|don vi|co quan|phong|lam|lo|tham gia|ben|to chuc)|"
        r"cung tham gia|cung (?:phoi hop|thuc hien)|di cung|chung tay|ho tro (?:ai|don vi|co quan)|ai ho tro|"
        r"ben nao ho tro|lam (?:cung|chung) (?:voi )?(?:ai|ben|don vi)|nho (?:ai|ben nao)|"
        r"\bai (?:se |cung )?lam (?:cung|chung)\b(?! dong)|coordinat|\bpartner|"
        r"alongside|jointly|together with|support(?:s|ing)? (?:the|unit|it|this|role)|"
        r"who (?:else )?(?:helps?|assists?|supports?)|work(?:s|ing)? with|cooperat|collaborat"
    ),
    Ask.DEADLINE: (
        r"khi nao|bao gio|\bhan\b|thoi han|thoi gian|luc nao|ngay (?:nao|may|bao nhieu)|thang (?:nao|may)|"
        r"nam (?:nao|may)|quy (?:nao|may)|hom nao|dot nao|tien do|moc (?:thoi|nao)|xong truoc|chot (?:ngay|luc|han)|"
        r"deadline|\bwhen\b|by when|time ?frame|timeline|how soon|due\b|what (?:date|year|month|day|quarter)|"
        r"which (?:date|year|month|day|quarter|period)|schedule|muon nhat|cham nhat|lich (?:nao|the)|tu ngay|"
        r"den (?:ngay|bao gio)|bao lau (?:mot lan|1 lan|phai)|trong (?:vong )?bao lau"
    ),
    Ask.PRODUCT: (
        r"san pham|\bsp\b|dau ra|ket qua (?:dau ra|la gi|gi|phai|can|cuoi|ra sao|nop)|"
        r"nop (?:ra )?(?:gi|cai gi|nhung gi|san pham)|ra (?:duoc )?(?:cai gi|nhung gi|san pham)|thu duoc gi|"
        r"minh chung|chung minh|bang chung|\boutputs?\b|deliver|\bproducts?\b|expected (?:result|outcome)|outcome|"
        r"what (?:must|should|has to) (?:come out|be produced|be submitted|be delivered)|\bproof\b|proves?\b|"
        r"evidence|hand(?:ed)? (?:in|over)|lay gi (?:de )?chung"
    ),
    Ask.FUNDING: (
        r"kinh phi|\bkp\b|(?<!uu )(?<!dau )\btien\b(?! do\b| phong| ich| trinh| hanh| tien)|ngan sach|nsnn|"
        r"nguon (?:von|luc|chi)|chi phi|von\b|\bbudget|\bfund|money|\bcosts?\b|\bpay|paid|financ|du toan|thanh toan|"
        r"quyet toan|ty dong|trieu dong|expens|spend"
    ),
    Ask.REPORTING: r"bao cao|\bbc\b|\breport|gui ket qua|tong hop (?:ket qua|bao)|bao len|so ket|tong ket",
    Ask.BASIS: (
        r"can cu|dua (?:vao|tren|theo)|co so phap ly|"
        r"(?:theo|thuc hien|trien khai|bam|cu the hoa|vien dan) (?:\w+ ){0,3}(?:van ban|quyet dinh|nghi dinh|"
        r"nghi quyet|luat|ke hoach|chi thi|cong van|thong tu|de an|qd|nd|nq) (?:nao|gi|so may|may|so bao nhieu|cua)|"
        r"(?:quyet dinh|nghi dinh|nghi quyet|luat|ke hoach|chi thi|cong van|thong tu|to trinh|qd|nd|"
        r"nq)\b[^?]{0,40}\b(?:nao|so may|so bao nhieu|may)\b|legal (?:basis|ground)|based on|pursuant|under which|"
        r"issued (?:to|under|pursuant)|which (?:\w+ ){0,3}(?:law|decree|decision|resolution|directive|circular)|"
        r"legal document|on what basis|in line with which"
    ),
    Ask.TARGET: (
        r"chi tieu|muc tieu|\bct\b (?:la|bao)|bao nhieu (?:phan tram|%)|ty le|phan tram|\d+ ?%|\bpercent|percentage|"
        r"what share|\btargets?\b|\bgoals?\b|dat (?:bao nhieu|muc|may)|phan dau|"
        r"(?:it nhat|toi thieu) (?:bao nhieu|may)|how many|how much"
    ),
    Ask.PURPOSE: (
        r"muc dich|de lam gi|nham (?:muc|gi|lam)|vi sao|tai sao|\bsao (?:phai|lai)|y nghia|"
        r"yeu cau (?:gi|la|cua|doi|khi|dat|nao)|doi hoi|nguyen tac|quan diem|\bwhy\b|purpose|\baims?\b|objective|"
        r"requirement|huong toi|ly do|lam (?:ke hoach|cai) (?:nay )?de|principle|de duoc (?:cai )?gi|meant to|"
        r"intended"
    ),
    Ask.RECIPIENTS: (
        r"noi nhan|gui (?:cho|den|toi|xuong|ve) (?:ai|nhung|dau|don vi nao|co quan nao|so nao|"
        r"cac (?:noi|don vi|co quan) nao|noi nao)|\bnhan (?:van ban|ke hoach|ban (?:ke hoach|nay))|"
        r"(?:ke hoach|van ban|kh)\b.{0,40}\bgui\b.{0,30}(?:dau|ai|nao|gi)|gui (?:them )?(?:di )?dau|recipients?|"
        r"(?:copies|copied|distribut|sent) (?:to|list)|addressee|\bcc\b|luu (?:o|tai|vt)|"
        r"who (?:gets|receives) (?:a copy|the plan|this|copies)|gets? a copy|noi gui"
    ),
    Ask.SIGNER: (
        r"\bai (?:da |la nguoi )?(?:ky|ki)(?: so| ten| ban hanh|"
        r" duyet)*"
        r"(?: (?:(?:tung|cac|moi|nhung) )?(?:ke hoach|kh|van ban|ban|cai|vao|len|ra|the|vay|a)\b|,|\W*$)|"
        r"nguoi ky|nguoi nao ky|ky ten|"
        r"chuc danh.{0,12}ky\b|lanh dao nao ky|who (?:has )?sign(?:ed|s)\b|\bsigned by|signatory|signer\b|"
        r"whose signature"
    ),
    Ask.NUMBER: (
        r"so (?:hieu|ky hieu)\b|^so (?:may|bao nhieu)|\bso (?:va|,) ?ngay|\bso(?: hieu)? cua (?:ke hoach|kh|van ban)|"
        r"(?:ke hoach|kh|van ban|ban nay|cai nay)\b.{0,90}?\b(?:mang )?so (?:may|bao nhieu|nao|hieu)\b|"
        r"(?:plan|document|reference|issue|official|serial|registration) (?:number|no\b)|"
        r"number of (?:the|this) (?:plan|document)|what number|\bnumbers? and date|"
        r"\bso (?:ke hoach|kh|van ban)\b(?! (?:nao|may|cua tinh))"
    ),
    Ask.DATE: (
        r"(?:ke hoach|kh|van ban|ban nay|cai nay|so may|so bao nhieu)\b.{0,90}?\b(?:ban hanh|phat hanh|"
        r"ky(?: ban hanh)?|ra doi) ?(?:vao |tu )?(?:ngay|hom|khi|luc|bao gio|thang)|"
        r"^(?:ban hanh|phat hanh|ky) (?:vao )?(?:ngay|hom|khi|luc|bao gio)|ngay (?:ky|ban hanh|phat hanh)\b|"
        r"\bso (?:va|,) ?ngay|date of (?:issue|signing|the plan|this plan)|issue date|signing date|"
        r"numbers? and dates?\b|(?:plan|document)\b.{0,30}\b(?:issued|signed|dated|promulgated)\b|"
        r"when (?:was|did).{0,40}(?:issue|sign|dated)"
    ),
    Ask.SUBJECT: (
        r"(?:ke hoach|kh|van ban)(?: nay)? (?:noi ve|ve viec|ve van de|lien quan|ten|la ke hoach) ?(?:gi|nao)?\b|"
        r"ten (?:day du )?(?:cua )?(?:ke hoach|van ban)|trich yeu|what is (?:the|this) (?:plan|document) about|"
        r"title of|full title|(?:xa|phuong|noi|dia phuong|co quan|don vi) nao ban hanh|(?:ai|who) (?:ban hanh|issued)"
    ),
    Ask.UNIT_TASKS: (
        r"(?:phai|can|se|co) (?:lam|lo|thuc hien|chiu) (?:nhung |cac )?(?:gi|viec|phan viec|cong viec|nhiem vu|"
        r"chuyen|viec gi|trach)|lam (?:nhung |cac )?(?:gi|viec gi|phan viec|chuyen gi)|"
        r"(?:nhiem vu|trach nhiem|viec|cong viec|phan viec)(?: cua| ma)? |(?:duoc|bi|se) (?:giao|phan cong|phan)|"
        r"giao (?:cho )?|phan cong|vai tro|lo (?:nhung |cac )?(?:gi|viec|mang|phan)|"
        r"chu tri (?:nhung|cac|mang|gi|viec)|dam nhiem|viec gi|phan gi|"
        r"(?:what|which).{0,30}\b(?:do|does|doing|tasks?|duties|duty|responsib\w+|role|assigned|job|charge|asked|"
        r"expected|supposed|required)\b|responsib|duties|\btasks?\b"
    ),
}
_COMPILED = {ask: re.compile(pattern) for ask, pattern in _PATTERNS.items()}
_WHO_RE = re.compile(_WHO)
_INTELLIGENCE = re.compile(r"\bAI\b")  # in capitals it is the subject, not "ai" (who)


def asked(question: str) -> frozenset[Ask]:
    """Everything the wording asks for; {CONTENT} when nothing matches."""
    folded = fold(_INTELLIGENCE.sub("tri tue nhan tao", question)).replace("’", "'")
    found = {ask for ask, pattern in _COMPILED.items() if pattern.search(folded)}
    who = bool(_WHO_RE.search(_ADDRESSEE.sub(" ", folded)))
    if (Ask.COORD in found and who and _leads_too(folded)) or (
        who and Ask.COORD not in found and not found & {Ask.RECIPIENTS, Ask.SIGNER}
    ):
        found.add(Ask.LEAD)
    if (
        re.search(r"chu tri|don vi thuc hien|co quan thuc hien|lead (?:unit|agency)|in charge", folded)
        and not who
        and len(folded.split()) <= 12
    ):
        found.add(Ask.LEAD)
    return _settled(found, folded) or frozenset({Ask.CONTENT})


def _leads_too(folded: str) -> bool:
    """Whether beside those who help also who does it is asked: 'đơn vị nào thực hiện, phối hợp với ai'."""
    return bool(_LEADS_AND_HELPS.search(folded) or _DOES_AND_HELPS.search(_ADDRESSEE.sub(" ", folded)))


_LEADS_AND_HELPS = re.compile(r"chu tri.{0,40}phoi hop|lead.{0,40}coordinat")
_DOES_AND_HELPS = re.compile(
    rf"(?:{_WHO})(?! (?:\w+ ){{0,3}}?(?:phoi hop|cung|chung|voi)\b)[^?,;]{{2,60}}?(?:,|;|\?| va\b| roi\b| con\b)"
    rf"(?:[^?]{{0,20}}\bphoi hop (?:voi |cung |la |gom )?(?:{_WHO})|[^?]{{0,12}}(?:{_WHO})(?: \w+){{0,2}} phoi hop)"
)

# Whom a report goes to is not who makes it: 'báo cáo lên những cơ quan nào', 'nộp cho ai'.
_ADDRESSEE = re.compile(
    r"(?:bao cao|\bgui|\bnop|\btrinh|tham muu)\b[^?]{0,40}?\b(?:len|cho|ve|toi|den|voi)\s+(?:nhung |cac )?"
    r"(?:ai\b|dau\b|(?:cq|co quan|don vi|so|phong|cap|ben|noi)\b[^?]{0,12}? nao)|\bto (?:whom|which \w+)\b|"
    r"report(?:s|ed)? to (?:who|what|which)"
)
_FOREIGN = re.compile(
    r"\bso (?:may|nao|bao nhieu|hieu)(?: la)? (?:cua|do) "
    r"(?!(?:xa|phuong|minh|ta|ban|cai|ke hoach|van ban|ubnd (?:xa|phuong)|uy ban nhan dan (?:xa|phuong))\b)\w+|"
    r"\b(?:can cu|dua|theo)\b (?:vao |tren )?(?:ke hoach|quyet dinh|nghi quyet|van ban|kh|qd|nq|nd) so"
)
_OTHER_BODY = re.compile(
    r"thanh pho|\btp\b|\btinh\b|chinh phu|thu tuong|trung uong|cap tren|bo truong|\bbo\b|nghi dinh|quyet dinh|"
    r"nghi quyet|\bluat\b|chi thi|cong van|to trinh|\bcity|province|provincial|government|decree|decision|resolution|"
    r"\blaw\b|ministry|prime minister|dispatch"
)


def _settled(found: set[Ask], folded: str) -> frozenset[Ask]:
    """Number and date mean this plan's own unless another document is named; a report's addressee is no recipient."""
    if Ask.NUMBER in found and re.search(r"dien thoai|\bsdt\b|duong day nong|hotline|phone", folded):
        found -= {Ask.NUMBER}
    if found & {Ask.NUMBER, Ask.DATE} and _FOREIGN.search(folded):
        found = (found - {Ask.NUMBER, Ask.DATE}) | {Ask.BASIS}
    elif (
        found & {Ask.NUMBER, Ask.DATE}
        and _OTHER_BODY.search(folded)
        and not re.search(r"ke hoach nay|van ban nay|this plan", folded)
    ):
        found -= {Ask.NUMBER, Ask.DATE}
    elif found & {Ask.NUMBER, Ask.DATE, Ask.RECIPIENTS, Ask.SIGNER}:
        found -= {Ask.BASIS}
    if Ask.REPORTING in found:
        found -= {Ask.RECIPIENTS}
    if (
        Ask.DATE in found
        and re.search(r"\bsign(?:ed|ing)\b|\bky\b", folded)
        and not re.search(r"\bai\b|who|nguoi ky", folded)
    ):
        found -= {Ask.SIGNER}
    if re.search(r"ky cam ket|ky hop dong|dang ky (?!ai)", folded) or _other_paper(folded):
        found -= {Ask.SIGNER}
    return frozenset(found)


# Papers that a plan speaks of: who signs them is a clause's business, not the plan's own foot.
_OTHER_PAPER = re.compile(
    r"\b(?:(?:la |buc )?thu (?:xin loi|moi|ngo|cam on|khen)|giay (?:chung nhan|moi|khen|xac nhan|phep|gioi thieu)|"
    r"bang khen|chung chi|chung nhan|bien ban|hop dong|quyet dinh|quy che|to trinh|phieu|ban cam ket|"
    r"certificates?|letters?|contracts?|minutes|permits?|pledges?|decisions?|regulations?)\b(?! nay\b)"
)
_PLAN = re.compile(r"\b(?:ke hoach|kh|van ban|plan|document)\b")


def _other_paper(folded: str) -> bool:
    return bool(_OTHER_PAPER.search(folded)) and not _PLAN.search(folded)


def about_document(asks: frozenset[Ask]) -> bool:
    """Only the document itself is asked about: its number, date, signer, recipients, subject."""
    return bool(asks & DOC_INFO) and not asks - DOC_INFO - {
        Ask.CONTENT,
        Ask.LEAD,
        Ask.DEADLINE,
        Ask.COORD,
        Ask.UNIT_TASKS,
    }
