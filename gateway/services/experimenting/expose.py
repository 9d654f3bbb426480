"""Expose: that a unit was really answered with its variants, as it goes with the record of the answer."""

from collections.abc import Iterator
from datetime import datetime

from gateway.domain.assignment import Subject, counts
from gateway.domain.experiment import Assigned, AssignmentSource, Exposed
from gateway.domain.tenant import Caller
from gateway.services.asking.understand import Plan
from gateway.services.experimenting.assign import units_of

_DRAWN = frozenset({AssignmentSource.HASH, AssignmentSource.BANDIT})


def exposures(plan: Plan, caller: Caller, moment: datetime) -> tuple[Exposed, ...]:
    """One of each experiment on the page. A preview of drafts, or of a moment, is shown to nobody, unless a key that is for
    trying out asks: that is kept apart.
    """
    if plan.request.is_preview and not caller.apart:
        return ()
    return tuple(_exposures(plan, caller, moment))


def _exposures(plan: Plan, caller: Caller, moment: datetime) -> Iterator[Exposed]:
    subject = Subject(units_of(plan.request.visitor))
    for each in {a.experiment.key: a for treatment in plan.treatments.values() for a in treatment.assigned}.values():
        phase, unit = each.experiment.phase, subject.unit(each.experiment)
        if phase and unit and counts(each):
            yield Exposed(
                experiment_id=each.experiment.experiment_id,
                phase=phase.number,
                unit=unit,
                variant=each.index,
                exposed_at=moment,
                source=each.source,
                policy=phase.policy if each.experiment.reward else 0,
                propensity=each.propensity if each.source in _DRAWN else None,
                apart=_apart(plan, caller, each),
                market_id=plan.shelf.market.market_id,
                device=plan.request.device,
                page_type=plan.page_type,
            )


def _apart(plan: Plan, caller: Caller, assigned: Assigned) -> str | None:
    """Why it counts in no arm."""
    if assigned.source is AssignmentSource.FORCED:
        return "FORCED"
    return caller.apart or plan.request.apart
