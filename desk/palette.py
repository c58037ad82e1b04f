"""The palette and the keys: everything that can be done from where a person is, by its name (Ctrl+K) or by one key."""

from typing import Any, Final

import streamlit as st

from core.actors import Actor
from desk import rooms
from desk.components import mount
from desk.session import say

#: key -> the keys of the buttons it presses, as Streamlit knows them up to whose they are: the first that is there
DEEDS: Final[dict[str, tuple[str, ...]]] = {
    "a": ("assign", "release"),
    "e": ("answered", "reopen"),
    "c": ("pop-case_kind",),
    "h": ("pop_hide",),
    "s": ("snooze", "wake"),
    "t": ("tag",),
    "n": ("note",),
    "z": ("undo",),
}
#: pressed through the palette alone
NAMED: Final = ("close", "correct", "uncover", "leave")
CORRECTIONS: Final = {"kind": "y", "topic": "p", "language": "l"}
#: the letter that an Arabic keyboard writes on the same key
ARABIC: Final = dict(zip("jkraechstnzxypl", "تنقشثؤاسفىئءغحم", strict=True))
#: the lines of the help: keys, and the word for what they do
HELP: Final = (
    (("j", "k"), "move"), (("Enter",), "answer"), (("r",), "reply"), (("a",), "assign"), (("e",), "done"), (("h",), "hide"),
    (("c",), "case"), (("s",), "snooze"), (("t",), "tag"), (("n",), "note"), (("y",), "kind"), (("p",), "topic"),
    (("l",), "language"), (("x",), "select"), (("z",), "undo"), (("1…9",), "view"), (("/",), "search"), (("Ctrl+K",), "palette"),
    (("Ctrl+Enter",), "send"), (("?",), "help"),
)  # fmt: skip
GROUPS: Final = ("deed", "view", "page", "find", *CORRECTIONS)


def show(person: Actor) -> None:
    """The palette in the side bar; it asks the page itself what is offered there, so that it costs no run of ours."""
    labels: dict[str, Any] = {name: say(f"desk.keys.{name}") for name in ("title", "hint", "none", "help", "close", "now", "find")}
    labels["groups"] = {name: say(f"desk.keys.group.{name}") for name in GROUPS}
    deeds = [{"name": name, "key": key} for key, names in DEEDS.items() for name in names]
    data = {
        "labels": labels,
        "deeds": [*deeds, *({"name": name, "key": ""} for name in NAMED)],
        "pages": [{"path": room.path, "label": say(f"desk.{room.path}.nav")} for room in rooms.open_to(person)],
        "corrections": CORRECTIONS,
        "finds": person.can("item.read"),
        "help": [{"keys": _caps(keys), "label": say(f"desk.keys.do.{word}")} for keys, word in HELP],
    }
    with st.sidebar:
        mount("palette", data, key="palette")


def _caps(keys: tuple[str, ...]) -> list[str]:
    """The keys as they are written on the keyboard: Latin, and Arabic beside it."""
    return [f"{key} {ARABIC[key]}" if key in ARABIC else key for key in keys]
