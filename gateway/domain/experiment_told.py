"""Experiments, layers and metrics of a tenant's own as JSON, under the names of the API."""

from datetime import timedelta
from typing import Any

from gateway.domain.experiment import Experiment, Guardrail, Variant

_HOUR = timedelta(hours=1)


def experiment_told(experiment: Experiment) -> dict[str, Any]:
    """The experiment, whole, as the audit log keeps it."""
    plan, phase = experiment.plan, experiment.phase
    return {
        "key": experiment.key,
        "name": experiment.name,
        "hypothesis": experiment.hypothesis,
        "status": experiment.status.value,
        "outcome": experiment.outcome and experiment.outcome.value,
        "reason": experiment.reason,
        "winner": experiment.winner,
        "placements": list(experiment.placements),
        "unit": experiment.unit.value,
        "coverage": experiment.coverage,
        "variants": [variant_told(each) for each in experiment.variants],
        "layer": experiment.layer_id,
        "ranges": [list(each) for each in experiment.ranges],
        "condition": dict(experiment.condition),
        "sticky": experiment.sticky,
        "external": experiment.external,
        "allocation": experiment.allocation.value,
        "reward": experiment.reward and experiment.reward.value,
        "goals": list(plan.goals),
        "guardrails": [guardrail_told(each) for each in plan.guardrails],
        "mode": plan.mode.value,
        "alpha": plan.alpha,
        "plannedUnits": plan.units,
        "plannedEnd": plan.end and plan.end.isoformat(),
        "conversionWindowHours": plan.window // _HOUR,
        "phase": phase.number if phase else 0,
    }


def variant_told(variant: Variant) -> dict[str, Any]:
    """The variant, as it is kept too."""
    return {
        "key": variant.key,
        "name": variant.name,
        "weight": variant.weight,
        "parameters": dict(variant.parameters),
    }


def guardrail_told(guardrail: Guardrail) -> dict[str, Any]:
    """The guardrail, as it is kept too."""
    return {"metric": guardrail.metric, "margin": guardrail.margin}
