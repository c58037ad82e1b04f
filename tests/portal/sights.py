"""Every state of every page of the portal that a reader can stand before, in the order of a walk through them.

A sight is named, says which route answers it and how, and how one gets there from the sight before. `test_axe.py` walks them all
and fails for a route of the portal that no sight stands at.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sqlalchemy.exc import OperationalError

from policies.edition import current
from portal.app import PUBLIC
from portal.deeds import DEEDS
from portal.fields import FORMS
from portal.pages import MACHINES
from tests.portal.walker import Walker
from tests.portal.ways import (
    WORDS,
    again,
    answered_with_a_file,
    astray,
    at_reasons,
    broken,
    by_form,
    closed,
    coming,
    data_astray,
    decided,
    ended_elsewhere,
    filled,
    long_ago,
    overturned,
    own_link,
    ready_and_closed,
    removed,
    resolved,
    sends,
    sent,
    taken_back,
    unfit_file,
    waits,
    with_file,
    worked_on,
)

#: what answers with a file or with data, never with a page
FILES = {"/robots.txt", "/favicon.ico", "/static", "/fonts", *(path for path in PUBLIC if path.startswith(MACHINES))}
CASE, REASONS = "/track/{number}/{secret}", "/why/{number}/{secret}"


@dataclass(frozen=True)
class Sight:
    """`route` as `GET /policy`. `whole`: also in the five languages that only the pages about one's own case speak."""

    name: str
    route: str
    status: int
    go: Callable[[Walker], Any]
    whole: bool = False


def opened(path: str, name: str = "", *, route: str = "", status: int = 200, whole: bool = False) -> Sight:
    return Sight(name or path, f"GET {route or path}", status, lambda at: at.open(path), whole)


def deed(
    name: str, said: str, status: int, action: str, before: Callable[[Walker], Any], whole: bool = False, **typed: str
) -> Sight:
    """A press on the page of a case: `before` makes the page it is pressed on."""

    def go(at: Walker) -> None:
        before(at)
        at.send(f"/track/{action}", **typed)

    return Sight(f"{name}, {said}", f"POST /track/{action}", status, go, whole)


def objection(said: str, status: int, whole: bool = False, **typed: str) -> Sight:
    return Sight(
        f"an objection to a decision, {said}", "POST /why/appeal", status, lambda at: at.send("/why/appeal", **typed), whole
    )


WRONG = {"number": "M-00000-00000", "secret": "x"}
QUIET = ("/", "/results", "/corrections", "/events", "/commitments", "/open-data", "/policy")
AWAY = OperationalError("SELECT", {}, Exception("away"))

PAGES = [
    opened("/"),
    *(
        opened(path)
        for path in sorted(PUBLIC - FILES)
        if path.count("/") == 1 and "{" not in path and path not in ("/", "/track", "/why")
    ),
    *(opened(path, whole=path == "/why") for path in ("/track", "/why", "/why/appeal", "/why/data", "/track/file", "/track/data")),
    *(opened(f"/track/{name}") for name in DEEDS),
    opened(f"/policy?edition={quote(current().ref)}", "an edition by its name", route="/policy"),
    Sight("an edition that is to come", "GET /policy", 200, coming),
    opened("/corrections?before=1", "corrections before the first", route="/corrections"),
    opened("/no-such-page", "an address of nothing", route="-", status=404),
    opened("/media/nothing", "a picture that is gone", route="/media/{token}", status=404),
    opened("/track/M-00000-00000/x", "a case by a wrong link", route=CASE, status=404, whole=True),
    opened("/why/M-00000-00000/x", "reasons by a wrong link", route=REASONS, status=404),
    Sight("a case by a wrong secret", "POST /track", 404, sent("/track", "/track", **WRONG), whole=True),
    Sight("reasons by a wrong secret", "POST /why", 404, sent("/why", "/why", **WRONG), whole=True),
    Sight("data by a wrong secret", "POST /why/data", 404, data_astray),
    Sight("too many tries", "POST /track", 429, waits("tries", sent("/track", "/track", **WRONG))),
    Sight("too many tries at reasons", "GET " + REASONS, 429, waits("tries", lambda at: at.open("/why/M-00000-00000/x"))),
    Sight("a fault of ours", "GET /events", 500, broken(ZeroDivisionError())),
    Sight("the database is away", "GET /events", 503, broken(AWAY)),
    Sight("sent to a page that takes nothing", "POST /policy", 405, astray),
]

