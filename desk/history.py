"""What the person who wrote this said before: how much and of which kind, his cases, and the words themselves page by page."""

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.display import direction
from core.i18n import Lang
from desk import eyes, hung, session, shown, unsaid
from desk.address import Place
from desk.casekeep import by_number
from desk.components import event, mount
from desk.doing import attempt, turn
from desk.safe import Markup, el, show
from desk.session import say
from inbox import cases, merging, person
from inbox.models import Case, Item
from inbox.person import Earlier
from inbox.search import Key

KEY, AT = "earlier", "earlier_at"


def panel(reading: Session, who: Actor, item: Item, found: Earlier) -> None:
    """His history, closed until somebody wants it; nothing where there is none."""
    if not found.count and not found.cases:
        return
    lang = session.lang()
    kinds = [shown.chip(f"{say(f'desk.kind.{kind}')} {shown.number(n)}") for kind, n in (found.kinds or {}).items()]
    many = say("desk.person.more", n=shown.number(found.count)) if found.more else say("desk.person.count", n=found.count)
    others = [case for case in found.cases if case.id != item.case_id]
    links = el("ul", *(_case(case) for case in others), class_="mj-steps") if others else None
    show(
        el(
            "section",
            el("h3", say("desk.person.title")),
            el("p", many, class_="mj-note"),
            el("div", *kinds, class_="mj-chips") if kinds else None,
            links,
            class_="mj-panel",
        )
    )
    if not found.count:
        return
    with st.expander(say("desk.person.open"), key=f"earlier:{item.id}", on_change="rerun") as body:
        if body.open:
            _pages(reading, who, item, lang)


def _pages(reading: Session, who: Actor, item: Item, lang: Lang) -> None:
    sees = eyes.of(who)
    kept = st.session_state.get(AT)
    after = Key.parse(kept[1]) if kept is not None and kept[0] == item.id else None
    items, following = person.page(reading, item, after)
    rows = [
        {
            "id": one.id,
            "when": shown.moment(one.created_at, lang),
            "kind": "" if one.kind == "other" else say(f"desk.kind.{one.kind}"),
            "text": sees.item(one)[:140] or hung.instead(one, lang),
            "dir": direction(one.text),
        }
        for one in items
    ]
    labels = {"list": say("desk.person.title"), "older": say("desk.person.older"), "newest": say("desk.person.newest")}
    data = {"rows": rows, "older": str(following) if following else "", "back": after is not None, "labels": labels, "of": item.id}
    mount("earlier", data, key=KEY, open=_opened, turn=_turned)


def _case(case: Case) -> Markup:
    number = el("a", el("bdi", case.number, dir="ltr"), href=f"/cases?case={case.id}", target="_self", class_="mj-link")
    state = say(f"desk.cases.state.{case.state}")
    return el("li", number, " ", shown.chip(say(f"desk.kind.{case.kind}")), " ", el("span", state, class_="mj-note"))


def _opened() -> None:
    if (chosen := event(KEY, "open")) is not None:
        Place("inbox", ("view", "item")).set(item=int(chosen))


def _turned() -> None:
    if given := event(KEY, "turn"):
        st.session_state[AT] = (int(given["of"]), str(given["after"]))


def joining(who: Actor, item: Item, found: Earlier) -> None:
    """Bringing the message into a case its author has, or his case into another of his: a popover, drawn once it is open."""
    if not who.can("case.manage") or item.own:
        return
    deed = "join" if item.case_id is None else "merge"
    into = [case for case in found.cases if case.id != item.case_id and case.state in cases.OPEN]
    if deed == "merge" and not into:
        return
    key = f"{deed}:{item.id}:{turn()}"
    with st.popover(say(f"desk.team.{deed}"), icon=":material/merge:", key=key, on_change="rerun") as body:
        if body.open:
            _draw(item, into, deed, key)


def _draw(item: Item, into: list[Case], deed: str, key: str) -> None:
    show(el("p", say(f"desk.team.{deed}_lead"), class_="mj-note"))
    numbers = [case.number for case in into]
    if numbers:
        st.selectbox(say("desk.team.his_cases"), numbers, key=f"his:{key}")
    else:
        st.text_input(say("desk.case.merge.into"), key=f"his:{key}", placeholder="M-XXXXX-XXXXX", max_chars=24)
    unsaid.area(say("desk.case.because"), f"why:{key}", unsaid.form("items", key), height=80, max_chars=500)
    label = say(f"desk.team.{deed}")
    st.button(label, key=f"do:{key}", type="primary", on_click=_join, args=(item.id or 0, deed, key))


def _join(item_id: int, deed: str, key: str) -> None:
    number, because = str(st.session_state[f"his:{key}"]), str(st.session_state[f"why:{key}"])

    def change(writing: Session, actor: Actor) -> Case:
        item, into = writing.get_one(Item, item_id), by_number(writing, number)
        if deed == "join":
            return merging.join(writing, actor, into, item, because)
        return merging.merge(writing, actor, writing.get_one(Case, item.case_id), into, because)

    attempt(change, f"desk.team.{deed}_done", said=unsaid.form("items", key), number=number)
