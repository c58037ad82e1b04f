"""Ways to a page of the portal: what its reader does there, and what is done with his case meanwhile."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from core.actors import WORKER
from core.clock import in_dubai, now
from core.throttle import Throttle
from inbox import appeal, cases, holds, notices
from inbox.models import Item
from tests.portal.walker import CLERK, REVIEWER, Walker

PDF = {
    "name": "قسيمة الراتب.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n",
}
WORDS = "لم يُصرف راتبي منذ شهرين، رقمي 0501234567"
#: its bucket is empty, and stays so
EMPTY = Throttle(burst=0, per_second=0.001)


def here(at: Walker) -> None:
    """Nothing first: the form stands on the page of the sight before."""


def again(at: Walker) -> None:
    at.open(at.case)


def resolved(at: Walker, outcome: str = "declined") -> None:
    at.complain(hidden=False)
    at.meanwhile(lambda session, case: cases.resolve(session, CLERK, case, outcome, "لا يشملها القرار"))
    again(at)


def worked_on(at: Walker) -> None:
    """A clerk said that it takes longer and asks something."""
    at.complain()
    at.meanwhile(lambda session, case: cases.interim(session, CLERK, case, "نحتاج أيامًا", until=now() + timedelta(days=9)))
    at.meanwhile(lambda session, case: cases.question(session, CLERK, case, "ما اسم الشركة؟ What is its name?"))
    again(at)


def decided(uphold: bool) -> Callable[[Walker], None]:
    def go(at: Walker) -> None:
        at.meanwhile(lambda session, case: appeal.decide(session, REVIEWER, case, "أعدنا النظر", uphold=uphold))
        again(at)

    return go


def held(at: Walker) -> None:
    at.complain()
    at.meanwhile(lambda session, case: holds.keep(session, CLERK, f"case:{case.id}", "دعوى"))


def ended_elsewhere(at: Walker) -> None:
    at.complain()
    at.meanwhile(lambda session, case: cases.resolve(session, CLERK, case, "declined", "لا يشملها القرار"))


def answered_with_a_file(at: Walker) -> None:
    again(at)
    at.page.set_input_files("#files", PDF)  # type: ignore[arg-type]  # as Playwright documents it
    at.send("/track/answer", answer="وهذا كشف الحساب, my statement")


def unfit_file(at: Walker) -> None:
    again(at)
    at.page.set_input_files("#files", {**PDF, "buffer": b"no such thing"})  # type: ignore[arg-type]  # as Playwright documents it
    at.send("/track/answer", answer="كشف")


def first_item(at: Walker) -> str:
    found: list[int] = []
    at.meanwhile(lambda session, case: found.append(case.item_id or 0))
    return str(found[0])


def taken_back(at: Walker) -> None:
    held(at)
    at.send("/track/remove", item=first_item(at), certain="1")


def removed(at: Walker) -> None:
    at.complain()
    at.send("/track/remove", item=first_item(at), certain="1")


def at_reasons(at: Walker) -> None:
    at.complain()
    at.open(at.reasons)


def filled(form: str, **typed: str) -> Callable[[Walker], None]:
    def go(at: Walker) -> None:
        at.open(f"/{form}")
        at.send(f"/{form}", "preview", **typed)

    return go


FULL = {"text": WORDS, "name": "سالم", "email": "salem@example.ae", "phone": "0501234567", "lang": "ur", "confidential": "1"}


def with_file(at: Walker) -> None:
    at.open("/feedback")
    at.page.set_input_files("#files", PDF)  # type: ignore[arg-type]  # as Playwright documents it
    at.send("/feedback", "preview", **FULL, kind="inquiry")


def own_link(at: Walker) -> None:
    at.case = (at.page.locator("main a.address").get_attribute("href") or "").partition("/ur")[2]
    again(at)


def closed(go: Callable[[Walker], None]) -> Callable[[Walker], None]:
    def gone(at: Walker) -> None:
        with at.closed():
            go(at)

    return gone


def ready_and_closed(at: Walker) -> None:
    filled("complaint", text=WORDS)(at)
    with at.closed():
        at.send("/complaint", "send")


def waits(throttle: str, go: Callable[[Walker], Any], before: Callable[[Walker], Any] = here) -> Callable[[Walker], None]:
    def gone(at: Walker) -> None:
        before(at)
        with at.door(**{throttle: EMPTY}):
            go(at)

    return gone


def long_ago(at: Walker) -> None:
    filled("suggestion", text="an idea, فكرة")(at)
    at.send("/suggestion", "send")
    with at.patch.context() as patched:
        patched.setattr("portal.filing.SHOWN_FOR", timedelta())
        at.send("/suggestion", step="send")


def sends(at: Walker) -> None:
    at.send("/complaint", "send")


def by_form(at: Walker, form: str, address: str) -> None:
    at.open(form)
    at.send(form, number=address.split("/")[2], secret=address.split("/")[3])


def astray(at: Walker) -> None:
    at.open("/track")
    at.send("/track", at="/policy")


def broken(fault: Exception) -> Callable[[Walker], None]:
    def go(at: Walker) -> None:
        with at.broken("portal.events.told.calendar", fault):
            at.open("/events")

    return go


def overturned(at: Walker) -> None:
    at.meanwhile(lambda session, case: notices.overturn(session, WORKER, session.get_one(Item, case.item_id)))
    at.open(at.reasons)


def sent(form: str, action: str, **typed: str) -> Callable[[Walker], None]:
    def go(at: Walker) -> None:
        at.open(form)
        at.send(action, **typed)

    return go


def data_astray(at: Walker) -> None:
    at.open("/why")
    at.send("/why", at="/why/data", number="M-00000-00000", secret="x")


def coming(at: Walker) -> None:
    at.open("/policy?edition=" + quote(f"m@{in_dubai(now()).date() + timedelta(days=1)}"))
