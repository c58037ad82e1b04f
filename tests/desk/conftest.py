"""What the desk's tests share: a ministry with people of every role and a morning's messages, a running desk, a browser."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.request import urlopen

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import Browser, Locator, Page, expect
from sqlmodel import select
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from connectors.contract import Can, Message, Surface
from core import auth
from core.actors import OPERATING, ROLES
from core.auth import actor_of
from core.clock import now
from core.db import Database
from core.models import Account, User
from core.settings import Settings, load
from core.vault import Vault, open_vault
from desk import store
from desk.session import DOOR
from inbox.models import Item
from inbox.receive import receive
from migrations import create_schema
from outbox.enqueue import enqueue
from outbox.models import Delivery
from policies import edition
from scheduler import posts

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a long password"
SECRETS = {
    "facebook": {"token": "t", "app_secret": "s"},
    "instagram": {"token": "t", "app_secret": "s"},
    "x": dict.fromkeys(("bearer_token", "api_key", "api_secret", "access_token", "access_secret"), "t"),
}
ABLE = Can(reply=True, reply_privately=True, hide=True, delete=True)
TRAP = "![t](http://127.0.0.1:{port}/pixel) :red-background[بيان رسمي] <img src=http://127.0.0.1:{port}/img> **وزارة** [هنا](http://127.0.0.1:{port}/)"


@dataclass
class Ministry:
    """Who works here and what was said: ids by name."""

    users: dict[str, int] = field(default_factory=dict)
    items: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)


def messages(account: str, trap_port: int) -> list[tuple[str, Message]]:
    """A morning on one page: (name, message)."""
    moment = now() - timedelta(hours=2)
    said: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("question", "متى يبدأ التسجيل في برنامج نافس؟", {}),
        ("wages", "راتبي متأخر شهرين والشركة لا ترد على أحد", {}),
        ("english", "My salary has been delayed for two months, where do I complain?", {}),
        ("idea", "أقترح إضافة خدمة الدفع بالتقسيط في التطبيق", {}),
        ("identity", "هذا رقم هوية صاحب الشركة 784-1985-1234567-3 ورقمه 0501234567", {}),
        ("aside", "كلام لا يُرد عليه إلا على الخاص", {"can": Can(reply=False, reply_privately=True, why_no_reply="no_reply")}),
        ("abuse", "موظفينكم حمير وما يفهمون", {}),
        ("trap", TRAP.format(port=trap_port), {}),
        ("mention", "@MinistryDemo كم رسوم تصريح العمل؟", {}),
        ("private", "رقم هاتفي 0501234567 أرجو التواصل", {"surface": Surface.DIRECT, "parent_id": None, "root_id": None}),
        ("mute", "كلام لا يُرد عليه من هنا", {"can": Can(reply=False, why_no_reply="no_reply")}),
        ("gone", "", {"deleted": True}),
    )
    out = []
    for place, (name, text, fields) in enumerate(said):
        given: dict[str, Any] = {
            "surface": Surface.COMMENT,
            "parent_id": "p1",
            "root_id": "p1",
            "can": ABLE,
            "author_name": "سالم الكتبي",
            **fields,
        }
        out.append(
            (
                name,
                Message(
                    account=account,
                    native_id=name,
                    author_id=f"author-{place}",
                    text=text,
                    created_at=moment + timedelta(minutes=place),
                    permalink=f"https://platform.test/{name}",
                    **given,
                ),
            )
        )
    ours = Message(account, "p1", Surface.POST, "us", "ينطلق التسجيل يوم الأحد.", moment - timedelta(hours=1), own=True)
    return [("post", ours), *out]


def hire(db: Database) -> None:
    """A person of every role, and `staff` who has several. Their passwords are hashed cheaply: ten of them a test take a second."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with patch.object(auth, "_hasher", cheap), db.write() as session:
        for role in ROLES:
            auth.add_user(session, OPERATING, role, PASSWORD, [role], f"موظف {role}")
        auth.add_user(session, OPERATING, "staff", PASSWORD, ["agent", "moderator", "author"], "سارة المنصوري")


