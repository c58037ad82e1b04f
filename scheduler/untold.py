"""Events that are otherwise than the public knows, for the problems board: moved or cancelled, and no notice is approved yet; and
reminders that were taken back for a change, of which nobody thinks any more once the event is what the public knows."""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from core.clock import now
from core.settings import Settings
from outbox import problems
from outbox.problems import LISTED, Trouble
from scheduler import approved, told
from scheduler.models import Post

#: state of its notice -> whose turn it is, and what to do
TURNS = {"draft": ("post.write", "submit_notice"), "submitted": ("post.approve", "approve_notice")}
#: nothing tells it, and nothing is about to
SILENT = ("post.write", "tell_anew")


def untold(session: Session, keys: dict[int, str], settings: Settings) -> Iterator[Trouble]:
    """One row an event, from its change until it is over or another person has approved what tells it; one a reminder that was
    approved once and waits as a draft, until its hour."""
    unknown = told.unknown(session)
    for event in unknown:
        notice = _notice(session, event.post_id)
        post = notice or session.get_one(Post, event.post_id)
        owner, exit_ = TURNS[notice.state] if notice else SILENT
        reason = "event_cancelled_untold" if event.cancelled_at else "event_changed_untold"
        text, about = post.ar or post.en, f"post:{post.id}"
        due, over = event.changed_at, event.ends_at
        yield Trouble(None, "", "post", "untold", reason, owner, due, over, "forgotten", (exit_,), text=text, about=about)
    yield from _reminders(session, {event.post_id for event in unknown})


def _reminders(session: Session, riding: set[int]) -> Iterator[Trouble]:
    """Of announced events but those `riding`, whose notice takes its reminders along; later than their hour scheduler.unsent tells
    of them."""
    ahead = (col(Post.role) == "reminder", col(Post.state) == "draft", col(Post.at) > now(), col(Post.about_id).not_in(riding))
    of_announced = select(Post).where(*ahead, col(Post.about_id).in_(told.announced()))
    for post in session.exec(of_announced.order_by(col(Post.at), col(Post.id)).limit(LISTED + 1)):
        if post.at is not None and approved.before(session, post) is not None:
            text, about, may = post.ar or post.en, f"post:{post.id}", ("submit_reminder",)
            since, reason = post.updated_at, "reminder_taken_back"
            yield Trouble(
                None, "", "post", "untold", reason, "post.write", since, post.at, "forgotten", may, text=text, about=about
            )


def is_silent(session: Session, post: Post) -> bool:
    """Whether the public knows of this announcement's event what is so no more, and no notice is on its way to approval."""
    return any(one.post_id == post.id for one in told.unknown(session)) and _notice(session, post.id or 0) is None


def _notice(session: Session, about: int) -> Post | None:
    """The newest one that may still be approved."""
    of_it = select(Post).where(col(Post.about_id) == about, col(Post.role) == "notice", col(Post.state).in_(TURNS))
    return session.exec(of_it.order_by(col(Post.id).desc()).limit(1)).first()


problems.ALSO.insert(0, untold)  # people are on their way: before what was refused or expired
