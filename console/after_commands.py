"""`manage.py pause …`, `problems`, `post correct`, `post withdraw`. Thin: the work is done in console/after.py."""

from typing import Annotated

import typer

from console.command import MINUTES_MOST, MOST, As, Json, end, house, opened_as
from console.post_commands import Ar, En, Number, PairWhy, post

pause = typer.Typer(no_args_is_help=True, help="Crisis pause: press, show, allow, lift, confirm what it held.")

After = Annotated[
    int | None,
    typer.Option(min=0, max=MINUTES_MOST, help="What comes due within so many minutes after the end waits for a person too."),
]


@pause.command("press")
def pause_press(
    reason: str,
    allow: Annotated[
        list[str] | None,
        typer.Option(
            help="What may still leave: a kind (post, reply, receipt, private_reply, mail, hide, unhide, delete), "
            "user:NAME, post:NUMBER, delivery:NUMBER."
        ),
    ] = None,
    minutes: Annotated[
        int | None, typer.Option("--for", min=1, max=MINUTES_MOST, help="It ends by itself after so many minutes.")
    ] = None,
    until: Annotated[str | None, typer.Option(help="It ends by itself then (with an offset).")] = None,
    after: After = None,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Stop everything that would leave us. Needs `--as` a manager or approver."""
    from console.after import press

    value = press(*opened_as(as_user), reason, allow=allow or (), minutes=minutes, until=until, after=after or 0)
    end(value, as_json=json, failed=False)


@pause.command("show")
def pause_show(json: Json = False) -> None:
    """How it stands: what was on its way at the press and what became of it, what waits, what comes within an hour."""
    from console.after import show

    end(show(house()), as_json=json, failed=False)


@pause.command("allow")
def pause_allow(word: str, as_user: As = None, json: Json = False) -> None:
    """One more that may leave while it goes on: a kind, user:NAME, post:NUMBER or delivery:NUMBER."""
    from console.after import permit

    end(permit(*opened_as(as_user), word), as_json=json, failed=False)


@pause.command("lift")
def pause_lift(after: After = None, as_user: As = None, json: Json = False) -> None:
    """End the crisis pause. What it held waits for a person."""
    from console.after import lift

    end(lift(*opened_as(as_user), after), as_json=json, failed=False)


@pause.command("confirm")
def pause_confirm(
    deliveries: Annotated[list[int], typer.Argument(min=1, max=MOST, help="Their numbers, as `pause show` tells them.")],
    every: Annotated[int, typer.Option(min=1, max=86_400, help="Seconds between two of one account.")] = 60,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Let go what was held: these and no others, one after the other."""
    from console.after import confirm

    end(confirm(*opened_as(as_user), deliveries, every), as_json=json, failed=False)


def problems(json: Json = False) -> None:
    """Everything that did not simply go: why, whose turn it is, until when, and what one may do."""
    from console.after import board

    end(board(house()), as_json=json, failed=False)


@post.command("correct")
def post_correct(
    number: Number,
    ar: Ar = None,
    en: En = None,
    pair_why: PairWhy = None,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Draft a correction of what is out, linked to it. Another person approves it."""
    from console.after import correct

    value = correct(*opened_as(as_user), number, ar=ar or "", en=en or "", pair_why=pair_why or "")
    end(value, as_json=json, failed=False)


@post.command("withdraw")
def post_withdraw(
    number: Number,
    ar: Annotated[str | None, typer.Option("--ar", help="Why, in Arabic, for the public record.")] = None,
    en: Annotated[str | None, typer.Option("--en", help="Why, in English.")] = None,
    pair_why: PairWhy = None,
    notice: Annotated[bool, typer.Option("--notice", help="Tell it on the accounts that had it too.")] = False,
    all_days: Annotated[bool, typer.Option("--all-days", help="Of a row: end the days still to go, too.")] = False,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Draft the withdrawal of what is out: taken down wherever it stands, once another person approves it. Of a row it is this day
    alone; the answer names the days that still go."""
    from console.after import withdraw

    opened, actor = opened_as(as_user)
    said = {"ar": ar or "", "en": en or "", "pair_why": pair_why or ""}
    value = withdraw(opened, actor, number, **said, notice=notice, all_days=all_days)
    end(value, as_json=json, failed=False)
