"""The people of the house, kept by whoever may: invited, given roles, let back in, given a password that lasts until their own.

Nobody keeps himself: roles, access and a given password are another's to give (OwnAct). What changes is audited, and holds from
the person's next step on, wherever he is signed in.
"""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from sqlmodel import Session, col, select

from core import audit
from core.actors import ROLES, Actor
from core.auth import IDLE, add_user, renew_password
from core.clock import now
from core.errors import Invalid, NotFound, OwnAct, WrongState
from core.models import SignIn, User
from core.oneself import mailbox_of
from core.why import none_of

#: how long a given password is good for
GIVEN_FOR = timedelta(hours=24)
#: what it is made of: nothing that reads like something else, 16 of 31 letters are 79 bits
LETTERS, LENGTH = "abcdefghjkmnpqrstuvwxyz23456789", 16


def given_password() -> str:
    """A password to be read out once: four groups of four letters."""
    letters = [secrets.choice(LETTERS) for _ in range(LENGTH)]
    return "-".join("".join(letters[at : at + 4]) for at in range(0, LENGTH, 4))


def invite(
    session: Session, actor: Actor, username: str, roles: Iterable[str], display_name: str = "", email: str = ""
) -> tuple[User, str]:
    """A new member of staff and the password he gets in by once. Raises Invalid as `add_user`, and for an address that is none."""
    actor.require("user.admin")
    password = given_password()
    user = add_user(session, actor, username, password, roles, display_name)
    user.email, user.one_time_until = mailbox_of(session, email, user.id), now() + GIVEN_FOR
    user.email_given = bool(user.email)
    session.add(user)
    return user, password


def give_roles(session: Session, actor: Actor, user_id: int, roles: Iterable[str]) -> User:
    """Exactly these roles from now on; Invalid for an unknown one."""
    wanted = sorted(set(roles))
    if unknown := [role for role in wanted if role not in ROLES]:
        raise Invalid(field="roles", why=none_of(", ".join(unknown), ROLES))
    user = _other(session, actor, user_id)
    given, taken = sorted(set(wanted) - set(user.roles)), sorted(set(user.roles) - set(wanted))
    if given or taken:
        user.roles = wanted
        session.add(user)
        audit.record(session, actor, "user.roles", f"user:{user.id}", given=given, taken=taken)
    return user


def write_to(session: Session, actor: Actor, user_id: int, email: str) -> User:
    """The address of his mail: where reports go, and by which the identity provider's first word of him is believed."""
    user = _other(session, actor, user_id)
    fresh = mailbox_of(session, email, user.id)
    if fresh != user.email or user.email_given != bool(fresh):
        user.email, user.email_given = fresh, bool(fresh)
        session.add(user)
        audit.record(session, actor, "user.email", f"user:{user.id}")
    return user


def reinstate(session: Session, actor: Actor, user_id: int) -> User:
    """Let somebody back in who was dismissed, with the roles he had; WrongState for one who is here."""
    user = _other(session, actor, user_id)
    if user.active:
        raise WrongState(thing="user", state="active", wanted="dismissed")
    user.active = True
    session.add(user)
    audit.record(session, actor, "user.reinstate", f"user:{user.id}", roles=user.roles)
    return user


def unlock(session: Session, actor: Actor, user_id: int) -> User:
    """End the lock that wrong passwords brought; WrongState when there is none."""
    user = _other(session, actor, user_id)
    if not locked(user):
        raise WrongState(thing="user", state="open", wanted="locked")
    user.locked_until, user.failed = None, 0
    session.add(user)
    audit.record(session, actor, "user.unlock", f"user:{user.id}")
    return user


def reset(session: Session, actor: Actor, user_id: int) -> str:
    """A password that gets him in once, to choose his own: told to whoever asked, kept nowhere. His sessions end."""
    user = _other(session, actor, user_id)
    password = given_password()
    renew_password(session, actor, user.username, password)
    user.one_time_until = now() + GIVEN_FOR
    session.add(user)
    audit.record(session, actor, "user.one_time", f"user:{user.id}")
    return password


def unlink(session: Session, actor: Actor, user_id: int) -> User:
    """Forget who he is at the identity provider; WrongState when nobody had told."""
    user = _other(session, actor, user_id)
    if user.oidc is None:
        raise WrongState(thing="user", state="unlinked", wanted="linked")
    user.oidc = None
    session.add(user)
    audit.record(session, actor, "user.unlink", f"user:{user.id}")
    return user


def locked(user: User) -> bool:
    """True while wrong passwords keep the name closed."""
    return user.locked_until is not None and user.locked_until > now()


def present(session: Session) -> frozenset[int]:
    """Ids of those who have an open session now."""
    moment = now()
    awake = select(SignIn.user_id).where(col(SignIn.expires_at) > moment, col(SignIn.seen_at) > moment - IDLE).distinct()
    return frozenset(session.exec(awake))


def _other(session: Session, actor: Actor, user_id: int) -> User:
    """The row of somebody else, locked for writing."""
    actor.require("user.admin")
    if user_id == actor.user_id:
        raise OwnAct(ability="user.admin", actor=actor.label)
    user = session.get(User, user_id, with_for_update=True)
    if user is None:
        raise NotFound(thing="user", id=user_id)
    return user
