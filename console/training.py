"""`train`: learn new heads, compare them with those in force, switch, and go back. Nothing switches by itself."""

from pathlib import Path
from typing import Any

from console.opening import House
from core import audit
from core.actors import Actor
from core.clock import in_dubai, now
from core.errors import NotFound
from inbox.editions import in_force
from inbox.learning import reviewed
from policies.heads import examples, standing, training


def train(house: House, actor: Actor, data: Path | None, texts: Path | None) -> dict[str, Any]:
    """Learn from the folders given and from what staff decided; write a candidate, and measure it beside the heads in force.

    With `data` everything is learned anew. Without it the heads in force learn further from what is there.
    """
    actor.require("policy.propose")
    with house.db.read() as session:
        found = reviewed(session)
        ours = len(found)
        found += [*examples.lawful(in_force(session)), *examples.listed()] if data else []
    found += examples.public(data) if data else []
    found += examples.own(texts) if texts else []
    known = standing.current()
    made = training.train(found, None if data else known)
    name = in_dubai(now()).strftime("%Y%m%d-%H%M%S")
    candidate = made.write(standing.folder(), name)
    (standing.folder() / "candidate").write_text(name, "utf-8")
    return {
        "candidate": name,
        "learned": sum(not one.held for one in found),
        "reviewed": ours,
        "held": {
            "candidate": training.measured(candidate, found),
            "in_force": training.measured(known, found) if known else {},
        },
    }


def switch(house: House, actor: Actor) -> dict[str, Any]:
    """Put the last candidate in force; NotFound where nothing was trained."""
    actor.require("policy.propose")
    try:
        name = (standing.folder() / "candidate").read_text("utf-8").strip()
    except OSError:
        raise NotFound(thing="heads", id="candidate") from None
    standing.switch(name)
    return _told(house, actor, "heads.switch", name)


def back(house: House, actor: Actor) -> dict[str, Any]:
    """Return to the heads that were in force before."""
    actor.require("policy.propose")
    return _told(house, actor, "heads.back", standing.back())


def _told(house: House, actor: Actor, act: str, name: str) -> dict[str, Any]:
    name = name or "shipped"
    with house.db.write() as session:
        audit.record(session, actor, act, f"heads:{name}")
    return {"in_force": name}
