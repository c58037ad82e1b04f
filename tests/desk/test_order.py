"""The review queue at the desk: newest first, or most harmful first where that was chosen."""

from typing import Any

import pytest
from sqlalchemy import text
from streamlit.testing.v1 import AppTest

from core.i18n import t
from desk import queue, store
from inbox.search import ItemPage
from tests.desk.test_pages import PAGE, Token


@pytest.mark.usefixtures("ministry")
@pytest.mark.parametrize(
    ("view", "order", "by"), [("review", "harm", "harm"), ("review", "", "flagged"), ("open", "harm", "state")]
)
def test_the_review_queue_comes_in_the_chosen_order(
    token: Token, monkeypatch: pytest.MonkeyPatch, view: str, order: str, by: str
) -> None:
    with store.write() as session:
        session.execute(text("UPDATE items SET action = 'review', harm = 10 * id WHERE NOT own"))
    read, pages = queue.read, list[ItemPage]()

    def noted(*given: Any, **options: Any) -> ItemPage:
        pages.append(read(*given, **options))
        return pages[-1]

    monkeypatch.setattr(queue, "read", noted)
    app = AppTest.from_string(PAGE.format(path="inbox"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token("moderator"), "en"
    app.session_state["inbox_filter"] = True
    app.query_params["view"] = view
    if order:
        app.query_params["order"] = order
    app.run()
    assert not app.exception
    assert {page.by for page in pages} <= {by, "said"}
    assert (t("desk.inbox.order", "en") in [box.label for box in app.selectbox]) == (view == "review")
    harms = [item.harm for item in pages[-1].items]
    assert harms
    if by == "harm":
        assert harms == sorted(harms, reverse=True)
