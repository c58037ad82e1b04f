"""The fault matrix on each platform: whatever goes wrong, where, it stands there once or not at all, and we know which.

The platforms are the sandbox behind a socket, reached by their own clients; what a citizen sees there is the truth.
"""

import pytest

from core.actors import OPERATING
from core.i18n import LANGS
from core.models import Account
from core.vault import open_vault
from outbox import decide, pause, problems, tending
from outbox.accounts import add_account
from outbox.enqueue import call_off
from outbox.late import sweep
from outbox.models import Delivery
from outbox.outcome import UNFETCHED_MOST
from outbox.reasons import in_words
from outbox.recover import recover
from sandbox import seed
from tests.outbox.conftest import MANAGER
from tests.outbox.platforms import ALT, LAST_STEP, WORDS, Open, Street
from tests.secrets_of import SECRETS

PLATFORMS = ("facebook", "x", "instagram")


def queued(there: Street, kind: str) -> int:
    return there.queue(kind, pictures=1 if kind == "post" and there.platform == "instagram" else 0)


#: fault at the request that makes it public -> does it stand there when the dust has settled without a person?
#: None: the platform did nothing, and only where the step can be repeated safely is it done again.
FAULTS: dict[str, bool | None] = {
    "drop_before": None,
    "5xx": None,
    "html_502": None,
    "bad_json": None,
    "drop_after": True,
    "half_after": True,
    "slow_after:1": True,
    "commit_then_500": True,
    "html_502+committed": True,
    "bad_json+committed": True,
    "empty_200+committed": True,
    "429": True,
    "429_no_headers": True,
}
#: a last step that may be said twice: an unknown outcome is settled by saying it again
REPEATABLE = {("facebook", "post"), ("instagram", "post")}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", ["post", "reply"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_it_stands_there_once_or_a_person_is_asked(opened: Open, platform: str, kind: str, fault: str) -> None:
    there = opened(platform)
    delivery = queued(there, kind)
    there.fault(fault, LAST_STEP[platform, kind])
    there.settle(minutes=80 if fault.startswith("429") else 20)
    assert not there.running.world.faults.waiting, "the fault never struck: nothing was proved"
    row, seen = there.get(delivery), there.public()
    stands = FAULTS[fault] if FAULTS[fault] is not None else (platform, kind) in REPEATABLE
    assert len(seen) == int(bool(stands))
    assert row.state == ("published" if stands else "needs_decision")
    assert row.external_id == (seen[0].id if seen else "")


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "commit_then_500"])
@pytest.mark.parametrize("kind", ["hide", "unhide"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_hide_of_unknown_outcome_is_simply_done_again(opened: Open, platform: str, kind: str, fault: str) -> None:
    there = opened(platform)
    delivery = there.queue(kind)
    there.comment.hidden = kind == "unhide"
    there.fault(fault, method="PUT" if platform == "x" else "POST")
    there.settle()
    assert not there.running.world.faults.waiting
    assert there.get(delivery).state == "published"
    assert there.comment.hidden == (kind == "hide")


@pytest.mark.parametrize("fault", ["drop_after", "drop_before", "429"])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_receipt_leaves_by_the_same_ledger_and_is_there_at_most_once(opened: Open, platform: str, fault: str) -> None:
    there = opened(platform)
    delivery = there.queue("receipt")
    there.fault(fault, LAST_STEP[platform, "reply"])
    there.settle(minutes=80)
    state = there.get(delivery).state
    assert (state, len(there.public())) == (("needs_decision", 0) if fault == "drop_before" else ("published", 1))


@pytest.mark.parametrize("fault", ["drop_after", "drop_before"])
@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_a_private_answer_of_unknown_outcome_is_given_once(opened: Open, platform: str, fault: str) -> None:
    there = opened(platform)
    delivery = there.queue("private_reply")
    there.fault(fault, "/messages$")
    there.settle()
    assert there.get(delivery).state == "published"
    assert there.private() == [WORDS]


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_a_private_answer_that_is_listed_late_is_found_and_not_taken_for_somebody_elses(opened: Open, platform: str) -> None:
    there = opened(platform)
    delivery = there.queue("private_reply")
    there.fault("drop_after", "/messages$")
    there.fault("stale_read", "/conversations$", method="GET", seconds=300, times=2)
    there.settle()
    assert not there.running.world.faults.waiting
    assert there.get(delivery).state == "published"
    assert there.private() == [WORDS]


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_a_private_answer_that_somebody_else_gave_is_refused_in_the_end(opened: Open, platform: str) -> None:
    there = opened(platform)
    delivery = there.queue("private_reply")
    there.fault("5xx", "/messages$")
    there.send()
    there.fault("answer", "/messages$", status=400, body={"error": {"code": 10900}}, times=10**6)
    there.settle(minutes=40)
    assert (there.get(delivery).state, there.get(delivery).reason) == ("refused", "rejected:10900")


@pytest.mark.parametrize("released", [True, False])
@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_a_private_answer_that_may_have_come_does_not_end_as_if_it_had_not(opened: Open, platform: str, released: bool) -> None:
    """Its first try got no answer, and a pause keeps the second, which would be told that it is there."""
    there = opened(platform)
    delivery = there.queue("private_reply")
    there.fault("drop_after", "/messages$")
    there.send()
    there.hands.forward(minutes=1)
    there.reconcile()
    assert there.get(delivery).state == "scheduled"
    with there.db.write() as session:
        pause.press(session, MANAGER, "mourning")
    there.hands.forward(minutes=1)
    there.send()
    assert there.get(delivery).state == "held"
    with there.db.write() as session:
        if released:
            pause.lift(session, MANAGER)
            decide.release(session, MANAGER, session.get_one(Delivery, delivery))
        decide.give_up(session, MANAGER, session.get_one(Delivery, delivery), "no longer")
    there.hands.forward(minutes=1)
    there.reconcile()
    assert (there.get(delivery).state, there.get(delivery).reason) == ("needs_decision", "asked_once")
    there.send()
    assert there.private() == [WORDS]
    with there.db.write() as session:
        decide.give_up(session, MANAGER, session.get_one(Delivery, delivery), "seen there")
    assert there.get(delivery).state == "cancelled"


@pytest.mark.parametrize("platform", PLATFORMS)
def test_everything_that_leaves_stands_in_one_ledger(opened: Open, platform: str) -> None:
    there = opened(platform)
    kinds = ["post", "reply", "receipt", "private_reply", "hide"]
    ids = {kind: there.queue(kind, pictures=int(kind == "post"), text=f"{WORDS} {kind}") for kind in kinds}
    there.settle(minutes=4)
    assert {kind: there.get(i).state for kind, i in ids.items()} == dict.fromkeys(kinds, "published")
    assert [len(there.public(f"{WORDS} {kind}")) for kind in ("post", "reply", "receipt")] == [1, 1, 1]
    assert there.private() == [f"{WORDS} private_reply"]
    assert there.comment.hidden


def test_a_full_window_of_messages_on_x_stops_neither_posts_nor_answers_nor_hides(opened: Open) -> None:
    there = opened("x")
    there.fault("429", "/messages$")
    first = there.queue("private_reply", text="first")
    there.send()
    behind = there.queue("private_reply", text="behind it")
    others = [there.queue(kind, text=f"{WORDS} {kind}") for kind in ("post", "reply", "receipt", "hide")]
    there.send()
    assert not there.running.world.faults.waiting
    assert [there.get(i).state for i in (first, behind)] == ["scheduled", "scheduled"]
    assert {there.get(i).state for i in others} == {"published"}
    there.hands.forward(minutes=16)
    there.send()
    assert there.private() == ["first", "behind it"]


#: step of X's upload -> where its request goes
UPLOAD = {"upload": "/2/media/upload$", "alt text": "/2/media/metadata$", "post": "/2/tweets$"}


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "commit_then_500", "bad_json+committed"])
@pytest.mark.parametrize("step", UPLOAD)
def test_a_picture_on_x_keeps_its_words_whatever_step_is_cut(opened: Open, step: str, fault: str) -> None:
    there = opened("x")
    delivery = there.queue("post", pictures=2)
    there.fault(fault, UPLOAD[step])
    there.settle()
    assert not there.running.world.faults.waiting
    if step == "post" and fault == "drop_before":
        assert (there.get(delivery).state, there.public()) == ("needs_decision", [])
        return
    assert there.get(delivery).state == "published"
    assert len(there.public()) == 1
    assert there.alts() == [ALT, ALT]
    assert there.calls("/2/media/upload") <= 3, "what was uploaded is not uploaded again"


