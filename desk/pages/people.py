"""The people of the house: who they are, what they may do, and letting them in and out. Nobody keeps himself."""

from collections.abc import Callable

import streamlit as st
from sqlmodel import Session, col, or_, select, tuple_

from core import auth, staff
from core.actors import ROLES, Actor
from core.i18n import Lang
from core.models import User
from desk import chrome, session, shown, store
from desk.address import Place
from desk.doing import attempt, turn
from desk.safe import Child, Markup, el, join, label, name, show
from desk.session import say
from scheduler.steps import resting_on

NAMES = ("user", "q")
PAGE = 30
#: roles that stand beside a name in the list
MOST = 3
#: where a password stands that was just given, until another deed or page
GIVEN = "people_given"


def page() -> None:
    Place("people", NAMES).arrive()
    chrome.title("people")
    body()


@st.fragment
def body() -> None:
    chrome.flashed()
    place, person, lang = Place("people", NAMES), session.actor(), session.lang()
    person.require("user.admin")
    _given()
    narrow, wide = st.columns([1, 1.25], gap="large")
    with narrow:
        _search(place)
        _invite()
    with store.read() as reading:
        found = _found(reading, place.get("q"))
        here = staff.present(reading)
        chosen_id = place.number("user")
        chosen = reading.get(User, chosen_id) if chosen_id else None
        resting = [post.title or f"#{post.id}" for post in resting_on(reading, chosen.id or 0)] if chosen else []
    with narrow:
        _list(found, here, chosen)
    with wide, st.container(border=True, key="person"):
        if chosen is None:
            show(chrome.empty("desk.people.choose", "desk.people.choose_lead"))
        else:
            _one(chosen, person, chosen.id in here, resting, lang)


