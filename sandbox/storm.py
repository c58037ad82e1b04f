"""A storm: thousands of comments at once over all platforms, with what makes listening hard.

POST /__sandbox/storm {
  "seed": 1, "n": 5000, "platforms": ["facebook", "x", "instagram"], "hours": 24,
  "duplicates": 0.12,   share of items that lists deliver again on the next page
  "edits": 0.03, "deletes": 0.03,   shares changed at the end of this wave (see `aftermath`)
  "replies": 0.2, "mentions": 0.1, "messages": 0.02, "quotes": 0.01, "posts": 12,
  "disorder": true,     pages shuffled inside
  "faults": true        a page that fails once, an expired cursor, an answer cut, on each platform
}
Nothing is back-dated below what was said before, because no platform does that to a listener who has read so far: a storm
in a world that has spoken already blows from its last moment on, however short the time since (`hours` is then the most).
With {"aftermath": true, "edits": …, "deletes": …} nothing new is said: standing entries are edited and deleted, so
that a listener who has read them once must notice.
"""

from __future__ import annotations

import random
from typing import Any

from sandbox import acts, voices
from sandbox.entries import PLATFORMS, Entry, Person, Platform
from sandbox.voices import Voice
from sandbox.world import World

DEFAULTS: dict[str, Any] = {
    "seed": 1,
    "n": 5000,
    "platforms": list(PLATFORMS),
    "hours": 24.0,
    "duplicates": 0.12,
    "edits": 0.03,
    "deletes": 0.03,
    "replies": 0.2,
    "mentions": 0.1,
    "messages": 0.02,
    "quotes": 0.01,
    "posts": 12,
    "crowd": 60,
    "disorder": True,
    "faults": True,
    "aftermath": False,
}
#: what one storm may hold: more would fill the memory of a process that keeps all it says
BOUNDS: dict[str, tuple[float, float]] = {
    "n": (0, 200_000),
    "posts": (1, 1_000),
    "crowd": (1, 100_000),
    "hours": (0, 24 * 366),
    **dict.fromkeys(("duplicates", "edits", "deletes", "replies", "mentions", "messages", "quotes"), (0, 1)),
}
FAULTS: tuple[dict[str, Any], ...] = (
    {"kind": "5xx", "after_n": 3},
    {"kind": "expired_cursor", "after_n": 6},
    {"kind": "half_after", "after_n": 9},
    {"kind": "bad_json", "after_n": 12},
    {"kind": "429", "after_n": 20},
)
LISTED = {"x": r"/2/(users/\d+/mentions|tweets/search/recent)$", "graph": r"/comments$"}


def brew(world: World, order: dict[str, Any]) -> dict[str, Any]:
    """Make the storm now and say how much of what was made. ValueError for an unknown part of the order."""
    if unknown := set(order) - set(DEFAULTS):
        raise ValueError(f"no such part of a storm: {', '.join(sorted(unknown))}")
    wish = {**DEFAULTS, **order}
    for part, (least, most) in BOUNDS.items():
        if not _number(wish[part]) or not least <= wish[part] <= most:
            raise ValueError(f"{part} is a number from {least:g} to {most:g}, not {wish[part]!r}")
    for part in ("disorder", "faults", "aftermath"):
        if not isinstance(wish[part], bool):
            raise ValueError(f"{part} is true or false, not {wish[part]!r}")
    choice = random.Random(wish["seed"])
    wave = Wave(world, choice, wish)
    if not wish["aftermath"]:
        wave.speak()
        world.config.repeat_rate = float(wish["duplicates"])
        world.config.disorder = bool(wish["disorder"])
        if wish["faults"]:
            for family, path in LISTED.items():
                for fault in FAULTS:
                    world.faults.add(family=family, method="GET", path_regex=path, **fault)
    wave.change()
    return wave.made


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def last_moment(world: World) -> float:
    """When the last words of anybody were said, in public or in private; the epoch of an empty world."""
    said = (v.at for entries in world.entries.values() for e in entries.values() for v in e.versions[-1:])
    sent = (t.updated for talks in world.conversations.values() for t in talks.values())
    return max([*said, *sent, 0.0])


