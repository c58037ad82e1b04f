"""`post import`: one JSON line, one approved delivery (DESIGN §3). Importing again changes nothing."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.auth import actor_of
from core.clock import now, parse
from core.db import Database, away
from core.errors import ConfigurationError, Invalid, MajlisError
from core.log import logger
from core.models import Account, User
from core.settings import Settings
from core.settings import settings as current
from core.vault import SealBroken
from core.why import Why, none_of
from inbox import editions
from outbox import media, outgoing
from outbox.accounts import Connect, resolve
from outbox.body import Body, MediaFile
from outbox.enqueue import by_ref
from outbox.refs import imported as ref_of
from scheduler import fitting, pair, queueing
from scheduler.attaching import ALT_MOST, of_file
from scheduler.models import Post, PostText
from scheduler.wall import in_years
from scheduler.writing import whole

#: what a line may call its kind -> the kind of post
KINDS = {"post": "news", "news": "news", "event": "event"}
REF_MOST = 120

log = logger("scheduler")


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that was not taken: its number (from 1), its ref if any, and why. `error` is a code, `field` what it is about."""

    line: int
    ref: str | None
    error: str
    field: str = ""
    why: str = ""
    #: all of it in words
    ar: str = ""
    en: str = ""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """How many lines became a delivery, how many were there already, which could not be read."""

    imported: int
    unchanged: int
    errors: tuple[BadLine, ...]

    @property
    def failed(self) -> bool:
        return bool(self.errors)

    def to_json(self) -> dict[str, Any]:
        return {"imported": self.imported, "unchanged": self.unchanged, "errors": [asdict(e) for e in self.errors]}


@dataclass(frozen=True, slots=True)
class Line:
    """A line that can be read: everything is of the right type and shape."""

    ref: str | None
    account: str
    kind: str
    text: str
    at: datetime
    media: tuple[str, ...]
    alt: tuple[str, ...]
    approved_by: str


def import_lines(
    db: Database,
    actor: Actor,
    lines: Iterable[bytes | str],
    *,
    settings: Settings | None = None,
    folder: Path | None = None,
    connect: Connect | None = None,
) -> ImportResult:
    """Take every good line, name every bad one. Each line is a transaction of its own; empty lines are passed over.

    `folder`: what relative media paths count from (the working directory when None). With `connect` a line that its account could
    not take as it is (scheduler.preview) is a bad one too.
    """
    actor.require("post.import")
    settings = settings or current()
    imported = unchanged = 0
    errors: list[BadLine] = []
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        given: Any = None
        try:
            given = _json(raw)
            if _take(db, actor, read(given), settings, folder or Path(), connect):
                imported += 1
            else:
                unchanged += 1
        except MajlisError as e:
            field, why = str(e.details.get("field", "")), str(e.details.get("why", e.details.get("id", "")))
            errors.append(BadLine(number, _ref_shown(given), e.code, field, why, e.words("ar"), e.words("en")))
        except Exception as e:  # whatever is the matter with one line, the others are read and this one is answered
            if away(e):  # no line after this one would fare better
                raise
            log.exception("line_failed", count=number)
            said = MajlisError()
            errors.append(
                BadLine(number, _ref_shown(given), said.code, why=type(e).__name__, ar=said.words("ar"), en=said.words("en"))
            )
    return ImportResult(imported, unchanged, tuple(errors))


def _ref_shown(given: Any) -> str | None:
    """A bad line's ref as far as it can be printed."""
    ref = given.get("ref") if isinstance(given, Mapping) else None
    if not isinstance(ref, str | int | float):
        return None
    return str(ref)[:REF_MOST].encode("utf-8", "backslashreplace").decode()


def _json(raw: bytes | str) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        raise Invalid(field="line", why=Why("line_not_json")) from None


