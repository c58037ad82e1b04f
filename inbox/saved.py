"""Saved answers: words kept for reuse, with who answers for them, where they come from, and until when they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, or_, select

from core import audit
from core.actors import Actor
from core.clock import in_dubai, now
from core.display import clean_name
from core.errors import Invalid, NotFound
from core.i18n import Lang
from core.models import User
from core.why import Why
from inbox import blanks
from inbox.models import Item, SavedReply
from inbox.steps import one_of, tidy
from policies.verdict import TOPICS

NAME_MOST, TEXT_MOST, SOURCE_MOST = 80, 2000, 300
#: whoever answers for words reads them again within a year, and is reminded so long before
LONGEST, SOON = timedelta(days=366), timedelta(days=30)
#: what one may ask a list for
STANDINGS: Sequence[str] = ("in_use", "soon", "over", "ended")
#: so many are offered beside an item
OFFERED = 60
#: made once: every reply box asks it
_ANY = select(SavedReply.id).where(col(SavedReply.active)).limit(1)


@dataclass(frozen=True, slots=True)
class Content:
    """What is kept: words in one language at least, the topic they fit (`none`: any), their source, the day they hold until."""

    name: str
    ar: str
    en: str
    source: str
    review_by: date
    topic: str = "none"


@dataclass(frozen=True, slots=True)
class Offer:
    """A saved answer beside an item: `text` in the item's language with its places filled; `over` when it holds no more."""

    id: int
    name: str
    topic: str
    text: str
    lang: Lang
    review_by: date
    over: bool


def today() -> date:
    """The day on a Dubai wall clock: an answer holds until the end of its own."""
    return in_dubai(now()).date()


def keep(
    session: Session, actor: Actor, content: Content, *, owner_id: int | None = None, saved_id: int | None = None
) -> SavedReply:
    """Enter an answer, or change the one of that id; `owner_id` (who keeps it when None) answers for it.

    Invalid for a name that is taken or missing, no words in either language, no source, a day that is past or more than a year
    away, an owner who is not on the staff.
    """
    actor.require("saved.keep")
    name, source = clean_name(content.name), tidy(content.source)
    _length("saved_name", name, NAME_MOST)
    _length("source", source, SOURCE_MOST)
    given = {"text_ar": content.ar.strip(), "text_en": content.en.strip()}
    for field, text in given.items():
        if text or not any(given.values()):
            _length(field, text, TEXT_MOST)
    texts = {field: tidy(text) for field, text in given.items()}
    one_of("topic", content.topic, TOPICS)
    if not today() <= content.review_by <= today() + LONGEST:
        raise Invalid(field="review_by", why=Why("review_within", days=LONGEST.days))
    same = select(SavedReply).where(col(SavedReply.name) == name, col(SavedReply.id) != (saved_id or 0))
    if session.exec(same).first() is not None:
        raise Invalid(field="saved_name", why=Why("saved_name_taken"))
    saved = of(session, saved_id, lock=True) if saved_id is not None else SavedReply(
        name=name, owner_id=0, source=source, review_by=content.review_by
    )  # fmt: skip
    saved.owner_id = _owner(session, owner_id if owner_id is not None else saved.owner_id or actor.user_id)
    saved.name, saved.source, saved.topic, saved.review_by = name, source, content.topic, content.review_by
    saved.text_ar, saved.text_en, saved.updated_at = texts["text_ar"], texts["text_en"], now()
    session.add(saved)
    session.flush()
    audit.record(session, actor, "saved.keep", f"saved:{saved.id}", owner=saved.owner_id, review_by=saved.review_by.isoformat())
    return saved


def use(session: Session, actor: Actor, saved_id: int, *, active: bool) -> SavedReply:
    """End an answer's use, or take it up again. Nobody deletes one: what was sent keeps naming it."""
    actor.require("saved.keep")
    saved = of(session, saved_id, lock=True)
    if saved.active != active:
        saved.active, saved.updated_at = active, now()
        session.add(saved)
        audit.record(session, actor, "saved.take_up" if active else "saved.end", f"saved:{saved.id}")
    return saved


