"""Figures out of the Graph API's answers."""

from collections.abc import Mapping

from connectors.errors import OF_ONE
from connectors.meta.graph import Graph, Json, Rows


def insights(graph: Graph, native_id: str, names: Mapping[str, str]) -> dict[str, int]:
    """The insights of one post by our names; none where Meta keeps none of it (a picture older than the business account)."""
    try:
        return counted(graph.rows(f"{native_id}/insights", metric=",".join(names)), names)
    except OF_ONE:
        return {}


def counted(rows: Rows, names: Mapping[str, str]) -> dict[str, int]:
    """Insights by our names: the newest value of each metric, or its total."""
    found: dict[str, int] = {}
    for row in rows.data:
        ours = names.get(str(row.get("name")))
        whole = row.get("total_value")
        series = row.get("values")
        last = whole if isinstance(whole, Mapping) else series[-1] if isinstance(series, list) and series else None
        value = last.get("value") if isinstance(last, Mapping) else None
        if ours and isinstance(value, int):
            found[ours] = value
    return found


def total(row: Json, edge: str) -> int | None:
    """`{edge: {summary: {total_count: n}}}`, None where it is not told."""
    inside = row.get(edge)
    summary = inside.get("summary") if isinstance(inside, Mapping) else None
    count = summary.get("total_count") if isinstance(summary, Mapping) else None
    return count if isinstance(count, int) else None
