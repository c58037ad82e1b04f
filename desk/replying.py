"""The reply box beside a thread: drafts kept, one press one reply, a colleague's answer shown before ours goes over it."""

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from core.errors import Conflict, MajlisError, PersonalInPublic
from core.models import Account
from desk import chrome, session, shown, store, trade
from desk.components import event, mount
from desk.refusals import told
from desk.safe import el, link, name, show, words
from desk.session import say
from inbox import reply as replies
from inbox.models import Item

KEY = "reply_box"
#: health of an account whose answers leave at once
HEARD = ("ok", "unknown")
#: words of the box: component label -> word key
LABELS = ("label", "placeholder", "send", "sending", "sent", "saved", "unsaved", "private", "send_private", "keys")


def limit_of(account: Account) -> int:
    """How long an answer may be, as the platform counts; 0 where it sets no limit or its credentials can't be opened."""
    try:
        return store.connections()(account).capabilities.text_limit
    except MajlisError:
        return 0


def _save() -> None:
    given = event(KEY, "draft")
    if not given:
        return
    try:
        person = session.actor()
        with store.write() as writing:
            replies.save_draft(writing, person, int(given["item"]), str(given["text"]))
    except MajlisError as refusal:
        chrome.flash("bad", told(refusal, session.lang()))


def _send() -> None:
    given = event(KEY, "send")
    if not given:
        return
    nonce, item_id = str(given["nonce"]), int(given["item"])
    st.session_state["reply_outcome"] = outcome = {
        "item": item_id,
        "nonce": nonce,
        "problem": "",
        "theirs": None,
        "privately": False,
    }
    try:
        person = session.actor()
        with store.write() as writing:
            replies.send(
                writing,
                person,
                item_id,
                str(given["text"]),
                seen_version=str(given["seen"]),
                nonce=nonce,
                private=bool(given["private"]),
            )
    except PersonalInPublic as refusal:
        outcome["problem"], outcome["privately"] = told(refusal, session.lang()), refusal.details["instead"] == "privately"
    except Conflict as clash:
        outcome["problem"] = clash.words(session.lang())
        outcome["theirs"] = (str(clash.details["their_name"]), str(clash.details["their_text"]))
    except MajlisError as refusal:
        outcome["problem"] = told(refusal, session.lang())


def _refused(item: Item) -> None:
    """Say why this item can't be answered from here, and where it can."""
    why = "deleted" if item.deleted else "own" if item.own else str(item.can.get("why_no_reply") or "no_reply")
    lang = session.lang()
    there = link(item.permalink, say("desk.inbox.open_there", platform=shown.platform(item.platform, lang)))
    show(chrome.panel("warn", el("h3", say("desk.reply.cannot")), el("div", trade.cannot(why, lang)), there))


def box(reading: Session, person: Actor, item: Item, account: Account) -> None:
    """The reply box of `item`, or the reason why there is none."""
    if not person.can("reply.write"):
        show(el("p", say("desk.reply.not_allowed"), class_="mj-note"))
        return
    privately = bool(item.can.get("reply_privately"))
    if item.deleted or item.own or not (item.can.get("reply") or privately):
        _refused(item)
        return
    if not item.can.get("reply"):
        _refused(item)  # what is left is a private message
    outcome = st.session_state.get("reply_outcome") or {}
    done = outcome if outcome.get("item") == item.id else {}
    if theirs := done.get("theirs"):
        show(chrome.panel("warn", el("h3", say("desk.reply.theirs")), el("b", name(theirs[0])), words(theirs[1])))
    if account.health not in HEARD:
        health = trade.known("desk.health", account.health, session.lang())
        show(el("p", say("desk.reply.waits", health=health), class_="mj-panel warn", role="status"))
    draft = replies.draft_of(reading, person, item.id or 0)
    refused = done.get("nonce", "") if done.get("problem") else ""
    only_private = privately and not item.private and not item.can.get("reply")
    if draft is not None and not refused and (unfit := replies.unfit(item, draft.text, private=only_private or item.private)):
        show(chrome.panel("warn", el("h3", say("desk.reply.unfit")), el("div", unfit.words(session.lang()))))
    mount(
        "reply",
        {
            "item": item.id,
            "user": person.user_id,
            "draft": draft.text if draft else "",
            "seen": replies.thread_version(reading, item),
            "style": "x" if item.platform == "x" and not item.private else "chars",
            "limit": limit_of(account),
            "can_private": privately and not item.private,
            "only_private": only_private,
            "done": done.get("nonce", "") if not refused else "",
            "refused": refused,
            "problem": done.get("problem", ""),
            "offer_private": bool(done.get("privately")),
            "labels": {"reply": say("desk.reply.label"), **{key: say(f"desk.reply.{key}") for key in LABELS if key != "label"}},
        },
        key=KEY,
        draft=_save,
        send=_send,
    )
