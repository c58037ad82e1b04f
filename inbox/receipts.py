"""What a receipt says and how it goes: the number in public, the link that opens the case in private, the day we answer by.

In public stands the number alone, with the address of the tracking page where the platform asks no price for a link; nothing
private is told or asked there. Where the platform lets a comment be answered by a direct message, the full link goes there; its
secret is filled in as it is sent and stands in no table. Every receipt names the edition that its author accepted and its
disclaimer, with the address of both; a link that is paid for is left off. The disclaimer's own words stand in letters and, as on
every page of the portal, beneath the page of the case. The day is filled in as it leaves too: it may have moved since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import quote

from babel.dates import format_date
from sqlmodel import Session, col, func, or_, select

from core.clock import in_dubai
from core.i18n import LANGS
from core.models import Account
from core.settings import Settings
from core.settings import settings as current
from inbox import due, numbers
from inbox.models import Case, CaseEvent, Item
from inbox.steps import live, step
from inbox.tongues import Tongue, say, tongue_of
from outbox import budget
from outbox.batch import Order
from outbox.body import Body
from outbox.guards import FILLERS, GUARDS, ON_SETTLED, Refusal
from outbox.models import Delivery

#: X takes 0.20 USD for a post with a link and 0.015 USD for one without (docs.x.com/pricing), so receipts there carry none
PRICED_LINKS = frozenset({"x"})
#: how much X takes; what does not fit is left off, the last first (no letter of TONGUES counts for more than one there)
SHORT = 280
#: nothing is said in public beneath words that we hid
HIDDEN = "item_hidden"
#: where a receipt ended without reaching its author, it is owed for this reason of the delivery rather than for its state
TOLD = frozenset({"budget", "item_gone", HIDDEN})
#: the step by which a clerk told its author by hand
HANDED = "receipt_handed"
#: a message in one of these reached nobody
LOST = ("refused", "cancelled", "expired")


@dataclass(frozen=True, slots=True)
class Owed:
    """A case whose author should be told: what the receipt needs of it and of the item it answers. `edition`: he accepted it."""

    case_id: int
    number: str
    kind: str
    lang: Tongue
    item_id: int
    native_id: str
    root_id: str | None
    author_id: str
    private: bool
    can_privately: bool
    edition: str = ""


def owed_of(case: Mapping[str, Any], item: Mapping[str, Any]) -> Owed:
    """What a receipt needs, from the columns of a case and of an item of it."""
    return Owed(
        case_id=case["id"],
        number=case["number"],
        kind=case["kind"],
        lang=tongue_of(case["lang"]),
        item_id=item["id"],
        native_id=item["native_id"],
        root_id=item["root_id"],
        author_id=item["author_id"],
        private=item["private"],
        can_privately=bool(item["can"].get("reply_privately", False)),
        edition=case.get("edition") or item["edition"],
    )


def orders(account: Account, one: Owed, settings: Settings) -> list[Order]:
    """What leaves for a case: the receipt, and the private message with the link where the item takes one."""
    if one.private:
        return [private(one, "receipt", f"receipt:{one.case_id}", settings)]
    found = [public(account, one, settings, f"receipt:{one.case_id}")]
    return [*found, private(one, "private_reply", f"receipt-link:{one.case_id}", settings)] if one.can_privately else found


def public(account: Account, one: Owed, settings: Settings, ref: str) -> Order:
    """The receipt that everybody may read."""
    form = "plain" if account.platform in PRICED_LINKS else "public"
    words = say(f"receipt.{_kind(one.kind)}.{form}", one.lang, number=one.number, track=f"{settings.public_url}/{one.lang}/track")
    left = SHORT - len(words) if form == "plain" else None
    for part, length in _parts(one, " ", "" if form == "plain" else policy_page(one.lang, one.edition, settings)):
        if left is None or length <= left:
            words, left = words + part, None if left is None else left - length
    body = Body(words, root_id=one.root_id, to_author=one.author_id, fill="receipt")
    return Order("receipt", ref, one.native_id, body, "receipt_wanted", {"item": one.item_id})


def private(one: Owed, kind: str, ref: str, settings: Settings) -> Order:
    """The same for its author alone, with the link that opens the case."""
    words = private_words(one.kind, one.number, one.lang, "{case_link}")
    words += "".join(part for part, _ in _parts(one, "\n", policy_page(one.lang, one.edition, settings)))
    body = Body(words, root_id=one.root_id, to_author=one.author_id, private=True, fill="receipt")
    return Order(kind, ref, one.native_id, body, "receipt_wanted", {"item": one.item_id})


def private_words(kind: str, number: str, lang: Tongue, link: str) -> str:
    """That it is registered, and the link, for its author alone."""
    return say(f"receipt.{_kind(kind)}.private", lang, number=number, case_link=link)


def _parts(one: Owed, between: str, policy: str) -> list[tuple[str, int]]:
    """What stands after the first words, each with how long it may become: the day, filled in as it leaves, and the edition."""
    terms = [between + part for part in also(one.lang, one.edition, None, policy)]
    return [("{answer_by}", len(between) + _longest(one.lang)), *((part, len(part)) for part in terms)]


@cache
def _longest(lang: Tongue) -> int:
    """How long the sentence with the day is at most."""
    return max(len("".join(also(lang, "", datetime(2026, month, 28, tzinfo=UTC)))) for month in range(1, 13))


def also(lang: Tongue, edition: str, answer_by: datetime | None, policy: str = "") -> list[str]:
    """By when we answer, and which edition counts with its disclaimer: what every receipt says beside its number. `policy`: the
    address where both stand, "" where it is not told."""
    told = [say("receipt.answer_by", lang, day=_day(answer_by, lang))] if answer_by else []
    if edition:
        at = {"policy": policy} if policy else {}
        told.append(say("receipt.terms_at" if policy else "receipt.terms", lang, edition=edition, **at))
    return told


def promise(session: Session, case: Case, between: str) -> str:
    """By when we answer, as it holds now, after `between`; "" where he waits for no answer any more."""
    return "".join(between + part for part in also(tongue_of(case.lang), "", due.answer_by(live(session, case))))


def as_it_left(session: Session, delivery: Delivery, day: str) -> str:
    """The day to fill in: `day` as it leaves, and the one it left with when it is looked for, or tried again while that may stand:
    else it would not be found. Whoever asked for another receipt is sent another delivery, with the day that holds then."""
    if delivery.state == "scheduled" and delivery.first_sent_at is None:
        delivery.guard_arg = {**delivery.guard_arg, "answer_by": day}
        session.add(delivery)
    return str(delivery.guard_arg.get("answer_by", day))


def policy_page(lang: Tongue, edition: str, settings: Settings) -> str:
    """The address of an edition on the portal, in a language that the policy speaks."""
    return f"{settings.public_url}/{lang if lang in LANGS else 'en'}/policy?edition={quote(edition)}"


def proof(session: Session, case: Case) -> Sequence[Delivery]:
    """Every delivery by which its author was, or was to be, sent the case's receipt: in public, in private, by e-mail, and
    again; the oldest first. Each says when it left, what the platform named it, and what became of it."""
    again = [beginning(f"receipt:{case.id}:"), beginning(f"receipt-link:{case.id}:"), beginning(f"mail:{case.id}:receipt:")]
    first = col(Delivery.ref).in_((f"receipt:{case.id}", f"receipt-link:{case.id}"))
    return session.exec(select(Delivery).where(or_(first, *again)).order_by(col(Delivery.id))).all()


def beginning(ref: str) -> Any:
    """Whether a delivery's ref begins so, in terms its index understands."""
    return (col(Delivery.ref) >= ref) & (col(Delivery.ref) < ref[:-1] + ";")


