"""The schema of an edition: TOML (or its canonical JSON) to frozen data. Every fault is named by clause and field."""

import hashlib
import json
import tomllib
from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

import re2

from policies import patterns
from policies.clauses import GRADES, SPEAKING, Clause, Edition, Legal, Model, Promise, SecondLook, Term, Words
from policies.problems import EditionRefused, Problem
from policies.spelling import LANGUAGES
from policies.terms import places
from policies.verdict import ACTIONS, KINDS, Action

#: What a match of `terms`, and of the weaker `hints`, is worth.
SURE, HINT = 0.9, 0.6
T = TypeVar("T")
N = TypeVar("N", int, float)


def parse(text: str) -> Edition:
    """An edition from TOML text, not yet checked against its examples; EditionRefused where the schema isn't kept."""
    try:
        data = tomllib.loads(text.removeprefix("\ufeff"))  # some editors put that mark before what they save
        canonical = _canonical(data)
    except (ValueError, RecursionError) as wrong:
        raise EditionRefused(edition="?", problems=[Problem("", "not_toml", "", str(wrong))]) from wrong
    return _edition(data, canonical)


def from_canonical(text: str) -> Edition:
    """The edition whose `canonical` text this is, as the database keeps it."""
    data = json.loads(text)
    return _edition(data, _canonical(data))


def _canonical(data: dict[str, Any]) -> str:
    # a time of day has no place in an edition, and is told as an unknown key or a wrong type
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)


class _Table:
    """One table being read: each take removes a key, so that what is left over is unknown."""

    def __init__(self, data: dict[str, Any], clause: str = "", within: str = "") -> None:
        self._data = dict(data)
        self.clause = clause or str(data.get("id", ""))
        self._within = within

    def take(self, key: str, kind: type[T], default: T | None = None) -> T:
        value = self._data.pop(key, default)
        if kind is float and type(value) is int:
            value = float(value)
        if not isinstance(value, kind):
            raise self.refused("missing", key)
        return value

    def day(self, key: str) -> date:
        value = self._data.pop(key, None)
        try:
            return value if type(value) is date else date.fromisoformat(str(value))
        except ValueError as wrong:
            raise self.refused("no_day", key) from wrong

    def words(self, key: str) -> Words:
        table = _Table(self.take(key, dict), self.clause, f"{key}.")
        return table.whole(Words(ar=table.said("ar"), en=table.said("en")))

    def said(self, key: str) -> str:
        """What a person reads: there is something, and nothing that waits to be filled in."""
        text = self.take(key, str)
        if not text.strip():
            raise self.refused("missing", key)
        if "{" in text or "}" in text:
            raise self.refused("placeholder", key)
        return text

    def number(self, key: str, kind: type[N], least: N, most: N) -> N:
        value = self.take(key, kind)
        if not least <= value <= most:
            raise self.refused("out_of_bounds", f"{key} = {value:g}", f"{least:g} … {most:g}")
        return value

    def action(self, key: str) -> Action:
        value = self.take(key, str)
        for action in ACTIONS:
            if action == value:
                return action
        raise self.refused("unknown_action", value)

    def texts(self, key: str) -> tuple[str, ...]:
        found = self.take(key, list, [])
        if not all(isinstance(text, str) for text in found):
            raise self.refused("missing", key)
        return tuple(found)

    def tables(self, key: str) -> Iterable["_Table"]:
        found = self.take(key, list)
        if not all(isinstance(one, dict) for one in found):
            raise self.refused("missing", key)
        return [_Table(one, self.clause) for one in found]

    def terms(self, key: str, score: float) -> list[Term]:
        table = _Table(self.take(key, dict, {}), self.clause, f"{key}.")
        languages = list(table._data)
        if strange := [language for language in languages if language not in LANGUAGES]:
            raise self.refused("unknown_language", strange[0], ", ".join(LANGUAGES))
        return [Term(text, language, score) for language in languages for text in table.texts(language)]

    def whole(self, made: T) -> T:
        if self._data:
            raise self.refused("unknown_key", ", ".join(self._data))
        return made

    def refused(self, code: str, text: str, why: str = "") -> EditionRefused:
        where = self._within if code in ("missing", "placeholder") else ""
        return EditionRefused(edition="?", problems=[Problem(self.clause, code, where + text, why)])


