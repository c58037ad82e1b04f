"""What people have begun to write in the forms of the desk and not said yet: kept as they write, one for each person and form.

No form, page, restart or sign-out loses it, and nobody else sees it. It goes when it is said, when its writer throws it away, when
the words it stands beside are erased, and when nobody has gone on with it for FORGOTTEN. An answer that is being written is a
draft (inbox.reply), a post that is being written is scheduler.unsaved.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal, NamedTuple

from sqlalchemy import ColumnElement, bindparam, delete, update
from sqlmodel import Session, col, select

from core.bulk import among, insert_new
from core.clock import now
from core.db import Database
from inbox.models import Unsaid
from policies.masking import masked

UNSAID = Unsaid.__table__  # type: ignore[attr-defined]  # SQLModel sets it
#: nobody goes on with what he left for so long
FORGOTTEN = timedelta(days=180)


#: the tables of what forms are about
Thing = Literal["items", "cases", "posts", "replies", "results"]


class Form(NamedTuple):
    """A form of the desk: the table and the row of what it is about, and what is done with it."""

    thing: Thing
    thing_id: int
    deed: str


#: made once: every message that is opened asks them
_BEGUN = (
    select(col(Unsaid.deed))
    .where(
        col(Unsaid.user_id) == bindparam("me"), col(Unsaid.thing) == bindparam("thing"), col(Unsaid.thing_id) == bindparam("row")
    )
    .order_by(col(Unsaid.at), col(Unsaid.deed))
)
_KEPT = select(col(Unsaid.content)).where(
    col(Unsaid.user_id) == bindparam("me"),
    col(Unsaid.thing) == bindparam("thing"),
    col(Unsaid.thing_id) == bindparam("row"),
    col(Unsaid.deed) == bindparam("deed"),
)


def of(session: Session, user_id: int, form: Form) -> dict[str, Any]:
    """By field what this person has begun in this form; empty when nothing."""
    asked = {"me": user_id, "thing": form.thing, "row": form.thing_id, "deed": form.deed}
    return dict(session.exec(_KEPT, params=asked).first() or {})


def deeds(session: Session, user_id: int, thing: Thing, thing_id: int) -> list[str]:
    """The forms beside this row in which this person has begun something, in the order in which he left them."""
    return list(session.connection().execute(_BEGUN, {"me": user_id, "thing": thing, "row": thing_id}).scalars())


def keep(session: Session, user_id: int, form: Form, content: Mapping[str, Any]) -> None:
    """Keep this in place of what was kept before; nothing at all where every field is empty."""
    filled = {name: value for name, value in content.items() if (value.strip() if isinstance(value, str) else value)}
    if not filled:
        drop(session, user_id, form)
        return
    at, said = {"user_id": user_id, **form._asdict()}, {"content": filled, "at": now()}
    if not insert_new(session, UNSAID, [{**at, **said}], unique=tuple(at)):  # he may have the form open twice
        session.execute(update(Unsaid).where(*_mine(user_id, form)).values(**said))


def drop(session: Session, user_id: int, form: Form) -> None:
    """It was said, or is not wanted any more."""
    session.execute(delete(Unsaid).where(*_mine(user_id, form)))


def _mine(user_id: int, form: Form) -> tuple[ColumnElement[bool], ...]:
    where = (col(Unsaid.thing) == form.thing, col(Unsaid.thing_id) == form.thing_id, col(Unsaid.deed) == form.deed)
    return (col(Unsaid.user_id) == user_id, *where)


def erase(session: Session, thing: Thing, ids: Sequence[int], *, personal: Sequence[str] | None = None) -> None:
    """The words of these rows are erased, and with them what anybody had begun to write beside them; `personal`: only numbers and
    addresses, but for these of the office."""
    about = (col(Unsaid.thing) == thing, among(session, col(Unsaid.thing_id), list(ids)))
    if personal is None:
        session.execute(delete(Unsaid).where(*about))
        return
    for one in session.exec(select(Unsaid).where(*about)):
        one.content = {name: masked(value, personal) if isinstance(value, str) else value for name, value in one.content.items()}
        session.add(one)


def forget(db: Database) -> None:
    """All that nobody has gone on with for FORGOTTEN."""
    with db.write(patient=True) as session:
        session.execute(delete(Unsaid).where(col(Unsaid.at) < now() - FORGOTTEN))
