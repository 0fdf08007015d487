"""What Word's styles hand down to paragraphs: numbering, hidden text, fonts, table borders."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.readers.docx_names import Element, find, is_on, number, value, w, whole

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
        """Whether a style makes text hidden."""
        return any(is_on(find(style, "rPr"), "vanish") for style in self.line(name))

    def is_bold(self, name: str) -> bool:
        """Whether a style sets text in bold."""
        return any(is_on(find(style, "rPr"), "b") for style in self.line(name))

    def font(self, name: str) -> str:
        """The font a style gives."""
        fonts = (find(style, "rPr", "rFonts") for style in self.line(name))
        return next((font.get(w("ascii")) or "" for font in fonts if font is not None), "")

    def bordered(self, table: Element) -> bool:
        """Whether any line of a table is drawn, by the table, its style or its cells."""
        sources = [find(table, "tblPr", "tblBorders"), *table.iter(w("tcBorders"))]
        sources += [find(style, "tblPr", "tblBorders") for style in self.line(value(table, "tblPr", "tblStyle") or "")]
        return any(_drawn(borders) for borders in sources if borders is not None)


def _drawn(borders: Element) -> bool:
    return any(value(borders, side) not in (None, "nil", "none") for side in _SIDES)
