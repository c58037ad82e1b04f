"""Every refusal of PLATFORMS 5.1-5.3, answered over a socket to the platform's own client, as one typed error."""

from datetime import timedelta
from typing import Any

import pytest

from connectors.errors import graph_retry_at, x_retry_at
from core.clock import Hands, now
from core.errors import (
    Disconnected,
    Gone,
    NotPossible,
    PlatformError,
    RateLimited,
    Rejected,
    SpendCapReached,
    TokenExpired,
    Unavailable,
    Uncertain,
    Unfetched,
)
from tests.connectors.conftest import Build, Kept

Kind = type[PlatformError]
Row = tuple[int, Any, Kind, Kind]  # status, body, after a write, after a read


def problem(title: str, detail: str, kind: str = "about:blank", **more: Any) -> dict[str, Any]:
    return {"title": title, "detail": detail, "type": kind, **more}


X_PROBLEMS = "https://api.twitter.com/2/problems/"
TWIN = "You are not allowed to create a Tweet with duplicate content."
UNSUMMONED = "Reply to this conversation is not allowed because you have not been mentioned or otherwise engaged by the author."
X: list[Row] = [
    (401, problem("Unauthorized", "Unauthorized"), TokenExpired, TokenExpired),
    (401, {"errors": [{"code": 89, "message": "Invalid or expired token."}]}, TokenExpired, TokenExpired),
    (403, problem("Forbidden", TWIN), Uncertain, Disconnected),
    (403, {"errors": [{"code": 187, "message": "Status is a duplicate."}]}, Uncertain, Unavailable),
    (403, problem("Forbidden", UNSUMMONED), NotPossible, NotPossible),
    (403, problem("Forbidden", "Your Tweet text is too long."), Rejected, Disconnected),
    (
        403,
        problem("Client Forbidden", "…", X_PROBLEMS + "client-forbidden", reason="client-not-enrolled"),
        NotPossible,
        NotPossible,
    ),
    (403, problem("Forbidden", "…", "https://api.x.com/2/problems/oauth1-permissions"), Disconnected, Disconnected),
    (403, {"errors": [{"code": 326, "message": "To protect our users, this account is locked."}]}, Disconnected, Disconnected),
    (400, problem("Invalid Request", "…", X_PROBLEMS + "invalid-request", errors=[{"message": "…"}]), Rejected, Rejected),
    (422, problem("Unprocessable", "referenced_tweets.id"), Rejected, Rejected),
    (404, problem("Not Found", "Not Found"), Gone, Gone),
    (409, problem("Conflict", "ConnectionException"), Uncertain, Unavailable),
    (429, problem("Too Many Requests", "Too Many Requests"), RateLimited, RateLimited),
    (429, {"errors": [{"code": 88, "message": "Rate limit exceeded"}]}, RateLimited, RateLimited),
    (429, problem("UsageCapExceeded", "Monthly product cap", X_PROBLEMS + "usage-capped"), SpendCapReached, SpendCapReached),
    (402, problem("CreditsDepleted", "no credits"), SpendCapReached, SpendCapReached),
    (500, problem("Internal Server Error", "Internal Server Error"), Uncertain, Unavailable),
    (503, problem("Service Unavailable", "Service Unavailable"), Uncertain, Unavailable),
    (503, "over capacity", Uncertain, Unavailable),
    (408, problem("Request Timeout", "…"), Uncertain, Unavailable),
    (200, [], Uncertain, Unavailable),
    (200, {}, Uncertain, Unavailable),
    (201, {"data": None}, Uncertain, Unavailable),
    (200, {"errors": [problem("Not Found Error", "…", X_PROBLEMS + "resource-not-found")]}, Uncertain, Unavailable),
    (400, {"errors": None}, Uncertain, Unavailable),
    (400, [{"code": 34}], Uncertain, Unavailable),
]


def graph(code: int, subcode: int | None = None, **more: Any) -> dict[str, Any]:
    sub = {} if subcode is None else {"error_subcode": subcode}
    return {"error": {"message": f"(#{code}) …", "type": "OAuthException", "code": code, **sub, "fbtrace_id": "A", **more}}


