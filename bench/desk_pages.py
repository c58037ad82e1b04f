"""Every page of the desk for every role over a full house, without a browser: does it open, and how long does it take?"""

import os
import time
from pathlib import Path

from streamlit.testing.v1 import AppTest

from bench.inbox import quantile
from core import auth
from core.actors import ROLES, Actor, abilities_of
from desk import rooms, store

PAGE = """
from desk import chrome, rooms, session
person = session.find_actor()
room = next(room for room in rooms.ROOMS if room.path == {path!r})
chrome.side(person, room.path)
room.page()
"""
LANGS = ("ar", "en")


def _opened(path: str, token: str, lang: str) -> tuple[float, int]:
    """(milliseconds of a whole run, exceptions)."""
    app = AppTest.from_string(PAGE.format(path=path), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, lang
    begun = time.perf_counter()
    app.run()
    return (time.perf_counter() - begun) * 1000, len(app.exception)


def every_page(folder: Path, password: str) -> list[tuple[str, ...]]:
    """A line for each page: the roles that may enter, milliseconds, how often it raised."""
    os.environ["MAJLIS_VAR_DIR"] = str(folder)
    store.forget()
    tokens = {role: auth.sign_in(store.database(), role, password) for role in ROLES}
    rows: list[tuple[str, ...]] = []
    for room in rooms.ROOMS:
        able = [role for role in ROLES if room.open_to(Actor("user:1", abilities_of([role]), 1))]
        tried = [_opened(room.path, tokens[role], lang) for role in able for lang in LANGS]
        took = [ms for ms, _ in tried] or [0.0]
        rows.append((room.path, str(len(able)), f"{quantile(took, 0.5):.0f}", f"{max(took):.0f}", str(sum(n for _, n in tried))))
    store.forget()
    return rows
