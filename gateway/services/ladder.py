"""The ladder of a placement: its strategies in order, then what sells in the category, in the market, then the newest."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gateway.domain.catalog import ProductId
from gateway.domain.placement import Placement, StrategyName
from gateway.domain.ranking import Candidate, FallbackLevel, Rung
from gateway.domain.visitor import History
from gateway.services.understand import Plan
from gateway.store.catalog import Hydrated
from gateway.strategies.strategy import Moment

_SPARE = 2  # candidates asked for each place, and as many again as the page shows: some are sold out, taken, or not sold here
_MOST = 400
_BASE_SPARE = 24


@dataclass(frozen=True, slots=True)
class Proposal:
    """What memory proposes for a page, before the database has said what may be shown."""

    rungs: Mapping[StrategyName, tuple[Candidate, ...]]
    category_bestsellers: tuple[Candidate, ...]
    bestsellers: tuple[Candidate, ...]

    def ids(self) -> set[ProductId]:
        """Every product that is proposed on any rung."""
        everything = (*self.rungs.values(), self.category_bestsellers, self.bestsellers)
        return {candidate.product_id for candidates in everything for candidate in candidates}

    def seeds(self) -> set[ProductId]:
        """Every product that something was derived from."""
        return {c.seed for candidates in self.rungs.values() for c in candidates if c.seed}


def propose(plan: Plan, history: History) -> Proposal:
    """Asks every strategy of the page once, for as many candidates as all its placements may need. No await, no database."""
    repertoire = plan.shop.repertoire
    moment = Moment(plan.shelf.market.market_id, plan.request.context, history)
    base = min(plan.wanted + len(plan.taken) + _BASE_SPARE, _MOST)
    context = plan.request.context
    shelves = plan.shop.categories.with_descendants(context.category_ids) or repertoire.categories_of(context.seeds)
    return Proposal(
        rungs={name: tuple(repertoire.find(name, moment, _depth(plan, name))) for name in sorted(plan.strategies)},
        category_bestsellers=tuple(repertoire.category_bestsellers(moment.market_id, shelves, base)) if shelves else (),
        bestsellers=tuple(repertoire.bestsellers(moment.market_id, base)),
    )


def _depth(plan: Plan, strategy: StrategyName) -> int:
    own = sum(p.count for p in plan.placements if strategy in p.strategies)
    return min(own * _SPARE + plan.wanted + len(plan.taken), _MOST)


def climb(placement: Placement, proposal: Proposal, hydrated: Hydrated) -> Iterator[Rung]:
    """The rungs of one placement, best first."""
    for place, strategy in enumerate(placement.strategies):
        level = FallbackLevel.NEXT_STRATEGY if place else FallbackLevel.NONE
        candidates = proposal.rungs.get(strategy, ())
        if strategy is StrategyName.NEW_ARRIVALS:
            candidates = in_order(p for p in hydrated.newest if p in hydrated.arrivals)
        yield Rung(strategy, level, candidates)
    if placement.fallback:
        yield Rung(StrategyName.BESTSELLERS, FallbackLevel.CATEGORY_BESTSELLERS, proposal.category_bestsellers)
        yield Rung(StrategyName.BESTSELLERS, FallbackLevel.BESTSELLERS, proposal.bestsellers)
        yield Rung(StrategyName.NEW_ARRIVALS, FallbackLevel.NEWEST, in_order(hydrated.newest))


def in_order(product_ids: Iterable[ProductId]) -> tuple[Candidate, ...]:
    """Products as candidates whose scores only keep their order."""
    return tuple(Candidate(product_id, 1 / (1 + place)) for place, product_id in enumerate(product_ids))
