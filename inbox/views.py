"""The saved views of the inbox: a name and the filters it stands for. A new view is a line here and two words."""

from collections.abc import Mapping
from typing import Any

#: view -> wanted values by facet (inbox.facets). `mine` wants the assignee from whoever asks.
VIEWS: dict[str, Mapping[str, Any]] = {
    "open": {"state": "open"},
    "unassigned": {"state": "open", "assigned": False},
    "mine": {"state": "open", "assigned": True},
    "review": {"state": "open", "flagged": True},
    "complaints": {"state": "open", "kind": "complaint"},
    "suggestions": {"state": "open", "kind": "suggestion"},
    "inquiries": {"state": "open", "kind": "inquiry"},
    "private": {"state": "open", "private": True},
    "answered": {"state": "answered"},
    "hidden": {"hidden": True},
    "ours": {"own": True},
    "all": {},
}


def of(row: Mapping[str, Any]) -> list[str]:
    """The views an item stands in. `row` has the columns of an item, `assignee_id` and `action` among them."""
    facts = {**row, "assigned": row["assignee_id"] is not None, "flagged": row["action"] != "allow"}
    return [view for view, wanted in VIEWS.items() if all(facts[name] == value for name, value in wanted.items())]