GRAPH: list[Row] = [
    *((status, graph(190, sub), TokenExpired, TokenExpired) for status in (400, 401) for sub in (458, 460, 463, 467, 492, None)),
    *((403, graph(code), Disconnected, Disconnected) for code in (10, 200, 283, 299)),
    *((400, graph(code), Disconnected, Disconnected) for code in (1705, 2635, 368)),
    (400, graph(100, 33), Gone, Gone),
    (404, graph(803), Gone, Gone),
    (400, graph(100), Rejected, Rejected),
    *((400, graph(code), RateLimited, RateLimited) for code in (4, 17, 32, 613, 80001, 80002)),
    (403, graph(4), RateLimited, RateLimited),
    (429, graph(32), RateLimited, RateLimited),
    (400, graph(506, 1455006), Uncertain, Unavailable),
    (400, graph(10900), Rejected, Rejected),
    (400, graph(10903), Rejected, Rejected),
    (400, graph(551), NotPossible, NotPossible),
    (500, graph(1), Uncertain, Unavailable),
    (500, graph(2, is_transient=True), Uncertain, Unavailable),
    (400, graph(1), Uncertain, Unavailable),
    (200, graph(1), Uncertain, Unavailable),
    (200, graph(190, 463), TokenExpired, TokenExpired),
    (400, graph(-2, 2207003), Unavailable, Unavailable),
    (400, graph(-2, 2207020), Rejected, Rejected),
    (400, graph(-1, 2207001), Uncertain, Unavailable),
    (400, graph(-1, 2207032), Uncertain, Unavailable),
    (400, graph(4, 2207051), Rejected, Rejected),
    (400, graph(9, 2207042), RateLimited, RateLimited),
    (400, graph(24, 2207006), Gone, Gone),
    (400, graph(24, 2207008), Uncertain, Unavailable),
    (400, graph(25, 2207050), Disconnected, Disconnected),
    (403, graph(10, 2018278), NotPossible, NotPossible),
    (403, graph(10, 2534022), NotPossible, NotPossible),
    *((400, graph(c, s), Rejected, Rejected) for c, s in ((100, 2207028), (36004, 2207010), (36000, 2207004), (36001, 2207005))),
    (400, graph(36003, 2207009), Rejected, Rejected),
    (400, graph(9004, 2207052), Unfetched, Unfetched),
    (400, graph(9007, 2207027), Uncertain, Unavailable),
    (502, "<html>Bad Gateway</html>", Uncertain, Unavailable),
    (500, {"foo": 1}, Uncertain, Unavailable),
    (500, {"message": "oops"}, Uncertain, Unavailable),
    (200, {"foo": 1}, Uncertain, Unavailable),
    (200, [], Uncertain, Unavailable),
]


def private(message: str, **more: Any) -> dict[str, Any]:
    return {"message": message, "status": "fail", **more}


SUSPENDED = {"challenge": {"url": "https://i.instagram.com/accounts/suspended/"}}
PRIVATE: list[Row] = [
    (403, private("login_required"), TokenExpired, TokenExpired),
    (401, private("unauthorized"), TokenExpired, TokenExpired),
    (400, private("challenge_required", challenge={"url": "https://i.instagram.com/challenge/"}), Disconnected, Disconnected),
    (400, private("challenge_required", **SUSPENDED), Disconnected, Disconnected),
    (400, private("checkpoint_required"), Disconnected, Disconnected),
    (400, private("consent_required"), Disconnected, Disconnected),
    (400, private("feedback_required", feedback_message="…", spam=True), Disconnected, Disconnected),
    (400, private("…", error_type="sentry_block"), Disconnected, Disconnected),
    (400, private("…", error_type="rate_limit_error"), RateLimited, RateLimited),
    (400, private("Please wait a few minutes before you try again."), RateLimited, RateLimited),
    (429, private("Please wait a few minutes before you try again."), RateLimited, RateLimited),
    (404, private("Endpoint does not exist"), Gone, Gone),
    (404, "Not Found", Uncertain, Unavailable),
    (400, private("Media not found or unavailable"), Gone, Gone),
    (400, private("Media is unavailable"), Gone, Gone),
    (400, private("Sorry, this photo has been deleted."), Gone, Gone),
    (400, private("Comment text is required"), Rejected, Rejected),
    (500, private("Oops, an error occurred."), Uncertain, Unavailable),
    (200, private("Transcode not finished yet."), Uncertain, Unavailable),
    (200, "<html>Page</html>", Uncertain, Unavailable),
    (408, private("timeout"), Uncertain, Unavailable),
]
TABLE = [
    *(("x", row) for row in X),
    *(("facebook", row) for row in GRAPH),
    *(("instagram", row) for row in GRAPH),
    *(("instagram:private", row) for row in PRIVATE),
]


