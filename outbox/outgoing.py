"""From a row of the ledger to what a connector is given; the preview of a post is made by the same hands (scheduler.preview)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session, col, select

from connectors.contract import Capabilities, Media, Outgoing
from core.settings import Settings
from core.vault import open_vault
from outbox import media
from outbox.body import Body, MediaFile
from outbox.guards import FILLERS
from outbox.models import ACTING, PRIVATE, Delivery

#: an address in the words, without the stops and brackets that end a sentence after it
LINK = re.compile(r"https?://[^\s<>\"]*[^\s<>\".,;:!?)\]}'،؛؟»]")


class IncompleteError(Exception):
    """The delivery can't be put together as it was approved: `reason` is `media_missing` or `filler_unknown`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def build(session: Session, delivery: Delivery, capabilities: Capabilities, settings: Settings) -> Outgoing:
    """The words and media of `delivery`, with its filler's values put in. IncompleteError when something is missing."""
    body = Body.from_json(delivery.body)
    values = _values(session, delivery, body, settings)
    return Outgoing(
        text=_filled(body.text, values),
        subject=_filled(body.subject, values),
        page=_filled(body.page, values),
        media=tuple(_media(one, capabilities, settings) for one in shaped(body.media, capabilities, settings)),
        poll=body.poll,
        link=card(body, capabilities) if delivery.kind == "post" else "",
        parent_id=delivery.target_id or None if delivery.kind not in ACTING else None,
        root_id=body.root_id,
        to_author=_filled(body.to_author, values) if body.to_author else body.to_author,
        private=body.private or delivery.kind in PRIVATE,
    )


def shaped(files: Iterable[MediaFile], capabilities: Capabilities, settings: Settings) -> tuple[MediaFile, ...]:
    """The files as the account gets them: as JPEG where it takes no other picture, without words where it has no place for them."""
    takes = capabilities.picture.mimes
    fitting = [one if one.film or one.mime in takes else media.as_jpeg(one, settings.var_dir) for one in files]
    spoken = {True: capabilities.alt_film, False: capabilities.alt_text}
    return tuple(one if spoken[one.film] else replace(one, alt="") for one in fitting)


def card(body: Body, capabilities: Capabilities) -> str:
    """The address of which the platform makes a card beneath the words; "" for none."""
    found = LINK.search(body.text) if capabilities.card and not body.media else None
    return found.group() if found else ""


def _values(session: Session, delivery: Delivery, body: Body, settings: Settings) -> Mapping[str, str]:
    if not body.fill:
        return {}
    filler = FILLERS.get(body.fill)
    if filler is None:
        raise IncompleteError("filler_unknown")
    return filler(session, delivery, settings)


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _media(one: MediaFile, capabilities: Capabilities, settings: Settings) -> Media:
    path = media.folder(settings.var_dir) / one.path
    if not path.is_file():
        raise IncompleteError("media_missing")
    url = media.public_link(one.path, settings, open_vault(settings)) if capabilities.needs_public_media else ""
    return Media(path, one.alt, one.mime, url)


def taken(session: Session, delivery: Delivery) -> frozenset[str]:
    """Ids on the platform that belong to other deliveries of the account and may lie in the window that is read back."""
    since = (delivery.first_sent_at or delivery.scheduled_at) - timedelta(hours=1)
    bound = select(Delivery.external_id).where(
        col(Delivery.account_id) == delivery.account_id,
        col(Delivery.external_id) != "",
        col(Delivery.id) != delivery.id,
        col(Delivery.published_at) >= since,
    )
    return frozenset(session.exec(bound))
