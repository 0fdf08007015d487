"""The web page in a real browser: from a question to the clause, from a file to a new answer, tasks, a phone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

pytest.importorskip("playwright.sync_api")
from playwright.sync_api import Browser, expect

from bot.security import Pass
from tests.bot.web.visits import SAMPLES, WebHouse, sample, serving
from tests.e2e.browsing import LACKS, PHONE, Tab, chromium, tab
from tests.e2e.conftest import Start
from tests.patience import PATIENCE

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(LACKS), reason=LACKS)]

ONE_SCREEN = 560  # pixels that bar and dock of the page leave of a phone's 780
WEIGHT = 100_000  # bytes of the first page with everything on it
QUESTION = "Đơn vị nào chủ trì bồi dưỡng cán bộ, công chức?"
expect.set_options(timeout=PATIENCE * 1000)
LOADED = "performance.getEntries().reduce((sum, entry) => sum + (entry.encodedBodySize || 0), 0)"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture
def house(tmp_path: Path) -> WebHouse:
    return WebHouse(tmp_path / "data", sample("chuyen-doi-so.md"), sample("phong-chong-thien-tai.txt"))


@pytest.fixture
def address(house: WebHouse) -> Iterator[str]:
    with serving(house) as found:
        yield found


@pytest.fixture
def desk(browser: Browser, address: str) -> Tab:
    return tab(browser, address)


def _sign_in(desk: Tab, house: WebHouse) -> None:
    page = desk.open(f"/admin/enter?key={house.vault.issue(Pass.LINK)}")
    page.get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url("**/admin")


def test_from_the_first_question_to_the_highlighted_clause(desk: Tab) -> None:
    page = desk.open()
    assert 0 < page.evaluate(LOADED) < WEIGHT
    desk.is_sound()
    desk.shoot("chat-start")
    page.locator(".ideas button").first.click()
    quote = page.locator(".quote blockquote").first
    expect(quote).to_be_visible()
    desk.is_sound()
    told = quote.inner_text()
    page.locator(".quote figcaption a").first.click()
    expect(page.locator("mark").first).to_be_in_viewport()
    marked = "".join(page.locator("mark").all_inner_texts())
    assert "".join(marked.split()) == "".join(told.split())
    here = page.locator("#beside .place").inner_text()
    desk.is_sound()
    desk.shoot("clause")
    page.locator("#beside a[rel=next]").click()
    expect(page.locator("#beside .place")).not_to_have_text(here)


def test_a_typed_question_outlives_a_broken_network_and_the_limit(desk: Tab) -> None:
    page = desk.open("/")
    page.fill("#text", QUESTION)
    page.route("**/ask", lambda route: route.abort())
    page.keyboard.press("Enter")
    expect(page.locator("#busy")).to_contain_text("Câu hỏi vẫn còn")
    expect(page.locator("#text")).to_have_value(QUESTION)
    page.unroute("**/ask")
    page.route("**/ask", lambda route: route.fulfill(status=429, body="Xin thử lại sau 9 giây."))
    page.get_by_role("button", name="Gửi lại").click()
    expect(page.locator("#busy")).to_contain_text("sau 9 giây")
    expect(page.locator("#text")).to_have_value(QUESTION)
    page.unroute("**/ask")
    page.get_by_role("button", name="Gửi lại").click()
    expect(page.locator(".quote blockquote").first).to_be_visible()
    expect(page.locator("#text")).to_have_value("")


def test_a_plain_address_finds_its_clause(desk: Tab) -> None:
    page = desk.open("/plans/chuyen-doi-so/1#PLII%233")
    expect(page.locator("#beside .place")).to_have_text("Hàng 3 Phụ lục II")
    expect(page.locator("tr:target")).to_be_in_viewport()
    expect(page.locator("#beside .task")).to_contain_text("Văn phòng HĐND và UBND")
    page.evaluate("document.execCommand = () => true; document.getElementById('copy').click()")
    expect(page.locator("#copy")).to_have_text("Đã chép")
    assert "họp không giấy" in page.locator("#citation").input_value()
    assert not desk.outside


def test_upload_preview_publish_and_the_new_answer(desk: Tab, house: WebHouse, tmp_path: Path) -> None:
    _sign_in(desk, house)
    text = (SAMPLES / "chuyen-doi-so.md").read_text("utf-8")
    file = tmp_path / "ban-ky.md"
    file.write_text(text.replace("Tổ chức 02 đợt tập huấn", "Tổ chức 05 đợt tập huấn"), "utf-8")
    page = desk.page
    desk.is_sound()
    desk.shoot("admin-plans")
    page.set_input_files("#file", file)
    page.get_by_role("button", name="Đọc tệp").click()
    page.wait_for_url("**/admin/plans/chuyen-doi-so/2")
    expect(page.locator(".differences del").first).to_have_text("02")
    expect(page.locator(".differences ins").first).to_have_text("05")
    desk.is_sound()
    desk.shoot("admin-preview")
    page.get_by_role("button", name="Nạp").click()
    expect(page.locator("#step")).to_contain_text("Xong.")
    page.get_by_role("link", name="Hỏi thử").click()
    page.fill("#text", QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".quote blockquote").first).to_contain_text("05 đợt")
    page = desk.open("/plans/chuyen-doi-so/1?at=II#II")
    expect(page.locator(".warning")).to_contain_text("không phải bản đang dùng")
    desk.is_sound()
    for path, name in (("/admin/plans/chuyen-doi-so/2/lines", "admin-lines"), ("/admin/people", "admin-people")):
        desk.open(path)
        desk.is_sound()
        desk.shoot(name)
    for path in ("/admin/questions", "/admin/plans/chuyen-doi-so", "/plans"):
        desk.open(path)
        desk.is_sound()


def test_tasks_are_filtered_sorted_and_taken_along(desk: Tab) -> None:
    page = desk.open("/assignments")
    everything = page.locator("tbody tr").count()
    page.select_option("#unit", "Công an")
    page.wait_for_url("**unit=C*")
    page.select_option("#role", "lead")
    page.wait_for_url("**role=lead*")
    rows = page.locator("tbody tr")
    assert 0 < rows.count() < everything
    assert all("Công an" in text for text in page.locator("td:nth-child(2)").all_inner_texts())
    page.get_by_role("link", name="Thời hạn").click()
    expect(page.locator("th[aria-sort=ascending]")).to_contain_text("Thời hạn")
    desk.is_sound()
    desk.shoot("assignments")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Excel").click()
    book = load_workbook(io.BytesIO(taken.value.path().read_bytes()))
    assert len(list(book.active.iter_rows())) == rows.count() + 1
    with page.expect_download() as taken:
        page.get_by_role("link", name="lịch").click()
    assert taken.value.path().read_text("utf-8").startswith("BEGIN:VCALENDAR")
    rows.first.get_by_role("link").click()
    expect(page.locator("mark").first).to_be_in_viewport()


def test_on_a_phone(browser: Browser, address: str) -> None:
    phone = tab(browser, address, PHONE)
    page = phone.open()
    page.locator(".ideas button").first.tap()
    expect(page.locator(".quote").first).to_be_visible()
    phone.is_sound()
    phone.shoot("phone-chat")
    page.locator(".quote figcaption a").first.tap()
    expect(page.locator("mark").first).to_be_in_viewport()
    phone.is_sound()
    phone.shoot("phone-clause")
    phone.open("/assignments")
    phone.is_sound()


def test_answers_of_one_clause_fit_a_phone(browser: Browser, address: str) -> None:
    page = tab(browser, address, PHONE).open()
    questions = (
        "Wifi lắp ở những chỗ nào?",
        "Ngày Chuyển đổi số là ngày nào?",
        "Ai chủ trì số hóa hồ sơ, hạn khi nào?",
    )
    for number, question in enumerate(questions):
        page.locator("#text").fill(question)
        page.keyboard.press("Enter")
        reply = page.locator(".reply.answer").nth(number)
        expect(reply.locator(".row button").first).to_be_visible()
        assert reply.bounding_box()["height"] <= ONE_SCREEN  # type: ignore[index]


def test_by_keyboard_alone(desk: Tab) -> None:
    page = desk.open()
    expect(page.locator("#text")).to_be_focused()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    expect(page.locator(".quote")).to_be_visible()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.quote a')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_be_in_viewport()
    page.keyboard.press("n")
    expect(page.locator("#beside .place")).to_contain_text("Khoản 2 mục III")
    page = desk.open("/")
    page.locator("body").press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"


def test_without_the_script(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(address)
    page.locator(".ideas button").first.click()
    page.locator(".quote figcaption a").first.click()
    assert page.locator("mark").count()
    assert page.locator("#beside .place").inner_text()


def test_in_english(desk: Tab) -> None:
    page = desk.open()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Ask about the commune's plans")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"


def test_a_page_of_the_original_with_its_frame(browser: Browser, tmp_path: Path) -> None:
    plan = sample("van-hoa-doc.pdf", "ban-pdf")
    house = WebHouse(tmp_path / "data", plan)
    house.originals.keep(SAMPLES / "van-hoa-doc.pdf", plan)
    task = next(each for each in plan.assignments if each.leads)
    with serving(house) as address:
        desk = tab(browser, address)
        page = desk.open(
            f"/plans/ban-pdf/1?at={task.clause}&q={task.task.line.start}-{task.task.line.end}#{task.clause}"
        )
        picture = page.locator("img.page")
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("naturalWidth", 1100)
        desk.is_sound()
        desk.shoot("clause-pdf")


@pytest.mark.model
@pytest.mark.long
def test_a_fresh_start_answers_a_sample_question(browser: Browser, start: Start) -> None:
    bot = start()
    desk = tab(browser, bot.address.rstrip("/"))
    page = desk.open()
    page.locator(".ideas button").first.click()
    expect(page.locator(".reply.answer .quote").first).to_be_visible()
    desk.shoot("chat")
    page.locator(".reply.answer .quote figcaption a").first.click()
    expect(page.locator("mark").first).to_be_in_viewport()
    assert not desk.outside
