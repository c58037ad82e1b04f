"""What X's plan lets us do and what each thing costs (PLATFORMS 0.5, 3)."""

import json
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from connectors.contract import Known, Outgoing, Surface
from connectors.x import prices, text
from connectors.x.posts import Post, Reader
from core.clock import Hands, now
from core.errors import NotPossible, Unavailable
from sandbox import acts, seed
from tests.connectors.conftest import Build, House, Kept

US, SARA = "100", "200"
#: texts and what each counts, worked out by hand from twitter-text's rules; the desk's JavaScript is held to them too
COUNTS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "x_counts.json").read_text("utf-8"))


def message(raw: dict[str, Any], **reader: Any) -> Any:
    known = {"id": "5", "author_id": SARA, "conversation_id": "5", **raw}
    quotes = reader.pop("quotes_us", False)
    return Reader(f"x:{US}", US, "Ministry", **reader).message(Post(known, {}, {}), quotes_us=quotes)


def named(at: int, who: str = US) -> dict[str, Any]:
    return {"mentions": [{"start": at, "end": at + 9, "username": "Ministry", "id": who}]}


ANSWER = {"referenced_tweets": [{"type": "replied_to", "id": "1"}], "conversation_id": "1"}
TO_US = {**ANSWER, "in_reply_to_user_id": US}
SUMMONS: list[tuple[str, dict[str, Any], bool]] = [
    ("he names us in his own post", {"text": "hey @Ministry", "entities": named(4)}, True),
    ("he names us first", {"text": "@Ministry hey", "entities": named(0)}, True),
    (
        "he names somebody else",
        {"text": "hey @Someone", "entities": {"mentions": [{"start": 4, "id": "7", "username": "Someone"}]}},
        False,
    ),
    ("he names nobody", {"text": "hey"}, False),
    ("our name stands before his answer to us", {"text": "@Ministry hey", "entities": named(0), **TO_US}, False),
    ("he names us again within it", {"text": "@Ministry hey @Ministry", "entities": named(14), **TO_US}, True),
    (
        "X shows where his own words begin",
        {"text": "@Ministry hey", "entities": named(0), "display_text_range": [10, 13], **TO_US},
        False,
    ),
    (
        "he wrote our name there himself",
        {"text": "@Ministry hey", "entities": named(0), "display_text_range": [0, 13], **TO_US},
        True,
    ),
    (
        "our name stands before an answer to another",
        {"text": "@Bob @Ministry hey", "entities": named(5), "display_text_range": [15, 18], **ANSWER, "in_reply_to_user_id": "7"},
        False,
    ),
    (
        "he names us in an answer to another",
        {"text": "@Bob ask @Ministry", "entities": named(9), **ANSWER, "in_reply_to_user_id": "7"},
        True,
    ),
    ("the mention has no id", {"text": "hey @ministry", "entities": {"mentions": [{"start": 4, "username": "ministry"}]}}, True),
]


@pytest.mark.parametrize(("why", "raw", "answerable"), SUMMONS, ids=[row[0] for row in SUMMONS])
def test_an_answer_is_allowed_to_those_who_summoned_us(why: str, raw: dict[str, Any], answerable: bool) -> None:
    can = message(raw).can
    assert can.reply is answerable
    assert can.why_no_reply == ("" if answerable else "not_summoned")
    assert can.reply_privately


def test_a_quote_of_ours_summons_and_a_bare_share_never_does() -> None:
    assert message({"text": "look"}, quotes_us=True).can.reply
    share = message({"text": "RT @Ministry: x", "entities": named(3), "referenced_tweets": [{"type": "retweeted", "id": "1"}]})
    assert share.surface is Surface.SHARE
    assert not share.can.reply


def test_on_the_enterprise_plan_everybody_may_be_answered() -> None:
    assert message({"text": "hey"}, self_serve=False).can.reply


def test_our_own_posts_may_be_answered_and_deleted() -> None:
    can = message({"text": "x", "author_id": US}).can
    assert (can.reply, can.delete, can.hide) == (True, True, False)


