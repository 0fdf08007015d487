"""English questions for the word index: what their words are called in Vietnamese plans.

`data/glossary.tsv` holds the vocabulary. Phrases are matched longest first, as written, then without plural endings,
then without -ing, -ed and a final -e. Numbers, document codes and proper names are carried over as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from plan.text import is_plain, nfc

_TOKEN = re.compile(r"\w*\d\w*(?:[.,/-]\w+)*%?|[A-ZĐ]+(?:[/&-][A-ZĐ]{2,}g?)+\b|[^\W\d_]+")
_SENTENCE_END = re.compile(r"[.?!:]\s*[\"'“”‘’(]*$|^[\s\"'“”‘’(]*$")
_POSSESSIVE = re.compile(r"['’]s\b|(?<=s)['’](?!\w)", re.IGNORECASE)
_BRITISH = (
    (re.compile(r"iz(?=(?:e|ed|es|ing|er|ers|ation|ations)$)"), "is"),
    (re.compile(r"^center(?=s?$)"), "centre"),
    (re.compile(r"^(labo|neighbo|behavio|colo|hono|favo)r"), r"\1ur"),
    (re.compile(r"^(defen|offen|licen)se(?=s?$)"), r"\1ce"),
)
_ARTICLES = frozenset(("a", "an", "the"))
_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
           "november", "december")  # fmt: skip
_MONTH = rf"(?P<month>{'|'.join(_MONTHS)})"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_DATES = tuple(
    re.compile(rf"\b{order},?\s+(?P<year>\d{{4}})\b", re.IGNORECASE)
    for order in (rf"{_DAY}(?:\s+of)?\s+{_MONTH}", rf"{_MONTH}\s+(?:the\s+)?{_DAY}")
)

_Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    word: str  # lower case, British spelling
    opens: bool  # the first word of a sentence


def vietnamese(question: str) -> str:
    """The Vietnamese words for all known phrases of an English question, in its order, each once; '' for none."""
    found: dict[str, None] = {}
    for tokens, renderings in _matches(question):
        found.update(dict.fromkeys(_carried(tokens[0]) if renderings is None else renderings))
    return " ".join(found)


def _matches(question: str) -> Iterator[tuple[list[_Token], _Words | None]]:
    """The question cut into the longest known phrases; a word that is in none stands alone, with None."""
    index, longest = _index()
    tokens = _tokens(dated(nfc(question)))
    start = 0
    while start < len(tokens):
        for size in range(min(longest, len(tokens) - start), 0, -1):
            part = tokens[start : start + size]
            renderings = _look_up(index, tuple(token.word for token in part))
            if renderings is not None or size == 1:
                break
        yield part, renderings
        start += size


def _look_up(index: dict[_Words, _Words], words: _Words) -> _Words | None:
    return next((index[form] for form in _forms(words) if form in index), None)


def _carried(token: _Token) -> _Words:
    """The token itself when it is a number, a code, Vietnamese or a proper name."""
    code = any(char.isdigit() for char in token.text) or (len(token.text) > 1 and token.text.isupper())
    name = token.text[0].isupper() and not token.opens
    return (token.text,) if code or name or not is_plain(token.text) else ()


def dated(text: str) -> str:
    """'30 June 2026' and 'June 30, 2026' as plans write them: 30/6/2026."""
    for date in _DATES:
        text = date.sub(lambda m: f"{int(m['day'])}/{_MONTHS.index(m['month'].lower()) + 1}/{m['year']}", text)
    return text


def _tokens(text: str) -> list[_Token]:
    text = _POSSESSIVE.sub("", text)
    found = (_Token(m.group(), _british(m.group().lower()), _opens(text, m.start())) for m in _TOKEN.finditer(text))
    return [token for token in found if token.word not in _ARTICLES]


@lru_cache(maxsize=8192)
def _british(word: str) -> str:
    for american, british in _BRITISH:
        word = american.sub(british, word)
    return word


def _opens(text: str, start: int) -> bool:
    return bool(_SENTENCE_END.search(text[max(0, start - 4) : start]))


@lru_cache(maxsize=1)
def _index() -> tuple[dict[_Words, _Words], int]:
    """Every form of every entry → its renderings (exact forms before roots), and the length of the longest entry."""
    entries = [(tuple(token.word for token in _tokens(english)), renderings) for english, renderings in _entries()]
    forms = [(_forms(words), renderings) for words, renderings in entries]
    index: dict[_Words, _Words] = {}
    for level in range(3):
        for form, renderings in forms:
            index.setdefault(form[level], renderings)
    return index, max(len(words) for words, _ in entries)


def _entries() -> Iterator[tuple[str, _Words]]:
    table = files("language").joinpath("data/glossary.tsv").read_text(encoding="utf-8")
    for line in table.splitlines():
        if line and not line.startswith("#"):
            english, _, renderings = line.partition("\t")
            yield english, tuple(filter(None, renderings.split("; ")))


def _forms(words: _Words) -> tuple[_Words, _Words, _Words]:
    """As written, without plural endings, and down to the roots."""
    return words, tuple(map(_singular, words)), tuple(map(_root, words))


@lru_cache(maxsize=8192)
def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if re.search(r"(?:s|x|z|ch|sh)es$", word) and len(word) > 4:
        return word[:-2]
    return word[:-1] if len(word) > 3 and re.search(r"[^sui]s$", word) else word


@lru_cache(maxsize=8192)
def _root(word: str) -> str:
    """'organised', 'organising', 'organise' → 'organis'; 'planned' → 'plan'; 'carried' → 'carry'."""
    word = re.sub(r"ied$", "y", _singular(word))
    stem = re.sub(r"(?<=[a-z]{3})(?:ing|ed|e)$|(?<=[aeiouy][a-z])(?:ing|ed)$", "", word)
    if stem == word:
        return word
    return re.sub(r"([^aeiouylsz])\1$", r"\1", stem)
