"""`post list | show | diff`: what is written, waits or went, as data. Changes nothing, calls no platform."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlmodel import Session, col, select

from console.opening import House
from core.actors import Actor
from core.errors import Invalid, MajlisError, NotFound
from core.i18n import LANGS, Lang, t
from core.models import Account, User
from core.why import none_of
from outbox.models import Delivery
from scheduler import comments, history
from scheduler.difference import difference
from scheduler.findings import Finding, findings
from scheduler.models import Approval, Post, PostText
from scheduler.posts import preview
from scheduler.states import POST
from scheduler.steps import asked_of, progress, under
from scheduler.warnings import warnings


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


def whole(house: House, number: int, *, policy: bool = True) -> dict[str, Any]:
    """All about one post: each account's version as it will be sent, who said what, what an approver should look at."""
    with house.db.read() as session:
        post = find(session, number)
        known = names(session)
        said = session.exec(select(Approval).where(col(Approval.post_id) == post.id).order_by(col(Approval.id))).all()
        content = history.content_of(session, post)
        found = findings(session, post, policy=policy, settings=house.settings)
        return {
            **told(session, post),
            **{name: content[name] for name in ("ar", "en", "pair_why", "wall", "zone", "repeat", "poll", "media", "event")},
            "texts": _texts(house, session, post),
            "approvals": [
                {"version": a.version, "step": a.step, "user": known[a.user_id], "yes": a.yes, "comment": a.comment, "at": a.at}
                for a in said
            ],
            "comments": [
                {"version": c.version, "user": known[c.user_id], "text": c.text, "at": c.at} for c, _ in comments.of(session, post)
            ],
            "versions": [
                {"version": v.number, "by": _name(v.by, known), "at": v.at} for v in history.versions(session, post)
            ],
            "findings": [_finding(one) for one in found],
            "warnings": [
                {"code": w.code, "at": w.at, "strong": w.strong} | _both(w.words)
                for w in warnings(session, post, house.connect)
            ],
        }  # fmt: skip


def _name(label: str, known: Mapping[int | None, str]) -> str:
    return known.get(int(label.removeprefix("user:")), label) if label.startswith("user:") else label


def _finding(one: Finding) -> dict[str, Any]:
    values = {"code": one.code, "level": one.level, "of": list(one.of), "span": one.span, "values": dict(one.values)}
    return values | _both(one.words)


def _both(words: Callable[[Lang], str]) -> dict[str, Any]:
    return {lang: words(lang) for lang in LANGS}


def _texts(house: House, session: Session, post: Post) -> list[dict[str, Any]]:
    """Each version, what stands in its way and what carries it; without the count where an account can't be opened."""
    rows = select(PostText, Account, Delivery).join(Account, col(Account.id) == col(PostText.account_id))
    rows = rows.join(Delivery, col(Delivery.id) == col(PostText.delivery_id), isouter=True)
    texts: list[dict[str, Any]] = [
        {"account": account.key, "lang": text.lang, "text": text.text}
        | {"delivery": delivery and {"state": delivery.state, "reason": delivery.reason, "permalink": delivery.permalink}}
        for text, account, delivery in session.exec(rows.where(col(PostText.post_id) == post.id).order_by(col(PostText.account_id)))
    ]
    try:
        counted = {(p.account, p.lang): p for p in preview(session, post, house.connect)}
    except MajlisError as e:
        return [text | {"error": e.code} for text in texts]
    for text in texts:
        seen = counted[text["account"], text["lang"]]
        whys = [{"code": why.code} | _both(why.words) for why in seen.whys]
        text |= {"count": seen.count, "limit": seen.limit, "cost_micros": seen.cost_micros, "problems": whys}
    return texts


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
