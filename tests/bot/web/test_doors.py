"""Who may read, how much, and from where."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from bot import security
from bot.conversation.callback_data import LIFE, ClauseLinks, clause_path
from bot.conversation.messages import Incoming, Piece
from bot.people import Role
from bot.sanitize import Buckets, Rate
from bot.web import channel, limits
from bot.web.channel import WebChannel
from bot.web.limits import ALL_PASSWORDS, FORM_BYTES, KEYS, neighbourhood, rate_of
from tests.bot.fakes import TEXT, make_plan
from tests.bot.web.visits import Visit
from tests.patience import PATIENCE

PLAN = "/plans/so-hoa/1"
FIELDS = ("text", "action", "label", "seal", "language", "back", "invitation", "name", "key", "password")


@pytest.fixture
def outside(tmp_path: Path) -> Visit:
    """The page of a machine that others can reach."""
    return Visit(tmp_path, web_host="0.0.0.0", public_url="http://127.0.0.1")


def _link(visit: Visit) -> str:
    links = visit.house.clause_links
    return links.whole(Piece("", "", "", "so-hoa", 1, "II.1", start=3, end=9)).removeprefix("http://127.0.0.1")


@pytest.mark.parametrize("path", ["/", "/plans", PLAN, f"{PLAN}/beside?at=II.1", "/assignments", "/assignments.xlsx"])
def test_a_stranger_reads_nothing(outside: Visit, path: str) -> None:
    answer = outside.browser.get(path)
    assert answer.status_code == 403
    assert "Tuyên truyền" not in answer.text
    assert outside.browser.post("/ask", data={"text": "ai?"}).status_code == 403


def test_an_invitation_opens_the_door(outside: Visit) -> None:
    token = outside.house.people.invite(Role.OFFICER)
    outside.browser.get("/")
    seal = re.search(r'name="seal" value="(\w+)"', outside.browser.get("/").text)
    assert seal
    wrong = outside.browser.post("/sign-in", data={"seal": seal[1], "invitation": "moi_x"})
    assert "Mã mời không đúng" in wrong.text
    outside.browser.post("/sign-in", data={"seal": seal[1], "invitation": token, "name": "Chị Lan"})
    assert outside.browser.get(PLAN).status_code == 200
    assert outside.another().get(PLAN).status_code == 403


def test_a_pairing_code_is_approved_elsewhere(outside: Visit) -> None:
    outside.browser.get("/")
    seal = outside.seal()
    page = outside.browser.post("/sign-in", data={"seal": seal, "name": "Anh Nam"}).text
    code = re.search(r"<strong>(\d{6})</strong>", page)
    assert code
    assert outside.house.people.approve(code[1])
    assert outside.browser.get(PLAN).status_code == 200
    assert outside.house.people.everybody()[0].name == "Anh Nam"


def test_a_sealed_link_opens_its_version_for_its_time(outside: Visit) -> None:
    link = _link(outside)
    assert "<mark>" in outside.browser.get(link).text
    assert outside.browser.get(link.replace("so-hoa/1", "so-hoa/2")).status_code == 403
    assert outside.browser.get(link.replace("seal=", "seal=0")).status_code == 403
    assert outside.browser.get("/").status_code == 403
    later = re.sub(r"until=\d+", "until=9999999999", link)
    assert outside.browser.get(later).status_code == 403


def test_an_old_link_is_no_link(outside: Visit) -> None:
    made = outside.house.clause_links
    now = [1e9]
    links = ClauseLinks("http://x", lambda: b"k", lambda: now[0])
    told = links.whole(Piece("", "", "", "a", 1, "I"))
    until, proof = re.search(r"until=(\d+)&seal=(\w+)", told).groups()  # type: ignore[union-attr]
    assert links.admit("a", 1, until, proof)
    now[0] += LIFE + 1
    assert not links.admit("a", 1, until, proof)
    assert not made.admit("a", 1, "soon", proof)
    assert ClauseLinks("", lambda: b"k").whole(Piece("", "", "", "a", 1, "I")) == ""


def test_citations_on_other_channels_link_to_the_page(outside: Visit) -> None:
    replies = outside.house.conversation.handle(Incoming("console", "console", "console", "ai chủ trì?"))
    assert replies[0].reply.pieces[0].link.startswith("http://127.0.0.1/plans/so-hoa/1?at=II.1&q=")


def test_old_versions_stay_readable_and_say_so(tmp_path: Path) -> None:
    visit = Visit(tmp_path)
    visit.house.library.stored.append(make_plan(version=2))
    old = visit.browser.get(f"{PLAN}?at=II.1").text
    assert "đang dùng bản 2" in old
    assert "/plans/so-hoa/2?at=II.1#II.1" in old
    assert "đang dùng bản" not in visit.browser.get("/plans/so-hoa").text


@pytest.mark.parametrize("path", ["/plans/none/1", "/plans/so-hoa/9", "/plans/none", "/plans/..%2f..%2fetc/1"])
def test_what_is_not_there_is_a_page_that_says_so(tmp_path: Path, path: str) -> None:
    assert Visit(tmp_path).browser.get(path).status_code == 404


def test_addresses_keep_their_letters() -> None:
    assert clause_path("a b", 2, "III(Tổ chức).8#2") == (
        "/plans/a%20b/2?at=III%28T%E1%BB%95%20ch%E1%BB%A9c%29.8%232#III%28T%E1%BB%95%20ch%E1%BB%A9c%29.8%232"
    )


def test_buckets_leak() -> None:
    now = [0.0]
    buckets = Buckets(lambda: now[0])
    assert [buckets.wait("a", "x", Rate(2, 10)) for _ in range(3)] == [0, 0, 5]
    assert buckets.wait("b", "x", Rate(2, 10)) == 0
    now[0] = 5
    assert buckets.wait("a", "x", Rate(2, 10)) == 0
    assert rate_of("GET", "/healthz") is None
    assert rate_of("POST", "/admin/sign-in") == ("keys", KEYS)


def test_guessing_is_slowed_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(security._COST, "n", 2)
    visit = Visit(tmp_path)
    visit.house.vault.set_password("mat-khau-dai")
    seal = visit.seal("/admin")
    tries = [visit.browser.post("/admin/sign-in", data={"seal": seal, "password": "x"}) for _ in range(2 * KEYS.burst)]
    assert {each.status_code for each in tries[: KEYS.burst]} == {403}
    refused = [each for each in tries if each.status_code == 429]  # some leak from the bucket meanwhile
    assert int(refused[0].headers["retry-after"]) > 0


def test_a_form_has_a_size(tmp_path: Path) -> None:
    visit = Visit(tmp_path)
    visit.browser.get("/")
    assert visit.browser.post("/ask", data={"text": "x" * FORM_BYTES}).status_code == 413
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    unsaid = visit.browser.post("/ask", content=iter([b"text=", b"x" * FORM_BYTES]), headers=form)
    assert unsaid.status_code == 413


def test_what_is_nowhere_is_a_page_too(tmp_path: Path) -> None:
    answer = Visit(tmp_path).browser.get("/nowhere")
    assert answer.status_code == 404
    assert "Không có trang này." in answer.text


def test_behind_a_proxy_the_page_is_closed(tmp_path: Path) -> None:
    assert Visit(tmp_path, public_url="http://127.0.0.1").browser.get("/").status_code == 403


def test_metrics_are_for_this_machine(tmp_path: Path) -> None:
    visit = Visit(tmp_path)
    visit.browser.get("/")
    visit.browser.post("/ask", data={"text": "ai?"})
    told = visit.browser.get("/metrics").text
    assert "kehoach_plans 1\n" in told
    assert "kehoach_questions_total 1\n" in told
    assert visit.another("10.0.0.8").get("/metrics").status_code == 403
    assert visit.browser.get("/healthz").json() == {"ok": True}


@pytest.mark.parametrize(
    "path",
    [
        f"/plans/so-hoa/{10**30}",
        f"/plans/so-hoa/1/picture/{10**30}?q=1-2",
        "/plans/so-hoa/1?at=%00&q=9-1&until=%D9%A3&seal=%C4%91",
        "/plans/so-hoa/1?at=II.1&q=99999999999999999999-999999999999999999999",
        "/plans/%ED%A0%80/1",
        "/assignments?until=9999-99-99&sort=-%00&due=%C4%91",
        "/assignments.ics?until=%F0%9F",
        "/admin/enter?key=%C4%91%00",
        "/admin/plans/so-hoa/99999999999999999999/lines",
        "/admin/plans/so-hoa/99999999999999999999",
        "/admin/work/%00",
    ],
)
@pytest.mark.parametrize("cookie", ["", "\xc4\x91.\xe9", "x." + "0" * 32])
def test_nothing_in_an_address_is_a_fault(tmp_path: Path, path: str, cookie: str) -> None:
    visit = Visit(tmp_path)
    if not cookie:
        visit.sign_in()
    headers = {"Cookie": f"kehoach={cookie}".encode("latin-1")} if cookie else {}
    assert visit.browser.get(path, headers=headers).status_code < 500  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["/ask", "/language", "/sign-in", "/admin/enter", "/admin/sign-in", "/admin/sign-out"])
@pytest.mark.parametrize("value", ["đ", "\0", "%ED%A0%80", "😀" * 50, "a\ud83d"])
def test_nothing_in_a_form_is_a_fault(tmp_path: Path, path: str, value: str) -> None:
    """A seal that is no ASCII was a fault; so might be any other field."""
    visit = Visit(tmp_path)
    visit.sign_in()
    told = "&".join(f"{name}={quote(value, errors='surrogatepass')}" for name in FIELDS)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert visit.browser.post(path, content=told.encode(), headers=form).status_code < 500


def test_a_file_name_as_long_as_people_write_it(tmp_path: Path) -> None:
    visit = Visit(tmp_path)
    visit.sign_in()
    file = {"file": ("ế" * 122 + ".txt", TEXT.format(place="XÃ BA", subject="Trồng cây", number="9").encode())}
    answer = visit.browser.post("/admin/upload", data={"seal": visit.seal("/admin")}, files=file)
    assert (answer.status_code, "/admin/work/" in str(answer.history[0].headers["location"])) == (200, True)


def test_many_addresses_do_not_guess_faster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(security._COST, "n", 2)  # sixty passwords at the usual cost take three seconds
    visit = Visit(tmp_path)
    visit.house.vault.set_password("mat-khau-dai")
    seal = visit.seal("/admin")
    cookies = dict(visit.browser.cookies)
    statuses = []
    for number in range(2 * ALL_PASSWORDS.burst):  # some leak from the bucket meanwhile
        browser = visit.another(f"10.0.{number}.1")
        browser.cookies.update(cookies)
        statuses.append(browser.post("/admin/sign-in", data={"seal": seal, "password": "x"}).status_code)
    assert statuses[: ALL_PASSWORDS.burst] == [403] * ALL_PASSWORDS.burst
    assert 429 in statuses
    visit.sign_in()  # the one-time link of the machine works all the same


def test_the_addresses_of_one_line_are_one_visitor() -> None:
    assert neighbourhood("2001:db8::1") == neighbourhood("2001:db8::ffff:1") != neighbourhood("2001:db8:0:1::1")
    assert neighbourhood("10.0.0.1") == "10.0.0.1"
    assert neighbourhood("") == ""


async def test_connections_that_ask_nothing_keep_nobody_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slow heads: the longest waiting go when there are too many, and all after a while."""
    monkeypatch.setattr(channel, "CONNECTIONS", 20)
    monkeypatch.setattr(channel, "HEAD_SECONDS", 3.0)
    visit = Visit(tmp_path)
    page = WebChannel(visit.app, visit.transcripts, "127.0.0.1", 0)
    await page.start()
    slow = [await asyncio.open_connection("127.0.0.1", page.port) for _ in range(40)]
    for _, writer in slow:
        with suppress(OSError):
            writer.write(b"GET / HTTP/1.1\r\nHost: 127")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{page.port}") as visitor:
        for _ in range(3):
            assert (await visitor.get("/healthz", timeout=PATIENCE)).status_code == 200
    for reader, _ in slow:
        with suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
    await page.stop()


async def test_a_body_that_drips_is_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BODY_SECONDS", 0.5)
    visit = Visit(tmp_path)
    page = WebChannel(visit.app, visit.transcripts, "127.0.0.1", 0)
    await page.start()
    reader, writer = await asyncio.open_connection("127.0.0.1", page.port)
    head = b"POST /ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    writer.write(head + b"Content-Length: 1000\r\n\r\ntext=a")
    assert b" 408 " in await asyncio.wait_for(reader.readline(), PATIENCE)
    writer.close()
    await page.stop()
