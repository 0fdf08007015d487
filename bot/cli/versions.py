"""`kehoach ingest`, `versions`, `diff`, `publish`, `discard`, `rollback`, `remove`, `reindex`: files become plans, what
changed, which version answers. One bad file costs only itself.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.app import House
from bot.audit import at_terminal
from bot.cli import output
from bot.cli.output import JsonOption, house_of, writer_of
from bot.cli.plans import described
from bot.conversation.plain import more_note
from bot.errors import WrongUsage
from bot.i18n import language, say, written
from bot.plans.amendments import warnings
from bot.plans.naming import NoSuchPlan, SeveralPlans, find_waiting, title
from bot.plans.preview import difference_line, misread, quality, told
from bot.plans.service import ingest_one, progress_bar, readable_files
from plan.diff import Difference, differences, summary
from plan.listed import Listed, Named
from plan.model import PlanVersion

if TYPE_CHECKING:
    from ingest.publish import Report

Number = Annotated[int | None, typer.Argument(metavar="[VERSION]", help=say("help.version_argument"))]
PlanArgument = Annotated[str, typer.Argument(metavar="PLAN", help=say("help.plan_argument"))]


def versions(ctx: typer.Context, plan: PlanArgument, json: JsonOption = False) -> None:
    house = house_of(ctx)
    live = house.listed(plan)
    stored = house.plans.history(live.plan_id)
    if json:
        told = ((output.plan_json(Listed.of(each)), each.version == live.version) for each in stored)
        output.tell_json([{**of_version, "live": is_live} for of_version, is_live in told])
        return
    for version in stored:
        mark = "→" if version.version == live.version else " "
        output.tell(f"{mark} {version.version}  {written(version.ingested_at)}  {version.file}")


def rollback(ctx: typer.Context, plan: PlanArgument, version: Number = None) -> None:
    house = writer_of(ctx)
    plan_id = house.listed(plan).plan_id
    with progress_bar(plan_id) as progress:
        number = house.plans.rollback(plan_id, version, at_terminal(), progress)
    output.tell(say("cli.rolled_back", plan=plan_id, version=number))


def remove(
    ctx: typer.Context,
    plans: Annotated[list[str], typer.Argument(metavar="PLAN...", help=say("help.plan_argument"))],
    yes: Annotated[bool, typer.Option("--yes", help=say("help.yes_option"))] = False,
) -> None:
    house = writer_of(ctx)
    plan_ids = list(dict.fromkeys(house.listed(name).plan_id for name in plans))  # all known before the first goes
    if not yes and not sys.stdin.isatty():
        raise WrongUsage(say("cli.say_yes"))
    for plan_id in plan_ids:
        if yes or typer.confirm(say("cli.really_remove", plan=plan_id)):
            house.plans.remove(plan_id, at_terminal())
            output.tell(say("cli.removed", plan=plan_id))


def reindex(ctx: typer.Context) -> None:
    with progress_bar("reindex") as progress:
        writer_of(ctx).library.reindex(progress)
    output.tell(say("cli.reindexed"))


SHOWN = 12  # differences printed after an ingest

Old = Annotated[int | None, typer.Argument(metavar="[OLD", help=say("help.version_argument"))]
New = Annotated[int | None, typer.Argument(metavar="NEW]", help=say("help.version_argument"))]


def diff(ctx: typer.Context, plan: PlanArgument, old: Old = None, new: New = None, json: JsonOption = False) -> None:
    house = house_of(ctx)
    live, catalog = house.plan(plan), house.library.catalog
    if old is None:
        earlier = [number for number in catalog.versions(live.plan_id) if number < live.version]
        if not earlier:
            raise WrongUsage(say("cli.one_version", plan=live.plan_id))
        old = max(earlier)
    after = live if new is None else catalog.version(live.plan_id, new)
    before = catalog.version(live.plan_id, old)
    found = differences(before, after)
    if json:
        output.tell_json([each.as_json() for each in found])
        return
    for line in listed(found, before, after, len(found)):
        output.tell(line)


def publish(ctx: typer.Context, plan: PlanArgument, version: Number = None) -> None:
    house = writer_of(ctx)
    found = _waiting(house, plan, version)
    with progress_bar(found.plan_id) as progress:  # `bare`: no proposals are shown here
        house.plans.publish(found.plan_id, found.version, at_terminal(), progress, bare=True)
    output.tell(say("cli.published", plan=found.plan_id, version=found.version))


def discard(ctx: typer.Context, plan: PlanArgument, version: Number = None) -> None:
    house = writer_of(ctx)
    found = _waiting(house, plan, version)
    house.plans.discard(found.plan_id, found.version, at_terminal())
    output.tell(say("cli.discarded", plan=found.plan_id, version=found.version))


def _waiting(house: House, name: str, number: int | None) -> PlanVersion:
    """The version meant of those that wait, or one sentence and their list."""
    waiting = house.plans.waiting()
    if not waiting:
        raise WrongUsage(say("cli.none_waiting"))
    try:
        return find_waiting(name, number, waiting, house.shelf.called(name))
    except SeveralPlans as error:
        raise WrongUsage(say("cli.several_waiting", name=name) + _listed(error.choices)) from None
    except NoSuchPlan as error:
        raise WrongUsage(say("cli.not_waiting", name=name) + _listed(error.choices)) from None


def _listed(waiting: Sequence[Named]) -> str:
    return "".join(f"\n  {plan.plan_id} {plan.version}  {plan.file}  {title(plan)}" for plan in waiting)


def listed(found: Sequence[Difference], old: PlanVersion, new: PlanVersion, shown: int) -> list[str]:
    """How many of each kind, then a line for each, as on every channel."""
    lines = [difference_line(language(), each, old, new) for each in found[:shown]]
    lines += more_note(language(), len(found), shown, "upload.more_changes")
    head = [*misread(language(), new), say("cli.changes", **summary(tuple(found)))]
    return [*head, *(f"  {line}" for line in lines)]


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
            report = ingest_one(house.plans, file, plan, stage)
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
        output.tell_json({**output.plan_json(Listed.of(version)), **_changes(report)})
        return
    heads = {"unchanged": "cli.unchanged", "staged": "cli.staged"}
    names = {"plan": version.plan_id, "version": version.version}
    output.tell(
        say(heads[report.state], file=version.file, **names)
        if report.state in heads
        else say("cli.ingested", file=version.file)
    )
    output.tell(described(Listed.of(version)))
    for line in quality(language(), version):
        output.tell(f"  {line}")
    for warning in version.warnings:
        output.tell(say("cli.warning", text=told(language(), warning)))
    same_place = house.library.beside(version)
    for line in warnings(language(), version, same_place) if report.state != "unchanged" else ():
        output.tell(f"  {line}")
    if not report.sure:
        output.tell(say("cli.warning", text=say("cli.not_sure", **names, title=title(report.replaced or version))))
    if report.replaced and report.state in ("replaced", "staged"):
        for line in listed(differences(report.replaced, version), report.replaced, version, SHOWN):
            output.tell(line)


def _changes(report: Report) -> output.Json:
    """What ingesting did, for a script that decides on it."""
    old = report.replaced if report.state in ("replaced", "staged") else None
    found = differences(old, report.version) if old else ()
    return {"state": report.state, "sure": report.sure, "differences": [each.as_json() for each in found]}
