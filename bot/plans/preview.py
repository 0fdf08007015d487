"""What was read from a file, as lines for whoever decides or is told: its header, remarks, what is new in it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from bot.conversation.plain import more_note, shorten
from bot.i18n import day
from bot.plans.naming import title
from plan.diff import Difference, Kind, differences, summary
from plan.model import PlanVersion, Warning_
from prompts import phrase, phrases

SHOWN = 8  # differences named where a preview must fit a phone's screen
LENGTH = 90  # characters of each value
FAIR = 0.8
GOOD = 0.95  # the quality of a text that needs no reason
MARKS = {Kind.ADDED: "+", Kind.CHANGED: "~", Kind.REMOVED: "−", Kind.RENUMBERED: "→"}
_FIELDS = {
    "lead": "cli.leads",
    "coordinating": "cli.coordinating",
    "deadline": "cli.deadline",
    "product": "cli.product",
    "number": "upload.field_number",
    "date": "upload.field_date",
    "text": "",
    "label": "",
    "address": "",
}


def facts(language: str, version: PlanVersion) -> Iterator[str]:
    """What its header says, and how much was read."""
    info = version.info
    blank = phrase(language, "cli.blank")
    yield phrase(language, "upload.title", title=title(version))
    yield phrase(language, "upload.issued", number=info.number or blank, date=day(info.date) or blank)
    yield phrase(language, "upload.issuer", issuer=info.issuer or info.place or blank)
    read = sum(not each.is_proposed for each in version.assignments)
    yield phrase(language, "upload.counts", clauses=len(version.clauses), assignments=read)
    yield from quality(language, version)


def quality(language: str, version: PlanVersion) -> Iterator[str]:
    """How well it was read, in words and as a number.

    Nothing for a good text file: its letters are its own.
    """
    source = version.source
    if source.how == "text" and source.quality >= GOOD:
        return
    grade = "good" if source.quality >= GOOD else "fair" if source.quality >= FAIR else "poor"
    key = f"upload.read_{grade}_scan" if source.how == "ocr" else f"upload.read_{grade}"
    # A scan is never all right: what a machine took for letters may look like letters and be others.
    yield phrase(language, key, percent=min(round(100 * source.quality), 99 if source.how == "ocr" else 100))


def proposals(language: str, version: PlanVersion, shown: int = SHOWN) -> Iterator[str]:
    """The tasks that a language model proposes beside those that were read, each marked."""
    found = [each for each in version.assignments if each.is_proposed]
    if not found:
        return
    yield phrase(language, "upload.proposals", count=len(found))
    for each in found[:shown]:
        fields = "; ".join(field.value for _, field in each.fields)
        yield f"◇ {cut(each.task.value)} – {cut(fields)} ({_words(version, each.clause)})"
    yield from more_note(language, len(found), shown, "upload.more_changes")


def misread(language: str, new: PlanVersion) -> Iterator[str]:
    """A difference of a scanned version may be the reading machine's: said before any is shown."""
    if new.source.how == "ocr":
        yield phrase(language, "upload.misread")


def remarks(language: str, version: PlanVersion) -> Iterator[str]:
    """What the readers and the parser warn of."""
    yield from (f"⚠ {told(language, warning)}" for warning in version.warnings)


def told(language: str, warning: Warning_) -> str:
    """The sentence for a remark's code; the bare code for one that has no sentence yet."""
    key = f"warnings.{warning.code}"
    known = key if key in phrases(language) else "warnings.other"
    return phrase(language, known, code=warning.code, detail=warning.detail).strip()


def news(language: str, version: PlanVersion, old: PlanVersion | None, shown: int = SHOWN) -> Iterator[str]:
    """Whether it is a new plan, else what differs from the version that answers now."""
    if old is None:
        yield phrase(language, "upload.new_plan")
        return
    yield phrase(language, "upload.new_version", plan=title(old), version=old.version)
    found = differences(old, version)
    if not found:
        yield phrase(language, "upload.no_changes")
        return
    yield from misread(language, version)
    yield phrase(language, "upload.changes", **summary(found))
    # What only moved up or down comes last: a phone shows few lines.
    ordered = sorted(found, key=lambda each: each.kind is Kind.RENUMBERED)
    yield from (difference_line(language, each, old, version) for each in ordered[:shown])
    yield from more_note(language, len(found), shown, "upload.more_changes")


def difference_line(language: str, found: Difference, old: PlanVersion, new: PlanVersion) -> str:
    """One difference: where it stands, which field, and what became of what."""
    if found.kind is Kind.RENUMBERED:
        return f"{MARKS[found.kind]} {places(found, old, new)}"
    field = field_name(language, found.field)
    place = places(found, old, new).rpartition(" → ")[2]
    return f"{MARKS[found.kind]} {place}{f' · {field}' if field else ''}: {_values(language, found)}"


def places(found: Difference, old: PlanVersion, new: PlanVersion) -> str:
    """Where a difference stands, in words; both places where it moved."""
    told = [_words(plan, address) for plan, address in ((old, found.old), (new, found.new)) if address]
    return " → ".join(dict.fromkeys(told))


def field_name(language: str, field: str) -> str:
    """A field of a difference in words; a table's column goes by its own name, and a clause's own text by none."""
    key = _FIELDS.get(field)
    if key is None:
        return field
    return phrase(language, key) if key else ""


def by_clause(found: Sequence[Difference]) -> list[tuple[Difference, list[str]]]:
    """Differences with the same words once, each with the fields that differ: for showing whole clauses."""
    groups = groupby(found, key=lambda each: (each.kind, each.old, each.new, each.pieces))
    listed = [list(group) for _, group in groups]
    return [(group[0], [each.field for each in group]) for group in listed]


def cut(text: str) -> str:
    """A value that fits on a line or two."""
    return f"{shorten(text, LENGTH)} …" if len(text) > LENGTH else text


def _values(language: str, found: Difference) -> str:
    if found.kind is Kind.ADDED:
        return cut(found.new_value)
    if found.kind is Kind.REMOVED:
        return cut(found.old_value)
    blank = phrase(language, "cli.blank")
    return f"{cut(found.old_value) or blank} → {cut(found.new_value) or blank}"


def _words(version: PlanVersion, address: str) -> str:
    found = next((clause for clause in version.clauses if clause.address == address), None)
    return (found.words if found else "") or address
