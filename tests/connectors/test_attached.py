"""What hangs from a message beside its words: told by every list, single read and webhook, and by no address."""

import json
import re
from typing import Any, get_args

import pytest

from connectors import webhooks
from connectors.attached import Attachment, Kind
from connectors.contract import Known, Message, Surface
from connectors.meta import attached as of_meta
from connectors.mobile import attached as of_mobile
from connectors.mobile.messages import direct
from connectors.x.attached import of_keys
from core.clock import now
from sandbox import acts, seed
from sandbox.entries import Entry, Hung
from tests.connectors.conftest import Build, House
from tests.connectors.test_contract import known
from tests.connectors.test_webhooks import COMMENT, message, meta, only
from tests.connectors.wire import bare, plainly

ALT = "لافتة أمام المصنع"
#: what a citizen brings -> what it is
SORTS = {
    "photo": Kind.IMAGE, "gif": Kind.IMAGE, "video": Kind.VIDEO, "sticker": Kind.STICKER, "audio": Kind.AUDIO, "file": Kind.FILE,
    "link": Kind.LINK,
}  # fmt: skip
#: backend -> what may hang from a comment there (on X from a post that names us)
UNDER_COMMENTS: dict[str, tuple[Hung, ...]] = {
    "facebook": ("photo", "gif", "video", "sticker", "link"),
    "x": ("photo", "gif", "video"),
    "instagram:private": ("gif",),
}
#: backend -> what may come as a direct message
IN_PRIVATE: dict[str, tuple[Hung, ...]] = {
    "facebook": get_args(Hung),
    "x": ("photo", "gif", "video"),
    "instagram": ("photo", "video", "audio", "link"),
    "instagram:private": ("photo", "video", "sticker", "audio", "link"),
}


def bring(house: House, kind: Hung, said: str = ALT) -> list[str]:
    return [acts.bring(house.world, house.platform, kind, said)]


def under(house: House, kind: Hung) -> Entry:
    """A citizen hangs this beneath a post of ours and says nothing (on X our name)."""
    words = f"@{seed.X_USERNAME}" if house.platform == "x" else ""
    return acts.comment(house.world, house.platform, house.citizen(), words, house.post().id, media=bring(house, kind))


def directs(house: House) -> list[Message]:
    return [said for page in house.read("direct") for said in page.messages]


def no_address(message: Message) -> bool:
    return "cdn" not in repr(message.attachments) and "http" not in repr(message.attachments)


@pytest.mark.parametrize("name", UNDER_COMMENTS)
def test_a_comment_without_words_tells_what_hangs_from_it(build: Build, name: str) -> None:
    house = build(name)
    said = {house.id_of(under(house, kind)): kind for kind in UNDER_COMMENTS[name]}
    heard = house.hear()
    assert {id_: heard[id_].attachments[0].kind for id_ in said} == {id_: SORTS[kind] for id_, kind in said.items()}
    assert all(heard[id_].attachments[0].id and no_address(heard[id_]) for id_ in said)
    assert {heard[id_].text for id_ in said} == {f"@{seed.X_USERNAME}" if name == "x" else ""}


UNKNOWN = {"error": {"message": "(#100) Tried accessing nonexisting field (attachment)", "type": "OAuthException", "code": 100}}


@pytest.mark.parametrize(("stream", "path"), [("comments", "/comments$"), ("direct", "/conversations$")])
def test_an_api_that_does_not_know_such_a_field_is_asked_without_it_from_then_on(build: Build, stream: str, path: str) -> None:
    house = build("facebook")
    first, second = ("متى الموعد؟", "متى يصل الرد؟")
    for words in (first, second):
        hung = bring(house, "photo")
        if stream == "comments":
            acts.comment(house.world, "facebook", house.citizen(), words, house.post().id, media=hung)
        else:
            acts.message(house.world, "facebook", house.citizen(), words, media=hung)
    house.fault("answer", "GET", path, status=400, body=UNKNOWN)
    said = {message.text: message.attachments for page in house.read(stream) for message in page.messages}
    assert said == {first: (), second: ()}
    asked = [str(r.params.get("fields")) for r in house.world.recorder.records if re.search(path, r.path)]
    assert ["attachment" in fields for fields in asked] == [True, *[False] * (len(asked) - 1)]


@pytest.mark.parametrize("name", UNDER_COMMENTS)
def test_a_single_read_tells_it_too(build: Build, name: str) -> None:
    house = build(name)
    entry = under(house, UNDER_COMMENTS[name][0])
    listed = house.hear()[house.id_of(entry)]
    (shown,) = house.connector.lookup([known(listed)])
    assert shown.attachments == listed.attachments != ()


