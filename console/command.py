"""What every command of the operator's door shares; it loads nothing until a command needs it."""

from typing import Annotated, Any

import typer

Json = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]

#: no number that is given is higher: every database and every reader of JSON can hold it
MOST = 2**53
#: no time that is given in minutes, or in days, is longer: ten years, and a hundred
MINUTES_MOST, DAYS_MOST = 5_256_000, 36_500

#: a week, in minutes
WEEK = 10_080

#: the user of `--as`, for this run of the door
acting_as: dict[str, str | None] = {"user": None}


def house(*, patient: bool = False) -> Any:
    """The installation that the settings name, opened, with its log set up. `patient`: see console.opening.opened."""
    from console.opening import opened
    from core.log import set_up

    found = opened(patient=patient)
    set_up(found.settings.log_level)
    return found


def actor(house: Any) -> Any:
    """Who acts: the operator, or the user of `--as`."""
    from console.opening import actor

    return actor(house, acting_as["user"])


As = Annotated[str | None, typer.Option("--as", metavar="USER", help="Act as this user, as before the command.")]


def opened_as(as_user: str | None = None) -> tuple[Any, Any]:
    """The house, and who acts in it."""
    if as_user:
        acting_as["user"] = as_user
    found = house()
    return found, actor(found)


def end(value: Any, *, as_json: bool, failed: bool) -> None:
    """Print a pass's result, and leave with 1 when something failed."""
    from console.printing import report

    report(value, as_json=as_json)
    if failed:
        raise typer.Exit(1)
