"""Views of one's own: kept under a name, shared by whoever may, read as the filters they stand for."""

from datetime import datetime, timedelta

import pytest

from core.actors import Actor
from core.clock import DUBAI
from core.db import Database
from core.errors import Forbidden, Invalid, NotFound
from inbox import saved_views
from inbox.saved_views import drop, filter_of, keep, listed
from inbox.search import Filter

#: as Dubai sees it
MIDNIGHT = datetime(2026, 11, 24, tzinfo=DUBAI)
WAGES = {"view": "open", "topic": "wages", "owner": "nobody"}


def names(db: Database, who: Actor) -> list[str]:
    with db.read() as session:
        return [view.name for view in listed(session, who)]


def test_a_view_is_kept_and_is_ones_own(db: Database, agent: Actor, colleague: Actor) -> None:
    with db.write() as session:
        keep(session, agent, "رواتب بلا صاحب", WAGES)
    assert names(db, agent) == ["رواتب بلا صاحب"]
    assert names(db, colleague) == []


def test_the_same_name_is_the_same_view(db: Database, agent: Actor, colleague: Actor) -> None:
    with db.write() as session:
        keep(session, agent, "رواتب", WAGES)
        again = keep(session, agent, " رواتب ", {"view": "all", "topic": "wages"})
        keep(session, colleague, "رواتب", WAGES)
    assert again.wanted == {"view": "all", "topic": "wages"}
    assert names(db, agent) == ["رواتب"]


def test_who_may_shares_with_everybody_and_ones_own_come_first(db: Database, agent: Actor, colleague: Actor) -> None:
    with db.write() as session:
        keep(session, agent, "أ للجميع", WAGES, shared=True)
        keep(session, colleague, "ي لي", WAGES)
        with pytest.raises(Forbidden):
            keep(session, colleague, "لي", WAGES, shared=True)
    assert names(db, colleague) == ["ي لي", "أ للجميع"]


def test_a_view_is_dropped_by_its_owner_and_a_shared_one_by_who_may(db: Database, agent: Actor, colleague: Actor) -> None:
    with db.write() as session:
        mine = keep(session, agent, "رواتب", WAGES, shared=True).id or 0
        theirs = keep(session, colleague, "لي", WAGES).id or 0
        for who, view in ((colleague, mine), (agent, theirs), (agent, 999)):
            with pytest.raises(NotFound):
                drop(session, who, view)
        drop(session, colleague, theirs)
        drop(session, agent, mine)
    assert names(db, agent) == names(db, colleague) == []


@pytest.mark.parametrize(
    ("name", "chosen"), [("", WAGES), ("\u202e", WAGES), ("ط" * 61, WAGES), ("فارغة", {}), ("أخرى", {"item": "1"})]
)
def test_a_view_has_a_name_and_asks_for_something(db: Database, agent: Actor, name: str, chosen: dict[str, str]) -> None:
    with db.write() as session, pytest.raises(Invalid):
        keep(session, agent, name, chosen)


def test_nobody_keeps_views_without_end(db: Database, agent: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST", 2)
    with db.write() as session:
        for name in ("1", "2"):
            keep(session, agent, name, WAGES)
        with pytest.raises(Invalid):
            keep(session, agent, "3", WAGES)
        keep(session, agent, "2", {"view": "all"})


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        ({}, Filter(view="open")),
        ({"view": "secret", "due": "soon", "owner": "x"}, Filter(view="open")),
        ({"view": "mine"}, Filter(view="mine", assignee_id=7)),
        ({"view": "mentions"}, Filter(view="mentions", named_id=7)),
        ({"view": "all", "owner": "me", "due": "late"}, Filter(view="all", assignee_id=7, due="late")),
        ({"owner": "12", "state": "answered", "q": "راتب"}, Filter(view="open", assignee_id=12, state="answered", text="راتب")),
        ({"owner": "nobody", "tag": "urgent"}, Filter(view="open", assigned=False, tag="urgent")),
        ({"since": "2026-11-24", "until": "2026-11-24"}, Filter(view="open", since=MIDNIGHT, until=MIDNIGHT + timedelta(days=1))),
        ({"since": "2026-11-24", "until": "tomorrow"}, Filter(view="open", since=MIDNIGHT)),
        ({"since": "0001-01-01", "until": "9999-12-31"}, Filter(view="open")),
    ],
    ids=str,
)
def test_choices_are_the_filter_they_stand_for(chosen: dict[str, str], wanted: Filter) -> None:
    assert filter_of(chosen, 7) == wanted
