"""PDF files as the public sends them: recognised by their content, and refused when they would do something by themselves."""

import re
import zlib
from collections.abc import Iterator

MIME = "application/pdf"
#: what a page needs to be read is none of these: scripts, programs, files within the file, forms that send. A script is known by
#: its action (JavaScript, Rendition) and not by its key: `/JS` stands by chance in every seventh picture of three megabytes, and
#: `/XFA` counts only with what must follow it
ACTIVE = re.compile(rb"/(?:(?:JavaScript|Rendition|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData)\b|XFA[\0\s]*[\[\d%])")
#: a stream is unpacked this far, one that holds objects to its end, all of them together so far
MOST_OF_ONE, MOST_OF_OBJECTS, MOST_OF_ALL = 1024 * 1024, 16 * 1024 * 1024, 256 * 1024 * 1024
#: more streams than this no paper of a few megabytes has; what stands before a stream to describe it is no longer than this
MOST_STREAMS, FARTHEST = 20_000, 64 * 1024
PIECE = 64 * 1024

_BEGINS = re.compile(rb"stream\r?\n")
#: the dictionary of a stream that holds objects, and how its objects have to be packed for us to read them
_OBJECTS = re.compile(rb"/(?:ObjStm|First)\b")
_PACKED = re.compile(rb"/Filter\s*\[?\s*/FlateDecode\b")
_OTHERWISE = re.compile(rb"/(?!FlateDecode\b)\w*Decode\b|/(?:DecodeParms|DP|AHx|A85|LZW|RL|Crypt)\b")


def is_paper(data: bytes) -> bool:
    """True for a PDF: it begins and ends as one."""
    return data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]


def is_active(data: bytes) -> bool:
    """True when something in it acts by itself, also where that stands packed in a stream, when it is locked from us, or when it
    holds objects that we can't read to their end. The work is bounded by the file's length, whatever stands in it."""
    if ACTIVE.search(_plain(data)) or b"/Encrypt" in data:
        return True
    left = MOST_OF_ALL
    for n, (begins, about) in enumerate(_streams(data)):
        objects = _OBJECTS.search(about) is not None
        if n == MOST_STREAMS or (objects and (not _PACKED.search(about) or _OTHERWISE.search(about))):
            return True
        unpacked, whole, work = _unpacked(memoryview(data)[begins:], min(left, MOST_OF_OBJECTS if objects else MOST_OF_ONE))
        left -= work
        if ACTIVE.search(_plain(unpacked)) or (objects and not whole) or left <= 0:
            return True
    return False


def _streams(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Wherever a stream may begin, with what is said of it before that. The word may as well stand in a remark: what follows is
    looked at all the same."""
    after = 0
    for found in _BEGINS.finditer(data):
        begins = found.start()
        if data[begins - 3 : begins] != b"end":
            least = max(after, begins - FARTHEST)
            yield found.end(), _plain(data[max(least, data.rfind(b"obj", least, begins)) : begins])
        after = found.end()


def _unpacked(stream: memoryview, most: int) -> tuple[bytes, bool, int]:
    """What is packed there, as far as it is read; whether that is all of it; and how much work it was, in bytes."""
    if len(stream) < 2 or stream[0] & 15 != 8 or (stream[0] << 8 | stream[1]) % 31:
        return b"", False, 0
    unpacking, out, work = zlib.decompressobj(), bytearray(), 0
    try:
        for at in range(0, len(stream), PIECE):
            work += PIECE
            out += unpacking.decompress(stream[at : at + PIECE], most - len(out))
            if unpacking.eof or len(out) >= most:
                break
    except zlib.error:
        return bytes(out), False, work + len(out)
    return bytes(out), unpacking.eof, work + len(out)


def _plain(data: bytes) -> bytes:
    """A name may be written with any of its letters as `#4a`."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), data)
