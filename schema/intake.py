"""Who came into an experiment, whether the figures of them may be believed, and what they were shown."""

from typing import Self

import strawberry
from strawberry.scalars import JSON

from gateway.domain import result
from schema.recommendation import Warning


@strawberry.type(description="How many units really got a variant.")
class VariantExposures:
    variant: str = strawberry.field(description="Its key.")
    units: int = strawberry.field(description="Units that got it and no other.")
    expected_share: float = strawberry.field(description="The share of all that should have.")
    by_day: JSON = strawberry.field(description='How many came in on each day (UTC): {"2026-05-04": 812, …}.')

    @classmethod
    def of(cls, it: result.VariantExposures) -> Self:
        """The counts as clients see them."""
        days = JSON({day.isoformat(): units for day, units in it.by_day.items()})
        return cls(variant=it.variant, units=it.units, expected_share=it.expected_share, by_day=days)


@strawberry.type(
    description="How much of the catalog a variant showed to its units. A figure of the whole variant: without a p-value."
)
class CatalogCoverage:
    variant: str = strawberry.field(description="Its key.")
    units: int = strawberry.field(description="Units that got it and no other.")
    products: int = strawberry.field(description="Different products that they were shown.")
    share: float | None = strawberry.field(description="Of all products that may be shown now, those that it has shown.")
    products_at_equal_units: float = strawberry.field(
        description="How many it would have shown, on average, to as many units as the smallest variant has: compare these."
    )

    @classmethod
    def of(cls, it: result.VariantCoverage) -> Self:
        """The coverage as clients see it."""
        return cls(**{name: getattr(it, name) for name in result.VariantCoverage.__slots__})


@strawberry.type(description="Whether the figures may be believed. Look here first.")
class Health:
    ok: bool = strawberry.field(description="Whether nothing is wrong that waiting does not mend.")
    srm_p: float | None = strawberry.field(description="How likely such a split of units is by chance; below 0.001 it is broken.")
    multiple_exposures: int = strawberry.field(description="Units that saw more than one variant; they are in no arm.")
    bot_units: int = strawberry.field(description="Units that are bots; they are in no arm.")
    forced_units: int = strawberry.field(description="Units on whom a variant was forced; they are in no arm.")
    warnings: list[Warning] = strawberry.field(description="What is wrong, or not yet right.")

    @classmethod
    def of(cls, it: result.Health) -> Self:
        """The health as clients see it."""
        told = {name: getattr(it, name) for name in result.Health.__slots__}
        return cls(**{**told, "warnings": [Warning.of(each) for each in it.warnings]})
