"""The shop as one market's shoppers walk it: what stands together, what goes together, what is rising."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from gateway.demo.catalog import Catalog
from gateway.demo.product import Item
from gateway.demo.shelves import SHELVES
from gateway.domain.catalog import MarketId, Money

_PARTNERS = 3
_HITS_A_SHELF = 3


@dataclass(frozen=True, slots=True)
class Pool:
    """Items to choose from, each as likely as it attracts."""

    items: Sequence[Item]
    weights: Sequence[float]

    @classmethod
    def of(cls, items: Sequence[Item]) -> "Pool":
        """A pool of these items."""
        return cls(items, tuple(accumulate(item.pull for item in items)))

    def draw(self, rng: Random, count: int) -> list[Item]:
        """So many items, some perhaps twice."""
        return rng.choices(self.items, cum_weights=self.weights, k=count)


@dataclass(frozen=True)
class Aisles:
    """Every shelf of one market, and who stands next to whom."""

    market_id: MarketId
    shelves: dict[str, Pool]
    styles: dict[tuple[str, int, int], Pool]  # (shelf, kind, tier): what looks and costs alike
    hits: dict[str, Pool]  # what has risen in the last week
    _partners: dict[tuple[str, str], Pool] = field(default_factory=dict)

    @classmethod
    def of(cls, catalog: Catalog, market_id: MarketId) -> "Aisles":
        """The aisles of a market; sold-out products stand there too, they sold."""
        sold = [item for item in catalog.items if market_id in item.entry.offers]
        by_shelf: dict[str, list[Item]] = {}
        by_style: dict[tuple[str, int, int], list[Item]] = {}
        for item in sold:
            by_shelf.setdefault(item.shelf_id, []).append(item)
            by_style.setdefault((item.shelf_id, item.kind, item.tier), []).append(item)
        hits = {shelf: Random(f"hits:{shelf}").sample(items, min(_HITS_A_SHELF, len(items))) for shelf, items in by_shelf.items()}
        return cls(
            market_id,
            {shelf: Pool.of(items) for shelf, items in by_shelf.items()},
            {style: Pool.of(items) for style, items in by_style.items()},
            {shelf: Pool.of(items) for shelf, items in hits.items()},
        )

    def style(self, shelf_id: str, kind: int, tier: int) -> Pool:
        """What looks and costs alike, or the whole shelf where too little does."""
        pool = self.styles.get((shelf_id, kind, tier))
        return pool if pool and len(pool.items) > _PARTNERS else self.shelves[shelf_id]

    def companions(self, item: Item) -> list[str]:
        """The shelves whose things go with this one, likeliest first."""
        return [shelf for shelf in SHELVES[item.shelf_id].goes_with if shelf in self.shelves]

    def partners(self, item: Item, shelf_id: str) -> Pool:
        """The few things of another shelf that are bought with this one: of its price level, in its colour if there are any."""
        key = (item.entry.product_id, shelf_id)
        if key not in self._partners:
            rng = Random(f"partners:{self.market_id}:{key}")
            others = self.shelves[shelf_id].items
            close = [o for o in others if o.tier == item.tier] or others
            coloured = [o for o in close if o.colour == item.colour]
            chosen = rng.sample(coloured, min(2, len(coloured)))
            chosen += rng.sample(close, min(_PARTNERS - len(chosen), len(close)))
            self._partners[key] = Pool(tuple(chosen), tuple(accumulate(1 / (n + 1) for n in range(len(chosen)))))
        return self._partners[key]

    def paid(self, item: Item) -> Money:
        """What one pays for it."""
        offer = item.entry.offers[self.market_id]
        return offer.sale_price or offer.price
