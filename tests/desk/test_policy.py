"""The policy at the desk: an edition is looked at, compared, replayed, proposed by one person and put in force by another."""

from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import select
from streamlit.testing.v1 import AppTest

from core.auth import actor_of
from core.i18n import Lang, t
from core.models import User
from desk import replaying, store
from inbox import editions, enact
from policies import edition as shipped
from tests.desk.conftest import PASSWORD, Ministry
from tests.desk.test_pages import Token, said
from tests.desk.test_pages import opened as page_opened
from tests.inbox.small_edition import clause, written

opened = partial(page_opened, "policy")


def press(app: AppTest, start: str) -> AppTest:
    return next(one for one in app.button if str(one.key).startswith(start)).click().run()


def keys(app: AppTest) -> list[str]:
    return [str(one.key) for one in app.button]


def day(ahead: int) -> str:
    return str(editions.today() + timedelta(days=ahead))


def newer(name: str = "test-2", ahead: int = 3) -> str:
    """An edition of the same policy that finds another word."""
    return written(name, day(ahead), clause("abuse", "dreadful", action="hide"), policy="mohre")


def proposed(username: str, source: str) -> str:
    with store.write() as session:
        user = session.exec(select(User).where(User.username == username)).one()
        return enact.propose(session, actor_of(user), source).ref


def second_owner() -> str:
    from core import auth
    from core.actors import OPERATING

    with store.write() as session:
        auth.add_user(session, OPERATING, "owner2", PASSWORD, ["policy_owner"], "ليلى")
    return auth.sign_in(store.database(), "owner2", PASSWORD)


@pytest.mark.usefixtures("empty_house")
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_the_edition_in_force_is_read_clause_by_clause_in_both_languages(token: Token, lang: Lang) -> None:
    told = said(opened(token("policy_owner"), lang))
    edition = shipped.current()
    assert edition.ref in told
    assert t("desk.policy.state_in_force", lang) in told
    for one in edition.clauses:
        assert one.text.ar in told
        assert one.text.en in told
        assert one.examples[0] in told


@pytest.mark.usefixtures("empty_house")
def test_the_words_it_finds_by_are_whole_for_policy_owners_alone(token: Token) -> None:
    word = next(term.text for one in shipped.current().clauses for term in one.terms if len(term.text) > 6 and " " not in term.text)
    pattern = next(pattern for one in shipped.current().clauses for pattern in one.patterns)
    owner, moderator = said(opened(token("policy_owner"))), said(opened(token("moderator")))
    chip = f'class="mj-chip">{word}<'
    assert chip in owner
    assert pattern in owner
    assert chip not in moderator
    assert pattern not in moderator
    assert f"{word[0]}{'•' * (len(word) - 1)}" in moderator
    assert t("desk.policy.masked", "ar") in moderator


@pytest.mark.usefixtures("empty_house")
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_a_text_that_breaks_its_own_examples_is_refused_by_line_and_nothing_is_proposed(token: Token, lang: Lang) -> None:
    app = opened(token("policy_owner"), lang, part="propose")
    bad = written("bad", day(3), clause("abuse", "wicked", example="a mild day"), policy="mohre")
    app.text_area[0].input(bad).run()
    told = said(app)
    assert t("problem.silent", lang, clause="abuse", text="a mild day") in told
    assert t("error.edition_refused", lang, edition="mohre@bad") in told
    assert not [key for key in keys(app) if key.startswith("do_propose:")]
    app.text_area[0].input("policy = ").run()
    assert t("problem_at", lang, line=1, problem="").strip()[:5] in said(app)


@pytest.mark.usefixtures("empty_house")
def test_a_sound_text_shows_what_it_changes_and_is_proposed(token: Token) -> None:
    app = opened(token("policy_owner"), part="propose")
    app.text_area[0].input(newer()).run()
    assert t("difference.heading", "ar", old=shipped.current().ref, new="mohre@test-2") in said(app)
    press(app, "do_propose:")
    told = said(app)
    assert t("desk.done.edition_proposed", "ar") in told
    assert t("difference.removed", "ar", thing=t("difference.part.clauses", "ar", id="spam")) in told
    with store.read() as reading:
        assert editions.stored(reading, "mohre@test-2").state == "proposed"


@pytest.mark.usefixtures("empty_house")
def test_whoever_proposed_it_cannot_activate_it_and_somebody_else_does_after_a_second_look(token: Token) -> None:
    ref = proposed("policy_owner", newer(ahead=0))
    own = opened(token("policy_owner"), edition=ref)
    assert t("desk.policy.own", "ar") in said(own)
    assert next(one for one in own.button if str(one.key).startswith("activate:")).disabled
    app = opened(second_owner(), edition=ref)
    assert next(one for one in app.button if str(one.key).startswith("activate:")).disabled
    app.checkbox[0].check().run()
    press(app, "activate:")
    assert t("desk.done.edition_activated", "ar", edition=ref) in said(app)
    with store.read() as reading:
        assert editions.in_force(reading).ref == ref
        assert editions.stored(reading, ref).activated_by != editions.stored(reading, ref).proposed_by


