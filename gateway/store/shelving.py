"""Writing the catalog: whole entries in batches, each row only where it says something new."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from gateway.domain.catalog import CatalogEntry, Category, CategoryId, ProductId
from gateway.domain.event import Refusal
from gateway.domain.tenant import TenantId
from gateway.store.database import Contended, Database, Session
from gateway.store.entries import entry_of

_PRODUCT = (
    "number", "tenant_id", "product_id", "group_id", "sku", "title", "description", "brand", "genre", "item_type",
    "category_ids", "image_urls", "page_url", "rating", "review_count", "attributes", "hidden", "valid_from", "valid_to",
)  # fmt: skip
_OFFER = (
    "number", "tenant_id", "market_id", "product_id", "price_minor", "sale_price_minor", "available", "quantity", "title",
    "page_url", "sku",
)  # fmt: skip
_REGION = (
    "number", "tenant_id", "market_id", "region", "product_id", "price_minor", "sale_price_minor", "available", "quantity",
    "page_url", "price_description",
)  # fmt: skip
_WORDING = ("number", "tenant_id", "locale", "product_id", "title", "description", "page_url")


_ATTEMPTS = 4
_BY_HAND = "import"  # who hid it, of a file without a feed

Judged = Sequence[CatalogEntry | Refusal]
Decide = Callable[[Mapping[ProductId, CatalogEntry]], Judged]
"""From what there is of some products, what they are to be, each whole, or why not."""

Parents = Mapping[CategoryId, CategoryId | None]
Sort = Callable[[Parents], Sequence[Category | Refusal]]
"""From what stands under what, which categories are to be kept."""


@dataclass(frozen=True, slots=True)
class Shelved:
    """What a batch did: the products that were new, and those that were there and now say something else."""

    added: frozenset[ProductId]
    changed: frozenset[ProductId]


class Shelving:
    """Puts products on the shelves and takes none away: what a feed does not name stays as it is. Writers of one product go one
    after the other.
    """

    def __init__(self, db: Database) -> None:
        self._db = db

    async def put(self, tenant_id: TenantId, entries: Sequence[CatalogEntry], feed: str | None = None) -> Shelved:
        """Commits a batch; an entry's markets and languages are written, others of the product stay.

        What a feed had hidden, since it listed it no more, is back; what the shop itself hid is not, whatever the entry says.
        `feed`: the named one that lists these.
        """
        async with self._db.transaction() as session:
            await stage(session, tenant_id, entries)
            shelved = await _write_staged(session, row_of=feed or _BY_HAND)
            back = {row["product_id"] for row in await session.fetch("feed.welcome_staged", feed=feed)}
            return Shelved(shelved.added, shelved.changed | back)

    async def change(self, tenant_id: TenantId, ids: Collection[ProductId], decide: Decide) -> Judged:
        """Commits what is decided of these products, each whole: what it no longer names of markets, regions and languages goes.

        Between the reading and the commit nobody else changes them; `decide` is asked again where others had to go first.
        """
        for _ in range(_ATTEMPTS - 1):
            with suppress(Contended):
                return await self._change(tenant_id, ids, decide)
        return await self._change(tenant_id, ids, decide)

    async def _change(self, tenant_id: TenantId, ids: Collection[ProductId], decide: Decide) -> Judged:
        async with self._db.transaction() as session:
            wanted = {"tenant_id": tenant_id, "ids": list(ids)}
            await session.execute("shelving.lock_products", **wanted)
            there = {row["product_id"]: entry_of(row) for row in await session.fetch("shelving.read_entries", **wanted)}
            judged = await asyncio.to_thread(decide, there)  # texts of a thousand products take a while to read
            entries = [each for each in judged if isinstance(each, CatalogEntry)]
            await stage(session, tenant_id, entries)
            await _write_staged(session, row_of=None)
            await session.execute("shelving.drop_unnamed_offers")
            await session.execute("shelving.drop_unnamed_regions")
            await session.execute("shelving.drop_unnamed_wordings")
        return judged

    async def put_categories(self, tenant_id: TenantId, categories: Iterable[Category]) -> int:
        """Adds categories, renames and moves; how many were new or differed. What is shown or not stays so."""
        told = list({c.category_id: c for c in categories}.values())
        [row] = await self._db.fetch("shelving.upsert_categories", **_categories(tenant_id, told), actives=[None for _ in told])
        return int(row["categories"])

    async def sort_categories(self, tenant_id: TenantId, sort: Sort) -> Sequence[Category | Refusal]:
        """Commits the categories that are kept; nobody else sorts the tenant's meanwhile."""
        async with self._db.transaction() as session:
            await session.execute("playbook.lock", tenant_id=tenant_id)
            rows = await session.fetch("tenant.read_categories", tenant_id=tenant_id)
            sorted_ = sort({row["category_id"]: row["parent_id"] for row in rows})
            kept = [each for each in sorted_ if isinstance(each, Category)]
            actives = [c.active for c in kept]
            await session.fetch("shelving.upsert_categories", **_categories(tenant_id, kept), actives=actives)
        return sorted_

    async def unknown(self, tenant_id: TenantId, ids: Collection[ProductId], within: float | None = None) -> set[ProductId]:
        """Those of the ids that are no product of the tenant; Unavailable where that takes longer than `within` seconds."""
        rows = await self._db.fetch_within(within, "shelving.unknown_products", tenant_id=tenant_id, ids=list(ids))
        return {ProductId(row["product_id"]) for row in rows}


