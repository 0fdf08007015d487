"""The closed lists of the check: words that say nothing by themselves, and words that change what a sentence says.

All are keys as `tokens` makes them: lower case, tone marks in the older place. A word that stands in none of these
lists counts as said, and so has to stand in the clause.
"""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _phrases(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(phrase.split()) for phrase in text.split("; "))


# Left out of comparison on both sides: particles and prepositions of place.
FUNCTION = _set("là và của các những cho với về để thì mà này đó nhằm cũng sẽ có do bởi tại ở được việc sự như rằng")

# May be added by whoever phrases: they tie pieces of a clause together and claim nothing.
GLUE = _set("theo gồm nêu trong vào cùng cần phải ngày thuộc xã phường")
GLUE_PHRASES = _phrases(
    "kế hoạch; bao gồm; gồm có; cụ thể; trong đó; đồng thời; ngoài ra; bên cạnh; nội dung; nhiệm vụ; quy định; "
    "đơn vị; cơ quan; thực hiện; triển khai; tổ chức; yêu cầu; mục tiêu; chỉ tiêu; diễn ra"
)
# Labels of fields: may be added only where that field follows.
LABELS: dict[str, frozenset[tuple[str, ...]]] = {
    "deadline": _phrases("thời hạn; thời gian; thời điểm; hoàn thành; tiến độ; hạn chót"),
    "product": _phrases("sản phẩm; kết quả; đầu ra; minh chứng"),
}
ROLE_PHRASES = _phrases(
    "chủ trì; phối hợp; phụ trách; đầu mối; chịu trách nhiệm; làm đầu mối; đơn vị chủ trì; đơn vị phối hợp; "
    "cơ quan chủ trì; cơ quan phối hợp; cùng phối hợp; thực hiện"
)

ROLE_WORDS = _set("chủ trì phối hợp phụ trách chịu trách nhiệm đầu mối thực hiện tham mưu giao cùng xã phường")

# Bodies that are words and no units: left out between two words, they were the doer of what follows.
BODIES = _set("ubnd hđnd sở tịch trưởng tỉnh")

# What turns a statement round or limits it: neither to be added nor to be lost.
POLARITY = _set(
    "không chưa chẳng đừng cấm trừ miễn tránh chỉ nếu ngừng dừng hủy thiếu bỏ hoãn chống từ_chối bắt_đầu kết_thúc "
    "trường_hợp tạm_dừng bãi_bỏ khởi_công ngoại_trừ dự_kiến khuyến_khích có_thể đề_nghị khi"
)
ADJACENT = _set(
    "bắt_đầu kết_thúc dự_kiến khởi_công khuyến_khích có_thể đề_nghị"
)  # those that are about the very next words
CONDITIONS = _set("nếu khi trừ trường_hợp ngoại_trừ chỉ")  # those that may also follow what they limit
# What stands before a figure and says how it is meant. `trong` and `vào` say nothing where the clause has nothing.
COMPARATORS = _set(
    "trước sau chậm_nhất ít_nhất tối_đa trên dưới hơn quá từ đến hết khoảng gần trong cách vượt mỗi hàng đạt tăng giảm"
)
# Of these also the ones before words: "trước khi bão đổ bộ", "ít nhất một lần".
KEPT = _set("trước sau chậm_nhất ít_nhất tối_đa")
NEUTRAL = _set("trong vào trên")
AFTER_FIGURE = _set("trở")  # "từ 15 tuổi trở lên"

# Where a phrase may begin: at these words, or right after those.
OPENERS = (
    COMPARATORS | POLARITY | _set("theo gồm trong trên vào hoàn thời hạn sản chủ phối cơ đơn vẫn đã phải cần xã phường")
)
OPENED_BY = GLUE | _set("trì hợp hiện hạn gian phẩm quả thành mối trách nhiệm chức gồm đồng")

# Written as one word before tokens are made, on both sides: several spellings of one thing, or words that only
# together mean it.
SPELLINGS: tuple[tuple[str, str], ...] = (
    (r"không (?:được )?muộn hơn|muộn nhất(?: là)?|chậm nhất(?: là)?", "chậm_nhất"),
    (r"tối thiểu|ít nhất", "ít_nhất"),
    (r"tối đa|không quá|nhiều nhất|không vượt quá", "tối_đa"),
    (r"bắt đầu", "bắt_đầu"),
    (r"kết thúc", "kết_thúc"),
    (r"trường hợp", "trường_hợp"),
    (r"tạm dừng", "tạm_dừng"),
    (r"bãi bỏ", "bãi_bỏ"),
    (r"khởi công", "khởi_công"),
    (r"ngoại trừ", "ngoại_trừ"),
    (r"dự kiến", "dự_kiến"),
    (r"từ chối", "từ_chối"),
    (r"khuyến khích", "khuyến_khích"),
    (r"có thể", "có_thể"),
    (r"đề nghị", "đề_nghị"),
    (r"hằng", "hàng"),
    (r"(?:uỷ|ủy) ban nhân dân", "ubnd"),
    (r"hội đồng nhân dân", "hđnd"),
    (r"phần trăm", "%"),
)

