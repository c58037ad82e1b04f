"""The contract every platform keeps: one suite, four backends, over a socket."""

from datetime import timedelta

import pytest

from connectors.contract import Finding, Known, Message, Outgoing, Surface
from core.clock import Hands, now, rfc3339
from core.errors import (
    ConfigurationError,
    CursorExpired,
    Disconnected,
    NotPossible,
    PlatformError,
    RateLimited,
    TokenExpired,
    Unavailable,
    Uncertain,
)
from sandbox import acts, day
from sandbox.world import TokenState
from tests.connectors.conftest import Build, House, Kept

FIELDS = ("parent_id", "author", "text", "created_at", "edited", "own")


def known(message: Message) -> Known:
    return Known(
        message.native_id, message.surface, message.parent_id, message.root_id, message.text, message.created_at, message.author_id
    )


def row(message: Message) -> dict[str, object]:
    return {
        "parent_id": message.parent_id,
        "author": message.author_id,
        "text": message.text,
        "created_at": rfc3339(message.created_at.replace(microsecond=0)),
        "edited": message.edited,
        "own": message.own,
    }


def test_a_reading_hears_everything_as_it_was_said(house: House) -> None:
    day.fill(house.world)
    house.world.config.page_size = 7
    house.world.config.repeat_rate = 0.12
    house.world.config.disorder = True
    heard, wanted = house.hear(), house.truth()
    assert heard.keys() == wanted.keys()
    for native_id, said in wanted.items():
        names = [f for f in FIELDS if not (f == "parent_id" and heard[native_id].private)]
        assert {f: row(heard[native_id])[f] for f in names} == {f: said[f] for f in names}


def test_a_second_reading_hears_what_was_said_since(house: House, hands: Hands) -> None:
    post = house.post()
    house.comment(post, "الأول")
    house.hear()
    hands.forward(hours=2)
    later = house.comment(post, "الثاني", "citizen.two")
    answer = house.comment(later, "رد على الثاني", "citizen.three")
    assert {house.id_of(later), house.id_of(answer)} <= house.hear().keys()


def test_a_first_reading_goes_back_only_as_far_as_wanted(house: House, hands: Hands) -> None:
    old = house.post("قديم")
    house.comment(old, "تعليق قديم")
    hands.forward(days=5)
    new = house.post("جديد")
    fresh = house.comment(new, "تعليق جديد")
    floor = now() - timedelta(days=1)
    heard: set[str] = set()
    for stream in house.connector.streams():
        cursor, more = None, True
        while more:
            page = house.connector.fetch(stream, cursor, not_before=floor if cursor is None else None)
            heard |= {m.native_id for m in page.messages}
            cursor, more = page.cursor, page.more
    assert house.id_of(old) not in heard
    assert {house.id_of(new), house.id_of(fresh)} <= heard


def test_an_expired_cursor_is_told_and_reading_begins_again_without_loss(house: House) -> None:
    post = house.post()
    comments = {house.id_of(house.comment(post, f"تعليق {n}", f"citizen.n{n}")) for n in range(9)}
    house.world.config.page_size = 3
    stream = "mentions" if house.platform == "x" else "comments"
    page = house.connector.fetch(stream, None)
    while not (page.messages and page.more):
        page = house.connector.fetch(stream, page.cursor)
    house.world.config.cursor_ttl_s = -1
    with pytest.raises(CursorExpired):
        house.connector.fetch(stream, page.cursor)
    house.world.config.cursor_ttl_s = 3600
    house.cursors[stream] = house.connector.rewind(stream, page.cursor)
    assert {m.native_id for one in house.read(stream) for m in one.messages} >= comments


def test_a_cursor_that_is_not_ours_is_expired_not_obeyed(house: House) -> None:
    stream = house.connector.streams()[0]
    with pytest.raises(CursorExpired):
        house.connector.fetch(stream, "not a cursor")
    assert house.connector.rewind(stream, "not a cursor") is None


