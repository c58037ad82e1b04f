"""Publishing on Instagram's official API so that nothing appears twice (PLATFORMS 6).

A container is invisible and its id is kept before `media_publish` is asked for, so an unknown outcome is settled by reading the
container's own status. A picture must stand where Meta can fetch it (`Media.url`).
"""

import time
from datetime import datetime, timedelta

from connectors import errors
from connectors.able import HASHTAG
from connectors.contract import Evidence, Finding, Limits, Media, Outgoing, Sent, Steps
from connectors.gauge import POSTS
from connectors.matching import normal, not_before, verdict
from connectors.meta import messages as to
from connectors.meta.graph import Graph
from core.clock import now
from core.errors import Gone, PlatformError, RateLimited, Rejected, Unavailable, Uncertain, Unfetched

HANDLES_MOST = 20
HASHTAGS_MOST = 5  # since December 2025; 30 before
CAPTION_MOST = 2200
#: of the posts that were left of the day, one connector posts one in so many without asking anew, for so many seconds
PART, KNOWN_S = 32, 60.0
#: our word for the status of a container that failed because Instagram could not fetch what we named
UNFETCHED = "UNFETCHED"
MB = 1024 * 1024
#: Meta's page on publishing to Instagram, November 2026: pictures as JPEG from 4:5 to 1.91:1, films as reels
PICTURE = Limits(("image/jpeg",), bytes=8 * MB, ratios=(4 / 5, 1.91))
FILM = Limits(("video/mp4",), bytes=300 * MB, ratios=(0.01, 10), ms=(3000, 15 * 60_000))


class Containers:
    """Posts of one Instagram account. `user`: its id."""

    def __init__(self, graph: Graph, account: str, user: str) -> None:
        self._graph, self._account, self._user = graph, account, user
        self._room, self._known_at = 0, 0.0

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        self._allowed(out)
        container = steps.get("container")
        status = self._status(container) if container else "EXPIRED"
        if not container or status == "EXPIRED":
            self._quota()
            container = self._make(out, steps)
            status = self._status(container)
        if status == "PUBLISHED":
            raise Uncertain(account=self._account, detail="published_before")  # reading back gives its id
        if status == UNFETCHED:
            raise self._unfetched("container", steps)
        if status == "ERROR":
            raise Rejected(account=self._account, detail="container_error")
        if status != "FINISHED":
            raise Unavailable(account=self._account, detail="container_in_progress")
        native_id = self._graph.create(f"{self._user}/media_publish", creation_id=container)
        return self._sent(native_id)

    def find(self, out: Outgoing, steps: Steps, sent_at: datetime, taken: frozenset[str]) -> Evidence:
        container = steps.get("container")
        if not container:
            return Evidence(Finding.RESUMABLE, detail="no_container")
        try:
            status = self._status(container)
        except Gone:
            return Evidence(Finding.NOT_FOUND, detail="container_gone")
        if status == "ERROR":
            return Evidence(Finding.REFUSED, detail="container_error")
        if status != "PUBLISHED":
            return Evidence(Finding.RESUMABLE, detail=status.lower())
        found = verdict(self._matches(out, sent_at), taken)
        if found.finding is Finding.NOT_FOUND:
            raise Unavailable(account=self._account, detail="published_not_listed_yet")
        return found

    def _allowed(self, out: Outgoing) -> None:
        problem = ""
        if not out.media:
            problem = "needs_media"
        elif len(out.text) > CAPTION_MOST:
            problem = "too_long"
        elif out.text.count("@") > HANDLES_MOST:
            problem = "too_many_mentions"
        elif len(HASHTAG.findall(out.text)) > HASHTAGS_MOST:
            problem = "too_many_hashtags"
        elif len(out.media) > 10:
            problem = "too_many_media"
        elif any(not m.url for m in out.media):
            problem = "needs_public_media"
        if problem:
            raise Rejected(account=self._account, detail=problem)

    def _quota(self) -> None:
        """RateLimited where the day's posts are used up: the platform says how many those are.

        While many are left it is not asked before each one: one in PART of what was left may go within KNOWN_S, so that all who
        post for the account at once stay within it.
        """
        if self._room and time.monotonic() - self._known_at < KNOWN_S:
            self._room -= 1
            return
        rows = self._graph.rows(f"{self._user}/content_publishing_limit", fields="quota_usage,config")
        row = rows.data[0] if rows.data else {}
        total = to.inner(row, "config").get("quota_total")
        used = row.get("quota_usage")
        if not isinstance(total, int) or not isinstance(used, int):
            return
        if used >= total:
            until = now() + timedelta(hours=1)
            raise RateLimited(account=self._account, detail="publishing_quota", retry_at=until, window=POSTS)
        self._room, self._known_at = (total - used) // PART, time.monotonic()

    def _make(self, out: Outgoing, steps: Steps) -> str:
        """A new container's id; nobody sees a container, so an unknown outcome only costs making another."""
        try:
            if len(out.media) == 1:
                container = self._graph.create(f"{self._user}/media", caption=out.text, **_source(out.media[0], alone=True))
            else:
                children = [self._child(media, steps, n) for n, media in enumerate(out.media)]
                fields = {"media_type": "CAROUSEL", "children": ",".join(children), "caption": out.text}
                container = self._graph.create(f"{self._user}/media", **fields)
        except Uncertain as error:
            raise Unavailable(account=self._account, detail=f"container_{error.details['detail']}") from None
        steps.keep("container", container)
        return container

    def _child(self, media: Media, steps: Steps, n: int) -> str:
        kept = steps.get(f"child:{n}")
        status = self._status(kept) if kept else "EXPIRED"
        if status == UNFETCHED:
            raise self._unfetched(f"child:{n}", steps)
        if status == "ERROR":  # asked for the whole, the platform says only that it is not ready
            raise Rejected(account=self._account, detail="container_error")
        if kept and status != "EXPIRED":
            return kept
        child = self._graph.create(f"{self._user}/media", is_carousel_item="true", **_source(media, alone=False))
        steps.keep(f"child:{n}", child)
        return child

    def _unfetched(self, name: str, steps: Steps) -> Unfetched:
        """Told of a container that failed so; it is forgotten, and the next try makes another."""
        steps.keep(name, "")
        return Unfetched(account=self._account, detail=str(errors.UNFETCHED))

    def _status(self, container: str) -> str:
        row = self._graph.get(container, fields="id,status_code,status")
        code = str(row.get("status_code") or "IN_PROGRESS")
        return UNFETCHED if code == "ERROR" and str(errors.UNFETCHED) in to.text(row, "status") else code

    def _matches(self, out: Outgoing, sent_at: datetime) -> list[Sent]:
        rows = self._graph.rows(f"{self._user}/media", fields="id,caption,timestamp,permalink", limit=25)
        earliest, wanted = not_before(sent_at), normal(out.text)
        return [
            Sent(str(row["id"]), to.text(row, "permalink"))
            for row in rows.data
            if normal(to.text(row, "caption")) == wanted and to.told(row, "timestamp") >= earliest
        ]

    def _sent(self, native_id: str) -> Sent:
        try:
            return Sent(native_id, to.text(self._graph.get(native_id, fields="id,permalink"), "permalink"))
        except PlatformError:
            return Sent(native_id)  # it is published all the same


def _source(media: Media, *, alone: bool) -> dict[str, str]:
    if media.mime.startswith("video/"):
        return {"media_type": "REELS" if alone else "VIDEO", "video_url": media.url}
    return {"image_url": media.url, **({"alt_text": media.alt} if media.alt else {})}
