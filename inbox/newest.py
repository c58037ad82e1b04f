"""Which of two versions of an item is the newer, when pages arrive out of order and twice (edits and deletes are events)."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime

from connectors.contract import Message


@dataclass(frozen=True, slots=True)
class Held:
    """What is stored of an item, as far as deciding needs it."""

    text: str
    edited: bool
    edited_at: datetime | None
    deleted: bool


def newer(message: Message, held: Held, earlier: Container[str], *, fresh: bool) -> bool:
    """True when the text of `message` is to replace the stored one.

    By the platform's own edit time where it gives one, then by the edited mark; where it gives neither (Facebook's and
    Instagram's comments), a text that we already saw replaced (`earlier`) is an old page shown again. `fresh` is for an answer to
    a question about this very item (a lookup): it is the present state, whatever was seen before.
    """
    if message.text == held.text or not (message.text or fresh):
        return False
    if fresh:
        return True
    if message.edited_at is not None or held.edited_at is not None:
        return message.edited_at is not None and (held.edited_at is None or message.edited_at > held.edited_at)
    if message.edited != held.edited:
        return message.edited
    return message.text not in earlier
