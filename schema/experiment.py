"""Experiments as their owners see them."""

from datetime import datetime, timedelta
from typing import Self

import strawberry
from strawberry import ID
from strawberry.scalars import JSON

from gateway.domain import experiment as domain_experiment
from gateway.domain.experiment import (
    Allocation,
    ExperimentOutcome,
    ExperimentStatus,
    ExperimentUnit,
    InferenceMode,
    OptimiserReward,
)
from gateway.services.experimenting.vet import VettedExperiment
from schema.recommendation import Warning
from schema.words import described

_HOUR = timedelta(hours=1)

described(
    ExperimentStatus,
    "ExperimentStatus",
    "Where an experiment stands in its life.",
    {
        ExperimentStatus.DRAFT: "It has not started; everything of it may change.",
        ExperimentStatus.RUNNING: "Units are given variants.",
        ExperimentStatus.PAUSED: "No unit is given a variant; what units do goes on being added up.",
        ExperimentStatus.STOPPED: "It is over; its winner, where it has one, is everybody's.",
        ExperimentStatus.ARCHIVED: "It is put away, and changes nothing of any page.",
    },
)
described(
    ExperimentOutcome,
    "ExperimentOutcome",
    "What came of an experiment, in the words of whoever stopped it.",
    {
        ExperimentOutcome.WON: "A variant was better than the control.",
        ExperimentOutcome.LOST: "The control was better.",
        ExperimentOutcome.INCONCLUSIVE: "Nothing was found.",
        ExperimentOutcome.INVALID: "Something was wrong with it; its figures say nothing.",
    },
)
described(
    ExperimentUnit,
    "ExperimentUnit",
    "Whom a variant is given to, and whose doings are added up.",
    {
        ExperimentUnit.SESSION: "A session, by its id.",
        ExperimentUnit.VISITOR: "A visitor, by the first-party cookie.",
        ExperimentUnit.USER: "A person, by the user id and all that leads to it.",
    },
)
described(
    Allocation,
    "Allocation",
    "How a unit meets the variants.",
    {
        Allocation.BUCKET: "It is given one of them.",
        Allocation.INTERLEAVED: "It is shown one list, drawn in turns from those of two variants.",
    },
)
described(
    InferenceMode,
    "InferenceMode",
    "When figures may be looked at and decided by.",
    {
        InferenceMode.FIXED: "Once, at the planned size or end.",
        InferenceMode.GROUP_SEQUENTIAL: "At looks on the way to a planned size or end; nearly as quick as FIXED.",
        InferenceMode.ALWAYS_VALID: "At any time, without a plan; it needs several times as many units.",
    },
)
described(
    OptimiserReward,
    "OptimiserReward",
    "What an optimiser goes by.",
    {
        OptimiserReward.CLICK: "Whether a session clicked.",
        OptimiserReward.CART: "Whether it put something into its cart.",
        OptimiserReward.ORDER: "Whether it ordered.",
        OptimiserReward.REVENUE: "For how much it ordered.",
    },
)


@strawberry.type(description="One way of doing it. The first of an experiment is the control.")
class Variant:
    index: int = strawberry.field(description="Its place, counted from 0; 0 is the control.")
    key: str = strawberry.field(description="By which it is named.")
    name: str = strawberry.field(description="For people.")
    weight: float = strawberry.field(description="Its share of the units that take part. An optimiser's is the one in force.")
    parameters: JSON = strawberry.field(
        description="What it makes of the placement: strategies, count, rules, filter, message, any strategy parameter."
    )


@strawberry.type(description="A metric that must not get worse.")
class Guardrail:
    metric: str = strawberry.field(description="Its key.")
    margin: float = strawberry.field(description="By how much it may, as a share of the control's value: 0.02 is 2 %.")


