"""The saved views of the inbox: a name and the filters it stands for. A new view is a line here and two words."""

from collections.abc import Mapping
from typing import Any

#: view -> wanted values by facet (inbox.facets). `mine` wants the assignee from whoever asks, `mentions` whom notes name;
#: `approvals`: an answer to it waits for somebody's yes.
VIEWS: dict[str, Mapping[str, Any]] = {
    "open": {"state": "open"},
    "unassigned": {"state": "open", "assigned": False},
    "mine": {"state": "open", "assigned": True},
    "mentions": {},
    "approvals": {},
    "review": {"state": "open", "flagged": True},
    "complaints": {"state": "open", "kind": "complaint"},
    "suggestions": {"state": "open", "kind": "suggestion"},
    "inquiries": {"state": "open", "kind": "inquiry"},
    "private": {"state": "open", "private": True},
    "snoozed": {"state": "snoozed"},
    "answered": {"state": "answered"},
    "hidden": {"hidden": True},
    "ours": {"own": True},
    "all": {},
}

#: views that no counter keeps: what stands in them is asked for by person or by answer (inbox.marked)
PERSONAL = frozenset({"mentions", "approvals"})

_FACTS = sorted({name for wanted in VIEWS.values() for name in wanted} - {"assigned", "flagged"})
_WANTED = [(view, wanted.items()) for view, wanted in VIEWS.items() if view not in PERSONAL]


def of(row: Mapping[str, Any]) -> list[str]:
    """The views an item stands in. `row` has the columns of an item, `assignee_id` and `action` among them."""
    facts = {name: row[name] for name in _FACTS}
    facts |= {"assigned": row["assignee_id"] is not None, "flagged": row["action"] != "allow"}
    held = facts.items()
    return [view for view, wanted in _WANTED if wanted <= held]