@pytest.mark.parametrize("name", IN_PRIVATE)
def test_a_private_message_without_words_tells_what_it_brings(build: Build, name: str) -> None:
    house = build(name)
    for kind in IN_PRIVATE[name]:
        acts.message(house.world, house.platform, house.citizen(), "", media=bring(house, kind))
    heard = directs(house)
    wanted = sorted(SORTS[kind] for kind in IN_PRIVATE[name])
    assert sorted(one.kind for said in heard for one in said.attachments) == wanted
    assert all(no_address(said) for said in heard)
    linked = name == "instagram:private"  # the app writes the address of a link into the words
    assert all(said.text == "" for said in heard if not (linked and said.attachments[0].kind is Kind.LINK))


@pytest.mark.parametrize("name", ["x", "instagram:private"])
def test_alternative_text_is_told_where_the_platform_gives_it(build: Build, name: str) -> None:
    house = build(name)
    acts.message(house.world, house.platform, house.citizen(), "انظروا", media=bring(house, "photo"))
    (said,) = directs(house)
    assert (said.text, said.attachments[0].alt) == ("انظروا", ALT)


def test_a_file_and_a_link_are_called_by_their_names(build: Build) -> None:
    house = build("facebook")
    media = [*bring(house, "file", "عقد العمل.pdf"), *bring(house, "link", "خبر في صحيفة")]
    acts.message(house.world, "facebook", house.citizen(), "", media=media)
    (said,) = directs(house)
    assert [one.alt for one in said.attachments] == ["عقد العمل.pdf", "خبر في صحيفة"]
    assert said.permalink == f"https://www.facebook.com/messages/{said.root_id}/"


def test_each_picture_of_an_album_is_told(build: Build) -> None:
    house = build("facebook")
    media = [*bring(house, "photo"), *bring(house, "video"), *bring(house, "photo")]
    post = acts.mention(house.world, "facebook", house.citizen(), "", edge="visitor_posts", media=media)
    told = house.hear()[post.id].attachments
    assert [(one.kind, one.id) for one in told] == list(zip((Kind.IMAGE, Kind.VIDEO, Kind.IMAGE), media, strict=True))


@pytest.mark.parametrize("name", ["instagram", "instagram:private"])
@pytest.mark.parametrize("kind", ["photo", "video"])
def test_somebodys_post_in_which_we_are_tagged_is_a_picture_or_a_film(build: Build, name: str, kind: Hung) -> None:
    house = build(name)
    post = acts.mention(house.world, "instagram", house.citizen(), "", edge="tags", media=bring(house, kind))
    (told,) = house.hear()[house.id_of(post)].attachments
    assert told.kind is SORTS[kind]


def test_a_mention_that_is_asked_for_by_name_tells_it(build: Build) -> None:
    house = build("instagram")
    post = acts.mention(house.world, "instagram", house.citizen(), "@ministry.demo", edge="elsewhere", media=bring(house, "video"))
    (shown,) = house.connector.lookup([Known(post.id, Surface.MENTION, None, None, "", now())])
    assert [one.kind for one in shown.attachments] == [Kind.VIDEO]


# -- webhooks -------------------------------------------------------------------------------------------------------------


def sent(house: House, act: Any) -> bytes:
    """The body of the one webhook that `act` causes."""
    with bare(plainly(b"{}")) as listener:
        house.running.webhooks.x_url = house.running.webhooks.meta_url = ""
        setattr(house.running.webhooks, "x_url" if house.platform == "x" else "meta_url", listener.url)
        act()
        house.running.webhooks.flush()
    return [said.partition(b"\r\n\r\n")[2] for said in listener.heard][-1]


def read(house: House, body: bytes) -> Message:
    return message(webhooks.x(body) if house.platform == "x" else webhooks.meta(body))


@pytest.mark.parametrize("name", ["facebook", "x"])
@pytest.mark.parametrize("kind", ["photo", "video"])
def test_a_comment_of_a_picture_alone_is_the_same_by_webhook_and_by_list(build: Build, name: str, kind: Hung) -> None:
    house = build(name, alone=True)
    told = read(house, sent(house, lambda: under(house, kind)))
    listed = house.hear()[told.native_id]
    assert [(one.kind, one.id) for one in told.attachments] == [(one.kind, one.id) for one in listed.attachments]
    assert (told.text, told.author_id) == (listed.text, listed.author_id)
    assert no_address(told)


