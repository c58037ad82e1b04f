"""What stands in the way of a version on its account is named before anybody approves it."""

import pytest

from connectors.able import Capabilities, Limits
from connectors.contract import Poll
from core.i18n import LANGS
from outbox.body import Body, MediaFile
from scheduler import fitting

PHOTO = MediaFile("a.jpg", "مبنى", "image/jpeg", "a", 1080, 1080, 200_000)
FILM = MediaFile("b.mp4", "افتتاح", "video/mp4", "b", 1280, 720, 9_000_000, 30_000)
ASK = Poll(("نعم / Yes", "لا / No"), 1440)
NARROW = Limits(("image/jpeg",), bytes=1024 * 1024, ratios=(0.8, 1.91), sides=(100, 4000))
SHORT = Limits(("video/mp4",), ms=(3000, 60_000))


def like(one: MediaFile, **other: object) -> MediaFile:
    return MediaFile(**{name: getattr(one, name) for name in MediaFile.__slots__} | other)


WAYS: list[tuple[Body, Capabilities, tuple[str, ...]]] = [
    (Body(), Capabilities(), ("empty",)),
    (Body(media=(PHOTO,)), Capabilities(), ()),
    (Body("x" * 9), Capabilities(text_limit=8), ("too_long",)),
    (Body("x" * 9), Capabilities(text_limit=0), ()),
    (Body("@a @b @c"), Capabilities(handles_max=2), ("too_many_handles",)),
    (Body("#a #b #c"), Capabilities(hashtags_max=2), ("too_many_hashtags",)),
    (Body("#a ＃ب و mohre.gov.ae/#services و #"), Capabilities(hashtags_max=2), ()),
    (Body("x"), Capabilities(post_text=False), ("no_text_only",)),
    (Body("x", (PHOTO,)), Capabilities(image=False), ("no_images",)),
    (Body("x", (FILM,)), Capabilities(video=False), ("no_films",)),
    (Body("x", (PHOTO,) * 5), Capabilities(media_max=4), ("too_many_images",)),
    (Body("x", (PHOTO, FILM)), Capabilities(), ("film_alone",)),
    (Body("x", (FILM, FILM)), Capabilities(), ("film_alone",)),
    (Body("x", (PHOTO, FILM)), Capabilities(carousel=True), ()),
    (Body("x", (like(PHOTO, alt=""),)), Capabilities(), ("alt_missing",)),
    (Body("x", (like(PHOTO, alt="", alt_why="زخرفة"),)), Capabilities(), ()),
    (Body("x", (like(PHOTO, alt="ب" * 9),)), Capabilities(alt_limit=8), ("alt_too_long",)),
    (Body("x", (like(PHOTO, alt="ب" * 9),)), Capabilities(alt_limit=9), ()),
    (Body("x", (like(PHOTO, alt="ب" * 999),)), Capabilities(alt_limit=0), ()),
    (Body("x", (like(PHOTO, alt="ب" * 9),)), Capabilities(alt_text=False, alt_limit=8), ()),
    (Body("x", (like(FILM, alt="ب" * 9),)), Capabilities(alt_limit=8), ()),
    (Body("x", (like(PHOTO, mime="image/webp"),)), Capabilities(picture=NARROW), ("file_type",)),
    (Body("x", (like(PHOTO, bytes=1024 * 1024 + 1),)), Capabilities(picture=NARROW), ("file_large",)),
    (Body("x", (like(PHOTO, width=1080, height=1350),)), Capabilities(picture=NARROW), ()),
    (Body("x", (like(PHOTO, width=1080, height=1400),)), Capabilities(picture=NARROW), ("file_ratio",)),
    (Body("x", (like(PHOTO, width=2000, height=1000),)), Capabilities(picture=NARROW), ("file_ratio",)),
    (Body("x", (like(PHOTO, width=99, height=99),)), Capabilities(picture=NARROW), ("file_sides",)),
    (Body("x", (PHOTO, like(PHOTO, width=4001, height=4001))), Capabilities(picture=NARROW), ("file_sides",)),
    (Body("x", (like(FILM, duration_ms=2999),)), Capabilities(film=SHORT), ("film_length",)),
    (Body("x", (like(FILM, duration_ms=60_001),)), Capabilities(film=SHORT), ("film_length",)),
    (Body("x", poll=ASK), Capabilities(), ("no_poll",)),
    (Body("x", poll=ASK), Capabilities(poll=True), ()),
    (Body("x", (PHOTO,), poll=ASK), Capabilities(poll=True), ("poll_and_media",)),
    (Body("x", poll=Poll(("نعم",), 60)), Capabilities(poll=True), ("poll_options",)),
    (Body("x", poll=Poll(("أ", "ب", "ج", "د", "هـ"), 60)), Capabilities(poll=True), ("poll_options",)),
    (Body("x", poll=Poll(("نعم", "نعم"), 60)), Capabilities(poll=True), ("poll_options",)),
    (Body("x", poll=Poll(("نعم", "ب" * 26), 60)), Capabilities(poll=True), ("poll_option",)),
    (Body("x", poll=Poll(("نعم", ""), 60)), Capabilities(poll=True), ("poll_option",)),
    (Body("x", poll=Poll(("نعم", "لا"), 4)), Capabilities(poll=True), ("poll_minutes",)),
    (Body("x", poll=Poll(("نعم", "لا"), 10_081)), Capabilities(poll=True), ("poll_minutes",)),
]  # fmt: skip


