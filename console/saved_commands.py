"""`manage.py saved …`: words kept for answers. Thin: see console/saved.py."""

from datetime import datetime
from typing import Annotated

import typer

from console.command import MOST, As, Json, end, house, opened_as

saved = typer.Typer(no_args_is_help=True, help="Saved replies: list, add, change, retire, take up.")

Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, max=MOST, help="Its number, as `saved list` tells it.")]
Name = Annotated[str | None, typer.Option(help="What colleagues call it.")]
Ar = Annotated[str | None, typer.Option("--ar", help="The Arabic words.")]
En = Annotated[str | None, typer.Option("--en", help="The English words.")]
Source = Annotated[str | None, typer.Option(help="Where the words come from.")]
Until = Annotated[
    datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day on which it holds; a year from now at most.")
]
Topic = Annotated[str | None, typer.Option(help="The topic it fits; none: any.")]
Owner = Annotated[str | None, typer.Option(metavar="USER", help="Who answers for it; whoever adds it when left out.")]


@saved.command("list")
def saved_list(
    standing: Annotated[str, typer.Option(help="in_use, soon (to be read again within 30 days), over or ended.")] = "",
    topic: Annotated[str, typer.Option(help="Only those of this topic.")] = "",
    text: Annotated[str, typer.Option(help="Stands in its name or words.")] = "",
    json: Json = False,
) -> None:
    """All saved replies by name: words, source, who answers for them, until when they hold."""
    from console.saved import listed

    end(listed(house(), standing=standing, topic=topic, text=text), as_json=json, failed=False)


@saved.command("add")
def saved_add(
    name: Name = None,
    ar: Ar = None,
    en: En = None,
    source: Source = None,
    until: Until = None,
    topic: Topic = None,
    owner: Owner = None,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Enter one. {name}, {number}, {due}, {track} and {account} fill themselves; any other place is left to whoever answers."""
    given = {option: value for option, value in locals().items() if option not in ("as_user", "json")}
    from console.saved import add

    end(add(*opened_as(as_user), given), as_json=json, failed=False)


@saved.command("change")
def saved_change(
    number: Number,
    name: Name = None,
    ar: Ar = None,
    en: En = None,
    source: Source = None,
    until: Until = None,
    topic: Topic = None,
    owner: Owner = None,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Change one; what is not named stays."""
    given = {option: value for option, value in locals().items() if option not in ("number", "as_user", "json")}
    from console.saved import change

    end(change(*opened_as(as_user), number, given), as_json=json, failed=False)


@saved.command("retire")
def saved_retire(number: Number, as_user: As = None, json: Json = False) -> None:
    """End its use: it is offered no more, and nothing made from it leaves. What was sent keeps naming it."""
    from console.saved import use

    end(use(*opened_as(as_user), number, active=False), as_json=json, failed=False)


@saved.command("take-up")
def saved_take_up(number: Number, as_user: As = None, json: Json = False) -> None:
    """Offer one again that was retired."""
    from console.saved import use

    end(use(*opened_as(as_user), number, active=True), as_json=json, failed=False)
