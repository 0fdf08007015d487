"""The Official Account against its fake service over real HTTP: proofs, tokens, buttons, files in and out."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import threading
from typing import Any

import httpx
import pytest
from docx import Document
from pydantic import SecretStr

from bot.app import House
from bot.conversation import mailbox
from bot.conversation.messages import Attachment, Outgoing, Reply
from bot.database import Store
from bot.settings import Settings
from bot.zalo import constants, http, oa_channel
from bot.zalo.http import ZaloError
from bot.zalo.oa_api import OaApi, Tokens, signature
from bot.zalo.oa_channel import ZaloOa
from prompts import phrase
from tests.bot.fakes import TEXT
from tests.bot.houses import FakeHouse
from tests.bot.zalo.conftest import connect
from tests.e2e.fake_zalo import FakeOa, FakeZaloBot
from tests.patience import PATIENCE

PLAN = TEXT.format(place="PHƯỜNG HẠ VÂN", number="61", subject="Du lịch cộng đồng năm 2026").encode()


async def knock(oa: ZaloOa, event: dict[str, Any], secret: str = FakeOa.SECRET_KEY) -> int:
    body = json.dumps(event, ensure_ascii=False).encode()
    return await oa.knock(
        {"x-zevent-signature": f"mac={signature(FakeOa.APP, body, event['timestamp'], secret)}"}, body
    )


async def seen(account: FakeOa, user: str, number: int) -> list[str]:
    return await asyncio.to_thread(account.wait_texts, user, number)


def press(account: FakeOa, label: str, user: str = "officer") -> dict[str, Any]:
    """The event of a pressed button of the last message."""
    last = [each for each in account.sent if each.get("buttons")][-1]
    button = next(each for each in last["buttons"] if label in each["title"])
    return account.event(button["payload"], user)


async def test_a_question_and_a_button(oa: ZaloOa, account: FakeOa) -> None:
    event = account.event("Ai chủ trì?")
    assert [await knock(oa, event), await knock(oa, event)] == [200, 200]  # Zalo repeats what it thinks was missed
    [text] = await seen(account, "officer", 1)
    assert "“1. Tuyên truyền" in text
    assert [each["type"] for each in account.sent[-1]["buttons"]] == ["oa.query.hide"] * 5
    await knock(oa, press(account, "Khoản sau"))
    assert "Tập huấn" in (await seen(account, "officer", 2))[-1]
    await knock(oa, account.event("1"))
    assert "Kiểm tra" in (await seen(account, "officer", 3))[-1]


async def test_strict_refuses_what_is_not_signed(oa: ZaloOa, account: FakeOa, house: FakeHouse) -> None:
    event = account.event("Ai chủ trì?")
    old = {**account.event("Ai chủ trì?"), "timestamp": "1000"}
    assert await knock(oa, event, "wrong") == 403
    assert await oa.knock({}, json.dumps(event).encode()) == 403
    assert await knock(oa, old) == 403
    assert await oa.knock({}, b"") == 200
    assert await oa.knock({}, b"[1]") == 400
    assert house.engine.asked == []


async def test_log_only_answers_but_knows_no_admins(house: FakeHouse, account: FakeOa, caplog: Any) -> None:
    house.settings.zalo_oa_signature = "log_only"
    _, oa, switchboard = connect(house)
    await oa.start()
    await knock(oa, account.event("Ai chủ trì?"), "wrong")
    await seen(account, "officer", 1)
    await knock(oa, account.event("/moi", "admin"), "wrong")
    assert "chỉ dành cho quản trị" in (await seen(account, "admin", 1))[0]
    await knock(oa, account.file_event("ke-hoach.txt", PLAN, "admin"), "wrong")
    assert "strict" in (await seen(account, "admin", 3))[1]
    await oa.stop()
    switchboard.close()
    assert "wrong signature" in caplog.text


async def test_an_admins_file_is_shown_and_then_taken_in(oa: ZaloOa, account: FakeOa, house: FakeHouse) -> None:
    await knock(oa, account.file_event("../ke hoach.txt", PLAN, "admin"))
    reading, preview = await seen(account, "admin", 2)
    assert "Đang đọc" in reading
    assert "61/KH-UBND" in preview
    assert len(house.library.live()) == 1
    await knock(oa, press(account, "Nạp", "admin"))
    await seen(account, "admin", 3)
    assert len(house.library.live()) == 2


async def test_files_of_others_are_not_fetched(oa: ZaloOa, account: FakeOa) -> None:
    await knock(oa, account.file_event("ke-hoach.txt", PLAN, "officer"))
    [text] = await seen(account, "officer", 1)
    assert "quản trị nạp" in text


async def test_a_file_that_cannot_be_had_is_said(oa: ZaloOa, account: FakeOa, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = account.file_event("ke-hoach.txt", PLAN, "admin")
    account.files.clear()
    await knock(oa, gone)
    assert "không tải được" in (await seen(account, "admin", 1))[0]
    monkeypatch.setattr(constants, "FILE_IN_BYTES", 100)
    await knock(oa, account.file_event("ke-hoach.txt", PLAN, "admin"))
    assert "lớn hơn" in (await seen(account, "admin", 2))[1]


async def test_a_file_goes_out_by_upload(oa: ZaloOa, account: FakeOa, house: FakeHouse) -> None:
    await knock(oa, account.event("Ai chủ trì?"))
    await seen(account, "officer", 1)
    for name, data in (("kế hoạch.pdf", b"%PDF-1.7"), ("trang.png", b"PNG")):
        attachment = Attachment(name, data, picture=name.endswith("png"))
        await oa.send("officer", Reply(name, attachment=attachment))
    await oa.send("officer", Reply("bảng", attachment=Attachment("a.xlsx", b"PK")))
    files = [each["file"] for each in account.sent if each.get("file")]
    assert [data for _, data in files] == [b"%PDF-1.7"]
    assert sum("media" in json.dumps(each.get("attachment", {})) for each in account.sent) == 1
    assert "PDF, DOC, DOCX" in account.texts("officer")[-1]


async def test_a_text_plan_goes_out_as_a_word_file_with_the_same_words(oa: ZaloOa, account: FakeOa) -> None:
    await knock(oa, account.event("Ai chủ trì?"))
    await seen(account, "officer", 1)
    lines = ["# KẾ HOẠCH\x07", "", "1. Tuyên truyền\t(quý I)"]
    await oa.send("officer", Reply("đây", attachment=Attachment("kế hoạch.md", "\n".join(lines).encode())))
    [(name, data)] = [each["file"] for each in account.sent if each.get("file")]
    assert name == "kế hoạch.docx"
    assert [paragraph.text for paragraph in Document(io.BytesIO(data)).paragraphs] == [
        "# KẾ HOẠCH",
        "",
        "1. Tuyên truyền\t(quý I)",
    ]
    await oa.send("officer", Reply("đây", attachment=Attachment("mã lạ.txt", "Kế hoạch".encode("utf-16"))))
    assert "PDF, DOC, DOCX" in account.texts("officer")[-1]


async def test_a_file_that_zalo_does_not_take_is_told_and_the_answer_not_repeated(oa: ZaloOa, account: FakeOa) -> None:
    await knock(oa, account.event("Ai chủ trì?"))
    await seen(account, "officer", 1)
    account.fail("/v2.0/oa/upload/file", -201)
    await oa.send("officer", Reply("đây", attachment=Attachment("a.pdf", b"%PDF")))
    assert account.texts("officer")[1:] == ["đây", phrase("vi", "zalo.file_not_sent")]


async def test_a_slow_answer_is_preceded_by_a_mark_on_its_question(
    oa: ZaloOa, account: FakeOa, house: FakeHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oa_channel, "SEEN_AFTER", 0.01)
    gate = threading.Event()
    ask = house.engine.ask
    house.engine.ask = lambda *args: (gate.wait(PATIENCE), ask(*args))[1]
    event = account.event("Ai chủ trì?")
    await knock(oa, event)
    await asyncio.to_thread(account.wait, lambda: account.sent)
    assert account.sent[0]["sender_action"]["react_message_id"] == event["message"]["msg_id"]
    gate.set()
    await seen(account, "officer", 1)


async def test_a_reaction_that_zalo_refuses_is_not_tried_again(account: FakeOa, house: FakeHouse) -> None:
    account.fail("/v2.0/oa/message", -240)
    async with httpx.AsyncClient() as client:
        api = OaApi(account.address, tokens(account, house.store, client), client)
        await api.react("officer", "m1")
        await api.react("officer", "m2")
    assert account.calls["/v2.0/oa/message"] == 1


async def test_a_dead_refresh_token_is_told_on_the_other_channels_and_the_questions_wait(
    house: FakeHouse, service: FakeZaloBot, account: FakeOa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "LATER", 0.05)
    account.dead_refresh = True
    account.expire()
    bot, oa, switchboard = connect(house)
    await bot.start()
    await oa.start()
    await knock(oa, account.event("Ai chủ trì?"))
    [told] = await asyncio.to_thread(service.wait_texts, "admin", 1)
    assert "ZALO_OA_REFRESH_TOKEN" in told
    assert "API Explorer" in told
    await asyncio.to_thread(account.wait, lambda: account.calls["/v4/oa/access_token"] > 4)
    assert service.texts("admin") == [told]
    account.dead_refresh = False
    await seen(account, "officer", 1)
    await oa.stop()
    await bot.stop()
    switchboard.close()


async def test_the_quota_of_the_account_is_told_and_the_questions_wait(
    house: FakeHouse, service: FakeZaloBot, account: FakeOa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "LATER", 0.01)
    account.fail("/v3.0/oa/message/cs", -218, times=5)
    bot, oa, switchboard = connect(house)
    await bot.start()
    await oa.start()
    await knock(oa, account.event("Ai chủ trì?"))
    assert len(await seen(account, "officer", 1)) == 1
    assert "hạn mức" in (await asyncio.to_thread(service.wait_texts, "admin", 1))[0]
    await oa.stop()
    await bot.stop()
    switchboard.close()


async def test_nothing_is_sent_after_seven_days(oa: ZaloOa, account: FakeOa, house: FakeHouse, caplog: Any) -> None:
    await oa.send("never-wrote", Reply("x"))
    assert account.texts("never-wrote") == []
    assert "7 days" in caplog.text


def tokens(account: FakeOa, store: Store, client: httpx.AsyncClient, refresh: str = "refresh-0") -> Tokens:
    settings = Settings(
        zalo_oa_app_id=FakeOa.APP,
        zalo_oa_app_secret=SecretStr(FakeOa.APP_SECRET),
        zalo_oa_refresh_token=SecretStr(refresh),
        zalo_oa_oauth_url=account.address,
    )
    return Tokens(settings, store, client)


async def test_tokens_are_renewed_once_for_all_who_wait(account: FakeOa, house: FakeHouse) -> None:
    account.refresh_seconds = 0.2
    async with httpx.AsyncClient() as client:
        source = tokens(account, house.store, client)
        api = OaApi(account.address, source, client)
        account.expire()
        await asyncio.gather(*(api.send("officer", f"{number}") for number in range(20)))
        assert account.calls["/v4/oa/access_token"] == 1
        account.expire()  # Zalo ends it early: -216 for everybody at once
        await asyncio.gather(*(api.send("officer", f"{number}") for number in range(20)))
        assert account.calls["/v4/oa/access_token"] == 2
        assert len(account.texts("officer")) == 40
        again = tokens(account, house.store, client)
        assert await again.access() == account.access  # the settings' first token is old news
    assert house.store.row("SELECT refresh FROM zalo_tokens")["refresh"] == account.refresh  # type: ignore[index]


async def test_a_renewal_goes_on_when_who_began_it_is_broken_off(account: FakeOa, house: FakeHouse) -> None:
    """The mark on a question ends when its answer is there; a refresh token works once, so its pair must be kept."""
    account.refresh_seconds = 0.1
    async with httpx.AsyncClient() as client:
        source = tokens(account, house.store, client)
        api = OaApi(account.address, source, client)
        mark = asyncio.create_task(api.react("officer", "m1"))
        await asyncio.to_thread(account.wait, lambda: account.calls["/v4/oa/access_token"])
        mark.cancel()
        await api.send("officer", "answer")
        await source.settled()
    assert account.texts("officer") == ["answer"]
    assert account.calls["/v4/oa/access_token"] == 1


async def test_stopping_waits_for_the_new_tokens(account: FakeOa, house: FakeHouse) -> None:
    house.settings.zalo_oa_access_token = None  # so that the start asks for one
    account.refresh_seconds = 0.1
    _, oa, switchboard = connect(house)
    await oa.start()
    await asyncio.to_thread(account.wait, lambda: account.calls["/v4/oa/access_token"])
    await oa.stop()
    switchboard.close()
    kept = house.store.row("SELECT refresh FROM zalo_tokens")["refresh"]  # type: ignore[index]
    assert kept == account.refresh != "refresh-0"


async def test_a_dead_refresh_token_says_what_to_do(account: FakeOa, house: FakeHouse, caplog: Any) -> None:
    account.dead_refresh = True
    async with httpx.AsyncClient() as client:
        with pytest.raises(ZaloError, match="renewed"):
            await tokens(account, house.store, client).access()
        assert "ZALO_OA_REFRESH_TOKEN" in caplog.text
        account.dead_refresh, account.refresh = False, "refresh-new"
        assert await tokens(account, house.store, client, "refresh-new").access() == account.access
    assert "refresh-" not in caplog.text
    assert FakeOa.APP_SECRET not in caplog.text


@pytest.mark.parametrize(("code", "tries"), [(-32, 2), (-230, 1), (-201, 1), (-213, 1)])
async def test_error_codes_become_retries_or_clear_words(
    account: FakeOa, house: FakeHouse, caplog: Any, monkeypatch: pytest.MonkeyPatch, code: int, tries: int
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(http, "PAUSES", (0.01,))
    path = "/v3.0/oa/message/cs"
    async with httpx.AsyncClient() as client:
        source = tokens(account, house.store, client)
        await source.access()
        account.fail(path, code)
        api = OaApi(account.address, source, client)
        if tries > 1:
            await api.send("officer", "x")
        else:
            with pytest.raises(ZaloError, match=str(code)):
                await api.send("officer", "x")
    assert account.calls[path] == tries


async def test_an_admins_word_crosses_over_from_another_channel(oa: ZaloOa, account: FakeOa, house: FakeHouse) -> None:
    await knock(oa, account.event("xin chào", "stranger"))
    [refusal] = await seen(account, "stranger", 1)
    code = next(word.strip(".") for word in refusal.split() if word.strip(".").isdecimal())
    who = house.people.approve(code)
    assert who
    letter = Outgoing(who.channel, who.chat, Reply("Chào mừng"))
    assert (letter.channel, letter.chat_id) == ("zalo_oa", "stranger")
    await oa.send(letter.chat_id, letter.reply)
    assert account.texts("stranger")[-1] == "Chào mừng"


def test_the_house_knows_both_channels(house: House) -> None:
    assert house.people.role("zalo_oa", "admin").value == "admin"
    assert house.people.role("zalo", "officer").value == "officer"


async def test_a_forged_call_costs_nothing(house: FakeHouse, account: FakeOa) -> None:
    """Where signatures are only looked at, strangers get no paid message and no code; an invitation still works."""
    house.settings.zalo_oa_signature = "log_only"
    _, oa, switchboard = connect(house)
    await oa.start()
    for number in range(50):
        assert await oa.knock({}, json.dumps(account.event("Ai chủ trì?", f"stranger{number}")).encode()) == 200
    await oa.knock({}, json.dumps(account.event(house.people.invite(), "friend")).encode())
    [text] = await seen(account, "friend", 1)
    await oa.stop()
    switchboard.close()
    assert "được phép hỏi" in text
    assert house.people.waiting() == []
    assert [account.texts(f"stranger{number}") for number in range(50)] == [[]] * 50
