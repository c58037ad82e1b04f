"""Takes every page of desk and portal and each wall, in Arabic and English, to docs/screenshots. `python -m bench.screenshots`.

The desk's pages are taken twice, the second time in high contrast.

`--only inbox,plan` takes some, `--keep DIR` keeps the house's files, `--serve` shows the desk's address and waits for Enter.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Page, StorageState, sync_playwright
from sqlalchemy import update
from sqlmodel import col, select

from bench.fortnight import lived
from console.ports import free_port, wait_for
from console.staff import PASSWORD, Staff
from core.i18n import LANGS, ROOT, Lang
from core.models import User
from inbox import cases
from inbox.models import Case, Item
from scheduler.models import Post
from tools.browser import FLAGS, find_browser

INTO = ROOT / "docs" / "screenshots"
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
#: so tall at most a picture of a long page may be
TALLEST = 2400


@dataclass(frozen=True, slots=True)
class Shot:
    """One page: its picture's name, where it is, who looks (desk only); `tall` shows it to its end, `phone` narrow as well."""

    name: str
    address: str
    who: str = ""
    tall: bool = False
    phone: bool = False


def desk_shots(staff: Staff) -> list[Shot]:
    """The pages of the desk, each with something open in it."""
    with staff.house.db.read() as session:
        post = session.exec(select(Post).where(Post.state == "submitted").order_by(col(Post.id).desc())).first()
        draft = session.exec(select(Post).where(Post.state == "draft", Post.comment != "").order_by(col(Post.id).desc())).first()
        case = session.exec(select(Case).where(Case.state == "in_progress").order_by(col(Case.id).desc())).first()
        flagged = select(Item).where(Item.clause == "privacy", col(Item.hidden).is_(False))
        item = session.exec(flagged.order_by(col(Item.said).desc())).first()
        told = select(Item).where(Item.state == "open", Item.kind == "complaint", Item.language == "ar", Item.surface == "comment")
        opened = session.exec(told.order_by(col(Item.said).desc())).first()
    return [
        Shot("inbox", f"/inbox?item={opened.id if opened else ''}", "noura", phone=True),
        Shot("inbox-clause", f"/inbox?view=all&item={item.id if item else ''}", "noura"),
        Shot("cases", f"/cases?case={case.id if case else ''}", "noura", phone=True),
        Shot("answers", "/answers", "noura"),
        Shot("compose", f"/compose?post={draft.id if draft else ''}&edit=1", "salem", tall=True),
        Shot("approve", f"/compose?post={post.id if post else ''}", "maryam"),
        Shot("plan", "/plan", "salem", tall=True, phone=True),
        Shot("plan-week", "/plan?view=week", "salem"),
        Shot("days", "/days", "maryam"),
        Shot("problems", "/problems", "maryam"),
        Shot("figures", "/figures", "maryam", tall=True, phone=True),
        Shot("accounts", "/accounts", "rashid"),
        Shot("policy", "/policy", "rashid"),
        Shot("people", "/people", "rashid"),
        Shot("audit", "/audit", "rashid"),
        Shot("me", "/me", "noura"),
    ]


def portal_shots(staff: Staff) -> list[Shot]:
    """The pages of the portal; the case is a real one with its secret."""
    with staff.house.db.read() as session:
        case = session.exec(select(Case).where(Case.state == "resolved").order_by(col(Case.id).desc())).first()
        known = f"/track/{case.number}/{cases.secret_of(case, staff.house.vault)}" if case else "/track"
    return [
        Shot("home", "/", phone=True),
        Shot("track", "/track"),
        Shot("case", known, phone=True),
        Shot("policy", "/policy"),
        Shot("commitments", "/commitments"),
        Shot("events", "/events"),
        Shot("open-data", "/open-data"),
    ]


WALLS = [Shot(f"wall-{tab}", f"/__sandbox/wall/{tab}") for tab in ("facebook", "x", "instagram", "messages", "sent")]


