"""Counts beside an answer."""

from typing import Self

import strawberry
from strawberry import ID

from gateway.domain import facet
from gateway.domain.facet import FacetAsk, FacetKind
from gateway.services.answering.count import RANGES, TERMS
from schema.words import described

FacetKindEnum = described(
    FacetKind,
    "FacetKind",
    "How a facet is counted.",
    {
        FacetKind.TERM: "Each value, the most frequent first.",
        FacetKind.RANGE: "The ranges that are given.",
        FacetKind.DYNAMIC_RANGE: "Ranges with round bounds, each with about as many products.",
    },
)


@strawberry.input(description="From its lower bound up to, not including, its upper one; null is open.")
class RangeInput:
    from_: float | None = strawberry.field(default=None, name="from", description="Price in the currency's smallest unit.")
    to: float | None = strawberry.field(default=None, description="Not included.")


@strawberry.input(description="Something to count over all products that the request could show.")
class FacetInput:
    field: str = strawberry.field(description="brand, category, price, rating, onSale, itemType, genre or attributes.NAME.")
    kind: FacetKind = strawberry.field(description="How it is counted.")
    count: int | None = strawberry.field(default=None, description="Values at most, of TERM: 1 to 100; 20 where null.")
    ranges: list[RangeInput] | None = strawberry.field(default=None, description="Of RANGE: 1 to 100.")
    max_ranges: int | None = strawberry.field(default=None, description="Of DYNAMIC_RANGE: 1 to 100; 5 where null.")

    def understood(self) -> FacetAsk:
        """The facet in the gateway's words."""
        ranges = tuple(facet.Range(each.from_, each.to) for each in self.ranges or ())
        told = {FacetKind.TERM: self.count, FacetKind.DYNAMIC_RANGE: self.max_ranges}.get(self.kind)
        usual = TERMS if self.kind is FacetKind.TERM else RANGES
        return FacetAsk(self.field, self.kind, usual if told is None else told, ranges)


@strawberry.type(description="A value, or a range, and how many products are in it.")
class FacetBucket:
    label: str = strawberry.field(
        description="What a visitor reads: a category's name, a price in units of its currency, `< 49.00`, `≥ 599.00`."
    )
    count: int = strawberry.field(description="How many products.")
    value: ID | None = strawberry.field(description="What to filter by: a category's id, a brand; null for a range.")
    from_: float | None = strawberry.field(name="from", description="Of a range: included; null is open.")
    to: float | None = strawberry.field(description="Of a range: not included; null is open.")

    @classmethod
    def of(cls, it: facet.Bucket) -> Self:
        """The bucket as clients see it."""
        value = None if it.value is None else ID(it.value)
        return cls(label=it.label, count=it.count, value=value, from_=it.range.least, to=it.range.below)


@strawberry.type(description="What was counted of one field.")
class Facet:
    field: str = strawberry.field(description="As it was asked.")
    buckets: list[FacetBucket] = strawberry.field(description="Values by their count, ranges by their bounds.")

    @classmethod
    def of(cls, it: facet.Facet) -> Self:
        return cls(field=it.field, buckets=[FacetBucket.of(each) for each in it.buckets])
