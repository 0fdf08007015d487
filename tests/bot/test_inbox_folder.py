"""Files dropped into the inbox folder: taken in when finished and certain, refused in one sentence otherwise."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from unittest.mock import Mock

import pytest

from bot.plans.watch_folder import Inbox, Stopping
from tests.bot.fakes import TEXT, make_plan
from tests.bot.houses import FakeHouse
from vectorstore.errors import LibraryBusy

NEXT = make_plan().text.replace("30/6/2026", "31/8/2026")


@pytest.fixture
def house(tmp_path: Path) -> FakeHouse:
    return FakeHouse(tmp_path, make_plan())


@pytest.fixture
def folder(house: FakeHouse) -> Path:
    folder = house.settings.data_dir / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def inbox(house: FakeHouse, folder: Path) -> Inbox:
    return house.inbox


def _drop(folder: Path, name: str, text: str = NEXT) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def _looked(inbox: Inbox, times: int = 2) -> None:
    for _ in range(times):
        inbox.look()


def _report(folder: Path, name: str) -> str:
    return (folder / f"{name}.txt").read_text("utf-8")


def _versions(house: FakeHouse) -> list[tuple[str, int]]:
    return [(plan.plan_id, plan.version) for plan in house.library.live()]


def test_the_next_version_is_published_with_a_report_beside_it(house: FakeHouse, folder: Path, inbox: Inbox) -> None:
    file = _drop(folder, "Ban ky moi.txt")
    _looked(inbox)
    assert not file.exists()
    assert _versions(house) == [("so-hoa", 2)]
    assert (folder / "done" / "Ban ky moi.txt").read_text("utf-8") == NEXT
    report = _report(folder / "done", "Ban ky moi.txt")
    assert report.startswith("Đã nạp Ban ky moi.txt.")
    for told in ("Chuyển đổi số năm 2026", "58/KH-UBND", "điều khoản", "nhiệm vụ", "Ngày ban hành để trống"):
        assert told in report
    assert "Thời hạn: trước ngày 30/6/2026 → trước ngày 31/8/2026" in report


def test_a_file_that_still_grows_waits(house: FakeHouse, folder: Path, inbox: Inbox) -> None:
    file = _drop(folder, "a.txt", NEXT[:200])
    inbox.look()
    file.write_text(NEXT, encoding="utf-8")
    inbox.look()
    assert file.exists()
    inbox.look()
    assert _versions(house) == [("so-hoa", 2)]


@pytest.mark.parametrize(
    "name",
    ["~$moi.docx", ".~lock.moi.odt#", "a.docx.part", "a.pdf.crdownload", ".a.txt", "a.txt~", "a.TMP", "Thumbs.db"],
)
def test_what_other_programs_leave_is_not_touched(folder: Path, inbox: Inbox, name: str) -> None:
    file = _drop(folder, name)
    _looked(inbox)
    assert file.exists()


def test_a_doubtful_file_is_left_to_a_person(house: FakeHouse, folder: Path, inbox: Inbox) -> None:
    alike = NEXT.replace("Chuyển đổi số năm", "Chuyển đổi số và an toàn thông tin năm").replace("58/KH", "/KH")
    _drop(folder, "b.txt", alike)
    _looked(inbox)
    assert _versions(house) == [("so-hoa", 1)]
    assert list(house.library.waiting) == [("so-hoa", 2)]
    report = _report(folder / "refused", "b.txt")
    assert "CHƯA NẠP b.txt" in report
    assert "kehoach publish so-hoa 2" in report
    assert "kehoach discard so-hoa 2" in report
    assert f'kehoach ingest "{folder.resolve() / "refused" / "b.txt"}" --plan' in report


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Tệp trống"),
        (bytes(range(256)) * 20, "nhị phân"),
        (b"%PDF-1.7\nbroken", "Tệp bị hỏng"),
        ("Chiều nay họp lúc hai giờ.".encode(), "không phải là kế hoạch"),
    ],
)
def test_what_is_no_plan_is_refused_in_a_sentence(
    house: FakeHouse, folder: Path, inbox: Inbox, content: bytes, sentence: str
) -> None:
    file = folder / "x.pdf"
    file.write_bytes(content)
    os.utime(file, (0, 0))  # an empty file that is new may be about to be written
    _looked(inbox)
    assert _report(folder / "refused", "x.pdf").startswith("Không nạp x.pdf: ")
    assert sentence in _report(folder / "refused", "x.pdf")
    assert _versions(house) == [("so-hoa", 1)]


def test_an_empty_file_may_be_about_to_be_written(folder: Path, inbox: Inbox) -> None:
    file = _drop(folder, "a.txt", "")
    _looked(inbox, 3)
    assert file.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="needs links and pipes")
def test_links_and_pipes_are_refused_unread(house: FakeHouse, folder: Path, inbox: Inbox, tmp_path: Path) -> None:
    secret = _drop(tmp_path, "elsewhere.txt")
    (folder / "link.txt").symlink_to(secret)
    os.mkfifo(folder / "pipe.txt")
    _looked(inbox)
    assert "không phải là tệp thông thường" in _report(folder / "refused", "link.txt")
    assert "không phải là tệp thông thường" in _report(folder / "refused", "pipe.txt")
    assert secret.exists()
    assert _versions(house) == [("so-hoa", 1)]


@pytest.mark.skipif(sys.platform == "win32", reason="such names cannot be there")
@pytest.mark.parametrize("name", ["a\nb.txt", "C:\\..\\moi.txt", "x" * 250 + ".txt", os.fsdecode(b"\xff\xfe.txt")])
def test_odd_names_become_plain_ones(house: FakeHouse, folder: Path, inbox: Inbox, name: str) -> None:
    _drop(folder, name)
    _looked(inbox, 4)
    assert [path for path in folder.iterdir() if path.is_file()] == []
    assert _versions(house) == [("so-hoa", 2)]
    assert len(list((folder / "done").iterdir())) == 2


def test_the_same_name_again_does_not_overwrite(folder: Path, inbox: Inbox) -> None:
    for _ in range(2):
        _drop(folder, "a.txt")
        _looked(inbox)
    names = {path.name for path in (folder / "done").iterdir()}
    assert names == {"a.txt", "a.txt.txt", "a (2).txt", "a (2).txt.txt"}
    assert "giống hệt bản đang dùng" in _report(folder / "done", "a (2).txt")


def test_a_file_stays_while_somebody_else_writes(
    house: FakeHouse, folder: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(patience: float | None = None) -> AbstractContextManager[None]:
        raise LibraryBusy("busy")

    file = _drop(folder, "a.txt")
    with monkeypatch.context() as patched:
        patched.setattr(house.library, "writing", busy)
        _looked(inbox)
    assert file.exists()
    inbox.look()
    assert _versions(house) == [("so-hoa", 2)]


def _begun_and_killed(house: FakeHouse, inbox: Inbox, monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(house.plans, method, Mock(side_effect=KeyboardInterrupt))  # as a kill: nothing of ours runs
        with pytest.raises(KeyboardInterrupt):
            _looked(inbox)


def test_what_was_begun_and_not_finished_is_set_aside_at_the_next_start(
    house: FakeHouse, folder: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _drop(folder, "a.txt")
    _begun_and_killed(house, inbox, monkeypatch, "stage")
    _drop(folder, "b.txt", NEXT.replace("31/8/2026", "30/9/2026"))
    _looked(Inbox(folder, house.plans, "vi"))
    assert "Lần trước máy dừng giữa lúc đọc tệp này" in _report(folder / "refused", "a.txt")
    assert (folder / "done" / "b.txt").exists()
    _drop(folder, "a.txt")  # dropped once more it is a file like any other
    _looked(Inbox(folder, house.plans, "vi"))
    assert (folder / "done" / "a.txt").exists()


def test_what_was_published_before_the_kill_is_done(
    house: FakeHouse, folder: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _drop(folder, "a.txt")
    with monkeypatch.context() as patched:
        patched.setattr(Inbox, "_put_away", Mock(side_effect=KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            _looked(inbox)
    _looked(Inbox(folder, house.plans, "vi"))
    assert "giống hệt bản đang dùng" in _report(folder / "done", "a.txt")


def test_what_the_stopping_bot_lets_go_is_read_at_the_next_start(
    house: FakeHouse, folder: Path, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    _drop(folder, "a.txt")
    with monkeypatch.context() as patched:
        patched.setattr(house.plans, "stage", Mock(side_effect=Stopping))
        _looked(inbox)
    _looked(Inbox(folder, house.plans, "vi"))
    assert (folder / "done" / "a.txt").exists()


def test_a_folder_in_the_inbox_is_not_looked_into(folder: Path, inbox: Inbox) -> None:
    (folder / "kho").mkdir()
    file = _drop(folder / "kho", "a.txt", TEXT)
    _looked(inbox)
    assert file.exists()
