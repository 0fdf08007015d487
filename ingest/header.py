"""What header and closing say: issuer, place, number, date, subject, signer, recipients, legal bases, signatures.

The letterhead names the body above and the body itself: 'UBND TỈNH BÌNH LẠC' over 'SỞ CÔNG THƯƠNG'. Nothing is taken
from the body of the plan, where other places are named. Pure.

A number or date left blank in a draft is kept as a fact: the value is empty and the line that leaves it blank is known.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import dropwhile, takewhile
from pathlib import Path

from plan.model import Clause, ClauseKind, PlanInfo, Span
from plan.patterns import lists, patterns
from plan.text import SENT_TO, fold, squeeze
from plan.tree import Tree

_WORDS = patterns(Path(__file__).with_name("data") / "document.txt")
_OTHER = re.compile(_WORDS["no issuer"])
_WORD = re.compile(rf"\b(?:{_WORDS['body words']})\b", re.IGNORECASE)
_FORMS = {name: re.compile(form) for name, form in patterns(Path(__file__).with_name("data") / "header.txt").items()}
_ADDRESSED = re.compile(r"\W*(?:kinh gui\b|gui\s*:)")  # those a letter is sent to do not issue it
# Over those that a paper is sent to.
_HEADS_THEM = re.compile(r"[ :.*/]*(?:noi (?:nhan|gui)|gui(?=\s*:))[ :.*/]*")
_BESIDE, _VOWELS = re.compile(r"\s{3,}"), re.compile(r"[aeiouy]")
_SMALL = {"và", "của", "về", "tại", "các", "cho", "với", "trên"}
_KEPT = {"UBND", "HĐND", "MTTQ", "THCS", "THPT", "UBMTTQ", "GD&ĐT", "TNCS", "BCH", "TP"}


def issuer_of(lines: Sequence[str]) -> str:
    """The issuing body in usual letters, '' when the letterhead names none."""
    names: list[str] = []
    for name in filter(None, map(_name, takewhile(lambda line: not _ADDRESSED.match(fold(line)), lines))):
        goes_on = bool(names) and (
            " " not in name or (_FORMS["broken"].match(fold(names[-1])) and not _WORD.search(name))
        )  # no body has a name of one word
        names = [*names[:-1], f"{names[-1]} {name}"] if goes_on else [*names, name]
    if not names:
        return ""
    if any(_FORMS["joint number"].search(fold(line)) for line in lines):
        names = [names[0], *takewhile(lambda name: _FORMS["territory"].match(fold(name)), names[1:])]
    while len(names) > 1 and _FORMS["organ"].match(fold(names[-1])):
        names.pop()
    last = names[-1]
    if _FORMS["territory"].match(fold(last)) and len(names) > 1 and _needs_place(fold(names[-2])):
        last = f"{names[-2]} {last}"
    committee = _FORMS["committee"].match(fold(last))
    if committee:
        rest = last[committee.end() :].strip()
        above = _FORMS["above"].search(fold(rest))
        rest = rest[: above.start()] if above else rest
        return f"UBND {_usual(rest)}".strip() if rest else ""
    return _usual(last)[:1].upper() + _usual(last)[1:] if len(last.split()) >= 2 else ""


def _needs_place(folded: str) -> bool:
    """Whether the place on the next line goes with the body above it: 'HỘI ĐỒNG NHÂN DÂN' over 'XÃ HOA TRẦM'."""
    return bool(_FORMS["committee"].search(folded) or _FORMS["needs place"].search(folded))


def _name(line: str) -> str:
    """The part of a line of the letterhead that names a body, '' for motto, number, date and the like."""
    line = line.strip(" *_#|\t\n")
    cut = _FORMS["motto"].search(fold(line))
    left = line[: cut.start() if cut else None].strip(" *_-–|\t")
    if len(left) < 4 or _OTHER.match(fold(left)) or _FORMS["day"].search(fold(left)) or re.search(r"\d{2,}/", left):
        return ""
    letters = [char for char in left if char.isalpha()]
    capital = sum(char.isupper() for char in letters) >= 0.8 * len(letters)
    return left if letters and len(left) < 90 and (capital or _FORMS["committee"].match(fold(left))) else ""


def _is_short(word: str) -> bool:
    """'THCS', 'BHXH,': letters that stand for words."""
    return word in _KEPT or not _VOWELS.search(fold(word))


def _usual(name: str) -> str:
    """'SỞ CÔNG THƯƠNG' → 'Sở Công Thương'; a kind of place in small letters: 'xã Hoa Trầm'."""
    words = [word.capitalize() if word.isupper() and not _is_short(word) else word for word in name.split()]
    words = [word.lower() if word.lower() in _SMALL else word for word in words]
    text = _WORD.sub(lambda found: found.group()[:1] + found.group()[1:].lower(), " ".join(words))
    text = text.replace("Hội đồng Nhân dân", "Hội đồng nhân dân").replace("Ủy ban Nhân dân", "Ủy ban nhân dân")
    text = _FORMS["inside"].sub(lambda found: found.group().lower(), text)
    match = _FORMS["territory"].match(fold(text))
    return text[: match.end()].lower() + text[match.end() :] if match else text


_FORM = re.compile(rf"(?:{_WORDS['forms']})\b\s*")
LETTER = "Công văn"
_ROLE = re.compile(rf"\b(?:pho )?(?:{_WORDS['offices']})\b")
_GENERIC = frozenset(lists(Path(__file__).with_name("data") / "document.txt")["no names"])


def read_info(tree: Tree) -> PlanInfo:
    """The facts of header and closing, each with the line it was read from."""
    zones = {root.kind: root for root in tree.roots if not root.label}
    head = [leaf for root in tree.roots if root.kind is ClauseKind.LETTERHEAD for leaf in tree.leaves(root)]
    number, number_line = _number(tree, head)
    day, date_line = _date(tree, head)
    if date_line is None:
        day, date_line = _date_at_the_end(tree)
    if date_line is None and number_line and (said := _FORMS["dated number"].search(fold(number_line.of(tree.text)))):
        day, date_line = _iso(*said.groups()), number_line
    form, subject, title_line = _subject(tree, _title(tree), head)
    stamps = _stamps(tree, tree.by_address.get("chữ ký số"))
    signer, role, signer_line = _signer(tree, _first(tree, ClauseKind.SIGNATURE), stamps)
    office = issuer_of([tree.raw(leaf) for leaf in head])
    place = _place(tree, office, stamps)
    committee = not office or office.startswith("UBND")
    return PlanInfo(
        title=squeeze(f"{form} {subject}"),
        subject=subject,
        issuer=f"UBND {place}" if place and committee else _as_written(office, tree.text),
        place=place,
        number=number,
        date=day,
        signer=signer,
        signer_title=role,
        number_line=number_line,
        date_line=date_line,
        title_line=title_line,
        signer_line=signer_line,
        signatures=stamps,
        recipients=(*_addressed(tree, head), *_recipients(tree)),
        bases=_bases(tree, zones.get(ClauseKind.OPENING)),
    )


def _as_written(name: str, text: str) -> str:
    """As the plan itself mostly writes it outside the capitals of its letterhead."""
    if not name:
        return ""
    found = (text[at.start() : at.end()] for at in re.finditer(rf"\b{re.escape(fold(name))}\b", fold(text)))
    written = Counter(each for each in found if each[:1].isupper() and not each.isupper())
    return written.most_common(1)[0][0] if written else name


_NUMBERS = tuple(_FORMS[name] for name in ("party number", "own number", "number"))


def _number(tree: Tree, head: list[Clause]) -> tuple[str, Span | None]:
    for leaf in head:
        folded = fold(tree.raw(leaf))
        match = next((found for form in _NUMBERS if (found := form.search(folded))), None)
        if match:
            digits = match.group("digits") or ""
            suffix, digits = (each.replace(" ", "") for each in (tree.raw(leaf)[slice(*match.span("suffix"))], digits))
            stroke = "" if suffix.startswith("-") else "/"
            return (f"{digits}{stroke}{suffix}" if digits and not match.group("blank") else ""), leaf.span
    return "", None


def _date(tree: Tree, head: list[Clause]) -> tuple[str, Span | None]:
    """The line that names place and day ('Hoa Trầm, ngày …') before any other: a stamp of arrival has a day too."""
    dated = [leaf for leaf in head if _FORMS["dated line"].search(fold(tree.raw(leaf)))]
    for leaf in (*dated, *head):
        below = head[head.index(leaf) + 1 : head.index(leaf) + 2]  # 'ngày 03 tháng 02 năm' over '2026'
        year = "".join(text for each in below if (text := tree.raw(each).strip()).isdigit())
        folded = fold(f"{tree.raw(leaf)} {year}".rstrip())
        match = _FORMS["short date"].search(folded) or _FORMS["date"].search(folded)
        if match:
            return _iso(*match.groups()), leaf.span
    return "", None


def _date_at_the_end(tree: Tree) -> tuple[str, Span | None]:
    """'Hoa Trầm, ngày 25 tháng 3 năm 2026' alone on a line behind the text, where no letterhead says it."""
    for clause in reversed(tree.clauses):
        short = not clause.children and clause.span.end - clause.span.start < 90
        if short and clause.kind in _LATE and _FORMS["dated"].match(fold(tree.clean(clause))):
            return _date(tree, [clause])
    return "", None


_LATE = (ClauseKind.PARAGRAPH, ClauseKind.SIGNATURE, ClauseKind.CLOSING)


def _iso(day: str, month: str, year: str | None) -> str:
    try:
        return date(int(year or ""), int(month), int(day)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _title(tree: Tree) -> Clause | None:
    """Of several titles the plan's own: a decision stands before the plan it issues."""
    titles = [root for root in tree.roots if root.kind is ClauseKind.TITLE]
    plans = [title for title in titles if fold(tree.clean(title)).startswith("ke hoach")]
    behind = [title for title in titles if not fold(tree.clean(title)).startswith("quyet dinh")]
    return next(iter(plans or behind or titles), None)