class Wave:
    """One storm in the making; `made` counts what was said, edited and deleted."""

    def __init__(self, world: World, choice: random.Random, wish: dict[str, Any]) -> None:
        self.world, self.choice, self.wish = world, choice, wish
        self.platforms: list[Platform] = [p for p in PLATFORMS if p in wish["platforms"]]
        if not self.platforms:
            raise ValueError(f"platforms are some of {', '.join(PLATFORMS)}")
        self.made = {"said": 0, "messages": 0, "posts": 0, "edited": 0, "deleted": 0}
        self.posts: dict[Platform, list[Entry]] = {p: [] for p in self.platforms}
        self.said: dict[Platform, list[Entry]] = {p: [] for p in self.platforms}

    def speak(self) -> None:
        n, posts = int(self.wish["n"]), int(self.wish["posts"])
        now = self.world.clock.now()
        begin = max(now - float(self.wish["hours"]) * 3600 - 60 * posts, min(last_moment(self.world), now))
        step = min(60.0, (now - begin) / (10 * posts or 1))
        for platform in self.platforms:
            for k in range(posts):
                text = f"{self.choice.choice(voices.read('posts'))['text']} ({k + 1})"
                made = acts.post(self.world, platform, text, created=begin + step * k)
                self.posts[platform].append(made)
                self.made["posts"] += 1
        span = now - begin - step * posts
        moments = sorted(now - span * self.choice.random() for _ in range(n))
        spoken = voices.voices()
        for k, moment in enumerate(moments):
            self._say(spoken[self.choice.randrange(len(spoken))], k, moment)

    def _say(self, voice: Voice, k: int, at: float) -> None:
        platform = self.choice.choice(self.platforms)
        person = voices.somebody(self.world, platform, voice.lang, self.choice, crowd=int(self.wish["crowd"]))
        text = f"{voice.text} [{k}]"
        draw = self.choice.random()
        if draw < self.wish["messages"]:
            acts.message(self.world, platform, person, text, created=at)
            self.made["messages"] += 1
            return
        entry = self._entry(platform, person, text, at, draw)
        self.said[platform].append(entry)
        self.made["said"] += 1

    def _entry(self, platform: Platform, person: Person, text: str, at: float, draw: float) -> Entry:
        earlier = [e for e in self.said[platform][-40:] if e.edge == ""]
        handle = self.world.own(platform).username
        if draw < 0.02 + self.wish["quotes"] and platform == "x":
            quoted = self.choice.choice(self.posts["x"]).id
            return acts.post(self.world, "x", text, author=person, quoted=quoted, created=at)
        if draw < 0.03 + self.wish["mentions"]:
            edge = "tags" if platform == "instagram" else self.choice.choice(["tagged", "visitor_posts"])
            said = text if platform == "facebook" else f"@{handle} {text}"
            return acts.mention(self.world, platform, person, said, edge=edge, created=at)
        if earlier and draw > 1 - self.wish["replies"]:
            return acts.comment(self.world, platform, person, text, self.choice.choice(earlier).id, created=at)
        return acts.comment(self.world, platform, person, text, self.choice.choice(self.posts[platform]).id, created=at)

    def change(self) -> None:
        """Edit and delete shares of the citizens' standing entries (on X no entry is edited after an hour)."""
        for platform in self.platforms:
            standing = [e for e in self.world.shelf(platform, "all") if not e.own and not e.deleted]
            for entry in self._share(standing, "edits"):
                if platform == "instagram" or entry.reposted:
                    continue
                acts.edit(self.world, entry, entry.text[entry.prefix :] + " ✏️")
                self.made["edited"] += 1
            for entry in self._share(standing, "deletes"):
                if not entry.deleted:
                    acts.delete(self.world, entry)
                    self.made["deleted"] += 1

    def _share(self, standing: list[Entry], name: str) -> list[Entry]:
        return self.choice.sample(standing, int(len(standing) * float(self.wish[name])))
