"""Small MP4 films made box by box, so that a test can put into one whatever a camera might hide there."""

import struct
from pathlib import Path

#: what a telephone writes: where, with what, by whom
PLACE = b"+24.4539+054.3773/"
UPRIGHT = (1, 0, 0, 1)
QUARTER = (0, 1, -1, 0)


def box(kind: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I", 8 + len(body)) + kind + body


def long_box(kind: bytes, content: bytes) -> bytes:
    """The same with a length of 64 bits, as large films have it."""
    return struct.pack(">I", 1) + kind + struct.pack(">Q", 16 + len(content)) + content


def user_data() -> bytes:
    return box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(PLACE), 0x15C7), PLACE), box(b"\xa9mod", b"\0\5\x15\xc7Phone"))


def mvhd(seconds: float, wide: bool = False) -> bytes:
    times = struct.pack(">QQIQ", 3_000_000_001, 3_000_000_002, 600, round(seconds * 600))
    if not wide:
        times = struct.pack(">IIII", 3_000_000_001, 3_000_000_002, 600, round(seconds * 600))
    return box(b"mvhd", bytes([int(wide), 0, 0, 0]), times, bytes(80))


def track(handler: bytes = b"vide", width: int = 1280, height: int = 720, turn: tuple[int, ...] = UPRIGHT, *extra: bytes) -> bytes:
    a, b, c, d = (value << 16 for value in turn)
    matrix = struct.pack(">iiiiiiiii", a, b, 0, c, d, 0, 0, 0, 0x40000000)
    size = struct.pack(">II", width << 16, height << 16) if handler == b"vide" else bytes(8)
    tkhd = box(b"tkhd", bytes(4), struct.pack(">IIIII", 3_000_000_001, 3_000_000_002, 1, 0, 6000), bytes(16), matrix, size)
    mdhd = box(b"mdhd", bytes(4), struct.pack(">IIII", 3_000_000_001, 3_000_000_002, 600, 6000), bytes(4))
    hdlr = box(b"hdlr", bytes(8), handler, bytes(12), b"\0")
    return box(b"trak", tkhd, box(b"mdia", mdhd, hdlr, box(b"minf", box(b"stbl", bytes(16)))), *extra)


def film(
    *inside: bytes, seconds: float = 10, brand: bytes = b"isom", wide: bool = False, after: bytes = b"", picture: bytes = b""
) -> bytes:
    """A film of `seconds`; `inside`: more boxes of its `moov`; `after`: more boxes at its end; `picture`: another picture track."""
    kind = box(b"ftyp", brand, bytes(4), b"zzzz")
    return (
        kind + box(b"moov", mvhd(seconds, wide), picture or track(), track(b"soun"), *inside) + box(b"mdat", b"\x01" * 999) + after
    )


def written(path: Path, *inside: bytes, **more: object) -> Path:
    path.write_bytes(film(*inside, **more))  # type: ignore[arg-type] # as film takes them
    return path
