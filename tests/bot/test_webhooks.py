"""The doors for chat services: whatever somebody throws at them is a plain no, and costs next to nothing."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from bot.sanitize import read_call
from bot.webhooks import BODY_LIMIT, Webhooks

GOOD = {"message": {"text": "Ai chủ trì? 😀"}}


@pytest.fixture
def came() -> list[object]:
    return []


@pytest.fixture
def door(came: list[object]) -> TestClient:
    webhooks = Webhooks()

    async def knock(headers: Mapping[str, str], body: bytes) -> int:
        call = read_call(body)
        json.dumps(call, ensure_ascii=False).encode()  # what the mailbox does with it
        came.append(call["message"])
        return 200

    webhooks.open("zalo", knock)
    return TestClient(Starlette(routes=[webhooks.route()]))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[" * 200_000,
        b'{"a":' * 50_000,
        json.dumps(GOOD).encode("utf-16"),
        json.dumps(GOOD, ensure_ascii=False).encode("utf-16-le"),
        b'{"message": "\xff\xfe"}',
        b"7" * 6000,
        b'"text"',
        b"null",
    ],
)
def test_what_is_no_json_object_is_a_bad_request(door: TestClient, came: list[object], body: bytes) -> None:
    assert (door.post("/hooks/zalo", content=body).status_code, came) == (400, [])


def test_half_a_letter_costs_no_message(door: TestClient, came: list[object]) -> None:
    assert door.post("/hooks/zalo", content=b'{"message": "a\\ud83d b"}').status_code == 200
    assert door.post("/hooks/zalo", content=json.dumps(GOOD).encode()).status_code == 200
    assert came == ["a� b", GOOD["message"]]


def test_a_call_that_nobody_understands_is_set_aside_and_not_brought_again(
    door: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    assert door.post("/hooks/zalo", content=b'{"other": "secret words"}').status_code == 200
    assert "set aside: KeyError" in caplog.text
    assert "secret words" not in caplog.text


def test_knocking_all_day_does_not_fill_the_log(door: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "kehoach")
    assert {door.post("/hooks/zalo", content=b"{").status_code for _ in range(200)} == {400}
    assert door.post("/hooks/zalo", content=b"x" * (BODY_LIMIT + 1)).status_code == 413
    assert door.post("/hooks/elsewhere", content=b"{}").status_code == 404
    assert len([record for record in caplog.records if record.name.startswith("kehoach")]) == 1
