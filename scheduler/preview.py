"""What each account will show, counted as its platform counts, and what stands in the way, before anybody approves."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session

from connectors.contract import Capabilities
from core.models import Account
from outbox.accounts import Connect
from outbox.body import MediaFile
from scheduler import queueing
from scheduler.models import Post


@dataclass(frozen=True, slots=True)
class Preview:
    """One account's version. `problems` are word keys under `preview.` (none: it can go); `cost_micros` in 1/1,000,000 USD."""

    account: str
    account_id: int
    text: str
    count: int
    limit: int
    media: tuple[MediaFile, ...]
    problems: tuple[str, ...]
    cost_micros: int


def preview(session: Session, post: Post, connect: Connect) -> list[Preview]:
    """Exactly what would be sent now, account by account. Calls no platform."""
    media = queueing.pictures(session, post)
    previews = []
    for text in queueing.texts(session, post):
        account = session.get_one(Account, text.account_id)
        connector = connect(account)
        count = connector.count_text(text.text)
        able = connector.capabilities
        found = problems(text.text, count, media, able)
        cost = connector.price(text.text)
        previews.append(Preview(account.key, account.id or 0, text.text, count, able.text_limit, media, found, cost))
    return previews


def problems(text: str, count: int, media: Sequence[MediaFile], able: Capabilities) -> tuple[str, ...]:
    """Why an account with these abilities can't take it: `empty too_long no_text_only no_images too_many_images alt_missing
    alt_too_long`."""
    checks = {
        "empty": not text and not media,
        "too_long": bool(able.text_limit) and count > able.text_limit,
        "no_text_only": not media and not able.post_text,
        "no_images": bool(media) and not able.image,
        "too_many_images": able.image and len(media) > able.media_max,
        "alt_missing": any(not m.alt for m in media),
        "alt_too_long": able.alt_text and any(len(m.alt) > able.alt_limit for m in media),
    }
    return tuple(name for name, met in checks.items() if met)
