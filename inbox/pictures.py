"""Pictures as the public sends them: those whose few bytes would keep us unpacking for hours are told before that."""

import re

#: a JPEG comes in one scan, a progressive one in about ten, each of which goes over the whole picture; more than this nobody makes
MOST_SCANS = 40
#: what stands between its beginning and its end beside scans: tables, what cameras say
MOST_PARTS = 5_000

_BEGINS, _SCAN, _ENDS = b"\xff\xd8", 0xDA, 0xD9
#: the one part that says nothing, not even how long it is
_BARE = 0x01
#: within a scan a 0xff of the picture is followed by nought, or marks where reading may start anew
_MARK = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")


def is_heavy(data: bytes) -> bool:
    """True for a JPEG of more than MOST_SCANS scans or MOST_PARTS parts; whatever else it is, is judged by whoever unpacks it."""
    if not data.startswith(_BEGINS):
        return False
    at, scans, parts = len(_BEGINS), 0, 0
    while (mark := _MARK.search(data, at)) is not None and mark[1][0] != _ENDS:
        parts, scans = parts + 1, scans + (mark[1][0] == _SCAN)
        if scans > MOST_SCANS or parts > MOST_PARTS:
            return True
        long = max(2, int.from_bytes(data[mark.end() : mark.end() + 2], "big"))
        at = mark.end() + (0 if mark[1][0] == _BARE else long)
    return False
