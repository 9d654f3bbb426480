"""What of an experiment lasts while a phase runs, and why: who has what, and by what it will be judged."""

import math
from collections.abc import Iterator
from datetime import datetime, timedelta

from gateway.domain.experiment import Experiment, InferenceMode

Fault = tuple[str, str]
"""The field, and what would be right."""

_NEW = "say newPhase: true, which draws the units anew, or make another experiment"
_STAY = f"turn on sticky before it starts, so that who has a variant keeps it; or {_NEW}"
_DAY = timedelta(days=1)
_NEAR = 1e-9


def unsafe_changes(before: Experiment, after: Experiment) -> Iterator[Fault]:
    """What must not change in the phase that runs. More coverage is safe: it takes in units and moves nobody."""
    yield from _of_variants(before, after)
    if after.coverage < before.coverage - _NEAR and before.layer_id:
        yield "coverage", f"may only grow while it runs: what a layer gets back, another experiment of it takes; {_NEW}"
    elif after.coverage < before.coverage - _NEAR and not before.sticky:
        yield "coverage", f"may only grow while it runs: units would lose the variant that they have seen; {_STAY}"
    if after.condition != before.condition and not before.sticky:
        yield "condition", f"decides who takes part: units would come and go between what they have seen; {_STAY}"
    yield from _of_plan(before, after)


def frozen_changes(before: Experiment, after: Experiment) -> Iterator[Fault]:
    """What a new phase cannot change either: another question is another experiment."""
    again = "stays as it was when the experiment started; make another experiment for another question"
    for field, was, would in (
        ("unit", before.unit, after.unit),
        ("goals", before.plan.goals, after.plan.goals),
        ("guardrails", before.plan.guardrails, after.plan.guardrails),
        ("mode", before.plan.mode, after.plan.mode),
        ("alpha", before.plan.alpha, after.plan.alpha),
        ("conversionWindowHours", before.plan.window, after.plan.window),
        ("placements", before.placements, after.placements),
        ("allocation", before.allocation, after.allocation),
        ("external", before.external, after.external),
        ("hypothesis", before.hypothesis, after.hypothesis),
        ("sticky", before.sticky, after.sticky),
        ("layer", before.layer_id, after.layer_id),
    ):
        if was != would:
            yield field, again


def days_needed(experiment: Experiment, now: datetime) -> int:
    """How many days of events it takes to add up anew whoever was exposed in its phase, until the window of the last has closed.

    Of an optimiser only the newest weights are judged, so that its window is enough.
    """
    begun = experiment.phase.started_at if experiment.phase and experiment.phase.ended_at is None else now
    until = max(experiment.plan.end or now, now)
    lasts = timedelta() if experiment.reward else until - begun
    return math.ceil((lasts + experiment.plan.window) / _DAY)


def _of_variants(before: Experiment, after: Experiment) -> Iterator[Fault]:
    was, would = ([variant.key for variant in each.variants] for each in (before, after))
    if was != would:
        yield "variants", f"may be neither added, removed nor put in another order while it runs ({', '.join(was)}); {_NEW}"
        return
    for place, (one, other) in enumerate(zip(before.variants, after.variants, strict=True)):
        if one.parameters != other.parameters:
            yield f"variants.{place}.parameters", f"would make another thing of what units have seen already; {_NEW}"
        if abs(one.weight - other.weight) > _NEAR and not before.sticky:
            yield f"variants.{place}.weight", f"would move units from one variant to another; {_STAY}"


def _of_plan(before: Experiment, after: Experiment) -> Iterator[Fault]:
    why = f"is what looks at the figures go by: changed once they have been seen, they find what is not there; {_NEW}"
    if after.plan.units != before.plan.units:
        yield "plannedUnits", why
    if after.plan.end != before.plan.end and before.plan.mode is not InferenceMode.ALWAYS_VALID:
        yield "plannedEnd", why
