"""`manage.py post …`: posts from the first draft to their hour. Thin: console/posts.py and post_whole.py read, posting.py acts."""

from pathlib import Path
from typing import Annotated

import typer

from console.command import MINUTES_MOST, MOST, WEEK, As, Json, actor, end, house, opened_as

post = typer.Typer(no_args_is_help=True, help="Posts: draft, submit, approve, send back, compare, cancel; import approved ones.")

Number = Annotated[int, typer.Argument(metavar="NUMBER", min=1, max=MOST, help="Its number, as `post list` tells it.")]
Seen = Annotated[
    int | None, typer.Option("--seen", min=1, max=MOST, help="The version that was read: refused when it is no longer the newest.")
]
Title = Annotated[str | None, typer.Option(help="What staff call it; never sent.")]
Ar = Annotated[str | None, typer.Option("--ar", help="The Arabic body.")]
En = Annotated[str | None, typer.Option("--en", help="The English body.")]
PairWhy = Annotated[str | None, typer.Option("--pair-why", help="Why it goes in one language only; logged.")]
Accounts = Annotated[list[str] | None, typer.Option("--account", metavar="KEY", help="Gets what the bodies say.")]
Texts = Annotated[list[str] | None, typer.Option("--text", metavar="KEY=TEXT", help="An account with words of its own.")]
At = Annotated[str | None, typer.Option("--at", help="2026-12-02T09:00 on the wall, or with an offset; '': once approved.")]
Zone = Annotated[str | None, typer.Option(help="The zone of that wall, and of a new event; Asia/Dubai when left out.")]
Every = Annotated[str | None, typer.Option(help="day, week or month: it recurs; '': it goes once.")]
Step = Annotated[int, typer.Option(min=1, help="Every so many days, weeks or months.")]
Until = Annotated[str | None, typer.Option(help="The last day on which it may recur.")]
Media = Annotated[list[Path] | None, typer.Option("--media", exists=True, dir_okay=False, help="A picture or film.")]
Alt = Annotated[list[str] | None, typer.Option("--alt", help="What it shows, in words; one for each file, in their order.")]
AltWhy = Annotated[str | None, typer.Option("--alt-why", help="Why a file goes without such words; logged.")]
TakeOut = Annotated[
    list[int] | None, typer.Option("--take-out", metavar="N", min=1, max=MOST, help="File N of `post show` is taken out.")
]
Describe = Annotated[list[str] | None, typer.Option("--describe", metavar="N=WORDS", help="Other words for what file N shows.")]
Order = Annotated[
    str | None, typer.Option("--order", metavar="N,N", help="The files that stay, in this order; new ones come last.")
]
Polled = Annotated[list[str] | None, typer.Option("--poll", metavar="ANSWER", help="A poll (X): each answer; '' takes it away.")]
PollFor = Annotated[int, typer.Option("--poll-minutes", min=1, max=MINUTES_MOST, help="How long the poll is open.")]
Grace = Annotated[
    int | None, typer.Option("--grace", min=1, max=WEEK, help="So many minutes late it still goes by itself; a week at most.")
]
Starts = Annotated[str | None, typer.Option(help="An event begins: on the wall of its zone, or with an offset.")]
Ends = Annotated[str | None, typer.Option(help="An event ends: likewise.")]
Named = Annotated[str | None, typer.Option("--event-title", help="What the event is called; the title when left out.")]
NamedEn = Annotated[str | None, typer.Option("--event-title-en", help="What it is called in English.")]
Place = Annotated[str | None, typer.Option(help="Where the event is.")]
PlaceEn = Annotated[str | None, typer.Option("--place-en", help="Where it is, in English.")]


