"""What recommendations led to."""

from datetime import datetime
from typing import Annotated, Self

import strawberry
from strawberry.scalars import JSON

from gateway.domain.attribution import AttributionKey, AttributionModel, Figures
from gateway.domain.tenant import Scope
from gateway.services.administering.admit import require
from schema.catalog import Money
from schema.context import Ask
from schema.words import Count, described

AttributionModelEnum = described(
    AttributionModel,
    "AttributionModel",
    "Which recommendation an order's line, or what was put into a cart, is owed to: to one at most.",
    {
        AttributionModel.CLICK_LAST: "The last recommendation of the product that the person clicked: within the tenant's "
        "attribution_days before, or in the same session.",
        AttributionModel.CLICK_SESSION: "The last recommendation that was clicked in the same session, whatever its product.",
        AttributionModel.VIEW_THROUGH: "The last recommendation of the product that the person saw in attribution_days before.",
        AttributionModel.DIRECT: "The one that the event itself names in recommendationId.",
    },
)

AttributionKeyEnum = described(
    AttributionKey,
    "AttributionKey",
    "What figures are split by: what was so when the recommendation was served.",
    {
        AttributionKey.PLACEMENT: "The placement.",
        AttributionKey.STRATEGY: "The strategy that found the product.",
        AttributionKey.LEVEL: "The rung of the ladder at which it came in, a FallbackLevel.",
        AttributionKey.RULE: "The rule that pinned or boosted it.",
        AttributionKey.RELEASE: "The trained release.",
        AttributionKey.VARIANT: "The experiment's variant.",
        AttributionKey.CHANNEL: "The channel.",
        AttributionKey.MARKET: "The market.",
        AttributionKey.DAY: "The day, in the tenant's time zone: of the sight, of the click, of the order.",
    },
)


@strawberry.type(description="What the recommendations of one key led to.")
class AttributionRow:
    key: JSON = strawberry.field(
        description="The values of the keys asked for, as in {placement, strategy}; null where there is none, where what is in "
        "the row is `unknown`, and in the last row of more than 10,000."
    )
    impressions: Count = strawberry.field(description="Recommendations that were seen, each once.")
    clicks: Count = strawberry.field(description="Recommendations that were clicked, each once.")
    carts: Count = strawberry.field(description="How often what was recommended was put into a cart, by the model.")
    orders: Count = strawberry.field(
        description="Orders with a line that is owed to them by the model, those among them that were given back later. An order "
        "with lines owed to several keys counts in each."
    )
    units: Count = strawberry.field(description="Pieces in these lines, after refunds.")
    revenue: list[Money] = strawberry.field(
        description="What these lines came to, after refunds: an amount a currency, or one in the currency asked for."
    )
    unconverted: list[Money] = strawberry.field(
        description="What is not in `revenue` since its currency has no rate; empty where no currency was asked for."
    )
    assisted: Count = strawberry.field(
        description="Orders with a line that the model gives to no recommendation, and CLICK_SESSION to this key."
    )
    direct: Count = strawberry.field(description="Orders that themselves named a recommendation of this key, whatever the model.")
    unknown: Count = strawberry.field(
        description="What was seen and clicked of which no answer is kept, or whose id was made up. It counts nowhere else and "
        "is owed nothing; its keys are null, but for the day."
    )
    keys: Count = strawberry.field(
        description="Of how many keys these are the figures: 1, but in the last of 10,000 rows, where more keys were found. Then "
        "this is what all others come to, those in which least happened."
    )
    click_through_rate: float | None = strawberry.field(description="clicks / impressions; null where nothing was seen.")
    conversion_rate: float | None = strawberry.field(description="orders / clicks; null where nothing was clicked.")

    @classmethod
    def of(cls, it: Figures, by: list[AttributionKey]) -> Self:
        return cls(
            key={key.value: _named(key, value) for key, value in zip(by, it.key, strict=True)},  # type: ignore[arg-type]
            impressions=Count(it.impressions),
            clicks=Count(it.clicks),
            carts=Count(it.carts),
            orders=Count(it.orders),
            units=Count(it.units),
            revenue=[Money.of(money) for money in it.revenue],
            unconverted=[Money.of(money) for money in it.unconverted],
            assisted=Count(it.assisted),
            direct=Count(it.direct),
            unknown=Count(it.unknown),
            keys=Count(it.keys),
            click_through_rate=it.click_through_rate,
            conversion_rate=it.conversion_rate,
        )


def _named(key: AttributionKey, value: str | None) -> str | None:
    """A strategy as the API calls it."""
    return value.upper() if value and key is AttributionKey.STRATEGY else value


@strawberry.type
class Attributing:
    """The part of Query that tells what recommendations led to."""

    @strawberry.field(
        description="What recommendations led to, known seconds after it happened: days in their order, then what led to most. "
        "Days are those of the tenant's time zone, and every day between `from` and `to`, were it in part, counts whole. "
        "What crawlers and keys for integration did never counts. ANALYST scope."
    )
    async def attribution(
        self,
        info: Ask,
        by: Annotated[list[AttributionKeyEnum], strawberry.argument(description="One row for everything where empty.")],  # type: ignore[valid-type]
        model: Annotated[AttributionModelEnum, strawberry.argument(description="Whom an order is owed to.")],  # type: ignore[valid-type]
        from_: Annotated[
            datetime | None, strawberry.argument(name="from", description="Thirty days before `to` where null.")
        ] = None,
        to: Annotated[datetime | None, strawberry.argument(description="Now where null; not itself among it.")] = None,
        currency: Annotated[
            str | None, strawberry.argument(description="Revenue in it, by the tenant's rates; as it was paid where null.")
        ] = None,
    ) -> list[AttributionRow]:
        shop, caller = info.context.admit()
        require(caller, Scope.ANALYST)
        rows = await info.context.gateway.attributor.figures(shop, by, model, from_, to, currency)
        keys = list(dict.fromkeys(by))
        return [AttributionRow.of(row, keys) for row in rows]
