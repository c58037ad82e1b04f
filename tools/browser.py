"""Finds a browser for tests and pictures: $CHROMIUM, an installed one, apt where we are root on Debian, else playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
#: headless in a container, and silent towards the world outside
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
WHAT_TO_DO = "set CHROMIUM to the path of a Chromium or Chrome, install the package chromium, or run: playwright install chromium"


class NoBrowser(RuntimeError):
    """No browser is here and none could be installed; the message says what to do."""


def find_browser() -> Path:
    """The browser's executable. Raises NoBrowser, also for a $CHROMIUM that names nothing that can be run."""
    if given := os.environ.get("CHROMIUM"):
        if not os.access(given, os.X_OK) or not Path(given).is_file():
            raise NoBrowser(f"CHROMIUM={given} can't be run: {WHAT_TO_DO}")
        return Path(given)
    found = _installed() or _by_apt() or _playwrights_own()
    if found is None:
        raise NoBrowser(f"no browser: {WHAT_TO_DO}")
    return found


def _installed() -> Path | None:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(found) if found else None


def _by_apt() -> Path | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    install = "apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium"
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["sh", "-c", install], check=False, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603, S607 (our own words)
    return _installed()


def _playwrights_own() -> Path | None:
    with sync_playwright() as tool:
        own = Path(tool.chromium.executable_path)
    if not own.exists():
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return own if own.exists() else None