def test_posts_whose_comments_were_read_to_their_end_are_named(house: House) -> None:
    if house.platform == "x":
        pytest.skip("X lists no comments beneath a post")
    post = house.post()
    for n in range(5):
        house.comment(post, f"تعليق {n}")
    house.world.config.page_size = 2
    pages = house.read("comments")
    assert [house.id_of(post)] == [i for page in pages for i in page.complete_under]
    assert pages[-1].complete_under == (house.id_of(post),)


def test_looking_up_shows_what_was_deleted_and_leaves_the_rest(house: House) -> None:
    post = house.post()
    gone, stays = house.comment(post, "سأحذفه"), house.comment(post, "سيبقى", "citizen.two")
    heard = house.hear()
    acts.delete(house.world, gone)
    found = {m.native_id: m for m in house.connector.lookup([known(heard[house.id_of(e)]) for e in (gone, stays)])}
    assert found[house.id_of(gone)].deleted
    assert not found[house.id_of(stays)].deleted
    assert found[house.id_of(stays)].text == heard[house.id_of(stays)].text


def test_looking_up_shows_what_was_edited_under_its_first_id(house: House) -> None:
    if house.platform == "instagram":
        pytest.skip("Instagram comments can't be edited")
    post = house.post()
    comment = house.comment(post, "قبل")
    first = house.hear()[house.id_of(comment)]
    acts.edit(house.world, comment, "بعد التعديل")
    (now_said,) = house.connector.lookup([known(first)])
    assert now_said.native_id == first.native_id
    assert "بعد التعديل" in now_said.text


def test_nothing_looks_gone_when_the_token_has_lost_its_rights(house: House) -> None:
    post = house.post()
    heard = house.hear()
    token = next(t for t in house.world.tokens.values() if t.platform == house.platform and t.kind in ("page", "user", "session"))
    for one in house.world.tokens.values():
        one.state = "no_permission"
    assert token.state == "no_permission"
    with pytest.raises(PlatformError):
        house.connector.lookup([known(heard[house.id_of(post)])])


def test_our_own_words_are_known_as_ours(house: House, steps: Kept) -> None:
    post = house.post()
    comment = house.comment(post, "سؤال")
    sent = house.connector.send(house.reply_to(comment, "جواب"), steps)
    heard = house.hear()
    assert heard[sent.native_id].own
    assert heard[house.id_of(post)].own
    assert not heard[house.id_of(comment)].own
    assert heard[sent.native_id].parent_id == house.id_of(comment)


def test_a_private_message_is_private_and_belongs_to_a_conversation(house: House) -> None:
    acts.message(house.world, house.platform, house.citizen(), "رسالة خاصة")
    (message,) = [m for page in house.read("direct") for m in page.messages]
    assert message.private
    assert message.surface is Surface.DIRECT
    assert message.root_id
    assert message.text == "رسالة خاصة"


def test_a_private_message_is_told_as_its_reader_sees_it_and_to_the_second(house: House) -> None:
    acts.message(house.world, house.platform, house.citizen(), "a < b &amp; c & d", created=house.world.clock.now() - 59.875)
    (message,) = [m for page in house.read("direct") for m in page.messages]
    assert message.text == "a < b &amp; c & d"
    assert message.created_at.microsecond == 0


def test_a_private_answer_reaches_the_writer_of_a_comment(house: House, steps: Kept) -> None:
    comment = house.comment(house.post(), "أريد ردًا خاصًا")
    house.hear()
    out = Outgoing("تفضل رقم المعاملة", parent_id=house.id_of(comment), to_author=comment.author, private=True)
    sent = house.connector.send(out, steps)
    (talk,) = house.world.conversations[house.platform].values()
    assert talk.person == comment.author
    assert [m.text for m in talk.messages] == ["تفضل رقم المعاملة"]
    assert sent.native_id in {m.native_id for page in house.read("direct") for m in page.messages if m.own}


