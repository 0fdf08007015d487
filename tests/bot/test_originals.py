"""The files behind the plans: kept at ingest with the places of their words, gone with the plan."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import House
from bot.cli import main
from bot.serve import make_ready
from bot.settings import Settings
from ingest.readers import UnreadableFile
from plan.model import PlanVersion
from tests.bot.fakes import make_plan
from tests.bot.houses import FakeHouse
from tests.patience import quickest

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture
def house(tmp_path: Path) -> FakeHouse:
    return FakeHouse(tmp_path)


def _run(house: FakeHouse, *argv: str) -> object:
    with pytest.raises(SystemExit) as left:
        main(list(argv), house)
    return left.value.code


def _kept(house: FakeHouse) -> Iterator[Path]:
    folder = house.settings.data_dir / "originals"
    return folder.iterdir() if folder.is_dir() else iter(())


def _ingested(house: FakeHouse, name: str) -> PlanVersion:
    assert _run(house, "ingest", str(SAMPLES / name)) == 0
    plan = house.library.live()[-1]
    assert isinstance(plan, PlanVersion)
    return plan


def test_a_page_is_shown_at_once_from_ingest_to_removal_on_the_command_line(
    house: FakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = _ingested(house, "van-hoa-doc.pdf")
    monkeypatch.setattr("ingest.readers.read_whole", None)  # nothing is read again
    start = plan.text.index("- Thời gian hoàn thành: Trước ngày 15/6/2026.")
    [picture], seconds = quickest(lambda: house.originals.pictures(plan, start, start + 40))
    assert seconds < 0.5
    assert picture.page == 2
    monkeypatch.undo()
    other = replace(plan, source=replace(plan.source, text=f"x{plan.text}"))  # as another release may read the file
    assert house.originals.pictures(other, 100, 140) == []
    assert list(_kept(house))
    assert _run(house, "remove", plan.plan_id, "--yes") == 0
    assert not list(_kept(house))


def test_a_kill_in_the_middle_of_a_removal_leaves_no_file(house: FakeHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = _ingested(house, "phong-chong-thien-tai.txt")
    other = _ingested(house, "chuyen-doi-so.md")
    monkeypatch.setattr(house.plans, "clean_up", lambda: None)  # killed before the files went
    house.plans.remove(plan.plan_id, "terminal")
    monkeypatch.undo()
    assert house.originals.find(plan.source.sha256)
    make_ready(house)
    assert [path.name.partition(".")[0] for path in _kept(house)] == [other.source.sha256]


def test_a_start_beside_a_removal_leaves_it_its_marks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The run that starts sees the plan still there; without its mark the file would stay for good."""
    made = [House(Settings(data_dir=tmp_path)) for _ in range(2)]
    removing, starting = made
    plan = make_plan()
    version = replace(plan, source=replace(plan.source, sha256="b" * 64))
    file = tmp_path / "ke-hoach.txt"
    file.write_text(version.text, "utf-8")
    removing.library.stage(version)
    removing.originals.keep(file, version)
    own = removing.library.remove

    def remove(plan_id: str) -> None:
        starting.plans.clean_up()
        own(plan_id)

    monkeypatch.setattr(removing.library, "remove", remove)
    removing.plans.remove(version.plan_id, "terminal")
    assert list((tmp_path / "originals").iterdir()) == []
    for house in made:
        house.library.close()


def test_a_kill_before_a_removal_costs_nothing(house: FakeHouse) -> None:
    plan = _ingested(house, "phong-chong-thien-tai.txt")
    house.originals.doom(plan.source.sha256)
    make_ready(house)
    assert [path.suffix for path in _kept(house)] == [".txt"]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_what_is_kept_is_for_this_account_alone(house: FakeHouse) -> None:
    _ingested(house, "phong-chong-thien-tai.txt")
    house.people.invite()
    kept = [*_kept(house), *house.settings.data_dir.glob("bot.sqlite3*")]
    assert len(kept) >= 2
    assert not [path for path in kept if path.stat().st_mode & 0o077]


def test_a_word_file_is_printed_once_and_then_shown_at_once(house: FakeHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("soffice") is None:
        pytest.skip("needs libreoffice-writer-nogui")
    plan = _ingested(house, "van-hoa-doc.docx")
    assert house.originals.has_pages(plan)
    house.originals.prepare(plan)
    monkeypatch.setattr("ingest.readers.office.office", lambda: None)  # it is not needed any more
    start = plan.text.index("- Thời gian hoàn thành: Trước ngày 15/6/2026.")
    [picture], seconds = quickest(lambda: house.originals.pictures(plan, start, start + 40))
    assert seconds < 0.5
    assert picture.page == 2
    assert house.originals.has_pages(plan)
    file = house.originals.find(plan.source.sha256)
    assert file
    assert file.suffix == ".docx"


def test_without_libreoffice_a_word_file_has_no_pages(house: FakeHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.office.office", lambda: None)
    plan = _ingested(house, "van-hoa-doc.docx")
    house.originals.prepare(plan)
    assert not house.originals.has_pages(plan)
    assert house.originals.pictures(plan, 0, 40) == []


def test_a_file_that_cannot_be_printed_is_tried_once(house: FakeHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []

    def fails(*_: object) -> None:
        tried.append(1)
        raise UnreadableFile("timeout")

    monkeypatch.setattr("ingest.readers.office.can_print", lambda: True)
    monkeypatch.setattr("ingest.readers.office.print_pages", fails)
    plan = _ingested(house, "van-hoa-doc.docx")
    assert [house.originals.pictures(plan, 0, 40) for _ in range(2)] == [[], []]
    assert len(tried) == 1


def test_a_file_that_another_plan_was_read_from_stays(house: FakeHouse) -> None:
    plan = _ingested(house, "phong-chong-thien-tai.txt")
    assert _run(house, "ingest", str(SAMPLES / "phong-chong-thien-tai.txt"), "--plan", "ban-sao") == 0
    assert _run(house, "remove", plan.plan_id, "--yes") == 0
    assert house.originals.find(plan.source.sha256)
    assert _run(house, "remove", "ban-sao", "--yes") == 0
    assert not list(_kept(house))
