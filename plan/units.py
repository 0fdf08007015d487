"""Units: offices and bodies with all their spellings, abbreviations and English names.

`find_units` recognises them in any text — accented or not, abbreviated, in English, lightly garbled — and gives each a
canonical id, so that "VH-XH", "Phòng Văn hoá – Xã hội" and "Culture and Society Division" are one unit.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from plan.text import fold


@dataclass(frozen=True, slots=True)
class Mention:
    """A unit found in a text: canonical id, the characters, and whether it belongs above commune level."""

    unit: str
    start: int
    end: int


# id → (Vietnamese name, pattern over folded text). Longer patterns stand first where one contains another.
_UNITS: tuple[tuple[str, str, str], ...] = (
    (
        "vpubnd",
        "Văn phòng HĐND và UBND",
        r"v[iă]?an? phong (?:hoi dong nhan dan|hdnd)\s*(?:va|&|,|-)?\s*(?:uy ban nhan dan|ubnd)|"
        r"van phong (?:uy ban nhan dan|ubnd|uy ban)|vp\.? ?(?:hdnd|ubnd|uy ban)(?:\s*(?:&|va|-)\s*ubnd)?|vphdnd|"
        r"vp ub\b|van phong (?:xa|phuong)\b|"
        r"(?:people's (?:council|committee)(?: and people's (?:council|committee))? office|"
        r"office of the people's (?:council|committee)[a-z' ]*)",
    ),
    (
        "vhxh",
        "Phòng Văn hóa - Xã hội",
        r"(?:phong |p\.? ?)?v[aă]n h[oó]a\s*(?:-|va|,|&)?\s*x[aã] h[oộ]i|(?:phong |p\.? ?)?vh\s*[-&]?\s*x{1,2}h\b|"
        r"(?:phong )?vhx+\b|cultur\w*(?: and | & |-|"
        r",? ?)?soci\w+(?: affairs)?(?: (?:division|office|department|unit))?|"
        r"soci\w+ (?:and|&) cultur\w+(?: (?:division|office|department|unit))?",
    ),
    (
        "kinhte",
        "Phòng Kinh tế",
        r"(?:phong |p\. ?)kinh te(?:\s*[,-]?\s*(?:va )?ha tang(?:\s*(?:va|&|,|-)\s*do thi)?)?|"
        r"(?:phong |p\.? ?)?kt\s*[-,]?\s*ht(?:\s*[-&,]?\s*d[dđ]?t)?\b|(?:phong |p\.)kt\b|"
        r"kinh te\s*[,-]?\s*ha tang(?:\s*(?:va|&|,|-)\s*do thi)?|"
        r"econom\w+(?:,? infrastructure(?:,? and urban(?: affairs)?)?)? (?:division|office|department|unit)|"
        r"infrastructure (?:and urban )?(?:division|office|department)",
    ),
    (
        "ttpvhcc",
        "Trung tâm Phục vụ hành chính công",
        r"(?:trung tam |tt\.? ?)(?:phuc vu )?hanh chinh cong|(?:trung tam|tt)\.? ?(?:pv)?hcc\b|ttpvhcc\b|pvhcc\b|"
        r"tthcc\b|(?:bo phan )?(?:tiep nhan va tra ket qua|mot cua)\b|"
        r"public (?:administrati\w+|administrative) (?:service )?(?:cent(?:er|re))|"
        r"(?:administrative )?(?:public )?service cent(?:er|re)|one[- ]stop(?: shop| cent(?:er|re)| unit)?",
    ),
    (
        "ttdvsnc",
        "Trung tâm Dịch vụ sự nghiệp công",
        r"(?:trung tam|tt)\.? ?cung ung (?:dich vu|dv)(?: su nghiep)? cong|"
        r"(?:trung tam|tt)\.? ?(?:cung ung )?(?:dich vu|dv) (?:su nghiep|sn) ?(?:cong)?|ttdvsnc?\b|tt dvsnc?\b|"
        r"public (?:non-business |career |utility )?services? (?:delivery )?cent(?:er|re)",
    ),
    (
        "ttdvth",
        "Trung tâm Dịch vụ tổng hợp",
        r"(?:trung tam|tt)\.? ?(?:dich vu|dv) (?:tong hop|th)\b|ttdvth\b|general services? cent(?:er|re)",
    ),
    (
        "ttvhtt",
        "Trung tâm Văn hóa - Thể thao",
        r"trung tam (?:van hoa|vh)[\s,-]*(?:the thao|thong tin|tt)[\w ,-]{0,40}?"
        r"(?=[.,;:)]|$| (?:chu tri|phoi hop|thuc hien|lam|mo|to chuc)\b)|ttvhtt\b",
    ),
    ("ttvhkh", "Trung tâm học tập cộng đồng", r"trung tam hoc tap cong dong|community learning cent(?:er|re)"),
    (
        "bchqs",
        "Ban Chỉ huy Quân sự",
        r"ban (?:chi huy|ch) quan su|bch ?q(?:uan )?s(?:u)?\b|ban chqs\b|quan su (?:xa|phuong)|"
        r"military command|militia command",
    ),
    (
        "congan",
        "Công an",
        r"c[oéb0]?o?ng an(?! toan| ninh| vien)(?: (?:xa|phuong|thi tran))?|\bca (?:xa|phuong|cap xa)\b|"
        r"\bca\b(?=\s*(?:phai|lam|co|duoc|lo|chu tri|phoi hop|\?|$|,))|\bcap\b(?= phuong)|"
        r"(?:ward |commune |local )?police(?: force| station)?|public security",
    ),
    (
        "tramyte",
        "Trạm Y tế",
        r"tram y ?te|\btyt\b|(?:ward |commune )?health (?:station|cent(?:er|re)|post|clinic)|medical station",
    ),
    (
        "mttq",
        "Ủy ban Mặt trận Tổ quốc",
        r"(?:uy ban |ub ?)?(?:mat tran to quoc|mttq)(?: viet nam)?|mat tran(?: xa| phuong)?\b|fatherland front",
    ),
    (
        "hlhpn",
        "Hội Liên hiệp Phụ nữ",
        r"hoi (?:lien hiep |lh)?phu nu|hoi lhpn\b|hlhpn\b|hpn\b|\bhoi pn\b|women'?s (?:union|association)",
    ),
    ("hnd", "Hội Nông dân", r"hoi nong dan|\bhnd\b|farmers?'?s? (?:union|association)"),
    (
        "hccb",
        "Hội Cựu chiến binh",
        r"hoi cuu chien binh|hoi ccb\b|\bhccb\b|\bccb\b|veterans?'?s? (?:union|association)",
    ),
    (
        "doantn",
        "Đoàn Thanh niên",
        r"(?:xa|phuong) doan\b|doan (?:thanh nien|tncs|tn|xa|phuong)\b(?:\s*(?:cong san|cs)?\s*(?:ho chi minh|hcm))?|"
        r"\bdtn\b|youth union",
    ),
    ("hoict", "Hội Chữ thập đỏ", r"hoi chu thap do|\bctd\b|red cross"),
    ("hoinct", "Hội Người cao tuổi", r"hoi nguoi cao tuoi|\bhnct\b|elderly association|association of the elderly"),
    ("hoikh", "Hội Khuyến học", r"hoi khuyen hoc|\bhkh\b|study promotion association"),
    ("cddoan", "Công đoàn", r"cong doan|trade union"),
    (
        "hdnd",
        "Hội đồng nhân dân",
        r"(?:thuong truc )?(?:hoi dong nhan dan|hdnd)(?!\s*(?:va|&|-)?\s*(?:uy ban|ubnd))|"
        r"people's council(?! (?:and|office))",
    ),
    ("danguy", "Đảng ủy", r"d[aạ]ng uy|ban thuong vu dang|party committee"),
    ("ubkt", "Ủy ban Kiểm tra", r"uy ban kiem tra|\bubkt\b"),
    ("thanhtra", "Thanh tra", r"thanh tra (?:nhan dan|xa|phuong|so|tinh)|people's inspection"),
    (
        "tuphap",
        "Tư pháp",
        r"(?:can bo |cong chuc |bo phan )?tu phap(?:\s*[-,]?\s*ho tich)?(?! (?:tinh|thanh pho))|"
        r"judicial (?:officer|unit|office)|justice (?:officer|unit)",
    ),
    (
        "diachinh",
        "Địa chính",
        r"(?:can bo |cong chuc |bo phan )?dia chinh(?:\s*[-,]\s*(?:xay dung|do thi|nong nghiep|moi truong))*|"
        r"cadastral (?:officer|unit)",
    ),
    ("quanlyduan", "Ban Quản lý dự án", r"ban (?:quan ly|ql) du an|bqlda\b|project management (?:board|unit)"),
    (
        "tocnsocd",
        "Tổ công nghệ số cộng đồng",
        r"to (?:cong nghe so|cns) ?(?:cong dong|cd)?|tocns\w*|community digital (?:technology )?(?:team|group)s?|"
        r"digital technology teams?",
    ),
    (
        "truonghoc",
        "Các trường học",
        r"(?:cac |nha )?truong (?:hoc|mam non|tieu hoc|thcs|trung hoc|th)\b(?: tren dia ban(?: xa| phuong)?)?|"
        r"(?:cac |nha )truong\b|(?:the |local |ward )?schools?\b|hieu truong",
    ),
    (
        "thon",
        "Thôn, tổ dân phố",
        r"(?:cac |truong (?:cac )?)?(?:to dan pho|tdp\b|thon\b|khu pho\b|\bap\b|cum dan cu|khu dan cu)|"
        r"to truong(?: cac)? (?:to dan pho|khu dan cu|khu pho|dan pho)|"
        r"(?:residential|neighbou?rhood) (?:group|unit|quarter)s?|hamlets?|villages?",
    ),
    ("daitt", "Đài truyền thanh", r"(?:dai|tram) truyen thanh(?: xa| phuong| co so)?|radio station"),
    ("buudien", "Bưu điện", r"buu dien|post office"),
    ("khobac", "Kho bạc", r"kho bac(?: nha nuoc)?|state treasury"),
    ("bhxh", "Bảo hiểm xã hội", r"bao hiem xa hoi|\bbhxh\b|social (?:insurance|security) (?:agency|office)"),
    ("thue", "Thuế", r"(?:chi cuc |co quan |doi )thue|tax (?:office|department|authority)"),
    ("toaan", "Tòa án nhân dân", r"toa an(?: nhan dan)?(?: khu vuc| huyen| tinh)?|\btand\b|people's court"),
    (
        "vks",
        "Viện kiểm sát nhân dân",
        r"vien kiem sat(?: nhan dan)?|\bvksnd\b|\bvks\b|procuracy|prosecutors?(?:' office)?",
    ),
    ("thihanhan", "Thi hành án dân sự", r"thi hanh an(?: dan su)?|judgment enforcement"),
    ("dienluc", "Điện lực", r"dien luc|power (?:company|utility|corporation)|electricity (?:company|utility)"),
    ("kiemlam", "Kiểm lâm", r"(?:hat )?kiem lam|forest (?:rangers?|protection)"),
    (
        "qltt",
        "Quản lý thị trường",
        r"(?:doi |cuc |chi cuc )?quan ly thi truong|\bqltt\b|market (?:management|surveillance)",
    ),
    (
        "nhcsxh",
        "Ngân hàng Chính sách xã hội",
        r"ngan hang chinh sach(?: xa hoi)?|\bnhcsxh\b|(?:bank for )?social polic(?:y|ies) bank|"
        r"bank for social policies",
    ),
    ("thuvien", "Thư viện", r"thu vien(?: tinh| xa| phuong| huyen)?|(?:provincial |ward |commune )?library"),
    ("bienphong", "Bộ đội Biên phòng", r"(?:don |bo doi )?bien phong|border guards?"),
    ("hoicndc", "Hội Nạn nhân chất độc da cam", r"hoi nan nhan chat doc[\w/ ]*|agent orange"),
    ("hoiluatgia", "Hội Luật gia", r"hoi luat gia|lawyers' association"),
    ("hoidongy", "Hội Đông y", r"hoi dong y"),
    ("hoisv", "Hội Sinh vật cảnh", r"hoi sinh vat canh"),
    ("benhvien", "Bệnh viện", r"benh vien|hospital"),
    ("ttyte", "Trung tâm Y tế", r"(?:trung tam|tt) y te(?: khu vuc| huyen| thi xa)?|regional health cent(?:er|re)"),
    ("phongyte", "Phòng Y tế", r"phong y te\b"),
    ("phongtuphap", "Phòng Tư pháp", r"phong tu phap\b"),
    ("phongnoivu", "Phòng Nội vụ", r"phong noi vu\b"),
    ("phongtaichinh", "Phòng Tài chính", r"phong tai chinh(?:\s*-?\s*ke hoach)?\b"),
    ("phonggiaoduc", "Phòng Giáo dục", r"phong (?:giao duc(?: va dao tao)?|gd(?:\s*&?\s*dt)?)\b"),
    ("phonglaodong", "Phòng Lao động", r"phong (?:lao dong|ldtbxh)\b"),
    ("phongnongnghiep", "Phòng Nông nghiệp", r"phong nong nghiep\b"),
    ("phongtainguyen", "Phòng Tài nguyên và Môi trường", r"phong (?:tai nguyen(?: va moi truong)?|tn\s*&?\s*mt)\b"),
    ("phongdothi", "Phòng Quản lý đô thị", r"phong quan ly do thi\b"),
    ("haiquan", "Hải quan", r"(?:chi cuc |co quan |doi )?hai quan\b|customs (?:office|authority|branch)"),
    ("kiemlam", "Kiểm lâm", r"(?:hat |chi cuc |tram )?kiem lam\b|forest ranger\w*"),
    ("bienphong", "Bộ đội Biên phòng", r"(?:don|bo doi|chi huy|tram) bien phong\b|border guard\w*"),
    ("thue", "Cơ quan thuế", r"(?:chi cuc|co quan|doi|thue co so) thue\b|thue co so\b|tax (?:office|authority|branch)"),
    ("toaan", "Tòa án nhân dân", r"toa an(?: nhan dan)?\b|people's court"),
    ("khobac", "Kho bạc Nhà nước", r"kho bac(?: nha nuoc)?\b|state treasury"),
    ("bqlrung", "Ban Quản lý rừng", r"ban quan ly rung\b|bql rung\b|forest management board"),
    (
        "pcccdoi",
        "Cảnh sát PCCC",
        r"canh sat (?:pccc|phong chay)|doi (?:pccc|chua chay)|fire (?:brigade|department|service)",
    ),
    ("htx", "Hợp tác xã", r"hop tac xa|\bhtx\b|cooperatives?"),
    ("quytd", "Quỹ tín dụng nhân dân", r"quy tin dung(?: nhan dan)?"),
    ("bqlcho", "Ban Quản lý chợ", r"ban (?:quan ly|ql) cho|market management board"),
    (
        "chuyenmon",
        "Các phòng chuyên môn",
        r"cac (?:phong|co quan) chuyen mon|cac phong, ban|"
        r"(?:specialised|specialized|professional) (?:divisions|agencies|departments)",
    ),
)
_PROVINCE = (
    r"(?:so|s&|cuc|chi cuc|vu|bo) (?:khoa hoc (?:va|&) cong nghe|khcn|kh&cn|kh-cn|y te|noi vu|tu phap|tai chinh|"
    r"cong thuong|xay dung|giao duc (?:va|&) dao tao|gd\s*[&-]?\s*dt|nong nghiep (?:va|&) moi truong|nn\s*[&-]?\s*mt|"
    r"van hoa[, ]*(?:the thao|tt)[\w,& ]*?(?:du lich|dl)?|vh-?tt-?dl|lao dong[\w -]*|thong tin[\w ]*truyen thong|"
    r"ngoai giao|dan toc[\w ]*|cong an|quoc phong)"
)
_PATTERNS = (*((unit, pattern) for unit, _, pattern in _UNITS), ("", _PROVINCE))
TOGETHER = 9  # names that are looked for at once before each of them is


def _any_of(patterns: Sequence[tuple[str, str]]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w])(?=(?:{'|'.join(pattern for _, pattern in patterns)})(?![\w]))")


_ANY = _any_of(_PATTERNS)
_GROUPS = tuple(
    (_any_of(group), tuple((unit, re.compile(rf"(?<![\w])(?:{pattern})(?![\w])")) for unit, pattern in group))
    for group in (_PATTERNS[at : at + TOGETHER] for at in range(0, len(_PATTERNS), TOGETHER))
)
_ENGLISH_DEPARTMENT = re.compile(r"(?:department|ministry) of [a-z]+(?:, [a-z]+)*(?: and [a-z]+)*")
_FIELDS = (  # of a department: the English word that tells it, folded as in ids, as written
    ("health", "y te", "Y tế"),
    ("justice", "tu phap", "Tư pháp"),
    ("finance", "tai chinh", "Tài chính"),
    ("home affairs", "noi vu", "Nội vụ"),
    ("construction", "xay dung", "Xây dựng"),
    ("industry", "cong thuong", "Công Thương"),
    ("agriculture", "nong nghiep va moi truong", "Nông nghiệp và Môi trường"),
    ("science", "khoa hoc va cong nghe", "Khoa học và Công nghệ"),
    ("education", "giao duc va dao tao", "Giáo dục và Đào tạo"),
    ("culture", "van hoa", "Văn hóa, Thể thao và Du lịch"),
    ("foreign", "ngoai giao", "Ngoại giao"),
    ("ethnic", "dan toc", "Dân tộc và Tôn giáo"),
    ("public security", "cong an", "Công an"),
    ("national defence", "quoc phong", "Quốc phòng"),
)
_HEADS = {"so": "Sở", "bo": "Bộ", "cuc": "Cục", "chi cuc": "Chi cục", "vu": "Vụ"}
NAMES = {unit: name for unit, name, _ in _UNITS}


def find_units(text: str) -> tuple[Mention, ...]:
    """All units named in a text, in order, longest first where they overlap. Offsets refer to `text`."""
    return _found(fold(text).replace("’", "'"))


@lru_cache(maxsize=8192)
def _found(folded: str) -> tuple[Mention, ...]:
    found = sorted(_named(folded), key=lambda m: (m.start - m.end, m.start))
    kept: list[Mention] = []  # apart from each other, in order
    for mention in found:
        at = bisect(kept, mention.start, key=lambda m: m.start)
        if (at == 0 or kept[at - 1].end <= mention.start) and (at == len(kept) or kept[at].start >= mention.end):
            kept.insert(at, mention)
    return tuple(kept)


def _named(folded: str) -> Iterator[Mention]:
    """Every unit wherever its name begins: all names are looked for at once, then each only where one stands."""
    ends: dict[re.Pattern[str], int] = {}
    for place in _ANY.finditer(folded):
        at = place.start()
        for any_, group in _GROUPS:
            if not any_.match(folded, at):
                continue
            for unit, pattern in group:
                match = pattern.match(folded, at)
                if match and at >= ends.get(pattern, 0):
                    ends[pattern] = match.end()
                    yield Mention(unit or _department(match.group()), at, match.end())
    for match in _ENGLISH_DEPARTMENT.finditer(folded):
        yield Mention(_english_department(match.group()), match.start(), match.end())


def _department(name: str) -> str:
    """A canonical id for a province department: 'so:khoa hoc va cong nghe' for all its spellings."""
    folded = name.replace("&", " va ").replace("s va", "so")
    short = {
        "khcn": "khoa hoc va cong nghe",
        "kh va cn": "khoa hoc va cong nghe",
        "kh-cn": "khoa hoc va cong nghe",
        "gddt": "giao duc va dao tao",
        "gd va dt": "giao duc va dao tao",
        "gd-dt": "giao duc va dao tao",
        "nn va mt": "nong nghiep va moi truong",
        "nnmt": "nong nghiep va moi truong",
    }
    head, _, rest = re.sub(r"\s+", " ", folded).strip().partition(" ")
    if re.match(r"van hoa|vh", rest):
        return f"{head}:van hoa"  # whatever follows: sport, tourism, in many spellings
    return f"{head}:{short.get(rest, rest)}"


def _english_department(name: str) -> str:
    """The same id as its Vietnamese name has; the English name itself where the field is unknown."""
    field = next((folded for english, folded, _ in _FIELDS if english in name), "")
    return f"{'so' if name.startswith('department') else 'bo'}:{field}" if field else name


def unit_ids(text: str) -> frozenset[str]:
    """The canonical ids of the units a text names."""
    return frozenset(mention.unit for mention in find_units(text))


def unit_name(unit: str) -> str:
    """The usual Vietnamese name of a canonical unit."""
    head, colon, field = unit.partition(":")
    written = next((name for _, folded, name in _FIELDS if folded == field), field)
    return NAMES.get(unit, f"{_HEADS.get(head, head)} {written}" if colon else unit)
