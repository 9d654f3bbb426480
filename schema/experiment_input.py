"""How experiments are said."""

from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

import strawberry
from strawberry import ID, UNSET
from strawberry.scalars import JSON

from gateway.domain.experiment import Allocation, ExperimentUnit, InferenceMode
from gateway.domain.notation import camel


@strawberry.input(
    description="variants[0] is the control. parameters override the placement: strategies, count, rules, filter, message, any "
    "strategy parameter."
)
class VariantInput:
    key: str = strawberry.field(description="Letters, digits, _, . and -, 63 at most, such as control.")
    name: str | None = strawberry.field(default=None, description="For people; its key where null.")
    weight: float = strawberry.field(description="Its share of the units that take part; all together are 1.")
    parameters: JSON | None = strawberry.field(
        default=None,
        description='What it makes of the placement, as in {"strategies": ["ALSO_VIEWED"], "count": 6}; {} is nothing.',
    )


@strawberry.input(description="A metric that must not get worse.")
class GuardrailInput:
    metric: str = strawberry.field(description="Its key.")
    margin: float = strawberry.field(description="By how much it may, as a share of the control's value: 0.02 is 2 %.")


@strawberry.input(description="An experiment, whole.")
class ExperimentInput:
    key: ID = strawberry.field(description="Lower-case letters, digits, _, . and -, 63 at most; never used twice.")
    name: str = strawberry.field(description="1 to 200 characters, for people.")
    hypothesis: str | None = strawberry.field(default=None, description="What should become better, for whom and why.")
    placements: list[ID] = strawberry.field(description="Where its variants do something, 20 at most.")
    unit: ExperimentUnit | None = strawberry.field(default=None, description="SESSION where null.")
    coverage: float | None = strawberry.field(
        default=None, description="The share of the units that take part, of the layer where it is in one; 1 where null."
    )
    variants: list[VariantInput] = strawberry.field(description="The control first, 20 at most.")
    layer: ID | None = strawberry.field(default=None, description="Experiments of one layer exclude each other.")
    condition: JSON | None = strawberry.field(default=None, description='Who takes part, as in {"market": "se"}; all where null.')
    sticky: bool | None = strawberry.field(default=None, description="Whether a unit keeps its variant, whatever changes.")
    external: bool | None = strawberry.field(
        default=None, description="Whether who gets what is decided elsewhere, and told as splitGroups."
    )
    allocation: Allocation = strawberry.field(default=Allocation.BUCKET, description="How a unit meets the variants.")
    planned_units: int | None = strawberry.field(
        default=None, description="Units of all variants together; powerAnalysis says how many."
    )
    planned_end: datetime | None = strawberry.field(default=None, description="When it is to end.")
    mode: InferenceMode | None = strawberry.field(
        default=None, description="Where null, GROUP_SEQUENTIAL with a planned size or end, ALWAYS_VALID without."
    )
    alpha: float | None = strawberry.field(default=None, description="Above 0 and below 0.5; 0.05 where null.")
    goals: list[str] = strawberry.field(description="Keys of the metrics that should become better, 20 at most.")
    guardrails: list[GuardrailInput] | None = strawberry.field(
        default=None, description="What must not become worse, 20 at most."
    )
    conversion_window_hours: int | None = strawberry.field(default=None, description="1 to 2,160; 72 where null.")


@strawberry.input(
    description="Changes of an experiment: what is not said stays. Of a draft everything may change. Of one that has started: "
    "its name and more coverage; other weights, less coverage and another condition with sticky or newPhase; other variants "
    "with newPhase; what it is judged by never."
)
class ExperimentChange:
    name: str | None = strawberry.field(default=None, description="1 to 200 characters.")
    hypothesis: str | None = strawberry.field(default=None, description="Of a draft.")
    placements: list[ID] | None = strawberry.field(default=None, description="Of a draft.")
    unit: ExperimentUnit | None = strawberry.field(default=None, description="Of a draft.")
    coverage: float | None = strawberry.field(default=None, description="More at any time; less with sticky or newPhase.")
    variants: list[VariantInput] | None = strawberry.field(
        default=None,
        description="All of them, the control first; other weights with sticky or newPhase, anything else with newPhase.",
    )
    layer: ID | None = strawberry.field(default=UNSET, description="Of a draft; null takes it out of its layer.")
    condition: JSON | None = strawberry.field(default=None, description="With sticky or newPhase; {} is all.")
    sticky: bool | None = strawberry.field(default=None, description="Of a draft.")
    external: bool | None = strawberry.field(default=None, description="Of a draft.")
    allocation: Allocation | None = strawberry.field(default=None, description="Of a draft.")
    planned_units: int | None = strawberry.field(default=UNSET, description="With newPhase; null is none.")
    planned_end: datetime | None = strawberry.field(default=UNSET, description="With newPhase, or in ALWAYS_VALID; null is none.")
    mode: InferenceMode | None = strawberry.field(default=None, description="Of a draft.")
    alpha: float | None = strawberry.field(default=None, description="Of a draft.")
    goals: list[str] | None = strawberry.field(default=None, description="Of a draft.")
    guardrails: list[GuardrailInput] | None = strawberry.field(default=None, description="Of a draft.")
    conversion_window_hours: int | None = strawberry.field(default=None, description="Of a draft.")
    new_phase: bool | None = strawberry.field(
        default=None, description="Whether units are drawn anew, and counted from now on; it runs one that was stopped again."
    )


def told(given: ExperimentInput | ExperimentChange) -> dict[str, Any]:
    """What was said under the API's names, `newPhase` apart."""
    said: dict[str, Any] = _plain(given)
    said.pop("newPhase", None)
    return said


def _plain(given: Any) -> Any:
    if isinstance(given, list):
        return [_plain(each) for each in given]
    if is_dataclass(given):
        named = ((camel(field.name), getattr(given, field.name)) for field in fields(given))
        return {name: _plain(value) for name, value in named if value is not UNSET}
    return given
