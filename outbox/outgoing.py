"""From a row of the ledger to what a connector is given."""

from datetime import timedelta

from sqlmodel import Session, col, select

from connectors.contract import Capabilities, Media, Outgoing
from core.settings import Settings
from core.vault import open_vault
from outbox import media
from outbox.body import Body
from outbox.guards import FILLERS
from outbox.models import ACTING, Delivery


class IncompleteError(Exception):
    """The delivery can't be put together as it was approved: `reason` is `media_missing` or `filler_unknown`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def build(session: Session, delivery: Delivery, capabilities: Capabilities, settings: Settings) -> Outgoing:
    """The words and media of `delivery`, with its filler's values put in. IncompleteError when something is missing."""
    body = Body.from_json(delivery.body)
    return Outgoing(
        text=_filled(session, delivery, body, settings),
        media=tuple(_media(m.path, m.alt, m.mime, m.sha256, capabilities, settings) for m in body.media),
        parent_id=delivery.target_id or None if delivery.kind not in ACTING else None,
        root_id=body.root_id,
        to_author=body.to_author,
        private=body.private or delivery.kind == "private_reply",
    )


def _filled(session: Session, delivery: Delivery, body: Body, settings: Settings) -> str:
    if not body.fill:
        return body.text
    filler = FILLERS.get(body.fill)
    if filler is None:
        raise IncompleteError("filler_unknown")
    text = body.text
    for name, value in filler(session, delivery, settings).items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _media(name: str, alt: str, mime: str, sha256: str, capabilities: Capabilities, settings: Settings) -> Media:
    path = media.folder(settings.var_dir) / name
    if not path.is_file():
        raise IncompleteError("media_missing")
    url = media.public_link(sha256, settings, open_vault(settings)) if capabilities.needs_public_media else ""
    return Media(path, alt, mime, url)


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
