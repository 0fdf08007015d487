"""What a clerk can set wrongly, and the sentence for it: from the command line, before anything is loaded."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from bot.cli import main
from bot.preflight import check_start, told_of_data, told_of_env
from bot.settings import Settings
from tests.bot.fakes import make_plan
from tests.bot.houses import FakeHouse

Command = Callable[..., SimpleNamespace]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without anybody's .env, and an environment without our settings."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.validation_alias), raising=False)
    monkeypatch.setenv("KEHOACH_DATA_DIR", str(tmp_path / "data"))
    return folder


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command on the real settings."""

    def run(*argv: str) -> SimpleNamespace:
        with pytest.raises(SystemExit) as left:
            main(list(argv))
        out, err = capsys.readouterr()
        return SimpleNamespace(status=left.value.code, out=out, err=err)

    return run


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TELEGRAM_ADMIN_IDS", "@name", "“@name” không phải mã số Telegram. Mã số chỉ gồm chữ số"),
        ("TELEGRAM_OFFICER_IDS", "1, Lan", "“Lan” không phải mã số Telegram"),
        ("ZALO_ADMIN_IDS", "0912345678", "“0912345678” không phải mã người dùng Zalo"),
        ("ZALO_OA_OFFICER_IDS", "Chị Lan", "“Chị Lan” không phải mã người dùng Zalo"),
        ("TELEGRAM_BOT_TOKEN", "bot123:AA", "có dạng 123456789:AAE…, chép nguyên từ @BotFather"),
        ("TELEGRAM_BOT_TOKEN", "<mã của tôi>", "có dạng 123456789:AAE…, chép nguyên từ @BotFather"),
        ("ZALO_BOT_TOKEN", "mã của tôi", "mã (token) Zalo không có dấu cách"),
        ("WEB_PORT", "tám nghìn", "“tám nghìn” không phải là số."),
        ("WEB_PORT", "99999", "99999 ngoài giới hạn (65535)."),
        ("INBOX", "có", "“có” không phải là true hay false."),
        ("KEHOACH_LANGUAGE", "fr", "“fr” không dùng được. Chọn một trong: 'vi' or 'en'."),
        ("KEHOACH_PUBLIC_URL", "hoi.example.vn", "phải bắt đầu bằng http:// hoặc https://."),
        ("ZALO_WEBHOOK_SECRET", "ngắn", "độ dài không đúng (giới hạn 8 ký tự)."),
    ],
)
def test_a_wrong_value_is_one_sentence(
    name: str, value: str, sentence: str, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    for argv in (["run"], ["doctor"]):
        done = command(*argv)
        assert done.status == 2
        assert done.err.startswith(f"Cài đặt {name} sai: ")
        assert sentence in done.err


def test_every_wrong_value_is_told_and_no_secret(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_PORT", "x")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "bot1:hush hush")
    monkeypatch.setenv("ZALO_WEBHOOK_SECRET", "hush")
    told = command("run").err
    assert len(told.splitlines()) == 3
    assert "hush" not in told


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        ("WEB_PORT=8081\n".encode("utf-16"), "không phải UTF-8 (có lẽ Notepad đã lưu kiểu Unicode/UTF-16)"),
        ("WEB_PORT=8081\n".encode("utf-16-le"), "không phải UTF-8 (có lẽ Notepad đã lưu kiểu Unicode/UTF-16)"),
        ("WEB_PORT=1\n# đ\n".encode("cp1258"), "có ký tự lạ ở dòng 2"),
    ],
)
def test_another_encoding_is_told(raw: bytes, sentence: str, command: Command, elsewhere: Path) -> None:
    (elsewhere / ".env").write_bytes(raw)
    done = command("doctor")
    assert done.status == 2
    assert sentence in done.err
    assert "Lưu thành" in done.err


def test_notepads_mark_at_the_beginning_costs_no_setting(elsewhere: Path) -> None:
    (elsewhere / ".env").write_bytes("WEB_PORT=8081\n".encode("utf-8-sig"))
    assert Settings().web_port == 8081
    assert not list(told_of_env(environment={}))


