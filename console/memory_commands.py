"""`manage.py hold …`, `retention …`, `notice …` and `moderate …`: what is kept, what was withheld, and what its author is told."""

from typing import Annotated

import typer

from console.command import MOST, As, Json, end, house, opened_as

hold = typer.Typer(no_args_is_help=True, help="Legal holds: what is kept although its time is over.")
retention = typer.Typer(no_args_is_help=True, help="How long what people wrote is kept: show it, and erase what is over its time.")
notice = typer.Typer(no_args_is_help=True, help="Statements of reasons: those a clerk owes, and how many were given or overturned.")
moderate = typer.Typer(no_args_is_help=True, help="Hide an item, show it again, or delete what somebody else hid.")

ItemId = Annotated[int, typer.Argument(metavar="ITEM", max=MOST, help="Number of the item.")]
Clause = Annotated[str, typer.Argument(metavar="CLAUSE", help="Id of the clause of the policy in force.")]
Reason = Annotated[str, typer.Argument(metavar="REASON", help="Why, for staff and the audit; its author reads the clause.")]


@hold.command("set")
def hold_set(
    subject: Annotated[str, typer.Argument(metavar="SUBJECT", help="Number of a case (M-XXXXX-XXXXX), or item:5.")],
    reason: Annotated[str, typer.Argument(metavar="REASON", help="Who asked for it, and the number of the order.")],
    as_user: As = None,
    json: Json = False,
) -> None:
    """Keep a case or an item until the hold is lifted. Needs `--as` a manager or an auditor."""
    from console.memory import keep

    end(keep(*opened_as(as_user), subject, reason), as_json=json, failed=False)


@hold.command("list")
def hold_list(json: Json = False) -> None:
    """Holds that stand, the oldest first."""
    from console.memory import held

    end(held(house()), as_json=json, failed=False)


@hold.command("lift")
def hold_lift(
    number: Annotated[int, typer.Argument(metavar="HOLD", max=MOST, help="Number of the hold.")],
    as_user: As = None,
    json: Json = False,
) -> None:
    """End a hold. What its author wanted removed meanwhile is removed, unless another hold keeps it."""
    from console.memory import lift

    end(lift(*opened_as(as_user), number), as_json=json, failed=False)


@retention.command("show")
def retention_show(json: Json = False) -> None:
    """Each class, how many days it is kept, and how much of it is over its time."""
    from console.memory import kept

    end(kept(house()), as_json=json, failed=False)


@retention.command("run")
def retention_run(json: Json = False) -> None:
    """Erase now what the worker would erase within the hour. What a hold names stays. Ends with 1 while erased words stand in the
    database's log because somebody reads from it."""
    from console.memory import sweep

    done = sweep(*opened_as())
    end(done, as_json=json, failed=not done["cleared"])


@notice.command("owed")
def notice_owed(json: Json = False) -> None:
    """Notices that reached nobody yet, and why."""
    from console.memory import owed

    end(owed(house()), as_json=json, failed=False)


@notice.command("hand-over")
def notice_hand_over(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="Number of the notice: M-XXXXX-XXXXX.")],
    as_user: As = None,
    json: Json = False,
) -> None:
    """The link of an owed notice, to be given to its reader by hand; it is owed no more. Needs `--as` a moderator."""
    from console.memory import hand_over

    end(hand_over(*opened_as(as_user), number), as_json=json, failed=False)


@notice.command("counts")
def notice_counts(
    days: Annotated[int, typer.Option(min=1, max=3660, help="Of the last so many days.")] = 30, json: Json = False
) -> None:
    """Notices by clause: given, how many of them automatic, how many overturned."""
    from console.memory import counts

    end(counts(house(), days), as_json=json, failed=False)


@moderate.command("hide")
def moderate_hide(item: ItemId, clause: Clause, reason: Reason, as_user: As = None, json: Json = False) -> None:
    """Hide an item under a clause; its author is given the reasons when the platform has done it. Needs `--as` a moderator."""
    from console.memory import act

    end(act(*opened_as(as_user), "hide", item, clause, reason), as_json=json, failed=False)


@moderate.command("show")
def moderate_show(item: ItemId, reason: Reason, as_user: As = None, json: Json = False) -> None:
    """Show a hidden item again; what was decided against it is overturned."""
    from console.memory import act

    end(act(*opened_as(as_user), "unhide", item, "", reason), as_json=json, failed=False)


@moderate.command("delete")
def moderate_delete(item: ItemId, clause: Clause, reason: Reason, as_user: As = None, json: Json = False) -> None:
    """Have the platform delete an item that somebody else has hidden. It can't be brought back."""
    from console.memory import act

    end(act(*opened_as(as_user), "delete", item, clause, reason), as_json=json, failed=False)
