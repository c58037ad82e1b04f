"""The day everybody starts from: what must be in it (PLATFORMS 5, Seed)."""

from __future__ import annotations

import pytest

from sandbox import metrics, seed, voices
from sandbox.clock import Clock
from sandbox.entries import PLATFORMS, Entry
from sandbox.world import World
from sandbox.x.text import weight

NOON = 1_795_507_200.0
DAY_S = 86_400


@pytest.fixture(scope="module")
def demo() -> World:
    return seed.demo(clock=Clock(frozen_at=NOON))


@pytest.fixture(scope="module")
def said(demo: World) -> list[Entry]:
    return [e for p in PLATFORMS for e in demo.shelf(p, "all") if not e.own]


def test_forty_posts_stand_on_three_accounts_with_figures(demo: World) -> None:
    assert len(demo.accounts) == 3
    texts = {e.text for p in PLATFORMS for e in demo.shelf(p, "posts") if e.parent is None}
    assert len(texts) == 40
    grown = [e for p in PLATFORMS for e in demo.shelf(p, "posts") if NOON - e.created > DAY_S]
    assert all(metrics.views(demo, e) > 0 and metrics.likes(demo, e) > 0 for e in grown)


def test_citizens_spoke_in_the_last_day_and_never_before_what_they_answer(demo: World, said: list[Entry]) -> None:
    assert len(said) > 200
    assert all(NOON - 1.1 * DAY_S < e.created <= NOON for e in said)
    for entry in said:
        parent = demo.find(entry.platform, entry.parent or "")
        assert parent is None or parent.created <= entry.created


@pytest.mark.parametrize("lang", ["ar", "en", "ur", "hi", "ml", "tl", "ar-Latn", "ur-Latn", "ml-Latn"])
def test_every_language_of_the_street_is_heard(said: list[Entry], lang: str) -> None:
    spoken = " ".join(e.text for e in said)
    own = [v.text for v in voices.voices() if v.lang == lang]
    assert own
    assert any(text.removeprefix("@ministry ")[:20] in spoken for text in own)


@pytest.mark.parametrize(
    "theme", ["wages", "thanks", "abuse", "privacy", "spam", "emoji", "rtl_url", "long", "suggestion", "inquiry"]
)
def test_every_kind_of_word_is_said(said: list[Entry], theme: str) -> None:
    spoken = " ".join(e.text for e in said)
    assert any(v.text.replace("@ministry", "")[:15].strip() in spoken for v in voices.voices() if v.theme == theme)


def test_some_words_are_longer_than_a_post_of_x(said: list[Entry]) -> None:
    assert any(weight(e.text) > 280 for e in said)


@pytest.mark.parametrize("state", ["edited", "deleted", "hidden"])
def test_a_day_leaves_words_changed_taken_back_and_hidden(said: list[Entry], state: str) -> None:
    found = {"edited": [e for e in said if len(e.versions) > 1], "deleted": [e for e in said if e.deleted]}
    assert {e.platform for e in found.get(state, [e for e in said if e.hidden])} >= (
        {"facebook", "x"} if state == "edited" else {"facebook", "instagram"}
    )


def test_private_messages_were_written_too(demo: World) -> None:
    assert all(demo.conversations[p] for p in PLATFORMS)


def test_the_settings_of_the_simulation_open_its_accounts(demo: World) -> None:
    assert set(demo.tokens) >= {seed.ENVIRONMENT[n] for n in ("FACEBOOK_PAGE_TOKEN", "INSTAGRAM_TOKEN", "X_ACCESS_TOKEN")}
    assert demo.credentials.x_api_secret == seed.ENVIRONMENT["X_API_SECRET"]


def test_two_worlds_of_one_seed_are_alike_and_of_two_are_not() -> None:
    one, same, other = (seed.demo(n, Clock(frozen_at=NOON)).dump() for n in (1, 1, 2))
    assert one == same
    assert one["entries"] != other["entries"]
