"""Every page of the desk in a browser, in both languages: nothing that axe finds, no word of the other language in the Arabic
chrome, the same page mirrored, nothing wider than a small telephone, and nothing asked of another host."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from core.i18n import LANGS
from desk.rooms import ROOMS
from tests.desk.conftest import PASSWORD, Running, Seat
from tests.desk.walk import EVERYONE, PILLARS, Sight, held, hire_everyone, in_one_row, mirrored, on_a_phone, sights

#: sights of one room that differ in what is drawn, not only in words
FEW = 3


@pytest.fixture(scope="module")
def walkers(browser: Browser, running: Running) -> Iterator[dict[str, Seat]]:
    """`everyone` at the desk, once in each language."""
    hire_everyone(running.db, PASSWORD)
    seats: dict[str, Seat] = {}
    for lang in LANGS:
        context = browser.new_context(viewport={"width": 1440, "height": 960}, locale="ar-AE" if lang == "ar" else "en-GB")
        seats[lang] = Seat(context.new_page(), running.url).sign_in(EVERYONE, lang=lang)
    yield seats
    for seat in seats.values():
        seat.page.context.close()


def shown(running: Running, room: str) -> list[Sight]:
    """A few sights of a room: as one enters it, and with different things open."""
    telling = {name: running.house.items[name] for name in ("identity", "mute")}
    with running.db.read() as session:
        return [sight for sight in sights(session, telling) if sight.room == room][:FEW]


@pytest.mark.parametrize("room", [room.path for room in ROOMS])
def test_a_room_is_for_everybody_in_both_languages(running: Running, walkers: dict[str, Seat], room: str) -> None:
    wrong = []
    for sight in shown(running, room):
        pillars: dict[str, list[list[Any]]] = {}
        for lang, seat in walkers.items():
            seat.open(sight.address)
            pillars[lang] = seat.page.evaluate(PILLARS)
            found = [*in_one_row(seat.page), *held(seat.page, lang), *on_a_phone(seat.page), *seat.foreign, *seat.broken]
            wrong += [f"{lang} {sight.address}: {one}" for one in found]
            seat.foreign.clear()
            seat.broken.clear()
        wrong += [f"{sight.address}: {one}" for one in mirrored(pillars["ar"], pillars["en"], 1440)]
    if wrong:
        pytest.fail("\n".join(wrong))
