"""`post show`: all about one post, as data: what each account gets, who said what, what to look at. Calls no platform."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from sqlmodel import Session, col, select

from console.opening import House
from console.posts import find, names, told
from core.errors import MajlisError
from core.hijri import hijri
from core.i18n import LANGS, Lang
from core.models import Account
from outbox.models import Delivery
from scheduler import comments, history, reminders
from scheduler.findings import Finding, findings
from scheduler.models import Approval, Post, PostText
from scheduler.preview import preview
from scheduler.recurring import days
from scheduler.warnings import warnings


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
            "hijri": beside.words("en") if post.at and (beside := hijri(post.at)) else None,
            "days": [asdict(day) for day in days(session, post)],
            "texts": _texts(house, session, post),
            "reminders": [_reminder(house, session, one, policy=policy) for one in reminders.of(session, post)],
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
            "warnings": _warnings(house, session, post),
        }  # fmt: skip


def _reminder(house: House, session: Session, post: Post, *, policy: bool) -> dict[str, Any]:
    """One that the approval of its event covers, or covered: the same an approver looks at there."""
    return {
        **{name: getattr(post, name) for name in ("id", "before_s", "at", "state", "comment")},
        "texts": _texts(house, session, post),
        "findings": [_finding(one) for one in findings(session, post, policy=policy, settings=house.settings)],
        "warnings": _warnings(house, session, post),
    }


def _warnings(house: House, session: Session, post: Post) -> list[dict[str, Any]]:
    return [{"code": w.code, "at": w.at, "strong": w.strong} | _both(w.words) for w in warnings(session, post, house.connect)]


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
        {"account": account.key, "lang": text.lang, "text": text.text} | {"delivery": delivery and _carried(delivery)}
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


def _carried(delivery: Delivery) -> dict[str, Any]:
    return {name: getattr(delivery, name) for name in ("state", "reason", "permalink", "late_minutes")}
