"""A platform that is a list in memory, in steps of two messages; a second, independent implementation of what reading needs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.contract import Bill, Capabilities, Health, Known, Message, Page
from core.errors import PlatformError

STEP = 2


@dataclass
class Listed:
    """`said` by stream; a cursor is the place in the list. `trouble` is raised by the next calls, one each (None: none).

    `present` answers look-ups; `asked` notes each call.
    """

    account: str = "facebook:100"
    capabilities: Capabilities = field(default_factory=Capabilities)
    said: dict[str, list[Message]] = field(default_factory=dict)
    trouble: list[PlatformError | None] = field(default_factory=list)
    present: dict[str, Message] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    before_answer: Callable[[], None] = lambda: None

    def check(self) -> Health:
        return Health(self.account.partition(":")[2], "")

    def streams(self) -> tuple[str, ...]:
        return tuple(self.said)

    def _meet(self, call: str) -> None:
        self.asked.append(call)
        self.before_answer()
        problem = self.trouble.pop(0) if self.trouble else None
        if problem is not None:
            raise problem

    def fetch(self, stream: str, cursor: str | None, *, not_before: datetime | None = None) -> Page:
        self._meet(f"{stream} {cursor}")
        place = int(cursor or 0)
        shown = [m for m in self.said[stream][place : place + STEP] if not_before is None or m.created_at >= not_before]
        following = min(place + STEP, len(self.said[stream]))
        return Page(tuple(shown), str(following), more=following < len(self.said[stream]))

    def rewind(self, stream: str, cursor: str) -> str | None:
        return None

    def lookup(self, messages: Sequence[Known]) -> Sequence[Message]:
        self._meet("lookup " + " ".join(sorted(known.native_id for known in messages)))
        return [self.present[known.native_id] for known in messages if known.native_id in self.present]

    def bill(self) -> Bill:
        return Bill()

    def heed(self, shut: Mapping[str, datetime]) -> None:
        return None

    def price(self, text: str, *, reply: bool = False, private: bool = False) -> int:
        return 0
