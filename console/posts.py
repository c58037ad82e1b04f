"""`post list | diff`: what is written, waits or went, and what was changed, as data. Changes nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from console.opening import House
from core.actors import Actor
from core.clock import parse
from core.errors import Invalid, NotFound, WrongOption
from core.i18n import LANGS, t
from core.models import Account, User
from core.why import Why, none_of
from scheduler import history, wall
from scheduler.difference import difference
from scheduler.models import Post, PostText
from scheduler.states import POST
from scheduler.steps import asked_of, progress, under


def find(session: Session, number: int) -> Post:
    """The post with this number; NotFound where there is none."""
    post = session.get(Post, number)
    if post is None:
        raise NotFound(thing="post", id=number)
    return post


def names(session: Session) -> dict[int | None, str]:
    """User names by id."""
    return dict(session.exec(select(User.id, User.username)).all())


def told(session: Session, post: Post) -> dict[str, Any]:
    """A post in short: what every command on it prints."""
    known = names(session)
    accounts = select(Account).join(PostText, col(PostText.account_id) == col(Account.id)).where(col(PostText.post_id) == post.id)
    return {
        "id": post.id,
        "kind": post.kind,
        "title": post.title,
        "state": post.state,
        "version": post.version,
        "at": post.at,
        "role": post.role or None,
        "about": post.about_id,
        "author": known.get(post.author_id, post.origin),
        "accounts": list(dict.fromkeys(account.key for account in session.exec(accounts.order_by(col(PostText.id))))),
        "steps": steps(session, under(session, post), known) if post.state in ("submitted", "scheduled") else [],
    }


def steps(session: Session, post: Post, known: Mapping[int | None, str]) -> list[dict[str, Any]]:
    """How far its approval has come, people by their user names."""
    return [
        {
            "step": step.number,
            "need": step.need,
            "complete": step.complete,
            **{who: [known.get(user, str(user)) for user in getattr(step, who)] for who in ("named", "yes", "gone", "wanting")},
        }
        for step in (progress(session, post).steps if post.steps else ())
    ]


def listing(house: House, *, state: str, actor: Actor | None, limit: int) -> dict[str, Any]:
    """The newest posts; only those in `state`; with `actor` only those whose open step is his. Invalid for an unknown state."""
    if state and state not in POST.moves:
        raise Invalid(field="state", why=none_of(state, sorted(POST.moves)))
    with house.db.read() as session:
        if actor is not None:
            actor.require("post.approve")
            found = asked_of(session, actor.user_id)
        else:
            query = select(Post).order_by(col(Post.id).desc()).limit(limit + 1)
            found = list(session.exec(query.where(col(Post.state) == state) if state else query))
        return {"posts": [told(session, post) for post in found[:limit]], "more": len(found) > limit}


def diff(house: House, number: int, old: int | None, new: int | None) -> dict[str, Any]:
    """What changed between two versions: the last two when none is named; `ar` and `en` say it in words."""
    with house.db.read() as session:
        post = find(session, number)
        after = history.find(session, post, new or post.version)
        before = history.find(session, post, old or max(after.number - 1, 1))
    changes = difference(before.content, after.content)
    known = {"old": before.number, "new": after.number, "old_by": before.name, "new_by": after.name}
    said: dict[str, str] = {}
    for lang in LANGS:
        lines = [change.words(lang) for change in changes] or [t("post.change.none", lang, old=before.number, new=after.number)]
        said[lang] = "\n".join([t("post.change.heading", lang, **known), *lines])
    return {"id": number, "old": before.number, "new": after.number, "changes": list(changes), **said}


def instant(option: str, typed: str, zone: str = wall.ZONE) -> datetime:
    """What was typed with its offset, or as clocks in `zone` show it; WrongOption names the option for anything else."""
    try:
        told = datetime.fromisoformat(typed.strip())
        return wall.instant(wall.read(told), zone) if told.tzinfo is None else wall.in_years(parse(typed))
    except (ValueError, OverflowError):
        raise WrongOption(name=option, why=Why("hour_form")) from None
    except Invalid as e:
        raise WrongOption(name=option, why=e.details["why"]) from None
