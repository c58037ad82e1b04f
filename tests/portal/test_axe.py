"""axe finds nothing on any page of the public door, in any state of it, in no look; and none scrolls sideways on a small phone."""

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tomllib import loads

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from playwright.sync_api import Browser, Page, ViewportSize

from core.actors import OPERATING, Actor
from core.clock import in_dubai, now
from core.db import Database
from core.i18n import LANGS, ROOT
from core.models import Account
from core.throttle import Throttle
from inbox import enact
from inbox.tongues import TONGUES
from portal.data.current import Current
from tests.axe import findings
from tests.inbox.small_edition import written
from tests.portal.eyes import too_wide
from tests.portal.open_door import Shown, standing
from tests.portal.sights import FILES, QUIET, SIGHTS, Sight
from tests.portal.walker import Walker

#: in Arabic each page is light, then dark; high contrast, in which no colour hangs on the language, is looked at in English
LOOKS = {"dark": ("dark", "standard"), "contrast": ("light", "more"), "dark contrast": ("dark", "more")}
NARROW, WIDE = ViewportSize(width=320, height=640), ViewportSize(width=1280, height=800)
#: what a look can change: a colour. Whatever else axe knows of is the same in each
COLOURS = "color-contrast link-in-text-block"
#: everything that is folded away is open, and nothing fades in while axe looks
UNFOLD = """() => {
  document.querySelectorAll("details").forEach(one => one.open = true);
  if (document.querySelector("#aids")?.hidden) document.querySelector(".opener")?.click();
}"""
#: the page as it reads: without what is new each time it is opened
READS = """() => document.body.innerHTML.replace(/name="token" value="[^"]*"/g, "").replaceAll(location.pathname, "")"""
WEAR = "([theme, contrast]) => Object.assign(document.documentElement.dataset, { theme, contrast })"
OWNER = Actor("user:77", frozenset({"policy.activate"}), 77)


@pytest.fixture(scope="module")
def shown(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """The portal with something on every page, and an edition of the policy that is to come."""
    with standing(sqlite_template, tmp_path_factory.mktemp("axe")) as portal:
        day = str(in_dubai(now()).date() + timedelta(days=1))
        with portal.db.write() as session:
            session.add(Account(platform="email", native_id="a@b.example"))
            enact.activate(session, OWNER, enact.propose(session, OPERATING, written(day, day)))
        unhurried = {name: Throttle(burst=10**6, per_second=10**6) for name in ("tries", "senders", "room", "forms")}
        portal.app.state.portal = replace(portal.app.state.portal, **unhurried)
        yield portal


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=NARROW, reduced_motion="reduce", color_scheme="light")
    yield context.new_page()
    context.close()


def wrong_with(page: Page, looks: Mapping[str, tuple[str, str]]) -> list[str]:
    """What axe finds in the light and in each of these looks, and what makes the page scroll sideways at 320 px; in the dark it
    is looked at whole, on a wide screen."""
    page.evaluate(UNFOLD)
    found = findings(page) + [f"too wide: {one}" for one in too_wide(page)]
    for look, worn in looks.items():
        page.evaluate(WEAR, worn)
        if look == "dark":
            page.set_viewport_size(WIDE)
            found += [f"{look}, wide: {finding}" for finding in findings(page)]
            page.set_viewport_size(NARROW)
        else:
            found += [f"{look}: {finding}" for finding in findings(page, only=COLOURS)]
    return found


def walked(walker: Walker, sights: list[Sight]) -> list[str]:
    """What is wrong with these pages, each by its name."""
    looks = LOOKS if walker.lang == "en" else {"dark": LOOKS["dark"]} if walker.lang == "ar" else {}
    found, seen = [], set()
    for sight in sights:
        sight.go(walker)
        if walker.at() != (sight.route, sight.status):
            found.append(f"{sight.name}: is {walker.at()}, not {(sight.route, sight.status)}")
        reads = walker.page.evaluate(READS)
        if reads not in seen:
            found += [f"{walker.lang} {sight.name}: {one}" for one in wrong_with(walker.page, looks)]
        seen.add(reads)
    return found


@pytest.mark.parametrize("lang", LANGS)
def test_axe_finds_nothing_on_any_page_in_any_state_and_look(page: Page, shown: Shown, lang: str) -> None:
    assert walked(Walker(page, shown, lang), SIGHTS) == []


@pytest.mark.parametrize("lang", sorted(set(TONGUES) - set(LANGS)))
def test_axe_finds_nothing_on_the_pages_of_a_case_in_five_more_languages(page: Page, shown: Shown, lang: str) -> None:
    assert walked(Walker(page, shown, lang), [sight for sight in SIGHTS if sight.whole]) == []


@pytest.mark.parametrize("lang", LANGS)
def test_axe_finds_nothing_on_a_page_with_nothing_to_show(
    page: Page, shown: Shown, sqlite_template: Path, tmp_path: Path, lang: str
) -> None:
    walker, bare = Walker(page, shown, lang), Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'bare.db')}")
    with walker.door(db=bare, figures={}, known={}, data=Current()):
        for path in QUIET:
            walker.open(path)
            assert walker.at()[1] == 200
            assert wrong_with(page, {}) == [], path
    bare.dispose()


def test_a_sight_stands_at_every_route_that_answers_with_a_page(lite_door: TestClient) -> None:
    routes = {
        f"{method} {route.path}"
        for route in iter_route_contexts(lite_door.app.routes)  # type: ignore[attr-defined]  # the application has them
        for method in (route.methods or set()) - {"HEAD"}
        if route.path not in FILES and not (route.path or "").startswith("/webhooks/")
    }
    assert routes - {sight.route for sight in SIGHTS} == set()


def test_every_fault_has_a_sight() -> None:
    words = loads((ROOT / "portal" / "words.toml").read_text("utf-8"))
    assert {int(code) for code in words["portal"]["error"] if re.fullmatch(r"\d+", code)} <= {sight.status for sight in SIGHTS}


def test_what_no_sight_stands_at_is_no_page(lite_door: TestClient) -> None:
    for path in FILES:
        answer = lite_door.get(re.sub(r"\{\w+\}", "nothing", path))
        assert "html" not in answer.headers["content-type"] or answer.status_code in (404, 405), path


def test_axe_would_find_a_picture_without_words_and_pale_text(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(
        '<html lang="en"><title>x</title><main><h1>x</h1><img src="x.png"><p style="color:#aaa">pale</p></main></html>'
    )
    assert {finding.partition(":")[0] for finding in findings(page)} == {"image-alt", "color-contrast"}
    page.close()
