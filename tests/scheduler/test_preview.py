"""What each account will show, counted as its platform counts, before anybody approves."""

from pathlib import Path

import pytest

from scheduler import posts
from scheduler.models import Post
from scheduler.preview import Preview, preview
from tests.scheduler.conftest import Office


def shown(office: Office, post_id: int) -> dict[str, Preview]:
    with office.db.read() as session:
        previews = preview(session, session.get_one(Post, post_id), office.real(), office.settings)
    return {p.account.partition(":")[0]: p for p in previews}


#: text -> its length as X counts it (twitter-text v3: links 23, emoji 2, Arabic and Latin 1, others 2)
WEIGHED = {
    "a" * 280: 280,
    "ب" * 280: 280,
    "中" * 140: 280,
    "👨‍👩‍👧‍👦" * 140: 280,
    "https://www.mohre.gov.ae/ar/media-center/news/a-very-long-address-indeed.aspx": 23,
    "خبر https://a.ae": 4 + 23,
}


@pytest.mark.parametrize("text", WEIGHED, ids=range(len(WEIGHED)))
def test_x_counts_as_x_does(office: Office, text: str) -> None:
    one = shown(office, office.draft("x", text=text))["x"]
    assert (one.count, one.limit, one.problems) == (WEIGHED[text], 280, ())


@pytest.mark.parametrize("text", ["ب" * 281, "中" * 141, "👍" * 141])
def test_one_over_the_limit_of_x_is_said(office: Office, text: str) -> None:
    previews = shown(office, office.draft("facebook", "x", text=text))
    assert (previews["x"].problems, previews["facebook"].problems) == (("too_long",), ())


def test_each_platform_has_its_own_limits(office: Office, picture: Path) -> None:
    post = office.draft("facebook", "x", "instagram", text="ب" * 2201)
    before = shown(office, post)
    assert before["instagram"].problems == ("too_long", "no_text_only")
    office.do(posts.add_media, post, picture, "مبنى", settings=office.settings)
    after = shown(office, post)
    assert {p: one.problems for p, one in after.items()} == {"facebook": (), "x": ("too_long",), "instagram": ("too_long",)}
    assert {one.media[0].alt for one in after.values()} == {"مبنى"}


def test_a_fifth_picture_is_too_many_for_x_alone(office: Office, picture: Path) -> None:
    post = office.draft("x", "instagram")
    for _ in range(5):
        office.do(posts.add_media, post, picture, "مبنى", settings=office.settings)
    assert {p: one.problems for p, one in shown(office, post).items()} == {"x": ("too_many_images",), "instagram": ()}


def test_the_price_of_a_link_on_x_is_shown_before_it_is_paid(office: Office) -> None:
    plain, linked = office.draft("x", "facebook"), office.draft("x", "facebook", text="خبر https://a.ae")
    assert [shown(office, p)["x"].cost_micros for p in (plain, linked)] == [15_000, 200_000]
    assert shown(office, linked)["facebook"].cost_micros == 0
    bare = office.draft("x", text="زوروا mohre.gov.ae")
    assert shown(office, bare)["x"].cost_micros == 200_000


def test_the_preview_is_what_is_queued(office: Office) -> None:
    post = office.draft("facebook", "x", text="  خبر بمسافات \n")
    texts = {p.account_id: p.text for p in shown(office, post).values()}
    office.do(posts.submit, post)
    office.approve(post)
    assert {d.account_id: d.body["text"] for d in office.everything()} == texts
