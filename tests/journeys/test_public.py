"""A worker and the public door: he complains by a form and by a comment, is answered late, rates, objects, and is heard by another.

He reads Arabic, has no mouse, a small telephone and letters of twice the size. After each step axe looks at what he sees. The
platform is the simulation behind a socket; the clock is moved by hand; clerks act by the verbs that the desk calls.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlmodel import Session, col, select

from core.actors import OPERATING, Actor
from core.auth import actor_of, add_user
from core.clock import Hands, now
from core.db import Database
from core.models import Account
from core.settings import load
from core.settings import settings as configuration
from inbox import appeal, cases, ingest, reply, rounds
from inbox.models import Case, Item
from sandbox import acts, seed, server
from sandbox.clock import Clock
from tests.axe import findings
from tests.desk.conftest import free_port
from tests.outbox.platforms import Street, street
from tests.portal.conftest import served
from tests.portal.eyes import too_wide

FORM = "لم يُصرف راتبي منذ شهرين، والشركة لا ترد على اتصالاتي"
COMMENT = "أشتكي من تأخر راتبي منذ شهرين ولا أحد يجيب"
#: a week later: the date promised for an answer (Friday noon) is past, the one promised for the outcome is not
LATE = datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
#: a working day after the outcome, while the office is open
ASKED = datetime(2026, 12, 3, 6, 0, tzinfo=UTC)
MOST_KEYS, PATIENCE_MS = 200, 60_000


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Where the portal will stand. What a clerk's verbs tell beneath a comment names it by the settings of the process."""
    free = free_port()
    monkeypatch.setenv("MAJLIS_PUBLIC_URL", f"http://127.0.0.1:{free}")
    configuration.cache_clear()
    yield free
    configuration.cache_clear()


@pytest.fixture
def there(db: Database, hands: Hands, tmp_path: Path, port: int) -> Iterator[Street]:
    """The ministry's page on the platform, the forms of the portal, and a portal at the address that our letters name."""
    with server.start(seed.bare(clock=Clock(source=lambda: now().timestamp()))) as platforms:
        made = street(db, hands, platforms, "facebook", tmp_path)
        with db.write() as session:
            session.add(Account(platform="portal", native_id="forms"))
        settings = load(MAJLIS_VAR_DIR=str(tmp_path / "var"), MAJLIS_PLATFORM_URL=platforms.url)
        with served(settings, db, port):
            yield replace(made, settings=settings)


