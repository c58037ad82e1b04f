"""What our connectors ask, and what the sandbox answers them, is what the platforms themselves say they take and give."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from connectors.contract import Known, Outgoing, Surface
from core.clock import Hands, now
from core.errors import PlatformError
from sandbox import acts, day
from sandbox.recorder import Record
from sandbox.x.dialect import WORDS
from tests import contract_checks
from tests.connectors.conftest import Build, House, Kept
from tests.sandbox import kinds

pytestmark = pytest.mark.skipif(not contract_checks.available(), reason=contract_checks.MISSING)
NEWER = contract_checks.CONTRACTS / "x-openapi" / "openapi-2.167.json"


@pytest.fixture(params=["x", "facebook", "instagram"])
def work(request: pytest.FixtureRequest, build: Build, hands: Hands) -> House:
    """A backend that has done everything it can do, with every request and answer on record."""
    house = build(request.param)
    house.world.recorder.keep_bodies = True
    _everything(house, hands)
    return house


def _everything(house: House, hands: Hands) -> None:
    day.fill(house.world)
    house.world.config.page_size = 40
    connector, can = house.connector, house.connector.capabilities
    connector.check()
    heard = house.hear()
    hands.forward(minutes=10)
    comment = house.comment(house.post("خبر"), "سؤال")
    if house.platform == "instagram":
        place = acts.mention(house.world, "instagram", house.citizen("owner.one"), "يومي", edge="elsewhere")
        said = acts.comment(house.world, "instagram", house.citizen(), "@ministry.demo انظروا", place.id, edge="mentioned")
        connector.lookup([Known(said.id, Surface.MENTION, place.id, place.id, "", now())])
        connector.send(Outgoing("أهلا", parent_id=said.id, root_id=place.id), Kept())
    house.hear()
    sent_at = now()
    replies = house.reply_to(comment, "جواب")
    private = Outgoing("رد خاص", parent_id=comment.id, to_author=comment.author, private=True)
    pictured = Outgoing("صورة", media=(house.image(),))
    two = Outgoing("صورتان", media=(house.image("الأولى"), house.image("الثانية")))
    film = house.picture.with_suffix(".mp4")
    film.write_bytes(b"\0" * 4000)
    filmed = Outgoing("فيلم", media=(type(house.image())(film, "", "video/mp4", "http://127.0.0.1:8000/media/film.mp4"),))
    for out in (replies, private, pictured, two, filmed, *([Outgoing("نص وحده https://gov.example/1")] if can.post_text else [])):
        steps = Kept()
        sent = connector.send(out, steps)
        connector.find_existing(out, steps, sent_at=sent_at)
        if not out.private and not out.parent_id:
            connector.metrics([sent.native_id])
    house.fault("drop_before", "POST")
    with pytest.raises(PlatformError):
        connector.send(pictured, steps := Kept())
    connector.send(pictured, steps) if house.platform != "x" else None
    connector.hide(comment.id)
    connector.unhide(comment.id)
    connector.lookup([Known(m.native_id, m.surface, m.parent_id, m.root_id, m.text, m.created_at) for m in [*heard.values()][:30]])
    connector.delete(connector.send(house.reply_to(comment, "جواب آخر"), Kept()).native_id)


def problems(house: House) -> Iterator[tuple[str, str, list[str]]]:
    """Each request on record with what the platform's contract says against it or its answer."""
    for record in house.world.recorder.records:
        found = _of_x(record) if house.platform == "x" else _of_graph(house, record)
        yield record.method, record.path, found


def _of_x(record: Record) -> list[str]:
    found = contract_checks.x_request(record.method, record.path, record.params, record.body)
    if record.status is None:
        return found
    return found + contract_checks.x_response(record.method, record.path, record.status, record.answer)


def _of_graph(house: House, record: Record) -> list[str]:
    found = kinds.asked(house.world, record.method, record.path, {**record.params, **(record.body or {})})
    if record.status is None:
        return found
    return found + kinds.answered(house.world, record.method, record.path, record.status, record.answer)


def test_nothing_is_asked_or_answered_that_no_platform_offers(work: House) -> None:
    assert [problem for problem in problems(work) if problem[2]] == []


def test_the_work_on_record_goes_through_every_door_the_connector_has(work: House) -> None:
    methods = {record.method for record in work.world.recorder.records}
    assert {"GET", "POST", "DELETE"} <= methods
    assert len(work.world.recorder.records) > 40


@pytest.mark.parametrize("spoil", ["parameter", "field", "answer"])
def test_one_invented_name_would_be_noticed(work: House, spoil: str) -> None:
    reads = [r for r in work.world.recorder.records if r.method == "GET" and r.status == 200]
    listing = next(r for r in reads if isinstance(r.answer.get("data"), list) and len(r.answer["data"]) > 1 and _checked(work, r))
    name = "tweet.fields" if work.platform == "x" else "fields"
    if spoil == "parameter":
        listing.params["mood"] = "calm"
    elif spoil == "field":
        listing.params[name] = f"{listing.params[name]},mood"
    else:
        listing.answer["data"][-1]["mood"] = "calm"
    assert [found for _, _, found in problems(work) if any("mood" in problem for problem in found)]


def _checked(house: House, record: Record) -> bool:
    return house.platform == "x" or kinds.place(house.world, record.path)[1] in ("published_posts", "media")


def test_what_is_left_unchecked_is_little_and_named() -> None:
    assert len(kinds.UNLISTED) == 5


def _properties(path: Any, name: str) -> set[str]:
    return set(json.loads(path.read_text("utf-8"))["components"]["schemas"][name]["properties"])


def test_the_words_of_both_vocabularies_are_x_own() -> None:
    """Every word the sandbox translates, and the parser reads, stands in the contract of its time."""
    older, newer = (path.read_text("utf-8") for path in (contract_checks.X_SPEC, NEWER))
    for old, new in WORDS.items():
        assert f'"{old}"' in older, old
        assert f'"{new}"' in newer, new


def test_every_renamed_field_of_a_post_is_one_we_read_under_both_names() -> None:
    older, newer = _properties(contract_checks.X_SPEC, "Tweet"), _properties(NEWER, "Post")
    assert {WORDS[gone] for gone in older - newer} == {"edit_history_post_ids", "note_post", "referenced_posts"}
    assert {WORDS[gone] for gone in older - newer} <= newer
