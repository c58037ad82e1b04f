"""Shared by all rooms' tests: both databases, a clock moved by hand, the simulated platforms, people of every role.

Every test that takes `db` runs twice, on SQLite and on a real PostgreSQL server (started once a session).
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from argon2 import PasswordHasher
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"

# no test may read the developer's own .env, keys or database
for name in [n for n in os.environ if n.startswith(("MAJLIS_", "FACEBOOK_", "INSTAGRAM_", "META_", "X_", "I_ACCEPT_"))]:
    del os.environ[name]
os.environ["MAJLIS_VAR_DIR"] = tempfile.mkdtemp(prefix="majlis-test-")

from core import auth  # noqa: E402 (the environment is cleaned first)
from core import db as door  # noqa: E402 (the environment is cleaned first)
from core.clock import Hands, running  # noqa: E402 (the environment is cleaned first)
from core.db import Database  # noqa: E402
from core.settings import Settings, load  # noqa: E402
from migrations import create_schema  # noqa: E402
from tests.postgres import Postgres  # noqa: E402 (the environment is cleaned first)

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# by default structlog draws every frame of a logged error with all its variables: seconds of work nobody looks at
_plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[*structlog.get_config()["processors"][:-1], _plain])

START = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Dubai


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: tests that wait for a browser or a process leave one idle a third of the time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that need a browser or processes of their own come first: at the end one core would wait for the other's last file."""
    long = {
        item.path
        for item in items
        if "browser" in getattr(item, "fixturenames", ()) or item.path.parent.name in ("journeys", "console")
    }
    items.sort(key=lambda item: item.path not in long)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Passwords are hashed as everywhere, with the least work: it takes a tenth of a second on purpose, and most tests have staff.

    What the shipped hasher asks for is held by tests/core/test_hashing.py.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(auth, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture(scope="session", autouse=True)
def no_power_cuts() -> Iterator[Callable[[Any, Any], None]]:
    """SQLite leaves it to the system when a commit reaches the disk: each would wait for milliseconds, and no test cuts the power.

    What the shipped connection asks for, which this yields, is held by tests/core/test_db.py.
    """
    connected = door._sqlite_connected

    def hasty(connection: Any, record: Any) -> None:
        connected(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door, "_sqlite_connected", hasty)
        yield connected


@pytest.fixture(scope="session", autouse=True)
def statements_made_once() -> Iterator[None]:
    """What one test's engine has compiled serves the engines of all: it depends on the kind of database alone, and was a third of
    the work of tests, each of which has an engine of its own."""
    made: dict[type, LRUCache[Any, Any]] = {}

    def sharing(*given: Any, **options: Any) -> Engine:
        engine = create_engine(*given, **options)
        engine._compiled_cache = made.setdefault(type(engine.dialect), LRUCache(3000))
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DefaultDialect, "__eq__", lambda one, other: type(one) is type(other))
        patch.setattr(DefaultDialect, "__hash__", lambda one: hash(type(one)))
        patch.setattr(door, "create_engine", sharing)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    # not in pytest's own folder: run as root the server has a user of its own, whom the next pytest session would shut out of there
    with tempfile.TemporaryDirectory(prefix="majlis-pg-", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder))
        yield server
        server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    database = Database(f"sqlite:///{path}")
    create_schema(database)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return path


def fresh_on(store: str, request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    """The address of a fresh database with our schema, on this store; for fixtures of any scope."""
    if store == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "majlis.db")
        yield f"sqlite:///{folder / 'majlis.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.fresh()
    yield url
    server.back(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a fresh database with our schema, on each store in turn."""
    yield from fresh_on(request.param, request, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it, on each store in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'var' / 'majlis.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.empty()
    yield url
    server.back(url)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """An open, empty, migrated database on each store in turn."""
    database = Database(database_url)
    yield database
    database.dispose()


@pytest.fixture
def hands() -> Iterator[Hands]:
    """The process's clock, standing at Tuesday 10:00 in Dubai until a test moves it."""
    clock = Hands(START)
    with running(clock):
        yield clock


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Default settings over a folder of the test's own."""
    return load(MAJLIS_VAR_DIR=str(tmp_path / "var"))


@pytest.fixture(scope="session")
def browser() -> "Iterator[Browser]":
    """One Chromium for every test of this process that needs one (Playwright can be started once only); none is a failure."""
    from playwright.sync_api import expect, sync_playwright

    from tools.browser import FLAGS, NoBrowser, find_browser

    try:
        executable = find_browser()
    except NoBrowser as e:
        pytest.fail(str(e))
    expect.set_options(timeout=30_000)  # what is expected comes at once where nothing else runs; only a failure takes as long
    with sync_playwright() as tool:
        opened = tool.chromium.launch(executable_path=str(executable), headless=True, args=list(FLAGS))
        yield opened
        opened.close()
