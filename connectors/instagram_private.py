"""Instagram by its private mobile API (instagrapi). Against Instagram's terms: the account can be banned.

It opens only for credentials with `options["accepted"] == "1"`. It cannot hide a comment nor give alt text; one picture a post.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
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
from connectors.meta.containers import CAPTION_MOST, PICTURE
from connectors.meta.graph import Rows
from connectors.meta.messages import tombstone
from connectors.mobile import messages as to
from connectors.mobile.client import Mobile
from connectors.mobile.inbox import Inbox
from connectors.transport import Wire
from connectors.unread import Sieve, onward
from core.clock import now
from core.errors import ConfigurationError, CursorExpired, Disconnected, Gone, NotPossible, Rejected, Unavailable, Uncertain
from core.why import Why

STREAMS = ("posts", "comments", "mentions", "direct")
METRICS = {"like_count": "likes", "comment_count": "comments", "view_count": "views", "play_count": "views", "save_count": "saves"}


class InstagramPrivate:
    """An Instagram account by its session."""

    capabilities = Capabilities(
        post_text=False,
        picture=PICTURE,
        video=False,
        exact=False,
        alt_text=False,
        alt_limit=0,
        media_max=1,
        text_limit=CAPTION_MOST,
        reply_private=True,
        direct=True,
    )

    def __init__(self, credentials: Credentials, wire: Wire) -> None:
        if credentials.options.get("accepted") != "1":
            raise ConfigurationError(name="I_ACCEPT_PRIVATE_API_RISK", why=Why("risk_not_accepted"))
        self.account = f"instagram:{credentials.native_id}"
        self._own = credentials.native_id
        self._mobile = Mobile(self.account, self._own, credentials.secrets, wire)
        self._sieve = Sieve(self.account)
        self._inbox = Inbox(self._mobile, self.account, self._own, wire.overlap_s, self._sieve)
        self._walk = beneath.Walk(
            ("feed",), lambda _, after: self._feed(f"feed/user/{self._own}/", after), _see, self._walk_beneath, self._sieve
        )
        self._media_of: dict[str, str] = {}

    def check(self) -> Health:
        user = to.writer(self._mobile.get("accounts/current_user/", {"edit": "true"}))
        if str(user.get("pk")) != self._own:
            raise Disconnected(account=self.account, detail="another_account")
        return Health(self._own, str(user.get("full_name") or ""), str(user.get("username") or ""))

    def streams(self) -> tuple[str, ...]:
        return STREAMS

    def fetch(self, stream: str, cursor: str | None, *, not_before: datetime | None = None) -> Page:
        return self._sieve.page(lambda: self._fetch(stream, *cursors.begin(cursor, self.account, not_before)))

    def _fetch(self, stream: str, state: State, floor: datetime | None) -> Page:
        if stream == "direct":
            return self._inbox.page(state, floor)
        if stream == "comments":
            return self._walk.page(state, floor)
        path = {"posts": f"feed/user/{self._own}/", "mentions": f"usertags/{self._own}/feed/"}[stream]
        rows = self._feed(path, state.get("next"))
        return beneath.plain(state, floor, rows, tuple(self._sieve.each(rows.data, partial(to.media, self.account, self._own))))

    def rewind(self, stream: str, cursor: str) -> str | None:
        return cursors.rewound(cursor, self.account, "next", "deeper")

    def lookup(self, messages: Sequence[Known]) -> Sequence[Message]:
        """Media one by one; comments by reading all beneath their media, since this API shows no single comment."""
        found: list[Message] = []
        beneath_media: dict[str, list[Known]] = {}
        for known in messages:
            if known.surface is Surface.COMMENT and known.root_id:
                beneath_media.setdefault(known.root_id, []).append(known)
            elif known.surface in (Surface.POST, Surface.MENTION):
                try:
                    found.append(self._media(known))
                except OF_ONE as error:
                    left_out(known.native_id, error)
        for media_id, wanted in beneath_media.items():
            self._sieve.clear()
            try:
                there = {m.native_id: m for m in self._all_beneath(media_id)}
            except (*OF_ONE, CursorExpired) as error:
                left_out(media_id, error)
                continue
            found += [there[known.native_id] for known in wanted if known.native_id in there]
            if not self._sieve.left:  # what is not there is gone, unless we could not read all that is there
                found += [tombstone(self.account, known) for known in wanted if known.native_id not in there]
        return found

    def count_text(self, said: str) -> int:
        return len(said)

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        if len(out.text) > CAPTION_MOST:
            raise Rejected(account=self.account, detail="too_long")
        if out.private:
            return self._inbox.send(out, steps)
        return self._reply(out, steps) if out.parent_id else self._post(out, steps)

    def find_existing(self, out: Outgoing, steps: Steps, *, sent_at: datetime, taken: frozenset[str] = frozenset()) -> Evidence:
        if out.private:
            return self._inbox.find(out, sent_at, taken)
        if out.parent_id:
            earliest, wanted = not_before(sent_at), normal(out.text)
            there = self._all_beneath(out.root_id or out.parent_id)
            mine = (m for m in there if m.own and m.parent_id == out.parent_id and m.created_at >= earliest)
            return verdict((Sent(m.native_id) for m in mine if normal(m.text) == wanted), taken)
        return self._find_post(out, steps, sent_at, taken)

    def hide(self, native_id: str) -> None:
        raise NotPossible(account=self.account, detail="hide")

    def unhide(self, native_id: str) -> None:
        raise NotPossible(account=self.account, detail="hide")

    def delete(self, native_id: str) -> None:
        with contextlib.suppress(Gone):
            if "_" in native_id:
                self._mobile.post(f"media/{native_id}/delete/", {"media_id": native_id})
                return
            media_id = self._media_of.get(native_id) or self._media_above(native_id)
            if media_id is None:
                raise NotPossible(account=self.account, detail="media_unknown")
            self._mobile.post(f"media/{media_id}/comment/bulk_delete/", {"comment_ids_to_delete": native_id})

    def metrics(self, native_ids: Sequence[str]) -> Sequence[Reading]:
        readings: list[Reading] = []
        for native_id in native_ids:
            with contextlib.suppress(*OF_ONE):
                items = self._mobile.rows(f"media/{native_id}/info/", "items")["items"]
                shown = to.named(items)[:1]
                values = {METRICS[k]: v for row in shown for k, v in row.items() if k in METRICS and isinstance(v, int)}
                readings.append(Reading(native_id, now(), values))
        return readings

    def bill(self) -> Bill:
        return self._mobile.line.bill()

    def heed(self, shut: Mapping[str, datetime]) -> None:
        self._mobile.line.heed(shut)

    def price(self, text: str, *, reply: bool = False, private: bool = False) -> int:
        return 0

    def _feed(self, path: str, after: str | None) -> Rows:
        body = self._mobile.rows(path, "items", {"max_id": after} if after else None)
        following = body.get("next_max_id") if body.get("more_available") else None
        return Rows(to.named(body["items"]), onward(following, self.account))

    def _walk_beneath(self, media_id: str, object_id: str, after: str | None, floor: datetime | None) -> beneath.Leaf:
        """What stands beneath one of our posts; one that the platform refuses to show is told and does not stop the walk."""
        try:
            return self._read_beneath(media_id, object_id, after, floor)
        except OF_ONE as error:
            self._sieve.leave({"post": media_id, "beneath": object_id}, f"{error.code} {error.details['detail']}")
            return beneath.Leaf(())

    def _read_beneath(self, media_id: str, object_id: str, after: str | None, floor: datetime | None) -> beneath.Leaf:
        top = object_id == media_id
        path = f"media/{media_id}/comments/" + ("" if top else f"{object_id}/inline_child_comments/")
        name = "comments" if top else "child_comments"
        params = {"can_support_threading": "true", "permalink_enabled": "false"} if top else {}
        if after:
            key, _, value = after.partition(":")
            params[key] = value
        try:
            body = self._mobile.rows(path, name, params or None)
        except Gone:
            return beneath.Leaf(())
        rows = to.named(body[name])
        read = self._sieve.each(rows, lambda row: (row, to.comment(self.account, self._own, row, media_id, object_id)))
        self._media_of |= {m.native_id: media_id for _, m in read}
        deeper = tuple(m.native_id for row, m in read if top and row.get("child_comment_count", 1))
        return beneath.Leaf(tuple(m for _, m in read), onward(to.following(body), self.account), deeper)

    def _media_above(self, comment_id: str) -> str | None:
        """The one among our newest posts beneath which the comment stands: after a restart nothing else tells."""
        for row in self._feed(f"feed/user/{self._own}/", None).data:
            if any(m.native_id == comment_id for m in self._all_beneath(to.media_id(row))):
                return to.media_id(row)
        return None

    def _all_beneath(self, media_id: str) -> Iterator[Message]:
        waiting, after = [media_id], None
        while waiting:
            leaf = self._read_beneath(media_id, waiting[0], after, None)
            yield from leaf.messages
            waiting += leaf.deeper
            after = leaf.after
            if after is None:
                waiting.pop(0)

    def _media(self, known: Known) -> Message:
        try:
            items = to.named(self._mobile.rows(f"media/{known.native_id}/info/", "items")["items"])
        except Gone:
            return tombstone(self.account, known)
        if not items:
            raise Unavailable(account=self.account, detail="empty")
        return to.media(self.account, self._own, items[0])

    def _post(self, out: Outgoing, steps: Steps) -> Sent:
        if len(out.media) != 1 or not out.media[0].mime.startswith("image/"):
            raise Rejected(account=self.account, detail="one_image")
        upload_id = steps.get("upload_id")
        if not upload_id:
            upload_id = str(int(now().timestamp() * 1000))
            steps.keep("upload_id", upload_id)
        try:
            size = self._mobile.upload(out.media[0].path, upload_id)
        except Uncertain as error:
            raise Unavailable(account=self.account, detail=f"upload_{error.details['detail']}") from None
        media = self._mobile.configure(upload_id, size, out.text).get("media")
        if not isinstance(media, dict) or not media.get("pk"):
            raise Uncertain(account=self.account, detail="no_id")
        return _sent(to.media(self.account, self._own, media))

    def _find_post(self, out: Outgoing, steps: Steps, sent_at: datetime, taken: frozenset[str]) -> Evidence:
        rows = self._feed(f"feed/user/{self._own}/", None)
        upload_id, wanted = steps.get("upload_id"), normal(out.text)
        found = [
            _sent(to.media(self.account, self._own, row))
            for row in rows.data
            if (upload_id and str(row.get("device_timestamp")) == upload_id)
            or (normal(to.caption(row)) == wanted and to.at(row, "taken_at") >= sent_at - timedelta(seconds=60))
        ]
        return verdict(found, taken)

    def _reply(self, out: Outgoing, steps: Steps) -> Sent:
        if out.media:
            raise NotPossible(account=self.account, detail="media_in_reply")
        media_id = out.root_id or out.parent_id or ""
        token = steps.get("token")
        if not token:
            token = self._mobile.token()
            steps.keep("token", token)
        data = {
            "comment_text": out.text,
            "idempotence_token": token,
            "comment_creation_key": token,
            "container_module": "comments_v2",
        }
        if out.parent_id != media_id:
            data["replied_to_comment_id"] = out.parent_id or ""
        given = self._mobile.post(f"media/{media_id}/comment/", data).get("comment")
        if not isinstance(given, dict) or not given.get("pk"):
            raise Uncertain(account=self.account, detail="no_id")
        self._media_of[str(given["pk"])] = media_id
        return Sent(str(given["pk"]))


def _sent(message: Message) -> Sent:
    return Sent(message.native_id, message.permalink)


def _see(row: to.Json) -> beneath.Post:
    count = row.get("comment_count")
    known = count if isinstance(count, int) else None
    mark = str(known) if known is not None else f"?{now().timestamp()}"
    return beneath.Post(to.media_id(row), to.at(row, "taken_at"), mark, known)


def connect(credentials: Credentials, wire: Wire) -> InstagramPrivate:
    """The connector of one account; makes no call. ConfigurationError unless the risk was accepted."""
    return InstagramPrivate(credentials, wire)