def test_a_post_with_a_picture_stands_once_with_its_words(house: House, steps: Kept) -> None:
    sent = house.connector.send(Outgoing("افتتاح مركز جديد", media=(house.image(),)), steps)
    (entry,) = house.own_entries("افتتاح مركز جديد")
    assert house.id_of(entry) == sent.native_id
    assert sent.permalink
    picture = house.world.media[entry.media[0]]
    assert picture.alt == ("وزير يفتتح مركزًا" if house.connector.capabilities.alt_text else "")


def test_a_post_without_a_picture_stands_where_the_platform_takes_one(house: House, steps: Kept) -> None:
    if not house.connector.capabilities.post_text:
        with pytest.raises(PlatformError):
            house.connector.send(Outgoing("نص وحده"), steps)
        return
    sent = house.connector.send(Outgoing("نص وحده"), steps)
    assert [house.id_of(e) for e in house.own_entries("نص وحده")] == [sent.native_id]


WRITES = ("post", "reply")
LOST = ("drop_after", "half_after", "slow_after:0.5", "commit_then_500", "drop_before", "html_502", "5xx")


def outgoing(house: House, kind: str) -> Outgoing:
    if kind == "reply":
        return house.reply_to(house.comment(house.post(), "شكوى"), "شكرًا لتواصلك")
    return Outgoing("إعلان", media=() if house.connector.capabilities.post_text else (house.image(),))


@pytest.mark.parametrize("kind", WRITES)
@pytest.mark.parametrize("fault", LOST)
def test_a_lost_answer_never_makes_two_and_reading_back_settles_it(
    house: House, steps: Kept, kind: str, fault: str, hands: Hands
) -> None:
    out = outgoing(house, kind)
    connector = house.open(read_s=0.2)
    connector.fetch("posts", None)
    sent_at = now()
    house.fault(fault, "POST")
    for _ in range(4):  # what outbox does: send again only when certain or when the step can be finished
        try:
            native_id = connector.send(out, steps).native_id
            break
        except Uncertain:
            hands.forward(seconds=5)
            evidence = connector.find_existing(out, steps, sent_at=sent_at)
            if evidence.sent is not None:
                native_id = evidence.sent.native_id
                break
            assert evidence.finding in (Finding.RESUMABLE, Finding.NOT_FOUND)
            assert house.own_entries(out.text) == []
        except Unavailable:
            hands.forward(seconds=5)
    entries = house.own_entries(out.text)
    assert [house.id_of(e) for e in entries] == [native_id]


@pytest.mark.parametrize("kind", WRITES)
def test_a_copy_that_belongs_to_another_delivery_is_not_adopted(house: House, steps: Kept, kind: str, hands: Hands) -> None:
    if kind == "post" and house.name in ("facebook", "instagram"):
        pytest.skip("a kept step names the one post there")
    out = outgoing(house, kind)
    sent_at = now()
    first = house.connector.send(out, steps).native_id
    hands.forward(seconds=5)
    assert house.connector.find_existing(out, steps, sent_at=sent_at).finding is Finding.FOUND
    seen = house.connector.find_existing(out, steps, sent_at=sent_at, taken=frozenset({first}))
    assert seen.finding is Finding.NOT_FOUND


def test_what_was_said_long_before_is_no_evidence(house: House, steps: Kept, hands: Hands) -> None:
    out = outgoing(house, "reply")
    house.connector.send(out, steps)
    hands.forward(minutes=10)
    assert house.connector.find_existing(out, steps, sent_at=now()).finding is Finding.NOT_FOUND


@pytest.mark.parametrize("fault", ["drop_before", "html_502", "bad_json", "empty_200", "5xx"])
def test_an_unhealthy_reading_is_no_evidence(house: House, steps: Kept, fault: str) -> None:
    out = outgoing(house, "reply")
    house.fault(fault, "GET", times=9)
    with pytest.raises(PlatformError):
        house.connector.find_existing(out, steps, sent_at=now())


