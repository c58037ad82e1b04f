"""A film as its own boxes tell it (ISO base media file format, MP4): is it one, how large, how long, and nothing that cameras hide.

Read by seeking from box to box, so a film of any size costs a few reads. What says where and by whom it was taken is overwritten
in place with nothing (a `free` box of the same length), because every other offset in the file then stays true.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from io import SEEK_END
from typing import BinaryIO

from core.errors import Invalid
from core.why import Why

MIME = "video/mp4"
BRANDS = frozenset((b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"iso8", b"iso9", b"mp41", b"mp42", b"avc1", b"MSNV"))
INSIDE = frozenset({b"moov", b"trak", b"mdia"})
#: all that a player needs at these levels; user data, metadata, XMP and whatever a maker invents is not among it
NEEDED = {
    (): frozenset({b"ftyp", b"moov", b"mdat"}),
    (b"moov",): frozenset({b"mvhd", b"trak", b"iods"}),
    (b"moov", b"trak"): frozenset({b"tkhd", b"edts", b"mdia", b"tref"}),
    (b"moov", b"trak", b"mdia"): frozenset({b"mdhd", b"hdlr", b"minf", b"elng"}),
}
#: what a track may be: pictures, sound, and nothing else (positions and sensors are written into tracks of their own)
TRACKS = frozenset({b"vide", b"soun"})
#: a header read whole is never longer
MOST_HEADER = 4096
MOST_BOXES = 20_000


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its type, where its content begins and ends, the boxes it stands in."""

    kind: bytes
    start: int
    end: int
    above: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Film:
    """Of the (first) picture track: width and height in pixels, turned as it is shown; length in milliseconds."""

    width: int
    height: int
    duration_ms: int


def inspect(file: BinaryIO) -> Film:
    """What the film is. Invalid, with its reason, for anything that is not a whole MP4 with a picture track and a known length."""
    boxes = list(walk(file))
    kinds = [box.kind for box in boxes if not box.above]
    if kinds[:1] != [b"ftyp"] or not _brands(file, boxes[0]) & BRANDS:
        raise _bad("film_not_mp4")
    if b"moov" not in kinds or b"mdat" not in kinds:
        raise _bad("film_not_whole")
    if b"moof" in kinds:
        raise _bad("film_in_fragments")
    tracks = {_read(file, box)[8:12] for box in boxes if box.kind == b"hdlr" and b"mdia" in box.above}
    if b"vide" not in tracks:
        raise _bad("film_no_picture")
    if tracks - TRACKS:
        raise _bad("film_hidden_track")
    duration = next((_duration(_read(file, box)) for box in boxes if box.kind == b"mvhd"), 0)
    sizes = [_size(_read(file, box)) for box in boxes if box.kind == b"tkhd"]
    width, height = next(((w, h) for w, h in sizes if w and h), (0, 0))
    if not duration or not width:
        raise _bad("film_unmeasured")
    return Film(width, height, duration)


def clean(file: BinaryIO) -> None:
    """Overwrite, in a film opened for writing, whatever tells of its maker, place and hour; its length stays the same."""
    for box in list(walk(file)):
        if box.kind not in NEEDED.get(box.above, {box.kind}):
            _blank(file, box)
        elif box.kind in (b"mvhd", b"tkhd", b"mdhd"):
            wide = _read(file, box)[:1] == b"\x01"
            file.seek(box.start + 4)
            file.write(bytes(16 if wide else 8))  # made and changed at


def walk(file: BinaryIO) -> Iterator[Box]:
    """Every box, in the order of the file, containers before their content. Invalid where lengths do not add up."""
    size = file.seek(0, SEEK_END)
    waiting: list[tuple[int, int, tuple[bytes, ...]]] = [(0, size, ())]
    count = 0
    while waiting:
        at, end, above = waiting.pop()
        if at == end:
            continue
        box, after = _box(file, at, end, above)
        count += 1
        if count > MOST_BOXES or len(above) > 8:
            raise _bad("film_not_whole")
        waiting.append((after, end, above))
        yield box
        if box.kind in INSIDE:
            waiting.append((box.start, box.end, (*above, box.kind)))


def _box(file: BinaryIO, at: int, end: int, above: tuple[bytes, ...]) -> tuple[Box, int]:
    file.seek(at)
    head = file.read(16)
    length, kind, start = int.from_bytes(head[:4], "big"), head[4:8], at + 8
    if length == 1:
        length, start = int.from_bytes(head[8:16], "big"), at + 16
    elif length == 0 and not above:
        length = end - at  # it reaches to the end of the file
    if len(head) < 8 or start > at + length or at + length > end:
        raise _bad("film_not_whole" if at else "film_not_mp4")
    return Box(kind, start, at + length, above), at + length


def _blank(file: BinaryIO, box: Box) -> None:
    """Turn the box into free room: the type stands four bytes before the content, or twelve where the length is a long one."""
    file.seek(box.start - 8)
    long = file.read(8)
    file.seek(box.start - (4 if long[4:] == box.kind else 12))
    file.write(b"free")
    file.seek(box.start)
    left = box.end - box.start
    while left:
        left -= file.write(bytes(min(left, 65536)))


def _read(file: BinaryIO, box: Box) -> bytes:
    file.seek(box.start)
    return file.read(min(box.end - box.start, MOST_HEADER))


def _brands(file: BinaryIO, box: Box) -> set[bytes]:
    content = _read(file, box)
    return {content[:4], *(content[at : at + 4] for at in range(8, len(content) - 3, 4))}


def _duration(mvhd: bytes) -> int:
    wide = mvhd[:1] == b"\x01"
    scale, length = (mvhd[20:24], mvhd[24:32]) if wide else (mvhd[12:16], mvhd[16:20])
    per_second = int.from_bytes(scale, "big")
    return round(int.from_bytes(length, "big") * 1000 / per_second) if per_second else 0


def _size(tkhd: bytes) -> tuple[int, int]:
    """Width and height as shown: a matrix that turns by a quarter swaps them."""
    at = 88 if tkhd[:1] == b"\x01" else 76
    width, height = (int.from_bytes(tkhd[p : p + 4], "big") >> 16 for p in (at, at + 4))
    turned = tkhd[at - 36 : at - 32] == bytes(4) and tkhd[at - 32 : at - 28] != bytes(4)
    return (height, width) if turned else (width, height)


def _bad(code: str) -> Invalid:
    return Invalid(field="media", why=Why(code))
