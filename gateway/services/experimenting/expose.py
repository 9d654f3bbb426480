"""Expose: that a unit was really answered with its variants, as it goes with the record of the answer."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from gateway.domain.assignment import Subject, counts, units_of
from gateway.domain.experiment import Assigned, AssignmentSource, Exposed
from gateway.domain.page import PageRequest
from gateway.domain.tenant import Caller
from gateway.services.asking.understand import Plan

_DRAWN = frozenset({AssignmentSource.HASH, AssignmentSource.BANDIT})


def exposures(plan: Plan, caller: Caller, moment: datetime) -> tuple[Exposed, ...]:
    """One of each experiment on the page. A preview of drafts, or of a moment, is shown to nobody, unless a key that is for
    trying out asks: that is kept apart.
    """
    if plan.request.is_preview and not caller.apart:
        return ()
    return tuple(_exposures(plan, caller, moment))


def looked_at(caller: Caller, request: PageRequest, assigned: Iterable[Assigned], moment: datetime) -> Iterator[Exposed]:
    """What was told without exposing anybody, of what was forced: whoever looks at a variant, on whichever page, is in no arm of
    its experiment, whatever is told of them afterwards.
    """
    subject = Subject(units_of(request.visitor))
    for each in assigned:
        unit = subject.unit(each.experiment)
        if each.source is AssignmentSource.FORCED and unit and counts(each):
            yield _exposed(each, unit, moment, _apart(request, caller, each), request)


def _exposures(plan: Plan, caller: Caller, moment: datetime) -> Iterator[Exposed]:
    subject = Subject(units_of(plan.request.visitor))
    for each in {a.experiment.key: a for treatment in plan.treatments.values() for a in treatment.assigned}.values():
        unit = subject.unit(each.experiment)
        if unit and counts(each):
            exposed = _exposed(each, unit, moment, _apart(plan.request, caller, each), plan.request)
            yield replace(exposed, market_id=plan.shelf.market.market_id, page_type=plan.page_type)


def _exposed(assigned: Assigned, unit: str, moment: datetime, apart: str | None, request: PageRequest) -> Exposed:
    phase = assigned.experiment.phase
    assert phase is not None, "what never began exposes nobody"
    return Exposed(
        experiment_id=assigned.experiment.experiment_id,
        phase=phase.number,
        unit=unit,
        variant=assigned.index,
        exposed_at=moment,
        source=assigned.source,
        policy=phase.policy if assigned.experiment.reward else 0,
        propensity=assigned.propensity if assigned.source in _DRAWN else None,
        apart=apart,
        market_id=request.market_id or None,
        device=request.device,
        page_type=request.page_type,
    )


def _apart(request: PageRequest, caller: Caller, assigned: Assigned) -> str | None:
    """Why it counts in no arm."""
    if assigned.source is AssignmentSource.FORCED:
        return "FORCED"
    return caller.apart or request.apart
