"""Whether an account can take a post as it is, and in what shape: its words, its files one by one, its poll. Calls no platform."""

from collections.abc import Iterator

from connectors.able import HASHTAG, POLL_MINUTES, POLL_OPTION_MOST, POLL_OPTIONS, Capabilities, Limits
from connectors.contract import Poll
from core.why import Why
from outbox.body import Body, MediaFile

MB = 1024 * 1024
#: 1080 × 1350 and its like count as the ratio they are meant to be
NEARLY = 0.01
#: what a problem is about, for whoever names a field; all else is about the text
ABOUT = {"alt_missing": "alt", "alt_too_long": "alt"}


def shape(body: Body, link: str, able: Capabilities) -> str:
    """What becomes of it there: `text link photo photos film carousel poll`."""
    if body.poll is not None:
        return "poll"
    if len(body.media) > 1:
        return "carousel" if able.carousel else "photos"
    if body.media:
        return "film" if body.media[0].film else "photo"
    return "link" if link else "text"


def about(problem: Why) -> str:
    """The field a problem is about."""
    name = problem.code.removeprefix("post_")
    if name in ABOUT:
        return ABOUT[name]
    return "poll" if "poll" in name else "media" if {"n", "most", "media"} & problem.values.keys() else "text"


def problems(body: Body, files: tuple[MediaFile, ...], count: int, able: Capabilities) -> tuple[Why, ...]:
    """Why an account with these abilities can't take it; () when it can. `files`: the body's as that account would get them."""
    return (*_words(body, count, able), *_together(body, able), *_alts(body, able), *_files(files, able), *_poll(body, able))


def notes(body: Body, able: Capabilities) -> tuple[Why, ...]:
    """What gets lost on the way there, though it can go."""
    silent = [one for one in body.media if one.alt and not (able.alt_film if one.film else able.alt_text)]
    lost = {"post_alt_stays": bool(silent), "post_made_anew": bool(body.media) and not able.exact}
    return tuple(Why(code) for code, holds in lost.items() if holds)


def _words(body: Body, count: int, able: Capabilities) -> Iterator[Why]:
    if not body.text and not body.media:
        yield Why("post_empty")
    if able.text_limit and count > able.text_limit:
        yield Why("post_too_long", count=count, limit=able.text_limit)
    if not body.media and not able.post_text and body.root_id is None:
        yield Why("post_no_text_only", media=0)
    if able.handles_max and body.text.count("@") > able.handles_max:
        yield Why("post_too_many_handles", limit=able.handles_max)
    if able.hashtags_max and len(HASHTAG.findall(body.text)) > able.hashtags_max:
        yield Why("post_too_many_hashtags", limit=able.hashtags_max)


def _together(body: Body, able: Capabilities) -> Iterator[Why]:
    films = sum(one.film for one in body.media)
    if len(body.media) > films and not able.image:
        yield Why("post_no_images", media=0)
    if films and not able.video:
        yield Why("post_no_films", media=0)
    if len(body.media) > able.media_max:
        yield Why("post_too_many_images", most=able.media_max)
    if films and len(body.media) > 1 and not able.carousel:
        yield Why("post_film_alone", media=0)


def _alts(body: Body, able: Capabilities) -> Iterator[Why]:
    if any(not one.alt and not one.alt_why for one in body.media):
        yield Why("post_alt_missing")
    spoken = [one for one in body.media if (able.alt_film if one.film else able.alt_text)]
    if able.alt_limit and any(len(one.alt) > able.alt_limit for one in spoken):
        yield Why("post_alt_too_long", alt=able.alt_limit)


def _files(files: tuple[MediaFile, ...], able: Capabilities) -> Iterator[Why]:
    for n, one in enumerate(files, 1):
        takes = able.film if one.film else able.picture
        if able.video if one.film else able.image:
            yield from _file(n, one, takes)


def _file(n: int, one: MediaFile, takes: Limits) -> Iterator[Why]:
    if one.mime not in takes.mimes:
        yield Why("post_file_type", n=n, kinds=", ".join(kind.partition("/")[2].upper() for kind in takes.mimes))
    if takes.bytes and one.bytes > takes.bytes:
        yield Why("post_file_large", n=n, limit=takes.bytes // MB)
    least, most = takes.ratios
    ratio = one.width / one.height if one.height else 0
    if ratio and ((least and ratio < least * (1 - NEARLY)) or (most and ratio > most * (1 + NEARLY))):
        yield Why("post_file_ratio", n=n, ratio=f"{ratio:.2f}", least=f"{least:.2f}", most=f"{most:.2f}")
    small, large = takes.sides
    if one.width and ((small and min(one.width, one.height) < small) or (large and max(one.width, one.height) > large)):
        yield Why("post_file_sides", n=n, least=small, most=large)
    short, long = takes.ms
    if one.film and ((short and one.duration_ms < short) or (long and one.duration_ms > long)):
        yield Why(
            "post_film_length", n=n, seconds=f"{one.duration_ms / 1000:.1f}", least=f"{short / 1000:g}", most=f"{long / 1000:g}"
        )


def _poll(body: Body, able: Capabilities) -> Iterator[Why]:
    if body.poll is None:
        return
    if not able.poll:
        yield Why("post_no_poll")
    elif body.media:
        yield Why("post_poll_and_media")
    yield from poll_problems(body.poll)


def poll_problems(poll: Poll) -> Iterator[Why]:
    """What is wrong with a poll wherever it goes."""
    fewest, most = POLL_OPTIONS
    if not fewest <= len(poll.options) <= most or len(set(poll.options)) < len(poll.options):
        yield Why("post_poll_options", least=fewest, limit=most)
    if not all(1 <= len(option) <= POLL_OPTION_MOST for option in poll.options):
        yield Why("post_poll_option", limit=POLL_OPTION_MOST)
    shortest, longest = POLL_MINUTES
    if not shortest <= poll.minutes <= longest:
        yield Why("post_poll_minutes", least=shortest, limit=longest)
