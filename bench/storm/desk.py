"""How each kind of delivery of a storm comes about: a post that another person approved, or what is done about a stored item, by
the verbs that every door calls. So each has its guard, which is asked as it leaves."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from bench.staff import Staff, agreed, approved
from connectors.contract import Message
from core.actors import WORKER
from core.clock import now
from core.models import Account
from core.settings import Settings
from core.vault import Vault
from inbox import moderate, reply
from inbox.change import change
from inbox.editions import in_force
from inbox.models import Item
from inbox.receive import receive
from outbox.enqueue import by_ref
from outbox.guards import FILLERS
from outbox.models import Delivery
from outbox.states import move
from sandbox.entries import Entry
from scheduler import posts, queueing
from scheduler.when import GRACE_MOST_S

CLAUSE, WHY = "abuse", "كلام جارح"


@dataclass(frozen=True, slots=True)
class Desk:
    """Where people work on one account, in one transaction."""

    session: Session
    staff: Staff
    account: Account
    settings: Settings
    vault: Vault
    chance: random.Random

    def post(self, said: str, pictures: Sequence[Path], at: datetime | None) -> list[Delivery]:
        """An approved post; it may be late as long as any."""
        session, settings, most = self.session, self.settings, GRACE_MOST_S
        made = approved(session, self.staff, self.account, said, settings=settings, at=at, grace_s=most, pictures=pictures)
        return queueing.deliveries(session, made)

    def removal(self, there: Entry, said: str) -> list[Delivery]:
        """What takes `there` down, which stands for a post of ours that had left before: a withdrawal, approved too."""
        session, staff = self.session, self.staff
        post = approved(session, staff, self.account, said, settings=self.settings)
        for one in queueing.deliveries(session, post):
            move(session, WORKER, one.id or 0, ("scheduled",), "published", external_id=there.id, published_at=now())
        gone = posts.withdraw(session, staff.author, post, ar="نُشر خطأً", en="Published by mistake")
        agreed(session, staff, gone, self.settings)
        return queueing.deliveries(session, gone)

    def about(self, kind: str, heard: Message, text: str) -> list[Delivery]:
        """What is done about the words that were heard; of a receipt also the link that goes to its author in private."""
        item, session, who = self._stored(heard), self.session, self.staff.moderator
        if kind == "receipt":
            refs = (f"receipt:{item.case_id}", f"receipt-link:{item.case_id}")
            return [one for one in (by_ref(session, ref) for ref in refs) if one is not None]
        if kind in moderate.ACTS:
            if kind != "hide" and not item.hidden:
                change(session, item, hidden=True)  # X does not show that we hid it
            verbs = {"hide": moderate.hide, "delete": moderate.delete}
            done = verbs[kind](session, who, item, CLAUSE, WHY) if kind in verbs else moderate.unhide(session, who, item, WHY)
            return [session.get_one(Delivery, done.delivery_id)]
        seen, private = reply.thread_version(session, item), kind == "private_reply"
        sent = reply.send(session, who, item.id or 0, text, seen_version=seen, nonce=text, private=private)
        return [session.get_one(Delivery, sent.delivery_id)]

    def _stored(self, heard: Message) -> Item:
        session, edition, bits = self.session, in_force(self.session), self.chance.getrandbits
        taken = receive(session, self.account, [heard], edition, settings=self.settings, bits=bits, key_id=self.vault.current)
        return session.get_one(Item, taken.new_ids[0])

    def words(self, delivery: Delivery) -> str:
        """What it says, as it leaves."""
        said, fill = str(delivery.body.get("text", "")), delivery.body.get("fill", "")
        for name, value in (FILLERS[fill](self.session, delivery, self.settings) if fill else {}).items():
            said = said.replace(f"{{{name}}}", value)
        return said
