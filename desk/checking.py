"""Everything there is to know of a post while it is written, in one list: what stops it, what to look at, what could be better."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlmodel import Session

from core.clock import now
from core.errors import MajlisError
from core.models import Account
from core.settings import settings
from desk import composing, session, shown, store, timing
from desk.safe import Markup, el, show
from desk.session import say
from inbox import editions
from outbox.body import MediaFile
from policies.clauses import Edition
from scheduler import pair, row, when
from scheduler.accessible import Finding
from scheduler.findings import by_policy, findings, texts_of
from scheduler.models import Post, PostMedia, PostText
from scheduler.warnings import warnings

#: how much each weighs, and how it looks
LEVELS = {"stops": "bad", "warning": "warn", "advice": "info"}
#: so many texts are judged once and not again while somebody goes on writing
JUDGED = 512

Said = tuple[tuple[tuple[str, str], tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing: how much it weighs, what it says, and which accounts it is about (none: all)."""

    level: str
    words: str
    accounts: tuple[str, ...] = ()


def checks(
    reading: Session,
    post: Post | None,
    kind: str,
    rev: str,
    made: composing.Content,
    accounts: Sequence[Account],
    files: Sequence[MediaFile],
    told: Mapping[str, Mapping[str, Sequence[str]]],
    why: str,
) -> None:
    """The list beneath the editor; `told` is what composing.found says of each version."""
    if not (str(made["ar"]).strip() or str(made["en"]).strip() or files or any(made["texts"].values())):
        return
    written, rows = _written(post, kind, rev, made, why)
    media = [_medium(file, place) for place, file in enumerate(files)]
    found = [*_stops(post, written, made, accounts, told, why), *_looked(reading, written, rows, media, why)]
    found += [Check("advice", note, _called(accounts, key)) for key, one in told.items() for note in one["notes"]]
    _drawn(_together(found, set(_names(reading, rows).values())), _cost(written, rows, accounts))


def _written(post: Post | None, kind: str, rev: str, made: composing.Content, why: str) -> tuple[Post, list[PostText]]:
    """The post and its versions as they would be saved now; nothing of it is in the database."""
    kept = post.model_dump(include={"id", "role", "about_id", "at", "wall", "zone", "repeat"}) if post else {}
    written = Post(**kept, kind=kind, pair_why=why, ar=str(made["ar"]).strip(), en=str(made["en"]).strip())
    with suppress(MajlisError):  # whoever saves it is told
        when.choose(written, timing.hour_of(post, rev))
    rows = [
        PostText(post_id=0, account_id=one.account_id, lang=one.lang, text=one.text or pair.said(written.ar, written.en, one.lang))
        for one in composing.versions(made, one_language=bool(why))
    ]
    return written, rows


def _medium(file: MediaFile, place: int) -> PostMedia:
    return PostMedia(post_id=0, place=place, sha256=file.sha256, mime=file.mime, alt=file.alt, alt_why=file.alt_why)


def _stops(
    post: Post | None,
    written: Post,
    made: composing.Content,
    accounts: Sequence[Account],
    told: Mapping[str, Mapping[str, Sequence[str]]],
    why: str,
) -> Iterator[Check]:
    """What submitting it would be refused for."""
    if not made["chosen"] and (post is None or post.role != "withdrawal"):
        yield Check("stops", say("desk.compose.pick"))
    if written.at is not None and written.at < now():
        yield Check("stops", say("desk.check.past"))
    if not why:
        yield from (Check("stops", one) for one in composing.missing(made, composing.accounts(accounts)))
    for key, one in told.items():
        yield from (Check("stops", reason, _called(accounts, key)) for reason in one["whys"])


def _looked(reading: Session, written: Post, rows: Sequence[PostText], media: Sequence[PostMedia], why: str) -> Iterator[Check]:
    """What the policy, the care for readers, the calendar, the neighbours and the price have to say."""
    lang, names = session.lang(), _names(reading, rows)
    for caution in warnings(reading, written, store.connections(), rows=rows):
        yield Check("warning" if caution.strong or caution.code != "link_cost" else "advice", caution.words(lang))
    said: Said = tuple(texts_of(reading, rows).items())
    alts = tuple((one.alt, one.place) for one in media)
    seen = [*_judged(said, alts, editions.in_force(reading)), *findings(reading, written, policy=False, rows=rows, media=media)]
    for one in seen:
        if one.code != "one_language" or why:
            yield Check(one.level, one.words(lang), tuple(sorted(names[of] for of in one.of if of in names)))


@lru_cache(JUDGED)
def _judged(said: Said, alts: tuple[tuple[str, int], ...], edition: Edition) -> tuple[Finding, ...]:
    media = [PostMedia(post_id=0, place=place, sha256="", mime="", alt=alt) for alt, place in alts]
    return tuple(by_policy(dict(said), media, edition, settings()))


def _names(reading: Session, rows: Sequence[PostText]) -> dict[str, str]:
    found = (reading.get_one(Account, row.account_id) for row in rows)
    return {account.key: shown.account(account, session.lang()) for account in found}


def _called(accounts: Sequence[Account], key: str) -> tuple[str, ...]:
    number = key.partition(":")[0]
    return tuple(shown.account(one, session.lang()) for one in accounts if str(one.id) == number)


def _together(found: Sequence[Check], everybody: set[str]) -> list[Check]:
    """What is said of several accounts is said once, of all of them without their names; what weighs most comes first."""
    same: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for one in found:
        same[one.level, one.words].update(one.accounts)
    made = [
        Check(level, words, () if accounts == everybody and len(everybody) > 1 else tuple(sorted(accounts)))
        for (level, words), accounts in same.items()
    ]
    return sorted(made, key=lambda one: list(LEVELS).index(one.level))


def _cost(written: Post, rows: Sequence[PostText], accounts: Sequence[Account]) -> int:
    """What sending it costs, every occurrence of its row."""
    known, sum_ = {one.id: one for one in accounts}, 0
    for one in rows:
        try:
            sum_ += store.connections()(known[one.account_id]).price(one.text)
        except (MajlisError, KeyError):
            continue
    try:
        return sum_ * (len(row.dates(written)) if written.repeat else 1)
    except MajlisError:
        return sum_


def _drawn(found: Sequence[Check], cost: int) -> None:
    counts: dict[str, Any] = {level: sum(one.level == level for one in found) for level in LEVELS}
    chips = [shown.chip(say(f"desk.check.{level}", n=counts[level]), LEVELS[level]) for level in LEVELS if counts[level]]
    chips += [] if found else [shown.chip(say("desk.check.none"), "good")]
    chips += [_price(cost)] if cost else []
    lines = [el("li", _line(one)) for one in found]
    head = el("div", el("h3", say("desk.check.title")), el("div", *chips, class_="mj-chips"), class_="mj-checks")
    tone = "bad" if counts["stops"] else "warn" if counts["warning"] else ""
    show(el("section", head, el("ul", *lines, class_="mj-found") if lines else None, class_=f"mj-panel mj-check {tone}".strip()))


def _price(micros: int) -> Markup:
    return el("span", say("desk.check.cost"), " ", el("bdi", f"${micros / 1_000_000:.3f}", dir="ltr"), class_="mj-chip")


def _line(one: Check) -> Markup:
    chips = [shown.chip(say(f"desk.check.level_{one.level}"), LEVELS[one.level]), *map(shown.chip, one.accounts)]
    return el("span", el("span", *chips, class_="mj-chips"), el("span", one.words, dir="auto"))
