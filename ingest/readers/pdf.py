"""PDF files, page by page: the text layer where it is good, the page image where there is none or it is garbage.

Words come with boxes from pdfium, drawn lines from pdfplumber, and only where there are any.
"""

from __future__ import annotations

import ctypes
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.readers.assemble import PageContent, assemble
from ingest.readers.draft import Draft, Stamp
from ingest.readers.grid import Rule
from ingest.readers.layout import Box, PageSize, Token
from ingest.readers.legacy import DECODERS, from_tcvn3, legacy_warning, raised, repair_glyphs, with_lost_u
from ingest.readers.limits import Limits, UnreadableFile
from ingest.readers.paper import back, quarters_of_page, turned_rule, turned_size
from ingest.readers.quality import ENOUGH, measure
from ingest.readers.recognise import draft_of, recognise_page, require_tesseract
from plan.model import Warning_

SCAN_SHARE = 0.6  # an image over more of the page than this is a scan
NOWHERE = PageSize(0.0, 0.0)  # of a page that cannot be opened
DPI = 200  # measured: more brings nothing for scans made at 200
Progress = Callable[[int, int], None]
_PASSWORD = 4  # FPDF_ERR_PASSWORD


def read_pdf(path: Path, limits: Limits, progress: Progress) -> Draft:
    with closing(open_pdf(path)) as document:
        count = len(document)
        if count > limits.pages:
            raise UnreadableFile("too_many_pages", str(count))
        if count == 0:
            raise UnreadableFile("truncated", "no pages")
        pages = []
        for page in _contents(path, document, limits):
            pages.append(page)
            progress(page.number, count)
        lost = [page.number for page in pages if page.size == NOWHERE]
        if len(lost) == count:
            raise UnreadableFile("truncated", "no page can be opened")
        draft = draft_of(pages, assemble(pages), "pdf", stamps_of(document))
        old = any(_has_old_fonts(document, index) for index in range(min(count, 3)) if index + 1 not in lost)
        encoding = "TCVN3" if old else max(page.encoding for page in pages)
        return replace(draft, warnings=(*_damaged(lost), *draft.warnings, *legacy_warning(encoding)))


def _damaged(lost: list[int]) -> tuple[Warning_, ...]:
    return (Warning_("damaged", f"trang {', '.join(map(str, lost))}"),) if lost else ()


def _has_old_fonts(document: pdfium.PdfDocument, index: int) -> bool:
    with closing(document[index]) as page:
        return old_fonts(page)


def open_pdf(path: Path) -> pdfium.PdfDocument:
    """Open a document or say why it does not open."""
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) == _PASSWORD or "assword" in str(error)
        raise UnreadableFile("encrypted" if locked else "truncated", str(error)) from None


def _contents(path: Path, document: pdfium.PdfDocument, limits: Limits) -> Iterator[PageContent]:
    """Pages in order; images are recognised side by side while the next pages are opened."""
    with ThreadPoolExecutor(limits.workers) as pool, closing(_Plumber(path)) as plumber:
        waiting: deque[Future[PageContent]] = deque()
        for index in range(len(document)):
            waiting.append(_content(document, index, pool, plumber, limits))
            while len(waiting) > limits.workers + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _content(
    document: pdfium.PdfDocument, index: int, pool: ThreadPoolExecutor, plumber: _Plumber, limits: Limits
) -> Future[PageContent]:
    try:
        page = document[index]
    except pdfium.PdfiumError:  # a damaged page has no size and no words; the others are read
        broken: Future[PageContent] = Future()
        broken.set_result(PageContent(index + 1, NOWHERE, ()))
        return broken
    with closing(page):
        size, quarters = page_size(page), quarters_of_page(page)
        tokens, encoding = _in_unicode(page_words(page, index + 1, quarters))
        if not _needs_recognition(page, tokens):
            rules = tuple(plumber.rules(index)) if draws_lines(page) else ()
            done: Future[PageContent] = Future()
            content = PageContent(index + 1, size, tuple(tokens), rules, encoding=encoding)
            done.set_result(_upright(content, quarters) if quarters else content)
            return done
        require_tesseract()
        image = render(page, DPI, limits)
    return pool.submit(recognise_page, image, index + 1, size)


