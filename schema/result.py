"""The result of an experiment, with every number that its page has."""

from datetime import datetime
from typing import Annotated, Self

import strawberry
from strawberry.scalars import JSON

from gateway.domain import result
from gateway.domain.experiment import InferenceMode
from gateway.domain.statistics.verdict import Decision, MetricRole
from gateway.services.experimenting.vet import VettedExperiment
from schema.experiment import Experiment
from schema.intake import CatalogCoverage, Health, VariantExposures
from schema.metrics import Metric
from schema.words import described

described(
    MetricRole,
    "MetricRole",
    "What a metric decides.",
    {
        MetricRole.GOAL: "Whether a variant is worth shipping.",
        MetricRole.GUARDRAIL: "Whether it must not be: it may not get worse by more than its margin.",
        MetricRole.SECONDARY: "Nothing; it helps to understand.",
    },
)
described(
    Decision,
    "Decision",
    "What the figures say to do.",
    {
        Decision.SHIP: "A goal is better, every guardrail holds, nothing is worse, and the experiment is healthy.",
        Decision.ROLL_BACK: "A goal or a guardrail is worse.",
        Decision.CONTINUE: "The planned end is not reached.",
        Decision.REVIEW: "Somebody should look: it is over without a winner, or something is wrong.",
    },
)


@strawberry.type(description="A figure and how far it may be off.")
class Interval:
    estimate: float = strawberry.field(description="The figure.")
    lower: float | None = strawberry.field(description="Null: no bound below, or none that could be told.")
    upper: float | None = strawberry.field(description="Null: no bound above, or none that could be told.")

    @classmethod
    def of(cls, it: result.Estimated | None) -> Self | None:
        return cls(estimate=it.estimate, lower=it.lower, upper=it.upper) if it else None


@strawberry.type(description="A metric of one variant, and beside the control.")
class VariantResult:
    variant: str = strawberry.field(description="Its key.")
    units: int = strawberry.field(description="How many units are judged.")
    value: float | None = strawberry.field(
        description="The figure: numerator / denominator, freed of what the units' past explains where they have one. Money is "
        "in minor units of the reporting currency. Null where nothing was measured."
    )
    numerator: float = strawberry.field(description="What was added up.")
    denominator: float = strawberry.field(description="Units, or a ratio's lower part.")
    difference: Interval | None = strawberry.field(
        description="On the metric's own scale; the decision is made by it. Null for the control."
    )
    lift: Interval | None = strawberry.field(
        description="A share of the control's value, in Fieller's interval: 0.05 is 5 % more. Null for the control, and where "
        "the control cannot be told from zero."
    )
    p: float | None = strawberry.field(
        description="Of this look, unadjusted; below alpha exactly where the interval leaves 0 out."
    )
    p_any_look: float | None = strawberry.field(description="The least of all looks so far.")
    p_adjusted: float | None = strawberry.field(
        description="Adjusted for all goals and variants (Holm), or of secondary metrics (Benjamini-Hochberg); it decides."
    )
    significant: bool | None = strawberry.field(description="At this look or an earlier one: a bound once crossed stays crossed.")
    chance_to_win: float | None = strawberry.field(description="How likely it beats the control. Never stop by it alone.")
    expected_loss: float | None = strawberry.field(description="What is lost by it, on average, should it be the worse one.")
    non_inferior: bool | None = strawberry.field(description="Of a guardrail: whether it is no worse than the margin allows.")
    attributed_value: float | None = strawberry.field(
        description="The part of it that is owed to recommendations, freed like it."
    )
    preliminary: bool = strawberry.field(description="Whether it is too early to decide by it.")
    note: str | None = strawberry.field(description="What is missing, where something is.")

    @classmethod
    def of(cls, it: result.VariantResult) -> Self:
        """The metric of the variant as clients see it."""
        told = {name: getattr(it, name) for name in result.VariantResult.__slots__}
        return cls(**{**told, "difference": Interval.of(it.difference), "lift": Interval.of(it.lift)})


