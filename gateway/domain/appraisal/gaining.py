"""What an optimiser is worth: beside weights that stay even, by the part of its units that is spread evenly for ever."""

from gateway.domain.appraisal.evidence import Evidence
from gateway.domain.metric import BUILT_IN
from gateway.domain.optimising import REWARDS
from gateway.domain.result import Estimated, OptimiserGain
from gateway.domain.statistics.logged import gain
from gateway.domain.statistics.offpolicy import Value


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
        gain=estimated(found.difference),
        note=found.note.value if found.note else None,
    )


def estimated(value: Value | None) -> Estimated | None:
    """A value as results say it."""
    if value is None:
        return None
    return Estimated(value.value, value.interval.low, value.interval.high) if value.interval else Estimated(value.value)
