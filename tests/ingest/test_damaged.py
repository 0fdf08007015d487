"""Damaged and hostile files: read as far as they can be, or refused, in time that grows with their size."""

import time
from pathlib import Path

import pytest

from ingest.clock import parse_in_time
from ingest.parse import MOST_READ_AGAIN, NotAPlan, parse
from ingest.readers import UnreadableFile, read
from plan.diff import differences
from plan.model import SourceText, Warning_
from plan.passages import passages_of

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "reliability"
HEAD = "ỦY BAN NHÂN DÂN\nXÃ HOA TRẦM\n\nKẾ HOẠCH\nThử\n\nCăn cứ Luật Thử;\n\nI. VIỆC\n1. Một.\n"
GARBLED = (Warning_("poor_ocr"),)
needs_cases = pytest.mark.skipif(not CASES.exists(), reason="the damaged files are not here")


def seconds_of(text: str) -> float:
    """Processor seconds from a text to its passages and differences."""
    begun = time.process_time()
    try:
        version = parse(SourceText(text, "x.txt", "0"), "x", 1)
        passages_of(version)
        differences(version, version)
    except NotAPlan:
        pass
    return time.process_time() - begun


@pytest.mark.parametrize(
    "piece",
    [
        "*" * 9 + "\n",
        "a) b\n",
        "I. MỤC ĐÍCH\n1. Việc\n",
        "- việc\n+ khác\n",
        "- Công an xã chủ trì, các thôn cùng làm; ông Lê Văn A, Phó Chủ tịch, báo Phòng Kinh tế để tổng hợp.\n",
        "| a | b | c |\n",
        "x\ty\tz\n",
        "_" * 9 + "a",
    ],
)
def test_time_grows_with_size(piece: str) -> None:
    """In one of three tries: what else this process holds is tidied up in the middle of one now and then."""
    small, large = (HEAD + piece * (size // len(piece)) for size in (8_000, 64_000))
    assert any(seconds_of(large) < max(1.0, 8 * 2.5 * seconds_of(small)) for _ in range(3))


@pytest.mark.parametrize(
    "piece",
    ["Phòng Kinh tế chủ trì, phối hợp Công an xã làm đường; ", "Trạm Y tế" + ", cô" * 30 + " quét chợ; "],
)
def test_time_grows_with_the_length_of_a_line(piece: str) -> None:
    """What is read of each duty in a paragraph looks at the words around it, not at the whole paragraph."""
    small, large = (f"{HEAD}2. {piece * (size // len(piece))}\n" for size in (2_400, 19_200))
    assert any(seconds_of(large) < max(1.0, 8 * 2.5 * seconds_of(small)) for _ in range(3))


def test_time_grows_with_the_lines_of_a_garbled_text() -> None:
    def seconds(lines: int) -> float:
        source = SourceText(HEAD + "\n" * lines, "x.txt", "0", warnings=GARBLED)
        begun = time.process_time()
        parse(source, "x", 1)
        return time.process_time() - begun

    seconds(1)  # the lexicon is loaded
    assert any(seconds(32_000) < max(0.5, 8 * 2.5 * seconds(4_000)) for _ in range(3))


def test_a_garbled_text_longer_than_any_plan_is_read_as_it_stands() -> None:
    """To find out what each of its words was takes ten times as long as to parse it."""
    text = HEAD + "2. Phong Kinh té chu tri lam dudng.\n3. Hai.\n"
    long = text + "x" * MOST_READ_AGAIN
    read, as_it_stands = (parse(SourceText(each, "x.txt", "0", warnings=GARBLED), "x", 1) for each in (text, long))
    assert any("tế chủ trì làm đường" in clause.reading for clause in read.clauses)
    assert not any(clause.reading for clause in as_it_stands.clauses)


@needs_cases
def test_a_day_that_is_none_is_no_date() -> None:
    version = parse(read(CASES / "crash-day.txt"), "x", 1)
    assert version.info.date == ""
    assert "no_date" in {warning.code for warning in version.warnings}


@needs_cases
@pytest.mark.parametrize("name", ["crashed-number.docx", "crashed-pdfplumber.pdf"])
def test_a_damaged_file_is_read_as_far_as_it_goes(name: str) -> None:
    assert read(CASES / name).text.strip()


@needs_cases
def test_a_cell_over_millions_of_columns_is_one_cell() -> None:
    begun = time.monotonic()
    assert len(read(CASES / "hang-gridspan.docx").text) < 100_000
    assert time.monotonic() - begun < 30


def test_a_long_text_is_parsed_beside_with_the_same_result() -> None:
    source = SourceText(HEAD + "2. Hai.\n", "x.txt", "0")
    assert parse_in_time(source, long=0) == parse(source, "", 0)
    with pytest.raises(NotAPlan):
        parse_in_time(SourceText("không phải", "x.txt", "0"), long=0)


def test_a_text_of_more_lines_than_any_plan_is_refused_unparsed() -> None:
    """Each line is a clause to index: the plans behind it in the inbox would wait for hours."""
    with pytest.raises(UnreadableFile) as fault:
        parse_in_time(SourceText(HEAD + "Việc.\n" * 60_000, "x.txt", "0"))
    assert fault.value.code == "too_long"


def test_a_text_that_takes_too_long_is_refused() -> None:
    with pytest.raises(UnreadableFile) as fault:
        parse_in_time(SourceText(HEAD, "x.txt", "0"), seconds=0.01, long=0)
    assert fault.value.code == "timeout"