def read(given: Any) -> Line:
    """The line's content, checked. Invalid names the first field that is wrong."""
    if not isinstance(given, Mapping):
        raise Invalid(field="line", why=Why("line_not_object"))
    ref = None if given.get("ref") is None else _text(given, "ref")
    if ref is not None and len(ref) > REF_MOST:
        raise Invalid(field="ref", why=Why("text_up_to", most=REF_MOST))
    kind = _text(given, "kind", "post")
    if kind not in KINDS:
        raise Invalid(field="kind", why=none_of(kind, KINDS))
    paths, alt = _texts(given, "media"), _texts(given, "alt")
    if len(alt) != len(paths) or not all(a.strip() for a in alt):
        raise Invalid(field="alt", why=Why("alt_one_each"))
    if any(len(a.strip()) > ALT_MOST for a in alt):
        raise Invalid(field="alt", why=Why("text_up_to", most=ALT_MOST))
    text = _text(given, "text", "")
    if not text.strip() and not paths:
        raise Invalid(field="text", why=Why("is_empty"))
    return Line(ref, _text(given, "account"), KINDS[kind], text, _at(given), paths, alt, _text(given, "approved_by", "operator"))


def _text(given: Mapping[str, Any], field: str, default: str | None = None) -> str:
    value = given.get(field)
    value = default if value is None else value
    if not isinstance(value, str) or (default is None and not value):
        raise Invalid(field=field, why=Why("is_missing" if value in (None, "") else "not_text"))
    return whole(field, value)


def _texts(given: Mapping[str, Any], field: str) -> tuple[str, ...]:
    value = given.get(field)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise Invalid(field=field, why=Why("not_texts"))
    return tuple(whole(field, text) for text in value)


def _at(given: Mapping[str, Any]) -> datetime:
    try:
        return in_years(parse(_text(given, "at")))
    except (ValueError, OverflowError):
        raise Invalid(field="at", why=Why("instant_form")) from None


def _take(db: Database, actor: Actor, line: Line, settings: Settings, folder: Path, connect: Connect | None) -> bool:
    """True when the line became a delivery, False when its ref stands already."""
    ref = None if line.ref is None else ref_of(line.ref)
    if ref is not None:
        with db.read() as session:
            if by_ref(session, ref) is not None:
                return False
    stored = [media.store(folder / path, settings.var_dir, alt) for path, alt in zip(line.media, line.alt, strict=True)]
    with db.write() as session:
        if ref is not None and by_ref(session, ref) is not None:
            return False
        account = resolve(session, line.account)
        if not account.active:
            raise Invalid(field="account", why=Why("account_disabled", account=account.key))
        if connect is not None:
            _must_fit(line, account, stored, connect, settings)
        post = _post(session, actor, line, account, stored)
        (delivery,) = queueing.queue(session, actor, post, settings, ref=ref)
        if delivery.guard_arg["post"] != post.id:  # another process took the same line at this instant
            session.rollback()
            return False
    return True


def _must_fit(line: Line, account: Account, stored: list[MediaFile], connect: Connect, settings: Settings) -> None:
    """Invalid when the account certainly can't take the line as it is. Calls no platform."""
    try:
        connector = connect(account)
    except (SealBroken, ConfigurationError):
        return  # what it can do is not known now; the delivery is held and says why
    body, able = Body(line.text, tuple(stored)), connector.capabilities
    files = outgoing.shaped(body.media, able, settings)
    if found := fitting.problems(body, files, connector.count_text(line.text), able):
        raise Invalid(field=fitting.about(found[0]), why=Why("account_cannot", account=account.key, problems=found))


def _post(session: Session, actor: Actor, line: Line, account: Account, stored: list[MediaFile]) -> Post:
    moment = now()
    approver = session.exec(select(User).where(col(User.username) == line.approved_by)).first()
    if line.approved_by != "operator" and (approver is None or not actor_of(approver).can("post.approve")):
        raise Invalid(field="approved_by", why=Why("not_approver", name=line.approved_by))
    post = Post(
        kind=line.kind,
        title=line.text.strip().split("\n", 1)[0][:120],
        state="scheduled",
        origin=actor.label,
        author_id=actor.user_id,
        approved_by=approver.id if approver else None,
        approver=line.approved_by,
        approved_version=1,
        approved_at=moment,
        edition=editions.in_force(session).ref,
        at=line.at,
    )
    session.add(post)
    session.flush()
    version = PostText(post_id=post.id or 0, account_id=account.id or 0, lang=pair.form(line.text, "", ""), text=line.text)
    session.add_all([version, *(of_file(post, place, kept) for place, kept in enumerate(stored))])
    session.flush()
    facts = {"ref": line.ref, "account": account.key, "approved_by": line.approved_by}
    audit.record(session, actor, "post.import", f"post:{post.id}", **facts)
    return post
