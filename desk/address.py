"""What is chosen on a page stands in its address, so that a view can be bookmarked, shared and come back to."""

from collections.abc import Callable, Sequence

import streamlit as st

#: the largest id of a row, and how many digits it has
LARGEST_ID = 2**63 - 1
LONGEST_ID = len(str(LARGEST_ID))
LONGEST = 500
#: the page that was drawn last, and whether this run draws it again
DRAWN, AGAIN = "page_drawn", "page_again"


def enter(page: str) -> None:
    """Call once a whole run, before the page is drawn."""
    st.session_state[AGAIN] = st.session_state.get(DRAWN) == page
    st.session_state[DRAWN] = page


def _clean(value: str) -> str:
    """What somebody wrote into an address, without what is never shown: not every database takes it."""
    return "".join(letter for letter in value[:LONGEST] if letter.isprintable())


class Place:
    """The choices of one page: kept while the person is elsewhere, written into the URL while he is here."""

    def __init__(self, page: str, names: Sequence[str]) -> None:
        self._key, self._names = f"at:{page}", tuple(names)

    @property
    def chosen(self) -> dict[str, str]:
        """Name -> value, only what was chosen."""
        kept: dict[str, str] = st.session_state.setdefault(self._key, {})
        return kept

    def arrive(self) -> None:
        """Call once a whole run of the page: an address with choices wins over what was kept, and so does one without any that
        somebody comes to from the page itself, as by going back. Whoever comes from elsewhere finds what he left."""
        given = {name: _clean(st.query_params[name]) for name in self._names if name in st.query_params}
        if given or st.session_state.get(AGAIN):
            st.session_state[self._key] = given
        self._write()

    def _write(self) -> None:
        """The address as it was chosen, all at once: each change of it is a place that one goes back to."""
        before = st.query_params.to_dict()
        wanted = {name: value for name, value in before.items() if name not in self._names} | self.chosen
        if wanted != before:
            st.query_params.from_dict(wanted)

    def get(self, name: str) -> str:
        """The choice; "" for none."""
        return self.chosen.get(name, "")

    def number(self, name: str) -> int | None:
        """The id that was chosen, within what a database can hold; what is none is forgotten, here and in the address."""
        value = self.get(name)
        if value.isdecimal() and len(value) <= LONGEST_ID and int(value) <= LARGEST_ID:
            return int(value)
        if value:
            self.set(**{name: None})
        return None

    def set(self, **values: str | int | None) -> None:
        """Choose (None or "": choose nothing)."""
        for name, value in values.items():
            if value in (None, ""):
                self.chosen.pop(name, None)
            else:
                self.chosen[name] = str(value)
        self._write()

    def pick(
        self,
        name: str,
        label: str,
        options: Sequence[str],
        words: Callable[[str], str],
        nothing: str,
        forget: Sequence[str] = (),
    ) -> str:
        """A select box bound to the address; "" when nothing is chosen. An unknown value in the address counts as nothing.

        Another choice lets go of `forget`."""
        key = f"{self._key}:{name}"
        known = ["", *options]
        now = self.get(name) if self.get(name) in known else ""
        if st.session_state.get(key) != now:  # first drawn, or chosen elsewhere
            st.session_state[key] = now
        st.selectbox(
            label,
            known,
            format_func=lambda value: words(value) if value else nothing,
            key=key,
            on_change=lambda: self.set(**dict.fromkeys(forget), **{name: st.session_state[key]}),
        )
        chosen: str = st.session_state[key]
        return chosen
