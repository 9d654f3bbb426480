"""From candidates of several strategies to the list that is shown: nothing twice, nothing forbidden, full."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

from gateway.domain.catalog import Product, ProductId
from gateway.domain.placement import StrategyName


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
class Recommendation:
    """One product chosen for a placement, and how it came there."""

    product: Product
    score: float
    strategy: StrategyName
    level: FallbackLevel
    seed: ProductId | None = None
    seed_title: str | None = None


def fill(
    rungs: Iterable[Rung],
    products: Mapping[ProductId, Product],
    count: int,
    taken: AbstractSet[ProductId],
    *,
    require_available: bool,
) -> list[Recommendation]:
    """Up to `count` products, rung by rung: each once, none of `taken`, only those that `products` knows to be allowed."""
    chosen: dict[ProductId, Recommendation] = {}
    for rung in rungs:
        for candidate in rung.candidates:
            if len(chosen) == count:
                return list(chosen.values())
            product = products.get(candidate.product_id)
            if product is None or candidate.product_id in taken or candidate.product_id in chosen:
                continue
            if product.available or not require_available:
                seed = products.get(candidate.seed) if candidate.seed else None
                chosen[candidate.product_id] = Recommendation(
                    product, candidate.score, rung.strategy, rung.level, candidate.seed, seed.title if seed else None
                )
    return list(chosen.values())
