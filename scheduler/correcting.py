"""After it has left: a correction linked to what it corrects, and a withdrawal that takes down what stands.

Both are posts of their own that another person approves, and both are told in public (scheduler.public_log).
"""

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session, col, select, update

from connectors.contract import Capabilities
from core import audit
from core.actors import WORKER, Actor
from core.clock import now
from core.errors import Invalid, MajlisError, WrongState
from core.models import Account
from core.settings import Settings
from core.why import Why
from outbox import enqueue
from outbox.accounts import Connect
from outbox.guards import ON_SETTLED
from outbox.models import Delivery
from outbox.sought import stopped
from scheduler import children, queueing, recurring, writing
from scheduler.approving import ON_APPROVED, ON_MOVED
from scheduler.ending import cancel
from scheduler.following import follow
from scheduler.models import Post, Watched
from scheduler.pair import Version
from scheduler.standing import DECIDED, Stands, standing, taken_back
from scheduler.states import GUARD, HALTED, OPEN


def correct(
    session: Session, actor: Actor, post: Post, *, ar: str, en: str, pair_why: str = "", title: str = "", at: datetime | None = None
) -> Post:
    """A draft that puts right what `post` said, for every account where it stands and in the same language forms.

    It hangs on the original as an answer or links it, as each platform lets it (scheduler.standing.tie). Invalid without words,
    WrongState when nothing of `post` stands.
    """
    there = _to_be_seen(session, actor, post, ar, en, "corrected")
    texts = [Version(one.account.id or 0, one.lang) for one in there if one.account.active]
    child = _child(session, actor, post, "correction", texts, ar=ar, en=en, pair_why=pair_why, title=title, at=at)
    audit.record(session, actor, "post.correct", f"post:{post.id}", correction=child.id, accounts=len(texts))
    return child


def withdraw(
    session: Session,
    actor: Actor,
    post: Post,
    *,
    ar: str,
    en: str,
    pair_why: str = "",
    notice: bool = False,
    all_days: bool = False,
    connect: Connect | None = None,
    at: datetime | None = None,
) -> Post:
    """A draft that takes `post` down wherever it stands, once another person approves it; what has not gone of it stops at once.

    `ar`, `en`: why, in words for the public log; with `notice` also posted to the accounts that had it (with `connect`, those that
    take words alone). Of a row it takes down this day and no other; with `all_days` those still to go end at once, too. Invalid
    without words; WrongState when nothing stands or another withdrawal of it is under way.
    """
    if all_days and (first := recurring.head(session, post)) is not None:
        queueing.hold(session, first)  # before its occurrence, as every verb on a row does
    there = _to_be_seen(session, actor, post, ar, en, "withdrawn")
    if (other := withdrawal_of(session, post)) is not None and other.state in OPEN:
        raise WrongState(thing="post", state=other.state, wanted="withdrawn")
    told = [one for one in there if one.account.active and (connect is None or _able(connect, one.account).post_text)]
    texts = [Version(one.account.id or 0, one.lang) for one in told] if notice else []
    child = _child(session, actor, post, "withdrawal", texts, ar=ar, en=en, pair_why=pair_why, title="", at=at)
    queueing.stop(session, actor, post, "withdrawn")
    ended = recurring.end_rest(session, actor, post, "withdrawn") if all_days else 0
    facts = {"withdrawal": child.id, "standing": len(there), "notice": notice} | ({"ended": ended} if ended else {})
    audit.record(session, actor, "post.withdraw", f"post:{post.id}", **facts)
    return child


def withdrawal_of(session: Session, post: Post) -> Post | None:
    """The newest withdrawal of `post` that is written, waits for approval or was approved; None when there is none."""
    wanted = ("draft", "submitted", *DECIDED)
    mine = (col(Post.about_id) == post.id, col(Post.role) == "withdrawal", col(Post.state).in_(wanted))
    return session.exec(select(Post).where(*mine).order_by(col(Post.id).desc())).first()


class StandsAlone(WrongState):
    """What a correction corrects was taken down on an account of it, or is about to be: it would be read there without that."""

    code = "stands_alone"


def removable(session: Session, post: Post, connect: Connect) -> list[tuple[Stands, bool]]:
    """Where `post` stands, and whether its platform lets us take it down: where not, somebody must do it there by hand."""
    return [(one, _able(connect, one.account).delete) for one in standing(session, post)]


def _able(connect: Connect, account: Account) -> Capabilities:
    """What may be done on the account; nothing on one that can't be opened: the others don't wait for it."""
    try:
        return connect(account).capabilities
    except MajlisError:
        return Capabilities(post_text=False, delete=False)


