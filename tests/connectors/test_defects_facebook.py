"""Every known defect of facebook-sdk (PLATFORMS 1.2): none of them can bite."""

import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from connectors import CONNECTORS
from connectors.contract import Credentials, Media, Outgoing
from connectors.meta.insights import counted
from connectors.transport import Wire
from core.clock import Hands
from core.errors import Disconnected, PlatformError, Unavailable, Uncertain
from core.i18n import ROOT
from sandbox import seed
from tests.connectors.conftest import Build, House, Kept
from tests.connectors.wire import bare, plainly


@pytest.fixture
def house(build: Build) -> House:
    return build("facebook")


def answer_to_comment(house: House) -> Outgoing:
    return house.reply_to(house.comment(house.post(), "سؤال"), "جواب")


def test_its_default_version_is_dead_and_its_list_ends_before_ours(house: House) -> None:
    house.connector.fetch("posts", None)  # the sandbox refuses v2.8 as Meta does: (#2635)
    assert all(path.startswith("/v25.0/") for _, path in house.calls())


def test_a_later_version_needs_only_the_setting(house: House) -> None:
    wire = Wire(home=house.running.url, graph_version="v26.0")
    token = {"token": seed.FACEBOOK_PAGE_TOKEN}
    CONNECTORS["facebook"].open(Credentials(seed.FACEBOOK_PAGE_ID, token), wire).check()
    assert {path.split("/")[1] for _, path in house.calls()} == {"v26.0"}


@pytest.mark.parametrize("body", [{"foo": 1}, {"message": "oops"}, {"id": "1_2"}, {"success": True}])
@pytest.mark.parametrize("status", [500, 502, 408])
def test_a_a_fault_it_would_return_as_success_is_none(house: House, steps: Kept, status: int, body: object) -> None:
    out = answer_to_comment(house)
    house.fault("answer", "POST", status=status, body=body)
    with pytest.raises(Uncertain):
        house.connector.send(out, steps)
    house.fault("answer", "POST", status=status, body=body)
    with pytest.raises(Uncertain):
        house.connector.hide(out.parent_id or "")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_b_an_html_page_is_not_an_error_without_a_code(house: House, steps: Kept, method: str) -> None:
    out = answer_to_comment(house)
    house.fault("html_502", method, times=2)
    with pytest.raises(Uncertain if method == "POST" else Unavailable):
        house.connector.send(out, steps) if method == "POST" else house.connector.fetch("posts", None)


def test_c_an_answer_without_a_content_type_is_read(house: House) -> None:
    body = b'{"data": [{"id": "1_2", "message": "x", "created_time": "2026-11-20T10:00:00+0000"}]}'
    bytes_ = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    with bare(lambda peer: peer.sendall(bytes_)) as server:
        token = {"token": seed.FACEBOOK_PAGE_TOKEN}
        connector = CONNECTORS["facebook"].open(Credentials("1", token), Wire(home=server.url))
        (message,) = connector.fetch("posts", None).messages
    assert message.native_id == "1_2"


def test_d_it_waits_for_nobody_for_ever(house: House, steps: Kept) -> None:
    out = answer_to_comment(house)
    house.fault("slow_after:1.5", "POST")
    begun = time.monotonic()
    with pytest.raises(Uncertain):
        house.open(read_s=0.2).send(out, steps)
    assert time.monotonic() - begun < 1.4


def test_e_the_token_in_its_query_string_reaches_no_exception(house: House) -> None:
    connector = CONNECTORS["facebook"].open(
        Credentials(seed.FACEBOOK_PAGE_ID, {"token": seed.FACEBOOK_PAGE_TOKEN}), Wire(home="http://127.0.0.1:9")
    )
    with pytest.raises(Unavailable) as caught:
        connector.fetch("posts", None)
    chain: BaseException | None = caught.value
    while chain is not None:
        assert seed.FACEBOOK_PAGE_TOKEN not in f"{chain!r} {chain.args} {vars(chain)}"
        chain = chain.__cause__ or (None if chain.__suppress_context__ else chain.__context__)


