"""Whether what was pushed fits: a value as it may be kept, or the refusal of its whole row."""

from collections.abc import Callable
from typing import TypeVar

from gateway.domain.event import Refusal
from gateway.domain.harmless import one_line, page
from gateway.domain.pushed import Said, Unsaid

T = TypeVar("T")
K = TypeVar("K")


class Unfit(Exception):
    """A row that cannot be kept; those beside it can."""

    def __init__(self, field: str, code: str, message: str) -> None:
        self.refusal = Refusal(field, code, message)
        super().__init__(message)


def fit(found: T | Refusal) -> T:
    """What was found, where it is no refusal."""
    if isinstance(found, Refusal):
        raise Unfit(found.field, found.code, found.message)
    return found


def settle(said: Said[T], was: K, read: Callable[[T], K], without: K) -> K:
    """What holds from now on: as it was where nothing is said, `without` it where null is."""
    if isinstance(said, Unsaid):
        return was
    return without if said is None else read(said)


def settle_line(said: Said[str], was: str | None, field: str, longest: int) -> str | None:
    """The same, of a text in one line."""
    return settle(said, was, lambda told: fit(one_line(told, field, longest)), None)


def settle_page(said: Said[str], was: str | None, field: str) -> str | None:
    """The same, of an address."""
    return settle(said, was, lambda told: fit(page(told, field)), None)


def settle_whole(said: Said[int], was: int | None, field: str, least: int) -> int | None:
    """The same, of a whole number that the database can hold."""
    if isinstance(said, int) and not least <= said < 2**31:
        raise Unfit(field, "OUT_OF_RANGE", f"must be a whole number from {least:,} to {2**31 - 1:,}")
    return was if isinstance(said, Unsaid) else said
