"""Prices and stock as a row tells them, for a market and for its regions."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from gateway.domain import harmless
from gateway.domain.catalog import Money, Offer, RegionOffer
from gateway.domain.tenant import Market
from gateway.feeds import amounts, texts
from gateway.feeds.refusals import Unusable

Told = Mapping[str, str]
"""A row by our names of its columns; what is empty is not there."""

_MAX_REGION = 64
_LONGEST_DAY = 10  # characters of a date without a time


def reduced(price: Money, sale: Money | None, before: Money | None) -> tuple[Money, Money | None]:
    """Price and sale price, whichever way a feed tells a reduction: a lower sale price, or what it cost before."""
    if before and before.minor_units > price.minor_units:
        return before, price
    return price, sale if sale and sale.minor_units < price.minor_units else None


def price_of(told: Told, name: str, market: Market) -> Money | None:
    """The price in the row's column `name`, in the market's currency; Unusable where it is negative or in another."""
    if name not in told:
        return None
    if (currency := told.get("currency", market.currency)).upper() != market.currency:
        raise Unusable("currency", "OTHER_CURRENCY", f"{currency[:40]!r} is not {market.currency}, the market's currency")
    price = amounts.money(told[name], market.currency, name)
    if price.minor_units < 0:
        raise Unusable(name, "NEGATIVE", f"{told[name][:40]!r} is less than nothing")
    return price


def _stock(told: Told) -> int | None:
    """How many there are, where the row says so; Unusable where that is no stock."""
    quantity = amounts.whole(told["quantity"], "quantity") if "quantity" in told else None
    if quantity is not None and abs(quantity) >= 2**31:
        raise Unusable("quantity", "OUT_OF_RANGE", f"{quantity} is more than any stock")
    return quantity


def read_offer(told: Told, market: Market, now: datetime) -> Offer:
    """What the market says as of now; Unusable where there is no price, or a value cannot be."""
    price = price_of(told, "price", market)
    if price is None:
        raise Unusable("price", "MISSING", "a product needs a price")
    sale = price_of(told, "sale_price", market)
    price, sale = reduced(price, sale if _is_on(told, now) else None, price_of(told, "compare_at_price", market))
    quantity = _stock(told)
    in_stock = quantity is None or quantity > 0
    available = amounts.truth(told["available"], "available") if "available" in told else in_stock
    title = texts.one_line(told.get("market_title"), "market_title")
    page, sku = harmless.address(told.get("market_page_url", "")), texts.identifier(told.get("market_sku"), "market_sku")
    regions = _regions(told["regions"], market) if "regions" in told else {}
    return Offer(price, sale, available, quantity, title, page, sku, regions)


def _is_on(told: Told, now: datetime) -> bool:
    """Whether the sale price holds now. A last day counts whole."""
    since, slash, until = told.get("sale_dates", "").partition("/")
    if told.get("sale_dates") and not slash:
        raise Unusable("sale_dates", "NO_TIME", f"{since[:40]!r} is no time and, after a slash, another")
    starts, ends = told.get("sale_from") or since.strip(), told.get("sale_to") or until.strip()
    if starts and _moment(starts) > now:
        return False
    return not ends or _moment(ends) > now - timedelta(days=len(ends) <= _LONGEST_DAY)  # 9999-12-31 has no next day


def _moment(told: str) -> datetime:
    """ISO 8601, or as Magento writes it: 12/31/26, 12:00 AM."""
    amounts.check_length(told, "sale_dates")
    for written in ("%m/%d/%y, %I:%M %p", "%m/%d/%y", "%m/%d/%Y"):
        with suppress(ValueError):
            return datetime.strptime(told, written).replace(tzinfo=UTC)
    return texts.moment(told, "sale_dates")


def _regions(told: str, market: Market) -> dict[str, RegionOffer]:
    """A list of objects with `region` and some of the fields below; what is left out is as the market says."""
    regions: dict[str, RegionOffer] = {}
    for each in texts.json_of(told, "regions", list):
        if (
            not isinstance(each, Mapping)
            or not isinstance(each.get("region"), str)
            or not 1 <= len(each["region"]) <= _MAX_REGION
        ):
            raise Unusable(
                "regions", "NO_REGION", f"a region is an object with its name of 1 to {_MAX_REGION} characters as region"
            )
        said = {name: amounts.exactly(value) for name, value in each.items() if value is not None}
        price = price_of(said, "price", market)
        if price is None and "sale_price" in said:
            raise Unusable("regions", "MISSING", "a region with a sale price needs its price")
        sale = reduced(price, price_of(said, "sale_price", market), None)[1] if price else None
        regions[each["region"]] = RegionOffer(
            price,
            sale,
            amounts.truth(said["available"], "regions") if "available" in said else None,
            _stock(said),
            harmless.address(said.get("page_url", "")),
            texts.one_line(said.get("price_description"), "regions"),
        )
    return regions
