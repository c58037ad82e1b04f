"""PDF files as the public sends them: recognised by their content, and refused when they would do something by themselves."""

import re
import zlib

MIME = "application/pdf"
#: what a page needs to be read is none of these: scripts, programs, files within the file, forms that send
ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|XFA)\b")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
#: a stream is unpacked this far, all of them together so far
MOST_OF_ONE, MOST_OF_ALL = 1024 * 1024, 256 * 1024 * 1024


def is_paper(data: bytes) -> bool:
    """True for a PDF: it begins and ends as one."""
    return data.startswith(b"%PDF-") and b"%%EOF" in data[-2048:]


def is_active(data: bytes) -> bool:
    """True when something in it acts by itself, also where that stands packed in a stream, or when it is locked from us."""
    if ACTIVE.search(_plain(data)) or b"/Encrypt" in data:
        return True
    left = MOST_OF_ALL
    for stream in _STREAM.finditer(data):
        unpacked = _unpacked(stream[1], min(left, MOST_OF_ONE))
        if ACTIVE.search(_plain(unpacked)):
            return True
        left -= len(unpacked)
        if left <= 0:
            return True
    return False


def _unpacked(stream: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream, most)
    except zlib.error:
        return b""


def _plain(data: bytes) -> bytes:
    """A name may be written with any of its letters as `#4a`."""
    return re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), data)
