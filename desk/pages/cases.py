"""Cases: a list one works through, and the case that is open, with what was promised, said, done, and may be done next."""

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.models import Account
from desk import (
    attached,
    casedeeds,
    casekeep,
    caselist,
    caseresult,
    chrome,
    dossier,
    eyes,
    objection,
    owing,
    privately,
    replying,
    seconding,
    session,
    store,
    team,
)
from desk.safe import show
from inbox import caseview
from inbox.models import Case, Item
from inbox.privately import taken
from inbox.reply import thread_version
from inbox.thread import answers_at


def page() -> None:
    caselist.place().arrive()
    work()


@st.fragment(run_every=30)
def work() -> None:
    """The list, the case, the facts beside it."""
    person = session.find_actor()
    if person is None:
        st.rerun()
    named, search = st.columns([1, 1.1], vertical_alignment="center")
    with named:
        chrome.title("cases")
    with store.read() as reading:
        with search:
            caselist.bar(reading)
        asked = caselist.wanted(person)
        caselist.views(reading, asked)
        left, middle, right = st.columns([1.05, 1.5, 0.8], gap="medium")
        found = caselist.read(reading, asked)
        wanted = caselist.place().number("case")
        case = reading.get(Case, wanted) if wanted is not None else None
        case = case or next((one for one, _ in found.rows), None)
        with left:
            caselist.draw(reading, person, found, case)
        with middle:
            chrome.flashed()
            if case is None:
                nothing = "desk.cases.none_fits" if caselist.narrowed() else "desk.cases.none"
                show(chrome.empty(nothing, f"{nothing}_lead"))
                return
            _open(reading, person, case)
        with right:
            _beside(reading, person, case)


def _open(reading: Session, person: Actor, case: Case) -> None:
    sees = eyes.of(person)
    show(dossier.head(reading, case))
    objection.panel(reading, person, case, sees)
    owing.panel(reading, person, case)
    show(dossier.talk(reading, case, sees))
    attached.buttons(reading, person, case)
    casedeeds.buttons(reading, person, case)
    answered = [item for item in caseview.items_of(reading, case) if not item.own]
    if answered:
        _answer(reading, person, case, answered[-1])
    show(dossier.steps(reading, case, sees))


def _answer(reading: Session, person: Actor, case: Case, item: Item) -> None:
    answers, seen = answers_at(reading, item), thread_version(reading, item)
    privately.button(person, item, case, taken(reading, case), seen)
    seconding.panel(reading, person, item)
    if person.can("reply.write") and case.merged_into_id is None:
        replying.box(reading, person, item, reading.get_one(Account, item.account_id), answers, seen)


def _beside(reading: Session, person: Actor, case: Case) -> None:
    sees = eyes.of(person)
    noted = team.noted(reading, sees, caseview.items_of(reading, case))
    show(dossier.facts(reading, case, sees), noted, dossier.weighed(case), dossier.kin(reading, case), dossier.holds(reading, case))
    owing.again(person, case)
    caseresult.panel(reading, person, case)
    casekeep.buttons(reading, person, case)
