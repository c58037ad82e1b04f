"""What an account certainly can't take is refused at import, with the line and the reason; the other lines go on."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from PIL import Image

from core.actors import OPERATING
from outbox.models import Delivery
from scheduler.importing import ImportResult, import_lines
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
