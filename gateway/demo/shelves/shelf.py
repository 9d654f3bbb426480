"""The words a shelf of the shop is described in."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One thing's name in the shop's three languages."""

    en: str
    sv: str
    de: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of product on a shelf; `factor` is what it costs beside the others."""

    name: Words
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Brand:
    """An invented maker; `level` multiplies prices and lifts ratings."""

    name: str
    level: float
    motto: str


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category: what stands there, what it costs in kronor, and which other shelves its buyers visit too."""

    shelf_id: str
    name: Words
    price: tuple[int, int]
    kinds: tuple[Kind, ...]
    colours: tuple[str, ...]
    materials: tuple[str, ...]
    story: str
    goes_with: tuple[str, ...]
    months: tuple[int, ...] = ()  # when it sells best
    pull: float = 1.0  # how many come for it
    pieces: tuple[int, ...] = (1,)  # how many one buys at a time


@dataclass(frozen=True, slots=True)
class Department:
    """A floor of the shop."""

    department_id: str
    name: Words
    brands: tuple[Brand, ...]
    shelves: tuple[Shelf, ...]


def kind(en: str, sv: str, de: str, factor: float = 1.0) -> Kind:
    """A kind by its names."""
    return Kind(Words(en, sv, de), factor)
