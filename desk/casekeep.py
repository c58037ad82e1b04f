"""What keeps cases in order: their class, kind and department, two made one, one made two, what came on another channel, holds."""

import re
from collections.abc import Sequence

import streamlit as st
from sqlmodel import Session, col, select

from core.actors import Actor
from core.errors import Invalid, NotFound
from core.settings import settings
from core.why import Why
from desk import caselist, eyes, hung, session, store
from desk.address import LONGEST_ID
from desk.casedeeds import do, form, said, words
from desk.doing import attempt
from desk.session import say
from inbox import caseview, departments, holds, merging, numbers, sorting
from inbox.models import Case, Hold, Item
from policies.verdict import KINDS, TOPICS


def buttons(reading: Session, person: Actor, case: Case) -> None:
    """What this person may change about the case as such."""
    with st.container(horizontal=True, gap="small", key="keeping"):
        if person.can("case.manage") and case.merged_into_id is None:
            _class(case)
            _kind(case)
            _department(reading, case)
            _merge(case)
            _split(reading, person, case)
            _join(case)
        if person.can("hold.set"):
            _hold(reading, case)


def _class(case: Case) -> None:
    def draw(key: str) -> None:
        others = [grade for grade in sorting.GRADES if grade != case.grade]
        st.selectbox(
            say("desk.case.grade.title"), others, format_func=lambda code: say(f"desk.case.grade.{code}"), key=f"grade:{key}"
        )
        words(key, "desk.case.because", 90)

    def press(key: str) -> None:
        grade = st.session_state[f"grade:{key}"]
        do(case.id, lambda w, p, one: sorting.classify(w, p, one, grade, said(key)), "desk.case.class.done", key)

    form("class", case, "flag", draw, press)


def _kind(case: Case) -> None:
    def draw(key: str) -> None:
        kinds, topics = [*map(str, KINDS)], [*map(str, TOPICS)]
        first, second = kinds.index(case.kind), topics.index(case.topic)
        st.selectbox(say("desk.cases.kind"), kinds, first, lambda code: say(f"desk.kind.{code}"), key=f"kind:{key}")
        st.selectbox(say("desk.inbox.topic"), topics, second, lambda code: say(f"desk.topic.{code}"), key=f"topic:{key}")

    def press(key: str) -> None:
        kind, topic = st.session_state[f"kind:{key}"], st.session_state[f"topic:{key}"]
        do(case.id, lambda w, p, one: sorting.rekind(w, p, one, kind, topic), "desk.case.kind.done")

    form("kind", case, "category", draw, press)


def _department(reading: Session, case: Case) -> None:
    lang = session.lang()
    parts = {
        one.code: caselist.named(one, lang) for one in departments.listed(reading) if one.active and one.code != case.department
    }
    given = {**parts, **({"": say("desk.case.no_department")} if case.department else {})}
    if not given:
        return

    def draw(key: str) -> None:
        st.selectbox(say("desk.case.department"), list(given), format_func=lambda code: given[code], key=f"part:{key}")
        words(key, "desk.case.note.words", 90)

    def press(key: str) -> None:
        part = st.session_state[f"part:{key}"]
        do(case.id, lambda w, p, one: sorting.hand(w, p, one, part, said(key)), "desk.case.hand.done", key)

    form("hand", case, "account_tree", draw, press)


def _merge(case: Case) -> None:
    def draw(key: str) -> None:
        st.text(say("desk.case.merge.lead"))
        st.text_input(say("desk.case.merge.into"), key=f"into:{key}", placeholder="M-XXXXX-XXXXX", max_chars=24)
        words(key, "desk.case.because", 90)

    def press(key: str) -> None:
        typed = str(st.session_state[f"into:{key}"])
        do(case.id, lambda w, p, one: merging.merge(w, p, one, by_number(w, typed), said(key)), "desk.case.merge.done", key)

    form("merge", case, "merge", draw, press)