def _edition(data: dict[str, Any], canonical: str) -> Edition:
    table = _Table(data)
    edition = Edition(
        policy=table.take("policy", str),
        edition=table.take("edition", str),
        title=table.words("title"),
        effective_from=table.day("effective_from"),
        backdated=table.take("backdated", bool, False),
        source=table.take("source", str),
        preamble=table.words("preamble"),
        disclaimer=table.words("disclaimer"),
        clauses=tuple(_clause(one) for one in table.tables("clauses")),
        commitments=tuple(_promise(one) for one in table.tables("commitments")),
        rights=tuple(_promise(one) for one in table.tables("rights")),
        canonical=canonical,
        sha256=hashlib.sha256(canonical.encode()).hexdigest(),
        second_look=_second_look(table),
    )
    ids = [clause.id for clause in edition.clauses]
    if twice := {id for id in ids if ids.count(id) > 1}:
        raise EditionRefused(edition=edition.ref, problems=[Problem("", "same_id", id) for id in sorted(twice)])
    looked = edition.second_look
    for given, known in ((looked.clauses, ids), (looked.grades, GRADES), (looked.kinds, KINDS)):
        if strange := [name for name in given if name not in known]:
            raise EditionRefused(edition=edition.ref, problems=[Problem("", "unknown_look", name) for name in strange])
    return table.whole(edition)


def _second_look(table: _Table) -> SecondLook:
    reply = _Table(table.take("reply", dict, {}), "reply")
    look = _Table(reply.take("approval", dict, {}), "reply.approval")
    return reply.whole(look.whole(SecondLook(look.texts("clauses"), look.texts("grades"), look.texts("kinds"))))


def _promise(table: _Table) -> Promise:
    return table.whole(Promise(table.take("id", str), Words(ar=table.said("ar"), en=table.said("en"))))


def _clause(table: _Table) -> Clause:
    clause = Clause(
        id=table.take("id", str),
        text=table.words("text"),
        severity=table.number("severity", int, 1, 5),
        action=table.action("action"),
        automatic=table.take("automatic", bool),
        threshold=table.number("threshold", float, 0.0, 1.0),
        notice=table.words("notice"),
        legal=_legal(table),
        terms=tuple(table.terms("terms", SURE) + table.terms("hints", HINT)),
        patterns=table.texts("patterns"),
        allow=table.texts("allow"),
        rules=table.texts("rules"),
        examples=table.texts("examples"),
        counter_examples=table.texts("counter_examples"),
        model=_model(table),
        named=tuple(table.terms("named", HINT)),
    )
    for pattern in clause.patterns:
        try:
            patterns.check(pattern)
        except re2.error as wrong:
            raise table.refused("bad_pattern", pattern, wrong.args[0].decode("utf-8", "replace")) from wrong
    for text in (*(term.text for term in (*clause.terms, *clause.named)), *clause.allow):
        try:
            shortest = "".join(min(place, key=len) for place in places(text))
        except ValueError as wrong:
            raise table.refused("bad_term", text) from wrong
        if len(shortest) == 1 and shortest.isalnum():  # one picture says something, one letter stands in every text
            raise table.refused("short_term", text)
    return table.whole(clause)


def _model(table: _Table) -> Model | None:
    if not (data := table.take("model", dict, {})):
        return None
    inner = _Table(data, table.clause)
    made = inner.whole(
        Model(
            head=inner.take("head", str),
            review=inner.take("review", float),
            automatic=inner.take("automatic", float) if "automatic" in data else None,
            named=inner.take("named", float) if "named" in data else None,
        )
    )
    if made.head not in SPEAKING:
        raise table.refused("unknown_head", made.head)
    if not 0 < (made.review if made.named is None else made.named) <= made.review <= (made.automatic or 1.0) <= 1:
        raise table.refused("bad_thresholds", f"{made.named}, {made.review}, {made.automatic}")
    return made


def _legal(table: _Table) -> Legal | None:
    if not (data := table.take("legal", dict, {})):
        return None
    law = _Table(data, table.clause)
    return law.whole(
        Legal(
            law=law.words("law"),
            year=law.take("year", int),
            article=law.take("article", str),
            source=law.take("source", str),
            checked=law.day("checked"),
            doubtful=law.take("doubtful", bool),
        )
    )
