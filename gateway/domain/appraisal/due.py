"""When a look is due, and when the last one stands for good."""

from collections.abc import Sequence
from datetime import timedelta

from gateway.domain.appraisal.evidence import Arm, Evidence
from gateway.domain.experiment import InferenceMode

ALL = 1.0  # of the plan
_APART = timedelta(hours=20)  # looks are a day apart, about
_STEP = 0.005  # of the plan: less is no look of its own


def is_due(evidence: Evidence, share: float | None, units: int) -> bool:
    """Whether a look is due: the first of a day, the one at the end, and after a stop the closing one. `units`: that it would
    judge.
    """
    if is_stopped(evidence):
        return _closes(evidence, units)
    if not evidence.looks:
        return True
    last = evidence.looks[-1]
    if share is not None and share >= ALL:
        return last.share < ALL
    grown = evidence.experiment.plan.mode is not InferenceMode.GROUP_SEQUENTIAL or (share or 0.0) - last.share >= _STEP
    return grown and evidence.at - last.at >= _APART


def stands(evidence: Evidence) -> bool:
    """Whether the last look is what is shown, as no other is due. In GROUP_SEQUENTIAL it stands until the next: nobody who looks
    oftener spends more of the error. FIXED has one, which follows what is told late of its units, and stands once others come.
    ALWAYS_VALID shows every moment, until it is stopped and nothing may come of its last units any more.
    """
    if not evidence.held:
        return False
    match evidence.experiment.plan.mode:
        case InferenceMode.ALWAYS_VALID:
            return is_stopped(evidence) and (_has_decided(evidence) or not _has_open(evidence))
        case InferenceMode.FIXED:
            return units_of(evidence.closed) > evidence.looks[-1].units * (1 + _STEP)
    return True


def is_stopped(evidence: Evidence) -> bool:
    """Whether its phase had ended at that moment."""
    phase = evidence.experiment.phase
    return bool(phase and phase.ended_at and phase.ended_at <= evidence.at)


def units_of(arms: Sequence[Arm]) -> int:
    """How many units the arms have together."""
    return sum(arm.units for arm in arms)


def _closes(evidence: Evidence, units: int) -> bool:
    """A stop that went by a look keeps it. Where no look has decided anything, one more has all units, once their windows have
    closed.
    """
    if _has_decided(evidence) or _has_open(evidence):
        return False
    last = evidence.looks[-1] if evidence.looks else None
    return last is None or (last.share < ALL and last.units < units)


def _has_decided(evidence: Evidence) -> bool:
    return any(seen.significant for look in evidence.looks for seen in look.seen)


def _has_open(evidence: Evidence) -> bool:
    return units_of(evidence.closed) < units_of(evidence.every)
