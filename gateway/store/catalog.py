"""Products, read as one market sees them."""

from collections.abc import Sequence
from typing import Any

import asyncpg

from gateway.domain.catalog import CategoryId, Money, Product, ProductId
from gateway.domain.page import ProductFilter
from gateway.domain.tenant import Shelf
from gateway.store.database import Database


class CatalogStore:
    """Reads products."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def products(
        self, shelf: Shelf, region: str | None, ids: Sequence[ProductId], seconds: float | None = None
    ) -> dict[ProductId, Product]:
        """The products of the market among these; hidden ones are left out, sold-out ones not. Unavailable past `seconds`."""
        rows = await self._db.fetch_within(seconds, "catalog.read_products", **place(shelf), region=region, ids=list(ids))
        return {row["product_id"]: product(shelf, row) for row in rows}

    async def search(
        self,
        shelf: Shelf,
        region: str | None,
        *,
        search: str | None,
        filter: ProductFilter | None,
        after: ProductId | None,
        first: int,
    ) -> list[Product]:
        """A page of the market's products in the order of their ids."""
        rows = await self._db.fetch(
            "catalog.list_products",
            **place(shelf),
            region=region,
            search=search,
            filter=filter_row(filter),
            after=after,
            first=first,
        )
        return [product(shelf, row) for row in rows]

    async def count(self, shelf: Shelf, region: str | None, *, search: str | None, filter: ProductFilter | None) -> int:
        """How many products `search` would give in all."""
        row = await self._db.fetch_one(
            "catalog.count_products",
            **place(shelf),
            region=region,
            search=search,
            filter=filter_row(filter),
        )
        return int(row["products"]) if row else 0


def place(shelf: Shelf) -> dict[str, object]:
    """What every query on a shelf wants to know."""
    return {"tenant_id": shelf.tenant.tenant_id, "market_id": shelf.market.market_id, "locale": shelf.locale}


def product(shelf: Shelf, row: asyncpg.Record) -> Product:
    """The product of a row, as its shelf sees it."""
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
        price_description=row["price_description"],
    )


def filter_row(wanted: ProductFilter | None) -> dict[str, Any] | None:
    """The filter as the type `product_filter` of sql/migrations reads it; null where nothing is filtered."""
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
