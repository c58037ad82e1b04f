"""The forms of our own portal as an account, `portal:forms`: one way in and one way out, as for every platform.

An answer is published as soon as it leaves: its author reads it on the page of his case, which shows it from our own database.
So nothing is called, and whatever was interrupted may be done again.
"""

from datetime import datetime
from secrets import token_hex

from connectors.contract import Capabilities, Credentials, Evidence, Finding, Health, Outgoing, Sent, Steps
from connectors.oneway import OneWay
from connectors.transport import Wire
from core.errors import NotPossible


class Forms(OneWay):
    """Answers to those who wrote by a form; each is read by nobody but the holder of its case's secret."""

    capabilities = Capabilities(
        post_text=False, image=False, video=False, reply=True, reply_private=True, direct=True, delete=False, media_max=0
    )

    def check(self) -> Health:
        """Always well: it is this very house."""
        return Health(self.account.partition(":")[2], "")

    def send(self, out: Outgoing, steps: Steps) -> Sent:
        """Publish an answer to a form. NotPossible for a post, and for anything that is not for one person alone."""
        if not out.private or not out.parent_id or out.media or out.poll:
            raise NotPossible(account=self.account, detail="post")
        if (known := steps.get("answer")) is None:
            known = f"answer-{token_hex(8)}"
            steps.keep("answer", known)
        return Sent(known)

    def find_existing(self, out: Outgoing, steps: Steps, *, sent_at: datetime, taken: frozenset[str] = frozenset()) -> Evidence:
        """It may be sent again: no second copy can come of it."""
        return Evidence(Finding.RESUMABLE)


def connect(credentials: Credentials, wire: Wire) -> Forms:
    """The forms of the portal; there is nothing to sign in to."""
    return Forms(f"portal:{credentials.native_id}")
