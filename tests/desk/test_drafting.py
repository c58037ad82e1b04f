"""The boxes of the editor: one an account, each called so that nobody mistakes one page for another."""

from typing import Any

import pytest

from core.errors import MajlisError
from core.models import Account
from desk import drafting, session, store


def test_two_pages_of_one_platform_are_never_called_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_account: Account) -> Any:
        raise MajlisError

    monkeypatch.setattr(session, "lang", lambda: "en")
    monkeypatch.setattr(store, "connections", lambda: closed)
    pages = [Account(id=n, platform="facebook", native_id=str(100 + n)) for n in range(2)]
    labels = [drafting._account(page)["label"] for page in pages]
    assert labels == ["Facebook 100", "Facebook 101"]
    assert drafting._account(Account(id=3, platform="facebook", native_id="1", name="الوزارة"))["label"] == "الوزارة"
