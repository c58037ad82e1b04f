"""The staff of the demo: they act through the same verbs as the desk, with the abilities of their roles and no others.

The moderator hides what breaks a clause, the agent answers people, the author writes an event post that another person approves.
Each step is told on the terminal in both languages. The pace is a person's: one act every few seconds.
"""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from PIL import Image, ImageDraw
from sqlmodel import Session, select

from connectors import platform_of
from console.opening import House, opened
from console.printing import say
from core import audit
from core.actors import OPERATING, Actor
from core.auth import actor_of, add_user
from core.clock import now
from core.errors import MajlisError
from core.i18n import LANGS, Lang, catalogue, t
from core.models import User
from inbox import moderate, reply, saved, search
from inbox.models import Item
from outbox import accounts
from scheduler import posts

PASSWORD = "majlis-demo"  # noqa: S105 (printed on the terminal for whoever watches the demo)
PEOPLE = {
    "noura": ("نورة السويدي", ("agent", "moderator")),
    "salem": ("سالم المنصوري", ("author",)),
    "maryam": ("مريم الهاشمي", ("approver", "manager", "agent", "moderator")),
    "rashid": ("راشد الكتبي", ("policy_owner", "auditor", "admin")),
}
#: saved replies: name of their words, topic, days they hold
SAVED = (("wages", "wages", 150), ("permit", "work_permit", 20), ("thanks", "none", 300))
PACE_S = 4.0
POST_IN = timedelta(seconds=45)


def _platform(name: str, lang: Lang) -> str:
    return platform_of(name).named(lang)


def _clause(id: str, lang: Lang) -> str:
    key = f"desk.clause.{id}"
    return t(key, lang) if key in catalogue() else id


class Staff:
    """Opens the demo's installation, adds its people, and works until told to stop."""

    def __init__(self) -> None:
        self.house: House = opened()
        with self.house.db.write() as session:
            for name, (shown, roles) in PEOPLE.items():
                add_user(session, OPERATING, name, PASSWORD, roles, shown)
            session.flush()
            self._saved(session)
        self.answered: set[int] = set()

    def _saved(self, session: Session) -> None:
        """The saved replies of the house, one of them soon to be read again."""
        for name, topic, days in SAVED:
            words = {part: t(f"console.demo.saved.{name}.{part}", "ar") for part in ("name", "source")}
            ar, en = (t(f"console.demo.saved.{name}.text", lang) for lang in LANGS)
            kept = saved.Content(**words, ar=ar, en=en, review_by=saved.today() + timedelta(days=days), topic=topic)
            saved.keep(session, self._as(session, "maryam"), kept)

    def people(self) -> list[tuple[str, str, str]]:
        """(user name, password, roles) of everybody."""
        return [(name, PASSWORD, ", ".join(roles)) for name, (_, roles) in PEOPLE.items()]

    def work(self, stopping: threading.Event) -> None:
        """Moderate, answer, publish; a refusal is told and the day goes on."""
        once: list[Callable[[Session], bool]] = [self.publish, self.hide]
        while not stopping.wait(PACE_S):
            for act in [*once, self.answer]:
                try:
                    with self.house.db.write() as session:
                        done = act(session)
                except MajlisError as e:
                    say(e.words("ar") + "  " + e.words("en"))
                    done = True
                if done and act in once:
                    once.remove(act)
            audit.seal(self.house.db)

    def _as(self, session: Session, username: str) -> Actor:
        return actor_of(session.exec(select(User).where(User.username == username)).one())

    def _tell(self, key: str, item: Item | None = None, **values: str) -> None:
        for lang in LANGS:
            of_item = {} if item is None else {"platform": _platform(item.platform, lang), "clause": _clause(item.clause, lang)}
            say(t(f"console.demo.{key}", lang, **of_item, **values))

    def hide(self, session: Session) -> bool:
        """The moderator hides one comment that the policy flagged, under its clause."""
        for item in search.page(session, search.Filter(view="review")).items:
            if item.clause and item.can.get("hide") and not item.hidden and item.kind != "complaint":
                moderate.hide(session, self._as(session, "noura"), item, item.clause, t("console.demo.hide_reason", "ar"))
                self._tell("hidden", item)
                return True
        return False

    def answer(self, session: Session) -> bool:
        """The agent answers one person who waits, newest first, oldest platforms' turn by turn."""
        noura = self._as(session, "noura")
        for item in search.page(session, search.Filter(view="open")).items:
            if (
                item.id in self.answered
                or not item.can.get("reply")
                or item.private
                or item.kind not in ("complaint", "inquiry", "suggestion")
            ):
                continue
            self.answered.add(item.id or 0)
            words = t(f"console.demo.answer.{item.kind}", "ar" if item.language.startswith("ar") else "en")
            seen = reply.thread_version(session, item)
            reply.send(session, noura, item.id or 0, words, seen_version=seen, nonce=uuid4().hex, fixed=True)
            self._tell("answered", item)
            return True
        return False

    def publish(self, session: Session) -> bool:
        """The author writes an event post with a picture for every account; another person approves it for a moment from now."""
        salem, maryam = self._as(session, "salem"), self._as(session, "maryam")
        post = posts.draft(
            session,
            salem,
            kind="news",
            title=t("console.demo.post_title", "ar"),
            ar=t("console.demo.post", "ar"),
            en=t("console.demo.post", "en"),
            texts=[posts.Version(account.id or 0) for account in accounts.active(session)],
            at=now() + POST_IN,
        )
        posts.add_media(session, salem, post, self._picture(), t("console.demo.post_alt", "ar"))
        posts.submit(session, salem, post)
        posts.approve(session, maryam, post)
        self._tell("scheduled", seconds=str(int(POST_IN.total_seconds())))
        return True

    def _picture(self) -> Path:
        """A card in the ministry's colours, drawn here: 1080 × 1080, as Instagram likes it."""
        path = self.house.settings.var_dir / "card.jpg"
        card = Image.new("RGB", (1080, 1080), "#0B5D4E")
        pen = ImageDraw.Draw(card)
        for ring in range(6):
            edge = 90 + ring * 80
            pen.ellipse((edge, edge, 1080 - edge, 1080 - edge), outline=("#E4EFEA", "#B68A35")[ring % 2], width=14)
        card.save(path, "JPEG", quality=88)
        return path
