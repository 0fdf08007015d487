"""What pressed buttons do. Every token names an entry of the log book, so old buttons work after a restart, and after
a re-ingest they show what was cited then and say that the plan has a newer version."""

from __future__ import annotations

from dataclasses import replace

from answer.cite import cite_clause
from bot.conversation import callback_data
from bot.conversation.admin_commands import decide
from bot.conversation.callback_data import Token, Verb
from bot.conversation.commands import ask_other, plan_pressed, set_wish
from bot.conversation.desk import Desk, back, expired, notice
from bot.conversation.messages import Attachment, Incoming, Kind, Outgoing, Reply
from bot.conversation.replies import clause_reply, more_reply, neighbour
from bot.conversation.sessions import Entry
from bot.conversation.task_lists import keep_unit, tasks_reply, tasks_table
from bot.conversation.task_lists import turn as turn_due
from bot.people import Role
from bot.plans import review
from bot.plans.originals import Originals, page_picture
from plan.listed import ref_of
from plan.model import Citation, Clause, PlanVersion
from prompts import phrase

_STEPS = {Verb.WHOLE: 0, Verb.NEXT: 1, Verb.PREVIOUS: -1}


def press(desk: Desk, message: Incoming) -> list[Outgoing]:
    """Do what a button says; an unknown, foreign or forgotten one gets a polite sentence."""
    language = desk.language_of(message)
    token = callback_data.parse(message.action or "")
    if token and token.verb is Verb.PLAN:
        return back(message, _select_plan(desk, message, token, language))
    if token and token.verb in (*review.VERBS, Verb.LET_IN, Verb.TURN_AWAY):
        if desk.people.role(message.channel, message.user_id) is not Role.ADMIN:
            return back(message, notice(language, "bot.admins_only", kind=Kind.TOAST))
        if token.verb in review.VERBS:
            return back(message, review.manage(desk, message, token, language))
        return decide(desk, message, token, language)
    if token and token.verb is Verb.WANT:
        return back(message, set_wish(desk, message, token.ref, token.number == 1, language))
    if token and token.verb is Verb.AGAIN:
        missed = desk.outbox.again(message.channel, message.chat_id, token.ref)
        return back(message, missed or expired(language))
    entry = desk.log_book.entry(token.ref.partition(callback_data.OF_PLAN)[0]) if token else None
    # A token is guessable; another chat's answers must not be.
    if token is None or entry is None or (entry.channel, entry.chat_id) != (message.channel, message.chat_id):
        return back(message, expired(language))
    return _do(desk, message, token, entry)


def _do(desk: Desk, message: Incoming, token: Token, entry: Entry) -> list[Outgoing]:
    if token.verb in _STEPS:
        return back(message, _turn(desk, message, entry, token))
    if token.verb is Verb.OTHER:
        plan_id = _meant(desk, token.ref.partition(callback_data.OF_PLAN)[2])
        return ask_other(desk, message, entry, plan_id)
    if token.verb is Verb.MORE:
        told = (entry.language, entry.ref, entry.kind, entry.citations)
        reply = more_reply(*told, token.number, desk.shelf)
        return back(message, reply if token.number else replace(reply, headline=entry.headline))
    if token.verb is Verb.TASKS:
        return back(message, tasks_reply(desk, message, entry.headline, entry.language, token.number, entry.ref))
    if token.verb is Verb.DUE:
        return back(message, turn_due(desk, message, entry, token.number))
    if token.verb is Verb.UNIT:
        names = entry.headline.split("\n")
        return back(message, keep_unit(desk, message, names[min(token.number, len(names) - 1)], entry.language))
    if token.verb is Verb.TABLE:
        return back(message, tasks_table(desk, message, entry.headline, entry.language, entry.ref))
    if token.verb is Verb.ORIGINAL:
        return back(message, _original(desk, entry, token))
    if token.verb is Verb.FORWARD:
        return _forward(desk, message, entry)
    desk.log_book.rate(entry.ref, 1 if token.verb is Verb.GOOD else -1)
    return back(message, notice(entry.language, "bot.thanks", kind=Kind.TOAST))


def _cited(desk: Desk, entry: Entry, token: Token) -> tuple[Citation | None, PlanVersion | None]:
    """The citation that a token names, and its version, where they still are."""
    cited = next(iter(entry.citations[token.number :]), None)
    return cited, desk.shelf.version(cited.plan_id, cited.version) if cited else None