@strawberry.type(description="A metric of all variants, the control first.")
class MetricResult:
    metric: Metric = strawberry.field(description="The metric.")
    role: MetricRole = strawberry.field(description="What it decides.")
    margin: float | None = strawberry.field(description="Of a guardrail: by how much it may be worse.")
    variants: list[VariantResult] = strawberry.field(description="The control first.")

    @classmethod
    def of(cls, it: result.MetricResult) -> Self:
        """The metric as clients see it."""
        variants = [VariantResult.of(each) for each in it.variants]
        return cls(metric=Metric.of(it.metric), role=it.role, margin=it.margin, variants=variants)


@strawberry.type(description="What one look saw of a metric of a variant.")
class Seen:
    metric: str = strawberry.field(description="The metric's key.")
    variant: str = strawberry.field(description="The variant's key.")
    difference: Interval | None = strawberry.field(description="On the metric's own scale.")
    lift: Interval | None = strawberry.field(description="A share of the control's value.")
    p: float | None = strawberry.field(description="Of that look, unadjusted.")
    significant: bool | None = strawberry.field(description="By the adjusted p of that look, or at one before.")


@strawberry.type(description="A look that was taken, and kept.")
class Look:
    number: int = strawberry.field(description="Counted from 1.")
    at: datetime = strawberry.field(description="When.")
    share: float = strawberry.field(description="How much of the planned size or time was reached; 1 is all.")
    units: int = strawberry.field(description="How many units were judged.")
    seen: list[Seen] = strawberry.field(description="Goals and guardrails.")

    @classmethod
    def of(cls, it: result.PastLook) -> Self:
        """The look as clients see it."""
        seen = [
            Seen(
                metric=each.metric, variant=each.variant, difference=Interval.of(each.difference), lift=Interval.of(each.lift),
                p=each.p, significant=each.significant,
            )
            for each in it.seen
        ]  # fmt: skip
        return cls(number=it.number, at=it.at, share=it.share, units=it.units, seen=seen)


@strawberry.type(description="What to do, and by which rule.")
class Verdict:
    decision: Decision = strawberry.field(description="What to do.")
    rule: str = strawberry.field(description="The rule, in words.")
    inputs: JSON = strawberry.field(description="What the rule went by, of each variant too.")


@strawberry.type(description="What an optimiser gives a variant now.")
class OptimiserWeight:
    variant: str = strawberry.field(description="Its key.")
    weight: float = strawberry.field(description="The share of units it gets.")
    probability_best: float = strawberry.field(description="How likely it is the best.")
    since: datetime = strawberry.field(description="Since when.")
    expected_reward: float | None = strawberry.field(
        description="What a unit of it is believed to bring; null before the first weights that were learnt."
    )


@strawberry.type(description="What an optimiser is worth, by units whose window has closed.")
class OptimiserGain:
    metric: Metric = strawberry.field(description="By which its reward is counted.")
    units: int = strawberry.field(description="Sessions, counted once for each set of weights they met.")
    reward_per_unit: float | None = strawberry.field(
        description="What they brought on average: the share that did it, or minor units of the reporting currency."
    )
    uniform_reward_per_unit: float | None = strawberry.field(
        description="What they would have with even weights, by inverse propensity."
    )
    gain: Interval | None = strawberry.field(description="The difference: what the optimiser is worth a unit.")
    shortfall: float | None = strawberry.field(
        description="What is lost a unit by the weights of now, beside all units on the variant that is believed best: what "
        "finding out still costs."
    )
    note: str | None = strawberry.field(description="What is missing, where something is.")

    @classmethod
    def of(cls, it: result.OptimiserGain | None) -> Self | None:
        """The gain as clients see it."""
        if it is None:
            return None
        told = {name: getattr(it, name) for name in result.OptimiserGain.__slots__}
        return cls(**{**told, "metric": Metric.of(it.metric), "gain": Interval.of(it.gain)})


