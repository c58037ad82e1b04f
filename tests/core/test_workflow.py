"""States and moves as a table."""

from types import SimpleNamespace

import pytest

from core.errors import WrongState
from core.workflow import workflow

POST = workflow("post", draft="submitted cancelled", submitted="approved draft", approved="", cancelled="")


def test_an_allowed_move_changes_the_state() -> None:
    post = SimpleNamespace(state="draft")
    POST.move(post, "submitted")
    assert post.state == "submitted"


@pytest.mark.parametrize(("state", "to"), [("draft", "approved"), ("approved", "draft"), ("draft", "draft"), ("draft", "nowhere")])
def test_any_other_move_is_refused_and_changes_nothing(state: str, to: str) -> None:
    post = SimpleNamespace(state=state)
    with pytest.raises(WrongState) as refusal:
        POST.move(post, to)
    assert post.state == state
    assert refusal.value.details == {"thing": "post", "state": state, "wanted": to}


def test_a_state_without_moves_is_final() -> None:
    assert [state for state in POST.moves if POST.final(state)] == ["approved", "cancelled"]


def test_a_table_that_leads_nowhere_is_refused_when_it_is_written() -> None:
    with pytest.raises(ValueError, match="unknown states"):
        workflow("post", draft="sent")
