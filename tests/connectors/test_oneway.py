"""Ways to one person alone (forms of ours, e-mail): nothing is read from them, and they say so before it is tried."""

import pytest

from connectors import CONNECTORS
from connectors.contract import Connector, Credentials, Finding, Known, Outgoing, Surface
from connectors.transport import Wire
from core.clock import now
from core.errors import NotPossible
from tests.connectors.conftest import Kept

#: way -> what opens it: its native id and its secrets
CREDENTIALS: dict[str, tuple[str, dict[str, str]]] = {
    "portal": ("forms", {}),
    "email": ("cases@ministry.example", {"url": "smtp://127.0.0.1:1"}),
}


@pytest.fixture(params=sorted(CREDENTIALS))
def way(request: pytest.FixtureRequest) -> Connector:
    """Each way in turn; opening it makes no call."""
    native_id, secrets = CREDENTIALS[request.param]
    return CONNECTORS[request.param].open(Credentials(native_id, secrets), Wire())


def test_there_is_nothing_to_read_and_nothing_to_count(way: Connector) -> None:
    assert way.streams() == ()
    with pytest.raises(NotPossible):
        way.fetch("comments", None)
    assert way.rewind("comments", "x") is None
    assert way.lookup([Known("1", Surface.FORM, None, None, "نص", now())]) == ()
    assert way.metrics(["1"]) == ()


def test_what_stands_nowhere_can_neither_be_hidden_nor_deleted(way: Connector) -> None:
    for act in (way.hide, way.unhide, way.delete):
        with pytest.raises(NotPossible):
            act("1")
    can = way.capabilities
    assert (can.post_text, can.image, can.video, can.hide, can.delete) == (False, False, False, False, False)


def test_it_costs_nothing_and_counts_characters(way: Connector) -> None:
    way.heed({})
    assert (way.price("نص"), way.bill().micros, way.count_text("نص طويل")) == (0, 0, 7)


@pytest.fixture
def forms() -> Connector:
    return CONNECTORS["portal"].open(Credentials("forms", {}), Wire())


ANSWER = Outgoing("نعمل على طلبك.", parent_id="form-1", to_author="form-1", private=True)


def test_an_answer_to_a_form_is_out_at_once_and_once(forms: Connector, steps: Kept) -> None:
    first = forms.send(ANSWER, steps)
    assert first.native_id
    assert forms.send(ANSWER, steps) == first
    assert forms.send(ANSWER, Kept()) != first
    assert forms.check().native_id == "forms"


def test_an_answer_cut_off_in_the_middle_may_be_sent_again(forms: Connector, steps: Kept) -> None:
    assert forms.find_existing(ANSWER, steps, sent_at=now()).finding is Finding.RESUMABLE


@pytest.mark.parametrize("out", [Outgoing("خبر"), Outgoing("جواب", parent_id="form-1"), Outgoing("رسالة", private=True)])
def test_the_forms_publish_nothing_for_everybody(forms: Connector, steps: Kept, out: Outgoing) -> None:
    with pytest.raises(NotPossible):
        forms.send(out, steps)
