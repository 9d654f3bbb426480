"""Numbers, prices and truths, read from text."""

import re
from decimal import Decimal
from functools import lru_cache

from gateway.domain.catalog import Money
from gateway.domain.currency import exponent, from_units
from gateway.feeds.refusals import Unusable

LONGEST = 40  # characters of a number or a moment that anyone means; no pattern looks at longer ones
MOST = 2**53 - 1  # what JSON's numbers hold exactly
_MOST_UNITS = MOST // 10_000  # so that the smallest units of any currency fit
_PRICE = re.compile(r"(?:(?P<before>[A-Za-z]{3})\s*)?(?P<amount>[-+]?[\d.,\u00a0\u202f' ]*\d[eE\d+-]*)\s*(?P<after>[A-Za-z]{3})?")
_PLAIN = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d{1,2})?")
_ENGLISH = re.compile(r"[-+]?\d{1,3}(([' \u00a0\u202f]\d{3})+(\.\d+)?|(,\d{3})+\.\d+|(,\d{3}){2,})")  # 1,299.00
_EUROPEAN = re.compile(
    r"[-+]?(\d+|\d{1,3}([.' \u00a0\u202f]\d{3})+),\d{1,2}"
)  # 1.299,00; but 1,299 could be either and is neither
_EITHER = re.compile(r"[-+]?[1-9]\d{0,2}[.,]\d{3}")  # one mark, three digits after it: thousands here, decimals there
_DECIMALS = 3
_GROUPING = str.maketrans("", "", "' \u00a0\u202f")
_YES = frozenset({"true", "t", "yes", "y", "1", "active"}) | {"instock", "available", "preorder", "backorder"}
_YES |= {"availablefororder", "limitedavailability"}
_NO = frozenset({"false", "f", "no", "n", "0", "outofstock", "unavailable", "soldout", "inactive", "discontinued"})


@lru_cache(maxsize=65_536)
def money(text: str, currency: str, field: str = "price") -> Money:
    """`19.99`, `19,99`, `1,299.00`, `19.99 EUR` in the smallest unit, rounded half up; Unusable in another currency.

    `1.299` and `1,299` could be either and are refused; but 1.299 is one where the currency has three decimals.
    """
    check_length(text, field)
    found = _PRICE.fullmatch(text)
    named = found and (found["before"] or found["after"])
    told = found["amount"].strip() if found else ""
    if _EITHER.fullmatch(told) and ("," in told or exponent(currency) < _DECIMALS):
        raise Unusable(field, "NO_PRICE", f"{text!r} could be {_both(told)}: write which")
    amount = _decimal(told)
    if amount is None:
        raise Unusable(field, "NO_PRICE", f"{text[:40]!r} is no price")
    if named and named.upper() != currency:
        raise Unusable(field, "OTHER_CURRENCY", f"{text[:40]!r} is not in {currency}, the market's currency")
    if abs(amount) > _MOST_UNITS:
        raise Unusable(field, "OUT_OF_RANGE", f"{text[:40]!r} is larger than any price")
    return from_units(amount, currency)


def currency_of(text: str) -> str | None:
    """The currency that an amount names."""
    found = _PRICE.fullmatch(text) if len(text) <= LONGEST else None
    named = found and (found["before"] or found["after"])
    return named.upper() if named else None


@lru_cache(maxsize=4_096)
def whole(text: str, field: str) -> int:
    """A whole number; `3.0` is one."""
    amount = _decimal(text) if len(text) < 30 else None  # noqa: PLR2004  (no number anyone means)
    if amount is None or amount != amount.to_integral_value():
        raise Unusable(field, "NO_NUMBER", f"{text[:40]!r} is no whole number")
    if abs(amount) > MOST:
        raise Unusable(field, "OUT_OF_RANGE", f"{text[:40]!r} is too large")
    return int(amount)


def number(text: str, field: str) -> float:
    """Any finite number."""
    check_length(text, field)
    amount = _decimal(text)
    if amount is None:
        raise Unusable(field, "NO_NUMBER", f"{text[:40]!r} is no number")
    return float(amount)


def positive(text: str, field: str) -> float:
    """Any finite number that is not negative."""
    value = number(text, field)
    if not 0 <= value < 2**31:
        raise Unusable(field, "OUT_OF_RANGE", f"{text[:40]!r} must not be negative, nor that large")
    return value


def truth(text: str, field: str) -> bool:
    """Yes or no, in the words feeds use: `true`, `1`, `in stock`."""
    check_length(text, field)
    word = re.sub(r"[\s_-]", "", text.casefold()).removeprefix("https://schema.org/").removeprefix("http://schema.org/")
    if word not in _YES | _NO:
        known = ": known are in_stock, out_of_stock, preorder, backorder, yes, no" if field == "available" else ""
        raise Unusable(field, "NO_TRUTH", f"{text[:40]!r} is neither yes nor no{known}")
    return word in _YES


def check_length(text: str, field: str) -> None:
    """Unusable where no number, price, moment or truth is that long: asked before any pattern looks at it."""
    if len(text) > LONGEST:
        told = f"{text[:LONGEST]!r}… has {len(text):,} characters: write a value of at most {LONGEST}"
        raise Unusable(field, "TOO_LONG", told)


def exactly(value: object) -> str:
    """A number that was told as one, as a text that can be read in one way only: 1.299 becomes `1.2990`."""
    told = str(value)
    return f"{told}0" if isinstance(value, float) and _EITHER.fullmatch(told) else told


def _both(told: str) -> str:
    """`1.299` as what it may mean: `1299 or 1.2990`."""
    return f"{told.replace('.', '').replace(',', '')} or {told.replace(',', '.')}0"


def _decimal(text: str) -> Decimal | None:
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    if _ENGLISH.fullmatch(text):
        return Decimal(text.translate(_GROUPING).replace(",", ""))
    if _EUROPEAN.fullmatch(text):
        return Decimal(text.translate(_GROUPING).replace(".", "").replace(",", "."))
    return None
