"""Figures, moments and shares in words, the same on every page."""

import math
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from gateway.domain.catalog import Money
from gateway.domain.currency import in_units
from gateway.domain.result import Estimated

NOTHING = "–"
_MINUS = "\N{MINUS SIGN}"
_THIN = "\N{NO-BREAK SPACE}"
_LARGE = 100_000  # from which on a figure has no digits behind the point
_SURE = 0.001
_HUGE = 1e15


def whole(value: float) -> str:
    """A count: 12,345."""
    return _signs(f"{value:,.0f}") if abs(value) < _HUGE else _signs(f"{value:.3g}")


def figure(value: float | None) -> str:
    """A measured value, with as many digits as say something."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if value == 0 or abs(value) >= _LARGE or (value == int(value) and abs(value) >= 1):
        return whole(value)
    digits = max(0, 3 - math.floor(math.log10(abs(value))))
    return _signs(f"{value:,.{min(digits, 6)}f}")


def share(value: float | None) -> str:
    """A share of one, as a percentage: 4.21 %."""
    return NOTHING if value is None or not math.isfinite(value) else f"{_signs(_percent(value))}{_THIN}%"


def chance(value: float | None) -> str:
    """How likely something is, as a percentage: never said to be certain, for no figures make it so."""
    if value is None or not math.isfinite(value):
        return NOTHING
    if value > 1 - _SURE:
        return f"> {(1 - _SURE) * 100:.1f}{_THIN}%"
    return f"< {_SURE * 100:.1f}{_THIN}%" if value < _SURE else share(value)


def level(alpha: float) -> str:
    """How sure an interval is, by how often it may be wrong: 95 %."""
    return f"{(1 - alpha) * 100:.4g}{_THIN}%"


def change(value: float | None) -> str:
    """A relative change with its sign: +4.2 %."""
    if value is None or not math.isfinite(value):
        return NOTHING
    sign = "+" if value > 0 else ""
    return f"{sign}{_signs(_percent(value))}{_THIN}%"


def signed(value: float | None) -> str:
    """A difference with its sign, on the metric's own scale."""
    said = figure(value)
    return f"+{said}" if value is not None and value > 0 and said != NOTHING else said


def between(found: Estimated | None, say: str = "change") -> str:
    """From a lower to an upper bound; a bound that is missing is said to be open."""
    if found is None or (found.lower is None and found.upper is None):
        return "no interval yet"
    told = change if say == "change" else signed
    low = told(found.lower) if found.lower is not None else "no lower bound"
    high = told(found.upper) if found.upper is not None else "no upper bound"
    return f"{low} to {high}"


def likelihood(p: float | None) -> str:
    """A p-value."""
    if p is None:
        return NOTHING
    return f"below {_SURE}" if p < _SURE else f"{p:.3f}"


def moment(at: datetime | None) -> str:
    """A moment, to the minute, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC") if at else NOTHING


def days(span: timedelta) -> str:
    """How long: 3 days, or hours where it is less than two."""
    if span < timedelta(days=2):
        return counted(max(0, int(span.total_seconds() // 3600)), "hour")
    return counted(span.days, "day")


def counted(number: int, word: str) -> str:
    """1 day, 2 days."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def listed(words: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def word(code: str) -> str:
    """A code of ours as a reader sees it: GROUP_SEQUENTIAL is group sequential."""
    return code.replace("_", " ").lower()


_ON_PAGES = {
    "plannedUnits": "planned units",
    "plannedEnd": "a planned end",
    "powerAnalysis": "the planner",
    "retentionDays": "days of retention",
    "conversionWindowHours": "hours of the window",
    "page.productIds": "products of the page",
    "page.cart": "products in the cart",
    "page.order": "products of the order",
    "page.addedToCart": "the product put into the cart",
    "page.categoryIds": "a category",
    "page.searchTerm": "a search term",
    "page.brand": "a brand",
    "FIXED": "“Once”",
    "GROUP_SEQUENTIAL": "“On the way”",
    "ALWAYS_VALID": "“Any time”",
}
_API_WORD = re.compile("|".join(rf"(?<![\w.]){re.escape(each)}(?!\w)" for each in _ON_PAGES))


def in_page_words(message: str) -> str:
    """A message of the API as a page says it: fields and modes by what they are called there."""
    return _API_WORD.sub(lambda found: _ON_PAGES[found[0]], message)


def _percent(value: float) -> str:
    told = abs(value) * 100
    digits = 0 if told >= 1000 else 1 if told >= 10 else 2  # noqa: PLR2004
    if told >= _HUGE:
        digits_of, _, power = f"{value:.2e}".partition("e")
        return f"{digits_of}e{int(power) + 2}"
    said = f"{value * 100:,.{digits}f}"
    return said if said.strip("-0.,") else "0"


def _signs(text: str) -> str:
    return text.replace("-", _MINUS)


def money(price: Money) -> str:
    """An amount with its currency: 19.99 EUR."""
    return f"{in_units(price):,f} {price.currency}".replace("-", _MINUS)
