"""The public record of corrections and withdrawals, as a page and as a feed, in both languages; never a draft."""

from typing import Any
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from core.db import Database
from outbox.models import Delivery
from portal.atom import ATOM
from scheduler.models import Post
from tests.portal.corrections_wall import RIGHT, SAID, WHY, corrected, published, withdrawn


def made(db: Database, make: Any, **more: Any) -> int:
    with db.write() as session:
        post: Post = make(session, **more)
        return post.id or 0


def entries(door: TestClient, path: str = "/corrections.atom") -> list[dict[str, str]]:
    answer = door.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)  # noqa: S314 (it is our own)
    return [{part.tag.removeprefix(f"{{{ATOM}}}"): part.text or "" for part in one} for one in root.findall(f"{{{ATOM}}}entry")]


def test_without_any_the_page_says_so_and_the_feed_is_empty(lite_door: TestClient) -> None:
    assert "لم نصوّب منشورًا" in lite_door.get("/corrections").text
    assert "nothing to correct" in lite_door.get("/en/corrections").text
    assert entries(lite_door) == []


def test_a_correction_stands_there_with_what_it_corrects_in_each_language(door: TestClient, db: Database) -> None:
    number = made(db, corrected)
    for lang, n in (("ar", 0), ("en", 1)):
        shown = door.get(f"/{lang}/corrections").text
        assert RIGHT[n] in shown
        assert SAID[n] in shown
        assert RIGHT[1 - n] not in shown
        assert f'id="{number}"' in shown
        assert "https://x.com/i/status/" in shown


def test_a_withdrawal_tells_why_and_does_not_repeat_what_was_withdrawn(door: TestClient, db: Database) -> None:
    made(db, withdrawn)
    shown = door.get("/en/corrections").text
    assert WHY[1] in shown
    assert "taken down" in shown
    assert SAID[1] not in shown
    assert "x.com" not in shown


def test_a_withdrawal_that_the_platform_refused_says_so(door: TestClient, db: Database) -> None:
    made(db, withdrawn, state="refused", done="refused")
    for lang, told, kept in (("ar", "تعذّر سحب منشور", "تعذّر سحبه"), ("en", "could not be withdrawn", "could not be taken down")):
        shown = door.get(f"/{lang}/corrections").text
        assert all(word in shown for word in (told, kept, WHY[lang == "en"], "https://x.com/i/status/"))
        assert SAID[lang == "en"] not in shown
        (entry,) = entries(door, f"/{lang}/corrections.atom")
        assert told in entry["title"]
        assert kept in entry["content"]


@pytest.mark.parametrize("state", ["draft", "submitted", "cancelled", "expired", "refused"])
@pytest.mark.parametrize("make", [corrected, withdrawn])
def test_what_is_not_approved_is_never_shown(door: TestClient, db: Database, make: Any, state: str) -> None:
    made(db, make, state=state, approved_version=None)
    for path in ("/ar/corrections", "/en/corrections"):
        assert not [word for word in (*RIGHT, *WHY, *SAID) if word in door.get(path).text]
        assert entries(door, f"{path}.atom") == []


def test_an_edit_after_the_yes_is_not_shown_either(door: TestClient, db: Database) -> None:
    made(db, corrected, version=2)
    assert entries(door) == []


def test_approved_it_is_shown_only_once_somebody_can_read_it(door: TestClient, db: Database) -> None:
    number = made(db, corrected, state="scheduled")
    assert len(entries(door)) == 1
    with db.write() as session:
        for delivery in session.exec(select(Delivery).where(col(Delivery.external_id) == f"10{number}")):
            delivery.state = "scheduled"
    assert entries(door) == []


def test_another_reads_the_feed_as_it_was_meant(door: TestClient, db: Database) -> None:
    first, second = made(db, corrected), made(db, withdrawn)
    found = entries(door, "/en/corrections.atom")
    assert [(one["title"], one["id"].rpartition("#")[2]) for one in found] == [
        ("Post withdrawn", str(second)),
        ("Correction", str(first)),
    ]
    assert found[1]["content"] == f"{RIGHT[1]}\n\nWhat the post said: {SAID[1]}"
    assert "X: taken down" in found[0]["content"]
    assert found[0]["updated"].endswith("Z")


def test_whoever_has_the_newest_feed_is_told_so_and_gets_nothing(door: TestClient, db: Database) -> None:
    made(db, corrected)
    tag = door.get("/corrections.atom").headers["etag"]
    again = door.get("/corrections.atom", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    made(db, withdrawn)
    assert door.get("/corrections.atom", headers={"if-none-match": tag}).status_code == 200


def test_what_xml_and_html_can_not_hold_does_no_harm(door: TestClient, db: Database) -> None:
    made(db, corrected, words=("<b>\x0b&</b>", "<script>alert(1)</script> \x07]]>"))
    assert "<script>alert" not in door.get("/en/corrections").text
    assert "<script>alert(1)</script> ]]>" in entries(door, "/en/corrections.atom")[0]["content"]


def test_a_link_that_is_none_is_not_followed(door: TestClient, db: Database) -> None:
    made(db, corrected)
    with db.write() as session:
        for delivery in session.exec(select(Delivery)):
            delivery.permalink = "javascript:alert(1)"
    assert "javascript:" not in door.get("/corrections").text


def test_the_page_goes_on_with_older_ones(door: TestClient, db: Database) -> None:
    with db.write() as session:
        about = published(session)
        for n in range(31):
            published(session, (f"تصويب {n:02}", f"Correction {n:02}"), about_id=about.id, role="correction")
    first = door.get("/en/corrections")
    assert "Correction 30" in first.text
    assert "Correction 00" not in first.text
    onward = first.text.partition("?before=")[2].partition('"')[0]
    last = door.get(f"/en/corrections?before={onward}").text
    assert "Correction 00" in last
    assert "Correction 30" not in last
    assert "There is nothing older" in door.get("/en/corrections?before=1").text


@pytest.mark.parametrize("before", ["0", "-1", "x", str(2**70)])
def test_a_page_that_can_not_be_is_refused(lite_door: TestClient, before: str) -> None:
    assert lite_door.get(f"/corrections?before={before}").status_code == 400


def test_the_original_stays_readable_where_nothing_was_withdrawn(door: TestClient, db: Database) -> None:
    number = made(db, corrected)
    with db.read() as session:
        about = session.get_one(Post, number).about_id
    assert f"https://x.com/i/status/10{about}" in door.get("/corrections").text
