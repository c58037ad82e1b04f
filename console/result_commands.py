"""`manage.py result …`: what came of what the public said, published. Thin: see console/casework.py."""

from typing import Annotated

import typer

from console.case_commands import Number, Why, case
from console.command import As, Json, end, house, opened_as

result = typer.Typer(no_args_is_help=True, help="Published results: list, publish, withdraw.")

Said = Annotated[str, typer.Option(help="What was said, without anything that tells who said it; in both languages.")]
Decided = Annotated[str, typer.Option(help="What was decided; in both languages.")]
Because = Annotated[str, typer.Option(help="Why; in both languages.")]


@result.command("list")
def result_list(json: Json = False) -> None:
    """What is published, and decided suggestions of which nothing is."""
    from console.casefiles import published

    end(published(house()), as_json=json, failed=False)


@case.command("publish")
@result.command("publish")
def result_publish(
    number: Number,
    said_ar: Said,
    said_en: Said,
    decided_ar: Decided,
    decided_en: Decided,
    because_ar: Because,
    because_en: Because,
    outcome: Annotated[str, typer.Option(help="accepted, partly, declined or done; the case's own when left out.")] = "",
    as_user: As = None,
    json: Json = False,
) -> None:
    """Publish what came of a case. Needs `--as` a manager."""
    from console.casework import publish

    words = (said_ar, said_en, decided_ar, decided_en, because_ar, because_en)
    end(publish(*opened_as(as_user), number, words, outcome), as_json=json, failed=False)


@result.command("withdraw")
def result_withdraw(
    uid: Annotated[str, typer.Argument(metavar="UID", help="Its name in the list.")],
    why: Why,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Take a published result back."""
    from console.casework import unpublish

    end(unpublish(*opened_as(as_user), uid, why), as_json=json, failed=False)
