"""What a request to this shop may say of itself at all: against this a condition is tried."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gateway.domain.comparison import PATTERNS, VERSIONS
from gateway.domain.condition import Condition, leaves_of, literals_of, operators_of
from gateway.domain.device import Device
from gateway.domain.placement import PageType
from gateway.domain.possible import can_hold, scalars, selections
from gateway.domain.rule import WEEKDAYS

_FAR = "9999-12-31"
_DEEP = frozenset(("$size", "$elemMatch", "$type", "$all", "$ini", "$nini")) | PATTERNS | VERSIONS  # ask more than which it is
_LISTS = ("productIds", "cart", "categoryIds", "categoryHints")


@dataclass(frozen=True, slots=True)
class Stage:
    """The values that names may have; `brands` and `products` are those that the catalog has of the ones rules name."""

    markets: tuple[str, ...]
    page_types: tuple[str, ...]
    today: str
    categories: Collection[str]
    brands: Collection[str]
    products: Collection[str]

    def without_pages(self, page_types: Collection[PageType]) -> "Stage":
        """The same without these pages."""
        return replace(self, page_types=tuple(each for each in self.page_types if each not in page_types))

    def can_be(self, condition: Condition) -> bool:
        """Whether a request can meet the condition."""
        if not self.page_types:
            return False
        compared: dict[str, list[Any]] = {"pageType": []}
        for path, wanted in leaves_of(condition):
            compared.setdefault(path, []).append(wanted)
        values = {path: self._values(path, wanted) for path, wanted in compared.items()}
        return can_hold(condition, {path: among for path, among in values.items() if among is not None})

    def _values(self, path: str, wanted: Sequence[Any]) -> Sequence[Any] | None:
        """What a path may hold, as far as the difference matters to what is wanted of it; null where that cannot be told."""
        literals = [each for one in wanted for each in literals_of(one)]
        deep = any(isinstance(one, list) for one in wanted) or any(o in _DEEP for one in wanted for o in operators_of(one))
        fixed = self._fixed(path, literals, deep=deep)
        if fixed is not None:
            return fixed
        if path in _LISTS:
            known = self.products if path in ("productIds", "cart") else self.categories
            return None if deep else selections([each for each in literals if each in known])
        if deep or path.startswith("context."):
            return None
        possible = scalars(literals)
        return possible if path != "brand" else [each for each in possible if each not in literals or each in self.brands]

    def _fixed(self, path: str, literals: Sequence[Any], *, deep: bool) -> Sequence[Any] | None:
        """What a path may hold, whatever is wanted of it."""
        if deep and path in ("date", "hour"):
            return None
        if path == "date":
            days = {each for day in literals if isinstance(day, str) for each in (day, day + "\0")}
            return sorted({self.today, _FAR, *(day for day in days if day >= self.today)})
        if path == "hour":
            return [hour for hour in range(24) if hour == 0 or hour in literals or hour - 1 in literals]
        known: dict[str, Sequence[Any]] = {
            "market": self.markets,
            "pageType": self.page_types,
            "device": (None, *Device),
            "weekday": WEEKDAYS,
            "visitor.known": (True, False),
        }
        if path not in known:
            return None
        return known[path] if deep else _telling(known[path], literals)


def _telling(values: Sequence[Any], literals: Sequence[Any]) -> list[Any]:
    """Those that are named, and one for all that are not."""
    return [*(each for each in values if each in literals), *[each for each in values if each not in literals][:1]]
