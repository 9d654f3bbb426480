"""Facets: how many of the products that a request may show say what."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class FacetKind(StrEnum):
    """How a facet is counted."""

    TERM = "TERM"
    RANGE = "RANGE"
    DYNAMIC_RANGE = "DYNAMIC_RANGE"


@dataclass(frozen=True, slots=True)
class Range:
    """From its lower bound up to, not including, its upper one; null is open. Money is in its smallest unit."""

    least: float | None = None
    below: float | None = None


@dataclass(frozen=True, slots=True)
class FacetAsk:
    """One facet as it is asked. `field`: one of `FIELDS`, or attributes.x. `most`: values, or ranges, at most."""

    field: str
    kind: FacetKind
    most: int
    ranges: tuple[Range, ...] = ()


@dataclass(frozen=True, slots=True)
class Bucket:
    """A value, or a range, and how many products are in it. `value`: what a filter would say; null for a range."""

    label: str
    count: int
    value: str | None = None
    range: Range = Range()


@dataclass(frozen=True, slots=True)
class Facet:
    """What was counted of one field."""

    field: str
    buckets: Sequence[Bucket] = ()


FIELDS = ("brand", "category", "price", "rating", "onSale", "itemType", "genre")
"""What can be counted, beside `attributes.x`."""

NUMBERS = ("price", "rating")
"""The fields that have ranges; so has an attribute, as far as its values are numbers."""
