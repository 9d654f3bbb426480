"""What a page may show, read in one statement."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg

from gateway.domain.catalog import Product, ProductId
from gateway.domain.ranking import Standing
from gateway.domain.tenant import Shelf
from gateway.domain.terms import Ask, Check
from gateway.store.catalog import filter_row, place, product
from gateway.store.database import Database


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of the database for a page. `ids`: every candidate. `seeds`: what is read for its title, whatever the checks
    say. `base`: candidates that every placement may fall back to. `owners`: under whom preferences are kept.
    """

    ids: Collection[ProductId]
    seeds: Collection[ProductId]
    base: Collection[ProductId]
    checks: Sequence[Check]
    asks: Sequence[Ask]
    region: str | None = None
    owners: Sequence[str] = ()


class Rack:
    """The goods of a page, as domain/ranking.py wants them: rows, of which products are made only when asked for."""

    def __init__(self, shelf: Shelf, rows: Sequence[asyncpg.Record], sights: Mapping[ProductId, int]) -> None:
        self._shelf = shelf
        self._rows = {row["product_id"]: row for row in rows if row["title"] is not None}
        self._groups = {row["product_id"]: row["group_id"] for row in rows if row["group_id"] is not None}
        self._sights = sights
        self._variants: dict[str, list[ProductId]] = defaultdict(list)
        self._newest: dict[int, list[tuple[int, ProductId]]] = defaultdict(list)
        for row in rows:
            if row["stand_in"]:
                self._variants[row["group_id"]].append(row["product_id"])
            for ask, at in (row["places"] or {}).items():
                self._newest[int(ask)].append((at, row["product_id"]))
        self.leans = any(row["leaning"] for row in rows)
        self._standings: dict[ProductId, Standing | None] = {}

    def __contains__(self, product_id: ProductId) -> bool:
        return product_id in self._rows

    def standing(self, product_id: ProductId) -> Standing | None:
        """What decides on a product; null where it may not be shown at all."""
        if product_id not in self._standings:
            row = self._rows.get(product_id)
            self._standings[product_id] = self._stand(row) if row and row["welcome"] else None
        return self._standings[product_id]

    def product(self, product_id: ProductId) -> Product:
        """The product; KeyError where it was not read."""
        return product(self._shelf, self._rows[product_id])

    def first_seen(self, product_id: ProductId) -> datetime:
        """Since when the market sells it; KeyError where it was not read."""
        seen: datetime = self._rows[product_id]["first_seen"]
        return seen

    def title(self, product_id: ProductId) -> str | None:
        """The title, where it was read."""
        row = self._rows.get(product_id)
        return row["title"] if row else None

    def group(self, product_id: ProductId) -> str | None:
        """The group of variants that a product belongs to."""
        return self._groups.get(product_id)

    def stand_ins(self, product_id: ProductId) -> Sequence[ProductId]:
        """The other variants of its group that may be shown, the best stocked first."""
        group = self._groups.get(product_id)
        return self._variants.get(group, ()) if group is not None else ()

    def newest(self, ask: int, *, arrivals: bool = False) -> list[ProductId]:
        """What the ask of this number was topped up with, newest first; `arrivals`: of the last 31 days only."""
        found = (product_id for _, product_id in sorted(self._newest.get(ask, ())))
        return [each for each in found if not arrivals or self._rows[each]["new_arrival"]]

    def _stand(self, row: asyncpg.Record) -> Standing:
        sights = self._sights.get(row["product_id"], 0)
        return Standing(row["available"], row["group_id"], row["marks"], row["leaning"], sights)


class GoodsStore:
    """Reads a page's goods."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def fault(self, shelf: Shelf, product_id: ProductId) -> str | None:
        """Why nobody sees a product in this market now: a code of domain/explanation.py; null where they may."""
        row = await self._db.fetch_one(
            "catalog.fault", tenant_id=shelf.tenant.tenant_id, market_id=shelf.market.market_id, product_id=product_id
        )
        return row["code"] if row else "UNKNOWN_PRODUCT"

    async def hydrate(self, shelf: Shelf, wanted: Wanted, sights: Mapping[ProductId, int], seconds: float | None = None) -> Rack:
        """One statement for a whole page; Unavailable past the deadline of `seconds`."""
        rows = await self._db.fetch_within(
            seconds,
            "catalog.hydrate",
            **place(shelf),
            region=wanted.region,
            owners=list(wanted.owners),
            ids=list(wanted.ids),
            seeds=list(wanted.seeds),
            base=list(wanted.base),
            tests=[check_row(check) for check in wanted.checks],
            asks=[ask_row(ask) for ask in wanted.asks],
        )
        return Rack(shelf, rows, sights)


def check_row(check: Check) -> dict[str, Any]:
    """The check as the type `product_filter` reads it, with the shares of the seed's price beside it."""
    row: dict[str, Any] = {**(filter_row(check.filter) or {})}
    if check.product_ids is not None:
        row["product_ids"] = check.product_ids
    if check.seed is not None:
        row |= {"seed_product_id": check.seed, "from_share": check.from_share, "to_share": check.to_share}
    return row


def ask_row(ask: Ask) -> dict[str, Any]:
    """The ask as the type `page_ask` reads it."""
    terms = ask.terms
    return {
        "all_of": sorted(terms.all_of),
        "any_of": sorted(terms.any_of),
        "none_of": sorted(terms.none_of),
        "beside": sorted(ask.beside),
        "caps": [{"test": cap.mark, "most": cap.most, "attribute": cap.attribute} for cap in terms.caps],
        "wanted": ask.wanted,
        "sold_out": not terms.require_available,
    }
