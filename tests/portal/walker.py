"""Somebody who walks through the portal in a browser: opens addresses and sends the forms he finds there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, Response
from sqlmodel import Session, select
from starlette.routing import compile_path

from core.actors import Actor, abilities_of
from core.db import Database
from core.models import Account
from inbox.models import Case
from portal.app import PUBLIC
from portal.language import _split as unprefixed
from tests.portal.open_door import Shown, refused

CLERK = Actor("user:7", abilities_of(["agent", "moderator", "manager"]), None, "Noura")
REVIEWER = Actor("user:9", abilities_of(["appeal_reviewer"]), None, "Hessa")

#: sends a form of the page as its reader does, by the button that goes to `action` or as the form whose own address that is, with
#: these values in it; `at`: to another address of ours
SEND = """([action, button, typed, at]) => {
  const there = document.querySelector(`button[formaction$="${action}"]`);
  const form = there ? there.form : [...document.forms].find(f => f.getAttribute("action").endsWith(action));
  form.noValidate = true;
  if (at) form.setAttribute("action", at);
  for (const [name, value] of Object.entries(typed)) {
    const fields = [...form.querySelectorAll(`[name="${name}"]`)];
    if (!fields.length) fields.push(form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name })));
    for (const f of fields) {
      if (f.type === "radio" || f.type === "checkbox") f.checked = f.value === value; else f.value = value;
    }
  }
  form.requestSubmit(button ? form.querySelector(`button[value="${button}"]`) : there);
}"""


@dataclass
class Walker:
    """One reader in one language. `case` and `reasons`: the addresses of what is his, made for him (`complain`)."""

    page: Page
    shown: Shown
    lang: str
    case: str = ""
    reasons: str = ""
    answered: Response | None = None
    made: int = 0
    patch: pytest.MonkeyPatch = field(default_factory=pytest.MonkeyPatch)

    def open(self, path: str) -> None:
        """`path` without its language."""
        self.answered = self.page.goto(f"{self.shown.home}/{self.lang}{path}", wait_until="load")

    def send(self, action: str, button: str = "", at: str = "", **typed: str) -> None:
        """Send the form of this page whose address ends so."""
        with self.page.expect_navigation(wait_until="load") as gone:
            self.page.evaluate(SEND, [action, button, typed, at])
        self.answered = gone.value

    def at(self) -> tuple[str, int]:
        """`GET /track/{number}/{secret}` and the status: which route of the portal answered last, and how."""
        assert self.answered is not None
        path = unprefixed(urlsplit(self.answered.url).path)[1]
        exact = path if path in PUBLIC else next((one for one in sorted(PUBLIC) if compile_path(one)[0].match(path)), "")
        return f"{self.answered.request.method} {exact or '-'}", self.answered.status

    def complain(self, *, hidden: bool = True) -> None:
        """A comment of his became a case and was hidden, or was not: he stands before its page."""
        self.made += 1
        with self.shown.db.write() as session:
            number, secret, self.reasons = refused(session, self.shown.vault, f"{self.lang}{self.made}", hidden=hidden)
        self.case = f"/track/{number}/{secret}"
        self.open(self.case)

    def meanwhile(self, do: Callable[[Session, Case], Any]) -> None:
        """Something is done with his case by others."""
        with self.shown.db.write() as session:
            do(session, session.exec(select(Case).where(Case.number == self.case.split("/")[2])).one())

    @contextmanager
    def door(self, **changes: Any) -> Iterator[None]:
        """The portal is another for a while (portal.state.Portal)."""
        state = self.shown.app.state
        before = state.portal
        state.portal = replace(before, **changes)
        try:
            yield
        finally:
            state.portal = before

    @contextmanager
    def closed(self) -> Iterator[None]:
        """No forms are taken in for a while."""
        _forms(self.shown.db, active=False)
        try:
            yield
        finally:
            _forms(self.shown.db, active=True)

    @contextmanager
    def broken(self, name: str, fault: Exception) -> Iterator[None]:
        """What stands at `name` fails for a while."""

        def fails(*_: Any, **__: Any) -> None:
            raise fault

        with self.patch.context() as patched:
            patched.setattr(name, fails)
            yield


def _forms(db: Database, *, active: bool) -> None:
    with db.write() as session:
        session.exec(select(Account).where(Account.platform == "portal")).one().active = active
