"""Every error says in Arabic and in English what happened and what to do next."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TypeVar

import pytest

from core import auth, errors, vault  # noqa: F401 (their errors are subclasses to be found)
from core.clock import DUBAI
from core.errors import MajlisError, PlatformError, RateLimited, Uncertain
from core.i18n import LANGS, Lang, catalogue

ARABIC = re.compile("[\u0621-\u064a]")


Kind = TypeVar("Kind", bound=MajlisError)


def kinds(of: type[Kind]) -> Iterator[type[Kind]]:
    yield of
    for below in of.__subclasses__():
        yield from kinds(below)


CODES = sorted({kind.code for kind in kinds(MajlisError)})


@pytest.mark.parametrize("code", CODES)
def test_each_error_has_words_in_both_languages(code: str) -> None:
    words = catalogue()[f"error.{code}"]
    assert ARABIC.search(str(words["ar"]))
    assert not ARABIC.search(str(words["en"]))


@pytest.mark.parametrize("lang", LANGS)
def test_words_are_filled_from_the_details(lang: Lang) -> None:
    said = RateLimited(retry_at=datetime(2026, 11, 24, 7, 0, tzinfo=UTC), account="x:44").words(lang)
    assert "x:44" in said
    assert "2026-11-24T07:00:00Z" in said


@pytest.mark.parametrize("lang", LANGS)
def test_times_in_words_are_rfc_3339_in_utc(lang: Lang) -> None:
    dubai = datetime(2026, 11, 24, 11, 0, tzinfo=DUBAI)
    for error in (RateLimited(retry_at=dubai), errors.NotFound(id=dubai)):
        assert "2026-11-24T07:00:00Z" in error.words(lang)
        assert "+00:00" not in error.words(lang)


def test_only_an_uncertain_error_leaves_doubt_about_what_happened() -> None:
    unsure = [kind for kind in kinds(PlatformError) if not kind.certain]
    assert unsure == [Uncertain]


def test_an_error_reads_as_english_in_a_terminal() -> None:
    assert str(errors.Gone()) == errors.Gone().words("en")
