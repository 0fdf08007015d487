"""Orders in a message, typed the same way on every channel: `/kehoach`, "chọn kế hoạch bạch đằng", "viec cong an"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from plan.text import fold


class Order(StrEnum):
    """What can be ordered; everything else is a question."""

    START = "start"
    HELP = "help"
    ASK = "ask"
    PLANS = "plans"
    TASKS = "tasks"
    LANGUAGE = "language"
    LINK = "link"
    REMIND = "remind"
    REMIND_NOT = "remind_not"
    TELL = "tell"
    TELL_NOT = "tell_not"
    INVITE = "invite"
    APPROVE = "approve"
    PEOPLE = "people"
    REMOVE = "remove"
    ANSWER = "answer"
    STATISTICS = "statistics"
    VERSIONS = "versions"
    DELETE = "delete"
    HELLO = "hello"
    THANKS = "thanks"
    BYE = "bye"


_WORDS = {
    Order.START: "start batdau",
    Order.HELP: "help trogiup giup",
    Order.ASK: "hoi ask",
    Order.PLANS: "kehoach plans plan",
    Order.TASKS: "viec tasks",
    Order.LANGUAGE: "ngonngu language",
    Order.LINK: "lienket link",
    Order.REMIND: "batnhac remind",
    Order.REMIND_NOT: "tatnhac dontremind",
    Order.TELL: "battin",
    Order.TELL_NOT: "tattin",
}
_WORDS_OF_ADMINS = {
    Order.INVITE: "moi invite",
    Order.APPROVE: "duyet approve",
    Order.PEOPLE: "nguoi people",
    Order.REMOVE: "bo remove",
    Order.ANSWER: "traloi answer",
    Order.STATISTICS: "thongke stats",
    Order.VERSIONS: "banban versions",
    Order.DELETE: "xoa delete",
}
FOR_ADMINS = frozenset(_WORDS_OF_ADMINS)
_SLASHED = {word: order for order, words in (_WORDS | _WORDS_OF_ADMINS).items() for word in words.split()}
# What may stand around a greeting or thanks without making it a question.
_POLITE = (
    r"(?:\W+(?:bot|ban|anh|chi|em|ad|admin|a|ah|nhe|nha|nhieu|lam|rat|da|vi|moi nguoi|buoi|sang|trua|chieu|toi|so much|"
    r"very much|roi|cau tra loi|thong tin|giup do|there))*\W*"
)
_PLEASE = r"(?:xin |hay |lam on )?"
_STOP = r"(?:tat|dung|thoi|ngung|khong)"
_PLAIN = (
    (r"(?:giup|tro giup|huong dan|help)", Order.HELP),
    (
        r"(?:(?:ban|bot|em|day) (?:la (?:ai|gi)|(?:co the )?(?:lam|giup|tra loi)(?: minh| em| anh| chi| toi)? duoc "
        r"(?:nhung )?gi)(?: vay| the| a)*|who are you|what can you do)\W*",
        Order.HELP,
    ),
    (r"(?:bat dau|start)", Order.START),
    (r"(?:(?:cac|danh sach|chon) )?ke hoach|plans", Order.PLANS),
    (r"(?:chon ke hoach|select plan)\s+(?P<argument>.+)", Order.PLANS),
    (r"(?:viec|nhiem vu)(?: cua)?\s+(?P<argument>[^?]+)|tasks of\s+(?P<other>[^?]+)", Order.TASKS),
    (r"(?P<argument>english|tieng anh|tieng viet|vietnamese)", Order.LANGUAGE),
    (rf"{_PLEASE}(?:bat|mo) (?:lai )?nhac(?: viec| han)?|(?:start|resume) reminders", Order.REMIND),
    (
        rf"{_PLEASE}{_STOP} nhac(?: viec| han)?(?: nua)?|stop reminders|stop reminding me",
        Order.REMIND_NOT,
    ),
    (rf"{_PLEASE}(?:bat|mo) (?:lai )?tin thay doi|tell me (?:of|about) changes", Order.TELL),
    (
        rf"{_PLEASE}{_STOP}(?: gui)? tin thay doi(?: nua)?|stop (?:telling me of )?changes",
        Order.TELL_NOT,
    ),
    (r"(?P<argument>noi_[0-9a-f]{8})", Order.LINK),
    (
        rf"(?:(?:em |minh )?xin )?(?:chao|hello|hi+|hey|alo+(?: alo+)*|good (?:morning|afternoon|evening)){_POLITE}",
        Order.HELLO,
    ),
    (
        rf"(?:(?:ok\w*|vang|da|rat|minh|em|xin|tot qua|hay qua)\W+)*(?:cam on|thanks?(?: you)?|tks|thank){_POLITE}",
        Order.THANKS,
    ),
    (
        r"(?:(?:ok\w*|vang|da|u|uh|duoc roi|hieu roi|(?:rat )?(?:tot|hay|tuyet)(?: qua| lam)?|great)\b\W*)+"
        rf"(?:cam on|thanks)?{_POLITE}",
        Order.THANKS,
    ),
    (rf"(?:tam biet|bye(?: bye)?|goodbye|chao tam biet|hen gap lai){_POLITE}", Order.BYE),
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """An order with its argument as typed. Not `certain`: plain words that may be a question after all."""

    order: Order
    argument: str = ""
    certain: bool = True


def spoken(text: str) -> Spoken | None:
    """The order in a message; None when it is a question."""
    text = text.strip()
    return _slashed(text) if text.startswith("/") else _plain(text)


def _slashed(text: str) -> Spoken | None:
    word, _, argument = text[1:].partition(" ")
    order = _SLASHED.get(fold(word.partition("@")[0]))
    return Spoken(order, argument.strip()) if order else None


def _plain(text: str) -> Spoken | None:
    folded = fold(text)
    for pattern, order in _PLAIN:
        match = re.fullmatch(pattern, folded.rstrip(" .!"))
        if match:
            # Folding keeps the length, so the argument can be taken from the text as it was typed.
            start, end = next((match.span(name) for name, value in match.groupdict().items() if value), (0, 0))
            return Spoken(order, text[start:end].strip(), certain=False)
    return None
