"""What the public wrote is never markup: how the desk is written, what its pages hold, and a second wall in the browser."""

import ast
import html
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.actors import WORKER
from core.auth import actor_of
from core.i18n import ROOT, Lang
from core.models import Account, User
from desk import rooms, safe, store
from inbox import cases
from inbox.models import Case, Item
from tests.desk.test_pages import PAGE, person

Token = Callable[[str], str]
Seating = Callable[[], Any]

#: columns in which the words of others stand
PUBLIC = {"text", "author_name", "author_handle", "author", "rating_note", "note", "permalink", "outcome_reason", "their_text"}
#: calls of Streamlit that read markdown or HTML in what they are given
RENDERING = {
    "markdown", "write", "write_stream", "title", "header", "subheader", "caption", "info", "success", "warning", "error",
    "exception", "toast", "metric", "badge", "html", "table", "chat_message", "latex", "echo", "help", "json", "iframe",
}  # fmt: skip
#: calls whose words are read as markdown: labels and what explains them
LABELLED = {
    "button", "checkbox", "toggle", "radio", "pills", "segmented_control", "multiselect", "selectbox", "text_input", "text_area",
    "number_input", "date_input", "time_input", "file_uploader", "popover", "expander", "tabs", "dialog", "form_submit_button",
    "download_button", "link_button", "page_link", "spinner", "progress", "status", "menu_button", "feedback",
}  # fmt: skip
#: where a rendering call stands for a reason: the one door of HTML; our own style without the gate; our own words
ALLOWED = {"desk/safe.py:html", "desk/chrome.py:html", "desk/deciding.py:caption", "desk/polling.py:caption"}


def _desk() -> Iterator[tuple[str, ast.Module]]:
    for path in [*sorted((ROOT / "desk").rglob("*.py")), ROOT / "dashboard.py"]:
        yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text("utf-8"))


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """(name, call) of every call of Streamlit's, also of a column's or a sidebar's."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in RENDERING | LABELLED:
            whose = ast.unparse(node.func.value)
            if whose == "st" or whose.startswith(("st.", "column")) or "sidebar" in whose:
                yield node.func.attr, node


def rendering(trees: Mapping[str, ast.Module]) -> set[str]:
    return {f"{where}:{name}" for where, tree in trees.items() for name, _ in calls(tree) if name in RENDERING}


def labelled(trees: Mapping[str, ast.Module]) -> list[str]:
    """Calls whose label or help is made from a column of the public's words and not through `safe.label`."""
    found = []
    for where, tree in trees.items():
        for name, call in calls(tree):
            if name not in LABELLED:
                continue
            said = [*call.args[:1], *(k.value for k in call.keywords if k.arg in ("label", "help", "text", "placeholder"))]
            for one in said:
                if isinstance(one, ast.Call) and ast.unparse(one.func) in ("label", "safe.label"):
                    continue
                if any(isinstance(part, ast.Attribute) and part.attr in PUBLIC for part in ast.walk(one)):
                    found.append(f"{where}:{call.lineno}: {name}")
    return found


def test_no_call_of_the_desk_renders_what_it_is_given() -> None:
    assert rendering(dict(_desk())) - ALLOWED == set()


def test_no_label_is_made_of_the_words_of_others() -> None:
    assert labelled(dict(_desk())) == []


def test_an_offender_would_be_noticed() -> None:
    tree = {"desk/x.py": ast.parse("st.markdown(item.text)\nst.button(f'{item.author_name}')\nst.button(label(item.author_name))")}
    assert rendering(tree) == {"desk/x.py:markdown"}
    assert labelled(tree) == ["desk/x.py:2: button"]


#: a text that would show if anything rendered it, in markdown, in Streamlit's own signs, in HTML
TRAP = "![t](http://e.test/p) :red-background[رسمي] <img src=http://e.test/i> **وزارة**"
RAW = ("![t](", ":red-background[", "<img src=http")
#: elements that show their text as it is: our own components set it as text, the others are plain by nature
PLAIN = {"bidi_component", "text", "code", "text_area", "text_input", "selectbox", "arrow_data_frame", "doc_string"}


@pytest.fixture
def trapped(ministry: Any) -> Any:
    """The trap in everything that the public may fill."""
    with store.write() as session:
        for item in session.exec(select(Item)).all():
            item.author_name, item.author_handle = TRAP[:120], TRAP[:80]
            session.add(item)
        for account in session.exec(select(Account)).all():
            account.name = TRAP[:150]
            session.add(account)
        told = session.get_one(Item, ministry.items["trap"])
        told.text = TRAP
        agent = actor_of(session.get_one(User, ministry.users["agent"]))
        case = cases.open_case(session, WORKER, told, "complaint", key_id=store.vault().current)
        cases.move(session, agent, case, "in_progress", TRAP)
        cases.resolve(session, agent, case, "solved", TRAP)
        row = session.get_one(Case, case.id)
        row.rating, row.rating_note = 1, TRAP
        session.add(row)
        ministry.items["case"] = case.id
    return ministry


