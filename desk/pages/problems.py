"""What did not simply go: what a pause held waits for a word each, the rest with its owner, its deadline and the ways out."""

import streamlit as st
from sqlmodel import select

import scheduler.rooms  # noqa: F401 (registers what every room has to say when something leaves)
from core.models import Account
from desk import chrome, confirming, eyes, session, store, troubles
from desk.address import Place
from desk.safe import el, show
from desk.session import say
from outbox import problems, standing
from outbox.problems import Trouble

#: so many rows are drawn at first
LONGEST = 40


def _place() -> Place:
    return Place("problems", ("all",))


def page() -> None:
    _place().arrive()
    chrome.title("problems")
    board()


@st.fragment(run_every=20)
def board() -> None:
    chrome.flashed()
    person, place = session.actor(), _place()
    with store.read() as reading:
        found, stands = problems.board(reading), standing.standing(reading)
        named = {account.key: account for account in reading.exec(select(Account))}
        sees = eyes.of(person)
        waiting = [row for row in found.rows if confirming.by_pause(row)]
        others = [row for row in found.rows if not confirming.by_pause(row)]
        confirming.queue(waiting, stands, named, sees)
        if not found.rows:
            show(chrome.empty("desk.problems.none", "desk.problems.none_lead"))
        shown_ = others if place.get("all") else others[:LONGEST]
        asks = [row for row in shown_ if row.owner != "worker"]
        alone = [row for row in shown_ if row.owner == "worker"]
        _part("asks", asks, named, sees)
        _part("alone", alone, named, sees)
    if len(shown_) < len(others):
        label = say("desk.problems.all", n=len(others))
        st.button(label, key="problems_all", on_click=lambda: _place().set(all="1"))
    if found.more:
        show(el("p", say("desk.problems.more"), class_="mj-note"))


def _part(key: str, rows: list[Trouble], named: dict[str, Account], sees: eyes.Eyes) -> None:
    if rows:
        chrome.heading(say(f"desk.problems.{key}", n=sum(row.count for row in rows)))
    for place, row in enumerate(rows):
        troubles.card(row, named.get(row.account), sees, f"{key}_{place}")
