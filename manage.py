"""The operator's door. Every command opens what it needs itself; `manage.py COMMAND --help` tells about each.

Exit codes: 0 the pass is complete; 1 an account or a row failed (named in the output); 2 usage or configuration.
stdout carries data only; words for people go to stderr.
"""

import sys
from pathlib import Path
from typing import Annotated, Any, cast

import typer
from typer.core import TyperGroup

from console.account_commands import account
from console.after_commands import pause, problems
from console.calendar_commands import calendar
from console.case_commands import case, department
from console.command import Json, acting_as
from console.command import actor as _actor
from console.command import end as _end
from console.command import house as _house
from console.data_commands import data
from console.delivery_commands import delivery
from console.event_commands import event
from console.memory_commands import hold, moderate, notice, retention
from console.policy_commands import policy
from console.post_commands import post
from console.receipt_commands import mail, receipt
from console.report_commands import report
from console.result_commands import result
from console.saved_commands import saved
from console.tag_commands import tag


class Door(TyperGroup):
    """All commands; one whose reader has gone ends quietly, and none is given what is no text."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        for given in args:
            try:
                given.encode()
            except UnicodeEncodeError:  # bytes of another encoding than the terminal's, which no database takes
                from core.errors import WrongOption
                from core.why import Why

                raise WrongOption(name=ascii(given), why=Why("not_utf8")) from None
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        from console.pipe import piped

        with piped():
            return super().invoke(ctx)


app = typer.Typer(
    cls=Door,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Majlis: the operator's door.",
)
audit_app = typer.Typer(no_args_is_help=True, help="The audit trail: verify its chain.")
appeal = typer.Typer(no_args_is_help=True, help="Objections of the public: list and decide.")
app.add_typer(policy, name="policy")
app.add_typer(post, name="post")
app.add_typer(event, name="event")
app.add_typer(audit_app, name="audit")
app.add_typer(account, name="account")
app.add_typer(calendar, name="calendar")
app.add_typer(data, name="data")
app.add_typer(appeal, name="appeal")
app.add_typer(case, name="case")
app.add_typer(hold, name="hold")
app.add_typer(retention, name="retention")
app.add_typer(notice, name="notice")
app.add_typer(moderate, name="moderate")
app.add_typer(department, name="department")
app.add_typer(receipt, name="receipt")
app.add_typer(mail, name="mail")
app.add_typer(result, name="result")
app.add_typer(pause, name="pause")
app.add_typer(delivery, name="delivery")
app.add_typer(tag, name="tag")
app.add_typer(saved, name="saved")
app.command()(problems)
app.command()(report)

Jsonl = Annotated[bool, typer.Option("--jsonl", help="JSON lines on stdout (the only format; accepted for clarity).")]
Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on (loopback); the setting's when left out.")]


@app.callback()
def main(
    as_user: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="USER", help="Act as this user (asks for his password, or MAJLIS_AS_PASSWORD / MAJLIS_AS_TOKEN)."
        ),
    ] = None,
) -> None:
    acting_as["user"] = as_user


# ---- listening, sending -------------------------------------------------------------------------------------------------------


@app.command()
def sync(json: Json = False) -> None:
    """Read every account to its end, judge, route, queue receipts. Sends nothing and waits for nothing."""
    from console.passes import sync

    value, failed = sync(_house())
    _end(value, as_json=json, failed=failed)


@app.command()
def publish(
    due: Annotated[bool, typer.Option("--due", help="Everything whose time has come (the only choice).")] = True, json: Json = False
) -> None:
    """Send what is due: posts, replies, receipts, moderation. Never resends an uncertain one."""
    from console.passes import publish

    value, failed = publish(_house())
    _end(value, as_json=json, failed=failed)


@app.command()
def reconcile(json: Json = False) -> None:
    """Do every read-back of uncertain deliveries that is due now, then end."""
    from console.passes import reconcile

    value, failed = reconcile(_house())
    _end(value, as_json=json, failed=failed)


@app.command()
def items(jsonl: Jsonl = False) -> None:
    """Every item ever heard, one JSON line each."""
    from console.printing import lines
    from inbox.listing import items

    with _house().db.read() as session:
        lines(items(session))


@app.command()
def deliveries(jsonl: Jsonl = False) -> None:
    """Everything that left or will leave us, one JSON line each."""
    from console.printing import lines
    from outbox.listing import deliveries

    with _house().db.read() as session:
        lines(deliveries(session))


# ---- judging ------------------------------------------------------------------------------------------------------------------


@app.command()
def triage() -> None:
    """Judge JSON lines {"id", "text"} from stdin by the policy; one JSON line each on stdout."""
    from core.settings import settings
    from policies.judge import ready
    from policies.triage import Source, run

    ready()
    raise typer.Exit(run(cast(Source, sys.stdin.buffer), sys.stdout.buffer, detector=settings().language_detector))


@app.command("train")
def train_heads(
    data: Annotated[
        Path | None, typer.Option(exists=True, file_okay=False, help="Folder of public labelled texts: everything is learned anew.")
    ] = None,
    texts: Annotated[Path | None, typer.Option(exists=True, file_okay=False, help="Folder of our own texts (JSON lines).")] = None,
    switch: Annotated[bool, typer.Option("--switch", help="Learn nothing: put the last candidate in force.")] = False,
    back: Annotated[bool, typer.Option("--back", help="Learn nothing: return to the models that were in force before.")] = False,
    json: Json = False,
) -> None:
    """Learn models from labelled texts and the staff's own decisions; compare them with those in force. Switches nothing."""
    from console import training

    house = _house()
    actor = _actor(house)
    if switch or back:
        value = training.switch(house, actor) if switch else training.back(house, actor)
    else:
        value = training.train(house, actor, data, texts)
    _end(value, as_json=json, failed=False)