#: step of an Instagram post -> where its request goes
STEPS = {"container": r"/media$", "publish": r"/media_publish$"}


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "half_after", "commit_then_500", "5xx"])
@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("pictures", [1, 3])
def test_a_post_in_two_steps_is_finished_from_where_it_was_cut(opened: Open, pictures: int, step: str, fault: str) -> None:
    there = opened("instagram")
    delivery = there.queue("post", pictures=pictures)
    there.fault(fault, STEPS[step])
    there.settle()
    assert not there.running.world.faults.waiting
    assert there.get(delivery).state == "published"
    assert len(there.public()) == 1
    assert there.alts() == [ALT] * pictures


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "half_after", "commit_then_500"])
def test_a_facebook_post_is_drafted_unseen_and_leaves_no_draft_behind(opened: Open, fault: str) -> None:
    there = opened("facebook")
    delivery = there.queue("post")
    there.fault(fault, "/feed$")
    there.settle()
    assert not there.running.world.faults.waiting
    assert there.get(delivery).state == "published"
    assert len(there.public()) == 1


def test_three_unknown_outcomes_in_a_row_are_still_one_post(opened: Open) -> None:
    there = opened("facebook")
    delivery = there.queue("post")
    there.fault("drop_after", LAST_STEP["facebook", "post"], times=3)
    there.settle()
    assert (there.get(delivery).state, len(there.public())) == ("published", 1)


