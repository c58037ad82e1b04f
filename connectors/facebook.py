"""Facebook, by facebook-sdk: one page (PLATFORMS 1.2, 5.2, 6)."""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from connectors import cursor as cursors
from connectors.contract import (
    Bill,
    Capabilities,
    Credentials,
    Evidence,
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
from connectors.cursor import State
from connectors.errors import OF_ONE, left_out
from connectors.meta import attached, beneath
from connectors.meta import messages as to
from connectors.meta.conversations import Conversations
from connectors.meta.graph import Graph, Json, Rows
from connectors.meta.health import health
from connectors.meta.insights import insights, total
from connectors.meta.posting import PHOTO_LIMIT, Posting
from connectors.transport import Wire
from connectors.unread import Sieve, id_of
from core.clock import now
from core.errors import Gone

POST_FIELDS = f"id,message,created_time,updated_time,permalink_url,is_published,{attached.OF_POST}"
OTHERS_FIELDS = f"id,message,from,created_time,updated_time,permalink_url,{attached.OF_POST}"
COUNT_FIELDS = "id,created_time,updated_time,comments.summary(true).limit(0)"
COMMENT_FIELDS = (
    "id,message,from,created_time,parent{id},is_hidden,can_comment,can_hide,can_remove,can_reply_privately,permalink_url,"
    + attached.OF_COMMENT
)
SCOPES = ("pages_read_engagement", "pages_read_user_content", "pages_manage_posts", "pages_manage_engagement", "pages_messaging")
METRICS = {"post_media_view": "views", "post_total_media_view_unique": "reach", "post_clicks": "clicks"}
STREAMS = ("posts", "comments", "visitor_posts", "mentions", "direct")
#: Meta's pages on photos and on videos that are brought up in one piece, November 2026
PICTURE = Limits(("image/jpeg", "image/png"), bytes=PHOTO_LIMIT)
FILM = Limits(("video/mp4",), bytes=1024 * 1024 * 1024, ratios=(9 / 16, 16 / 9), ms=(1000, 20 * 60_000))
#: Meta's references of Photo and of Page Photos (alt_text_custom) name no cap; a picture that goes to Instagram too has its cap
ALT_MOST = 1000
#: the Send API's reference: message.text
DIRECT_MOST = 2000


class Facebook:
    """A Facebook page with a Page access token."""

    capabilities = Capabilities(
        picture=PICTURE,
        film=FILM,
        card=True,
        alt_limit=ALT_MOST,
        media_max=10,
        text_limit=63_206,
        direct_limit=DIRECT_MOST,
        reply_private=True,
        direct=True,
        hide=True,
    )

    def __init__(self, credentials: Credentials, wire: Wire) -> None:
        self.account = f"facebook:{credentials.native_id}"
        self._page = credentials.native_id
        self._graph = Graph(self.account, credentials.secrets, wire)
        self._sieve = Sieve(self.account)
        own = frozenset({self._page})
        self._direct = Conversations(
            self._graph, self.account, "messenger", lambda: own, lambda: self._page, wire.overlap_s, self._sieve
        )
        self._posting = Posting(self._graph, self.account, self._page, self._direct)
        self._walk = beneath.Walk(("published_posts", "visitor_posts"), self._list_posts, _see, self._read_beneath, self._sieve)

    def check(self) -> Health:
        with self._graph.line.speaking():
            facts = self._graph.must_be_page(self._page)
            me = self._graph.get(self._page, fields="id,name")
            return health(self._page, str(me.get("name") or ""), facts, SCOPES)

    def streams(self) -> tuple[str, ...]:
        return STREAMS

    def fetch(self, stream: str, cursor: str | None, *, not_before: datetime | None = None) -> Page:
        return self._sieve.page(lambda: self._fetch(stream, *cursors.begin(cursor, self.account, not_before)))

    def _fetch(self, stream: str, state: State, floor: datetime | None) -> Page:
        if stream == "direct":
            return self._direct.page(state, floor)
        if stream == "comments":
            if "step" not in state and "next" not in state and "edge" not in state:
                self._graph.must_be_page(self._page)
            return self._walk.page(state, floor)
        return self._posts(stream, state, floor)

    def rewind(self, stream: str, cursor: str) -> str | None:
        return cursors.rewound(cursor, self.account, "next", "deeper")

    def lookup(self, messages: Sequence[Known]) -> Sequence[Message]:
        """One call each: the Graph API has no other way that all pages may use. Direct messages are left out."""
        found: list[Message] = []
        healthy = False
        for known in messages:
            if known.surface is Surface.DIRECT:
                continue
            try:
                found.append(self._present(known))
            except Gone:
                if not healthy:
                    self._graph.must_be_page(self._page)  # a token that lost its rights would make everything look gone
                    healthy = True
                found.append(to.tombstone(self.account, known))
            except OF_ONE as error:
                left_out(known.native_id, error)
        return found

    def count_text(self, said: str) -> int:
        return len(said)

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        with self._graph.line.speaking():
            return self._posting.send(out, steps)

    def find_existing(self, out: Outgoing, steps: Steps, *, sent_at: datetime, taken: frozenset[str] = frozenset()) -> Evidence:
        with self._graph.line.speaking():
            return self._posting.find(out, steps, sent_at, taken)

    def hide(self, native_id: str) -> None:
        self._graph.change(native_id, is_hidden="true")

    def unhide(self, native_id: str) -> None:
        self._graph.change(native_id, is_hidden="false")

    def delete(self, native_id: str) -> None:
        with contextlib.suppress(Gone):
            self._graph.delete(native_id)

    def metrics(self, native_ids: Sequence[str]) -> Sequence[Reading]:
        readings: list[Reading] = []
        fields = "reactions.summary(true).limit(0),comments.summary(true).limit(0),shares"
        for native_id in native_ids:
            try:
                post = self._graph.get(native_id, fields=f"id,{fields}")
            except OF_ONE as error:
                left_out(native_id, error)
                continue
            counts = {"likes": total(post, "reactions"), "comments": total(post, "comments")}
            shares = to.inner(post, "shares").get("count")
            values = {k: v for k, v in {**counts, "shares": shares}.items() if isinstance(v, int)}
            readings.append(Reading(native_id, now(), {**values, **insights(self._graph, native_id, METRICS)}))
        return readings

    def bill(self) -> Bill:
        return self._graph.line.bill()

    def heed(self, shut: Mapping[str, datetime]) -> None:
        self._graph.line.heed(shut)

    def price(self, text: str, *, reply: bool = False, private: bool = False) -> int:
        return 0

    def _posts(self, stream: str, state: State, floor: datetime | None) -> Page:
        edge, fields, surface = {
            "posts": ("published_posts", POST_FIELDS, Surface.POST),
            "visitor_posts": ("visitor_posts", OTHERS_FIELDS, Surface.POST),
            "mentions": ("tagged", OTHERS_FIELDS, Surface.MENTION),
        }[stream]
        rows = self._graph.rows(f"{self._page}/{edge}", state.get("next"), fields=fields, limit=100)
        shown = [row for row in rows.data if row.get("is_published") is not False]
        default = self._page if stream == "posts" else ""
        found = self._sieve.each(shown, lambda row: to.facebook_post(self.account, self._page, row, surface, default))
        return beneath.plain(state, floor, rows, tuple(found))

    def _list_posts(self, edge: str, after: str | None) -> Rows:
        return self._graph.rows(f"{self._page}/{edge}", after, fields=COUNT_FIELDS, limit=100)

    def _read_beneath(self, post_id: str, object_id: str, after: str | None, floor: datetime | None) -> beneath.Leaf:
        where: dict[str, Any] = {"since": int(floor.timestamp())} if floor else {}
        try:
            rows = self._graph.rows(
                f"{object_id}/comments", after, filter="stream", order="chronological", fields=COMMENT_FIELDS, limit=100, **where
            )
        except Gone:
            return beneath.Leaf(())  # the post went while we walked; what stood beneath is looked up
        except OF_ONE as error:
            self._sieve.leave({"post": post_id, "beneath": object_id}, f"{error.code} {error.details['detail']}")
            return beneath.Leaf(())
        found = self._sieve.each(rows.data, lambda row: to.facebook_comment(self.account, self._page, row, post_id))
        return beneath.Leaf(tuple(found), rows.after)

    def _present(self, known: Known) -> Message:
        if known.surface is Surface.COMMENT:
            row = self._graph.get(known.native_id, fields=COMMENT_FIELDS)
            return to.facebook_comment(self.account, self._page, row, known.root_id or known.parent_id or "")
        row = self._graph.get(known.native_id, fields=OTHERS_FIELDS)
        return to.facebook_post(self.account, self._page, row, known.surface, known.author_id)


def _see(row: Json) -> beneath.Post:
    count = to.inner(to.inner(row, "comments"), "summary").get("total_count")
    known: int | None = count if isinstance(count, int) else None
    changed = to.text(row, "updated_time")
    # without any count nothing shows a change: a mark that never repeats makes the post be read each time
    mark = f"{known}|{changed}" if known is not None else f"?{now().timestamp()}"
    return beneath.Post(id_of(row.get("id")), to.told(row, "created_time"), mark, known)


def connect(credentials: Credentials, wire: Wire) -> Facebook:
    """The connector of one page; makes no call."""
    return Facebook(credentials, wire)
