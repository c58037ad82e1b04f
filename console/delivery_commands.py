"""`manage.py delivery …`: one that asks for a person's word. Thin: see console/deliveries.py."""

from typing import Annotated

import typer

from console.command import MOST, As, Json, end, house, opened_as

delivery = typer.Typer(no_args_is_help=True, help="One delivery: show, again, adopt, release, give up.")

Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, max=MOST, help="Its number, as `problems` tells it.")]


@delivery.command("show")
def delivery_show(number: Number, json: Json = False) -> None:
    """Where it stands and why, and each try: when it left, what the platform said."""
    from console.deliveries import show

    end(show(house(), number), as_json=json, failed=False)


@delivery.command("again")
def delivery_again(number: Number, as_user: As = None, json: Json = False) -> None:
    """It is certainly not there, or was missed, and is still wanted: it goes now. Look at the account first. Needs `--as`."""
    from console.deliveries import again

    end(again(*opened_as(as_user), number), as_json=json, failed=False)


@delivery.command("adopt")
def delivery_adopt(
    number: Number,
    external_id: Annotated[str, typer.Argument(metavar="ID", help="Its id on the platform, where somebody found it.")],
    as_user: As = None,
    json: Json = False,
) -> None:
    """It is there: this is its id, and nothing more is sent. Needs `--as`."""
    from console.deliveries import adopt

    end(adopt(*opened_as(as_user), number, external_id), as_json=json, failed=False)


@delivery.command("release")
def delivery_release(number: Number, as_user: As = None, json: Json = False) -> None:
    """What was held may go after all, when every last-moment check lets it. Needs `--as`."""
    from console.deliveries import release

    end(release(*opened_as(as_user), number), as_json=json, failed=False)


@delivery.command("give-up")
def delivery_give_up(
    number: Number,
    reason: Annotated[str, typer.Argument(help="Why; it stands in the audit.")],
    as_user: As = None,
    json: Json = False,
) -> None:
    """It is no longer wanted: it never goes. Needs `--as`."""
    from console.deliveries import give_up

    end(give_up(*opened_as(as_user), number, reason), as_json=json, failed=False)
