"""Strategies that are a chart: of the category or the brand a page is about, else of the whole market."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gateway.domain.catalog import CategoryId, MarketId, ProductId
from gateway.domain.ranking import Candidate
from gateway.index.charts import DEPTH, Charts
from gateway.index.roster import Roster
from gateway.strategies.strategy import Moment


@dataclass(frozen=True, slots=True)
class Charted:
    """What leads a ranking."""

    roster: Roster
    charts: Charts

    def find(self, moment: Moment, count: int) -> list[Candidate]:
        """What leads on the page's shelf, without what the page is about; none where the shelf has no chart."""
        context = moment.context
        return self._candidates(self._leading(moment, count + len(context.seeds)), count, context.seeds)

    def of_categories(self, market_id: MarketId, category_ids: Sequence[CategoryId], count: int) -> list[Candidate]:
        """What leads in any of these categories."""
        return self._candidates(self._of_categories(market_id, category_ids, count), count)

    def of_market(self, market_id: MarketId, count: int) -> list[Candidate]:
        """What leads in the whole market."""
        return self._candidates(self.charts.best(market_id, count), count)

    def _leading(self, moment: Moment, count: int) -> Sequence[tuple[int, float]]:
        """The chart of the page's categories, of its brand, of the brand in the categories, else of the market."""
        market_id, context = moment.market_id, moment.context
        if context.category_ids and context.brand:
            brand = dict(self.charts.best(market_id, DEPTH, kind="brand", name=context.brand))
            return [pair for pair in self._of_categories(market_id, context.category_ids, DEPTH) if pair[0] in brand]
        if context.category_ids:
            return self._of_categories(market_id, context.category_ids, count)
        if context.brand:
            return self.charts.best(market_id, count, kind="brand", name=context.brand)
        return self.charts.best(market_id, count)

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
