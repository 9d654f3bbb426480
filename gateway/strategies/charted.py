"""Strategies that are a chart: of the category or the brand a page is about, else of the whole market."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.domain.catalog import CategoryId, MarketId
from gateway.domain.ranking import Candidate
from gateway.index.charts import Charts
from gateway.index.roster import Roster
from gateway.strategies.strategy import Moment


@dataclass(frozen=True, slots=True)
class Charted:
    """What leads a ranking."""

    roster: Roster
    charts: Charts

    def find(self, moment: Moment, count: int) -> list[Candidate]:
        """The chart of the page's categories, else of its brand, else of the market; none where the shelf has no chart."""
        if moment.context.category_ids:
            return self.of_categories(moment.market_id, moment.context.category_ids, count)
        if moment.context.brand:
            return self._candidates(self.charts.best(moment.market_id, count, kind="brand", name=moment.context.brand), count)
        return self.of_market(moment.market_id, count)

    def of_categories(self, market_id: MarketId, category_ids: Sequence[CategoryId], count: int) -> list[Candidate]:
        """What leads in any of these categories."""
        found: dict[int, float] = {}
        for category_id in dict.fromkeys(category_ids):
            found.update(self.charts.best(market_id, count, kind="category", name=category_id))
        return self._candidates(sorted(found.items(), key=lambda pair: (-pair[1], pair[0])), count)

    def of_market(self, market_id: MarketId, count: int) -> list[Candidate]:
        """What leads in the whole market."""
        return self._candidates(self.charts.best(market_id, count), count)

    def _candidates(self, found: Sequence[tuple[int, float]], count: int) -> list[Candidate]:
        best = found[0][1] if found else 1.0
        return [Candidate(self.roster.id(row), score / best) for row, score in found[:count]]
