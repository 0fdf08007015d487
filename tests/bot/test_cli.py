"""The command line's contracts: what is printed, where, and with which exit status."""

from __future__ import annotations

import csv
import io
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.app import House
from bot.cli import main
from ingest.parse import parse
from plan.model import SourceText
from prompts import phrases
from tests.bot.fakes import TEXT, make_plan
from tests.bot.houses import FakeHouse
from tests.patience import PATIENCE
from vectorstore.errors import LibraryBusy


@pytest.fixture
def house(tmp_path: Path) -> FakeHouse:
    other = make_plan("thien-tai", "XÃ LẠC KHÊ", "Phòng, chống thiên tai", "7")
    return FakeHouse(tmp_path, make_plan(), other)


class Run:
    """What a command did."""

    def __init__(self, capsys: pytest.CaptureFixture[str], house: House, *argv: str) -> None:
        with pytest.raises(SystemExit) as left:
            main(list(argv), house)
        self.status = left.value.code
        self.out, self.err = capsys.readouterr()


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], house: FakeHouse) -> Any:
    return lambda *argv: Run(capsys, house, *argv)


def test_ask_prints_the_answer(run: Any) -> None:
    done = run("ask", "ai chủ trì?")
    assert (done.status, done.out) == (0, "Phòng Văn hóa - Xã hội chủ trì.\n")


def test_ask_json_is_the_contract(run: Any, house: FakeHouse) -> None:
    done = run("ask", "ai chủ trì?", "--plan", "ha van", "--json")
    answer = json.loads(done.out)
    assert list(answer)[:5] == ["id", "text", "refused", "citations", "seconds"]
    assert list(answer)[5:] == [
        "sure",
        "decision",
        "confidence",
        "notes",
        "others",
    ]  # it may gain fields, never lose or rename one
    [citation] = answer["citations"]
    assert list(citation) == ["plan", "file", "clause", "start", "end", "quote", "page"]
    text = house.library.live()[0].text
    assert citation["quote"] == text[citation["start"] : citation["end"]]
    assert house.engine.asked == [("ai chủ trì?", "so-hoa", None)]


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (("ask", "x", "--plan", "Bạch Đằng"), "Không có kế hoạch nào tên là “Bạch Đằng”"),
        (("ask", "x", "--plan", ""), "Không có kế hoạch nào"),
        (("show", "ubnd"), "có thể là nhiều kế hoạch"),
        (("show", "so-hoa", "IX.9"), "không có điều khoản “IX.9”"),
        (("ask", " "), "Chưa có câu hỏi"),
        (("ingest", "nowhere.txt"), "Không có tệp hay thư mục nào"),
        (("remove", "so-hoa"), "--yes"),
    ],
)
def test_wrong_usage_is_one_sentence_and_status_2(run: Any, argv: tuple[str, ...], sentence: str) -> None:
    done = run(*argv)
    assert done.status == 2
    assert sentence in done.err.splitlines()[0]
    assert "Traceback" not in done.err
    assert not done.out


def test_an_unknown_plan_lists_the_plans(run: Any) -> None:
    assert [line.split()[0] for line in run("show", "?").err.splitlines()[1:]] == ["so-hoa", "thien-tai"]


def test_a_place_is_found_as_officers_write_it_and_what_is_there_is_offered(run: Any) -> None:
    assert run("show", "so-hoa", "ii.2.1").out.startswith("Gạch đầu dòng 1 khoản 2 mục II")
    offered = run("show", "so-hoa", "II.2.9").err.splitlines()[1:]
    assert [line.split()[0] for line in offered] == ["II.2^", "II.2-1", "II.2-2"]