def test_what_the_item_says_of_itself_is_what_x_does(build: Build) -> None:
    house = build("x")
    post = house.post()
    with house.world.lock:
        silent = acts.comment(house.world, "x", house.citizen("one"), "بلا اسم", post.id)
        naming = acts.comment(house.world, "x", house.citizen("two"), "يا @MinistryDemo", post.id)
        beside = acts.comment(house.world, "x", house.citizen("three"), "أؤيده", naming.id)
        quoting = acts.post(house.world, "x", "انظروا", author=house.citizen("four"), quoted=post.id)
        calling = acts.post(house.world, "x", "@MinistryDemo أين الرد", author=house.citizen("five"))
    heard = house.hear()
    allowed = {e.id: heard[e.id].can.reply for e in (silent, naming, beside, quoting, calling)}
    assert allowed == {silent.id: False, naming.id: True, beside.id: False, quoting.id: True, calling.id: True}
    for native_id, may in allowed.items():
        out = Outgoing(f"جواب {native_id[-4:]}", parent_id=native_id)
        if may:
            house.connector.send(out, Kept())
        else:
            with pytest.raises(NotPossible) as caught:
                house.connector.send(out, Kept())
            assert caught.value.details["detail"] == "not_summoned"


def test_only_answers_in_conversations_we_began_can_be_hidden(build: Build) -> None:
    house = build("x")
    inside = house.comment(house.post(), "تعليق")
    outside = acts.mention(house.world, "x", house.citizen(), "@MinistryDemo نداء")
    heard = house.hear()
    assert heard[inside.id].can.hide
    assert not heard[outside.id].can.hide


@pytest.mark.parametrize(
    ("said", "reply", "micros"),
    [
        ("خبر", False, 15_000),
        ("خبر", True, 10_000),
        ("خبر https://gov.example/1", False, 200_000),
        ("خبر https://gov.example/1", True, 200_000),
        ("زوروا mohre.gov.ae اليوم", False, 200_000),
        ("زوروا visit.dubai", False, 200_000),
        ("البريد a@gov.ae", False, 15_000),
        ("٣.٥ مليون", False, 15_000),
    ],
)
def test_a_post_costs_what_x_asks_and_a_link_makes_it_dear(said: str, reply: bool, micros: int) -> None:
    assert prices.creating(said, reply=reply) == micros


def test_a_sent_post_names_its_price_which_is_what_it_was_said_to_cost(build: Build) -> None:
    house = build("x")
    comment = house.comment(house.post(), "سؤال")
    said = (
        Outgoing("نص"),
        Outgoing("نص https://gov.example/1"),
        house.reply_to(comment, "جواب"),
        Outgoing("رد خاص", parent_id=comment.id, to_author=comment.author, private=True),
    )
    told = [house.connector.price(out.text, reply=out.parent_id is not None, private=out.private) for out in said]
    assert told == [prices.CREATE, prices.CREATE_WITH_LINK, prices.CREATE_SUMMONED, prices.CREATE_DIRECT]
    assert [house.connector.send(out, Kept()).cost_micros for out in said] == told


def owed(house: House) -> int:
    """The price of all that was read since this was asked before."""
    return house.connector.bill().micros


def test_reading_our_own_lists_is_cheap_and_everything_that_came_is_counted(build: Build) -> None:
    house = build("x")
    for n in range(7):
        house.comment(house.post(f"خبر {n}"), f"تعليق {n}", f"citizen.{n}")
    house.connector.check()
    owed(house)
    house.read("mentions")
    records = [r for r in house.world.recorder.records if r.path.endswith("/mentions")]
    assert len(records) == 1
    bill = house.connector.bill()
    assert (bill.micros, bill.reads, bill.writes) == ((7 + 7) * prices.OWNED, 1, 0)  # seven mentions and their seven writers
    house.read("posts")
    assert owed(house) == (7 + 1) * prices.OWNED


def test_looking_up_whose_conversation_it_is_is_counted_at_its_full_price(build: Build) -> None:
    house = build("x")
    stranger = acts.post(house.world, "x", "حديث", author=house.citizen("host"))
    first = acts.comment(house.world, "x", house.citizen("guest"), "نعم", stranger.id)
    naming = acts.comment(house.world, "x", house.citizen("second"), "وما رأي @MinistryDemo", first.id)
    house.connector.check()
    owed(house)
    (page,) = house.read("mentions")
    assert [m.native_id for m in page.messages] == [naming.id]
    assert [path for _, path in house.calls()].count("/2/tweets") == 1
    assert owed(house) == 2 * prices.OWNED + prices.POST


