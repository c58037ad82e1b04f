"""An account's levers, for whoever looks after accounts: ask the platform now, give it new tokens, let it rest."""

from datetime import datetime, timedelta

import streamlit as st

from connectors.contract import Health
from core.actors import Actor
from core.clock import now
from core.errors import MajlisError
from core.i18n import Lang
from core.models import Account
from core.settings import settings
from desk import session, shown, store, tested, trade
from desk.doing import attempt, turn
from desk.safe import Child, Markup, el, show
from desk.session import say
from desk.tested import SOON, scopes
from outbox import accounts, tending

#: how long the outcome of a test stays, and no longer than until the next deed
TOLD = timedelta(minutes=10)


def levers(account: Account, person: Actor) -> None:
    """Test, reconnect, pause; `told_of` says what the test told."""
    if not person.can("account.admin") or not tending.secrets_of(account):
        return
    key = f"{account.id}:{turn()}"
    if st.button(say("desk.accounts.test"), icon=":material/network_check:", key=f"test:{key}"):
        with st.spinner(say("desk.accounts.asking")):
            st.session_state[f"told:{account.id}"] = (turn(), now(), tested.report(account, _examined(account, person)))
        st.rerun()  # its health above is as the test left it
    _reconnect(account, key)
    _rest(account, key)


def told_of(account: Account) -> None:
    """What the test of the account told that was asked for last, while there is something to be done about it."""
    kept: tuple[int, datetime, Markup] | None = st.session_state.get(f"told:{account.id}")
    if kept is not None and kept[0] == turn() and now() - kept[1] < TOLD:
        show(kept[2])


def _examined(account: Account, person: Actor) -> Health | MajlisError:
    try:
        return tending.examine(store.database(), person, account, store.connections()(account))
    except MajlisError as refusal:
        return refusal


def token_facts(account: Account, lang: Lang) -> list[tuple[str, Child]]:
    """How old the token is, when it ends, what it allows and what it lacks."""
    ends: Child = say("desk.accounts.no_end")
    if account.token_expires_at is not None:
        near = account.token_expires_at < now() + SOON
        ends = el(
            "span",
            shown.stamp(account.token_expires_at, lang),
            " ",
            shown.chip(say("desk.accounts.soon"), "warn") if near else None,
        )
    facts: list[tuple[str, Child]] = [("age", shown.ago(account.sealed_at, lang)), ("token", ends)]
    if account.scopes:
        n = len(account.scopes)
        facts.append(
            (
                "scopes",
                el("details", el("summary", say("desk.accounts.missing_n", n=n)), scopes(account.scopes))
                if n > 2
                else scopes(account.scopes),
            )
        )
    if account.missing_scopes:
        facts.append(
            (
                "missing",
                el(
                    "span",
                    shown.chip(say("desk.accounts.missing_n", n=len(account.missing_scopes)), "bad"),
                    " ",
                    scopes(account.missing_scopes),
                ),
            )
        )
    return facts


def _reconnect(account: Account, key: str) -> None:
    with st.popover(say("desk.accounts.reconnect"), icon=":material/key:", key=f"pop_token:{key}"):
        if names := tending.in_settings(account, settings()):
            show(el("p", say("desk.accounts.in_settings"), " ", scopes(names), class_="mj-note"))
            return
        show(el("p", say("desk.accounts.reconnect_lead"), class_="mj-note"))
        for name in tending.secrets_of(account):
            st.text_input(
                trade.known("desk.secret", name, session.lang()), type="password", key=f"secret_{name}:{key}", autocomplete="off"
            )
        st.button(
            say("desk.accounts.do_reconnect"),
            key=f"reconnect:{key}",
            type="primary",
            on_click=_do_reconnect,
            args=(account.id, key),
        )


def _do_reconnect(account_id: int, key: str) -> None:
    with store.read() as reading:
        account = reading.get_one(Account, account_id)
    given = {name: str(st.session_state[f"secret_{name}:{key}"]) for name in tending.secrets_of(account)}
    attempt(
        lambda writing, person: tending.reconnect(
            writing, person, writing.get_one(Account, account_id), given, vault=store.vault(), settings=settings()
        ),
        "desk.done.reconnected",
    )


def _rest(account: Account, key: str) -> None:
    if not account.active:
        label = say("desk.accounts.resume")
        st.button(label, icon=":material/play_circle:", key=f"resume:{key}", on_click=_switch, args=(account.id, True))
        return
    with st.popover(say("desk.accounts.pause"), icon=":material/pause_circle:", key=f"pop_pause:{key}"):
        show(el("p", say("desk.accounts.pause_lead"), class_="mj-note"))
        st.button(say("desk.accounts.do_pause"), key=f"pause:{key}", type="primary", on_click=_switch, args=(account.id, False))


def _switch(account_id: int, on: bool) -> None:
    verb = accounts.enable if on else accounts.disable
    attempt(
        lambda writing, person: verb(writing, person, writing.get_one(Account, account_id)),
        "desk.done.resumed" if on else "desk.done.account_paused",
    )
