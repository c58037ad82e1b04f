"""The policy for everybody: the edition in force, and any other by which something was or will be decided, with what it changed."""

from dataclasses import dataclass, replace
from functools import lru_cache

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse

from core.i18n import Lang
from inbox import editions
from policies.clauses import Edition
from policies.difference import Change, difference
from portal.pages import lang_of_request, page
from portal.state import portal_of

router = APIRouter(include_in_schema=False)

#: What the public is bound by; words and patterns that a machine looks for are vile, and would teach how to get round it.
PUBLIC = frozenset(
    {
        "", "ar", "en", "action", "automatic", "disclaimer", "edition", "effective_from", "legal", "notice", "preamble", "severity",
        "source", "text", "title",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Published:
    """An edition of the list: `changed` is what differs from the one before, in words ("" for the first)."""

    edition: Edition
    in_force: bool
    changed: str


@router.api_route("/policy", methods=["GET", "HEAD"])
def policy(request: Request, edition: str = "") -> HTMLResponse:
    """An edition (`?edition=…`; the one in force when none is named): its clauses, commitments and rights, its day and its hash."""
    portal = portal_of(request)
    now = portal.edition
    with portal.db.read() as session:
        published = editions.published(session)
    shown = next((one for one in published if one.ref == edition), None) if edition else now
    if shown is None:
        raise HTTPException(404)
    return page(request, "policy.html", policy=shown, current=now, published=_listed(published, now, lang_of_request(request)))


def _listed(published: list[Edition], now: Edition, lang: Lang) -> list[Published]:
    """Newest day first."""
    before = [None, *published[:-1]]
    lines = [Published(new, new.ref == now.ref, _changed(old, new, lang)) for old, new in zip(before, published, strict=True)]
    return lines[::-1]


@lru_cache(64)
def _changed(old: Edition | None, new: Edition, lang: Lang) -> str:
    if old is None:
        return ""
    found = difference(old, new)
    return replace(found, changes=tuple(change for change in found.changes if _is_public(change))).words(lang)


def _is_public(change: Change) -> bool:
    return change.field.partition(".")[0] in PUBLIC
