"""The crisis pause, the problems board, corrections and withdrawals, on the command line."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlmodel import Session, select

import scheduler.rooms  # noqa: F401 (registers what every room has to say when something leaves)
from console.opening import House
from console.posts import find, instant, told
from core import audit
from core.actors import Actor
from core.clock import now
from core.errors import WrongOption
from core.i18n import LANGS, t
from core.models import User
from core.why import Why
from outbox import decide, pause, problems
from outbox.problems import Trouble
from outbox.standing import Waiting, standing
from scheduler import posts, recurring
from scheduler.models import Post


def press(
    house: House, actor: Actor, reason: str, *, allow: Sequence[str], minutes: int | None, until: str | None, after: int
) -> dict[str, Any]:
    """Stop everything that would leave, for some minutes, until an instant, or until it is lifted; how it stands then."""
    if minutes is not None and until is not None:
        raise WrongOption(name="--for", why=Why("either_or", other="--until"))
    ends_at = now() + timedelta(minutes=minutes) if minutes is not None else instant("--until", until) if until else None
    with house.db.write() as session:
        words = [_by_id(session, word) for word in allow]
        pause.press(session, actor, reason, allow=words, ends_at=ends_at, after=timedelta(minutes=after))
    return show(house)


def permit(house: House, actor: Actor, word: str) -> dict[str, Any]:
    """One more that may leave while the pause goes on."""
    with house.db.write() as session:
        pause.permit(session, actor, _by_id(session, word))
    return show(house)


def lift(house: House, actor: Actor, after: int | None) -> dict[str, Any]:
    """End the pause; how it stands then: what waits to be confirmed, and what comes due within an hour."""
    with house.db.write() as session:
        pause.lift(session, actor, after=None if after is None else timedelta(minutes=after))
    return show(house)


def confirm(house: House, actor: Actor, ids: Sequence[int], every_s: int) -> dict[str, Any]:
    """Let go what was held, those chosen and no others, one after the other."""
    with house.db.write() as session:
        gone = decide.confirm(session, actor, ids, every=timedelta(seconds=every_s))
        value = {"confirmed": [{"delivery": one.id, "not_before": one.not_before} for one in gone]}
    audit.seal(house.db)
    return value


def show(house: House) -> dict[str, Any]:
    """How the pause stands."""
    audit.seal(house.db)
    with house.db.read() as session:
        now_ = standing(session)
    shown = now_.pause
    last = shown and {
        "id": shown.id,
        "reason": shown.reason,
        "started_by": shown.started_by,
        "started_at": shown.started_at,
        "ends_at": shown.ends_at,
        "lifted_by": shown.lifted_by or None,
        "lifted_at": shown.lifted_at,
        "allow": shown.allow,
        "after_s": shown.after_s,
    }
    flying = [
        {
            "delivery": f.delivery,
            "account": f.account,
            "kind": f.kind,
            "state": f.state,
            "fate": f.fate,
            **_both(f"outbox.fate.{f.fate}"),
        }
        for f in now_.in_flight
    ]
    lists = {"waiting": [_waiting(one) for one in now_.waiting], "soon": [_waiting(one) for one in now_.soon]}
    return {"in_force": now_.in_force, "pause": last, "in_flight": flying, "held": now_.held, **lists}


def board(house: House) -> dict[str, Any]:
    """Everything that did not simply go."""
    with house.db.read() as session:
        found = problems.board(session, settings=house.settings)
    return {"problems": [_trouble(row) for row in found.rows], "more": found.more}


def correct(house: House, actor: Actor, number: int, **given: Any) -> dict[str, Any]:
    """A draft that corrects a post; another person approves it."""
    with house.db.write() as session:
        post = find(session, number)
        child = posts.correct(session, actor, post, **given)
        value = {**told(session, child), "other_days": _other_days(session, post)}
    audit.seal(house.db)
    return value


def withdraw(house: House, actor: Actor, number: int, **given: Any) -> dict[str, Any]:
    """A draft that takes a post down, and where it stands; another person approves it."""
    with house.db.write() as session:
        post = find(session, number)
        child = posts.withdraw(session, actor, post, connect=house.connect, **given)
        places = [
            {"account": one.account.key, "permalink": one.delivery.permalink, "can_be_taken_down": can}
            for one, can in posts.removable(session, post, house.connect)
        ]
        value = {**told(session, child), "stands": places, "other_days": _other_days(session, post)}
    audit.seal(house.db)
    return value


def _other_days(session: Session, post: Post) -> list[dict[str, Any]]:
    """The other days of its row that still go."""
    return [{"id": one.id, "at": one.at, "state": one.state} for one in recurring.rest(session, post)]


def _by_id(session: Session, word: str) -> str:
    """`user:maryam` as `user:7`; all else as it is."""
    kind, _, name = word.partition(":")
    user = session.exec(select(User).where(User.username == name)).first() if kind == "user" and not name.isdigit() else None
    return f"user:{user.id}" if user else word


def _waiting(one: Waiting) -> dict[str, Any]:
    named = {"delivery": one.delivery, "account": one.account, "kind": one.kind, "at": one.scheduled_at, "text": one.text}
    return {**named, "permitted": one.permitted}


def _trouble(row: Trouble) -> dict[str, Any]:
    return {
        "delivery": row.delivery,
        "account": row.account,
        "kind": row.kind or None,
        "about": row.about or None,
        "count": row.count,
        "state": row.state,
        "reason": row.reason or None,
        "why": {lang: row.why(lang) for lang in LANGS},
        "owner": row.owner,
        "due_at": row.due_at,
        "age_s": int(row.age.total_seconds()),
        "deadline": row.deadline,
        "then": row.then,
        "may": list(row.may),
        "attempts": row.attempts,
        "text": row.text if row.kind == "post" else None,  # what answers a person is not for every eye
    }


def _both(key: str) -> dict[str, str]:
    return {lang: t(key, lang) for lang in LANGS}