def _kind(kind: str) -> str:
    return kind if kind in ("complaint", "suggestion") else "other"


def _day(moment: datetime, lang: Tongue) -> str:
    return format_date(in_dubai(moment).date(), "d MMMM y", locale=lang)


def _case_of(session: Session, delivery: Delivery) -> Case | None:
    name, _, rest = (delivery.ref or "").partition(":")
    number = rest.partition(":")[0]
    return session.get(Case, int(number)) if name in ("receipt", "receipt-link") and number.isdecimal() else None


def _fill(session: Session, delivery: Delivery, settings: Settings) -> Mapping[str, str]:
    """The day that is promised and, in private, the link that opens the case, made at the moment of sending."""
    case, private = _case_of(session, delivery), bool(delivery.body.get("private"))
    if case is None:
        raise LookupError(f"delivery {delivery.id} names no case")
    link = {"case_link": numbers.link(case.number, case.key_id, case.lang, settings)} if private else {}
    return {"answer_by": as_it_left(session, delivery, promise(session, case, "\n" if private else " ")), **link}


def _wanted(session: Session, delivery: Delivery) -> str | Refusal:
    """The last-moment check of a receipt: what it answers is still there, and in public not hidden, its case still needs it, and
    the account's month is not used up."""
    item, account = session.get(Item, int(delivery.guard_arg["item"])), session.get_one(Account, delivery.account_id)
    if item is None or item.deleted:
        return Refusal("cancelled", "item_gone")
    if item.hidden and not delivery.body.get("private"):
        return Refusal("cancelled", HIDDEN)
    if (case := _case_of(session, delivery)) is not None and (why := needless(session, case, delivery)):
        return Refusal("cancelled", why)
    return "" if budget.pace(session, account, current()).factor else Refusal("cancelled", "budget")


