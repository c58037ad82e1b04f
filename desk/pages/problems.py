"""What was sent and has no certain outcome, or could not go: a person decides, nothing is guessed."""

import streamlit as st
from sqlmodel import Session, col, select

import scheduler.rooms  # noqa: F401 (registers what every room has to say when something leaves)
from core.actors import Actor
from core.i18n import Lang
from core.models import Account
from desk import chrome, eyes, session, shown, store, trade
from desk.doing import attempt
from desk.posting import ASKING
from desk.safe import Markup, el, link, show, words
from desk.session import say
from outbox import decide
from outbox.models import Delivery

WATCHED = ("uncertain",)
TONES = {"needs_decision": "bad", "missed": "warn", "held": "warn", "uncertain": "info"}
LONGEST = 50


def page() -> None:
    chrome.title("problems")
    board()


@st.fragment(run_every=20)
def board() -> None:
    chrome.flashed()
    with store.read() as reading:
        query = select(Delivery).where(col(Delivery.state).in_(ASKING + WATCHED)).order_by(col(Delivery.id)).limit(LONGEST)
        rows = reading.exec(query).all()
        accounts = {account.id: account for account in reading.exec(select(Account))}
    sees = eyes.of(session.actor())
    rows = sorted(rows, key=lambda row: ((ASKING + WATCHED).index(row.state), row.id or 0))
    if not rows:
        show(chrome.empty("desk.problems.none", "desk.problems.none_lead"))
    for delivery in rows:
        with st.container(border=True, key=f"delivery_{delivery.id}"):
            show(_told(delivery, accounts[delivery.account_id], session.lang(), sees))
            _buttons(delivery)


def _told(delivery: Delivery, account: Account, lang: Lang, sees: eyes.Eyes) -> Markup:
    chips = [
        shown.chip(say(f"desk.delivery.{delivery.state}"), TONES[delivery.state]),
        shown.chip(say(f"desk.deed.{delivery.kind}")),
        shown.chip(shown.account(account, lang)),
        shown.chip(say("desk.problems.tries", n=delivery.attempts)),
    ]
    if delivery.reason:
        chips.append(shown.chip(trade.reason(delivery.reason, lang)))
    due = el("span", say("desk.problems.due"), " ", shown.stamp(delivery.scheduled_at, lang), class_="mj-note")
    text = str(delivery.body.get("text", ""))
    text = text if delivery.kind == "post" else sees.words(text)  # what we publish is everybody's
    there = link(delivery.permalink, say("desk.inbox.open_there", platform=shown.platform(account.platform, lang)))
    return el(
        "div", el("div", *chips, class_="mj-chips"), words(text) if text else None, el("div", due, " ", there, class_="mj-by")
    )


def _do(delivery_id: int, deed: str, given: str = "") -> None:
    def change(writing: Session, person: Actor) -> Delivery:
        delivery = writing.get_one(Delivery, delivery_id)
        if deed == "again":
            return decide.publish_again(writing, person, delivery)
        if deed == "adopted":
            return decide.adopt(writing, person, delivery, given)
        if deed == "let_go":
            return decide.release(writing, person, delivery)
        return decide.give_up(writing, person, delivery, given)

    attempt(change, f"desk.done.{deed}")


def _buttons(delivery: Delivery) -> None:
    if delivery.state in WATCHED:
        show(el("p", say("desk.problems.watched"), class_="mj-note"))
        return
    key = str(delivery.id)
    with st.container(horizontal=True):
        if delivery.state == "held":
            st.button(
                say("desk.problems.release"),
                key=f"go:{key}",
                icon=":material/play_arrow:",
                on_click=_do,
                args=(delivery.id, "let_go"),
            )
        else:
            st.button(
                say("desk.problems.again"), key=f"again:{key}", icon=":material/send:", on_click=_do, args=(delivery.id, "again")
            )
        if delivery.state == "needs_decision":
            with st.popover(say("desk.problems.adopt"), icon=":material/done:"):
                found = st.text_input(say("desk.problems.external"), key=f"id:{key}")
                st.button(
                    say("desk.problems.adopt"),
                    key=f"adopt:{key}",
                    type="primary",
                    on_click=_do,
                    args=(delivery.id, "adopted", found),
                )
        with st.popover(say("desk.problems.give_up"), icon=":material/block:"):
            why = st.text_input(say("desk.problems.why"), key=f"why:{key}")
            st.button(
                say("desk.problems.give_up"), key=f"stop:{key}", type="primary", on_click=_do, args=(delivery.id, "given_up", why)
            )