def test_a_duplicate_on_x_is_evidence_that_it_is_there_never_a_reason_to_change_the_text(opened: Open) -> None:
    there = opened("x")
    there.running.world.config.visible_delay_s = 1000  # X lists it only after we stopped looking
    delivery = there.queue("post")
    there.fault("drop_after", "/2/tweets$")
    there.settle(minutes=14)
    assert there.get(delivery).state == "needs_decision"
    with there.db.write() as session:
        decide.publish_again(session, MANAGER, session.merge(there.get(delivery)))
    there.send()
    assert there.get(delivery).state == "uncertain", "403 duplicate: it exists"
    there.settle(minutes=10)
    (entry,) = there.public()
    assert (there.get(delivery).state, there.get(delivery).external_id) == ("published", entry.id)


@pytest.mark.parametrize("address", ["mohre.gov.ae", "mohre.gov.ae/ar?x=1", "https://mohre.gov.ae"])
def test_a_post_with_an_address_is_found_whether_or_not_its_scheme_was_written(opened: Open, address: str) -> None:
    there = opened("x")
    delivery = there.queue("post", text=f"التقديم عبر {address} حتى الخميس")
    there.fault("drop_after", LAST_STEP["x", "post"])
    there.settle()
    (entry,) = there.public(f"التقديم عبر {address} حتى الخميس")
    assert (there.get(delivery).state, there.get(delivery).external_id) == ("published", entry.id)


def again_unseen(there: Street) -> int:
    """It stands there, nobody could read that, and a person has it tried again."""
    delivery = queued(there, "post")
    there.fault("drop_after", LAST_STEP[there.platform, "post"])
    there.send()
    there.fault("5xx", method="GET", times=10**6)
    there.settle(minutes=40)
    assert there.get(delivery).state == "needs_decision"
    with there.db.write() as session:
        decide.publish_again(session, MANAGER, session.get_one(Delivery, delivery))
    with there.running.world.lock:
        there.running.world.faults.waiting.clear()
    return delivery


@pytest.mark.parametrize("platform", PLATFORMS)
def test_what_is_called_off_before_its_second_try_is_found_where_the_first_one_stands(opened: Open, platform: str) -> None:
    there = opened(platform)
    delivery = again_unseen(there)
    with there.db.write() as session:
        call_off(session, MANAGER, session.get_one(Delivery, delivery), "cancelled")
    there.reconcile()
    (entry,) = there.public()
    assert (there.get(delivery).state, there.get(delivery).external_id) == ("published", entry.id)


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_where_the_second_try_is_refused_the_first_one_is_found(opened: Open, platform: str) -> None:
    there = opened(platform)
    delivery = again_unseen(there)
    there.fault("answer", r"/(feed|media)$", status=400, body={"error": {"message": "Invalid parameter", "code": 100}})
    there.send()
    assert there.get(delivery).state == "uncertain"
    there.settle(minutes=4)
    (entry,) = there.public()
    assert (there.get(delivery).state, there.get(delivery).external_id) == ("published", entry.id)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_listing_that_lags_is_waited_for(opened: Open, platform: str) -> None:
    there = opened(platform)
    there.running.world.config.visible_delay_s = 100
    delivery = queued(there, "reply")
    there.fault("drop_after", LAST_STEP[platform, "reply"])
    there.settle()
    assert (there.get(delivery).state, len(there.public())) == ("published", 1)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_limited_account_sends_nothing_before_its_hour(opened: Open, platform: str) -> None:
    there = opened(platform)
    first, second = (there.queue("reply", text=f"{WORDS} {n}") for n in range(2))
    there.fault("429", LAST_STEP[platform, "reply"])
    there.send()
    before = there.running.world.recorder.count
    there.hands.forward(minutes=1)
    there.send()
    assert there.running.world.recorder.count == before
    assert {there.get(d).state for d in (first, second)} == {"scheduled"}
    there.settle(minutes=80)
    assert {there.get(d).state for d in (first, second)} == {"published"}


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_expired_token_holds_the_queue_until_a_new_one_comes(opened: Open, platform: str) -> None:
    there = opened(platform)
    token = next(t for t in there.running.world.tokens.values() if t.value in SECRETS[platform][1].values() and t.kind != "bearer")
    token.state = "expired"
    ids = [there.queue("post", pictures=1, text=f"{WORDS} {n}") for n in range(3)]
    there.send()
    assert {(there.get(d).state, there.get(d).reason) for d in ids} == {("held", "token_expired")}
    token.state = "ok"
    assert recover(there.db, there.connect) == 0, "not asked again before a minute is over"
    there.hands.forward(minutes=1)
    assert recover(there.db, there.connect) == 1
    there.send()
    assert [len(there.public(f"{WORDS} {n}")) for n in range(3)] == [1, 1, 1]