# Roles, as patterns over the keys that stand directly before or after the units.
LEAD_AFTER = (
    r"(?:(?:là )?(?:đơn vị|cơ quan) )?(?:là )?(?:được giao )?(?:chủ trì|phụ trách|chịu trách nhiệm|(?:làm )?đầu mối|"
    r"tham mưu|có trách nhiệm)"
)
LEAD_BEFORE = (
    r"(?:(?:chủ trì|phụ trách|chịu trách nhiệm|đầu mối|(?:đơn vị|cơ quan) (?:tổ chức )?thực hiện)"
    r"(?: (?:là|của|thuộc về|gồm))?|giao(?: cho)?|do|bởi|trách nhiệm của)"
)
COORDINATING_AFTER = r"(?:(?:là )?(?:đơn vị|cơ quan) )?(?:cùng )?(?:phối hợp|tham gia|hỗ trợ)"
COORDINATING_BEFORE = r"(?:phối hợp(?: (?:với|cùng|là|gồm|của))?|cùng(?: với)?|tham gia của|hỗ trợ của)"

ENGLISH_FUNCTION = _set(
    "a an the of to and for in on at by with as is are was were be been being will shall has have had it its this "
    "that these those which who whom their they there from into under within also both or each per all any "
    "such not no do does did plan according clause states says provides including include includes following "
    "task tasks carry carried out every ward commune done make made take takes place held used using set up via "
    "through so that"
)
ENGLISH_NEGATIONS = _set("not no never without except unless only if cannot none nor free exempt ban banned forbidden")
ENGLISH_FIGURE_WORDS: tuple[tuple[str, str], ...] = (
    (r"no later than|not later than|at the latest", "chậm_nhất"),
    (r"at least|a minimum of|no (?:less|fewer) than|not (?:less|fewer) than", "ít_nhất"),
    (r"at most|up to|a maximum of|no more than|not more than|not exceeding", "tối_đa"),
    (r"before|by|prior to|until", "trước"),
    (r"after|following", "sau"),
    (r"from|since|starting", "từ"),
    (r"over|more than|above|exceeding", "trên"),
    (r"under|less than|fewer than|below", "dưới"),
    (r"about|approximately|around|nearly|almost", "khoảng"),
    (r"to|through", "đến"),
    (r"within", "trong"),
)
# What officers call things in English beyond the glossary of questions, and words that only name a field.
ENGLISH_MORE: dict[str, tuple[str, ...]] = {
    "must": ("phải", "cần"),
    "may": ("có thể", "được"),
    "can": ("có thể", "được"),
    "should": ("cần", "nên"),
    "budget": ("kinh phí", "ngân sách"),
    "funding": ("kinh phí",),
    "cost": ("kinh phí", "chi"),
    "costs": ("kinh phí", "chi"),
    "make": ("lập", "làm", "xây dựng"),
    "makes": ("lập", "làm", "xây dựng"),
    "making": ("lập", "làm", "xây dựng"),
    "draws": ("lập",),
    "staff": ("cán bộ", "nhân viên"),
    "round": ("đợt",),
    "rounds": ("đợt",),
    "install": ("lắp đặt", "lắp"),
    "installs": ("lắp đặt", "lắp"),
    "installing": ("lắp đặt", "lắp"),
    "puts": ("gắn", "đặt", "đưa"),
    "attaches": ("gắn",),
    "attaching": ("gắn",),
    "households": ("hộ", "hộ gia đình"),
    "household": ("hộ", "hộ gia đình"),
    "points": ("điểm",),
    "places": ("điểm",),
    "classes": ("lớp",),
    "class": ("lớp",),
    "evacuation": ("sơ tán",),
    "evacuations": ("sơ tán",),
    "reports": ("báo cáo",),
    "report": ("báo cáo",),
    "leader": ("lãnh đạo",),
    "public": ("công cộng", "công"),
    "hamlet": ("thôn",),
    "hamlets": ("thôn",),
    "cooperative": ("hợp tác xã",),
    "school": ("trường",),
    "schools": ("trường", "các trường"),
    "fund": ("quỹ",),
    "collects": ("thu",),
    "collect": ("thu",),
    "issues": ("cấp", "ban hành"),
    "issue": ("cấp", "ban hành"),
    "people": ("người", "người dân"),
    "teams": ("tổ", "đội"),
    "trains": ("tập huấn", "huấn luyện"),
    "opens": ("mở",),
    "checks": ("kiểm tra",),
    "inspects": ("kiểm tra",),
}
ENGLISH_LABELS: dict[str, frozenset[str]] = {
    "deadline": _set("deadline time finish finished finishes complete completed completes completion due"),
    "product": _set("product products output outputs deliverable deliverables"),
}
ENGLISH_ROLES = _set(
    "lead leads leading led chair chairs chaired charge responsible responsibility assigned unit units coordinate "
    "coordinates coordinating coordinated coordination cooperate cooperates cooperation together along jointly "
    "assists assist assisted support supports supported help helps participate participates"
)
ENGLISH_LEAD_AFTER = (
    r"(?:is |are |was |will be |shall be )?(?:the )?(?:lead(?:s|ing)?\b|lead unit|chairs?\b|in charge|responsible|"
    r"takes the lead|must lead|will lead)"
)
ENGLISH_LEAD_BEFORE = (
    r"(?:led by|lead(?: unit)?(?: is| are)?|chaired by|responsibility of(?: the)?|assigned to|carried out by|"
    r"lead units?(?: is| are)?)(?: the)?"
)
ENGLISH_COORDINATING_AFTER = (
    r"(?:is |are |will |shall )?(?:the )?(?:coordinat\w+|assists?\b|supports?\b|helps?\b|participat\w+|cooperat\w+)"
)
ENGLISH_COORDINATING_BEFORE = (
    r"(?:(?:coordinat\w+|cooperat\w+|together|along|jointly)(?: unit| units)?(?: with| by| is| are)?|with|"
    r"supported by|assisted by)(?: the)?"
)
