"""Whose a ref is: importers' refs live in a namespace of their own, so that none is mistaken for one of ours."""

#: ours are `reply:12`, `receipt:7`, `hide:3:9` …; none begins like this
IMPORTED = "import:"

#: what is sent again as it was, with the id of the delivery before it
AGAIN = "again:"


def imported(ref: str) -> str:
    """As the ledger keeps the ref an importer gave."""
    return IMPORTED + ref


def shown(ref: str | None) -> str | None:
    """The ref an importer gave, as he gave it; None for a delivery that came without one, or that we named ourselves."""
    return ref.removeprefix(IMPORTED) if ref is not None and ref.startswith(IMPORTED) else None