def test_new_credentials_free_the_queue_and_are_used_at_once(opened: Open) -> None:
    there = opened("facebook")
    there.running.world.tokens[seed.FACEBOOK_PAGE_TOKEN].state = "revoked"
    delivery = there.queue("post")
    there.send()
    assert there.get(delivery).state == "held"
    token = there.running.world.tokens[seed.INSTAGRAM_TOKEN]
    token.platform = "facebook"
    with there.db.write() as session:
        secrets = {**SECRETS["facebook"][1], "token": token.value}
        add_account(session, OPERATING, "facebook", seed.FACEBOOK_PAGE_ID, secrets, vault=open_vault(there.settings))
    there.send()
    assert (there.get(delivery).state, len(there.public())) == ("published", 1)


@pytest.mark.parametrize("fault", ["usage_capped", "credits_depleted"])
def test_where_the_money_is_used_up_the_queue_waits_and_nothing_is_tried_in_vain(opened: Open, fault: str) -> None:
    there = opened("x")
    ids = [there.queue("post", text=f"{WORDS} {n}") for n in range(3)]
    there.fault(fault, "/2/tweets$")
    there.send()
    assert {(there.get(d).state, there.get(d).reason) for d in ids} == {("held", "spend_cap")}
    assert there.calls("/2/tweets") == 1
    there.hands.forward(days=1)
    there.send()
    assert there.calls("/2/tweets") == 1, "a post is no question"
    tending.examine(there.db, OPERATING, there.account, there.connect(there.account))
    there.send()
    assert {there.get(d).state for d in ids} == {"published"}


#: Instagram could not fetch the picture from the portal
UNFETCHED = {"error": {"message": "Only photo or video can be accepted as media type.", "code": 9004, "error_subcode": 2207052}}


def test_a_picture_that_instagram_could_not_fetch_is_tried_again(opened: Open) -> None:
    there = opened("instagram")
    delivery = there.queue("post", pictures=1)
    there.fault("answer", "/media$", status=400, body=UNFETCHED, times=3)
    there.settle()
    assert (there.get(delivery).state, there.get(delivery).attempts, len(there.public())) == ("published", 4, 1)


def test_a_picture_that_instagram_can_never_fetch_is_refused_and_says_what_to_look_at(opened: Open) -> None:
    there = opened("instagram")
    delivery = there.queue("post", pictures=1)
    there.fault("answer", "/media$", status=400, body=UNFETCHED, times=10**6)
    there.settle(minutes=40)
    row = there.get(delivery)
    assert (row.state, row.reason, row.attempts) == ("refused", "unfetched:9004/2207052", UNFETCHED_MOST)
    assert all("MAJLIS_PUBLIC_URL" in in_words(row.reason, row.state, lang) for lang in LANGS)
    with there.db.read() as session:
        assert session.get_one(Account, there.account.id).health not in ("unavailable", "rejected"), "the account is not to blame"
        (told,) = problems.board(session, settings=there.settings).rows
    assert all("MAJLIS_PUBLIC_URL" in told.why(lang) for lang in LANGS)


@pytest.mark.parametrize("swept", [True, False])
def test_what_missed_its_hour_by_a_picture_that_was_not_fetched_says_so(opened: Open, swept: bool) -> None:
    there = opened("instagram")
    delivery = there.queue("post", pictures=1)
    there.fault("answer", "/media$", status=400, body=UNFETCHED, times=10**6)
    there.send()
    with there.db.write() as session:
        session.get_one(Delivery, delivery).miss_after = there.hands.at
    there.hands.forward(minutes=1)
    if swept:
        sweep(there.db)
    else:
        there.send()
    assert (there.get(delivery).state, there.get(delivery).reason) == ("missed", "unfetched:9004/2207052")
