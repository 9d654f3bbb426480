"""What an optimiser is worth: beside weights that stay even, by the part of its units that is spread evenly for ever."""

from gateway.domain.appraisal.evidence import Evidence
from gateway.domain.metric import BUILT_IN
from gateway.domain.optimising import REWARDS
from gateway.domain.result import Estimated, OptimiserGain
from gateway.domain.statistics.bandit import shortfall
from gateway.domain.statistics.logged import gain


def gained(evidence: Evidence) -> OptimiserGain | None:
    """Of units whose window has closed; null where it is no optimiser."""
    reward, alpha = evidence.experiment.reward, evidence.experiment.plan.alpha
    if reward is None:
        return None
    found = gain(evidence.log, alpha=alpha)
    return OptimiserGain(
        metric=BUILT_IN[REWARDS[reward]],
        units=found.units,
        reward_per_unit=found.logged.value if found.logged else None,
        uniform_reward_per_unit=found.other.value if found.other else None,
        gain=Estimated.of(found.difference.value, found.difference.interval) if found.difference else None,
        shortfall=_shortfall(evidence),
        note=found.note.value if found.note else None,
    )


def _shortfall(evidence: Evidence) -> float | None:
    """By what is believed now; null before anything was learnt."""
    beliefs = [each.belief for each in evidence.weights if each.belief]
    shares = [each.weight for each in evidence.weights]
    return shortfall(beliefs, shares) if beliefs and len(beliefs) == len(shares) else None
