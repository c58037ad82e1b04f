"""What happened in a case is told to its author where he is: by letter where he gave an address, else beneath his own words.

Beneath them stands that something happened to his number and where to go on, nothing else: once for each deed, under the brake and
budget of receipts. Who was never sent his link is told in private, with it, where that goes. Where nothing of it goes a clerk owes
it, as a receipt (inbox.acknowledge.hand_over), also to whom left a telephone alone with a form; but for the question how he was
served, which he reads on his page.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from sqlmodel import Session, col, select

from core.actors import Actor
from core.models import Account
from core.settings import Settings
from core.settings import settings as configuration
from core.vault import open_vault
from inbox import numbers, places, post, receipts, tally
from inbox.due import owed_by
from inbox.models import Case, CaseEvent, Item, Notice
from inbox.steps import LATER, live
from inbox.tongues import say, tongue_of
from outbox.body import Body
from outbox.enqueue import enqueue
from outbox.guards import FILLERS, GUARDS, ON_SETTLED, Refusal
from outbox.models import Delivery

#: what is told: our answer on his page, our question, the outcome, that his case was taken up again, how he was served, what became
#: of his objection, that reasons stand on his page for which something he wrote was hidden
About = Literal["answered", "question", "resolved", "reopened", "rate", "grievance", "notice"]
#: a clerk told him by hand what could not be told by itself
HANDED = "told_by_hand"
ENDED = ("resolved", "closed")
#: steps that answer him: of no use to him then is what LATER tells
ANSWERING = ("answered", "told", "question")
#: what a clerk tells by hand where it reached nobody
BY_HAND = ("answered", "question", "resolved", "reopened", "grievance", *LATER)


def tell(session: Session, actor: Actor, case: Case, about: About, *, key: str = "", notice: str = "") -> Delivery | None:
    """Tell him of it; what tells him, or None where a clerk owes it, or where he wrote by a form alone and left nothing. The same
    letter with the same `key`, or number of a `notice`, again is the one that stands. A step of the calling verb."""
    more = {"notice": notice} if notice else {}
    sent = post.mail(session, actor, case, about, key=key, anew=False, at=None, **more)
    why = ""
    if sent is None:
        sent, why = _beneath(session, actor, case, about, configuration())
    if about != "rate":  # how he was served he reads on his page: it is owed by nobody, and tells him nothing of what is
        case.told_owed = f"{about}:{why}" if why else ""
    session.add(case)
    return sent


def had_reasons(session: Session, notice: Notice) -> None:
    """A notice is owed no more: nor is telling him of it, unless another one of his case is. A step of the calling verb."""
    case = session.get(Case, notice.case_id) if notice.case_id is not None else None
    case = live(session, case) if case is not None else None
    session.flush()
    if case is not None and owed(case)[0] == "notice" and not any(one.owed for one in _reasons(session, case)):
        case.told_owed = ""
        session.add(case)


def reasons_told(session: Session, case: Case) -> None:
    """A clerk told him by hand that the reasons stand on his page, and gave him its link. A step of the calling verb."""
    for notice in _reasons(session, case):
        notice.owed = ""
        session.add(notice)


def _reasons(session: Session, case: Case) -> Sequence[Notice]:
    """The notices that hold about what he said in the case."""
    said = select(Item.id).where(col(Item.case_id) == case.id)
    return session.exec(select(Notice).where(col(Notice.item_id).in_(said), col(Notice.overturned_at).is_(None))).all()


def owe(session: Session, case: Case, delivery: Delivery, why: str) -> None:
    """What this was to tell him reached nobody: a clerk owes it, unless it is so no longer, or he knows it otherwise since it was
    queued: by a clerk, or that it takes longer by an answer. What tells of a deed goes before what tells of dates."""
    about = str(delivery.guard_arg["about"])
    over = {
        "question": case.state != "waiting",
        "resolved": case.state not in ENDED,
        "reopened": case.state in ENDED,
        "interim": case.next_due_at is None,
        "moved": owed_by(case) is None,
    }.get(about, False)
    if over or _knows(session, case, delivery, (HANDED, *(ANSWERING if about in LATER else ()))):
        return
    if about in LATER:
        places.owe(session, case, about, why)
    else:
        case.told_owed = f"{about}:{why}"
    session.add(case)


def words(case: Case, about: str, lead: str) -> str:
    """That it happened, and `lead`: where to go on."""
    said = say(f"mail.{about}.subject", tongue_of(case.lang), number=case.number)
    return f"{said if said.endswith(('?', '؟')) else f'{said}.'} {lead}"


def owed(case: Case) -> tuple[str, str]:
    """(what a clerk is to tell him, why it did not go by itself), "" twice where nothing is."""
    about, _, why = case.told_owed.partition(":")
    return about, why


def private_words(case: Case, about: str, link: str) -> str:
    """The same for his eyes alone, with the link that opens his case."""
    return words(case, about, say("told.link", tongue_of(case.lang), case_link=link))


def _beneath(session: Session, actor: Actor, case: Case, about: About, settings: Settings) -> tuple[Delivery | None, str]:
    """(what is queued, or why nothing could be)."""
    sent = _told(session, case, about)
    if sent and sent[-1].state == "scheduled":
        return sent[-1], ""  # he has not been told of the deed before: he reads of both
    own = None if _holds_link(session, case) else places.privately(session, case)
    item = own or places.beneath(session, case)
    if item is None:
        return None, by_hand(session, case)
    account = session.get_one(Account, item.account_id)
    if why := places.full(session, account, tally.today(), settings):
        return None, why
    tally.add(session, {(tally.today(), account.id or 0, "receipt", ""): 1})
    no = len(sent) + 1
    private = own is not None or item.private
    text = private_words(case, about, "{case_link}") if private else words(case, about, _lead(case, account, settings))
    body = Body(
        text if no == 1 else f"{text} ({no})",  # a platform may refuse the same words twice
        root_id=item.root_id,
        to_author=item.author_id,
        private=private,
        fill="told_link" if private else "",
    )
    made = enqueue(
        session,
        actor,
        kind="private_reply" if private and not item.private else "receipt",
        account=account,
        body=body,
        target_id=item.native_id,
        ref=f"told:{case.id}:{about}:{no}",
        guard="told_wanted",
        guard_arg={"item": item.id, "case": case.id, "about": about},
        priority=9,
    )
    return made, ""


def _lead(case: Case, account: Account, settings: Settings) -> str:
    lang = tongue_of(case.lang)
    if account.platform in receipts.PRICED_LINKS:
        return say("told.own", lang)
    return say("told.page", lang, track=f"{settings.public_url}/{lang}/track")


def _told(session: Session, case: Case, about: str = "") -> list[Delivery]:
    """What told him beneath his words, of one sort of deed or of all, the oldest first."""
    sent = receipts.beginning(f"told:{case.id}:{about}:" if about else f"told:{case.id}:")
    return list(session.exec(select(Delivery).where(sent).order_by(col(Delivery.id))))


def _holds_link(session: Session, case: Case) -> bool:
    """Whether he was sent, or is being sent, the link of his case."""
    return any(
        one.state not in receipts.LOST and (one.kind == "mail" or one.body.get("private"))
        for one in (*receipts.proof(session, case), *_told(session, case))
    )


def _case(session: Session, delivery: Delivery) -> Case | None:
    if not (delivery.ref or "").startswith("told:"):
        return None
    return live(session, session.get_one(Case, int(delivery.guard_arg["case"])))


def _link(session: Session, delivery: Delivery, settings: Settings) -> Mapping[str, str]:
    """The link that opens the case, made at the moment of sending."""
    case = session.get_one(Case, int(delivery.guard_arg["case"]))
    return {"case_link": numbers.link(case.number, case.key_id, case.lang, settings)}


def _wanted(session: Session, delivery: Delivery) -> str | Refusal:
    """The last-moment check: it is so still, and all that holds for a receipt."""
    case, about = _case(session, delivery), delivery.guard_arg["about"]
    over = case is None or {
        "question": case.state != "waiting",
        "resolved": case.state not in ENDED,
        "reopened": case.state in ENDED,
        "rate": case.state not in ENDED or case.rated_at is not None,
        "notice": all(one.read_at is not None for one in _reasons(session, case)),
    }.get(about, False)
    return Refusal("cancelled", "no_longer") if over else GUARDS["receipt_wanted"](session, delivery)


def _settled(session: Session, delivery: Delivery) -> None:
    """It reached him, or a clerk owes it now: unless one told him by hand since it was queued."""
    case = _case(session, delivery)
    if case is None or delivery.state == "needs_decision":
        return
    about = str(delivery.guard_arg["about"])
    if delivery.state == "published":
        case.told_owed = ""
    elif about != "rate" and delivery.reason != "no_longer":
        owe(session, case, delivery, receipts.lost_by(delivery))
    session.add(case)


def _knows(session: Session, case: Case, delivery: Delivery, by: Sequence[str]) -> bool:
    """Whether one of these steps told him since this was queued."""
    steps = (col(CaseEvent.case_id) == case.id, col(CaseEvent.what).in_(by), col(CaseEvent.at) >= delivery.created_at)
    return session.exec(select(CaseEvent.id).where(*steps).limit(1)).first() is not None


def lost(session: Session, delivery: Delivery, why: str) -> None:
    """A letter that told him of something reached nobody: a clerk owes it, where there is another way to him (words on a platform,
    a telephone). Not where the same letter reached another address of his, or is on its way there."""
    about = str(delivery.guard_arg.get("about", ""))
    if about not in BY_HAND or "case" not in delivery.guard_arg:
        return
    case, of_deed = live(session, session.get_one(Case, int(delivery.guard_arg["case"]))), (delivery.ref or "").rpartition(":")[2]
    whole = [case, *session.exec(select(Case).where(col(Case.merged_into_id) == case.id))]
    alike = select(Delivery).where(col(Delivery.ref).in_([f"mail:{one.id}:{about}:{of_deed}" for one in whole]))
    elsewhere = any(one.id != delivery.id and one.state not in receipts.LOST for one in session.exec(alike))
    if not elsewhere and by_hand(session, case):
        owe(session, case, delivery, why)


def by_hand(session: Session, case: Case) -> str:
    """Why a clerk owes him what can't be told by itself: `no_reply` (his words take no answer) or `phone` (he is to be rung up); ""
    where there is no way to him but the page of his case."""
    if places.spoke(session, case):
        return "no_reply"
    return "phone" if by_telephone(session, case) else ""


def by_telephone(session: Session, case: Case) -> bool:
    """Whether he left a telephone, with the case or with one that goes on in it."""
    whole, vault = [case, *session.exec(select(Case).where(col(Case.merged_into_id) == case.id))], open_vault(configuration())
    return any(post.contact_of(one, vault).get("phone") for one in whole)


def _letter(session: Session, delivery: Delivery) -> None:
    if delivery.state in receipts.LOST and delivery.reason != "no_address":  # he took that back himself
        lost(session, delivery, delivery.state)


FILLERS["told_link"] = _link
GUARDS["told_wanted"] = _wanted
for _way in ("receipt", "private_reply"):
    ON_SETTLED.setdefault(_way, []).append(_settled)
ON_SETTLED.setdefault("mail", []).append(_letter)
