"""What a clerk does with an event: drafts it, has it reminded of, approved, announced."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlmodel import col, select

from scheduler import events, posts, queueing
from scheduler.events import EventFacts
from scheduler.models import Event, Post
from scheduler.notices import Consequences
from tests.scheduler.conftest import Office

HOUR, DAY = 3600, 86_400


@dataclass
class EventsDesk:
    """The office of tests/scheduler, at the events table."""

    office: Office

    def facts(self, *, begins: float = 72, lasts: float = 2, **more: Any) -> EventFacts:
        """A workshop so many hours from now, on the full minute."""
        start = self.office.hands.at.replace(second=0, microsecond=0) + timedelta(hours=begins)
        given = EventFacts("ورشة", start, start + timedelta(hours=lasts), "دبي", "Workshop", "Dubai")
        return replace(given, **more)

    def draft(self, *platforms: str, facts: EventFacts | None = None, remind: tuple[int, ...] = (), **more: Any) -> int:
        """The announcement of an event on these accounts (X when none is named), in words from its facts, with its reminders."""
        texts = dict.fromkeys(self.office.ids(*platforms or ("x",)), "")
        given = {"kind": "event", "title": "ورشة", "texts": texts, "event": facts or self.facts(), **more}
        with self.office.db.write() as session:
            post = posts.draft(session, self.office.author, **given)
            if remind:
                posts.remind(session, self.office.author, post, remind)
            return post.id or 0

    def approved(self, *platforms: str, **more: Any) -> int:
        """An event another person has approved."""
        post = self.draft(*platforms, **more)
        self.office.do(posts.submit, post)
        self.office.approve(post)
        return post

    def announced(self, *platforms: str, **more: Any) -> int:
        """An event whose announcement has gone out."""
        post = self.approved(*platforms, **more)
        self.office.send()
        assert self.office.post(post).state == "published"
        return post

    def change(self, post_id: int, **facts: Any) -> Consequences:
        """The event is otherwise than it was."""
        with self.office.db.write() as session:
            event = session.get_one(Event, post_id)
            new = replace(events.facts_of(event), **facts)
            return posts.change_event(session, self.office.author, session.get_one(Post, post_id), new)

    def cancel(self, post_id: int, why: str = "عاصفة") -> Consequences:
        with self.office.db.write() as session:
            return posts.cancel_event(session, self.office.author, session.get_one(Post, post_id), why)

    def remind(self, post_id: int, *before_s: int) -> None:
        self.office.do(posts.remind, post_id, before_s)

    def children(self, post_id: int, role: str = "reminder") -> list[Post]:
        """In the order of their hours."""
        of = select(Post).where(col(Post.about_id) == post_id, col(Post.role) == role)
        with self.office.db.read() as session:
            return list(session.exec(of.order_by(col(Post.at), col(Post.id))))

    def states(self, post_id: int, role: str = "reminder") -> list[str]:
        return [one.state for one in self.children(post_id, role)]

    def event(self, post_id: int) -> Event:
        with self.office.db.read() as session:
            return session.get_one(Event, post_id)

    def words(self, post_id: int) -> list[str]:
        """What its accounts would get."""
        with self.office.db.read() as session:
            return [row.text for row in queueing.texts(session, session.get_one(Post, post_id))]
