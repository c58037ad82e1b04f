"""What a platform can do, and what it takes, said before anything is tried (DESIGN §2.7)."""

import re
from dataclasses import dataclass

#: a word marked with #, and the word; in the middle of a link # marks none
HASHTAG = re.compile(r"(?<![\w/&])[#＃](\w+)")


@dataclass(frozen=True, slots=True)
class Limits:
    """What the files of one sort must be, by the platform's own documents; 0: no limit. `ratios`: of width to height."""

    mimes: tuple[str, ...]
    bytes: int = 0
    ratios: tuple[float, float] = (0, 0)
    sides: tuple[int, int] = (0, 0)  # in pixels: the shorter at least, the longer at most
    ms: tuple[int, int] = (0, 0)  # how long a film lasts, least and most


#: any picture or film that our own store takes
PICTURE = Limits(("image/jpeg", "image/png", "image/webp"))
FILM = Limits(("video/mp4",))
#: how many answers a poll has, how long one is (in characters), how many minutes it runs: of X, the one platform that has polls
POLL_OPTIONS, POLL_OPTION_MOST, POLL_MINUTES = (2, 4), 25, (5, 10_080)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What this backend can do at all. `text_limit` in the platform's own count (`count_text`), `direct_limit` of a private
    message in characters, or in bytes of UTF-8 where it `counts_bytes`; 0 for none."""

    post_text: bool = True  # a post without media
    image: bool = True
    picture: Limits = PICTURE
    video: bool = True
    film: Limits = FILM
    carousel: bool = False  # several files are one post to leaf through, films among them; else a film stands alone
    poll: bool = False
    card: bool = False  # a link in the words of a post without media becomes a card
    alt_text: bool = True
    alt_film: bool = False  # a film's words go with it
    alt_limit: int = 0  # characters of such words for one file, by its own documents; 0: they name none
    handles_max: int = 0  # people named by @ in one post; 0: any number
    hashtags_max: int = 0  # likewise words marked with # (HASHTAG)
    media_max: int = 4
    exact: bool = True  # files leave as they are; False: the client makes pictures anew, smaller
    text_limit: int = 0
    direct_limit: int = 0
    counts_bytes: bool = False
    reply: bool = True
    reply_private: bool = False
    direct: bool = False
    hide: bool = False
    delete: bool = True
    needs_public_media: bool = False