async def stage(session: Session, tenant_id: TenantId, entries: Sequence[CatalogEntry]) -> None:
    """Lays a batch into the transaction's own tables."""
    await session.execute("shelving.stage")
    await session.copy("staged_product", _PRODUCT, _products(tenant_id, entries))
    await session.copy("staged_offer", _OFFER, _offers(tenant_id, entries))
    await session.copy("staged_region", _REGION, _regions(tenant_id, entries))
    await session.copy("staged_wording", _WORDING, _wordings(tenant_id, entries))


async def _write_staged(session: Session, *, row_of: str | None) -> Shelved:
    await session.execute("shelving.lock_staged")
    products = await session.fetch("shelving.upsert_products", row_of=row_of)
    added = frozenset(row["product_id"] for row in products if row["added"])
    touched = {row["product_id"] for row in products}
    touched |= {row["product_id"] for row in await session.fetch("shelving.upsert_offers", whole=row_of is None)}
    touched |= {row["product_id"] for row in await session.fetch("shelving.upsert_regions")}
    touched |= {row["product_id"] for row in await session.fetch("shelving.upsert_wordings")}
    return Shelved(added, frozenset(touched - added))


def _products(tenant_id: TenantId, entries: Iterable[CatalogEntry]) -> Iterator[tuple[object, ...]]:
    for number, entry in enumerate(entries):
        yield (
            number, tenant_id, entry.product_id, entry.group_id, entry.sku, entry.title, entry.description, entry.brand,
            entry.genre, entry.item_type, list(entry.category_ids), list(entry.image_urls), entry.page_url, entry.rating,
            entry.review_count, {name: list(values) for name, values in entry.attributes.items()}, entry.hidden,
            entry.valid_from, entry.valid_to,
        )  # fmt: skip


def _offers(tenant_id: TenantId, entries: Iterable[CatalogEntry]) -> Iterator[tuple[object, ...]]:
    for number, entry in enumerate(entries):
        for market_id, offer in entry.offers.items():
            yield (
                number, tenant_id, market_id, entry.product_id, offer.price.minor_units,
                offer.sale_price and offer.sale_price.minor_units, offer.available, offer.quantity, offer.title, offer.page_url,
                offer.sku,
            )  # fmt: skip


def _regions(tenant_id: TenantId, entries: Iterable[CatalogEntry]) -> Iterator[tuple[object, ...]]:
    for number, entry in enumerate(entries):
        for market_id, offer in entry.offers.items():
            for region, told in offer.regions.items():
                yield (
                    number, tenant_id, market_id, region, entry.product_id, told.price and told.price.minor_units,
                    told.sale_price and told.sale_price.minor_units, told.available, told.quantity, told.page_url,
                    told.price_description,
                )  # fmt: skip


def _wordings(tenant_id: TenantId, entries: Iterable[CatalogEntry]) -> Iterator[tuple[object, ...]]:
    for number, entry in enumerate(entries):
        for locale, words in entry.wordings.items():
            yield (number, tenant_id, locale, entry.product_id, words.title, words.description, words.page_url)


def _categories(tenant_id: TenantId, told: Sequence[Category]) -> dict[str, object]:
    return {
        "tenant_id": tenant_id,
        "ids": [c.category_id for c in told],
        "names": [c.name for c in told],
        "parents": [c.parent_id for c in told],
    }
