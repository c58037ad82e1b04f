"""The inbox: list, thread and context side by side. Everything is one fragment, so a click costs one small run."""

from dataclasses import replace
from typing import Any

import streamlit as st
from sqlmodel import Session, col, select

from core.actors import Actor
from core.display import direction
from core.models import Account, User
from desk import (
    chrome,
    context,
    eyes,
    history,
    moderating,
    narrowing,
    privately,
    replying,
    session,
    shown,
    snoozing,
    store,
    team,
    thread,
    trade,
    undoing,
    withheld,
)
from desk.address import Place
from desk.components import event, listing, mount
from desk.safe import show
from desk.session import say
from inbox import tagging
from inbox.models import Item
from inbox.person import earlier
from inbox.search import Filter, ItemPage, counts
from inbox.search import page as page_of
from inbox.thread import thread_of
from inbox.views import VIEWS
from outbox.models import Delivery
from policies.verdict import KINDS, TOPICS

PAGE = 50
#: so many pages at most stand in the list at once; further ones are found by filtering
PAGES = 6
FILTERS = ("platform", "kind", "topic", "language", "clause", "tag")
LANGUAGES = ("ar", "en", "ur", "hi", "ml", "ar-Latn", "ur-Latn", "ml-Latn", "und")
LIST, SWITCH = "inbox_list", "inbox_views"


def _place() -> Place:
    return Place("inbox", ("view", "item", "q", "order", *FILTERS))


def page() -> None:
    _place().arrive()
    work()


@st.fragment(run_every=20)
def work() -> None:
    """List, thread, context."""
    person = session.find_actor()
    if person is None:
        st.rerun()
    place = _place()
    named, search = st.columns([1, 1.1], vertical_alignment="center")
    with named:
        chrome.title("inbox")
    with search:
        _search(place)
    with store.read() as reading:
        _views(reading, place, person)
        left, middle, right = st.columns([1.05, 1.5, 0.8], gap="medium")
        wanted = _filter(place, person)
        found = _read(reading, wanted, worst_first=place.get("order") == "harm")
        item = reading.get(Item, wanted_id) if (wanted_id := place.number("item")) is not None else None
        item = item or next(iter(found.items), None)
        with left:
            _list(item, person, found)
        if item is None:
            with middle:
                undoing.bar(reading, person)
                show(chrome.empty("desk.inbox.pick", "desk.inbox.pick_lead"))
            return
        _open(reading, person, item, middle, right)
        if place.number("item") == item.id:  # opened, not only shown because it is the first
            team.arrive(reading, person, item)


def _open(reading: Session, person: Actor, item: Item, middle: Any, right: Any) -> None:
    lang = session.lang()
    told = thread_of(reading, item)
    ids = [reply.delivery_id for reply in told.replies if reply.delivery_id]
    deliveries = {d.id or 0: d for d in reading.exec(select(Delivery).where(col(Delivery.id).in_(ids)))} if ids else {}
    staff = {reply.author_id for reply in told.replies} | ({item.assignee_id} if item.assignee_id else set())
    people = {u.id or 0: u for u in reading.exec(select(User).where(col(User.id).in_(staff)))} if staff else {}
    account = reading.get_one(Account, item.account_id)
    sees, before = eyes.of(person), earlier(reading, item)
    with middle:
        undoing.bar(reading, person)
        team.here(reading, person, item)
        snoozing.told(reading, item)
        show(thread.whole(told, deliveries, people, lang, sees))
        eyes.offer(person, item, sees)
        moderating.deeds(
            person,
            item,
            people.get(item.assignee_id or 0),
            lambda: snoozing.button(reading, person, item),
            lambda: history.joining(person, item, before),
        )
        privately.button(reading, person, item, told.case)
        withheld.panel(reading, person, item)
        replying.box(reading, person, item, account)
    with right:
        show(context.judged(item, lang, sees))
        team.notes(reading, person, item, told)
        team.tags(reading, person, item)
        show(context.about(item, told.case, lang), context.decisions(told, lang, sees))
        history.panel(reading, person, item, before)


