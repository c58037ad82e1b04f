"""A case on the screen: what was said in it on every channel and what we answered, every step, and the facts beside it."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from core.i18n import Lang, t
from core.models import Account, User
from desk import casekeep, caselist, duty, eyes, hung, session, shown, store, thread, trade
from desk.allowing import person as person_of
from desk.safe import Child, Markup, el, join, name, words
from desk.session import say
from inbox import caseview, departments, moved, post, priority
from inbox.models import Case, CaseEvent, Item, Reply, Upload
from outbox.models import Delivery


def head(reading: Session, case: Case) -> Markup:
    """The number, what a clerk must see at a glance, and by when what was promised."""
    parts = {one.code: caselist.named(one, session.lang()) for one in departments.listed(reading)}
    chips = el("div", *(shown.chip(label, tone) for label, tone in caselist.marks(case, parts)), class_="mj-chips")
    goes_on = None
    if case.merged_into_id is not None:
        into = reading.get_one(Case, case.merged_into_id)
        goes_on = el("p", say("desk.case.goes_on"), " ", way(into))
    return el(
        "div",
        el("h2", el("bdi", case.number, dir="ltr"), class_="mj-h2"),
        chips,
        duty.panel(reading, case),
        goes_on,
        class_="mj-panel mj-stack",
    )


def way(case: Case) -> Markup:
    """The way to another case."""
    return el("a", el("bdi", case.number, dir="ltr"), href=f"/cases?view=all&case={case.id}", target="_self", class_="mj-link")


def talk(reading: Session, case: Case, sees: eyes.Eyes) -> Markup:
    """Everything said in the case, ours among it, oldest first; each message with its files and where it came in."""
    lang, items = session.lang(), caseview.items_of(reading, case)
    ids = [item.id or 0 for item in items]
    left = (col(Reply.item_id).in_(ids), col(Reply.state).not_in(("draft", "asked")))  # desk.seconding shows what was asked
    replies = reading.exec(select(Reply).where(*left)).all()
    sent = [reply.delivery_id for reply in replies if reply.delivery_id]
    deliveries = {one.id: one for one in reading.exec(select(Delivery).where(col(Delivery.id).in_(sent)))}
    authors = {reply.author_id for reply in replies}
    people = {one.id: one for one in reading.exec(select(User).where(col(User.id).in_(authors)))}
    accounts = {one.id: one for one in reading.exec(select(Account))}
    files: dict[int, list[Upload]] = {}
    for file in reading.exec(select(Upload).where(col(Upload.item_id).in_(ids)).order_by(col(Upload.id))):
        files.setdefault(file.item_id, []).append(file)
    lines: list[tuple[datetime, Markup]] = [
        (item.created_at, _said(item, accounts[item.account_id], files.get(item.id or 0, []), sees, lang)) for item in items
    ]
    lines += [
        (one.created_at, thread.answer(one, deliveries.get(one.delivery_id), people.get(one.author_id), lang, sees))
        for one in replies
    ]
    lines.sort(key=lambda line: line[0])
    return el("div", *(line for _, line in lines), class_="mj-thread")


def _said(item: Item, account: Account, files: list[Upload], sees: eyes.Eyes, lang: Lang) -> Markup:
    where = el("span", shown.account(account, lang), " · ")
    text = words(sees.item(item), thread.marks(item, lang)) if item.text else el("p", hung.instead(item, lang), class_="mj-note")
    chips = thread.flags(item, lang)
    address = el("a", say("desk.cases.open_item"), href=f"/inbox?view=all&item={item.id}", target="_self", class_="mj-link")
    listed = el("ul", *(el("li", _file(one)) for one in files)) if files else None
    gone = " gone" if item.deleted or item.hidden else ""
    return el(
        "div",
        thread.by(item, lang, sees, where),
        text,
        hung.listed(item, lang, sees),
        el("div", *chips, class_="mj-chips") if chips else None,
        listed,
        el("p", address, class_="mj-note"),
        class_=f"mj-said{gone}",
    )


def _file(file: Upload) -> Child:
    if file.erased_at is not None:
        return say("desk.case.file_erased")
    size = shown.number(max(1, round(file.bytes / 1024)))
    return join((name(file.name, say("desk.case.file")), " · ", el("bdi", f"{file.mime} · {size} KB", dir="ltr")))


def steps(reading: Session, case: Case, sees: eyes.Eyes) -> Markup:
    """All that happened, the newest first; who did it, for staff alone."""
    lang = session.lang()
    found = reading.exec(select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(col(CaseEvent.id).desc())).all()
    who = {label: person_of(reading, label) for label in {one.actor for one in found}}
    lines = [
        el(
            "li",
            shown.stamp(one.at, lang),
            trade.known("case.event", one.what, lang),
            _more(reading, one, lang),
            el("span", " · ", name(_doer(who[one.actor])), class_="mj-note"),
            el("span", " · ", say("desk.cases.internal"), class_="mj-note") if not one.public else None,
            words(sees.words(one.note, case.item_id), class_="mj-words mj-note") if one.note else None,
        )
        for one in found
    ]
    lead = el("p", say("desk.cases.steps_lead"), class_="mj-note")
    return el("section", el("h3", say("desk.cases.steps")), lead, el("ul", *lines, class_="mj-steps"), class_="mj-panel")


def _doer(label: str) -> str:
    return say("desk.audit.citizen") if label == "citizen" else label


def _more(reading: Session, step: CaseEvent, lang: Lang) -> Child:
    """What a step's values say beside its words: the other case, the class, the department, the colleague."""
    data = step.data
    if (told := moved.read(step)) is not None:
        return join((*(_moved(*one, lang) for one in told.dates), " · ", t(told.because, lang)))
    if (number := data.get("into") or data.get("number")) is not None:
        return join((" · ", el("bdi", str(number), dir="ltr")))
    if step.what == "classed":
        was, became = (say(f"desk.case.grade.{data[key]}") for key in ("was", "grade"))
        return f" · {say('desk.case.class.from', was=was, became=became)}"
    if step.what == "handed":
        found = {one.code: caselist.named(one, lang) for one in departments.listed(reading)}
        return f" · {found.get(str(data.get('department')), say('desk.case.no_department'))}"
    if step.what == "assigned" and data.get("user"):
        return join((" · ", name(person_of(reading, f"user:{data['user']}"))))
    return None