@strawberry.type(description="Which of two lists drawn into one is preferred, by clicks. A is the control.")
class ListPreference:
    wins_a: int = strawberry.field(description="Units that clicked more of the control's picks.")
    wins_b: int = strawberry.field(description="Units that clicked more of the variant's picks.")
    ties: int = strawberry.field(description="Units that clicked as many of both; who clicked nothing is not counted.")
    delta: Interval | None = strawberry.field(description="From -0.5, always the control, to 0.5, always the variant.")
    p: float | None = strawberry.field(description="Of the sign test, looked at once.")
    p_any_look: float | None = strawberry.field(
        description="Of a test that may be looked at at any time; it decides, but of FIXED."
    )
    preferred: str | None = strawberry.field(description="The variant that is preferred, where that is no chance.")
    note: str | None = strawberry.field(description="What is missing, where something is.")

    @classmethod
    def of(cls, it: result.ListPreference | None) -> Self | None:
        """The preference as clients see it."""
        if it is None:
            return None
        told = {name: getattr(it, name) for name in result.ListPreference.__slots__}
        return cls(**{**told, "delta": Interval.of(it.delta)})


@strawberry.type(description="What came of an experiment so far.")
class ExperimentResult:
    experiment: Experiment = strawberry.field(description="The experiment.")
    as_of: datetime = strawberry.field(
        description="Of when the metrics are; between two looks of GROUP_SEQUENTIAL the last look."
    )
    look: int = strawberry.field(description="The look that the metrics are of; 0 before the first.")
    mode: InferenceMode = strawberry.field(description="When figures may be looked at.")
    health: Health = strawberry.field(description="Whether they may be believed.")
    exposures: list[VariantExposures] = strawberry.field(
        description="Who came in, by variant; empty of INTERLEAVED experiments, where every unit is shown one list of both."
    )
    open_units: int = strawberry.field(description="Units whose window has not closed yet.")
    metrics: list[MetricResult] = strawberry.field(description="Goals, guardrails, then the others.")
    verdict: Verdict = strawberry.field(description="What to do.")
    looks: list[Look] = strawberry.field(description="The looks that were taken, the first first.")
    weights: list[OptimiserWeight] = strawberry.field(description="Of an optimiser; else empty.")
    optimiser: OptimiserGain | None = strawberry.field(description="What an optimiser is worth; null where it is none.")
    preference: ListPreference | None = strawberry.field(description="Of INTERLEAVED experiments; else null.")
    coverage: list[CatalogCoverage] = strawberry.field(
        description="What each variant shows of the catalog; empty of a segment, and where nothing was answered."
    )
    segment: str | None = strawberry.field(description="Whose metrics these are; null: everyone's.")
    sql: str = strawberry.field(description="Makes the figures of units alone: for psql, on the gateway's own database.")

    @classmethod
    def of(cls, it: result.ExperimentResult, vetted: VettedExperiment) -> Self:
        """The result as clients see it."""
        verdict = Verdict(decision=it.verdict.decision, rule=it.verdict.rule, inputs=JSON(dict(it.verdict.inputs)))
        weights = [
            OptimiserWeight(
                variant=each.variant, weight=each.weight, probability_best=each.probability_best, since=each.since,
                expected_reward=each.belief.mean if each.belief else None,
            )
            for each in it.weights
        ]  # fmt: skip
        return cls(
            experiment=Experiment.of(vetted),
            as_of=it.as_of,
            look=it.look,
            mode=it.mode,
            health=Health.of(it.health),
            exposures=[VariantExposures.of(each) for each in it.exposures],
            open_units=it.open_units,
            metrics=[MetricResult.of(each) for each in it.metrics],
            verdict=verdict,
            looks=[Look.of(each) for each in it.looks],
            weights=weights,
            optimiser=OptimiserGain.of(it.optimiser),
            preference=ListPreference.of(it.preference),
            coverage=[CatalogCoverage.of(each) for each in it.coverage],
            segment=it.segment,
            sql=it.sql,
        )


MetricsArg = Annotated[list[str] | None, strawberry.argument(description="Only these, by key; all where null.")]
SegmentArg = Annotated[
    str | None, strawberry.argument(description='Only units of a segment, such as "device: mobile"; everyone where null.')
]
