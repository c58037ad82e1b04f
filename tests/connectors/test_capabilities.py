"""What each platform can do, as a whole and to one item, is said before it is tried and is what happens."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors import CONNECTORS, platform_of
from connectors.contract import Finding, Outgoing
from core.clock import Hands, now
from core.errors import NotPossible, PlatformError, Rejected, Unavailable, Uncertain, Unfetched
from core.i18n import ROOT
from sandbox import acts
from tests.connectors.conftest import BACKENDS, Build, House, Kept

TABLE: dict[str, tuple[object, ...]] = {
    # text alone, alt text, its characters, pictures, length, in private, in bytes, private answer, hide, needs a public address
    "facebook": (True, True, 1_000, 10, 63_206, 2_000, False, True, True, False),
    "x": (True, True, 1_000, 4, 280, 10_000, False, True, True, False),
    "instagram": (False, True, 1_000, 10, 2_200, 1_000, True, True, True, True),
    "instagram:private": (False, False, 0, 1, 2_200, 0, False, True, False, False),
}


def test_every_platform_of_the_registry_passes_through_the_contract_suite() -> None:
    assert set(BACKENDS) == {name for name, line in CONNECTORS.items() if line.public} == set(TABLE)


def test_the_registry_alone_loads_no_client() -> None:
    code = "import sys, connectors; assert not {'tweepy', 'facebook', 'instagrapi'} & set(sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_a_backend_is_found_by_its_platform_and_name() -> None:
    assert platform_of("instagram", "private").backend == "private"
    assert platform_of("instagram").backend == "graph"
    with pytest.raises(KeyError):
        platform_of("television")


def test_the_capabilities_are_those_of_the_table(house: House) -> None:
    can = house.connector.capabilities
    alt = (can.alt_text, can.alt_limit)
    limits = (can.text_limit, can.direct_limit, can.counts_bytes)
    said = (can.post_text, *alt, can.media_max, *limits, can.reply_private, can.hide, can.needs_public_media)
    assert said == TABLE[house.name]
    assert can.direct
    assert can.delete


def test_words_for_a_picture_of_the_full_length_are_taken(house: House, steps: Kept) -> None:
    can = house.connector.capabilities
    if can.alt_limit:
        picture = replace(house.image(), alt="ب" * can.alt_limit)
        house.connector.send(Outgoing("خبر", media=(picture,)), steps)
    assert bool(can.alt_limit) is can.alt_text


def test_a_text_of_the_full_length_is_taken_and_one_letter_more_is_refused_here(house: House) -> None:
    limit = house.connector.capabilities.text_limit
    comment = house.comment(house.post(), "سؤال")
    full, over = house.reply_to(comment, "ب" * limit), house.reply_to(comment, "ت" * (limit + 1))
    assert house.connector.count_text(full.text) == limit
    house.connector.send(full, Kept())
    if house.platform == "facebook":
        return  # its limit is so high that the platform itself may say no
    before = [method for method, _ in house.calls()].count("POST")
    with pytest.raises(Rejected):
        house.connector.send(over, Kept())
    assert [method for method, _ in house.calls()].count("POST") == before


def test_more_pictures_than_the_platform_takes_are_refused_before_any_is_sent(house: House, steps: Kept) -> None:
    if house.platform == "facebook":
        pytest.skip("Facebook takes as many as anybody sends")
    many = tuple(house.image() for _ in range(house.connector.capabilities.media_max + 1))
    with pytest.raises(Rejected):
        house.connector.send(Outgoing("صور", media=many), steps)
    assert "POST" not in {method for method, _ in house.calls()}


def test_a_picture_in_an_answer_is_refused_where_the_platform_has_none(house: House, steps: Kept) -> None:
    comment = house.comment(house.post(), "سؤال")
    out = Outgoing("جواب", media=(house.image(),), parent_id=house.id_of(comment), root_id=comment.root)
    if house.platform == "x":
        house.connector.send(out, steps)
        return
    with pytest.raises(NotPossible):
        house.connector.send(out, steps)


def test_an_item_says_what_may_be_done_to_it(house: House, steps: Kept) -> None:
    comment = house.comment(house.post(), "سؤال")
    ours = house.connector.send(house.reply_to(comment, "جواب"), steps)
    heard = house.hear()
    theirs, own = heard[house.id_of(comment)].can, heard[ours.native_id].can
    assert theirs.reply
    assert theirs.reply_privately
    assert theirs.hide is house.connector.capabilities.hide
    assert own.delete
    assert not own.hide
    assert not own.reply_privately


@pytest.mark.parametrize("name", ["facebook", "instagram"])
def test_a_private_answer_is_offered_for_seven_days_and_once(build: Build, hands: Hands, steps: Kept, name: str) -> None:
    house = build(name)
    comment = house.comment(house.post(), "سؤال")
    assert house.hear()[comment.id].can.reply_privately
    hands.forward(days=7, seconds=1)
    house.cursors.clear()
    assert not house.hear()[comment.id].can.reply_privately
    out = Outgoing("رد خاص", parent_id=comment.id, to_author=comment.author, private=True)
    with pytest.raises(PlatformError):
        house.connector.send(out, steps)


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_a_comment_of_meta_says_whether_it_is_hidden_and_whether_it_shows_again(build: Build, platform: str) -> None:
    house = build(platform)
    comment = house.comment(house.post(), "سؤال")
    for hidden in (False, True, False):
        acts.hide(house.world, comment, hidden)
        house.cursors.clear()
        assert house.hear()[comment.id].hidden is hidden


def test_a_hidden_comment_of_instagram_takes_no_answer_and_says_why(build: Build) -> None:
    house = build("instagram")
    comment = house.comment(house.post(), "سؤال")
    acts.hide(house.world, comment, True)
    can = house.hear()[comment.id].can
    assert (can.reply, can.why_no_reply) == (False, "hidden")


def test_a_private_answer_given_by_a_lost_call_is_known_as_ours_the_second_time(build: Build, hands: Hands) -> None:
    for name in ("facebook", "instagram"):
        house, steps = build(name), Kept()
        comment = house.comment(house.post(), "سؤال")
        out = Outgoing("رد خاص", parent_id=comment.id, to_author=comment.author, private=True)
        house.fault("drop_after", "POST")
        with pytest.raises(PlatformError):
            house.connector.send(out, steps)
        hands.forward(minutes=1)
        sent = house.connector.send(out, steps)  # the platform says: already answered; ours is found and adopted
        (talk,) = house.world.conversations[house.platform].values()
        assert [m.id for m in talk.messages] == [sent.native_id]


def test_a_container_that_expired_is_made_anew(build: Build, hands: Hands, steps: Kept) -> None:
    house = build("instagram")
    house.fault("5xx", "POST", "media_publish")
    out = Outgoing("خبر", media=(house.image(),))
    with pytest.raises(PlatformError):
        house.connector.send(out, steps)
    first = steps.values["container"]
    hands.at += timedelta(hours=25)
    house.connector.send(out, steps)
    assert steps.values["container"] != first
    assert len(house.own_entries("خبر")) == 1


def waiting_for_the_second(house: House, steps: Kept) -> Outgoing:
    """A post of two pictures, the second of which Instagram still looks at."""
    unready = {"error": {"message": "Media ID is not available", "code": 9007, "error_subcode": 2207027}}
    house.fault("answer", "POST", "/media$", after_n=2, status=400, body=unready)
    out = Outgoing("خبر", media=(house.image(), house.image()))
    with pytest.raises(Unavailable):
        house.connector.send(out, steps)
    return out


def test_a_picture_of_several_that_instagram_could_not_take_ends_the_post_as_a_single_one_does(build: Build, steps: Kept) -> None:
    house = build("instagram")
    out = waiting_for_the_second(house, steps)
    house.world.containers[steps.values["child:1"]].failed = 2207026
    with pytest.raises(Rejected) as caught:
        house.connector.send(out, steps)
    assert caught.value.details["detail"] == "container_error"


def test_a_container_whose_picture_instagram_could_not_fetch_is_made_anew(build: Build, steps: Kept) -> None:
    house = build("instagram")
    house.fault("5xx", "POST", "media_publish")
    out = Outgoing("خبر", media=(house.image(),))
    with pytest.raises(Uncertain):
        house.connector.send(out, steps)
    house.world.containers[steps.values["container"]].failed = 2207052
    assert house.connector.find_existing(out, steps, sent_at=now()).finding is Finding.RESUMABLE
    with pytest.raises(Unfetched):
        house.connector.send(out, steps)
    house.connector.send(out, steps)
    assert len(house.own_entries("خبر")) == 1


def test_a_picture_of_several_that_instagram_could_not_fetch_is_brought_up_anew(build: Build, steps: Kept) -> None:
    house = build("instagram")
    out = waiting_for_the_second(house, steps)
    house.world.containers[steps.values["child:1"]].failed = 2207052
    with pytest.raises(Unfetched):
        house.connector.send(out, steps)
    house.connector.send(out, steps)
    assert len(house.own_entries("خبر")) == 1


def test_a_post_of_x_whose_pictures_are_not_all_there_was_never_asked_for(build: Build, steps: Kept) -> None:
    house = build("x")
    out = Outgoing("خبر", media=(house.image(), house.image()))
    house.fault("5xx", "POST", "/2/media/upload$", after_n=1)
    with pytest.raises(Unavailable):
        house.connector.send(out, steps)
    assert house.connector.find_existing(out, steps, sent_at=now()).finding is Finding.RESUMABLE
    house.fault("5xx", "POST", "/2/tweets$")
    with pytest.raises(Uncertain):
        house.connector.send(out, steps)
    assert house.connector.find_existing(out, steps, sent_at=now()).finding is Finding.NOT_FOUND


def test_the_days_posts_of_instagram_are_counted_before_one_more_is_made(build: Build, steps: Kept) -> None:
    house = build("instagram")
    house.world.config.instagram_quota = 1
    house.connector.send(Outgoing("الأول", media=(house.image(),)), Kept())
    with pytest.raises(PlatformError) as caught:
        house.connector.send(Outgoing("الثاني", media=(house.image(),)), steps)
    assert caught.value.code == "rate_limited"
    assert steps.values == {}


def test_while_many_are_left_the_days_posts_of_instagram_are_not_asked_for_each_time(build: Build) -> None:
    house = build("instagram")
    house.world.config.instagram_quota = 70
    for n in range(6):  # one in 32 of 70, of 67 and of 64 without asking: two after each question
        house.connector.send(Outgoing(f"خبر {n}", media=(house.image(),)), Kept())
    asked = [one for one in house.world.recorder.records if one.path.endswith("/content_publishing_limit")]
    assert len(asked) == 2
