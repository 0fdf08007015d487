"""The forms that settings must have, and the sentence for each one that has not: what a clerk types wrongly is told.

Everything that can be seen without asking anybody is looked at when the settings are read, for every command.
"""

from __future__ import annotations

import re
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import NoDecode

_TELEGRAM_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)
_PLACEHOLDER = re.compile(r"[\s<>\"'“”]")
_ZALO_ID = re.compile(r"[\w.:-]+", re.ASCII)
_PHONE = re.compile(r"(?:0|84|\+84)\d{9}")
_ADDRESS = re.compile(r"https?://[^\s/]+\S*")
_HOUR = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d")
VIETNAM = "Asia/Ho_Chi_Minh"
# Pydantic's own kinds of error, gathered under the sentence that fits them.
_SENTENCES = {
    "int_parsing": "number",
    "float_parsing": "number",
    "int_from_float": "number",
    "bool_parsing": "on_off",
    "literal_error": "one_of",
    "greater_than": "limits",
    "greater_than_equal": "limits",
    "less_than_equal": "limits",
    "too_short": "length",
    "too_long": "length",
    "telegram_id": "telegram_id",
    "zalo_id": "zalo_id",
    "telegram_token": "telegram_token",
    "zalo_token": "zalo_token",
    "address": "address",
    "time_zone": "time_zone",
    "hour": "hour",
}


def _split(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _numbers(ids: tuple[str, ...]) -> tuple[str, ...]:
    for each in ids:
        if not each.isascii() or not each.isdigit():
            raise PydanticCustomError("telegram_id", "no Telegram id: {value}", {"value": each})
    return ids


def _zalo_ids(ids: tuple[str, ...]) -> tuple[str, ...]:
    for each in ids:
        if not _ZALO_ID.fullmatch(each) or _PHONE.fullmatch(each):
            raise PydanticCustomError("zalo_id", "no Zalo id: {value}", {"value": each})
    return ids


def _telegram_token(token: SecretStr | None) -> SecretStr | None:
    if token and not _TELEGRAM_TOKEN.fullmatch(token.get_secret_value()):
        raise PydanticCustomError("telegram_token", "no Telegram token")
    return token


def _zalo_token(token: SecretStr | None) -> SecretStr | None:
    if token and _PLACEHOLDER.search(token.get_secret_value()):
        raise PydanticCustomError("zalo_token", "no Zalo token")
    return token


def _address(value: str) -> str:
    if value and not _ADDRESS.fullmatch(value):
        raise PydanticCustomError("address", "no address: {value}", {"value": value})
    return value


def _time_zone(value: str) -> str:
    try:
        return value if value == VIETNAM else ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PydanticCustomError("time_zone", "no time zone: {value}", {"value": value}) from None


def _hour(value: str) -> str:
    if not _HOUR.fullmatch(value):
        raise PydanticCustomError("hour", "no hour: {value}", {"value": value})
    return value.rjust(5, "0")


TelegramIds = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_numbers)]
ZaloIds = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_zalo_ids)]
TelegramToken = Annotated[SecretStr | None, AfterValidator(_telegram_token)]
ZaloToken = Annotated[SecretStr | None, AfterValidator(_zalo_token)]
Address = Annotated[str, AfterValidator(_address)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Hour = Annotated[str, AfterValidator(_hour)]


def wrong_settings(error: ValidationError) -> list[str]:
    """A sentence for each setting that is wrong. A secret's own characters are never among them."""
    from bot.i18n import say  # it reads the settings' language, so it stands above this module

    return [say("settings.wrong", name=each["loc"][0], why=_why(each)) for each in error.errors()]


def _why(error: ErrorDetails) -> str:
    from bot.i18n import say

    kind, context = _SENTENCES.get(error["type"]), error.get("ctx", {})
    if kind is None:
        return error["msg"]
    limit = next(
        (context[name] for name in ("expected", "ge", "gt", "le", "min_length", "max_length") if name in context), ""
    )
    value = context.get("value") or error["input"]
    return say(f"settings.{kind}", value="…" if kind == "length" else value, limit=limit)
