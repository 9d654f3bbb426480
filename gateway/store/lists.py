"""The shop's own lists, kept."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from gateway.domain.catalog import CategoryId, ProductId
from gateway.domain.curated import CuratedList, KeptList, ListId
from gateway.domain.tenant import TenantId
from gateway.store.database import Database


@dataclass(frozen=True, slots=True)
class Listed:
    """What a batch did: the lists that were new, those that differed, and those that were taken away."""

    added: frozenset[ListId]
    changed: frozenset[ListId]
    removed: frozenset[ListId]


@dataclass(frozen=True, slots=True)
class Unknown:
    """What lists name, and their tenant does not have, in order."""

    products: Sequence[ProductId]
    categories: Sequence[CategoryId]


class ListStore:
    """Reads and writes curated lists."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def put(self, tenant_id: TenantId, lists: Iterable[CuratedList]) -> Listed:
        """Commits a batch: each list whole, of two with one id the later; one without products is taken away."""
        told = {each.list_id: each for each in lists}
        kept = [_row(each) for each in told.values() if each.product_ids]
        gone = [list_id for list_id, each in told.items() if not each.product_ids]
        async with self._db.transaction() as session:
            written = await session.fetch("list.upsert", tenant_id=tenant_id, lists=kept)
            removed = await session.fetch("list.remove", tenant_id=tenant_id, ids=gone)
        return Listed(
            added=frozenset(row["list_id"] for row in written if row["added"]),
            changed=frozenset(row["list_id"] for row in written if not row["added"]),
            removed=frozenset(row["list_id"] for row in removed),
        )

    async def unknown(self, tenant_id: TenantId, lists: Collection[CuratedList]) -> Unknown:
        """What the lists name, and the tenant does not have; lists that are taken away name nothing."""
        kept = [each for each in lists if each.product_ids]
        rows = await self._db.fetch(
            "list.unknown",
            tenant_id=tenant_id,
            products=sorted(set().union(*(each.named_products for each in kept))),
            categories=sorted({each.seed_category_id for each in kept if each.seed_category_id}),
        )
        products = [ProductId(row["id"]) for row in rows if row["what"] == "product"]
        return Unknown(products, [CategoryId(row["id"]) for row in rows if row["what"] == "category"])

    async def read(self, tenant_id: TenantId, first: int, after: str | None) -> Sequence[KeptList]:
        """The first lists after one, by id."""
        return [KeptList(**row) for row in await self._db.fetch("list.read", tenant_id=tenant_id, first=first, after=after)]


def _row(told: CuratedList) -> dict[str, object]:
    ranked = told.ranked
    return {
        "list_id": told.list_id,
        "market_id": told.market_id,
        "seed_product_id": told.seed_product_id,
        "seed_category_id": told.seed_category_id,
        "user_id": told.user_id,
        "product_ids": [product_id for product_id, _ in ranked],
        "scores": [score for _, score in ranked],
        "valid_from": told.valid_from,
        "valid_to": told.valid_to,
    }
