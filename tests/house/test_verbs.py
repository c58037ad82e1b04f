"""Every writing function takes an actor and leaves an audit entry (DESIGN §2.1), as far as its text shows it.

A verb is a public function whose first parameters are `session, actor`. One that writes must record, itself or through a
function it calls. A public function that writes rows without an actor stands in WITHOUT with the reason.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import pytest

VERB_ROOMS = (
    "core/auth.py",
    "core/calendar.py",
    "core/identity.py",
    "core/oneself.py",
    "core/staff.py",
    "core/trail.py",
    "outbox/",
    "inbox/",
    "scheduler/",
)
SESSION_WRITES = {"add", "add_all", "delete", "merge"}
STATEMENTS = {"insert", "update", "delete", "insert_new", "insert_all"}

#: Writers without an actor, and why that is right: what a machine remembers for itself, and steps inside a verb that has asked.
WITHOUT: Mapping[str, str] = {
    "core/auth.py:let_in": "who he is was proved; audited as that user",
    "core/identity.py:recognise": "the provider's signed word says who; audited as that user",
    "core/auth.py:sign_out": "the token says who; audited as that user",
    "core/auth.py:keep_awake": "the time a session was last used, for its idle limit",
    "inbox/arrive.py:arrive": "a step of receive, which asked and audits the batch",
    "inbox/aside.py:put": "a message that could not be stored, kept raw for the operator",
    "inbox/cases.py:end": "a step of verbs on a case, which asked and audit",
    "inbox/cases.py:take_up": "a step of verbs on a case, which asked and audit, and of receive, which audits the batch",
    "inbox/change.py:put_off": "a step of verbs that put off, which asked and audit",
    "inbox/change.py:change": "the one place that sets an item's columns and counters; only verbs call it",
    "inbox/due.py:follow": "a step of every verb on a case, which asked and audits",
    "inbox/index.py:replace": "the search index follows the item",
    "inbox/lastlook.py:ask_anew": "a step of a reply's settling, which is audited, as this is",
    "inbox/reply.py:hand_back": "a step of reply.take_back and approving.send_back, which asked and audit",
    "inbox/priority.py:reweigh": "a step of verbs on a case, which asked and audit",
    "inbox/notices.py:lost": "a step of a letter's settling, which is audited, and of bounces.bounced, which asked and audits",
    "inbox/receipts.py:as_it_left": "a step of the sending worker: each that leaves has its Attempt, and its outcome is audited",
    "inbox/telling.py:had_reasons": "a step of verbs on a notice, which asked and audit",
    "inbox/telling.py:reasons_told": "a step of acknowledge.hand_over, which asked and audits",
    "inbox/places.py:owe": "a step of verbs on a case, which asked and audit, and of a delivery's settling, which audits too",
    "inbox/telling.py:owe": "a step of the settling of what was to tell him, which is audited, and of bounces.bounced, which asked",
    "inbox/presence.py:here": "who is reading what, for 45 seconds: told to colleagues, kept nowhere",
    "inbox/presence.py:left": "who is no longer reading",
    "inbox/remarks.py:saw": "which notes that name him somebody has read, for himself",
    "inbox/seen.py:opened": "which items somebody has read, for himself",
    "inbox/saved.py:spend": "a step of a reply's settling, which is audited",
    "inbox/together.py:apart": "a step of merge and split, which asked and audit",
    "inbox/together.py:carry": "a step of merge and split, which asked and audit",
    "inbox/steps.py:answered": "a step of verbs on a case, which asked and audit, and of a reply's settling",
    "inbox/steps.py:spoke": "a step of verbs on a case, which asked and audit, and of receive, which audits the batch",
    "inbox/steps.py:step": "a step of verbs on a case, which asked and audit, and of receive, which audits the batch",
    "inbox/streams.py:begin": "the lease on a stream",
    "inbox/streams.py:keep": "the cursor, committed with the rows it covers",
    "inbox/streams.py:finish": "when a stream was last read to its end",
    "inbox/ties.py:tie": "a step of receive, which asked and audits the batch, and of a delivery's settling, which audits too",
    "inbox/told.py:keep": "what a platform is to be asked for; storing the answer is receive, which audits",
    "inbox/told.py:answered": "marks what was asked; storing the answer is receive, which audits",
    "inbox/undo.py:did": "a step of the verb it stands beside, which asked and audits",
    "inbox/webhooks.py:store": "raw bytes whose sender is a verified signature; digesting them is receive, which audits",
    "outbox/accounts.py:note_health": "what an answer taught about an account",
    "outbox/budget.py:say": "what the budget does to reading, said once; audited",
    "outbox/channels.py:channel_of": "makes the empty row that a verb then writes",
    "outbox/channels.py:refuse_by": "a platform's refusal; a new block is audited",
    "outbox/channels.py:free": "the platform takes writes again; audited",
    "outbox/channels.py:ask_again": "when a blocked account was last asked",
    "outbox/leaving.py:leave": "the sending worker: each that leaves has its Attempt, and its outcome is audited",
    "outbox/overtaken.py:keep": "what the platform answered to a try that was overtaken; its outcome is audited",
    "outbox/known.py:note_check": "what a check told of an account: its name, its token's end",
    "outbox/spending.py:spend": "the price of a call, whatever came of it",
    "outbox/windows.py:keep": "when the platform takes calls of a kind again",
    "outbox/windows.py:reopen": "a step of accounts.add_account, which audits",
    "outbox/windows.py:paid": "a step of freeing and of testing an account, which audit; and that its platform answers again",
    "inbox/unsaid.py:keep": "what somebody is writing in a form, for himself; saying it is a verb",
    "inbox/unsaid.py:drop": "what he writes no more, or has said",
    "inbox/unsaid.py:erase": "a part of erasing what it stands beside",
    "scheduler/unsaved.py:keep": "what somebody is writing, for himself; saving it is a verb",
    "scheduler/unsaved.py:drop": "what he writes no more, or has saved",
    "scheduler/unsaved.py:forget": "what nobody has gone on with for half a year",
    "scheduler/children.py:drop_unused": "a step of posts.draft, which asked and audits",
    "scheduler/children.py:put": "a step of posts.remind and posts.edit, which asked and audit",
    "scheduler/children.py:rewrite": "a step of posts.edit and posts.change_event, which asked and audit",
    "scheduler/children.py:tell": "a step of posts.draft and posts.edit, which asked and audit",
    "scheduler/events.py:keep": "a step of posts.draft and posts.edit, which asked and audit",
    "scheduler/told.py:tell": "a step of approving what tells of an event, which asked and audits",
    "scheduler/history.py:keep": "a step of verbs on a post, which asked and audit: a version as it is left",
    "scheduler/metrics.py:keep": "readings of a platform's counters",
    "scheduler/metrics.py:watch": "which posts' counters are read",
    "scheduler/queueing.py:give_up": "a step of posts.cancel, posts.change_event and their like, which asked and audit",
    "scheduler/row.py:leave_out": "a step of posts.cancel, posts.skip, posts.take_up and edits, which asked and audit",
    "scheduler/row.py:shorten": "a step of posts.take_up and edits, which asked and audit",
    "scheduler/following.py:follow": "a post follows its deliveries; audited as the worker",
    "scheduler/writing.py:touch": "a step of every verb on a post, which asked and audits",
}


@dataclass(frozen=True)
class Function:
    """One function of ours as text."""

    where: str
    node: ast.FunctionDef

    @property
    def name(self) -> str:
        return self.node.name

    @property
    def key(self) -> str:
        return f"{self.where}:{self.name}"

    @cached_property
    def parameters(self) -> list[str]:
        return [argument.arg for argument in self.node.args.posonlyargs + self.node.args.args]

    @cached_property
    def calls(self) -> set[str]:
        """What it calls, by dotted text: `session.add`, `audit.record`, `update`."""
        return {ast.unparse(call.func) for call in ast.walk(self.node) if isinstance(call, ast.Call)}

    @cached_property
    def called(self) -> set[str]:
        """The last names of what it calls."""
        return {call.rpartition(".")[2] for call in self.calls}

    @cached_property
    def sets(self) -> set[str]:
        """Attributes of things other than itself that it assigns: `post.title`."""
        targets = (
            target
            for node in ast.walk(self.node)
            if isinstance(node, (ast.Assign, ast.AugAssign, ast.AnnAssign))
            for whole in (node.targets if isinstance(node, ast.Assign) else [node.target])
            for target in (whole.elts if isinstance(whole, ast.Tuple) else [whole])
        )
        return {ast.unparse(target) for target in targets if isinstance(target, ast.Attribute)}

    @property
    def writes(self) -> bool:
        """Rows are added, deleted or changed here, by a statement or an assignment, not somewhere below."""
        by_session = any(call.startswith("session.") and call.removeprefix("session.") in SESSION_WRITES for call in self.calls)
        by_statement = bool(STATEMENTS & {call for call in self.calls if "." not in call or call.startswith("dialect.")})
        return by_session or by_statement or bool(self.sets)

    @property
    def verb(self) -> bool:
        return self.parameters[:2] == ["session", "actor"]


def _functions(trees: Mapping[str, ast.Module]) -> Iterator[Function]:
    for where, tree in trees.items():
        if where.startswith(VERB_ROOMS):
            yield from (Function(where, node) for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.fixture(scope="module")
def functions(trees: Mapping[str, ast.Module]) -> list[Function]:
    return list(_functions(trees))


@pytest.fixture(scope="module")
def recording(functions: list[Function]) -> set[str]:
    """Names of functions that leave an audit entry, directly or through one of these."""
    names = {f.name for f in functions if {"audit.record", "record"} & f.calls}
    while more := {f.name for f in functions if f.called & names} - names:
        names |= more
    return names


@pytest.fixture(scope="module")
def writing(functions: list[Function]) -> set[str]:
    """Names of functions that write rows, directly or through one of these."""
    names = {f.name for f in functions if f.writes}
    while more := {f.name for f in functions if f.called & names} - names:
        names |= more
    return names


def test_there_are_verbs_to_look_at(functions: list[Function]) -> None:
    assert {"add_user", "enqueue", "open_case", "resolve"} <= {f.name for f in functions if f.verb}


def test_a_verb_that_writes_leaves_an_audit_entry(functions: list[Function], writing: set[str], recording: set[str]) -> None:
    silent = [f.key for f in functions if f.verb and not f.name.startswith("_") and f.name in writing and f.name not in recording]
    assert silent == []


def anonymous(functions: list[Function]) -> set[str]:
    """Public functions that write in a session of their caller's and don't ask who wants it."""
    return {f.key for f in functions if f.writes and not f.name.startswith("_") and f.parameters[:1] == ["session"] and not f.verb}


def test_a_public_function_that_writes_knows_who_asked(functions: list[Function]) -> None:
    assert anonymous(functions) - set(WITHOUT) == set()


def test_an_exception_that_is_no_longer_needed_is_struck_off(functions: list[Function]) -> None:
    assert set(WITHOUT) - anonymous(functions) == set()


def test_a_verb_asks_whether_its_actor_may(functions: list[Function]) -> None:
    asking = {f.name for f in functions if {"actor.require", "actor.oneself"} & f.calls}
    while more := {f.name for f in functions if f.called & asking} - asking:
        asking |= more
    assert [f.key for f in functions if f.verb and f.writes and not f.name.startswith("_") and f.name not in asking] == []


OFFENDERS = """
def rename(session, actor, post, title):
    actor.require("post.write")
    post.title = title

def forget(session, post):
    session.delete(post)
"""


def test_an_offender_would_be_noticed() -> None:
    silent, nameless = _functions({"scheduler/x.py": ast.parse(OFFENDERS)})
    assert (silent.verb, silent.writes, "audit.record" in silent.calls) == (True, True, False)
    assert anonymous([silent, nameless]) == {"scheduler/x.py:forget"}
