"""What a way to one person has of the contract: nothing is read from it, nothing stands there that could be hidden or counted.

Our own forms and e-mail are such ways (`Platform.public` is False): a subclass says how it sends, what it can do, if it is well.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from connectors.contract import Bill, Known, Message, Page, Reading
from core.errors import NotPossible


class OneWay:
    """The reading half of a connector that reads nothing. Every call is answered at once and costs nothing."""

    def __init__(self, account: str) -> None:
        self.account = account

    def streams(self) -> tuple[str, ...]:
        """None."""
        return ()

    def fetch(self, stream: str, cursor: str | None, *, not_before: datetime | None = None) -> Page:
        """NotPossible: there is no stream."""
        raise self._never("fetch")

    def rewind(self, stream: str, cursor: str) -> str | None:
        """None: there is no cursor of ours."""
        return None

    def lookup(self, messages: Sequence[Known]) -> Sequence[Message]:
        """None of them: what came by a form is nowhere else than here."""
        return ()

    def count_text(self, text: str) -> int:
        """Characters."""
        return len(text)

    def hide(self, native_id: str) -> None:
        """NotPossible: nobody but its author and we can see it."""
        raise self._never("hide")

    def unhide(self, native_id: str) -> None:
        """NotPossible."""
        raise self._never("unhide")

    def delete(self, native_id: str) -> None:
        """NotPossible."""
        raise self._never("delete")

    def metrics(self, native_ids: Sequence[str]) -> Sequence[Reading]:
        """None."""
        return ()

    def bill(self) -> Bill:
        """Nothing."""
        return Bill()

    def heed(self, shut: Mapping[str, datetime]) -> None:
        """There is no rate window."""

    def price(self, text: str, *, reply: bool = False, private: bool = False) -> int:
        """Nothing."""
        return 0

    def _never(self, what: str) -> NotPossible:
        return NotPossible(account=self.account, detail=what)
