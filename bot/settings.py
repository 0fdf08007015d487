"""Every setting with its default: servers, tokens, hours, minutes, days, limits. `.env.example` is made from this.

Write it anew after a change with `python -m bot.settings > .env.example`; a test compares the two. All that can be seen
without asking anybody is looked at when the settings are read, for every command; each form that a setting must have
has the name of the sentence for one that has not (`bot.preflight`), so what a clerk types wrongly is told.
"""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, AliasGenerator, BeforeValidator, Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

VIETNAM = "Asia/Ho_Chi_Minh"


def _split(value: object) -> object:
    if not isinstance(value, str):
        return value
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _formed(kind: str, form: str) -> AfterValidator:
    """Takes what has a form, each part of a list; of anything else the error of that kind. A secret is not repeated."""
    fits = re.compile(form).fullmatch

    def check(value: Any) -> Any:
        for each in value if isinstance(value, tuple) else (value,):
            hidden = isinstance(each, SecretStr)
            if each is not None and not fits(each.get_secret_value() if hidden else each):
                raise PydanticCustomError(kind, "no such form", {} if hidden else {"value": each})
        return value

    return AfterValidator(check)


def _time_zone(value: str) -> str:
    try:
        return value if value == VIETNAM else ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise PydanticCustomError("time_zone", "no time zone: {value}", {"value": value}) from None


TelegramIds = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), _formed("telegram_id", r"[0-9]+")]
ZaloIds = Annotated[
    tuple[str, ...],
    NoDecode,
    BeforeValidator(_split),
    _formed("zalo_id", r"(?!(?:0|84|\+84)[0-9]{9}$)[A-Za-z0-9_.:-]+"),  # no telephone number
]
TelegramToken = Annotated[SecretStr | None, _formed("telegram_token", r"(?:[0-9]+:[A-Za-z0-9_-]+)?")]
ZaloToken = Annotated[SecretStr | None, _formed("zalo_token", r"[^\s<>\"'“”]*")]  # no placeholder
Address = Annotated[str, _formed("address", r"(?:https?://[^\s/]+\S*)?")]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
Hour = Annotated[
    str, _formed("hour", r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9]"), AfterValidator(lambda hour: hour.rjust(5, "0"))
]


ROOT = Path(__file__).resolve().parent.parent
_OWN_NAMES = ("telegram_", "zalo_", "llm_", "web_", "inbox", "allow_secret_plans")  # beginnings without our prefix


def _variable(field: str) -> str:
    """The environment's name of a setting."""
    return field.upper() if field.startswith(_OWN_NAMES) else f"KEHOACH_{field.upper()}"


