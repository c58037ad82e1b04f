"""`manage.py report`: the weekly report as a page on stdout, or sent to whoever asked for it."""

import sys
from typing import Annotated, Literal

import typer

from console.command import As, Json, end, opened_as


def report(
    week: Annotated[str, typer.Option(metavar="YYYY-Www", help="The week; the last whole one when left out.")] = "",
    send: Annotated[bool, typer.Option("--send", help="Queue it to everybody who asked for it, instead of writing it.")] = False,
    lang: Annotated[Literal["ar", "en"], typer.Option(help="Language of the page.")] = "ar",
    as_user: As = None,
    json: Json = False,
) -> None:
    """The weekly report: an HTML page on stdout. It is drawn up once and kept; the worker sends it on Mondays at eight."""
    from console.reports import drawn_up, sent

    house, actor = opened_as(as_user)
    if send:
        end(sent(house, actor, week), as_json=json, failed=False)
        return
    found = drawn_up(house, actor, week)
    if json:
        end({"week": found["week"], "at": found["at"], "page": found[lang]}, as_json=True, failed=False)
    else:
        sys.stdout.write(found[lang] + "\n")
