"""Above the list of the inbox: search, filters, what of them is on, and views kept under a name. The address holds it all."""

from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st
from sqlmodel import Session, col, select

from core.actors import Actor
from core.models import Account
from desk import narrowing, session, shown, store, trade
from desk.address import Place
from desk.components import event
from desk.doing import attempt, turn
from desk.safe import el, show
from desk.session import say
from inbox import remarks, saved_views, tagging
from inbox.correcting import LANGUAGES
from inbox.facets import STATES
from inbox.models import SavedView
from inbox.pressing import DUE
from inbox.saved_views import DAYS, PLAIN
from inbox.search import Filter, counts
from inbox.views import VIEWS
from policies.verdict import KINDS, TOPICS

FILTERS: Final = (*PLAIN, "owner", "due")
#: what a view of one's own keeps; `item` and `after` are where somebody stands in it
KEPT: Final = ("view", *FILTERS, *DAYS, "order", "q")
SWITCH: Final = "inbox_views"
#: views that stand after the others: one that tells only how much is new, and one that is there only while it holds something
NAMED, SELDOM = "mentions", "snoozed"
MINE: Final = "mine:"


def place() -> Place:
    """What is chosen on the page of the inbox."""
    return Place("inbox", ("item", "after", *KEPT))


def chosen() -> dict[str, str]:
    """Only what makes the list: no item, no page."""
    return {name: value for name, value in place().chosen.items() if name in KEPT}


def narrowed() -> dict[str, str]:
    """What keeps messages of the view out of sight, or in another order."""
    return {name: value for name, value in place().chosen.items() if name in (*FILTERS, *DAYS, "order", "q")}


def view() -> str:
    """The view that is open; one that is none counts as the first."""
    return place().get("view") if place().get("view") in VIEWS else "open"


def wanted(person: Actor) -> Filter:
    """The filter that the address asks for."""
    return saved_views.filter_of(chosen(), person.user_id)


def bar(reading: Session, person: Actor) -> None:
    """The search, and the popover with the filters."""
    here, nothing, forget = place(), say("desk.inbox.any"), ("item", "after")
    with narrowing.bar("inbox", here, FILTERS, forget=forget) as filters:
        if not filters.open:
            return
        columns = st.columns(2)
        for at, name in enumerate(FILTERS):
            with columns[at % 2]:
                words = _options(reading, person, name)
                here.pick(name, say(f"desk.inbox.{name}"), list(words), lambda code, words=words: words[code], nothing, forget)  # type: ignore[misc]  # mypy infers no lambda with defaults
        if view() == "review":
            worst = {"harm": say("desk.inbox.worst_first")}
            here.pick("order", say("desk.inbox.order"), list(worst), worst.__getitem__, say("desk.inbox.newest"), forget)


def _options(reading: Session, person: Actor, name: str) -> dict[str, str]:
    """What a filter may be, with the words for it."""
    lang = session.lang()
    known: dict[str, Callable[[], dict[str, str]]] = {
        "platform": lambda: {code: shown.platform(code, lang) for code in _platforms(reading)},
        "kind": lambda: {code: say(f"desk.kind.{code}") for code in KINDS},
        "topic": lambda: {code: say(f"desk.topic.{code}") for code in TOPICS},
        "language": lambda: {code: trade.known("desk.language", code, lang) for code in LANGUAGES},
        "clause": lambda: {clause.id: trade.clause(clause.id, lang) for clause in store.edition().clauses},
        "state": lambda: {code: say(f"desk.state.{code}") for code in ("waits", *STATES)},
        "tag": lambda: tags(reading),
        "owner": lambda: {"me": say("desk.sift.me"), "nobody": say("desk.sift.nobody"), **colleagues(reading, person)},
        "due": lambda: {code: say(f"desk.sift.due.{code}") for code in DUE},
    }
    return known[name]()


def _platforms(reading: Session) -> list[str]:
    return sorted(set(reading.exec(select(Account.platform).where(col(Account.active)))))


def tags(reading: Session) -> dict[str, str]:
    """Code -> name of the tags in use, in the person's language."""
    return {tag.code: tag.name_ar if session.lang() == "ar" else tag.name_en for tag in tagging.listed(reading) if tag.active}


def colleagues(reading: Session, person: Actor) -> dict[str, str]:
    """Id -> name of the others who work here."""
    return {str(user.id): user.display_name for user in remarks.colleagues(reading) if user.id != person.user_id}


@dataclass(frozen=True, slots=True)
class Switch:
    """The switch between views: what its component is given, the view of one's own that is open, what narrows the list."""

    data: dict[str, Any]
    current: SavedView | None
    on: dict[str, str]


