"""A record of a shape that nobody foresaw stops no other, and no answer of whatever shape leaves a reading as anything but an
error with a name."""

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from connectors import transport
from connectors.contract import Page
from connectors.unread import Unexpected, id_of, onward
from core.errors import PlatformError
from tests.connectors.conftest import House

JUNK: tuple[Any, ...] = (None, 5, "x", [], {}, [1], [None], {"a": 1}, True, -1, 1e300, "\ud800", "a" * 500, "2026-99-99")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place inside a JSON value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inside:
        yield (*path, key)
        yield from places(one, (*path, key))


def put(value: Any, path: tuple[Any, ...], junk: Any) -> None:
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = junk


@pytest.fixture
def spoil(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Any], None]], None]:
    """`spoil(change)`: from now on every answer of the platform is changed on its way."""
    whole = transport._whole

    def by(change: Callable[[Any], None]) -> None:
        def changed(*given: Any) -> bytes:
            body = json.loads(whole(*given))
            change(body)
            return json.dumps(body).encode()

        monkeypatch.setattr(transport, "_whole", changed)

    return by


@pytest.mark.parametrize("seed", range(3))
def test_whatever_shape_an_answer_has_a_reading_ends_with_pages_or_a_platform_error(house: House, spoil: Any, seed: int) -> None:
    for n in range(3):
        house.comment(house.post(f"خبر {n}"), f"سؤال {n}", f"citizen.{n}")
    dice = random.Random(seed)

    def change(body: Any) -> None:
        if every := list(places(body)):
            put(body, dice.choice(every), dice.choice(JUNK))

    spoil(change)
    for _ in range(15):
        connector = house.open()
        for stream in connector.streams():
            cursor = None
            try:
                for _ in range(4):
                    page: Page = connector.fetch(stream, cursor)
                    cursor = page.cursor
                    if not page.more:
                        break
            except PlatformError:
                continue


def test_what_a_platform_tells_as_it_documents_it_is_all_read(house: House) -> None:
    house.comment(house.comment(house.post(), "سؤال"), "جواب", "citizen.two")
    assert [page.unread for stream in house.connector.streams() for page in house.read(stream) if page.unread] == []


@pytest.mark.parametrize("junk", ["\ud800", {"a": 1}, [], "a b", "9" * 400])
def test_a_record_without_an_id_is_set_aside_and_the_others_are_read(house: House, spoil: Any, junk: Any) -> None:
    posts = [house.id_of(house.post(f"خبر {n}")) for n in range(3)]
    name = "pk" if house.name == "instagram:private" else "id"

    def change(body: Any) -> None:
        rows = body.get("items" if name == "pk" else "data")
        if isinstance(rows, list) and len(rows) == 3:
            rows[1] = {**rows[1], name: junk, **({"id": junk} if name == "pk" else {})}

    spoil(change)
    pages = house.read("posts")
    assert {m.native_id for page in pages for m in page.messages} < set(posts)
    assert sum(len(page.messages) for page in pages) == 2
    assert sum(len(page.unread) for page in pages) == (0 if name == "pk" and junk == [] else 1)


@pytest.mark.parametrize("junk", [5, True, 1e300, "x", {"a": 1}, [None]])
@pytest.mark.parametrize("where", ["entities", "attachments", "referenced_tweets", "note_tweet", "edit_history_tweet_ids"])
def test_on_x_a_post_with_one_odd_part_is_read_without_it(build: Any, spoil: Any, where: str, junk: Any) -> None:
    house: House = build("x")
    post = house.post()
    spoil(lambda body: [row.update({where: junk}) for row in body.get("data") or () if isinstance(row, dict)])
    assert [m.native_id for page in house.read("posts") for m in page.messages] == [post.id]


@pytest.mark.parametrize("junk", ["\ud800", {"a": 1}, [1], 1e300])
def test_a_place_to_go_on_from_that_is_none_is_never_kept_as_a_cursor(build: Any, spoil: Any, junk: Any) -> None:
    house: House = build("x")
    house.post()
    spoil(lambda body: body.get("meta") and body["meta"].update(next_token=junk))
    with pytest.raises(Unexpected):
        house.connector.fetch("posts", None)


def test_ids_and_places_are_plain_text() -> None:
    assert (id_of(7), id_of("1_2"), onward("a=", ""), onward(None, ""), onward(7, "")) == ("7", "1_2", "a=", None, "7")
    for junk in (True, None, "", 1.5, "é"):
        with pytest.raises(ValueError, match="no id"):
            id_of(junk)