def _moved(what: str, was: datetime, to: datetime, lang: Lang) -> Child:
    label = say(f"desk.case.due.{'next' if what == 'answer' else what}")
    return join((" · ", label, ": ", shown.stamp(to, lang), " (", t("case.moved.before", lang), " ", shown.stamp(was, lang), ")"))


def facts(reading: Session, case: Case, sees: eyes.Eyes) -> Markup:
    """Who has it, how it came in, how its author is reached, what he thought of it."""
    lang = session.lang()
    owner = reading.get(User, case.owner_id) if case.owner_id is not None else None
    account = reading.get(Account, case.account_id) if case.account_id is not None else None
    pairs: list[tuple[str, Child]] = [
        ("cases.opened", shown.stamp(case.opened_at, lang)),
        ("cases.owner", name(owner.display_name) if owner else "—"),
        ("case.channel", shown.account(account, lang) if account else "—"),
        ("case.lang", trade.known("desk.language", case.lang, lang)),
        ("cases.receipt", receipt(reading, case)),
    ]
    if told := _contact(reading, case, sees):
        pairs.append(("case.contact", told))
    if case.waiting_since is not None:
        pairs.append(("case.waiting", shown.stamp(case.waiting_since, lang)))
    if case.reopened:
        pairs.append(("case.reopened", str(case.reopened)))
    if case.outcome:
        pairs.append(("cases.outcome", trade.known("case.outcome", case.outcome, lang)))
    if case.rating is not None:
        pairs.append(("case.rating", el("bdi", f"{case.rating} / 5", dir="ltr")))
    if case.edition:
        pairs.append(("case.edition", el("bdi", case.edition, class_="mj-ltr")))
    listed = el("dl", *(join((el("dt", say(f"desk.{key}")), el("dd", value))) for key, value in pairs), class_="mj-facts")
    said = words(sees.words(case.rating_note), class_="mj-words mj-note") if case.rating_note else None
    return el("section", el("h3", say("desk.case.facts")), listed, said, class_="mj-panel")


def _contact(reading: Session, case: Case, sees: eyes.Eyes) -> Child:
    """What he gave of himself, with the cases too that go on in this one."""
    merged = reading.exec(select(Case).where(col(Case.merged_into_id) == case.id).order_by(col(Case.id))).all()
    given = [post.contact_of(one, store.vault()) for one in (case, *merged)]
    told = dict.fromkeys((key, value) for one in given for key, value in one.items() if key in ("name", "email", "phone"))
    said = [_phone(value, sees) if key == "phone" else name(sees.words(value)) for key, value in told]
    return join(join((" · " if place else None, one)) for place, one in enumerate(said)) if said else None


def _phone(number: str, sees: eyes.Eyes) -> Child:
    """Covered however short: in his own words so few digits need be no telephone number."""
    return el("bdi", number if sees.plain else "x" * (len(number) - 2) + number[-2:], dir="ltr")


def receipt(reading: Session, case: Case) -> Child:
    """How far the receipt got."""
    if case.receipt_owed:
        return shown.chip(say("desk.case.owed.chip"), "warn")
    if case.receipt_delivery_id is not None:
        state = reading.get_one(Delivery, case.receipt_delivery_id).state
        return shown.chip(say(f"desk.delivery.{state}"), "good" if state == "published" else "info")
    return say("desk.cases.receipt_none")


def weighed(case: Case) -> Markup | None:
    """The priority with its reasons."""
    if not case.priority_why:
        return None
    lang = session.lang()
    lines = [el("li", said) for said in priority.reasons(case, lang)]
    title = el("h3", say("desk.case.priority"), " ", el("bdi", str(case.priority), dir="ltr"))
    return el("section", title, el("ul", *lines), class_="mj-panel")


def kin(reading: Session, case: Case) -> Markup | None:
    """What else its author has with us, and what was merged into it; the newest first."""
    same = (col(Case.account_id) == case.account_id, col(Case.author_id) == case.author_id, col(Case.id) != case.id)
    newest = select(Case).order_by(col(Case.id).desc()).limit(5)
    his = reading.exec(newest.where(*same)).all() if case.author_id else ()
    merged = reading.exec(newest.where(col(Case.merged_into_id) == case.id)).all()
    parts = [_kin("desk.case.merged_here", merged), _kin("desk.case.same_author", his)]
    return el("section", *parts, class_="mj-panel") if his or merged else None


def _kin(key: str, cases: Sequence[Case]) -> Markup | None:
    if not cases:
        return None
    lines = [el("li", way(one), " ", el("span", say(f"desk.cases.state.{one.state}"), class_="mj-note")) for one in cases]
    return join((el("h3", say(key)), el("ul", *lines)))


def holds(reading: Session, case: Case) -> Markup | None:
    """What keeps the case from being erased, and who said so."""
    found = casekeep.standing(reading, case)
    lines = [el("li", words(one.reason), el("span", name(person_of(reading, one.by)), class_="mj-note")) for one in found]
    return el("section", el("h3", say("desk.case.held")), el("ul", *lines), class_="mj-panel warn") if found else None
