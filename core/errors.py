"""Errors that say what happened and what to do next, in Arabic and in English.

An error is recognised by its class and `code`, never by its text (DESIGN §2.8). The words stand in core/words.toml under
`error.<code>`; `words(lang)` fills them in. `details` hold no personal data and no secrets: they are logged.
"""

from datetime import datetime
from typing import Any, ClassVar

from core.clock import rfc3339
from core.i18n import Lang, t
from core.why import field_name, said


class MajlisError(Exception):
    """Base of all errors that a person may read. `code` names it for machines, logs and tests."""

    code: ClassVar[str] = "error"

    def __init__(self, **details: Any) -> None:
        self.details = details
        super().__init__(self.code)

    def words(self, lang: Lang) -> str:
        """One or two sentences for the person: what happened, what to do next. Times in them are RFC 3339 in UTC."""
        return t(f"error.{self.code}", lang, **{k: _told(v, lang) for k, v in self.details.items()})

    def __str__(self) -> str:
        return self.words("en")


def _told(value: object, lang: Lang) -> str:
    return rfc3339(value) if isinstance(value, datetime) else str(said(value, lang))


class ConfigurationError(MajlisError):
    """A setting is missing or wrong: `name` (the variable) and `why` (a core.why.Why). Exit code 2."""

    code = "configuration"


class WrongOption(ConfigurationError):
    """What was given on the command line can't be used: `name` (the option or argument) and `why`. Exit code 2."""

    code = "option"


class Forbidden(MajlisError):
    """The actor lacks the ability: `ability`, `actor`."""

    code = "forbidden"


class OwnAct(Forbidden):
    """The actor would decide on what he wrote or decided himself: `ability`, `actor`."""

    code = "own_act"


class WrongState(MajlisError):
    """The thing is not in a state from which this can be done: `thing`, `state`, `wanted`."""

    code = "wrong_state"


class NotFound(MajlisError):
    """No such thing: `thing`, `id`."""

    code = "not_found"


class Invalid(MajlisError):
    """What was typed or sent can't be accepted: `field`, `why` (a core.why.Why, or codes alone)."""

    code = "invalid"

    def words(self, lang: Lang) -> str:
        """The field by its name, and why."""
        return t("error.invalid", lang, field=field_name(str(self.details["field"]), lang), why=_told(self.details["why"], lang))


class Conflict(MajlisError):
    """Somebody answered since this was written: `their_text`, `their_name`; the draft is kept (DESIGN §2.9)."""

    code = "conflict"


class PersonalInPublic(MajlisError):
    """A public answer would publish or ask for personal data: `what` (gives, asks), `found` (numbers masked), `instead`.

    `instead`: `privately` where the platform lets this item be answered in private, else `tracking`.
    """

    code = "personal_in_public"

    def words(self, lang: Lang) -> str:
        """What was found, and where it may be said or asked instead."""
        found = t(f"error.in_public.{self.details['what']}", lang, found=self.details["found"])
        instead = self.details["instead"]
        return f"{found} {t(f'error.in_public.{instead}', lang)}"


class PlatformError(MajlisError):
    """Base of what a platform (or the way to it) says. `account` = platform:native-id; `detail` = the platform's code."""

    code = "platform"
    #: True when it is certain that nothing was changed on the platform.
    certain: ClassVar[bool] = True

    def __init__(self, *, account: str = "", detail: str = "", **details: Any) -> None:
        super().__init__(account=account, detail=detail, **details)


class TokenExpired(PlatformError):
    """The access token is no longer valid: a person must reconnect the account."""

    code = "token_expired"


class Disconnected(PlatformError):
    """Permission, role or scope is missing, or the account is locked out: reconnect or grant it."""

    code = "disconnected"


class RateLimited(PlatformError):
    """Too many calls; do not call again before `retry_at` (UTC)."""

    code = "rate_limited"

    def __init__(self, *, retry_at: datetime, account: str = "", detail: str = "", **details: Any) -> None:
        self.retry_at = retry_at
        super().__init__(account=account, detail=detail, retry_at=rfc3339(retry_at), **details)


class SpendCapReached(PlatformError):
    """The plan's credit or monthly cap is used up: waiting does not help, a person must raise it."""

    code = "spend_cap"


class BudgetReached(PlatformError):
    """What the account may cost in a month (our own limit) is used up: it is read again from `retry_at` (UTC) on, or when the limit
    is raised. Nothing was called."""

    code = "budget"

    def __init__(self, *, retry_at: datetime, account: str = "", detail: str = "", **details: Any) -> None:
        self.retry_at = retry_at
        super().__init__(account=account, detail=detail, retry_at=rfc3339(retry_at), **details)


class Rejected(PlatformError):
    """The platform refused the content or the parameters; `detail` is its code. Nothing was published."""

    code = "rejected"


class NotPossible(PlatformError):
    """The platform cannot do this (or not for this item); `permalink` to do it by hand where there is one."""

    code = "not_possible"


class Gone(PlatformError):
    """The object does not exist (any more). For a delete this is success."""

    code = "gone"


class Unavailable(PlatformError):
    """The request certainly did not reach the platform, or it answered a read with a fault: safe to try again later."""

    code = "unavailable"


class Deferred(Unavailable):
    """Whoever it is meant for takes nothing now, the account itself is well: try again, in longer and longer steps."""

    code = "deferred"


class Unfetched(Unavailable):
    """The platform could not fetch a picture or film from our public address; nothing was made, the account itself is well: try
    again a few times."""

    code = "unfetched"


class CursorExpired(PlatformError):
    """The platform no longer knows our paging cursor: begin this stream again from its watermark."""

    code = "cursor_expired"


class Uncertain(PlatformError):
    """A write whose outcome can't be known (cut answer, timeout, 5xx, unreadable success, 'duplicate'): reconcile, never guess."""

    code = "uncertain"
    certain = False
