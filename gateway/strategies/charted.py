"""Strategies that are a chart: of the category or the brand a page is about, else of the whole market."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gateway.domain.catalog import CategoryId, MarketId, ProductId
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
        """The chart of the page's categories, else of its brand, else of the market, without what it is about."""
        context, deep = moment.context, count + len(moment.context.seeds)
        if context.category_ids:
            found = self._of_categories(moment.market_id, context.category_ids, deep)
        elif context.brand:
            found = self.charts.best(moment.market_id, deep, kind="brand", name=context.brand)
        else:
            found = self.charts.best(moment.market_id, deep)
        return self._candidates(found, count, context.seeds)

    def of_categories(self, market_id: MarketId, category_ids: Sequence[CategoryId], count: int) -> list[Candidate]:
        """What leads in any of these categories."""
        return self._candidates(self._of_categories(market_id, category_ids, count), count)

    def of_market(self, market_id: MarketId, count: int) -> list[Candidate]:
        """What leads in the whole market."""
        return self._candidates(self.charts.best(market_id, count), count)

    def _of_categories(self, market_id: MarketId, category_ids: Sequence[CategoryId], count: int) -> Sequence[tuple[int, float]]:
        found: dict[int, float] = {}
        for name in dict.fromkeys(category_ids):
            for row, score in self.charts.best(market_id, count, kind="category", name=name):
                found[row] = max(found.get(row, 0), score)
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))

    def _candidates(
        self, found: Sequence[tuple[int, float]], count: int, unwanted: Collection[ProductId] = ()
    ) -> list[Candidate]:
        named = ((self.roster.id(row), score) for row, score in found)
        kept = [(product_id, score) for product_id, score in named if product_id not in unwanted][:count]
        return [Candidate(product_id, score / kept[0][1]) for product_id, score in kept]
