"""The steps by which a post is approved: of each step one or all of those named, nobody his own, nobody twice.

Steps are written in MAJLIS_APPROVAL_STEPS and kept with the post when it is submitted: whoever changes the setting later changes
no post that waits. They are taken one after the other.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from core.auth import able, actor_of
from core.errors import ConfigurationError, Invalid
from core.models import User
from core.settings import Settings
from core.why import Why
from scheduler.history import writers_of
from scheduler.models import DOUBTED, Approval, Post

NAME = "MAJLIS_APPROVAL_STEPS"
_SAID = (col(Approval.post_id), col(Approval.version), col(Approval.step), col(Approval.user_id))
#: every yes to these posts; made once, for it is asked before anything leaves
_GIVEN = (
    select(*_SAID)
    .where(_SAID[0].in_(bindparam("ids", expanding=True)), col(Approval.yes), ~col(Approval.void))
    .order_by(col(Approval.id))
)
OPEN_STEP: dict[str, Any] = {"need": "any", "users": []}


@dataclass(frozen=True, slots=True)
class Step:
    """How one step (from 1) stands. `named`: whose yes it asks for (nobody: whoever may approve). All are ids of users.

    `yes` counts; `gone` said yes and may no longer approve; `wanting` are those whose yes it still takes, or may take.
    """

    number: int
    need: str
    named: tuple[int, ...]
    yes: tuple[int, ...]
    gone: tuple[int, ...]
    wanting: tuple[int, ...]

    @property
    def complete(self) -> bool:
        return bool(self.yes) and (self.need == "any" or not self.wanting)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the approval of one version has come."""

    version: int
    steps: tuple[Step, ...]

    @property
    def current(self) -> Step | None:
        """The first step that is not complete; None when all are."""
        return next((step for step in self.steps if not step.complete), None)

    @property
    def complete(self) -> bool:
        return self.current is None

    @property
    def blocked(self) -> Step | None:
        """The first step for which nobody is left, when those before it are taken by others; None when all can be completed."""
        needs: list[frozenset[int]] = []
        for step in self.steps:
            if step.complete:
                continue
            needs += _needs(step)
            if not step.wanting or not _filled(needs):
                return step
        return None

    @property
    def said(self) -> frozenset[int]:
        """Everybody whose yes stands in any step."""
        return frozenset(user for step in self.steps for user in (*step.yes, *step.gone))


def of_house(session: Session, settings: Settings) -> list[dict[str, Any]]:
    """The steps of the setting, users by id, as a post keeps them. ConfigurationError for a name that may not approve."""
    known = {user.username: user for user in approvers(session).values()}
    steps = []
    for written in settings.approval_steps:
        need, _, names = written.partition(":")
        named = [name.strip() for name in names.split(",") if name.strip()]
        if strange := [name for name in named if name not in known]:
            raise ConfigurationError(name=NAME, why=Why("no_approver", name=", ".join(strange)))
        steps.append({"need": need.strip(), "users": [known[name].id for name in named]})
    return steps


def chosen(session: Session, steps: Iterable[tuple[str, Sequence[int]]]) -> list[dict[str, Any]]:
    """Further steps somebody asks for: ("any" | "all", ids of users). Invalid for a user who may not approve."""
    known, found = approvers(session), []
    for need, users in steps:
        if need not in ("any", "all") or (need == "all" and not users):
            raise Invalid(field="steps", why=Why("approval_steps"))
        if strange := [user for user in users if user not in known]:
            raise Invalid(field="steps", why=Why("no_approver", name=", ".join(map(str, strange))))
        found.append({"need": need, "users": list(users)})
    return found


def progress(session: Session, post: Post) -> Progress:
    """How the approval of the post's version stands now: the yes of somebody who may no longer approve does not count,
    nor one given before the post was doubted (scheduler.doubting)."""
    return progress_of(session, [post])[post.id or 0]


