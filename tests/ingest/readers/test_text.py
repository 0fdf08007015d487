"""Text files: the canonical text is the file's own, whatever encoding it came in."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest

from ingest.readers import Limits, UnreadableFile, read
from ingest.readers.legacy import from_tcvn3, from_vni, recognise
from prompts import LANGUAGES, phrases

PROSE = (
    "Kế hoạch phát triển văn hóa đọc trên địa bàn xã Đông Kiều. Đơn vị chủ trì: Phòng Văn hóa. "
    "Ủy ban nhân dân xã yêu cầu các thôn thực hiện nghiêm túc, báo cáo trước ngày mười tháng chạp."
)


def write(folder: Path, data: bytes, name: str = "ke-hoach.txt") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def code_of(path: Path, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableFile) as caught:
        read(path, limits or Limits())
    return caught.value.code


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_spaces_are_kept(tmp_path: Path, end: str) -> None:
    text = f"  KẾ HOẠCH {end}{end}\tI. MỤC ĐÍCH  {end}"
    source = read(write(tmp_path, text.encode()))
    assert (source.text, source.how, source.page_starts) == (text, "text", (0,))


def test_decomposed_letters_are_composed(tmp_path: Path) -> None:
    assert read(write(tmp_path, unicodedata.normalize("NFD", PROSE).encode())).text == PROSE


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_in_all_its_dresses(tmp_path: Path, encoding: str) -> None:
    assert read(write(tmp_path, PROSE.encode(encoding))).text == PROSE


def test_windows_1258(tmp_path: Path) -> None:
    tones = {"\u0300", "\u0301", "\u0303", "\u0309", "\u0323"}
    parts = []
    for char in PROSE:  # the code page has hats but writes tones apart
        bare = unicodedata.normalize("NFC", "".join(c for c in unicodedata.normalize("NFD", char) if c not in tones))
        parts.append(bare + "".join(c for c in unicodedata.normalize("NFD", char) if c in tones))
    source = read(write(tmp_path, "".join(parts).encode("cp1258")))
    assert source.text == PROSE
    assert source.warnings[0].code == "legacy_encoding"


def test_tcvn3(tmp_path: Path) -> None:
    data = bytes([0xA7, 0xAC, 0x6E, 0x20, 0x76, 0xDE])
    assert from_tcvn3(data) == "Đơn vị"
    words = (
        "đơn vị chủ trì phòng văn hóa báo cáo kết quả thực hiện kế hoạch trước ngày mười tháng chạp hằng năm đến ủy ban"
    )
    encoded = b"".join(tcvn3(char) for char in words)
    recognised = recognise(encoded)
    assert recognised == (words, "TCVN3")
    seen_as_latin = read(write(tmp_path, encoded.decode("cp1252").encode()))
    assert seen_as_latin.text == words


def tcvn3(char: str) -> bytes:
    return next(
        (bytes([b]) for b in range(0x80, 0x100) if from_tcvn3(bytes([b])) == char), char.encode("ascii", "replace")
    )


def test_vni() -> None:
    assert from_vni("Uûy ban nhaân daân xaõ Ñoâng Kieàu, ñôn vò chuû trì".encode("cp1252")) == (
        "Ủy ban nhân dân xã Đông Kiều, đơn vị chủ trì"
    )


def test_quality_tells_garbage_from_vietnamese(tmp_path: Path) -> None:
    good = read(write(tmp_path, PROSE.encode()))
    garbled = "Uy ban nhan dan x3 Tién Minh trién khai Nghi quyét cila HDND ve nhiém vu phat trién kinh té xa hdi " * 3
    bad = read(write(tmp_path, garbled.encode()))
    assert good.quality > 0.9
    assert good.warnings == ()
    assert bad.quality < 0.3
    assert [warning.code for warning in bad.warnings] == ["poor_ocr"]
    assert "%" in bad.quality_reason


def test_text_without_accents_has_its_own_warning(tmp_path: Path) -> None:
    plain = "Uy ban nhan dan xa ban hanh ke hoach trien khai cac nhiem vu trong nam cho don vi chu tri bao cao " * 2
    assert [warning.code for warning in read(write(tmp_path, plain.encode())).warnings] == ["no_accents"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"\x00" * 400, "empty"),
        (bytes(range(256)) * 8, "binary"),
        (b"\x7fELF\x02\x01\x01\x00" + bytes(200), "unsupported"),
        ("Kế hoạch số 5 của xã ".encode() * 5 + b"\xff\xfa b\xc3", "bad_encoding"),
        (b"PK\x03\x04 cut short", "truncated"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "encrypted"),
    ],
)
def test_what_is_not_a_text_says_so(tmp_path: Path, data: bytes, code: str) -> None:
    assert code_of(write(tmp_path, data)) == code


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    assert code_of(tmp_path) == "folder"
    assert code_of(tmp_path / "nothing.txt") == "missing"
    assert code_of(tmp_path / ("x" * 4000)) == "missing"
    os.mkfifo(tmp_path / "pipe")
    assert code_of(tmp_path / "pipe") == "not_a_file"


def test_size_is_checked_before_reading(tmp_path: Path) -> None:
    path = write(tmp_path, PROSE.encode() * 10)
    assert code_of(path, Limits(text_bytes=100)) == "too_long"
    assert code_of(path, Limits(file_bytes=100)) == "too_large"


def test_every_code_has_two_sentences() -> None:
    told = [text for each in LANGUAGES for key, text in phrases(each).items() if key.startswith("readers.")]
    assert all(text.endswith(".") for text in told)
    assert UnreadableFile("encrypted").sentence("en").startswith("The file is protected")
    assert UnreadableFile("never heard of").code == "crashed"


def damage_of(path: Path) -> tuple[str, list[str]]:
    source = read(path)
    return source.text, [warning.detail for warning in source.warnings if warning.code == "damaged"]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (PROSE.encode() + b" \xff" + PROSE.encode(), f"{PROSE} \ufffd{PROSE}"),
        (PROSE.encode() + b"\xe1\xba", PROSE + "\ufffd"),
        (PROSE[:90].encode() + b"\x00" + PROSE[90:].encode() * 8, PROSE[:90] + "\ufffd" + PROSE[90:] * 8),
        (PROSE.encode("utf-16")[:-1], PROSE[:-1] + "\ufffd"),
        (PROSE.encode("utf-16-le") + b"\x00\xd8" + PROSE.encode("utf-16-le"), PROSE + "\ufffd" + PROSE),
    ],
)
def test_a_damaged_text_is_read_with_holes_and_says_so(tmp_path: Path, data: bytes, text: str) -> None:
    found, damage = damage_of(write(tmp_path, data))
    assert found == text
    assert len(damage) == 1


@pytest.mark.parametrize(
    "data",
    [
        PROSE.encode() + b"\x00" * 40 + b"\x1a",
        PROSE.encode("utf-16") + b"\x00" * 6,
        PROSE.encode("utf-16-be") + b"\x00",
    ],
)
def test_zeros_behind_a_text_are_no_damage(tmp_path: Path, data: bytes) -> None:
    assert damage_of(write(tmp_path, data))[0].rstrip("\ufffd") == PROSE


def test_dashes_and_quotes_of_windows_within_utf_8(tmp_path: Path) -> None:
    data = PROSE.encode().replace(b".", b" \x96 \x93a\x94\xa0")
    assert damage_of(write(tmp_path, data)) == (PROSE.replace(".", " – “a”\xa0"), [])


def test_a_text_with_many_holes_is_another_encoding(tmp_path: Path) -> None:
    assert code_of(write(tmp_path, PROSE.encode() + b" \xff\xfe \xfd" * 40)) in ("bad_encoding", "binary")
