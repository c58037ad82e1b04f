"""`manage.py case …` and `department …`: what clerks do with cases, from the command line. Thin: see console/casework.py."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from console.command import MOST, As, Json, end, house, opened_as

case = typer.Typer(no_args_is_help=True, help="Cases: list, show, open, sort, work on, merge, split, publish.")
department = typer.Typer(no_args_is_help=True, help="Departments: list and keep.")

Number = Annotated[str, typer.Argument(metavar="NUMBER", help="Number of the case: M-XXXXX-XXXXX.")]
ItemId = Annotated[int, typer.Argument(metavar="ITEM", max=MOST, help="Number of the message.")]
Kind = Annotated[str, typer.Option(help="complaint, suggestion, inquiry, praise or other.")]
Topic = Annotated[str, typer.Option(help="Its subject; what its words are about when left out.")]
Why = Annotated[str, typer.Argument(metavar="WHY", help="Why, for staff and the audit.")]
Words = Annotated[str, typer.Argument(metavar="WORDS", help="What its author reads.")]


def _do(as_user: str | None, number: str, verb: Callable[[Any, Any, Any], Any], as_json: bool) -> None:
    """Do `verb(session, actor, case)` to the case of that number, as who is named, and print what it is now."""
    from console.casework import done

    opened, who = opened_as(as_user)
    end(done(opened, number, lambda session, one: verb(session, who, one)), as_json=as_json, failed=False)


@case.command("list")
def case_list(
    view: Annotated[str, typer.Option(help="work, mine, free, late, owed, objections, resolved, closed or all.")] = "work",
    kind: Annotated[str | None, typer.Option(help="Only cases of this kind.")] = None,
    grade: Annotated[str | None, typer.Option("--class", help="Only cases of this class.")] = None,
    in_: Annotated[str | None, typer.Option("--department", help="Only cases with this department.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")] = 50,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Cases of a view, what is due first, and how many wait in the other views."""
    from console.casefiles import listed
    from inbox.caseload import Load

    opened, who = opened_as(as_user)
    wanted = Load(view=view, kind=kind, grade=grade, department=in_, me=who.user_id)
    end(listed(opened, who, wanted, limit), as_json=json, failed=False)


@case.command("show")
def case_show(number: Number, as_user: As = None, json: Json = False) -> None:
    """One case: its messages, our answers, every step."""
    from console.casefiles import shown

    end(shown(*opened_as(as_user), number), as_json=json, failed=False)


@case.command("why")
def case_why(
    number: Number,
    lang: Annotated[str, typer.Option(help="ar or en: the language of the words.")] = "en",
    as_user: As = None,
    json: Json = False,
) -> None:
    """By when it is to be answered and ended, and how each date was counted, day by day."""
    from console.clock import tell, why
    from core.i18n import lang_of

    value = why(*opened_as(as_user), number, lang_of(lang, "en"))
    end(value, as_json=True, failed=False) if json else tell(value)


@case.command("rounds")
def case_rounds(json: Json = False) -> None:
    """Warn staff, tell and ask authors where it is time, as the worker does every minute; nothing while the office is closed."""
    from console.clock import rounds

    end(rounds(house()), as_json=json, failed=False)


@case.command("open")
def case_open(
    item: ItemId,
    kind: Kind,
    topic: Topic = "",
    grade: Annotated[str, typer.Option("--class", help="ordinary, urgent or confidential; by its words when left out.")] = "",
    to: Annotated[str, typer.Option("--department", help="Code of a department; by its subject when left out.")] = "",
    as_user: As = None,
    json: Json = False,
) -> None:
    """Make a case of a message and queue its receipt. Every change here needs `--as` a user who works cases."""
    from console.casework import opened

    end(opened(*opened_as(as_user), item, kind, topic, grade, to), as_json=json, failed=False)