def _subject(tree: Tree, title: Clause | None, head: list[Clause]) -> tuple[str, str, Span | None]:
    """What the paper calls itself ('Kế hoạch', 'Phương án'), what it is about, and where that stands."""
    if title is None:
        return _matter(tree, head) or _concluded(tree) or ("Kế hoạch", "", None)
    text = squeeze(" ".join(tree.clean(leaf) for leaf in tree.leaves(title)))
    issued = _FORMS["issued with"].search(fold(text))
    text = text[: issued.start()] if issued and issued.start() > 12 else text
    form = _FORM.match(fold(text))
    subject = text[form.end() if form else 0 :].strip()
    subject = _quieter(subject, tree.text) if subject.isupper() else subject
    loud = _FORMS["loud"].match(subject)
    subject = loud.group().lower() + subject[loud.end() :] if loud else subject
    if form is None or form.group().startswith("k"):
        return "Kế hoạch", subject, title.span
    return text[: form.end()].strip().capitalize(), subject, title.span


def _quieter(subject: str, text: str) -> str:
    """A subject in capitals as the paper writes it elsewhere: 'DUY TU ĐƯỜNG THÔN' in 'Kế hoạch duy tu đường thôn'."""
    found = (text[at.start() : at.end()] for at in re.finditer(rf"\b{re.escape(fold(subject))}\b", fold(text)))
    return next((each for each in found if not each.isupper() and "\n" not in each), subject)


