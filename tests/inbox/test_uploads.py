"""Files of a form: judged by content, cleaned, waiting for their form, and gone when nobody sends it."""

import os
import struct
import zlib
from io import BytesIO
from pathlib import Path
from time import process_time

import pytest
from PIL import Image
from sqlmodel import Session

from core.actors import DOOR, NOBODY
from core.clock import Hands, now
from core.db import Database
from core.errors import Forbidden, Invalid, NotFound
from core.models import Account
from core.settings import Settings
from inbox import papers, pictures, uploads
from inbox.models import Item, Upload
from inbox.uploads import Waiting

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def photograph(size: tuple[int, int] = (40, 30), kind: str = "JPEG") -> bytes:
    """A picture as a telephone makes it: turned, with the place it was taken at."""
    picture, into = Image.new("RGB", size, "red"), BytesIO()
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "canary-of-the-camera"
    exif.get_ifd(0x8825)[1] = "N"
    picture.save(into, kind, exif=exif)
    return into.getvalue()


def kept(settings: Settings) -> list[Path]:
    return sorted(path for path in uploads.folder(settings).rglob("*") if path.is_file())


@pytest.fixture
def item(db: Database) -> Item:
    with db.write() as session:
        account = Account(platform="portal", native_id="forms")
        session.add(account)
        session.flush()
        one = Item(account_id=account.id or 0, platform="portal", native_id="form-1", surface="form", created_at=now())
        session.add(one)
    return one


