"""instagrapi behind our line: only its signed `private_request` and its upload, never its lists and never its login.

Its list calls turn a network error into an empty list, so lists are asked for raw. Its photo_upload sleeps three seconds and asks
up to ten times, so its two halves are called instead. Its waits before a request and between retries are set to nought; those
before its own second attempts (after a 408 or a cut body) can't be set, but the adapter turns both into ConnectionError, after
which it makes none.
"""

import json
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import requests

from connectors import errors, gauge
from connectors.line import Line
from connectors.transport import Wire
from core.errors import CursorExpired, Rejected, Unavailable, Uncertain

with warnings.catch_warnings():  # its import silences urllib3's warning about unverified certificates for the whole process
    warnings.simplefilter("ignore", SyntaxWarning)
    import instagrapi

Json = Mapping[str, Any]
HOSTS = ("i.instagram.com",)


class Mobile:
    """One account's session. `own_id` is its private number."""

    def __init__(self, account: str, own_id: str, secrets: Mapping[str, str], wire: Wire) -> None:
        self.account = account
        session_id = secrets.get("session_id", "")
        self.line = Line(account, wire, {**secrets, "plain": unquote(session_id)}, errors.private, gauge.silent)
        opened = {"ds_user_id": own_id, "sessionid": session_id, "should_use_header_over_cookies": True}
        self._client = instagrapi.Client(
            settings={"authorization_data": opened},
            delay_range=None,
            request_timeout=0,
            session_retry_total=0,
            public_request_retries_count=0,
            private_transport="requests",
            with_challenge_flow=False,  # it would ask for a code at the terminal, and then send the request again
        )
        for session in [part for part in vars(self._client).values() if isinstance(part, requests.Session)]:
            self.line.adapter.mount_on(session, *HOSTS)

    def rows(self, path: str, name: str, params: Mapping[str, str] | None = None) -> Json:
        """A list answer; one without the list `name` is no healthy answer. CursorExpired where paging was refused."""
        try:
            body = self.get(path, params)
        except Rejected as error:
            if params and params.keys() & {"max_id", "min_id", "cursor"}:
                raise CursorExpired(account=self.account, detail=str(error.details["detail"])) from None
            raise
        if not isinstance(body.get(name), list | dict):
            raise Unavailable(account=self.account, detail="empty")
        return body

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Json:
        with self.line.call():
            body = self._client.private_request(path, params=dict(params) if params else None)
        return body if isinstance(body, Mapping) else {}

    def post(self, path: str, data: Mapping[str, Any], *, signed: bool = True) -> Json:
        """A write; Uncertain unless the answer says `ok`."""
        with self.line.call(writing=True):
            whole = self._client.with_action_data(dict(data)) if signed else {**data, "_uuid": self._client.uuid}
            body = self._client.private_request(path, whole, with_signature=signed)
        return self.succeeded(body)

    def upload(self, path: Path, upload_id: str) -> tuple[int, int]:
        """Bring a picture up, where nobody sees it; its width and height. Rejected for a file that is no picture."""
        try:
            with self.line.call(writing=True):
                _, width, height = self._client.photo_rupload(path, upload_id)
        except (ValueError, OSError):  # raised before anything was sent: what fails on the way is a PlatformError
            raise Rejected(account=self.account, detail="image_unreadable") from None
        return int(width), int(height)

    def configure(self, upload_id: str, size: tuple[int, int], caption: str) -> Json:
        """Make the picture a post."""
        with self.line.call(writing=True):
            body = self._client.photo_configure(upload_id, *size, caption)
        return self.succeeded(body)

    def token(self) -> str:
        """A fresh idempotence token."""
        return str(self._client.generate_uuid())

    def succeeded(self, body: Any) -> Json:
        if not isinstance(body, Mapping) or body.get("status") != "ok":
            raise Uncertain(account=self.account, detail="no_success")
        return body


def dumps(value: Any) -> str:
    """JSON as the mobile app writes it."""
    return json.dumps(value, separators=(",", ":"))
