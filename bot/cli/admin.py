"""`kehoach admin`, `people`, `audit`, `backup`, `restore`, `llm-log`: the admin pages, who may ask, who did what, all
data as one file, and what went to the language model.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, replace
from datetime import datetime
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from bot.app import House
from bot.audit import DONE, Deed, at_terminal
from bot.cli import output
from bot.cli.output import JsonOption, house_of, writer_of
from bot.conversation.desk import notice
from bot.errors import WrongUsage
from bot.i18n import language, moment, say, written, zone
from bot.people import Role
from bot.security import Pass
from bot.settings import Settings
from prompts import phrases
from reading.language_model.call_log import Agreement, Call, CallLog, Totals

SHORTEST = 8


def admin(
    ctx: typer.Context,
    password: Annotated[bool, typer.Option("--password", help=say("help.password_option"))] = False,
) -> None:
    house = house_of(ctx)
    if password:
        house.vault.set_password(_typed())
        output.tell(say("cli.password_set"))
        return
    output.tell(say("cli.admin_link"))
    output.tell(f"{_base(house)}/admin/enter?key={house.vault.issue(Pass.LINK)}")


def _typed() -> str:
    """From the keyboard without showing it, or one line of standard input."""
    told = getpass(say("cli.new_password")) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    if len(told) < SHORTEST:
        raise WrongUsage(say("cli.password_short", length=SHORTEST))
    return told


def _base(house: House) -> str:
    settings = house.settings
    return settings.public_url.rstrip("/") or f"http://{settings.page_host}:{settings.web_port}"


def audit(
    ctx: typer.Context,
    last: Annotated[int, typer.Option("--last", min=1, metavar="N", help=say("help.last_option"))] = 100,
    json: JsonOption = False,
) -> None:
    for entry in reversed(house_of(ctx).audit.latest(last)):
        if json:
            output.tell_json(asdict(entry))
            continue
        outcome = "" if entry.outcome == DONE else f" — {entry.outcome or say('cli.audit_cut_short')}"
        deed = say(f"cli.deed_{entry.deed}")
        output.tell(f"{written(entry.at)}  {entry.who}  {deed}: {entry.what}{outcome}")


def backup(ctx: typer.Context, file: Annotated[Path | None, typer.Argument(metavar="[FILE]")] = None) -> None:
    house = writer_of(ctx)
    target = file or Path(f"kehoach-{datetime.now(zone()):%Y%m%d-%H%M%S}.tar.gz")
    if target.exists():
        raise WrongUsage(say("cli.backup_exists", file=target))
    with house.library.writing():  # no plan is published in the middle of it; questions go on
        count = save_data(house.data_dir, target)
    output.tell(say("cli.backed_up", file=target, count=count, size=f"{target.stat().st_size / 1e6:.1f}"))


def restore(ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE")]) -> None:
    folder = house_of(ctx).settings.data_dir
    count = restore_data(file, folder)
    output.tell(say("cli.restored", folder=folder, count=count))


def people(
    ctx: typer.Context,
    approve: Annotated[str, typer.Option("--approve", metavar="CODE", help=say("help.approve_option"))] = "",
    invite: Annotated[bool, typer.Option("--invite", help=say("help.invite_option"))] = False,
    remove: Annotated[str, typer.Option("--remove", metavar="WHO", help=say("help.remove_option"))] = "",
    admin: Annotated[bool, typer.Option("--admin", help=say("help.admin_option"))] = False,
    json: JsonOption = False,
) -> None:
    house = house_of(ctx)
    role = Role.ADMIN if admin else Role.OFFICER
    if approve:
        _approve(house, approve, role)
    elif invite:
        house.audit.note(at_terminal(), Deed.INVITE, role)
        output.tell(house.people.invite(role))
    elif remove:
        _remove(house, remove)
    elif json:
        output.tell_json([asdict(who) for who in house.people.everybody()])
    else:
        for who in house.people.everybody():
            output.tell(f"{who.channel}:{who.user_id}  {who.role}  {who.name}")


def _approve(house: House, code: str, role: Role) -> None:
    who = house.people.approve(code, role)
    if who is None:
        raise WrongUsage(say("bot.no_such_code"))
    house.audit.note(at_terminal(), Deed.APPROVE, f"{who} {role}")
    welcome = notice(language(), "bot.let_in")  # told by the bot while it runs, which also knows units to choose from
    told = replace(welcome, lines=(*welcome.lines, "", say("due.which_unit")))
    house.outbox.hold(who.channel, who.chat, f"welcome:{code}", told)
    output.tell(say("bot.approved", who=who.name or who.user_id))


def _remove(house: House, who: str) -> None:
    channel, _, user_id = who.partition(":")
    if not house.people.remove(channel, user_id):
        raise WrongUsage(say("bot.no_such_person", who=who))
    house.audit.note(at_terminal(), Deed.END, who)
    output.tell(say("bot.removed", who=who))


DAYS = 30


def llm_log(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option("--limit", metavar="N", min=1, help=say("help.limit_option"))] = 20,
    differing: Annotated[bool, typer.Option("--differing", help=say("help.differing_option"))] = False,
    json: JsonOption = False,
) -> None:
    house, since = house_of(ctx), time.time() - DAYS * 86400
    calls = house.calls.differing(since)[:limit] if differing else house.calls.latest(limit)
    if json:
        for call in calls:
            output.tell_json({**asdict(call), "agreement": call.agreement})
        return
    totals = house.calls.totals(since)
    output.tell(_sums(totals, house.calls, house.settings))
    output.tell(_agreement(totals))
    for call in calls:
        output.tell(_line(call, house.settings))


def _sums(totals: Totals, calls: CallLog, settings: Settings) -> str:
    outcomes = ", ".join(f"{_outcome(name)} {n}" for name, n in sorted(totals.by_outcome.items()))
    counts = {"calls": totals.calls, "outcomes": outcomes or "–", "kept": totals.kept, "pieces": totals.pieces}
    cost = round(_cost(totals, settings), 4)
    tokens = {"tokens_in": totals.tokens_in, "tokens_out": totals.tokens_out, "today": calls.tokens_today()}
    limit = settings.llm_daily_tokens or "∞"
    return say("cli.llm_sums", days=DAYS, limit=limit, cost=cost, **counts, **tokens)


def _agreement(totals: Totals) -> str:
    """How often the two readers told the same, another clause, or one of them nothing."""
    counts = {each.value: totals.by_agreement.get(each, 0) for each in Agreement}
    return say("cli.llm_agreement", compared=totals.compared, **counts)


def _line(call: Call, settings: Settings) -> str:
    at = f"{moment(call.at):%d/%m/%Y %H:%M:%S}"
    where = say("cli.llm_hosted" if call.hosted else "cli.llm_own")
    cost = _cost(call, settings)
    used = f"{call.tokens_in}+{call.tokens_out} token" + (f" = {cost:.4f}" if cost else "")
    told = f"{_outcome(call.outcome)}  {call.kept}/{call.pieces}  {used}  {call.seconds:.1f} s"
    lines = [f"{at}  {call.model} ({where})  {told}", *(f"    {clause}" for clause in call.clauses)]
    if call.chosen or call.shipped:
        chosen, shipped = (", ".join(each or ()) or "–" for each in (call.chosen, call.shipped))
        mark = "≠ " if call.differs else ""
        lines.append(f"    {mark}{say('cli.llm_chosen', chosen=chosen, shipped=shipped)}")
    return "\n".join(lines)


def _cost(used: Call | Totals, settings: Settings) -> float:
    return (used.tokens_in * settings.llm_price_in + used.tokens_out * settings.llm_price_out) / 1_000_000


def _outcome(name: str) -> str:
    """In words; an error that has none is told by its own name."""
    return phrases(language()).get(f"reading.outcome_{name}", name)


MARK = "kehoach-backup"  # the first entry of every backup
_LEFT_OUT = (".lock", "-wal", "-shm", "-journal")  # of the process that has the folder open, or part of a database
_SQLITE = b"SQLite format 3\0"


def save_data(folder: Path, target: Path) -> int:
    """Write all files below `folder` into `target`, readable by this account only; gives how many.

    The target appears when it is whole, or not at all. Databases are copied through SQLite: a running bot may write.
    """
    unfinished = target.with_name(f".{target.name}.part")
    unfinished.unlink(missing_ok=True)
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with (
            os.fdopen(handle, "wb") as written,
            tempfile.TemporaryDirectory() as at,
            tarfile.open(fileobj=written, mode="w:gz", compresslevel=6) as book,
        ):
            book.addfile(tarfile.TarInfo(MARK))
            count = sum(_add(book, folder, file, Path(at)) for file in _files(folder, (target, unfinished)))
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def restore_data(file: Path, folder: Path) -> int:
    """Lay a backup out in an empty folder; gives how many files. After WrongUsage nothing is there."""
    if folder.exists() and any(folder.iterdir()):
        raise WrongUsage(say("cli.restore_not_empty", folder=folder))
    damaged = WrongUsage(say("cli.not_a_backup", file=file))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as at:
        whole = Path(at) / "data"
        try:
            with tarfile.open(file, "r:gz") as book:
                first = book.next()
                if first is None or first.name != MARK:
                    raise damaged
                _lay_out(book, whole)
        except (OSError, EOFError, tarfile.TarError):
            raise damaged from None
        if folder.exists():
            folder.rmdir()
        whole.rename(folder)
    return sum(path.is_file() for path in folder.rglob("*"))


def _lay_out(book: tarfile.TarFile, folder: Path) -> None:
    """The files of a backup. By hand, as Debian 12's Python (3.11.2) knows no safe way to extract all of them."""
    folder.mkdir(mode=0o700)
    for entry in book:
        target = folder / entry.name
        if entry.name == MARK or not (data := book.extractfile(entry)):
            continue
        if not target.resolve().is_relative_to(folder.resolve()):
            raise tarfile.TarError(entry.name)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with data, target.open("wb") as file:
            shutil.copyfileobj(data, file)
        target.chmod(0o600)
        os.utime(target, (entry.mtime, entry.mtime))


def _files(folder: Path, without: tuple[Path, ...]) -> Iterator[Path]:
    skipped = {path.resolve() for path in without}
    for path in sorted(folder.rglob("*")):
        is_ours = path.is_file() and not path.is_symlink() and not path.name.endswith(_LEFT_OUT)
        if is_ours and path.resolve() not in skipped:
            yield path


def _add(book: tarfile.TarFile, folder: Path, file: Path, at: Path) -> bool:
    """One file; False when it went away meanwhile."""
    name = file.relative_to(folder).as_posix()
    try:
        if _is_database(file):
            copy = at / "copy.sqlite3"
            copy.unlink(missing_ok=True)
            with closing(sqlite3.connect(file, timeout=60)) as here, closing(sqlite3.connect(copy)) as there:
                here.backup(there)
            book.add(copy, name)
        else:
            book.add(file, name)
    except FileNotFoundError:
        return False
    return True


def _is_database(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(len(_SQLITE)) == _SQLITE
