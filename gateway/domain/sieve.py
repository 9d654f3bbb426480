"""A product filter as JSON says it, by the names of GraphQL's ProductFilter: read, and looked at before it is kept."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from gateway.domain.notation import FIGURES, LISTS, NAMED
from gateway.domain.page import ProductFilter

_MOST_VALUES = 500
_KNOWN = (*FIGURES, *LISTS, *NAMED)


def filter_of(said: Mapping[str, Any]) -> ProductFilter:
    """The filter that is said so; what a newer version may have added is passed over."""
    told: dict[str, Any] = {ours: said[theirs] for theirs, ours in FIGURES.items() if said.get(theirs) is not None}
    told |= {ours: tuple(said[theirs]) for theirs, ours in LISTS.items() if said.get(theirs) is not None}
    told |= {ours: _named(said[theirs]) for theirs, ours in NAMED.items() if said.get(theirs)}
    return ProductFilter(**told)


def faults_of_filter(said: Any, at: str) -> Iterator[tuple[str, str]]:
    """What is wrong with what is told as a filter: where, and what would be right."""
    if not isinstance(said, Mapping):
        yield at, 'must be an object by the names of ProductFilter, as in {"brands": ["Nord"]}'
        return
    for name, value in said.items():
        if name not in _KNOWN:
            yield f"{at}.{name}", f"is not known here; known are {', '.join(sorted(_KNOWN))}"
        elif value is not None and (fault := _fault(name, value)):
            yield f"{at}.{name}", fault


def _fault(name: str, value: Any) -> str | None:
    if name in LISTS:
        return None if _are_texts(value) else f"must be a list of 1 to {_MOST_VALUES} texts"
    if name in NAMED:
        is_sound = isinstance(value, list | dict) and value and all(n and _are_texts(v) for n, v in _pairs(value))
        return None if is_sound else 'must name attributes with their values, as in [{"name": "colour", "values": ["red"]}]'
    if name == "onSale":
        return None if isinstance(value, bool) else "must be true or false"
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0
    if name == "minRating":
        return None if is_number else "must be a rating, 0 or above"
    return None if is_number and isinstance(value, int) else "must be a whole number of minor units, 0 or above"


def _are_texts(value: Any) -> bool:
    return isinstance(value, list | tuple) and 0 < len(value) <= _MOST_VALUES and all(isinstance(v, str) and v for v in value)


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    """Names and values, told as a list of both or as an object."""
    if isinstance(value, Mapping):
        yield from value.items()
        return
    for each in value:
        name = each.get("name") if isinstance(each, Mapping) else None
        yield (name, each.get("values")) if isinstance(name, str) else ("", None)


def _named(value: Any) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, values in _pairs(value):
        found[name] = (*found.get(name, ()), *values)
    return found
