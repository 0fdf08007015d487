"""The composition root: the one place that knows which real room stands behind each protocol.

Rooms are built when first used, so that `kehoach --help` imports no model and `kehoach plans` loads none.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bot.audit import Audit
from bot.conversation.callback_data import ClauseLinks
from bot.conversation.letters import Outbox
from bot.database import Store
from bot.errors import WrongUsage
from bot.i18n import say
from bot.people import People, Role, Subscribers
from bot.plans.naming import NoSuchPlan, SeveralPlans, find_plan, title
from bot.plans.originals import Originals
from bot.preflight import check_data
from bot.security import Vault
from bot.settings import Settings
from plan.due import Within
from plan.listed import LISTED, Listed, Named, PlanTasks
from plan.model import PlanVersion

if TYPE_CHECKING:
    from bot.conversation.core import Conversation
    from bot.notices.notifier import Notifier
    from bot.plans.service import Keeper, PlanService
    from bot.plans.watch_folder import Inbox
    from bot.ports import Asker, Channel
    from bot.webhooks import Webhooks
    from reading.language_model.call_log import CallLog
    from reading.language_model.client import ModelSettings
    from reading.language_model.reader import LanguageModelReader
    from vectorstore.library import Library

# How many things are made until Python looks through the youngest for what nobody needs, how often it does until it
# looks through the older ones, and these until through all. With its own 700, 10, 10 that took a quarter of all imports
# and of a question over many plans.
LOOKED_THROUGH = (100_000, 5, 80)


class House:
    """All rooms, wired together by the settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def library(self) -> Library:
        from vectorstore.library import Library

        settings = self.settings
        return Library.open(
            self.data_dir,
            settings.model or None,
            settings.chroma_url or None,
            settings.catalog_url or None,
            allow_download=settings.allow_download,
        )

    @cached_property
    def data_dir(self) -> Path:
        """The data folder, made when it is first needed; WrongUsage when it cannot be written."""
        check_data(self.settings.data_dir)
        return self.settings.data_dir

    @cached_property
    def engine(self) -> Asker:
        """Answers questions over the library; with a language model behind it when one is set."""
        from answer.engine import Engine

        reader = self.model_reader
        engine = Engine(self.library, [reader] if reader else [])
        if reader:
            reader.beside = engine.readers[-1]
        return engine

    @cached_property
    def asker(self) -> Asker:
        """The engine, with what other live plans and the calendar say about its answers."""
        from bot.plans.asking import Asking

        return Asking(lambda: self.engine, self.library)

    @cached_property
    def model_reader(self) -> LanguageModelReader | None:
        """The language model that reads, within its limits; None when none is set."""
        if not self.settings.llm_model:
            return None
        from reading.language_model.client import ChatModel
        from reading.language_model.limits import Limits
        from reading.language_model.reader import LanguageModelReader
        from reading.language_model.self_test import SelfTest

        settings = model_settings(self.settings)
        model, limits = ChatModel(settings), Limits(settings, self.calls, language=self.settings.language)
        return LanguageModelReader(model, limits, self.calls, SelfTest(model, limits, self.calls))

    @cached_property
    def calls(self) -> CallLog:
        from reading.language_model.call_log import CallLog

        return CallLog(self.data_dir / "language-model.sqlite3")

    @cached_property
    def store(self) -> Store:
        return Store(self.data_dir / "bot.sqlite3")

    @cached_property
    def webhooks(self) -> Webhooks:
        from bot.webhooks import Webhooks

        return Webhooks()

    @cached_property
    def originals(self) -> Originals:
        return Originals(self.settings.data_dir / "originals")

    @cached_property
    def vault(self) -> Vault:
        return Vault(self.store)

    @cached_property
    def clause_links(self) -> ClauseLinks:
        return ClauseLinks(self.settings.public_url, lambda: self.vault.key)

    @cached_property
    def keeper(self) -> Keeper:
        from bot.plans.service import Keeper

        return Keeper(self.plans, self.library.listed.ids_from)

    @cached_property
    def plans(self) -> PlanService:
        """The plans as every door puts them in and takes them out."""
        from bot.plans.service import PlanService

        proposals = None
        if self.model_reader:
            from reading.language_model.proposals import Proposals

            proposals = Proposals(self.model_reader)
        return PlanService(self.library, self.originals, self.audit, self.settings.allow_secret_plans, proposals)

    @cached_property
    def inbox(self) -> Inbox:
        from bot.plans.watch_folder import Inbox

        return Inbox(self.settings.data_dir / "inbox", self.plans, self.settings.language)

    @cached_property
    def people(self) -> People:
        settings = self.settings
        without_admins = channels_without_admins(settings)
        return People(self.store, fixed_roles(settings), open_channels(settings), without_admins)

    @cached_property
    def conversation(self) -> Conversation:
        from bot.conversation.core import Conversation
        from bot.conversation.desk import Desk
        from bot.conversation.sessions import LogBook, Memory

        settings = self.settings
        memory = Memory(self.store, settings.topic_minutes)
        keep = max(settings.keep_questions_days * 86400, settings.topic_minutes * 60)
        log_book = LogBook(self.store, keep)
        shelf = self.shelf
        rooms = (self.asker, shelf, memory, self.people, log_book, self.outbox, self.subscribers, self.audit)
        return Conversation(Desk(*rooms, settings.language, self.plans, self.clause_links, self.model_reader))

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.store)

    @cached_property
    def subscribers(self) -> Subscribers:
        return Subscribers(self.store, self.people, self.settings.language)

    @cached_property
    def audit(self) -> Audit:
        return Audit(self.store)

    def notifier(self, channels: Mapping[str, Channel]) -> Notifier:
        from bot.notices.notifier import Notifier
        from bot.notices.publications import Publications

        desk = self.conversation.desk
        publications = Publications(self.store, self.library.catalog, desk)
        return Notifier(self.store, desk, publications, channels, self.settings.remind_at)

    @cached_property
    def shelf(self) -> LibraryShelf:
        return LibraryShelf(self.library)

    def plan(self, name: str) -> PlanVersion:
        """The live plan that `name` means, or one sentence and the list of plans."""
        version = self.library.live_version(self.listed(name).plan_id)
        return version or self.plan(name)  # removed this instant

    def listed(self, name: str) -> Listed:
        """What lists tell of the live plan that `name` means; it is not loaded."""
        try:
            return find_plan(name, self.shelf.called(name))
        except SeveralPlans as error:
            raise WrongUsage(say("cli.several_plans", name=name) + listing(error.choices)) from None
        except NoSuchPlan:
            told = listing(self.shelf.listed(), self.shelf.count()) or "\n" + say("cli.no_plans")
            raise WrongUsage(say("cli.no_such_plan", name=name) + told) from None

    def scope(self, name: str | None) -> str | None:
        """The id of the named plan; None, for all plans, when no name is given."""
        return None if name is None else self.listed(name).plan_id

    def close(self) -> None:
        """Give files and connections back, of the rooms that were opened."""
        for room in ("keeper", "library", "store", "calls"):
            if room in self.__dict__:
                getattr(self, room).close()


