""".doc, .odt and .rtf: LibreOffice turns them into .docx, which is then read like any other.

Each conversion gets a profile of its own: three at once on one profile lost a file silently (measured), so the output
is also checked to exist. The profile shuts out macros and the network: LibreOffice would fetch pictures that a file
only links to, and so tell a stranger that and where it was opened.
"""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
import tempfile
from dataclasses import replace
from email import message_from_binary_file
from pathlib import Path

from rapidfuzz.distance import Indel

from ingest.readers.docx import read_docx
from ingest.readers.docx_parts import check_archive
from ingest.readers.draft import Draft
from ingest.readers.layout import Layout, PlacedWord
from ingest.readers.limits import DEFAULT, Limits, UnreadableFile
from ingest.readers.sandbox import print_in_child
from plan.model import Warning_

_BLOCKED = "127.0.0.1", "9"  # a proxy that is not there
_SETTINGS = (
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("org.openoffice.Inet/Settings", "ooInetNoProxy", ""),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", _BLOCKED[0]),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", _BLOCKED[1]),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", _BLOCKED[0]),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", _BLOCKED[1]),
)
_BRACE = re.compile(rb"\\[{}\\]|[{}]")  # what stands behind a backslash is text
_NEARLY = 0.7  # of its memory, at which LibreOffice that gave nothing has run out of it


def office() -> str | None:
    """The LibreOffice command, None when it is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def read_office(path: Path, limits: Limits) -> Draft:
    """The text of a file that only LibreOffice opens."""
    with path.open("rb") as file:
        if file.read(4) == b"PK\x03\x04":
            check_archive(path, limits)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:  # what was stopped may still write there
        draft = read_docx(convert(path, "docx", Path(folder), limits), limits)
    cut_off = (Warning_("damaged", "phần cuối"),) if _rtf(path)[1] else ()
    return replace(draft, warnings=(*cut_off, *draft.warnings))


def convert(path: Path, form: str, folder: Path, limits: Limits = DEFAULT) -> Path:
    """The file in another form, inside `folder`."""
    command = office()
    if command is None:
        raise UnreadableFile("office_missing")
    copy = folder / f"input{_suffix(path)}"  # a name of our own: the file's may be an option or a path trick
    shutil.copyfile(path, copy)
    data, cut_off = _rtf(copy)
    if data:
        copy.write_bytes(data + b"}" * cut_off)  # opened as far as it goes
    elif page := _mailed(copy):
        copy.write_bytes(page)
    profile = f"-env:UserInstallation={_profile(folder).as_uri()}"
    options = ["--headless", "--norestore", "--writer", "--convert-to", form]  # a web page as a document, too
    arguments = [command, profile, *options, "--outdir", str(folder / "out")]
    done = _run([*arguments, str(copy)], limits)
    made = folder / "out" / f"input.{form}"
    if not made.is_file() or made.stat().st_size == 0:
        complaint = (done.stderr or done.stdout)[-300:].decode("utf-8", "replace")
        raise UnreadableFile(_fault(done, limits), complaint)
    return made


def _run(command: list[str], limits: Limits) -> subprocess.CompletedProcess[bytes]:
    """LibreOffice and what it starts: all within one time by the clock, each within the memory."""

    def confine() -> None:
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (most, most))  # a page's time is not meant for it
        resource.setrlimit(resource.RLIMIT_DATA, (limits.convert_bytes, limits.convert_bytes))

    try:
        return subprocess.run(
            command, capture_output=True, timeout=limits.convert_seconds, check=False, preexec_fn=confine
        )
    except subprocess.TimeoutExpired:
        raise UnreadableFile("timeout", "soffice") from None


def _fault(done: subprocess.CompletedProcess[bytes], limits: Limits) -> str:
    """Why LibreOffice gave nothing."""
    if resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 > _NEARLY * limits.convert_bytes:
        return "out_of_memory"
    return "encrypted" if b"assword" in done.stderr else "truncated"


def _rtf(path: Path) -> tuple[bytes, int]:
    """An RTF file without what stands around it, and how many of its braces were cut off; b'' for other files."""
    with path.open("rb") as file:
        if not file.read(4096).lstrip().startswith(b"{\\rtf"):
            return b"", 0
    data = path.read_bytes().strip(b"\x00 \t\r\n")
    signs = _BRACE.findall(data)
    return data, max(0, signs.count(b"{") - signs.count(b"}"))


def _mailed(path: Path) -> bytes:
    """The web page within a mail, as Word saves one in a single file; b'' for other files."""
    with path.open("rb") as file:
        if not file.read(4096).lstrip().lower().startswith(b"mime-version:"):
            return b""
        file.seek(0)
        parts = (part for part in message_from_binary_file(file).walk() if part.get_content_type() == "text/html")
        page = next((part.get_payload(decode=True) for part in parts), b"")
    return page if isinstance(page, bytes) else b""


def _profile(folder: Path) -> Path:
    """A fresh profile that runs nothing and reaches nobody."""
    user = folder / "profile" / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry">'
        + "".join(
            f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
            for path, name, value in _SETTINGS
        )
        + "</oor:items>",
        encoding="utf-8",
    )
    return user.parent


def _suffix(path: Path) -> str:
    """LibreOffice opens by content, but an odd suffix may send it to another filter."""
    return path.suffix.lower() if path.suffix.lower() in (".doc", ".odt", ".rtf", ".docx") else ".doc"


LONGEST = 60_000  # words; some 150 pages


def can_print() -> bool:
    """Whether LibreOffice is installed."""
    return office() is not None


def print_pages(path: Path, text: str, target: Path, limits: Limits = DEFAULT) -> Layout:
    """Print a file as the PDF `target`; where the words of its text stand there. UnreadableFile when it cannot be."""
    printed = print_in_child(path, target, limits)
    layout = printed.layout or Layout((), ())
    return Layout(layout.pages, placed(text, printed.text, layout.words))


def placed(text: str, printed: str, words: tuple[PlacedWord, ...]) -> tuple[PlacedWord, ...]:
    """The words of a text, each where the same word of the printed text stands."""
    ours = [match.span() for match in re.finditer(r"\S+", text)]
    if max(len(ours), len(words)) > LONGEST:
        return ()
    here = [text[start:end] for start, end in ours]
    there = [printed[word.start : word.end] for word in words]
    found = []
    for step in Indel.opcodes(here, there):
        if step.tag == "equal":
            pairs = zip(ours[step.src_start : step.src_end], words[step.dest_start : step.dest_end], strict=True)
            found += [PlacedWord(start, end, word.page, word.box) for (start, end), word in pairs]
    return tuple(found)
