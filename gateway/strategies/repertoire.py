"""All strategies of one release, as the server asks them. Immutable: a new release is a new repertoire."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from gateway.domain.catalog import CategoryId, MarketId, ProductId
from gateway.domain.placement import StrategyName
from gateway.domain.ranking import Candidate
from gateway.index.canary import send_canary
from gateway.index.release import Release
from gateway.index.roster import NOWHERE
from gateway.strategies import (
    also_bought,
    also_viewed,
    alternatives,
    bestsellers,
    bought_after_viewing,
    cart,
    curated,
    personal,
    recently_viewed,
    search,
    similar,
    top_rated,
    trending,
    upsell,
)
from gateway.strategies.charted import Charted
from gateway.strategies.strategy import Moment, Strategy

NEEDS_HISTORY = frozenset({StrategyName.PERSONAL, StrategyName.RECENTLY_VIEWED})
"""The strategies for which a page reads the visitor's last events."""

_SEEDS = 5  # products whose categories are looked at when a page's own strategies have too little to say

_UNTRAINED: Mapping[StrategyName, Strategy] = {
    StrategyName.RECENTLY_VIEWED: recently_viewed.load(),
    StrategyName.CURATED: curated.load(),
    StrategyName.SEARCH: search.load(),
}
"""What can answer before anything was trained."""

_FITTED: Mapping[StrategyName, Callable[[Release], Strategy]] = {
    StrategyName.SIMILAR: similar.load,
    StrategyName.ALSO_VIEWED: also_viewed.load,
    StrategyName.ALSO_BOUGHT: also_bought.load,
    StrategyName.BOUGHT_AFTER_VIEWING: bought_after_viewing.load,
    StrategyName.CART: cart.load,
    StrategyName.UPSELL: upsell.load,
    StrategyName.ALTERNATIVES: alternatives.load,
    StrategyName.BESTSELLERS: bestsellers.load,
    StrategyName.TRENDING: trending.load,
    StrategyName.TOP_RATED: top_rated.load,
}
"""What reads the table or the charts of its own name."""


@dataclass(frozen=True, slots=True)
class Repertoire:
    """What the server may ask of a tenant's serving release; empty, it has nothing to say and pages show the newest."""

    release_id: str | None = None
    strategies: Mapping[StrategyName, Strategy] = field(default_factory=lambda: _UNTRAINED)
    selling: Charted | None = None
    release: Release | None = None
    newest_event: datetime | None = None  # what was learnt ends here

    def find(self, name: StrategyName, moment: Moment, count: int) -> list[Candidate]:
        """A strategy's candidates, best first; none where the release does not hold it."""
        strategy = self.strategies.get(name)
        return strategy.find(moment, count) if strategy else []

    def categories_of(self, seeds: Sequence[ProductId]) -> tuple[CategoryId, ...]:
        """The own categories of the first few products that the release knows, each once."""
        if self.release is None:
            return ()
        rows = (self.release.roster.row(seed) for seed in seeds[:_SEEDS])
        found = (self.release.leaves.of(row) for row in rows if row != NOWHERE)
        return tuple(dict.fromkeys(category for category in found if category))

    def knows(self, product_id: ProductId) -> bool:
        """Whether the release was trained with the product."""
        return self.release is not None and self.release.roster.row(product_id) != NOWHERE

    def strangers(self, seeds: Sequence[ProductId]) -> list[ProductId]:
        """Those of the first few products that the release does not know: they are newer than it."""
        if self.release is None:
            return []
        roster = self.release.roster
        return [seed for seed in seeds[:_SEEDS] if roster.row(seed) == NOWHERE]

    def category_bestsellers(self, market_id: MarketId, category_ids: Sequence[CategoryId], count: int) -> list[Candidate]:
        """The rung below a placement's strategies: what sells in these categories."""
        return self.selling.of_categories(market_id, category_ids, count) if self.selling else []

    def bestsellers(self, market_id: MarketId, count: int) -> list[Candidate]:
        """The rung below that: what sells in the market."""
        return self.selling.of_market(market_id, count) if self.selling else []


def load_repertoire(folder: Path) -> Repertoire:
    """The repertoire of a release, once a canary has come back from it; BadRelease, a ValueError, says why it may not serve.

    Reads every byte and blocks meanwhile: call it in a thread. A repertoire that is dropped frees its files by itself.
    """
    send_canary(folder)
    release = Release.open(folder)
    strategies: Mapping[StrategyName, Strategy] = {
        **_UNTRAINED,
        StrategyName.SEARCH: search.load(release),
        StrategyName.PERSONAL: personal.load(release),
        **{name: load(release) for name, load in _FITTED.items() if release.holds(name)},
    }
    newest = release.manifest.newest_event
    return Repertoire(
        release_id=release.manifest.release_id,
        strategies=strategies,
        selling=bestsellers.load(release),
        release=release,
        newest_event=datetime.fromisoformat(newest) if newest else None,
    )
