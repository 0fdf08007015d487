"""Every setting with its default: servers, tokens, hours, minutes, days, limits. `.env.example` is made from this.

Write it anew after a change with `python -m bot.settings > .env.example`; a test compares the two.
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.setting_forms import VIETNAM, Address, Hour, TelegramIds, TelegramToken, TimeZone, ZaloIds, ZaloToken

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """Read from the environment, then from `.env` in the working folder; an empty value means the default."""

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8-sig",  # Notepad's mark at the beginning is no part of the first name
        env_ignore_empty=True,
        extra="ignore",
        populate_by_name=True,
        protected_namespaces=(),
    )

    data_dir: Path = Field(
        Path("data"),
        validation_alias="KEHOACH_DATA_DIR",
        description="The folder that holds all state: plans, indexes, people, the log book. Back up this one.",
    )
    model: str = Field(
        "",
        validation_alias="KEHOACH_MODEL",
        description="The embedding model: a sentence-transformers folder or name. Run `kehoach reindex` after a change."
        " Empty: the model in models/ that ships with the bot.",
    )
    allow_download: bool = Field(
        False,
        validation_alias="KEHOACH_ALLOW_DOWNLOAD",
        description="Whether a model that is named but not here may be fetched from its hub.",
    )
    chroma_url: Address = Field(
        "",
        validation_alias="KEHOACH_CHROMA_URL",
        description="A Chroma server such as http://127.0.0.1:8000. Empty: inside the bot, under the data folder.",
    )
    catalog_url: str = Field(
        "",
        validation_alias="KEHOACH_CATALOG_URL",
        description="The catalog of plans and versions as an SQLAlchemy URL. Empty: SQLite under the data folder.",
    )
    inbox: bool = Field(
        True,
        validation_alias="INBOX",
        description="Whether `kehoach run` takes in plan files dropped into the folder inbox in the data folder: on or"
        " off. Whoever may write there may change plans.",
    )
    language: Literal["vi", "en"] = Field(
        "vi",
        validation_alias="KEHOACH_LANGUAGE",
        description="The language of the command line and of a chat that has not chosen: vi or en.",
    )
    time_zone: TimeZone = Field(
        VIETNAM,
        validation_alias="KEHOACH_TIME_ZONE",
        description="Where the office is: decides what day it is for due dates and reminders.",
    )
    remind_at: Hour = Field(
        "07:30",
        validation_alias="KEHOACH_REMIND_AT",
        description="The hour from which officers are reminded of what is due in 7 days and in 1 day, and on Mondays"
        " get the week's list.",
    )
    topic_minutes: int = Field(
        30,
        validation_alias="KEHOACH_TOPIC_MINUTES",
        ge=0,
        description="How long a chat remembers what it was about, for follow-up questions. 0: not at all.",
    )
    keep_questions_days: int = Field(
        30,
        validation_alias="KEHOACH_KEEP_QUESTIONS_DAYS",
        ge=0,
        description="How long the log book keeps the words of questions; numbers and ratings stay. 0: only as long as"
        " the chat remembers its topic.",
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", validation_alias="KEHOACH_LOG_LEVEL", description="How much the log on standard error tells."
    )

    allow_secret_plans: bool = Field(
        False,
        validation_alias="ALLOW_SECRET_PLANS",
        description="Whether plans stamped MẬT, TỐI MẬT or TUYỆT MẬT may be taken in. They never go to a language"
        " model.",
    )

    llm_model: str = Field(
        "",
        validation_alias="LLM_MODEL",
        description="A language model that reads the plans, as LangChain names it: ollama:qwen3:8b,"
        " openai:gpt-4.1-mini, anthropic:…, google_genai:…, or the bare name on an OpenAI-compatible server with"
        " LLM_BASE_URL. Empty: none, nothing is called. See docs/language-model.md.",
    )
    llm_base_url: Address = Field(
        "",
        validation_alias="LLM_BASE_URL",
        description="That server's address such as http://127.0.0.1:8000/v1. Empty: the provider's own.",
    )
    llm_api_key: SecretStr | None = Field(None, validation_alias="LLM_API_KEY", description="Its key, if it wants one.")
    llm_allow_hosted: bool = Field(
        False,
        validation_alias="LLM_ALLOW_HOSTED",
        description="Whether clauses and questions may go to a model outside this machine and the office's own network"
        " (private addresses, names without a dot or ending in .local, .lan, .internal).",
    )
    llm_timeout: float = Field(
        20.0,
        validation_alias="LLM_TIMEOUT",
        gt=0,
        description="Seconds for one answer of the model, retries included; then the reader that ships answers.",
    )
    llm_retries: int = Field(
        1,
        validation_alias="LLM_RETRIES",
        ge=0,
        le=5,
        description="How often a failed call is tried again within it.",
    )
    llm_daily_tokens: int = Field(
        1_000_000,
        validation_alias="LLM_DAILY_TOKENS",
        ge=0,
        description="Tokens a day, in and out together; then the reader that ships until midnight. 0: any number.",
    )
    llm_answer_tokens: int = Field(
        24_000,
        validation_alias="LLM_ANSWER_TOKENS",
        ge=1000,
        description="Tokens of plan in one question: a plan that fits is read whole, of a longer one the best clauses.",
    )
    llm_json_mode: bool = Field(
        True,
        validation_alias="LLM_JSON_MODE",
        description="Whether the server is asked for JSON of a schema, in the strictest way it knows; false: not.",
    )
    llm_price_in: float = Field(
        0.0,
        validation_alias="LLM_PRICE_IN",
        ge=0,
        description="Price of a million tokens sent, in any currency, for the sums that `kehoach llm-log` shows.",
    )
    llm_price_out: float = Field(
        0.0, validation_alias="LLM_PRICE_OUT", ge=0, description="Price of a million tokens received."
    )

    web_host: str = Field(
        "127.0.0.1",
        validation_alias="WEB_HOST",
        description="The address of the web page. On this machine's own address anyone at the machine may ask; on any"
        " other only people who were let in.",
    )
    web_port: int = Field(8080, validation_alias="WEB_PORT", ge=0, le=65535, description="Its port. 0: any free one.")
    public_url: Address = Field(
        "",
        validation_alias="KEHOACH_PUBLIC_URL",
        description="The address under which people reach the web page, if they do; citations in chats link to it."
        " Once it is set only people who were let in may ask on the page.",
    )

    telegram_bot_token: TelegramToken = Field(
        None, validation_alias="TELEGRAM_BOT_TOKEN", description="From @BotFather. Telegram starts when it is set."
    )
    telegram_base_url: str = Field(
        "https://api.telegram.org/bot",
        validation_alias="TELEGRAM_BASE_URL",
        description="The Bot API server; your own one such as http://127.0.0.1:8081/bot.",
    )
    telegram_base_file_url: str = Field(
        "https://api.telegram.org/file/bot",
        validation_alias="TELEGRAM_BASE_FILE_URL",
        description="Where that server gives out files.",
    )
    telegram_proxy: str = Field(
        "",
        validation_alias="TELEGRAM_PROXY",
        description="A proxy for Telegram such as socks5://127.0.0.1:1080 or http://proxy:3128.",
    )
    telegram_local: bool = Field(
        False,
        validation_alias="TELEGRAM_LOCAL",
        description="Whether that server is your own one in local mode, on the same disk: no 20 MB limit for files.",
    )
    telegram_webhook: bool = Field(
        False,
        validation_alias="TELEGRAM_WEBHOOK",
        description="Whether Telegram calls the web page's server instead of being polled. Needs KEHOACH_PUBLIC_URL"
        " with https.",
    )
    telegram_webhook_secret: SecretStr = Field(
        SecretStr(""),
        validation_alias="TELEGRAM_WEBHOOK_SECRET",
        description="What Telegram shows when it calls, 1 to 256 of A-Z a-z 0-9 _ -. Empty: a new one at every start.",
    )
    telegram_admin_ids: TelegramIds = Field(
        (), validation_alias="TELEGRAM_ADMIN_IDS", description="User ids of the admins, separated by commas."
    )
    telegram_officer_ids: TelegramIds = Field(
        (),
        validation_alias="TELEGRAM_OFFICER_IDS",
        description="User ids of officers who may ask from the start; others are let in by an admin.",
    )

    zalo_bot_token: ZaloToken = Field(
        None,
        validation_alias="ZALO_BOT_TOKEN",
        description="From Zalo Bot Creator. The Zalo bot starts when it is set.",
    )
    zalo_base_url: str = Field(
        "https://bot-api.zaloplatforms.com",
        validation_alias="ZALO_BASE_URL",
        description="The Zalo Bot server, to which /bot<token>/<method> is added.",
    )
    zalo_admin_ids: ZaloIds = Field(
        (), validation_alias="ZALO_ADMIN_IDS", description="User ids of the admins, separated by commas."
    )
    zalo_officer_ids: ZaloIds = Field(
        (), validation_alias="ZALO_OFFICER_IDS", description="User ids of officers who may ask from the start."
    )
    zalo_bot_name: str = Field(
        "",
        validation_alias="ZALO_BOT_NAME",
        description="The bot's name as people see it, such as Bot Hạ Vân: taken out of messages that mention it in"
        " a group.",
    )
    zalo_webhook_secret: SecretStr | None = Field(
        None,
        validation_alias="ZALO_WEBHOOK_SECRET",
        min_length=8,
        max_length=256,
        description="8 to 256 characters of your own: Zalo then calls KEHOACH_PUBLIC_URL/hooks/zalo with them, instead"
        " of being asked for messages all the time. Empty: asked.",
    )
    zalo_monthly_messages: int = Field(
        3000,  # of the free plan
        validation_alias="ZALO_MONTHLY_MESSAGES",
        ge=0,
        description="How many messages a month your Zalo Bot plan allows; the log warns before they are used up."
        " 0: any number.",
    )

    zalo_oa_app_id: str = Field(
        "",
        validation_alias="ZALO_OA_APP_ID",
        description="The app of your Official Account, from developers.zalo.me. The Official Account starts when this"
        " and the next two are set; Zalo is to call KEHOACH_PUBLIC_URL/hooks/zalo-oa.",
    )
    zalo_oa_app_secret: SecretStr | None = Field(
        None, validation_alias="ZALO_OA_APP_SECRET", description="That app's secret key."
    )
    zalo_oa_refresh_token: SecretStr | None = Field(
        None,
        validation_alias="ZALO_OA_REFRESH_TOKEN",
        description="The first refresh token; later ones are kept in the data folder. Put a new one here when the log"
        " says that the old one is dead.",
    )
    zalo_oa_access_token: SecretStr | None = Field(
        None,
        validation_alias="ZALO_OA_ACCESS_TOKEN",
        description="The access token that came with it; may be left out.",
    )
    zalo_oa_secret_key: SecretStr | None = Field(
        None,
        validation_alias="ZALO_OA_SECRET_KEY",
        description="The OA Secret Key of the app's webhook page, which signs calls. Empty: the app's secret key.",
    )
    zalo_oa_signature: Literal["strict", "log_only"] = Field(
        "log_only",
        validation_alias="ZALO_OA_SIGNATURE",
        description="What happens to a call whose signature is wrong: strict refuses it; log_only answers and writes to"
        " the log, for finding out the right key, and lets nobody do what admins may do.",
    )
    zalo_oa_base_url: str = Field(
        "https://openapi.zalo.me", validation_alias="ZALO_OA_BASE_URL", description="The Official Account's server."
    )
    zalo_oa_oauth_url: str = Field(
        "https://oauth.zaloapp.com",
        validation_alias="ZALO_OA_OAUTH_URL",
        description="The server that renews its tokens.",
    )
    zalo_oa_admin_ids: ZaloIds = Field(
        (), validation_alias="ZALO_OA_ADMIN_IDS", description="User ids of the admins; other than on the Zalo bot."
    )
    zalo_oa_officer_ids: ZaloIds = Field(
        (), validation_alias="ZALO_OA_OFFICER_IDS", description="User ids of officers who may ask from the start."
    )


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
