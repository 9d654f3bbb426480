"""Where a feed goes: a tenant, and the markets its prices may belong to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gateway.domain.catalog import MarketId
from gateway.domain.event import WEIGHTS
from gateway.domain.tenant import Market, TenantId
from gateway.errors import BadInput
from gateway.feeds.refusals import Unusable


@dataclass(frozen=True, slots=True)
class Destination:
    """`market` is meant where a row names none. `types`: the kinds of events that the tenant has."""

    tenant_id: TenantId
    markets: Mapping[MarketId, Market]
    market: Market | None
    types: Collection[str] = frozenset(WEIGHTS)

    @classmethod
    def choose(cls, tenant_id: TenantId, markets: Mapping[MarketId, Market], told: str | None) -> "Destination":
        """The market that was told, or the tenant's only one; BadInput lists them where that is not clear."""
        listed = ", ".join(markets) or "none"
        if told is not None and told not in markets:
            raise BadInput(f"--market {told}: {tenant_id} has no such market; it has {listed}")
        if told is not None:
            return cls(tenant_id, markets, markets[MarketId(told)])
        return cls(tenant_id, markets, next(iter(markets.values())) if len(markets) == 1 else None)

    def needing_market(self) -> "Destination":
        """The same, where the market is clear; BadInput otherwise."""
        if self.market is None:
            raise BadInput(f"whose prices are these? say --market; {self.tenant_id} has {', '.join(self.markets) or 'none'}")
        return self

    def market_of(self, named: str | None) -> Market | None:
        """The market that a row names, or the one that is meant; Unusable where the tenant does not have it."""
        if named is None:
            return self.market
        if found := self.markets.get(MarketId(named)):
            return found
        raise Unusable("market", "UNKNOWN_MARKET", f"there is no market {named[:40]!r}; there are {', '.join(self.markets)}")