def by_number(session_: Session, typed: str) -> Case:
    """The case of the number somebody typed. Invalid for nothing; NotFound."""
    if not typed.strip():
        raise Invalid(field="into", why=Why("number_missing"))
    found = session_.exec(select(Case).where(col(Case.number) == numbers.tidy(typed))).first()
    if found is None:
        raise NotFound(thing="case", id=typed.strip()[:24])
    return found


def _split(reading: Session, person: Actor, case: Case) -> None:
    items, sees = caseview.items_of(reading, case), eyes.of(person)
    if len(items) < 2:
        return

    def draw(key: str) -> None:
        st.text(say("desk.case.split.lead"))
        for item in items:
            st.checkbox(_beginning(item, sees), key=f"take{item.id}:{key}")
        kinds = [*map(str, KINDS)]
        at = kinds.index(case.kind)
        st.selectbox(say("desk.work.case_kind"), kinds, at, lambda code: say(f"desk.kind.{code}"), key=f"kind:{key}")
        words(key, "desk.case.because", 90)

    def press(key: str) -> None:
        taken = [item.id or 0 for item in items if st.session_state[f"take{item.id}:{key}"]]
        kind, secret = st.session_state[f"kind:{key}"], store.vault().current
        do(case.id, lambda w, p, one: merging.split(w, p, one, taken, kind, said(key), key_id=secret), "desk.case.split.done", key)

    form("split", case, "call_split", draw, press)


def _beginning(item: Item, sees: eyes.Eyes) -> str:
    """The first words of a message as a label: a label is markdown, so what markdown would read is taken out."""
    text = " ".join(sees.item(item).split())[:60]
    return "".join(letter for letter in text if letter.isalnum() or letter in " .،,؟?!-") or hung.instead(item, session.lang())


def _join(case: Case) -> None:
    def draw(key: str) -> None:
        st.text(say("desk.case.join.lead"))
        st.text_input(say("desk.case.join.item"), key=f"item:{key}", max_chars=200)
        words(key, "desk.case.because", 90)

    def press(key: str) -> None:
        typed = str(st.session_state[f"item:{key}"])
        do(case.id, lambda w, p, one: merging.join(w, p, one, _item(w, typed), said(key)), "desk.case.join.done", key)

    form("join", case, "add_link", draw, press)


def _item(session_: Session, typed: str) -> Item:
    """The message whose address in the inbox, or number, somebody typed. NotFound."""
    number = re.search(rf"(?:item=|^\s*)(\d{{1,{LONGEST_ID - 1}}})(?:\D|$)", typed)
    found = session_.get(Item, int(number[1])) if number is not None else None
    if found is None:
        raise NotFound(thing="item", id=typed.strip()[:24])
    return found


def standing(reading: Session, case: Case) -> Sequence[Hold]:
    """Holds on the case and on anything said in it, the oldest first: each keeps all of it."""
    mine = {f"case:{case.id}", *(f"item:{item.id}" for item in caseview.items_of(reading, case))}
    return [hold for hold in holds.listed(reading) if hold.subject in mine]


def _hold(reading: Session, case: Case) -> None:
    def draw(key: str) -> None:
        st.text(say("desk.case.hold.lead"))
        words(key, "desk.case.because", 90)

    def press(key: str) -> None:
        do(case.id, lambda w, p, one: holds.keep(w, p, f"case:{one.id}", said(key)), "desk.case.hold.done", key)

    form("hold", case, "gavel", draw, press)
    for hold in standing(reading, case):
        label = say("desk.case.hold.lift", n=hold.id)
        st.button(label, key=f"lift:{hold.id}", icon=":material/lock_open:", on_click=_lift, args=(hold.id,))


def _lift(hold_id: int) -> None:
    attempt(lambda w, p: holds.lift(w, p, w.get_one(Hold, hold_id), settings()), "desk.case.hold.lifted")
