"""All strategies of one release, as the server asks them. Immutable: a new release is a new repertoire."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.domain.catalog import CategoryId, MarketId
from gateway.domain.placement import StrategyName
from gateway.domain.ranking import Candidate
from gateway.strategies.strategy import Moment, Strategy

NEEDS_HISTORY = frozenset({StrategyName.PERSONAL, StrategyName.RECENTLY_VIEWED})
"""The strategies for which a page reads the visitor's last events."""


@dataclass(frozen=True, slots=True)
class Repertoire:
    """What the server may ask of a tenant's serving release; empty, it has nothing to say and pages show the newest."""

    release_id: str | None = None
    strategies: Mapping[StrategyName, Strategy] = field(default_factory=dict)

    def find(self, name: StrategyName, moment: Moment, count: int) -> list[Candidate]:
        """A strategy's candidates, best first; none where the release does not hold it."""
        strategy = self.strategies.get(name)
        return strategy.find(moment, count) if strategy else []

    def category_bestsellers(self, market_id: MarketId, category_ids: Sequence[CategoryId], count: int) -> list[Candidate]:
        """The rung below a placement's strategies: what sells in these categories."""
        raise NotImplementedError

    def bestsellers(self, market_id: MarketId, count: int) -> list[Candidate]:
        """The rung below that: what sells in the market."""
        raise NotImplementedError