def _upright(page: PageContent, quarters: int) -> PageContent:
    """A page whose words were placed as they are read: size and lines too, with the way back to the page as it is."""
    return replace(
        page,
        size=turned_size(page.size, quarters),
        seen=page.size,
        rules=tuple(turned_rule(rule, page.size, quarters) for rule in page.rules),
        back=tuple(back(page.size, quarters).ravel().tolist()),
    )


def _needs_recognition(page: pdfium.PdfPage, tokens: list[Token]) -> bool:
    """No words on a scanned page, too few (a signature stamp over a scan), or words that are garbage."""
    if len(tokens) < ENOUGH:
        return picture_share(page) > SCAN_SHARE
    return measure(" ".join(token.text for token in tokens)).bad


def _in_unicode(tokens: list[Token]) -> tuple[list[Token], str]:
    """Words set in legacy fonts, letter for letter, and the name of their encoding; '' where they are Unicode."""
    repaired = repair_glyphs(" ".join(token.text for token in tokens))
    if repaired is None:
        return tokens, ""
    found: list[Token] = []
    for _, line in groupby(tokens, key=lambda token: token.line_top):
        found += _line_in_unicode(list(line), repaired[1])
    return found, repaired[1]


def _line_in_unicode(line: list[Token], encoding: str) -> list[Token]:
    texts = [DECODERS[encoding](token.text.encode("cp1252", "ignore")) for token in line]
    if encoding == "TCVN3":
        texts = raised(" ".join(map(with_lost_u, texts))).split(" ")
    return [replace(token, text=text) for token, text in zip(line, texts, strict=True)]


def render(page: pdfium.PdfPage, dpi: int, limits: Limits) -> Any:
    """The page as a grey picture (numpy array), coarser when the paper is huge."""
    area = float(page.get_width() * page.get_height())
    scale = min(dpi / 72, (limits.image_pixels / max(1.0, area)) ** 0.5)
    return page.render(scale=scale, rev_byteorder=False, force_bitmap_format=raw.FPDFBitmap_Gray).to_numpy()


