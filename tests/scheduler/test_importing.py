"""`post import`: every field, every way a line can be wrong, and that importing again changes nothing (DESIGN §3)."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from core import auth
from core.actors import OPERATING, WORKER, Actor
from core.errors import Forbidden
from core.models import Account
from outbox import decide
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.listing import deliveries
from outbox.media import folder
from outbox.models import Delivery
from outbox.refs import shown
from scheduler import posts, queueing, steps
from scheduler.importing import ImportResult, import_lines
from scheduler.models import Post, PostText
from tests.outbox.conftest import MANAGER
from tests.scheduler.conftest import Office, person

GOOD: dict[str, Any] = {"ref": "n-1", "account": "x:1", "kind": "post", "text": "خبر", "at": "2026-11-24T11:00:00+04:00"}


def take(office: Office, *lines: Any, base: Path | None = None) -> ImportResult:
    raw = [line if isinstance(line, bytes) else json.dumps(line) for line in lines]
    return import_lines(office.db, OPERATING, raw, settings=office.settings, folder=base)


def test_a_good_line_becomes_one_approved_delivery_that_goes_out_at_its_hour(office: Office) -> None:
    assert take(office, GOOD) == ImportResult(1, 0, ())
    (delivery,) = office.everything()
    assert (shown(delivery.ref), delivery.kind, delivery.state) == ("n-1", "post", "scheduled")
    assert delivery.scheduled_at == datetime(2026, 11, 24, 7, 0, tzinfo=UTC)
    assert delivery.account_id == office.accounts["x"].id
    office.send()
    assert office.wall.posts() == []
    office.hands.forward(hours=1)
    office.send()
    assert office.wall.texts() == ["خبر"]


def test_it_is_audited_with_who_is_said_to_have_approved_it(office: Office) -> None:
    take(office, GOOD)
    with office.db.read() as session:
        post = session.exec(select(Post)).one()
    assert (post.approver, post.approved_by, post.origin, post.author_id) == ("operator", None, "operator", None)
    assert office.audit(f"post:{post.id}") == ["post.import"]


def test_importing_again_changes_nothing_even_with_other_words(office: Office) -> None:
    take(office, GOOD)
    assert take(office, GOOD, {**GOOD, "text": "آخر", "at": "2026-12-01T11:00:00Z"}) == ImportResult(0, 2, ())
    assert [d.body["text"] for d in office.everything()] == ["خبر"]


def test_importing_again_after_it_went_out_sends_nothing(office: Office) -> None:
    take(office, GOOD)
    office.hands.forward(hours=1)
    office.send()
    take(office, GOOD)
    office.send()
    assert len(office.wall.posts()) == 1


def test_the_same_ref_twice_in_one_file_is_one_delivery(office: Office) -> None:
    assert take(office, GOOD, GOOD) == ImportResult(1, 1, ())


def test_lines_without_a_ref_are_each_their_own_delivery(office: Office) -> None:
    line = {k: v for k, v in GOOD.items() if k != "ref"}
    assert take(office, line, line).imported == 2
    assert len(office.everything()) == 2


def test_several_who_import_the_same_file_at_once_make_one_delivery_a_line(office: Office) -> None:
    lines = [{**GOOD, "ref": f"n-{n}"} for n in range(8)]
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: take(office, *lines), range(4)))
    assert [r.errors for r in results] == [()] * 4
    assert sum(r.imported for r in results) == len(office.everything()) == 8
    with office.db.read() as session:
        assert len(session.exec(select(PostText)).all()) == 8, "a post without its delivery"


def test_empty_lines_are_passed_over_and_numbers_count_them(office: Office) -> None:
    result = take(office, GOOD, b"", b"  \n", b"{")
    assert (result.imported, [e.line for e in result.errors]) == (1, [4])


#: what is wrong -> (changes to a good line, code, field)
BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "no account": ({"account": None}, "invalid", "account"),
    "empty account": ({"account": ""}, "invalid", "account"),
    "account of another type": ({"account": 5}, "invalid", "account"),
    "unknown account": ({"account": "x:999"}, "not_found", ""),
    "platform without an account": ({"account": "mastodon"}, "not_found", ""),
    "unknown kind": ({"kind": "reply"}, "invalid", "kind"),
    "kind of another type": ({"kind": ["post"]}, "invalid", "kind"),
    "empty text": ({"text": " \n"}, "invalid", "text"),
    "no text": ({"text": None}, "invalid", "text"),
    "text of another type": ({"text": {"ar": "خبر"}}, "invalid", "text"),
    "half a character": ({"text": "\ud83d"}, "invalid", "text"),
    "a NUL": ({"text": "a\x00b"}, "invalid", "text"),
    "no hour": ({"at": None}, "invalid", "at"),
    "an hour without an offset": ({"at": "2026-11-24T11:00:00"}, "invalid", "at"),
    "a day without an hour": ({"at": "2026-11-24"}, "invalid", "at"),
    "no time at all": ({"at": "tomorrow"}, "invalid", "at"),
    "a number for a time": ({"at": 1795507200}, "invalid", "at"),
    "an hour before all time": ({"at": "0001-01-01T00:00:00+14:00"}, "invalid", "at"),
    "a ref of another type": ({"ref": 7}, "invalid", "ref"),
    "an empty ref": ({"ref": ""}, "invalid", "ref"),
    "a ref too long": ({"ref": "r" * 121}, "invalid", "ref"),
    "a ref with half a character": ({"ref": "n-\ud83d"}, "invalid", "ref"),
    "a ref with a NUL": ({"ref": "n-\x00"}, "invalid", "ref"),
    "a ref nested deep": ({"ref": json.loads("[" * 900 + "]" * 900)}, "invalid", "ref"),
    "an account with half a character": ({"account": "x:\ud83d"}, "invalid", "account"),
    "an account as long as a book": ({"account": "x:" + "9" * 100_000}, "not_found", ""),
    "an approver with a NUL": ({"approved_by": "\x00"}, "invalid", "approved_by"),
    "the last hour of the calendar": ({"at": "9999-12-31T23:59:59Z"}, "invalid", "at"),
    "the last hour of the calendar, elsewhere": ({"at": "9999-12-31T23:59:59-12:00"}, "invalid", "at"),
    "the first hour of the calendar": ({"at": "0001-01-01T00:00:00Z"}, "invalid", "at"),
    "an hour in another century": ({"at": "2100-01-01T00:00:00Z"}, "invalid", "at"),
    "an endless hour": ({"at": float("inf")}, "invalid", "at"),
    "media with half a character": ({"media": ["\ud83d.jpg"], "alt": ["a"]}, "invalid", "media"),
    "media with a NUL": ({"media": ["a\x00.jpg"], "alt": ["a"]}, "invalid", "media"),
    "a name no file can have": ({"media": ["a" * 10_000], "alt": ["a"]}, "invalid", "media"),
    "words with a NUL for a picture": ({"media": ["photo.jpg"], "alt": ["a\x00"]}, "invalid", "alt"),
    "words too long for a picture": ({"media": ["photo.jpg"], "alt": ["a" * 1001]}, "invalid", "alt"),
    "media that are no list": ({"media": "a.jpg", "alt": ["a"]}, "invalid", "media"),
    "media that are no texts": ({"media": [1], "alt": ["a"]}, "invalid", "media"),
    "a picture without words": ({"media": ["photo.jpg"]}, "invalid", "alt"),
    "a picture with blank words": ({"media": ["photo.jpg"], "alt": ["  "]}, "invalid", "alt"),
    "words for one of two pictures": ({"media": ["photo.jpg", "photo.jpg"], "alt": ["a"]}, "invalid", "alt"),
    "words without a picture": ({"alt": ["a"]}, "invalid", "alt"),
    "a picture that is not there": ({"media": ["gone.jpg"], "alt": ["a"]}, "invalid", "media"),
    "a folder for a picture": ({"media": ["."], "alt": ["a"]}, "invalid", "media"),
    "no picture at all": ({"media": ["notes.jpg"], "alt": ["a"]}, "invalid", "media"),
    "a file outside that is no picture": ({"media": ["../../../../../../../../etc/passwd"], "alt": ["a"]}, "invalid", "media"),
    "a pipe": ({"media": ["pipe.jpg"], "alt": ["a"]}, "invalid", "media"),
    "an approver nobody knows": ({"approved_by": "nobody"}, "invalid", "approved_by"),
    "an approver who may not": ({"approved_by": "noura"}, "invalid", "approved_by"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_line_is_named_and_nothing_of_it_is_kept(office: Office, picture: Path, what: str) -> None:
    changes, code, field = BAD[what]
    picture.with_name("notes.jpg").write_text("these are only words")
    os.mkfifo(picture.with_name("pipe.jpg"))
    result = take(office, {**GOOD, **changes}, {**GOOD, "ref": "good"}, base=picture.parent)
    (error,) = result.errors
    assert (error.line, error.error, error.field) == (1, code, field)
    assert (result.imported, result.failed) == (1, True)
    assert [shown(d.ref) for d in office.everything()] == ["good"]
    with office.db.read() as session:
        assert len(session.exec(select(Post)).all()) == 1


def test_what_nobody_foresaw_in_one_line_is_named_and_the_others_are_taken(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = queueing.queue

    def queue(session: Session, actor: Actor, post: Post, *more: Any, **named: Any) -> list[Delivery]:
        if post.title == "odd":
            raise ZeroDivisionError
        return whole(session, actor, post, *more, **named)

    monkeypatch.setattr(queueing, "queue", queue)
    result = take(office, {**GOOD, "ref": "odd", "text": "odd"}, GOOD)
    (bad,) = result.errors
    assert (result.imported, bad.line, bad.ref, bad.error, bad.why) == (1, 1, "odd", "error", "ZeroDivisionError")


@pytest.mark.parametrize("line", ["nope", [], {**GOOD, "at": "tomorrow"}, {**GOOD, "approved_by": "nobody"}, {**GOOD, "kind": "?"}])
def test_a_bad_line_says_what_is_wrong_in_both_languages(office: Office, line: Any) -> None:
    (bad,) = take(office, line).errors
    assert bad.why in bad.en
    assert any("\u0621" <= letter <= "\u064a" for letter in bad.ar)


def test_a_database_that_is_gone_is_no_fault_of_the_line(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: Any, **__: Any) -> list[Delivery]:
        raise OperationalError("", {}, Exception())

    monkeypatch.setattr(queueing, "queue", gone)
    with pytest.raises(OperationalError):
        take(office, GOOD)


def test_whatever_a_bad_lines_ref_is_the_answer_can_be_printed(office: Office) -> None:
    refs = ["\ud83d", "\x00", "r" * 500, 7, 1.5, [1], {"a": 1}, True]
    told = [error.ref for error in take(office, *({**GOOD, "ref": ref} for ref in refs)).errors]
    assert told == ["\\ud83d", "\x00", "r" * 120, "7", "1.5", None, None, "True"]


def test_an_importers_ref_is_never_mistaken_for_one_of_ours(office: Office) -> None:
    def ours(kind: str, ref: str) -> None:
        with office.db.write() as session:
            account = session.get_one(Account, office.accounts["x"].id)
            enqueue(session, WORKER, kind=kind, account=account, target_id="9", body=Body("شكرًا"), ref=ref)

    ours("receipt", "receipt:1")
    assert take(office, {**GOOD, "ref": "receipt:1"}, {**GOOD, "ref": "reply:1"}) == ImportResult(2, 0, ())
    ours("reply", "reply:1")
    with office.db.read() as session:
        listed = [(line["kind"], line["ref"]) for line in deliveries(session)]
    assert listed == [("receipt", None), ("post", "receipt:1"), ("post", "reply:1"), ("reply", None)]


@pytest.mark.parametrize("ref", ["r" * 120, "م" * 120, "import:1", " ", "post:1:1:1"])
def test_a_ref_is_shown_as_it_was_given(office: Office, ref: str) -> None:
    line = {**GOOD, "ref": ref}
    assert (take(office, line).imported, take(office, line).unchanged) == (1, 1)
    with office.db.read() as session:
        assert [line["ref"] for line in deliveries(session)] == [ref]


def test_what_was_refused_and_is_sent_again_is_listed_under_its_ref(office: Office) -> None:
    take(office, GOOD)
    office.hands.forward(hours=1)
    for _ in range(2):
        office.connectors["x"].faults.append("rejected")
        office.send()
        with office.db.read() as session:
            post = session.exec(select(Post)).one().id or 0
        office.do(posts.retry, post, by=MANAGER)
    office.send()
    with office.db.read() as session:
        listed = [(line["ref"], line["state"]) for line in deliveries(session)]
    assert listed == [("n-1", "refused"), ("n-1", "refused"), ("n-1", "published")]
    assert take(office, GOOD) == ImportResult(0, 1, ())


def test_a_line_without_a_ref_is_shown_without_one(office: Office) -> None:
    take(office, {**GOOD, "ref": None})
    with office.db.read() as session:
        assert [line["ref"] for line in deliveries(session)] == [None]


@pytest.mark.parametrize("raw", [b"{", b"[]", b'"text"', b"\xff\xfe", b"null", b"[" * 100_000])
def test_what_is_no_json_object_is_named(office: Office, raw: bytes) -> None:
    (error,) = take(office, raw).errors
    assert (error.line, error.error, error.field) == (1, "invalid", "line")


def test_an_error_tells_no_more_of_a_path_than_the_files_name(office: Office) -> None:
    (error,) = take(office, {**GOOD, "media": ["../../etc/passwd"], "alt": ["a"]}).errors
    assert "etc" not in error.why


def test_pictures_are_found_beside_the_file_and_stored_under_their_hash(office: Office, picture: Path) -> None:
    line = {**GOOD, "media": ["photo.jpg"], "alt": ["  مبنى الوزارة "]}
    assert take(office, line, base=picture.parent).imported == 1
    (stored,) = folder(office.settings.var_dir).iterdir()
    (media,) = office.everything()[0].body["media"]
    assert (media["path"], media["alt"], media["sha256"]) == (stored.name, "مبنى الوزارة", stored.stem)
    picture.unlink()
    office.hands.forward(hours=1)
    office.send()
    assert office.everything()[0].state == "published"


def test_a_picture_may_be_named_by_its_whole_path(office: Office, picture: Path) -> None:
    assert take(office, {**GOOD, "media": [str(picture)], "alt": ["a"]}).imported == 1


@pytest.mark.parametrize("name", ["x", "x:1"])
def test_the_only_account_of_a_platform_may_be_named_by_the_platform(office: Office, name: str) -> None:
    assert take(office, {**GOOD, "account": name}).imported == 1


def test_an_approver_is_a_user_who_may_approve(office: Office) -> None:
    take(office, {**GOOD, "approved_by": "khalid"})
    with office.db.read() as session:
        assert session.exec(select(Post)).one().approved_by == office.approver.user_id


def test_what_an_approver_who_has_gone_is_named_for_waits_for_a_word_of_whoever_decides(office: Office) -> None:
    take(office, {**GOOD, "approved_by": "khalid"})
    with office.db.write() as session:
        manager = person(session, "mona", "manager")
        assert steps.resting_on(session, office.approver.user_id or 0) == []
        auth.dismiss(session, OPERATING, "khalid")
        assert len(steps.resting_on(session, office.approver.user_id or 0)) == 1
    office.hands.forward(hours=1)
    office.send()
    (held,) = office.everything()
    assert (held.state, held.reason, office.wall.texts()) == ("held", "approver_gone_import", [])
    with office.db.write() as session:
        decide.release(session, manager, session.get_one(Delivery, held.id))
    office.send()
    assert office.wall.texts() == ["خبر"]


def test_an_hour_long_past_asks_instead_of_going_out(office: Office) -> None:
    take(office, {**GOOD, "at": "2026-11-24T05:00:00+04:00"})
    office.send()
    assert [(d.state, d.reason) for d in office.everything()] == [("missed", "missed")]
    assert office.wall.posts() == []


def test_an_hour_just_past_goes_out_at_once(office: Office) -> None:
    take(office, {**GOOD, "at": (office.hands.at - timedelta(minutes=5)).isoformat()})
    office.send()
    assert office.wall.texts() == ["خبر"]


def test_an_imported_post_is_followed_to_its_end(office: Office) -> None:
    take(office, {**GOOD, "kind": "event", "at": office.hands.at.isoformat()})
    office.send()
    with office.db.read() as session:
        assert [(p.kind, p.state) for p in session.exec(select(Post))] == [("event", "published")]


def test_the_machine_may_not_import(office: Office) -> None:
    with pytest.raises(Forbidden):
        import_lines(office.db, WORKER, [json.dumps(GOOD)], settings=office.settings)
