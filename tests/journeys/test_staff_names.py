"""Names of staff stay in the house: nothing the public may fetch, nothing that is sent and no export holds one."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import httpx2 as httpx
import pytest
from sqlmodel import Session, select

from console.export import export
from console.opening import House
from core import auth
from core.actors import OPERATING, ROLES, WORKER, Actor
from core.auth import actor_of
from core.clock import now
from core.db import Database
from core.models import Account
from core.settings import load
from core.vault import Vault, open_vault
from inbox import cases, moderate, notices, results
from inbox.models import Case, Item
from outbox.models import Delivery
from tests.portal.open_door import Shown, standing

#: what stands in the name of everybody who works here, as he signs in and as colleagues see him
MARKS = ("zz-clerk", "زبرجدموظف")
LINK = re.compile(r'(?:href|src|action)="([^"#]+)')
MOST = 400


@dataclass(frozen=True)
class Worked:
    """A portal whose every page shows something that these people did."""

    shown: Shown
    db: Database
    folder: Path
    case: str


def staff(session: Session) -> Actor:
    """Somebody of every role (so that any number stands for somebody), and one who has them all."""
    for n, role in enumerate(ROLES):
        auth.add_user(session, OPERATING, f"{MARKS[0]}-{n}", "a long password", [role], f"{MARKS[1]} {n}")
    everything = auth.add_user(session, OPERATING, f"{MARKS[0]}-all", "a long password", list(ROLES), MARKS[1])
    return actor_of(everything)


def work(session: Session, vault: Vault) -> Case:
    """All that leaves a trace in public: a case handled to its end, a result, a decision with its notice."""
    clerk = staff(session)
    account = session.exec(select(Account).where(Account.platform == "facebook")).one()
    told = Item(
        account_id=account.id or 0,
        platform="facebook",
        native_id="names-1",
        surface="comment",
        author_id="a",
        author_name="سالم",
        text="متى يصرف راتبي؟",
        created_at=now(),
        can={"hide": True, "reply": True},
    )
    session.add(told)
    session.flush()
    case = cases.open_case(session, clerk, told, "suggestion", "wages", key_id=vault.current)
    cases.assign(session, clerk, case, clerk.user_id)
    cases.move(session, clerk, case, "in_progress", "نتابع")
    cases.note(session, clerk, case, "تواصلنا مع الشركة", public=True)
    cases.resolve(session, clerk, case, "accepted", "نُفّذ الاقتراح")
    both = results.Words("نُفّذ", "Done")
    results.publish(session, clerk, case, said=both, decided=both, because=both)
    decision = moderate.hide(session, clerk, told, "privacy", "رقم هاتف")
    notices.give(session, WORKER, decision, told)
    return case


@pytest.fixture(scope="module")
def worked(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worked]:
    folder = tmp_path_factory.mktemp("names")
    with standing(sqlite_template, folder) as shown:
        db = Database(f"sqlite:///{folder / 'majlis.db'}")
        settings = load(MAJLIS_VAR_DIR=str(folder))
        vault = open_vault(settings)
        with db.write() as session:
            case = work(session, vault)
            known = f"/track/{case.number}/{cases.secret_of(case, vault)}"
        yield Worked(shown, db, folder, known)
        db.dispose()


def inside(body: bytes) -> bytes:
    """What a file holds, also when it is packed."""
    if body[:2] != b"PK":
        return body
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        return b"\n".join(packed.read(name) for name in packed.namelist())


def test_no_page_and_no_file_of_the_public_door_names_anybody_who_works_here(worked: Worked) -> None:
    home = worked.shown.home
    begin = [
        f"{lang}{path}" for lang in ("", "/en") for path in ("/", worked.case, worked.shown.reasons, "/open-data", "/commitments")
    ]
    waiting = [home + path for path in [*begin, "/open311/v2/requests.json", "/open311/v2/services.json"]]
    waiting.append(f"{home}/track/{worked.shown.number}/{worked.shown.secret}")
    seen, named, wrong = set(waiting), [], []
    with httpx.Client(follow_redirects=True, timeout=30) as client:
        while waiting:
            address = waiting.pop(0)
            answer = client.get(address)
            body = inside(answer.content).decode("utf-8", "replace")
            if answer.status_code >= 500:
                wrong.append(f"{answer.status_code} {address}")
            named += [f"{mark}: {address}" for mark in MARKS if mark in body]
            for link in LINK.findall(body) if "html" in answer.headers.get("content-type", "") else ():
                further = urljoin(str(answer.url), link.replace("&amp;", "&"))
                if (
                    further.startswith(home)
                    and further not in seen
                    and len(seen) < MOST
                    and "/static/" not in urlsplit(further).path
                ):
                    seen.add(further)
                    waiting.append(further)
    assert named == []
    assert wrong == []
    assert len(seen) > 60, "the walk goes through the whole house"
    assert any("/open-data/" in address for address in seen)


def test_nothing_that_is_sent_names_its_sender(worked: Worked) -> None:
    with worked.db.read() as session:
        sent = [str(delivery.body) + str(delivery.__dict__) for delivery in session.exec(select(Delivery))]
    assert sent
    assert [text for text in sent if any(mark in text for mark in MARKS)] == []


def test_an_export_knows_staff_by_their_number(worked: Worked, tmp_path: Path) -> None:
    settings = load(MAJLIS_VAR_DIR=str(worked.folder))
    export(House(settings, worked.db, open_vault(settings)), OPERATING, tmp_path / "out")
    files = list((tmp_path / "out").iterdir())
    assert len(files) > 10
    assert [file.name for file in files if any(mark in file.read_text("utf-8") for mark in MARKS)] == []


def test_the_release_of_the_day_names_nobody(worked: Worked) -> None:
    with httpx.Client(follow_redirects=True, timeout=30) as client:
        described = client.get(f"{worked.shown.home}/open-data/datapackage.json")
        assert described.status_code == 200
        for resource in described.json()["resources"]:
            body = client.get(f"{worked.shown.home}/open-data/{resource['path']}").text
            assert not any(mark in body for mark in MARKS), resource["path"]
