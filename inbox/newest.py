"""Which of two versions of an item is the newer, when pages arrive out of order and twice (edits and deletes are events)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from connectors.contract import Message


@dataclass(frozen=True, slots=True)
class Held:
    """What is stored of an item, as far as deciding needs it."""

    text: str
    edited: bool
    edited_at: datetime | None
    deleted: bool


class Age(Enum):
    """What a message's text is beside the stored one. UNSURE: only the platform can say (inbox.told)."""

    NEWER = "newer"
    OLDER = "older"
    UNSURE = "unsure"


def age(message: Message, held: Held, *, fresh: bool) -> Age:
    """Whether the text of `message` is to replace the stored one.

    Certain are an answer to a question about this very item (`fresh`: its present state, whatever was seen before), two different
    edit times, and any other text for words that never changed. Where we saw the words change already and the platform gives no
    time with them (Facebook's and Instagram's comments) or gives the same second, a page shown again and a change back look alike.
    """
    if message.text == held.text or not (message.text or fresh):
        return Age.OLDER
    if fresh:
        return Age.NEWER
    if message.edited_at is not None and held.edited_at is not None and message.edited_at != held.edited_at:
        return Age.NEWER if message.edited_at > held.edited_at else Age.OLDER
    return Age.UNSURE if held.edited else Age.NEWER
