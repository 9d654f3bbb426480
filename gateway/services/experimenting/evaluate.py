"""Evaluate experiments as flags: what a unit's variant is worth to code that knows nothing of placements."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from gateway.domain.experiment import Assigned, AssignmentSource, Experiment, ExperimentStatus, Variant
from gateway.domain.page import PageRequest
from gateway.domain.tenant import Caller
from gateway.services.experimenting.assign import Assigner, named
from gateway.services.shop import Shop

_VALUE = "value"  # the parameter of a variant that is a flag and nothing else


class Reason(StrEnum):
    """Why a flag has its value, in the words of OpenFeature."""

    SPLIT = "SPLIT"
    TARGETING_MATCH = "TARGETING_MATCH"
    STATIC = "STATIC"
    DEFAULT = "DEFAULT"
    DISABLED = "DISABLED"


@dataclass(frozen=True, slots=True)
class Flag:
    """An experiment as a flag. `value`: null where whoever asks has the default."""

    key: str
    variant: str
    value: Any
    reason: Reason
    metadata: Mapping[str, str | int | bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Asks for variants, and exposes nobody."""

    assigner: Assigner

    async def flags(self, shop: Shop, caller: Caller, request: PageRequest, keys: Sequence[str] | None) -> tuple[Flag, ...]:
        """The flags of these keys, or all, by key. UnknownExperiment names one that there is not."""
        wanted = sorted(shop.experiments) if keys is None else keys
        found = await self.assigner.evaluate(shop, caller, request, wanted)
        has = {each.experiment.key: each for each in found.assigned}
        return tuple(flag_of(each, has.get(each.key)) for each in named(shop, wanted))


def flag_of(experiment: Experiment, assigned: Assigned | None) -> Flag:
    """What a unit is told. Who is not in gets the control's value: that is what they see. Who looks at a variant is not in."""
    variant = assigned.variant if assigned else experiment.variants[0]
    about: dict[str, str | int | bool] = {"experimentId": str(experiment.experiment_id), "inExperiment": False}
    if assigned:
        about |= {
            "inExperiment": experiment.runs and assigned.source is not AssignmentSource.FORCED,
            "index": assigned.index,
            "source": assigned.source.value,
        }
    return Flag(experiment.key, variant.key, _value(experiment, variant), _reason(experiment, assigned), about)


def _reason(experiment: Experiment, assigned: Assigned | None) -> Reason:
    if assigned and assigned.source is AssignmentSource.FORCED:
        return Reason.TARGETING_MATCH
    if not experiment.runs:
        return Reason.STATIC if assigned and experiment.status is ExperimentStatus.STOPPED else Reason.DISABLED
    return Reason.SPLIT if assigned else Reason.DEFAULT


def _value(experiment: Experiment, variant: Variant) -> Any:
    """One kind of value for all variants, as code expects: the parameter `value` where there is no other; all parameters where
    any variant has some; else the variant's key.
    """
    names = {name for each in experiment.variants for name in each.parameters}
    if names == {_VALUE}:
        return variant.parameters.get(_VALUE)
    return dict(variant.parameters) if names else variant.key
