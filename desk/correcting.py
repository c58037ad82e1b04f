"""Correcting what a message was taken for, by the mouse: kind, topic and language. By keys the palette does it."""

import streamlit as st

from core.actors import Actor
from desk import session, trade
from desk.doing import attempt, turn
from desk.session import say
from inbox import correcting
from inbox.correcting import FIELDS
from inbox.models import Item


def button(person: Actor, item: Item) -> None:
    """Its three fields as they are; choosing another corrects it at once."""
    if not person.can("item.work") or item.own or item.state == "none":
        return
    key = f"correct:{item.id}:{turn()}"
    with st.popover(say("desk.correct.title"), icon=":material/edit_note:", key=key, on_change="rerun") as body:
        if body.open:
            for field in FIELDS:
                _field(item, field, f"{field}:{key}")


def _field(item: Item, field: str, key: str) -> None:
    lang, known = session.lang(), list(FIELDS[field])
    now = str(getattr(item, field))
    st.selectbox(
        say(f"desk.inbox.{field}"),
        known if now in known else [now, *known],
        index=known.index(now) if now in known else 0,
        format_func=lambda code: trade.known(f"desk.{field}", code, lang),
        key=key,
        on_change=lambda: correct(item.id or 0, field, st.session_state[key]),
    )


def correct(item_id: int, field: str, value: str) -> None:
    """One field of one message is something else."""
    if field in FIELDS:
        attempt(
            lambda w, p: correcting.correct(w, p, w.get_one(Item, item_id), **{field: value}),
            "desk.done.corrected",
            field=say(f"desk.inbox.{field}"),
            value=trade.known(f"desk.{field}", value, session.lang()),
        )