def test_asking_without_any_plan(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    done = Run(capsys, FakeHouse(tmp_path), "ask", "ai?")
    assert (done.status, "kehoach ingest" in done.err) == (2, True)


def test_a_fault_is_status_1_without_a_traceback(run: Any, house: FakeHouse) -> None:
    house.engine.fault = RuntimeError("broken index")
    done = run("ask", "ai?")
    assert (done.status, done.err) == (1, "Lỗi: RuntimeError: broken index\n")


def _batch(run: Any, monkeypatch: pytest.MonkeyPatch, *lines: str) -> tuple[int, list[dict[str, Any]]]:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n".join(lines)))
    done = run("batch")
    return done.status, [json.loads(line) for line in done.out.splitlines()]


def test_batch_answers_in_order(run: Any, monkeypatch: pytest.MonkeyPatch, house: FakeHouse) -> None:
    status, answers = _batch(
        run,
        monkeypatch,
        '{"id": "b", "question": "ai?", "plan": null}',
        "",
        '{"id": 1, "question": "hạn?", "plan": "thien tai"}',
    )
    assert (status, [answer["id"] for answer in answers]) == (0, ["b", 1])
    assert [asked[1] for asked in house.engine.asked] == [None, "thien-tai"]


def test_a_bad_line_costs_only_itself(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    good = '{"id": "x", "question": "ai?", "plan": null}'
    bad = ["not json", "[]", '{"id": 2}', '{"id": 3, "question": "?", "plan": "nowhere"}', '{"id":4,"question":5}']
    status, answers = _batch(run, monkeypatch, good, *bad, good)
    assert status == 2
    assert ["error" in answer for answer in answers] == [False, *[True] * 5, False]
    assert [answer["id"] for answer in answers] == ["x", None, None, 2, 3, 4, "x"]


def test_show_text_is_the_canonical_text_exactly(run: Any, house: FakeHouse) -> None:
    assert run("show", "so-hoa", "--text").out == house.library.live()[0].text


def test_show_a_clause(run: Any) -> None:
    assert run("show", "so-hoa", "II.2").out.startswith("Khoản 2 mục II · II.2\n\n2. Tập huấn")
    shown = json.loads(run("show", "so-hoa", "II.2", "--json").out)
    assert shown["clauses"][0]["text"].startswith("2. Tập huấn")


def test_show_the_tree(run: Any) -> None:
    lines = run("show", "so-hoa").out.splitlines()
    assert "II  NHIỆM VỤ" in lines
    assert any(line.startswith("  II.2  Tập huấn") for line in lines)


def test_plans(run: Any) -> None:
    assert "58/KH-UBND" in run("plans").out
    assert [plan["plan"] for plan in json.loads(run("plans", "--json").out)] == ["so-hoa", "thien-tai"]


def test_assignments_as_a_table(run: Any) -> None:
    rows = list(
        csv.DictReader(io.StringIO(run("assignments", "--unit", "CA phường", "--csv").out.removeprefix("\ufeff")))
    )
    assert [(row["plan"], row["leads"]) for row in rows] == [
        ("so-hoa", "Công an phường"),
        ("thien-tai", "Công an phường"),
    ]
    assert "Chủ trì: Công an phường" in run("assignments", "--plan", "so-hoa").out
    assert "Không có nhiệm vụ" in run("assignments", "--unit", "Hội Nông dân").out


def _plan_file(folder: Path, name: str = "moi.txt") -> Path:
    path = folder / name
    path.write_text(TEXT.format(place="XÃ BA TRẠI", subject="Trồng cây xanh", number="9"), "utf-8")
    return path


def test_ingest_tells_what_was_found(run: Any, tmp_path: Path) -> None:
    file = _plan_file(tmp_path)
    done = run("ingest", str(file))
    assert (done.status, "9/KH-UBND" in done.out, "Ngày ban hành để trống" in done.out) == (0, True, True)
    assert "không có gì mới" in run("ingest", str(file)).out


def test_ingest_a_folder_and_as_json(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    _plan_file(folder)
    (folder / "anh.xyz").write_bytes(b"\0")
    [line] = run("ingest", str(folder), "--json").out.splitlines()
    assert (json.loads(line)["state"], json.loads(line)["number"]) == ("new", "9/KH-UBND")


def test_bad_files_cost_only_themselves(run: Any, tmp_path: Path, house: FakeHouse) -> None:
    (tmp_path / "trong.txt").write_text("")
    (tmp_path / "nhi-phan.txt").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "thu.txt").write_text("Kính gửi anh, chiều nay họp lúc hai giờ.\n", "utf-8")
    (tmp_path / "rong").mkdir()
    names = ("trong.txt", "nhi-phan.txt", "thu.txt", "rong", "khong-co.txt")
    done = run("ingest", *(str(tmp_path / name) for name in names), str(_plan_file(tmp_path)))
    assert done.status == 2
    assert all(name in line for name, line in zip(names, sorted(done.err.splitlines(), key=_order(names)), strict=True))
    assert len(house.library.stored) == 3


def _order(names: tuple[str, ...]) -> Any:
    return lambda line: next(place for place, name in enumerate(names) if name in line)


def test_versions_and_removal(run: Any, house: FakeHouse) -> None:
    house.library.publish(make_plan(number="99", version=2))
    assert [line[:3] for line in run("versions", "so-hoa").out.splitlines()] == ["  1", "→ 2"]
    assert run("remove", "so-hoa", "--yes").status == 0
    assert [plan.plan_id for plan in house.library.live()] == ["thien-tai"]


def test_people(run: Any) -> None:
    token = run("people", "--invite").out.strip()
    assert token.startswith("moi_")
    assert run("people", "--approve", "123456").status == 2
    assert run("people", "--remove", "zalo:1").status == 2


def test_chat_reads_a_pipe(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("/help\nthoát\n"))
    assert "Cách dùng" in run("chat").out


@pytest.mark.parametrize("command", ["ask", "ingest", "batch", "run", "show", "people"])
def test_every_command_has_help(run: Any, command: str) -> None:
    done = run(command, "--help")
    assert (done.status, f"Usage: kehoach {command}" in done.out) == (0, True)


HELP = """
import atexit, sys
from bot.cli import main
heavy = ("torch", "chromadb", "sqlalchemy", "starlette", "numpy")
atexit.register(lambda: print([name for name in heavy if name in sys.modules]))
main(["--help"])
"""


ASKING = """
import atexit, sys
from bot.cli import main
for name in ("answer.engine", "bot.plans.asking"):
    __import__(name)
heavy = ("ingest.parse", "ingest.readers", "bot.serve", "bot.conversation.core", "bot.web.channel", "bot.cli.admin")
atexit.register(lambda: print([name for name in heavy if name in sys.modules]))
main(["ask", "--help"])
"""


@pytest.mark.parametrize(("script", "usage"), [(HELP, "Usage: kehoach"), (ASKING, "Usage: kehoach ask")])
def test_help_loads_no_model_and_who_asks_nothing_of_the_other_commands(script: str, usage: str) -> None:
    argv = [sys.executable, "-c", script]
    done = subprocess.run(argv, capture_output=True, encoding="utf-8", check=True, timeout=PATIENCE)
    assert usage in done.stdout
    assert done.stdout.endswith("[]\n")


def test_an_unknown_command_is_told_what_was_meant(run: Any) -> None:
    done = run("dif")
    assert (done.status, "diff" in done.err) == (2, True)


def test_half_a_letter_costs_nobody_his_answer(run: Any, monkeypatch: pytest.MonkeyPatch, house: FakeHouse) -> None:
    half = ('{"id":"\\ud800","question":"ai?"}', '{"id":2,"question":"ai?","plan":"\\ud800"}')
    deep = ("[" * 100_000, '{"id":3,"question":' + "[" * 100_000)
    status, answers = _batch(run, monkeypatch, *half, *deep, '{"id":4,"question":"ai\\ud83d ?"}', '{"id":5}')
    assert [answer["id"] for answer in answers] == ["\ud800", 2, None, None, 4, 5]
    assert ["error" in answer for answer in answers] == [False, True, True, True, False, True]
    assert (status, house.engine.asked[-1][0]) == (2, "ai� ?")


def test_a_text_is_no_question(run: Any, monkeypatch: pytest.MonkeyPatch, house: FakeHouse) -> None:
    long = json.dumps({"id": 1, "question": "số 58/KH-UBND " * 500})
    status, [refused, answered] = _batch(run, monkeypatch, long, '{"id": 2, "question": "ai?"}')
    assert (status, "2000 ký tự" in refused["error"], answered["id"]) == (2, True, 2)
    assert run("ask", "x" * 2001).status == 2
    assert [asked[0] for asked in house.engine.asked] == ["ai?"]


def test_a_byte_that_is_no_letter_ends_no_batch(house: FakeHouse) -> None:
    """Through a real pipe: the line before and the one after are answered."""
    lines = b'\xef\xbb\xbf{"id": 1}\n{"id": 2, "question": "\xff"}\n{"id": 3}\n'
    done = subprocess.run(
        [sys.executable, "-m", "bot", "batch"],
        input=lines,
        capture_output=True,
        check=False,
        timeout=PATIENCE,
        env={**os.environ, "KEHOACH_DATA_DIR": str(house.settings.data_dir)},
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["id"] for each in told] == [1, 2, 3]


def test_what_a_plan_says_does_not_steer_the_terminal(run: Any, house: FakeHouse) -> None:
    steering = "Viết tin \x1b[2J\x1b]0;x\x07\u202ebài\x85 hằng tháng"
    text = TEXT.format(place="XÃ BA", subject="Trồng cây", number="9").replace("Viết tin bài hằng tháng", steering)
    house.library.publish(parse(SourceText(text, "moi.txt", "sha-moi"), "moi", 1))
    for argv in (("show", "moi"), ("show", "moi", "II.1"), ("assignments",), ("plans",)):
        assert not set("\x1b\x07\x85\u202e") & set(run(*argv).out), argv
    assert run("show", "moi", "--text").out == text
    assert json.loads(run("show", "moi", "--json").out)["clauses"][0]["text"] in text
    rows = run("assignments", "--csv").out
    assert rows.startswith("\ufeffplan,")
    assert not set("\x1b\x07") & set(rows)


def test_lists_for_programs(run: Any, house: FakeHouse) -> None:
    house.library.publish(make_plan(number="99", version=2))
    found = json.loads(run("versions", "so-hoa", "--json").out)
    assert [(each["version"], each["live"]) for each in found] == [(1, False), (2, True)]
    [first, *_] = json.loads(run("assignments", "--plan", "thien-tai", "--json").out)
    assert (first["clause"], first["place"]) == ("II.1", "khoản 1 mục II")
    run("people", "--invite")
    assert json.loads(run("people", "--json").out) == []


def test_people_read_places_in_words(run: Any) -> None:
    assert "khoản 1 mục II" in run("assignments").out
    assert run("show", "so-hoa", "II.2").out.startswith("Khoản 2 mục II · II.2")


def test_an_address_that_stands_twice_offers_the_choices(run: Any, house: FakeHouse) -> None:
    text = TEXT.format(place="XÃ BA", subject="Trồng cây", number="9")
    twice = text + "\n" + text[text.index("II. NHIỆM VỤ") :].replace("NHIỆM VỤ", "TỔ CHỨC")
    house.library.publish(parse(SourceText(twice, "moi.txt", "sha-moi"), "moi", 1))
    done = run("show", "moi", "II.2")
    assert (done.status, len(done.err.splitlines())) == (2, 3)
    assert all("khoản 2 mục II" in line for line in done.err.splitlines()[1:])
    assert run("show", "moi", done.err.splitlines()[1].strip().rpartition("  ")[0]).status == 0


def test_a_library_fault_is_told_in_vietnamese(run: Any, house: FakeHouse) -> None:
    house.engine.fault = LibraryBusy("somebody writes")
    assert run("ask", "ai?").err.startswith("Một tiến trình khác đang nạp")


@pytest.mark.parametrize("command", [name for name in phrases("vi") if name.startswith("help.example_")])
def test_the_example_of_every_command_is_one(run: Any, command: str) -> None:
    for example in phrases("vi")[command].split(" · "):
        [program, name, *_] = shlex.split(example)
        assert program == "kehoach"
        assert example.split()[1] in " ".join(run(name, "--help").out.split())


def test_a_folder_says_what_it_passed_over(run: Any, tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    _plan_file(folder)
    (folder / "bieu.xlsx").write_bytes(b"PK")
    told = run("ingest", str(folder)).err
    assert "bieu.xlsx" in told
    assert "nạp riêng" in told  # by itself it is read
