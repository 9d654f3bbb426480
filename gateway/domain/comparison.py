"""Comparisons: what one value must be to another, as the operators of conditions say it."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from gateway.domain.pattern import is_found
from gateway.domain.semver import sorted_as

Test = Callable[[Any, Any], bool]


def same(value: Any, wanted: Any) -> bool:
    """Equal as JSON is: no truth value equals a number."""
    if isinstance(value, list | tuple) and is_list(wanted):
        return len(value) == len(wanted) and all(map(same, value, wanted))
    return isinstance(value, bool) == isinstance(wanted, bool) and bool(value == wanted)


def among(value: Any, wanted: Sequence[Any]) -> bool:
    """Whether a value, or any of a list, is one of these."""
    held = value if is_list(value) else (value,)
    plain = {_key(one) for one in wanted if isinstance(one, _PLAIN)}
    if any(_key(each) in plain for each in held if isinstance(each, _PLAIN)):
        return True
    nested = [one for one in wanted if not isinstance(one, _PLAIN)]
    return any(same(each, one) for each in held if not isinstance(each, _PLAIN) for one in nested)


def is_list(value: Any) -> bool:
    """Whether it holds values in an order."""
    return isinstance(value, list | tuple)


def lower(value: Any) -> Any:
    """A text in small letters, or each of a list; anything else as it is."""
    if is_list(value):
        return [lower(each) for each in value]
    return value.lower() if isinstance(value, str) else value


_PLAIN = (str, int, float, bool, type(None))


def _key(value: Any) -> tuple[bool, Any]:
    """What plain values are the same by: no truth value is a number."""
    return isinstance(value, bool), value


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _are_ordered(value: Any, wanted: Any) -> bool:
    """Whether one can come before the other: two numbers, or two texts."""
    return (_is_number(value) and _is_number(wanted)) or (isinstance(value, str) and isinstance(wanted, str))


def _place(value: Any) -> Any:
    """What a value is sorted by: a text by its UTF-16 code units, as in JavaScript."""
    return value.encode("utf-16-be", "surrogatepass") if isinstance(value, str) else value


def _ordered(test: Test) -> Test:
    return lambda value, wanted: _are_ordered(value, wanted) and test(_place(value), _place(wanted))


def _versioned(test: Test, *, unordered: bool = False) -> Test:
    def compare(value: Any, wanted: Any) -> bool:
        return test(sorted_as(value), sorted_as(wanted)) if _are_ordered(value, wanted) else unordered

    return compare


TYPES: Mapping[str, Callable[[Any], bool]] = MappingProxyType(
    {
        "string": lambda value: isinstance(value, str),
        "number": _is_number,
        "boolean": lambda value: isinstance(value, bool),
        "array": is_list,
        "object": lambda value: isinstance(value, Mapping),
        "null": lambda value: value is None,
    }
)
"""What a value may be by its kind."""

OPERATORS: Mapping[str, Test] = MappingProxyType(
    {
        "$eq": same,
        "$ne": lambda value, wanted: not same(value, wanted),
        "$lt": _ordered(lambda value, wanted: value < wanted),
        "$lte": _ordered(lambda value, wanted: value <= wanted),
        "$gt": _ordered(lambda value, wanted: value > wanted),
        "$gte": _ordered(lambda value, wanted: value >= wanted),
        "$veq": _versioned(lambda value, wanted: value == wanted),
        "$vne": _versioned(lambda value, wanted: value != wanted, unordered=True),
        "$vlt": _versioned(lambda value, wanted: value < wanted),
        "$vlte": _versioned(lambda value, wanted: value <= wanted),
        "$vgt": _versioned(lambda value, wanted: value > wanted),
        "$vgte": _versioned(lambda value, wanted: value >= wanted),
        "$in": among,
        "$nin": lambda value, wanted: not among(value, wanted),
        "$ini": lambda value, wanted: among(lower(value), lower(wanted)),
        "$nini": lambda value, wanted: not among(lower(value), lower(wanted)),
        "$regex": lambda value, wanted: is_found(wanted, value),
        "$regexi": lambda value, wanted: is_found(wanted, value, anycase=True),
        "$notRegex": lambda value, wanted: not is_found(wanted, value),
        "$notRegexi": lambda value, wanted: not is_found(wanted, value, anycase=True),
        "$exists": lambda value, wanted: (value is not None) == bool(wanted),
        "$type": lambda value, wanted: TYPES[wanted](value),
    }
)
"""The operators that compare a value with a value. Those that look inside stand in the condition language."""

PATTERNS = frozenset({"$regex", "$regexi", "$notRegex", "$notRegexi"})
VERSIONS = frozenset({"$veq", "$vne", "$vlt", "$vlte", "$vgt", "$vgte"})
LISTED = frozenset({"$in", "$nin", "$ini", "$nini", "$all"})
"""What is wanted by these is a list of values."""
