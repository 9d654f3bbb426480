"""A full feed: what it lists no more is taken off the shelves, unless that is so much that the feed was rather cut short."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.domain.catalog import MarketId, ProductId
from gateway.feeds.destination import Destination
from gateway.feeds.report import Report
from gateway.feeds.staging import Staged
from gateway.store.listing import Listing, Missing, Place, Supply

_ROWS = 10_000  # at a time out of DuckDB


@dataclass(frozen=True, slots=True)
class Clearing:
    """One feed's. `before`: how many products of it were shown in each market when the import began."""

    listing: Listing
    destination: Destination
    feed: str | None
    max_hidden: float
    before: Mapping[MarketId, Supply]

    @classmethod
    async def begin(cls, listing: Listing, destination: Destination, feed: str | None, max_hidden: float) -> "Clearing":
        """Counts what there is, before anything is added to it."""
        tenant_id = destination.tenant_id
        before = {market: await listing.supplied(tenant_id, market, feed) for market in destination.markets}
        return cls(listing, destination, feed, max_hidden, before)

    async def finish(self, staged: Staged, *, by_market: bool, unread: int, rehearse: bool, report: Report) -> None:
        """Hides what the file no longer lists, or says in the report why nothing was hidden. `by_market`: rows may name theirs.

        `unread`: rows of which not even the id is known; any of them may be a product that would be missed.
        """
        allowed = None if rehearse or unread else self.max_hidden
        found = await self.listing.hide_missing(
            self.destination.tenant_id, self.feed, self._listed(staged, by_market), self.before, allowed
        )
        for market, missing in found.items():
            reason = self._reason(market, missing, unread)
            if reason is None:
                report.hidden += missing.products
                report.hidden_products += missing.examples
            else:
                report.not_hidden.append(reason)

    def _reason(self, market: MarketId, missing: Missing, unread: int) -> str | None:
        if not missing.products:
            return None
        gone = f"{missing.products:,} of {missing.of:,} products of market {market} that the feed lists no more"
        if unread:
            return f"{gone} were not hidden: {unread:,} rows could not be read, and may be any of them"
        if missing.exceeds(self.max_hidden):
            share = missing.products / missing.of
            return (
                f"{gone} were not hidden: {share:.1%} is more than the {100 * self.max_hidden:.4g}% that may vanish at once; "
                f"where that is right, say --max-hidden {min(int(share * 100) + 1, 100)}%"
            )
        return None

    def _listed(self, staged: Staged, by_market: bool) -> Iterator[Place]:
        meant = self.destination.market.market_id if self.destination.market else None
        for batch in staged.batches("listed_catalog", _ROWS):
            for named, product_id in batch:
                market = MarketId(named) if by_market and named else meant
                if market is not None and market in self.before:
                    yield market, ProductId(product_id)
