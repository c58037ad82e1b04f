"""Every known defect of tweepy (PLATFORMS 1.1): none of them can bite."""

import threading
import time
import warnings
from typing import Any

import pytest

from connectors.contract import Finding, Known, Message, Outgoing
from core.clock import Hands, now
from core.errors import PlatformError, RateLimited, Rejected, Unavailable, Uncertain
from sandbox import acts, seed
from tests.connectors.conftest import Build, House, Kept

MINE = f"/2/users/{seed.X_USER_ID}/tweets"


@pytest.fixture
def house(build: Build) -> House:
    return build("x")


def answered(house: House, *rows: dict[str, Any]) -> tuple[Message, ...]:
    """What is heard where X lists these records as our posts."""
    house.fault("answer", "GET", f"{MINE}$", status=200, body={"data": list(rows), "meta": {"result_count": len(rows)}})
    return house.connector.fetch("posts", None).messages


@pytest.mark.parametrize("kind", ["429_no_headers", "429"])
def test_a_a_limit_is_neither_slept_through_nor_run_against_a_thousand_times(house: House, kind: str) -> None:
    house.fault(kind, "GET", times=2000)
    begun = time.monotonic()
    with pytest.raises(RateLimited) as caught:
        house.connector.fetch("posts", None)
    assert time.monotonic() - begun < 2
    assert caught.value.retry_at > now()
    assert len(house.calls()) == 1


@pytest.mark.parametrize("body", [[{"code": 34}], {"errors": None}, {"errors": "x"}, {"errors": [None]}, "oops", None, 7])
@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_b_an_error_body_of_any_shape_is_a_platform_error(house: House, steps: Kept, status: int, body: object) -> None:
    for method in ("GET", "POST"):
        house.fault("answer", method, status=status, body=body)
    with pytest.raises(PlatformError):
        house.connector.fetch("posts", None)
    with pytest.raises(PlatformError):
        house.connector.send(Outgoing("خبر"), steps)


def test_c_an_id_stays_text_and_a_missing_history_warns_nobody(house: House) -> None:
    big = "9223372036854775807"
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (message,) = answered(house, {"id": big, "text": "x", "author_id": seed.X_USER_ID})
    assert message.native_id == big
    assert not message.edited


def test_c_a_record_that_is_no_post_is_left_out_and_the_rest_is_heard(house: House) -> None:
    good = {"id": "19", "text": "x", "created_at": "yesterday", "entities": {"mentions": [None, {"start": "0"}], "urls": [3]}}
    strangers: list[Any] = [{"text": "no id"}, {"id": None}, {"id": ""}]
    assert [m.native_id for m in answered(house, *strangers, good)] == ["19"]


def test_d_two_things_done_at_once_keep_their_own_credentials(house: House) -> None:
    comments = [house.comment(house.post(f"خبر {n}"), f"تعليق {n}", f"citizen.{n}") for n in range(4)]
    failed: list[BaseException] = []

    def work(n: int) -> None:
        try:
            for _ in range(3):
                house.connector.hide(comments[n].id)
                house.connector.fetch("mentions", None)
        except PlatformError as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert all(c.hidden for c in comments)
    assert {r.auth for r in house.world.recorder.records} == {"oauth1"}


def test_e_the_newer_vocabulary_is_heard_too_and_no_expansion_is_asked_for_that_it_lacks(house: House) -> None:
    post = house.post()
    quote = acts.post(house.world, "x", "رأيي", author=house.citizen(), quoted=post.id)
    comment = house.comment(post, "سؤال")
    older = house.hear()
    house.cursors.clear()
    house.world.config.x_dialect = "post"
    assert house.hear() == older
    assert older[comment.id].parent_id == post.id
    assert older[quote.id].quoted_id == post.id
    assert not [r for r in house.world.recorder.records if "referenced_tweets" in str(r.params.get("expansions"))]


def test_a_missing_post_beside_the_data_is_a_tombstone_and_no_exception(house: House) -> None:
    gone, there = house.post("سيحذف"), house.post("باق")
    acts.delete(house.world, gone)
    known = [_known(m) for m in house.hear().values()]
    everything = [*known, Known(gone.id, known[0].surface, None, None, "سيحذف", now())]
    found = {m.native_id: m.deleted for m in house.connector.lookup(everything)}
    assert found == {gone.id: True, there.id: False}


def _known(message: Message) -> Known:
    return Known(message.native_id, message.surface, message.parent_id, message.root_id, message.text, message.created_at)


