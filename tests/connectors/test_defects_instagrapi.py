"""Every known defect of instagrapi (PLATFORMS 1.3): none of them can bite."""

import builtins
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from connectors.contract import Media, Outgoing
from core.clock import Hands
from core.errors import ConfigurationError, Disconnected, NotPossible, PlatformError, Rejected, Unavailable, Uncertain
from core.i18n import ROOT
from sandbox import acts, seed
from tests.connectors.conftest import Build, House, Kept


@pytest.fixture
def house(build: Build) -> House:
    return build("instagram:private")


def sent(house: House) -> int:
    return [method for method, _ in house.calls()].count("POST")


@pytest.mark.parametrize("fault", ["half_after", "drop_after", "drop_before", "5xx", "commit_then_500"])
def test_a_b_nothing_is_sent_a_second_time_by_itself(house: House, steps: Kept, fault: str) -> None:
    out = house.reply_to(house.comment(house.post(), "سؤال"), "جواب")
    house.fault(fault, "POST", times=9)
    begun = time.monotonic()
    with pytest.raises(Uncertain):
        house.connector.send(out, steps)
    assert sent(house) == 1
    assert time.monotonic() - begun < 1.5  # it would wait two seconds, then send again


def test_a_a_408_is_not_slept_on_for_a_minute_and_sent_again(house: House, steps: Kept) -> None:
    out = house.reply_to(house.comment(house.post(), "سؤال"), "جواب")
    house.fault("answer", "POST", status=408, body={"status": "fail", "message": "timeout"}, times=9)
    with pytest.raises(Uncertain):
        house.connector.send(out, steps)
    assert sent(house) == 1


@pytest.mark.parametrize("stream", ["posts", "comments", "mentions", "direct"])
@pytest.mark.parametrize("fault", ["drop_before", "5xx", "html_502", "bad_json", "empty_200"])
def test_c_a_broken_line_is_never_an_empty_list(house: House, stream: str, fault: str) -> None:
    house.post()
    house.fault(fault, "GET")
    with pytest.raises(Unavailable):
        house.connector.fetch(stream, None)


def test_c_a_broken_line_is_no_evidence_that_a_post_is_not_there(house: House, steps: Kept, hands: Hands) -> None:
    house.fault("drop_before", "GET")
    with pytest.raises(Unavailable):
        house.connector.find_existing(Outgoing("خبر", media=(house.image(),)), steps, sent_at=hands.at)


@pytest.mark.parametrize("body", [{"message": "challenge_required", "status": "fail", "challenge": {"api_path": "/challenge/"}}])
def test_d_nobody_is_asked_for_a_code_at_the_terminal(house: House, monkeypatch: pytest.MonkeyPatch, body: object) -> None:
    asked: list[str] = []

    def asking(prompt: str = "") -> str:
        asked.append(prompt)
        return "123456"

    monkeypatch.setattr(builtins, "input", asking)
    house.fault("answer", "GET", status=400, body=body)
    with pytest.raises(Disconnected):
        house.connector.fetch("posts", None)
    assert (asked, len(house.calls())) == ([], 1)


def test_e_a_bare_not_found_is_no_challenge(house: House) -> None:
    house.fault("answer", "GET", status=404, body="Not Found")
    with pytest.raises(Unavailable):
        house.connector.fetch("posts", None)
    assert len(house.calls()) == 1


def test_f_importing_it_silences_no_warning_of_the_process(tmp_path: Path) -> None:
    code = (
        "import warnings; before = list(warnings.filters); import connectors.instagram_private; "
        "from urllib3.exceptions import InsecureRequestWarning as W; "
        "assert not [f for f in warnings.filters if f[0] == 'ignore' and f[2] is W], warnings.filters"
    )
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_g_a_late_answer_is_told_in_our_words(house: House) -> None:
    house.post()
    connector = house.open(read_s=0.2)
    house.fault("slow_after:1", "GET")
    with pytest.raises(Unavailable):
        connector.fetch("posts", None)


def test_opening_an_account_logs_nobody_in(house: House) -> None:
    house.open()
    assert house.calls() == []


def test_it_neither_sleeps_before_each_call_nor_after_an_upload(house: House, steps: Kept) -> None:
    begun = time.monotonic()
    house.connector.send(Outgoing("صورة", media=(house.image(),)), steps)
    for _ in range(5):
        house.connector.fetch("posts", None)
    assert time.monotonic() - begun < 2.5
    assert [path for _, path in house.calls()].count("/api/v1/media/configure/") == 1