@pytest.mark.parametrize(("name", "kinds"), [(n, IN_PRIVATE[n]) for n in ("facebook", "instagram", "x")])
def test_a_message_of_a_picture_alone_is_the_same_by_webhook_and_by_list(build: Build, name: str, kinds: tuple[Hung, ...]) -> None:
    for kind in kinds:
        house = build(name, alone=True)
        who = house.citizen()
        told = read(house, sent(house, lambda h=house, w=who, k=kind: acts.message(h.world, h.platform, w, "", media=bring(h, k))))
        (listed,) = directs(house)
        assert ([one.kind for one in told.attachments], told.text) == ([one.kind for one in listed.attachments], listed.text)
        assert no_address(told)


def test_words_that_were_taken_out_from_beside_a_picture_are_asked_for() -> None:
    pictured = {**{k: v for k, v in COMMENT.items() if k != "message"}, "photo": "https://cdn.test/1.jpg"}
    assert message(meta(pictured)).attachments == (Attachment(Kind.IMAGE),)
    assert only(meta({**pictured, "verb": "edited"})).reread == "comments"


@pytest.mark.parametrize(
    ("value", "sorts"),
    [
        ({"item": "photo", "photo_id": 5, "link": "https://cdn.test/1.jpg"}, [Kind.IMAGE]),
        ({"item": "status", "photos": ["https://cdn.test/1.jpg", "https://cdn.test/2.jpg"]}, [Kind.IMAGE, Kind.IMAGE]),
        ({"item": "video", "video_id": "6", "link": "https://cdn.test/1.mp4"}, [Kind.VIDEO]),
        ({"item": "share", "link": "https://news.test/1"}, [Kind.LINK]),
        ({"item": "comment", "photo": "https://cdn.test/1.jpg", "video": "https://cdn.test/1.mp4"}, [Kind.IMAGE, Kind.VIDEO]),
        ({"item": "comment"}, []),
    ],
)
def test_a_feed_says_in_many_ways_what_hangs_from_a_post(value: dict[str, Any], sorts: list[Kind]) -> None:
    assert [one.kind for one in of_meta.of_feed(value)] == sorts


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ({"type": "image", "payload": {"url": "u", "sticker_id": 369}}, Kind.STICKER),
        ({"type": "sticker", "payload": {"sticker_id": 369}}, Kind.STICKER),
        ({"type": "ephemeral"}, Kind.IMAGE),
        ({"type": "story_mention", "payload": {"url": "u"}}, Kind.LINK),
        ({"type": "ig_reel", "payload": {"title": "reel"}}, Kind.LINK),
        ({"type": "location", "payload": {"coordinates": {}}}, Kind.LINK),
    ],
)
def test_a_message_brings_what_its_type_says(part: dict[str, Any], kind: Kind) -> None:
    assert [one.kind for one in of_meta.of_webhook_message({"attachments": [part]})] == [kind]


def test_his_own_story_that_names_us_is_told_and_ours_that_he_answers_is_not() -> None:
    assert [one.id for one in of_meta.of_message({"story": {"mention": {"link": "u", "id": "9"}}})] == ["9"]
    assert of_meta.of_message({"story": {"reply_to": {"link": "u", "id": "9"}}}) == ()


def test_a_heart_in_place_of_words_is_what_was_said() -> None:
    assert direct("instagram:1", "1", {"item_id": "5", "user_id": 7, "item_type": "like", "like": "❤️"}, {}).text == "❤️"


def test_a_film_of_x_is_known_by_its_key_where_no_record_of_it_came() -> None:
    assert [one.kind for one in of_keys(["3_1", "7_2", "13_3", "16_4", "3_1"], {})] == [
        Kind.IMAGE, Kind.VIDEO, Kind.VIDEO, Kind.IMAGE,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "strange", [7, "x", [], [7, None, {}], {"data": 5}, {"data": [None, {"type": {}}]}, {"id": [], "media_type": {}}]
)
def test_what_no_platform_would_send_loses_no_message(strange: Any) -> None:
    names = ("attachment", "attachments", "shares", "story", "sticker", "media", "visual_media", "link", "giphy_media_info")
    row = dict.fromkeys((*names, "carousel_media", "media_type", "photos", "payload"), strange)
    readers = (
        of_meta.of_comment, of_meta.of_post, of_meta.of_media, of_meta.of_message, of_meta.of_webhook_message, of_meta.of_feed,
        of_mobile.of_media, of_mobile.of_comment, of_mobile.of_direct,
    )  # fmt: skip
    for reader in readers:
        assert all(isinstance(one.id, str) for one in reader(json.loads(json.dumps(row))))
