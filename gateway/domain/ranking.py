"""What strategies propose, what the database says of it, and what becomes of that."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from gateway.domain.catalog import Product, ProductId
from gateway.domain.placement import StrategyName
from gateway.domain.rule import RuleId


class FallbackLevel(StrEnum):
    """The rung of the ladder at which a product came in."""

    NONE = "NONE"
    NEXT_STRATEGY = "NEXT_STRATEGY"
    CATEGORY_BESTSELLERS = "CATEGORY_BESTSELLERS"
    BESTSELLERS = "BESTSELLERS"
    NEWEST = "NEWEST"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A product a strategy proposes, its score in [0, 1], and the product it was derived from."""

    product_id: ProductId
    score: float
    seed: ProductId | None = None


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a placement's ladder: a strategy's candidates, best first."""

    strategy: StrategyName
    level: FallbackLevel
    candidates: Sequence[Candidate]


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides whether a product is shown, and how high. `marks`: the numbers of the page's tests that it passes.

    `leaning`: 1 where the visitor likes it, its brand or its category, −1 where they do not. `sights`: how often they saw it
    lately without a click.
    """

    available: bool
    group_id: str | None = None
    marks: Sequence[int] = ()
    leaning: int = 0
    sights: int = 0


class Goods(Protocol):
    """What may be shown to this visitor in this market now."""

    @property
    def leans(self) -> bool:
        """Whether the visitor has said of any of it that they like it, or do not."""
        ...

    def standing(self, product_id: ProductId) -> Standing | None:
        """What decides on a product; null where it may not be shown at all."""
        ...

    def product(self, product_id: ProductId) -> Product:
        """The product, one that has a standing."""
        ...

    def title(self, product_id: ProductId) -> str | None:
        """The title of a product that something was derived from, where it is known."""
        ...

    def stand_ins(self, product_id: ProductId) -> Sequence[ProductId]:
        """Other variants of the product's group, best first, for where it may not be shown itself."""
        ...


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One product chosen for a placement, and how it came there. `team`: whose pick it is where two lists are drawn into one."""

    product: Product
    score: float
    strategy: StrategyName
    level: FallbackLevel
    seed: ProductId | None = None
    seed_title: str | None = None
    rule_id: RuleId | None = None
    team: str | None = None
