"""Staff and connected accounts, from the command line. Secrets come from stdin or a hidden prompt, never from arguments."""

import sys
from getpass import getpass
from typing import Any

from sqlmodel import col, select

from console.opening import House
from console.printing import say
from core import audit, auth
from core.actors import Actor
from core.errors import Invalid
from core.i18n import t
from core.models import Account
from core.why import Why
from inbox import post
from outbox import accounts


def adduser(house: House, actor: Actor, username: str, roles: list[str], name: str, *, from_stdin: bool) -> None:
    """Add a user; Invalid when the two passwords differ."""
    password = _password(from_stdin=from_stdin)
    with house.db.write() as session:
        user = auth.add_user(session, actor, username, password, roles, name)
    _both("console.user_added", name=user.username)


def dismiss(house: House, actor: Actor, username: str) -> None:
    """End a user's access at once; says which posts waited for their hour on his yes, and now wait for another's."""
    from scheduler.steps import resting_on

    with house.db.write() as session:
        user = auth.dismiss(session, actor, username)
        session.flush()
        resting = resting_on(session, user.id or 0)
        told = ", ".join(f"#{post.id} {post.title[:40]}".strip() for post in resting)
    _both("console.user_dismissed", name=user.username)
    if told:
        _both("console.user_dismissed_posts", posts=told)


def password(house: House, actor: Actor, username: str, *, from_stdin: bool) -> None:
    """Give a user a new password; Invalid when the two differ."""
    fresh = _password(from_stdin=from_stdin)
    with house.db.write() as session:
        user = auth.renew_password(session, actor, username, fresh)
    _both("console.password_renewed", name=user.username)


def _password(*, from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    typed = getpass("Password: ")
    if getpass("Once more: ") != typed:
        raise Invalid(field="password", why=Why("passwords_differ"))
    return typed


def _both(key: str, **values: str) -> None:
    say(t(key, "en", **values) + "  " + t(key, "ar", **values))


def account_add(
    house: House, actor: Actor, platform: str, native_id: str, names: list[str], backend: str, *, from_stdin: bool
) -> None:
    """Connect an account with the secrets given; Invalid when one is missing that it can't work without."""
    secrets: dict[str, str] = {}
    if from_stdin:
        for line in sys.stdin:
            name, _, value = line.strip().partition("=")
            if name:
                secrets[name] = value
    for name in names:
        secrets[name] = getpass(f"{name}: ")
    with house.db.write() as session:
        added = accounts.add_account(session, actor, platform, native_id, secrets, backend=backend, vault=house.vault)
        if missing := accounts.missing_secrets(platform, backend, secrets):
            raise Invalid(field="secret", why=Why("secrets_missing", names=", ".join(missing)))
        accounts.open_connector(added, house.settings, house.vault)  # makes no call; says when a setting forbids it
        key, in_use = added.key, added.active
    _both("console.account_added" if in_use else "console.account_added_disabled", account=key)


def account_switch(house: House, actor: Actor, name: str, *, on: bool) -> None:
    """Disable or enable an account; NotFound for an unknown one."""
    with house.db.write() as session:
        account = accounts.resolve(session, name, disabled=True)
        (accounts.enable if on else accounts.disable)(session, actor, account)
        key = account.key
    audit.seal(house.db)
    _both("console.account_enabled" if on else "console.account_disabled", account=key)


def account_list(house: House) -> dict[str, Any]:
    """Accounts and how they are."""
    with house.db.read() as session:
        rows = session.exec(select(Account).order_by(col(Account.id))).all()
        told = [
            {
                "account": a.key,
                "name": a.name,
                "active": a.active,
                "health": a.health,
                "detail": a.health_detail,
                "heard_at": a.heard_at,
                "retry_at": a.retry_at,
                "token_expires_at": a.token_expires_at,
            }
            for a in rows
        ]
    return {"accounts": told}


def rotate_keys(house: House, actor: Actor) -> dict[str, Any]:
    """Seal again with the first key whatever was sealed with another."""
    actor.require("account.admin")
    done = []
    with house.db.write() as session:
        for account in session.exec(select(Account)).all():
            if house.vault.stale(account.sealed):
                account.sealed = house.vault.seal(house.vault.open(account.sealed))
                audit.record(session, actor, "account.reseal", f"account:{account.id}")
                done.append(account.key)
    contacts, after, more = 0, 0, True
    while more:
        with house.db.write() as session:
            some, after = post.reseal(session, actor, house.vault, after)
        contacts, more = contacts + some, after > 0
    return {"key": house.vault.current, "resealed": done, "contacts": contacts}
