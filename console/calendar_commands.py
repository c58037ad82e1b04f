"""`manage.py calendar …`: holidays, mourning and Ramadan. Thin: the deeds stand in core/calendar.py."""

from typing import Annotated

import typer

from console.command import MOST, Json, actor, end, house

calendar = typer.Typer(no_args_is_help=True, help="Holidays, mourning, Ramadan: list, keep, announce, move, remove.")

Number = Annotated[int, typer.Argument(metavar="NUMBER", max=MOST, help="Its number in the list.")]
Day = Annotated[str, typer.Argument(metavar="DAY", help="A day: 2026-12-02.")]
Source = Annotated[str, typer.Option(help="Where it was read.")]


@calendar.command("list")
def calendar_list(
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="From this day on; today when left out.")] = "",
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="Up to this day; a year on when left out.")] = "",
    all_: Annotated[bool, typer.Option("--all", help="Those taken out too.")] = False,
    json: Json = False,
) -> None:
    """Days that are not like others, with their status and where it was read."""
    from console.almanac import listed

    end(listed(house(), first, last, removed=all_), as_json=json, failed=False)


@calendar.command("keep")
def calendar_keep(
    kind: Annotated[str, typer.Argument(help="holiday, mourning or ramadan.")],
    first: Day,
    last: Day,
    name_ar: Annotated[str, typer.Option(help="Arabic name.")],
    name_en: Annotated[str, typer.Option(help="English name.")],
    status: Annotated[str, typer.Option(help="announced, confirmed or estimated.")] = "announced",
    source: Source = "",
    json: Json = False,
) -> None:
    """Enter days, both the first and the last included. Needs `--as` a manager or an admin, as does every change here."""
    from console.almanac import keep

    opened = house()
    end(keep(opened, actor(opened), kind, first, last, name_ar, name_en, status, source), as_json=json, failed=False)


@calendar.command("announce")
def calendar_announce(
    number: Number,
    source: Source,
    first: Annotated[str, typer.Option(metavar="DAY", help="The first day, when it is another.")] = "",
    last: Annotated[str, typer.Option(metavar="DAY", help="The last day, when it is another.")] = "",
    confirmed: Annotated[bool, typer.Option("--confirmed", help="As good as begun: the moon was seen.")] = False,
    json: Json = False,
) -> None:
    """It is official now, on its days or on these."""
    from console.almanac import announce

    opened = house()
    end(announce(opened, actor(opened), number, source, first, last, confirmed=confirmed), as_json=json, failed=False)


@calendar.command("move")
def calendar_move(number: Number, first: Day, last: Day, source: Source, json: Json = False) -> None:
    """It takes place on other days than was said."""
    from console.almanac import move

    opened = house()
    end(move(opened, actor(opened), number, first, last, source), as_json=json, failed=False)


@calendar.command("remove")
def calendar_remove(number: Number, reason: Annotated[str, typer.Option(help="Why, in a few words.")], json: Json = False) -> None:
    """It is not observed after all; no estimate brings it back."""
    from console.almanac import remove

    opened = house()
    end(remove(opened, actor(opened), number, reason), as_json=json, failed=False)