# ---- people, accounts -------------------------------------------------------------------------------------------------------


@app.command()
def migrate(json: Json = False) -> None:
    """Make or renew the schema, and the accounts of the environment."""
    from console.passes import migrate

    _end(migrate(), as_json=json, failed=False)


@app.command()
def adduser(
    username: str,
    role: Annotated[
        list[str],
        typer.Option("--role", help="author, approver, agent, moderator, appeal_reviewer, manager, policy_owner, auditor, admin"),
    ],
    name: Annotated[str, typer.Option(help="Name shown to colleagues.")] = "",
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from stdin instead of asking.")
    ] = False,
) -> None:
    """Add a member of staff. The password is asked for twice (at least 10 characters)."""
    from console.people import adduser
    from core.actors import ROLES

    if strange := sorted(set(role) - set(ROLES)):
        raise typer.BadParameter(f"{', '.join(strange)} is none of {', '.join(ROLES)}", param_hint="--role")

    house = _house()
    adduser(house, _actor(house), username, role, name, from_stdin=password_stdin)


@app.command()
def dismiss(username: str) -> None:
    """End a member of staff's access at once, wherever he is signed in."""
    from console.people import dismiss

    house = _house()
    dismiss(house, _actor(house), username)


@app.command()
def password(
    username: str,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read it from stdin instead of asking.")] = False,
) -> None:
    """Give a member of staff a new password; ends his lock and his open sessions."""
    from console.people import password

    house = _house()
    password(house, _actor(house), username, from_stdin=password_stdin)


@appeal.command("list")
def appeal_list(json: Json = False) -> None:
    """Objections that wait for a decision, the oldest first."""
    from console.appeals import waiting

    _end(waiting(_house()), as_json=json, failed=False)


@appeal.command("decide")
def appeal_decide(
    number: str,
    reason: Annotated[str, typer.Option(help="What its author reads.")],
    uphold: Annotated[
        bool, typer.Option("--uphold/--decline", help="Upheld: hidden words show again, a resolved case is reopened.")
    ],
) -> None:
    """Settle an objection. Needs `--as` an appeal reviewer who did not take the decision himself."""
    from console.appeals import decide

    house = _house()
    decide(house, _actor(house), number, reason, uphold=uphold)


# ---- looking after it ---------------------------------------------------------------------------------------------------------


@audit_app.command("verify")
def audit_verify(
    head: Annotated[
        str, typer.Option(help="A seal written down earlier (an export's audit_head): it must stand in the chain.")
    ] = "",
    json: Json = False,
) -> None:
    """Walk the audit chain; names a broken row and counts the entries not yet chained."""
    from console.passes import audit_verify

    value, failed = audit_verify(_house(), head)
    _end(value, as_json=json, failed=failed)


@app.command()
def export(folder: Annotated[Path, typer.Argument(help="Made when missing; must be empty.")], json: Json = False) -> None:
    """Write items, cases, decisions, deliveries and the audit to CSV and JSON files with checksums."""
    from console.export import export

    house = _house()
    _end(export(house, _actor(house), folder), as_json=json, failed=False)


@app.command()
def meter(json: Json = False) -> None:
    """What each account cost this month, by day, what it may cost, and the forecast to the month's end."""
    from console.money import meters

    _end(meters(_house()), as_json=json, failed=False)


@app.command()
def doctor(json: Json = False) -> None:
    """Look at database, migrations, keys, clock and each account's token and scopes; says what to do."""
    from console.doctor import doctor

    raise typer.Exit(doctor(as_json=json))


# ---- processes ----------------------------------------------------------------------------------------------------------------


@app.command()
def worker() -> None:
    """Pull, send, reconcile, measure: the timetable, until SIGTERM."""
    from scheduler.worker import run

    house = _house(patient=True)
    run(house.settings)


@app.command()
def desk(port: Port = None) -> None:
    """The staff desk."""
    from console.ports import listening_at

    house = _house()
    port = listening_at(port, house.settings.desk_port, "MAJLIS_DESK_PORT")
    from desk.serve import run  # takes seconds to load: a port that can't be had is told before

    run(house.settings, port)


@app.command()
def portal(port: Port = None) -> None:
    """The public portal."""
    from console.ports import listening_at
    from portal.serve import run

    house = _house()
    run(house.settings, listening_at(port, house.settings.portal_port, "MAJLIS_PORTAL_PORT"))


@app.command()
def up(only: Annotated[list[str] | None, typer.Option(help="worker, desk or portal; all when left out.")] = None) -> None:
    """Worker, desk and portal together, started again when one dies."""
    from console.up import up

    up(_house().settings, only or [])


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Loopback port.")] = 8099,
    citizens: Annotated[bool, typer.Option("--citizens", help="Citizens write while you watch.")] = False,
) -> None:
    """The simulated platforms, on loopback."""
    from console.ports import listening_at
    from sandbox.server import run

    run(listening_at(port), citizens=citizens)


@app.command()
def demo() -> None:
    """A ministry's day on simulated platforms. Stays in the foreground; Ctrl-C ends it."""
    from console.demo import demo
    from sandbox import seed

    demo(seed.ENVIRONMENT)


def run() -> None:
    """Run a command; an error becomes one line (two languages), never a traceback."""
    try:
        app()
    except Exception as e:  # noqa: BLE001 (the last wall before the operator's eyes)
        from console.printing import say
        from core.errors import ConfigurationError, MajlisError

        if isinstance(e, MajlisError):
            say(e.words("en"))
            say(e.words("ar"))
            sys.exit(2 if isinstance(e, ConfigurationError) else 1)
        from console.crash import keep

        say(keep(e))
        sys.exit(1)


if __name__ == "__main__":
    run()
