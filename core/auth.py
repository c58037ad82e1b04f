"""Sign-in with local accounts: argon2, lockout, hashed tokens; a user is dismissed at once and nowhere deleted."""

import hashlib
import secrets
from collections.abc import Callable, Iterable
from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete
from sqlmodel import Session, col, select

from core.actors import NOBODY, ROLES, Actor, abilities_of
from core.clock import now
from core.errors import Invalid, MajlisError
from core.models import SignIn, User

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TRIES = 5
LOCKED = timedelta(minutes=15)

_hasher = PasswordHasher()


def actor_of(user: User) -> Actor:
    """The actor a user is right now; without abilities when he is not active."""
    abilities = abilities_of(user.roles) if user.active else frozenset[str]()
    return Actor(f"user:{user.id}", abilities, user.id, user.display_name)


class WrongSignIn(MajlisError):
    """Unknown name or wrong password; which of the two is not said."""

    code = "sign_in"


class Locked(MajlisError):
    """Too many wrong passwords: `minutes` to wait."""

    code = "locked"


def add_user(session: Session, actor: Actor, username: str, password: str, roles: Iterable[str], display_name: str = "") -> User:
    """A new member of staff. Raises Invalid for an unknown role, a taken name or a password under 10 characters."""
    from core import audit

    actor.require("user.admin")
    roles = sorted(set(roles))
    if unknown := [r for r in roles if r not in ROLES]:
        raise Invalid(field="roles", why=f"{', '.join(unknown)}; known: {', '.join(ROLES)}")
    _long_enough(password)
    if session.exec(select(User).where(User.username == username)).first():
        raise Invalid(field="username", why=f"'{username}' is taken")
    user = User(username=username, display_name=display_name or username, password_hash=_hasher.hash(password), roles=roles)
    session.add(user)
    session.flush()
    audit.record(session, actor, "user.add", f"user:{user.id}", roles=roles)
    return user


def check_password(session: Session, username: str, password: str) -> User:
    """The active user with this name and password. WrongSignIn or Locked otherwise; failures count towards the lock."""
    from core import audit

    user = session.exec(select(User).where(User.username == username).with_for_update()).first()
    moment = now()
    if user is None:
        _hasher.hash(password)  # the same work as for a known name: time tells nothing
        raise WrongSignIn()
    if user.locked_until and user.locked_until > moment:
        raise Locked(minutes=int((user.locked_until - moment).total_seconds() // 60) + 1)
    try:
        _hasher.verify(user.password_hash, password)
    except (VerificationError, InvalidHashError):
        user.failed += 1
        if user.failed >= TRIES:
            user.locked_until, user.failed = moment + LOCKED, 0
            audit.record(session, NOBODY, "user.lock", f"user:{user.id}")
        session.commit()  # the count must outlive the refusal
        raise WrongSignIn() from None
    if not user.active:
        raise WrongSignIn()
    user.failed, user.locked_until = 0, None
    return user


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def sign_in(session: Session, username: str, password: str, *, token: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> str:
    """Open a session at the desk and return its token (for an HttpOnly cookie)."""
    from core import audit

    user = check_password(session, username, password)
    fresh = token()
    session.add(SignIn(token_hash=_hash(fresh), user_id=user.id or 0, expires_at=now() + LONGEST))
    audit.record(session, actor_of(user), "user.sign_in", f"user:{user.id}")
    return fresh


def who(session: Session, token: str | None) -> User | None:
    """The active user behind a desk token, or None (unknown, idle for 30 minutes, older than 12 hours, dismissed)."""
    if not token:
        return None
    row = session.exec(select(SignIn, User).join(User).where(SignIn.token_hash == _hash(token))).first()
    if row is None:
        return None
    opened, user = row
    moment = now()
    if not user.active or opened.expires_at <= moment or opened.seen_at + IDLE <= moment:
        return None
    return user


def keep_awake(session: Session, token: str) -> None:
    """Note that the session was used; at most one write a minute."""
    opened = session.exec(select(SignIn).where(SignIn.token_hash == _hash(token))).first()
    if opened is not None and now() - opened.seen_at > timedelta(minutes=1):
        opened.seen_at = now()


def sign_out(session: Session, token: str) -> None:
    """Close a desk session; an unknown token is no error."""
    from core import audit

    row = session.exec(select(SignIn, User).join(User).where(SignIn.token_hash == _hash(token))).first()
    if row is None:
        return
    opened, user = row
    session.delete(opened)
    audit.record(session, actor_of(user), "user.sign_out", f"user:{user.id}")


def dismiss(session: Session, actor: Actor, username: str) -> User:
    """End a user's access at once, wherever he is signed in. Invalid for an unknown name; his rows and words stay."""
    from core import audit

    actor.require("user.admin")
    user = _named(session, username)
    user.active = False
    session.execute(delete(SignIn).where(col(SignIn.user_id) == user.id))
    audit.record(session, actor, "user.dismiss", f"user:{user.id}")
    return user


def renew_password(session: Session, actor: Actor, username: str, password: str) -> User:
    """Give a user a new password (10 characters or more, else Invalid); his lock and every open session of his end."""
    from core import audit

    actor.require("user.admin")
    user = _named(session, username)
    user.password_hash, user.failed, user.locked_until = _hasher.hash(_long_enough(password)), 0, None
    session.execute(delete(SignIn).where(col(SignIn.user_id) == user.id))
    audit.record(session, actor, "user.password", f"user:{user.id}")
    return user


def _named(session: Session, username: str) -> User:
    user = session.exec(select(User).where(User.username == username)).first()
    if user is None:
        raise Invalid(field="username", why=f"nobody is called '{username}'")
    return user


def _long_enough(password: str) -> str:
    if len(password) < 10:
        raise Invalid(field="password", why="at least 10 characters")
    return password
