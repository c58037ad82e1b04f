"""`manage.py receipt …` and `mail …`: proof of a receipt, telling its author by hand, sending it again, letters that came back."""

import sys
from typing import Annotated

import typer

from console.case_commands import Number
from console.command import As, Json, end, house, opened_as

receipt = typer.Typer(no_args_is_help=True, help="Receipts: show the proof, say that its author was told by hand, send it again.")
mail = typer.Typer(no_args_is_help=True, help="Letters that came back.")


@receipt.command("show")
def receipt_show(number: Number, as_user: As = None, json: Json = False) -> None:
    """What is owed of a case's receipt, and every delivery of it. (`case list --view owed` lists what clerks owe.)"""
    from console.receipts import shown

    end(shown(*opened_as(as_user), number), as_json=json, failed=False)


@receipt.command("told")
def receipt_told(
    number: Number,
    how: Annotated[str, typer.Argument(metavar="HOW", help="How its author was told: by telephone, on the platform itself.")],
    as_user: As = None,
    json: Json = False,
) -> None:
    """You told its author by hand: the receipt is no longer owed. Needs `--as` a user who works cases."""
    from console.receipts import told

    end(told(*opened_as(as_user), number, how), as_json=json, failed=False)


@receipt.command("again")
def receipt_again(number: Number, as_user: As = None, json: Json = False) -> None:
    """Send it again because its author asks, at most three times. Needs `--as` a user who works cases."""
    from console.receipts import again

    end(again(*opened_as(as_user), number), as_json=json, failed=False)


@mail.command("bounce")
def mail_bounce(json: Json = False) -> None:
    """Take in the report of a letter that came back, from standard input: for the mailbox of MAJLIS_SMTP_FROM."""
    from console.receipts import bounce
    from core.actors import OPERATING

    end(bounce(house(), OPERATING, sys.stdin.buffer.read()), as_json=json, failed=False)
