"""A film is what its own boxes say, or it is refused; and nothing of where, when and with what it was taken stays in it."""

from io import BytesIO
from pathlib import Path

import pytest

from core.errors import Invalid
from core.i18n import LANGS
from core.why import Why
from outbox import film, media
from tests.outbox import mp4
from tests.outbox.mp4 import PLACE, box, long_box, track, user_data


def look(data: bytes) -> film.Film:
    return film.inspect(BytesIO(data))


def cleaned(data: bytes) -> bytes:
    file = BytesIO(data)
    film.clean(file)
    return file.getvalue()


def test_its_size_and_length_are_read_from_its_boxes() -> None:
    assert look(mp4.film(seconds=12.5)) == film.Film(1280, 720, 12_500)
    assert look(mp4.film(seconds=12.5, wide=True)) == film.Film(1280, 720, 12_500)


def test_a_film_held_upright_is_as_high_as_it_is_shown() -> None:
    turned = mp4.film(picture=track(turn=mp4.QUARTER))
    assert look(turned) == film.Film(720, 1280, 10_000)


def test_a_long_box_is_walked_like_any_other() -> None:
    assert look(mp4.film(after=long_box(b"free", b"x" * 20))).duration_ms == 10_000


BAD: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "film_not_mp4"),
    "words": (b"ftyp is all that is right here", "film_not_mp4"),
    "another brand": (mp4.film(brand=b"qt  "), "film_not_mp4"),
    "cut off": (mp4.film()[:-5], "film_not_whole"),
    "a box longer than the file": (mp4.film(after=b"\x7f\xff\xff\xfffree"), "film_not_whole"),
    "a box shorter than its head": (mp4.film(after=b"\0\0\0\4free"), "film_not_whole"),
    "no pictures at all": (mp4.film(picture=track(b"soun")), "film_no_picture"),
    "without what it shows": (mp4.film().replace(b"mdat", b"junk"), "film_not_whole"),
    "without its table": (mp4.film().replace(b"moov", b"junk"), "film_not_whole"),
    "in fragments": (mp4.film(after=box(b"moof", bytes(8))), "film_in_fragments"),
    "a track of positions": (mp4.film(track(b"meta")), "film_hidden_track"),
    "no length": (mp4.film(seconds=0), "film_unmeasured"),
    "no size": (mp4.film(picture=track(width=0, height=0)), "film_unmeasured"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_film_we_can_vouch_for_is_refused_with_its_reason(what: str) -> None:
    data, code = BAD[what]
    with pytest.raises(Invalid) as caught:
        look(data)
    why = caught.value.details["why"]
    assert isinstance(why, Why)
    assert why.code == code
    assert all(why.words(lang) for lang in LANGS)


def test_endless_boxes_are_not_read_to_the_end() -> None:
    with pytest.raises(Invalid):
        look(mp4.film(after=box(b"free") * 30_000))


HIDDEN: dict[str, bytes] = {
    "user data of the film": mp4.film(user_data()),
    "user data of a track": mp4.film(picture=track(b"vide", 1280, 720, mp4.UPRIGHT, user_data())),
    "metadata of the film": mp4.film(box(b"meta", bytes(4), box(b"ilst", PLACE))),
    "metadata beside it": mp4.film(after=box(b"meta", bytes(4), PLACE)),
    "XMP": mp4.film(after=box(b"uuid", bytes(16), PLACE)),
    "in a long box": mp4.film(after=long_box(b"uuid", bytes(16) + PLACE)),
    "a box of the maker's own": mp4.film(box(b"loci", PLACE), after=box(b"GoPr", PLACE)),
    "in what is called free": mp4.film(after=box(b"free", PLACE)),
}


@pytest.mark.parametrize("where", HIDDEN)
def test_what_tells_of_place_and_maker_is_overwritten_and_the_film_stays_the_same(where: str) -> None:
    data = HIDDEN[where]
    assert PLACE in data
    clean = cleaned(data)
    assert PLACE not in clean
    assert b"Phone" not in clean
    assert len(clean) == len(data), "no offset moves"
    assert clean.index(b"\x01" * 999) == data.index(b"\x01" * 999)
    assert look(clean) == look(data)
    assert cleaned(clean) == clean


def test_the_hour_it_was_taken_is_forgotten() -> None:
    taken = (3_000_000_001).to_bytes(4, "big")
    for wide in (False, True):
        data = mp4.film(wide=wide)
        assert taken in data
        assert taken not in cleaned(data)


def test_it_is_kept_once_under_the_hash_of_what_is_left(tmp_path: Path) -> None:
    first = media.store(mp4.written(tmp_path / "a.mp4", user_data()), tmp_path, "افتتاح المركز")
    other = box(b"udta", bytes(len(user_data()) - 8))
    second = media.store(mp4.written(tmp_path / "photo.jpg", other), tmp_path, "افتتاح المركز")
    assert first == second
    assert (first.mime, first.width, first.height, first.duration_ms, first.film) == ("video/mp4", 1280, 720, 10_000, True)
    (kept,) = media.folder(tmp_path).iterdir()
    assert (kept.name, kept.stat().st_size) == (first.path, first.bytes)
    assert PLACE not in kept.read_bytes()


def test_a_film_that_is_refused_leaves_nothing_in_the_store(tmp_path: Path) -> None:
    (tmp_path / "bad.mp4").write_bytes(mp4.film(track(b"meta")))
    with pytest.raises(Invalid) as caught:
        media.store(tmp_path / "bad.mp4", tmp_path)
    assert "bad.mp4" in str(caught.value.details["why"])
    assert list(media.folder(tmp_path).iterdir()) == []


def test_a_film_larger_than_we_keep_is_refused_before_it_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "MOST_FILM_BYTES", 1000)
    with pytest.raises(Invalid):
        media.store(mp4.written(tmp_path / "a.mp4"), tmp_path)
    assert not media.folder(tmp_path).exists()
