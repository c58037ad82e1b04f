"""X, by tweepy: one account. What X charges and whom it lets us answer are facts of each item (PLATFORMS 1.1, 3, 6)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors import cursor as cursors
from connectors.contract import (
    Bill,
    Capabilities,
    Credentials,
    Evidence,
    Finding,
    Health,
    Known,
    Limits,
    Message,
    Outgoing,
    Page,
    Reading,
    Sent,
    Steps,
    Surface,
)
from connectors.matching import not_before, unwrapped, verdict
from connectors.transport import Wire
from connectors.unread import Sieve
from connectors.x import media as uploads
from connectors.x import prices, text
from connectors.x.client import Client
from connectors.x.posts import Post, Reader, id_at, objects, posts_of
from connectors.x.reading import Streams
from core.clock import now
from core.errors import CursorExpired, Disconnected, Gone, Rejected

#: X's count -> our name.
METRICS = {
    "impression_count": "views",
    "like_count": "likes",
    "reply_count": "comments",
    "retweet_count": "shares",
    "repost_count": "shares",
    "quote_count": "quotes",
    "bookmark_count": "saves",
}
ROOTS_KEPT = 50_000
MB = 1024 * 1024
#: X's media guidelines, November 2026; a film of an account without a subscription
PICTURE = Limits(("image/jpeg", "image/png", "image/webp"), bytes=uploads.IMAGE_LIMIT, sides=(4, 8192))
FILM = Limits(("video/mp4",), bytes=512 * MB, ratios=(1 / 3, 3), ms=(500, 140_000))
#: X's reference of POST /2/media/metadata: alt_text.text
ALT_MOST = 1000
#: X's reference of POST /2/dm_conversations/with/:participant_id/messages: text
DIRECT_MOST = 10_000


class X:
    """An X account. `options["tier"]`: self_serve (default: answers only to those who named or quoted us) or enterprise."""

    capabilities = Capabilities(
        picture=PICTURE,
        film=FILM,
        poll=True,
        alt_limit=ALT_MOST,
        media_max=4,
        text_limit=text.LIMIT,
        direct_limit=DIRECT_MOST,
        reply_private=True,
        direct=True,
        hide=True,
    )

    def __init__(self, credentials: Credentials, wire: Wire) -> None:
        self.account = f"x:{credentials.native_id}"
        self._client = Client(self.account, credentials, wire)
        self._own_id = credentials.native_id
        self._self_serve = credentials.options.get("tier", "self_serve") != "enterprise"
        self._handle = credentials.options.get("handle", "")
        self._roots: dict[str, bool] = {}
        self._sieve = Sieve(self.account)
        self._streams = Streams(self._client, wire.overlap_s, self._reader, self._ours, self._sieve)

    def check(self) -> Health:
        if not self._client.as_user:
            self._client.timeline(max_results=5)
            return Health(self._own_id, "", scopes=("tweet.read",), missing_scopes=("tweet.write", "dm.read", "dm.write"))
        me = self._client.me()
        if str(me.get("id")) != self._own_id:
            raise Disconnected(account=self.account, detail="another_account")
        self._handle = _word(me.get("username"))
        answer = self._client.line.answer
        level = answer.headers.get("x-access-level", "") if answer else ""
        missing = tuple(
            scope for scope, word in (("tweet.write", "write"), ("dm.write", "directmessages")) if level and word not in level
        )
        return Health(self._own_id, str(me.get("name") or ""), self._handle, (level,) if level else (), missing)

    def streams(self) -> tuple[str, ...]:
        return ("posts", "mentions", "replies", "quotes") + (("direct",) if self._client.as_user else ())

    def fetch(self, stream: str, cursor: str | None, *, not_before: datetime | None = None) -> Page:
        read: Callable[..., Page] = {name: getattr(self._streams, name) for name in self.streams()}[stream]
        return self._sieve.page(lambda: read(*cursors.begin(cursor, self.account, not_before)))

    def rewind(self, stream: str, cursor: str) -> str | None:
        try:
            state = cursors.read(cursor, self.account)
        except CursorExpired:
            return None
        if "next" not in state:
            return None  # it was the watermark itself that X refused
        # beyond the list of mentions the newest and the oldest of it say where the search goes on
        position = {"next", "newest"} | ({"high", "read", "low"} if state.get("step") != "older" else set())
        return cursors.write({k: v for k, v in state.items() if k not in position})

    def lookup(self, messages: Sequence[Known]) -> Sequence[Message]:
        """Posts only: X shows no single direct message. Protected and suspended authors' posts are left out, not taken for gone."""
        known = {m.native_id: m for m in messages if m.surface is not Surface.DIRECT}
        found: list[Message] = []
        newer: dict[str, str] = {}
        for body in self._by_id(list(known)):
            posts = posts_of(body)
            newer |= {post.ids[-1]: post.ids[0] for post in posts if post.ids[-1] != str(post.raw["id"])}
            found += self._present([p for p in posts if p.ids[-1] == str(p.raw["id"])], known)
            found += [_tombstone(self.account, known[i]) for i in _missing(body) if i in known]
        for body in self._by_id(list(newer)):
            found += self._present(posts_of(body), known)
        return found

    def count_text(self, said: str) -> int:
        return text.count(said)

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        if out.private:
            return self._send_direct(out)
        if text.count(out.text) > text.LIMIT:
            raise Rejected(account=self.account, detail="too_long")
        if len(out.media) > self.capabilities.media_max:
            raise Rejected(account=self.account, detail="too_many_media")
        ids = [uploads.upload(self._client.raw, self.account, one, steps, n) for n, one in enumerate(out.media)]
        native_id = self._client.create(out.text, ids, out.parent_id, out.poll)
        return self._sent(native_id, prices.creating(out.text, reply=out.parent_id is not None))

    def find_existing(self, out: Outgoing, steps: Steps, *, sent_at: datetime, taken: frozenset[str] = frozenset()) -> Evidence:
        if out.private:
            return self._find_direct(out, sent_at, taken)
        since = id_at(not_before(sent_at))
        wanted = unwrapped(out.text)
        found: list[Sent] = []
        token, cost = None, prices.creating(out.text, reply=out.parent_id is not None)
        while True:
            body = self._client.timeline(since_id=str(since) if since else None, max_results=100, pagination_token=token)
            found += [self._sent(p.ids[0], cost) for p in posts_of(body) if self._is(p, out, wanted, sent_at)]
            token = self._client.onward(body)
            if not token:
                break
        told = verdict(found, taken)
        # no post is asked for before each upload is a step; what was found is of a try before this one
        begun = all(steps.get(f"media:{n}") for n in range(len(out.media)))
        return told if begun or told.finding is not Finding.NOT_FOUND else Evidence(Finding.RESUMABLE, detail="media")

    def hide(self, native_id: str) -> None:
        self._client.hide(native_id, True)

    def unhide(self, native_id: str) -> None:
        self._client.hide(native_id, False)

    def delete(self, native_id: str) -> None:
        try:
            self._client.delete(native_id)
        except Gone:
            return

    def metrics(self, native_ids: Sequence[str]) -> Sequence[Reading]:
        readings: list[Reading] = []
        for body in self._by_id(list(native_ids), fields=["public_metrics"]):
            for post in posts_of(body):
                told = post.raw.get("public_metrics")
                counts = told if isinstance(told, Mapping) else {}
                values = {METRICS[k]: v for k, v in counts.items() if k in METRICS and isinstance(v, int)}
                readings.append(Reading(post.ids[0], now(), values))
        return readings

    def bill(self) -> Bill:
        return self._client.bill()

    def heed(self, shut: Mapping[str, datetime]) -> None:
        self._client.line.heed(shut)

    def price(self, said: str, *, reply: bool = False, private: bool = False) -> int:
        return prices.CREATE_DIRECT if private else prices.creating(said, reply=reply)

    def _reader(self) -> Reader:
        if not self._handle and self._client.as_user:
            self._handle = _word(self._client.me().get("username"))
        return Reader(self.account, self._own_id, self._handle, self._self_serve)

    def _ours(self, posts: list[Post]) -> frozenset[str]:
        """The conversations among these posts' that we began; those not known from the posts are looked up, once each."""
        for post in posts:
            if post.author == self._own_id and not post.parent:
                self._roots[post.conversation] = True
            elif post.parent and post.parent == post.conversation and post.raw.get("in_reply_to_user_id"):
                self._roots[post.conversation] = str(post.raw["in_reply_to_user_id"]) == self._own_id
        unknown = {p.conversation for p in posts if p.parent and p.author != self._own_id and p.conversation} - self._roots.keys()
        for body in self._by_id(sorted(unknown), fields=["author_id"]):
            self._roots |= {str(p.raw["id"]): p.author == self._own_id for p in posts_of(body)}
        self._roots |= {root: False for root in unknown if root not in self._roots}
        ours = frozenset(p.conversation for p in posts if self._roots.get(p.conversation))
        if len(self._roots) > ROOTS_KEPT:
            self._roots.clear()
        return ours

    def _by_id(self, ids: list[str], fields: list[str] | None = None) -> list[dict[str, Any]]:
        return [self._client.posts(ids[at : at + 100], fields=fields) for at in range(0, len(ids), 100)]

    def _present(self, posts: list[Post], known: Mapping[str, Known]) -> list[Message]:
        reader, ours = self._reader(), self._ours(posts)
        quotes = {i for i, k in known.items() if k.surface is Surface.QUOTE}
        return self._sieve.each(posts, lambda post: reader.message(post, ours=ours, quotes_us=bool(quotes & set(post.ids))))

    def _is(self, post: Post, out: Outgoing, wanted: str, sent_at: datetime) -> bool:
        """Author, time, parent, pictures, poll and text agree (PLATFORMS 6.5). X puts names before an answer itself."""
        if post.author not in ("", self._own_id) or post.shared or post.parent != out.parent_id:
            return False
        if post.changed_at and post.changed_at < not_before(sent_at):
            return False
        said = unwrapped(post.text)
        return (len(post.media_keys), post.asks) == (len(out.media), out.poll is not None) and (
            said == wanted or (bool(out.parent_id) and _unprefixed(said) == _unprefixed(wanted))
        )

    def _send_direct(self, out: Outgoing) -> Sent:
        if not out.to_author:
            raise Rejected(account=self.account, detail="no_recipient")
        return Sent(self._client.message(out.to_author, out.text), "https://x.com/messages", prices.CREATE_DIRECT)

    def _find_direct(self, out: Outgoing, sent_at: datetime, taken: frozenset[str]) -> Evidence:
        found: list[Sent] = []
        state: dict[str, Any] = {}
        wanted, earliest = unwrapped(out.text), not_before(sent_at)
        more = True
        while more:
            page = self._streams.direct(state, earliest)
            state, more = cursors.read(page.cursor, self.account), page.more
            found += [
                Sent(m.native_id, m.permalink, prices.CREATE_DIRECT)
                for m in page.messages
                if m.own
                and m.created_at >= earliest
                and unwrapped(m.text) == wanted
                and (out.to_author or "") in (m.root_id or out.to_author or "")
            ]
        return verdict(found, taken)

    def _sent(self, native_id: str, cost: int) -> Sent:
        return Sent(native_id, f"https://x.com/{self._handle or 'i'}/status/{native_id}", cost)


def _word(value: object) -> str:
    return value if isinstance(value, str) and value.isascii() else ""


def _unprefixed(said: str) -> str:
    words = said.split()
    while words and words[0].startswith("@"):
        words.pop(0)
    return " ".join(words)


def _missing(body: Mapping[str, Any]) -> list[str]:
    """Ids that X says do not exist."""
    return [
        str(error.get("resource_id") or error.get("value"))
        for error in objects(body.get("errors"))
        if str(error.get("type", "")).endswith("/resource-not-found")
    ]


def _tombstone(account: str, known: Known) -> Message:
    return Message(
        account, known.native_id, known.surface, known.author_id, known.text, known.created_at,
        parent_id=known.parent_id, root_id=known.root_id, deleted=True,
    )  # fmt: skip


def connect(credentials: Credentials, wire: Wire) -> X:
    """The connector of one X account; makes no call."""
    return X(credentials, wire)
