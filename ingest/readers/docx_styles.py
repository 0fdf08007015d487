"""What Word hands down to paragraphs: styles, and the numbers it generates, which stand in no run of text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.readers.docx_parts import Element, find, is_on, number, value, w, whole
from plan.text import ROMANS

_SIDES = ("top", "bottom", "left", "right", "start", "end", "insideH", "insideV")


@dataclass
class Styles:
    """The style sheet, each style with its ancestors."""

    sheet: dict[str, Element] = field(default_factory=dict)
    default: str = ""
    level_of: dict[tuple[str, str], int] = field(default_factory=dict)  # (abstract list, style) → depth

    @classmethod
    def of(cls, root: Element | None, numbering: Element | None) -> Styles:
        """Read the styles part, and from the numbering part which style stands at which depth."""
        styles = cls()
        for style in () if root is None else root.findall(w("style")):
            styles.sheet[style.get(w("styleId")) or ""] = style
            if style.get(w("type")) == "paragraph" and style.get(w("default")) in ("1", "true"):
                styles.default = style.get(w("styleId")) or ""
        for abstract in () if numbering is None else numbering.iter(w("abstractNum")):
            for level in abstract.findall(w("lvl")):
                key = (abstract.get(w("abstractNumId")) or "", value(level, "pStyle") or "")
                styles.level_of[key] = whole(level.get(w("ilvl")))
        return styles

    def line(self, name: str) -> Iterator[Element]:
        """A style and its ancestors, nearest first (twenty steps: a broken file may go in circles)."""
        for _ in range(20):
            style = self.sheet.get(name)
            if style is None:
                return
            yield style
            name = value(style, "basedOn") or ""

    def numbering(self, name: str) -> tuple[str | None, int]:
        """The list and depth a style puts its paragraphs in."""
        depth = -1
        for style in self.line(name):
            properties = find(style, "pPr", "numPr")
            depth = depth if depth >= 0 else number(properties, "ilvl", default=-1)
            key = value(properties, "numId")
            if key is not None:
                return key, max(depth, 0)
        return None, 0

    def hides(self, name: str) -> bool:
        return any(is_on(find(style, "rPr"), "vanish") for style in self.line(name))

    def is_bold(self, name: str) -> bool:
        return any(is_on(find(style, "rPr"), "b") for style in self.line(name))

    def font(self, name: str) -> str:
        fonts = (find(style, "rPr", "rFonts") for style in self.line(name))
        return next((font.get(w("ascii")) or "" for font in fonts if font is not None), "")

    def bordered(self, table: Element) -> bool:
        """Whether any line of a table is drawn, by the table, its style or its cells."""
        sources = [find(table, "tblPr", "tblBorders"), *table.iter(w("tcBorders"))]
        sources += [find(style, "tblPr", "tblBorders") for style in self.line(value(table, "tblPr", "tblStyle") or "")]
        return any(_drawn(borders) for borders in sources if borders is not None)


def _drawn(borders: Element) -> bool:
    return any(value(borders, side) not in (None, "nil", "none") for side in _SIDES)


_PRIVATE_BULLETS = {"": "", **dict(zip("\uf0b7\uf0a7\uf02d\uf0fc\uf0d8o–", "•▪---○-", strict=True))}


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list: how its number looks and where it starts."""

    form: str
    text: str
    start: int
    restart: int | None
    legal: bool


