"""Synthetic words of the public for the benches: about 160 characters, four fifths Arabic, a fifth complaints; seeded.

Fillers are drawn with Zipf's law from a few thousand made-up words, so that the search index has common and rare ones.
"""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlmodel import select

from connectors.contract import Can, Message, Surface
from core.bulk import insert_all
from core.db import Database
from core.models import Account, User
from core.workdays import Calendar
from inbox import facets, index, tally
from inbox.arrive import CASES, reserve
from inbox.index import ITEMS
from inbox.numbers import new_number
from inbox.rows import columns
from outbox.batch import DELIVERIES
from policies.verdict import TOPICS

START = datetime(2023, 1, 1, tzinfo=UTC)
PLATFORMS = (("facebook", "100", Surface.COMMENT), ("x", "200", Surface.REPLY), ("instagram", "300", Surface.COMMENT))
COMPLAINTS = (
    "لم أستلم راتبي منذ شهرين والشركة لا ترد على اتصالاتي وأريد تقديم شكوى",
    "أشتكي من تأخر صرف مستحقات نهاية الخدمة ولم يرد علي أحد",
    "My employer has not paid my salary for two months and nobody answers my complaint",
)
OTHERS = (
    "متى موعد تجديد تصريح العمل وهل يمكن التقديم عبر التطبيق؟",
    "شكرا لكم على سرعة الإنجاز وحسن التعامل",
    "أقترح إضافة خيار الدفع بالتقسيط في التطبيق",
    "خدمة ممتازة من مركز الاتصال اليوم",
    "What documents are needed to renew a work permit for a domestic worker?",
)
ARABIC, LATIN = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي", "abcdefghijklmnoprstuvwy"


