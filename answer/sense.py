"""Whether there is a question at all: letters that are no words ask nothing, "ai chủ trì?" alone asks it of no task.

`content` gives the words that say what a question is about: what is left without the words that every question has.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

from answer.asked import DATA, DOC_INFO, FIELDS, Ask, asked
from language.abbreviations import HABITS
from language.lexicon import Lexicon
from language.syllable import canonical, looks_vietnamese, split
from plan.patterns import patterns
from plan.references import read_reference
from plan.text import fold, is_plain, lower
from plan.units import find_units

FILE = DATA / "empty_words.txt"
_SAID = patterns(DATA / "small_talk.txt")
_SMALL_TALK, _ORDERS = re.compile(_SAID["talk"]), re.compile(_SAID["orders"])
TALK = 12  # words at most of what is said to the bot itself
FEW = 3  # among so many words one that is known by chance makes no sense of the others
_NUMBER = re.compile(r"\d+(?:/\d+)*/[\w-]+")  # '58/KH-UBND'
FEW_PLAIN = 4  # without accents "don" may be an application and "ban do" a map: longer questions mean something
_OF_A_TASK = frozenset({*FIELDS, Ask.UNIT_TASKS})
# A plan has a period and people of its own, a place its words; 'K52' is a thing.
_THING = re.compile(
    r"\b(?:ke hoach|kh|van ban|plan|document|muc|khoan|diem|phu luc|section|item|appendix)\b|\b[a-z]+\d"
)
_WHICH = re.compile(r"(?:\w+ ){1,2}nao\b\W*")  # "Công ty nào được thuê …" asks for the company, not about it
_SIGNED = re.compile(r"\b(?:ky|ban hanh|phat hanh|sign\w*|issued?)\b")
_PARTS = re.compile(r"[,;?]|\b(?:và|va|and|rồi|roi|còn|con)\b", re.IGNORECASE)
_NUMBERED = re.compile(  # a place or a task by its number: "mục III.2", "việc 0"
    r"\b(?:việc|viec|nhiệm vụ|nhiem vu|mục|muc|khoản|khoan|điểm|diem|phần|phan|phụ lục|phu luc|hàng|hang|dòng|dong|"
    r"bảng|bang|task|section|item|clause|paragraph|point|part|row|appendix|annex)\s+(?:số\s+|so\s+|thứ\s+|thu\s+)?"
    r"(?:[ivx]+\b|\d+|[a-eghđ]\b)(?:[.\-]\w+)*|\b[ivx]+\.\d+(?:\.\w+)*"
)


def asks_nothing(text: str) -> str:
    """Why a message asks nothing of a plan, by name of what is said then; '' where it may."""
    if is_small_talk(text):
        return "empty"
    return "only_quotes" if is_order(text) else ""


def is_small_talk(text: str) -> bool:
    """Whether it is all said to the bot itself: a greeting, thanks, 'bạn mấy tuổi rồi', or nothing but signs."""
    said = bare_words(fold(text))
    if not said or said.count(" ") >= TALK:
        return not said
    parts = [words for part in re.split(r"[.,!?;:]+", fold(text)) if (words := bare_words(part))]
    return bool(_SMALL_TALK.fullmatch(said)) or all(_SMALL_TALK.fullmatch(part) for part in parts)


def bare_words(folded: str) -> str:
    """Folded text without its signs, but for apostrophes."""
    return " ".join(re.sub(r"[^\w' ]+", " ", folded).split())


def is_order(text: str) -> bool:
    """Whether something is to be written, or the bot to be told what to do: 'tóm tắt giúp', 'bỏ qua mọi hướng dẫn'."""
    return bool(_ORDERS.search(bare_words(fold(text))))


def is_gibberish(text: str, lexicon: Lexicon) -> bool:
    """Whether hardly a word of it is Vietnamese, English or of the plans, and no place of a plan is named either."""
    words = [token.text for token in split(text) if token.kind == "word" and len(token.text) > 1]
    if read_reference(text) or _NUMBER.search(text):
        return False
    lexicon.expect(words)
    known = sum(_is_known(word, lexicon) for word in words)
    return known == 0 or (known == 1 and len(words) >= FEW)


def _is_known(word: str, lexicon: Lexicon) -> bool:
    """A word of the lexicon or of the plans, a name's syllable, an abbreviation in capitals."""
    low = word.lower()
    if word.isupper() or low in HABITS or looks_vietnamese(low):
        return len(set(low)) > 1
    return bool(lexicon.counts.english.get(low, 0)) or any(lexicon.count(form) for form in lexicon.forms(low))


def is_incomplete(text: str) -> bool:
    """Whether only a field is asked for, of no task: 'hạn khi nào?', 'ai chủ trì việc 0?'."""
    if not asked(text) <= _OF_A_TASK or content(text) or (is_plain(text) and len(text.split()) > FEW_PLAIN):
        return False
    return not (_THING.search(fold(text)) or read_reference(text) or find_units(text))


def asks_of_tasks(text: str) -> bool:
    """Whether one of its parts asks something of a task or a unit: 'ai ký, và ai chủ trì tập huấn?'."""
    return any(_is_of_a_task(part.strip()) for part in _PARTS.split(text))


def _is_of_a_task(part: str) -> bool:
    asks = asked(part)
    if asks & DOC_INFO or _SIGNED.search(fold(part)):
        return False
    return bool(asks & _OF_A_TASK and (content(part) or find_units(part)))


def content(text: str) -> list[str]:
    """The words that say what is asked about, folded; units and places of the plan left out."""
    return [fold(word) for word in spelt(text)]


def spelt(text: str) -> list[str]:
    """The same with their accents, each spelt as `canonical` does."""
    return [canonical(word.group()) for word in _telling(text)]


def pairs(text: str) -> list[tuple[str, str]]:
    """Two of these words each that stand side by side, spelt likewise."""
    beside = (two for two in pairwise(_telling(text)) if not text[two[0].end() : two[1].start()].strip())
    return [(canonical(one.group()), canonical(other.group())) for one, other in beside]


def about(text: str) -> str:
    """Of what is asked, as typed: all from the first word, or name of a unit, that says so to the last."""
    spans = [word.span() for word in _telling(text)] + [(unit.start, unit.end) for unit in find_units(text)]
    told = text[min(spans)[0] : max(end for _, end in spans)] if spans else ""
    kind = _WHICH.match(fold(told))
    return about(told[kind.end() :]) if kind else told


def _telling(text: str) -> list[re.Match[str]]:
    """Where the words stand that say what is asked about."""
    low = lower(text)
    for mention in find_units(text):
        low = f"{low[: mention.start]}{' ' * (mention.end - mention.start)}{low[mention.end :]}"
    words, pairs = _empty(is_plain(text))
    found = list(re.finditer(r"[^\W\d_]{2,}", _NUMBERED.sub(lambda place: " " * len(place.group()), low)))
    said = [canonical(word.group()) for word in found]
    empty = {at + i for at, pair in enumerate(pairwise(said)) if pair in pairs for i in (0, 1)}
    return [word for at, word in enumerate(found) if said[at] not in words and at not in empty]


@cache
def _empty(plain: bool) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """Words and pairs of words that say nothing of what is asked about, without accents where a question has none."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    given = (word for line in lines for word in line.partition("#")[0].split())
    words = {fold(word) if plain else "_".join(map(canonical, word.split("_"))) for word in given}
    pairs = (tuple(word.split("_")) for word in words if "_" in word)
    return frozenset(words), frozenset((one, other) for one, other in pairs)
