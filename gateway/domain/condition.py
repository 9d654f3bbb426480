"""The condition language: what must be true of a request, as GrowthBook's targeting conditions say it.

A condition is a JSON object. A key is an attribute's name (`visitor.tier` goes inside), or $and, $or, $nor, $not with
conditions of their own; all must hold. A value is compared as it stands, or is an object of operators: $eq $ne $lt $lte $gt
$gte $in $nin $all $elemMatch $size $exists $type $not. An attribute that is a list is $in where any of it is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

Condition = Mapping[str, Any]

_DEPTH = 8
_VALUES = 500


def holds(condition: Condition, attributes: Mapping[str, Any]) -> bool:
    """Whether the attributes meet a condition in which `faults_of` finds nothing."""
    return all(_one(key, wanted, attributes) for key, wanted in condition.items())


def leaves_of(condition: Condition) -> Iterator[tuple[str, Any]]:
    """Every attribute that a condition reads, by the path it is written with, and what is wanted of it."""
    for key, wanted in condition.items():
        if key in ("$and", "$or", "$nor"):
            for each in wanted:
                yield from leaves_of(each)
        elif key == "$not":
            yield from leaves_of(wanted)
        else:
            yield key, wanted


def literals_of(wanted: Any) -> Iterator[Any]:
    """Every value that an attribute is compared with; not its size, nor its type."""
    if not _is_operators(wanted):
        yield from wanted if isinstance(wanted, list) else (wanted,)
        return
    for operator, operand in wanted.items():
        if operator in ("$not", "$elemMatch"):
            yield from literals_of(operand)
        elif operator in ("$in", "$nin", "$all"):
            for each in operand:
                yield from literals_of(each)
        elif operator not in ("$size", "$exists", "$type"):
            yield from literals_of(operand)


def operators_of(wanted: Any) -> Iterator[str]:
    """Every operator that an attribute is compared by."""
    for operator, operand in wanted.items() if _is_operators(wanted) else ():
        yield operator
        if operator in ("$not", "$elemMatch"):
            yield from operators_of(operand)


def faults_of(condition: Any, at: str = "when", depth: int = _DEPTH) -> Iterator[tuple[str, str]]:
    """What is wrong with what is told as a condition: where, and what would be right."""
    if not isinstance(condition, Mapping):
        yield at, 'must be an object, such as {"market": "se"}'
        return
    if not depth:
        yield at, f"may be nested {_DEPTH} levels at most"
        return
    for key, wanted in condition.items():
        here = f"{at}.{key}"
        if key in ("$and", "$or", "$nor"):
            yield from _faults_of_list(wanted, here, depth)
        elif key == "$not":
            yield from faults_of(wanted, here, depth - 1)
        elif key.startswith("$"):
            yield here, "is no operator here; known are $and, $or, $nor, $not"
        else:
            yield from _faults_of_value(wanted, here, depth)


def _faults_of_list(wanted: Any, at: str, depth: int) -> Iterator[tuple[str, str]]:
    if not isinstance(wanted, list) or not wanted:
        yield at, "must be a list of conditions"
        return
    for place, each in enumerate(wanted):
        yield from faults_of(each, f"{at}.{place}", depth - 1)


def _faults_of_value(wanted: Any, at: str, depth: int) -> Iterator[tuple[str, str]]:
    if not _is_operators(wanted):
        if isinstance(wanted, Mapping) and any(key.startswith("$") for key in wanted):
            yield at, "mixes operators and names"
        return
    if not depth:
        yield at, f"may be nested {_DEPTH} levels at most"
        return
    for operator, operand in wanted.items():
        yield from _faults_of_operand(operator, operand, f"{at}.{operator}", depth)


def _faults_of_operand(operator: str, operand: Any, at: str, depth: int) -> Iterator[tuple[str, str]]:
    nested = {"$not": [operand], "$elemMatch": [operand], "$all": operand if isinstance(operand, list) else []}
    if operator == "$size" and _is_operators(operand):
        nested["$size"] = [operand]
    elif operator == "$size" and (isinstance(operand, bool) or not isinstance(operand, int)):
        yield at, "must be a whole number, or operators for one"
    if operator not in _OPERATORS and operator not in nested:
        yield at, f"is no operator; known are {', '.join(sorted([*_OPERATORS, '$not', '$elemMatch']))}"
    elif operator in ("$in", "$nin", "$all") and not (isinstance(operand, list) and 0 < len(operand) <= _VALUES):
        yield at, f"must be a list of 1 to {_VALUES} values"
    elif operator == "$type" and not (isinstance(operand, str) and operand in _TYPES):
        yield at, f"must be one of {', '.join(sorted(_TYPES))}"
    for each in nested.get(operator, []):
        yield from _faults_of_value(each, at, depth - 1)


def _one(key: str, wanted: Any, attributes: Mapping[str, Any]) -> bool:
    if key == "$and":
        return all(holds(each, attributes) for each in wanted)
    if key == "$or":
        return any(holds(each, attributes) for each in wanted)
    if key == "$nor":
        return not any(holds(each, attributes) for each in wanted)
    if key == "$not":
        return not holds(wanted, attributes)
    return meets(_at(attributes, key), wanted)


def _at(attributes: Mapping[str, Any], path: str) -> Any:
    """The attribute at a path; null where there is none."""
    value: Any = attributes
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _is_operators(wanted: Any) -> bool:
    return isinstance(wanted, Mapping) and bool(wanted) and all(isinstance(k, str) and k.startswith("$") for k in wanted)


def meets(value: Any, wanted: Any) -> bool:
    """Whether a value is what is wanted of an attribute."""
    if not _is_operators(wanted):
        return _same(value, wanted)
    return all(_operate(operator, value, operand) for operator, operand in wanted.items())


def _operate(operator: str, value: Any, operand: Any) -> bool:
    if operator == "$not":
        return not meets(value, operand)
    if operator == "$elemMatch":
        return _is_list(value) and any(meets(each, operand) for each in value)
    if operator == "$size":
        return _is_list(value) and meets(len(value), operand)
    if operator == "$all":
        return _is_list(value) and all(any(meets(each, wanted) for each in value) for wanted in operand)
    return _OPERATORS[operator](value, operand)


def _same(value: Any, wanted: Any) -> bool:
    """Equal as JSON is: no truth value equals a number."""
    if _is_list(value) and _is_list(wanted):
        return len(value) == len(wanted) and all(map(_same, value, wanted))
    return isinstance(value, bool) == isinstance(wanted, bool) and bool(value == wanted)


def _among(value: Any, wanted: Sequence[Any]) -> bool:
    held = value if _is_list(value) else (value,)
    plain = {_key(one) for one in wanted if isinstance(one, _PLAIN)}
    if any(_key(each) in plain for each in held if isinstance(each, _PLAIN)):
        return True
    nested = [one for one in wanted if not isinstance(one, _PLAIN)]
    return any(_same(each, one) for each in held if not isinstance(each, _PLAIN) for one in nested)


_PLAIN = (str, int, float, bool, type(None))


def _key(value: Any) -> tuple[bool, Any]:
    """What plain values are the same by: no truth value is a number."""
    return isinstance(value, bool), value


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _compared(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def test(value: Any, wanted: Any) -> bool:
        numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in (value, wanted))
        return (numbers or (isinstance(value, str) and isinstance(wanted, str))) and compare(value, wanted)

    return test


_TYPES: Mapping[str, Callable[[Any], bool]] = MappingProxyType(
    {
        "string": lambda value: isinstance(value, str),
        "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
        "boolean": lambda value: isinstance(value, bool),
        "array": _is_list,
        "object": lambda value: isinstance(value, Mapping),
        "null": lambda value: value is None,
    }
)

_OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = MappingProxyType(
    {
        "$eq": _same,
        "$ne": lambda value, wanted: not _same(value, wanted),
        "$lt": _compared(lambda value, wanted: value < wanted),
        "$lte": _compared(lambda value, wanted: value <= wanted),
        "$gt": _compared(lambda value, wanted: value > wanted),
        "$gte": _compared(lambda value, wanted: value >= wanted),
        "$in": _among,
        "$nin": lambda value, wanted: not _among(value, wanted),
        "$exists": lambda value, wanted: (value is not None) == bool(wanted),
        "$type": lambda value, wanted: _TYPES[wanted](value),
        "$size": lambda value, wanted: _is_list(value) and len(value) == wanted,
        "$all": lambda value, wanted: _is_list(value) and all(_among(value, [one]) for one in wanted),
    }
)
