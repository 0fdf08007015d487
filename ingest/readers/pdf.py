"""PDF files, page by page: the text layer where it is good, the page image where there is none or it is garbage."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from ingest.readers.assemble import PageContent, assemble
from ingest.readers.draft import Draft
from ingest.readers.faults import UnreadableFile
from ingest.readers.grid import Rule
from ingest.readers.legacy import DECODERS, legacy_warning, raised, repair_glyphs, with_lost_u
from ingest.readers.limits import Limits
from ingest.readers.pdfpage import draws_lines, old_fonts, page_rules, page_size, page_words, picture_share
from ingest.readers.quality import ENOUGH, measure
from ingest.readers.recognise import draft_of, recognise_page, require_tesseract
from ingest.readers.stamps import stamps_of
from ingest.readers.tokens import Token
from ingest.readers.turned import back, quarters_of_page, turned_rule, turned_size

SCAN_SHARE = 0.6  # an image over more of the page than this is a scan
DPI = 200  # measured: more brings nothing for scans made at 200
Progress = Callable[[int, int], None]
_PASSWORD = 4  # FPDF_ERR_PASSWORD


def read_pdf(path: Path, limits: Limits, progress: Progress) -> Draft:
    """The text of a PDF."""
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
        draft = draft_of(pages, assemble(pages), "pdf", stamps_of(document))
        old = any(_has_old_fonts(document, index) for index in range(min(count, 3)))
        encoding = "TCVN3" if old else max(page.encoding for page in pages)
        return replace(draft, warnings=(*draft.warnings, *legacy_warning(encoding)))


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
    except pdfium.PdfiumError as error:
        raise UnreadableFile("truncated", f"page {index + 1}: {error}") from None
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
    return [_with_text(token, text) for token, text in zip(line, texts, strict=True)]


def _with_text(token: Token, text: str) -> Token:
    return Token(text, token.box, token.page, token.line_top, token.line_bottom, token.confidence, token.size)


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
