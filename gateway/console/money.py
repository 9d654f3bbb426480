"""In which currency a shop's figures are told."""

from gateway.domain.attribution import rates_of
from gateway.domain.metric import reporting_currency
from gateway.services.shop import Shop


def currency_of(shop: Shop) -> str | None:
    """The reporting currency: the one that the shop's rates name, or its markets' only one; null where neither is."""
    return reporting_currency(rates_of(shop.tenant, {market.currency for market in shop.markets.values()}))
