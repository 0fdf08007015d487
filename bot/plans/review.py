"""Plans in and out on an admin's word: a file is read and shown, then taken in or dropped; versions; removal.

Every button carries the plan's digest and a version's number, so it works after a restart, and a second press on one
that is used up says so.
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.audit import who_says
from bot.conversation.callback_data import Token, Verb, button
from bot.conversation.desk import Desk, expired, more_plans, notice
from bot.conversation.messages import Button, Incoming, Reply
from bot.errors import sentence
from bot.i18n import written
from bot.plans.amendments import warnings
from bot.plans.naming import NoSuchPlan, find_plan, title
from bot.plans.preview import facts, news, proposals, remarks
from bot.plans.service import PlanService
from ingest.parse import NotAPlan
from ingest.readers import UnreadableFile
from plan.listed import Named, ref_of
from plan.model import PlanVersion
from prompts import phrase
from vectorstore.errors import LibraryBusy, UnknownPlan, WrongState

VERBS = frozenset({Verb.TAKE, Verb.BARE, Verb.DROP, Verb.VERSIONS, Verb.ROLLBACK, Verb.DELETE, Verb.REMOVE, Verb.KEEP})


def look_into(plans: PlanService, message: Incoming, language: str) -> Reply:
    """Read the file of a message and show what is in it. Nothing answers from it yet."""
    assert message.file
    name = message.file.name
    try:
        report = plans.stage(message.file, message.progress)
    except (UnreadableFile, NotAPlan) as error:
        if isinstance(error, NotAPlan) and not error.whole:
            return notice(language, "upload.not_a_plan", file=name)
        return notice(language, "upload.unreadable", file=name, why=sentence(error, language))
    if report.state == "unchanged":
        return notice(language, "upload.unchanged", file=name, plan=title(report.version))
    return _preview(language, report.version, report.replaced, plans)


def manage(desk: Desk, message: Incoming, token: Token, language: str) -> Reply:
    plans = desk.plans
    if plans is None:
        return expired(language)
    try:
        return _managed(desk, plans, message, token, language)
    except LibraryBusy:
        return notice(language, "upload.busy")
    except (UnknownPlan, WrongState):
        return expired(language)


def _managed(desk: Desk, plans: PlanService, message: Incoming, token: Token, language: str) -> Reply:
    if token.verb is Verb.KEEP:
        return notice(language, "upload.kept")
    if token.verb in (Verb.TAKE, Verb.BARE, Verb.DROP):
        return _decided(plans, message, token, language)
    listed = desk.shelf.of_ref(token.ref)
    plan = desk.shelf.live_version(listed.plan_id) if listed else None
    if plan is None:
        return expired(language)
    if token.verb is Verb.ROLLBACK:
        plans.rollback(plan.plan_id, token.number, who_says(message), message.progress)
        return notice(language, "upload.rolled_back", plan=title(plan), version=token.number)
    if token.verb is Verb.REMOVE:
        plans.remove(plan.plan_id, who_says(message))
        return notice(language, "upload.removed", plan=title(plan))
    return _versions(plans, plan, language) if token.verb is Verb.VERSIONS else _really(plan, language)


def _decided(plans: PlanService, message: Incoming, token: Token, language: str) -> Reply:
    waiting = (key for key in plans.staged() if ref_of(key[0]) == token.ref and key[1] == token.number)
    key = next(waiting, None)
    if key is None:
        return expired(language)
    version = plans.version(*key)
    if token.verb is Verb.DROP:
        plans.discard(*key, who_says(message))
        return notice(language, "upload.dropped", file=version.file)
    plans.publish(*key, who_says(message), message.progress, token.verb is Verb.BARE)
    return notice(language, "upload.taken", plan=title(version), version=version.version)


def _preview(language: str, version: PlanVersion, old: PlanVersion | None, plans: PlanService) -> Reply:
    ref = ref_of(version.plan_id)
    take = button(language, "upload.take", Verb.TAKE, ref, version.version)
    drop = button(language, "upload.drop", Verb.DROP, ref, version.version)
    doubts = (*remarks(language, version), *warnings(language, version, plans.beside(version)))
    more = (*proposals(language, version), *news(language, version, old))
    lines = (*facts(language, version), *doubts, *more)
    head = phrase(language, "upload.preview", file=version.file)
    return Reply(head, lines=lines, buttons=((take, drop), *_bare(language, version)), language=language)


def _bare(language: str, version: PlanVersion) -> Sequence[tuple[Button, ...]]:
    """Where a model has proposed tasks the plan can be taken in without them."""
    bare = button(language, "upload.bare", Verb.BARE, ref_of(version.plan_id), version.version)
    return ((bare,),) if any(each.is_proposed for each in version.assignments) else ()


def for_plan(desk: Desk, name: str, language: str, verb: Verb) -> Reply:
    """The versions of the plan that a name means, or the question before it goes; else the plans to choose from."""
    shelf = desk.shelf
    if not shelf.count():
        return notice(language, "bot.no_plans")
    if not name and shelf.count() > 1:
        return _choose(desk, phrase(language, "upload.choose"), shelf.listed(), language, verb)
    try:
        found = find_plan(name, shelf.called(name)) if name else shelf.listed()[0]
    except NoSuchPlan as error:
        head = phrase(language, "bot.which_plan", name=name)
        return _choose(desk, head, error.choices or shelf.listed(), language, verb)
    plan = shelf.live_version(found.plan_id)
    if plan is None:
        return expired(language)
    if verb is Verb.VERSIONS and desk.plans:
        return _versions(desk.plans, plan, language)
    return _really(plan, language)


def _choose(desk: Desk, head: str, plans: Sequence[Named], language: str, verb: Verb) -> Reply:
    rows = tuple((Token(verb, ref_of(plan.plan_id)).under(title(plan)),) for plan in plans)
    return Reply(head, notes=more_plans(desk, language, plans), buttons=rows, language=language)


def _versions(plans: PlanService, live: PlanVersion, language: str) -> Reply:
    ref = ref_of(live.plan_id)
    stored = plans.history(live.plan_id)
    lines = tuple(_version_line(language, version, version.version == live.version) for version in stored)
    back = tuple(
        (button(language, "upload.back_to", Verb.ROLLBACK, ref, each.version, version=each.version),)
        for each in reversed(stored)
        if each.version != live.version
    )
    return Reply(phrase(language, "upload.versions", plan=title(live)), lines=lines, buttons=back, language=language)


def _version_line(language: str, version: PlanVersion, live: bool) -> str:
    when = written(version.ingested_at)[:10]
    line = phrase(language, "upload.version", version=version.version, file=version.file, date=when)
    return f"• {line} ✓" if live else f"• {line}"


def _really(plan: PlanVersion, language: str) -> Reply:
    ref = ref_of(plan.plan_id)
    yes, no = button(language, "upload.remove", Verb.REMOVE, ref), button(language, "upload.keep", Verb.KEEP, ref)
    return notice(language, "upload.really_remove", buttons=((yes, no),), plan=title(plan))
