"""A file becomes the live version of its plan: recognised by what it says, never by its name."""

from pathlib import Path

import pytest
from langchain_core.embeddings import DeterministicFakeEmbedding

from ingest.parse import NotAPlan
from ingest.publish import ingest_file
from ingest.readers import UnreadableFile
from vectorstore.library import Library

DRAFT = (
    "Số:     /KH-UBND\n\nLạc Khê, ngày     tháng     năm 2026\n\nKẾ HOẠCH\n"
    "Phòng, chống thiên tai năm 2026 trên địa bàn xã Lạc Khê\n\n"
    "Căn cứ Luật Phòng, chống thiên tai;\n\nI. MỤC ĐÍCH\n\n- Giảm thiệt hại.\n\nII. NỘI DUNG\n\n1. Kiểm tra đê\n\n"
    "- Cơ quan thực hiện: Phòng Kinh tế.\n\n- Thời gian thực hiện: Trước ngày 15/5/2026.\n"
)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "data", embeddings=DeterministicFakeEmbedding(size=16))


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_signed_version_replaces_its_draft_whatever_the_file_is_called(tmp_path: Path, library: Library) -> None:
    assert ingest_file(write(tmp_path, "du-thao.txt", DRAFT), library).state == "new"
    signed = (
        DRAFT.replace("Số:     /", "Số: 12/")
        .replace("ngày     tháng     năm", "ngày 05 tháng 3 năm")
        .replace("15/5", "20/5")
    )
    report = ingest_file(write(tmp_path, "ban-ky.txt", signed), library)
    assert report.state == "replaced"
    (live,) = library.live()
    assert (live.plan_id, live.version, live.info.number) == ("du-thao", 2, "12/KH-UBND")
    assert live.assignments[0].deadline is not None
    assert live.assignments[0].deadline.value == "Trước ngày 20/5/2026"


def test_an_identical_file_changes_nothing(tmp_path: Path, library: Library) -> None:
    ingest_file(write(tmp_path, "a.txt", DRAFT), library)
    assert ingest_file(write(tmp_path, "b.txt", DRAFT), library).state == "unchanged"
    assert [v.version for v in library.live()] == [1]


def test_a_plan_of_another_place_is_another_plan(tmp_path: Path, library: Library) -> None:
    ingest_file(write(tmp_path, "a.txt", DRAFT), library)
    report = ingest_file(write(tmp_path, "b.txt", DRAFT.replace("Lạc Khê", "Đông Kiều")), library)
    assert report.state == "new"
    assert len(library.live()) == 2


def test_the_rest_of_a_plan_says_which_plan_it_is_a_part_of(tmp_path: Path, library: Library) -> None:
    ingest_file(write(tmp_path, "a.txt", DRAFT), library)
    rest = "\n".join(DRAFT.splitlines()[-4:])
    for text, plan in ((rest, "a"), ("Chiều nay họp lúc hai giờ tại hội trường.", None)):
        with pytest.raises(NotAPlan) as raised:
            ingest_file(write(tmp_path, "b.txt", text), library)
        assert (raised.value.whole.plan_id if raised.value.whole else None) == plan
    assert len(library.live()) == 1


@pytest.mark.parametrize(
    "subject", ["Phòng, chống ma túy", "Phòng, chống lụt bão", "Phòng cháy, chữa cháy", "Chuyển đổi số"]
)
def test_another_subject_of_the_same_commune_replaces_nothing(tmp_path: Path, library: Library, subject: str) -> None:
    ingest_file(write(tmp_path, "a.txt", DRAFT), library)
    report = ingest_file(
        write(tmp_path, "b.txt", DRAFT.replace("Phòng, chống thiên tai năm", f"{subject} năm")), library
    )
    assert report.state != "replaced"
    assert any(v.info.subject.startswith("Phòng, chống thiên tai") for v in library.live())


def test_a_doubtful_match_waits_for_the_admin(tmp_path: Path, library: Library) -> None:
    ingest_file(write(tmp_path, "a.txt", DRAFT), library)
    doubtful = DRAFT.replace("Phòng, chống thiên tai năm 2026", "Phòng, chống thiên tai và tìm kiếm cứu nạn năm 2026")
    report = ingest_file(write(tmp_path, "b.txt", doubtful), library)
    assert report.state == "doubtful"
    assert [v.version for v in library.live()] == [1]


def test_staged_answers_only_after_it_is_published(tmp_path: Path, library: Library) -> None:
    ingest_file(write(tmp_path, "a.txt", DRAFT), library)
    report = ingest_file(write(tmp_path, "b.txt", DRAFT.replace("15/5", "16/5")), library, stage=True)
    assert [v.version for v in library.live()] == [1]
    library.publish_staged(report.version.plan_id, report.version.version)
    assert [v.version for v in library.live()] == [2]


def test_a_file_that_waits_is_staged_once_and_then_published(tmp_path: Path, library: Library) -> None:
    """Sent twice, or read again after a crash: one version waits, and the plan that it begins stays the same one."""
    file = write(tmp_path, "a.txt", DRAFT)
    first, again = (ingest_file(file, library, stage=True) for _ in range(2))
    assert (again.version.plan_id, again.version.version) == (first.version.plan_id, first.version.version) == ("a", 1)
    assert library.catalog.staged() == [("a", 1)]
    assert ingest_file(file, library).state == "new"
    assert [(v.plan_id, v.version) for v in library.live()] == [("a", 1)]
    assert library.catalog.staged() == []


def test_a_staged_version_says_when_it_is_doubtful(tmp_path: Path, library: Library) -> None:
    ingest_file(write(tmp_path, "a.txt", DRAFT), library)
    alike = DRAFT.replace("Phòng, chống thiên tai năm 2026", "Phòng, chống thiên tai và tìm kiếm cứu nạn năm 2026")
    report = ingest_file(write(tmp_path, "b.txt", alike), library, stage=True)
    assert (report.state, report.sure) == ("staged", False)
    assert ingest_file(write(tmp_path, "c.txt", DRAFT.replace("15/5", "16/5")), library, stage=True).sure


def test_an_unchanged_file_is_not_even_read(tmp_path: Path, library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    ingest_file(write(tmp_path, "a.txt", DRAFT), library)
    monkeypatch.setattr("ingest.publish.read_whole", None)
    assert ingest_file(write(tmp_path, "b.txt", DRAFT), library).state == "unchanged"


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02\xff" * 50, "Chào bạn, mai họp nhé.\n".encode()])
def test_what_is_no_plan_leaves_nothing_behind(tmp_path: Path, library: Library, content: bytes) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(content)
    with pytest.raises((UnreadableFile, NotAPlan)):
        ingest_file(path, library)
    assert library.live() == []
