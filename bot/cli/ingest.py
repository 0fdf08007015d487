"""`kehoach ingest PATH...`: files become plans. One bad file costs only itself."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.app import House
from bot.audit import at_terminal
from bot.cli import output
from bot.cli.options import JsonOption, writer_of
from bot.cli.plans import described
from bot.cli.versions import preview
from bot.errors import WrongUsage
from bot.i18n import language, say
from bot.plans.contradictions import warnings
from bot.plans.intake import ingest_one, readable_files
from bot.plans.naming import title
from bot.plans.preview import quality, told
from plan.diff import differences

if TYPE_CHECKING:
    from ingest.publish import Report


def ingest(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help=say("help.paths"))],
    plan: Annotated[str | None, typer.Option("--plan", metavar="ID", help=say("help.ingest_plan"))] = None,
    json: JsonOption = False,
    stage: Annotated[bool, typer.Option("--stage", help=say("help.stage_option"))] = False,
) -> None:
    house = writer_of(ctx)
    files, wrong = _files(paths)
    if plan and len(files) > 1:
        raise WrongUsage(say("cli.one_file_for_plan"))
    for file in files:
        try:
            waiting = house.plans.staged()
            report = ingest_one(house, file, plan, stage)
            if report.state == "doubtful":
                _refuse(house, report, waiting)
            _print(house, report, json)
        except WrongUsage as trouble:
            wrong.append(str(trouble))
    for sentence in wrong:
        output.tell(sentence, error=True)
    raise typer.Exit(2 if wrong else 0)


def _files(paths: list[Path]) -> tuple[list[Path], list[str]]:
    """The files to read, folders replaced by the readable files in them, and a sentence for each path that has none."""
    files: list[Path] = []
    wrong = []
    for path in paths:
        found = readable_files(path) if path.is_dir() else [path] if path.exists() else []
        if path.is_dir() and (skipped := [each.name for each in sorted(path.iterdir()) if each not in found]):
            output.tell(say("cli.skipped", folder=path, files=", ".join(skipped)), error=True)
        if not found:
            wrong.append(say("cli.empty_folder" if path.is_dir() else "cli.no_such_path", path=path))
        files.extend(found)
    return files, wrong


def _refuse(house: House, report: Report, waiting: list[tuple[str, int]]) -> None:
    """Nobody will come back to decide here: the person decides now, by --plan. What waited before goes on waiting."""
    version = report.version
    if (version.plan_id, version.version) not in waiting:
        house.plans.discard(version.plan_id, version.version, at_terminal())
    why = [told(language(), warning) for warning in version.warnings if warning.code in ("part", "worse")]
    raise WrongUsage("\n  ".join((say("cli.doubtful", file=version.file, plan=version.plan_id), *why)))


def _print(house: House, report: Report, json: bool) -> None:
    version = report.version
    if json:
        output.tell_json({**output.plan_json(version), **_changes(report)})
        return
    heads = {"unchanged": "cli.unchanged", "staged": "cli.staged"}
    names = {"plan": version.plan_id, "version": version.version}
    output.tell(
        say(heads[report.state], file=version.file, **names)
        if report.state in heads
        else say("cli.ingested", file=version.file)
    )
    output.tell(described(version))
    for line in quality(language(), version):
        output.tell(f"  {line}")
    for warning in version.warnings:
        output.tell(say("cli.warning", text=told(language(), warning)))
    same_place = house.library.live_of(version.info.place)
    for line in warnings(language(), version, same_place) if report.state != "unchanged" else ():
        output.tell(f"  {line}")
    if not report.sure:
        output.tell(say("cli.warning", text=say("cli.not_sure", **names, title=title(report.replaced or version))))
    if report.replaced and report.state in ("replaced", "staged"):
        for line in preview(report.replaced, version):
            output.tell(line)


def _changes(report: Report) -> output.Json:
    """What ingesting did, for a script that decides on it."""
    old = report.replaced if report.state in ("replaced", "staged") else None
    found = differences(old, report.version) if old else ()
    return {"state": report.state, "sure": report.sure, "differences": [each.as_json() for each in found]}
