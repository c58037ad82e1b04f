"""Sign-in with local accounts: argon2, lockout, hashed tokens; a user is dismissed at once and nowhere deleted."""

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import bindparam, delete
from sqlmodel import Session, col, select

from core.actors import NOBODY, ROLES, Actor, abilities_of
from core.clock import now
from core.db import Database
from core.errors import Invalid, MajlisError, OwnAct
from core.models import SignIn, User
from core.why import Why, none_of

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TRIES = 5
LOCKED = timedelta(minutes=15)
#: how exactly the last use of a session is noted
NOTED = timedelta(minutes=1)

#: what a user name may be: letters of any script, digits and . _ - @, no spaces; the first one a letter or digit
NAME_MOST, SHOWN_MOST = 64, 120
NAME = re.compile(rf"[^\W_][\w.@-]{{0,{NAME_MOST - 1}}}")

#: made once, for it is asked before anything leaves
_STAFF = select(User.id, User.active, User.one_time_until, User.roles).where(col(User.active))

_hasher = PasswordHasher()
#: what an unknown name is compared with, so that time tells nothing; no password has it
_NOBODYS = "$argon2id$v=19$m=65536,t=3,p=4$bWFqbGlzbm9ib2R5IQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
_few = BoundedSemaphore(4)


def actor_of(user: User) -> Actor:
    """The actor a user is right now; without abilities when he is not active, and until he has chosen a password of his own."""
    return Actor(f"user:{user.id}", _abilities(user.active, user.one_time_until, user.roles), user.id, user.display_name)


def able(session: Session, ability: str) -> frozenset[int]:
    """Ids of all whose actor can that right now."""
    return frozenset(id_ for id_, *his in session.exec(_STAFF) if id_ is not None and ability in _abilities(*his))


def still_can(session: Session, user_id: int | None, ability: str) -> bool:
    """Whether that person, if it is anybody, can do it right now."""
    user = session.get(User, user_id) if user_id is not None else None
    return user is not None and actor_of(user).can(ability)


def _abilities(active: bool, one_time_until: datetime | None, roles: Iterable[str]) -> frozenset[str]:
    return abilities_of(roles) if active and one_time_until is None else frozenset()


class WrongSignIn(MajlisError):
    """Unknown name, wrong password, or too many wrong ones before (TRIES, then LOCKED); which of them is not said."""

    code = "sign_in"


def add_user(session: Session, actor: Actor, username: str, password: str, roles: Iterable[str], display_name: str = "") -> User:
    """A new member of staff. Raises Invalid for an unknown role, a name that is taken or can't be typed at sign-in (NAME), one
    that can't be shown, and a password under 10 characters."""
    from core import audit

    actor.require("user.admin")
    roles = sorted(set(roles))
    if unknown := [r for r in roles if r not in ROLES]:
        raise Invalid(field="roles", why=none_of(", ".join(unknown), ROLES))
    if not NAME.fullmatch(username):
        raise Invalid(field="username", why=Why("name_form", most=NAME_MOST))
    if len(display_name) > SHOWN_MOST or not display_name.isprintable():
        raise Invalid(field="name", why=Why("shown_name_form", most=SHOWN_MOST))
    own_password(password)
    if session.exec(select(User).where(User.username == username)).first():
        raise Invalid(field="username", why=Why("name_taken", name=username))
    user = User(username=username, display_name=display_name.strip() or username, password_hash=hashed(password), roles=roles)
    session.add(user)
    session.flush()
    audit.record(session, actor, "user.add", f"user:{user.id}", roles=roles)
    return user


def check_password(db: Database, username: str, password: str) -> User:
    """The active user with this name and password; WrongSignIn otherwise, also while the name is locked and when a password that
    was given to him is no longer good.

    Comparing takes a twentieth of a second and much memory on purpose, so no transaction is open meanwhile and few compare at once.
    A try is counted before it is compared: many at the same instant are no way round the lock.
    """
    with db.write() as session:
        user = _counted(session, username)
        known = user.password_hash if user is not None else _NOBODYS
    with _few:
        right = _matches(known, password)
    if user is None:
        raise WrongSignIn()
    with db.write() as session:
        user = session.exec(select(User).where(User.id == user.id).with_for_update()).one()
        given = user.one_time_until
        if right and user.active and user.password_hash == known and (given is None or given > now()):
            user.failed, user.locked_until = 0, None
            return user
        if user.failed >= TRIES:
            _lock(session, user)
    raise WrongSignIn()


def _counted(session: Session, username: str) -> User | None:
    """The user who may try once more, with this try counted; None for an unknown name and for one that is locked."""
    if not username.isprintable():
        return None  # nobody has such a name, and not every database takes it
    user = session.exec(select(User).where(User.username == username).with_for_update()).first()
    if user is None or (user.locked_until and user.locked_until > now()):
        return None
    if user.failed >= TRIES:  # others are comparing as many already
        _lock(session, user)
        return None
    user.failed += 1
    return user


def _lock(session: Session, user: User) -> None:
    from core import audit

    user.locked_until, user.failed = now() + LOCKED, 0
    audit.record(session, NOBODY, "user.lock", f"user:{user.id}")


