"""What an account certainly can't take is refused at import, with the line and the reason; the other lines go on."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from PIL import Image
from sqlmodel import col, select

from core.actors import OPERATING
from outbox.models import Delivery
from scheduler.importing import ImportResult, import_lines
from scheduler.models import PostText
from tests.outbox import mp4
from tests.scheduler.conftest import Office

AT = "2026-11-24T07:00:00Z"


def take(office: Office, *lines: Mapping[str, Any]) -> ImportResult:
    raw = [json.dumps({"at": AT, **line}) for line in lines]
    folder = office.settings.var_dir.parent
    return import_lines(office.db, OPERATING, raw, settings=office.settings, folder=folder, connect=office.real())


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        ({"account": "x", "text": "a" * 300}, "text", "300"),
        ({"account": "instagram", "text": "خبر بلا صورة"}, "media", "picture"),
        ({"account": "x", "text": "خبر", "media": ["p.png"] * 5, "alt": ["مربع"] * 5}, "media", "4"),
    ],
)
def test_a_line_its_account_cannot_take_is_named_and_the_others_go_on(
    office: Office, line: dict[str, Any], field: str, words: str
) -> None:
    Image.new("RGB", (64, 64)).save(office.settings.var_dir.parent / "p.png")
    result = take(
        office, {"ref": "1", "account": "x", "text": "خبر"}, {"ref": "2", **line}, {"ref": "3", "account": "x", "text": "ب"}
    )
    assert result.imported == 2
    (bad,) = result.errors
    assert (bad.line, bad.ref, bad.error, bad.field) == (2, "2", "invalid", field)
    assert words in bad.why
    assert office.accounts[line["account"]].key in bad.why
    with office.db.read() as session:
        assert session.get(Delivery, 3) is None


def test_what_fits_exactly_is_taken(office: Office) -> None:
    assert take(office, {"account": "x", "text": "a" * 280}).errors == ()


def test_a_film_is_taken_as_it_is_and_one_too_short_for_instagram_is_named(office: Office) -> None:
    folder = office.settings.var_dir.parent
    mp4.written(folder / "a.mp4", mp4.user_data())
    mp4.written(folder / "short.mp4", seconds=2)
    lines = [{"account": "instagram", "text": "خبر", "media": [name], "alt": ["افتتاح"]} for name in ("a.mp4", "short.mp4")]
    result = take(office, *lines)
    assert (result.imported, [(bad.line, bad.field) for bad in result.errors]) == (1, [(2, "media")])
    assert "2.0 seconds" in result.errors[0].why


def test_an_imported_post_is_one_version_in_the_language_of_its_words(office: Office) -> None:
    take(office, {"account": "x", "text": "خبر"}, {"account": "x", "text": "News"}, {"account": "x", "text": "خبر\n\nNews"})
    with office.db.read() as session:
        assert session.exec(select(PostText.lang).order_by(col(PostText.id))).all() == ["ar", "en", "both"]
