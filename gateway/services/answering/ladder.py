"""The ladder of a placement: its strategies in order, then what sells in the category, in the market, then the newest."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import orjson

from gateway.domain.catalog import CategoryId, ProductId
from gateway.domain.placement import Placement, StrategyName
from gateway.domain.ranking import Candidate, FallbackLevel, Rung
from gateway.domain.visitor import LookBack, Scored
from gateway.services.asking.understand import Plan
from gateway.store.goods import Rack
from gateway.strategies.strategy import Moment
from gateway.strategies.variety import vary

_SPARE = 2  # candidates asked for each place, and as many again as the page shows: some are sold out, taken, or not sold here
_MOST = 400
_BASE_SPARE = 24
_SEEDS, _NEWCOMERS = 5, 3  # products that newcomers are looked for beside, and newcomers on a page
_LIFTED = 200  # candidates of a strategy among which a boost finds what it lifts

_Key = tuple[StrategyName, bytes]  # a strategy, and the parameters that a placement gives it


@dataclass(frozen=True, slots=True)
class Proposal:
    """What memory proposes for a page, before the database has said what may be shown."""

    rungs: Mapping[_Key, tuple[Candidate, ...]]
    category_bestsellers: tuple[Candidate, ...]
    bestsellers: tuple[Candidate, ...]

    def ids(self) -> set[ProductId]:
        """Every product that is proposed on any rung."""
        everything = (*self.rungs.values(), self.category_bestsellers, self.bestsellers)
        return {candidate.product_id for candidates in everything for candidate in candidates}

    def seeds(self) -> set[ProductId]:
        """Every product that something was derived from."""
        return {c.seed for candidates in self.rungs.values() for c in candidates if c.seed}


def propose(plan: Plan, look: LookBack, *, lifting: bool = False) -> Proposal:
    """Asks every strategy of the page once, for as many candidates as all its placements may need. No await, no database.

    `look`: what this page alone asked to know. `lifting`: a boost is in force, and may lift what is far down.
    """
    repertoire, context = plan.shop.repertoire, plan.request.context
    base = min(plan.wanted + len(plan.taken) + _BASE_SPARE, _MOST)
    shelves = _shelves(plan, look)
    market = plan.shelf.market.market_id
    found = _candidates(look.found[0]) if look.found else ()
    lists = {name: _candidates(scored) for name, scored in look.lists.items()}
    rungs: dict[_Key, tuple[Candidate, ...]] = {}
    for placement in plan.placements:
        moment = Moment(market, context, look.history, found, lists, plan.parameters(placement), plan.shop.event_types)
        for name in placement.strategies:
            key = (name, _said(plan, placement))
            if key not in rungs:
                known = repertoire.find(name, moment, max(_depth(plan, name), _LIFTED if lifting else 0))
                rungs[key] = _with_newcomers(plan, known) if name is StrategyName.SIMILAR else tuple(known)
    return Proposal(
        rungs=rungs,
        category_bestsellers=tuple(repertoire.category_bestsellers(market, shelves, base)) if shelves else (),
        bestsellers=tuple(repertoire.bestsellers(market, base)),
    )


def climb(
    plan: Plan, placement: Placement, proposal: Proposal, rack: Rack, asks: Sequence[int], led: set[StrategyName]
) -> Iterator[Rung]:
    """The rungs of one placement, best first. A strategy that leads an earlier placement of the page leads here only where there
    is no other; the one that leads is added to `led`. `asks`: the placement's, and those of its pins.
    """
    names = sorted(placement.strategies, key=lambda name: name in led)
    led.update(names[:1])
    for place, name in enumerate(names):
        level = FallbackLevel.NEXT_STRATEGY if place else FallbackLevel.NONE
        candidates: Sequence[Candidate] = proposal.rungs.get((name, _said(plan, placement)), ())
        if name is StrategyName.NEW_ARRIVALS:
            candidates = in_order(rack.newest(asks[0], arrivals=True))
        yield Rung(name, level, _varied(plan, placement, candidates))
    if placement.fallback:
        yield Rung(StrategyName.BESTSELLERS, FallbackLevel.CATEGORY_BESTSELLERS, proposal.category_bestsellers)
        yield Rung(StrategyName.BESTSELLERS, FallbackLevel.BESTSELLERS, proposal.bestsellers)
        yield Rung(
            StrategyName.NEW_ARRIVALS,
            FallbackLevel.NEWEST,
            in_order(dict.fromkeys(each for ask in asks for each in rack.newest(ask))),
        )


def _varied(plan: Plan, placement: Placement, candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """As diverse as the placement wants them; no score is above one before it, so that what weighs on them keeps that order."""
    if placement.diversity >= 1:
        return candidates
    varied = vary(candidates, plan.shop.repertoire.release, placement.diversity)
    least = accumulate((candidate.score for candidate in varied), min)
    return [replace(candidate, score=score) for candidate, score in zip(varied, least, strict=True)]


def in_order(product_ids: Iterable[ProductId]) -> tuple[Candidate, ...]:
    """Products as candidates whose scores only keep their order."""
    return tuple(Candidate(product_id, 1 / (1 + place)) for place, product_id in enumerate(product_ids))


def _shelves(plan: Plan, look: LookBack) -> Sequence[CategoryId]:
    """The categories to look in where the page's own strategies have too little to say; hints go before the seeds' own."""
    context, shop = plan.request.context, plan.shop
    if context.shelves:
        return shop.categories.with_descendants(context.shelves)
    known = shop.repertoire.categories_of(context.seeds)
    return known or tuple(dict.fromkeys(look.shelves[seed] for seed in context.seeds if seed in look.shelves))


def _with_newcomers(plan: Plan, known: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """What is like the page's products, with up to three that came after the release, each where its likeness puts it."""
    near = plan.shop.newcomers
    if not near:
        return tuple(known)
    found = {c.product_id: c for seed in plan.request.context.seeds[:_SEEDS] for c in near.get(seed, ())}
    best = sorted(found.values(), key=lambda c: -c.score)[:_NEWCOMERS]
    return tuple(sorted((*known, *best), key=lambda c: -c.score))


def _candidates(scored: Scored) -> tuple[Candidate, ...]:
    """With the best at 1."""
    best = max((score for _, score in scored), default=0) or 1
    ranked = sorted(scored, key=lambda pair: -pair[1])
    return tuple(Candidate(product_id, max(score / best, 0)) for product_id, score in ranked)


def _said(plan: Plan, placement: Placement) -> bytes:
    return orjson.dumps(plan.parameters(placement), option=orjson.OPT_SORT_KEYS) if placement.parameters else b""


def _depth(plan: Plan, strategy: StrategyName) -> int:
    own = sum(p.count for p in plan.placements if strategy in p.strategies)
    return min(own * _SPARE + plan.wanted + len(plan.taken), _MOST)
