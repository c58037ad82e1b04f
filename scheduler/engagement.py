"""What people did with what we published, by platform, kind of post, hour and language: from each post's newest reading."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import select
from sqlmodel import Session, col

from core.bulk import among
from core.clock import DUBAI, in_dubai
from core.models import Account
from outbox.models import Delivery
from scheduler.figures import DOING
from scheduler.models import Post, Watched
from scheduler.queueing import post_of


@dataclass(frozen=True, slots=True)
class Made:
    """Something of ours. `kind`: news, event, or its role (reminder, notice …), "" for what was written on the platform itself;
    `lang`: ar, en, both, "" where we don't know; `hour`: of a Dubai clock as it came out; `values`: empty until its figures were
    read; `gone`: taken down since."""

    platform: str
    kind: str
    lang: str
    hour: int
    values: Mapping[str, int]
    gone: bool = False

    @property
    def engagement(self) -> int:
        return sum(self.values.get(name, 0) for name in DOING)


@dataclass(frozen=True, slots=True)
class Group:
    """So many posts, and what people did with them; `seen`: views; `withdrawn`: posts that were taken down since; `read`: how many
    of them the platform has told figures of. What it has not told is None, not nought."""

    value: str
    posts: int
    engagement: int | None
    seen: int | None
    withdrawn: int
    read: int

    @property
    def each(self) -> float | None:
        """Engagement on average of the posts whose figures were read."""
        return None if self.engagement is None else self.engagement / self.read


def made(session: Session, first: date, last: date) -> list[Made]:
    """All of ours that came out from `first` to `last`, both included."""
    begin, end = datetime.combine(first, time.min, DUBAI), datetime.combine(last, time.max, DUBAI)
    query = (
        select(col(Account.platform), col(Watched.published_at), col(Watched.values), col(Watched.gone_at), col(Delivery.ref))
        .join(Account, col(Account.id) == col(Watched.account_id))
        .join(
            Delivery,
            (col(Delivery.account_id) == col(Watched.account_id))
            & (col(Delivery.external_id) == col(Watched.native_id))
            & (col(Delivery.external_id) != ""),
            isouter=True,
        )
        .where(col(Watched.published_at) >= begin, col(Watched.published_at) <= end)
    )
    rows = session.execute(query).all()
    named = [post_of(ref or "") for *_, ref in rows]
    kinds = _kinds(session, {post for post, _ in named if post})
    return [
        Made(platform, kinds.get(post, ""), lang, in_dubai(at).hour, values, gone_at is not None)
        for (platform, at, values, gone_at, _), (post, lang) in zip(rows, named, strict=True)
    ]


def _kinds(session: Session, ids: set[int]) -> dict[int, str]:
    if not ids:
        return {}
    known = session.execute(select(col(Post.id), col(Post.kind), col(Post.role)).where(among(session, col(Post.id), ids)))
    return {post_id: role or kind for post_id, kind, role in known}


def grouped(posts: list[Made], by: Callable[[Made], str]) -> list[Group]:
    """Posts by what `by` says of each, the group with most engagement a post first."""
    groups: dict[str, list[Made]] = defaultdict(list)
    for post in posts:
        groups[by(post)].append(post)
    lines = [together(own, value) for value, own in groups.items()]
    return sorted(lines, key=lambda line: (line.each is None, -(line.each or 0), line.value))


def together(posts: list[Made], value: str = "") -> Group:
    """Posts as one group."""
    read = [one for one in posts if one.values]
    views = [one.values["views"] for one in read if "views" in one.values]
    done = sum(one.engagement for one in read) if read else None
    return Group(value, len(posts), done, sum(views) if views else None, sum(one.gone for one in posts), len(read))
