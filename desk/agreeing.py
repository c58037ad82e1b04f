"""Who was asked for a yes to a post, who gave it, and what staff said to each other about it."""

import streamlit as st
from sqlmodel import Session, col, select

from core.actors import Actor
from core.i18n import Lang
from core.models import User
from desk import chrome, session, shown, unsaid
from desk.doing import attempt, turn
from desk.safe import Markup, el, name, show, words
from desk.session import say
from scheduler import comments, posts, steps
from scheduler.comments import MOST
from scheduler.models import Approval, Post
from scheduler.steps import Progress, Step


def standing(reading: Session, post: Post) -> Progress | None:
    """How far the approval under which the post goes has come; None where no steps were set (a draft, an import)."""
    whose = steps.under(reading, post)
    return steps.progress(reading, whose) if whose.steps and whose.state != "draft" else None


def approval(reading: Session, post: Post) -> None:
    """The steps one after the other: what each takes, whose yes stands, who is still asked."""
    progress = standing(reading, post)
    if progress is None:
        return
    lang = session.lang()
    names = {user.id: user.display_name for user in reading.exec(select(User))}
    whose = steps.under(reading, post)
    given = select(Approval).where(col(Approval.post_id) == whose.id, col(Approval.version) == progress.version, col(Approval.yes))
    said = {(one.step, one.user_id): one for one in reading.exec(given)}
    lines = [_step(step, names, said, step is progress.current, lang) for step in progress.steps]
    chrome.heading(say("desk.approve.steps"))
    if whose.doubted_at is not None:
        show(el("p", say("desk.approve.doubted"), class_="mj-note"))
    show(el("ol", *lines, class_="mj-steps"))


def _step(step: Step, names: dict[int | None, str], said: dict[tuple[int, int], Approval], is_open: bool, lang: Lang) -> Markup:
    chips = [shown.chip(say("desk.approve.yes_of", name=names.get(user, "")), "good") for user in step.yes]
    chips += [shown.chip(say("desk.approve.gone", name=names.get(user, "")), "bad") for user in step.gone]
    if not step.complete:
        asked = ("، " if lang == "ar" else ", ").join(names.get(user, "") for user in step.wanting)
        key = "waits_all" if step.need == "all" else "waits_any"
        chips.append(shown.chip(say(f"desk.approve.{key}", names=asked or say("desk.approve.nobody")), "warn" if is_open else ""))
    with_it = [
        el("div", el("small", name(names.get(user, "")), " ", shown.stamp(one.at, lang), class_="mj-note"), words(one.comment))
        for user in (*step.yes, *step.gone)
        if (one := said.get((step.number, user))) is not None and one.comment
    ]
    title = say(f"desk.approve.step_{step.need}", number=step.number)
    return el("li", el("b", title), el("div", *chips, class_="mj-chips"), *with_it)


def talk(reading: Session, person: Actor, post: Post) -> None:
    """What was said of any version, the first word first; and a box to say something more."""
    lang = session.lang()
    chrome.heading(say("desk.approve.comments"))
    said = [
        el(
            "li",
            el("b", name(called)),
            el(
                "time",
                shown.moment(one.at, lang),
                " · ",
                say("desk.approve.version", version=one.version),
                datetime=one.at.isoformat(),
            ),
            words(one.text),
        )
        for one, called in comments.of(reading, post)
    ]
    show(el("ul", *said, class_="mj-steps") if said else el("p", say("desk.approve.no_comments"), class_="mj-note"))
    if person.can("post.write"):
        key = f"say:{post.id}:{turn()}"
        shape = {"height": 70, "max_chars": MOST, "placeholder": say("desk.approve.say_hint")}
        unsaid.area(say("desk.approve.say"), key, unsaid.form("posts", key), **shape)
        st.button(say("desk.approve.do_say"), key=f"do_{key}", on_click=_say, args=(post.id, key))


def _say(post_id: int, key: str) -> None:
    text = st.session_state[key]
    attempt(lambda w, p: posts.comment(w, p, w.get_one(Post, post_id), text), "desk.done.said", said=unsaid.form("posts", key))