def elements(app: AppTest) -> Iterator[tuple[str, str]]:
    """(what it is, all it holds) of everything a page drew."""
    for block in (app.main, app.sidebar):
        for element in block:
            proto = getattr(element, "proto", None)
            if proto is not None:
                yield (
                    element.type,
                    str(proto).encode().decode("unicode_escape", "replace").encode("latin-1", "replace").decode("utf-8", "replace"),
                )


@pytest.mark.parametrize("role", ["agent", "moderator", "manager", "auditor", "appeal_reviewer", "admin"])
@pytest.mark.parametrize("lang", ["ar"])
def test_on_no_page_do_the_words_of_others_become_markup(role: str, lang: Lang, trapped: Any, token: Token) -> None:
    own, met = token(role), 0
    for room in rooms.open_to(person(role)):
        app = AppTest.from_string(PAGE.format(path=room.path), default_timeout=120)
        app.session_state["token"], app.session_state["lang"] = own, lang
        app.query_params["item"], app.query_params["case"] = str(trapped.items["trap"]), str(trapped.items["case"])
        app.query_params["view"] = "all"
        app.run()
        assert not app.exception, f"{room.path}: {[e.value for e in app.exception]}"
        for kind, held in elements(app):
            met += any(raw in held for raw in RAW[:2])
            if kind == "html":
                assert RAW[2] not in held, f"{room.path}: HTML of others"
                assert html.escape(RAW[2]) in held or RAW[0] not in held
            elif kind not in PLAIN:
                assert not any(raw in held for raw in RAW), f"{room.path}: {kind} renders {held[:300]}"
    assert met, "the trap is met somewhere"


BREAK_IN = """address => {
  window.broken = [];
  document.addEventListener("securitypolicyviolation", told => broken.push(told.effectiveDirective));
  const place = document.createElement("div");
  place.innerHTML = `<img src="${address}/pixel"><img src="x" onerror="window.ran = 1">`
    + `<link rel="stylesheet" href="${address}/style.css"><a href="javascript:window.ran = 2" id="lure">x</a>`;
  document.body.append(place);
  const script = document.createElement("script");
  script.textContent = "window.ran = 3";
  document.body.append(script);
  fetch(address + "/steal").catch(() => broken.push("fetch"));
  document.getElementById("lure").click();
}"""


def test_if_markup_got_in_all_the_same_the_browser_would_neither_run_nor_fetch_it(running: Any, seat: Seating) -> None:
    desk = seat().sign_in("staff")
    policy = desk.page.request.get(f"{running.url}/inbox").headers["content-security-policy"]
    assert "unsafe-eval" not in policy
    assert "'unsafe-inline'" not in policy.partition("script-src")[2].partition(";")[0]
    desk.page.evaluate(BREAK_IN, f"http://127.0.0.1:{running.canary.port}")
    desk.page.wait_for_timeout(600)
    told = set(desk.page.evaluate("window.broken"))
    assert {"img-src", "fetch"} <= told
    assert any(one.startswith("script-src") for one in told)
    assert desk.page.evaluate("window.ran") is None
    assert running.canary.hits() == 0


def test_a_number_stands_in_one_piece_and_the_words_stay_as_they_are() -> None:
    text = "رقم ملفكم M-12AB3-9XY0Z، وتجدونه هنا: https://example.test/ar/track/M-12AB3-9XY0Z/ABC"
    shown = safe.words(text, [(4, 9, "")]).source
    assert shown.count('<span class="mj-number">M-12AB3-9XY0Z</span>') == 2
    assert re.sub("<[^>]*>", "", shown) == text


def test_what_was_done_is_told_in_words_whatever_room_did_it() -> None:
    from core.i18n import catalogue

    done: dict[str, str] = {}
    for room in ("core", "outbox", "inbox", "scheduler", "portal", "desk", "console", "policies"):
        for path in (ROOT / room).rglob("*.py"):
            done |= {action: _near(path) for action in _recorded(ast.parse(path.read_text("utf-8")))}
    assert {action: where for action, where in done.items() if f"desk.audited.{action}" not in catalogue()} == {}


def _near(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _recorded(tree: ast.Module) -> Iterator[str]:
    """The actions that are written to the audit as plain text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("audit.record", "record") and len(node.args) > 2:
            action = node.args[2]
            for one in (action.body, action.orelse) if isinstance(action, ast.IfExp) else (action,):
                if isinstance(one, ast.Constant) and isinstance(one.value, str):
                    yield one.value
