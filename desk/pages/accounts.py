"""Connected accounts: are they heard, is the token good, what they cost, and what is to be done when not."""

from collections.abc import Mapping
from datetime import datetime

import streamlit as st
from sqlmodel import Session, col, func, select

from connectors import platform_of
from core.clock import now
from core.i18n import Lang
from core.models import Account, Heartbeat
from core.settings import settings
from desk import chrome, connecting, money, session, shown, store, trade
from desk.safe import Child, Markup, el, join, name, show
from desk.session import say
from inbox import tally
from inbox.models import Stream, Tally
from outbox import tending, windows
from scheduler import costs

TONES = {"ok": "good", "unknown": "", "rate_limited": "warn", "unavailable": "warn"}
#: a worker whose pulse is older than this many seconds is not running
STALE_S = 180


def page() -> None:
    chrome.title("accounts")
    body()


@st.fragment(run_every=20)
def body() -> None:
    chrome.flashed()
    lang, person = session.lang(), session.actor()
    with store.read() as reading:
        rows = reading.exec(select(Account).order_by(col(Account.active).desc(), col(Account.id))).all()
        streams = reading.exec(select(Stream)).all()
        counts = _stored(reading)
        meters = {one.account: one for one in costs.meters(reading, settings(), store.connections())}
        if not rows:
            show(chrome.empty("desk.accounts.none", "desk.accounts.none_lead"))
        columns = st.columns(2, gap="medium")
        for place, account in enumerate(rows):
            own = [stream for stream in streams if stream.account_id == account.id]
            with columns[place % 2], st.container(border=True, key=f"account_{account.id}"):
                show(card(account, own, counts.get(account.id or 0, 0), windows.known(reading, account), lang))
                meter = meters.get(account.key)  # our own forms and e-mail cost nothing
                if (month := money.month(meter, lang) if meter is not None else None) is not None:
                    show(month)
                with st.container(horizontal=True, key=f"tend_{account.id}"):
                    if meter is not None:
                        money.change(account, person)
                    connecting.levers(account, person)
                connecting.told_of(account)
        pulse(reading, lang)


def _stored(reading: Session) -> dict[int, int]:
    """Items stored by account, from the counters."""
    query = select(Tally.account_id, func.sum(col(Tally.count))).where(Tally.day == tally.EVER, Tally.name == "account_id")
    return {account_id: int(total) for account_id, total in reading.exec(query.group_by(col(Tally.account_id)))}


def _quota(shut: Mapping[str, datetime], lang: Lang) -> Child:
    """What the platform still takes of us: all of it, or which calls wait and until when."""
    if not shut:
        return say("desk.accounts.quota_free")
    waits = money.waits(shut).items()
    return join((el("div", shown.chip(way, "warn"), " ", shown.stamp(until, lang)) for way, until in waits))


def _complete(streams: list[Stream], lang: Lang) -> Child:
    """Until when all of its streams were read."""
    read = [stream.read_at for stream in streams if stream.read_at]
    return shown.stamp(min(read), lang) if read and len(read) == len(streams) else say("desk.accounts.not_yet")


def card(account: Account, streams: list[Stream], items: int, shut: Mapping[str, datetime], lang: Lang) -> Markup:
    """One account: health in a word, the facts behind it, and what to do."""
    tone = TONES.get(account.health, "bad")
    is_read = platform_of(account.platform, account.backend).public
    facts: list[tuple[str, Child]] = [
        ("heard", shown.ago(account.heard_at, lang)),
        ("complete", _complete(streams, lang)) if is_read else ("reading", say(f"desk.accounts.unread.{account.platform}")),
        ("items", shown.number(items)),
        *(connecting.token_facts(account, lang) if tending.secrets_of(account) else []),
        *([("quota", _quota(shut, lang))] if is_read or shut else []),
    ]
    if account.spent_usd_micros:
        facts.append(("spent_ever", shown.money(account.spent_usd_micros)))
    if account.retry_at and account.retry_at > now():
        facts.append(("retry", shown.stamp(account.retry_at, lang)))
    listed = el("dl", *(join((el("dt", say(f"desk.accounts.{key}")), el("dd", value))) for key, value in facts), class_="mj-facts")
    called = shown.platform(account.platform, lang, account.backend)
    head = el(
        "div",
        el("h2", name(account.name or called)),
        shown.chip(called) if account.name else None,
        shown.chip(trade.known("desk.health", account.health, lang), tone),
        None if account.active else shown.chip(say("desk.accounts.resting"), "warn"),
        class_="mj-chips",
    )
    detail = el("p", say("desk.accounts.detail"), " ", el("bdi", account.health_detail, class_="mj-ltr"), class_="mj-note")
    advice = el("p", trade.known("desk.todo", account.health, lang), class_="mj-note")
    return el("div", head, listed, advice, detail if account.health_detail else None, class_="mj-bare")


def pulse(reading: Session, lang: Lang) -> None:
    """When the worker last ran: its own word, not a flag."""
    latest = reading.exec(select(func.max(Heartbeat.at))).one()
    chrome.heading(say("desk.accounts.worker"))
    silent = latest is None or (now() - latest).total_seconds() > STALE_S
    key = "desk.accounts.worker_never" if latest is None else f"desk.accounts.worker_{'silent' if silent else 'well'}"
    show(chrome.panel("bad" if silent else "good", say(key, when=shown.ago(latest, lang))))
