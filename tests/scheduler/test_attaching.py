"""The files of a post: with words for those who can't see them or a logged reason, described anew, put in order, taken out."""

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session, col, select

from core.actors import Actor
from core.errors import Forbidden, Invalid
from core.models import AuditEntry
from scheduler import posts, queueing
from scheduler.models import Post, PostMedia
from tests.outbox import mp4
from tests.scheduler.conftest import Office


def rows(session: Session, post_id: int) -> list[PostMedia]:
    of_post = select(PostMedia).where(col(PostMedia.post_id) == post_id)
    return list(session.exec(of_post.order_by(col(PostMedia.place), col(PostMedia.id))))


def alts(office: Office, post_id: int) -> list[str]:
    with office.db.read() as session:
        return [one.alt for one in queueing.pictures(session, session.get_one(Post, post_id))]


def add(office: Office, post_id: int, path: Path, alt: str, **more: Any) -> None:
    office.do(posts.add_media, post_id, path, alt, settings=office.settings, **more)


def test_a_film_is_kept_with_what_it_is_and_sent_with_the_post(office: Office, tmp_path: Path) -> None:
    post = office.draft("x")
    add(office, post, mp4.written(tmp_path / "a.mp4", mp4.user_data()), "افتتاح المركز")
    office.do(posts.submit, post)
    office.approve(post)
    (sent,) = office.everything()[0].body["media"]
    assert (sent["mime"], sent["width"], sent["height"], sent["duration_ms"]) == ("video/mp4", 1280, 720, 10_000)
    assert sent["alt"] == "افتتاح المركز"


def test_a_picture_may_go_without_words_for_a_reason_that_is_logged(office: Office, picture: Path) -> None:
    post = office.draft("x")
    add(office, post, picture, "", alt_why="زخرفة بلا معنى")
    with office.db.read() as session:
        (entry,) = session.exec(select(AuditEntry).where(AuditEntry.action == "post.alt_missing")).all()
        (row,) = rows(session, post)
    assert (entry.subject, entry.detail["why"], row.alt_why) == (f"post:{post}", "زخرفة بلا معنى", "زخرفة بلا معنى")
    office.do(posts.submit, post, connect=office.real(), settings=office.settings)


def test_words_take_the_place_of_the_reason_for_having_none(office: Office, picture: Path) -> None:
    post = office.draft("x")
    add(office, post, picture, "", alt_why="زخرفة")
    with office.db.write() as session:
        (row,) = rows(session, post)
        posts.describe_media(session, office.author, session.get_one(Post, post), row, "مبنى الوزارة")
        assert (row.alt, row.alt_why) == ("مبنى الوزارة", "")
        with pytest.raises(Invalid):
            posts.describe_media(session, office.author, session.get_one(Post, post), row, " ")
    assert alts(office, post) == ["مبنى الوزارة"]


def test_they_are_shown_in_the_order_they_are_put_in(office: Office, picture: Path) -> None:
    post = office.scheduled("x")
    for name in ("أولى", "ثانية", "ثالثة"):
        add(office, post, picture, name)
    with office.db.write() as session:
        first, second, third = (row.id or 0 for row in rows(session, post))
        posts.order_media(session, office.author, session.get_one(Post, post), [third, first, second])
    assert alts(office, post) == ["ثالثة", "أولى", "ثانية"]
    with office.db.write() as session, pytest.raises(Invalid):
        posts.order_media(session, office.author, session.get_one(Post, post), [third, first])


def test_the_words_that_are_taken_are_as_long_as_the_longest_any_platform_takes(office: Office, picture: Path) -> None:
    connect = office.real()
    caps = [connect(account).capabilities for account in office.accounts.values()]
    assert max(can.alt_limit for can in caps if can.alt_text) == posts.ALT_MOST
    post = office.draft("x")
    add(office, post, picture, "ب" * posts.ALT_MOST)
    with pytest.raises(Invalid):
        add(office, post, picture, "ب" * (posts.ALT_MOST + 1))


def test_what_is_added_after_others_were_taken_out_comes_last(office: Office, picture: Path) -> None:
    post = office.draft("x")
    for alt in ("first", "second", "third"):
        add(office, post, picture, alt)
    with office.db.write() as session:
        for row in rows(session, post)[:2]:
            posts.remove_media(session, office.author, session.get_one(Post, post), row)
    add(office, post, picture, "fourth")
    assert alts(office, post) == ["third", "fourth"]


def test_every_change_of_them_is_an_edit(office: Office, picture: Path) -> None:
    post = office.draft("x")
    add(office, post, picture, "مبنى")
    with office.db.write() as session:
        (row,) = rows(session, post)
        posts.order_media(session, office.author, session.get_one(Post, post), [row.id or 0])
        posts.describe_media(session, office.author, session.get_one(Post, post), row, "آخر")
        posts.remove_media(session, office.author, session.get_one(Post, post), row)
    assert office.post(post).version == 5
    assert office.audit(f"post:{post}")[1:] == ["post.media", "post.media_order", "post.media_described", "post.media_removed"]


def test_a_reader_changes_none_of_them(office: Office, picture: Path) -> None:
    post = office.draft("x")
    add(office, post, picture, "مبنى")
    nobody = Actor("user:9", frozenset(), 9, "Reader")
    with office.db.write() as session:
        (row,) = rows(session, post)
        whole = session.get_one(Post, post)
        for act in (
            lambda: posts.add_media(session, nobody, whole, picture, "مبنى", settings=office.settings),
            lambda: posts.describe_media(session, nobody, whole, row, "مبنى"),
            lambda: posts.order_media(session, nobody, whole, [row.id or 0]),
            lambda: posts.remove_media(session, nobody, whole, row),
        ):
            with pytest.raises(Forbidden):
                act()


def test_a_poll_is_part_of_the_post_and_of_its_fingerprint(office: Office) -> None:
    plain, asking = office.draft("x"), office.draft("x", poll=posts.Poll((" نعم ", "لا"), 60))
    for post in (plain, asking):
        office.do(posts.submit, post)
        office.approve(post)
    without, with_poll = office.everything()
    assert with_poll.body["poll"] == {"options": ["نعم", "لا"], "minutes": 60}
    assert without.fingerprint != with_poll.fingerprint
    office.do(posts.edit, asking, poll=None)
    assert office.post(asking).poll is None
