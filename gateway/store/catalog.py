"""Products, read as one market sees them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg

from gateway.domain.catalog import CategoryId, Money, Product, ProductId
from gateway.domain.page import ProductFilter
from gateway.domain.tenant import Shelf
from gateway.store.database import Database


class Rack(Mapping[ProductId, Product]):
    """Products that were read, each made only when it is asked for: most candidates are never looked at."""

    def __init__(self, shelf: Shelf, rows: Mapping[ProductId, asyncpg.Record]) -> None:
        self._shelf = shelf
        self._rows = rows

    def __getitem__(self, product_id: ProductId) -> Product:
        return _product(self._shelf, self._rows[product_id])

    def __contains__(self, product_id: object) -> bool:
        return product_id in self._rows

    def __iter__(self) -> Iterator[ProductId]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


@dataclass(frozen=True, slots=True)
class Hydrated:
    """What one page may show: every product that was read, and those that are not candidates but the market's newest, in order.

    `arrivals`: those of the newest that have been in the market for 31 days at most. `only_seeds`: those that the filter
    does not let pass, read for their titles alone.
    """

    products: Mapping[ProductId, Product]
    newest: tuple[ProductId, ...]
    arrivals: frozenset[ProductId]
    only_seeds: frozenset[ProductId]


@dataclass(frozen=True, slots=True)
class Wanted:
    """The candidates of a page: all of them, those of `base` that any placement may fall back to, and how many are shown.

    `seeds` are read for their titles, whatever the filter says. The newest products are sought beside what is excluded and,
    unless `arrivals` are themselves wanted, beside the candidates.
    """

    ids: Collection[ProductId]
    seeds: Collection[ProductId]
    base: Collection[ProductId]
    excluded: Collection[ProductId]
    count: int
    arrivals: bool = False
    filter: ProductFilter | None = None


class CatalogStore:
    """Reads products."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def hydrate(self, shelf: Shelf, wanted: Wanted, seconds: float | None = None) -> Hydrated:
        """One statement for a whole page; Unavailable past the deadline of `seconds`."""
        rows = await self._db.fetch_within(
            seconds,
            "catalog.hydrate",
            **_place(shelf),
            ids=list({*wanted.ids, *wanted.seeds}),
            seeds=list(wanted.seeds),
            base=list(wanted.base),
            beside=[*wanted.excluded, *(() if wanted.arrivals else wanted.ids)],
            wanted=wanted.count,
            filter=_filter(wanted.filter),
        )
        return Hydrated(
            products=Rack(shelf, {row["product_id"]: row for row in rows}),
            newest=tuple(row["product_id"] for row in rows if row["topped_up"]),
            arrivals=frozenset(row["product_id"] for row in rows if row["new_arrival"]),
            only_seeds=frozenset(row["product_id"] for row in rows if not row["matches"]),
        )

    async def products(self, shelf: Shelf, ids: Sequence[ProductId]) -> dict[ProductId, Product]:
        """The products of the market among these; hidden ones are left out, sold-out ones not."""
        rows = await self._db.fetch("catalog.read_products", **_place(shelf), ids=list(ids))
        return {row["product_id"]: _product(shelf, row) for row in rows}

    async def search(
        self,
        shelf: Shelf,
        *,
        search: str | None,
        filter: ProductFilter | None,
        after: ProductId | None,
        first: int,
    ) -> list[Product]:
        """A page of the market's products in the order of their ids."""
        rows = await self._db.fetch(
            "catalog.list_products", **_place(shelf), search=search, filter=_filter(filter), after=after, first=first
        )
        return [_product(shelf, row) for row in rows]

    async def count(self, shelf: Shelf, *, search: str | None, filter: ProductFilter | None) -> int:
        """How many products `search` would give in all."""
        row = await self._db.fetch_one(
            "catalog.count_products",
            **_place(shelf),
            search=search,
            filter=_filter(filter),
        )
        return int(row["products"]) if row else 0


def _place(shelf: Shelf) -> dict[str, object]:
    return {"tenant_id": shelf.tenant.tenant_id, "market_id": shelf.market.market_id, "locale": shelf.locale}


def _product(shelf: Shelf, row: asyncpg.Record) -> Product:
    currency = shelf.market.currency
    sale = row["sale_price_minor"]
    return Product(
        product_id=row["product_id"],
        title=row["title"],
        price=Money(row["price_minor"], currency),
        page_url=row["page_url"] or shelf.tenant.page_url(row["product_id"]),
        available=row["available"],
        group_id=row["group_id"],
        sku=row["sku"],
        description=row["description"],
        brand=row["brand"],
        genre=row["genre"],
        item_type=row["item_type"],
        category_ids=tuple(CategoryId(c) for c in row["category_ids"]),
        sale_price=None if sale is None else Money(sale, currency),
        quantity=row["quantity"],
        image_urls=tuple(row["image_urls"]),
        rating=row["rating"],
        review_count=row["review_count"],
        attributes=row["attributes"],
    )


def _filter(wanted: ProductFilter | None) -> dict[str, Any] | None:
    """The filter as the type `product_filter` of sql/migrations reads it."""
    if wanted is None:
        return None
    lists = [_pairs(name, values) for name, values in wanted.attributes.items()]
    return {
        "category_ids": wanted.category_ids,
        "exclude_category_ids": wanted.exclude_category_ids,
        "brands": wanted.brands,
        "exclude_brands": wanted.exclude_brands,
        "min_price": wanted.min_price,
        "max_price": wanted.max_price,
        "on_sale": wanted.on_sale,
        "min_rating": wanted.min_rating,
        "any_attribute": [pair for pairs in lists for pair in pairs] if lists else None,
        "attributes": lists or None,
        "without": [pair for name, values in wanted.without.items() for pair in _pairs(name, values)] or None,
    }


def _pairs(name: str, values: Sequence[str]) -> list[str]:
    return [f"{name}\x1f{value}" for value in values]
