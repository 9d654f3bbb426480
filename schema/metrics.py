"""By what experiments are judged, and the layers that hold them apart."""

from typing import Annotated, Self

import strawberry
from strawberry import ID

from gateway.domain import layer as domain_layer
from gateway.domain import metric as domain_metric
from gateway.domain.metric import BUILT_IN, MetricKind
from gateway.domain.metric_told import word_of
from gateway.services.experimenting.gauge import ToldMetric
from schema.context import Ask
from schema.words import described

described(
    MetricKind,
    "MetricKind",
    "How units make a figure.",
    {
        MetricKind.PROPORTION: "The share of the units that did it.",
        MetricKind.MEAN: "How much or how often a unit did it.",
        MetricKind.RATIO: "One sum over another, over all units.",
    },
)


@strawberry.type(description="A figure of a variant, by which experiments are judged.")
class Metric:
    key: str = strawberry.field(description="By which it is named.")
    name: str = strawberry.field(description="For people.")
    kind: MetricKind = strawberry.field(description="How units make it.")
    event_type: str | None = strawberry.field(
        description="What is counted: an event type, one with .value for the sum of its values, or a measure such as orders."
    )
    denominator: str | None = strawberry.field(description="Of a ratio: what it is a share of.")
    cap: float | None = strawberry.field(description="More of a unit than this counts as this.")
    higher_is_better: bool = strawberry.field(description="Whether more of it is what is wanted.")
    built_in: bool = strawberry.field(description="Whether every shop has it.")

    @classmethod
    def of(cls, it: domain_metric.Metric) -> Self:
        """The metric as clients see it."""
        return cls(
            key=it.key,
            name=it.name,
            kind=it.kind,
            event_type=word_of(it.numerator),
            denominator=word_of(it.denominator) if it.denominator else None,
            cap=it.cap,
            higher_is_better=it.higher_is_better,
            built_in=it.key in BUILT_IN,
        )


@strawberry.input(description="A metric of the shop's own, whole.")
class MetricInput:
    key: str = strawberry.field(description="Lower-case letters, digits and _, beginning with a letter; none that is built in.")
    name: str = strawberry.field(description="1 to 200 characters, for people.")
    kind: MetricKind = strawberry.field(description="How units make it.")
    event_type: str | None = strawberry.field(
        default=None, description="An event type, one with .value for the sum of its values, or a measure such as orders."
    )
    denominator: str | None = strawberry.field(default=None, description="The same, of a ratio only.")
    cap: float | None = strawberry.field(default=None, description="Above 0, of a mean or a ratio.")
    higher_is_better: bool | None = strawberry.field(default=None, description="True where null.")

    def understood(self) -> ToldMetric:
        """The metric in the gateway's words."""
        return ToldMetric(**vars(self))


@strawberry.type(description="Experiments of one layer exclude each other: each has its own part of the units.")
class Layer:
    key: ID = strawberry.field(description="By which it is named.")
    name: str = strawberry.field(description="For people.")
    free: float = strawberry.field(description="How much of it no experiment has, from 0 to 1.")
    experiments: list[ID] = strawberry.field(description="The keys of its experiments, but for archived ones.")

    @classmethod
    def of(cls, it: domain_layer.Layer) -> Self:
        return cls(key=ID(it.layer_id), name=it.name, free=it.free, experiments=[ID(each) for each in it.experiments])


@strawberry.input(description="A layer.")
class LayerInput:
    key: ID = strawberry.field(description="Lower-case letters, digits, - and _, 63 at most.")
    name: str = strawberry.field(description="1 to 200 characters, for people.")


@strawberry.type
class Measuring:
    """The part of Query that tells metrics and layers."""

    @strawberry.field(description="ANALYST scope. Every metric, those that all shops have first.")
    async def metrics(self, info: Ask) -> list[Metric]:
        shop, caller = info.context.admit()
        return [Metric.of(each) for each in await info.context.gateway.laboratory.gauger.all(shop, caller)]

    @strawberry.field(description="ANALYST scope. Every layer, by key, with what is free of it.")
    async def layers(self, info: Ask) -> list[Layer]:
        shop, caller = info.context.admit()
        return [Layer.of(each) for each in await info.context.gateway.laboratory.divider.all(shop, caller)]


@strawberry.type
class Gauging:
    """The part of Mutation that keeps metrics and layers."""

    @strawberry.mutation(
        description="ADMIN scope. Makes a metric of the shop's own, or replaces it; 50 at most. Phases that begin from now on "
        "add it up. CONFLICT where an experiment under way is judged by it."
    )
    async def upsert_metric(
        self, info: Ask, input: Annotated[MetricInput, strawberry.argument(description="The metric, whole.")]
    ) -> Metric:
        shop, caller = info.context.admit()
        return Metric.of(await info.context.gateway.laboratory.gauger.put(shop, caller, input.understood()))

    @strawberry.mutation(description="ADMIN scope. Makes a layer, or calls it by another name; 100 at most.")
    async def upsert_layer(self, info: Ask, input: Annotated[LayerInput, strawberry.argument(description="The layer.")]) -> Layer:
        shop, caller = info.context.admit()
        return Layer.of(await info.context.gateway.laboratory.divider.put(shop, caller, input.key, input.name))
