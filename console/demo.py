"""`manage.py demo`: a ministry's day on simulated platforms, everything on our side real.

Sandbox, worker, desk and portal are processes of their own; the staff of the demo (console.staff) act in this one, through the
same verbs as the desk. Its database is new every time, under var/demo. A user's own .env never reaches the demo's accounts.
"""

import os
import shutil
import sys
import threading
from collections.abc import Mapping

from console.ports import free_port, wait_for
from console.printing import say
from console.supervise import Child, Supervisor, own
from core.errors import ConfigurationError
from core.i18n import t
from core.settings import settings
from core.why import Why

PATIENCE = 90.0


def demo(accounts: Mapping[str, str]) -> None:
    """Run until Ctrl-C. `accounts`: the variables of the simulated accounts."""
    folder = settings().var_dir / "demo"
    shutil.rmtree(folder, ignore_errors=True)
    taken: set[int] = set()
    desk, portal, sandbox = (free_port(port, taken) for port in (8501, 8000, 8099))
    urls = {"desk": f"http://127.0.0.1:{desk}", "portal": f"http://127.0.0.1:{portal}", "sandbox": f"http://127.0.0.1:{sandbox}"}
    os.environ.update(
        accounts,
        MAJLIS_PLATFORM_URL=urls["sandbox"],
        MAJLIS_PUBLIC_URL=urls["portal"],
        MAJLIS_DATABASE_URL=f"sqlite:///{folder / 'majlis.db'}",
        MAJLIS_VAR_DIR=str(folder),
        MAJLIS_DESK_PORT=str(desk),
        MAJLIS_PORTAL_PORT=str(portal),
        MAJLIS_POLL_S="5",
        MAJLIS_LOG_LEVEL="warning",
        INSTAGRAM_BACKEND="graph",
    )
    settings.cache_clear()
    say(t("console.demo.starting", "ar") + "\n" + t("console.demo.starting", "en"))
    platforms = Child("sandbox", own("sandbox", "--port", str(sandbox), "--citizens"))
    supervisor = Supervisor([platforms], os.environ)
    supervisor.start()
    try:
        _must_answer(urls["sandbox"] + "/__sandbox/health")
        from console.staff import Staff

        staff = Staff()
        rooms = Supervisor([Child(part, own(part)) for part in ("worker", "desk", "portal")], os.environ)
        rooms.start()
        supervisor.children += rooms.children
        _must_answer(urls["desk"] + "/", urls["portal"] + "/health")
        _ready(urls, staff.people())
        threading.Thread(target=staff.work, args=(supervisor.stopping,), name="staff", daemon=True).start()
        supervisor.run()
    finally:
        supervisor.stop()
    say(t("console.demo.ended", "ar") + "  " + t("console.demo.ended", "en"))


def _must_answer(*urls: str) -> None:
    if silent := wait_for(list(urls), PATIENCE):
        raise ConfigurationError(name="demo", why=Why("silent", seconds=int(PATIENCE), urls=", ".join(silent)))


def _ready(urls: Mapping[str, str], people: list[tuple[str, str, str]]) -> None:
    """The line that tools wait for, and who to sign in as."""
    sys.stdout.write("READY " + " ".join(f"{name}={url}" for name, url in urls.items()) + "\n")
    sys.stdout.flush()
    say(t("console.demo.sign_in", "ar") + " · " + t("console.demo.sign_in", "en"))
    for name, password, roles in people:
        say(f"  {name:<8} {password}   {roles}")
    say(
        t("console.demo.walls", "ar", url=urls["sandbox"] + "/__sandbox/")
        + "\n"
        + t("console.demo.walls", "en", url=urls["sandbox"] + "/__sandbox/")
    )