@pytest.mark.usefixtures("empty_house")
def test_the_verb_refuses_a_self_activation_that_got_past_the_page(token: Token) -> None:
    ref = proposed("policy_owner", newer())
    app = opened(token("policy_owner"), edition=ref)
    app.checkbox[0].check().run()
    press(app, "activate:")
    assert t("error.own_act", "ar") in said(app)
    with store.read() as reading:
        assert editions.stored(reading, ref).state == "proposed"


@pytest.mark.usefixtures("empty_house")
def test_a_proposal_is_withdrawn(token: Token) -> None:
    ref = proposed("policy_owner", newer())
    app = press(opened(token("policy_owner"), edition=ref), "withdraw:")
    assert t("desk.done.edition_withdrawn", "ar", edition=ref) in said(app)
    assert not [key for key in keys(app) if key.startswith(("withdraw:", "activate:"))]


@pytest.mark.usefixtures("empty_house")
def test_a_moderator_reads_and_changes_nothing(token: Token) -> None:
    ref = proposed("policy_owner", newer())
    for part in ("propose", "backtest", "difference", "clauses"):
        app = opened(token("moderator"), edition=ref, part=part)
        assert "dreadful" not in said(app).replace("such a dreadful day", "")
        assert not [key for key in keys(app) if key.startswith(("do_propose:", "activate:", "withdraw:", "run:", "propose"))]


def test_a_replay_tells_what_would_be_decided_otherwise_by_clause_and_language(ministry: Ministry, token: Token) -> None:
    source = written("test-3", day(3), clause("delay", "delayed", action="hide", example="so delayed a day"), policy="mohre")
    app = opened(token("policy_owner"), edition=proposed("policy_owner", source), part="backtest")
    press(app, "run:")
    with store.read() as reading:
        owner = actor_of(reading.get_one(User, ministry.users["policy_owner"]))
    run = replaying.of(owner)
    assert run is not None
    run.wait(60)
    assert run.result is not None, run.failed
    told = said(app.run())
    assert run.result["items"] == run.all
    assert run.result["changed"] > 0
    hidden = t(
        "desk.policy.was_becomes", "ar", was=t("desk.policy.outcome.allow", "ar"), becomes=t("desk.policy.outcome.hide", "ar")
    )
    assert hidden in told
    assert "delay" in told
    assert t("desk.language.en", "ar") in told
    assert "My salary has been delayed" in told


def test_a_replay_that_was_stopped_says_so(ministry: Ministry, token: Token) -> None:
    app = opened(token("policy_owner"), part="backtest")
    press(app, "run:")
    with store.read() as reading:
        owner = actor_of(reading.get_one(User, ministry.users["policy_owner"]))
    run = replaying.of(owner)
    assert run is not None
    replaying.stop_all()
    run.wait(60)
    assert t("desk.policy.stopped", "ar") in said(app.run())


@pytest.mark.usefixtures("empty_house")
@pytest.mark.parametrize("lang", ["ar", "en"])
def test_which_answers_need_a_second_look_is_told(token: Token, lang: Lang) -> None:
    assert t("desk.policy.no_second_look", lang) in said(opened(token("policy_owner"), lang))
    more = '[reply.approval]\nclauses = ["abuse"]\ngrades = ["urgent"]\n'
    ref = proposed("policy_owner", written("eyes", day(3), clause("abuse", "dreadful"), policy="mohre") + more)
    told = said(opened(token("policy_owner"), lang, edition=ref))
    assert t("difference.field.reply.approval.grades", lang) in told
    assert t("desk.case.grade.urgent", lang) in told.split(t("desk.policy.second_look", lang))[1]


@pytest.mark.usefixtures("empty_house")
def test_a_long_text_that_was_changed_is_compared_word_by_word(token: Token) -> None:
    old = "We withhold only what breaks the clauses below and say why."
    source = written("long", day(3), clause("abuse", "dreadful"), policy="mohre").replace('en = "Welcome"', f'en = "{old}"')
    first = proposed("policy_owner", source)
    second = proposed("policy_owner", source.replace('"long"', '"longer"').replace("say why", "say always why"))
    told = said(opened(token("policy_owner"), edition=second, part="difference", against=first))
    assert "We withhold only what breaks the clauses below and say <ins>always </ins>why." in told
