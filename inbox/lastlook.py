"""The last look at an answer of ours as it leaves: it may have waited for days since it was written, or since a colleague's yes."""

from sqlmodel import Session

from core import audit
from core.actors import WORKER
from core.auth import still_can
from core.clock import now
from inbox import collision, saved, secondlook
from inbox.models import Item, Reply
from outbox.guards import GUARDS, Refusal
from outbox.models import Delivery

GUARD = "thread_unchanged"
#: another person's yes is wanted by now, or whoever wrote it may answer no more: it waits for a yes, and does not leave as it is
SECOND_LOOK, WRITER_GONE = "second_look", "writer_gone"
ASKS = (SECOND_LOOK, WRITER_GONE)


def _stands(session: Session, delivery: Delivery) -> str | Refusal:
    """Cancelled where somebody answered on the platform itself meanwhile, the item or the answer is gone, or it needs another's yes
    by now, be it that its writer may answer no more; held while the saved answer it was made from holds no more."""
    given = delivery.guard_arg
    item, reply = session.get(Item, int(given["item"])), session.get(Reply, int(given["reply"]))
    if item is None or item.deleted or not delivery.body["text"].strip():  # what we said in private is erased with its item
        return Refusal("cancelled", "item_gone")
    if reply is None or reply.delivery_id != delivery.id or reply.text != delivery.body["text"]:
        return Refusal("cancelled", "taken_back")
    if collision.elsewhere(session, item) > int(given["elsewhere"]):
        return Refusal("cancelled", "thread_changed")
    if saved.objection(session, reply.saved_id) is not None:
        return "saved_over"
    if given["fixed"] or still_can(session, reply.decided_by_id, "reply.approve"):
        return ""
    if secondlook.reasons(session, item):
        return Refusal("cancelled", SECOND_LOOK)
    return "" if still_can(session, reply.author_id, "reply.write") else Refusal("cancelled", WRITER_GONE)


def ask_anew(session: Session, reply: Reply, delivery: Delivery) -> None:
    """A step of its delivery's settling: it waits for a yes, as if its author had sent it now."""
    reply.state, reply.delivery_id, reply.asked_at, reply.updated_at = "asked", None, now(), now()
    reply.decided_by_id, reply.decided_at, reply.decided_note = None, None, ""
    delivery.body = {**delivery.body, "text": ""}  # the words are the reply's, and are erased with it
    session.add_all([reply, delivery])
    audit.record(session, WORKER, "reply.ask", f"reply:{reply.id}", item=reply.item_id, private=reply.private)


GUARDS[GUARD] = _stands
