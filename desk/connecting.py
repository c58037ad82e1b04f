"""An account's levers, for whoever looks after accounts: ask the platform now, give it new tokens, let it rest."""

from datetime import timedelta

import streamlit as st

from connectors.contract import Health
from core.actors import Actor
from core.clock import now
from core.errors import MajlisError
from core.i18n import Lang
from core.models import Account
from core.settings import settings
from desk import chrome, session, shown, store, trade
from desk.doing import attempt, turn
from desk.refusals import told
from desk.safe import Child, Markup, el, show
from desk.session import say
from outbox import accounts, tending

#: a token that ends within this is told apart
SOON = timedelta(days=14)


def levers(account: Account, person: Actor) -> None:
    """Test, reconnect, pause; `told_of` says what the test told."""
    if not person.can("account.admin") or not tending.secrets_of(account):
        return
    key = f"{account.id}:{turn()}"
    if st.button(say("desk.accounts.test"), icon=":material/network_check:", key=f"test:{key}"):
        with st.spinner(say("desk.accounts.asking")):
            st.session_state[f"told:{account.id}"] = _examined(account, person)
    _reconnect(account, key)
    _rest(account, key)


def told_of(account: Account) -> None:
    """What the test of the account told that was just asked for."""
    if (told_now := st.session_state.pop(f"told:{account.id}", None)) is not None:
        show(told_now)


def _examined(account: Account, person: Actor) -> Markup:
    lang = session.lang()
    try:
        health = tending.examine(store.database(), person, account, store.connections()(account))
    except MajlisError as refusal:
        return chrome.panel("bad", told(refusal, lang))
    return _healthy(health, lang)


def _healthy(health: Health, lang: Lang) -> Markup:
    if health.missing_scopes:
        return chrome.panel("warn", say("desk.accounts.lacks"), " ", scopes(health.missing_scopes))
    if health.expires_at is None:
        return chrome.panel("good", say("desk.accounts.well"))
    return chrome.panel(
        "good", say("desk.accounts.well"), " ", say("desk.accounts.until"), " ", shown.stamp(health.expires_at, lang)
    )


def scopes(names: tuple[str, ...] | list[str]) -> Markup:
    """Rights as the platform calls them."""
    return el("bdi", ", ".join(names), class_="mj-ltr")


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
