"""The command line on versions: what a new one changes, one that waits, and the word on it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.cli import main
from tests.bot.fakes import make_plan
from tests.bot.houses import FakeHouse

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
NEXT = make_plan().text.replace("30/6/2026", "31/8/2026")
ALIKE = NEXT.replace("Chuyển đổi số năm", "Chuyển đổi số và an toàn thông tin năm").replace("58/KH", "/KH")
Run = Callable[..., SimpleNamespace]


@pytest.fixture
def house(tmp_path: Path) -> FakeHouse:
    return FakeHouse(tmp_path, make_plan(), make_plan("thien-tai", "XÃ LẠC KHÊ", "Phòng, chống thiên tai", "7"))


@pytest.fixture
def run(house: FakeHouse, capsys: pytest.CaptureFixture[str]) -> Run:
    def command(*argv: str) -> SimpleNamespace:
        with pytest.raises(SystemExit) as left:
            main(list(argv), house)
        out, err = capsys.readouterr()
        return SimpleNamespace(status=left.value.code, out=out, err=err)

    return command


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ban-ky.txt"
    path.write_text(NEXT, "utf-8")
    return path


def _live(house: FakeHouse) -> list[tuple[str, int]]:
    return [(plan.plan_id, plan.version) for plan in house.library.live()]


def test_diff_of_the_two_sample_versions_is_the_true_list(run: Run) -> None:
    names = ("van-hoa-doc-du-thao.docx", "van-hoa-doc.docx")
    assert [run("ingest", str(SAMPLES / name)).status for name in names] == [0, 0]
    done = run("diff", "văn hoá đọc", "--json")
    assert json.loads(done.out) == json.loads((SAMPLES / "van-hoa-doc-khac-nhau.json").read_text("utf-8"))
    lines = run("diff", "van-hoa-doc-du-thao", "1", "2").out.splitlines()
    assert lines[0] == "Thay đổi: 1 thêm, 7 sửa, 1 bỏ, 1 đổi số."
    assert "  ~ gạch đầu dòng 3 điểm a khoản 1 mục III · Thời hạn: Trước ngày 30/5/2026 → Trước ngày 15/6/2026" in lines
    assert len(lines) == 11
    assert run("diff", "van-hoa-doc-du-thao", "2", "2", "--json").out == "[]\n"


def test_diff_needs_two_versions(run: Run) -> None:
    done = run("diff", "so-hoa")
    assert (done.status, done.err) == (2, "so-hoa chỉ có một bản.\n")


def test_ingest_tells_what_changed(run: Run, file: Path) -> None:
    told = run("ingest", str(file)).out
    assert "Thay đổi: 0 thêm, 1 sửa" in told
    assert "gạch đầu dòng 3 khoản 1 mục II · Thời hạn: trước ngày 30/6/2026 → trước ngày 31/8/2026" in told


def test_ingest_as_json_gives_the_differences(run: Run, file: Path) -> None:
    told = json.loads(run("ingest", str(file), "--json").out)
    assert (told["state"], told["sure"]) == ("replaced", True)
    assert (told["how"], told["quality"] > 0.9) == ("text", True)
    [changed] = told["differences"]
    assert (changed["kind"], changed["field"]) == ("changed", "deadline")
    again = json.loads(run("ingest", str(file), "--json").out)
    assert (again["state"], again["differences"]) == ("unchanged", [])


@pytest.mark.parametrize("name", ["so-hoa", "ha van", "ban-ky.txt", "58/KH-UBND"])
def test_a_staged_version_is_published_by_any_of_its_names(run: Run, house: FakeHouse, file: Path, name: str) -> None:
    staged = run("ingest", "--stage", str(file))
    assert staged.status == 0
    assert "kehoach publish so-hoa 2" in staged.out
    assert "· Thời hạn: trước ngày 30/6/2026 → trước ngày 31/8/2026" in staged.out
    assert _live(house)[0] == ("so-hoa", 1)
    done = run("publish", name)
    assert (done.status, done.out) == (0, "so-hoa: từ nay dùng bản 2.\n")
    assert _live(house)[0] == ("so-hoa", 2)
    assert run("publish", name).status == 2


def test_a_staged_version_is_discarded_with_its_file(run: Run, house: FakeHouse, file: Path) -> None:
    run("ingest", "--stage", str(file))
    assert run("discard", "so-hoa", "2").status == 0
    assert not house.library.waiting
    assert not list((house.settings.data_dir / "originals").iterdir())
    done = run("discard", "so-hoa")
    assert (done.status, done.err) == (2, "Không có bản nào đang chờ.\n")


def test_a_new_plan_that_waits_goes_by_its_own_names(run: Run, house: FakeHouse, tmp_path: Path) -> None:
    file = tmp_path / "cay-xanh.txt"
    file.write_text(make_plan("x", "XÃ BA TRẠI", "Trồng cây xanh", "9").text, "utf-8")
    assert json.loads(run("ingest", "--stage", "--json", str(file)).out)["state"] == "staged"
    wrong = run("publish", "thien tai")
    assert wrong.status == 2
    assert wrong.err.splitlines()[1].split()[:2] == ["cay-xanh", "1"]
    assert run("publish", "ba trai").status == 0
    assert ("cay-xanh", 1) in _live(house)


def test_several_that_wait_are_told_apart_by_their_number(run: Run, house: FakeHouse) -> None:
    for number in (2, 3):
        house.library.stage(make_plan(version=number))
    done = run("publish", "so-hoa")
    assert (done.status, len(done.err.splitlines())) == (2, 3)
    assert run("discard", "so-hoa", "3").status == 0
    assert list(house.library.waiting) == [("so-hoa", 2)]


def test_a_doubtful_match_is_flagged_when_it_is_staged(run: Run, house: FakeHouse, tmp_path: Path) -> None:
    file = tmp_path / "giong.txt"
    file.write_text(ALIKE, "utf-8")
    assert run("ingest", str(file)).status == 2  # without a person's word nothing is taken in
    assert not house.library.waiting
    assert not list((house.settings.data_dir / "originals").iterdir())
    told = run("ingest", "--stage", str(file)).out
    assert "Chưa chắc đây là bản mới của" in told
    assert "--plan" in told
    assert json.loads(run("ingest", "--stage", "--json", str(file)).out)["sure"] is False
    assert run("ingest", str(file)).status == 2
    assert len(house.library.waiting) == 1  # it goes on waiting for a word on it