def test_lines_that_do_nothing_are_told(elsewhere: Path) -> None:
    text = "# chú thích\nWEB_PORT=8081\nTELEGRAM_TOKEN=1:a\nTELEGRAM_BOT_TOKEN 1:a\nMAU_SAC=xanh\nINBOX\n"
    (elsewhere / ".env").write_text(text, "utf-8")
    assert list(told_of_env(environment={})) == [
        "Dòng 3 của .env: không có cài đặt nào tên là TELEGRAM_TOKEN, dòng này bị bỏ qua."
        " Ý là TELEGRAM_BOT_TOKEN chăng?",
        "Dòng 4 của .env không đọc được và bị bỏ qua. Mỗi dòng phải là TÊN=giá trị (xem .env.example).",
        "Dòng 5 của .env: không có cài đặt nào tên là MAU_SAC, dòng này bị bỏ qua.",
        "Dòng 6 của .env không đọc được và bị bỏ qua. Mỗi dòng phải là TÊN=giá trị (xem .env.example).",
    ]


def test_a_misspelt_variable_is_told_and_other_programs_are_left_alone() -> None:
    environment = {"KEHOACH_DATADIR": "x", "PATH": "y", "KEHOACH_EVAL_DIR": "z", "WEB_PORT": "1"}
    assert list(told_of_env(environment=environment)) == [
        "Biến môi trường KEHOACH_DATADIR không phải là cài đặt của bot. Ý là KEHOACH_DATA_DIR chăng?"
    ]


def test_doctor_tells_of_lines_too(elsewhere: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (elsewhere / ".env").write_text("TELEGRAM_TOKEN=1:a\n", "utf-8")
    with pytest.raises(SystemExit):
        main(["doctor"], FakeHouse(tmp_path, make_plan()))
    assert "! Dòng 1 của .env: không có cài đặt nào tên là TELEGRAM_TOKEN" in capsys.readouterr().out


def test_a_data_folder_that_is_a_file(command: Command, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("x")
    done = command("plans")
    assert done.status == 2
    assert done.err == (
        f"Thư mục dữ liệu {tmp_path / 'data'} lại là một tệp."
        " Đổi tên tệp đó hoặc đặt KEHOACH_DATA_DIR thành một thư mục.\n"
    )


def test_a_data_folder_that_cannot_be_written(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("KEHOACH_DATA_DIR", str(tmp_path / "file" / "data"))
    done = command("run")
    assert done.status == 2
    assert done.err.startswith(f"Không ghi được vào thư mục dữ liệu {tmp_path / 'file' / 'data'}: ")


def test_another_folders_data_is_told(elsewhere: Path, tmp_path: Path) -> None:
    root = tmp_path / "kehoach"
    (root / "data").mkdir(parents=True)
    (told,) = told_of_data(Path("data"), root)
    assert f"bot sẽ bắt đầu trống ở {elsewhere / 'data'}" in told
    assert f"KEHOACH_DATA_DIR={root / 'data'}" in told
    assert not list(told_of_data(tmp_path / "data", root))
    (elsewhere / "data").mkdir()
    assert not list(told_of_data(Path("data"), root))


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_in_use_is_told_before_anything_is_loaded(
    taken: int, command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WEB_PORT", str(taken))
    done = command("run")
    assert done.status == 1
    assert f"Không mở được 127.0.0.1:{taken}" in done.err
    assert "Đặt WEB_PORT khác." in done.err
    assert {path.name for path in (tmp_path / "data").iterdir()} <= {"run.lock"}


def test_a_second_bot_on_one_data_folder_is_told_before_anything_is_loaded(
    command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("WEB_PORT", "0")
    lock = check_start(Settings())
    done = command("run")
    lock.release()
    assert done.status == 1
    assert done.err.startswith(f"Một bot khác đang chạy với thư mục dữ liệu {tmp_path / 'data'}.")
    check_start(Settings()).release()


def test_version(command: Command) -> None:
    assert command("--version").out.startswith("kehoach 0.")
