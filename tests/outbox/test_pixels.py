"""What a stored picture still shows, and what it no longer tells: for every kind of file and of pixels that we take."""

from io import BytesIO
from pathlib import Path
from struct import pack
from typing import Any

import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from core.settings import Settings, load
from outbox import media
from outbox.body import MediaFile

SECRETS = (
    b"a camera",
    b"Sharjah",
    b"Exif",
    b"eXIf",
    b"GPS",
    b"xmpmeta",
    b"iCCP",
    b"ICC_PROFILE",
    b"ICCP",
    b"tEXt",
    b"iTXt",
    b"zTXt",
)
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>Sharjah</a></x:xmpmeta>'
#: of sRGB, as profiles hold it: what red, green and blue are in XYZ (D50)
RED, GREEN, BLUE = (0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7139)


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    return load(MAJLIS_VAR_DIR=str(tmp_path / "var"))


def profile(space: bytes, **tags: bytes) -> bytes:
    """A colour profile (ICC 2) with these tags."""
    told = {
        "desc": b"desc\0\0\0\0" + pack(">I", 5) + b"ours\0" + bytes(78),
        "cprt": b"text\0\0\0\0none\0",
        "wtpt": xyz(0.9642, 1, 0.8249),
    }
    table, body = b"", b""
    for name, data in {**told, **tags}.items():
        table += name.encode() + pack(">II", 128 + 4 + 12 * (len(told) + len(tags)) + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    rest = pack(">I", len(told) + len(tags)) + table + body
    head = pack(">I4sI4s4s4s", 128 + len(rest), bytes(4), 0x02400000, b"mntr", space, b"XYZ ") + bytes(12) + b"acsp"
    return head.ljust(68, b"\0") + pack(">3I", 63190, 65536, 54061) + bytes(48) + rest


def xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + pack(">3i", *(round(value * 65536) for value in values))


def gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + pack(">IH", 1, round(value * 256)) + bytes(2)


#: what it calls red is green, and what it calls green is red
SWAPPED = profile(b"RGB ", rXYZ=xyz(*GREEN), gXYZ=xyz(*RED), bXYZ=xyz(*BLUE), rTRC=gamma(2.2), gTRC=gamma(2.2), bTRC=gamma(2.2))
#: greys as light as their number says, which are lighter for the eye than sRGB's
EVEN = profile(b"GRAY", kTRC=gamma(1.0))


def telling() -> dict[str, Any]:
    """What cameras and programs write beside the pixels; turned by a quarter."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a camera"
    exif.get_ifd(0x8825)[2] = (24.0, 27.0, 14.0)
    return {"exif": exif}


def written(path: Path, picture: Image.Image, kind: str, **beside: Any) -> Path:
    if kind == "PNG":
        text = PngInfo()
        text.add_text("Author", "Sharjah")
        text.add_text("Place", "Sharjah" * 50, zip=True)
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        beside["pnginfo"] = text
    else:
        beside["xmp"] = XMP
    if kind == "JPEG":
        beside["comment"] = "Sharjah"
    picture.save(path, kind, **beside)
    return path


def stored(kept: MediaFile, house: Settings) -> tuple[bytes, Image.Image]:
    data = (media.folder(house.var_dir) / kept.path).read_bytes()
    picture = Image.open(BytesIO(data))
    picture.load()
    return data, picture


KINDS = [("JPEG", mode) for mode in ("L", "RGB", "CMYK")] + [("PNG", mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")]
KINDS += [("WEBP", mode) for mode in ("RGB", "RGBA")]


@pytest.mark.parametrize(("kind", "mode"), KINDS, ids=lambda one: str(one))
def test_nothing_but_the_pixels_stays_and_they_stand_upright(house: Settings, tmp_path: Path, kind: str, mode: str) -> None:
    path = written(tmp_path / "a", Image.new(mode, (40, 30)), kind, icc_profile=SWAPPED, **telling())
    told = path.read_bytes()
    assert b"a camera" in told
    assert b"Sharjah" in told
    data, shown = stored(media.store(path, house.var_dir), house)
    assert (shown.size, shown.format) == ((30, 40), kind)
    assert [secret for secret in SECRETS if secret in data] == []
    assert not shown.getexif()
    assert shown.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "loop", "background", "timestamp", "duration"}


@pytest.mark.parametrize(
    ("kind", "mode"), [("JPEG", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB"), ("WEBP", "RGBA")]
)
def test_colours_stay_what_they_were_to_the_eye(house: Settings, tmp_path: Path, kind: str, mode: str) -> None:
    red = Image.new("RGB", (40, 30), "red").convert(mode)
    red.save(tmp_path / "a", kind, icc_profile=SWAPPED)
    _, shown = stored(media.store(tmp_path / "a", house.var_dir), house)
    r, g, b = shown.convert("RGB").getpixel((20, 15))  # type: ignore[misc]  # of RGB it is a tuple
    assert (r < 30, g > 225, b < 30) == (True, True, True)


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_greys_stay_as_light_as_they_were(house: Settings, tmp_path: Path, mode: str) -> None:
    Image.new("L", (40, 30), 55).convert(mode).save(tmp_path / "a", "PNG", icc_profile=EVEN)
    _, shown = stored(media.store(tmp_path / "a", house.var_dir), house)
    assert shown.mode == mode
    assert shown.convert("L").getpixel((5, 5)) == pytest.approx(128, abs=2)  # a fifth of the light


@pytest.mark.parametrize("beside", [b"no profile", EVEN, ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()])
def test_a_profile_that_says_nothing_else_changes_nothing(house: Settings, tmp_path: Path, beside: bytes) -> None:
    Image.new("RGB", (40, 30), (10, 99, 200)).save(tmp_path / "a", "PNG", icc_profile=beside)
    _, shown = stored(media.store(tmp_path / "a", house.var_dir), house)
    assert shown.getpixel((5, 5)) == (10, 99, 200)


def half_clear(mode: str) -> tuple[Image.Image, Any]:
    """A picture whose left half is clear, and what is written beside it to say so."""
    if mode in ("RGBA", "LA"):
        picture = Image.new(mode, (40, 30), (*[200] * (len(mode) - 1), 0))
        picture.paste((*[200] * (len(mode) - 1), 255), (20, 0, 40, 30))
        return picture, None
    picture = Image.new(mode, (40, 30), 1)
    if mode == "P":
        picture.putpalette([0, 0, 0, 9, 9, 9, 200, 200, 200] + [0] * 759)
        picture.paste(2, (20, 0, 40, 30))
        return picture, b"\xff\x00\xff"
    picture.paste(200 if mode == "L" else (200, 200, 200), (20, 0, 40, 30))
    return picture, 1 if mode == "L" else (1, 0, 0)


@pytest.mark.parametrize("icc", [None, SWAPPED], ids=["plain", "profile"])
@pytest.mark.parametrize(("kind", "mode"), [("WEBP", "RGBA")] + [("PNG", mode) for mode in ("P", "L", "RGB", "LA", "RGBA")])
def test_what_was_clear_is_clear(house: Settings, tmp_path: Path, kind: str, mode: str, icc: bytes | None) -> None:
    picture, key = half_clear(mode)
    beside = {**({} if key is None else {"transparency": key}), **({"icc_profile": icc} if icc else {})}
    picture.save(tmp_path / "a", kind, **beside)
    kept = media.store(tmp_path / "a", house.var_dir)
    shown = stored(kept, house)[1].convert("RGBA")
    assert [shown.getpixel((x, 15))[3] for x in (5, 35)] == [0, 255]  # type: ignore[index]  # of several channels it is a tuple
    flat = Image.open(media.folder(house.var_dir) / media.as_jpeg(kept, house.var_dir).path)
    assert [flat.getpixel((x, 15))[0] > 240 for x in (5, 35)] == [True, False]  # type: ignore[index]  # of several channels it is a tuple


def test_a_jpeg_of_several_pictures_is_its_first(house: Settings, tmp_path: Path) -> None:
    Image.new("RGB", (40, 30), "red").save(tmp_path / "a", "MPO", save_all=True, append_images=[Image.new("RGB", (40, 30), "blue")])
    kept = media.store(tmp_path / "a", house.var_dir)
    assert kept.mime == "image/jpeg"
    data, shown = stored(kept, house)
    assert (shown.format, shown.getpixel((5, 5)), b"MPF" in data) == ("JPEG", (254, 0, 0), False)
