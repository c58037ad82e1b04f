"""`fields=id,message,from{id,name},comments.limit(5).order(chronological){id}`: read into a little tree."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.graph import errors

STOPS = ",{}.()"


@dataclass(frozen=True)
class Field:
    """A field or edge asked for; `sub` is None where no braces stand."""

    name: str
    args: dict[str, str] = field(default_factory=dict)
    sub: tuple[Field, ...] | None = None


def parse(text: str) -> tuple[Field, ...]:
    """The fields of a whole text; (#100) where the syntax is wrong."""
    reader = _Reader(text)
    found = reader.listed()
    if reader.at != len(text):
        raise errors.bad_parameter(f"Syntax error at {reader.at}: fields={text!r}")
    return found


class _Reader:
    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def listed(self) -> tuple[Field, ...]:
        found = [self.one()]
        while self.peek() == ",":
            self.at += 1
            found.append(self.one())
        return tuple(found)

    def one(self) -> Field:
        name, args, sub = self.word(), {}, None
        while self.peek() in (".", "{"):
            if self.peek() == "{":
                self.at += 1
                sub = self.listed()
                self.expect("}")
            else:
                self.at += 1
                key = self.word()
                self.expect("(")
                end = self.text.find(")", self.at)
                if end < 0:
                    raise errors.bad_parameter(f"Syntax error: '(' without ')' in {self.text!r}")
                args[key], self.at = self.text[self.at : end], end + 1
        return Field(name, args, sub)

    def word(self) -> str:
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in STOPS:
            self.at += 1
        word = self.text[start : self.at].strip()
        if not word:
            raise errors.bad_parameter(f"Syntax error at {start}: empty field name in {self.text!r}")
        return word

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def expect(self, wanted: str) -> None:
        if self.peek() != wanted:
            raise errors.bad_parameter(f"Syntax error at {self.at}: expected {wanted!r} in {self.text!r}")
        self.at += 1
