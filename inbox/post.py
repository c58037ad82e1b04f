"""Letters: the author of a case who gave an address is told by e-mail what became of it (one way out: the outbox).

A letter says that something happened and where to read it; what was said in the case stands behind its link. The address and the
link's secret are filled in as the letter leaves, so neither stands in the ledger; the address itself is sealed on the case. So is
the day that a receipt names, which may have moved since.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlmodel import Session, col, select

from core import audit
from core.actors import Actor
from core.clock import now
from core.display import strip_nul
from core.errors import Invalid, NotFound
from core.i18n import LANGS
from core.models import Account
from core.settings import Settings
from core.settings import settings as current
from core.smtp import mailbox
from core.vault import SealBroken, Vault, open_vault
from core.why import Why
from inbox import editions, numbers, receipts, tally
from inbox.models import Case, CaseEvent
from inbox.steps import step
from inbox.tongues import Tongue, say, tongue_of
from outbox.body import Body
from outbox.enqueue import by_ref, enqueue
from outbox.guards import FILLERS, GUARDS, ON_SETTLED, Refusal
from outbox.models import Delivery

#: how a letter ended, as a step of its case
ENDS = SENT, REFUSED = "mail_sent", "mail_refused"
#: the letter that a form brings about by itself, and how many of it one address is sent within DAY, those asked for among them
RECEIPT, RECEIPTS_A_DAY, DAY = "receipt", 3, timedelta(days=1)


def contact(vault: Vault, *, name: str = "", email: str = "", **more: str) -> str:
    """What a person gave of himself with a form, sealed as `Case.contact` keeps it; "" when that is nothing."""
    given = {key: strip_nul(value).strip() for key, value in {"name": name, "email": email, **more}.items()}
    kept = {key: value for key, value in given.items() if value}
    return vault.seal(kept) if kept else ""


def contact_of(case: Case, vault: Vault) -> Mapping[str, str]:
    """What `contact` was given: `name`, `email`; {} where that is nothing, was erased, or its key is no longer held."""
    try:
        return vault.open(case.contact)
    except SealBroken:
        return {}


def known(session: Session, case: Case, vault: Vault) -> bool:
    """Whether he left a name or an address with the case, or with one that goes on in it: he is written to there."""
    return any(contact_of(one, vault) for one in (case, *_merged(session, case)))


def reseal(session: Session, actor: Actor, vault: Vault, after: int = 0, most: int = 500) -> tuple[int, int]:
    """Seal again with the first key what people gave of themselves and another key of ours sealed, in so many cases after that id.

    Returns how many were sealed, and the id to go on after (0: that was all). What can't be opened stays as it is.
    """
    actor.require("account.admin")
    others = [col(Case.contact).startswith(f"{key}:") for key in vault.key_ids if key != vault.current]
    found = select(Case).where(col(Case.id) > after, or_(*others)).order_by(col(Case.id)).limit(most).with_for_update()
    stale = session.exec(found).all() if others else []
    sealed = 0
    for case in stale:
        with suppress(SealBroken):
            case.contact = vault.seal(vault.open(case.contact))
            session.add(case)
            sealed += 1
    if stale:
        audit.record(session, actor, "case.reseal", f"case:{stale[0].id}", cases=sealed)
    return sealed, stale[-1].id or 0 if len(stale) == most else 0


def mail(
    session: Session,
    actor: Actor,
    case: Case,
    about: str,
    *,
    key: str = "",
    anew: bool = False,
    at: datetime | None = None,
    **values: str,
) -> Delivery | None:
    """Queue a letter to the author of `case`, for now or for `at`; None where he gave no address or no mail server is set. A step
    of the calling verb. What happens in a case is told to the addresses of those that go on in it too, each with its own number
    and link; returned is the first letter.

    Its words are `mail.<about>.subject` and `.text` in the case's language, with `values` (no personal data: they stand in the
    ledger), `number` and `case_link`. The same letter with the same values (or the same `key`) again is the one that stands.
    Once his mail server refused a letter for good he is sent no other but one he asks for (`anew`). Receipts keep to the account's
    brake and to RECEIPTS_A_DAY: beyond them there is none, and Invalid where one was asked for. The ledger names the reader by a
    keyed hash.
    """
    if (account := account_of(session)) is None:
        return None
    told = [case] if about == RECEIPT else [case, *_merged(session, case)]
    letters: list[Delivery] = []
    written = set[str]()
    for one in told:
        reader = None if not anew and _refuses(session, one) else _reader(one)
        if reader is None or (reader and reader in written):
            continue
        written.add(reader)
        if (letter := _letter(session, actor, account, one, reader, about, key, anew, at, values)) is not None:
            letters.append(letter)
    return letters[0] if letters else None


def _merged(session: Session, case: Case) -> Sequence[Case]:
    return session.exec(select(Case).where(col(Case.merged_into_id) == case.id).order_by(col(Case.id))).all()


def _letter(
    session: Session,
    actor: Actor,
    account: Account,
    case: Case,
    reader: str,
    about: str,
    key: str,
    anew: bool,
    at: datetime | None,
    values: Mapping[str, str],
) -> Delivery | None:
    """One letter to one address."""
    ref = f"mail:{case.id}:{about}:{hashlib.sha256(repr(key or sorted(values.items())).encode()).hexdigest()[:16]}"
    if about == RECEIPT and by_ref(session, ref) is None:
        if _enough(session, account, reader):
            if anew:
                raise Invalid(field="receipt", why=Why("receipts_enough"))
            return None
        tally.add(session, {(tally.today(), account.id or 0, "receipt", ""): 1})
    lang = tongue_of(case.lang)
    words = {"number": case.number, "case_link": "{case_link}", **values}
    parts = [say(f"mail.{about}.text", lang, **words)]
    parts = [f"{parts[0]}{{answer_by}}", *_terms(session, case, lang)] if about == RECEIPT else parts
    return enqueue(
        session,
        actor,
        kind="mail",
        account=account,
        body=Body(
            "\n\n".join([*parts, say("mail.foot", lang)]),
            to_author="{address}",
            private=True,
            fill="mail",
            subject=say(f"mail.{about}.subject", lang, number=case.number),
        ),
        target_id=reader,
        ref=ref,
        at=at,
        guard="mail_wanted",
        guard_arg={**values, "case": case.id, "about": about},
    )


def account_of(session: Session) -> Account | None:
    """The account letters leave by; None where none is set."""
    where = (col(Account.platform) == "email", col(Account.active))
    return session.exec(select(Account).where(*where).order_by(col(Account.id).desc())).first()


def _reader(case: Case) -> str | None:
    """The reader by a keyed hash of his address: None where he gave none, "" where we can't read what he gave."""
    if not case.contact:
        return None
    vault = open_vault(current())
    try:
        address = vault.open(case.contact).get("email", "")
    except SealBroken:
        return ""
    return hmac.digest(vault.derive("letters"), (mailbox(address) or address).encode(), "sha256").hex()[:32] if address else None