def test_a_full_id_is_always_given_so_that_no_public_page_is_looked_up(house: House, steps: Kept) -> None:
    comment = house.comment(house.post(), "سؤال")
    house.hear()
    house.connector.send(house.reply_to(comment, "جواب"), steps)
    paths = [path for _, path in house.calls() if "/media/" in path and "configure" not in path]
    assert paths
    assert all(f"_{seed.INSTAGRAM_PRIVATE_ID}/" in path for path in paths)


def test_a_comment_sent_again_carries_the_token_of_the_first_time(house: House, steps: Kept) -> None:
    out = house.reply_to(house.comment(house.post(), "سؤال"), "جواب")
    house.fault("drop_before", "POST")
    with pytest.raises(Uncertain):
        house.connector.send(out, steps)
    house.connector.send(out, steps)
    bodies = [r.body for r in house.world.recorder.records if r.method == "POST"]
    assert len(bodies) == 2
    assert len({body["idempotence_token"] for body in bodies}) == 1


def test_a_post_is_known_again_by_the_upload_id_we_chose(house: House, steps: Kept, hands: Hands) -> None:
    out = Outgoing("صورة", media=(house.image(),))
    sent_at = hands.at
    house.fault("drop_after", "POST", "configure")
    with pytest.raises(Uncertain):
        house.connector.send(out, steps)
    (entry,) = house.own_entries("صورة")
    assert entry.upload_id == steps.values["upload_id"]
    evidence = house.connector.find_existing(out, steps, sent_at=sent_at)
    assert evidence.sent is not None
    assert evidence.sent.native_id == house.id_of(entry)


def test_calls_made_at_once_get_their_own_answers_out_of_one_client(house: House) -> None:
    for n in range(5):
        house.post(f"منشور {n}")
        acts.mention(house.world, "instagram", house.citizen(f"tagger.{n}"), f"صورة {n} @ministry.demo", edge="tags")
    mixed: list[object] = []

    def work(stream: str, word: str) -> None:
        for _ in range(15):
            messages = house.connector.fetch(stream, None).messages
            if len(messages) != 5 or not all(m.text.startswith(word) for m in messages):
                mixed.append(messages)

    threads = [threading.Thread(target=work, args=pair) for pair in (("posts", "منشور"), ("mentions", "صورة")) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mixed == []


def test_what_it_cannot_do_is_said_before_it_is_tried(house: House) -> None:
    can = house.connector.capabilities
    assert (can.hide, can.alt_text, can.post_text, can.media_max) == (False, False, False, 1)
    comment = house.comment(house.post(), "تعليق")
    assert not house.hear()[house.id_of(comment)].can.hide
    before = len(house.calls())
    for call in (house.connector.hide, house.connector.unhide):
        with pytest.raises(NotPossible):
            call(house.id_of(comment))
    assert len(house.calls()) == before


@pytest.mark.parametrize("answer", ["", "0", "yes", "true"])
def test_it_is_off_unless_the_risk_was_accepted(build: Build, answer: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        build("instagram:private", accepted=answer)
    assert caught.value.details["name"] == "I_ACCEPT_PRIVATE_API_RISK"


def test_a_file_that_is_no_picture_is_refused_and_nothing_is_sent(house: House, steps: Kept) -> None:
    words = house.picture.with_name("words.png")
    words.write_text("no picture")
    with pytest.raises(Rejected):
        house.connector.send(Outgoing("صورة", media=(Media(words, "", "image/png"),)), steps)
    assert house.calls() == []


def test_a_comment_of_ours_is_deleted_though_another_process_wrote_it(house: House, steps: Kept) -> None:
    comment = house.comment(house.post(), "سؤال")
    written = house.connector.send(house.reply_to(comment, "جواب خاطئ"), steps)
    house.open().delete(written.native_id)
    assert house.own_entries("جواب خاطئ") == []


@pytest.mark.parametrize("stream", ["posts", "mentions", "comments", "direct"])
@pytest.mark.parametrize("row", [None, 7, "x", {}, {"pk": ""}, {"pk": "9", "taken_at": 10**30, "user": None}])
def test_a_record_of_a_shape_nobody_knows_stops_no_stream(house: House, stream: str, row: object) -> None:
    house.post()
    bodies: dict[str, dict[str, object]] = {
        "direct": {"inbox": {"threads": [row]}},
        "comments": {"items": [row], "comments": [row]},
    }
    house.fault("answer", "GET", status=200, body={**bodies.get(stream, {"items": [row]}), "status": "ok"}, times=5)
    try:
        house.connector.fetch(stream, None)
    except PlatformError:
        pytest.fail("a strange record is not a fault of the platform")