class Settings(BaseSettings):
    """Read from the environment, then from `.env` in the working folder; an empty value means the default."""

    model_config = SettingsConfigDict(
        alias_generator=AliasGenerator(validation_alias=_variable),
        use_attribute_docstrings=True,  # the meaning in `.env.example`
        env_file=".env",
        env_file_encoding="utf-8-sig",  # Notepad's mark at the beginning is no part of the first name
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
        protected_namespaces=(),
    )

    data_dir: Path = Path("data")
    """The folder that holds all state: plans, indexes, people, the log book. Back up this one."""
    model: str = ""
    """The embedding model: a sentence-transformers folder or name. Run `kehoach reindex` after a change. Empty: the
    model in models/ that ships with the bot."""
    allow_download: bool = False
    """Whether a model that is named but not here may be fetched from its hub."""
    chroma_url: Address = ""
    """A Chroma server such as http://127.0.0.1:8000. Empty: inside the bot, under the data folder."""
    catalog_url: str = ""
    """The catalog of plans and versions as an SQLAlchemy URL. Empty: SQLite under the data folder."""
    inbox: bool = True
    """Whether `kehoach run` takes in plan files dropped into the folder inbox in the data folder: on or off. Whoever
    may write there may change plans."""
    language: Literal["vi", "en"] = "vi"
    """The language of the command line and of a chat that has not chosen: vi or en."""
    time_zone: TimeZone = VIETNAM
    """Where the office is: decides what day it is for due dates and reminders."""
    remind_at: Hour = "07:30"
    """The hour from which officers are reminded of what is due in 7 days and in 1 day, and on Mondays get the week's
    list."""
    topic_minutes: int = Field(30, ge=0)
    """How long a chat remembers what it was about, for follow-up questions. 0: not at all."""
    keep_questions_days: int = Field(30, ge=0)
    """How long the log book keeps the words of questions; numbers and ratings stay. 0: only as long as the chat
    remembers its topic."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """How much the log on standard error tells."""

    allow_secret_plans: bool = False
    """Whether plans stamped MẬT, TỐI MẬT or TUYỆT MẬT may be taken in. They never go to a language model."""

    llm_model: str = ""
    """A language model that reads the plans, as LangChain names it: ollama:qwen3:8b, openai:gpt-4.1-mini, anthropic:…,
    google_genai:…, or the bare name on an OpenAI-compatible server with LLM_BASE_URL. Empty: none, nothing is called.
    See docs/language-model.md."""
    llm_base_url: Address = ""
    """That server's address such as http://127.0.0.1:8000/v1. Empty: the provider's own."""
    llm_api_key: SecretStr | None = None
    """Its key, if it wants one."""
    llm_allow_hosted: bool = False
    """Whether clauses and questions may go to a model outside this machine and the office's own network (private
    addresses, names without a dot or ending in .local, .lan, .internal)."""
    llm_timeout: float = Field(20.0, gt=0)
    """Seconds for one answer of the model, retries included; then the reader that ships answers."""
    llm_retries: int = Field(1, ge=0, le=5)
    """How often a failed call is tried again within it."""
    llm_daily_tokens: int = Field(1_000_000, ge=0)
    """Tokens a day, in and out together; then the reader that ships until midnight. 0: any number."""
    llm_answer_tokens: int = Field(24_000, ge=1000)
    """Tokens of plan in one question: a plan that fits is read whole, of a longer one the best clauses."""
    llm_json_mode: bool = True
    """Whether the server is asked for JSON of a schema, in the strictest way it knows; false: not."""
    llm_price_in: float = Field(0.0, ge=0)
    """Price of a million tokens sent, in any currency, for the sums that `kehoach llm-log` shows."""
    llm_price_out: float = Field(0.0, ge=0)
    """Price of a million tokens received."""

    web_host: str = "127.0.0.1"
    """The address of the web page. On this machine's own address anyone at the machine may ask; on any other only
    people who were let in."""
    web_port: int = Field(8080, ge=0, le=65535)
    """Its port. 0: any free one."""
    public_url: Address = ""
    """The address under which people reach the web page, if they do; citations in chats link to it. Once it is set only
    people who were let in may ask on the page."""

    telegram_bot_token: TelegramToken = None
    """From @BotFather. Telegram starts when it is set."""
    telegram_base_url: str = "https://api.telegram.org/bot"
    """The Bot API server; your own one such as http://127.0.0.1:8081/bot."""
    telegram_base_file_url: str = "https://api.telegram.org/file/bot"
    """Where that server gives out files."""
    telegram_proxy: str = ""
    """A proxy for Telegram such as socks5://127.0.0.1:1080 or http://proxy:3128."""
    telegram_local: bool = False
    """Whether that server is your own one in local mode, on the same disk: no 20 MB limit for files."""
    telegram_webhook: bool = False
    """Whether Telegram calls the web page's server instead of being polled. Needs KEHOACH_PUBLIC_URL with https."""
    telegram_webhook_secret: SecretStr = SecretStr("")
    """What Telegram shows when it calls, 1 to 256 of A-Z a-z 0-9 _ -. Empty: a new one at every start."""
    telegram_admin_ids: TelegramIds = ()
    """User ids of the admins, separated by commas."""
    telegram_officer_ids: TelegramIds = ()
    """User ids of officers who may ask from the start; others are let in by an admin."""

    zalo_bot_token: ZaloToken = None
    """From Zalo Bot Creator. The Zalo bot starts when it is set."""
    zalo_base_url: str = "https://bot-api.zaloplatforms.com"
    """The Zalo Bot server, to which /bot<token>/<method> is added."""
    zalo_admin_ids: ZaloIds = ()
    """User ids of the admins, separated by commas."""
    zalo_officer_ids: ZaloIds = ()
    """User ids of officers who may ask from the start."""
    zalo_bot_name: str = ""
    """The bot's name as people see it, such as Bot Hạ Vân: taken out of messages that mention it in a group."""
    zalo_webhook_secret: SecretStr | None = Field(None, min_length=8, max_length=256)
    """8 to 256 characters of your own: Zalo then calls KEHOACH_PUBLIC_URL/hooks/zalo with them, instead of being asked
    for messages all the time. Empty: asked."""
    zalo_monthly_messages: int = Field(3000, ge=0)  # of the free plan
    """How many messages a month your Zalo Bot plan allows; the log warns before they are used up. 0: any number."""

    zalo_oa_app_id: str = ""
    """The app of your Official Account, from developers.zalo.me. The Official Account starts when this and the next two
    are set; Zalo is to call KEHOACH_PUBLIC_URL/hooks/zalo-oa."""
    zalo_oa_app_secret: SecretStr | None = None
    """That app's secret key."""
    zalo_oa_refresh_token: SecretStr | None = None
    """The first refresh token; later ones are kept in the data folder. Put a new one here when the log says that the
    old one is dead."""
    zalo_oa_access_token: SecretStr | None = None
    """The access token that came with it; may be left out."""
    zalo_oa_secret_key: SecretStr | None = None
    """The OA Secret Key of the app's webhook page, which signs calls. Empty: the app's secret key."""
    zalo_oa_signature: Literal["strict", "log_only"] = "log_only"
    """What happens to a call whose signature is wrong: strict refuses it; log_only answers and writes to the log, for
    finding out the right key, and lets nobody do what admins may do."""
    zalo_oa_base_url: str = "https://openapi.zalo.me"
    """The Official Account's server."""
    zalo_oa_oauth_url: str = "https://oauth.zaloapp.com"
    """The server that renews its tokens."""
    zalo_oa_admin_ids: ZaloIds = ()
    """User ids of the admins; other than on the Zalo bot."""
    zalo_oa_officer_ids: ZaloIds = ()
    """User ids of officers who may ask from the start."""

    @property
    def page_host(self) -> str:
        """Where a browser on this machine finds the page: "all addresses" is none to go to."""
        return "127.0.0.1" if self.web_host in ("0.0.0.0", "::") else self.web_host


def example() -> str:
    """The text of `.env.example`: each setting, its meaning, and its default, commented out."""
    head = "# Settings of Kehoach. Copy to .env and uncomment what you change; a variable of the environment wins.\n"
    return head + "".join(_entry(field) for field in Settings.model_fields.values())


def _entry(field: FieldInfo) -> str:
    meaning = textwrap.fill(
        field.description or "", 118, initial_indent="# ", subsequent_indent="# ", break_on_hyphens=False
    )
    return f"\n{meaning}\n#{field.validation_alias}={_shown(field.default)}\n"


def _shown(default: object) -> str:
    if default is None or default == ():
        return ""
    return str(default).lower() if isinstance(default, bool) else str(default)


if __name__ == "__main__":
    print(example(), end="")
