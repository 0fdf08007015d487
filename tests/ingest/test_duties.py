"""The register over plans marked by hand: which unit has which task in which role, found and not invented."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import pytest

from ingest.parse import parse
from ingest.readers import read
from ingest.sentences import duties_of
from plan.model import Assignment
from plan.text import fold

MARKS = Path(__file__).with_name("duties")
PLANS = Path(__file__).resolve().parents[2] / "training" / "data" / "reading" / "plans"
SEEN = (
    "marked.txt",
    "own.txt",
    "first_sight.txt",
    "fresh.txt",
    "kinds.txt",
    "kinds_left.txt",
)  # while the readers were written
LEAST = dict.fromkeys(SEEN, (0.95, 0.95)) | {
    "kinds.txt": (0.72, 0.88),
    "untouched.txt": (0.87, 0.9),
    "fresh_own.txt": (0.83, 0.88),
    "forms.txt": (0.95, 0.95),
    "forms_aside.txt": (0.95, 0.95),
    "forms_last.txt": (0.7, 0.9),
    "aim.txt": (0.95, 0.95),
    "aim_aside.txt": (0.8, 0.92),
    "offices.txt": (0.93, 0.95),
    "offices_aside.txt": (0.86, 0.93),
}  # recall, precision
MAY_BE = "?"  # in place of the role: may be read and need not be
EITHER = "B"  # has to be read, in whichever role
# Folded: role, unit, words of the task; " / " parts units, and words, of which one must stand there.
Said = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Score:
    """How the register of one plan or several compares with the marks."""

    missed: tuple[Said, ...]
    invented: tuple[Said, ...]
    marked: int
    read: int

    @property
    def recall(self) -> float:
        """Share of the marked duties that the register has."""
        return 1 - len(self.missed) / self.marked

    @property
    def precision(self) -> float:
        """Share of the register that is marked."""
        return 1 - len(self.invented) / self.read


def marked(file: str) -> dict[Path, list[Said]]:
    """The marks of one file by plan."""
    plans: dict[Path, list[Said]] = {}
    for line in (MARKS / file).read_text("utf-8").splitlines():
        if line.startswith("## "):
            own = MARKS / "plans" / line[3:]
            plans[own if own.exists() else PLANS / line[3:]] = []
        elif not line.startswith("#") and line:
            role, unit, words = line.split("|")[:3]
            plans[list(plans)[-1]].append((role, fold(unit), fold(words)))
    return plans


def register(items: tuple[Assignment, ...], units: set[str]) -> Iterator[Said]:
    """Role, unit and task of every duty; a list of units is taken apart unless the whole is a unit that is marked."""
    for item in items:
        for role, values in (("L", item.leads), ("C", item.coordinating)):
            for value in values:
                whole = re.sub(r"\s*\([^)]*\)", "", fold(value.value)).strip(" .;,")
                for unit in sorted(units, key=len, reverse=True):
                    if re.search(rf"(?:^|, |; | va ){re.escape(unit)}(?=$|[,;]| va )", whole):
                        yield role, unit, fold(item.task.value)
                        whole = whole.replace(unit, "", 1)
                if rest := [part for part in re.split(r",|;| va |\.", whole) if part.strip()]:
                    yield role, rest[0].strip(), fold(item.task.value)


def says(read_: Said, mark: Said) -> bool:
    """Whether a duty that was read is one that is marked."""
    role, units, tasks = mark
    named = role in (read_[0], MAY_BE, EITHER) and read_[1] in units.split(" / ")
    return named and any(words in read_[2] for words in tasks.split(" / "))


def times_said(plan: Path, file: str) -> list[bool]:
    """For every duty of a plan that is marked with a time and read, whether its deadline or its words say that time."""
    items = parse(read(plan), "x", 1).assignments
    section = (MARKS / file).read_text("utf-8").partition(f"## {plan.name}\n")[2].partition("\n## ")[0]
    said: list[bool] = []
    for role, unit, words, time in (line.split("|") for line in section.splitlines() if line.count("|") == 3):
        mark = role, fold(unit), fold(words)
        own = [item for item in items if any(says(each, mark) for each in register((item,), set(mark[1].split(" / "))))]
        texts = [fold(f"{item.deadline.value if item.deadline else ''} {item.task.value}") for item in own]
        said += [any(each in text for text in texts for each in fold(time).split(" / "))] if own else []
    return said


def score_of(plan: Path, marks: list[Said]) -> Score:
    """Reads one plan and compares."""
    version = parse(read(plan), "x", 1)
    owed = [m for m in marks if m[0] != MAY_BE]
    read_ = dict.fromkeys(register(version.assignments, {unit for m in marks for unit in m[1].split(" / ")}))
    said = [r for r in read_ if any(says(r, m) for m in owed)]
    missed = [m for m in owed if not any(says(r, m) for r in said)]
    invented = [r for r in read_ if not any(says(r, m) for m in marks)]
    return Score(tuple(missed), tuple(invented), len(owed), len(said) + len(invented))


def sum_of(scores: Iterable[Score]) -> Score:
    """The plans of one file together."""
    missed, invented, marked_, read_ = zip(*((s.missed, s.invented, s.marked, s.read) for s in scores), strict=True)
    return Score(tuple(chain(*missed)), tuple(chain(*invented)), sum(marked_), sum(read_))


@pytest.mark.parametrize("file", LEAST)
def test_the_register_is_complete_and_says_nothing_else(file: str) -> None:
    score = sum_of(score_of(plan, marks) for plan, marks in marked(file).items())
    recall, precision = LEAST[file]
    assert score.recall >= recall, score.missed
    assert score.precision >= precision, score.invented


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Giao Trung tâm Dịch vụ tổng hợp thực hiện phát thanh.", [("L", "Trung tâm Dịch vụ tổng hợp")]),
        (
            "Phân công Công an xã giữ trật tự; nhà thuốc do Trạm Y tế kiểm tra.",
            [("L", "Công an xã"), ("L", "Trạm Y tế")],
        ),
        ("Phòng Kinh tế có trách nhiệm tổng hợp, báo cáo.", [("L", "Phòng Kinh tế")]),
        ("Phòng nào làm xong trước báo Công an tỉnh Hoa Trầm.", []),
        (
            "Hội Nông dân chủ trì; Đồn Biên phòng Cửa Sa phối hợp.",
            [("L", "Hội Nông dân"), ("C", "Đồn Biên phòng Cửa Sa")],
        ),
        ("Mỗi thôn ven biển (Đông Sa, Tây Sa) treo 01 pano.", [("L", "Mỗi thôn ven biển")]),
        ("Bảo vệ môi trường cho Công an xã.", []),
        ("UBND các xã Hoa Trầm, Lạc Khê và Gia Vân họp dân.", [("L", "UBND các xã Hoa Trầm, Lạc Khê và Gia Vân")]),
        ("Trạm Y tế xã ngoài việc chung còn tổ chức khám.", [("L", "Trạm Y tế xã")]),
        ("Đề nghị Bộ Chỉ huy Bộ đội Biên phòng tỉnh cử cán bộ.", [("L", "Bộ Chỉ huy Bộ đội Biên phòng tỉnh")]),
        ("Hội Phụ nữ, Tỉnh đoàn vận động học viên.", [("L", "Hội Phụ nữ"), ("L", "Tỉnh đoàn")]),
        ("Trung tâm học tập cộng đồng các xã lo phòng học.", [("L", "Trung tâm học tập cộng đồng các xã")]),
        ("Giao Báo và Phát thanh, Truyền hình tỉnh đưa tin.", [("L", "Báo và Phát thanh, Truyền hình tỉnh")]),
        ("Xóm Đình dựng rạp.", [("L", "Xóm Đình")]),
        ("Thôn Đông dùng nước giếng.", []),
        ("Nữ hộ sinh Trần Thị Mơ tổng hợp số liệu.", [("L", "Nữ hộ sinh Trần Thị Mơ")]),
        ("Kế toán từng đơn vị lập bảng thừa, thiếu.", [("L", "Kế toán từng đơn vị")]),
        ("Mỗi tổ bảo vệ rừng thôn tuần tra 04 lần.", [("L", "Mỗi tổ bảo vệ rừng thôn")]),
        (
            "Diễn tập do Ban CHQS xã chủ trì, có Hạt Kiểm lâm khu vực 3 tham gia.",
            [("L", "Ban CHQS xã"), ("C", "Hạt Kiểm lâm khu vực 3")],
        ),
        ("Quá hạn Hội đồng giao Công an phường xác minh.", [("L", "Hội đồng"), ("L", "Công an phường")]),
        ("Trong 03 ngày làm việc Phòng Kinh tế trả lời; gửi dân một bản.", [("L", "Phòng Kinh tế")]),
        ("Trưởng thôn nào để cháy hai lần thì không xét khen thưởng.", []),
        ("Phó Trưởng ban thường trực: ông Vi Đức Hải.", []),
        ("Trường hợp mưa to, bản cam kết lập thành hai bản.", []),
        (
            "Bà Lò Thị Xuân, Phó Chủ tịch HĐND xã - thành viên, giám sát vốn góp.",
            [("L", "Bà Lò Thị Xuân")],
        ),
        ("Ông Hà Văn Tự, Trưởng phòng Kinh tế - thành viên, Tổ trưởng Tổ giúp việc (0912 000 111).", []),
        ("Bảy người, do ông Lê Văn Hòa, Trưởng phòng, làm Tổ trưởng.", []),
        ("Ông Lê Văn Hòa: Trưởng đoàn.", []),
        (
            "Khám do Trạm Y tế chủ trì, bác sĩ Hà Thị Na phụ trách.",
            [("L", "Trạm Y tế"), ("L", "bác sĩ Hà Thị Na")],
        ),
        ("Viện Thủy lợi Miền Đông hướng dẫn kỹ thuật.", [("L", "Viện Thủy lợi Miền Đông")]),
        ("Trạm Chăn nuôi và Thú y khu vực cử nhân viên.", [("L", "Trạm Chăn nuôi và Thú y khu vực")]),
        ("Công ty Lá Xanh và Hợp tác xã Gò Đỏ mua gỗ.", [("L", "Công ty Lá Xanh"), ("L", "Hợp tác xã Gò Đỏ")]),
        ("Giải chạy: Liên đoàn Lao động phường tổ chức.", [("L", "Liên đoàn Lao động phường")]),
        (
            "Các đơn vị gửi vướng mắc về Phòng Kinh tế để tổng hợp.",
            [("L", "Các đơn vị"), ("L", "Phòng Kinh tế")],
        ),
        ("Vi phạm thì chuyển Công an xã lập hồ sơ.", [("L", "Công an xã")]),
        ("Đơn gửi Phòng Kinh tế trước ngày 15/3.", []),
        ("Các trường phối hợp lập danh sách.", [("C", "Các trường")]),
        (
            "Trưởng ấp phối hợp nhân viên thu của Bưu điện đi từng nhà.",
            [("L", "Trưởng ấp"), ("C", "nhân viên thu của Bưu điện")],
        ),
        (
            "Hội Cựu chiến binh dựng mô hình; Đoàn Thanh niên hỗ trợ người dân cài đặt.",
            [("L", "Hội Cựu chiến binh"), ("L", "Đoàn Thanh niên")],
        ),
        ("Tuần tra song phương do Đồn Biên phòng hiệp đồng, mỗi quý một lượt.", [("L", "Đồn Biên phòng")]),
        ("Đội xung kích mỗi thôn 05 người đi từng nhà.", [("L", "Đội xung kích")]),
        ("Tổ giúp việc 07 người do Chủ tịch UBND xã thành lập.", [("L", "Chủ tịch UBND xã")]),
        ("Thôn đạt chuẩn được thưởng 50 triệu đồng.", []),
        ("MTTQ và các đoàn thể: MTTQ lấy ý kiến; Hội Nông dân gom vỏ.", [("L", "MTTQ"), ("L", "Hội Nông dân")]),
        ("Lo lớp: Ban Quản lý chợ Gò.", [("L", "Ban Quản lý chợ Gò")]),
        ("Lớp cho người nấu cỗ, đội nấu thuê: ngày 21/4.", []),
        ("Cô Hiệu trưởng phụ trách chung, ký hợp đồng.", [("L", "Hiệu trưởng")]),
        (
            "UBND xã chỉ đạo Trạm Y tế và các trường học rà soát danh sách.",
            [("L", "UBND xã"), ("L", "Trạm Y tế"), ("L", "các trường học")],
        ),
        ("Ban Chỉ đạo Phòng cháy họp mỗi quý.", [("L", "Ban Chỉ đạo Phòng cháy")]),
        ("Đảng ủy xã lãnh đạo Phòng Kinh tế rà soát quỹ đất.", [("L", "Đảng ủy xã")]),
        ("Các chi bộ trực thuộc cụ thể hóa thành kế hoạch.", [("L", "Các chi bộ trực thuộc")]),
        ("Cán bộ phụ trách báo Tổ giúp việc trước ngày 23.", [("L", "Cán bộ phụ trách")]),
        ("Cử 01 công chức trực, Công an phường giữ trật tự.", [("L", "Công an phường")]),
        ("Đã bàn giao; có Phòng Kinh tế chứng kiến.", [("C", "Phòng Kinh tế")]),
        ("Mộ vô chủ do xã thu gom.", [("L", "xã")]),
        ("Xã hỗ trợ 60% xi măng.", []),
        ("Người dạy: Hội Cựu giáo chức phường.", [("L", "Hội Cựu giáo chức phường")]),
        ("Lắp loa tại 02 điểm: Trạm Y tế, chợ Gò.", []),
        ("Phát quang 5 km: bản Pa Lìn 3,5 km, bản Huổi Só 1,5 km.", [("L", "bản Pa Lìn"), ("L", "bản Huổi Só")]),
        ("Cả xã trồng 300 cây.", []),
        (
            "Trưởng ấp báo Bảo hiểm xã hội cơ sở Vàm Gò; cơ quan này xếp hạng.",
            [("L", "Trưởng ấp"), ("L", "Bảo hiểm xã hội cơ sở Vàm Gò")],
        ),
        ("Tối thứ Sáu: Tổ dân phố 3, Tổ dân phố 4;", [("L", "Tổ dân phố 3"), ("L", "Tổ dân phố 4")]),
        (
            "Tổ 1 (chợ Gò): ông Lê Văn Hòa, Bí thư Đoàn xã, tổ trưởng; ĐTN, thôn Đông.",
            [("L", "ĐTN"), ("L", "thôn Đông")],
        ),
        (
            "Ca 1: bà Lưu Thị Hoạt, Văn phòng; ông Tạ Quang Đệ, Phòng Kinh tế.",
            [("L", "bà Lưu Thị Hoạt"), ("L", "ông Tạ Quang Đệ")],
        ),
        ("Tổ 2 (chợ Gò): trực từ 6 giờ, mặc áo phao.", [("L", "Tổ 2")]),
        ("Địa điểm đợt 1: Trạm Y tế, Trường THCS Gò Đỏ.", []),
        ("Mua 400 bao tải: Phòng Kinh tế, xong trước ngày 04/6.", [("L", "Phòng Kinh tế")]),
        ("Hỏi việc này: bà Cao Thị Hạnh, Phòng Tư pháp.", []),
        (
            "Huy động 90 người, gồm: ĐTN 60 người, Hội CCB 20 người, Đồn Biên phòng 10 chiến sĩ.",
            [("L", "ĐTN"), ("L", "Hội CCB"), ("L", "Đồn Biên phòng")],
        ),
        ("Hiện nay xã có: Hội Nông dân 300 người, Hội LHPN 250 người.", []),
        ("Hỗ trợ: Hội Nông dân 20 triệu đồng, Hội LHPN 15 triệu đồng.", []),
        ("Quét dọn sau 22 giờ 30 giao Hợp tác xã Lá Xanh.", [("L", "Hợp tác xã Lá Xanh")]),
        ("Máy phát điện đã bàn giao Trạm Y tế.", []),
        ("Rác nhựa để riêng cho Hội LHPN; lưới để nguyên chờ Đồn Biên phòng xử lý.", [("L", "Đồn Biên phòng")]),
        (
            "Chương trình luân phiên Hội Nông dân, Hội Người cao tuổi.",
            [("L", "Hội Nông dân"), ("L", "Hội Người cao tuổi")],
        ),
        ("Vướng mắc gửi về Phòng Kinh tế trước ngày 25 hằng tháng để xem xét.", [("L", "Phòng Kinh tế")]),
        ("Giấy hẹn do Văn phòng in; Phòng học quét vôi lại.", [("L", "Văn phòng")]),
        ("Thẻ của người ở xa do chị Hà Thị Mai nhận thay.", [("L", "chị Hà Thị Mai")]),
        ("Chìa khóa ông Vương Đình Thưởng cầm.", [("L", "ông Vương Đình Thưởng")]),
        ("Thôn Đông: ông Lê Văn Hòa, Phòng Kinh tế; Hội Nông dân.", [("L", "ông Lê Văn Hòa"), ("L", "Hội Nông dân")]),
        (
            "Loa kéo: Trung tâm Văn hóa; bàn ghế: Trường THCS Gò Đỏ.",
            [("L", "Trung tâm Văn hóa"), ("L", "Trường THCS Gò Đỏ")],
        ),
        ("Trưởng ban: ông Lê Văn Hòa; Phó ban: bà Cao Thị Hạnh.", []),
        ("Nơi khám: Trạm Y tế; nơi cấp thuốc: Bệnh viện Gò Đỏ.", []),
        ("Đắp bờ giúp nhà neo người: thanh niên, dân quân trong thôn.", [("L", "thanh niên"), ("L", "dân quân")]),
        ("Kiểm tra: Ban Chỉ đạo, hai tuần một lần.", [("L", "Ban Chỉ đạo")]),
        ("Trồng 200 cây (Hội Nông dân, Đoàn xã), xong trước 20/3.", [("L", "Hội Nông dân"), ("L", "Đoàn xã")]),
        ("Họp giao ban tại hội trường (Trạm Y tế).", []),
        ("Phun khử khuẩn - Trạm Y tế.", [("L", "Trạm Y tế")]),
        ("Tuần tra tuyến Công an xã - Trạm Y tế.", []),
        ("Chỉ tiêu giao các thôn: Nà Cáy 160 tấn, Khe Sặt 150 tấn.", [("L", "Nà Cáy"), ("L", "Khe Sặt")]),
        ("Tiền công thợ Phòng Kinh tế chi qua kho bạc.", [("L", "Phòng Kinh tế")]),
        ("Cổng chợ Tổ dân phố 7 canh.", [("L", "Tổ dân phố 7")]),
        ("Số liệu chính thức Văn phòng tổng hợp, báo cáo.", [("L", "Văn phòng")]),
        ("Trụ sở Công an xã đặt tại thôn Đông.", []),
        ("Sân Trạm Y tế dùng vào việc khác.", []),
        ("Phiếu in xong, đồng thời Trạm Y tế phát loa.", [("L", "Trạm Y tế")]),
        ("Đơn thư gửi về Phòng Kinh tế để phúc đáp.", [("L", "Phòng Kinh tế")]),
        (
            "Già làng chủ trì, bí thư chi bộ và trưởng ban công tác mặt trận cùng dự.",
            [("L", "Già làng"), ("C", "bí thư chi bộ"), ("C", "trưởng ban công tác mặt trận")],
        ),
        ("Tổ rà soát bản đến từng nhà.", [("L", "Tổ rà soát bản")]),
        (
            "Đề nghị Hội Nông dân và các tổ chức chính trị - xã hội cử người.",
            [("L", "Hội Nông dân"), ("L", "các tổ chức chính trị - xã hội")],
        ),
        ("Tổ trưởng 9 tổ dân phố chịu trách nhiệm về sĩ số.", [("L", "Tổ trưởng 9 tổ dân phố")]),
        ("Đội Cảnh sát đường thủy số 2 điều tiết tàu.", [("L", "Đội Cảnh sát đường thủy số 2")]),
        ("Đoàn xã tập huấn kỹ năng cho các em.", [("L", "Đoàn xã")]),
        (
            "Ông Lê Văn Hòa làm Tổ trưởng, chịu trách nhiệm chung.",
            [("L", "Ông Lê Văn Hòa")],
        ),
        (
            "Tổ Lưu động gồm Công an xã 02 người, Đoàn xã 01 người, đi các thôn vùng trên.",
            [("L", "Tổ Lưu động"), ("L", "Công an xã"), ("L", "Đoàn xã")],
        ),
        (
            "Tổ Hậu cần: ông Lê Văn Hòa, bà Cao Thị Hạnh. Nhiệm vụ: nấu ăn, lo nước.",
            [("L", "Tổ Hậu cần"), ("L", "ông Lê Văn Hòa"), ("L", "bà Cao Thị Hạnh")],
        ),
        ("Cồng chiêng tối thứ Năm nhờ nghệ nhân Hà Thị Na.", [("L", "nghệ nhân Hà Thị Na")]),
        ("Sai sót báo cho công an viên phụ trách thôn để sửa.", [("L", "công an viên")]),
        ("Biên bản bàn giao ông Lê Văn Hòa.", []),
        ("Hội Nông dân vận động cơ quan, trường học nhận chăm cây.", [("L", "Hội Nông dân")]),
        (
            "Chia 250 áo phao cho: Trường Tiểu học Gò Đỏ nhận 140 chiếc, Trường THCS Gò Đỏ nhận 110 chiếc.",
            [("L", "Trường Tiểu học Gò Đỏ"), ("L", "Trường THCS Gò Đỏ")],
        ),
        ("Chủ bến phải mua bảo hiểm cho khách.", [("L", "Chủ bến")]),
        ("Quá ngày ấy Công an xã tháo cầu.", [("L", "Công an xã")]),
        ("Xã gửi Sở Xây dựng báo cáo năm.", [("L", "Xã")]),
        ("Lớp học chiều 22/4; ông Lê Văn Hòa xướng tên từng ghe.", [("L", "ông Lê Văn Hòa")]),
        ("Ông Lê Văn Hòa sinh năm 1960.", []),
        ("UBND xã ban hành kế hoạch như sau.", []),
        ("Sửa điểm b như sau: “b) Hội Nông dân dựng rạp.”", [("L", "Hội Nông dân")]),
        ("Cô Mơ (thư viện), thầy Tấn: trang trí lớp.", [("L", "Cô Mơ"), ("L", "thầy Tấn")]),
        (
            "Giao Phòng Kinh tế đo lại mốc; yêu cầu Trưởng bản Na Sang dẫn đường; đề nghị Hội Nông dân xã họp dân.",
            [("L", "Phòng Kinh tế"), ("L", "Trưởng bản Na Sang"), ("L", "Hội Nông dân xã")],
        ),
        ("Trạm Y tế phát hiện ca nặng, đề nghị Bệnh viện Gò Đỏ hỗ trợ.", [("L", "Trạm Y tế")]),
        (
            "Đội 2 do Trưởng Công an xã chỉ huy, sơ tán người già; Trạm Y tế lo thuốc.",
            [("L", "Đội 2"), ("L", "Trưởng Công an xã"), ("L", "Trạm Y tế")],
        ),
        ("Nhờ ban đại diện cha mẹ học sinh lo phông bạt.", [("L", "ban đại diện cha mẹ học sinh")]),
        (
            "06 giờ: Lực lượng 1 (Tổ tuần tra rừng bản Sài) do đồng chí Trưởng bản phụ trách, phát băng ven suối.",
            [("L", "Lực lượng 1")],
        ),
        (
            "Ông Lê Văn Hòa, Phó Trưởng phòng Kinh tế, điện thoại 0904.285.739, nhận mọi vướng mắc về đường.",
            [("L", "Ông Lê Văn Hòa")],
        ),
        ("Đầu mối: ông Lê Văn Hòa - Chánh Văn phòng, 0239 000 471.", [("L", "ông Lê Văn Hòa")]),
        ("Đầu mối trả lời dân: bà Hà Thị Na, điện thoại 0206 000 118.", [("L", "bà Hà Thị Na")]),
        (
            "Sai tên: bà Hà Thị Na tra sổ; sai thửa: ông Lê Văn Hòa; thiếu dấu: Văn phòng.",
            [("L", "bà Hà Thị Na"), ("L", "ông Lê Văn Hòa"), ("L", "Văn phòng")],
        ),
        (
            "Tổ chức lễ: Đoàn Thanh niên (chủ trì), Hội Phụ nữ, Hội Nông dân (phối hợp).",
            [("L", "Đoàn Thanh niên"), ("C", "Hội Phụ nữ"), ("C", "Hội Nông dân")],
        ),
        ("Cô Mai (lớp 1A), thầy Khoa (lớp 3A) dựng gian hàng sách.", [("L", "Cô Mai"), ("L", "thầy Khoa")]),
        ("Vướng mắc báo cô Trần Thị Quế để giải quyết.", [("L", "cô Trần Thị Quế")]),
        ("Khi đi vắng ủy quyền cho đồng chí Lê Văn Hòa.", [("L", "đồng chí Lê Văn Hòa")]),
        ("Ủy quyền cho Chánh Văn phòng đôn đốc việc này.", [("L", "Chánh Văn phòng")]),
        ("Đồng chí Lê Văn Hòa, Phó Chủ tịch UBND xã chịu trách nhiệm chính.", [("L", "Đồng chí Lê Văn Hòa")]),
        ("Các đơn vị có tên tại mục II chủ động xây dựng kế hoạch.", [("L", "Các đơn vị")]),
        (
            "Hội Nông dân, các thôn căn cứ chức năng vận động hội viên.",
            [("L", "Hội Nông dân"), ("L", "các thôn")],
        ),
        (
            "Trưởng các thôn và các tổ chức, cá nhân có liên quan chịu trách nhiệm thi hành.",
            [("L", "Trưởng các thôn"), ("L", "các tổ chức, cá nhân có liên quan")],
        ),
        (
            "Việc báo tin do Ban Quản lý dịch vụ công ích và Cảng vụ Bãi Trước làm.",
            [("L", "Ban Quản lý dịch vụ công ích"), ("L", "Cảng vụ Bãi Trước")],
        ),
        ("Văn phòng Đảng ủy giúp Ban Thường vụ theo dõi.", [("L", "Văn phòng Đảng ủy")]),
        ("Mở lớp cho cán bộ, viên chức, nhân viên làm việc tại xã.", []),
        ("Trường hợp có cá nhân, doanh nghiệp đề xuất thì xem xét.", []),
        ("Hỗ trợ người dân, hợp tác xã theo các chương trình của tỉnh.", []),
        (
            "Đường hoa: Hội LHPN đoạn từ cổng chợ đến cầu, Hội Nông dân đoạn còn lại.",
            [("L", "Hội LHPN"), ("L", "Hội Nông dân")],
        ),
    ],
)
def test_pieces_of_a_sentence_have_their_actor(text: str, said: list[tuple[str, str]]) -> None:
    assert [("C" if duty.helps else "L", duty.of(text)[0]) for duty in duties_of(text)] == said


def _print(name: str, score: Score) -> None:
    print(f"{name}: recall {score.recall:.3f} ({score.marked}), precision {score.precision:.3f} ({score.read})")


if __name__ == "__main__":  # of the files named what is wrong, too: files of marks that were not looked at stay so
    for file in LEAST:
        scores = {plan.name: score_of(plan, marks) for plan, marks in marked(file).items()}
        _print(file, sum_of(scores.values()))
        if times := [said for plan in marked(file) for said in times_said(plan, file)]:
            print(f"  times said: {sum(times)} of {len(times)}")
        for name, score in scores.items() if file in sys.argv else ():
            _print(f"  {name}", score)
            for each in score.missed:
                print("   -", each)
            for each in score.invented:
                print("   +", (*each[:2], each[2][:90]))
