"""The list of the inbox: filters from the address, what a row tells at a glance, pages, views of one's own, deeds on several."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.auth import actor_of
from core.clock import now
from core.i18n import t
from core.models import User
from desk import queue, sifting, store
from desk import shown as in_words
from inbox import cases, presence, remarks, saved_views, seen, tagging, undo, work
from inbox.models import Case, Deed, Item
from tests.desk.conftest import parts
from tests.desk.test_pages import PAGE, Token

pytestmark = pytest.mark.usefixtures("ministry")
BULK = "from desk import bulk\nbulk.do({name!r}, {value!r}, {ids!r})"


def shown(token: str, *, held: dict[str, Any] | None = None, **query: str) -> AppTest:
    app = AppTest.from_string(PAGE.format(path="inbox"), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token, "ar"
    for name, value in (held or {}).items():
        app.session_state[name] = value
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, [e.value for e in app.exception]
    return app


def given(app: AppTest, part: str) -> dict[str, Any]:
    """What the component with `part` in its data was given."""
    return next(one for one in parts(app) if part in one)


def names(app: AppTest, ministry: Any) -> set[str]:
    by_id = {id_: name for name, id_ in ministry.items.items()}
    return {by_id[row["id"]] for row in given(app, "rows")["rows"]}


def chips(app: AppTest, item_id: int) -> dict[str, str]:
    row = next(row for row in given(app, "rows")["rows"] if row["id"] == item_id)
    return {chip["label"]: chip.get("title", "") for chip in row["chips"]}


def person(session: Any, ministry: Any, name: str) -> Any:
    return actor_of(session.get_one(User, ministry.users[name]))


def test_an_empty_list_says_what_to_do_next(ministry: Any, token: Token) -> None:
    own = token("staff")
    sought = shown(own, view="all", q="لا وجود لهذه الكلمة")
    assert given(sought, "rows")["labels"]["empty"] == t("desk.inbox.none_fits", "ar")
    assert t("desk.inbox.none_fits_lead", "ar") in " ".join(block.proto.body for block in sought.get("html"))
    done = shown(own, view="hidden")
    assert given(done, "rows")["labels"]["empty"] == t("desk.inbox.nothing", "ar")
    assert t("desk.inbox.none_lead", "ar") in " ".join(block.proto.body for block in done.get("html"))


def test_every_filter_of_the_address_narrows_the_list(ministry: Any, token: Token) -> None:
    own, known = token("staff"), ministry.items
    with store.write() as session:
        staff, manager = person(session, ministry, "staff"), person(session, ministry, "manager")
        work.assign(session, staff, session.get_one(Item, known["idea"]), staff.user_id)
        work.mark(session, staff, session.get_one(Item, known["question"]), "closed")
        tagging.keep(session, manager, "fees", "رسوم", "Fees")
        tagging.put(session, staff, session.get_one(Item, known["mention"]), "fees")
        case = cases.open_case(session, staff, session.get_one(Item, known["english"]), "complaint")
        case.next_due_at = now() - timedelta(hours=1)
        session.add(case)
    assert names(shown(own, view="all", owner="me"), ministry) == {"idea"}
    assert "idea" not in names(shown(own, view="all", owner="nobody"), ministry)
    assert names(shown(own, view="all", owner=str(ministry.users["staff"])), ministry) == {"idea"}
    assert names(shown(own, view="all", state="closed", kind="inquiry"), ministry) == {"question"}
    assert names(shown(own, tag="fees"), ministry) == {"mention"}
    assert names(shown(own, due="late"), ministry) == {"english"}
    assert names(shown(own, view="all", language="en"), ministry) <= {"english", "trap", "mention"}
    assert names(shown(own, view="all", platform="x"), ministry) == set()
    on = given(shown(own, view="all", owner="me", due="late", q="راتب"), "views")["on"]
    assert [one["label"] for one in on] == ["المسؤول: أنا", "الموعد: فات موعده", "بحث: راتب"]


def test_the_days_that_a_figure_leads_to_are_told_above_the_list_and_where_it_is_empty(token: Token) -> None:
    own, first, last = token("staff"), date(2026, 3, 30), date(2026, 4, 2)
    on = given(shown(own, view="all", topic="wages", since=str(first), until=str(last)), "views")["on"]
    told = t("desk.sift.days", "ar", since=in_words.day(first, "ar"), until=in_words.day(last, "ar"))
    assert on[-1] == {"name": "days", "label": told}
    day = shown(own, view="all", since=str(first), until=str(first))
    assert [one["label"] for one in given(day, "views")["on"]] == [t("desk.sift.day", "ar", day=in_words.day(first, "ar"))]
    assert given(day, "rows")["labels"]["empty"] == t("desk.inbox.none_fits", "ar")
    assert given(shown(own, view="all", since="soon"), "views")["on"] == []


def test_the_view_of_what_names_one_stays_when_all_is_read_without_a_number(ministry: Any, token: Token) -> None:
    own = token("staff")
    view = {"name": "mentions", "label": t("view.mentions", "ar")}
    assert given(shown(own), "views")["views"][-1] == {**view, "count": ""}
    with store.write() as session:
        item = session.get_one(Item, ministry.items["wages"])
        remarks.note(session, person(session, ministry, "agent"), item, "انظر", mention=[ministry.users["staff"]])
    assert given(shown(own), "views")["views"][-1] == {**view, "count": "1"}
    with store.write() as session:
        remarks.saw(session, person(session, ministry, "staff"), ministry.items["wages"])
    assert given(shown(own), "views")["views"][-1] == {**view, "count": ""}
    assert names(shown(own, view="mentions"), ministry) == {"wages"}


def test_a_search_understands_the_ways_a_word_is_spelled(ministry: Any, token: Token) -> None:
    own = token("staff")
    for typed in ("راتبى", "رَاتِبي", "راتـــبي", "الشركه", "شركة"):
        assert "wages" in names(shown(own, view="all", q=typed), ministry), typed
    for typed in ("إضافه", "اضافة", "أضافة"):
        assert "idea" in names(shown(own, view="all", q=typed), ministry), typed


def test_a_row_tells_what_is_due_and_why_who_is_at_it_and_how_it_is_marked(ministry: Any, token: Token) -> None:
    known = ministry.items
    with store.write() as session:
        staff, agent = person(session, ministry, "staff"), person(session, ministry, "agent")
        tagging.keep(session, person(session, ministry, "manager"), "fees", "رسوم", "Fees")
        tagging.put(session, staff, session.get_one(Item, known["wages"]), "fees")
        cases.open_case(session, staff, session.get_one(Item, known["english"]), "complaint")
        presence.here(session, agent, known["wages"], presence.REPLYING)
    app = shown(token("staff"), view="all")
    assert {t("desk.list.replying", "ar", name="موظف agent"), "رسوم"} <= set(chips(app, known["wages"]))
    with store.read() as session:
        case = session.exec(select(Case).where(Case.item_id == known["english"])).one()
    why = [title for title in chips(app, known["english"]).values() if title]
    assert case.next_due_at is not None
    assert len(why) == 1
    assert why[0].startswith(t("desk.case.due.first", "ar"))


def test_what_somebody_has_not_opened_is_unread_for_him_alone(ministry: Any, token: Token) -> None:
    wages = ministry.items["wages"]
    with store.write() as session:
        seen.opened(session, person(session, ministry, "staff"), wages)
    unread = {
        who: {row["id"] for row in given(shown(token(who), view="all"), "rows")["rows"] if row["unread"]}
        for who in ("staff", "agent")
    }
    assert unread["agent"] - unread["staff"] == {wages}
    assert ministry.items["p1"] not in unread["agent"]


def test_pages_follow_each_other_and_another_list_begins_at_its_beginning(
    ministry: Any, token: Token, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE", 5)
    own = token("staff")
    first = shown(own, view="all")
    rows, key = given(first, "rows"), first.session_state["inbox_next"]
    assert (len(rows["rows"]), rows["more"], rows["earlier"]) == (5, True, False)
    second = given(shown(own, view="all", after=key), "rows")
    assert second["earlier"] is True
    assert {row["id"] for row in rows["rows"]}.isdisjoint({row["id"] for row in second["rows"]})
    turned = {queue.TRAILS: {(("view", "all"), key): [""]}}
    back = shown(own, held=turned, view="all", after=key)
    assert given(back, "rows")["labels"]["shown"] == t("desk.list.from", "ar", first=6, last=10), "wherever one came back from"
    other = shown(own, held={"inbox_filter": True}, view="all", after=key)
    next(box for box in other.selectbox if box.label == t("desk.inbox.kind", "ar")).select_index(1).run()
    assert "after" not in other.query_params
    assert given(other, "rows")["earlier"] is False
    for wrong in ("x", "9" * 400, "1.2.3", "-1.-1"):
        assert len(given(shown(own, view="all", after=wrong), "rows")["rows"]) == 5


def test_a_view_of_ones_own_stands_among_the_views_and_is_pressed_where_it_is_chosen(ministry: Any, token: Token) -> None:
    with store.write() as session:
        agent = person(session, ministry, "agent")
        kept = saved_views.keep(session, agent, "رواتب", {"view": "all", "topic": "wages"})
        saved_views.keep(
            session, person(session, ministry, "moderator"), "للجميع", {"view": "open", "kind": "inquiry"}, shared=True
        )
    views = given(shown(token("agent"), view="all", topic="wages"), "views")
    assert views["view"] == f"mine:{kept.id}"
    assert [one["label"] for one in views["views"] if one.get("mine")] == ["رواتب", "للجميع"]
    assert given(shown(token("agent"), view="all"), "views")["view"] == "all"
    assert [one["label"] for one in given(shown(token("staff")), "views")["views"] if one.get("mine")] == ["للجميع"]


@pytest.mark.parametrize(("who", "may"), [("agent", True), ("author", False)])
def test_deeds_and_corrections_are_offered_to_whoever_works_on_messages(token: Token, who: str, may: bool) -> None:
    rows = given(shown(token(who)), "rows")
    assert bool(rows["actions"]) is may
    assert bool(rows["corrections"]) is may


def test_one_refusal_among_several_stops_none_and_all_is_taken_back_as_one(ministry: Any, token: Token) -> None:
    known, own = ministry.items, token("agent")
    ids = [known["wages"], known["idea"], known["p1"]]  # our own post has no state to move
    app = AppTest.from_string(BULK.format(name="answered", value="", ids=ids), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = own, "ar"
    app.run()
    assert not app.exception
    tone, text, _ = app.session_state["flash"]
    assert tone == "warn"
    assert text.startswith(t("desk.done.bulk", "ar", n=2, all=3))
    with store.write() as session:
        agent = person(session, ministry, "agent")
        assert [session.get_one(Item, id_).state for id_ in ids] == ["answered", "answered", "none"]
        deed = session.exec(select(Deed)).one()
        assert deed.what == "bulk"
        undo.undo(session, agent, deed.id or 0)
        assert [session.get_one(Item, id_).state for id_ in ids] == ["open", "open", "none"]


@pytest.mark.parametrize(
    ("name", "value", "column"),
    [("give", "staff", "assignee_id"), ("kind", "praise", "kind"), ("give", "nobody", ""), ("snooze", "x", ""), ("sink", "", "")],
)
def test_a_deed_on_several_takes_the_value_that_was_chosen_and_no_other(
    ministry: Any, token: Token, name: str, value: str, column: str
) -> None:
    ids = [ministry.items["wages"], ministry.items["idea"]]
    chosen = str(ministry.users.get(value, value))
    app = AppTest.from_string(BULK.format(name=name, value=chosen, ids=ids), default_timeout=120)
    app.session_state["token"], app.session_state["lang"] = token("agent"), "ar"
    app.run()
    assert not app.exception
    with store.read() as session:
        items = [session.get_one(Item, id_) for id_ in ids]
        if column:
            assert {str(getattr(item, column)) for item in items} == {chosen}
        else:
            assert not session.exec(select(Deed)).all()


def test_every_choice_that_makes_a_list_stands_in_the_address() -> None:
    assert set(sifting.KEPT) == set(saved_views.CHOICES)