class _Plumber:
    """pdfplumber, opened only when the first page with drawn lines comes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.document: Any = None
        self.broken = False

    def rules(self, index: int) -> list[Rule]:
        """The drawn lines of a page; none where its objects are damaged: the words are read all the same."""
        if self.broken:
            return []
        try:
            return page_rules(self._page(index))
        except MemoryError:
            raise
        except Exception:  # pdfminer raises whatever a damaged object makes of it
            self.broken = True
            return []

    def _page(self, index: int) -> Any:
        if self.document is None:
            import pdfplumber

            self.document = pdfplumber.open(self.path)
        return self.document.pages[index]

    def close(self) -> None:
        if self.document is not None:
            with suppress(Exception):  # closing walks over the same damaged pages
                self.document.close()


_PRIVATE = dict(zip("\uf0b7\uf02d\uf0a7\uf0fc\uf0d8\u00ad\ufffe\u0002", "•-▪-----", strict=True))
_SOFT = "\u00ad\ufffe\x02"
SAMPLES = 200  # letters of a page whose font is looked at
_SPACE = re.compile(r"\s|\x00|[\u200b\ufeff]")
THIN = 3.0  # points; a drawn rectangle thinner than this is a line


@dataclass(frozen=True, slots=True)
class _Glyph:
    char: str
    box: Box
    line_top: float
    line_bottom: float
    size: float


def page_size(page: pdfium.PdfPage) -> PageSize:
    """Width and height as the page is seen (turned pages included), in points."""
    return PageSize(float(page.get_width()), float(page.get_height()))


def page_words(page: pdfium.PdfPage, number: int, quarters: int = 0) -> list[Token]:
    """The words of the text layer, placed on the page turned left by so many quarters."""
    text = page.get_textpage()
    try:
        words = list(_words(_glyphs(page, text, quarters), number))
    finally:
        text.close()
    return [replace(word, text=with_lost_u(word.text)) for word in words] if old_fonts(page) else words


def picture_share(page: pdfium.PdfPage) -> float:
    """How much of the page its largest image covers; a scan covers nearly all."""
    area = float(page.get_width() * page.get_height()) or 1.0
    shares = [0.0]
    for found in page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        left, bottom, right, top = found.get_bounds()
        shares.append((right - left) * (top - bottom) / area)
    return min(1.0, max(shares))


def draws_lines(page: pdfium.PdfPage) -> bool:
    """Whether anything is drawn that could be a table."""
    paths = page.get_objects(filter=(raw.FPDF_PAGEOBJ_PATH,), max_depth=3)
    return sum(1 for _ in zip(paths, range(4), strict=False)) >= 4


def page_rules(plumbed: Any) -> list[Rule]:
    """The drawn lines of a pdfplumber page."""
    rules = [_rule(edge) for edge in plumbed.edges]
    return [rule for rule in rules if rule.high - rule.low > THIN]


def _rule(edge: dict[str, Any]) -> Rule:
    if edge["x1"] - edge["x0"] >= edge["bottom"] - edge["top"]:  # told by its sides: a turned line is never quite level
        return Rule(True, float(edge["top"]), float(edge["x0"]), float(edge["x1"]))
    return Rule(False, float(edge["x0"]), float(edge["top"]), float(edge["bottom"]))


def old_fonts(page: pdfium.PdfPage) -> bool:
    """Whether some of its text is set in a .VnTime font, whose letters are TCVN3 bytes."""
    text = page.get_textpage()
    try:
        count = text.count_chars()
        return any(_font_name(text, index).startswith(".Vn") for index in range(0, count, max(1, count // SAMPLES)))
    finally:
        text.close()


def _font_name(text: pdfium.PdfTextPage, index: int) -> str:
    buffer, flags = ctypes.create_string_buffer(80), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text, index, buffer, 80, flags)
    return buffer.value.decode("utf-8", "replace").split("+")[-1]


def _old_letter(char: str, font: str) -> str:
    """A letter of a .VnTime font in Unicode; fonts whose name ends in H draw capitals."""
    if not font.startswith(".Vn"):
        return _PRIVATE.get(char, char)
    plain = from_tcvn3(
        b"\xad" if char in _SOFT else char.encode("cp1252", "ignore") or char.encode("latin-1", "ignore")
    )
    return plain.upper() if font.endswith("H") else plain


def _glyphs(page: pdfium.PdfPage, text: pdfium.PdfTextPage, quarters: int) -> Iterator[_Glyph | None]:
    """Characters in the order of the page's own text, None for white space between words."""
    place = _Placer(page, quarters)
    old = old_fonts(page)
    for index in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, index)
        char = chr(code) if 0 < code < 0x110000 else " "
        if _SPACE.match(char):
            yield None
            continue
        tight, loose = text.get_charbox(index), text.get_charbox(index, loose=True)
        line = place(loose)
        yield _Glyph(
            _old_letter(char, _font_name(text, index)) if old else _PRIVATE.get(char, char),
            place(tight),
            line.top,
            line.bottom,
            round(raw.FPDFText_GetFontSize(text, index), 1),
        )


class _Placer:
    """Turns pdfium's coordinates (from below, unturned) into those of the page as it is read (from above)."""

    def __init__(self, page: pdfium.PdfPage, quarters: int) -> None:
        self.page, self.right = page, -quarters % 4
        sides = int(page.get_width() * 10), int(page.get_height() * 10)
        self.width, self.height = sides[::-1] if quarters % 2 else sides

    def __call__(self, bounds: tuple[float, float, float, float]) -> Box:
        left, bottom, right, top = bounds
        xs, ys = zip(self._point(left, top), self._point(right, bottom), strict=True)
        return Box(min(xs), min(ys), max(xs), max(ys))

    def _point(self, x: float, y: float) -> tuple[float, float]:
        seen_x, seen_y = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(self.page, 0, 0, self.width, self.height, self.right, x, y, seen_x, seen_y)
        return seen_x.value / 10, seen_y.value / 10