class Voices:
    """An endless, repeatable stream of texts and authors."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.words = {
            a: ["".join(self.random.choices(a, k=self.random.randint(3, 8))) for _ in range(3500)] for a in (ARABIC, LATIN)
        }
        weights = [1 / (rank + 3) for rank in range(3500)]
        self.weights = [sum(weights[: n + 1]) for n in range(3500)]

    def text(self) -> str:
        core = self.random.choice(COMPLAINTS if self.random.random() < 0.2 else OTHERS)
        alphabet = LATIN if core.isascii() else ARABIC
        return f"{core} {' '.join(self.random.choices(self.words[alphabet], cum_weights=self.weights, k=16))}"


def messages(account: Account, count: int, *, first: int, said: datetime, seed: int) -> Iterator[Message]:
    """`count` messages of the public on `account`, numbered from `first`, a second apart from `said` on."""
    voices = Voices(seed)
    surface = next(s for platform, _, s in PLATFORMS if platform == account.platform)
    for n in range(first, first + count):
        root = f"post{n // 400:09d}"
        yield Message(
            account=account.key,
            native_id=f"{account.platform[0]}{n:012d}",
            surface=surface,
            author_id=f"u{voices.random.randrange(10**7):08d}",
            author_name="سالم المنصوري",
            author_handle="",
            text=voices.text(),
            created_at=said + timedelta(seconds=n - first),
            parent_id=root,
            root_id=root,
            permalink=f"https://example.test/{n}",
            can=Can(reply=True, hide=account.platform != "x"),
        )


def connect(db: Database) -> list[Account]:
    """One account a platform, and STAFF people who work."""
    with db.write() as session:
        session.add_all([User(username=f"clerk{n}", display_name=f"Clerk {n}", password_hash="") for n in range(STAFF)])
        session.add_all([Account(platform=platform, native_id=native) for platform, native, _ in PLATFORMS])
    with db.read() as session:
        return list(session.exec(select(Account).order_by(Account.id)))  # type: ignore[arg-type]  # SQLModel types the column as its value


STAFF = 20
OFFICE = Calendar()
LANGUAGES = ("ar", "ar", "ar", "ar", "en", "en", "ur", "hi", "tl", "und")
CLAUSES = ("abuse", "spam", "privacy", "defamation", "religion")


def judged(chance: random.Random) -> dict[str, Any]:
    """Columns as judging and a working life of three years would leave them: a tenth still open."""
    own = chance.random() < 0.03
    kind = "other" if own else chance.choices(("complaint", "suggestion", "inquiry", "praise", "other"), (20, 4, 30, 16, 30))[0]
    clause = chance.choices(("", *CLAUSES), (940, 30, 20, 5, 4, 1))[0]
    state = "none" if own else chance.choices(("open", "answered", "closed"), (10, 60, 30))[0]
    return {
        "edition": "bench@1",
        "language": chance.choice(LANGUAGES),
        "action": "allow" if not clause else chance.choices(("review", "hide"), (8, 2))[0],
        "clause": clause,
        "kind": kind,
        "topic": chance.choices(TOPICS, range(len(TOPICS), 0, -1))[0],
        "sentiment": chance.choice(("positive", "neutral", "negative", "negative", "mixed")),
        "harm": 0 if not clause else chance.randint(100, 1000),
        "verdict": {"clauses": [], "pii": [], "automatic": False},
        "state": state,
        "own": own,
        "private": chance.random() < 0.02,
        "assignee_id": chance.randint(1, STAFF) if state == "open" and chance.random() < 0.3 else None,
        "hidden": bool(clause) and chance.random() < 0.2,
    }


def fill(db: Database, accounts: list[Account], count: int, *, seed: int = 1, chunk: int = 5000) -> None:
    """Store `count` items by bulk insert: items, search entries, cases and receipts for complaints, totals. Nothing is judged."""
    chance, span = random.Random(seed), timedelta(days=1000) / max(count, 1)
    streams = [messages(a, count // len(accounts) + 1, first=0, said=START, seed=seed + n) for n, a in enumerate(accounts)]
    spoken = ((accounts[n % len(accounts)], next(streams[n % len(accounts)])) for n in range(count))
    done = 0
    while batch := list(islice(spoken, chunk)):
        with db.write() as session:
            totals: Counter[tally.Mark] = Counter()
            rows: list[dict[str, Any]] = []
            for id_, (account, message) in zip(reserve(session, ITEMS, len(batch)), batch, strict=True):
                said = START + span * (done + len(rows))
                row = columns(account, message, None, said) | judged(chance) | {"id": id_, "thread_key": message.native_id}
                row |= {"created_at": said, "said": int(said.timestamp() * 1000), "in_hours": OFFICE.open_at(said)}
                row["answered_at"] = said + timedelta(hours=chance.expovariate(0.2)) if row["state"] == "answered" else None
                rows.append(row)
            complaints = [row for row in rows if row["kind"] == "complaint"]
            receipts, cases = [], []
            told = reserve(session, DELIVERIES, len(complaints))
            for case_id, receipt_id, row in zip(reserve(session, CASES, len(complaints)), told, complaints, strict=True):
                row["case_id"] = case_id
                receipts.append(_receipt(receipt_id, case_id, row))
                cases.append(_case(case_id, row, chance) | {"receipt_delivery_id": receipt_id})
            for row in rows:
                row["facets"] = facets.pack(row)
                totals.update(tally.standing(row))
                totals.update(tally.said(row, tally.day_of(row["created_at"])))
            for table, stored in ((DELIVERIES, receipts), (ITEMS, rows), (CASES, cases)):
                insert_all(session, table, stored)
            index.insert(session, rows)
            tally.add(session, totals)
        done += len(batch)
    settle(db)


def _receipt(id_: int, case_id: int, row: dict[str, Any]) -> dict[str, Any]:
    at = row["created_at"] + timedelta(minutes=1)
    return {
        "id": id_, "ref": f"receipt:{case_id}", "kind": "receipt", "account_id": row["account_id"], "state": "published",
        "target_id": row["native_id"], "body": {"text": "وصلتنا رسالتكم"}, "priority": 9, "scheduled_at": at, "sent_at": at,
        "first_sent_at": at, "attempts": 1, "external_id": f"r{id_}", "published_at": at, "created_by": "worker", "created_at": at,
    }  # fmt: skip


def _case(id_: int, row: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    waits = row["state"] == "open"
    return {
        "id": id_, "number": new_number(chance.getrandbits), "key_id": "", "kind": row["kind"], "topic": row["topic"],
        "state": "received" if waits else "closed", "item_id": row["id"], "account_id": row["account_id"],
        "author_id": row["author_id"], "lang": "ar", "opened_at": row["created_at"],
        "next_due_at": row["created_at"] + timedelta(days=1 + id_ % 15) if waits else None,
    }  # fmt: skip


def settle(db: Database) -> None:
    """What a running installation's own upkeep does: fresh statistics, and on PostgreSQL a vacuum."""
    with db.engine.connect() as connection:
        if db.dialect == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            with connection.execution_options(isolation_level="AUTOCOMMIT") as autocommit:
                autocommit.exec_driver_sql("VACUUM ANALYZE")
