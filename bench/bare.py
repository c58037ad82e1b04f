"""A bare Streamlit page with the widgets of the inbox and nothing behind them: no sign-in, no database, always the same words.

`python -m bench.bare --port N [--frozen]`: what Streamlit itself takes. `--frozen` makes its collection of garbage as cheap as the
desk's is; without, it stands as Streamlit ships it.
"""

import argparse
import gc
from pathlib import Path
from typing import Any

import streamlit as st

from desk.components import event, listing, mount

LIST, VIEWS = "inbox_list", "inbox_views"
ROWS, CHOICES = 50, [str(n) for n in range(10)]
WORDS = "لم أستلم راتبي منذ شهرين والشركة لا ترد على اتصالاتي وأريد تقديم شكوى " * 2
CHIPS = [{"label": label, "tone": tone} for label, tone in (("فيسبوك", ""), ("شكوى", "info"), ("إساءة", "bad"))]
#: as many letters as the desk's panels of one item have
PANEL = "<section class='mj-panel'>" + "<p class='mj-note'>كلام عن الرسالة وما قيل فيها</p>" * 8 + "</section>"
DEEDS = ("assign", "close", "case", "kind", "topic", "language", "snooze", "tag")
LABELS = dict.fromkeys(("list", "more", "hint", "selected", "empty", "shown"), "كلمة")
REPLY = dict.fromkeys(
    ("reply", "placeholder", "keys", "private", "send", "sending", "sent", "saved", "unsaved", "send_private"), "رد"
)


def opened() -> None:
    """Another row was opened."""
    if (chosen := event(LIST, "open")) is not None:
        st.session_state["item"] = int(chosen)


def turned() -> None:
    """Another view was chosen."""
    st.session_state["view"] = event(VIEWS, "view") or "open"


def row(number: int) -> dict[str, Any]:
    """One row of the list, as the desk gives it."""
    text = f"{number} {WORDS}"
    return {"id": number, "name": "سالم", "when": "قبل ساعة", "text": text, "dir": "rtl", "gone": False, "chips": CHIPS}


@st.fragment(run_every=20)
def work() -> None:
    """List, thread, context."""
    item = st.session_state.get("item", 1)
    st.text_input("بحث", key="q")
    for column, name in zip(st.columns(5), ("platform", "kind", "topic", "language", "clause"), strict=True):
        column.selectbox(name, CHOICES, key=name)
    views = [{"name": name, "label": name, "count": "10"} for name in ("open", "mine", "review", "all", "urgent")]
    data = {"views": views, "view": st.session_state.get("view", "open"), "label": "عرض", "push": {"back": "قبل", "on": "بعد"}}
    mount("views", data, key=VIEWS, view=turned)
    left, middle, right = st.columns([1.05, 1.5, 0.8])
    with left:
        rows = [row(n) for n in range(1, ROWS + 1)]
        listing(LIST, rows, selected=str(item), labels=LABELS, more=True, on={"open": opened})
    with middle:
        st.html(f"<div class='mj-thread'><div class='mj-said now'><p class='mj-words'>{item} {WORDS}</p></div></div>")
        for column, name in zip(st.columns(4), DEEDS[:4], strict=True):
            column.button(name, key=f"do_{name}")
        for column, name in zip(st.columns(4), DEEDS[4:], strict=True):
            with column.popover(name):
                st.selectbox(name, CHOICES, key=f"{name}_to")
        reply = {"item": item, "draft": "", "seen": "", "done": "", "refused": "", "problem": "", "style": "points", "limit": 8000}
        mount("reply", {**reply, "user": 1, "labels": REPLY, "can_private": False, "only_private": False}, key="reply")
    with right:
        st.html(PANEL * 3)


def page() -> None:
    """The page and its side bar."""
    with st.sidebar:
        st.button("خروج", key="leave")
    work()


def main() -> None:
    """Serve the page on loopback until stopped."""
    parser = argparse.ArgumentParser(prog="python -m bench.bare", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--frozen", action="store_true")
    chosen = parser.parse_args()
    app = st.App(Path(__file__))
    if chosen.frozen:
        import altair  # noqa: F401 (imported to be frozen, as the desk's is)

        gc.collect()
        gc.freeze()
    app.run(config={"server.port": chosen.port, "server.address": "127.0.0.1"})


if __name__ == "__main__":
    if st.runtime.exists():
        start = st.Page(lambda: None, title="مجلس", url_path="start", default=True, visibility="hidden")
        st.navigation([start, st.Page(page, title="صندوق", url_path="inbox")]).run()
    else:
        main()
