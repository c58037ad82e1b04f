"""`manage.py tag …`: the words of the house that messages are marked with. Thin: see console/tags.py."""

from typing import Annotated

import typer

from console.command import As, Json, end, house, opened_as

tag = typer.Typer(no_args_is_help=True, help="Tags for messages: list and add.")


@tag.command("list")
def tag_list(json: Json = False) -> None:
    """All tags, those no longer in use last."""
    from console.tags import listed

    end(listed(house()), as_json=json, failed=False)


@tag.command("add")
def tag_add(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A short name: a-z, 0-9 and _.")],
    name_ar: Annotated[str, typer.Option(help="Arabic name.")],
    name_en: Annotated[str, typer.Option(help="English name.")],
    ended: Annotated[bool, typer.Option("--ended", help="It is put on nothing more.")] = False,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Enter a tag, or change its names; with --ended, end its use."""
    from console.tags import keep

    end(keep(*opened_as(as_user), code, name_ar, name_en, active=not ended), as_json=json, failed=False)
