"""The admin pages: closed until opened, safe against other sites, and nothing changes before Nạp."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cli import main
from bot.cli.admin import SHORTEST
from bot.conversation.messages import Incoming
from bot.people import Role
from bot.sanitize import safe_name
from bot.security import Pass, Vault
from bot.settings import Settings
from plan.model import Answer
from tests.bot.fakes import TEXT, Clock, make_plan
from tests.bot.houses import FakeHouse
from tests.bot.web.visits import Visit

NEW = TEXT.format(place="PHƯỜNG HẠ VÂN", number="58", subject="Chuyển đổi số năm 2026").replace(
    "30/6/2026", "31/8/2026"
)


@pytest.fixture
def visit(tmp_path: Path) -> Visit:
    return Visit(tmp_path)


def _upload(visit: Visit, text: str = NEW, name: str = "moi.txt", plan: str = "so-hoa") -> str:
    form = {"seal": visit.seal("/admin"), "plan": plan}
    sent = visit.browser.post("/admin/upload", data=form, files={"file": (name, text.encode())}, follow_redirects=False)
    assert sent.status_code == 303
    return str(sent.headers["location"])


PAGES = ["/admin", "/admin/people", "/admin/questions", "/admin/plans/so-hoa", "/admin/plans/so-hoa/1/lines"]


@pytest.mark.parametrize("path", PAGES)
def test_closed_until_opened(visit: Visit, path: str) -> None:
    answer = visit.browser.get(path)
    assert answer.status_code == 403
    assert "kehoach admin" in answer.text


@pytest.mark.parametrize("path", PAGES)
def test_open_to_who_signed_in(visit: Visit, path: str) -> None:
    visit.sign_in()
    assert visit.browser.get(path).status_code == 200


def test_the_link_works_once_and_looking_at_it_does_not_use_it_up(visit: Visit) -> None:
    key = visit.house.vault.issue(Pass.LINK)
    visit.browser.get(f"/admin/enter?key={key}")
    visit.browser.get(f"/admin/enter?key={key}")
    assert visit.browser.post("/admin/enter", data={"key": key}).status_code == 200
    other = visit.another()
    assert other.get(f"/admin/enter?key={key}").status_code == 403
    assert other.post("/admin/enter", data={"key": key}).status_code == 403


def test_the_password_and_good_bye(visit: Visit) -> None:
    visit.house.vault.set_password("mat-khau-dai")
    seal = visit.seal("/admin")
    assert visit.browser.post("/admin/sign-in", data={"seal": seal, "password": "sai"}).status_code == 403
    assert visit.browser.post("/admin/sign-in", data={"seal": seal, "password": "mat-khau-dai"}).status_code == 200
    cookie = visit.browser.cookies["kehoach_admin"]
    visit.do("/admin/sign-out")
    visit.browser.cookies["kehoach_admin"] = cookie  # kept by somebody
    assert visit.browser.get("/admin").status_code == 403


def test_a_new_password_ends_all_sessions(visit: Visit) -> None:
    visit.sign_in()
    visit.house.vault.set_password("mat-khau-moi")
    assert visit.browser.get("/admin").status_code == 403


def test_a_form_of_another_site_does_nothing(visit: Visit) -> None:
    visit.sign_in()
    assert visit.browser.post("/admin/plans/so-hoa/remove", data={"seal": "0" * 32}).status_code == 403
    sealed = {"seal": visit.seal("/admin")}
    foreign = {"Origin": "https://evil.example"}
    assert visit.browser.post("/admin/plans/so-hoa/remove", data=sealed, headers=foreign).status_code == 403
    assert visit.house.library.live()


def test_upload_preview_and_publish(visit: Visit) -> None:
    visit.sign_in()
    preview = visit.wait(_upload(visit))
    assert preview.url.path == "/admin/plans/so-hoa/2"
    assert "<del>30/6/2026.</del>" in preview.text
    assert "<ins>31/8/2026.</ins>" in preview.text
    assert [plan.version for plan in visit.house.library.live()] == [1]
    assert visit.browser.get("/plans/so-hoa/2").status_code == 200
    assert visit.another().get("/plans/so-hoa/2").status_code == 404  # not before it is published
    assert "moi.txt" in visit.browser.get("/admin").text
    done = visit.do("/admin/plans/so-hoa/2/publish")
    assert "Xong." in visit.wait(done.url.path).text
    assert [plan.version for plan in visit.house.library.live()] == [2]
    assert not list((visit.house.settings.data_dir / "uploads").iterdir())


@pytest.mark.parametrize(("deed", "count"), [("publish", 1), ("publish-bare", 0)])
def test_what_a_model_proposes_is_marked_and_taken_in_or_left(visit: Visit, deed: str, count: int) -> None:
    visit.sign_in()
    plan = make_plan("de-xuat", number="59")
    [first, *rest] = plan.assignments
    visit.house.library.stage(replace(plan, assignments=(replace(first, source="proposed"), *rest)))
    assert visit.browser.get("/admin/plans/de-xuat/1").text.count("◇ ") == 1
    visit.wait(visit.do(f"/admin/plans/de-xuat/1/{deed}").url.path)
    [live] = [each for each in visit.house.library.live() if each.plan_id == "de-xuat"]
    assert sum(each.is_proposed for each in live.assignments) == count
    assert len(live.assignments) == len(rest) + count


def test_discard_and_the_file_is_forgotten(visit: Visit) -> None:
    visit.sign_in()
    visit.wait(_upload(visit))
    visit.do("/admin/plans/so-hoa/2/discard")
    assert not visit.house.library.waiting
    assert not list((visit.house.settings.data_dir / "originals").iterdir())
    assert visit.browser.get("/admin/plans/so-hoa/2").status_code == 404


def test_a_new_plan_and_one_that_cannot_be_read(visit: Visit) -> None:
    visit.sign_in()
    assert visit.wait(_upload(visit, name="Kế hoạch mới.txt", plan="+")).url.path == "/admin/plans/ke-hoach-moi/1"
    assert "không phải là kế hoạch" in visit.wait(_upload(visit, "Chào anh chị.")).text


def test_rollback_and_remove(visit: Visit) -> None:
    visit.sign_in()
    visit.house.library.stored.append(make_plan(version=2))
    assert "Dùng lại bản này" in visit.browser.get("/admin/plans/so-hoa").text
    visit.wait(visit.do("/admin/plans/so-hoa/1/rollback").url.path)
    assert [plan.version for plan in visit.house.library.live()] == [1]
    assert "Không lấy lại được" in visit.browser.get("/admin/plans/so-hoa?remove=ask").text
    visit.do("/admin/plans/so-hoa/remove")
    assert not visit.house.library.live()


def test_people_come_and_go(visit: Visit) -> None:
    visit.sign_in()
    stranger = Incoming("telegram", "9", "9", "xin chào", user_name="Chị Hoa")
    code = visit.house.people.pairing_code(stranger)
    assert code in visit.browser.get("/admin/people").text
    visit.do("/admin/people/approve", code=code, role="officer")
    assert visit.house.people.role("telegram", "9") is Role.OFFICER
    assert "moi_" in visit.do("/admin/people/invite", role="admin").text
    visit.do("/admin/people/remove", channel="telegram", user="9")
    assert visit.house.people.role("telegram", "9") is Role.STRANGER
    assert "Không có mã ghép nối" in visit.do("/admin/people/approve", code="000000").text


def test_questions_without_an_answer_come_first(visit: Visit) -> None:
    visit.sign_in()
    refused = Answer("Không nói.", (), True, "not_said", headline="Kế hoạch không nói.")
    visit.house.engine.answers = [refused, visit.scene.answer("II.1")]
    visit.browser.post("/ask", data={"text": "câu không có"})
    visit.browser.post("/ask", data={"text": "câu có"})
    page = visit.browser.get("/admin/questions").text
    assert page.index("câu không có") < page.index("câu có")
    assert "câu có<" not in visit.browser.get("/admin/questions?show=refused").text


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\Kế hoạch 58.docx", "Kế hoạch 58.docx"),
        ("a\0b<c>.pdf", "a_b_c_.pdf"),
        (".env", "env"),
        ("...", "ke-hoach"),
        ("k" * 400 + ".docx", "k" * 225 + ".docx"),
        ("ế" * 122 + ".pdf", "ế" * 75 + ".pdf"),  # 366 bytes of letters
    ],
)
def test_names_of_files_go_nowhere(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_tokens_die_of_age_and_are_stored_as_digests(tmp_path: Path) -> None:
    house = FakeHouse(tmp_path)
    clock = Clock()
    house.store.clock = clock
    vault = Vault(house.store)
    token = vault.issue(Pass.LINK)
    assert vault.opens(Pass.LINK, token)
    assert not vault.opens(Pass.SESSION, token)
    assert not [row for row in house.store.rows("SELECT name FROM secrets") if token in row["name"]]
    clock.now += 16 * 60
    assert not vault.spend(Pass.LINK, token)
    assert SHORTEST >= 8


def test_the_command_prints_a_link_or_sets_a_password(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    house = FakeHouse(tmp_path)
    house.settings = Settings(data_dir=tmp_path, web_host="0.0.0.0")  # all addresses: no browser can go there
    assert _run(house, "admin") == 0
    key = re.search(r"http://127\.0\.0\.1:8080/admin/enter\?key=(\S+)", capsys.readouterr().out)
    assert key
    assert house.vault.opens(Pass.LINK, key[1])
    monkeypatch.setattr("sys.stdin", io.StringIO("ngan\n"))
    assert _run(house, "admin", "--password") == 2
    monkeypatch.setattr("sys.stdin", io.StringIO("mat-khau-dai\n"))
    assert _run(house, "admin", "--password") == 0
    assert house.vault.is_password("mat-khau-dai")


def _run(house: FakeHouse, *argv: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(argv), house)
    return int(left.value.code or 0)