def _search(place: Place) -> None:
    lang = session.lang()
    with narrowing.bar("inbox", place, FILTERS):
        with store.read() as reading:
            platforms = sorted({a.platform for a in reading.exec(select(Account).where(col(Account.active)))})
            tags = {tag.code: team.called(tag, lang) for tag in tagging.listed(reading)}
        nothing = say("desk.inbox.any")
        place.pick("platform", say("desk.inbox.platform"), platforms, lambda code: shown.platform(code, lang), nothing)
        place.pick("kind", say("desk.inbox.kind"), KINDS, lambda code: say(f"desk.kind.{code}"), nothing)
        place.pick("topic", say("desk.inbox.topic"), TOPICS, lambda code: say(f"desk.topic.{code}"), nothing)
        place.pick(
            "language", say("desk.inbox.language"), LANGUAGES, lambda code: trade.known("desk.language", code, lang), nothing
        )
        clauses = [clause.id for clause in store.edition().clauses]
        if _view(place) == "review":
            newest, worst = say("desk.inbox.newest"), say("desk.inbox.worst_first")
            place.pick("order", say("desk.inbox.order"), ("harm",), lambda _code: worst, newest)
        if tags:
            place.pick("tag", say("desk.tags.filter"), list(tags), lambda code: tags[code], nothing)
        place.pick("clause", say("desk.inbox.clause"), clauses, lambda code: trade.clause(code, lang), nothing)


def _view(place: Place) -> str:
    return place.get("view") if place.get("view") in VIEWS else "open"


def _filter(place: Place, person: Actor) -> Filter:
    view = _view(place)
    chosen: dict[str, Any] = {name: place.get(name) or None for name in FILTERS}
    mine = person.user_id if view == "mine" else None
    named = person.user_id if view == "mentions" else None
    return replace(Filter(view=view, text=place.get("q"), assignee_id=mine, named_id=named), **chosen)


def _read(reading: Session, wanted: Filter, *, worst_first: bool) -> ItemPage:
    """The first page and as many more as the person has asked for; only what waits for review can come worst first."""
    pages = min(st.session_state.get("inbox_pages", 1), PAGES)
    worst_first = worst_first and wanted.view == "review" and not wanted.text.strip()
    return page_of(reading, wanted, limit=PAGE * pages, worst_first=worst_first)


def _row(item: Item, person: Actor, sees: eyes.Eyes) -> dict[str, Any]:
    lang = session.lang()
    chips = [{"label": shown.platform(item.platform, lang), "tone": ""}]
    if why := thread.urgent(item, lang):
        chips.insert(0, {"label": say("desk.flag.urgent"), "tone": "bad", "title": why})
    if item.kind != "other":
        chips.append({"label": say(f"desk.kind.{item.kind}"), "tone": "info" if item.kind == "complaint" else ""})
    if item.clause and not item.own:
        chips.append({"label": trade.clause(item.clause, lang), "tone": "bad"})
    flags = {"private": "info", "hidden": "bad", "deleted": "warn"}
    chips += [{"label": say(f"desk.flag.{flag}"), "tone": tone} for flag, tone in flags.items() if getattr(item, flag)]
    if item.own:
        chips.append({"label": say("desk.flag.ours"), "tone": "good"})
    if item.assignee_id is not None and item.assignee_id == person.user_id:
        chips.append({"label": say("desk.flag.assigned_me"), "tone": "good"})
    return {
        "id": item.id,
        "name": sees.words(item.author_name or item.author_handle, item.id) or say("desk.inbox.no_name"),
        "when": shown.short_ago(item.created_at, lang),
        "text": sees.item(item)[:280] or say("desk.inbox.no_words"),
        "dir": direction(item.text),
        "gone": item.deleted,
        "chips": chips,
    }


def _list(item: Item | None, person: Actor, found: ItemPage) -> None:
    labels = {key: say(f"desk.inbox.{key}") for key in ("list", "more", "hint", "selected")}
    sees = eyes.of(person)
    listing(
        LIST,
        [_row(item, person, sees) for item in found.items],
        selected=str(item.id) if item else "",
        labels={**labels, "empty": say("desk.inbox.nothing"), "shown": say("desk.inbox.shown", n=len(found.items))},
        more=found.next is not None,
        actions=[{"name": name, "label": say(word)} for name, (_, word) in moderating.BULK.items() if person.can("item.work")],
        on={"open": _opened, "more": _more, "bulk": _bulk},
    )


def _views(reading: Session, place: Place, person: Actor) -> None:
    many = counts(reading, person.user_id)
    views = [{"name": name, "label": say(f"view.{name}"), "count": shown.number(many.get(name, 0))} for name in VIEWS]
    mount("views", {"views": views, "view": _view(place), "label": say("desk.inbox.views")}, key=SWITCH, view=_viewed)


def _opened() -> None:
    if (chosen := event(LIST, "open")) is not None:
        _place().set(item=int(chosen))


def _viewed() -> None:
    if (chosen := event(SWITCH, "view")) is not None:
        st.session_state["inbox_pages"] = 1
        _place().set(view=str(chosen), item=None)


def _more() -> None:
    if event(LIST, "more") is not None:
        st.session_state["inbox_pages"] = st.session_state.get("inbox_pages", 1) + 1


def _bulk() -> None:
    if given := event(LIST, "bulk"):
        moderating.bulk(str(given["action"]), [int(item_id) for item_id in given["ids"]])
