"""Our own components: plain JavaScript beside this file, no build. Data goes in, events come out, words are set as text.

Each is registered once. Events are named for what was done (`open`, `bulk`, `send`…); the composer keeps `content`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from connectors.x.text import RULES

HERE = Path(__file__).parent

_LIST = """<div class="mj">
<div class="bulk"></div>
<ul class="list" role="listbox" aria-multiselectable="true"></ul>
<div class="turn hidden"></div>
<div role="status" style="position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)"></div>
</div>"""

_VIEWS = """<div class="mj">
<div class="along">
<div class="views" role="group"></div>
<button type="button" class="push hidden" data-to="back" tabindex="-1"></button>
<button type="button" class="push hidden" data-to="on" tabindex="-1"></button>
</div>
<div class="on hidden"></div>
</div>"""

_EARLIER = """<div class="mj">
<ul class="earlier"></ul>
<div role="status" style="position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)"></div>
</div>"""

_PALETTE = """<div class="mj">
<div class="bar"><button type="button" class="open"></button><button type="button" class="keys"></button></div>
<dialog aria-labelledby="mj-palette">
<div class="title"><h2 id="mj-palette"></h2><button type="button" class="close">×</button></div>
<input type="text" role="combobox" aria-expanded="true" aria-controls="mj-commands" autocomplete="off" spellcheck="false">
<div role="listbox" id="mj-commands"></div>
<p class="none hidden" role="status"></p>
<div class="help hidden"></div>
</dialog>
</div>"""

_REPLY = """<div class="mj box">
<label class="for" for="reply"></label>
<div class="problem hidden" role="alert"></div>
<button type="button" class="btn aside hidden"></button>
<div class="sent leaving hidden"><span class="said" role="status"></span> <bdi class="left"></bdi>
<button type="button" class="btn undo"></button></div>
<div class="moved hidden" role="status"></div>
<textarea id="reply" rows="4" dir="auto"></textarea>
<button type="button" class="blank hidden"></button>
<div class="chooser hidden">
<input class="seek" type="search" role="combobox" aria-expanded="true" aria-controls="offers" aria-autocomplete="list">
<ul class="offers" id="offers" role="listbox"></ul>
<p class="muted none hidden" role="status"></p>
</div>
<p class="muted look hidden"></p>
<div class="foot">
<button type="button" class="btn main"></button>
<button type="button" class="btn ready hidden" aria-expanded="false"></button>
<label class="private hidden"><input type="checkbox"><span></span></label>
<span class="end"><span class="muted status" role="status"></span><bdi class="muted count"></bdi></span>
</div>
<span class="muted keys"></span>
</div>"""

_COMPOSER = """<div class="mj">
</div>"""

_CALENDAR = """<div class="mj">
<div class="grid" role="list"></div>
<div role="status" style="position:absolute;inline-size:1px;block-size:1px;overflow:hidden;clip-path:inset(50%)"></div>
</div>"""


def _read(*files: str) -> str:
    return "\n".join((HERE / file).read_text("utf-8") for file in files)


def _counting() -> str:
    """How a text is counted, with the rules the connector of X counts by."""
    return f"const COUNTING = {json.dumps(RULES, ensure_ascii=False)}\n{_read('count.js')}\n"


@cache
def _registered() -> dict[str, Callable[..., Any]]:
    make = st.components.v2.component
    return {
        "list": make("majlis_list", html=_LIST, css=_read("base.css", "list.css"), js=_read("keymap.js", "list.js")),
        "palette": make("majlis_palette", html=_PALETTE, css=_read("base.css", "palette.css"), js=_read("keymap.js", "palette.js")),
        "views": make("majlis_views", html=_VIEWS, css=_read("base.css", "views.css"), js=_read("views.js")),
        "earlier": make("majlis_earlier", html=_EARLIER, css=_read("base.css", "earlier.css"), js=_read("earlier.js")),
        "reply": make(
            "majlis_reply", html=_REPLY, css=_read("base.css", "reply.css"), js=_counting() + _read("keymap.js", "reply.js")
        ),
        "composer": make(
            "majlis_composer", html=_COMPOSER, css=_read("base.css", "composer.css"), js=_counting() + _read("composer.js")
        ),
        "calendar": make(
            "majlis_calendar", html=_CALENDAR, css=_read("base.css", "calendar.css"), js=_read("carry.js", "calendar.js")
        ),
    }


def mount(name: str, data: Mapping[str, Any] | bytes, *, key: str, **on: Callable[[], None]) -> Any:
    """Show component `name` (one of those registered) with `data`; `on` maps event names to callbacks without arguments.

    `data` as bytes is drawn at each run, also when nothing of it has changed.
    """
    callbacks = {f"on_{event}_change": callback for event, callback in on.items()}
    return _registered()[name](data=data if isinstance(data, bytes) else dict(data), key=key, **callbacks)


def listing(
    key: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    selected: str,
    labels: Mapping[str, str],
    on: Mapping[str, Callable[[], None]],
    actions: Sequence[Mapping[str, Any]] = (),
    more: bool = False,
    earlier: bool = False,
    corrections: Mapping[str, Sequence[Mapping[str, str]]] | None = None,
) -> None:
    """A list moved by keyboard. `selected`: the open row's id or "".

    A row: id, name, when, text, dir, gone, chips [{label, tone, title, named}]; a title, where there is one, is read aloud too,
    and what is `named` is somebody's own word. Of a post also `beside`, its Hijri date; of the inbox also unread, and `fits`: what
    it is by field. `actions` [{name, label, choices}] are offered for ticked rows, `corrections` (field -> [{value, label}]) in the
    palette. Labels: list, empty, shown, and with the rest more, earlier, hint,
    selected, unread, all, none, other, apply.
    """
    chosen = int(selected) if selected.isdecimal() else None
    data: dict[str, Any] = {"rows": list(rows), "selected": chosen, "actions": list(actions), "more": more, "earlier": earlier}
    data["corrections"] = dict(corrections) if corrections is not None else None
    without = dict.fromkeys(("more", "earlier", "hint", "selected", "unread", "all", "none", "other", "apply"), "")
    # written here once: Streamlit writes what isn't bytes twice, each letter that isn't Latin in six
    told = json.dumps({**data, "labels": {**without, **labels}}, ensure_ascii=False)
    mount("list", told.encode(), key=key, **on)


def event(key: str, name: str) -> Any:
    """What the component `key` sent with event `name`: read inside its callback."""
    return st.session_state[key][name]