def furnish(db: Database, vault: Vault, settings: Settings, trap_port: int = 9) -> Ministry:
    """Fill an empty, migrated database through the verbs that staff and worker use."""
    house = Ministry()
    hire(db)
    with db.write() as session:
        house.users = {user.username: user.id or 0 for user in session.exec(select(User))}
        pages = {}
        for platform, native_id in (("facebook", "100"), ("x", "200"), ("instagram", "300")):
            backend = "graph" if platform == "instagram" else ""
            sealed = vault.seal(SECRETS[platform])
            page = Account(platform=platform, native_id=native_id, name=f"الوزارة {native_id}", backend=backend, sealed=sealed)
            session.add(page)
            session.flush()
            pages[platform], house.accounts[platform] = page, page.id or 0
        given = messages("facebook:100", trap_port)
        receive(session, pages["facebook"], [message for _, message in given], edition.current(), settings=settings)
        for item in session.exec(select(Item)):
            house.items[item.native_id] = item.id or 0
        author = actor_of(session.get_one(User, house.users["author"]))
        tomorrow = now() + timedelta(days=1)
        texts = {house.accounts["facebook"]: "خبر اليوم: ينطلق التسجيل.", house.accounts["x"]: "ينطلق التسجيل اليوم."}
        draft = posts.draft(session, author, kind="news", title="انطلاق التسجيل", texts=texts, at=tomorrow, pair_why="خبر محلي")
        posts.submit(session, author, draft)
        posts.draft(session, author, kind="news", title="مسودة", texts=texts, at=now() + timedelta(days=2))
        for state in ("needs_decision", "missed", "held", "uncertain"):
            stuck = enqueue(session, author, kind="post", account=pages["x"], ref=f"stuck:{state}")
            session.flush()
            row = session.get_one(Delivery, stuck.id)
            row.state, row.reason = state, "several"
            session.add(row)
    return house


@pytest.fixture(scope="session", autouse=True)
def components_looked_for_once() -> Iterator[None]:
    """Each run of an AppTest reads the metadata of all that is installed to find components: two thirds of all its work. A desk in
    service does so once, as it starts."""
    with patch.object(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests)):
        yield


