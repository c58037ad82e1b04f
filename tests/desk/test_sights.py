"""Whatever can be open on a page, for every role, without a browser: nothing raises."""

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from core.actors import ROLES
from desk import rooms, store
from tests.desk.conftest import Ministry
from tests.desk.test_pages import PAGE, person
from tests.desk.walk import sights

#: messages that differ in what may be done with them
TELLING = ("wages", "identity", "abuse", "aside", "private", "mute", "gone", "trap")


@pytest.mark.parametrize("role", ROLES)
def test_whatever_is_open_on_a_page_it_is_shown(role: str, ministry: Ministry, token: Callable[[str], str]) -> None:
    own, open_to = token(role), {room.path for room in rooms.open_to(person(role))}
    with store.read() as session:
        shown = sights(session, {name: ministry.items[name] for name in TELLING})
    wrong = []
    for sight in (one for one in shown if one.room in open_to and one.query):
        app = AppTest.from_string(PAGE.format(path=sight.room), default_timeout=120)
        app.session_state["token"], app.session_state["lang"] = own, "ar"
        for name, value in sight.query:
            app.query_params[name] = value
        app.run()
        wrong += [f"{sight.address}: {raised.value}" for raised in app.exception]
    assert not wrong, "\n".join(wrong)