@pytest.fixture
def page(browser: Browser, there: Street) -> Iterator[Page]:
    """The first page of the portal on a small telephone with a keyboard."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(there.settings.public_url, wait_until="load")
    yield page
    context.close()


def person(session: Session, name: str, *roles: str) -> Actor:
    return actor_of(add_user(session, OPERATING, name, "long-enough-1", roles, name.title()))


def reach(page: Page, wanted: Locator) -> None:
    """Press Tab until this has the focus, and is seen to have it."""
    for _ in range(MOST_KEYS):
        page.keyboard.press("Tab")
        if wanted.evaluate("e => e === document.activeElement"):
            assert wanted.evaluate("e => parseFloat(getComputedStyle(e).outlineWidth) >= 2")
            return
    raise AssertionError(f"no key leads to {wanted}")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    reach(page, wanted)
    page.keyboard.press(key)


def write(page: Page, wanted: Locator, words: str) -> None:
    reach(page, wanted)
    page.keyboard.type(words)


def seen(page: Page, words: str) -> None:
    """These words stand on a page with which nothing is wrong, in letters of twice the size."""
    expect(page.locator("main")).to_contain_text(words, timeout=PATIENCE_MS)
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 36
    assert too_wide(page) == []
    assert findings(page) == []


def test_a_worker_complains_is_answered_late_rates_and_objects_by_keyboard_alone(page: Page, there: Street) -> None:
    with there.db.write() as session:
        agent, reviewer = person(session, "mona", "agent"), person(session, "rashid", "appeal_reviewer")

    press(page, page.get_by_role("button", name="تيسير القراءة"))
    larger = page.get_by_role("button", name="أكبر")
    reach(page, larger)
    for _ in range(4):
        page.keyboard.press("Enter")
    seen(page, "كل صوت يُسمع")

    press(page, page.get_by_role("link", name="تقديم شكوى"))
    write(page, page.locator("#text"), FORM)
    press(page, page.locator("main form button[name=step]"))
    seen(page, FORM)
    press(page, page.get_by_role("button", name="أرسل"))
    seen(page, "M-")
    press(page, page.locator("main a.address"))
    seen(page, "سُجّل لدينا")
    own_page = page.url

    there.hands.at = LATE
    assert rounds.work(there.db) == 1
    page.reload()
    seen(page, "يحتاج طلبكم إلى وقت أطول")

    with there.db.write() as session:
        case = session.exec(select(Case)).one()
        item = session.get_one(Item, case.item_id)
        version = reply.thread_version(session, item)
        reply.send(session, agent, item.id or 0, "خاطبنا الشركة، وموعد الصرف 10 ديسمبر.", seen_version=version, nonce="n1")
    there.settle(minutes=4)
    with there.db.write() as session:
        cases.resolve(session, agent, session.exec(select(Case)).one(), "solved", "صُرف الراتب كما أفادت الشركة.")
    page.reload()
    seen(page, "خاطبنا الشركة")
    seen(page, "صُرف الراتب كما أفادت الشركة.")

    reach(page, page.locator("#rating"))
    page.keyboard.press("ArrowDown")
    press(page, page.get_by_role("button", name="أرسل التقييم"))
    seen(page, "شكرًا على تقييمك")

    write(page, page.locator("#words"), "لم يصل إلا نصف الراتب")
    press(page, page.get_by_role("button", name="أرسل الاعتراض"))
    seen(page, "ينظر في اعتراضك موظف غير الذي اتخذ القرار")
    with there.db.write() as session:
        appeal.decide(session, reviewer, session.exec(select(Case)).one(), "نعيد التحقق من المبلغ مع الشركة.", uphold=True)
    page.goto(own_page, wait_until="load")
    seen(page, "قُبل اعتراضكم")
    seen(page, "قيد الدراسة")


def beneath(there: Street, words: str) -> str:
    """The one thing of ours that stands beneath his comment with these words."""
    with there.running.world.lock:
        (said,) = [e.text for e in there.running.world.entries["facebook"].values() if e.own and e.parent and words in e.text]
    return said


def follow(page: Page, told: str, link: str) -> None:
    """From what is told beneath his comment: its address, the number it names, the secret from the message he was sent."""
    (address,) = re.findall(r"http\S+", told)
    (number,) = re.findall(r"M-[0-9A-Z]{5}-[0-9A-Z]{5}", told)
    page.goto(address, wait_until="load")
    write(page, page.locator("#number"), number)
    write(page, page.locator("#secret"), link.rpartition("/")[2])
    press(page, page.locator("main form button"))


def test_who_complains_in_a_comment_is_answered_late_rates_and_objects_by_what_stands_beneath_it(page: Page, there: Street) -> None:
    with there.running.world.lock:
        post = acts.post(there.running.world, "facebook", "خبر من الوزارة")
        worker = acts.newcomer(there.running.world, "facebook", "yousef")
        acts.comment(there.running.world, "facebook", worker, COMMENT, post.id)
    with there.db.write() as session:
        agent, reviewer = person(session, "mona", "agent"), person(session, "rashid", "appeal_reviewer")
    ingest.pull(there.db, there.account.id or 0, there.connect, there.settings, "w1")
    there.settle(minutes=4)
    with there.db.read() as session:
        number = session.exec(select(Case.number).order_by(col(Case.id))).one()
    assert number in beneath(there, "سجّلنا شكواكم")
    with there.running.world.lock:
        ours = [e.text for e in there.running.world.entries["facebook"].values() if e.own and e.parent]
    assert [text for text in ours if "/track/" in text] == []
    (letter,) = there.private()
    link = re.findall(r"http\S+", letter)[0]

    page.evaluate("localStorage.setItem('majlis.size', '200')")
    page.goto(link, wait_until="load")
    seen(page, number)
    seen(page, COMMENT)
    write(page, page.locator("#answer"), "وهذا رقم العقد 12345")
    press(page, page.get_by_role("button", name="أضف"))
    seen(page, "وصلت إضافتك")
    seen(page, "وهذا رقم العقد 12345")

    there.hands.at = LATE
    assert rounds.work(there.db) == 1
    there.settle(minutes=4)
    assert "نجيبكم في موعد أقصاه" in beneath(there, f"طلبكم {number} يحتاج إلى وقت أطول")

    with there.db.write() as session:
        cases.note(session, agent, session.exec(select(Case)).one(), "خاطبنا الشركة في راتبكم.", public=True)
    there.settle(minutes=4)
    follow(page, beneath(there, f"وصلكم ردّ على الطلب {number}"), link)
    seen(page, "خاطبنا الشركة في راتبكم.")

    with there.db.write() as session:
        cases.resolve(session, agent, session.exec(select(Case)).one(), "declined", "أفادت الشركة بصرف الراتب.")
    there.settle(minutes=4)
    follow(page, beneath(there, f"انتهت معالجة الطلب {number}"), link)
    seen(page, "أفادت الشركة بصرف الراتب.")
    there.hands.at = ASKED
    assert rounds.work(there.db) == 1
    there.settle(minutes=4)
    follow(page, beneath(there, f"كيف كانت خدمتنا في الطلب {number}؟"), link)
    reach(page, page.locator("#rating"))
    page.keyboard.press("ArrowDown")
    press(page, page.get_by_role("button", name="أرسل التقييم"))
    seen(page, "شكرًا على تقييمك")
    write(page, page.locator("#words"), "لم يصل إلا نصف الراتب")
    press(page, page.get_by_role("button", name="أرسل الاعتراض"))
    seen(page, "ينظر في اعتراضك موظف غير الذي اتخذ القرار")
    with there.db.write() as session:
        appeal.decide(session, reviewer, session.exec(select(Case)).one(), "نعيد التحقق من المبلغ مع الشركة.", uphold=True)
    there.settle(minutes=4)
    follow(page, beneath(there, f"صدر القرار في تظلّمكم من الطلب {number}"), link)
    seen(page, "قُبل اعتراضكم")
    seen(page, "قيد الدراسة")