class Camera:
    """Takes pictures of the three doors in one language."""

    def __init__(self, browser: Browser, lang: Lang, urls: dict[str, str]) -> None:
        self.browser, self.lang, self.urls = browser, lang, urls
        self.complaints: list[str] = []
        self.seats: dict[str, StorageState] = {}

    def _page(self, size: dict[str, int], seat: StorageState | None = None) -> Page:
        locale = "ar-AE" if self.lang == "ar" else "en-GB"
        page = self.browser.new_context(viewport=size, locale=locale, storage_state=seat).new_page()  # type: ignore[arg-type]  # a size
        page.on("console", lambda said: self.complaints.append(f"{page.url}: {said.text}") if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        return page

    def desk(self, shot: Shot, size: dict[str, int], suffix: str) -> None:
        if shot.who and shot.who not in self.seats:
            self.seats[shot.who] = self._sign_in(shot.who)
        page = self._page(size, self.seats.get(shot.who))
        if not shot.who:
            page.goto(f"{self.urls['desk']}/lang/{self.lang}?back=/auth/login")
            self._keep(page, shot.name + suffix)
            return
        page.goto(self.urls["desk"] + shot.address)
        settle(page)
        if shot.tall:
            inner = "() => document.querySelector('[data-testid=stMain]').scrollHeight"
            page.set_viewport_size({"width": size["width"], "height": min(int(page.evaluate(inner)) + 8, TALLEST)})
            settle(page)
        self._keep(page, shot.name + suffix)

    def _sign_in(self, who: str) -> StorageState:
        page = self._page(WIDE)
        page.goto(f"{self.urls['desk']}/lang/{self.lang}?back=/auth/login")
        page.fill("#username", who)
        page.fill("#password", PASSWORD)
        page.click("button[type=submit]")
        settle(page)
        seat = page.context.storage_state()
        page.context.close()
        return seat

    def portal(self, shot: Shot, size: dict[str, int], suffix: str) -> None:
        page = self._page(size)
        page.context.add_cookies([{"name": "lang", "value": self.lang, "url": self.urls["portal"]}])
        page.goto(f"{self.urls['portal']}{shot.address}?lang={self.lang}")
        self._keep(page, f"portal-{shot.name}{suffix}")

    def wall(self, shot: Shot) -> None:
        page = self._page(WIDE)
        page.goto(f"{self.urls['sandbox']}{shot.address}?lang={self.lang}")
        self._keep(page, shot.name)

    def _keep(self, page: Page, name: str) -> None:
        page.evaluate("() => document.fonts.ready")
        shown = Image.open(BytesIO(page.screenshot(animations="disabled")))
        palette = shown.convert("RGB").quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
        palette.save(INTO / f"{name}-{self.lang}.png", optimize=True)
        page.context.close()


def settle(page: Page) -> None:
    """Wait until Streamlit has run the page and drawn it."""
    page.wait_for_selector("[data-testid=stApp][data-test-script-state=notRunning]", timeout=40_000)
    page.wait_for_function("() => !document.querySelector('[data-testid=stSkeleton]')")
    page.wait_for_timeout(700)  # charts draw on the next frames and say nothing when they are done


@contextlib.contextmanager
def doors(ports: dict[str, int], folder: Path) -> Iterator[None]:
    """Desk and portal as processes of their own, and a worker that beats."""
    log = (folder / "doors.log").open("w")
    commands = [[part, "--port", str(port)] for part, port in ports.items()] + [["worker"]]
    running = [
        subprocess.Popen([sys.executable, "manage.py", *command], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        for command in commands
    ]
    try:
        yield
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(20)
        log.close()


def look(staff: Staff, contrast: str) -> None:
    """Let everybody at the desk see it so from now on."""
    with staff.house.db.write() as session:
        session.execute(update(User).values(contrast=contrast))


def take(browser: Browser, staff: Staff, urls: dict[str, str], only: set[str]) -> list[str]:
    """All pictures; returns what the browser's console complained of."""
    complaints = []
    for lang in LANGS:
        camera = Camera(browser, lang, urls)
        for shots, door in (([Shot("signin", "/"), *desk_shots(staff)], camera.desk), (portal_shots(staff), camera.portal)):
            for shot in shots:
                if only and shot.name not in only:
                    continue
                door(shot, WIDE, "")
                if shot.phone:
                    door(shot, PHONE, "-phone")
        for shot in WALLS:
            if not only or shot.name in only:
                camera.wall(shot)
        look(staff, "high")
        for shot in desk_shots(staff):
            if not only or shot.name in only:
                camera.desk(shot, WIDE, "-contrast")
        look(staff, "")
        complaints += camera.complaints
    return complaints


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.screenshots", description=__doc__)
    parser.add_argument("--only", default="", help="names, comma separated")
    parser.add_argument("--keep", type=Path, default=None, help="build the house in this folder and leave it there")
    parser.add_argument("--serve", action="store_true", help="take nothing: show the addresses and wait")
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that desk, portal and worker end with us
    INTO.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="majlis-pictures-") as temporary:
        folder = chosen.keep or Path(temporary)
        taken: set[int] = set()
        ports = {"desk": free_port(8601, taken), "portal": free_port(8701, taken)}
        urls = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}
        os.environ["MAJLIS_POLL_S"] = "30"
        with lived(folder, urls["portal"]) as (staff, simulated), doors(ports, folder):
            urls["sandbox"] = simulated.url
            if silent := wait_for([urls["desk"] + "/_stcore/health", urls["portal"] + "/health"], 60):
                print(f"does not answer: {silent}; see {folder}/doors.log", file=sys.stderr)
                return 1
            if chosen.serve:
                print(urls, "noura, salem, maryam, rashid:", PASSWORD, flush=True)
                with contextlib.suppress(KeyboardInterrupt):
                    sys.stdin.readline()
                return 0
            with sync_playwright() as tool:
                browser = tool.chromium.launch(executable_path=str(find_browser()), args=list(FLAGS))
                complaints = take(browser, staff, urls, set(filter(None, chosen.only.split(","))))
                browser.close()
    for complaint in complaints:
        print(complaint, file=sys.stderr)
    size = sum(file.stat().st_size for file in INTO.glob("*.png"))
    print(f"{len(list(INTO.glob('*.png')))} pictures, {size / 1e6:.1f} MB, {len(complaints)} complaints of the browser's console")
    return bool(complaints)


if __name__ == "__main__":
    sys.exit(main())