@case.command("class")
def case_class(
    number: Number,
    grade: Annotated[str, typer.Argument(metavar="CLASS", help="ordinary, urgent or confidential.")],
    why: Why,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Another class; its dates follow, and its author is told if they move."""
    from inbox import cases

    _do(as_user, number, lambda s, who, one: cases.classify(s, who, one, grade, why), json)


@case.command("kind")
def case_kind(number: Number, kind: Kind, topic: Topic = "", as_user: As = None, json: Json = False) -> None:
    """Another kind or subject."""
    from inbox import cases

    _do(as_user, number, lambda s, who, one: cases.rekind(s, who, one, kind, topic), json)


@case.command("department")
def case_department(
    number: Number,
    code: Annotated[str, typer.Argument(metavar="CODE", help='Code of the department; "" takes it from any.')],
    note: Annotated[str, typer.Argument(metavar="NOTE", help="A note for staff.")] = "",
    as_user: As = None,
    json: Json = False,
) -> None:
    """Give it to another department."""
    from inbox import cases

    _do(as_user, number, lambda s, who, one: cases.hand(s, who, one, code, note), json)


@case.command("assign")
def case_assign(
    number: Number,
    user: Annotated[str, typer.Argument(metavar="USER", help="User name; back to everybody when left out.")] = "",
    as_user: As = None,
    json: Json = False,
) -> None:
    """Give it to a member of staff."""
    from console.casework import assign

    end(assign(*opened_as(as_user), number, user), as_json=json, failed=False)


@case.command("move")
def case_move(
    number: Number,
    state: Annotated[str, typer.Argument(metavar="STATE", help="in_progress, waiting or closed.")],
    note: Annotated[str, typer.Argument(metavar="NOTE", help="A note its author may read.")] = "",
    as_user: As = None,
    json: Json = False,
) -> None:
    """Take it to another state; `in_progress` takes up again what had ended."""
    from inbox import cases

    _do(as_user, number, lambda s, who, one: cases.move(s, who, one, state, note), json)


@case.command("resolve")
def case_resolve(
    number: Number,
    outcome: Annotated[str, typer.Argument(metavar="OUTCOME", help="solved, accepted, partly, declined, not_ours or withdrawn.")],
    reason: Words,
    as_user: As = None,
    json: Json = False,
) -> None:
    """End it with an outcome, and the reason its author reads."""
    from inbox import cases

    _do(as_user, number, lambda s, who, one: cases.resolve(s, who, one, outcome, reason), json)


@case.command("note")
def case_note(
    number: Number,
    words: Annotated[str, typer.Argument(metavar="WORDS")],
    public: Annotated[bool, typer.Option("--public", help="For its author, on the page of his case: an answer.")] = False,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Write a note for staff, or for its author."""
    from inbox import cases

    _do(as_user, number, lambda s, who, one: cases.note(s, who, one, words, public=public), json)


@case.command("ask")
def case_ask(number: Number, words: Words, as_user: As = None, json: Json = False) -> None:
    """Ask its author something; the case waits for him."""
    from inbox import cases

    _do(as_user, number, lambda s, who, one: cases.question(s, who, one, words), json)


@case.command("interim")
def case_interim(
    number: Number,
    words: Annotated[str, typer.Argument(metavar="WORDS", help="What its author reads; the plain words when left out.")] = "",
    until: Annotated[str, typer.Option(metavar="TIME", help="The date he is promised instead, with its offset.")] = "",
    as_user: As = None,
    json: Json = False,
) -> None:
    """Tell its author that it takes longer, and until when."""
    from console.casework import interim

    end(interim(*opened_as(as_user), number, words, until), as_json=json, failed=False)


@case.command("private")
def case_private(item: ItemId, kind: Kind = "", as_user: As = None, json: Json = False) -> None:
    """Ask on the thread, in words without any data, to go on in private."""
    from console.casework import take_private

    end(take_private(*opened_as(as_user), item, kind), as_json=json, failed=False)


@case.command("merge")
def case_merge(
    number: Number,
    into: Annotated[str, typer.Argument(metavar="INTO", help="Number of the case that goes on.")],
    why: Why,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Let a case go on in another of the same person."""
    from console.casework import merge

    end(merge(*opened_as(as_user), number, into, why), as_json=json, failed=False)


@case.command("split")
def case_split(
    number: Number,
    why: Why,
    items: Annotated[list[int], typer.Argument(metavar="ITEM…", max=MOST, help="Numbers of the messages that leave it.")],
    kind: Kind,
    topic: Topic = "",
    as_user: As = None,
    json: Json = False,
) -> None:
    """Take messages out of a case, to be worked on by themselves."""
    from console.casework import split

    end(split(*opened_as(as_user), number, items, kind, topic, why), as_json=json, failed=False)


@case.command("join")
def case_join(number: Number, item: ItemId, why: Why, as_user: As = None, json: Json = False) -> None:
    """Bring what its author said on another channel to his case."""
    from console.casework import join

    end(join(*opened_as(as_user), number, item, why), as_json=json, failed=False)


@department.command("list")
def department_list(json: Json = False) -> None:
    """All departments, and the subjects that come to them by themselves."""
    from console.casework import listed_departments

    end(listed_departments(house()), as_json=json, failed=False)


@department.command("keep")
def department_keep(
    code: Annotated[str, typer.Argument(metavar="CODE", help="A short name: a-z, 0-9 and _.")],
    name_ar: Annotated[str, typer.Option(help="Arabic name.")],
    name_en: Annotated[str, typer.Option(help="English name.")],
    topic: Annotated[list[str] | None, typer.Option(help="A subject that comes to it; may be given again.")] = None,
    closed: Annotated[bool, typer.Option("--closed", help="It takes no more cases.")] = False,
    as_user: As = None,
    json: Json = False,
) -> None:
    """Enter a department, or change it. Needs `--as` a manager or an admin."""
    from console.casework import keep_department

    value = keep_department(*opened_as(as_user), code, name_ar, name_en, topic or [], active=not closed)
    end(value, as_json=json, failed=False)