def needless(session: Session, case: Case, delivery: Delivery) -> str:
    """Why a receipt is of no use to its author any more: since it was queued the case was erased, he took it back, or it goes on in
    another whose receipt he has. "" where it is."""
    if case.erased_at is not None:
        return "case_ended"
    if case.outcome == "withdrawn" and case.resolved_at is not None and delivery.created_at <= case.resolved_at:
        return "case_ended"
    if case.merged_into_id is None or case.closed_at is None or delivery.created_at > case.closed_at:
        return ""
    return "case_merged" if any(one.state not in LOST for one in proof(session, live(session, case))) else ""


def _settled(session: Session, delivery: Delivery) -> None:
    """The receipt, or the link that goes with it in private, reached its reader, or a clerk owes it now."""
    case = _case_of(session, delivery)
    if case is None or delivery.state == "needs_decision":
        return
    if delivery.state == "published":
        what = "receipt_sent" if delivery.kind == "receipt" else "link_sent"
        step(session, case, what, "worker", delivery=delivery.id)
    case.receipt_owed = owed_now(session, case)
    session.add(case)


def owed_now(session: Session, case: Case) -> str:
    """Why a clerk owes the receipt or its link: what was sent last of either reached nobody, no letter takes its place, and nobody
    told its author by hand since it was queued. "" for a case that needs none (`needless`)."""
    told = (col(CaseEvent.case_id) == case.id, col(CaseEvent.what) == HANDED)
    by_hand = session.exec(select(func.max(CaseEvent.at)).where(*told)).one()
    sent = [one for one in proof(session, case) if by_hand is None or one.created_at > by_hand]
    last = {(one.ref or "").partition(":")[0]: one for one in sent}
    if "mail" in last and last["mail"].state not in LOST:
        return ""
    if _hidden(last.get("receipt")) and (link := last.get("receipt-link")) is not None and link.state not in LOST:
        return ""  # he is told in private
    found = (last.get(name) for name in ("receipt", "receipt-link"))
    lost = [one for one in found if one is not None and one.state in LOST and not needless(session, case, one)]
    return lost_by(lost[0]) if lost else ""


def lost_by(delivery: Delivery) -> str:
    """Why a clerk owes what this was to tell: it ended without reaching its reader."""
    return delivery.reason if delivery.reason in TOLD else delivery.state


def _hidden(receipt: Delivery | None) -> bool:
    return receipt is not None and receipt.reason == HIDDEN


FILLERS["receipt"] = _fill
GUARDS["receipt_wanted"] = _wanted
for _way in ("receipt", "private_reply"):
    ON_SETTLED.setdefault(_way, []).append(_settled)