def switch(reading: Session, person: Actor) -> Switch:
    """The switch with its counts, one's own views after the house's, and what filters are on."""
    many, own, on = counts(reading, person.user_id), saved_views.listed(reading, person), chosen()
    house = [name for name in VIEWS if name not in (NAMED, SELDOM) and (name != "approvals" or person.can("reply.approve"))]
    house += [NAMED, *([SELDOM] if many.get(SELDOM) or view() == SELDOM else [])]
    numbers = {name: shown.number(many.get(name, 0)) if many.get(name) or name != NAMED else "" for name in house}
    told: list[dict[str, Any]] = [{"name": name, "label": say(f"view.{name}"), "count": numbers[name]} for name in house]
    told += [{"name": f"{MINE}{one.id}", "label": one.name, "count": "", "mine": True} for one in own]
    current = next((one for one in own if one.wanted == on), None)
    data = {
        "views": told,
        "view": f"{MINE}{current.id}" if current else view(),
        "label": say("desk.inbox.views"),
        "on": _on(reading, person, on),
        "off": say("desk.sift.off"),
        "clear": say("desk.inbox.clear"),
    }
    return Switch(data, current, on)


def views(person: Actor, made: Switch) -> None:
    """The switch, with the way to keep what is chosen where something is."""
    narrowed = bool(made.data["on"]) or made.current is not None
    left, right = st.columns([1, 0.16], vertical_alignment="bottom") if narrowed else (nullcontext(), None)
    with left:
        narrowing.views(SWITCH, made.data, view=_viewed, drop=_dropped)
    if right is not None:
        with right:
            _keeping(person, made.current, made.on)


def _on(reading: Session, person: Actor, on: Mapping[str, str]) -> list[dict[str, str]]:
    """The filters that are on, each in words."""
    named = [
        (name, f"{say(f'desk.inbox.{name}')}: {_options(reading, person, name).get(on[name], on[name])}")
        for name in FILTERS
        if name in on
    ]
    if any(saved_views.days_of(on)):
        named.append(("days", _days(on)))
    if text := on.get("q"):
        named.append(("q", say("desk.sift.text", text=text)))
    return [{"name": name, "label": label} for name, label in named]


def _days(on: Mapping[str, str]) -> str:
    """The days in words."""
    since, until = (shown.day(day, session.lang()) if day else "…" for day in saved_views.days_of(on))
    return say("desk.sift.day", day=since) if since == until else say("desk.sift.days", since=since, until=until)


def _keeping(person: Actor, current: SavedView | None, on: Mapping[str, str]) -> None:
    """Keeping what is chosen under a name; letting go of the view that is open."""
    key = f"view_name:{turn()}"
    with st.popover(say("desk.sift.keep"), icon=":material/bookmark_add:", key=f"pop:{key}", width="stretch"):
        show(el("p", say("desk.sift.keep_d"), class_="mj-note"))
        st.text_input(say("desk.sift.name"), key=key, max_chars=saved_views.NAME_MOST, value=current.name if current else "")
        if person.can("saved.keep"):
            st.checkbox(say("desk.sift.share"), key=f"share:{key}", value=bool(current and current.shared))
        st.button(say("desk.sift.keep"), key=f"keep:{key}", type="primary", on_click=_keep, args=(key, dict(on)))
        if current is not None and (current.user_id == person.user_id or person.can("saved.keep")):
            st.button(say("desk.sift.drop", name=current.name), key=f"drop:{key}", on_click=_drop, args=(current.id,))


def _keep(key: str, on: dict[str, str]) -> None:
    name, shared = st.session_state[key], bool(st.session_state.get(f"share:{key}"))
    attempt(lambda w, p: saved_views.keep(w, p, name, {"view": view(), **on}, shared=shared), "desk.done.view_kept", name=name)


def _drop(view_id: int) -> None:
    attempt(lambda w, p: saved_views.drop(w, p, view_id), "desk.done.view_dropped")


def _choose(values: Mapping[str, Any]) -> None:
    place().set(item=None, after=None, **values)


def _viewed() -> None:
    name = str(event(SWITCH, "view") or "")
    if not name:
        return
    if not name.startswith(MINE):
        _choose({"view": name})
        return
    person = session.find_actor()
    with store.read() as reading:
        own = saved_views.listed(reading, person) if person else ()
    for one in own:
        if f"{MINE}{one.id}" == name:
            _choose({**dict.fromkeys(KEPT), **one.wanted})


def _dropped() -> None:
    name = str(event(SWITCH, "drop") or "")
    if name == "*":
        _choose(dict.fromkeys((*FILTERS, *DAYS, "q")))
    elif name == "days":
        _choose(dict.fromkeys(DAYS))
    elif name in (*FILTERS, "q"):
        _choose({name: None})
