"""tweepy's Client behind our line: each method is one call to X and gives its JSON."""

from collections.abc import Mapping
from typing import Any

import requests
import tweepy

from connectors import errors, gauge
from connectors.contract import Bill, Credentials, Poll
from connectors.line import Line
from connectors.transport import Wire
from connectors.unread import Unexpected, onward
from connectors.x import prices
from core.errors import CursorExpired, Gone, NotPossible, Rejected, Unavailable, Uncertain

TWEET_FIELDS = [
    "author_id", "created_at", "conversation_id", "in_reply_to_user_id", "referenced_tweets", "lang", "entities",
    "attachments", "note_tweet", "edit_history_tweet_ids", "display_text_range",
]  # fmt: skip
READING: dict[str, Any] = {
    "tweet_fields": TWEET_FIELDS,
    "expansions": ["author_id", "attachments.media_keys"],
    "user_fields": ["name", "username"],
    "media_fields": ["alt_text", "type"],
}
DIRECT: dict[str, Any] = {
    "dm_event_fields": ["id", "text", "event_type", "created_at", "sender_id", "dm_conversation_id", "attachments"],
    "expansions": ["sender_id", "attachments.media_keys"],
    "user_fields": ["name", "username"],
    "media_fields": ["alt_text", "type"],
    "event_types": "MessageCreate",
}
#: tweepy's method -> the window its call counts in; of writes the ways of outbox.windows, so that no delivery waits for another's
WINDOWS = {
    "get_me": "me",
    "get_users_mentions": "mentions",
    "get_users_tweets": "timeline",
    "search_recent_tweets": "search",
    "get_quote_tweets": "quotes",
    "get_tweets": "lookup",
    "get_direct_message_events": "messages",
    "create_tweet": "public",
    "create_direct_message": "direct",
    "hide_reply": "hide",
    "unhide_reply": "hide",
    "delete_tweet": "delete",
}
USER_SECRETS = ("api_key", "api_secret", "access_token", "access_secret")


