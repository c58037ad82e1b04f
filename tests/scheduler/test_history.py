"""Every version is kept whole, what differs is shown word by word, and what was said stays with what it was said of."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from core.actors import OPERATING
from core.errors import Forbidden, Invalid, NotFound
from core.i18n import LANGS
from scheduler import comments, history, posts
from scheduler.difference import Change, difference, parts
from scheduler.history import Version
from scheduler.models import Post, PostVersion
from tests.scheduler.conftest import Office


def versions(office: Office, post: int) -> list[Version]:
    with office.db.read() as session:
        return history.versions(session, session.get_one(Post, post))


def between(office: Office, post: int, old: int, new: int) -> tuple[Change, ...]:
    with office.db.read() as session:
        row = session.get_one(Post, post)
        return difference(history.find(session, row, old).content, history.find(session, row, new).content)


def test_each_edit_leaves_the_version_before_it_as_it_was(office: Office) -> None:
    post = office.draft("x", text="أول", pair_why="خبر قصير")
    office.hands.forward(minutes=5)
    office.do(posts.edit, post, by=office.approver, texts={office.ids("x")[0]: "ثان"})
    first, second = versions(office, post)
    assert [[text["text"] for text in v.content["texts"]] for v in (first, second)] == [["أول"], ["ثان"]]
    assert [(v.number, v.name) for v in (first, second)] == [(1, "Noura"), (2, "Khalid")]
    assert second.at - first.at == timedelta(minutes=5)


def test_a_version_that_was_submitted_is_kept_and_never_changed(office: Office) -> None:
    post = office.draft("x", text="أول", pair_why="خبر قصير")
    office.do(posts.submit, post)
    office.do(posts.edit, post, title="آخر")
    with office.db.read() as session:
        (kept,) = session.exec(select(PostVersion)).all()
        assert (kept.version, kept.content["title"], kept.by) == (1, "خبر", office.author.label)


def test_pictures_are_kept_by_their_hash_with_their_words(office: Office, picture: Path) -> None:
    post = office.draft("x", pair_why="خبر قصير")
    office.do(posts.add_media, post, picture, "مبنى الوزارة", settings=office.settings)
    (change,) = [c for c in between(office, post, 1, 2) if c.field == "media"]
    assert (change.what, change.after, len(change.of)) == ("added", "مبنى الوزارة", 64)


def test_a_version_that_never_was_is_not_found(office: Office) -> None:
    post = office.draft("x", pair_why="خبر قصير")
    with pytest.raises(NotFound):
        between(office, post, 1, 2)


def test_words_are_compared_as_words_and_both_texts_can_be_read_out_again() -> None:
    before, after = "يُفتتح المركز يوم الأحد في دبي.", "يُفتتح المركزُ الجديد يوم الاثنين في دبي."
    found = parts(before, after)
    assert "".join(text for op, text in found if op != "new") == before
    assert "".join(text for op, text in found if op != "gone") == after
    assert ("gone", "الأحد") in found
    assert ("new", "الاثنين") in found
    assert ("new", "المركزُ الجديد") in found, "a word is not torn from its vowel signs"


def test_a_sentence_written_anew_reads_as_one_piece() -> None:
    assert parts("one two three", "four five six") == (("gone", "one two three"), ("new", "four five six"))


@pytest.mark.parametrize(("before", "after"), [("", "new"), ("old", ""), ("a\n\nb", "a\n\nc"), ("same", "same"), ("😀 a", "a 😀")])
def test_nothing_is_lost_between_two_texts(before: str, after: str) -> None:
    found = parts(before, after)
    assert "".join(text for op, text in found if op != "new") == before
    assert "".join(text for op, text in found if op != "gone") == after


WAS: dict[str, Any] = {
    "kind": "news", "title": "Opening", "at": "2026-11-24T06:00:00Z", "wall": "", "repeat": None,
    "texts": [{"account": "x:1", "lang": "en", "text": "Doors open at 8"}, {"account": "facebook:1", "lang": "both", "text": "t"}],
    "media": [{"sha256": "a" * 64, "alt": "gate", "mime": "image/png"}, {"sha256": "b" * 64, "alt": "hall", "mime": "image/png"}],
    "event": None,
}  # fmt: skip
IS = WAS | {
    "title": "Grand opening", "at": "2026-11-25T06:00:00Z", "wall": None,
    "texts": [{"account": "x:1", "lang": "en", "text": "Doors open at 9"}, {"account": "instagram:1", "lang": "ar", "text": "ن"}],
    "media": [{"sha256": "b" * 64, "alt": "great hall", "mime": "image/png"}, WAS["media"][0]],
    "event": {"title": "Fair", "starts_at": "2026-11-26T06:00:00Z"},
}  # fmt: skip


def test_every_kind_of_difference_is_told_once_and_in_both_languages() -> None:
    found = difference(WAS, IS)
    assert [(c.field, c.of[:11], c.what) for c in found] == [
        ("title", "", "changed"),
        ("at", "", "changed"),
        ("text", "x:1, en", "changed"),
        ("text", "instagram:1", "added"),
        ("text", "facebook:1,", "removed"),
        ("alt", "b" * 11, "changed"),
        ("media", "", "moved"),
        ("event.title", "", "changed"),
        ("event.starts_at", "", "changed"),
    ]
    assert difference(IS, IS) == ()
    told = {lang: "\n".join(change.words(lang) for change in found) for lang in LANGS}
    assert "Doors open at [-8-]{+9+}" in told["en"]
    assert "2026-11-25 10:00" in told["ar"], "the hour as clocks in Dubai show it"
    assert "facebook:1" in told["ar"]


def test_what_was_said_stays_with_the_version_it_was_said_of(office: Office) -> None:
    post = office.draft("x", pair_why="خبر قصير")
    office.do(posts.comment, post, " أضف الموعد ", by=office.approver)
    office.do(posts.edit, post, title="آخر")
    office.do(posts.comment, post, "تم")
    office.do(posts.submit, post)
    office.do(posts.send_back, post, "والمكان", by=office.approver)
    with office.db.read() as session:
        said = [(row.version, name, row.text) for row, name in comments.of(session, session.get_one(Post, post))]
    assert said == [(1, "Khalid", "أضف الموعد"), (2, "Noura", "تم"), (2, "Khalid", "والمكان")]
    assert office.post(post).version == 2, "a comment is no edit"


@pytest.mark.parametrize("text", ["", "  ", "ب" * 1001, "a\x00b"])
def test_a_comment_says_something_and_not_everything(office: Office, text: str) -> None:
    post = office.draft("x", pair_why="خبر قصير")
    with pytest.raises(Invalid):
        office.do(posts.comment, post, text)


def test_only_a_person_comments(office: Office) -> None:
    post = office.draft("x", pair_why="خبر قصير")
    with pytest.raises(Forbidden):
        office.do(posts.comment, post, "x", by=OPERATING)
