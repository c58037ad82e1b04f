"""What an edition would have changed: a replay of what was said, how far it is, and what it found, by clause and language."""

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st
from sqlmodel import Session, col, select

from core.actors import Actor
from core.clock import parse
from core.models import Account
from desk import chrome, replaying, session, shown, trade
from desk.doing import attempt
from desk.replaying import Run
from desk.safe import Child, Markup, el, show, words
from desk.session import say
from policies.clauses import Edition

#: days back; 0: all that is stored
SPANS = (7, 30, 90, 365, 0)
USUAL = 30


def replay(reading: Session, person: Actor, edition: Edition) -> None:
    """The fields and the button; the run of this edition that goes on or was, if there is one."""
    lang = session.lang()
    accounts = {row.id or 0: shown.account(row, lang) for row in reading.exec(select(Account).order_by(col(Account.id)))}
    show(el("p", say("desk.policy.backtest_lead"), class_="mj-note"))
    key = edition.sha256[:12]
    days_at, account_at, go_at = st.columns([1, 1.4, 1], vertical_alignment="bottom")
    with days_at:
        st.selectbox(say("desk.policy.days"), SPANS, SPANS.index(USUAL), key=f"days:{key}", format_func=_days)
    with account_at:
        label = say("desk.policy.account")
        every = say("desk.policy.every_account")
        st.selectbox(label, [0, *accounts], key=f"account:{key}", format_func=lambda one: accounts.get(one, every))
    with go_at:
        st.button(
            say("desk.policy.run"),
            key=f"run:{key}",
            icon=":material/history:",
            width="stretch",
            on_click=_start,
            args=(edition, key),
        )
    run = replaying.of(person)
    if run is not None and run.sha256 == edition.sha256:
        st.fragment(_going_on if run.running else _ended, run_every=1 if run.running else None)()


def _days(days: int) -> str:
    return say("desk.policy.last_days", n=days) if days else say("desk.policy.all_days")


def _start(edition: Edition, key: str) -> None:
    days, account = int(st.session_state[f"days:{key}"]), int(st.session_state[f"account:{key}"])
    attempt(lambda _, person: replaying.start(person, edition, days=days or None, account=account or None))


def _going_on() -> None:
    """How far it is; once it has ended the whole page is drawn again."""
    run = replaying.of(session.actor())
    if run is None:
        return
    if not run.running:
        st.rerun()
    text = say("desk.policy.so_far", done=shown.number(run.done), all=shown.number(run.all))
    st.progress(run.done / run.all if run.all else 0.0, text if run.all else say("desk.policy.beginning"))
    st.button(say("desk.policy.stop"), key="stop_replay", on_click=lambda: replaying.stop(run))


def _ended() -> None:
    run = replaying.of(session.actor())
    if run is None:
        return
    if run.result is None:
        show(chrome.panel("bad", (run.failed or {}).get(session.lang()) or say("desk.policy.stopped")))
    else:
        _told(run, run.result)


def _told(run: Run, found: Mapping[str, Any]) -> None:
    """The figures, what they are of, and examples."""
    lang, count = session.lang(), shown.number
    scope = say("desk.policy.scope", edition=run.ref, span=_days(run.days or 0), n=found["items"])
    asof = say("desk.policy.as_of", when=shown.moment(run.began, lang))
    cards = [
        ("changed", found["changed"]),
        ("other_clause", found["other_clause"]),
        ("complaints", sum(found["complaints"].values())),
    ]
    show(
        el("p", scope, " ", asof, class_="mj-note"),
        el("div", *(_card(name, count(value)) for name, value in cards), class_="mj-cards"),
    )
    if not found["changed"]:
        show(chrome.empty("desk.policy.nothing_title", "desk.policy.nothing_lead"))
        return
    show(
        *(
            _table(say(f"desk.policy.by_{name}"), rows)
            for name, rows in (
                ("move", [(None, found["moves"])]),
                ("clause", [(trade.known("desk.clause", id, lang), moves) for id, moves in found["clauses"].items()]),
                ("language", [(trade.known("desk.language", code, lang), moves) for code, moves in found["languages"].items()]),
            )
        )
    )
    chrome.heading(say("desk.policy.examples"))
    show(el("div", *(_listed(one) for one in found["listed"]), class_="mj-stack"))


def _card(name: str, value: str) -> Markup:
    return el(
        "div",
        el("div", say(f"desk.policy.{name}"), class_="t"),
        el("div", el("bdi", value), class_="v"),
        el("div", say(f"desk.policy.{name}_is"), class_="d"),
        class_="mj-card",
    )


def _move(move: str) -> Markup:
    """`review -> hide` as a person reads it."""
    was, _, becomes = move.partition(" -> ")
    names = [trade.known("desk.policy.outcome", one, session.lang()) for one in (was, becomes)]
    return el("span", say("desk.policy.was_becomes", was=names[0], becomes=names[1]))


def _table(caption: str, rows: Iterable[tuple[str | None, Mapping[str, int]]]) -> Markup:
    lines = []
    for name, moves in rows:
        for place, (move, n) in enumerate(moves.items()):
            first: list[Child] = [] if name is None else [el("th", name if place == 0 else "", scope="row")]
            lines.append(el("tr", *first, el("td", _move(move)), el("td", el("bdi", shown.number(n)), class_="n")))
    return el(
        "div", el("table", el("caption", caption), el("tbody", *lines), class_="mj-table mj-tight"), class_="mj-panel mj-scroll"
    )


def _listed(one: Mapping[str, Any]) -> Markup:
    """One item that would be decided otherwise, its personal data masked; of a direct message only that there is one."""
    lang = session.lang()
    clause = one["new_clause"] or one["old_clause"]
    chips = [
        shown.chip(trade.known("desk.language", one["language"], lang)),
        shown.chip(trade.known("desk.kind", one["kind"], lang)),
    ]
    chips += [shown.chip(trade.known("desk.clause", clause, lang), "info")] if clause else []
    said = words(one["text"]) if one["text"] is not None else el("p", say("desk.policy.private"), class_="mj-note")
    when = shown.stamp(parse(str(one["said"]).replace(" ", "T")), lang)
    by = el("div", el("b", _move(f"{one['was']} -> {one['becomes']}")), when, class_="mj-by")
    return el("article", by, said, el("div", *chips, class_="mj-chips"), class_="mj-said")
