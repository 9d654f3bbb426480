"""Lists of products that the shop computed elsewhere."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NewType

from gateway.domain.catalog import CategoryId, MarketId, ProductId
from gateway.domain.event import MAX_ID, Refusal
from gateway.domain.visitor import UserId

ListId = NewType("ListId", str)

MAX_PRODUCTS = 1000
_MOST_SCORE = 1e30  # what the database's short floats hold


@dataclass(frozen=True, slots=True)
class CuratedList:
    """Products, best first, for who looks at a product, at a category or below it, for a user, or for whoever names the list.

    Without products it stands for nothing: telling it takes the list away. `scores` are as many as the products, or none: then
    their order counts.
    """

    list_id: ListId
    product_ids: Sequence[ProductId]
    scores: Sequence[float] = ()
    market_id: MarketId | None = None
    seed_product_id: ProductId | None = None
    seed_category_id: CategoryId | None = None
    user_id: UserId | None = None
    valid_from: datetime | None = None
    valid_to: datetime | None = None

    @property
    def named_products(self) -> frozenset[ProductId]:
        """Those it shows, and the one for whose pages it is."""
        return frozenset((*self.product_ids, *([self.seed_product_id] if self.seed_product_id else ())))

    @property
    def ranked(self) -> Sequence[tuple[ProductId, float]]:
        """Each product once, with its score; by their order from 1 down where no scores were told."""
        count = len(self.product_ids)
        found: dict[ProductId, float] = {}
        for place, product_id in enumerate(self.product_ids):
            found.setdefault(product_id, self.scores[place] if self.scores else 1 - place / count)
        return tuple(found.items())


@dataclass(frozen=True, slots=True)
class KeptList:
    """A list as it is kept, without its products."""

    list_id: ListId
    products: int
    market_id: MarketId | None
    seed_product_id: ProductId | None
    seed_category_id: CategoryId | None
    valid_from: datetime | None
    valid_to: datetime | None


def find_fault(told: CuratedList, markets: Collection[MarketId]) -> Refusal | None:
    """What is wrong with a list, if anything."""
    seeds = {"seedProductId": told.seed_product_id, "seedCategoryId": told.seed_category_id, "user": told.user_id}
    texts = (("id", told.list_id), *seeds.items(), *(("products", product_id) for product_id in told.product_ids))
    for name, value in texts:
        if value is not None and not (1 <= len(value) <= MAX_ID and "\0" not in value):
            return Refusal(name, "BAD_TEXT", f"must have 1 to {MAX_ID} characters, and no NUL")
    several = sum(value is not None for value in seeds.values()) > 1
    checks = (
        (several, "seedProductId", "SEVERAL_SEEDS", "a list is for one product, for one category, or for one user"),
        (told.market_id not in (None, *markets), "market", "UNKNOWN_MARKET", "there is no such market"),
        (len(told.product_ids) > MAX_PRODUCTS, "products", "TOO_LONG", f"may have {MAX_PRODUCTS} products at most"),
        (len(told.scores) not in (0, len(told.product_ids)), "products", "SCORES_MISSING", "all products have a score, or none"),
        (not all(abs(score) < _MOST_SCORE for score in told.scores), "products", "OUT_OF_RANGE", "a score is no number"),
        (
            bool(told.valid_from and told.valid_to and told.valid_to <= told.valid_from),
            "validTo",
            "OUT_OF_RANGE",
            "a list ends after it begins",
        ),
    )
    return next((Refusal(field, code, message) for wrong, field, code, message in checks if wrong), None)
