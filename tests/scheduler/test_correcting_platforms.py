"""Corrections and withdrawals as the simulated platforms received them: the answer beneath, the link, and nothing left standing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.entries import Entry
from scheduler import posts
from scheduler.models import Post
from tests.scheduler.test_sent_as_shown import Press, press, sandbox

__all__ = ["press", "sandbox"]

RIGHT, MORE = "الصواب: يوم الأحد", "Correction: on Sunday"
WORDS = f"{RIGHT}\n\n{MORE}"


def standing(there: Press) -> list[Entry]:
    """What everybody can see of ours, the oldest first."""
    platform = there.backend.partition(":")[0]
    with there.running.world.lock:
        entries = {e.id: e for e in there.running.world.entries[platform].values() if e.own and e.published and not e.deleted}  # type: ignore[index] # tests name real platforms
    return sorted(entries.values(), key=lambda e: (e.created, e.id))


def published(there: Press, kind: str, folder: Path) -> int:
    post_id = there.written(kind, folder)
    there.submit(post_id)
    assert there.publish(post_id) == "published"
    return post_id


def corrected(there: Press, post_id: int) -> int:
    with there.db.write() as session:
        child = posts.correct(session, there.author, session.get_one(Post, post_id), ar=RIGHT, en=MORE)
        return child.id or 0


@pytest.mark.parametrize("backend", ["x", "instagram", "instagram:private"])
def test_a_correction_stands_beneath_what_it_corrects(press: Callable[[str], Press], backend: str, tmp_path: Path) -> None:
    there = press(backend)
    child = corrected(there, published(there, "photo", tmp_path))
    shown = there.shown(child)
    assert shown.problems == ()
    there.submit(child)
    assert there.publish(child) == "published"
    original, correction = standing(there)
    assert (correction.text[correction.prefix :], correction.parent) == (WORDS, original.id)
    assert shown.text == WORDS


def test_where_nothing_is_answered_a_correction_links_its_original(press: Callable[[str], Press], tmp_path: Path) -> None:
    there = press("facebook")
    child = corrected(there, published(there, "text", tmp_path))
    shown = there.shown(child)
    there.submit(child)
    assert there.publish(child) == "published"
    original, correction = standing(there)
    assert correction.text == shown.text == f"{WORDS}\n{shown.link}"
    assert original.id.rpartition("_")[2] in shown.link
    assert correction.link == shown.link


@pytest.mark.parametrize("backend", ["facebook", "x", "instagram", "instagram:private"])
def test_a_withdrawal_leaves_nothing_of_it_standing(press: Callable[[str], Press], backend: str, tmp_path: Path) -> None:
    there = press(backend)
    post_id = published(there, "photo", tmp_path)
    correction = corrected(there, post_id)
    there.submit(correction)
    there.publish(correction)
    for number in (correction, post_id):
        with there.db.write() as session:
            child = posts.withdraw(session, there.author, session.get_one(Post, number), ar=RIGHT, en=MORE).id or 0
        there.submit(child)
        assert there.publish(child) == "published"
    assert standing(there) == []
