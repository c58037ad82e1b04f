"""What was sent and has not left yet: the seconds that are left, and the way back."""

from collections.abc import Sequence
from typing import Any, Final

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.clock import now
from core.settings import settings
from desk import chrome
from desk.doing import attempt
from desk.session import say
from inbox import reply as replies
from inbox.models import Item, Reply
from outbox.models import Delivery

#: an answer in one of these was sent and not refused or taken back
STANDS: Final = ("queued", "asked", "sent")
#: the answer that was sent last in this tab and its item, for the bar that takes it back
LATEST: Final = "reply_latest"


def take_back(reply_id: int, *, item_id: int, begun: str = "", made: int | None = None) -> bool:
    """Take an answer back before it leaves; `begun` is what stands in the box meanwhile. Whether it was:
    of what may have left by an earlier try it is only told that it is looked for."""

    def change(writing: Session, person: Actor) -> Reply:
        if begun.strip():
            replies.save_draft(writing, person, item_id, begun, saved_id=made)
        return replies.take_back(writing, person, reply_id)

    done = attempt(change)
    st.session_state.pop(LATEST, None)
    if done is None:
        return False
    back = done.state == "draft"
    chrome.flash("good" if back else "warn", say("desk.done.taken_back" if back else "desk.done.sought"))
    return back


def latest(reading: Session) -> tuple[int, int] | None:
    """What was sent last in this tab and its item, while it waits for its seconds to pass; None else."""
    reply_id, item_id = st.session_state.get(LATEST) or (0, 0)
    sent = reading.get(Reply, reply_id) if reply_id else None
    delivery = reading.get(Delivery, sent.delivery_id) if sent is not None and sent.delivery_id is not None else None
    if delivery is None or delivery.state != "scheduled" or delivery.scheduled_at <= now():
        return None
    return reply_id, item_id


def told(reading: Session, person: Actor, item: Item, answers: Sequence[Reply], just: bool) -> dict[str, Any] | None:
    """Of the `answers` in its thread what this person sent here last, while it waits; or a moment ago (`just`)."""
    mine = [one for one in answers if one.item_id == item.id and one.author_id == person.user_id and one.state in STANDS]
    if not mine:
        return None
    last = max(mine, key=lambda one: (one.updated_at, one.id or 0))
    delivery = reading.get(Delivery, last.delivery_id) if last.delivery_id is not None else None
    waits = last.state == "asked" or (delivery is not None and delivery.state in ("scheduled", "held"))
    if not (waits or just):
        return None
    left = max(0.0, (delivery.scheduled_at - now()).total_seconds()) if delivery is not None and waits else 0.0
    said = "asked" if last.state == "asked" else "sent" if not waits else "leaves" if left else "stays"
    undo = waits and (last.state == "asked" or settings().undo_s > 0)
    return {
        "reply": last.id,
        "key": f"{last.id}.{last.delivery_id}.{said}",
        "left": left,
        "words": say(f"desk.reply.{said}"),
        "undo": undo,
    }