@pytest.mark.parametrize(
    ("call", "wrong"),
    [
        ("hide", {"data": {"hidden": False}}),
        ("hide", {"data": {}}),
        ("hide", {"errors": [{"title": "x"}]}),
        ("delete", {"data": {}}),
    ],
)
def test_a_success_that_says_nothing_was_done_is_none(house: House, call: str, wrong: object) -> None:
    comment = house.comment(house.post(), "تعليق")
    house.fault("answer", "PUT" if call == "hide" else "DELETE", status=200, body=wrong)
    with pytest.raises(Uncertain):
        getattr(house.connector, call)(comment.id)


@pytest.mark.parametrize("path", ["upload$", "metadata$"])
@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": {}}, {"errors": [{"title": "x"}]}])
def test_an_upload_without_an_id_posts_nothing(house: House, steps: Kept, path: str, body: object) -> None:
    house.fault("answer", "POST", f"/2/media/{path}", status=200, body=body)
    out = Outgoing("صورة", media=(house.image(),))
    with pytest.raises(Unavailable):  # nothing visible was made: safe to try again
        house.connector.send(out, steps)
    assert house.own_entries("صورة") == []
    house.connector.send(out, steps)
    (entry,) = house.own_entries("صورة")
    assert house.world.media[entry.media[0]].alt == "وزير يفتتح مركزًا"


def test_the_upload_of_v1_is_not_needed(house: House, steps: Kept) -> None:
    house.world.config.x_v1_upload = False
    house.connector.send(Outgoing("صورة", media=(house.image(),)), steps)
    assert {r.host for r in house.world.recorder.records} == {"api.twitter.com"}
    assert not [path for _, path in house.calls() if path.startswith("/1.1/")]


def test_a_film_is_waited_for_by_sending_again_and_never_in_our_sleep(house: House, steps: Kept, hands: Hands) -> None:
    house.world.config.media_delay_s = 30
    film = house.picture.with_suffix(".mp4")
    film.write_bytes(b"\0" * 2_500_000)
    out = Outgoing("فيلم", media=(type(house.image())(film, "", "video/mp4"),))
    begun = time.monotonic()
    with pytest.raises(Unavailable):
        house.connector.send(out, steps)
    assert time.monotonic() - begun < 5
    hands.forward(seconds=31)
    house.connector.send(out, steps)
    assert len(house.own_entries("فيلم")) == 1
    assert [path for _, path in house.calls()].count("/2/media/upload/initialize") == 1


def test_a_twin_refused_by_x_is_looked_for_and_adopted_not_forced_through(house: House, steps: Kept, hands: Hands) -> None:
    sent_at = now()
    house.fault("drop_after", "POST")
    with pytest.raises(Uncertain):
        house.connector.send(Outgoing("خبر"), steps)
    with pytest.raises(Uncertain) as caught:
        house.connector.send(Outgoing("خبر"), steps)
    assert caught.value.details["detail"] == "duplicate"
    evidence = house.connector.find_existing(Outgoing("خبر"), steps, sent_at=sent_at)
    (entry,) = house.own_entries("خبر")
    assert evidence.sent is not None
    assert evidence.sent.native_id == entry.id
    assert entry.text == "خبر"


def test_an_unknown_post_that_is_not_shown_yet_is_not_found_and_never_ours_to_resend(
    house: House, steps: Kept, hands: Hands
) -> None:
    house.world.config.visible_delay_s = 900
    house.world.config.x_duplicate_filter = False
    sent_at = now()
    house.fault("drop_after", "POST")
    with pytest.raises(Uncertain):
        house.connector.send(Outgoing("خبر"), steps)
    hands.forward(minutes=10)
    assert house.connector.find_existing(Outgoing("خبر"), steps, sent_at=sent_at).finding is Finding.NOT_FOUND
    hands.forward(minutes=6)
    assert house.connector.find_existing(Outgoing("خبر"), steps, sent_at=sent_at).finding is Finding.FOUND


def test_the_headers_it_hides_are_kept(house: House) -> None:
    assert house.connector.check().scopes == ("read-write-directmessages",)


def test_a_text_too_long_is_refused_before_it_is_sent(house: House, steps: Kept) -> None:
    with pytest.raises(Rejected):
        house.connector.send(Outgoing("ا" * 281), steps)
    assert house.calls() == []


def test_a_healthy_list_needs_its_list(house: House) -> None:
    house.fault("answer", "GET", status=200, body={"data": {"id": "1"}})
    with pytest.raises(Unavailable):
        house.connector.fetch("posts", None)


def test_the_app_alone_reads_but_does_not_write(build: Build, steps: Kept) -> None:
    house = build("x")
    house.post("خبر")
    reader = house.open(api_key="", access_token="")
    assert [m.text for m in reader.fetch("posts", None).messages] == ["خبر"]
    assert {r.auth for r in house.world.recorder.records} == {"bearer"}
    with pytest.raises(PlatformError):
        reader.send(Outgoing("خبر"), steps)
    assert "direct" not in reader.streams()
