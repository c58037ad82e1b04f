"""What differs between two editions of the policy, thing by thing, as somebody reads it who has to say yes to the newer one."""

from collections.abc import Iterator
from itertools import groupby

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.i18n import Lang, t
from desk import chrome, session
from desk.address import Place
from desk.differing import SHOWN_AS
from desk.reciting import OPENS
from desk.safe import Child, Markup, el, join, show
from desk.session import say
from inbox import editions
from policies.clauses import Edition
from policies.difference import LONG, Change, difference, field_words, headline, value_words
from scheduler.difference import parts

#: fields that hold words nobody needs to read in full
CLOSED = ("terms", "hints", "patterns")


def with_another(reading: Session, person: Actor, new: Edition, refs: list[str], place: Place) -> None:
    """The edition beside another one that may be chosen: the one in force, else the newest of the others."""
    others = [ref for ref in refs if ref != new.ref]
    if not others:
        show(chrome.empty("desk.policy.alone_title", "desk.policy.alone_lead"))
        return
    in_force = editions.in_force(reading).ref
    chosen = next((ref for ref in (place.get("against"), in_force) if ref in others), others[0])
    key = f"against:{new.ref}"
    st.selectbox(
        say("desk.policy.against"),
        others,
        index=others.index(chosen),
        key=key,
        on_change=lambda: place.set(against=st.session_state[key]),
    )
    changes(person, editions.find(reading, chosen), new)


def changes(person: Actor, old: Edition, new: Edition) -> None:
    """From the old one to the new one: what came, what went, what says something else."""
    lang, found = session.lang(), difference(old, new).changes
    sees = any(person.can(ability) for ability in OPENS)
    show(el("p", el("bdi", t("difference.heading", lang, old=old.ref, new=new.ref)), class_="mj-note"))
    if not found:
        show(chrome.empty("desk.policy.same_title", "desk.policy.same_lead"))
    for _, same in groupby(found, key=lambda one: (one.part, one.id)):
        show(_thing(list(same), lang, sees=sees))
    if found and not sees:
        show(el("p", say("desk.policy.masked"), class_="mj-note"))


def _thing(same: list[Change], lang: Lang, *, sees: bool) -> Markup:
    lines = [el("dl", *_line(one, lang, sees=sees)) for one in same if one.field]
    return el("section", el("h3", headline(same[0], lang)), *lines, class_="mj-panel mj-changes")


def _line(change: Change, lang: Lang, *, sees: bool) -> Iterator[Markup]:
    yield el("dt", field_words(change.field, lang))
    if change.plus or change.minus:
        if not sees and change.field.split(".")[0] in CLOSED:
            yield el("dd", el("bdi", f"+{len(change.plus)} −{len(change.minus)}", dir="ltr"))
            return
        pieces = [("del", one) for one in change.minus] + [("ins", one) for one in change.plus]
        yield el("dd", el("ul", *(el("li", el(tag, one, dir="auto")) for tag, one in pieces)))
    elif change.before is None and change.after is None:
        yield el("dd", say("desk.policy.reordered"))
    elif isinstance(change.before, str) and isinstance(change.after, str) and max(len(change.before), len(change.after)) > LONG:
        pieces_of = parts(change.before, change.after)
        yield el(
            "dd", *(el(SHOWN_AS[op], piece) if op in SHOWN_AS else piece for op, piece in pieces_of), class_="mj-words", dir="auto"
        )
    else:
        values: list[Child] = []
        for tag, value in (("del", change.before), ("ins", change.after)):
            values += [el(tag, value_words(value, lang), dir="auto"), " "] if value is not None else []
        yield el("dd", join(values), class_="mj-words")
