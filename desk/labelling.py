"""The tags of the house: which there are, and the form in which whoever keeps them enters, renames or ends one."""

from typing import Final

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from desk import chrome, shown
from desk.doing import attempt, turn
from desk.safe import el, show
from desk.session import say
from inbox import tagging
from inbox.models import Tag

#: code of the tag in the form, "" for a new one; nothing when the form is closed
WRITING: Final = "tag_writing"


def draw(reading: Session, person: Actor) -> None:
    """All tags, those in use first; the form where one is written."""
    tags, keeps = tagging.listed(reading), person.can("tag.keep")
    if keeps:
        st.button(say("desk.tagging.new"), key="tag_new", icon=":material/add:", on_click=_begin, args=("",))
    if keeps and WRITING in st.session_state:
        code = st.session_state[WRITING]
        with st.container(border=True, key="tag_form"):
            _form(next((tag for tag in tags if tag.code == code), None))
    if not tags:
        show(chrome.empty("desk.tagging.none", "desk.tagging.none_lead"))
    for tag in tags:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"tag_{tag.code}"):
            ended = None if tag.active else shown.chip(say("desk.saved.is.ended"))
            names = (el("b", tag.name_ar, lang="ar", dir="rtl"), " · ", el("span", tag.name_en, lang="en", dir="ltr"), " ")
            show(el("div", *names, el("bdi", tag.code, class_="mj-note mj-ltr"), " ", ended))
            if keeps:
                st.button(
                    say("desk.saved.change"),
                    key=f"tag_change:{tag.code}",
                    icon=":material/edit:",
                    on_click=_begin,
                    args=(tag.code,),
                )
                label, icon = ("desk.saved.end", "block") if tag.active else ("desk.saved.take_up", "restart_alt")
                st.button(say(label), key=f"tag_use:{tag.code}", icon=f":material/{icon}:", on_click=_use, args=(tag.code,))


def _form(tag: Tag | None) -> None:
    key = f"{tag.code if tag else ''}:{turn()}"
    show(el("h2", say("desk.tagging.change" if tag else "desk.tagging.new"), class_="mj-h2"))
    for field in ("ar", "en"):
        value = "" if tag is None else tag.name_ar if field == "ar" else tag.name_en
        st.text_input(say(f"desk.saved.in_{field}"), value, key=f"tag_{field}:{key}", max_chars=tagging.NAME_MOST)
    if tag is None:
        st.text_input(say("desk.tagging.code"), key=f"tag_code:{key}", max_chars=40, help=say("desk.tagging.code_d"))
    with st.container(horizontal=True, gap="small"):
        st.button(
            say("desk.saved.save"), key=f"tag_keep:{key}", type="primary", on_click=_keep, args=(tag.code if tag else None, key)
        )
        st.button(say("desk.saved.cancel"), key=f"tag_cancel:{key}", on_click=_leave)


def _begin(code: str) -> None:
    st.session_state[WRITING] = code


def _leave() -> None:
    st.session_state.pop(WRITING, None)


def _keep(code: str | None, key: str) -> None:
    name_ar, name_en = st.session_state[f"tag_ar:{key}"], st.session_state[f"tag_en:{key}"]
    chosen = code if code is not None else str(st.session_state[f"tag_code:{key}"]).strip()

    def change(writing: Session, person: Actor) -> Tag:
        known = writing.get(Tag, chosen)
        return tagging.keep(writing, person, chosen, name_ar, name_en, active=known.active if known else True)

    if attempt(change, "desk.done.tag_kept") is not None:
        _leave()


def _use(code: str) -> None:
    def change(writing: Session, person: Actor) -> Tag:
        tag = writing.get_one(Tag, code)
        return tagging.keep(writing, person, code, tag.name_ar, tag.name_en, active=not tag.active)

    attempt(change, "desk.done.tag_kept")
