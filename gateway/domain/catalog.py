"""What the shop sells: products as one market sees them, and the tree of categories."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, NewType

ProductId = NewType("ProductId", str)
CategoryId = NewType("CategoryId", str)
MarketId = NewType("MarketId", str)

Attributes = Mapping[str, Sequence[Any]]  # name -> values, each a string, number or boolean, typed as given


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in the currency's smallest unit."""

    minor_units: int
    currency: str


@dataclass(frozen=True, slots=True)
class Product:
    """A product as it stands in one market and one language."""

    product_id: ProductId
    title: str
    price: Money
    page_url: str
    available: bool = True
    group_id: str | None = None
    sku: str | None = None
    description: str | None = None
    brand: str | None = None
    genre: str | None = None
    item_type: str | None = None
    category_ids: tuple[CategoryId, ...] = ()
    sale_price: Money | None = None
    quantity: int | None = None
    image_urls: tuple[str, ...] = ()
    rating: float | None = None
    review_count: int = 0
    attributes: Attributes = field(default_factory=dict)
    price_description: str | None = None


@dataclass(frozen=True, slots=True)
class RegionOffer:
    """What differs in a region of a market; null where the market's own word holds."""

    price: Money | None = None
    sale_price: Money | None = None
    available: bool | None = None
    quantity: int | None = None
    page_url: str | None = None
    price_description: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """What a market says of a product; null where the product's own word holds."""

    price: Money
    sale_price: Money | None = None
    available: bool = True
    quantity: int | None = None
    title: str | None = None
    page_url: str | None = None
    sku: str | None = None
    regions: Mapping[str, RegionOffer] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wording:
    """A product's text in one language; null where the product's own word holds."""

    title: str | None = None
    description: str | None = None
    page_url: str | None = None


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """A whole product as a feed tells it: what is the same everywhere, its markets and its languages.

    Where `hidden` is null nothing is said of it, and the product stays as it is.
    """

    product_id: ProductId
    title: str
    offers: Mapping[MarketId, Offer]
    wordings: Mapping[str, Wording] = field(default_factory=dict)
    group_id: str | None = None
    sku: str | None = None
    description: str | None = None
    brand: str | None = None
    genre: str | None = None
    item_type: str | None = None
    category_ids: tuple[CategoryId, ...] = ()
    image_urls: tuple[str, ...] = ()
    page_url: str | None = None
    rating: float | None = None
    review_count: int = 0
    attributes: Attributes = field(default_factory=dict)
    hidden: bool | None = False
    valid_from: datetime | None = None
    valid_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of the shop; `parent_id` is null at the top."""

    category_id: CategoryId
    name: str
    parent_id: CategoryId | None = None
    active: bool = True


class CategoryTree:
    """All categories of a tenant. A parent that is unknown counts as none; a circle is cut where it closes."""

    def __init__(self, categories: Iterable[Category] = ()) -> None:
        self._by_id = {c.category_id: c for c in categories}

    @property
    def ids(self) -> frozenset[CategoryId]:
        """Every category there is."""
        return frozenset(self._by_id)

    def get(self, category_id: CategoryId) -> Category | None:
        """The category of this id, if there is one."""
        return self._by_id.get(category_id)

    def children(self, parent: CategoryId | None) -> Sequence[Category]:
        """The categories directly below one, or those at the top."""
        return self._children.get(parent, ())

    def ancestors(self, category_id: CategoryId) -> list[Category]:
        """From the parent up to the top."""
        found: dict[CategoryId, Category] = {}
        here = self._by_id.get(category_id)
        while here and here.parent_id and here.parent_id != category_id:
            here = self._by_id.get(here.parent_id)
            if here is None or here.category_id in found:
                break
            found[here.category_id] = here
        return list(found.values())

    def with_ancestors(self, category_ids: Iterable[CategoryId]) -> list[CategoryId]:
        """The categories and all that stand above them, each once."""
        found: dict[CategoryId, None] = {}
        for category_id in category_ids:
            found[category_id] = None
            found.update((above.category_id, None) for above in self.ancestors(category_id))
        return list(found)

    def with_descendants(self, category_ids: Iterable[CategoryId]) -> list[CategoryId]:
        """The categories and all that stand below them, each once."""
        found = dict.fromkeys(category_ids)
        waiting = list(found)
        while waiting:
            for child in self.children(waiting.pop()):
                if child.category_id not in found:
                    found[child.category_id] = None
                    waiting.append(child.category_id)
        return list(found)

    @cached_property
    def _children(self) -> Mapping[CategoryId | None, Sequence[Category]]:
        below: dict[CategoryId | None, list[Category]] = {}
        for category in self._by_id.values():
            parent = category.parent_id if category.parent_id in self._by_id else None
            below.setdefault(parent, []).append(category)
        return below


def in_circles(parents: Mapping[CategoryId, CategoryId | None]) -> frozenset[CategoryId]:
    """The categories that stand below themselves."""
    found: set[CategoryId] = set()
    settled: set[CategoryId] = set()
    for start in parents:
        path: dict[CategoryId, int] = {}
        here: CategoryId | None = start
        while here is not None and here in parents and here not in settled and here not in path:
            path[here] = len(path)
            here = parents[here]
        if here in path:
            found.update(each for each, place in path.items() if place >= path[here])
        settled.update(path)
    return frozenset(found)
