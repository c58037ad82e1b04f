"""`manage.py policy …`: the commands of a policy owner. Thin: the work is done in console/editions.py and console/policy.py."""

from pathlib import Path
from typing import Annotated

import typer

from console.command import DAYS_MOST, MOST, Json, actor, end, house

Edition = Annotated[str, typer.Argument(help="policy@edition.")]
EditionOrFile = Annotated[str, typer.Argument(help="policy@edition, or a TOML file.")]

policy = typer.Typer(no_args_is_help=True, help="The moderation policy: check, propose, activate, compare and replay its editions.")


@policy.command("check")
def policy_check(
    files: Annotated[
        list[Path] | None, typer.Argument(exists=True, dir_okay=False, help="Edition files; the shipped ones when left out.")
    ] = None,
    json: Json = False,
) -> None:
    """Run each edition's own examples and counter-examples; names the clauses that fail."""
    from console.editions import check, spoken

    value, failed = check(files or [])
    end(value if json else spoken(value), as_json=json, failed=failed)


@policy.command("propose")
def policy_propose(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)], json: Json = False) -> None:
    """Store an edition that keeps its own examples. It waits for somebody else to activate it."""
    from console.policy import propose

    opened = house()
    end(propose(opened, actor(opened), file), as_json=json, failed=False)


@policy.command("activate")
def policy_activate(edition: Edition, json: Json = False) -> None:
    """Put a proposed edition in force from its day on. Needs `--as` a policy owner who did not propose it."""
    from console.policy import activate

    opened = house()
    end(activate(opened, actor(opened), edition), as_json=json, failed=False)


@policy.command("withdraw")
def policy_withdraw(edition: Edition, json: Json = False) -> None:
    """Take back an edition that was proposed and not activated."""
    from console.policy import withdraw

    opened = house()
    end(withdraw(opened, actor(opened), edition), as_json=json, failed=False)


@policy.command("list")
def policy_list(json: Json = False) -> None:
    """The edition in force, and all that were proposed: by whom, and who activated them."""
    from console.policy import listing

    end(listing(house()), as_json=json, failed=False)


@policy.command("show")
def policy_show(
    edition: Annotated[str, typer.Argument(help="policy@edition; the one in force when left out.")] = "", json: Json = False
) -> None:
    """An edition's clauses in Arabic and English."""
    from console.policy import show

    end(show(house(), edition), as_json=json, failed=False)


@policy.command("diff")
def policy_diff(old: EditionOrFile, new: EditionOrFile, json: Json = False) -> None:
    """What changed between two editions, clause by clause, in Arabic and English."""
    from console.policy import diff

    diff(house, old, new, as_json=json)


@policy.command("backtest")
def policy_backtest(
    edition: EditionOrFile,
    days: Annotated[
        int | None, typer.Option(min=1, max=DAYS_MOST, help="Only what was said in so many days; everything when left out.")
    ] = None,
    account: Annotated[str, typer.Option(help="Only this account (platform:native-id).")] = "",
    limit: Annotated[int, typer.Option(min=0, max=MOST, help="List so many items at most.")] = 20,
    json: Json = False,
) -> None:
    """What an edition would have said of the items stored here. Writes nothing; progress goes to stderr."""
    from console.policy import replay

    opened = house()
    replay(opened, actor(opened), edition, days=days, account=account, limit=limit, as_json=json)
