"""The walls: what a citizen would see, with nothing he wrote taken for markup."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from sandbox import acts, day
from sandbox.entries import PLATFORMS
from sandbox.walls import TABS
from sandbox.world import World

EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</article></main><h1>مزور</h1>",
    "<svg/onload=alert(1)>",
    "&lt;b&gt; javascript:alert(1)",
    "\u202e<iframe src=//evil.example>\u2066",
    "{{7*7}} ${7*7} <%= 7*7 %>",
]


class Seen(HTMLParser):
    """Tags, attributes and words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data


def wall(control: Any, tab: str, lang: str = "ar") -> tuple[Seen, Any]:
    answer = control("GET", f"/__sandbox/wall/{tab}", params={"lang": lang})
    assert answer.status_code == 200
    return Seen(answer.text), answer


@pytest.mark.parametrize("tab", TABS)
@pytest.mark.parametrize("evil", EVIL)
def test_what_people_write_is_text_and_never_markup(control: Any, x: Any, world: World, tab: str, evil: str) -> None:
    for platform in PLATFORMS:
        person = acts.newcomer(world, platform, "sara_q", evil)
        post = acts.post(world, platform, evil, media=[day.picture(world, platform, evil)])
        acts.comment(world, platform, person, evil, post.id)
        acts.message(world, platform, person, evil)
        acts.mention(world, platform, person, evil)
    x.check = None
    x("POST", "/2/tweets", json={"text": evil})
    seen, answer = wall(control, tab)
    assert not seen.tags & {"script", "img", "iframe", "svg", "h1", "object", "form"}
    assert not [name for name, _ in seen.attributes if name.startswith("on")]
    assert not [value for name, value in seen.attributes if name in ("href", "src") and not value.startswith("/__sandbox/")]
    assert evil.split()[0].strip("\u202e\u2066") in seen.words or tab == "sent"
    assert answer.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'"


@pytest.mark.parametrize(("lang", "direction", "word"), [("ar", "rtl", "أخفته الصفحة"), ("en", "ltr", "hidden by the page")])
def test_a_wall_shows_what_became_of_each_word_in_both_languages(
    control: Any, world: World, lang: str, direction: str, word: str
) -> None:
    person = acts.newcomer(world, "facebook", "sara_q", "سارة")
    post = acts.post(world, "facebook", "ورشة مجانية", media=[day.picture(world, "facebook", "لافتة خضراء")])
    hidden, gone, edited = (acts.comment(world, "facebook", person, text, post.id) for text in ("مخفي", "محذوف", "قبل"))
    acts.hide(world, hidden, True)
    acts.delete(world, gone)
    acts.edit(world, edited, "بعد")
    acts.comment(world, "facebook", world.own("facebook"), "رد الوزارة", edited.id)
    seen, _ = wall(control, "facebook", lang)
    assert ("dir", direction) in seen.attributes
    assert word in seen.words
    for text in ("ورشة مجانية", "لافتة خضراء", "مخفي", "بعد", "رد الوزارة"):
        assert text in seen.words


def test_a_wall_shows_a_film_as_one_and_the_answers_of_a_poll(control: Any, world: World) -> None:
    film = day.picture(world, "x", "افتتاح المركز")
    world.media[film].kind = "video"
    acts.post(world, "x", "شاهدوا", media=[film])
    acts.post(world, "x", "أي يوم يناسبكم؟", poll=["الأحد", "الاثنين"], poll_minutes=60)
    seen, _ = wall(control, "x")
    for text in ("▶", "افتتاح المركز", "الأحد", "الاثنين"):
        assert text in seen.words


def test_private_messages_have_a_wall_of_their_own(control: Any, world: World) -> None:
    acts.message(world, "x", acts.newcomer(world, "x", "sara_q", "سارة"), "سر بيننا")
    assert "سر بيننا" in wall(control, "messages")[0].words
    assert not [p for p in PLATFORMS if "سر بيننا" in wall(control, p)[0].words]


def test_what_was_sent_is_shown_with_its_answer(control: Any, x: Any) -> None:
    x("POST", "/2/tweets", json={"text": "خبر اليوم"})
    seen, _ = wall(control, "sent")
    assert "/2/tweets" in seen.words
    assert "201" in seen.words
    assert "خبر اليوم" in seen.words


def test_an_empty_wall_says_so_and_an_unknown_one_is_not_there(control: Any) -> None:
    assert "لا شيء بعد" in wall(control, "x")[0].words
    assert control("GET", "/__sandbox/wall/television").status_code == 404


def test_the_root_leads_to_the_walls(control: Any) -> None:
    answer = control("GET", "/")
    assert (answer.status_code, answer.headers["location"]) == (302, "/__sandbox/")