def test_an_empty_reading_costs_nothing(build: Build, hands: Hands) -> None:
    house = build("x")
    house.connector.check()
    owed(house)
    house.read("mentions")
    bill = house.connector.bill()
    assert (bill.reads, bill.micros, dict(bill.things), dict(bill.shut)) == (1, 0, {}, {})


def test_finding_an_own_post_again_costs_what_reading_it_does_and_tells_what_the_post_cost(build: Build, steps: Kept) -> None:
    house = build("x")
    sent_at = now()
    house.connector.send(Outgoing("خبر"), steps)
    evidence = house.connector.find_existing(Outgoing("خبر"), steps, sent_at=sent_at)
    assert evidence.sent is not None
    assert (owed(house), evidence.sent.cost_micros) == (2 * prices.OWNED, prices.CREATE)


@pytest.mark.parametrize("vector", COUNTS, ids=[vector["what"] for vector in COUNTS])
def test_a_text_is_counted_as_x_counts_it(vector: dict[str, Any]) -> None:
    assert text.count(vector["text"]) == vector["count"]


def test_every_top_level_domain_makes_a_bare_name_a_link() -> None:
    lines = (Path(text.__file__).with_name("tops.txt")).read_text("utf-8").splitlines()
    tops = [top for line in lines if not line.startswith("#") for top in line.split()]
    assert len(tops) == len(set(tops)) > 1_500
    assert [top for top in tops if text.links(f"mohre.{top}") != [(0, 6 + len(top))]] == []
    assert text.links("mohre.zzzz") == []


@pytest.mark.parametrize("said", ["ا.ا" * 2_000, "a." * 3_000, "ب" * 5_000, "http://a.ae/" + "(a" * 2_000])
def test_no_text_takes_long_to_count(said: str) -> None:
    began = perf_counter()
    text.count(said)
    assert perf_counter() - began < 2


def test_a_mention_older_than_the_list_of_eight_hundred_is_searched_for(build: Build, hands: Hands) -> None:
    house = build("x")
    house.connector.check()
    house.read("mentions")
    with house.world.lock:
        said = {
            acts.mention(house.world, "x", house.citizen(f"c{n}"), f"@{seed.X_USERNAME} {n}", created=now().timestamp() + n).id
            for n in range(900)
        }
    hands.forward(seconds=1000)
    heard = {m.native_id for page in house.read("mentions") for m in page.messages}
    assert said <= heard


def test_capabilities_say_what_x_takes(build: Build) -> None:
    house: House = build("x")
    can = house.connector.capabilities
    assert (can.text_limit, can.media_max, can.alt_limit, can.hide) == (280, 4, 1000, True)


def test_look_ups_figures_and_checks_are_billed_once(build: Build) -> None:
    house = build("x")
    posts = [house.post(f"خبر {n}").id for n in range(3)]
    house.connector.check()
    assert [owed(house), owed(house)] == [prices.OWNED, 0]
    house.connector.metrics(posts)
    assert owed(house) == 3 * prices.POST
    heard = house.hear()
    asked = [Known(i, heard[i].surface, None, None, "", heard[i].created_at) for i in posts]
    owed(house)
    house.connector.lookup(asked)
    assert owed(house) == 3 * prices.POST + prices.USER


def test_a_bill_names_each_thing_once_however_often_it_was_read(build: Build) -> None:
    house = build("x")
    post = house.post()
    for _ in range(3):
        house.connector.metrics([post.id])
    bill = house.connector.bill()
    assert (dict(bill.things), bill.reads) == ({f"post:{post.id}": prices.POST}, 3)


def test_what_a_look_up_cost_before_it_failed_is_billed(build: Build) -> None:
    house = build("x")
    posts = [house.post(f"خبر {n}").id for n in range(101)]
    house.fault("5xx", "GET", "/2/tweets$", after_n=1)
    with pytest.raises(Unavailable):
        house.connector.metrics(posts)
    assert owed(house) == 100 * prices.POST


@pytest.mark.parametrize("said", ["خبر", "خبر https://a.ae", "زوروا mohre.gov.ae اليوم", "a://b", "mailto:a@mohre.gov.ae"])
def test_the_price_shown_before_is_the_price_charged(build: Build, steps: Kept, said: str) -> None:
    house = build("x")
    assert house.connector.price(said) == house.connector.send(Outgoing(said), steps).cost_micros