@pytest.fixture
def ministry(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ministry]:
    """A filled database behind the desk's own store, on each store in turn."""
    monkeypatch.setenv("MAJLIS_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("MAJLIS_DATABASE_URL", database_url.replace("postgresql+psycopg:", "postgresql:"))
    store.forget()
    yield furnish(store.database(), store.vault(), load())
    store.forget()


@pytest.fixture
def empty_house(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The desk's store over an empty database that has one user of every role and nothing else."""
    monkeypatch.setenv("MAJLIS_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("MAJLIS_DATABASE_URL", database_url.replace("postgresql+psycopg:", "postgresql:"))
    store.forget()
    hire(store.database())
    yield
    store.forget()


@pytest.fixture
def token() -> Callable[[str], str]:
    """`token("agent")`: a signed-in desk session of that user."""

    def sign_in(username: str) -> str:
        return auth.sign_in(store.database(), username, PASSWORD)

    return sign_in


def parts(app: AppTest) -> list[dict[str, Any]]:
    """What each component of ours on the page was given."""
    return [json.loads(one.proto.json or one.proto.bytes) for one in app.get("bidi_component")]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Canary:
    """A listener that nobody may ever call: counts who does."""

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self._socket.listen(16)
        self._socket.setblocking(False)
        self.port = int(self._socket.getsockname()[1])

    def hits(self) -> int:
        count = 0
        while True:
            try:
                connection, _ = self._socket.accept()
            except BlockingIOError:
                return count
            connection.close()
            count += 1

    def close(self) -> None:
        self._socket.close()


@dataclass(frozen=True)
class Running:
    """A desk that answers at `url`, its people, and the database it stands on."""

    url: str
    house: Ministry
    db: Database
    canary: Canary


def started(command: Sequence[str], folder: Path, **more: str) -> Iterator[Running]:
    """A filled house on SQLite in `folder`, and a desk over it: `command` gets the port it shall listen on as its last word, and
    `more` stands in its environment, where `{port}` is that port."""
    settings = load(MAJLIS_VAR_DIR=str(folder))
    db = Database(settings.database)
    create_schema(db)
    canary = Canary()
    house = furnish(db, open_vault(settings), settings, canary.port)
    port = free_port()
    given = {name: value.replace("{port}", str(port)) for name, value in more.items()}
    environment = {**os.environ, "MAJLIS_VAR_DIR": str(folder), "PYTHONPATH": str(ROOT), **given}
    log = (folder / "desk.log").open("w")
    process = subprocess.Popen(
        [sys.executable, "-m", *command, str(port)], cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        wait(f"http://127.0.0.1:{port}/_stcore/health", process, folder / "desk.log")
        yield Running(f"http://127.0.0.1:{port}", house, db, canary)
    finally:
        process.terminate()
        process.wait(60)
        log.close()
        canary.close()
        db.dispose()


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`python -m desk.serve`."""
    yield from started(["desk.serve", "--port"], tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """`streamlit run dashboard.py`, without our gate."""
    folder = tmp_path_factory.mktemp("plain")
    yield from started(["streamlit", "run", "dashboard.py", "--server.address", "127.0.0.1", "--server.port"], folder)


def wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end:
        if process.poll() is not None:
            break
        try:
            with urlopen(url, timeout=1) as answer:  # noqa: S310 (loopback)
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the desk did not start: {log.read_text()[-2000:]}")


#: our components before their script has run
UNDRAWN = ".mj .open:empty, .mj label.for:empty, .mj .list:not([aria-label]), .mj .views:not([aria-label])"


class Seat:
    """A person at the desk in a browser of his own."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.foreign: list[str] = []
        self.broken: list[str] = []
        page.on("request", self._note)
        page.on("pageerror", lambda error: self.broken.append(str(error)))
        page.on("console", lambda said: self.broken.append(said.text) if said.type == "error" else None)

    def _note(self, request: object) -> None:
        address = str(getattr(request, "url", ""))
        if not address.startswith((self.url, self.url.replace("http", "ws", 1), "data:", "blob:")):
            self.foreign.append(address)

    def sign_in(self, username: str, path: str = "/inbox", lang: str = "ar") -> "Seat":
        self.page.goto(f"{self.url}/lang/{lang}?back=/auth/login")
        self.page.goto(f"{self.url}/auth/login?next={path}")
        self.page.fill("#username", username)
        self.page.fill("#password", PASSWORD)
        self.page.click("button[type=submit]")
        return self.rest()

    def open(self, path: str) -> "Seat":
        self.page.goto(self.url + path)
        return self.rest()

    def rest(self) -> "Seat":
        """Wait until the page has run and is drawn."""
        self.page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=90_000)
        expect(self.page.locator("[data-testid=stSkeleton]")).to_have_count(0, timeout=90_000)
        expect(self.page.locator(UNDRAWN)).to_have_count(0, timeout=90_000)
        return self

    @property
    def box(self) -> Locator:
        return self.page.locator("textarea#reply")


def seating(browser: Browser, url: str) -> Iterator[Callable[[], Seat]]:
    """`one()`: a fresh browser profile at the desk of that address."""
    contexts = []

    def one() -> Seat:
        context = browser.new_context(viewport={"width": 1440, "height": 960})
        contexts.append(context)
        return Seat(context.new_page(), url)

    yield one
    for context in contexts:
        context.close()


@pytest.fixture
def seat(browser: Browser, running: Running) -> Iterator[Callable[[], Seat]]:
    """`seat()`: a fresh browser profile at the running desk."""
    yield from seating(browser, running.url)


@pytest.fixture
def plain_seat(browser: Browser, plain: Running) -> Iterator[Callable[[], Seat]]:
    """`plain_seat()`: a fresh browser profile at the desk that Streamlit alone serves."""
    yield from seating(browser, plain.url)


@pytest.fixture(autouse=True)
def plain_door() -> Iterator[None]:
    """Whatever started a desk of its own in this process leaves the next test without one."""
    DOOR.asgi = False
    yield
    DOOR.asgi = False