def standing(kept: SavedReply) -> str:
    """How it stands today, in the words of STANDINGS."""
    if not kept.active:
        return "ended"
    return "over" if kept.review_by < today() else "soon" if kept.review_by <= today() + SOON else "in_use"


def of(session: Session, saved_id: int, *, lock: bool = False) -> SavedReply:
    """The saved answer of that id; NotFound where there is none."""
    saved = session.get(SavedReply, saved_id, with_for_update=lock, populate_existing=True)
    if saved is None:
        raise NotFound(thing="saved", id=saved_id)
    return saved


def objection(session: Session, saved_id: int | None) -> Why | None:
    """Why nothing made from this answer may be sent now; None when it may."""
    saved = session.get(SavedReply, saved_id) if saved_id is not None else None
    if saved is None or (saved.active and saved.review_by >= today()):
        return None
    return (
        Why("saved_over", name=saved.name, day=saved.review_by.isoformat()) if saved.active else Why("saved_ended", name=saved.name)
    )


def spend(session: Session, saved_id: int) -> None:
    """One more answer made from it reached its reader."""
    session.execute(update(SavedReply).where(col(SavedReply.id) == saved_id).values(used=col(SavedReply.used) + 1))


def offered(session: Session, item: Item) -> list[Offer]:
    """What may be answered with here: what fits the item's topic first, then what is used most; in the item's language where it is
    written in it."""
    active = select(SavedReply).where(col(SavedReply.active)).order_by(
        (col(SavedReply.topic) == item.topic).desc(), col(SavedReply.used).desc(), col(SavedReply.name)
    )  # fmt: skip
    known = {lang: blanks.values(session, item, lang) for lang in ("ar", "en")}
    offers = []
    for saved in session.exec(active.limit(OFFERED)):
        lang: Lang = "ar" if saved.text_ar and (item.language.startswith("ar") or not saved.text_en) else "en"
        text = blanks.fill(saved.text_ar if lang == "ar" else saved.text_en, known[lang])
        over = saved.review_by < today()
        offers.append(Offer(saved.id or 0, saved.name, saved.topic, text, lang, saved.review_by, over))
    return offers


def any_in_use(session: Session) -> bool:
    """Whether there is an answer to choose from."""
    return session.connection().execute(_ANY).first() is not None


def page(
    session: Session, *, after: str = "", text: str = "", standing: str = "", topic: str = "", limit: int = 30
) -> list[SavedReply]:
    """Saved answers by name, those after the name `after`; `text` stands in their name or words. `standing`: in_use, soon (to be
    read again within SOON), over, ended; all when ""."""
    where = [col(SavedReply.name) > after] if after else []
    if topic:
        where.append(col(SavedReply.topic) == topic)
    if needle := text.strip():
        columns = (SavedReply.name, SavedReply.text_ar, SavedReply.text_en)
        where.append(or_(*(col(column).icontains(needle, autoescape=True) for column in columns)))
    c, day = SavedReply, today()
    if standing:
        where.append(col(c.active).is_(standing != "ended"))
    if standing in ("in_use", "soon"):
        where.append(col(c.review_by) >= day)
    if standing == "soon":
        where.append(col(c.review_by) <= day + SOON)
    if standing == "over":
        where.append(col(c.review_by) < day)
    return list(session.exec(select(SavedReply).where(*where).order_by(col(SavedReply.name)).limit(limit)))


def _length(field: str, text: str, most: int) -> None:
    if not 1 <= len(text) <= most:
        raise Invalid(field=field, why=Why("length", most=most))


def _owner(session: Session, user_id: int | None) -> int:
    user = session.get(User, user_id) if user_id is not None else None
    if user is None or not user.active:
        raise Invalid(field="owner", why=Why("not_on_staff"))
    return user.id or 0