def _given() -> None:
    """The password that was just given: shown once, to be read out."""
    given = st.session_state.pop(GIVEN, None)
    if given:
        who, password = given
        told = say("desk.people.given", name=who, hours=int(staff.GIVEN_FOR.total_seconds() // 3600))
        show(chrome.panel("good", told, el("p", el("bdi", password, class_="mj-secret"))))


def _search(place: Place) -> None:
    if st.session_state.get("people_q", "").strip() != place.get("q"):  # first drawn, or somebody went back
        st.session_state["people_q"] = place.get("q")
        st.session_state.pop("people_after", None)
    st.text_input(say("desk.people.search"), key="people_q", on_change=_searched)


def _searched() -> None:
    st.session_state.pop("people_after", None)
    Place("people", NAMES).set(q=str(st.session_state["people_q"]).strip())


def _found(reading: Session, typed: str) -> list[User]:
    """One more than a page: those in service first, by name, behind the last one of the page before."""
    shown_first = (col(User.active).desc(), col(User.display_name), col(User.id))
    query = select(User).order_by(*shown_first).limit(PAGE + 1)
    if typed:
        like = (col(User.display_name).icontains(typed, autoescape=True), col(User.username).icontains(typed, autoescape=True))
        query = query.where(or_(*like))
    after = st.session_state.get("people_after")
    if after:
        active, called, number = after
        behind = tuple_(col(User.display_name), col(User.id)) > tuple_(called, number)
        query = query.where(or_(~col(User.active), behind) if active else ~col(User.active) & behind)
    return list(reading.exec(query))


def _list(found: list[User], here: frozenset[int], chosen: User | None) -> None:
    if not found:
        show(chrome.empty("desk.people.none", "desk.people.none_lead"))
    for user in found[:PAGE]:
        with st.container(key=f"colleague_{user.id}", horizontal=True, vertical_alignment="center"):
            now_open = chosen is not None and chosen.id == user.id
            st.button(
                label(user.display_name),
                key=f"person:{user.id}",
                type="primary" if now_open else "tertiary",
                on_click=_choose,
                args=(user.id,),
            )
            roles = (shown.chip(say(f"desk.people.role.{role}")) for role in user.roles[:MOST] if role in ROLES)
            show(el("div", *_chips(user, (user.id or 0) in here), *roles, class_="mj-chips"))
    with st.container(horizontal=True):
        if st.session_state.get("people_after"):
            st.button(say("desk.people.first"), on_click=_turn, args=(None,))
        if len(found) > PAGE:
            last = found[PAGE - 1]
            st.button(say("desk.people.more"), on_click=_turn, args=((last.active, last.display_name, last.id),))


def _turn(after: tuple[bool, str, int] | None) -> None:
    st.session_state["people_after"] = after


def _choose(user_id: int) -> None:
    Place("people", NAMES).set(user=user_id)


def _chips(user: User, here: bool) -> list[Child]:
    if not user.active:
        return [shown.chip(say("desk.people.dismissed"))]
    chips: list[Child] = [shown.chip(say("desk.people.here"), "good")] if here else []
    if staff.locked(user):
        chips.append(shown.chip(say("desk.people.locked"), "bad"))
    if user.one_time_until is not None:
        chips.append(shown.chip(say("desk.people.waiting"), "warn"))
    return chips


def _one(user: User, person: Actor, here: bool, resting: list[str], lang: Lang) -> None:
    show(el("div", el("h2", name(user.display_name), class_="mj-h2"), *_chips(user, here), class_="mj-chips"))
    show(_facts(user, lang))
    if user.id == person.user_id:
        show(chrome.panel("", say("desk.people.yourself")))
        return
    if resting and user.active:
        show(
            chrome.panel(
                "warn", say("desk.people.resting", posts="، ".join(resting[:5]) if lang == "ar" else ", ".join(resting[:5]))
            )
        )
    key = f"{user.id}:{turn()}"
    _roles(user, key)
    _mail(user, key)
    with st.container(horizontal=True, key="deeds"):
        if staff.locked(user):
            st.button(
                say("desk.people.unlock"), icon=":material/lock_open:", on_click=_do, args=(user.id, staff.unlock, "unlocked")
            )
        if user.oidc:
            st.button(say("desk.people.unlink"), icon=":material/link_off:", on_click=_do, args=(user.id, staff.unlink, "unlinked"))
        if not user.active:
            again = say("desk.people.reinstate")
            st.button(
                again, type="primary", icon=":material/person_add:", on_click=_do, args=(user.id, staff.reinstate, "reinstated")
            )
            return
        with st.popover(say("desk.people.reset"), icon=":material/key:", key=f"reset:{key}"):
            st.text(say("desk.people.reset_lead"))
            st.button(
                say("desk.people.do_reset"), key=f"do_reset:{key}", type="primary", on_click=_reset, args=(user.id, user.username)
            )
        with st.popover(say("desk.people.dismiss"), icon=":material/person_off:", key=f"dismiss:{key}"):
            st.text(say("desk.people.dismiss_lead"))
            st.button(
                say("desk.people.do_dismiss"), key=f"do_dismiss:{key}", type="primary", on_click=_dismiss, args=(user.username,)
            )


def _facts(user: User, lang: Lang) -> Markup:
    facts: list[tuple[str, Child]] = [
        ("username", el("bdi", user.username, class_="mj-ltr")),
        ("since", shown.stamp(user.created_at, lang)),
        ("provider", say("desk.people.linked" if user.oidc else "desk.people.not_linked")),
    ]
    if staff.locked(user):
        facts.append(("locked_until", shown.stamp(user.locked_until, lang)))
    if user.one_time_until is not None:
        facts.append(("given_until", shown.stamp(user.one_time_until, lang)))
    return el("dl", *(join((el("dt", say(f"desk.people.{key}")), el("dd", value))) for key, value in facts), class_="mj-facts")


def _roles(user: User, key: str) -> None:
    with st.form(f"roles:{key}", border=False):
        st.multiselect(
            say("desk.people.roles"),
            list(ROLES),
            default=[role for role in user.roles if role in ROLES],
            key=f"roles_of:{key}",
            format_func=_role,
            help=say("desk.people.roles_d"),
        )
        st.form_submit_button(say("desk.people.give"), on_click=_give, args=(user.id, key))


def _role(role: str) -> str:
    return say(f"desk.people.role.{role}")


def _mail(user: User, key: str) -> None:
    with st.form(f"mail:{key}", border=False):
        st.text_input(
            say("desk.people.email"), value=user.email, key=f"mail_of:{key}", max_chars=200, help=say("desk.people.email_d")
        )
        st.form_submit_button(say("desk.people.keep_email"), on_click=_write_to, args=(user.id, key))


def _give(user_id: int, key: str) -> None:
    roles = [str(role) for role in st.session_state[f"roles_of:{key}"]]
    attempt(lambda writing, person: staff.give_roles(writing, person, user_id, roles), "desk.done.roles")


def _write_to(user_id: int, key: str) -> None:
    email = str(st.session_state[f"mail_of:{key}"])
    attempt(lambda writing, person: staff.write_to(writing, person, user_id, email), "desk.done.kept")


def _do(user_id: int, verb: Callable[[Session, Actor, int], object], done: str) -> None:
    attempt(lambda writing, person: verb(writing, person, user_id), f"desk.done.{done}")


def _reset(user_id: int, username: str) -> None:
    password = attempt(lambda writing, person: staff.reset(writing, person, user_id))
    if password is not None:
        st.session_state[GIVEN] = (username, password)


def _dismiss(username: str) -> None:
    attempt(lambda writing, person: auth.dismiss(writing, person, username), "desk.done.dismissed", name=username)


def _invite() -> None:
    key = f"new:{turn()}"
    with st.popover(say("desk.people.invite"), icon=":material/person_add:", key=f"invite:{key}", width="stretch"):
        st.text_input(
            say("desk.people.username"), key=f"username:{key}", max_chars=auth.NAME_MOST, help=say("desk.people.username_d")
        )
        st.text_input(say("desk.people.name"), key=f"name:{key}", max_chars=auth.SHOWN_MOST)
        st.text_input(say("desk.people.email"), key=f"email:{key}", max_chars=200, help=say("desk.people.email_d"))
        st.multiselect(say("desk.people.roles"), list(ROLES), key=f"roles:{key}", format_func=_role)
        st.button(say("desk.people.do_invite"), key=f"do_invite:{key}", type="primary", on_click=_do_invite, args=(key,))


def _do_invite(key: str) -> None:
    field = st.session_state
    username, called, email = (str(field[f"{which}:{key}"]).strip() for which in ("username", "name", "email"))
    roles = [str(role) for role in field[f"roles:{key}"]]
    made = attempt(lambda writing, person: _made(writing, person, username, roles, called, email))
    if made is not None:
        user_id, password = made
        field[GIVEN] = (username, password)
        _choose(user_id)


def _made(writing: Session, person: Actor, username: str, roles: list[str], called: str, email: str) -> tuple[int, str]:
    user, password = staff.invite(writing, person, username, roles, called, email)
    return user.id or 0, password
