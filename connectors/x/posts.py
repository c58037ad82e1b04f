"""X's posts as Messages, in both of its vocabularies: tweet/retweet (to 2.166) and post/repost (2.167).

Text is what a reader of X sees: a long post in full, `&amp;` and its like decoded, and short t.co links shown as the
addresses they stand for, because nobody is ever shown a t.co address and a judge of spam must see the real one. A short link
that stands for the post's own picture or for the quoted post is dropped: X shows the picture or the card in its place.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.contract import Attachment, Can, Message, Surface
from connectors.x.attached import of_keys
from core.clock import now, parse

EPOCH_MS = 1_288_834_974_657
ID = re.compile(r"\d{1,19}")
Json = Mapping[str, Any]


def either(record: Json, older: str, newer: str) -> Any:
    """The value under its older or its newer name."""
    value = record.get(older)
    return record.get(newer) if value is None else value


def told_at(native_id: str) -> datetime | None:
    """When an id was made, in whole seconds as X tells `created_at` (its ids begin with their milliseconds); None for an id that
    is not of that make."""
    if not ID.fullmatch(native_id):
        return None
    ms = (int(native_id) >> 22) + EPOCH_MS
    return datetime.fromtimestamp(ms // 1000, UTC) if ms > EPOCH_MS + 1000 else None


def id_at(moment: datetime) -> int:
    """The smallest id X could give at `moment`; 0 before X had such ids."""
    return max(0, (int(moment.timestamp() * 1000) - EPOCH_MS) << 22)


def moment(given: object) -> datetime | None:
    """The time X gave, None where it gave none that can be read."""
    try:
        return parse(str(given)) if given else None
    except (ValueError, OverflowError):
        return None


def number(native_id: object) -> int:
    """An id as a number to compare; 0 for what is none."""
    return int(str(native_id)) if ID.fullmatch(str(native_id)) else 0


@dataclass(frozen=True, slots=True)
class Post:
    """One post of an answer with what came beside it. `ids`: all ids of its edits, first to newest."""

    raw: Json
    users: Mapping[str, Json]
    media: Mapping[str, Json]

    @property
    def ids(self) -> tuple[str, ...]:
        given = either(self.raw, "edit_history_tweet_ids", "edit_history_post_ids") or ()
        ids = [str(i) for i in given if ID.fullmatch(str(i))] if isinstance(given, list) else []
        return tuple(sorted({*ids, str(self.raw["id"])}, key=number))

    @property
    def author(self) -> str:
        return str(self.raw.get("author_id") or "")

    @property
    def conversation(self) -> str:
        given = str(self.raw.get("conversation_id") or "")
        return given if ID.fullmatch(given) else ""

    def points_to(self, *kinds: str) -> str | None:
        """The id of the post this one answers, quotes or shares."""
        for ref in objects(either(self.raw, "referenced_tweets", "referenced_posts")):
            if ref.get("type") in kinds and ref.get("id"):
                return str(ref["id"])
        return None

    @property
    def parent(self) -> str | None:
        direct = either(self.raw, "in_reply_to_tweet_id", "in_reply_to_post_id")
        return self.points_to("replied_to") or (str(direct) if direct else None)

    @property
    def quoted(self) -> str | None:
        return self.points_to("quoted")

    @property
    def shared(self) -> str | None:
        return self.points_to("retweeted")

    def links(self) -> dict[str, str]:
        """Short link -> what a reader sees in its place."""
        long = either(self.raw, "note_tweet", "note_post")
        found: dict[str, str] = {}
        for holder in (self.raw, long):
            for link in _marks(holder, "urls"):
                if link.get("url"):
                    found[str(link["url"])] = self._shown(link)
        return found

    def _shown(self, link: Json) -> str:
        target = str(link.get("expanded_url") or link["url"])
        picture = link.get("media_key") or re.search(r"/status/\d+/(?:photo|video)/\d+$", target)
        card = self.quoted and re.search(rf"/status/{self.quoted}(?:\?|$)", target)
        return "" if picture or card else target

    @property
    def text(self) -> str:
        long = either(self.raw, "note_tweet", "note_post")
        said = long.get("text") if isinstance(long, Mapping) and long.get("text") else self.raw.get("text")
        text = html.unescape(str(said or ""))
        for short, shown in sorted(self.links().items(), key=lambda pair: -len(pair[0])):
            text = text.replace(short, shown) if shown else re.sub(rf"\s*{re.escape(short)}", "", text)
        return text

    @property
    def changed_at(self) -> datetime | None:
        return moment(self.raw.get("created_at"))

    def names_us(self, own_id: str, handle: str) -> bool:
        """X's summons rule: the author himself wrote our @name. The names X puts before an answer don't count."""
        implied = self._implied_until(own_id) if self.parent else 0
        for mention in _marks(self.raw, "mentions"):
            ours = str(mention.get("id") or "") == own_id or (handle and str(mention.get("username", "")).lower() == handle.lower())
            start = mention.get("start")
            if ours and (start if isinstance(start, int) else 0) >= implied:
                return True
        return False

    def _implied_until(self, own_id: str) -> int:
        """Where an answer's own words begin: X says so; where it does not, an answer to us begins after the names before it."""
        shown = self.raw.get("display_text_range")
        if isinstance(shown, list) and shown and isinstance(shown[0], int):
            return shown[0]
        if str(self.raw.get("in_reply_to_user_id") or "") != own_id:
            return 0
        prefix = re.match(r"(?:@\w{1,20}\s+)+", str(self.raw.get("text") or ""))
        return prefix.end() if prefix else 0

    @property
    def media_keys(self) -> list[Any]:
        attached = self.raw.get("attachments")
        keys = attached.get("media_keys") if isinstance(attached, Mapping) else None
        return keys if isinstance(keys, list) else []

    @property
    def asks(self) -> bool:
        """Whether a poll hangs from it."""
        attached = self.raw.get("attachments")
        return bool(attached.get("poll_ids")) if isinstance(attached, Mapping) else False

    @property
    def hung(self) -> tuple[Attachment, ...]:
        """Its media; webhooks name them in its links alone."""
        keys = self.media_keys or [link["media_key"] for link in _marks(self.raw, "urls") if link.get("media_key")]
        return of_keys(map(str, keys), self.media)


