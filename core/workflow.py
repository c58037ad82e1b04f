"""States and the moves between them, as a table one can read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import WrongState


@dataclass(frozen=True, slots=True)
class Workflow:
    """`moves` maps each state to those it may go to; a state without moves is final."""

    name: str
    moves: Mapping[str, frozenset[str]]

    def final(self, state: str) -> bool:
        return not self.moves[state]

    def move(self, thing: Any, to: str) -> None:
        """Set `thing.state = to`; WrongState when the table does not allow it."""
        if to not in self.moves[thing.state]:
            raise WrongState(thing=self.name, state=thing.state, wanted=to)
        thing.state = to


def workflow(name: str, **moves: str) -> Workflow:
    """`workflow("post", draft="submitted cancelled", submitted="approved draft", approved="", cancelled="")`."""
    table = {state: frozenset(to.split()) for state, to in moves.items()}
    if strays := {to for goals in table.values() for to in goals} - table.keys():
        raise ValueError(f"{name}: moves to unknown states {sorted(strays)}")
    return Workflow(name, table)
