"""The part of X's query language a listening desk uses."""

from __future__ import annotations

import re
from collections.abc import Callable

from sandbox.entries import Entry
from sandbox.shelf import Shelf
from sandbox.world import World
from sandbox.x import errors
from sandbox.x.render import language

Test = Callable[[Entry], bool]
TERM = re.compile(r'(-?)("[^"]*"|\S+)')


def compile_query(world: World, query: str) -> tuple[Shelf, Test]:
    """The narrowest shelf to walk and the test to apply: from: to: @x conversation_id: is: lang: words, -negated.

    400 for an operator X does not have, as X answers.
    """
    if len(query) > 512:
        raise errors.invalid("query", query, "The `query` query parameter value is longer than 512 characters")
    shelf = world.shelf("x", "all")
    tests: list[Test] = []
    for minus, term in TERM.findall(query):
        test, narrow = _term(world, term, query)
        if narrow is not None and not minus:
            shelf = narrow
        tests.append(_negated(test) if minus else test)
    return shelf, lambda entry: all(test(entry) for test in tests)


def _negated(test: Test) -> Test:
    return lambda entry: not test(entry)


def _term(world: World, term: str, query: str) -> tuple[Test, Shelf | None]:
    name, colon, value = term.partition(":")
    if term.startswith("@"):
        person = world.named("x", term[1:])
        wanted = person.id if person else ""
        return (lambda e: wanted in e.mentions), (world.shelf("x", "mentions", wanted) if person else None)
    if not colon or term.startswith('"'):
        word = term.strip('"').casefold()
        return (lambda e: word in e.text.casefold()), None
    if name == "conversation_id":
        return (lambda e: e.root == value), world.shelf("x", "stream", value)
    if name == "from":
        writer = _id(world, value)
        return (lambda e: e.author == writer), (world.shelf("x", "by", writer) if writer else None)
    if name == "to":
        answered = _id(world, value)
        return (lambda e: _answers(world, e, answered)), None
    if name == "lang":
        return (lambda e: language(e.text) == value), None
    if name == "is" and value in KINDS:
        return KINDS[value], None
    raise errors.invalid("query", query, f"There were errors processing your request: Reference to invalid operator '{name}'")


def _id(world: World, name_or_id: str) -> str:
    person = world.named("x", name_or_id) or world.people.get(("x", name_or_id))
    return person.id if person else ""


def _answers(world: World, entry: Entry, person_id: str) -> bool:
    parent = world.find("x", entry.parent) if entry.parent else None
    return bool(person_id) and parent is not None and parent.author == person_id


KINDS: dict[str, Test] = {
    "retweet": lambda e: e.reposted is not None,
    "reply": lambda e: e.parent is not None,
    "quote": lambda e: e.quoted is not None,
    "verified": lambda e: e.own,
}