def posts_of(body: Json) -> list[Post]:
    """The posts of an answer; records without an id are left out (`strange` tells them)."""
    includes = body.get("includes")
    beside = includes if isinstance(includes, Mapping) else {}
    users = _by(beside.get("users"), "id")
    media = _by(beside.get("media"), "media_key")
    return [Post(row, users, media) for row in _data(body) if _named(row)]


def strange(body: Json) -> list[Any]:
    """The records of an answer that are no posts."""
    return [row for row in _data(body) if not _named(row)]


def objects(value: Any) -> list[Json]:
    """The objects of a list; none where there is no list."""
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _marks(holder: Any, name: str) -> list[Json]:
    """What X marked in a text: its links, or whom it names."""
    entities = holder.get("entities") if isinstance(holder, Mapping) else None
    return objects(entities.get(name) if isinstance(entities, Mapping) else None)


def _data(body: Json) -> list[Any]:
    data = body.get("data")
    return data if isinstance(data, list) else [data] if data is not None else []


def _named(row: Any) -> bool:
    return isinstance(row, Mapping) and ID.fullmatch(str(row.get("id"))) is not None


def _by(rows: Any, key: str) -> dict[str, Json]:
    plain = [row.get("data", row) for row in objects(rows)]  # the activity webhooks wrap each user in {"data": …}
    return {str(row[key]): row for row in plain if isinstance(row, Mapping) and row.get(key)}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads: our account, and what X lets us do on our plan."""

    account: str
    own_id: str
    handle: str = ""
    self_serve: bool = True

    def message(self, post: Post, *, ours: frozenset[str] = frozenset(), quotes_us: bool = False) -> Message:
        """`ours`: conversations we began (only there may we hide). `quotes_us`: it came as a quote of a post of ours."""
        first, newest = post.ids[0], post.ids[-1]
        own = post.author == self.own_id
        said = post.changed_at or told_at(newest) or now()
        edited = len(post.ids) > 1
        user = post.users.get(post.author, {})
        handle = str(user.get("username") or "") or (self.handle if own else "")
        return Message(
            account=self.account,
            native_id=first,
            surface=self._surface(post, own, quotes_us),
            author_id=post.author,
            author_name=str(user.get("name") or ""),
            author_handle=handle,
            text=post.text,
            created_at=told_at(first) or said if edited else said,
            parent_id=post.parent,
            root_id=post.conversation if post.conversation not in ("", *post.ids) else None,
            quoted_id=post.quoted or post.shared,
            edited=edited,
            edited_at=said if edited else None,
            own=own,
            permalink=f"https://x.com/{handle or 'i'}/status/{newest}",
            lang_hint=_language(post.raw.get("lang")),
            can=self._can(post, own, ours, quotes_us),
            attachments=post.hung,
        )

    def _surface(self, post: Post, own: bool, quotes_us: bool) -> Surface:
        if post.shared:
            return Surface.SHARE
        if quotes_us:
            return Surface.QUOTE
        if post.parent:
            return Surface.REPLY
        if own:
            return Surface.QUOTE if post.quoted else Surface.POST
        return Surface.MENTION

    def _can(self, post: Post, own: bool, ours: frozenset[str], quotes_us: bool) -> Can:
        if own:
            return Can(reply=True, delete=True)
        summoned = not self.self_serve or quotes_us or post.names_us(self.own_id, self.handle)
        answerable = summoned and not post.shared
        started = bool(post.parent) and post.conversation in ours
        return Can(reply=answerable, reply_privately=True, hide=started, why_no_reply="" if answerable else "not_summoned")


def _language(code: Any) -> str:
    """X's guess, without the codes by which it says that it has none."""
    return (
        str(code)
        if isinstance(code, str) and 2 <= len(code) <= 3 and code not in ("und", "zxx", "qam", "qct", "qht", "qme", "qst")
        else ""
    )
