"""What can go wrong with one try or one look, and the plan of a storm: every cell of platform × kind × moment × fault, seeded."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import cycle, product
from typing import Any

PLATFORMS = ("facebook", "x", "instagram")
KINDS = ("post", "reply", "receipt", "private_reply", "hide", "unhide", "delete")
ACTS = ("hide", "unhide", "delete")

#: where a worker dies while it sends: the words of issue 4 beside ours
SEND_POINTS: Mapping[str, str] = {
    "after_claim": "after claim",
    "in_attempt": "while the attempt is committed (rolled back)",
    "after_attempt": "after the attempt was committed",
    "before_wire": "right before the n-th request leaves",
    "at_wire": "after the request left: lost, refused, answered or committed there",
    "step_kept": "after a half-way id was committed",
    "before_commit": "before our commit",
    "in_commit": "in our commit (rolled back)",
    "after_commit": "after commit",
}
#: where it dies while it reads back
LOOK_POINTS: Mapping[str, str] = {
    "look_claimed": "read-back: after its claim",
    "before_wire": "read-back: before a request",
    "at_wire": "read-back: after a request",
    "look_seen": "read-back: before its commit",
    "look_kept": "read-back: after its commit",
}
BEFORE_CLAIM = "before claim"

REFUSED = {"graph": {"error": {"message": "Invalid parameter", "code": 100}}, "x": {"title": "Invalid Request", "detail": "no"}}
TWIN = {
    "graph": {"error": {"message": "Duplicate status message", "code": 506}},
    "x": {"title": "Forbidden", "status": 403, "detail": "You are not allowed to create a Tweet with duplicate content."},
}
GARBAGE = {"hello": "world"}


def _answer(status: int, body: Any) -> dict[str, Any]:
    return {"kind": "answer", "status": status, "body": body}


#: name -> order of the fault (sandbox.faults); `+`: the platform does the thing first. `answer` bodies by family where they differ
FAULTS: Mapping[str, dict[str, Any]] = {
    "429": {"kind": "429"},
    "429_no_headers": {"kind": "429_no_headers"},
    "5xx": {"kind": "5xx"},
    "401": {"kind": "401"},
    "drop_before": {"kind": "drop_before"},
    "html_502": {"kind": "html_502"},
    "bad_json": {"kind": "bad_json"},
    "empty_200": {"kind": "empty_200"},
    "garbage_200": _answer(200, GARBAGE),
    "duplicate": _answer(403, TWIN),
    "refused": _answer(400, REFUSED),
    "drop_after": {"kind": "drop_after"},
    "half_after": {"kind": "half_after"},
    "slow_after": {"kind": "slow_after"},
    "commit_then_500": {"kind": "commit_then_500"},
    "html_502+": {"kind": "html_502", "committed": True},
    "bad_json+": {"kind": "bad_json", "committed": True},
    "empty_200+": {"kind": "empty_200", "committed": True},
    "garbage_200+": _answer(200, GARBAGE) | {"committed": True},
    "duplicate+": _answer(403, TWIN) | {"committed": True},
}
X_FAULTS: Mapping[str, dict[str, Any]] = {
    "429_old": {"kind": "429_old"},
    "usage_capped": {"kind": "usage_capped"},
    "credits_depleted": {"kind": "credits_depleted"},
    "over_capacity": {"kind": "over_capacity"},
}
#: what a reading back may meet
LOOK_FAULTS = (
    "429",
    "5xx",
    "drop_before",
    "html_502",
    "bad_json",
    "empty_200",
    "half_after",
    "401",
    "stale_read",
    "disorder",
    "repeat",
)
#: these end a delivery for good: the platform said no
REFUSING = frozenset({"refused"})
#: costs real seconds of waiting, so it comes seldom
SLOW = "slow_after"


@dataclass(frozen=True, slots=True)
class Blow:
    """One try (or look): the worker dies at `at` ("": it lives), the `nth` request meets `fault` ("": none), the clock jumps."""

    at: str = ""
    fault: str = ""
    nth: int = 0
    jump_s: int = 0


@dataclass
class Doom:
    """One delivery and what it will meet: one blow a try, one a look, until there are no more."""

    platform: str
    kind: str
    pictures: int = 0
    sends: list[Blow] = field(default_factory=list)
    looks: list[Blow] = field(default_factory=list)


def order(fault: str, family: str, *, slow_s: float) -> dict[str, Any]:
    """The fault as the sandbox takes it, for one request of this family."""
    made = dict(FAULTS.get(fault) or X_FAULTS.get(fault) or {"kind": fault})
    if made["kind"] in (SLOW, "stale_read"):
        made["seconds"] = slow_s if made["kind"] == SLOW else 300.0
    body = made.get("body")
    if isinstance(body, dict) and family in body:
        made["body"] = body[family]
    return made | {"family": family}


def faults_of(platform: str) -> tuple[str, ...]:
    return (*FAULTS, *(X_FAULTS if platform == "x" else ()))


def writes(platform: str, kind: str, pictures: int) -> int:
    """How many changing calls publishing takes: the n-th of them meets the blow."""
    if kind != "post":
        return 1
    return {"facebook": 2 + pictures, "x": 1 + 2 * pictures, "instagram": 2 if pictures == 1 else 2 + pictures}[platform]


def cells(seed: int) -> Iterator[Doom]:
    """Every platform × kind × moment of death × fault, in a seeded order, again and again; each with its own further trouble."""
    chance = random.Random(seed)
    every = [
        (platform, kind, at, fault)
        for platform, kind in product(PLATFORMS, KINDS)
        for at, fault in product(("", *SEND_POINTS), ("", *faults_of(platform)))
        if at or fault
    ]
    chance.shuffle(every)
    for platform, kind, at, fault in cycle(every):
        if fault == SLOW and chance.random() < 0.8:
            continue
        yield doom(chance, platform, kind, at, fault)


def doom(chance: random.Random, platform: str, kind: str, at: str, fault: str) -> Doom:
    """The cell's blow at the first try, sometimes another at the second, and trouble while it is read back."""
    most = 3 if platform == "instagram" else 2
    pictures = chance.randint(1 if platform == "instagram" else 0, most) if kind == "post" else 0
    nth = chance.randrange(writes(platform, kind, pictures))
    made = Doom(platform, kind, pictures, [Blow(at, fault, nth)])
    if chance.random() < 0.5:
        again = chance.choice([f for f in faults_of(platform) if f != SLOW])
        last = writes(platform, kind, pictures) - 1
        made.sends.append(Blow(chance.choice(("", *SEND_POINTS)), again, last))
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        made.looks.append(Blow(chance.choice(("", *LOOK_POINTS)), chance.choice(("", *LOOK_FAULTS)), chance.randrange(2)))
    return made