def _matter(tree: Tree, head: list[Clause]) -> tuple[str, str, Span] | None:
    """What a letter without a title is about: 'V/v chống úng vụ mùa', with the lines that go on in small letters."""
    lines = [(leaf, tree.clean(leaf)) for leaf in head]
    for at, (leaf, text) in enumerate(lines):
        about = _FORMS["about"].match(fold(text))
        if about:
            rest = takewhile(lambda line: line[1][:1].islower(), lines[at + 1 :])
            return LETTER, " ".join([text[about.end() :], *(more for _, more in rest)]).strip(" ."), leaf.span
    return None


def _concluded(tree: Tree) -> tuple[str, str, Span] | None:
    """What the end of a paper without a title calls it: 'Trên đây là Kế hoạch nông thôn mới năm 2026 của xã …'."""
    for clause in reversed(tree.clauses):
        said = _FORMS["concluded"].match(fold(text := tree.clean(clause))) if clause.kind in _LATE else None
        if said:
            return text[slice(*said.span("form"))].capitalize(), text[slice(*said.span("subject"))], clause.span
    return None


def _stamps(tree: Tree, trailer: Clause | None) -> tuple[str, ...]:
    return tuple(tree.clean(leaf) for leaf in tree.leaves(trailer)) if trailer else ()


