"""`manage.py event …`: what becomes of an event once `post draft --kind event` wrote it. Thin: see console/occasions.py."""

from typing import Annotated

import typer

from console.command import As, Json, end, house, opened_as
from console.post_commands import Ends, Named, NamedEn, Number, Place, PlaceEn, Seen, Starts

event = typer.Typer(no_args_is_help=True, help="Events: list, remind of, change, cancel, give notice of.")


@event.command("list")
def event_list(
    over: Annotated[bool, typer.Option("--all", help="Those that are over too.")] = False,
    json: Json = False,
) -> None:
    """Events to come with their reminders and notices, the next one first."""
    from console.occasions import listed

    end(listed(house(), over=over), as_json=json, failed=False)


@event.command("remind")
def event_remind(
    number: Number,
    before: Annotated[list[str] | None, typer.Argument(help="How long before it begins: 2d, 3h, 30m; without any, none.")] = None,
    seen: Seen = None,
    as_user: As = None,
    json: Json = False,
) -> None:
    """These reminders and no others; they are approved with the announcement. Needs `--as` an author."""
    from console.occasions import remind

    end(remind(*opened_as(as_user), number, before or [], seen=seen), as_json=json, failed=False)


@event.command("change")
def event_change(
    number: Number,
    starts: Starts = None,
    ends: Ends = None,
    event_title: Named = None,
    event_title_en: NamedEn = None,
    place: Place = None,
    place_en: PlaceEn = None,
    zone: Annotated[str | None, typer.Option(help="The zone whose clocks tell its hours.")] = None,
    seen: Seen = None,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Another hour, place or name: what has not gone is rewritten, for what has a notice is proposed. Needs `--as` an author."""
    given = {"starts_at": starts, "ends_at": ends, "title": event_title, "title_en": event_title_en}
    from console.occasions import change

    given |= {"place": place, "place_en": place_en, "zone": zone}
    end(change(*opened_as(as_user), number, given, seen=seen), as_json=json, failed=False)


@event.command("cancel")
def event_cancel(
    number: Number,
    why: Annotated[str, typer.Argument(help="Why, for staff and the audit.")],
    seen: Seen = None,
    as_user: As = None,
    json: Json = False,
) -> None:
    """It does not take place: what has not gone is withdrawn, for what has a notice is proposed. Needs `--as` an author."""
    from console.occasions import cancel

    end(cancel(*opened_as(as_user), number, why, seen=seen), as_json=json, failed=False)


@event.command("notice")
def event_notice(number: Number, seen: Seen = None, as_user: As = None, json: Json = False) -> None:
    """Propose a notice of what the public does not know yet, where none is on its way. Needs `--as` an author."""
    from console.occasions import notice

    end(notice(*opened_as(as_user), number, seen=seen), as_json=json, failed=False)
