"""What anybody at the desk may change of his own: how it looks, where his mail goes, his password, where he is signed in."""

import re
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.auth import IDLE, check_password, hashed, own_password, token_hash
from core.clock import now
from core.db import Database
from core.errors import Forbidden, Invalid
from core.i18n import LANGS
from core.models import SignIn, User
from core.why import Why, none_of

#: letters of the desk in hundredths of their usual size
SMALLEST, LARGEST, STEP = 90, 200, 10
SIZES = tuple(range(SMALLEST, LARGEST + 1, STEP))
CONTRASTS = ("", "high")
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")


def mailbox_of(session: Session, address: str, user_id: int | None) -> str:
    """The address as it is kept; "" for none. Invalid for what is none, and for one that is a colleague's."""
    clean = address.strip().lower()
    if not clean:
        return ""
    if len(clean) > 200 or not ADDRESS.fullmatch(clean):
        raise Invalid(field="email", why=Why("email_form"))
    if session.exec(select(User.id).where(User.email == clean, col(User.id) != user_id)).first() is not None:
        raise Invalid(field="email", why=Why("email_taken"))
    return clean


def prefer(
    session: Session,
    actor: Actor,
    *,
    lang: str | None = None,
    text_size: int | None = None,
    contrast: str | None = None,
    email: str | None = None,
    report: bool | None = None,
) -> User:
    """How the desk shall be for oneself; what is None stays. Invalid for a size or contrast there is not, and for a report without
    an address. The audit keeps what was changed, not the address."""
    user = _own(session, actor)
    wanted: dict[str, object] = {"lang": lang, "text_size": text_size, "contrast": contrast, "report": report}
    if email is not None:
        wanted["email"] = mailbox_of(session, email, user.id)
    for name, known in (("lang", LANGS), ("text_size", SIZES), ("contrast", CONTRASTS)):
        if wanted[name] is not None and wanted[name] not in known:
            raise Invalid(field=name, why=none_of(wanted[name], known))
    changed = [name for name, value in wanted.items() if value is not None and getattr(user, name) != value]
    for name in changed:
        setattr(user, name, wanted[name])
    if "email" in changed:
        user.email_given = False
    if user.report and not user.email:
        raise Invalid(field="email", why=Why("email_wanted"))
    if changed:
        session.add(user)
        audit.record(session, actor, "user.prefer", f"user:{user.id}", changed=sorted(changed))
    return user


def choose_password(db: Database, actor: Actor, token: str, old: str, new: str) -> None:
    """A password of one's own, proved by the one before; every other session ends. Raises WrongSignIn as signing in does, and
    Invalid for one that is short, or the same again."""
    with db.read() as session:
        username = session.get_one(User, actor.oneself()).username
    own_password(new)
    if new == old:
        raise Invalid(field="password", why=Why("password_same"))
    check_password(db, username, old)
    fresh = hashed(new)
    with db.write() as session:
        user = _own(session, actor)
        user.password_hash, user.one_time_until = fresh, None
        session.add(user)
        audit.record(session, actor, "user.password", f"user:{user.id}")
        leave_elsewhere(session, actor, token)


def sessions(session: Session, actor: Actor) -> Sequence[SignIn]:
    """Where one is signed in now, newest first."""
    moment = now()
    own = select(SignIn).where(
        SignIn.user_id == actor.oneself(), col(SignIn.expires_at) > moment, col(SignIn.seen_at) > moment - IDLE
    )
    return session.exec(own.order_by(col(SignIn.created_at).desc(), col(SignIn.id).desc())).all()


def this_one(opened: SignIn, token: str) -> bool:
    """True when the session is that of the token."""
    return opened.token_hash == token_hash(token)


def leave_elsewhere(session: Session, actor: Actor, token: str) -> int:
    """End every session of one's own but this one; how many they were."""
    user = _own(session, actor)
    others = delete(SignIn).where(col(SignIn.user_id) == user.id, col(SignIn.token_hash) != token_hash(token))
    ended = len(session.connection().execute(others.returning(col(SignIn.id))).all())
    if ended:
        audit.record(session, actor, "user.leave_elsewhere", f"user:{user.id}", sessions=ended)
    return ended


def ends_at(opened: SignIn) -> datetime:
    """When the session ends if nobody touches it."""
    return min(opened.seen_at + IDLE, opened.expires_at)


def _own(session: Session, actor: Actor) -> User:
    user = session.get(User, actor.oneself(), with_for_update=True)
    if user is None or not user.active:
        raise Forbidden(ability="account.own", actor=actor.label)
    return user