@pytest.mark.parametrize(("body", "able", "expected"), WAYS)
def test_what_stands_in_the_way_is_named_and_said_in_both_languages(
    body: Body, able: Capabilities, expected: tuple[str, ...]
) -> None:
    found = fitting.problems(body, body.media, len(body.text), able)
    assert tuple(why.code.removeprefix("post_") for why in found) == expected
    assert all("{" not in why.words(lang) for why in found for lang in LANGS)


@pytest.mark.parametrize(
    ("body", "link", "able", "shape"),
    [
        (Body("خبر"), "", Capabilities(), "text"),
        (Body("خبر"), "https://a.ae", Capabilities(), "link"),
        (Body("خبر", (PHOTO,)), "", Capabilities(), "photo"),
        (Body("خبر", (PHOTO, PHOTO)), "", Capabilities(), "photos"),
        (Body("خبر", (PHOTO, FILM)), "", Capabilities(carousel=True), "carousel"),
        (Body("خبر", (FILM,)), "", Capabilities(carousel=True), "film"),
        (Body("خبر", poll=ASK), "", Capabilities(poll=True), "poll"),
    ],
)
def test_the_shape_a_version_takes_is_named(body: Body, link: str, able: Capabilities, shape: str) -> None:
    assert fitting.shape(body, link, able) == shape


@pytest.mark.parametrize(
    ("code", "field"),
    [("empty", "text"), ("too_long", "text"), ("no_text_only", "media"), ("file_ratio", "media"), ("alt_missing", "alt"),
     ("film_alone", "media"), ("too_many_images", "media"), ("poll_minutes", "poll"), ("no_poll", "poll")],
)  # fmt: skip
def test_a_problem_names_the_field_it_is_about(code: str, field: str) -> None:
    of = {
        name: why
        for body, able, _ in WAYS
        for why in fitting.problems(body, body.media, len(body.text), able)
        for name in [why.code]
    }
    assert fitting.about(of[f"post_{code}"]) == field


def test_words_that_have_no_place_there_are_said_to_stay_behind() -> None:
    body = Body("x", (PHOTO,))
    assert fitting.notes(body, Capabilities()) == ()
    assert [note.code for note in fitting.notes(body, Capabilities(alt_text=False))] == ["post_alt_stays"]
    assert [note.code for note in fitting.notes(Body("x", (FILM,)), Capabilities())] == ["post_alt_stays"]
    assert [note.code for note in fitting.notes(body, Capabilities(exact=False))] == ["post_made_anew"]
