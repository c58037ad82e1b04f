"""Pictures in our store: what they are, not what they are called; without what cameras hide in them; as JPEG where it must be."""

from pathlib import Path

import pytest
from PIL import Image

from core.errors import Invalid, NotFound
from core.i18n import LANGS
from core.settings import Settings, load
from core.vault import open_vault
from outbox import media


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    return load(MAJLIS_VAR_DIR=str(tmp_path / "var"))


def drawn(path: Path, kind: str, mode: str = "RGB", colour: str = "teal") -> Path:
    Image.new(mode, (40, 30), colour).save(path, kind)
    return path


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_is_named_by_its_content_and_its_type_read_from_it(house: Settings, tmp_path: Path, kind: str) -> None:
    kept = media.store(drawn(tmp_path / "called.txt", kind), house.var_dir, "بطاقة")
    stored = media.folder(house.var_dir) / kept.path
    assert (kept.mime, kept.width, kept.height, kept.bytes) == (f"image/{kind.lower()}", 40, 30, stored.stat().st_size)
    assert kept.path.partition(".")[0] == kept.sha256


def test_the_orientation_is_applied_and_the_cameras_notes_are_dropped(house: Settings, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a camera"
    exif.get_ifd(0x8825)[2] = (24.0, 27.0, 14.0)
    Image.new("RGB", (40, 30)).save(tmp_path / "a.jpg", exif=exif)
    kept = media.store(tmp_path / "a.jpg", house.var_dir)
    assert (kept.width, kept.height) == (30, 40)
    with Image.open(media.folder(house.var_dir) / kept.path) as stored:
        assert not stored.getexif()
        assert stored.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


BAD = ["missing", "folder", "text", "gif", "heic", "cut", "large"]


@pytest.mark.parametrize("what", BAD)
def test_what_is_no_picture_we_keep_is_refused_in_both_languages(house: Settings, tmp_path: Path, what: str) -> None:
    path = tmp_path / what
    if what == "folder":
        path.mkdir()
    elif what == "text":
        path.write_text("GIF or not")
    elif what == "gif":
        drawn(path, "GIF")
    elif what == "heic":
        path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(200))
    elif what == "cut":
        path.write_bytes(drawn(tmp_path / "whole", "JPEG").read_bytes()[:300])
    elif what == "large":
        path.write_bytes(bytes(media.MOST_BYTES + 1))
    with pytest.raises(Invalid) as caught:
        media.store(path, house.var_dir)
    for lang in LANGS:
        assert what in caught.value.words(lang)
        assert "{" not in caught.value.words(lang)
    if what == "heic":
        assert "it is no picture as JPEG" in caught.value.words("en")


def test_a_picture_becomes_a_jpeg_once_on_white_where_it_was_clear(house: Settings, tmp_path: Path) -> None:
    kept = media.store(drawn(tmp_path / "a.png", "PNG", "RGBA", "#00000000"), house.var_dir, "شعار")
    first, second = media.as_jpeg(kept, house.var_dir), media.as_jpeg(kept, house.var_dir)
    assert first == second
    assert (first.mime, first.alt, first.sha256, first.path) == ("image/jpeg", "شعار", kept.sha256, f"{kept.sha256}.jpg")
    with Image.open(media.folder(house.var_dir) / first.path) as shown:
        assert (shown.format, shown.getpixel((5, 5))) == ("JPEG", (255, 255, 255))
    assert media.as_jpeg(first, house.var_dir) is first


def test_a_picture_that_is_gone_is_not_made_up(house: Settings, tmp_path: Path) -> None:
    kept = media.store(drawn(tmp_path / "a.png", "PNG"), house.var_dir)
    (media.folder(house.var_dir) / kept.path).unlink()
    assert media.as_jpeg(kept, house.var_dir) is kept


@pytest.mark.parametrize("name", ["majlis.db", "../secret.key", f"{'a' * 64}.exe", "", f"{'A' * 64}.jpg"])
def test_even_a_signed_link_opens_nothing_but_stored_media(house: Settings, name: str) -> None:
    vault = open_vault(house)
    media.folder(house.var_dir).mkdir(parents=True)
    (media.folder(house.var_dir) / "majlis.db").write_text("secret")
    token = media.public_link(name, house, vault).rpartition("/media/")[2]
    with pytest.raises(NotFound):
        media.open_link(token, house, vault)