def _matches(known: str, password: str) -> bool:
    try:
        return _hasher.verify(known, password)
    except (VerificationError, InvalidHashError):
        return False


def hashed(password: str) -> str:
    """A password as it is kept: argon2id. Takes a twentieth of a second and much memory on purpose."""
    return _hasher.hash(password)


def token_hash(token: str) -> str:
    """A desk token as it is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def _fresh() -> str:
    return secrets.token_urlsafe(32)


def sign_in(db: Database, username: str, password: str, *, device: str = "", token: Callable[[], str] = _fresh) -> str:
    """Open a session at the desk and return its token (for an HttpOnly cookie). Raises WrongSignIn."""
    user = check_password(db, username, password)
    with db.write() as session:
        return let_in(session, user, "password", device=device, token=token)


def let_in(session: Session, user: User, way: str, *, device: str = "", token: Callable[[], str] = _fresh) -> str:
    """Open a session for a user whose identity was proved (`way`: password or oidc), and return its token."""
    from core import audit

    fresh = token()
    session.add(SignIn(token_hash=token_hash(fresh), user_id=user.id or 0, device=device[:60], expires_at=now() + LONGEST))
    audit.record(session, actor_of(user), "user.sign_in", f"user:{user.id}", way=way)
    return fresh


#: made once: every run of a page asks it
_WHO = select(User, col(SignIn.expires_at), col(SignIn.seen_at)).join(SignIn).where(col(SignIn.token_hash) == bindparam("held"))


def who(session: Session, token: str | None) -> User | None:
    """The active user behind a desk token, or None (unknown, idle for 30 minutes, older than 12 hours, dismissed)."""
    if not token:
        return None
    row = session.exec(_WHO, params={"held": token_hash(token)}).first()
    if row is None:
        return None
    user, expires_at, seen_at = row
    moment = now()
    if not user.active or expires_at <= moment or seen_at + IDLE <= moment:
        return None
    return user


def rests(session: Session, token: str | None) -> timedelta:
    """How long the session stays open when nobody touches it; zero for one that has ended or never was."""
    if who(session, token) is None:
        return timedelta()
    opened = session.exec(select(SignIn).where(SignIn.token_hash == token_hash(token or ""))).one()
    return min(opened.seen_at + IDLE, opened.expires_at) - now()


def too_late(session: Session, token: str | None) -> bool:
    """True when the token is of a session that time has ended: its person was idle too long, or it was open too long."""
    opened = session.exec(select(SignIn).where(SignIn.token_hash == token_hash(token or ""))).first()
    return opened is not None and (opened.expires_at <= now() or opened.seen_at + IDLE <= now())


def drowsy(session: Session, token: str) -> bool:
    """True when the session was noted as used over a minute ago: time to `keep_awake`."""
    opened = session.exec(select(SignIn).where(SignIn.token_hash == token_hash(token))).first()
    return opened is not None and opened.seen_at < now() - NOTED


def keep_awake(session: Session, token: str) -> None:
    """Note that the session is used."""
    opened = session.exec(select(SignIn).where(SignIn.token_hash == token_hash(token))).first()
    if opened is not None:
        opened.seen_at = now()


def sign_out(session: Session, token: str) -> None:
    """Close a desk session; an unknown token is no error."""
    from core import audit

    row = session.exec(select(SignIn, User).join(User).where(SignIn.token_hash == token_hash(token))).first()
    if row is None:
        return
    opened, user = row
    session.delete(opened)
    audit.record(session, actor_of(user), "user.sign_out", f"user:{user.id}")


def dismiss(session: Session, actor: Actor, username: str) -> User:
    """End a user's access at once, wherever he is signed in. Invalid for an unknown name, OwnAct for oneself; his rows and words
    stay."""
    from core import audit

    actor.require("user.admin")
    user = _named(session, username)
    if user.id == actor.user_id:
        raise OwnAct(ability="user.admin", actor=actor.label)
    user.active = False
    session.execute(delete(SignIn).where(col(SignIn.user_id) == user.id))
    audit.record(session, actor, "user.dismiss", f"user:{user.id}")
    return user


def renew_password(session: Session, actor: Actor, username: str, password: str) -> User:
    """Give a user a new password (10 characters or more, else Invalid); his lock and every open session of his end."""
    from core import audit

    actor.require("user.admin")
    user = _named(session, username)
    user.password_hash, user.failed, user.locked_until = hashed(own_password(password)), 0, None
    user.one_time_until = None
    session.execute(delete(SignIn).where(col(SignIn.user_id) == user.id))
    audit.record(session, actor, "user.password", f"user:{user.id}")
    return user


def _named(session: Session, username: str) -> User:
    user = session.exec(select(User).where(User.username == username)).first()
    if user is None:
        raise Invalid(field="username", why=Why("name_unknown", name=username))
    return user


def own_password(password: str) -> str:
    """The password, when somebody may have it; Invalid under 10 characters."""
    if len(password) < 10:
        raise Invalid(field="password", why=Why("password_short", least=10))
    return password
