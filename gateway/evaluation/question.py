"""What a strategy is asked about a visit it has never seen, and what the visitor then did."""

from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.catalog import MarketId


class Task(StrEnum):
    """What is to be guessed."""

    NEXT = "next"
    LATER = "later"
    TOGETHER = "together"
    CART = "cart"


ABOUT = {
    Task.NEXT: "the last new product of a visit, from what was looked at before",
    Task.LATER: "what a visit went on to buy, from the first product it looked at",
    Task.TOGETHER: "the rest of an order, from one of its products",
    Task.CART: "the rest of an order, from three of its products",
}
"""Each task in a sentence."""


@dataclass(frozen=True, slots=True)
class Step:
    """A product that was looked at, put into the cart or bought; `weight` is that of the event's type."""

    row: int
    weight: float = 1.0
    bought: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """`seen`: the visit so far, oldest first. `seeds`: what the page is about, most important first. `targets`: what came."""

    task: Task
    seen: tuple[Step, ...]
    seeds: tuple[int, ...]
    targets: frozenset[int]
    market_id: MarketId

    @property
    def known(self) -> frozenset[int]:
        """What may not be answered: who repeats what is on the table recommends nothing."""
        return frozenset((*(step.row for step in self.seen), *self.seeds))

    @property
    def prefix(self) -> tuple[int, ...]:
        """The rows to go by, the newest last."""
        return tuple(step.row for step in self.seen) or self.seeds[::-1]
