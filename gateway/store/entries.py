"""Whole products as they are kept: what is the same everywhere, and what markets, regions and languages say."""

from collections.abc import Iterable, Mapping
from typing import Any

import asyncpg

from gateway.domain.catalog import CatalogEntry, CategoryId, MarketId, Money, Offer, ProductId, RegionOffer, Wording

_Told = Mapping[str, Any]  # a row as JSON


def entry_of(row: asyncpg.Record) -> CatalogEntry:
    """The product of a row of shelving.read_entries."""
    return CatalogEntry(
        product_id=ProductId(row["product_id"]),
        title=row["title"],
        offers={MarketId(told["market_id"]): _offer(told, row["regions"]) for told in row["offers"]},
        wordings={w["locale"]: Wording(w["title"], w["description"], w["page_url"]) for w in row["wordings"]},
        group_id=row["group_id"],
        sku=row["sku"],
        description=row["description"],
        brand=row["brand"],
        genre=row["genre"],
        item_type=row["item_type"],
        category_ids=tuple(map(CategoryId, row["category_ids"])),
        image_urls=tuple(row["image_urls"]),
        page_url=row["page_url"],
        rating=row["rating"],
        review_count=row["review_count"],
        attributes=row["attributes"],
        hidden=None if row["hidden_by"] else row["hidden"],  # whom a feed hid, the shop has said nothing of
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )


def _offer(told: _Told, regions: Iterable[_Told]) -> Offer:
    currency = told["currency"]
    return Offer(
        price=Money(told["price_minor"], currency),
        sale_price=_money(told["sale_price_minor"], currency),
        available=told["available"],
        quantity=told["quantity"],
        title=told["title"],
        page_url=told["page_url"],
        sku=told["sku"],
        regions={r["region"]: _region(r, currency) for r in regions if r["market_id"] == told["market_id"]},
    )


def _region(told: _Told, currency: str) -> RegionOffer:
    return RegionOffer(
        price=_money(told["price_minor"], currency),
        sale_price=_money(told["sale_price_minor"], currency),
        available=told["available"],
        quantity=told["quantity"],
        page_url=told["page_url"],
        price_description=told["price_description"],
    )


def _money(minor_units: int | None, currency: str) -> Money | None:
    return None if minor_units is None else Money(minor_units, currency)