class LibraryShelf:
    """The library as the conversation sees it: `bot.ports.Shelf` says what each look-up gives."""

    def __init__(self, library: Library) -> None:
        self._library, listed, lookup = library, library.listed, library.lookup
        self.told, self.of_ref, self.clauses = listed.of, listed.of_ref, listed.clauses
        self.working, self.leading, self.tasks, self.count = lookup.working, lookup.leading, lookup.tasks, lookup.count
        self.amending, self.live_version = library.amending, library.live_version

    def listed(self, saying: str = "", start: int = 0, count: int = LISTED) -> Sequence[Listed]:
        return self._library.listed.saying(saying, start, count)

    def called(self, name: str) -> Sequence[Listed]:
        return self._library.listed.called(name, LISTED)

    def with_tasks(
        self,
        unit: str = "",
        due: Within | None = None,
        plan_id: str = "",
        leads: bool | None = None,
        start: int = 0,
        count: int | None = None,
    ) -> Sequence[PlanTasks]:
        """A unit that is none we know is looked for in the words of names."""
        from vectorstore.plan_tasks import Asked

        return self._library.lookup.tasks_asked(Asked.of(unit, due, plan_id, leads), start, count)

    def tasks_of_unit(self, unit: str = "", plan_id: str = "", leads: bool | None = None) -> int:
        from vectorstore.plan_tasks import Asked

        return self._library.lookup.tasks_counted(Asked.of(unit, None, plan_id, leads))

    def version(self, plan_id: str, version: int) -> PlanVersion | None:
        from vectorstore.errors import UnknownPlan

        try:
            return self._library.catalog.version(plan_id, version)
        except UnknownPlan:
            return None


def model_settings(settings: Settings) -> ModelSettings:
    from reading.language_model.client import ModelSettings

    return ModelSettings(
        settings.llm_model,
        settings.llm_base_url,
        settings.llm_api_key.get_secret_value() if settings.llm_api_key else "",
        settings.llm_timeout,
        settings.llm_retries,
        settings.llm_daily_tokens,
        settings.llm_answer_tokens,
        settings.llm_allow_hosted,
        settings.llm_json_mode,
    )


def without_model(engine: Asker) -> Asker:
    """The engine with the shipped reader alone, for questions that nobody reads the answer of."""
    from answer.engine import Engine

    return engine.with_readers(engine.readers[-1:]) if isinstance(engine, Engine) else engine


def fixed_roles(settings: Settings) -> dict[tuple[str, str], Role]:
    named = (
        ("telegram", settings.telegram_officer_ids, settings.telegram_admin_ids),
        ("zalo", settings.zalo_officer_ids, settings.zalo_admin_ids),
        ("zalo_oa", settings.zalo_oa_officer_ids, settings.zalo_oa_admin_ids),
    )
    officers = {(channel, user): Role.OFFICER for channel, users, _ in named for user in users}
    return officers | {(channel, user): Role.ADMIN for channel, _, users in named for user in users}


def channels_without_admins(settings: Settings) -> tuple[str, ...]:
    """Where nobody proves who writes: unsigned calls may be anybody's, so they must not change plans or people."""
    return () if settings.zalo_oa_signature == "strict" else ("zalo_oa",)


def open_channels(settings: Settings) -> dict[str, Role]:
    """Channels whose every user has a role: who sits at the machine owns it, in the terminal and on its own page."""
    # With a public address a proxy stands in front: then everybody seems to sit at the machine.
    at_the_machine = is_loopback(settings.web_host) and not settings.public_url
    web = {"web": Role.OFFICER} if at_the_machine else {}
    return {"console": Role.ADMIN, **web}


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listing(plans: Sequence[Named], count: int = 0) -> str:
    """Plans to choose from, a line each; of `count` that there are."""
    lines = "".join(f"\n  {plan.plan_id}  {plan.file}  {title(plan)}" for plan in plans)
    return lines + (f"\n  {say('cli.more_plans', count=count - len(plans))}" if count > len(plans) else "")
