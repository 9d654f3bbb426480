"""What an optimiser has learnt of its variants, and which weights follow from it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from gateway.domain.experiment import OptimiserReward
from gateway.domain.statistics.bandit import (
    Posterior,
    chance_best,
    discounted,
    explored,
    posterior_of_hits,
    posterior_of_values,
    weights,
)
from gateway.domain.statistics.sums import Sums, total

BATCH = 100
"""Units of all variants together that new weights take at least: with fewer, more would be forgotten than is learnt."""

REWARDS: Mapping[OptimiserReward, str] = MappingProxyType(
    {
        OptimiserReward.CLICK: "clicked",
        OptimiserReward.CART: "add_to_cart_rate",
        OptimiserReward.ORDER: "conversion",
        OptimiserReward.REVENUE: "revenue_per_unit",
    }
)
"""The metric by which each reward is counted: whether a unit did it, or for how much."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """A set of an optimiser's weights, in the order of its variants, and since when they were in force."""

    since: datetime
    weights: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Learnt:
    """Of one variant. `counted`: the sums of all units that were taken into account, so that the next batch is what came since;
    `known`: the same, batches of long ago discounted.
    """

    counted: Sums = Sums()
    known: Sums = Sums()


@dataclass(frozen=True, slots=True)
class Policy:
    """Weights of an optimiser, by variant, and what they were made of."""

    weights: tuple[float, ...]
    probability_best: tuple[float, ...]
    learnt: tuple[Learnt, ...]
    beliefs: tuple[Posterior, ...]


def next_policy(
    reward: OptimiserReward, before: Sequence[Learnt], matured: Sequence[Sums], least: float = BATCH
) -> Policy | None:
    """The weights that follow once more units have matured; null while they are too few. `matured`: of each variant all units
    of the phase whose window has closed.
    """
    batches = [now - was.counted for was, now in zip(before, matured, strict=True)]
    if sum(batch.n for batch in batches) < least:
        return None
    known = [discounted(was.known, batch) for was, batch in zip(before, batches, strict=True)]
    found = beliefs(reward, known)
    best = chance_best(found)
    learnt = tuple(Learnt(now, each) for now, each in zip(matured, known, strict=True))
    return Policy(explored(weights(best)), best, learnt, found)


def beliefs(reward: OptimiserReward, known: Sequence[Sums]) -> tuple[Posterior, ...]:
    """Beta of what a unit did or did not; normal of revenue, where a variant is thought to be like all of them at first."""
    if reward is not OptimiserReward.REVENUE:
        return tuple(posterior_of_hits(each) for each in known)
    every = total(known)
    mean = every.y / every.n if every.n > 0 else 0.0
    spread = math.sqrt(max(every.yy / every.n - mean * mean, 0.0)) if every.n > 0 else 1.0
    return tuple(posterior_of_values(each, Posterior(mean, spread)) for each in known)
