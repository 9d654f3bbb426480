"""Oversee the feeds: what they did, for those who look after the catalog."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.feed import FeedRun
from gateway.domain.tenant import Caller, Scope
from gateway.services.administering.admit import require
from gateway.services.asking.bounds import page_size
from gateway.services.shop import Shop
from gateway.store.feeds import FeedStore

_USUAL, _MOST = 20, 100


@dataclass(frozen=True, slots=True)
class Overseer:
    """Reads the runs of feeds."""

    feeds: FeedStore

    async def runs(self, shop: Shop, caller: Caller, first: int | None) -> Sequence[FeedRun]:
        """The newest runs of the tenant's feeds; Forbidden without ANALYST, BadInput where so many cannot be had."""
        require(caller, Scope.ANALYST)
        return await self.feeds.runs(shop.tenant.tenant_id, page_size(first, _USUAL, _MOST))