def _signer(tree: Tree, block: Clause | None, stamps: tuple[str, ...]) -> tuple[str, str, Span | None]:
    signed = [line.split("<")[0].strip() for line in stamps if "<" in line]
    person = next((name for name in signed if name and not name.isupper() and _FORMS["person"].match(name)), "")
    written = [(tree.body(leaf), leaf.span) for leaf in tree.leaves(block)] if block else list(_beside(tree))
    lines = [(part, span) for text, span in _signed_lines(written) for part in _office_and_name(text)]
    names = [(text, span) for text, span in lines if _is_person(text)]
    names.sort(key=lambda each: each[0].isupper())  # what is in capitals is rather an office that is not known
    name, line = next(iter(names), ("", None))
    found = [(text, at) for text, at in lines if not _is_person(text) and _ROLE.search(fold(text))]
    above = [text for text, at in found if line and at.start <= line.start]  # another may sign below
    offices = above or [text for text, _ in found]
    return person or name, _office(offices[-1]) if offices else "", line


def _signed_lines(written: Sequence[tuple[str, Span]]) -> Iterator[tuple[str, Span]]:
    """Without who drew the paper up, by name in that line or in the next."""
    drawn_up = False
    for text, span in written:
        by = _FORMS["drawn up by"].match(fold(text))
        if not by and not (drawn_up and _is_person(text)):
            yield text, span
        drawn_up = by is not None and by.end() == len(text)


def _beside(tree: Tree) -> Iterator[tuple[str, Span]]:
    """What stands to the right of the recipients, where a text keeps both in one line, or in a line of its own below:
    'Nơi nhận:     GIÁM ĐỐC', 'CHỦ TỊCH: Trần Hữu Khánh'."""
    closing = _first(tree, ClauseKind.CLOSING)
    for leaf in tree.leaves(closing) if closing else ():
        *left, right = _BESIDE.split(tree.text[tree.text.rfind("\n", 0, leaf.span.start) + 1 : leaf.span.end])
        if left or _is_signed(tree.clean(leaf)):
            yield (right.strip() if left else tree.clean(leaf)), leaf.span


def _is_signed(line: str) -> bool:
    """'KT. CHỦ TỊCH - PHÓ CHỦ TỊCH: Phùng Văn Lịch'."""
    office, *name = _office_and_name(line)
    return bool(name) and _is_person(name[0]) and bool(_ROLE.search(fold(office)))


def _office_and_name(line: str) -> list[str]:
    """'CHỦ TỊCH (đã ký) Đinh Thế Vỹ' → 'CHỦ TỊCH' and 'Đinh Thế Vỹ'; a line of one of them as it is."""
    words = _FORMS["signed mark"].sub(" ", line).replace(":", ": ").split()
    loud = len(list(takewhile(lambda word: word.isupper() or not any(map(str.isalpha, word)), words)))
    if 0 < loud < len(words) and re.fullmatch(r"[^\W\d_]['’]?", words[loud - 1]):  # 'Y Thuyên Mlô', 'H' Len Niê'
        loud -= 1
    while loud and words[loud - 1].endswith("."):  # 'BSCKII. Tòng Văn Khoát'
        loud -= 1
    parts = (" ".join(words[:loud]).strip(" :,-–"), " ".join(words[loud:]))
    return list(parts) if all(parts) else [" ".join(words)]


def _office(line: str) -> str:
    """'Phó chủ tịch' of 'TM. ỦY BAN NHÂN DÂN, KT. CHỦ TỊCH, PHÓ CHỦ TỊCH'."""
    start = [match.start() for match in _ROLE.finditer(fold(line))][-1]
    return re.sub(r"\b(?:ubnd|hđnd)\b", lambda m: m.group().upper(), line[start:].capitalize())


def _is_person(text: str) -> bool:
    rank = _FORMS["rank"].match(fold(text))
    text = text[rank.end() if rank else 0 :]
    words = text.split()
    office = _FORMS["titles"].search(fold(text)) or (text.isupper() and _ROLE.search(fold(text)))
    return bool(_FORMS["person"].match(text)) and not office and all(word[:1].isupper() for word in words)


