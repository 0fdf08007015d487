"""What an office installs with: the script of Debian programs, the unit, the container, the wheel."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import yaml  # type: ignore[import-untyped]

from bot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
NAMES = {str(field.validation_alias) for field in Settings.model_fields.values()}
SCRIPT = PACKAGING / "programs.sh"
COMPOSE = ROOT / "compose.yaml"


class Machine:
    """A folder of programs that stands for a machine: nothing else is on the script's path."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.log = folder, folder / "log"
        for name in ("grep", "env"):
            os.symlink(shutil.which(name) or "", folder / name)

    def has(self, name: str, does: str = "") -> None:
        """Put a program there."""
        (self.folder / name).write_text(f"#!/bin/sh\n{does}\n")
        (self.folder / name).chmod(0o755)

    def run(self, *argv: str, **settings: str) -> str:
        """What the script says; it never fails."""
        done = subprocess.run(
            ["/bin/sh", str(SCRIPT), *argv],
            env={"PATH": str(self.folder), **settings},
            capture_output=True, encoding="utf-8", check=True,
        )  # fmt: skip
        return done.stderr

    @property
    def installed(self) -> str:
        """What apt-get was asked for."""
        return self.log.read_text() if self.log.exists() else ""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A bare Debian."""
    bare = Machine(tmp_path)
    bare.has("apt-get", f'echo "$@" >> {bare.log}')
    bare.has("id", "echo 0")
    return bare


unix = pytest.mark.skipif(sys.platform == "win32", reason="needs a Unix shell")


@unix
def test_root_gets_the_programs_and_is_told_first(machine: Machine) -> None:
    told = machine.run("--tests", LIBRARIES=str(machine.folder))
    assert told.startswith("Cài các chương trình Debian mà bot dùng: tesseract-ocr tesseract-ocr-vie libreoffice")
    assert "tesseract-ocr tesseract-ocr-vie libreoffice-writer-nogui chromium libatomic1\n" in machine.installed


@unix
def test_a_library_that_is_there_is_not_installed(machine: Machine) -> None:
    (machine.folder / "x86_64").mkdir()
    (machine.folder / "x86_64" / "libatomic.so.1").touch()
    machine.run("--tests", LIBRARIES=str(machine.folder))
    assert "libreoffice-writer-nogui chromium\n" in machine.installed


@unix
def test_without_the_right_it_is_one_line_and_nothing_fails(machine: Machine) -> None:
    machine.has("id", "echo 1000")
    for sudo in ("exit 1", None):
        if sudo:
            machine.has("sudo", sudo)
        else:
            (machine.folder / "sudo").unlink()
        told = machine.run()
        assert told.count("\n") == 1
        assert "sudo apt-get install tesseract-ocr tesseract-ocr-vie libreoffice-writer-nogui" in told
    assert machine.installed == ""


@unix
def test_sudo_without_a_password_is_used(machine: Machine) -> None:
    machine.has("id", "echo 1000")
    machine.has("sudo", 'case "$1" in -n) exit 0;; esac; exec env "$@"')
    machine.run()
    assert "install -y" in machine.installed


@unix
def test_an_install_that_fails_is_told_and_fails_nothing(machine: Machine) -> None:
    machine.has("apt-get", "exit 100")
    assert "Không cài được. Chưa có: tesseract-ocr" in machine.run()


@unix
def test_only_what_is_missing_is_installed(machine: Machine) -> None:
    machine.has("soffice")
    machine.has("tesseract", "echo eng")
    machine.run()
    assert machine.installed.rstrip().endswith("--no-install-recommends tesseract-ocr-vie")


@unix
@pytest.mark.parametrize("settings", [{}, {"KEHOACH_PROGRAMS": "no"}])
def test_nothing_is_said_where_nothing_is_to_be_done(machine: Machine, settings: dict[str, str]) -> None:
    if not settings:
        machine.has("libreoffice")
        machine.has("tesseract", "echo vie")
    assert machine.run(**settings) == ""
    assert machine.installed == ""


@unix
def test_scripts_are_sound() -> None:
    shellcheck = Path(sys.executable).with_name("shellcheck")
    command = str(shellcheck) if shellcheck.exists() else shutil.which("shellcheck")
    if command is None:
        pytest.skip("needs shellcheck")
    subprocess.run([command, str(SCRIPT), str(ROOT / ".ci" / "run")], check=True)


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("needs systemd-analyze")
    text = (PACKAGING / "kehoach.service").read_text("utf-8")
    unit = tmp_path / "kehoach.service"
    unit.write_text(text.replace("/opt/kehoach/.venv/bin/kehoach", "/bin/true"), "utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_container_has_the_same_programs_and_torch_as_the_makefile() -> None:
    dockerfile, makefile = (PACKAGING / "Dockerfile").read_text("utf-8"), (ROOT / "Makefile").read_text("utf-8")
    for program in ("tesseract-ocr", "tesseract-ocr-vie", "libreoffice-writer-nogui"):
        assert f" {program} " in dockerfile
        assert program in SCRIPT.read_text("utf-8")
    pinned = (ROOT / "constraints.txt").read_text("utf-8")
    assert re.search(r"^torch==[\d.]+$", pinned, re.M)
    for recipe in (dockerfile, makefile):
        installs = [line for line in recipe.splitlines() if "pip install" in line]
        assert installs
        assert all("--constraint constraints.txt" in line for line in installs)
        assert "https://download.pytorch.org/whl/cpu" in recipe


def test_compose_file_and_dockerfile_know_only_real_settings() -> None:
    compose = yaml.safe_load(COMPOSE.read_text("utf-8"))
    assert set(compose["services"]["bot"]["environment"]) <= NAMES
    assert {name for name, each in compose["services"].items() if "profiles" not in each} == {"bot"}
    used = re.findall(r"\b((?:KEHOACH|WEB)_[A-Z_]+)=", (PACKAGING / "Dockerfile").read_text("utf-8"))
    assert used
    assert set(used) <= NAMES


def test_the_volume_of_the_container_is_for_the_bot_alone() -> None:
    assert "install -d -m 700 -o kehoach -g kehoach /data" in (PACKAGING / "Dockerfile").read_text("utf-8")


def test_compose_reads_port_and_password_where_the_bot_reads_its_settings() -> None:
    text = COMPOSE.read_text("utf-8")
    assert {"KEHOACH_PORT", "POSTGRES_PASSWORD"} == set(re.findall(r"\$\{(\w+)", text))
    (settings,) = yaml.safe_load(text)["services"]["bot"]["env_file"]
    assert settings["path"] == ".env"  # ${…} comes from the .env beside the compose file and from no other


def test_the_chroma_server_is_of_the_version_that_the_bot_speaks_to() -> None:
    image = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]["chroma"]["image"]
    assert f"chromadb=={image.partition(':')[2]}\n" in (ROOT / "constraints.txt").read_text("utf-8")


@pytest.mark.long
def test_a_wheel_holds_models_samples_and_words(tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "wheel", str(ROOT), "--no-deps", "--no-build-isolation", "-q", "-w"]
    subprocess.run([*pip, str(tmp_path)], check=True, env={**os.environ, "PYTHONPATH": ""})
    (wheel,) = tmp_path.glob("kehoach-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {"models/kehoach-e5/model.safetensors", "models/kehoach-e5/1_Pooling/config.json", "prompts/vi/bot.toml"}
    assert wanted | {"samples/chuyen-doi-so.md", "bot/web/templates/base.html"} <= names
    assert not [name for name in names if name.startswith(("tests/", "training/"))]