def _words(glyphs: Iterator[_Glyph | None], page: int) -> Iterator[Token]:
    word: list[_Glyph] = []
    for glyph in glyphs:
        if word and (glyph is None or _apart(word[-1], glyph)):
            yield _token(word, page)
            word = []
        if glyph is not None:
            word.append(glyph)
    if word:
        yield _token(word, page)


def _apart(last: _Glyph, glyph: _Glyph) -> bool:
    """Whether two neighbours in the text are not neighbours on the page."""
    height = max(1.0, last.line_bottom - last.line_top)
    return abs(glyph.line_bottom - last.line_bottom) > 0.6 * height or glyph.box.x0 - last.box.x1 > 0.5 * height


def _token(word: list[_Glyph], page: int) -> Token:
    box = word[0].box
    for glyph in word[1:]:
        box = box.union(glyph.box)
    text = unicodedata.normalize("NFC", "".join(glyph.char for glyph in word))
    first = word[0]
    return Token(text, box, page, first.line_top, first.line_bottom, size=first.size)


_DATE = re.compile(r"D:(\d{4})(\d{2})(\d{2})(\d{2})?(\d{2})?(\d{2})?(?:([+-]\d{2})'?(\d{2})?)?")
MOST = 50  # a plan carries a handful


def stamps_of(document: pdfium.PdfDocument) -> tuple[Stamp, ...]:
    """Every signature of the document."""
    count = min(MOST, raw.FPDF_GetSignatureCount(document))
    return tuple(_stamp(raw.FPDF_GetSignatureObject(document, index)) for index in range(max(0, count)))


def _stamp(signature: raw.FPDF_SIGNATURE) -> Stamp:
    when = _bytes(raw.FPDFSignatureObj_GetTime, signature).decode("latin-1").strip("\x00")
    reason = _bytes(raw.FPDFSignatureObj_GetReason, signature).decode("utf-16-le", "replace").strip("\x00")
    return Stamp(_signer(_bytes(raw.FPDFSignatureObj_GetContents, signature)), _iso(when), reason)


def _bytes(function: object, signature: raw.FPDF_SIGNATURE) -> bytes:
    """pdfium's habit: ask for the length, then for the bytes."""
    length = function(signature, None, 0)  # type: ignore[operator]
    if not 0 < length < 1_000_000:
        return b""
    buffer = ctypes.create_string_buffer(length)
    function(signature, buffer, length)  # type: ignore[operator]
    return buffer.raw


def _iso(date: str) -> str:
    """`D:20260623173458+07'00'` as `2026-06-23T17:34:58+07:00`."""
    match = _DATE.match(date)
    if not match:
        return ""
    year, month, day, hour, minute, second, zone, zone_minute = match.groups()
    clock = f"T{hour or '00'}:{minute or '00'}:{second or '00'}"
    return f"{year}-{month}-{day}{clock}" + (f"{zone}:{zone_minute or '00'}" if zone else "")


def _signer(contents: bytes) -> str:
    """The common name in the signer's certificate: the one that issued no other."""
    try:
        from cryptography.hazmat.primitives.serialization.pkcs7 import load_der_pkcs7_certificates
        from cryptography.x509.oid import NameOID

        certificates = load_der_pkcs7_certificates(contents)
        issuers = {c.issuer for c in certificates if c.issuer != c.subject}
        own = [c for c in certificates if c.subject not in issuers] or certificates
        return str(own[0].subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value)
    except (ImportError, ValueError, IndexError, TypeError):
        return ""
