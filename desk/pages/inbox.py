"""The inbox: list, thread and context side by side. What is open is a fragment within the page's own: a click costs a small run."""

from typing import Any, Final

import streamlit as st
from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from core.actors import Actor
from core.models import Account, User
from desk import (
    chrome,
    context,
    correcting,
    eyes,
    history,
    moderating,
    privately,
    queue,
    replying,
    seconding,
    session,
    sifting,
    snoozing,
    store,
    team,
    thread,
    undoing,
    withheld,
)
from desk.around import Around, again, around
from desk.safe import show
from inbox import remarks
from inbox.models import Item
from inbox.person import earlier
from inbox.thread import thread_of
from outbox.models import Delivery

#: the list as it was drawn last
LAID: Final = "inbox_laid"
#: made once: asked whenever a message is opened
_ASKED = select(Item, Account).join(Account, col(Account.id) == col(Item.account_id)).where(col(Item.id) == bindparam("item"))


def page() -> None:
    sifting.place().arrive()
    work()


@st.fragment(run_every=20)
def work() -> None:
    """Search and filters, and beneath them all the rest as it is now."""
    with store.read() as reading:
        person = session.find_actor(reading)
        if person is None:
            st.rerun()
        named, search = st.columns([1, 1.1], vertical_alignment="center")
        with named:
            chrome.title("inbox")
        with search:
            sifting.bar(reading, person)
        st.session_state[LAID] = None
        panes()


@st.fragment
def panes() -> None:
    """Views, list, thread, context. Where the same list is asked for, as when a message is opened, it stands as it was drawn last:
    `work` draws it anew by the clock, and a deed at once."""
    laid: queue.Laid | None = st.session_state.get(LAID)
    if laid is not None and laid.narrowed != sifting.narrowed():
        st.rerun()  # search and filters show it
    place = sifting.place()
    with store.read() as reading:
        person = session.find_actor(reading)
        if person is None:
            st.rerun()
        wanted = place.number("item")
        # held to the end, so that the account need not be asked for again
        both = reading.exec(_ASKED, params={"item": wanted}).first() if wanted is not None else None
        item = both[0] if both is not None else None
        if laid is None or laid.asked != queue.asked():
            found = queue.read(reading, sifting.wanted(person))
            item = item or next(iter(found.items), None)
            beside = [item] if item is not None and all(one.id != item.id for one in found.items) else []
            known = around(reading, person, [*found.items, *beside])
            laid = queue.laid(reading, person, found, known)
        else:
            item = item or reading.get(Item, next(iter(laid.rows), 0))
            known = laid.known
            if item is not None:
                known = again(reading, person, item, known) if item.id in laid.rows else around(reading, person, [item])
        opened = item is not None and wanted == item.id  # not only shown because it is the first
        st.session_state[LAID] = laid = laid.read(item) if item is not None and opened else laid
        sifting.views(person, laid.switch)
        left, middle, right = st.columns([1.05, 1.5, 0.8], gap="medium")
        with left:
            queue.draw(laid, item)
        if item is None:
            with middle:
                undoing.bar(reading, person, None)
                nothing = "desk.inbox.none_fits" if sifting.narrowed() else "desk.inbox.none"
                show(chrome.empty(nothing, f"{nothing}_lead"))
            return
        noted, writes = _open(reading, person, item, known, middle, right)
        if opened:
            team.arrive(reading, person, item, new=item.id in known.unread, named=noted, writes=writes)


def _open(reading: Session, person: Actor, item: Item, known: Around, middle: Any, right: Any) -> tuple[bool, bool]:
    """Thread and context. Whether there are notes on the item, and whether this person has begun to answer it."""
    lang = session.lang()
    told = thread_of(reading, item)
    ids = [reply.delivery_id for reply in told.replies if reply.delivery_id]
    deliveries = {d.id or 0: d for d in reading.exec(select(Delivery).where(col(Delivery.id).in_(ids)))} if ids else {}
    staff = {id_ for reply in told.replies for id_ in (reply.author_id, reply.decided_by_id) if id_}
    staff |= {item.assignee_id} if item.assignee_id else set()
    people = {u.id or 0: u for u in reading.exec(select(User).where(col(User.id).in_(staff)))} if staff else {}
    account = reading.get_one(Account, item.account_id)
    sees, before = eyes.of(person), earlier(reading, item, listed=False)
    notes = remarks.of_items(reading, [one.id or 0 for one in told.items])
    with middle:
        undoing.bar(reading, person, item)
        team.here(known.there.get(item.id or 0, ()))
        snoozing.told(reading, item)
        show(thread.whole(told, deliveries, people, lang, sees), moderating.holder(people.get(item.assignee_id or 0)))
        moderating.deeds(
            person,
            item,
            lambda: eyes.offer(person, item, sees),
            lambda: snoozing.button(reading, person, item),
            lambda: correcting.button(person, item),
            lambda: history.joining(person, item, before),
            lambda: privately.button(person, item, told.case, told.taken, told.version),
        )
        withheld.panel(reading, person, item, told.decisions.get(item.id or 0, ()))
        if any(one.state == "asked" for one in told.replies):
            seconding.panel(reading, person, item)
        writes = replying.box(reading, person, item, account, told.replies, told.version)
    with right:
        team.notes(reading, person, item, notes, context.judged(item, lang, sees))
        team.tags(person, item, known)
        show(context.about(item, told.case, lang), context.decisions(told, lang, sees))
        history.panel(reading, person, item, before)
    return any(one.item_id == item.id for one in notes), writes
