"""facebook-sdk behind our line: each method is one call to the Graph API and gives its JSON.

facebook-sdk never looks at the HTTP status and knows no version later than 3.1, so the status is judged in the adapter, the
version is set after construction, and every success is checked here for the field that makes it one (PLATFORMS 1.2).
"""

import hashlib
import hmac
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import parse_qs, urlsplit

import requests

from connectors import errors, gauge
from connectors.line import Line
from connectors.meta.attached import without
from connectors.transport import Wire
from connectors.unread import onward
from core.errors import CursorExpired, Disconnected, PlatformError, RateLimited, Rejected, TokenExpired, Unavailable, Uncertain

with warnings.catch_warnings():  # an invalid escape in its source, which later Pythons complain of at every first import
    warnings.simplefilter("ignore")
    import facebook as sdk

Json = Mapping[str, Any]
#: rows of a list at most
MOST = 100
HOSTS = ("graph.facebook.com", "graph.instagram.com")


@dataclass(frozen=True, slots=True)
class Rows:
    """One page of a list; `after` is None on the last."""

    data: tuple[Json, ...]
    after: str | None = None


class Graph:
    """One token's way to the Graph API."""

    def __init__(self, account: str, secrets: Mapping[str, str], wire: Wire) -> None:
        self.account = account
        self._token = secrets.get("token", "")
        app_secret = secrets.get("app_secret", "")
        self._proof = (
            {"appsecret_proof": hmac.new(app_secret.encode(), self._token.encode(), hashlib.sha256).hexdigest()}
            if app_secret
            else {}
        )
        self.line = Line(account, wire, {**secrets, **self._proof}, errors.graph, gauge.meta)
        session = requests.Session()
        self.line.adapter.mount_on(session, *HOSTS)
        self._sdk = sdk.GraphAPI(self._token, session=session, timeout=wire.read_s)
        self._sdk.version = wire.graph_version
        self._lean = False
        self._most = MOST

    def get(self, path: str, **params: Any) -> Json:
        """An object; one without `id` or `data` is no healthy answer."""
        body = self._call(path, params)
        if not ({"id", "data"} & body.keys()):
            raise Unavailable(account=self.account, detail="empty")
        return body

    def rows(self, path: str, after: str | None = None, **params: Any) -> Rows:
        """A page of a list. CursorExpired where the paging cursor was refused.

        A list that is too much data at once fails as any fault of Meta's does, so after one a shorter one is asked for."""
        if "limit" in params:
            params["limit"] = min(params["limit"], self._most)
        try:
            body = self._call(path, {**params, **({"after": after} if after else {})})
        except Rejected as error:
            if after:
                raise CursorExpired(account=self.account, detail=str(error.details["detail"])) from None
            raise
        except Unavailable as error:
            if error.details["detail"] == errors.ANY_FAULT:
                self._most = max(self._most // 4, 1)
            raise
        self._most = min(self._most * 2, MOST)
        return rows_of(body, self.account)

    def create(self, path: str, **fields: str) -> str:
        """The id of what was made."""
        return self._made(self._write("POST", path, fields))

    def upload(self, path: str, file: BinaryIO, **fields: str) -> str:
        """The id of what was made of a file."""
        return self._made(self._write("POST", path, fields, file))

    def _made(self, body: Json) -> str:
        native_id = body.get("id") or body.get("message_id")
        if not native_id:
            raise Uncertain(account=self.account, detail="no_id")
        return str(native_id)

    def comment(self, parent_id: str, message: str) -> str:
        """A reply beneath `parent_id`: POST /{parent}/comments, never POST /{comment}, which would edit the citizen's words."""
        with self._ready(writing=True):
            given = self._sdk.put_object(parent_id, "comments", message=message, **self._proof)
        if not isinstance(given, Mapping) or not given.get("id") or given["id"] == parent_id:
            raise Uncertain(account=self.account, detail="no_id")
        return str(given["id"])

    def change(self, path: str, **fields: Any) -> None:
        """A change that may be said again without harm."""
        self._succeed(self._write("POST", path, fields))

    def delete(self, path: str) -> None:
        with self._ready(writing=True):
            body = self._sdk.request(f"{self._sdk.version}/{path}", args=dict(self._proof), method="DELETE")
        self._succeed(body)

    def must_be_page(self, page_id: str | None = None) -> Json:
        """Disconnected for a token that is not a Page's: to a person's token Meta answers every list of comments with nothing.

        What debug_token says is given back ({} where it may not be asked); with `page_id`, the token must be that page's.
        """
        facts = self.token_facts()
        kind = str(facts.get("type") or "PAGE").upper()
        if facts.get("is_valid") is False:
            raise TokenExpired(account=self.account, detail="190")
        if kind == "USER":
            raise Disconnected(account=self.account, detail="user_token")
        if page_id and str(self.get("me", fields="id").get("id")) != page_id:
            raise Disconnected(account=self.account, detail="another_account")
        return facts

    def token_facts(self) -> Json:
        """debug_token of our own token; {} where Meta does not let it ask about itself."""
        try:
            data = self._call("debug_token", {"input_token": self._token}).get("data")
        except (TokenExpired, RateLimited, Unavailable):
            raise
        except PlatformError:
            return {}
        return data if isinstance(data, Mapping) else {}

    def _call(self, path: str, params: Mapping[str, Any]) -> Json:
        """What hangs from messages is asked for until the API says that it does not know it: their words come in all the same."""
        lean = {**params, "fields": without(params["fields"])} if "fields" in params else params
        if self._lean or lean == params:
            return self._asked(path, lean)
        try:
            return self._asked(path, params)
        except Rejected as refused:
            if refused.details["detail"] != errors.FIELD_UNKNOWN:
                raise
        body = self._asked(path, lean)
        self._lean = True
        return body

    def _asked(self, path: str, params: Mapping[str, Any]) -> Json:
        with self._ready(writing=False):
            body = self._sdk.request(f"{self._sdk.version}/{path}", args={**params, **self._proof})
        return body if isinstance(body, Mapping) else {}

    def _write(self, method: str, path: str, fields: Mapping[str, Any], file: BinaryIO | None = None) -> Json:
        files = {"source": file} if file else None
        with self._ready(writing=True):
            body = self._sdk.request(f"{self._sdk.version}/{path}", post_args={**fields, **self._proof}, files=files, method=method)
        return body if isinstance(body, Mapping) else {}

    def _succeed(self, body: Any) -> None:
        if not isinstance(body, Mapping) or not (body.get("success") is True or body.get("id")):
            raise Uncertain(account=self.account, detail="no_success")

    def _ready(self, *, writing: bool) -> Any:
        if not self._token:
            raise Disconnected(account=self.account, detail="token_missing")  # facebook-sdk would raise AssertionError
        return self.line.call(writing=writing)


def rows_of(body: Json, account: str = "") -> Rows:
    """A list's rows and its next cursor; Unavailable where there is no list. `next` decides whether there is more: the cursor of
    a last page is there too, and `next` itself, which carries the token, is not followed."""
    data = body.get("data")
    if not isinstance(data, list):
        raise Unavailable(account=account, detail="empty")
    paging = body.get("paging")
    cursors = paging.get("cursors") if isinstance(paging, Mapping) else None
    more = isinstance(paging, Mapping) and paging.get("next")
    after = cursors.get("after") if isinstance(cursors, Mapping) else None
    if more and not after:
        after = _from_address(str(more))
    return Rows(tuple(row for row in data if isinstance(row, Mapping)), onward(after, account) if more else None)


def _from_address(address: str) -> str | None:
    return next(iter(parse_qs(urlsplit(address).query).get("after", [])), None)