FILED = [
    *(Sight(f"{form}, empty", f"POST /{form}", 422, filled(form)) for form in FORMS),
    Sight("a form, all of it wrong", "POST /feedback", 422, filled("feedback", email="no", phone="no", text="ا" * 6000)),
    Sight("a form of yesterday", "POST /complaint", 403, filled("complaint", text=WORDS, token="old")),
    Sight("a form sent too often", "POST /complaint", 429, waits("senders", sends, filled("complaint", text=WORDS))),
    Sight("a form with too many fields", "POST /complaint", 400, filled("complaint", **{f"more{n}": "1" for n in range(70)})),
    Sight("read once more", "POST /feedback", 200, with_file),
    Sight("changed again", "POST /feedback", 200, lambda at: at.send("/feedback", "change")),
    Sight("read once more after a change", "POST /feedback", 200, lambda at: at.send("/feedback", "preview")),
    Sight("the policy changed meanwhile", "POST /feedback", 200, lambda at: at.send("/feedback", "send", edition="m@0")),
    Sight("the receipt", "POST /feedback", 200, lambda at: at.send("/feedback", "send")),
    Sight("the case of a form", f"GET {CASE}", 200, own_link),
    deed("the receipt once more", "sent", 200, "receipt", again),
    deed("a file that is not there", "asked for", 404, "file", again, file="999"),
    deed("who he is", "forgotten", 200, "forget", again),
    deed("the receipt once more", "no way", 422, "receipt", again),
    *(Sight(f"{form}, closed", f"GET /{form}", 503, closed(lambda at, form=form: at.open(f"/{form}"))) for form in FORMS),  # type: ignore[misc]  # one form each
    Sight("closed before it was sent", "POST /complaint", 503, ready_and_closed),
    Sight("a complaint, read once more", "POST /complaint", 200, filled("complaint", text=WORDS)),
    Sight("a form sent long ago", "POST /suggestion", 200, long_ago),
    Sight("a suggestion, read once more", "POST /suggestion", 200, filled("suggestion", text="an idea, فكرة")),
]  # fmt: skip

FOLLOWED = [
    Sight("a case that is hidden", f"GET {CASE}", 200, Walker.complain, whole=True),
    deed("an addition", "empty", 422, "answer", again),
    deed("an addition", "of yesterday", 403, "answer", again, answer="كشف", token="old"),
    Sight("an addition too often", "POST /track/answer", 429, waits("senders", lambda at: at.send("/track/answer"), again)),
    Sight("an addition with a file that is none", "POST /track/answer", 422, unfit_file),
    Sight("an addition that came", "POST /track/answer", 200, answered_with_a_file, whole=True),
    deed("an objection", "empty", 422, "appeal", again),
    deed("an objection", "too large", 413, "appeal", again, words="ا" * 70_000),
    deed("an objection", "made", 200, "appeal", again, whole=True, words="لم أنشر رقم أحد سواي"),
    Sight("an objection, declined", f"GET {CASE}", 200, decided(False)),
    deed("his data", "of yesterday", 403, "data", again, token="old"),
    deed("a removal", "unsure", 422, "remove", again),
    Sight("a removal", "POST /track/remove", 200, removed),
    Sight("a removal that a hold forbids", "POST /track/remove", 200, taken_back),
    Sight("asked for something", f"GET {CASE}", 200, worked_on, whole=True),
    deed("a withdrawal", "unsure", 422, "withdraw", again),
    deed("a withdrawal", "made", 200, "withdraw", again, sure="1", reason="حُلّت"),
    deed("a withdrawal", "too late", 200, "withdraw", ended_elsewhere, sure="1"),
    Sight("a case with an outcome", f"GET {CASE}", 200, resolved, whole=True),
    deed("a rating", "empty", 422, "rate", again),
    deed("a rating", "given", 200, "rate", again, whole=True, rating="2", note="تأخر الرد"),
    deed("an objection to the outcome", "made", 200, "appeal", again, words="لم يصل إلا النصف"),
    Sight("an objection that was right", f"GET {CASE}", 200, decided(True)),
    deed("reopening", "empty", 422, "reopen", resolved),
    deed("reopening", "done", 200, "reopen", again, why="لم يُحل"),
    Sight("a case found by its form", "POST /track", 200, lambda at: by_form(at, "/track", at.case)),
    Sight("the reasons", f"GET {REASONS}", 200, at_reasons, whole=True),
    Sight("the reasons by their form", "POST /why", 200, lambda at: by_form(at, "/why", at.reasons)),
    objection("empty", 422, whole=True),
    objection("too long", 422, words="كثير " * 500),
    objection("of yesterday", 403, words="لا", token="old"),
    objection("made", 200, whole=True, words="لم أشتم أحدًا"),
    Sight("a decision that fell", f"GET {REASONS}", 200, overturned, whole=True),
]  # fmt: skip

SIGHTS = [*PAGES, *FILED, *FOLLOWED]
