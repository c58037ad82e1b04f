"""Forty posts of past weeks, and what citizens said about them in the last 24 hours, some of it edited, deleted or hidden since."""

from __future__ import annotations

import random
from typing import Any

from sandbox import acts, voices
from sandbox.entries import PLATFORMS, Entry, Media, Platform
from sandbox.voices import Voice
from sandbox.world import World
from sandbox.x.render import language

ITEMS = 200
DAY_S = 86_400.0


def fill(world: World, items: int = ITEMS) -> None:
    """Put the posts (each on one to three platforms) and about `items` of citizens' items into a furnished world."""
    choice = random.Random(world.ids.seed)
    posts = _posts(world, choice)
    said = [v for v in voices.voices() if len(v.text) > 1]
    order = [choice.choice(said) for _ in range(max(0, items - len(said)))] + said
    choice.shuffle(order)
    now = world.clock.now()
    moments = sorted(now - choice.random() * DAY_S * 0.98 - 120 for _ in order)
    for moment, voice in zip(moments, order, strict=True):
        _say(world, choice, posts, voice, moment)
    _unsettle(world)


def _unsettle(world: World) -> None:
    """What a day leaves behind: words changed (X within its hour), words taken back, and comments the page has hidden."""
    for platform in PLATFORMS:
        said = [e for _, e in world.shelf(platform, "all").newest_first() if not e.own and not e.reposted]
        fresh = [e for e in said if platform != "x" or world.clock.now() - e.created < 3600]
        for entry in fresh[2:4] if platform != "instagram" else []:
            endings = voices.phrases()["edit"]
            acts.edit(world, entry, entry.text[entry.prefix :] + endings.get(language(entry.text), endings["other"]))
        leaves = [e for e in said if not len(world.shelf(platform, "replies", e.id))]
        for entry in leaves[5:7]:
            acts.delete(world, entry)
        for entry in [e for e in leaves[8:] if _beneath_ours(world, e)][:1]:
            acts.hide(world, entry, True)


def _beneath_ours(world: World, entry: Entry) -> bool:
    root = world.find(entry.platform, entry.root or "")
    return entry.parent is not None and root is not None and root.own


def _posts(world: World, choice: random.Random) -> dict[Platform, list[Entry]]:
    """Oldest first, about one every twelve hours up to this morning, so that the newest drew today's talk."""
    made: dict[Platform, list[Entry]] = {p: [] for p in PLATFORMS}
    texts: list[dict[str, Any]] = voices.read("posts")
    now = world.clock.now()
    for n, post in enumerate(texts):
        age = (len(texts) - n) * 43_200.0 - 21_600.0
        platforms: tuple[Platform, ...] = PLATFORMS if "alt" in post else ("facebook", "x")
        if n % 5 == 4:
            platforms = platforms[:2]
        for platform in platforms:
            created = now - age - choice.random() * 1800
            pictures = [picture(world, platform, post["alt"])] if "alt" in post else []
            link = post.get("link") if platform == "facebook" else None
            entry = acts.post(world, platform, post["text"], link=link, media=pictures, created=created)
            made[platform].append(entry)
    return made


def picture(world: World, platform: Platform, alt: str) -> str:
    if platform == "x":
        media_id = world.ids.snowflake(world.clock.now())
    else:
        media_id = world.ids.number(f"{platform}-media", 17_700_000_000_000_000 if platform == "instagram" else 7 * 10**14)
    made = Media(platform, media_id, alt=alt, url=f"https://media.gov.example/{media_id}.jpg")
    world.media[media_id] = made
    return media_id


def _say(world: World, choice: random.Random, posts: dict[Platform, list[Entry]], voice: Voice, at: float) -> None:
    platform = choice.choices(PLATFORMS, (45, 35, 20))[0]
    person = voices.somebody(world, platform, voice.lang, choice)
    about = [p for p in posts[platform][-9:] if p.created < at]
    if platform == "x" or (choice.random() < 0.06 and platform == "facebook") or not about:
        entry = mention(world, platform, voice, person.username, choice, at, about)
    else:
        entry = acts.comment(world, platform, person, voice.text, choice.choice(about).id, created=at)
    if choice.random() < 0.14 and (platform == "x" or entry.kind == "comment"):
        later = min(world.clock.now(), at + choice.random() * 3000)
        other = voices.somebody(world, platform, voice.lang, choice)
        acts.comment(world, platform, other, voices.phrase("thread", voice.lang, choice), entry.id, created=later)
    if voice.then and choice.random() < 0.35:
        acts.message(world, platform, person, voices.phrase("dm", voice.lang, choice), created=at + 60)


def mention(
    world: World,
    platform: Platform,
    voice: Voice,
    username: str,
    choice: random.Random,
    at: float | None,
    about: list[Entry],
) -> Entry:
    """On X half answer one of our posts and half call us by name; elsewhere a post that names the page."""
    person = acts.newcomer(world, platform, username)
    if platform == "x" and about and choice.random() < 0.5:
        return acts.comment(world, "x", person, voice.text, choice.choice(about).id, created=at)
    handle = f"@{world.own(platform).username}"
    text = voice.text.replace("@ministry", handle)
    if handle not in text and platform != "facebook":
        text = f"{handle} {text}" if choice.random() < 0.6 else f"{text} {handle}"
    edge = "tags" if platform == "instagram" else choice.choice(["tagged", "visitor_posts"])
    return acts.mention(world, platform, person, text, edge=edge, created=at)
