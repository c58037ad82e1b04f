"""How X counts, wraps and marks text."""

from __future__ import annotations

import hashlib
import html
import re
from functools import lru_cache
from typing import Any

from sandbox.entries import Entry, Media, Person
from sandbox.world import World

LIMIT = 280
URL_WEIGHT = 23
PATH = r"[^\s<>\"]*[^\s<>\".,;:!?،؛؟)\]}]"
#: X wraps a name without a scheme too; of its many tops these are enough here
BARE = r"(?<![\w@$#./-])(?:[a-zA-Z0-9-]+\.)+(?:ae|com|net|org)(?![\w@-]|\.\w)(?:/" + PATH + r")?"
URL = re.compile(rf"(https?://){PATH}|{BARE}")
HANDLE = re.compile(r"(?<![\w@/])@(\w{1,15})")
HASHTAG = re.compile(r"(?<![\w&/])#(\w*[^\W\d]\w*)")
EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|"
    "[\U0001f300-\U0001faff\u2600-\u27bf][\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d[\U0001f300-\U0001faff\u2600-\u27bf]\ufe0f?)*"
)
#: how the key of a media begins
KEYS = {"photo": 3, "gif": 16}
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=20_000)
def weight(text: str) -> int:
    """Weighted length: Latin and Arabic letters 1, most others 2, an emoji 2 however it is joined, a link 23."""
    total = 0
    text, links = URL.subn("", text)
    text, emoji = EMOJI.subn("", text)
    for character in text:
        point = ord(character)
        total += 1 if any(low <= point <= high for low, high in LIGHT) else 2
    return total + links * URL_WEIGHT + emoji * 2


def is_long(text: str, prefix: int = 0) -> bool:
    """Whether a post (without the handles X put before it) is longer than an ordinary one."""
    said = text[prefix:]
    return 2 * len(said) + URL_WEIGHT * said.count("http") > LIMIT and weight(said) > LIMIT


@lru_cache(maxsize=20_000)
def short_link(post_id: str, n: int) -> str:
    digest = int.from_bytes(hashlib.sha256(f"{post_id}:{n}".encode()).digest()[:8], "big")
    code = ""
    while len(code) < 10:
        digest, rest = divmod(digest, 62)
        code += ALPHABET[rest]
    return f"https://t.co/{code}"


def escaped(text: str) -> str:
    """Words as X's API writes them, in posts and in direct messages: `&`, `<` and `>` as entities."""
    return html.escape(text, quote=False)


def display(url: str) -> str:
    shown = re.sub(r"^https?://(www\.)?", "", url)
    return shown if len(shown) <= 27 else shown[:26] + "…"


def media_key(media: Media) -> str:
    return f"{KEYS.get(media.kind, 13)}_{media.id}"


def read_form(world: World, post_id: str, text: str, media: list[str]) -> tuple[str, dict[str, Any]]:
    """Text as the API gives it (links as t.co, &<> escaped) and its entities, positions in code points of that text."""
    urls: list[dict[str, Any]] = []
    out = ""
    position = 0
    for n, found in enumerate(URL.finditer(text)):
        out += escaped(text[position : found.start()])
        short, target = short_link(post_id, n), found.group() if found[1] else f"http://{found.group()}"
        urls.append(
            {"start": len(out), "end": len(out) + len(short), "url": short, "expanded_url": target}
            | {"display_url": display(target)}
        )
        out += short
        position = found.end()
    out += escaped(text[position:])
    if media:
        short = short_link(post_id, 99)
        out = f"{out} {short}" if out else short
        author = world.person("x", world.entries["x"][post_id].author).username
        expanded = f"https://x.com/{author}/status/{post_id}/photo/1"
        urls += [
            {"start": len(out) - len(short), "end": len(out), "url": short, "expanded_url": expanded}
            | {"display_url": f"pic.x.com/{short[-10:]}", "media_key": media_key(world.media[m])}
            for m in media
        ]
    entities: dict[str, Any] = {"urls": urls} if urls else {}
    if "@" in out and (handles := _handles(world, out)):
        entities["mentions"] = handles
    if "#" in out and (tags := [_mark(f, "tag") for f in HASHTAG.finditer(out)]):
        entities["hashtags"] = tags
    return out, entities


def _handles(world: World, text: str) -> list[dict[str, Any]]:
    found = []
    for match in HANDLE.finditer(text):
        mark = _mark(match, "username")
        if person := world.named("x", match.group(1)):
            mark["id"] = person.id
        found.append(mark)
    return found


def _mark(match: re.Match[str], name: str) -> dict[str, Any]:
    return {"start": match.start(), "end": match.end(), name: match.group(1)}


def mentioned(world: World, text: str) -> list[str]:
    """Ids of the people named by @handle, each once, in order."""
    ids: list[str] = []
    for match in HANDLE.finditer(text):
        person = world.named("x", match.group(1))
        if person and person.id not in ids:
            ids.append(person.id)
    return ids


def with_handles(world: World, author: Person, parent: Entry, text: str) -> str:
    """A reply as X stores it: the handles of those it answers stand first, unless the writer put them there."""
    wanted = [parent.author, *parent.mentions]
    already = {match.group(1).lower() for match in HANDLE.finditer(text)}
    handles: list[str] = []
    for person_id in wanted:
        handle = world.person("x", person_id).username
        if person_id != author.id and handle.lower() not in already and handle not in handles:
            handles.append(handle)
    return "".join(f"@{handle} " for handle in handles) + text


def shortened(text: str) -> str:
    """The head of a long post, as `text` gives it beside note_tweet."""
    head = text
    while weight(head) > LIMIT - 2:
        head = head[:-1]
    return head.rstrip() + "…"
