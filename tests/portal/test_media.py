"""`/media/{token}`: a picture or film for the platform that was given its link, and nothing else."""

from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image

from core.clock import Hands
from core.settings import Settings
from core.vault import Vault
from outbox import media
from tests.outbox import mp4


@pytest.fixture
def link(door_settings: Settings, vault: Vault, tmp_path: Path) -> str:
    """The path of a picture's link."""
    Image.new("RGB", (40, 30), "teal").save(tmp_path / "card.jpg")
    kept = media.store(tmp_path / "card.jpg", door_settings.var_dir, "بطاقة")
    return media.public_link(kept.path, door_settings, vault).removeprefix(door_settings.public_url)


def test_a_signed_link_gives_the_picture(door: TestClient, link: str) -> None:
    answer = door.get(link)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.content[:3] == b"\xff\xd8\xff"
    assert answer.headers["x-robots-tag"] == "noindex"


def test_a_platform_may_ask_for_the_head_first(door: TestClient, link: str) -> None:
    assert int(door.head(link).headers["content-length"]) == len(door.get(link).content)


def test_a_changed_link_gives_nothing(door: TestClient, link: str) -> None:
    for place in range(len("/media/"), len(link) - 1, 9):
        changed = link[:place] + ("A" if link[place] != "A" else "B") + link[place + 1 :]
        assert door.get(changed).status_code == 404


@pytest.mark.parametrize("token", ["x", "..%2F..%2Fkey", "%00", "a.b.c", "م"])
def test_no_other_file_can_be_reached(door: TestClient, token: str) -> None:
    assert door.get(f"/media/{token}").status_code == 404


def test_a_film_is_served_as_what_it_is_and_in_parts(
    door: TestClient, door_settings: Settings, vault: Vault, tmp_path: Path
) -> None:
    kept = media.store(mp4.written(tmp_path / "a.mp4"), door_settings.var_dir, "افتتاح")
    path = media.public_link(kept.path, door_settings, vault).removeprefix(door_settings.public_url)
    whole = door.get(path)
    assert (whole.status_code, whole.headers["content-type"]) == (200, "video/mp4")
    part = door.get(path, headers={"range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, whole.content[:4])


def test_a_link_ends_after_an_hour(door: TestClient, hands: Hands, link: str) -> None:
    hands.forward(hours=1)
    assert door.get(link).status_code == 200
    hands.forward(seconds=1)
    assert door.get(link).status_code == 404


@pytest.mark.parametrize(("seconds", "status"), [(120, 200), (121, 404)])
def test_a_link_opens_where_the_clock_is_a_little_behind_that_of_whoever_signed_it(
    door: TestClient, hands: Hands, link: str, seconds: int, status: int
) -> None:
    hands.forward(seconds=-seconds)
    assert door.get(link).status_code == status
