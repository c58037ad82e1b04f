"""Every setting of Majlis: one field, one line in .env.example (tests/house holds the two together).

Values come from the environment, then from `.env`. A secret `NAME` may be given as `NAME_FILE`, the path of a file that
holds it. Wrong values refuse to start with one line that names the variable (ConfigurationError, exit 2).
"""

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from core.errors import ConfigurationError
from core.i18n import ROOT, catalogue
from core.secretfiles import SECRET, SecretFiles
from core.smtp import mailbox, server_of
from core.why import Why


def _seconds(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return tuple(int(part) for part in value.split(","))
    except ValueError:
        raise PydanticCustomError("rising", "whole numbers") from None


def setting(name: str, default: Any, about: str, *, secret: bool = False, **limits: Any) -> Any:
    """A field read from the variable `name`; `about` is its line in .env.example."""
    return Field(default, validation_alias=name, description=about, json_schema_extra=SECRET if secret else None, **limits)


class Settings(BaseSettings):
    """All settings, read once. Field names are ours; the variable is the `validation_alias`."""

    model_config = SettingsConfigDict(
        env_file=ROOT / ".env", extra="ignore", frozen=True, env_ignore_empty=True, env_file_encoding="utf-8"
    )

    # where things are
    var_dir: Path = setting("MAJLIS_VAR_DIR", ROOT / "var", "Folder of the SQLite database, the key file and media")
    database_url: str = setting(
        "MAJLIS_DATABASE_URL",
        "",
        "SQLite in var/ when empty; postgresql://user:pass@host/name for PostgreSQL",
        secret=True,
    )
    public_url: str = setting("MAJLIS_PUBLIC_URL", "http://127.0.0.1:8000", "Address under which the public reaches the portal")
    platform_url: str = setting("MAJLIS_PLATFORM_URL", "", "Sends every platform call to this http address instead (the sandbox)")
    desk_port: int = setting("MAJLIS_DESK_PORT", 8501, "Port of the staff desk", ge=1, le=65535)
    desk_url: str = setting("MAJLIS_DESK_URL", "", "Address under which staff reach the desk; needed to sign in by OIDC")
    portal_port: int = setting("MAJLIS_PORTAL_PORT", 8000, "Port of the public portal", ge=1, le=65535)
    trusted_proxies: str = setting(
        "MAJLIS_TRUSTED_PROXIES", "", "Addresses of proxies before the portal, comma separated; only their X-Forwarded-For counts"
    )
    log_level: Literal["debug", "info", "warning", "error"] = setting("MAJLIS_LOG_LEVEL", "info", "debug, info, warning or error")
    # secrets of our own
    keys: Annotated[tuple[str, ...], NoDecode] = setting(
        "MAJLIS_KEYS",
        (),
        "Encryption keys, comma separated, the first one encrypts; made in var/ when empty",
        secret=True,
    )
    as_password: str = setting("MAJLIS_AS_PASSWORD", "", "Password for `manage.py --as USER`; asked for when empty", secret=True)
    as_token: str = setting("MAJLIS_AS_TOKEN", "", "Sign-in token for `manage.py --as USER` instead of the password", secret=True)
    # who the staff are, where a provider of the ministry's knows (OpenID Connect); passwords of our own work beside it
    oidc_issuer: str = setting("MAJLIS_OIDC_ISSUER", "", "OpenID provider that staff may sign in by: its issuer address")
    oidc_client_id: str = setting("MAJLIS_OIDC_CLIENT_ID", "", "OpenID provider: the client's id")
    oidc_client_secret: str = setting("MAJLIS_OIDC_CLIENT_SECRET", "", "OpenID provider: the client's secret", secret=True)
    # listening
    backfill_days: int | None = setting(
        "MAJLIS_BACKFILL_DAYS", None, "First reading goes back this many days; empty: all the platform offers", ge=0
    )
    poll_s: int = setting("MAJLIS_POLL_S", 90, "Seconds between two readings of an account", ge=5)
    overlap_s: int = setting("MAJLIS_OVERLAP_S", 300, "Every reading begins this many seconds before the last one ended", ge=0)
    recheck_days: int = setting(
        "MAJLIS_RECHECK_DAYS", 14, "Items younger than this are looked up again for edits and deletes", ge=0
    )
    # sending
    lease_s: int = setting("MAJLIS_LEASE_S", 120, "A worker that took a delivery must finish it within this many seconds", ge=1)
    reconcile_steps_s: Annotated[tuple[int, ...], NoDecode, BeforeValidator(_seconds)] = setting(
        "MAJLIS_RECONCILE_STEPS_S",
        (5, 20, 60, 180, 600),
        "When to read an uncertain delivery back, in seconds after the send",
    )
    grace_s: int = setting(
        "MAJLIS_GRACE_S",
        3600,
        "A post later than this many seconds (60 at least) is missed and a person is asked, where it has no grace of its own",
        ge=60,
    )
    undo_s: int = setting(
        "MAJLIS_UNDO_S",
        8,
        "A reply leaves this many seconds after it was sent, and can be taken back until then; 0: at once",
        ge=0,
        le=120,
    )
    connect_timeout_s: float = setting("MAJLIS_CONNECT_TIMEOUT_S", 5.0, "Seconds to wait for a connection to a platform", gt=0)
    read_timeout_s: float = setting("MAJLIS_READ_TIMEOUT_S", 30.0, "Seconds to wait for a platform's answer", gt=0)
    approval_steps: Annotated[tuple[str, ...], NoDecode] = setting(
        "MAJLIS_APPROVAL_STEPS",
        ("any",),
        "Steps to approve a post, with ; between: any (whoever may), any:USER,USER (one of them), all:USER,USER (each)",
    )
    hide_brake: int = setting(
        "MAJLIS_HIDE_BRAKE", 50, "At most this many automatic hides an account a day; then a person decides", ge=0
    )
    receipt_brake: int = setting(
        "MAJLIS_RECEIPT_BRAKE", 500, "At most this many receipts an account a day; the rest are owed to a clerk", ge=0
    )
    # judging
    edition: str = setting("MAJLIS_EDITION", "", "Policy edition in force; empty: the one activated, else the newest one shipped")
    language_detector: Literal["eldc", "langdetect"] = setting(
        "MAJLIS_LANGUAGE_DETECTOR", "eldc", "eldc (measured best) or langdetect (seeded)"
    )
    office_contacts: Annotated[tuple[str, ...], NoDecode] = setting(
        "MAJLIS_OFFICE_CONTACTS",
        (),
        "Published numbers and mail boxes of the office (@domain: all of it), comma separated: never masked, allowed in answers",
    )
    # the clock of cases
    week_file: Path | None = setting(
        "MAJLIS_WEEK_FILE", None, "A file of working weeks like core/week.toml instead of it: the ministry's own hours"
    )
    targets_file: Path | None = setting(
        "MAJLIS_TARGETS_FILE", None, "A file of targets like inbox/targets.toml instead of it: by when the public is answered"
    )
    # memory
    retention_file: Path | None = setting(
        "MAJLIS_RETENTION_FILE", None, "A file like inbox/retention.toml instead of it: how long what people wrote is kept"
    )
    # of Meta: Facebook and Instagram
    graph_version: str = setting("MAJLIS_GRAPH_VERSION", "v25.0", "Version of Meta's Graph API", pattern=r"^v\d{2,3}\.\d+$")
    facebook_page_id: str = setting("FACEBOOK_PAGE_ID", "", "Facebook page: its number")
    facebook_page_token: str = setting("FACEBOOK_PAGE_TOKEN", "", "Facebook page: a Page access token (not a user's)", secret=True)
    facebook_app_secret: str = setting("FACEBOOK_APP_SECRET", "", "Meta app secret: signs calls and verifies webhooks", secret=True)
    meta_verify_token: str = setting("META_VERIFY_TOKEN", "", "The word Meta repeats when it verifies the webhook", secret=True)
    instagram_user_id: str = setting("INSTAGRAM_USER_ID", "", "Instagram professional account: its number")
    instagram_token: str = setting("INSTAGRAM_TOKEN", "", "Instagram: access token; the page's token when empty", secret=True)
    instagram_backend: Literal["graph", "private"] = setting(
        "INSTAGRAM_BACKEND", "graph", "graph (official) or private (instagrapi: against Instagram's terms)"
    )
    instagram_session_id: str = setting("INSTAGRAM_SESSION_ID", "", "Only for the private backend: a session id", secret=True)
    accept_private_risk: bool = setting(
        "I_ACCEPT_PRIVATE_API_RISK", False, "1: the private backend may be used although the account can be banned"
    )
    # X
    x_user_id: str = setting("X_USER_ID", "", "X account: its number")
    x_bearer_token: str = setting("X_BEARER_TOKEN", "", "X: app-only bearer token, for reading", secret=True)
    x_api_key: str = setting("X_API_KEY", "", "X: consumer key", secret=True)
    x_api_secret: str = setting("X_API_SECRET", "", "X: consumer secret; also verifies webhooks", secret=True)
    x_access_token: str = setting("X_ACCESS_TOKEN", "", "X: access token of the account, for writing", secret=True)
    x_access_secret: str = setting("X_ACCESS_SECRET", "", "X: access token's secret", secret=True)
    x_tier: Literal["self_serve", "enterprise"] = setting(
        "X_TIER", "self_serve", "self_serve: replies only to those who mentioned us; enterprise: to anyone"
    )
    # e-mail
    smtp_url: str = setting(
        "MAJLIS_SMTP_URL",
        "",
        "Mail server: smtp://user:pass@host:587?starttls=1 or smtps://user:pass@host; &ca=FILE to trust",
        secret=True,
    )
    smtp_from: str = setting("MAJLIS_SMTP_FROM", "", "Address that letters to those who gave theirs come from; empty: no letters")
    # what X may cost
    x_budget_usd: float | None = setting(
        "MAJLIS_X_BUDGET_USD", None, "Monthly budget in USD of every X account that has none of its own; empty: no limit", ge=0
    )
    x_reads_month: int = setting(
        "MAJLIS_X_READS_MONTH", 3_000_000, "Posts that X lets an account read in a month; 0: no such cap", ge=0
    )
    budget_holds_posts: bool = setting(
        "MAJLIS_BUDGET_HOLDS_POSTS", False, "1: when a month's budget is used up, posts and replies are held too, not only reading"
    )

    @field_validator("keys", "office_contacts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(k.strip() for k in value.split(",") if k.strip()) if isinstance(value, str) else value

    @field_validator("approval_steps", mode="before")
    @classmethod
    def _steps(cls, value: Any) -> Any:
        steps = tuple("".join(step.split()) for step in value.split(";")) if isinstance(value, str) else value
        names = [name for step in steps if step.startswith("all:") for name in step.removeprefix("all:").split(",")]
        if not all(re.fullmatch(r"any|(?:any|all):[^:,]+(?:,[^:,]+)*", step) for step in steps) or len(set(names)) < len(names):
            raise PydanticCustomError("approval_steps", "any; any:USER; all:USER,USER")
        return steps

    @field_validator("public_url", "platform_url", "desk_url", "oidc_issuer")
    @classmethod
    def _web_address(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise PydanticCustomError("web_address", "http:// or https://")
        return value.rstrip("/")

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: str) -> str:
        try:
            if value:
                server_of(value)
        except ValueError as e:
            raise PydanticCustomError("smtp_plain" if str(e) == "plain" else "smtp_url", "smtp:// or smtps://") from None
        return value

    @field_validator("smtp_from")
    @classmethod
    def _sender(cls, value: str) -> str:
        if value and not re.fullmatch(r"[A-Za-z0-9._+-]+@[^@]+", mailbox(value)):
            raise PydanticCustomError("smtp_from", "an address")
        return mailbox(value)

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value and not value.startswith(("sqlite:", "postgresql:", "postgresql+psycopg:", "postgres:")):
            raise PydanticCustomError("database_address", "sqlite: or postgresql:")
        return value

    @field_validator("reconcile_steps_s")
    @classmethod
    def _rising(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if not value or list(value) != sorted(set(value)) or value[0] < 0:
            raise PydanticCustomError("rising", "rising whole numbers")
        return value

    @model_validator(mode="after")
    def _private_needs_consent(self) -> "Settings":
        if self.instagram_backend == "private" and not self.accept_private_risk:
            raise PydanticCustomError("risk_not_accepted", "I_ACCEPT_PRIVATE_API_RISK=1", {"name": "INSTAGRAM_BACKEND"})
        return self

    @model_validator(mode="after")
    def _oidc_is_whole(self) -> "Settings":
        names = ("oidc_issuer", "oidc_client_id", "oidc_client_secret", "desk_url")
        missing = [str(type(self).model_fields[name].validation_alias) for name in names if not getattr(self, name)]
        if missing and self.oidc_issuer:
            raise PydanticCustomError("wanted_too", "wanted", {"name": missing[0], "other": "MAJLIS_OIDC_ISSUER"})
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, SecretFiles(settings_cls), dotenv_settings

    @property
    def database(self) -> str:
        """The database address, with the default filled in and the driver named."""
        if not self.database_url:
            return f"sqlite:///{self.var_dir / 'majlis.db'}"
        scheme, rest = self.database_url.split(":", 1)
        return f"postgresql+psycopg:{rest}" if scheme.startswith("postgres") else self.database_url


def load(**given: Any) -> Settings:
    """The settings of this process; `given` (by variable name) goes before the environment. ConfigurationError on a wrong value."""
    try:
        return Settings(**given)
    except ValidationError as e:
        first = e.errors()[0]
        told = {key: str(value).replace(" or ", ", ") for key, value in first.get("ctx", {}).items()}
        name = ".".join(str(p) for p in first["loc"]) or told["name"]
        why = Why(first["type"], **told) if f"error.why.{first['type']}" in catalogue() else first["msg"]
        raise ConfigurationError(name=name, why=why) from None


@cache
def settings() -> Settings:
    """The settings of this process, read once."""
    return load()
