"""What colleagues share about the message that is open: who else is at it, its tags, their notes."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

import streamlit as st
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from core.actors import Actor
from core.clock import now
from core.i18n import Lang
from core.models import User
from desk import eyes, session, shown, store, unsaid
from desk.around import Around
from desk.doing import attempt, turn
from desk.safe import Child, Markup, el, join, name, show, words
from desk.session import say
from inbox import presence, remarks, seen, tagging
from inbox.models import Item, Note, Tag
from inbox.presence import READING, REPLYING

#: what this tab told last: which message, whether an answer to it is begun, and until when that need not be told again
HERE: Final = "here"
#: forms beside a message in which one writes, and what they are called
WRITTEN: Final = {
    "note": "desk.notes.write", "hide": "desk.work.hide", "unhide": "desk.work.unhide", "delete": "desk.case.delete.title",
    "join": "desk.team.join", "merge": "desk.team.merge",
}  # fmt: skip


def arrive(reading: Session, person: Actor, item: Item, *, new: bool, named: bool, writes: bool) -> None:
    """This person has the message before him: he is there for colleagues, it is read, and the notes that name him are.

    `new`: it was unread; `named`: there are notes on it; `writes`: an answer is begun. Called when all is drawn, so that nobody
    waits for it; it writes only what is new, and not while the database is taken.
    """
    item_id, doing = item.id or 0, REPLYING if writes else READING
    named = named and remarks.waits(reading, person.user_id, item_id)
    told: tuple[int, str, datetime] | None = st.session_state.get(HERE)
    known = told is not None and told[:2] == (item_id, doing) and now() < told[2]
    if known and not (new or named):
        return
    with suppress(OperationalError):
        with store.write() as writing:
            until = presence.here(writing, person, item_id, doing)
            if new:
                seen.opened(writing, person, item_id)
            if named:
                remarks.saw(writing, person, item_id)
        st.session_state[HERE] = (item_id, doing, until)


def here(present: Sequence[presence.Present]) -> None:
    """Colleagues who are at it now, by name; louder where one writes an answer."""
    if not present:
        return
    pieces: list[Markup] = []
    for doing in (REPLYING, READING):
        names = [name(one.name) for one in present if one.doing == doing]
        if names:
            pieces.append(el("span", el("b", say(f"desk.team.{doing}")), " ", listed(names)))
    tone = "warn" if present[0].doing == REPLYING else ""
    show(el("div", *pieces, class_=f"mj-panel {tone} mj-inline".replace("  ", " "), role="status"))


def listed(names: Sequence[Markup]) -> Markup:
    """Names one after the other."""
    comma = "، " if session.lang() == "ar" else ", "
    return join(piece for at, one in enumerate(names) for piece in ((comma, one) if at else (one,)))


def tags(person: Actor, item: Item, around: Around) -> None:
    """The tags it carries, and the button to change them."""
    lang, known = session.lang(), {tag.code: tag for tag in around.known}
    carried = around.tags.get(item.id or 0, ())
    offered = [code for code, tag in known.items() if tag.active or code in carried]
    may = person.can("item.work") and bool(offered)
    if not carried and not may:
        return
    chips = [shown.chip(called(known[code], lang), "info") for code in carried]
    title = el("h3", say("desk.tags.title"))
    none = None if chips else el("span", say("desk.tags.none"), class_="mj-note")
    show(el("section", title, el("div", *chips, none, class_="mj-chips"), class_="mj-panel mj-tags"))
    if may:
        key = f"tag:{item.id}:{turn()}"
        with st.popover(say("desk.tags.change"), icon=":material/sell:", type="tertiary", key=key, on_change="rerun") as body:
            if body.open:
                _choose(item.id or 0, offered, carried, known, key)


def called(tag: Tag, lang: Lang) -> str:
    """The tag's name."""
    return tag.name_ar if lang == "ar" else tag.name_en


def _choose(item_id: int, offered: Sequence[str], carried: Sequence[str], known: dict[str, Tag], key: str) -> None:
    lang = session.lang()
    st.pills(
        say("desk.tags.choose"),
        offered,
        selection_mode="multi",
        default=list(carried),
        format_func=lambda code: called(known[code], lang),
        key=f"tags:{key}",
    )
    st.button(say("desk.tags.save"), key=f"save:{key}", type="primary", on_click=_set, args=(item_id, f"tags:{key}"))


def _set(item_id: int, key: str) -> None:
    chosen = st.session_state[key]
    attempt(lambda w, p: tagging.set_all(w, p, w.get_one(Item, item_id), chosen), "desk.tags.done")


