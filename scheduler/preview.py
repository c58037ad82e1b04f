"""What each account will show, made by the same hands that send it, and what stands in the way, before anybody approves."""

from dataclasses import dataclass

from sqlmodel import Session

from connectors.contract import Poll
from core.errors import Invalid
from core.models import Account
from core.settings import Settings
from core.settings import settings as current
from core.why import Why
from outbox import outgoing
from outbox.accounts import Connect
from outbox.body import MediaFile
from outbox.media import folder
from scheduler import fitting, queueing
from scheduler.models import Post


@dataclass(frozen=True, slots=True)
class Preview:
    """One version of a post, exactly as its account gets it.

    `lang`: ar, en or both. `shape`: text, link, photo, photos, film, carousel or poll. `media`: the files as they are sent, their
    `alt` empty where the platform has no place for it. `link`: the address that becomes a card. `whys`: what stands in the way
    (none: it can go), `notes`: what gets lost there; both in words. `cost_micros` in 1/1,000,000 USD. `delivery_id`: what carries
    it now, None before it is approved.
    """

    account: str
    account_id: int
    lang: str
    shape: str
    text: str
    count: int
    limit: int
    media: tuple[MediaFile, ...]
    poll: Poll | None
    link: str
    whys: tuple[Why, ...]
    notes: tuple[Why, ...]
    cost_micros: int
    delivery_id: int | None = None

    @property
    def problems(self) -> tuple[str, ...]:
        """The codes of what stands in the way: `too_long`, `file_ratio`, …"""
        return tuple(why.code.removeprefix("post_") for why in self.whys)


def preview(session: Session, post: Post, connect: Connect, settings: Settings | None = None) -> list[Preview]:
    """Exactly what would be sent now, version by version. Calls no platform."""
    settings, previews = settings or current(), []
    for text in queueing.texts(session, post):
        account = session.get_one(Account, text.account_id)
        connector = connect(account)
        able, body = connector.capabilities, queueing.body_of(session, post, text)
        files, link = outgoing.shaped(body.media, able, settings), outgoing.card(body, able)
        count = connector.count_text(body.text)
        lost = [one for one in files if not (folder(settings.var_dir) / one.path).is_file()]
        whys = (*fitting.problems(body, files, count, able), *((Why("post_file_gone", media=0),) if lost else ()))
        previews.append(
            Preview(
                account=account.key,
                account_id=account.id or 0,
                lang=text.lang,
                shape=fitting.shape(body, link, able),
                text=body.text,
                count=count,
                limit=able.text_limit,
                media=files,
                poll=body.poll,
                link=link,
                whys=whys,
                notes=fitting.notes(body, able),
                cost_micros=connector.price(body.text),
                delivery_id=text.delivery_id,
            )
        )
    return previews


def must_fit(session: Session, post: Post, connect: Connect, settings: Settings | None = None) -> None:
    """Invalid, naming every account that could not take the post as it is and why."""
    bad = [one for one in preview(session, post, connect, settings) if one.whys]
    if bad:
        cannot = tuple(Why("account_cannot", account=one.account, problems=one.whys) for one in bad)
        raise Invalid(field=fitting.about(bad[0].whys[0]), why=Why("accounts_cannot", accounts=cannot))
