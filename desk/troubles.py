"""One row of the problems board: what it is, why, whose turn it is, until when, and the buttons for whoever may press them."""

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.models import Account
from desk import chrome, eyes, session, shown, store
from desk.doing import attempt, turn
from desk.safe import Child, Markup, el, join, link, show, words
from desk.session import say
from outbox import decide
from outbox.models import Delivery
from outbox.problems import Trouble

TONES = {
    "needs_decision": "bad",
    "missed": "warn",
    "held": "warn",
    "refused": "bad",
    "expired": "bad",
    "untold": "bad",
    "uncertain": "info",
    "sending": "info",
}
#: exits that are a button here, by an ability; the others are told in words, with a way to where they are done
BUTTONS = ("release", "again", "adopt", "give_up")
ELSEWHERE = {"raise_budget": "/accounts", "reconnect": "/accounts", "raise_cap": "/accounts"}
#: where what a row is about is opened, and by whom
OPENS = {"post": ("/compose?post=", "post.write"), "item": ("/inbox?view=all&item=", "item.read")}


def card(row: Trouble, account: Account | None, sees: eyes.Eyes, place: str) -> None:
    """The row in a frame of its own with its buttons; `place` names it among the others."""
    with st.container(border=True, key=f"trouble_{row.delivery or place}"):
        show(told(row, account, sees))
        buttons(row)


def told(row: Trouble, account: Account | None, sees: eyes.Eyes, why: str = "") -> Markup:
    """The row in words; `why` instead of its reason's own. `account` None: a post that never came to one."""
    lang = session.lang()
    chips = [
        shown.chip(say(f"desk.delivery.{row.state}"), TONES.get(row.state, "")),
        shown.chip(say(f"desk.deed.{row.kind}")) if row.kind else shown.chip(say("desk.problems.count", n=row.count)),
        shown.chip(shown.account(account, lang)) if account else None,
        shown.chip(say("desk.problems.tries", n=row.attempts)) if row.attempts else None,
    ]
    facts: list[tuple[str, Child]] = [("owner", say(f"outbox.owner.{row.owner}"))]
    overdue = row.age.total_seconds() >= 60
    facts.append(
        (
            "since" if row.state == "untold" else "due",
            join((shown.stamp(row.due_at, lang), f" · {shown.ago(row.due_at, lang)}" if overdue else None)),
        )
    )
    if row.deadline is not None:
        then = el("span", " · ", say(f"outbox.then.{row.then}"), class_="mj-note")
        facts.append(("deadline", join((shown.stamp(row.deadline, lang), " · ", shown.ago(row.deadline, lang), then))))
    ways = [_way(one) for one in row.may if one not in BUTTONS]
    if ways:
        facts.append(("may", join(join((" · " if place else None, way)) for place, way in enumerate(ways))))
    listed = el("dl", *(join((el("dt", say(f"desk.problems.{key}")), el("dd", value))) for key, value in facts), class_="mj-facts")
    there = link(row.permalink, say("desk.inbox.open_there", platform=shown.platform(account.platform, lang))) if account else None
    because = el("div", el("b", why or row.why(lang)))
    links = el("div", there, " ", _open(row), class_="mj-by")
    return el("div", el("div", *chips, class_="mj-chips"), because, text_of(row, sees), listed, links)


def _open(row: Trouble) -> Markup | None:
    """The way to the post or the message it is about, for whoever may go there."""
    kind, _, number = row.about.partition(":")
    if kind not in OPENS or not session.actor().can(OPENS[kind][1]):
        return None
    return el("a", say(f"desk.problems.open_{kind}"), href=OPENS[kind][0] + number, target="_self", class_="mj-link")


def text_of(row: Trouble, sees: eyes.Eyes) -> Markup | None:
    """Its words: what we publish is everybody's, what answers a person as this one may read it."""
    text = row.text if row.kind == "post" else sees.words(row.text)
    return words(unfilled(text)) if text else None


def unfilled(text: str) -> str:
    """Words that wait, with the name of what is put into them only as they leave: the link that is its author's own."""
    return text.replace("{case_link}", f"[{say('desk.problems.case_link')}]")


def _way(code: str) -> Child:
    label = say(f"outbox.may.{code}")
    return el("a", label, href=ELSEWHERE[code], target="_self", class_="mj-link") if code in ELSEWHERE else label


def buttons(row: Trouble) -> None:
    """What this person can do with it here and now."""
    here = [one for one in row.may if one in BUTTONS]
    if row.delivery is None or not here:
        return
    key = f"{row.delivery}:{turn()}"
    with st.container(horizontal=True):
        if "release" in here:
            _plain("release", "let_go", ":material/play_arrow:", row.delivery, key)
        if "again" in here:
            _plain("again", "again", ":material/send:", row.delivery, key)
        if "adopt" in here:
            _asks("adopt", "external", "adopted", ":material/done:", row.delivery, key)
        give_up(row.delivery, key)


def give_up(delivery: int, key: str) -> None:
    """The button that ends it, with a reason."""
    _asks("give_up", "why", "given_up", ":material/block:", delivery, key)


def _plain(word: str, deed: str, icon: str, delivery: int, key: str) -> None:
    st.button(say(f"desk.problems.{word}"), key=f"{word}:{key}", icon=icon, on_click=_do, args=(delivery, deed))


def _asks(word: str, field: str, deed: str, icon: str, delivery: int, key: str) -> None:
    with st.popover(say(f"desk.problems.{word}"), icon=icon, key=f"pop_{word}:{key}"):
        st.text_input(say(f"desk.problems.{field}"), key=f"{field}:{key}", max_chars=120)
        label = say(f"desk.problems.{word}")
        st.button(label, key=f"{word}:{key}", type="primary", on_click=_do, args=(delivery, deed, f"{field}:{key}"))


def _do(delivery_id: int, deed: str, field: str = "") -> None:
    given = str(st.session_state[field]) if field else ""

    def change(writing: Session, person: Actor) -> Delivery:
        delivery = writing.get_one(Delivery, delivery_id)
        if deed == "again":
            return decide.publish_again(writing, person, delivery)
        if deed == "adopted":
            return decide.adopt(writing, person, delivery, given, store.connections())
        if deed == "let_go":
            return decide.release(writing, person, delivery)
        return decide.give_up(writing, person, delivery, given)

    done = attempt(change)
    if done is not None:
        sought = deed == "given_up" and done.state == "uncertain"
        chrome.flash("warn" if sought else "good", say("desk.done.sought" if sought else f"desk.done.{deed}"))