def test_f_every_call_carries_the_proof_it_does_not_know(house: House, steps: Kept) -> None:
    house.connector.send(answer_to_comment(house), steps)
    house.connector.send(Outgoing("خبر"), Kept())
    house.hear()
    for record in house.world.recorder.records:
        assert "appsecret_proof" in {**record.params, **(record.body or {})}, record.path


def test_g_a_missing_token_is_told_and_not_asserted(house: House, steps: Kept) -> None:
    connector = house.open(token="")
    for call in (lambda: connector.fetch("posts", None), lambda: connector.send(Outgoing("خبر"), steps), connector.check):
        with pytest.raises(Disconnected):
            call()


def test_h_its_invalid_escape_warns_nobody(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}  # compiled afresh, as on a new machine
    strict = ["-W", "error::SyntaxWarning", "-W", "error::DeprecationWarning"]
    done = subprocess.run(
        [sys.executable, *strict, "-c", "import connectors.meta.graph"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_next_address_without_a_token_ends_no_list(house: House) -> None:
    """`get_all_connections` deletes the token from `next` and raises KeyError without one; `next` is not followed."""
    row = {"id": "1_2", "message": "x", "created_time": "2026-11-20T10:00:00+0000"}
    onward = {"next": "https://graph.facebook.com/v25.0/1/published_posts?after=QVFI", "cursors": {"before": "a"}}
    house.fault("answer", "GET", status=200, body={"data": [row], "paging": onward})
    page = house.connector.fetch("posts", None)
    assert page.more
    with pytest.raises(PlatformError):  # this position the sandbox never gave out
        house.connector.fetch("posts", page.cursor)
    asked = house.world.recorder.records[-1]
    assert (asked.params["after"], asked.path) == ("QVFI", f"/v25.0/{seed.FACEBOOK_PAGE_ID}/published_posts")


def test_a_next_address_of_another_host_is_not_followed(house: House) -> None:
    with bare(plainly(b'{"data": []}')) as trap:
        paging = {"next": f"{trap.url}/steal", "cursors": {"after": "QVFI"}}
        house.fault("answer", "GET", status=200, body={"data": [], "paging": paging})
        page = house.connector.fetch("posts", None)
        with pytest.raises(PlatformError):
            house.connector.fetch("posts", page.cursor)
    assert trap.connections == 0


def test_a_reply_never_edits_the_words_of_a_citizen(house: House, steps: Kept) -> None:
    comment = house.comment(house.post(), "كلام المواطن")
    sent = house.connector.send(house.reply_to(comment, "رد الوزارة"), steps)
    assert comment.text == "كلام المواطن"
    assert len(comment.versions) == 1
    assert sent.native_id != comment.id
    assert house.entry(sent.native_id).parent == comment.id
    assert ("POST", f"/v25.0/{comment.id}") not in house.calls()


def test_an_answer_that_names_the_parent_as_its_own_id_is_no_success(house: House, steps: Kept) -> None:
    out = answer_to_comment(house)
    house.fault("answer", "POST", status=200, body={"id": out.parent_id})
    with pytest.raises(Uncertain):
        house.connector.send(out, steps)


def test_a_persons_token_to_which_every_list_is_empty_is_noticed(house: House) -> None:
    house.comment(house.post(), "تعليق")
    house.world.tokens[seed.FACEBOOK_PAGE_TOKEN].state = "user_token"
    for call in (lambda: house.connector.fetch("comments", None), house.connector.check):
        with pytest.raises(Disconnected) as caught:
            call()
        assert caught.value.details["detail"] == "user_token"


def test_answers_to_answers_are_heard_though_its_default_filter_drops_them(house: House) -> None:
    comment = house.comment(house.post(), "سؤال")
    answer = house.comment(comment, "وأنا أيضا", "citizen.two")
    assert answer.id in house.hear()


def test_a_ranked_list_is_read_to_its_end_and_not_to_the_first_old_post(house: House) -> None:
    ids = {house.post(f"خبر {n}").id for n in range(12)}
    house.world.config.page_size, house.world.config.disorder = 4, True
    assert {m.native_id for page in house.read("posts") for m in page.messages} == ids
    assert {m.native_id for page in house.read("posts") for m in page.messages} == ids


def test_no_metric_that_died_is_asked_for(house: House) -> None:
    post = house.post()
    (reading,) = house.connector.metrics([post.id])  # the sandbox refuses the dead ones as Meta does: (#100)
    assert {"views", "reach", "likes", "comments"} <= reading.values.keys()
    asked = ",".join(str(r.params.get("metric", "")) for r in house.world.recorder.records)
    assert "impressions" not in asked
    assert "fans" not in asked


def test_a_metric_of_a_shape_nobody_knows_is_left_out() -> None:
    from connectors.meta.graph import Rows

    rows = Rows(({"name": "a", "values": []}, {"name": "a", "values": "x"}, {"name": "a"}, {"values": [{"value": 1}]}))
    assert counted(rows, {"a": "views"}) == {}


def test_a_throttled_page_is_left_alone(house: House) -> None:
    house.world.config.graph_calls_per_hour = 1
    house.connector.fetch("posts", None)
    with pytest.raises(PlatformError):
        house.connector.fetch("posts", None)
    assert len(house.calls()) == 1, "Meta said that all is used: it is not asked again only to say so"


def test_what_it_signs_it_signs_for_the_page_alone(house: House) -> None:
    with pytest.raises(Disconnected) as caught:
        CONNECTORS["facebook"].open(Credentials("999", {"token": seed.FACEBOOK_PAGE_TOKEN}), Wire(home=house.running.url)).check()
    assert caught.value.details["detail"] == "another_account"


def test_deleting_twice_is_success_and_the_second_answer_is_no_error(house: House, steps: Kept) -> None:
    post = house.post()
    house.connector.delete(post.id)
    house.connector.delete(post.id)
    assert house.entry(post.id).deleted


def test_a_films_post_is_one_that_can_be_asked_for_also_where_its_number_is_no_text(house: House, steps: Kept) -> None:
    film = house.picture.with_suffix(".mp4")
    film.write_bytes(b"\0" * 4000)
    house.fault("answer", "GET", r"/\d+$", status=200, body={"id": "7", "post_id": 8123456789012345})
    sent = house.connector.send(Outgoing("فيلم", media=(Media(film, "", "video/mp4"),)), steps)
    assert sent.native_id == f"{seed.FACEBOOK_PAGE_ID}_8123456789012345"


def test_pictures_that_facebook_forgot_since_are_brought_up_anew(house: House, steps: Kept, hands: Hands) -> None:
    out = Outgoing("خبر", media=(house.image(),))
    house.fault("5xx", "POST", "/feed$")
    with pytest.raises(Unavailable):
        house.connector.send(out, steps)
    hands.at += timedelta(hours=25)  # a pause, or a token that nobody renewed
    house.connector.send(out, steps)
    (entry,) = house.own_entries("خبر")
    assert house.world.media[entry.media[0]].alt == house.image().alt


def test_a_page_of_a_list_that_is_too_much_at_once_is_asked_for_in_shorter_ones(house: House, hands: Hands) -> None:
    """Meta tells it by the code of any fault of its own, whenever the rows asked for hold too much."""
    post = house.post()
    said = {house.comment(post, f"تعليق {n}").id for n in range(40)}
    house.world.config.graph_rows_most = 30
    heard = {m.native_id for page in house.persist("comments", hands) for m in page.messages}
    assert heard == said
    house.world.config.graph_rows_most = 0
    house.cursors.clear()
    house.persist("comments", hands)
    assert house.world.recorder.records[-1].params["limit"] == "100"