@pytest.mark.parametrize("fault", ["drop_before", "html_502", "bad_json", "empty_200", "5xx", "half_after"])
def test_a_failing_read_says_unavailable_and_never_uncertain(house: House, fault: str) -> None:
    house.post()
    house.fault(fault, "GET")
    with pytest.raises(Unavailable):
        house.connector.fetch("posts", None)


@pytest.mark.parametrize("fault", ["429", "429_no_headers", "rate_window"])
def test_a_limit_names_the_hour_when_it_ends_and_nobody_waits(house: House, fault: str) -> None:
    house.fault(fault, "GET")
    before = house.world.recorder.count
    with pytest.raises(RateLimited) as caught:
        house.connector.fetch("posts", None)
    assert timedelta(0) < caught.value.retry_at - now() <= timedelta(hours=25)
    assert house.world.recorder.count == before + 1


@pytest.mark.parametrize("state", ["expired", "revoked"])
def test_a_dead_token_is_told_apart_from_any_other_trouble(house: House, state: TokenState) -> None:
    for token in house.world.tokens.values():
        token.state = state
    with pytest.raises(TokenExpired):
        house.connector.fetch("posts", None)


def test_a_missing_permission_asks_for_a_person(house: House) -> None:
    for token in house.world.tokens.values():
        token.state = "no_permission"
    with pytest.raises(Disconnected):
        house.connector.fetch("posts", None)


@pytest.mark.parametrize("name", ["facebook", "x", "instagram", "instagram:private"])
def test_nobody_there_means_certainly_not_sent(build: Build, name: str, steps: Kept) -> None:
    house = build(name, alone=True)
    out = outgoing(house, "reply")
    house.running.stop()
    with pytest.raises(Unavailable) as caught:
        house.connector.send(out, steps)
    assert caught.value.certain


def test_hiding_is_shown_undone_and_may_be_said_twice(house: House) -> None:
    comment = house.comment(house.post(), "إعلان مزعج")
    native_id = house.id_of(comment)
    if not house.connector.capabilities.hide:
        with pytest.raises(NotPossible):
            house.connector.hide(native_id)
        return
    house.connector.hide(native_id)
    house.connector.hide(native_id)
    assert comment.hidden
    house.connector.unhide(native_id)
    house.connector.unhide(native_id)
    assert not comment.hidden


def test_deleting_what_is_gone_already_is_success(house: House, steps: Kept) -> None:
    comment = house.comment(house.post(), "سؤال")
    sent = house.connector.send(house.reply_to(comment, "جواب خاطئ"), steps)
    house.connector.delete(sent.native_id)
    house.connector.delete(sent.native_id)
    assert house.own_entries("جواب خاطئ") == []


def test_figures_of_our_posts_come_by_our_names_and_missing_posts_are_left_out(house: House) -> None:
    post, gone = house.post(), house.post("آخر")
    acts.delete(house.world, gone)
    (reading,) = house.connector.metrics([house.id_of(post), house.id_of(gone)])
    assert reading.native_id == house.id_of(post)
    assert {"likes", "comments"} <= reading.values.keys()


def test_the_account_tells_who_it_is(house: House) -> None:
    health = house.connector.check()
    assert health.native_id == house.connector.account.partition(":")[2]
    assert health.name
    assert health.missing_scopes == ()


def test_no_error_carries_a_secret(house: House, steps: Kept) -> None:
    secrets = [t.value for t in house.world.tokens.values()] + [t.secret for t in house.world.tokens.values() if t.secret]
    told = []
    for fault in ("drop_before", "half_after", "html_502", "5xx", "401", "429"):
        house.fault(fault, "GET")
        with pytest.raises(PlatformError) as caught:
            house.connector.fetch("posts", None)
        error: BaseException | None = caught.value
        while error is not None:
            told.append(f"{error} {error.args} {vars(error)}")
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    assert not [text for text in told for secret in secrets if secret in text]


def test_the_private_backend_opens_only_where_the_risk_was_accepted(build: Build) -> None:
    with pytest.raises(ConfigurationError):
        build("instagram:private", accepted="0")