def _to_be_seen(session: Session, actor: Actor, post: Post, ar: str, en: str, wanted: str) -> list[Stands]:
    actor.require("post.write")
    if not ar.strip() and not en.strip():
        raise Invalid(field="reason" if wanted == "withdrawn" else "text", why=Why("say_in_public"))
    queueing.hold(session, post)
    there = standing(session, post)
    if not there:
        raise WrongState(thing="post", state=post.state, wanted=wanted)
    return there


def _child(
    session: Session,
    actor: Actor,
    post: Post,
    role: str,
    texts: list[Version],
    *,
    ar: str,
    en: str,
    pair_why: str,
    title: str,
    at: datetime | None,
) -> Post:
    title = title.strip() or post.title
    if any(one.lang != "both" for one in texts):
        pair_why = pair_why or post.pair_why  # where the original went in one language for a reason, that reason still holds
    child = writing.draft(session, actor, kind="news", title=title, texts=texts, ar=ar, en=en, pair_why=pair_why, at=at)
    child.about_id, child.role = post.id, role
    writing.touch(session, child)
    return child


def _take_down(session: Session, actor: Actor, post: Post, settings: Settings) -> None:
    """An approved withdrawal: one removal for everything that stands now; no reminder of its event and no correction goes any more.
    WrongState when nothing stands."""
    if post.role != "withdrawal" or post.about_id is None:
        return
    about = session.get_one(Post, post.about_id)
    queueing.hold(session, about)  # no correction of it is approved meanwhile
    there = standing(session, about)
    if not there:
        raise WrongState(thing="post", state="withdrawn", wanted="withdrawn")
    _end(session, actor, children.of(session, about, "reminder"), "announcement_withdrawn", children.stop)
    _end(session, actor, children.of(session, about, "correction", HALTED), "original_withdrawn", queueing.stop)
    for one in there:
        _remove(session, actor, post, one.account, one.delivery)


def _end(session: Session, actor: Actor, found: list[Post], reason: str, stop: Callable[[Session, Actor, Post, str], None]) -> None:
    for child in found:
        queueing.hold(session, child)
        if children.whole(session, child):
            cancel(session, actor, child, reason)
        else:
            stop(session, actor, child, reason)


def _not_alone(session: Session, post: Post) -> None:
    """StandsAlone for a correction that goes where what it corrects stands no more, or soon will not."""
    if post.role != "correction" or post.about_id is None:
        return
    about = session.get_one(Post, post.about_id)
    queueing.hold(session, about)  # no withdrawal of it is approved meanwhile
    going, there = withdrawal_of(session, about), {one.account.id for one in standing(session, about)}
    if (going is not None and going.state == "scheduled") or not {one.account_id for one in queueing.texts(session, post)} <= there:
        raise StandsAlone(thing="post", state="withdrawn", wanted="corrected")


def _remove(session: Session, actor: Actor, post: Post, account: Account, delivery: Delivery) -> None:
    enqueue.enqueue(
        session,
        actor,
        kind="delete",
        account=account,
        target_id=delivery.external_id,
        ref=f"{queueing.removals(post)}{delivery.id}",
        at=max(post.at or now(), now()),  # what comes late, after its hour
        guard=GUARD,
        guard_arg={"post": post.id, "version": post.version},
    )


def _came_late(session: Session, delivery: Delivery) -> None:
    """A part of a post that was withdrawn turns out to be published after all, or a correction of it that was stopped then: that
    is taken down as well."""
    about = session.get(Post, delivery.guard_arg.get("post")) if delivery.guard == GUARD else None
    if delivery.state != "published" or about is None:
        return
    withdrawal = _agreed_to(session, about.id)
    if withdrawal is None and about.role == "correction" and stopped(delivery):
        withdrawal = _agreed_to(session, about.about_id)
    if withdrawal is not None:
        account = session.get_one(Account, delivery.account_id)
        _remove(session, WORKER, withdrawal, account, delivery)


def _agreed_to(session: Session, post_id: int | None) -> Post | None:
    """The newest withdrawal of that post that was agreed to."""
    return session.exec(select(Post).where(*taken_back(post_id)).order_by(col(Post.id).desc())).first()


def _is_gone(session: Session, delivery: Delivery) -> None:
    """What was taken down is not measured any more, and everybody is told so."""
    if delivery.state == "published":
        this = (col(Watched.account_id) == delivery.account_id, col(Watched.native_id) == delivery.target_id)
        session.connection().execute(update(Watched).where(*this).values(gone_at=delivery.published_at or now(), next_at=None))


ON_MOVED.append(lambda session, _, post, *__: _not_alone(session, post) if post.state == "submitted" else None)
ON_APPROVED.extend((lambda session, _, post, __: _not_alone(session, post), _take_down))
ON_SETTLED.setdefault("post", []).append(_came_late)
ON_SETTLED.setdefault("delete", []).extend((_is_gone, follow))