def _place(tree: Tree, office: str, stamps: tuple[str, ...]) -> str:
    """The commune, ward or zone that issues the plan: named by its seal or head, or by 'UBND xã …' of a plan without
    one; '' for a department or a school, for which no commune is made up."""
    sealed = [found for line in stamps for found in _places(line.split("<")[0])]
    named = sealed or _places(office)
    if named:
        return " ".join(named[0])
    if _NO_COMMUNE.match(fold(office)):
        return ""
    votes: Counter[str] = Counter()
    for zone in _HEADS:  # a letterhead names the place itself, title and opening may name a person behind 'phường'
        heads = (root for root in tree.roots if root.kind is zone)
        texts = (tree.raw(root) for root in heads)
        if zone is ClauseKind.OPENING:
            texts = (_FORMS["paper of another"].sub("", text) for text in texts)
        votes = votes or Counter(f"{kind} {name}" for text in texts for kind, name in _places(text))
    if not votes and _commune_signs(tree):
        votes = Counter(f"{kind} {name}" for kind, name in _places(tree.text))
        votes = Counter({name: count for name, count in votes.items() if count >= LEAST_VOTES})
    return votes.most_common(1)[0][0] if votes else ""


_NO_COMMUNE = re.compile(rf"(?:{_WORDS['no commune']})\b")
LEAST_VOTES = 3  # times the text names a commune that no head names
_HEADS = (ClauseKind.LETTERHEAD, ClauseKind.TITLE, ClauseKind.OPENING)


def _commune_signs(tree: Tree) -> bool:
    """'TM. ỦY BAN NHÂN DÂN' below, or a number of its office: the plan is one of a People's Committee."""
    return bool(re.search(r"tm\W{0,3}u\S ?ban|/\s*kh\s*-\s*ubnd|u\S ?ban nhan dan|ubnd", fold(tree.text)))


def _places(text: str) -> list[tuple[str, str]]:
    found = []
    done = 0
    for match in _FORMS["place"].finditer(fold(text)):
        if match.start() < done or text[match.start() : match.end(1)].lower() == "phương":  # a name
            continue
        name = _FORMS["name"].match(text, match.end())
        words = _capitalised(name.group().split()) if name else []
        if words and words[0].lower() not in _GENERIC and len(words) <= 4:
            done = match.end() + len(" ".join(words))
            kind = {"phuong": "phường", "xa": "xã", "thi tran": "thị trấn", "dac khu": "đặc khu", "thi xa": "thị xã"}[
                match.group(1)
            ]
            found.append((kind, " ".join(word.capitalize() if word.isupper() else word for word in words)))
    return found


def _capitalised(words: list[str]) -> list[str]:
    kept: list[str] = []
    for word in words:
        if not word[:1].isupper():
            break
        kept.append(word)
    return kept


def _addressed(tree: Tree, head: list[Clause]) -> Iterator[Span]:
    """Those that a letter is sent to, below or behind 'Kính gửi:'; its foot says of them 'Như trên'."""
    below = list(dropwhile(lambda leaf: not _ADDRESSED.match(fold(tree.clean(leaf))), head))
    for leaf in below:
        if re.search(r"\w", SENT_TO.sub("", tree.clean(leaf))):
            yield leaf.span


def _recipients(tree: Tree) -> Iterator[Span]:
    """Those of the first foot, and what a page end cut off from it."""
    for closing in (root for root in tree.roots if root.kind is ClauseKind.CLOSING):
        lines = [(fold(tree.clean(leaf)), leaf.span) for leaf in tree.leaves(closing)]
        if any(_HEADS_THEM.match(text) for text, _ in lines) and closing is not _first(tree, ClauseKind.CLOSING):
            return
        yield from (
            span for text, span in lines if not _HEADS_THEM.fullmatch(text) and not _is_signed(span.of(tree.text))
        )


def _first(tree: Tree, kind: ClauseKind) -> Clause | None:
    """Of the plan itself: an appendix may have a signature of its own, too."""
    return next((root for root in tree.roots if root.kind is kind), None)


def _bases(tree: Tree, opening: Clause | None) -> tuple[Span, ...]:
    if opening is None:
        return ()
    return tuple(leaf.span for leaf in tree.leaves(opening) if _FORMS["basis"].match(fold(tree.clean(leaf))))
