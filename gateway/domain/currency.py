"""How many decimals a currency has (ISO 4217), and amounts as people write them."""

from decimal import ROUND_HALF_UP, Decimal

from gateway.domain.catalog import Money

_WITHOUT = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"

_TWO = """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY
    COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS
    INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR
    MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP
    STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG
"""
_BYGONE = "ANG BGN CUC HRK MRO SLL STD VEF ZWL"  # withdrawn since 2017: a shop's history may still be in them

EXPONENTS = {code: decimals for codes, decimals in ((_WITHOUT, 0), (_THREE, 3), (_FOUR, 4)) for code in codes.split()}
"""The currencies whose decimals are not two."""

CURRENCIES = frozenset((*EXPONENTS, *_TWO.split(), *_BYGONE.split()))
"""The codes of ISO 4217 that prices can be in: no metals, no units of account, none for testing."""

A_CODE = "a code of ISO 4217 in capital letters is right, as in EUR"
"""What is said where something is none."""


def exponent(currency: str) -> int:
    """How many decimals the currency has."""
    return EXPONENTS.get(currency, 2)


def in_units(price: Money) -> Decimal:
    """1999 of EUR is 19.99."""
    return Decimal(price.minor_units).scaleb(-exponent(price.currency))


def from_units(amount: Decimal, currency: str) -> Money:
    """19.99 of EUR is 1999, rounded half up."""
    return Money(int(amount.scaleb(exponent(currency)).quantize(Decimal(1), ROUND_HALF_UP)), currency)
