"""What of other people's personal data somebody at the desk reads: whoever works cases all of it, the others none.

Some of the others may uncover one item; that is a deed with an audit entry, and holds for this tab until they sign out.
"""

from dataclasses import dataclass
from typing import Final

import streamlit as st

from core.actors import Actor
from core.settings import settings
from desk.doing import attempt
from desk.session import say
from inbox.models import Item
from inbox.uncover import uncover
from policies.masking import masked

UNCOVERED: Final = "uncovered"


@dataclass(frozen=True, slots=True)
class Eyes:
    """How texts look to one person. `uncovered`: ids of items he asked to read."""

    plain: bool = False
    uncovered: frozenset[int] = frozenset()

    def words(self, text: str, item_id: int | None = None) -> str:
        """Somebody's words (in `item_id`) as this person may read them."""
        return (
            text if self.plain or (item_id is not None and item_id in self.uncovered) else masked(text, settings().office_contacts)
        )

    def item(self, item: Item) -> str:
        """The words of an item; what we published ourselves holds nobody's secrets."""
        return item.text if item.own and item.surface == "post" else self.words(item.text, item.id)


def of(person: Actor) -> Eyes:
    """The eyes of this person, in this tab."""
    asked = st.session_state.get(UNCOVERED, frozenset()) if person.can("pii.unmask") else frozenset()
    return Eyes(person.can("pii.view"), asked)


def offer(person: Actor, item: Item, eyes: Eyes) -> None:
    """The button that uncovers an item, for whoever may, where something is masked."""
    if not person.can("pii.unmask") or eyes.item(item) == item.text:
        return
    label = say("desk.pii.uncover")
    st.button(
        label, key=f"uncover:{item.id}", icon=":material/visibility:", help=say("desk.pii.uncover_d"), on_click=_do, args=(item.id,)
    )


def _do(item_id: int) -> None:
    if attempt(lambda writing, person: uncover(writing, person, item_id)) is not None:
        st.session_state[UNCOVERED] = st.session_state.get(UNCOVERED, frozenset()) | {item_id}
