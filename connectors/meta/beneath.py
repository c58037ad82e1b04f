"""Reading what stands beneath our posts: Meta has no list of all comments of an account, so the posts are walked.

A reading lists every post (a few calls), then reads the comments of those that are young or whose counts changed since they
were last read; the first reading reads all. One comment taken back and another written leave a count as it was, so every older
post with comments is read once a week all the same, each on its own day. Comments are read whole, not from a watermark: an edit
shows only in the list.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from connectors import cursor as cursors
from connectors.contract import Message, Page
from connectors.cursor import State
from connectors.meta.graph import Rows
from connectors.unread import Sieve
from core.clock import now

YOUNG = timedelta(days=14)
EVERY_DAYS = 7
MARKS_KEPT = 20_000
Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Post:
    """A post as the walk sees it. `mark` changes when something happens beneath; `count` is None where it is not told."""

    id: str
    created_at: datetime
    mark: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A page read beneath one object: its messages, where the next page begins, and objects that hold more of them."""

    messages: tuple[Message, ...]
    after: str | None = None
    deeper: tuple[str, ...] = ()
    enough: bool = False  # everything further back is older than wanted


@dataclass(frozen=True, slots=True)
class Walk:
    """`edges`: names of the lists of posts; `list_posts(edge, after)`; `see(row)`; `read(post_id, object_id, after, floor)`."""

    edges: tuple[str, ...]
    list_posts: Callable[[str, str | None], Rows]
    see: Callable[[Json], Post]
    read: Callable[[str, str, str | None, datetime | None], Leaf]
    sieve: Sieve

    def page(self, state: State, floor: datetime | None) -> Page:
        """The next page of this walk."""
        return self._beneath(state, floor) if state.get("step") == "beneath" else self._listing(state)

    def _listing(self, state: State) -> Page:
        turn = int(state.get("edge", 0))
        rows = self.list_posts(self.edges[turn], state.get("next"))
        marks: dict[str, str] = dict(state.get("marks", {}))
        queue: list[list[str]] = list(state.get("queue", []))
        waiting = {entry[0] for entry in queue}
        for post in self.sieve.each(rows.data, self.see):
            seen = _seen(post)
            known = marks.pop(post.id, None)
            if post.id not in waiting and _worth(post, known, seen):
                queue.append([post.id, post.id])
                waiting.add(post.id)
            if post.count != 0:
                marks[post.id] = seen
        kept = {**state, "marks": dict(list(marks.items())[-MARKS_KEPT:]), "queue": queue, "next": rows.after}
        if rows.after:
            return Page((), cursors.write(kept), more=True)
        if turn + 1 < len(self.edges):
            return Page((), cursors.write({**kept, "edge": turn + 1}), more=True)
        return Page((), cursors.write({**kept, "edge": None, "step": "beneath" if queue else None}), more=bool(queue))

    def _beneath(self, state: State, floor: datetime | None) -> Page:
        post_id, object_id = state["queue"][0]
        leaf = self.read(post_id, object_id, state.get("next"), floor)
        messages = tuple(m for m in leaf.messages if floor is None or m.created_at >= floor)
        deeper = [*state.get("deeper", []), *leaf.deeper]
        if leaf.after and not leaf.enough:
            return Page(messages, cursors.write({**state, "next": leaf.after, "deeper": deeper}), more=True)
        queue = [[post_id, d] for d in deeper] + state["queue"][1:]
        done = () if queue and queue[0][0] == post_id else (post_id,)
        kept = {**state, "queue": queue, "next": None, "deeper": None, "step": "beneath" if queue else None}
        return Page(messages, cursors.write(kept), more=bool(queue), complete_under=done)


def _seen(post: Post) -> str:
    """What is kept of a post's state: its mark, and the week its turn falls into (its own day of the week)."""
    turn = (now().date().toordinal() + crc32(post.id.encode())) // EVERY_DAYS
    return f"{crc32(f'{post.mark}|{turn}'.encode()):x}"


def _worth(post: Post, known: str | None, seen: str) -> bool:
    if post.count == 0:
        return known is not None  # what stood there is gone
    return known != seen or post.created_at > now() - YOUNG


def plain(state: State, floor: datetime | None, rows: Rows, messages: tuple[Message, ...]) -> Page:
    """A page of a simple list, read to its end every time: Meta ranks its lists, so none may be left off early."""
    wanted = tuple(m for m in messages if floor is None or m.created_at >= floor)
    return Page(wanted, cursors.write({**state, "next": rows.after}), more=rows.after is not None)
