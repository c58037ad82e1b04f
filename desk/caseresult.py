"""What came of a case, published for everybody: you said, we decided, because. In both languages, and without who said it."""

import streamlit as st
from sqlmodel import Session

from core.actors import Actor
from desk import unsaid
from desk.casedeeds import do, form, said, words
from desk.doing import attempt, turn
from desk.safe import el, show
from desk.safe import words as told
from desk.session import lang, say
from inbox import priority, results
from inbox.models import Case, Result
from inbox.results import OUTCOMES, Words

PARTS = ("said", "decided", "because")


def panel(reading: Session, person: Actor, case: Case) -> None:
    """What is published of the case, or the way to publish it, for a case that is decided and not confidential."""
    published = results.of_case(reading, case)
    if published is not None:
        _published(person, published)
        return
    ended = case.state in ("resolved", "closed") and case.outcome in OUTCOMES and case.merged_into_id is None
    if ended and person.can("result.publish") and not priority.confides(case):
        form("publish", case, "campaign", _draw, lambda key: _publish(case.id, key))


def _published(person: Actor, result: Result) -> None:
    mine = {part: getattr(result, f"{part}_{lang()}") for part in PARTS}
    lines = [el("div", el("b", say(f"desk.case.publish.{part}")), told(text)) for part, text in mine.items()]
    show(el("section", el("h3", say("desk.case.publish.out")), *lines, class_="mj-panel good"))
    if person.can("result.publish"):
        key = f"unpublish:{result.id}:{turn()}"
        with st.popover(say("desk.case.publish.withdraw"), icon=":material/undo:", key=f"pop_{key}"):
            words(key, "desk.case.because", 90, thing="results")
            st.button(say("desk.case.publish.withdraw"), key=f"do_{key}", on_click=_withdraw, args=(result.id, key))


def _draw(key: str) -> None:
    st.text(say("desk.case.publish.lead"))
    for part in PARTS:
        for tongue in ("ar", "en"):
            label = f"{say(f'desk.case.publish.{part}')} · {say(f'desk.case.publish.{tongue}')}"
            most = results.SAID_MOST if part == "said" else results.MOST
            unsaid.area(label, f"{part}_{tongue}:{key}", unsaid.form("cases", key), height=70, max_chars=most)


def _publish(case_id: int | None, key: str) -> None:
    said_, decided, because = (Words(*(st.session_state[f"{part}_{tongue}:{key}"] for tongue in ("ar", "en"))) for part in PARTS)
    do(
        case_id,
        lambda w, p, case: results.publish(w, p, case, said=said_, decided=decided, because=because),
        "desk.case.publish.done",
        key,
    )


def _withdraw(result_id: int, key: str) -> None:
    done, form_ = "desk.case.publish.withdrawn", unsaid.form("results", key)
    attempt(lambda w, p: results.withdraw(w, p, w.get_one(Result, result_id), said(key)), done, said=form_)