class Client:
    """Signs as the account (OAuth 1.0a) where all four secrets are given, which makes reading our own things cheaper too;
    reads as the app with the bearer token otherwise, and then can't write."""

    def __init__(self, account: str, credentials: Credentials, wire: Wire) -> None:
        secrets = credentials.secrets
        self.own_id = credentials.native_id
        self._owed: dict[str, int] = {}  # what answers held and no bill told yet, with its price in 1/1,000,000 USD
        self.line = Line(account, wire, secrets, errors.x, gauge.x, apart=True)
        self.as_user = all(secrets.get(name) for name in USER_SECRETS)
        self._tweepy = tweepy.Client(
            bearer_token=secrets.get("bearer_token") or None,
            consumer_key=secrets.get("api_key") or None,
            consumer_secret=secrets.get("api_secret") or None,
            access_token=secrets.get("access_token") or None,
            access_token_secret=secrets.get("access_secret") or None,
            return_type=dict,  # the raw JSON: tweepy's own classes know only the older vocabulary and warn about missing fields
            wait_on_rate_limit=False,  # it sleeps, and without a reset header recurses until the stack ends
        )
        session: requests.Session = self._tweepy.session
        self.line.adapter.mount_on(session, "api.twitter.com", "api.x.com")

    def me(self) -> Mapping[str, Any]:
        """Who we are."""
        data = self._read("get_me", user_fields=["name", "username"]).get("data")
        if not isinstance(data, Mapping):
            raise Unavailable(account=self.line.account, detail="empty")
        self._owe(prices.reading({"data": data}, owned=True, kind="user"))
        return data

    def onward(self, body: Mapping[str, Any]) -> str | None:
        """Where the next page of a list begins; None at its end."""
        meta = body.get("meta")
        if meta is not None and not isinstance(meta, Mapping):
            raise Unexpected(account=self.line.account, detail="unexpected:meta")
        return onward(meta.get("next_token"), self.line.account) if meta else None

    def mentions(self, **where: Any) -> dict[str, Any]:
        return self._list("get_users_mentions", self.own_id, owned=True, **READING, **where)

    def timeline(self, *, counts: bool = False, **where: Any) -> dict[str, Any]:
        """Our own posts, newest first; with `counts` only their public counts."""
        wanted = {"tweet_fields": ["created_at", "public_metrics"]} if counts else READING
        return self._list("get_users_tweets", self.own_id, owned=True, **wanted, **where)

    def search(self, query: str, **where: Any) -> dict[str, Any]:
        return self._list("search_recent_tweets", query, **READING, **where)

    def quotes(self, native_id: str, **where: Any) -> dict[str, Any]:
        return self._list("get_quote_tweets", native_id, **READING, **where)

    def direct(self, **where: Any) -> dict[str, Any]:
        self._need_user()
        return self._list("get_direct_message_events", kind="direct", **DIRECT, **where)

    def posts(self, ids: list[str], *, fields: list[str] | None = None) -> dict[str, Any]:
        """Up to 100 posts by id; what is missing stands in `errors`."""
        wanted = {"tweet_fields": fields} if fields else READING
        body = self._read("get_tweets", ids, **wanted)
        if not body.get("data") and not body.get("errors"):
            raise Unavailable(account=self.line.account, detail="empty")
        self._owe(prices.reading(body, owned=False))
        return body

    def create(self, text: str, media_ids: list[str], reply_to: str | None, poll: Poll | None = None) -> str:
        """The id of the new post."""
        asked = {"poll_options": list(poll.options), "poll_duration_minutes": poll.minutes} if poll else {}
        said = {"text": text or None, "media_ids": media_ids or None, "in_reply_to_tweet_id": reply_to or None}
        given = self._write("create_tweet", **said, **asked)
        return self._id(given, "id")

    def message(self, participant: str, text: str) -> str:
        """The id of the new direct message."""
        return self._id(self._write("create_direct_message", participant_id=participant, text=text), "dm_event_id")

    def hide(self, native_id: str, hidden: bool) -> None:
        """Uncertain unless X says that it is so now."""
        self._done(self._write("hide_reply" if hidden else "unhide_reply", native_id), "hidden", hidden)

    def delete(self, native_id: str) -> None:
        """Uncertain unless X says that it is so now; Gone for what was not there."""
        self._done(self._write("delete_tweet", native_id), "deleted", True)

    def raw(self, method: str, path: str, *, json: Any = None, params: Mapping[str, str] | None = None) -> dict[str, Any]:
        """A v2 endpoint that tweepy does not know."""
        self._need_user()
        with self.line.call(writing=method != "GET", kind=f"{method[0]}{path.rpartition('/')[2][:7]}"):
            given: dict[str, Any] = self._tweepy._make_request(
                method, path, params=dict(params or {}), endpoint_parameters=tuple(params or ()), json=json, user_auth=True
            )
        return given

    def _read(self, name: str, *args: Any, **where: Any) -> dict[str, Any]:
        with self.line.call(kind=WINDOWS[name]):
            given: dict[str, Any] = getattr(self._tweepy, name)(*args, user_auth=self.as_user, **_set(where))
        return given

    def _list(self, name: str, *args: Any, owned: bool = False, kind: str = "post", **where: Any) -> dict[str, Any]:
        """A list; one without `meta` and `data` is no healthy answer. CursorExpired where the paging token was refused."""
        try:
            body = self._read(name, *args, **where)
        except Rejected as error:
            if where.get("pagination_token") or where.get("next_token") or where.get("since_id"):
                raise CursorExpired(account=self.line.account, detail=str(error.details["detail"])) from None
            raise
        if not isinstance(body.get("meta"), dict) and not isinstance(body.get("data"), list):
            raise Unavailable(account=self.line.account, detail="empty")
        self._owe(prices.reading(body, owned=owned, kind=kind))
        return body

    def bill(self) -> Bill:
        """What the calls since the last bill used."""
        owed, self._owed = self._owed, {}
        return self.line.bill(owed)

    def _owe(self, things: Mapping[str, int]) -> None:
        """Keep for the bill what an answer held; X charges the first price of the day."""
        self._owed = {**things, **self._owed}

    def _write(self, name: str, *args: Any, **what: Any) -> dict[str, Any]:
        self._need_user()
        with self.line.call(writing=True, kind=WINDOWS[name]):
            given: dict[str, Any] = getattr(self._tweepy, name)(*args, user_auth=True, **_set(what))
        return given

    def _id(self, given: Mapping[str, Any], name: str) -> str:
        data = given.get("data")
        if not isinstance(data, Mapping) or not data.get(name):
            raise Uncertain(account=self.line.account, detail="no_id")
        return str(data[name])

    def _done(self, given: Mapping[str, Any], name: str, wanted: bool) -> None:
        data = given.get("data")
        if isinstance(data, Mapping) and data.get(name) is wanted:
            return
        problems = [p for p in given.get("errors") or () if isinstance(p, Mapping)]
        if problems and all(str(p.get("type", "")).endswith("/resource-not-found") for p in problems):
            raise Gone(account=self.line.account, detail="resource-not-found")
        raise Uncertain(account=self.line.account, detail="no_success")

    def _need_user(self) -> None:
        if not self.as_user:
            raise NotPossible(account=self.line.account, detail="user_tokens_missing")


def _set(where: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in where.items() if value is not None}
