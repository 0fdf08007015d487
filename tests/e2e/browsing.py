"""A real browser (Debian's chromium) that notices what a page fetches from elsewhere and what it complains about."""

from __future__ import annotations

import io
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes.util import find_library
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.patience import PATIENCE

CHROMIUM = shutil.which("chromium") or ""
LACKS = "" if find_library("atomic") or sys.platform != "linux" else "needs libatomic1"  # playwright's own driver does
LACKS = LACKS if CHROMIUM else "chromium is not installed"
SCREENSHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"
DESK, PHONE = (1280, 860), (390, 780)

# Text whose contrast with what is painted behind it is under 4.5:1 (3:1 for large text), as WCAG 2 counts.
CONTRAST = """() => {
  const parse = (c) => (c.match(/[\\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const lum = (c) => c.slice(0, 3).map((v) => v / 255).map((v) => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [.2126, .7152, .0722][i], 0);
  const behind = (el) => {
    for (let e = el; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c.length < 4 || c[3] > .9) return c;
    }
    return [255, 255, 255];
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const el = walker.currentNode.parentElement, text = walker.currentNode.textContent.trim();
    if (!text || !el.checkVisibility({ opacityProperty: true })) continue;
    const style = getComputedStyle(el), [a, b] = [lum(parse(style.color)), lum(behind(el))];
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) poor.push(`${ratio.toFixed(2)} ${text.slice(0, 40)}`);
  }
  return poor;
}"""

# Controls that a screen reader could not name, pictures without a text, levels and landmarks that are missing.
UNNAMED = """() => {
  const named = (el) => el.labels?.length || el.getAttribute("aria-label") || el.getAttribute("aria-labelledby")
    || el.textContent.trim() || el.type === "hidden" || el.querySelector("img[alt]:not([alt=''])");
  const controls = document.querySelectorAll("input, select, textarea, button, a[href], progress");
  const wrong = [...controls].filter((el) => !named(el)).map((el) => el.outerHTML.slice(0, 80));
  wrong.push(...[...document.querySelectorAll("img:not([alt])")].map((el) => el.outerHTML.slice(0, 80)));
  if (!document.documentElement.lang) wrong.push("no language");
  if (!document.title) wrong.push("no title");
  if (document.querySelectorAll("main").length !== 1) wrong.push("not one main");
  const ids = [...document.querySelectorAll("[id]")].map((el) => el.id);
  wrong.push(...ids.filter((id, place) => ids.indexOf(id) !== place).map((id) => `twice: ${id}`));
  return wrong;
}"""


class Tab:
    """A page of the browser; `outside` and `complaints` stay empty when all is well."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.outside: list[str] = []
        self.complaints: list[str] = []
        self.page: Page = context.new_page()
        self.page.on("request", self._asked)
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str = "/") -> Page:
        """Go to a page of the bot."""
        self.page.goto(self.address + path)
        return self.page

    def is_sound(self) -> None:
        """Readable, named, and nothing from anywhere else."""
        poor, unnamed = self.page.evaluate(CONTRAST), self.page.evaluate(UNNAMED)
        assert not poor, poor
        assert not unnamed, unnamed
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not self.outside
        assert not self.complaints

    def shoot(self, name: str) -> None:
        """A picture for the documentation, when pictures are wanted: KEHOACH_SCREENSHOTS=1."""
        if os.environ.get("KEHOACH_SCREENSHOTS"):
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            picture = Image.open(io.BytesIO(self.page.screenshot()))
            picture.quantize(96).save(SCREENSHOTS / f"{name}.png", optimize=True)  # a repository keeps them for good

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.outside.append(request.url)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


def tab(browser: Browser, address: str, size: tuple[int, int] = DESK) -> Tab:
    """A fresh visitor who speaks Vietnamese."""
    phone = size == PHONE
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="vi-VN", is_mobile=phone, has_touch=phone
    )
    context.set_default_timeout(PATIENCE * 1000)
    return Tab(context, address)
