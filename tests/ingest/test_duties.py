"""The register over ten plans marked by hand: which unit has which task in which role, found and not invented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from ingest.parse import parse
from ingest.readers import read
from ingest.sentences import duties_of
from plan.model import Assignment
from plan.text import fold

MARKS = Path(__file__).with_name("duties")
ROOT = Path(__file__).resolve().parents[2]
PLANS = {
    "marked.txt": ROOT.parent / "shared" / "reading" / "plans",
    "own.txt": ROOT / "training" / "data" / "reading" / "plans",
    "first_sight.txt": ROOT / "training" / "data" / "reading" / "plans",
    "fresh.txt": ROOT / "training" / "data" / "reading" / "plans",
}
LEAST = 0.95  # recall and precision
Said = tuple[str, str, str]  # role, unit, words of the task; folded


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
            plans[PLANS[file] / line[3:]] = []
        elif not line.startswith("#") and line:
            role, unit, words = line.split("|")
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
    return mark[:2] == read_[:2] and any(words in read_[2] for words in mark[2].split(" / "))


def score_of(plan: Path, marks: list[Said]) -> Score:
    """Reads one plan and compares."""
    version = parse(read(plan), "x", 1)
    read_ = list(dict.fromkeys(register(version.assignments, {unit for _, unit, _ in marks})))
    missed = [m for m in marks if not any(says(r, m) for r in read_)]
    invented = [r for r in read_ if not any(says(r, m) for m in marks)]
    return Score(tuple(missed), tuple(invented), len(marks), len(read_))


@pytest.mark.parametrize("file", PLANS)
def test_the_register_is_complete_and_says_nothing_else(file: str) -> None:
    if not PLANS[file].exists():
        pytest.skip("the marked plans are not here")
    scores = [score_of(plan, marks) for plan, marks in marked(file).items()]
    recall = 1 - sum(len(s.missed) for s in scores) / sum(s.marked for s in scores)
    precision = 1 - sum(len(s.invented) for s in scores) / sum(s.read for s in scores)
    assert min(recall, precision) >= LEAST, [s.missed + s.invented for s in scores]


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
    ],
)
def test_pieces_of_a_sentence_have_their_actor(text: str, said: list[tuple[str, str]]) -> None:
    assert [("C" if duty.helps else "L", duty.of(text)[0]) for duty in duties_of(text)] == said


if __name__ == "__main__":
    for plan, marks in (each for file in PLANS for each in marked(file).items()):
        score = score_of(plan, marks)
        print(
            f"{plan.name}: recall {score.recall:.3f} ({score.marked}), precision {score.precision:.3f} ({score.read})"
        )
        for each in score.missed:
            print("   -", each)
        for each in score.invented:
            print("   +", (*each[:2], each[2][:60]))
