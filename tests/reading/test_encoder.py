"""The shipped reader over clauses made up here: it chooses, it says that nothing answers, it tells which line."""

from collections.abc import Sequence

import pytest

from answer.features import NAMES
from ingest.parse import parse
from plan.model import SourceText
from plan.passages import passages_of
from reading.close import CloseReader, CloseText
from reading.encoder import EncoderReader
from reading.protocol import Asked, Candidate, Reading

PLAN = """ỦY BAN NHÂN DÂN
XÃ ĐỒNG MAI
Số: 12/KH-UBND

Đồng Mai, ngày 10 tháng 02 năm 2026

KẾ HOẠCH
Phòng, chống đuối nước trẻ em năm 2026

I. MỤC ĐÍCH
Giảm số trẻ em tử vong do đuối nước so với năm 2025.

II. NHIỆM VỤ
1. Mở lớp dạy bơi
- Chủ trì: Đoàn Thanh niên xã
- Phối hợp: Trường Tiểu học Đồng Mai
- Thời gian: trước ngày 30/6/2026
2. Cắm biển cảnh báo tại ao, hồ
- Chủ trì: Phòng Kinh tế
- Sản phẩm: 25 biển cảnh báo
3. Tuyên truyền trên loa truyền thanh
- Chủ trì: Phòng Văn hóa - Xã hội
- Thời gian: hằng tuần

III. KINH PHÍ
Ngân sách xã bố trí 85 triệu đồng.
"""

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def reader() -> EncoderReader:
    return EncoderReader()


def candidates(plan_id: str = "duoi-nuoc") -> list[Candidate]:
    version = parse(SourceText(PLAN, "duoi-nuoc.txt", "x"), plan_id, 1)
    passages = [passage for passage in passages_of(version) if passage.address.startswith("I")]
    return [Candidate(version, passage, 0.0, (0.0,) * len(NAMES)) for passage in passages]


def read(reader: EncoderReader, question: str, brief: bool = False) -> Reading:
    return reader.read(Asked(question, question, brief=brief), candidates())


def test_every_chance_is_one_and_all_of_them_with_none_make_one(reader: EncoderReader) -> None:
    reading = read(reader, "Ai chủ trì mở lớp dạy bơi?")
    assert sum(each.probability for each in reading.answers) + reading.none == pytest.approx(1.0, abs=1e-3)
    assert [each.probability for each in reading.answers] == sorted(
        (e.probability for e in reading.answers), reverse=True
    )


def test_a_part_is_a_line_of_its_clause(reader: EncoderReader) -> None:
    for each in read(reader, "Lớp dạy bơi phải xong trước ngày nào?").answers:
        for part in each.parts:
            assert each.candidate.passage.span.overlap(part.span) == part.span.end - part.span.start


def test_nothing_to_read_is_nothing_found(reader: EncoderReader) -> None:
    assert reader.read(Asked("ai?", "ai?"), []) == Reading((), 1.0, reader="encoder")


def test_what_else_a_language_model_was_shown_changes_nothing(reader: EncoderReader) -> None:
    """It is given twice as many clauses; where it gives nothing, this one reads as if it had not been asked."""
    question, own = "Ai chủ trì mở lớp dạy bơi?", (candidates() * 4)[:16]
    asked = Asked(question, question)
    assert reader.read(asked, [*own, *candidates("ban-khac")]) == reader.read(asked, own)


class Noting(CloseReader):
    """A close reader that holds everything likely and notes what it is given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[CloseText] = []

    def odds(self, texts: Sequence[CloseText]) -> list[float]:
        """One for each."""
        self.given += texts
        return [1.0] * len(texts)


@pytest.mark.parametrize(("brief", "most", "closely"), [(False, 5, 3), (True, 4, 1)])
def test_of_many_plans_less_is_read_of_each(brief: bool, most: int, closely: int) -> None:
    noting = Noting()
    reading = read(EncoderReader(close=noting), "Ai chủ trì?", brief)
    assert (len(reading.answers), len(noting.given)) == (most, closely)


def test_what_the_first_reader_holds_for_fifty_times_less_likely_is_not_read_closely() -> None:
    first, noting = read(EncoderReader(), "Ai chủ trì mở lớp dạy bơi?"), Noting()
    chances = [answer.probability for answer in first.answers]
    read(EncoderReader(close=noting), "Ai chủ trì mở lớp dạy bơi?")
    assert len(noting.given) == sum(chance >= chances[0] / 50 for chance in chances) < 3
