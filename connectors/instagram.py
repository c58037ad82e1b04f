"""Instagram, by its official Graph API through facebook-sdk: one professional account linked to a page (PLATFORMS 2, 5.2, 6)."""

import contextlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from connectors import cursor as cursors
from connectors.contract import (
    Bill,
    Capabilities,
    Credentials,
    Evidence,
    Health,
    Known,
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
from connectors.matching import normal, not_before, verdict
from connectors.meta import beneath
from connectors.meta import messages as to
from connectors.meta.containers import CAPTION_MOST, FILM, HANDLES_MOST, HASHTAGS_MOST, PICTURE, Containers
from connectors.meta.conversations import Conversations
from connectors.meta.graph import Graph, Json, Rows, rows_of
from connectors.meta.health import health
from connectors.meta.insights import insights
from connectors.meta.private import Private
from connectors.transport import Wire
from connectors.unread import Sieve, id_of
from core.clock import now
from core.errors import Gone, NotPossible, Rejected

MEDIA_FIELDS = "id,caption,timestamp,username,permalink,media_type"
COUNT_FIELDS = "id,timestamp,comments_count"
COMMENT_FIELDS = "id,text,timestamp,username,from,hidden,parent_id"
LISTED_FIELDS = f"{COMMENT_FIELDS},replies.limit(50){{{COMMENT_FIELDS}}}"
SCOPES = ("instagram_basic", "instagram_manage_comments", "instagram_content_publish", "instagram_manage_messages")
METRICS = {"views": "views", "reach": "reach", "saved": "saves", "shares": "shares"}
STREAMS = ("posts", "comments", "mentions", "direct")
#: Meta's reference of POST /{ig-user}/media, since March 2025: alt_text, of pictures alone
ALT_MOST = 1000


class Instagram:
    """An Instagram professional account with the Page token of its page."""

    capabilities = Capabilities(
        post_text=False,
        picture=PICTURE,
        film=FILM,
        carousel=True,
        handles_max=HANDLES_MOST,
        hashtags_max=HASHTAGS_MOST,
        alt_limit=ALT_MOST,
        media_max=10,
        text_limit=CAPTION_MOST,
        direct_limit=1000,  # Instagram messaging, "Send a message"
        counts_bytes=True,
        reply_private=True,
        direct=True,
        hide=True,
        needs_public_media=True,
    )

    def __init__(self, credentials: Credentials, wire: Wire) -> None:
        self.account = f"instagram:{credentials.native_id}"
        self._user = credentials.native_id
        self._graph = Graph(self.account, credentials.secrets, wire)
        self._sieve = Sieve(self.account)
        self._handle = credentials.options.get("handle", "")
        self._page = credentials.options.get("page_id", "")
        self._direct = Conversations(self._graph, self.account, "instagram", self._own_ids, self._home, wire.overlap_s, self._sieve)
        self._containers = Containers(self._graph, self.account, self._user)
        self._private = Private(self._graph, self.account, self._direct, self._home)
        self._walk = beneath.Walk(("media",), self._list_media, _see, self._read_beneath, self._sieve)

    def check(self) -> Health:
        with self._graph.line.speaking():
            facts = self._graph.must_be_page()
            me = self._graph.get(self._user, fields="id,username,name")
            self._handle = to.text(me, "username")
            return health(self._user, to.text(me, "name"), facts, SCOPES, self._handle)

    def streams(self) -> tuple[str, ...]:
        return STREAMS

    def fetch(self, stream: str, cursor: str | None, *, not_before: datetime | None = None) -> Page:
        return self._sieve.page(lambda: self._fetch(stream, *cursors.begin(cursor, self.account, not_before)))

    def _fetch(self, stream: str, state: State, floor: datetime | None) -> Page:
        if stream == "direct":
            return self._direct.page(state, floor)
        if stream == "comments":
            if "step" not in state and "next" not in state:
                self._graph.must_be_page()
            return self._walk.page(state, floor)
        edge = {"posts": "media", "mentions": "tags"}[stream]
        rows = self._graph.rows(f"{self._user}/{edge}", state.get("next"), fields=MEDIA_FIELDS, limit=100)
        own = stream == "posts"
        found = self._sieve.each(rows.data, lambda row: to.instagram_media(self.account, self._user, row, own=own))
        return beneath.plain(state, floor, rows, tuple(found))

    def rewind(self, stream: str, cursor: str) -> str | None:
        return cursors.rewound(cursor, self.account, "next", "deeper")

    def lookup(self, messages: Sequence[Known]) -> Sequence[Message]:
        """One call each. A mention in a comment elsewhere (surface MENTION with the media as `root_id`) is read as Meta lets those
        be read who are named in it; direct messages are left out."""
        found: list[Message] = []
        healthy = False
        for known in messages:
            if known.surface is Surface.DIRECT:
                continue
            try:
                found.append(self._present(known))
            except Gone:
                if not healthy:
                    self._graph.must_be_page()  # a token that lost its rights would make everything look gone
                    healthy = True
                found.append(to.tombstone(self.account, known))
            except OF_ONE as error:
                left_out(known.native_id, error)
        return found

    def count_text(self, said: str) -> int:
        return len(said)

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        with self._graph.line.speaking():
            if out.private:
                return self._private.send(out, steps)
            return self._reply(out) if out.parent_id else self._containers.send(out, steps)

    def find_existing(self, out: Outgoing, steps: Steps, *, sent_at: datetime, taken: frozenset[str] = frozenset()) -> Evidence:
        with self._graph.line.speaking():
            if out.private:
                return self._private.find(out, sent_at, taken)
            if out.parent_id:
                return self._find_reply(out, sent_at, taken)
            return self._containers.find(out, steps, sent_at, taken)

    def hide(self, native_id: str) -> None:
        self._graph.change(native_id, hide="true")

    def unhide(self, native_id: str) -> None:
        self._graph.change(native_id, hide="false")

    def delete(self, native_id: str) -> None:
        with contextlib.suppress(Gone):
            self._graph.delete(native_id)

    def metrics(self, native_ids: Sequence[str]) -> Sequence[Reading]:
        readings: list[Reading] = []
        for native_id in native_ids:
            try:
                media = self._graph.get(native_id, fields="id,like_count,comments_count")
            except OF_ONE as error:
                left_out(native_id, error)
                continue
            counts = {"likes": media.get("like_count"), "comments": media.get("comments_count")}
            values = {k: v for k, v in counts.items() if isinstance(v, int)}
            readings.append(Reading(native_id, now(), {**values, **insights(self._graph, native_id, METRICS)}))
        return readings

    def bill(self) -> Bill:
        return self._graph.line.bill()

    def heed(self, shut: Mapping[str, datetime]) -> None:
        self._graph.line.heed(shut)

    def price(self, text: str, *, reply: bool = False, private: bool = False) -> int:
        return 0

    def _home(self) -> str:
        """The page whose token this is: Meta keeps the account's conversations under it."""
        if not self._page:
            self._page = id_of(self._graph.get("me", fields="id").get("id"))
        return self._page

    def _own_ids(self) -> frozenset[str]:
        return frozenset({self._user, self._page})

    def _own_handle(self) -> str:
        if not self._handle:
            self._handle = to.text(self._graph.get(self._user, fields="id,username"), "username")
        return self._handle

    def _list_media(self, edge: str, after: str | None) -> Rows:
        return self._graph.rows(f"{self._user}/{edge}", after, fields=COUNT_FIELDS, limit=100)

    def _read_beneath(self, media_id: str, object_id: str, after: str | None, floor: datetime | None) -> beneath.Leaf:
        """Top-level comments, newest first, with their answers; a comment with more answers than fit is read on by itself."""
        top = object_id == media_id
        edge, fields = ("comments", LISTED_FIELDS) if top else ("replies", COMMENT_FIELDS)
        try:
            rows = self._graph.rows(f"{object_id}/{edge}", after, fields=fields, limit=50)
        except Gone:
            return beneath.Leaf(())
        except OF_ONE as error:
            self._sieve.leave({"post": media_id, "beneath": object_id}, f"{error.code} {error.details['detail']}")
            return beneath.Leaf(())
        found: list[Message] = []
        deeper: list[str] = []
        for row, said in self._sieve.each(rows.data, lambda row: (row, self._comment(row, media_id, object_id))):
            found.append(said)
            if row.get("replies"):
                above, answers = said.native_id, rows_of(to.inner(row, "replies"), self.account)
                found += self._sieve.each(answers.data, partial(self._comment, media_id=media_id, parent_id=above))
                deeper += [above] if answers.after else []
        return beneath.Leaf(tuple(found), rows.after, tuple(deeper))

    def _comment(self, row: Json, media_id: str, parent_id: str) -> Message:
        return to.instagram_comment(self.account, self._user, self._own_handle(), row, media_id, parent_id)

    def _present(self, known: Known) -> Message:
        if known.surface is Surface.MENTION:
            return self._mention(known)
        if known.surface is Surface.COMMENT:
            row = self._graph.get(known.native_id, fields=COMMENT_FIELDS)
            return self._comment(row, known.root_id or "", known.parent_id or known.root_id or "")
        row = self._graph.get(known.native_id, fields=MEDIA_FIELDS)
        return to.instagram_media(self.account, self._user, row, own=True)

    def _mention(self, known: Known) -> Message:
        if known.root_id and known.root_id != known.native_id:
            return self._mentioned_comment(known.native_id, known.root_id)
        try:
            row = self._graph.get(known.native_id, fields=MEDIA_FIELDS)
        except (Gone, Rejected):
            asked = f"mentioned_media.media_id({known.native_id}){{id,caption,timestamp,username,media_type}}"
            row = to.inner(self._graph.get(self._user, fields=asked), "mentioned_media")
        return to.instagram_media(self.account, self._user, {"id": known.native_id, **row}, own=False)

    def _mentioned_comment(self, native_id: str, media_id: str) -> Message:
        try:
            row = self._graph.get(
                self._user, fields=f"mentioned_comment.comment_id({native_id}){{id,text,timestamp,username,from,media{{id}}}}"
            )
        except Rejected:  # not every version tells who wrote it
            row = self._graph.get(self._user, fields=f"mentioned_comment.comment_id({native_id}){{id,text,timestamp,media{{id}}}}")
        inside = to.inner(row, "mentioned_comment")
        return to.mentioned_comment(self.account, self._user, {"id": native_id, **inside}, media_id)

    def _reply(self, out: Outgoing) -> Sent:
        if out.media or not out.parent_id:
            raise NotPossible(account=self.account, detail="media_in_reply")
        if len(out.text) > CAPTION_MOST:
            raise Rejected(account=self.account, detail="too_long")
        if out.root_id is None:  # somebody's picture in which we are named
            return Sent(self._graph.create(f"{self._user}/mentions", media_id=out.parent_id, message=out.text))
        if out.parent_id == out.root_id:
            return Sent(self._graph.create(f"{out.parent_id}/comments", message=out.text))
        try:
            target = self._thread(out.parent_id)
        except (Gone, Rejected):  # a comment elsewhere that names us can't be read as one of ours
            asked = {"media_id": out.root_id, "comment_id": out.parent_id, "message": out.text}
            return Sent(self._graph.create(f"{self._user}/mentions", **asked))
        return Sent(self._graph.create(f"{target}/replies", message=out.text))

    def _thread(self, comment_id: str) -> str:
        """The top-level comment above: Instagram takes answers only beneath those."""
        row = self._graph.get(comment_id, fields="id,parent_id")
        return str(row.get("parent_id") or comment_id)

    def _find_reply(self, out: Outgoing, sent_at: datetime, taken: frozenset[str]) -> Evidence:
        parent = out.parent_id or ""
        top = out.root_id is not None and parent != out.root_id
        path = f"{self._thread(parent)}/replies" if top else f"{parent}/comments"
        found: list[Sent] = []
        after = None
        while True:
            rows = self._graph.rows(path, after, fields="id,text,username,timestamp", limit=50)
            for row in rows.data:
                ours = to.text(row, "username").lower() == self._own_handle().lower()
                fresh = to.told(row, "timestamp") >= not_before(sent_at)
                if ours and fresh and normal(to.text(row, "text")) == normal(out.text):
                    found.append(Sent(str(row["id"])))
            after = rows.after
            if not after:
                return verdict(found, taken)


def _see(row: Json) -> beneath.Post:
    count = row.get("comments_count")
    known = count if isinstance(count, int) else None
    mark = str(known) if known is not None else f"?{now().timestamp()}"
    return beneath.Post(id_of(row.get("id")), to.told(row, "timestamp"), mark, known)


def connect(credentials: Credentials, wire: Wire) -> Instagram:
    """The connector of one account; makes no call."""
    return Instagram(credentials, wire)