def _turn(desk: Desk, message: Incoming, entry: Entry, token: Token) -> Reply:
    cited, plan = _cited(desk, entry, token)
    if cited is None:
        return expired(entry.language)
    if plan is None:
        return notice(entry.language, "bot.plan_removed", quote=cited.quote, place=cited.words or cited.clause)
    clause = neighbour(plan, cited.clause, _STEPS[token.verb])
    if clause is None:
        return notice(entry.language, "bot.no_further", kind=Kind.TOAST)
    return _shown(desk, message, entry.language, plan, clause)


def open_clause(desk: Desk, message: Incoming, link: str, language: str) -> Reply | None:
    """The clause that a deep link names, from the version it was cited in; None for what is no such link."""
    parts = callback_data.parse_link(link)
    if parts is None:
        return None
    plan_ref, number, clause_ref = parts
    plan_id = _meant(desk, plan_ref)
    plan = desk.shelf.version(plan_id, number) if plan_id else None
    clauses = plan.clauses if plan else ()
    clause = next((each for each in clauses if ref_of(each.address) == clause_ref), None)
    if plan is None or clause is None:
        return notice(language, "bot.expired")
    return _shown(desk, message, language, plan, clause)


def _original(desk: Desk, entry: Entry, token: Token) -> Reply:
    """The page as a picture, else the file, else what was read from it."""
    cited, plan = _cited(desk, entry, token)
    if cited is None or plan is None:
        return expired(entry.language)
    file = desk.plans.originals.find(plan.source.sha256) if desk.plans else None
    if file is None:
        head = phrase(entry.language, "upload.original_text", file=plan.file)
        text = Attachment(f"{plan.file.rpartition('.')[0]}.txt", plan.text.encode())
        return Reply(head, language=entry.language, attachment=text)
    page = _page(desk.plans.originals, plan, cited) if desk.plans else None
    if page:
        number, picture = page
        head = phrase(entry.language, "upload.original_page", file=plan.file, page=number)
        return Reply(head, language=entry.language, attachment=Attachment(f"{number}.png", picture, picture=True))
    return Reply(plan.file, language=entry.language, attachment=Attachment(plan.file, file.read_bytes()))


def _page(originals: Originals, plan: PlanVersion, cited: Citation) -> tuple[int, bytes] | None:
    """The page with the quote framed; unframed where it is not known where its words stand."""
    framed = originals.pictures(plan, cited.start, cited.end)
    if framed:
        return framed[0].page, framed[0].png
    file = originals.find(plan.source.sha256)
    picture = page_picture(file, cited.page) if file and cited.page else None
    return (cited.page, picture) if picture and cited.page else None


def _shown(desk: Desk, message: Incoming, language: str, plan: PlanVersion, clause: Clause) -> Reply:
    """The clause as an entry of its own: its buttons turn on from there."""
    citation = cite_clause(plan, clause)
    ref = desk.log_book.write(message, citation.words, language, Kind.CLAUSE, (citation,))
    live = desk.shelf.live_version(plan.plan_id) or plan
    return clause_reply(language, ref, plan, clause, live.version)


def _meant(desk: Desk, digest: str) -> str:
    """The id of the live plan with this digest; '' where there is none."""
    plan = desk.shelf.of_ref(digest)
    return plan.plan_id if plan else ""


def _select_plan(desk: Desk, message: Incoming, token: Token, language: str) -> Reply:
    plan = desk.shelf.of_ref(token.ref) if token.ref else None
    return plan_pressed(desk, message, plan, language) if plan or not token.ref else expired(language)


def _forward(desk: Desk, message: Incoming, entry: Entry) -> list[Outgoing]:
    """The question to every admin who can be written to, once."""
    language = entry.language
    admins = desk.people.admins()
    if not entry.question or not admins:
        key = "bot.no_admin" if entry.question else "bot.expired"
        return back(message, notice(language, key, kind=Kind.TOAST))
    if not desk.log_book.mark_forwarded(entry.ref):
        return back(message, notice(language, "bot.forwarded_before", kind=Kind.TOAST))
    who = message.user_name or message.user_id
    question = phrase(desk.language, "bot.forwarded_question", who=who, channel=message.channel, ref=entry.ref)
    letter = Reply(question, Kind.FORWARDED, lines=(entry.question,), language=desk.language, ref=entry.ref)
    letters = [Outgoing(admin.channel, admin.chat, letter) for admin in admins]
    return back(message, notice(language, "bot.forwarded", kind=Kind.TOAST)) + letters
