"""The condition language: what must be true of a request, as GrowthBook's targeting conditions say it.

A condition is a JSON object. A key is an attribute's name (`visitor.tier` goes inside), or $and, $or, $nor, $not with
conditions of their own; all must hold. A value is compared as it stands, or is an object of operators: those of `OPERATORS`,
and $not, $all, $elemMatch, $size, which look inside. An attribute that is a list is $in where any of it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.domain.comparison import LISTED, OPERATORS, PATTERNS, TYPES, is_list, same
from gateway.domain.pattern import fault_of

Condition = Mapping[str, Any]

_PLAIN = (str, bool, int, float)
_DEPTH = 8
_PLACES = 10  # digits of a place in a list
_VALUES = 500
_AROUND = frozenset({"$and", "$or", "$nor"})
_INSIDE = ("$not", "$elemMatch", "$all", "$size")
_GROUPS = frozenset({"$inGroup", "$notInGroup", "$savedGroup", "$savedGroups"})
_NO_GROUPS = 'saved groups are not kept here: name the values themselves, as in {"$in": ["one", "other"]}'


def holds(condition: Condition, attributes: Mapping[str, Any]) -> bool:
    """Whether the attributes meet a condition in which `faults_of` finds nothing."""
    for key, wanted in condition.items():  # noqa: SIM110  (a generator takes longer, and every request comes here)
        if not _one(key, wanted, attributes):
            return False
    return True


def leaves_of(condition: Condition) -> Iterator[tuple[str, Any]]:
    """Every attribute that a condition reads, by the path it is written with, and what is wanted of it."""
    for key, wanted in condition.items():
        if key in _AROUND:
            for each in wanted:
                yield from leaves_of(each)
        elif key == "$not":
            yield from leaves_of(wanted)
        else:
            yield key, wanted


def literals_of(wanted: Any) -> Iterator[Any]:
    """Every value that an attribute is compared with; not its size, nor its type, nor a pattern."""
    if not _is_operators(wanted):
        yield from wanted if isinstance(wanted, list) else (wanted,)
        return
    for operator, operand in wanted.items():
        if operator in ("$not", "$elemMatch"):
            yield from literals_of(operand)
        elif operator in LISTED:
            for each in operand:
                yield from literals_of(each)
        elif operator not in ("$size", "$exists", "$type") and operator not in PATTERNS:
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
        if key in _AROUND:
            yield from _faults_of_list(wanted, here, depth)
        elif key == "$not":
            yield from faults_of(wanted, here, depth - 1)
        elif key in _GROUPS:
            yield here, _NO_GROUPS
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
    if operator in _GROUPS:
        yield at, _NO_GROUPS
    elif operator not in OPERATORS and operator not in _INSIDE:
        yield at, f"is no operator; known are {', '.join(sorted([*OPERATORS, *_INSIDE]))}"
    elif operator in LISTED and not (isinstance(operand, list) and 0 < len(operand) <= _VALUES):
        yield at, f"must be a list of 1 to {_VALUES} values"
    elif operator == "$type" and not (isinstance(operand, str) and operand in TYPES):
        yield at, f"must be one of {', '.join(sorted(TYPES))}"
    elif operator == "$size" and not _is_operators(operand) and (isinstance(operand, bool) or not isinstance(operand, int)):
        yield at, "must be a whole number, or operators for one"
    elif operator in PATTERNS:
        yield from ((at, fault) for fault in (fault_of(operand),) if fault)
    elif operator == "$elemMatch" and _is_condition(operand):
        yield from faults_of(operand, at, depth - 1)
    elif operator in _INSIDE:
        for each in operand if operator == "$all" else (operand,):
            yield from _faults_of_value(each, at, depth - 1)


def _one(key: str, wanted: Any, attributes: Mapping[str, Any]) -> bool:
    if key[:1] != "$":
        return meets(_at(attributes, key), wanted)
    if key == "$and":
        return all(holds(each, attributes) for each in wanted)
    if key == "$or":
        return any(holds(each, attributes) for each in wanted)
    if key == "$nor":
        return not any(holds(each, attributes) for each in wanted)
    return not holds(wanted, attributes)


def _at(attributes: Mapping[str, Any], path: str) -> Any:
    """The attribute at a path, in a list by its place; null where there is none."""
    if "." not in path:
        return attributes.get(path)
    value: Any = attributes
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else _element(value, name) if is_list(value) else None
    return value


def _element(values: Sequence[Any], name: str) -> Any:
    if name == "length":
        return len(values)
    is_place = len(name) <= _PLACES and name.isascii() and name.isdigit() and name == str(int(name))
    return values[int(name)] if is_place and int(name) < len(values) else None


def _is_operators(wanted: Any) -> bool:
    """Whether a value is an object of operators; one of none asks nothing."""
    return isinstance(wanted, Mapping) and all(isinstance(k, str) and k.startswith("$") for k in wanted)


def _is_condition(wanted: Any) -> bool:
    """Whether $elemMatch asks about the fields of what is in the list, and not about that itself."""
    return isinstance(wanted, Mapping) and (not _is_operators(wanted) or not _AROUND.isdisjoint(wanted))


def meets(value: Any, wanted: Any) -> bool:
    """Whether a value is what is wanted of an attribute."""
    if isinstance(wanted, _PLAIN) or not _is_operators(wanted):
        return same(value, wanted)
    for operator, operand in wanted.items():  # noqa: SIM110
        if not _operate(operator, value, operand):
            return False
    return True


def _operate(operator: str, value: Any, operand: Any) -> bool:
    if operator in OPERATORS:
        return OPERATORS[operator](value, operand)
    if operator == "$not":
        return not meets(value, operand)
    if not is_list(value):
        return False
    if operator == "$elemMatch":
        return any(_matches(each, operand) for each in value if each is not None)
    if operator == "$size":
        return meets(len(value), operand)
    return all(any(meets(each, wanted) for each in value) for wanted in operand)


def _matches(element: Any, operand: Any) -> bool:
    if not _is_condition(operand):
        return meets(element, operand)
    return holds(operand, element if isinstance(element, Mapping) else {})
