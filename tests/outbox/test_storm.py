"""A few hundred crashes and faults on both databases, judged by what stands on the platforms.

Ten thousand: `bench.publish --full`.
"""

import random
from itertools import cycle, islice
from pathlib import Path

import pytest

from bench.stores import opened
from bench.storm.blows import KINDS, PLATFORMS, SEND_POINTS, SLOW, Blow, Doom, cells, faults_of
from bench.storm.house import Times, house, platforms, word
from bench.storm.judge import Verdict
from bench.storm.life import storm
from bench.storm.scenes import SCENES, play
from core import clock
from core.db import Database

SEED = 20261124


def clean(found: Verdict) -> None:
    assert (found.duplicates, found.lost, found.stuck, found.late) == ([], [], [], [])


WAVES, TROUBLE = SCENES[1], SCENES[-1]


@pytest.mark.parametrize("scene", [s for s in SCENES if s not in (WAVES, TROUBLE)], ids=lambda s: s.name)
def test_whatever_is_killed_or_fails_it_stands_there_once_or_a_person_is_asked_in_time(
    db: Database, tmp_path: Path, scene: object
) -> None:
    found = play(scene, db, tmp_path, SEED, 9)  # type: ignore[arg-type]  # one of SCENES
    clean(found)
    assert found.killed() + found.faults() >= 12, "little struck: little was proved"


def test_of_a_wave_that_is_struck_each_post_stands_there_once(db: Database, tmp_path: Path) -> None:
    found = play(WAVES, db, tmp_path, SEED, 18)
    clean(found)
    assert found.widest > 1
    assert found.killed() + found.faults() >= 6


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_a_database_that_is_restarted_locked_or_full_loses_nothing(store: str, tmp_path: Path) -> None:
    """In a server of its own: it is stopped at once, again and again."""
    with opened(store) as (db,):
        found = play(TROUBLE, db, tmp_path, SEED, 9)
        db.dispose()
    clean(found)
    assert found.struck["database restarted" if store == "postgresql" else "database locked"]


def test_a_private_answer_that_was_given_while_our_clock_was_ahead_is_found(db: Database, tmp_path: Path) -> None:
    times = Times()
    doom = Doom("facebook", "private_reply", sends=[Blow(fault="drop_after", jump_s=3600), Blow(jump_s=3600)])
    with platforms(times) as running:
        found = storm(house(db, running, times, tmp_path, chance=random.Random(SEED)), [doom])
    clean(found)
    assert found.ends == {"published": 1}
    assert found.struck["clock jumped"] == 2


def test_all_that_a_storm_sends_is_asked_about_as_it_leaves(db: Database, tmp_path: Path) -> None:
    times = Times()
    with platforms(times) as running, clock.running(times.ours):
        there = house(db, running, times, tmp_path, chance=random.Random(SEED))
        each = [*zip(cycle(PLATFORMS), KINDS, strict=False), ("x", "delete")]
        ids = [there.queue(Doom(platform, kind, pictures=int(kind == "post"))) for platform, kind in each]
        guard = {row.id: row.guard for row in there.rows()}
    told = zip((kind for _, kind in each), (guard[id_] for id_ in ids), strict=True)
    assert list(told) == [
        ("post", "post_approved"),
        ("reply", "thread_unchanged"),
        ("receipt", "receipt_wanted"),
        ("private_reply", "thread_unchanged"),
        ("hide", "still_founded"),
        ("unhide", "still_founded"),
        ("delete", "still_founded"),
        ("delete", "post_approved"),
    ]
    assert all(guard.values()), "the link too that goes with a receipt"
    assert len(guard) == len(ids) + 1


def test_the_plan_of_a_storm_is_the_same_for_the_same_seed_and_holds_every_cell() -> None:
    count = sum(len(KINDS) * ((len(SEND_POINTS) + 1) * (len(faults_of(p)) + 1) - 1) for p in PLATFORMS)
    first, again, other = ([next(made) for _ in range(50)] for made in (cells(1), cells(1), cells(2)))
    assert first == again != other
    firsts = ((doom.platform, doom.kind, doom.sends[0].at, doom.sends[0].fault) for doom in islice(cells(SEED), 2 * count))
    slow = sum(len(KINDS) * (len(SEND_POINTS) + 1) for _ in PLATFORMS)  # an answer that is waited for in vain comes more seldom
    assert len({cell for cell in firsts if cell[3] != SLOW}) == count - slow


def test_no_word_of_the_storm_looks_like_a_number() -> None:
    assert not any(letter.isdigit() for n in range(5000) for letter in word(n))
    assert len({word(n) for n in range(5000)}) == 5000