@dataclass
class Numbering:
    """Counts the lists of one document. Paragraphs must be asked in reading order."""

    levels: dict[str, dict[int, Level]]  # of each list (numId)
    family: dict[str, str]  # lists of one abstract list count on together
    restarts: dict[str, dict[int, int]]  # start overrides of a list, used once
    styles: Styles
    counters: dict[str, dict[int, int]] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Element | None, styles: Styles) -> Numbering:
        """Read the numbering part (None when a document has no lists)."""
        abstract = {} if root is None else {a.get(w("abstractNumId")) or "": a for a in root.iter(w("abstractNum"))}
        numbering = cls({}, {}, {}, styles)
        for num in () if root is None else root.findall(w("num")):
            key, base = num.get(w("numId")) or "", value(num, "abstractNumId") or ""
            source = _follow_link(abstract, base, root, styles)
            numbering.family[key] = base
            numbering.levels[key] = _levels(source) | _levels_of_overrides(num)
            numbering.restarts[key] = _restarts(num)
        return numbering

    def label(self, paragraph: Element) -> str:
        """The number or bullet that Word prints before a paragraph, counting it; '' for none."""
        found = self._place(paragraph)
        if found is None:
            return ""
        key, depth = found
        level = self.levels[key].get(depth)
        if level is None:
            return ""
        self._count(key, depth, level)
        return self._print(key, depth, level)

    def _place(self, paragraph: Element) -> tuple[str, int] | None:
        """Which list at which depth: said by the paragraph itself or by its style."""
        own = find(paragraph, "pPr", "numPr")
        style = value(paragraph, "pPr", "pStyle") or self.styles.default
        key, depth = value(own, "numId"), number(own, "ilvl", default=-1)
        if key is None:
            key, styled = self.styles.numbering(style)
            depth = depth if depth >= 0 else styled
            depth = self._depth_of_style(key, style, depth)
        return (key, max(depth, 0)) if key and key in self.levels and key != "0" else None

    def _depth_of_style(self, key: str | None, style: str, depth: int) -> int:
        return self.styles.level_of.get((self.family.get(key or "", ""), style), depth)

    def _count(self, key: str, depth: int, level: Level) -> None:
        counter = self.counters.setdefault(self.family[key], {})
        override = self.restarts[key].pop(depth, None)
        counter[depth] = override if override is not None else counter.get(depth, level.start - 1) + 1
        for deeper in [d for d in counter if d > depth]:
            below = self.levels[key].get(deeper)
            if below is None or below.restart is None or depth < below.restart:
                del counter[deeper]

    def _print(self, key: str, depth: int, level: Level) -> str:
        if level.form == "bullet":
            return _PRIVATE_BULLETS.get(level.text, level.text)
        counter, levels = self.counters[self.family[key]], self.levels[key]

        def shown(match: re.Match[str]) -> str:
            place = int(match.group(1)) - 1
            other = levels.get(place, level)
            form = "decimal" if level.legal else other.form
            return formatted(counter.get(place, other.start), form)

        return "" if level.form == "none" else re.sub(r"%(\d)", shown, level.text).strip()


def formatted(count: int, form: str) -> str:
    """A count as Word writes it: decimal, upperRoman, lowerLetter…"""
    if form in ("upperRoman", "lowerRoman") and 0 <= count < len(ROMANS):
        return ROMANS[count] if form == "upperRoman" else ROMANS[count].lower()
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letter.upper() if form == "upperLetter" else letter
    return f"{count:02d}" if form == "decimalZero" else str(count)


def _follow_link(abstract: dict[str, Element], base: str, root: Element | None, styles: Styles) -> Element | None:
    """A list may be defined by a list style that points at another list."""
    source = abstract.get(base)
    linked = value(source, "numStyleLink")
    if linked is None or root is None:
        return source
    key, _ = styles.numbering(linked)
    target = next((n for n in root.findall(w("num")) if n.get(w("numId")) == key), None)
    return abstract.get(value(target, "abstractNumId") or "", source)


def _levels(source: Element | None) -> dict[int, Level]:
    found = () if source is None else source.findall(w("lvl"))
    return {whole(level.get(w("ilvl"))): _level(level) for level in found}


def _level(element: Element) -> Level:
    return Level(
        form=value(element, "numFmt") or "decimal",
        text=value(element, "lvlText") or "",
        start=number(element, "start"),
        restart=number(element, "lvlRestart") if find(element, "lvlRestart") is not None else None,
        legal=find(element, "isLgl") is not None,
    )


def _levels_of_overrides(num: Element) -> dict[int, Level]:
    found = ((over.get(w("ilvl")) or "0", over.find(w("lvl"))) for over in num.findall(w("lvlOverride")))
    return {int(depth): _level(level) for depth, level in found if level is not None}


def _restarts(num: Element) -> dict[int, int]:
    return {
        whole(over.get(w("ilvl"))): number(over, "startOverride", default=1)
        for over in num.findall(w("lvlOverride"))
        if find(over, "startOverride") is not None
    }