@post.command("list")
def post_list(
    state: Annotated[str, typer.Option(help="Only posts in this state.")] = "",
    mine: Annotated[bool, typer.Option("--mine", help="Only those whose open step asks for your yes. Needs `--as`.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=MOST, help="At most so many, the newest first.")] = 100,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Posts with their state and whom they wait for, the newest first."""
    from console.post_page import print_list
    from console.posts import listing

    opened, me = opened_as(as_user) if mine else (house(), None)
    print_list(listing(opened, state=state, actor=me, limit=limit), as_json=json)


@post.command("show")
def post_show(
    number: Number,
    policy: Annotated[bool, typer.Option("--policy/--no-policy", help="Whether the policy's judge reads it too (seconds).")] = True,
    json: Json = False,
) -> None:
    """All about one post: each account's version, its approval, comments, versions, and what to look at before saying yes."""
    from console.post_page import print_whole
    from console.post_whole import whole

    print_whole(whole(house(), number, policy=policy), as_json=json)


@post.command("diff")
def post_diff(
    number: Number,
    old: Annotated[int | None, typer.Argument(min=1, max=MOST, help="A version; the one before the newer when left out.")] = None,
    new: Annotated[int | None, typer.Argument(min=1, max=MOST, help="A newer version; the newest when left out.")] = None,
    json: Json = False,
) -> None:
    """What changed between two versions of a post: words, fields, media."""
    from console.post_page import print_diff
    from console.posts import diff

    print_diff(diff(house(), number, old, new), as_json=json)


@post.command("draft")
def post_draft(
    title: Title = None,
    kind: Annotated[str, typer.Option(help="news or event.")] = "news",
    ar: Ar = None,
    en: En = None,
    pair_why: PairWhy = None,
    account: Accounts = None,
    text: Texts = None,
    at: At = None,
    zone: Zone = None,
    every: Every = None,
    step: Step = 1,
    until: Until = None,
    media: Media = None,
    alt: Alt = None,
    alt_why: AltWhy = None,
    poll: Polled = None,
    poll_minutes: PollFor = 1440,
    grace: Grace = None,
    starts: Starts = None,
    ends: Ends = None,
    event_title: Named = None,
    event_title_en: NamedEn = None,
    place: Place = None,
    place_en: PlaceEn = None,
    submit: Annotated[bool, typer.Option("--submit", help="Ask for its approval at once.")] = False,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Write a post. Needs `--as` an author: a version is somebody's."""
    given = {name: value for name, value in locals().items() if name not in ("submit", "as_user", "json")}
    from console.posting import draft

    end(draft(*opened_as(as_user), given, submit=submit), as_json=json, failed=False)


@post.command("edit")
def post_edit(
    number: Number,
    title: Title = None,
    ar: Ar = None,
    en: En = None,
    pair_why: PairWhy = None,
    account: Accounts = None,
    text: Texts = None,
    at: At = None,
    zone: Zone = None,
    every: Every = None,
    step: Step = 1,
    until: Until = None,
    media: Media = None,
    alt: Alt = None,
    alt_why: AltWhy = None,
    take_out: TakeOut = None,
    describe: Describe = None,
    order: Order = None,
    poll: Polled = None,
    poll_minutes: PollFor = 1440,
    grace: Grace = None,
    starts: Starts = None,
    ends: Ends = None,
    event_title: Named = None,
    event_title_en: NamedEn = None,
    place: Place = None,
    place_en: PlaceEn = None,
    seen: Seen = None,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Change a post that has not left: a new version, nothing queued, every approval void. What is not named stays."""
    given = {name: value for name, value in locals().items() if name not in ("number", "seen", "as_user", "json")}
    from console.posting import edit

    end(edit(*opened_as(as_user), number, given, seen=seen), as_json=json, failed=False)


@post.command("submit")
def post_submit(
    number: Number,
    also: Annotated[
        list[str] | None, typer.Option(metavar="STEP", help="A further step: any, any:USER,USER or all:USER,USER; in their order.")
    ] = None,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Ask for its approval, by the steps of MAJLIS_APPROVAL_STEPS. Refused when something is missing or does not fit."""
    from console.posting import submit

    end(submit(*opened_as(as_user), number, also or ()), as_json=json, failed=False)


@post.command("approve")
def post_approve(
    number: Number,
    seen: Seen = None,
    comment: Annotated[str, typer.Option(help="Words beside the yes.")] = "",
    as_user: As = None,
    json: Json = False,
) -> None:
    """Say yes to the step that is open, for the version that you read (`--seen`).

    Needs `--as` an approver whose hand is in none of its versions."""
    from console.posting import approve

    value, late = approve(*opened_as(as_user), number, seen=seen, comment=comment)
    end(value, as_json=json, failed=late)


@post.command("send-back")
def post_send_back(
    number: Number,
    comment: Annotated[str, typer.Argument(help="What should change.")],
    as_user: As = None,
    json: Json = False,
) -> None:
    """Not like this: back to its author. Needs `--as` an approver."""
    from console.posting import send_back

    end(send_back(*opened_as(as_user), number, comment), as_json=json, failed=False)


@post.command("cancel")
def post_cancel(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why.")] = "cancelled",
    as_user: As = None,
    json: Json = False,
) -> None:
    """It shall not go out. What has left stays, and the post then shows `partly`."""
    from console.posting import cancel

    end(cancel(*opened_as(as_user), number, reason), as_json=json, failed=False)


@post.command("retry")
def post_retry(number: Number, as_user: As = None, json: Json = False) -> None:
    """Send what a platform refused of it again, now and as approved; what stands elsewhere is left alone."""
    from console.posting import retry

    end(retry(*opened_as(as_user), number), as_json=json, failed=False)


@post.command("skip")
def post_skip(
    number: Number,
    reason: Annotated[str, typer.Option(help="Why.")],
    as_user: As = None,
    json: Json = False,
) -> None:
    """Of a post that recurs, this one occurrence does not go; the others do."""
    from console.posting import skip

    end(skip(*opened_as(as_user), number, reason), as_json=json, failed=False)


@post.command("take-up")
def post_take_up(number: Number, as_user: As = None, json: Json = False) -> None:
    """What has not gone of a post that recurs, from this one on, becomes a draft again, to be changed and approved."""
    from console.posting import take_up

    end(take_up(*opened_as(as_user), number), as_json=json, failed=False)


@post.command("comment")
def post_comment(
    number: Number,
    text: Annotated[str, typer.Argument(help="What colleagues shall read.")],
    as_user: As = None,
    json: Json = False,
) -> None:
    """Say something about a post as it is now; kept with its version, never sent."""
    from console.posting import comment

    end(comment(*opened_as(as_user), number, text), as_json=json, failed=False)


@post.command("import")
def post_import(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, readable=True, help="JSON lines: ref, account, kind, text, at, media, alt, approved_by."
        ),
    ],
    json: Json = False,
) -> None:
    """Import approved posts, one delivery a line; importing again changes nothing."""
    from console.passes import post_import

    opened = house()
    value, failed = post_import(opened, actor(opened), file)
    end(value, as_json=json, failed=failed)
