"""Which counts are left out, so that none under LEAST is told, nor can be worked out from what is (pure functions).

Counts whose sum is told nowhere go alone: one under LEAST is left out, and may be any from 1 to 4 (`alone`). Where something else
comes near to their sum (all cases that were opened, and all that were answered), those that are nothing go with it.

Where a sum is told, or could be had from another table, each of its splits hides either nothing, or every part under LEAST and,
beside them, the least of the others with all that equal it (`cells`). So what is hidden adds up to LEAST or more over two parts or
more, and any two of them could change places without a letter of the tables changing: also whoever knows this rule can't tell them
apart. One sum may be split in several ways (complaints by topic, and by channel). Nothing below a hidden count is told at all
(but by `unsummed`).

It holds while no other sum over the same things is told: a split of one table is never totalled in another (inbox.data.tables), and
what was told once is never told again with other numbers (inbox.data.release).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

#: smallest count told
LEAST = 5

Figures = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """A count, what was measured of the same things, and its splits: name -> code -> part. A split adds up to its sum."""

    count: int
    figures: Figures = ()
    splits: Mapping[str, Mapping[str, "Sum"]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, parts in self.splits.items():
            if sum(part.count for part in parts.values()) != self.count:
                raise ValueError(f"{name} does not add up to {self.count}")


@dataclass(frozen=True, slots=True)
class Cell:
    """One line of the table `split`: its codes, and the count; None where that is left out."""

    split: str
    path: tuple[str, ...]
    count: int | None
    figures: Figures = ()


def hidden(parts: Mapping[str, int]) -> frozenset[str]:
    """The parts of a sum that is told (and not under LEAST) which are left out."""
    if not any(0 < count < LEAST for count in parts.values()):
        return frozenset()
    reach = min((count for count in parts.values() if count >= LEAST), default=LEAST)
    return frozenset(code for code, count in parts.items() if count <= reach)


def cells(whole: Sum, path: tuple[str, ...]) -> Iterator[Cell]:
    """Every line to be told of the sum at `path`: none where it is under LEAST itself."""
    if whole.count < LEAST:
        return
    for name, parts in whole.splits.items():
        away = hidden({code: part.count for code, part in parts.items()})
        for code, part in parts.items():
            here = (*path, code)
            if code in away:
                yield Cell(name, here, None, tuple(None for _ in part.figures))
            else:
                yield Cell(name, here, part.count, part.figures)
                yield from cells(part, here)


def alone(split: str, parts: Mapping[str, Sum], path: tuple[str, ...], *, nearly: bool = False) -> Iterator[Cell]:
    """Every line to be told of parts whose own sum is told nowhere and can be had nowhere. `nearly`: it almost can, so none is told
    to be nothing where one is left out, and which of them it is stays unknown."""
    none_too = nearly and any(0 < part.count < LEAST for part in parts.values())
    for code, part in parts.items():
        away = 0 < part.count < LEAST or (none_too and not part.count)
        yield Cell(split, (*path, code), None if away else part.count)
        yield from cells(part, (*path, code))


def unsummed(split: str, parts: Mapping[str, Sum], path: tuple[str, ...]) -> Iterator[Cell]:
    """The same where what a part is split into may be counted elsewhere too (results are published one by one): each of that goes
    alone, and a part whose splits leave anything out is left out itself, so that nothing can be had by taking away."""
    for code, part in parts.items():
        below = [cell for name, split_ in part.splits.items() for cell in alone(name, split_, (*path, code))]
        away = 0 < part.count < LEAST or any(cell.count is None for cell in below)
        yield Cell(split, (*path, code), None if away else part.count)
        yield from below
