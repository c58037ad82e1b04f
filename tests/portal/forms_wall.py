"""Somebody filling in the forms of the portal: reads a page, types, presses its buttons; carries cookies as his browser does."""

import re
from html import unescape
from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

WORDS = "لم يُصرف راتبي منذ شهرين <b>والكفيل</b> لا يجيب"


class Citizen:
    """One browser at one door."""

    def __init__(self, door: TestClient) -> None:
        self.door = door
        self.page = ""

    def open(self, path: str) -> Response:
        answer = self.door.get(path)
        self.page = answer.text
        return answer

    def hidden(self) -> dict[str, Any]:
        """What the page's forms carry unseen; all `kept` files."""
        main = self.page[self.page.index("<main") :]
        found = [(name, unescape(value)) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', main)]
        return dict(found) | {"kept": [unescape(v) for v in re.findall(r'name="kept" value="([^"]*)"', main)]}

    def press(self, path: str, files: list[tuple[str, bytes]] | None = None, **typed: str) -> Response:
        """Send the form of this page with what was typed."""
        parts = [("files", (name, content)) for name, content in files or []]
        answer = self.door.post(path, data={**self.hidden(), **typed}, files=parts or None)
        self.page = answer.text
        return answer

    def preview(self, form: str = "/complaint", files: list[tuple[str, bytes]] | None = None, **typed: str) -> Response:
        """Fill in a form and go to its preview."""
        self.open(form)
        return self.press(form, files, **{"text": WORDS, "step": "preview", **typed})

    def file(self, form: str = "/complaint", files: list[tuple[str, bytes]] | None = None, **typed: str) -> tuple[str, str]:
        """Fill in a form, read it once more, send it: number and secret of its case."""
        assert self.preview(form, files, **typed).status_code == 200, self.problems()
        assert self.press(form, step="send").status_code == 200, self.problems()
        return self.receipt()

    def receipt(self) -> tuple[str, str]:
        found = re.search(r'href="[^"]*/track/(M-[0-9A-Z-]+)/([0-9A-Z]+)"', self.page)
        assert found is not None
        return found[1], found[2]

    def problems(self) -> list[str]:
        """What the page says is wrong, by the field each line leads to."""
        box = re.search(r'id="problems".*?</div>', self.page, re.DOTALL)
        return re.findall(r'href="#([\w-]+)"', box[0]) if box else []
