"""Films, carousels and polls on the simulated platforms: waited for while a platform works on them, and there once."""

import json
from dataclasses import replace
from typing import Any

import pytest

from connectors.contract import Poll
from core.actors import WORKER
from core.models import Account
from outbox import media
from outbox.body import Body, MediaFile
from outbox.enqueue import enqueue
from sandbox.graph import facebook
from tests.outbox import mp4
from tests.outbox.platforms import LAST_STEP, WORDS, Open, Street

PLATFORMS = ("facebook", "x", "instagram")
ASK = Poll(("الأحد", "الاثنين"), 1440)


def film(there: Street) -> MediaFile:
    return media.store(mp4.written(there.settings.var_dir / "film.mp4"), there.settings.var_dir, "افتتاح المركز")


def queued(there: Street, *files: MediaFile, poll: Poll | None = None) -> int:
    with there.db.write() as session:
        account = session.get_one(Account, there.account.id)
        body = Body(WORDS, files, poll=poll)
        return enqueue(session, WORKER, kind="post", account=account, body=body, grace_s=10**7).id or 0


@pytest.mark.parametrize("fault", ["", "drop_before", "drop_after", "commit_then_500"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_film_stands_there_once_whatever_happens_at_the_last_step(opened: Open, platform: str, fault: str) -> None:
    there = opened(platform)
    delivery = queued(there, film(there))
    if fault:
        last = r"/v[\d.]+/\d+$" if platform == "facebook" else LAST_STEP[platform, "post"]
        there.fault(fault, last)
    there.settle()
    assert not there.running.world.faults.waiting
    if (platform, fault) == ("x", "drop_before"):
        assert (there.get(delivery).state, there.public()) == ("needs_decision", [])
        return
    (entry,) = there.public()
    assert there.get(delivery).state == "published"
    assert [there.running.world.media[m].kind for m in entry.media] == ["video"]


@pytest.mark.parametrize("told", ["whole", "bare"])
def test_a_films_post_is_known_by_its_whole_id_however_it_is_told(opened: Open, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    story = facebook._story
    if told == "bare":
        monkeypatch.setattr(facebook, "_story", lambda ctx, media: (story(ctx, media) or "").rpartition("_")[2] or None)
    there = opened("facebook")
    delivery = queued(there, film(there))
    there.settle()
    assert [entry.id for entry in there.public()] == [there.get(delivery).external_id]


def test_a_film_that_could_not_be_looked_at_as_it_was_out_is_known_by_its_post(opened: Open) -> None:
    there = opened("facebook")
    delivery = queued(there, film(there))
    there.fault("drop_before", r"/v[\d.]+/\d+$", method="GET")
    there.send()
    assert not there.running.world.faults.waiting
    assert there.get(delivery).state == "uncertain"
    there.settle()
    assert [entry.id for entry in there.public()] == [there.get(delivery).external_id]


def answered(code: int, minutes: int = 0) -> dict[str, Any]:
    """Meta refuses a call; `minutes`: for how long it says that it refuses any."""
    usage = {"1": [{"type": "pages", "call_count": 100, "estimated_time_to_regain_access": minutes}]}
    limited = {"headers": {"x-business-use-case-usage": json.dumps(usage)}} if minutes else {}
    return {"status": 400, "body": {"error": {"message": "", "type": "OAuthException", "code": code}}, **limited}


@pytest.mark.parametrize(
    ("refusal", "times", "known"),
    [
        pytest.param(answered(32, minutes=60), 1, "post", id="limited for an hour"),
        pytest.param(answered(32, minutes=180), 1, "film", id="limited for three hours"),
        pytest.param(answered(100), 10**5, "film", id="never told"),
    ],
)
def test_nobody_is_asked_about_a_film_that_facebook_said_is_out(
    opened: Open, refusal: dict[str, Any], times: int, known: str
) -> None:
    there = opened("facebook")
    delivery = queued(there, film(there))
    there.fault("answer", r"/v[\d.]+/\d+$", method="GET", times=times, **refusal)
    there.send()
    assert there.get(delivery).state == "uncertain"
    for _ in range(70):
        there.reconcile()
        there.hands.forward(minutes=1)
    (entry,) = there.public()
    assert there.get(delivery).state == "published"
    assert there.get(delivery).external_id == {"post": entry.id, "film": entry.media[0]}[known]


@pytest.mark.parametrize("platform", ["x", "instagram"])
def test_a_film_the_platform_still_works_on_is_waited_for(opened: Open, platform: str) -> None:
    there = opened(platform)
    there.running.world.config.media_delay_s = 90
    delivery = queued(there, film(there))
    there.send()
    assert (there.get(delivery).state, there.public()) == ("scheduled", [])
    there.settle()
    assert (there.get(delivery).state, len(there.public())) == ("published", 1)
    brought = there.calls("/finalize") if platform == "x" else there.calls("/media")
    assert brought == 1, "it was brought up once"


@pytest.mark.parametrize("path", ["/initialize$", "/append$", "/finalize$"])
@pytest.mark.parametrize("fault", ["drop_before", "drop_after"])
def test_a_film_cut_off_on_its_way_up_to_x_is_brought_up_again(opened: Open, path: str, fault: str) -> None:
    there = opened("x")
    delivery = queued(there, film(there))
    there.fault(fault, path)
    there.settle()
    assert not there.running.world.faults.waiting
    assert (there.get(delivery).state, len(there.public())) == ("published", 1)


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "commit_then_500"])
def test_a_carousel_of_pictures_and_a_film_is_finished_from_where_it_was_cut(opened: Open, fault: str) -> None:
    there = opened("instagram")
    picture = media.as_jpeg(there.picture, there.settings.var_dir)
    delivery = queued(there, picture, film(there), replace(picture, alt="أخرى"))
    there.fault(fault, r"/media$", after_n=1)
    there.settle()
    assert not there.running.world.faults.waiting
    (entry,) = there.public()
    assert there.get(delivery).state == "published"
    assert [there.running.world.media[m].kind for m in entry.media] == ["photo", "video", "photo"]


@pytest.mark.parametrize("fault", ["", "drop_after", "commit_then_500"])
def test_a_poll_on_x_asks_once(opened: Open, fault: str) -> None:
    there = opened("x")
    delivery = queued(there, poll=ASK)
    if fault:
        there.fault(fault, LAST_STEP["x", "post"])
    there.settle()
    (entry,) = there.public()
    assert (entry.poll, entry.poll_minutes) == (list(ASK.options), ASK.minutes)
    assert (there.get(delivery).state, there.get(delivery).external_id) == ("published", entry.id)


def test_the_same_words_without_the_poll_are_not_taken_for_it(opened: Open) -> None:
    there = opened("x")
    queued(there)
    there.settle(minutes=2)
    there.running.world.config.x_duplicate_filter = False
    delivery = queued(there, poll=ASK)
    there.fault("drop_before", LAST_STEP["x", "post"])
    there.settle()
    assert there.get(delivery).state == "needs_decision", "the earlier post is another"
