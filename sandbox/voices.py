"""The people of the simulation and what they say, read from sandbox/content."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sandbox import acts
from sandbox.entries import Person, Platform
from sandbox.world import World

CONTENT = Path(__file__).parent / "content"


@dataclass(frozen=True)
class Voice:
    """One thing a citizen says. `then` is what he answers when the page has replied; empty: a usual phrase."""

    lang: str
    theme: str
    text: str
    then: str = ""


def read(name: str) -> Any:
    return json.loads((CONTENT / f"{name}.json").read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def voices() -> tuple[Voice, ...]:
    return tuple(Voice(**made) for name in ("voices_ar", "voices_other") for made in read(name))


@lru_cache(maxsize=1)
def phrases() -> dict[str, dict[str, Any]]:
    made: dict[str, dict[str, Any]] = read("replies")
    return made


@lru_cache(maxsize=1)
def names() -> dict[str, list[list[str]]]:
    made: dict[str, list[list[str]]] = read("people")
    return made


def phrase(kind: str, lang: str, choice: random.Random) -> str:
    """A usual phrase of that kind in that language, English where there is none."""
    known = phrases()[kind]
    return str(choice.choice(known.get(lang) or known["en"]))


def somebody(world: World, platform: Platform, lang: str, choice: random.Random, crowd: int = 0) -> Person:
    """A person who would speak that language; with `crowd` one of so many namesakes."""
    name, handle = choice.choice(names().get(lang) or names()["en"])
    if crowd:
        handle = f"{handle[:9]}{choice.randrange(crowd)}"
    if platform == "x":
        handle = handle.replace(".", "_")[:15]
    return acts.newcomer(world, platform, handle, name)
