"""Forms of the portal: what somebody fills in comes in as every message does, and is a case from the first moment.

A form is for us alone: it never stands in public counts, feeds or searches. Whoever sends it is told at once the number and the
secret of its case, when he will be answered, and the edition of the policy he accepted by taking part.
"""

from dataclasses import dataclass, replace
from typing import cast

from sqlmodel import Session, col, select

from connectors.contract import Can, Message, Surface
from core import audit
from core.actors import Actor
from core.clock import now
from core.display import strip_nul
from core.errors import Invalid
from core.models import Account
from core.settings import Settings
from core.vault import Vault
from core.why import Why, none_of
from inbox import cases, post, speaking, uploads
from inbox.caseview import items_of
from inbox.judging import Verdicts, judge_all
from inbox.models import Case, CaseEvent, Item, Upload
from inbox.receive import receive
from inbox.steps import tidy
from inbox.tongues import TONGUES
from inbox.uploads import Waiting
from outbox.accounts import note_health
from policies.clauses import Edition
from policies.verdict import KINDS, TOPICS, Kind

LONGEST = 5000


@dataclass(frozen=True, slots=True)
class Filed:
    """What somebody filled in. `nonce` names this one form: sent twice it is one. `topic` "" leaves it to the policy's judge.

    `lang`: the language he wants to be written to in. `grade`: `confidential` when he asks for that, else "". `edition`: of the
    policy, as it was shown to him.
    """

    kind: str
    text: str
    nonce: str
    edition: str
    topic: str = ""
    lang: str = "ar"
    grade: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    files: tuple[Waiting, ...] = ()


def judged(filed: Filed, edition: Edition) -> Verdicts:
    """What the policy says of the words, with the kind their author chose, and his topic where he named one.

    For `file`; made before its transaction, so that nobody waits for it.
    """
    verdicts = judge_all([_message(filed)], edition)
    return {key: replace(one, kind=cast(Kind, filed.kind), topic=filed.topic or one.topic) for key, one in verdicts.items()}


def file(
    session: Session, actor: Actor, filed: Filed, edition: Edition, verdicts: Verdicts, *, settings: Settings, vault: Vault
) -> Case:
    """Take a form in: its message, its files, its case with what its author gave of himself sealed; he is written to if he left an
    address. The same nonce again returns the case there is.

    Invalid for an unknown kind, topic or language and for no words; NotFound where there are no forms (`open_now`).
    """
    actor.require("system.receive")
    _fit(filed)
    account = session.get_one(Account, speaking.forms(session).id, with_for_update={"key_share": True})
    message = _message(filed)
    if (known := _item(session, account, message.native_id)) is not None and known.case_id is not None:
        return session.get_one(Case, known.case_id)
    receive(
        session, account, [message], edition, actor=actor, settings=settings, verdicts=verdicts, fresh=True, key_id=vault.current
    )
    item = _item(session, account, message.native_id)
    if item is None:  # receive stores whatever is new
        raise LookupError(f"no item {message.native_id}")
    contact = post.contact(vault, name=filed.name, email=filed.email, phone=filed.phone)
    case = cases.open_case(
        session,
        actor,
        item,
        filed.kind,
        filed.topic,
        key_id=vault.current,
        grade=filed.grade,
        contact=contact,
        edition=filed.edition,
        lang=filed.lang,
    )
    uploads.keep(session, actor, item, filed.files, settings)
    note_health(session, account, None)
    session.add(CaseEvent(case_id=case.id or 0, actor=actor.label, what="receipt_sent", data={"by": "portal"}))
    post.mail(session, actor, case, "receipt")
    audit.record(session, actor, "form.file", f"case:{case.id}", kind=filed.kind, edition=filed.edition, files=len(filed.files))
    return case


def case_of(session: Session, nonce: str) -> Case | None:
    """The case of the form of that name, whether forms are open by now or not; None while it was not sent."""
    ours = select(Account.id).where(col(Account.platform) == speaking.PORTAL, col(Account.native_id) == speaking.FORMS)
    where = (col(Item.account_id).in_(ours), col(Item.native_id) == _name(nonce))
    return session.exec(select(Case).join(Item, col(Item.case_id) == col(Case.id)).where(*where)).first()


def open_now(session: Session) -> bool:
    """Whether forms are taken: their account exists and is in use."""
    where = (col(Account.platform) == speaking.PORTAL, col(Account.native_id) == speaking.FORMS, col(Account.active))
    return session.exec(select(Account.id).where(*where)).first() is not None


def files_of(session: Session, case: Case) -> list[Upload]:
    """The files that came with its author's words, whatever words of the case they came with; of one that was merged, where it
    goes on."""
    ids = [item.id or 0 for item in items_of(session, cases.live(session, case))]
    return uploads.of_items(session, ids) if ids else []


def _fit(filed: Filed) -> None:
    for field, value, known in (
        ("kind", filed.kind, KINDS),
        ("topic", filed.topic or "none", TOPICS),
        ("lang", filed.lang, TONGUES),
    ):
        if value not in known:
            raise Invalid(field=field, why=none_of(value, known))
    if not tidy(filed.text):
        raise Invalid(field="text", why=Why("say_something"))
    if len(filed.text) > LONGEST:
        raise Invalid(field="text", why=Why("too_long", most=LONGEST))


def _name(nonce: str) -> str:
    return f"form-{nonce}"


def _message(filed: Filed) -> Message:
    name = _name(filed.nonce)
    return Message(
        account=f"{speaking.PORTAL}:{speaking.FORMS}",
        native_id=name,
        surface=Surface.FORM,
        author_id=name,
        text=strip_nul(filed.text).strip(),
        created_at=now(),
        can=Can(),
    )


def _item(session: Session, account: Account, native_id: str) -> Item | None:
    where = (col(Item.account_id) == account.id, col(Item.native_id) == native_id)
    return session.exec(select(Item).where(*where)).first()
