"""`manage.py account …`: connected accounts. Thin: the work is done in console/people.py and console/doctor.py."""

from typing import Annotated

import typer

from console.command import Json, actor, end, house

account = typer.Typer(no_args_is_help=True, help="Connected accounts: add, list, test, disable, enable, budget, rotate keys.")

Key = Annotated[str, typer.Argument(metavar="KEY", help="platform:native-id; the platform alone where it has one account.")]


@account.command("add")
def account_add(
    platform: str,
    native_id: str,
    secret: Annotated[
        list[str] | None,
        typer.Option(
            "--secret",
            metavar="NAME",
            help="A secret of the platform; its value is asked for, or read from stdin lines NAME=VALUE.",
        ),
    ] = None,
    backend: Annotated[str, typer.Option(help="graph or private (Instagram).")] = "",
    secrets_stdin: Annotated[bool, typer.Option("--secrets-stdin", help="Read NAME=VALUE lines from stdin.")] = False,
) -> None:
    """Connect an account. Its tokens are stored encrypted."""
    from console.people import account_add

    opened = house()
    account_add(opened, actor(opened), platform, native_id, secret or [], backend, from_stdin=secrets_stdin)


@account.command("list")
def account_list(json: Json = False) -> None:
    """Connected accounts and how they are."""
    from console.people import account_list

    end(account_list(house()), as_json=json, failed=False)


@account.command("test")
def account_test(key: Key, json: Json = False) -> None:
    """Ask the platform whether it takes the account's tokens, and which permissions are missing. Sends nothing itself.

    What was held for the account goes on where it is well; for want of credit nothing does before this is asked."""
    from console.doctor import one_account

    opened = house()
    raise typer.Exit(one_account(opened, actor(opened), key, as_json=json))


@account.command("disable")
def account_disable(key: Key) -> None:
    """Take an account out of use: not read, not written to, its queue held. Its history stays."""
    from console.people import account_switch

    opened = house()
    account_switch(opened, actor(opened), key, on=False)


@account.command("enable")
def account_enable(key: Key) -> None:
    """Take a disabled account into use again; what was held for it goes on."""
    from console.people import account_switch

    opened = house()
    account_switch(opened, actor(opened), key, on=True)


@account.command("budget")
def account_budget(
    key: Key,
    usd: Annotated[str, typer.Argument(metavar="USD", help="Most it may cost in a calendar month (UTC); none: the setting's.")],
) -> None:
    """Give an account a monthly budget. Reading gets slower as it nears its end, then stops; posts of people go on."""
    from console.money import set_budget

    opened = house()
    set_budget(opened, actor(opened), key, usd)


@account.command("rotate-keys")
def rotate_keys(json: Json = False) -> None:
    """Seal every account's tokens again with the first key of MAJLIS_KEYS."""
    from console.people import rotate_keys

    opened = house()
    end(rotate_keys(opened, actor(opened)), as_json=json, failed=False)
