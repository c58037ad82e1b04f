"""The saved replies: found by words, subject and how long they hold, one open beside the list with who answers for it."""

from typing import Any, Final

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.i18n import Lang
from core.models import User
from desk import chrome, narrowing, phrasing, session, shown
from desk.components import event, listing
from desk.doing import attempt
from desk.phrasing import FILTERS, place
from desk.safe import Child, Markup, el, join, link, name, show, words
from desk.session import say
from inbox import blanks, saved
from inbox.models import SavedReply
from policies.verdict import TOPICS

LIST: Final = "saved_list"
PAGE: Final = 30
TONES: Final = {"in_use": "good", "soon": "warn", "over": "bad", "ended": ""}
#: names at which the pages before ended, and what they were pages of
TRAIL: Final = "saved_trail"


def draw(reading: Session, person: Actor) -> None:
    """The list, and the one that is open; the form where one is written or changed."""
    here = place()
    keeps = person.can("saved.keep")
    with narrowing.bar("saved", here, FILTERS, forget=("saved",)):
        nothing = say("desk.inbox.any")
        here.pick("standing", say("desk.saved.standing"), saved.STANDINGS, lambda code: say(f"desk.saved.is.{code}"), nothing)
        here.pick("topic", say("desk.inbox.topic"), TOPICS, lambda code: say(f"desk.topic.{code}"), nothing)
    narrow, wide = st.columns([1, 1.5], gap="medium")
    asked = {"text": here.get("q"), **{one: here.get(one) for one in FILTERS}}
    trail = _trail(asked)
    found = saved.page(reading, after=trail[-1] if trail else "", limit=PAGE + 1, **asked)
    chosen_id = here.number("saved")
    chosen = reading.get(SavedReply, chosen_id) if chosen_id is not None else next(iter(found), None)
    with narrow:
        if keeps:
            st.button(say("desk.saved.new"), key="saved_new", icon=":material/add:", on_click=phrasing.begin)
        _list(found, chosen, first=not trail)
    with wide, st.container(border=True, key="saved_one"):
        if keeps and phrasing.writing():
            phrasing.form(reading, person)
        elif chosen is None:
            show(chrome.empty("desk.saved.none", "desk.saved.none_lead"))
        else:
            _one(reading, chosen, session.lang(), keeps=keeps)


def _trail(asked: dict[str, str]) -> list[str]:
    """Where the pages before ended; forgotten when another list is asked for."""
    if st.session_state.get("saved_asked") != asked:
        st.session_state["saved_asked"], st.session_state[TRAIL] = asked, []
    trail: list[str] = st.session_state[TRAIL]
    return trail


def _list(found: list[SavedReply], chosen: SavedReply | None, *, first: bool) -> None:
    lang = session.lang()
    labels = {
        "list": say("desk.saved.title"), "empty": say("desk.saved.nothing"), "shown": say("desk.saved.shown", n=len(found[:PAGE])),
        "more": say("desk.saved.more"), "earlier": say("desk.saved.earlier"),
    }  # fmt: skip
    st.session_state["saved_last"] = found[PAGE - 1].name if len(found) > PAGE else ""
    listing(
        LIST,
        [_row(one, lang) for one in found[:PAGE]],
        selected=str(chosen.id) if chosen else "",
        labels=labels,
        more=len(found) > PAGE,
        earlier=not first,
        on={"open": _opened, "more": _further, "earlier": _back},
    )


def _row(one: SavedReply, lang: Lang) -> dict[str, Any]:
    text = (one.text_ar or one.text_en) if lang == "ar" else (one.text_en or one.text_ar)
    stands = saved.standing(one)
    chips = [{"label": say(f"desk.topic.{one.topic}"), "tone": ""}] if one.topic != "none" else []
    if stands != "in_use":
        chips.insert(0, {"label": say(f"desk.saved.is.{stands}"), "tone": TONES[stands]})
    by_arabic = text == one.text_ar
    return {
        "id": one.id,
        "name": one.name,
        "when": say("desk.saved.used", n=one.used) if one.used else "",
        "text": text[:200],
        "dir": "rtl" if by_arabic else "ltr",
        "gone": not one.active,
        "chips": chips,
    }


def _one(reading: Session, one: SavedReply, lang: Lang, *, keeps: bool) -> None:
    stands, owner = saved.standing(one), reading.get(User, one.owner_id)
    chips = [shown.chip(say(f"desk.saved.is.{stands}"), TONES[stands])]
    chips += [shown.chip(say(f"desk.topic.{one.topic}"))] if one.topic != "none" else []
    gone = None if owner is not None and owner.active else shown.chip(say("desk.saved.owner_left"), "warn")
    facts: list[tuple[str, Child]] = [
        ("owner", join((name(owner.display_name if owner else "", "—"), " ", gone))),
        ("source", link(one.source, el("bdi", one.source, dir="auto")) or el("span", one.source, dir="auto")),
        ("review_by", shown.day(one.review_by, lang)),
        ("count", shown.number(one.used)),
        ("updated", shown.stamp(one.updated_at, lang)),
    ]
    listed = el("dl", *(join((el("dt", say(f"desk.saved.{key}")), el("dd", value))) for key, value in facts), class_="mj-facts")
    texts = (told(text, code) for code, text in (("ar", one.text_ar), ("en", one.text_en)) if text)
    head = el("h2", el("bdi", one.name), class_="mj-h2")
    show(el("div", head, el("div", *chips, class_="mj-chips"), *texts, listed, class_="mj-stack"))
    if keeps:
        with st.container(horizontal=True, gap="small"):
            st.button(say("desk.saved.change"), key="saved_change", icon=":material/edit:", on_click=phrasing.begin, args=(one.id,))
            deed, icon = ("end", "block") if one.active else ("take_up", "restart_alt")
            label = say(f"desk.saved.{deed}")
            st.button(label, key=f"saved_{deed}", icon=f":material/{icon}:", on_click=_use, args=(one.id, not one.active))


def told(text: str, code: str) -> Markup:
    """The words in one language, its places lit up: those filled by themselves, and those that are left to whoever answers."""
    marks = [
        (start, end, say("desk.saved.known" if place in blanks.KNOWN else "desk.saved.by_hand"))
        for place, start, end in blanks.places(text)
    ]
    return el("section", el("h3", say(f"desk.saved.in_{code}")), words(text, marks), class_="mj-panel", lang=code)


def _use(saved_id: int, active: bool) -> None:
    done = "desk.done.saved_taken_up" if active else "desk.done.saved_ended"
    attempt(lambda writing, person: saved.use(writing, person, saved_id, active=active), done)


def _opened() -> None:
    if (chosen := event(LIST, "open")) is not None:
        phrasing.leave()
        place().set(saved=int(chosen))


def _further() -> None:
    if event(LIST, "more") is not None and (last := st.session_state.get("saved_last")):
        st.session_state[TRAIL] = [*st.session_state.get(TRAIL, []), last]
        place().set(saved=None)


def _back() -> None:
    if event(LIST, "earlier") is not None:
        st.session_state[TRAIL] = st.session_state.get(TRAIL, [])[:-1]
        place().set(saved=None)
