"""The pictures and films of a post by command: added, taken out, described anew, put in order, by their numbers in `post show`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from console.opening import House
from core.actors import Actor
from core.errors import WrongOption
from core.why import Why
from scheduler import posts
from scheduler.models import Post, PostMedia

#: no number of a file is so long
DIGITS = 10


@dataclass(frozen=True)
class Files:
    """What was asked for. `why`: what stands for words where a file has none."""

    added: Sequence[tuple[Path, str]] = ()
    out: frozenset[int] = frozenset()
    words: Mapping[int, str] = field(default_factory=dict)
    order: Sequence[int] = ()
    why: str = ""

    def __bool__(self) -> bool:
        return bool(self.added or self.out or self.words or self.order)


def asked(given: Mapping[str, Any]) -> Files:
    """What the options ask for; WrongOption for files without words, and for what is written otherwise than its form."""
    paths, alts, why = given.get("media") or (), given.get("alt") or (), given.get("alt_why") or ""
    if len(alts) > len(paths) or (len(alts) < len(paths) and not why):
        raise WrongOption(name="--alt", why=Why("alt_each"))
    added = [(path, alts[place] if place < len(alts) else "") for place, path in enumerate(paths)]
    words = dict(_described(one) for one in given.get("describe") or ())
    if not why and not all(words.values()):
        raise WrongOption(name="--describe", why=Why("alt_each"))
    order = [_number("--order", one) for one in (given.get("order") or "").split(",") if given.get("order")]
    return Files(added, frozenset(given.get("take_out") or ()), words, order, why)


def attach(house: House, session: Session, actor: Actor, post: Post, files: Files) -> None:
    """Do it: numbers are those before the command, and what is added comes last. WrongOption when a number is no file's."""
    query = select(PostMedia).where(col(PostMedia.post_id) == post.id).order_by(col(PostMedia.place), col(PostMedia.id))
    stay = dict(enumerate(session.exec(query).all(), 1))
    _must_be("--take-out", files.out, stay)
    for number in sorted(files.out):
        posts.remove_media(session, actor, post, stay.pop(number))
    _must_be("--describe", files.words, stay)
    for number, alt in files.words.items():
        posts.describe_media(session, actor, post, stay[number], alt, alt_why=files.why)
    if files.order:
        if sorted(files.order) != sorted(stay):
            raise WrongOption(name="--order", why=Why("files_order", numbers=_listed(stay)))
        posts.order_media(session, actor, post, [stay[number].id or 0 for number in files.order])
    for path, alt in files.added:
        posts.add_media(session, actor, post, path, alt, alt_why=files.why, settings=house.settings)


def _described(written: str) -> tuple[int, str]:
    number, sign, words = written.partition("=")
    if not sign:
        raise WrongOption(name="--describe", why=Why("describe_form"))
    return _number("--describe", number), words.strip()


def _number(option: str, written: str) -> int:
    if not (written.strip().isdecimal() and len(written) < DIGITS):
        raise WrongOption(name=option, why=Why("describe_form" if option == "--describe" else "order_form"))
    return int(written)


def _must_be(option: str, numbers: Iterable[int], stay: Mapping[int, PostMedia]) -> None:
    if strange := sorted(set(numbers) - stay.keys()):
        raise WrongOption(name=option, why=Why("no_file", number=strange[0], numbers=_listed(stay)))


def _listed(stay: Iterable[int]) -> str:
    return ",".join(map(str, stay)) or "-"
