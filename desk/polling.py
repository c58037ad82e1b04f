"""The poll of a post, where an account takes one: its answers and how long it runs."""

from collections.abc import Sequence

import streamlit as st

from connectors.able import POLL_MINUTES, POLL_OPTION_MOST, POLL_OPTIONS
from connectors.contract import Poll
from core.models import Account
from desk import composing
from desk.session import say
from desk.timing import lasting
from scheduler.models import Post

#: how long a poll runs, in minutes
LENGTHS = (60, 6 * 60, 24 * 60, 3 * 24 * 60, POLL_MINUTES[1])


def fields(rows: Sequence[Account], post: Post | None, rev: str) -> None:
    """The poll of a draft, or of what is new; nothing where no account takes one."""
    given = (post.poll if post else None) or {}
    if not given and not composing.polls(rows):
        return
    if not st.checkbox(say("desk.compose.poll"), value=bool(given), key=f"poll:{rev}"):
        return
    st.caption(say("desk.compose.poll_hint"))
    fewest, most = POLL_OPTIONS
    options = given.get("options", [])
    for number, place in enumerate(st.columns(most), 1):
        label = say("desk.compose.answer" if number <= fewest else "desk.compose.answer_more", number=number)
        value = options[number - 1] if number <= len(options) else ""
        with place:
            st.text_input(label, value=value, key=f"answer{number}:{rev}", max_chars=POLL_OPTION_MOST)
    minutes = given.get("minutes", LENGTHS[2])
    lengths = sorted({*LENGTHS, minutes})
    st.selectbox(
        say("desk.compose.poll_lasts"),
        lengths,
        index=lengths.index(minutes),
        format_func=lambda length: lasting(length * 60),
        key=f"lasts:{rev}",
    )


def of(post: Post | None, rev: str) -> Poll | None:
    """The poll the fields say, or, while they are not there, that of the draft."""
    field = st.session_state
    if f"poll:{rev}" not in field:
        return Poll(tuple(post.poll["options"]), post.poll["minutes"]) if post and post.poll else None
    if not field[f"poll:{rev}"]:
        return None
    answers = [str(field.get(f"answer{number}:{rev}", "")).strip() for number in range(1, POLL_OPTIONS[1] + 1)]
    return Poll(tuple(filter(None, answers)), int(field.get(f"lasts:{rev}", LENGTHS[2])))
