"""Attribute: say what recommendations led to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.domain.attribution import Asked, AttributionKey, AttributionModel, Figures, converted, rates_of
from gateway.domain.currency import A_CODE, CURRENCIES
from gateway.errors import BadInput
from gateway.services.shop import Shop
from gateway.store.attribution import AttributionStore

_USUAL = timedelta(days=30)
_DAY = timedelta(days=1)
_MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Attributor:
    """Answers from what has been added up."""

    store: AttributionStore

    async def figures(
        self,
        shop: Shop,
        by: Sequence[AttributionKey],
        model: AttributionModel,
        since: datetime | None = None,
        until: datetime | None = None,
        currency: str | None = None,
    ) -> list[Figures]:
        """A row a key, days in their order, then what led to most; of more than 10,000 the last is what all others come to.

        `until` is now where null, `since` thirty days before it; every day that they touch counts whole. BadInput where there is
        no such currency, or nothing lies between the two.
        """
        asked = _asked(shop, by, model, since, until)
        rates = _rates(shop, currency)
        rows = sorted(await self.store.figures(shop.tenant.tenant_id, asked), key=lambda row: _place(row, asked.by))
        return rows if currency is None else [_in_one(row, currency, rates) for row in rows]


def _asked(
    shop: Shop, by: Sequence[AttributionKey], model: AttributionModel, since: datetime | None, until: datetime | None
) -> Asked:
    last = until or datetime.now(UTC)
    first = since or last - _USUAL
    if first >= last:
        raise BadInput("must be before `to`, which is now where it is null", field="from")
    zone = ZoneInfo(shop.tenant.time_zone)
    return Asked(tuple(dict.fromkeys(by)), model, _day(first, zone), _day(last - _MOMENT, zone) + _DAY)


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _rates(shop: Shop, currency: str | None) -> Mapping[str, float]:
    rates = rates_of(shop.tenant, {market.currency for market in shop.markets.values()})
    if currency is None or currency in rates:
        return rates
    if currency not in CURRENCIES:
        raise BadInput(f"{currency[:40]!r} is no currency; {A_CODE}", field="currency")
    return {currency: 1.0}  # nothing else has a rate to it


def _in_one(row: Figures, currency: str, rates: Mapping[str, float]) -> Figures:
    if not row.revenue:
        return row
    total, left = converted(row.revenue, currency, rates)
    return replace(row, revenue=(total,), unconverted=left)


def _place(row: Figures, by: Sequence[AttributionKey]) -> tuple[bool, str, int, int, int, tuple[str, ...]]:
    """Where a row stands among the others; what all others come to is the last."""
    day = row.key[by.index(AttributionKey.DAY)] if AttributionKey.DAY in by else ""
    return row.keys > 1, day or "", -row.orders, -row.clicks, -row.impressions, tuple(value or "" for value in row.key)
