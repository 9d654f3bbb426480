"""How many decimals a currency has (ISO 4217), and amounts as people write them."""

from decimal import ROUND_HALF_UP, Decimal

from gateway.domain.catalog import Money

_WITHOUT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"

EXPONENTS = {code: decimals for codes, decimals in ((_WITHOUT, 0), (_THREE, 3), (_FOUR, 4)) for code in codes.split()}
"""The currencies whose decimals are not two."""


def exponent(currency: str) -> int:
    """How many decimals the currency has."""
    return EXPONENTS.get(currency, 2)


def in_units(price: Money) -> Decimal:
    """1999 of EUR is 19.99."""
    return Decimal(price.minor_units).scaleb(-exponent(price.currency))


def from_units(amount: Decimal, currency: str) -> Money:
    """19.99 of EUR is 1999, rounded half up."""
    return Money(int(amount.scaleb(exponent(currency)).quantize(Decimal(1), ROUND_HALF_UP)), currency)