def notes(reading: Session, person: Actor, item: Item, found: Sequence[Note], *above: Child) -> None:
    """What colleagues wrote about it and about the rest of its thread, and where one writes more; `above` stands before it."""
    none = el("p", say("desk.notes.none"), class_="mj-note")
    show(*above, _panel(_written(reading, eyes.of(person), found, item.id) if found else none))
    unsaid.chip(reading, person, "items", item.id or 0, {deed: say(word) for deed, word in WRITTEN.items()})
    with st.container(horizontal=True, gap="small", key="notes"):
        key = f"note:{item.id}:{turn()}"
        label = say("desk.notes.write")
        with st.popover(label, icon=":material/sticky_note_2:", type="tertiary", key=key, on_change="rerun") as form:
            if form.open:
                _write(reading, person, item.id or 0, key)
        mine = [note for note in found if note.author_id == person.user_id]
        if mine:
            newest = mine[-1].id or 0
            label = say("desk.notes.withdraw")
            st.button(label, key=f"unsay:{newest}", type="tertiary", icon=":material/delete:", on_click=_withdraw, args=(newest,))


def noted(reading: Session, sees: eyes.Eyes, items: Iterable[Item]) -> Markup | None:
    """What colleagues wrote about any of these messages; None where that is nothing."""
    found = remarks.of_items(reading, [item.id or 0 for item in items])
    return _panel(_written(reading, sees, found, None)) if found else None


def _panel(body: Markup) -> Markup:
    return el("section", el("h3", say("desk.notes.title")), body, class_="mj-panel mj-team")


def _written(reading: Session, sees: eyes.Eyes, found: Sequence[Note], item_id: int | None) -> Markup:
    """The notes; `item_id` is the message before one, None where all are alike."""
    authors = {note.author_id for note in found}
    people = {u.id or 0: u for u in reading.exec(select(User).where(col(User.id).in_(authors)))}
    return el("ul", *(_note(note, people.get(note.author_id), sees, item_id) for note in found), class_="mj-notes")


def _note(note: Note, author: User | None, sees: eyes.Eyes, item_id: int | None) -> Markup:
    who = el("b", name(author.display_name if author else "", say("desk.notes.somebody")))
    said = sees.words(note.text, note.item_id)
    body = words(said) if said else el("div", say("desk.notes.erased"), class_="mj-note")
    other = None if item_id in (None, note.item_id) else el("div", say("desk.notes.of_thread"), class_="mj-note")
    return el("li", el("div", who, shown.stamp(note.at, session.lang()), class_="mj-by"), body, other)


def _write(reading: Session, person: Actor, item_id: int, key: str) -> None:
    """The form of a note: what was begun stands in it again, until it is saved or thrown away."""
    show(el("p", say("desk.notes.lead"), class_="mj-note"))
    form, staff = (
        unsaid.form("items", key),
        {u.id or 0: u.display_name for u in remarks.colleagues(reading) if u.id != person.user_id},
    )
    unsaid.area(say("desk.notes.words"), f"words:{key}", form, height=110, max_chars=remarks.MOST)
    named = f"named:{key}"
    if named not in st.session_state:
        unsaid.arrive(named, form, [])
        st.session_state[named] = [id_ for id_ in st.session_state[named] if id_ in staff]
    st.multiselect(
        say("desk.notes.mention"),
        list(staff),
        format_func=lambda id_: staff[id_],
        key=named,
        placeholder=say("desk.notes.nobody"),
        on_change=unsaid.hold,
        args=(named, form),
    )
    with st.container(horizontal=True, gap="small"):
        st.button(say("desk.notes.do"), key=f"do:{key}", type="primary", on_click=_keep, args=(item_id, key))
        if st.session_state[f"words:{key}"].strip() or st.session_state[named]:
            fields = (f"words:{key}", named)
            st.button(say("desk.notes.throw"), key=f"throw:{key}", type="tertiary", on_click=unsaid.throw, args=(form, *fields))


def _keep(item_id: int, key: str) -> None:
    text, named = str(st.session_state[f"words:{key}"]), st.session_state[f"named:{key}"]
    form = unsaid.form("items", key)
    attempt(lambda w, p: remarks.note(w, p, w.get_one(Item, item_id), text, mention=named), "desk.notes.done", said=form)


def _withdraw(note_id: int) -> None:
    attempt(lambda w, p: remarks.withdraw(w, p, w.get_one(Note, note_id)), "desk.notes.withdrawn")
