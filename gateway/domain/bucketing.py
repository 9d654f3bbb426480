"""Buckets: where in [0, 1) a unit falls, and which variant that is. GrowthBook's public bucketing specification, bit for bit.

Any GrowthBook SDK in a browser, and any query that does the same sum, gives a unit the same bucket: what is hashed are UTF-16
code units, as JavaScript reads a text.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from gateway.domain.experiment import Range

_OFFSET = 0x811C9DC5  # of FNV-1a, 32 bits
_LEAST_SUM, _MOST_SUM = 0.99, 1.01  # of weights
_PLAIN_DIGITS = 21  # in front of the point, up to which JavaScript writes a number out
_PLAIN_ZEROS = 6  # behind the point, up to which it does


def fnv1a32(text: str, start: int = _OFFSET) -> int:
    """The FNV-1a hash, of 32 bits, of a text's UTF-16 code units. `start`: the hash of what stands before it."""
    for unit in text.encode() if text.isascii() else _units(text):
        start = ((start ^ unit) * 0x01000193) & 0xFFFFFFFF  # written out: this line is run fifty times for each experiment
    return start


def bucket(seed: str, value: str, version: int = 2) -> float | None:
    """Where a value falls under a seed, of [0, 1); null where the version is none of the specification's."""
    if version == 2:  # noqa: PLR2004
        return fnv1a32(str(fnv1a32(value, _seeded(seed)))) % 10_000 / 10_000
    if version == 1:
        return fnv1a32(value + seed) % 1000 / 1000
    return None


@lru_cache(1024)
def bucket_ranges(coverage: float, weights: tuple[float, ...]) -> tuple[Range, ...]:
    """Each variant's part of [0, 1): it begins where the weights before it end, whatever the coverage, so that more coverage
    moves nobody. Weights that are none (below 0, or with a sum far from 1) are equal ones.
    """
    covered = min(1.0, max(0.0, coverage))
    begin, ranges = 0.0, []
    for weight in weights if _are_shares(weights) else [1 / len(weights)] * len(weights):
        ranges.append((begin, begin + covered * weight))
        begin += weight
    return tuple(ranges)


def in_range(place: float, within: Range) -> bool:
    """Whether a bucket lies there: the first end belongs to the range, the second does not."""
    return within[0] <= place < within[1]


def choose(place: float, ranges: Sequence[Range]) -> int:
    """The first of the ranges that a bucket lies in; -1 where it is in none."""
    for number, (begin, end) in enumerate(ranges):
        if begin <= place < end:
            return number
    return -1


def hash_value(attribute: Any) -> str | None:
    """An attribute as JavaScript's String() writes it; null where it is nothing, 0, no number or a truth value."""
    if isinstance(attribute, str):
        return attribute or None
    if isinstance(attribute, bool) or not isinstance(attribute, int | float):
        return None
    return number_text(attribute) if attribute and _is_finite(attribute) else None


def number_text(number: float) -> str:
    """A number as ECMAScript writes it: 12.0 is 12, 1e21 is 1e+21, 0.000001 is written out and 1e-7 is not."""
    as_double = float(number)
    if as_double == 0:
        return "0"
    if as_double < 0:
        return f"-{number_text(-as_double)}"
    mantissa, _, exponent = repr(as_double).partition("e")
    whole, _, fraction = mantissa.partition(".")
    led = (whole + fraction).lstrip("0")
    digits = led.rstrip("0")
    point = int(exponent or 0) - len(fraction) + len(led)  # places in front of the point
    if len(digits) <= point <= _PLAIN_DIGITS:
        return digits + "0" * (point - len(digits))
    if 0 < point <= _PLAIN_DIGITS:
        return f"{digits[:point]}.{digits[point:]}"
    if -_PLAIN_ZEROS < point <= 0:
        return f"0.{'0' * -point}{digits}"
    return f"{digits[0]}{'.' if digits[1:] else ''}{digits[1:]}e{'+' if point > 0 else '-'}{abs(point - 1)}"


@lru_cache(1024)
def _seeded(seed: str) -> int:
    return fnv1a32(seed)


def _units(text: str) -> Sequence[int]:
    """UTF-16 code units, whichever way round this machine has its bytes."""
    data = text.encode("utf-16-le", "surrogatepass")
    return [low | high << 8 for low, high in zip(data[::2], data[1::2], strict=True)]


def _are_shares(weights: Sequence[float]) -> bool:
    return all(weight >= 0 for weight in weights) and _LEAST_SUM <= sum(weights) <= _MOST_SUM


def _is_finite(number: float) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:  # a whole number past every double
        return False
