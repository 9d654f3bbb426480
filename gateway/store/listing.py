"""What a full feed lists, beside what is on the shelves from it: what it lists no more is taken off them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.domain.catalog import MarketId, ProductId
from gateway.domain.tenant import TenantId
from gateway.store.database import Database

Place = tuple[MarketId, ProductId]


@dataclass(frozen=True, slots=True)
class Supply:
    """How many products of a feed are shown, at a moment."""

    products: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Missing:
    """How many products a feed lists no more, the first of them, and how many of it are shown."""

    products: int
    examples: Sequence[ProductId]
    of: int

    def exceeds(self, share: float) -> bool:
        """Whether they are more than this share of what there was."""
        return self.products > share * self.of


class Listing:
    """Compares and withdraws in one market at a time."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def supplied(self, tenant_id: TenantId, market_id: MarketId, feed: str | None) -> Supply:
        """How many products of the market came from this feed, or, null, by hand, and are shown now."""
        [row] = await self._db.fetch("feed.count_supplied", tenant_id=tenant_id, market_id=market_id, feed=feed)
        return Supply(row["products"], row["at"])

    async def hide_missing(
        self,
        tenant_id: TenantId,
        feed: str | None,
        listed: Iterable[Place],
        before: Mapping[MarketId, Supply],
        allowed: float | None,
    ) -> dict[MarketId, Missing]:
        """Of each market that is listed, hides what is not, unless it is more than the share allowed of what there was `before`;
        nothing where none is allowed, and never what came after that. What is missing, hidden or not.
        """
        found = {}
        async with self._db.transaction() as session:
            await session.execute("feed.stage_listing")
            await session.copy("listed_product", ("market_id", "product_id"), listed)
            for named in await session.fetch("feed.read_listed_markets"):
                market = MarketId(named["market_id"])
                where = {"tenant_id": tenant_id, "market_id": market, "feed": feed, "until": before[market].at}
                [row] = await session.fetch("feed.read_missing", **where)
                found[market] = missing = Missing(row["products"], row["examples"] or (), before[market].products)
                if allowed is not None and not missing.exceeds(allowed):
                    await session.execute("feed.lock_missing", **where)
                    await session.execute("feed.withdraw_missing", **where)
        return found