@pytest.mark.parametrize(("kind", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_picture_is_what_its_content_says_upright_and_without_place_or_camera(settings: Settings, kind: str, mime: str) -> None:
    waiting = uploads.look("C:\\صور\\../قسيمة\u202e الراتب.exe", photograph(kind=kind), settings)
    assert (waiting.mime, waiting.name) == (mime, f"قسيمة الراتب.{uploads.ENDINGS[mime]}")
    (path,) = kept(settings)
    assert b"canary" not in path.read_bytes()
    with Image.open(path) as shown:
        assert (shown.size, dict(shown.getexif())) == ((30, 40), {})


def test_a_large_photograph_is_kept_smaller(settings: Settings) -> None:
    uploads.look("a.jpg", photograph((4000, 3000)), settings)
    (path,) = kept(settings)
    with Image.open(path) as shown:
        assert max(shown.size) == uploads.LONGEST


def test_a_pdf_is_kept_as_it_came(settings: Settings) -> None:
    waiting = uploads.look("عقد.PDF", PDF, settings)
    assert (waiting.mime, waiting.name, waiting.bytes) == ("application/pdf", "عقد.pdf", len(PDF))
    assert kept(settings)[0].read_bytes() == PDF
    assert kept(settings)[0].stat().st_mode & 0o077 == 0


def packed(words: bytes) -> bytes:
    return PDF.replace(
        b"trailer", b"2 0 obj\n<< /Filter /FlateDecode >>\nstream\n" + zlib.compress(words) + b"\nendstream\ntrailer"
    )


@pytest.mark.parametrize(
    "paper",
    [
        PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
        PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /J#61vaScript >>"),
        PDF.replace(b"/Catalog", b"/Catalog /Names << /EmbeddedFiles 2 0 R >>"),
        PDF.replace(b"/Catalog", b"/Catalog /AA << /S /Launch >>"),
        PDF.replace(b"/Root", b"/Encrypt 3 0 R /Root"),
        PDF.replace(b"/Catalog", b"/Catalog /OpenAction << /S /Rendition /OP 0 /JS (app.alert(1)) >>"),
        PDF.replace(b"/Catalog", b"/Catalog /AcroForm << /XFA\0[(template) 5 0 R] >>"),
        packed(b"<< /S /JavaScript >>"),
    ],
)
def test_a_pdf_that_does_something_by_itself_or_is_locked_is_refused(settings: Settings, paper: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        uploads.look("a.pdf", paper, settings)
    assert refused.value.details["why"].values["why"].code == "upload_active"
    assert kept(settings) == []


def holding(words: bytes, about: bytes = b"/Filter /FlateDecode", before: bytes = b"") -> bytes:
    """A paper whose objects are packed: `about` says how."""
    told = b"2 0 obj\n<< /Type /ObjStm " + before + about + b" >>\nstream\n" + words + b"\nendstream\ntrailer"
    return PDF.replace(b"trailer", told)


SCRIPT = b"<< /S /JavaScript >>"


@pytest.mark.parametrize(
    "paper",
    [
        holding(SCRIPT.hex().encode() + b">", b"/Filter /ASCIIHexDecode"),
        holding(zlib.compress(SCRIPT.hex().encode()), b"/Filter [/FlateDecode /ASCIIHexDecode]"),
        holding(zlib.compress(SCRIPT.hex().encode()), b"/Filter 5 0 R"),
        holding(zlib.compress(b" " * 2_000_000 + SCRIPT)),
        holding(zlib.compress(b" " * 20_000_000 + SCRIPT)),
        holding(zlib.compress(SCRIPT)[:-9]),
        holding(zlib.compress(SCRIPT), before=b"% stream\n"),
        packed(SCRIPT).replace(b"2 0 obj", b"% stream\n2 0 obj"),
    ],
)
def test_a_script_is_found_however_the_objects_of_a_paper_are_packed(settings: Settings, paper: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        uploads.look("a.pdf", paper, settings)
    assert refused.value.details["why"].values["why"].code == "upload_active"


@pytest.mark.parametrize(
    "unit", [b"stream\n", b"obj stream\n", b"stream\n\x78\x9c", b"#41stream\n", b"stream\n" + zlib.compress(b"a" * 2_000_000)]
)
def test_no_paper_keeps_the_door_busy(unit: bytes) -> None:
    paper = b"%PDF-1.7\n" + unit * ((uploads.MOST_BYTES - 20) // len(unit)) + b"%%EOF"
    begun = process_time()
    papers.is_active(paper)
    assert process_time() - begun < 5  # ten hours, when streams were looked for by one pattern


def test_a_pdf_whose_objects_are_packed_as_usual_is_taken(settings: Settings) -> None:
    paper = holding(zlib.compress(b"1 0 << /Type /Page >>" * 90_000))
    assert uploads.look("a.pdf", paper, settings).mime == "application/pdf"


def test_a_pdf_with_ordinary_streams_is_taken(settings: Settings) -> None:
    assert uploads.look("a.pdf", packed(b"BT /F1 12 Tf (salary) Tj ET" * 5000), settings).mime == "application/pdf"


@pytest.mark.parametrize("by_chance", [b"\xf3/JS\x9c", b"\xf3/#4aS\x9c", b"\xf3/JS(\x9c", b"\xf3/XFA\x9c"])
def test_letters_that_stand_by_chance_in_a_scanned_picture_are_no_script(settings: Settings, by_chance: bytes) -> None:
    picture = b"2 0 obj\n<< /Subtype /Image /Filter /DCTDecode >>\nstream\n" + by_chance + b"\nendstream\ntrailer"
    for paper in (PDF.replace(b"trailer", picture), packed(by_chance)):
        assert uploads.look("a.pdf", paper, settings).mime == "application/pdf"


def scanned(times: int) -> bytes:
    """A progressive JPEG whose last scan comes so often again: 75 bytes each, and each goes over every pixel."""
    into = BytesIO()
    Image.new("L", (800, 800), 128).save(into, "JPEG", progressive=True)
    data = into.getvalue()
    last = data.rindex(b"\xff\xda")
    return data[:last] + data[last:-2] * times + data[-2:]


def test_a_picture_that_is_gone_over_again_and_again_is_refused_before_it_is_unpacked(settings: Settings) -> None:
    assert uploads.look("a.jpg", scanned(1), settings).mime == "image/jpeg"
    size = len(scanned(2)) - len(scanned(1))
    begins = scanned(100)
    dodging = begins.replace(b"\xff\xda", b"\xff\x01\xff\xda")
    for heavy in (begins, dodging, scanned((uploads.MOST_BYTES - 100_000) // size), b"\xff\xd8" + b"\xff\xe1\x00\x02" * 2_000_000):
        begun = process_time()
        with pytest.raises(Invalid) as refused:
            uploads.look("a.jpg", heavy, settings)
        assert refused.value.details["why"].values["why"].code == "media_unreadable"
        assert process_time() - begun < 1  # an hour, when it was unpacked


@pytest.mark.parametrize("quality", [30, 95])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_photograph_of_every_sort_is_light(quality: int, progressive: bool) -> None:
    into = BytesIO()
    Image.effect_noise((1200, 900), 80).convert("RGB").save(into, "JPEG", quality=quality, progressive=progressive)
    assert not pictures.is_heavy(into.getvalue())


def bomb() -> bytes:
    """A small PNG that claims 900 megapixels."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    parts = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b"")]
    chunks = [struct.pack(">I", len(d)) + t + d + struct.pack(">I", zlib.crc32(t + d)) for t, d in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (b"", "upload_empty"),
        (b"MZ\x90\x00 a program", "upload_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "upload_type"),
        (b"GIF89a" + b"\0" * 100, "upload_type"),
        (b"<html><script>alert(1)</script>", "upload_type"),
        (b"%PDF-1.7 cut off", "upload_type"),
        (photograph()[:200], "media_unreadable"),
        (photograph(kind="PNG")[:60], "media_unreadable"),
        (bomb(), "media_pixels"),
        (b"x" * (uploads.MOST_BYTES + 1), "upload_large"),
    ],
)
def test_anything_else_is_refused_with_its_reason_and_nothing_is_kept(settings: Settings, given: bytes, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        uploads.look("a.jpg", given, settings)
    assert refused.value.details["why"].values["why"].code == why
    assert refused.value.words("ar")
    assert kept(settings) == []


def test_a_sent_file_belongs_to_its_item_and_waits_no_more(db: Database, settings: Settings, item: Item) -> None:
    waiting = uploads.look("a.jpg", photograph(), settings)
    with db.write() as session:
        (row,) = uploads.keep(session, DOOR, item, [waiting], settings)
    uploads.sent([waiting], settings)
    with db.read() as session:
        (found,) = uploads.of_items(session, [item.id or 0])
        assert (found.name, found.mime, found.sha256) == ("a.jpg", "image/jpeg", waiting.sha256)
        assert kept(settings) == [uploads.path_of(found, settings)]
    assert row.path.endswith(waiting.token)


def test_what_was_not_committed_still_waits(db: Database, settings: Settings, item: Item) -> None:
    waiting = uploads.look("a.jpg", photograph(), settings)
    with db.write() as session:
        uploads.keep(session, DOOR, item, [waiting], settings)
        session.rollback()
    with db.write() as session:
        assert uploads.keep(session, DOOR, item, [waiting], settings)


def test_a_file_nobody_sent_is_gone_after_a_day_and_says_so(db: Database, settings: Settings, item: Item, hands: Hands) -> None:
    waiting = uploads.look("a.jpg", photograph(), settings)
    os.utime(kept(settings)[0], (now().timestamp(), now().timestamp()))
    hands.forward(hours=25)
    uploads.look("b.jpg", photograph(), settings)
    assert len(kept(settings)) == 1
    with db.write() as session, pytest.raises(Invalid) as refused:
        uploads.keep(session, DOOR, item, [waiting], settings)
    assert refused.value.details["why"].values["why"].code == "upload_gone"


def test_waiting_files_have_no_more_room_than_they_were_given(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    uploads.look("a.pdf", PDF, settings)
    monkeypatch.setattr(uploads, "MOST_WAITING", len(PDF) + 1)
    with pytest.raises(Invalid) as refused:
        uploads.look("a.pdf", PDF, settings)
    assert refused.value.details["why"].values["why"].code == "upload_full"


def test_where_there_is_no_room_left_what_waited_an_hour_makes_way(
    settings: Settings, hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    uploads.look("a.pdf", PDF, settings)
    (first,) = kept(settings)
    os.utime(first, (now().timestamp(), now().timestamp()))
    monkeypatch.setattr(uploads, "MOST_WAITING", len(PDF) + 1)
    hands.forward(minutes=61)
    uploads.look("b.pdf", PDF, settings)
    assert kept(settings) != [first]
    assert len(kept(settings)) == 1


def test_only_a_door_gives_files_to_an_item(db: Database, settings: Settings, item: Item) -> None:
    with db.write() as session, pytest.raises(Forbidden):
        uploads.keep(session, NOBODY, item, [Waiting("a" * 32, "a", "image/png", 1, "")], settings)


def test_an_erased_file_is_gone_and_its_hash_stays(db: Database, settings: Settings, item: Item) -> None:
    waiting = uploads.look("a.pdf", PDF, settings)
    with db.write() as session:
        (row,) = uploads.keep(session, DOOR, item, [waiting], settings)
    uploads.sent([waiting], settings)
    with db.write() as session:
        uploads.erase(session, DOOR, row, settings)
        uploads.erase(session, DOOR, row, settings)
    assert kept(settings) == []
    _gone(session, row, settings)
    with db.read() as session:
        assert uploads.of_items(session, [item.id or 0]) == []


def _gone(_: Session, row: Upload, settings: Settings) -> None:
    assert (row.name, row.sha256 != "") == ("", True)
    with pytest.raises(NotFound):
        uploads.path_of(row, settings)
