"""One officer on two channels: a code from where they are known, shown where they are not."""

from __future__ import annotations

from bot.conversation.messages import Incoming
from bot.database import Store
from bot.people import People, Role
from tests.bot.fakes import Clock, Scene

HERE, THERE = Incoming("fake", "officer", "officer"), Incoming("zalo", "z1", "z1")


def test_the_same_person_may_do_the_same_on_both() -> None:
    scene = Scene()
    code = scene.says("/lienket").lines[0]
    assert scene.people.role("zalo", "z1") is Role.STRANGER
    [letter] = scene.conversation.handle(Incoming("zalo", "z1", "z1", code.upper()))
    assert "được phép hỏi" in letter.reply.headline
    assert scene.people.role("zalo", "z1") is Role.OFFICER
    assert scene.people.links.all() == [(("zalo", "z1"), ("fake", "officer"))]
    assert "zalo:z1 = fake:officer" in "\n".join(scene.says("/nguoi", "admin").lines)
    assert scene.people.remove("zalo", "z1")
    assert scene.people.role("zalo", "z1") is Role.STRANGER


def test_a_code_works_once_soon_and_for_somebody_else() -> None:
    clock = Clock()
    people = People(Store(None, clock), {("fake", "officer"): Role.OFFICER})
    code = people.links.code(HERE)
    assert people.links.accept(code, HERE) is None
    assert people.links.accept(code, THERE) == ("fake", "officer")
    assert people.links.accept(code, Incoming("zalo", "z2", "z2")) is None
    late = people.links.code(HERE)
    clock.now += 3600
    assert people.links.accept(late, THERE) is None


def test_a_code_is_not_given_in_groups_or_to_guests_of_an_open_channel() -> None:
    scene = Scene()
    assert "riêng" in scene.says("/lienket", is_group=True).headline
    people = People(scene.store, {}, {"web": Role.OFFICER})
    assert not people.may_link("web", "guest")


def test_a_channel_that_proves_nothing_has_no_admins() -> None:
    people = People(Store(None), {("zalo_oa", "a"): Role.ADMIN, ("zalo", "a"): Role.ADMIN}, no_admins=("zalo_oa",))
    assert people.role("zalo_oa", "a") is Role.OFFICER
    people.links.accept(people.links.code(Incoming("zalo", "a", "a")), Incoming("zalo_oa", "b", "b"))
    assert people.role("zalo_oa", "b") is Role.OFFICER
