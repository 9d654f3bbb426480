"""What a feed would change, seen without changing it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gateway.domain.catalog import CatalogEntry, Category, Money, ProductId
from gateway.domain.currency import in_units
from gateway.domain.tenant import TenantId
from gateway.store.database import Database, Session
from gateway.store.shelving import Shelved, stage

_EXAMPLES = 3  # of each field
_NAMED = 20  # products that are new
_MINOR = "_minor"


class Rehearsal:
    """Takes batches as Shelving does, compares them with what is there, and writes nothing."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.added: list[ProductId] = []
        self.fields: Counter[str] = Counter()
        self.examples: dict[str, list[tuple[ProductId, Any, Any]]] = {}

    async def put(self, tenant_id: TenantId, entries: Sequence[CatalogEntry], feed: str | None = None) -> Shelved:  # noqa: ARG002
        """What the batch would do. The staging tables are the session's own."""
        async with self._db.transaction() as session:
            await stage(session, tenant_id, entries)
            return await self._compare(session)

    async def put_categories(self, tenant_id: TenantId, categories: Iterable[Category]) -> int:
        """How many would be new or differ."""
        told = list(categories)
        [row] = await self._db.fetch(
            "feed.compare_categories",
            tenant_id=tenant_id,
            ids=[c.category_id for c in told],
            names=[c.name for c in told],
            parents=[c.parent_id for c in told],
        )
        return int(row["categories"])

    async def _compare(self, session: Session) -> Shelved:
        products = await session.fetch("feed.compare_products")
        added = frozenset(row["product_id"] for row in products if row["added"])
        self.added += sorted(added)[: _NAMED - len(self.added)]
        changed = {row["product_id"] for row in products} - added
        for row in products:
            if not row["added"]:
                self._note(row["product_id"], row["differences"])
        for row in await session.fetch("feed.compare_offers"):
            if row["product_id"] not in added:
                changed.add(row["product_id"])
                self._note(row["product_id"], _in_units(dict(row)) if not row["added"] else {"market": [None, "added"]})
        for field, name in (("regions", "feed.compare_regions"), ("languages", "feed.compare_wordings")):
            for row in await session.fetch(name):
                if row["product_id"] not in added:
                    changed.add(row["product_id"])
                    self._note(row["product_id"], {field: [None, None]})
        return Shelved(added, frozenset(changed))

    def _note(self, product_id: ProductId, differences: Mapping[str, Sequence[Any]]) -> None:
        for field, (was, new) in differences.items():
            self.fields[field] += 1
            examples = self.examples.setdefault(field, [])
            if len(examples) < _EXAMPLES:
                examples.append((product_id, was, new))


def _in_units(row: Mapping[str, Any]) -> dict[str, Sequence[Any]]:
    """What differs in a market, its prices as people write them."""
    return {
        field.removesuffix(_MINOR): [_price(each, row["currency"]) for each in values] if field.endswith(_MINOR) else values
        for field, values in row["differences"].items()
    }


def _price(minor_units: int | None, currency: str) -> str | None:
    return None if minor_units is None else f"{in_units(Money(minor_units, currency))} {currency}"