def _name(value: object) -> str:
    return value if isinstance(value, str) else f"{value[0]}-{str(value[1])[:70]}" if isinstance(value, tuple) else str(value)


@pytest.mark.parametrize(("name", "row"), TABLE, ids=_name)
def test_a_refused_write_is_one_typed_error_and_was_sent_once(build: Build, steps: Kept, name: str, row: Row) -> None:
    house = build(name)
    status, body, wanted, _ = row
    out = house.reply_to(house.comment(house.post(), "سؤال"), "جواب")
    house.fault("answer", "POST", status=status, body=body, times=9)
    with pytest.raises(PlatformError) as caught:
        house.connector.send(out, steps)
    assert type(caught.value) is wanted
    assert caught.value.details["account"] == house.connector.account
    assert [method for method, _ in house.calls()].count("POST") == 1


@pytest.mark.parametrize(("name", "row"), TABLE, ids=_name)
def test_a_refused_read_is_one_typed_error_and_never_uncertain(build: Build, name: str, row: Row) -> None:
    house = build(name)
    status, body, _, wanted = row
    house.post()
    house.fault("answer", "GET", status=status, body=body, times=9)
    with pytest.raises(PlatformError) as caught:
        house.connector.fetch("posts", None)
    assert type(caught.value) is wanted
    assert len(house.calls()) == 1


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [({"x-rate-limit-reset": "{}"}, 7), ({}, 15), ({"x-rate-limit-reset": "soon"}, 15), ({"x-rate-limit-reset": "1"}, 15)],
)
def test_x_says_when_its_window_opens_and_a_quarter_of_an_hour_is_assumed(
    hands: Hands, headers: dict[str, str], minutes: int
) -> None:
    reset = str(int((now() + timedelta(minutes=7)).timestamp()))
    filled = {name: value.format(reset) for name, value in headers.items()}
    assert x_retry_at(filled) == now() + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("usage", "minutes"),
    [
        ('{"1": [{"type": "pages", "estimated_time_to_regain_access": 12}, {"estimated_time_to_regain_access": 3}]}', 12),
        ("{}", 60),
        ("not json", 60),
        ('{"1": [{"estimated_time_to_regain_access": 99999999}]}', 60),
        ('{"1": "soon"}', 60),
    ],
)
def test_graph_says_how_many_minutes_it_wants_to_be_left_alone(hands: Hands, usage: str, minutes: int) -> None:
    assert graph_retry_at({"x-business-use-case-usage": usage}) == now() + timedelta(minutes=minutes)


@pytest.mark.parametrize("kind", ["usage_capped", "credits_depleted", "over_capacity", "429_old"])
def test_the_refusals_the_sandbox_knows_by_name_are_those_of_the_table(build: Build, kind: str) -> None:
    house = build("x")
    house.fault(kind, "GET")
    wanted = {"over_capacity": Unavailable, "429_old": RateLimited}.get(kind, SpendCapReached)
    with pytest.raises(wanted):
        house.connector.fetch("posts", None)


def test_no_error_carries_the_words_the_platform_wrote(build: Build) -> None:
    house = build("facebook")
    house.fault("answer", "GET", status=400, body=graph(100, message="the citizen's private words"))
    with pytest.raises(Rejected) as caught:
        house.connector.fetch("posts", None)
    assert "private words" not in f"{caught.value} {caught.value.details}"
