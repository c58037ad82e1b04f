"""Going on in private: the button that asks so on the thread, in words that hold and ask for nothing private."""

from collections.abc import Collection
from uuid import uuid4

import streamlit as st

from core.actors import Actor
from core.settings import settings
from desk import store
from desk.casedeeds import form
from desk.doing import attempt
from desk.session import say
from inbox import privately
from inbox.models import Case, Item


def button(person: Actor, item: Item, case: Case | None, taken: Collection[int], seen: str) -> None:
    """For a message that everybody reads and that can be answered, unless its talk goes on in private already: it is one of
    those `taken` there. `seen`: the version of the answers in its thread."""
    if not person.can("reply.write") or item.own or item.deleted or item.private or not item.can.get("reply"):
        return
    if case is not None and (case.merged_into_id is not None or item.id in taken):
        return
    nonce = uuid4().hex
    sent = "link" if item.can.get("reply_privately") else "write"

    def draw(key: str) -> None:
        st.text(say(f"desk.case.private.{sent}"))

    form("private", item, "lock", draw, lambda _key: _take(item.id or 0, seen, nonce))


def _take(item_id: int, seen: str, nonce: str) -> None:
    vault, chosen = store.vault(), settings()
    attempt(
        lambda w, p: privately.take_private(w, p, item_id, seen_version=seen, nonce=nonce, settings=chosen, key_id=vault.current),
        "desk.case.private.done",
    )
