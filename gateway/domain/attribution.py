"""What recommendations led to: by which model, split by what, and in which figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from enum import StrEnum

from gateway.domain.catalog import Money
from gateway.domain.currency import from_units, in_units
from gateway.domain.tenant import Tenant

MAX_ROWS = 10_000

_DIGITS = 700  # more than any sum times any rate that a float can say


class AttributionModel(StrEnum):
    """Which recommendation an order's line is owed to."""

    CLICK_LAST = "CLICK_LAST"
    CLICK_SESSION = "CLICK_SESSION"
    VIEW_THROUGH = "VIEW_THROUGH"
    DIRECT = "DIRECT"


class AttributionKey(StrEnum):
    """What figures can be split by."""

    PLACEMENT = "placement"
    STRATEGY = "strategy"
    LEVEL = "level"
    RULE = "rule"
    RELEASE = "release"
    VARIANT = "variant"
    CHANNEL = "channel"
    MARKET = "market"
    DAY = "day"


Key = tuple[str | None, ...]  # the values of the keys asked for, in their order


@dataclass(frozen=True, slots=True)
class Asked:
    """`since` and `until`: days of the tenant's time zone, the last not among them. `most`: rows that are answered at most."""

    by: tuple[AttributionKey, ...]
    model: AttributionModel
    since: date
    until: date
    most: int = MAX_ROWS


@dataclass(frozen=True, slots=True)
class Figures:
    """What the recommendations of one key led to. `revenue`: after refunds, an amount a currency; `unconverted`: what of it has
    no rate to the currency that was asked for. `unknown`: what was seen and clicked of which no answer is kept, and which counts
    nowhere else. `keys`: of how many keys these are the figures.
    """

    key: Key
    impressions: int = 0
    clicks: int = 0
    carts: int = 0
    orders: int = 0
    units: int = 0
    assisted: int = 0
    direct: int = 0
    revenue: tuple[Money, ...] = ()
    unconverted: tuple[Money, ...] = ()
    unknown: int = 0
    keys: int = 1

    @property
    def click_through_rate(self) -> float | None:
        """Clicks of impressions; null where there was none."""
        return self.clicks / self.impressions if self.impressions else None

    @property
    def conversion_rate(self) -> float | None:
        """Orders of clicks; null where there was none."""
        return self.orders / self.clicks if self.clicks else None


def rates_of(tenant: Tenant, currencies: Iterable[str]) -> Mapping[str, float]:
    """What one unit of each currency is worth in the reporting currency. The one currency of the tenant's markets that has no
    rate is the reporting currency itself.
    """
    unrated = {currency for currency in currencies if currency not in tenant.rates}
    return {**tenant.rates, **(dict.fromkeys(unrated, 1.0) if len(unrated) == 1 and 1.0 not in tenant.rates.values() else {})}


def converted(amounts: Iterable[Money], currency: str, rates: Mapping[str, float]) -> tuple[Money, tuple[Money, ...]]:
    """The amounts in one currency, rounded once, and those that have no rate as they are. `currency` has one."""
    total, left = Decimal(0), []
    with localcontext(prec=_DIGITS):
        for amount in amounts:
            if amount.currency == currency:
                total += in_units(amount)
            elif amount.currency in rates:
                total += in_units(amount) * Decimal(str(rates[amount.currency])) / Decimal(str(rates[currency]))
            else:
                left.append(amount)
        return from_units(total, currency), tuple(left)
