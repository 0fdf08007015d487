"""The web page: the same talk as everywhere, with or without its script, and closed to other sites."""

from __future__ import annotations

import re

import pytest
from starlette.testclient import TestClient

from bot.messages import Reply
from bot.people import People, Role
from bot.settings import Settings
from bot.switchboard import Switchboard
from bot.trouble import Fault
from bot.web.channel import WebChannel, allowed_hosts
from bot.web.pages import create_app
from bot.web.transcripts import SESSIONS, TURNS, Transcripts, Turn
from plan.model import Answer
from tests.bot.fakes import Scene


class Visit:
    """A visitor's browser before the page of a scene."""

    def __init__(self) -> None:
        self.scene = Scene()
        object.__setattr__(self.scene.desk, "people", People(self.scene.store, {}, {"web": Role.OFFICER}))
        self.transcripts = Transcripts()
        self.app = create_app(
            Switchboard(self.scene.conversation.handle).receive, self.transcripts, "vi", ["127.0.0.1"]
        )
        self.browser = TestClient(self.app, base_url="http://127.0.0.1")


@pytest.fixture
def visit() -> Visit:
    return Visit()


def test_a_visitor_is_greeted_and_asks_without_the_script(visit: Visit) -> None:
    assert "Xin chào" in visit.browser.get("/").text
    page = visit.browser.post("/ask", data={"text": "ai chủ trì?"}).text
    assert "Phòng Văn hóa - Xã hội chủ trì." in page
    assert "- Viết tin bài hằng tháng.\n- Cơ quan thực hiện" in page
    assert "khoản 1 mục II · Kế hoạch 58/KH-UBND" in page


def test_the_script_gets_the_new_turn_alone(visit: Visit) -> None:
    visit.browser.get("/")
    fragment = visit.browser.post("/ask", data={"text": "ai?"}, headers={"X-Fragment": "1"}).text
    assert "<html" not in fragment
    assert "Xin chào" not in fragment


def test_pressing_a_button(visit: Visit) -> None:
    visit.browser.get("/")
    page = visit.browser.post("/ask", data={"text": "ai?"}).text
    match = re.search(r'value="(w:[^"]+)">Toàn văn', page)
    assert match
    page = visit.browser.post("/ask", data={"action": match[1], "label": "Toàn văn khoản"}).text
    assert 'class="reply clause"' in page


def test_nothing_from_outside_is_loaded_and_what_people_type_is_text(visit: Visit) -> None:
    visit.browser.get("/")
    visit.scene.asker.answers = [Answer("<i>x</i>", headline="<i>x</i>")]
    page = visit.browser.post("/ask", data={"text": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page
    assert "<i>x" not in page
    assert not re.findall(r"(?:src|href|action)=\"(?:https?:)?//", page)


@pytest.mark.parametrize("path", ["/static/chat.css", "/static/chat.js", "/healthz"])
def test_the_parts_are_there_with_strict_headers(visit: Visit, path: str) -> None:
    answer = visit.browser.get(path)
    assert answer.status_code == 200
    assert "default-src 'self'" in answer.headers["content-security-policy"]


def test_other_sites_cannot_ask(visit: Visit) -> None:
    visit.browser.get("/")
    foreign = visit.browser.post("/ask", data={"text": "ai?"}, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    rebound = visit.browser.get("/", headers={"Host": "evil.example"})
    assert rebound.status_code == 400
    assert TestClient(visit.app, base_url="http://127.0.0.1").post("/ask", data={"text": "ai?"}).status_code == 403
    assert not visit.scene.asker.asked


@pytest.mark.parametrize("path", ["/static/../pages.py", "/static/%2e%2e/pages.py", "/static//etc/passwd"])
def test_no_way_out_of_the_static_folder(visit: Visit, path: str) -> None:
    assert visit.browser.get(path).status_code == 404


async def test_a_word_from_the_admin_is_there_at_the_next_visit() -> None:
    visit = Visit()
    visit.browser.get("/")
    session = visit.browser.cookies["kehoach"]
    await WebChannel(visit.app, visit.transcripts, "127.0.0.1", 0).send(session, Reply("Xem phụ lục 2."))
    assert "Xem phụ lục 2." in visit.browser.get("/").text


def test_memory_stays_bounded() -> None:
    transcripts = Transcripts()
    for number in range(SESSIONS + 5):
        transcripts.add(str(number), Turn("?", ()))
    for _ in range(TURNS + 5):
        transcripts.add("204", Turn("?", ()))
    assert transcripts.of("0") == []
    assert len(transcripts.of("204")) == TURNS


@pytest.mark.parametrize(
    ("settings", "hosts"),
    [
        ({}, ["127.0.0.1", "localhost", "127.0.0.1"]),
        ({"web_host": "0.0.0.0"}, ["*"]),
        ({"public_url": "https://kh.xa.gov.vn/"}, ["127.0.0.1", "localhost", "kh.xa.gov.vn"]),
    ],
)
def test_names_the_page_may_be_called_by(settings: dict[str, str], hosts: list[str]) -> None:
    assert allowed_hosts(Settings(**settings)) == hosts  # type: ignore[arg-type]


async def test_a_port_in_use_is_a_clear_sentence() -> None:
    visit = Visit()
    first = WebChannel(visit.app, visit.transcripts, "127.0.0.1", 0)
    await first.start()
    try:
        with pytest.raises(Fault, match="WEB_PORT"):
            await WebChannel(visit.app, visit.transcripts, "127.0.0.1", first.port).start()
    finally:
        await first.stop()
