"""Who somebody is whom the ministry's identity provider vouches for: an account of ours, with our roles and our word on access.

The provider says who it is and nothing else: which roles he has, and whether he may come in at all, stands in our own row and is
looked up on every run.
"""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from core import audit
from core.auth import actor_of
from core.errors import MajlisError
from core.models import User

#: no password has this hash
NO_PASSWORD = "!"  # noqa: S105 (that no password opens it is its point)


class UnknownIdentity(MajlisError):
    """The provider knows him, this house does not, or no longer: an administrator must add him with the address of his mail."""

    code = "unknown_identity"


def recognise(session: Session, claims: Mapping[str, Any]) -> User:
    """The active user behind a checked identity token. Raises UnknownIdentity.

    The first time he is known by the address of his mail, where the provider has verified it, exactly one of us has it, and an
    administrator gave it: nobody may set a colleague's address as his own and have him come in as himself. From then on he is known
    by issuer and subject alone, whatever becomes of the address.
    """
    who = f"{claims.get('iss', '')} {claims.get('sub', '')}"
    if not claims.get("iss") or not claims.get("sub") or len(who) > 300:
        raise UnknownIdentity()
    user = session.exec(select(User).where(User.oidc == who).with_for_update()).first()
    if user is None:
        user = _first_time(session, claims)
        user.oidc = who
        session.add(user)
        audit.record(session, actor_of(user), "user.link", f"user:{user.id}")
    if not user.active:
        raise UnknownIdentity()
    if user.one_time_until is not None:  # he never needs the password that was given to him, so nobody may use it
        user.password_hash, user.one_time_until = NO_PASSWORD, None
        session.add(user)
    return user


def _first_time(session: Session, claims: Mapping[str, Any]) -> User:
    address = str(claims.get("email") or "").strip().lower()
    if not address or claims.get("email_verified") is not True:
        raise UnknownIdentity()
    having = select(User).where(User.email == address, col(User.oidc).is_(None)).with_for_update()
    found = session.exec(having).all()
    if len(found) != 1 or not found[0].active or not found[0].email_given:
        raise UnknownIdentity()
    return found[0]
