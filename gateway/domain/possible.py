"""Whether a condition can hold at all, for the values that its names may have."""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.domain.condition import Condition, meets

_MOST_CHOICES = 20_000  # of values for all names together; past that a condition is believed to be possible
_ELSE = "\0"  # a text that no condition names
_MOST_SETS = 6  # names of a list whose every selection is tried


def can_hold(condition: Condition, values: Mapping[str, Sequence[Any]]) -> bool:
    """Whether some choice of a value for each of these paths leaves the condition possible; other paths may hold anything."""
    if math.prod(map(len, values.values())) > _MOST_CHOICES:
        return True
    choices = (dict(zip(values, chosen, strict=True)) for chosen in itertools.product(*values.values()))
    return any(_truth(condition, chosen) is not False for chosen in choices)


def scalars(literals: Sequence[Any]) -> list[Any]:
    """Values that stand for all that may be compared with these: each of them, what lies between, and anything else."""
    texts = sorted({each for each in literals if isinstance(each, str)})
    numbers = sorted({each for each in literals if isinstance(each, int | float) and not isinstance(each, bool)})
    between = [(one + other) / 2 for one, other in itertools.pairwise(numbers)]
    outside = [numbers[0] - 1, numbers[-1] + 1] if numbers else []
    after = [text + _ELSE for text in texts]
    return [None, True, False, "", *texts, *after, *numbers, *between, *outside]


def selections(literals: Sequence[str]) -> list[tuple[str, ...]] | None:
    """Lists that stand for all that may be compared with these names; null where there are too many to try."""
    names = sorted(set(literals))
    if len(names) > _MOST_SETS:
        return None
    chosen = [set for size in range(len(names) + 1) for set in itertools.combinations(names, size)]
    return [(*each, *more) for each in chosen for more in ((), (_ELSE,))]


def _truth(condition: Condition, chosen: Mapping[str, Any]) -> bool | None:
    """True, false, or null where that depends on a path that has no value."""
    return _all([_part(key, wanted, chosen) for key, wanted in condition.items()])


def _part(key: str, wanted: Any, chosen: Mapping[str, Any]) -> bool | None:
    if key == "$and":
        return _all([_truth(each, chosen) for each in wanted])
    if key in ("$or", "$nor"):
        none = _all([_not(_truth(each, chosen)) for each in wanted])
        return none if key == "$nor" else _not(none)
    if key == "$not":
        return _not(_truth(wanted, chosen))
    return meets(chosen[key], wanted) if key in chosen else None


def _not(truth: bool | None) -> bool | None:
    return None if truth is None else not truth


def _all(truths: Sequence[bool | None]) -> bool | None:
    if False in truths:
        return False
    return None if None in truths else True
