"""What a format is: which rows belong together, and how they become products."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from gateway.feeds.entries import Listed, Lister
from gateway.feeds.offers import Told


@dataclass(frozen=True, slots=True)
class Line:
    """A row by the names of its format; `first` is the first line that tells this product in this market."""

    number: int
    told: Told
    first: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row belongs: rows of one family are read together, under the id of the one that leads it.

    `family`: the name by which the row looks for who leads; null where it goes by itself. `names`: those by which others may look
    for this one.
    """

    product_id: str | None
    market: str | None = None
    family: str | None = None
    names: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """A product, and the lines that are refused with it where it cannot be read."""

    lines: Sequence[Line]
    read: Callable[[], Listed]


@dataclass(frozen=True, slots=True)
class Dialect:
    """A format by name. `place` sees every row, `products` the rows of a family."""

    name: str
    place: Callable[[Told], Place]
    products: Callable[[Sequence[Line], Lister], Iterator[Offered]]
    names_markets: bool = False
    """Whether rows may say whose prices they tell; otherwise one market must be meant."""


def row_by_row(
    translate: Callable[[Told], Told], called: Mapping[str, str]
) -> Callable[[Sequence[Line], Lister], Iterator[Offered]]:
    """Every row a product of its own. `called`: what the format calls product_id and title."""

    def products(lines: Sequence[Line], lister: Lister) -> Iterator[Offered]:
        for line in lines:
            yield Offered((line,), partial(_read, lister, translate, called, line.told))

    return products


def saying(**said: Any) -> Told:
    """Our columns with these values, lists and objects as JSON; what is empty is not there."""
    return {
        name: value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in said.items()
        if value not in (None, "", [], {}, ())
    }


def _read(lister: Lister, translate: Callable[[Told], Told], called: Mapping[str, str], told: Told) -> Listed:
    return lister.read(translate(told), called)