def progress_of(session: Session, posts: Sequence[Post]) -> dict[int, Progress]:
    """The same of several posts, by their ids."""
    may, own = able(session, "post.approve"), writers_of(session, posts)
    said: dict[tuple[int, int], dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for post_id, version, number, user in session.exec(_GIVEN, params={"ids": [post.id for post in posts]}):
        said[post_id, version][number].append(user)
    return {post.id or 0: _progress(post, may, own[post.id or 0], said[post.id or 0, post.version]) for post in posts}


def _progress(post: Post, may: frozenset[int], own: frozenset[int], said: Mapping[int, list[int]]) -> Progress:
    """`may`: who may approve; `own`: whose hand is in it; `said`: who said yes to its version, by step."""
    free = may - own - {user for users in said.values() for user in users}
    steps = []
    for number, step in enumerate(post.steps or [OPEN_STEP], 1):
        here, named = said.get(number, []), tuple(step["users"])
        yes, gone = (tuple(user for user in here if (user in may) is still) for still in (True, False))
        if step["need"] == "any":
            wanting = () if yes else tuple(user for user in named or sorted(may) if user in free)
        else:  # who has gone is still asked for: what the house wants of two, one alone can't give
            wanting = tuple(user for user in named if user not in own and user not in yes)
        steps.append(Step(number, step["need"], named, yes, gone, wanting))
    return Progress(post.version, tuple(_sparing(steps)))


def _sparing(steps: list[Step]) -> Iterator[Step]:
    """Nobody is asked at a step of whom a later one could then not do without, as long as there is a choice."""
    for place, step in enumerate(steps):
        if step.need == "any" and step.wanting:
            later = [need for other in steps[place + 1 :] for need in _needs(other)]
            spare = tuple(user for user in step.wanting if _filled([need - {user} for need in later]))
            step = replace(step, wanting=spare or step.wanting)
        yield step


def _needs(step: Step) -> list[frozenset[int]]:
    """For each yes that the step still takes, those who can give it."""
    if step.need == "all":
        return [frozenset({user}) for user in step.wanting]
    return [] if step.yes else [frozenset(step.wanting)]


def _filled(needs: list[frozenset[int]]) -> bool:
    """Whether so many different people can be found, one for each need (augmenting paths; a handful of each)."""
    giver: dict[int, int] = {}

    def find(need: int, tried: set[int]) -> bool:
        for user in needs[need] - tried:
            tried.add(user)
            if user not in giver or find(giver[user], tried):
                giver[user] = need
                return True
        return False

    return all(find(need, set()) for need in range(len(needs)))


def approvers(session: Session) -> dict[int, User]:
    """Everybody who may approve now, by id."""
    staff = session.exec(select(User).where(col(User.active)).order_by(col(User.id))).all()
    return {user.id: user for user in staff if user.id is not None and actor_of(user).can("post.approve")}


def asked_of(session: Session, user: int | None) -> list[Post]:
    """The posts whose open step waits for this person's yes, what goes out first first; those whose approval is in doubt before."""
    waiting = select(Post).where(col(Post.state) == "submitted").order_by(col(Post.at).is_(None), col(Post.at), col(Post.id))
    asking = [(post, under(session, post)) for post in (*_doubted(session), *session.exec(waiting))]
    standing = progress_of(session, list({whose.id: whose for _, whose in asking}.values()))
    return [post for post, whose in asking if (step := standing[whose.id or 0].current) and user in step.wanting]


def _doubted(session: Session) -> list[Post]:
    """Scheduled posts that wait for a renewed yes; of a row the one that goes first."""
    found = []
    for whose in session.exec(select(Post).where(DOUBTED).order_by(col(Post.at), col(Post.id))).all():
        row = select(Post).where(col(Post.about_id) == whose.id, col(Post.role) == "occurrence", col(Post.state) == "scheduled")
        first = whose if whose.state == "scheduled" else session.exec(row.order_by(col(Post.at), col(Post.id))).first()
        found += [first] if first is not None and whose.steps else []
    return found


def under(session: Session, post: Post) -> Post:
    """The post under whose approval this one goes: the first of its row for an occurrence, else itself."""
    return under_of(session, [post])[post.id or 0]


def under_of(session: Session, posts: Sequence[Post]) -> dict[int, Post]:
    """The same of several, by their ids."""
    of_rows = {post.id: post.about_id for post in posts if post.role == "occurrence" and not post.steps}
    asked = select(Post).where(col(Post.id).in_(set(of_rows.values())))
    heads = {head.id: head for head in session.exec(asked)} if of_rows else {}
    return {post.id or 0: heads[of_rows[post.id]] if post.id in of_rows else post for post in posts}


def resting_on(session: Session, user: int) -> list[Post]:
    """The approved posts still to go (or with occurrences still to go) that are not complete without this person's yes, and those
    imported in his name."""
    his = (col(Approval.user_id) == user, col(Approval.yes), ~col(Approval.void), col(Approval.version) == Post.approved_version)
    later = aliased(Post)
    row = select(later.id).where(col(later.about_id) == Post.id, col(later.role) == "occurrence", col(later.state) == "scheduled")
    posts = (
        select(Post)
        .join(Approval, col(Approval.post_id) == col(Post.id))
        .where(*his, or_(col(Post.state) == "scheduled", row.exists()))
    )
    said = session.exec(posts.order_by(col(Post.id))).all()
    standing = progress_of(session, said)
    resting = [post for post in said if not standing[post.id or 0].complete]
    named = select(Post).where(col(Post.approved_by) == user, col(Post.state) == "scheduled").order_by(col(Post.id))
    imported = [post for post in session.exec(named) if not post.steps and post.role != "occurrence"]
    return resting + (imported if user not in able(session, "post.approve") else [])