@strawberry.type(description="An experiment.")
class Experiment:
    id: ID = strawberry.field(description="Its number.")
    key: ID = strawberry.field(description="By which it is named everywhere.")
    name: str = strawberry.field(description="For people.")
    hypothesis: str | None = strawberry.field(description="What should become better, for whom and why.")
    status: ExperimentStatus = strawberry.field(description="Where it stands in its life.")
    outcome: ExperimentOutcome | None = strawberry.field(description="What came of it, once it is stopped.")
    reason: str | None = strawberry.field(description="Why it was stopped.")
    winner: str | None = strawberry.field(description="The variant that everybody has once it is stopped.")
    placements: list[ID] = strawberry.field(description="Where its variants do something.")
    unit: ExperimentUnit = strawberry.field(description="Whom a variant is given to.")
    coverage: float = strawberry.field(description="The share of the units that take part; in a layer the share of the layer.")
    variants: list[Variant] = strawberry.field(description="The control first.")
    layer: ID | None = strawberry.field(description="Experiments of one layer exclude each other.")
    condition: JSON | None = strawberry.field(
        description="What must be true of a request for its unit to take part; {} is always."
    )
    sticky: bool = strawberry.field(description="Whether a unit keeps its variant, whatever changes.")
    external: bool = strawberry.field(description="Whether who gets what is decided elsewhere, and told as splitGroups.")
    allocation: Allocation = strawberry.field(description="How a unit meets the variants.")
    reward: OptimiserReward | None = strawberry.field(description="What it goes by where it is an optimiser.")
    phase: int = strawberry.field(description="The last phase, counted from 1; 0 before it starts. Each draws units anew.")
    started_at: datetime | None = strawberry.field(description="When the phase began.")
    ended_at: datetime | None = strawberry.field(description="When it ended.")
    planned_units: int | None = strawberry.field(description="How many units it is planned for, all variants together.")
    planned_end: datetime | None = strawberry.field(description="When it is planned to end.")
    mode: InferenceMode = strawberry.field(description="When its figures may be looked at.")
    alpha: float = strawberry.field(description="How often a difference may be found where there is none.")
    conversion_window_hours: int = strawberry.field(description="How long after its exposure a unit's doings count.")
    goals: list[str] = strawberry.field(description="The metrics that should become better.")
    guardrails: list[Guardrail] = strawberry.field(description="The metrics that must not become worse.")
    checklist: list[Warning] = strawberry.field(
        description="What is missing or doubtful before and while it runs, what keeps it from running first."
    )
    may_start: bool = strawberry.field(description="Whether it is a draft that nothing keeps from starting.")
    version: int = strawberry.field(description="How often it was changed.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it was changed last.")
    updated_by: str = strawberry.field(description="The name of the key that changed it last, or the command line.")

    @classmethod
    def of(cls, it: VettedExperiment) -> Self:
        """The experiment as clients see it."""
        experiment, kept = it.kept.experiment, it.kept
        plan, phase = experiment.plan, experiment.phase
        return cls(
            id=ID(str(experiment.experiment_id)),
            key=ID(experiment.key),
            name=experiment.name,
            hypothesis=experiment.hypothesis or None,
            status=experiment.status,
            outcome=experiment.outcome,
            reason=experiment.reason,
            winner=experiment.winner,
            placements=[ID(each) for each in experiment.placements],
            unit=experiment.unit,
            coverage=experiment.coverage,
            variants=_variants(experiment),
            layer=ID(experiment.layer_id) if experiment.layer_id else None,
            condition=JSON(dict(experiment.condition)),
            sticky=experiment.sticky,
            external=experiment.external,
            allocation=experiment.allocation,
            reward=experiment.reward,
            phase=phase.number if phase else 0,
            started_at=phase.started_at if phase else None,
            ended_at=phase.ended_at if phase else None,
            planned_units=plan.units,
            planned_end=plan.end,
            mode=plan.mode,
            alpha=plan.alpha,
            conversion_window_hours=plan.window // _HOUR,
            goals=list(plan.goals),
            guardrails=[Guardrail(metric=each.metric, margin=each.margin) for each in plan.guardrails],
            checklist=[Warning.of(each) for each in (*it.obstacles, *it.advice)],
            may_start=experiment.status is ExperimentStatus.DRAFT and not it.obstacles,
            version=kept.version,
            created_at=kept.created_at,
            updated_at=kept.updated_at,
            updated_by=kept.updated_by,
        )


def _variants(experiment: domain_experiment.Experiment) -> list[Variant]:
    return [
        Variant(index=place, key=each.key, name=each.name, weight=each.weight, parameters=JSON(dict(each.parameters)))
        for place, each in enumerate(experiment.variants)
    ]
