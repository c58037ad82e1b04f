"""`manage.py data …`: the open data, published day by day; was it changed since? Thin: the deeds stand in inbox/data."""

from typing import Annotated

import typer

from console.command import Json, actor, end, house

data = typer.Typer(no_args_is_help=True, help="The open data: publish what is whole, verify what was published.")


@data.command("release")
def data_release(json: Json = False) -> None:
    """Publish what is whole and was not published yet. The worker does so each day at six; done twice it changes nothing."""
    from core import audit
    from inbox.data.release import make

    opened = house()
    made = make(opened.db, actor(opened), opened.settings)
    audit.seal(opened.db)
    told = {"day": made.day.isoformat(), "sha256": made.sha256, "lines": made.lines} if made else {"day": None}
    end(told, as_json=json, failed=False)


@data.command("verify")
def data_verify(
    head: Annotated[str, typer.Option(help="The hash of a release written down earlier: it must stand among them.")] = "",
    json: Json = False,
) -> None:
    """Walk every release; names the day of the first that was changed, and why it does not fit."""
    from inbox.data.verify import verify

    with house().db.read() as session:
        found = verify(session, known_head=head)
    told = {
        "releases": found.releases,
        "day": found.day and found.day.isoformat(),
        "head": found.head,
        "whole": found.whole,
        "broken": found.broken and found.broken.isoformat(),
        "why": found.why,
    }
    end(told, as_json=json, failed=not found.whole)
