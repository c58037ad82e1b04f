"""The passes of the operator: each does its work to the end, chains the audit, and reports what failed."""

import os
import socket
from pathlib import Path
from typing import Any

import migrations
import scheduler.rooms  # noqa: F401 (registers what every room has to say when something leaves)
from console.opening import House, keep_environment, made, reachable
from console.printing import say
from core import audit
from core.actors import WORKER, Actor
from core.db import open_database
from core.i18n import LANGS, t
from core.settings import settings
from core.vault import open_vault
from inbox import sync as listening
from outbox import accounts
from outbox.reconcile import reconcile_due
from outbox.send import send_due
from outbox.summary import Summary
from scheduler import posts
from scheduler.approval import whole_again
from scheduler.doubting import reread


def worker_name() -> str:
    """This process, unique among hosts: it signs the rows it takes."""
    return f"{socket.gethostname()}:{os.getpid()}"


def _told(summary: Summary) -> dict[str, Any]:
    return {"touched": summary.touched, **summary.to_json()}


def sync(house: House) -> tuple[dict[str, Any], bool]:
    """`manage.py sync`: see inbox.sync.sync."""
    value = listening.sync(house.db, house.connect, house.settings, worker_name())
    audit.seal(house.db)
    return value, any(line.get("error") for line in value["accounts"])


def publish(house: House) -> tuple[dict[str, Any], bool]:
    """`manage.py publish --due`: claims until nothing due is unclaimed, after what a worker does before: what another edition of
    the policy newly finds is held, what was held for an approver who is back goes on, what nobody approved in time expires.
    Says what waits for a person because of a pause."""
    reread(house.db, house.settings)
    whole_again(house.db)
    posts.expire_unapproved(house.db, WORKER)
    summary = send_due(house.db, house.connect, worker_name())
    audit.seal(house.db)
    if summary.unconfirmed:
        for lang in LANGS:
            say(t("console.unconfirmed", lang, n=summary.unconfirmed))
    return _told(summary), summary.failed


def reconcile(house: House) -> tuple[dict[str, Any], bool]:
    """`manage.py reconcile`: every read-back due now; does not sleep."""
    summary = reconcile_due(house.db, house.connect, worker_name())
    audit.seal(house.db)
    return _told(summary), summary.failed


def post_import(house: House, actor: Actor, file: Path) -> tuple[dict[str, Any], bool]:
    """`manage.py post import`: good lines are taken, bad ones named by number and code."""
    with file.open("rb") as lines:
        result = posts.import_lines(house.db, actor, lines, settings=house.settings, folder=file.parent, connect=house.connect)
    audit.seal(house.db)
    return result.to_json(), result.failed


def migrate() -> dict[str, Any]:
    """`manage.py migrate`: newest schema, the environment's accounts."""
    configured = settings()
    db = open_database(configured)
    before = reachable(db)
    made(db)
    keep_environment(db, configured, open_vault(configured))
    with db.read() as session:
        keys = [account.key for account in accounts.active(session)]
    return {"database": db.dialect, "before": before, "now": migrations.current(db), "accounts": keys}


def audit_verify(house: House, head: str = "") -> tuple[dict[str, Any], bool]:
    """`manage.py audit verify`: walks the chain; the unsealed are counted, not hidden. `head`: a seal that must stand in it."""
    with house.db.read() as session:
        found = audit.verify(session, known_head=head)
    value = {
        "sealed": found.sealed,
        "unsealed": found.unsealed,
        "head": found.head,
        "whole": found.whole,
        "broken": found.broken,
        "why": found.why,
    }
    return value, not found.whole
