"""Whatever happens while a stream is read, every page of it is heard in the end, and what was heard is not asked for again."""

from datetime import timedelta

import pytest

from core.clock import Hands
from core.errors import CursorExpired, Unavailable
from sandbox import acts, storm
from tests.connectors.conftest import Build, House

SAID = {"n": 70, "posts": 3, "hours": 20.0, "messages": 0.12, "quotes": 0.1, "duplicates": 0.2, "faults": False, "crowd": 9}
STRIKES = 12


@pytest.fixture
def talk(house: House, hands: Hands) -> House:
    """A house in whose account much was said, listed in small pages that overlap and are out of order."""
    with house.world.lock:
        storm.brew(house.world, {**SAID, "platforms": [house.platform]})
        house.world.config.page_size = 6
    hands.forward(seconds=1)
    return house


def trouble(house: House, kind: str, phase: int, times: int = STRIKES) -> None:
    """Make about every third read of the house go wrong, beginning with the `phase`-th."""
    for n in range(times):
        house.fault(kind, "GET", after_n=phase + 2 * n)


@pytest.mark.parametrize("phase", [0, 1, 2])
@pytest.mark.parametrize("kind", ["5xx", "half_after", "html_502", "429", "answer"])
def test_pages_that_fail_are_heard_in_the_end(talk: House, hands: Hands, kind: str, phase: int) -> None:
    house = talk
    if kind == "answer":  # a success that is none: a list answer without its list
        for n in range(STRIKES):
            house.fault(kind, "GET", after_n=phase + 2 * n, status=200, body={"status": "ok"})
    else:
        trouble(house, kind, phase)
    heard = {m.native_id for stream in house.connector.streams() for p in house.persist(stream, hands) for m in p.messages}
    assert house.truth().keys() <= heard


@pytest.mark.parametrize("phase", [0, 1, 2, 3])
def test_cursors_that_expire_lose_nothing(talk: House, hands: Hands, phase: int) -> None:
    trouble(talk, "expired_cursor", phase, times=5)
    heard = {m.native_id for stream in talk.connector.streams() for p in talk.persist(stream, hands) for m in p.messages}
    assert talk.truth().keys() <= heard


def test_another_process_goes_on_where_one_was_killed(talk: House, hands: Hands) -> None:
    heard = {m.native_id for s in talk.connector.streams() for p in talk.persist(s, hands, afresh=True) for m in p.messages}
    assert talk.truth().keys() <= heard


def test_what_is_said_while_we_read_is_heard_by_the_next_reading_at_the_latest(talk: House, hands: Hands) -> None:
    house = talk
    post = next(e for _, e in house.world.shelf(house.platform, "posts").newest_first())
    heard: dict[str, str] = {}
    for reading in range(2):
        for stream in house.connector.streams():
            n, more = 0, True
            while more:
                page = house.connector.fetch(stream, house.cursors.get(stream))
                house.cursors[stream], more = page.cursor, page.more
                heard |= {m.native_id: m.text for m in page.messages}
                if reading == 0 and n < 4:
                    n += 1
                    hands.forward(seconds=2)
                    house.comment(post, f"أثناء القراءة {stream} {n}", f"passer.by{n}")
                    with house.world.lock:
                        acts.message(house.world, house.platform, house.citizen(f"writer.{n}"), f"رسالة {stream} {n}")
        hands.forward(minutes=1)
    assert house.truth().keys() <= heard.keys()


def test_a_page_that_fails_is_asked_for_again_and_the_pages_before_it_are_not(talk: House) -> None:
    house = talk
    house.world.config.repeat_rate = 0.0
    stream = "posts" if house.platform != "x" else "mentions"
    if stream == "posts":
        for n in range(20):
            house.post(f"خبر {n}")
    first = house.connector.fetch(stream, None)
    second = house.connector.fetch(stream, first.cursor)
    house.fault("drop_before", "GET")
    with pytest.raises(Unavailable):
        house.connector.fetch(stream, second.cursor)
    third = house.connector.fetch(stream, second.cursor)
    ids = [[m.native_id for m in page.messages] for page in (first, second, third)]
    assert all(ids)
    assert len({i for page in ids for i in page}) == sum(map(len, ids))


def test_an_expired_position_keeps_the_watermark_of_the_last_finished_reading(build: Build, hands: Hands) -> None:
    house = build("x")
    house.world.config.page_size = 5
    for n in range(12):
        house.comment(house.post(f"خبر {n}"), f"قديم {n}")
    hands.forward(hours=1)
    last = house.comment(house.post("خبر"), "آخر القديم")
    house.read("mentions")
    hands.forward(hours=3)
    post = house.post("جديد")
    fresh = {house.comment(post, f"جديد {n}", f"new.{n}").id for n in range(12)}
    page = house.connector.fetch("mentions", house.cursors["mentions"])
    house.fault("expired_cursor", "GET")
    with pytest.raises(CursorExpired):
        house.connector.fetch("mentions", page.cursor)
    house.cursors["mentions"] = house.connector.rewind("mentions", page.cursor)
    heard = {m.native_id for page in house.read("mentions") for m in page.messages}
    assert heard == fresh | {last.id}  # the last one stands in the overlap; the others are not paid for again


@pytest.mark.parametrize("name", ["facebook", "instagram", "instagram:private"])
def test_a_comment_taken_back_and_another_written_beneath_an_old_post_is_heard_within_a_week(
    build: Build, hands: Hands, name: str
) -> None:
    house = build(name)
    post = house.post("خبر قديم")
    first = house.comment(post, "الأول")
    hands.forward(days=40)
    house.hear()
    acts.delete(house.world, first)
    second = house.comment(post, "الثاني", "citizen.two")
    heard: set[str] = set()
    for _ in range(8):
        heard |= house.hear().keys()
        hands.forward(days=1)
    assert house.id_of(second) in heard


@pytest.mark.parametrize("name", ["facebook", "instagram", "instagram:private"])
def test_an_old_post_beneath_which_nothing_happens_is_not_read_each_time(build: Build, hands: Hands, name: str) -> None:
    house = build(name)
    house.comment(house.post("خبر قديم"), "تعليق")
    hands.forward(days=40)
    house.hear()
    before = len([path for _, path in house.calls() if "comments" in path])
    for _ in range(5):
        house.hear()
        hands.forward(minutes=2)
    assert len([path for _, path in house.calls() if "comments" in path]) - before <= 1


def test_the_first_reading_of_x_keeps_its_beginning_through_all_its_pages(build: Build, hands: Hands) -> None:
    house = build("x")
    house.world.config.page_size = 5
    root = house.post("خبر")
    old = {house.comment(root, f"قديم {n}", f"old.{n}").id for n in range(12)}
    hands.forward(days=3)
    floor = hands.at - timedelta(days=1)
    new = {house.comment(root, f"جديد {n}", f"new.{n}").id for n in range(12)}
    heard: set[str] = set()
    for stream in house.connector.streams():
        cursor, more = None, True
        while more:
            page = house.open().fetch(stream, cursor, not_before=floor if cursor is None else None)
            heard |= {m.native_id for m in page.messages}
            cursor, more = page.cursor, page.more
    assert new <= heard
    assert not old & heard
