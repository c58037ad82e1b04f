"""A storm on order, and the truth that is left when it is over."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox import acts, storm, truth
from sandbox.world import World


def test_a_storm_is_as_large_as_ordered_and_the_same_again(world: World) -> None:
    made = storm.brew(world, {"n": 300, "seed": 4})
    assert made["said"] + made["messages"] == 300
    assert made["edited"] > 0
    assert made["deleted"] > 0
    assert world.config.repeat_rate == 0.12
    assert world.config.disorder
    assert {f.kind for f in world.faults.waiting} == {"5xx", "expired_cursor", "half_after", "bad_json", "429"}


def test_a_storm_says_nothing_below_what_was_read_before(world: World) -> None:
    storm.brew(world, {"n": 60, "seed": 4, "messages": 0.5})
    read = max(int(id_) for id_ in world.entries["x"])
    talked = {talk.id: talk.updated for talks in world.conversations.values() for talk in talks.values()}
    heard = len(world.shelf("x", "all"))
    world.clock.advance(90)
    storm.brew(world, {"n": 60, "seed": 5, "messages": 0.5})
    new = [entry for key, entry in world.shelf("x", "all").newest_first() if int(entry.current_id) > read]
    assert len(new) == len(world.shelf("x", "all")) - heard > 10
    talks = [talk for by_id in world.conversations.values() for talk in by_id.values()]
    assert all(talk.updated >= talked.get(talk.id, 0.0) for talk in talks)
    assert all([m.at for m in talk.messages] == sorted(m.at for m in talk.messages) for talk in talks)
    assert storm.last_moment(world) <= world.clock.now()


def test_an_aftermath_says_nothing_new(world: World) -> None:
    storm.brew(world, {"n": 100, "faults": False})
    before = {r["native_id"] for r in truth.rows(world)}
    made = storm.brew(world, {"aftermath": True, "edits": 0.2, "deletes": 0.0})
    assert (made["said"], made["messages"]) == (0, 0)
    assert made["edited"] > 0
    assert {r["native_id"] for r in truth.rows(world)} == before


@pytest.mark.parametrize("order", [{"rain": 1}, {"platforms": ["tv"]}])
def test_an_order_it_does_not_know_is_refused(world: World, order: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        storm.brew(world, order)


def test_what_nobody_could_have_seen_is_not_in_the_truth(world: World) -> None:
    person = acts.newcomer(world, "facebook", "sara_q", "سارة")
    post = acts.post(world, "facebook", "خبر")
    unseen, seen = (acts.comment(world, "facebook", person, text, post.id) for text in ("لم يره أحد", "رآه واحد"))
    seen.serve()
    for entry in (unseen, seen):
        acts.delete(world, entry)
    rows = {r["native_id"]: r for r in truth.rows(world)}
    assert unseen.id not in rows
    assert rows[seen.id]["deleted"]
    assert rows[seen.id]["text"] == "رآه واحد"


def test_what_is_said_to_a_stranger_on_x_is_true_once_it_was_shown(world: World) -> None:
    sara, omar = (acts.newcomer(world, "x", name) for name in ("sara_q", "omar"))
    theirs, ours = acts.post(world, "x", "عن غيرنا", author=omar), acts.post(world, "x", "خبر")
    quote = acts.post(world, "x", "ليس لكم", author=sara, quoted=theirs.id)
    named = acts.post(world, "x", "@MinistryDemo انظروا", author=sara, quoted=theirs.id)
    to_us = acts.post(world, "x", "أحسنتم", author=sara, quoted=ours.id)
    assert {row["native_id"] for row in truth.rows(world)} == {ours.id, named.id, to_us.id}
    quote.serve()
    assert quote.id in {row["native_id"] for row in truth.rows(world)}


def test_messages_hang_from_the_private_reply_before_them(world: World) -> None:
    person = acts.newcomer(world, "facebook", "sara_q", "سارة")
    post = acts.post(world, "facebook", "خبر")
    first, second = (acts.comment(world, "facebook", person, text, post.id) for text in ("أول", "ثان"))
    said = [acts.message(world, "facebook", person, "قبل")[1]]
    for comment in (first, second):
        said.append(acts.message(world, "facebook", person, "رد", own=True, comment_id=comment.id)[1])
        said.append(acts.message(world, "facebook", person, "شكرا")[1])
    rows = {row["native_id"]: row["parent_id"] for row in truth.rows(world)}
    assert [rows[message.id] for message in said] == [None, first.id, first.id, second.id, second.id]


def test_an_edit_counts_only_where_both_versions_could_be_told_apart(world: World) -> None:
    person = acts.newcomer(world, "facebook", "sara_q", "سارة")
    post = acts.post(world, "facebook", "خبر")
    early, late = (acts.comment(world, "facebook", person, "قبل", post.id) for _ in range(2))
    early.serve()
    for entry in (early, late):
        acts.edit(world, entry, "بعد")
        entry.serve()
    rows = {r["native_id"]: r for r in truth.rows(world)}
    assert (rows[early.id]["edited"], rows[late.id]["edited"]) == (True, False)