def _enough(session: Session, account: Account, reader: str) -> bool:
    """Whether no further receipt goes to this reader, or to anybody, today: whoever fills in another's address is no nuisance."""
    if tally.count(session, "receipt", day=tally.today(), account_id=account.id) >= current().receipt_brake:
        return True
    lately = (col(Delivery.account_id) == account.id, col(Delivery.target_id) == reader, col(Delivery.created_at) > now() - DAY)
    sent = session.exec(select(Delivery.guard_arg).where(*lately)).all() if reader else ()
    return len([one for one in sent if one.get("about") == RECEIPT]) >= RECEIPTS_A_DAY


def _terms(session: Session, case: Case, lang: Tongue) -> list[str]:
    """The edition that was accepted, and its disclaimer."""
    told = receipts.also(lang, case.edition, None)
    with suppress(NotFound):
        told.append(editions.find(session, case.edition).disclaimer(lang if lang in LANGS else "en"))
    return told


def _refuses(session: Session, case: Case) -> bool:
    """Whether the newest letter that came to an end was refused."""
    ended = (col(CaseEvent.case_id) == case.id, col(CaseEvent.what).in_(ENDS))
    return session.exec(select(CaseEvent.what).where(*ended).order_by(col(CaseEvent.id).desc())).first() == REFUSED


def _case_of(session: Session, delivery: Delivery) -> Case:
    return session.get_one(Case, int(delivery.guard_arg["case"]))


def _wanted(session: Session, delivery: Delivery) -> str | Refusal:
    """The last-moment check of a letter: its reader has an address still (it may have been erased, or taken back), and of a receipt
    that it is of use to him."""
    case = _case_of(session, delivery)
    if delivery.guard_arg["about"] == RECEIPT and (why := receipts.needless(session, case, delivery)):
        return Refusal("cancelled", why)
    return "" if contact_of(case, open_vault(current())).get("email") else Refusal("cancelled", "no_address")


def _fill(session: Session, delivery: Delivery, settings: Settings) -> Mapping[str, str]:
    """The address and the link of a letter, and of a receipt the day that is promised, made at the moment of sending."""
    case = _case_of(session, delivery)
    link = numbers.link(case.number, case.key_id, case.lang, settings)
    day = receipts.promise(session, case, "\n\n") if delivery.guard_arg["about"] == RECEIPT else ""
    return {"case_link": link, "address": contact_of(case, open_vault(settings)).get("email", ""), "answer_by": day}


def _settled(session: Session, delivery: Delivery) -> None:
    """The case remembers that its author was written to, or that his address takes no mail."""
    if delivery.state in ("published", "refused") and "case" in delivery.guard_arg:
        what, about = SENT if delivery.state == "published" else REFUSED, delivery.guard_arg["about"]
        step(session, _case_of(session, delivery), what, "worker", about=about, delivery=delivery.id)


FILLERS["mail"] = _fill
GUARDS["mail_wanted"] = _wanted
ON_SETTLED.setdefault("mail", []).append(_settled)
