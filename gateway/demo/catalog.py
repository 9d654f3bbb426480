"""The catalog of the example shop, drawn from a seed: the same seed, the same shop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from random import Random

from gateway.demo.product import Item, draw_models
from gateway.demo.shelves import DEPARTMENTS, SHELVES
from gateway.domain.catalog import CatalogEntry, Category, CategoryId, MarketId, ProductId
from gateway.domain.tenant import Market

SEED = 1844
PRODUCTS = 2400

SWEDEN = Market(MarketId("se"), "SEK", ("sv-SE", "en"))
GERMANY = Market(MarketId("de"), "EUR", ("de-DE",))
MARKETS = (SWEDEN, GERMANY)


@dataclass(frozen=True)
class Catalog:
    """All that the shop sells, shelf by shelf."""

    items: Sequence[Item]

    @property
    def entries(self) -> list[CatalogEntry]:
        """The products as a feed would tell them."""
        return [item.entry for item in self.items]

    @cached_property
    def by_id(self) -> Mapping[ProductId, Item]:
        """Each item by its product id."""
        return {item.entry.product_id: item for item in self.items}


def categories() -> list[Category]:
    """The tree: departments, and the shelves in them."""
    top = [Category(CategoryId(d.department_id), d.name.en) for d in DEPARTMENTS]
    below = [
        Category(CategoryId(shelf.shelf_id), shelf.name.en, CategoryId(d.department_id))
        for d in DEPARTMENTS
        for shelf in d.shelves
    ]
    return top + below


def build_catalog(products: int = PRODUCTS, seed: int = SEED) -> Catalog:
    """A shop of exactly so many products, spread evenly over its shelves."""
    each, rest = divmod(products, len(SHELVES))
    items: list[Item] = []
    number = 0
    for department in DEPARTMENTS:
        for shelf in department.shelves:
            wanted = each + (number < rest)
            number += 1
            models = draw_models(department, shelf, Random(f"{seed}:{shelf.shelf_id}"))
            items += islice(models, wanted)
    return Catalog(tuple(items))
