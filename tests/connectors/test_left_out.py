"""One thing that a platform refuses to show is left out; what its refusal says of the whole account is raised all the same."""

import pytest

from connectors.contract import Known, Message
from core.errors import Disconnected, PlatformError, TokenExpired
from tests.connectors.conftest import House

REFUSED = {
    "graph": {"error": {"message": "(#100) x", "type": "OAuthException", "code": 100}},
    "igp": {"status": "fail", "message": "Invalid parameters"},
}
IMPOSSIBLE = {"error": {"message": "(#551) x", "type": "OAuthException", "code": 551}}
LOST = {"error": {"message": "(#10) x", "type": "OAuthException", "code": 10}}


@pytest.fixture(params=["facebook", "instagram"])
def meta(request: pytest.FixtureRequest, build: object) -> House:
    return build(request.param)  # type: ignore[operator, no-any-return]  # a fixture's function


def known(message: Message) -> Known:
    return Known(message.native_id, message.surface, message.parent_id, message.root_id, message.text, message.created_at)


@pytest.mark.parametrize("body", [REFUSED["graph"], IMPOSSIBLE], ids=["rejected", "not_possible"])
def test_one_comment_that_is_refused_does_not_hide_the_others(meta: House, body: object) -> None:
    post = meta.post()
    comments = [meta.comment(post, f"سؤال {n}", f"citizen.{n}").id for n in range(3)]
    heard = [known(meta.hear()[one]) for one in comments]
    meta.fault("answer", "GET", f"{comments[1]}$", status=400, body=body)
    assert [m.native_id for m in meta.connector.lookup(heard)] == [comments[0], comments[2]]


def test_what_is_refused_is_not_taken_for_gone(meta: House) -> None:
    comment = meta.comment(meta.post(), "سؤال")
    heard = known(meta.hear()[comment.id])
    meta.fault("answer", "GET", f"{comment.id}$", status=400, body=REFUSED["graph"])
    assert meta.connector.lookup([heard]) == []


@pytest.mark.parametrize(("status", "body", "kind"), [(401, REFUSED["graph"], TokenExpired), (400, LOST, Disconnected)])
def test_a_token_or_a_right_that_is_lost_is_raised_as_that(meta: House, status: int, body: object, kind: type) -> None:
    comment = meta.comment(meta.post(), "سؤال")
    heard = known(meta.hear()[comment.id])
    expired = {"error": {"message": "x", "type": "OAuthException", "code": 190}}
    for call in (lambda: meta.connector.lookup([heard]), lambda: meta.connector.metrics([comment.root or ""])):
        meta.fault("answer", "GET", r"/\d+(_\d+)?$", status=status, body=expired if kind is TokenExpired else body)
        with pytest.raises(kind):
            call()


@pytest.mark.parametrize("name", ["facebook", "instagram", "instagram:private"])
def test_one_post_that_is_refused_does_not_hide_the_figures_of_the_others(build: object, name: str) -> None:
    house: House = build(name)  # type: ignore[operator]  # a fixture's function
    posts = [house.id_of(house.post(f"خبر {n}")) for n in range(3)]
    path = f"{posts[1]}/info/" if name == "instagram:private" else f"{posts[1]}$"
    house.fault("answer", "GET", path, status=400, body=REFUSED[house.family])
    assert [r.native_id for r in house.connector.metrics(posts)] == [posts[0], posts[2]]


def test_a_post_without_insights_still_tells_its_counts(meta: House) -> None:
    """Instagram keeps none of a picture that is older than the business account."""
    post = meta.post()
    body = {"error": {"message": "(#100) x", "type": "OAuthException", "code": 100, "error_subcode": 2108006}}
    meta.fault("answer", "GET", f"{post.id}/insights", status=400, body=body)
    (reading,) = meta.connector.metrics([post.id])
    assert {"likes", "comments"} <= reading.values.keys()
    assert "views" not in reading.values


@pytest.mark.parametrize("surface", ["post", "comment"])
def test_the_private_backend_leaves_out_what_it_is_refused(build: object, surface: str) -> None:
    house: House = build("instagram:private")  # type: ignore[operator]  # a fixture's function
    posts = [house.post(f"خبر {n}") for n in range(2)]
    comments = [house.comment(post, "سؤال") for post in posts]
    heard = house.hear()
    asked = [known(heard[house.id_of(e)]) for e in (posts if surface == "post" else comments)]
    where = "info" if surface == "post" else "comments"
    house.fault("answer", "GET", f"media/{house.id_of(posts[0])}/{where}/", status=400, body=REFUSED["igp"])
    try:
        shown = house.connector.lookup(asked)
    except PlatformError as error:
        pytest.fail(f"raised {error.code}")
    assert [(m.native_id, m.deleted) for m in shown] == [(asked[1].native_id, False)]
