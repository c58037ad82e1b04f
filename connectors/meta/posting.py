"""Publishing on a Facebook page so that nothing appears twice (PLATFORMS 6).

A post is made unpublished, which nobody sees, its id is kept, and only then is it shown by `is_published=true`, which may be
said any number of times. Only comments have no such second step: there the page is read back.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.contract import Evidence, Finding, Media, Outgoing, Sent, Steps
from connectors.kept import keep, kept
from connectors.matching import normal, not_before, verdict
from connectors.meta import messages as to
from connectors.meta.conversations import Conversations
from connectors.meta.graph import Graph
from connectors.meta.private import Private
from core.clock import now
from core.errors import Gone, NotPossible, PlatformError, Rejected, Unavailable, Uncertain

PHOTO_LIMIT = 10 * 1024 * 1024
LEFT_ALONE = timedelta(minutes=1)  # an unpublished post younger than this may belong to a delivery still under way
SWEPT = timedelta(days=2)
#: what tells where it stands, of a film (True) and of any other post
LOOK = {True: "id,post_id", False: "id,permalink_url"}


class Posting:
    """The page's posts, films, comments and private answers."""

    def __init__(self, graph: Graph, account: str, page: str, direct: Conversations) -> None:
        self._graph, self._account, self._page = graph, account, page
        self._private = Private(graph, account, direct, lambda: page)

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        if out.private:
            return self._private.send(out, steps)
        if out.parent_id:
            return self._reply(out, steps)
        post_id = steps.get("post") or self._draft(out, steps)
        if steps.get("film"):
            self._graph.change(post_id, published="true", description=out.text)
            steps.keep("out", "1")
        else:
            self._graph.change(post_id, is_published="true")
        return self._published(post_id, film=bool(steps.get("film")))

    def find(self, out: Outgoing, steps: Steps, sent_at: datetime, taken: frozenset[str]) -> Evidence:
        if out.private:
            return self._private.find(out, sent_at, taken)
        if out.parent_id:
            return self._find_reply(out, sent_at, taken)
        post_id = steps.get("post")
        if not post_id:
            return Evidence(Finding.RESUMABLE, detail="draft")  # whatever was made is invisible
        film = bool(steps.get("film"))
        flag = "published" if film else "is_published"
        try:
            row = self._graph.get(post_id, fields=f"{flag},{LOOK[film]}")
        except Gone:
            return Evidence(Finding.NOT_FOUND, detail="draft_gone")
        except PlatformError as error:
            if not steps.get("out"):
                raise
            return Evidence(Finding.FOUND, self._sent(post_id, {}), unread=error)
        shown = row.get(flag)
        if not isinstance(shown, bool):
            raise Unavailable(account=self._account, detail="no_flag")
        if not shown:
            return Evidence(Finding.RESUMABLE, detail="unpublished")
        return Evidence(Finding.FOUND, self._sent(post_id, row))

    def _draft(self, out: Outgoing, steps: Steps) -> str:
        """The id of the unpublished post; nothing is visible yet, so an unknown outcome here is no danger."""
        try:
            post_id = self._film(out, steps) if self._is_film(out) else self._text_or_photos(out, steps)
        except Uncertain as error:
            raise Unavailable(account=self._account, detail=f"draft_{error.details['detail']}") from None
        steps.keep("post", post_id)
        return post_id

    def _text_or_photos(self, out: Outgoing, steps: Steps) -> str:
        photos = [self._photo(media, steps, n) for n, media in enumerate(out.media)]
        if steps.get("drafting") and not photos and (left := self._left_over(out.text)):
            return left
        steps.keep("drafting", "1")
        fields = {"message": out.text, "published": "false"}
        if out.link and not photos:
            fields["link"] = out.link
        if photos:
            fields["attached_media"] = json.dumps([{"media_fbid": photo} for photo in photos])
        return self._graph.create(f"{self._page}/feed", **fields)

    def _photo(self, media: Media, steps: Steps, n: int) -> str:
        if there := kept(steps, f"photo:{n}"):
            return there
        if media.path.stat().st_size > PHOTO_LIMIT:
            raise Rejected(account=self._account, detail="image_too_large")
        with media.path.open("rb") as file:
            photo = self._graph.upload(f"{self._page}/photos", file, published="false", temporary="true", alt_text_custom=media.alt)
        keep(steps, f"photo:{n}", photo)
        return photo

    def _is_film(self, out: Outgoing) -> bool:
        films = [m for m in out.media if m.mime.startswith("video/")]
        if films and len(out.media) > 1:
            raise Rejected(account=self._account, detail="one_film_alone")
        return bool(films)

    def _film(self, out: Outgoing, steps: Steps) -> str:
        steps.keep("film", "1")
        with out.media[0].path.open("rb") as file:
            return self._graph.upload(f"{self._page}/videos", file, published="false", description=out.text)

    def _left_over(self, words: str) -> str | None:
        """An unpublished post with these words from an attempt whose answer was lost: used again instead of left lying about."""
        fields = "id,message,is_published,created_time,scheduled_publish_time"
        rows = self._graph.rows(f"{self._page}/feed", fields=fields, limit=100)
        for row in rows.data:
            age = now() - to.told(row, "created_time")
            free = row.get("is_published") is False and not row.get("scheduled_publish_time")
            if free and LEFT_ALONE < age < SWEPT and normal(to.text(row, "message")) == normal(words):
                return str(row["id"])
        return None

    def _published(self, post_id: str, *, film: bool) -> Sent:
        """Where it stands; a failing look changes nothing about its being published. Of a film it is read back: nothing else tells
        the number of its post, without which neither figures nor comments of it can be read."""
        try:
            row: Mapping[str, Any] = self._graph.get(post_id, fields=LOOK[film])
        except PlatformError as error:
            if film:
                raise Uncertain(account=self._account, detail="film_unseen") from error
            row = {}
        return self._sent(post_id, row)

    def _sent(self, post_id: str, row: Mapping[str, Any]) -> Sent:
        # of a film; Meta's list calls it a string and no more: without the page's number it would be no post that can be asked for
        told = str(row.get("post_id") or "")
        native_id = told if "_" in told else f"{self._page}_{told}" if told else post_id
        return Sent(native_id, to.text(row, "permalink_url") or f"https://www.facebook.com/{native_id}")

    def _reply(self, out: Outgoing, steps: Steps) -> Sent:
        if out.media or not out.parent_id:
            raise NotPossible(account=self._account, detail="media_in_reply")
        native_id = self._graph.comment(out.parent_id, out.text)
        try:
            row: Mapping[str, Any] = self._graph.get(native_id, fields="id,parent{id},permalink_url")
        except PlatformError:
            row = {}  # it is published all the same
        steps.keep("parent", str(to.inner(row, "parent").get("id") or ""))
        return Sent(native_id, to.text(row, "permalink_url"))

    def _find_reply(self, out: Outgoing, sent_at: datetime, taken: frozenset[str]) -> Evidence:
        """Our comments beneath the same parent (or the comment Facebook moved it to) with the same words."""
        parent = out.parent_id or ""
        root = out.root_id or parent
        parents = {parent}
        if parent != root:
            row = self._graph.get(parent, fields="id,parent{id}")
            parents.add(str(to.inner(row, "parent").get("id") or parent))
        earliest, found, after = not_before(sent_at), list[Sent](), None
        while True:
            fields = "id,message,from,created_time,parent{id},permalink_url"
            rows = self._graph.rows(
                f"{root}/comments", after, filter="stream", order="reverse_chronological", fields=fields, limit=100
            )
            for row in rows.data:
                ours = str(to.inner(row, "from").get("id")) == self._page and to.told(row, "created_time") >= earliest
                above = str(to.inner(row, "parent").get("id") or "")
                beneath = above in parents or (root == parent and not above)
                if ours and beneath and normal(to.text(row, "message")) == normal(out.text):
                    found.append(Sent(str(row["id"]), to.text(row, "permalink_url")))
            after = rows.after
            if not after or any(to.told(row, "created_time") < earliest for row in rows.data):
                return verdict(found, taken)
