"""The policy: its editions, what each says, what differs between two, what one would have changed, and who puts it in force."""

import streamlit as st

from desk import chrome, comparing, enacting, reciting, session, shelf, store, weighing
from desk.address import Place
from desk.components import event, listing
from desk.safe import show
from desk.session import say
from inbox import editions

LIST, PROPOSE = "edition_list", "propose"
PARTS = ("clauses", "difference", "backtest")


def _place() -> Place:
    return Place("policy", ("edition", "part", "against"))


def page() -> None:
    _place().arrive()
    chrome.title("policy")
    work()


@st.fragment
def work() -> None:
    person, place = session.actor(), _place()
    narrow, wide = st.columns([0.75, 2.2], gap="medium")
    with store.read() as reading:
        found = shelf.shelved(reading)
        names = [one.ref for one in found]
        proposing = place.get("part") == PROPOSE and person.can("policy.propose")
        standing = next((one for one in found if one.state == "in_force"), found[0])
        chosen = next((one for one in found if one.ref == place.get("edition")), standing)
        with narrow:
            if person.can("policy.propose"):
                label = say("desk.policy.propose")
                to = {"edition": None, "part": PROPOSE}
                st.button(label, key="propose", icon=":material/upload_file:", width="stretch", on_click=place.set, kwargs=to)
            labels = {
                "list": say("desk.policy.editions"),
                "empty": say("desk.policy.editions"),
                "shown": say("desk.policy.shown", n=len(found)),
            }
            selected = "" if proposing else str(names.index(chosen.ref) + 1)
            listing(LIST, shelf.rows(found), selected=selected, labels=labels, on={"open": lambda: _opened(names)})
        with wide:
            chrome.flashed()
            if proposing:
                enacting.propose(reading, person, place)
                return
            edition = editions.find(reading, chosen.ref)
            show(shelf.head(reading, person, chosen, edition))
            enacting.deeds(reading, person, chosen)
            parts = [part for part in PARTS if part != "backtest" or person.can("policy.propose")]
            part = chrome.switch("policy", "part", parts, place)
            if part == "clauses":
                reciting.clauses(person, edition)
            elif part == "difference":
                comparing.with_another(reading, person, edition, names, place)
            else:
                weighing.replay(reading, person, edition)


def _opened(names: list[str]) -> None:
    chosen = event(LIST, "open")
    if chosen is not None and 0 < int(chosen) <= len(names):
        part = _place().get("part")
        _place().set(edition=names[int(chosen) - 1], part=None if part == PROPOSE else part, against=None)
