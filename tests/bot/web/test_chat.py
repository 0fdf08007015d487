"""The chat page: the same talk as everywhere, with or without its script, and closed to other sites."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.conversation.messages import Reply
from bot.errors import Fault
from bot.settings import Settings
from bot.web.channel import WebChannel, allowed_hosts
from bot.web.chat import SESSIONS, TURNS, Transcripts, Turn
from plan.model import Answer
from tests.bot.web.visits import Visit


@pytest.fixture
def visit(tmp_path: Path) -> Visit:
    return Visit(tmp_path)


def test_a_visitor_is_welcomed_and_asks_without_the_script(visit: Visit) -> None:
    assert "Hỏi về kế hoạch" in visit.browser.get("/").text
    page = visit.browser.post("/ask", data={"text": "ai chủ trì?"}).text
    assert "Phòng Văn hóa - Xã hội chủ trì." in page
    assert "- Viết tin bài hằng tháng.\n- Cơ quan thực hiện" in page
    assert re.search(r'href="/plans/so-hoa/1\?at=II\.1&amp;q=\d+-\d+#II\.1">Khoản 1 mục II</a>', page)


def test_suggestions_come_from_the_plans_and_go_once_somebody_asked(visit: Visit) -> None:
    page = visit.browser.get("/").text
    assert "Đơn vị nào chủ trì tuyên truyền?" in page
    assert "chủ trì tập huấn" not in page  # too short to be clear
    visit.browser.post("/ask", data={"text": "ai?"})
    assert "Hỏi thử" not in visit.browser.get("/").text


def test_the_script_gets_the_new_turn_alone(visit: Visit) -> None:
    visit.browser.get("/")
    fragment = visit.browser.post("/ask", data={"text": "ai?"}, headers={"X-Fragment": "1"}).text
    assert "<html" not in fragment
    assert "Hỏi về kế hoạch" not in fragment


def test_pressing_a_button(visit: Visit) -> None:
    visit.browser.get("/")
    page = visit.browser.post("/ask", data={"text": "ai?"}).text
    match = re.search(r'value="(w:[^"]+)">Toàn văn', page)
    assert match
    page = visit.browser.post("/ask", data={"action": match[1], "label": "Toàn văn khoản"}).text
    assert 'class="reply clause"' in page


def test_a_plan_is_chosen_in_the_list(visit: Visit) -> None:
    page = visit.browser.get("/").text
    match = re.search(r'<option value="(k:[^"]+:0)">Kế hoạch', page)
    assert match
    assert "Từ giờ tôi tìm trong" in visit.browser.post("/ask", data={"action": match[1]}).text
    assert f'<option value="{match[1]}" selected' in visit.browser.get("/").text


def test_the_language_is_the_page_s_and_the_chat_s(visit: Visit) -> None:
    page = visit.browser.post("/language", data={"language": "en", "seal": visit.seal(), "back": "/plans"})
    assert page.url.path == "/plans"
    assert "Tasks" in page.text
    away = visit.browser.post("/language", data={"language": "en", "back": "//evil.example"}, follow_redirects=False)
    assert away.headers["location"] == "/"


def test_nothing_from_outside_is_loaded_and_what_people_type_is_text(visit: Visit) -> None:
    visit.browser.get("/")
    visit.house.engine.answers = [Answer("<i>x</i>", headline="<i>x</i>")]
    page = visit.browser.post("/ask", data={"text": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page
    assert "<i>x" not in page
    assert not re.findall(r"(?:src|href|action)=\"(?:https?:)?//", page)


@pytest.mark.parametrize("path", ["/static/style.css", "/static/chat.js", "/static/icon.svg", "/healthz"])
def test_the_parts_are_there_with_strict_headers(visit: Visit, path: str) -> None:
    answer = visit.browser.get(path)
    assert answer.status_code == 200
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_other_sites_cannot_ask(visit: Visit) -> None:
    visit.browser.get("/")
    foreign = visit.browser.post("/ask", data={"text": "ai?"}, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    rebound = visit.browser.get("/", headers={"Host": "evil.example"})
    assert rebound.status_code == 400
    assert visit.another().post("/ask", data={"text": "ai?"}).status_code == 403
    assert not visit.house.engine.asked


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static//etc/passwd"])
def test_no_way_out_of_the_static_folder(visit: Visit, path: str) -> None:
    assert visit.browser.get(path).status_code == 404


async def test_a_word_from_the_admin_is_there_at_the_next_visit(visit: Visit) -> None:
    visit.browser.get("/")
    session = visit.browser.cookies["kehoach"].rpartition(".")[0]
    await WebChannel(visit.app, visit.transcripts, "127.0.0.1", 0).send(session, Reply("Xem phụ lục 2."))
    assert "Xem phụ lục 2." in visit.browser.get("/").text


def test_a_cookie_that_was_not_ours_is_nobody(visit: Visit) -> None:
    visit.browser.get("/")
    session, _, proof = visit.browser.cookies["kehoach"].rpartition(".")
    thief = visit.another()
    thief.cookies["kehoach"] = f"{session}x.{proof}"
    assert thief.post("/ask", data={"text": "ai?"}).status_code == 403


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


async def test_a_port_in_use_is_a_clear_sentence(visit: Visit) -> None:
    first = WebChannel(visit.app, visit.transcripts, "127.0.0.1", 0)
    await first.start()
    try:
        with pytest.raises(Fault, match="WEB_PORT"):
            await WebChannel(visit.app, visit.transcripts, "127.0.0.1", first.port).start()
    finally:
        await first.stop()
