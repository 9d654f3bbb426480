"""Count what requests may show: facets as they are asked, and what came of them."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from gateway.domain.catalog import CategoryId, Money
from gateway.domain.currency import in_units
from gateway.domain.facet import FIELDS, NUMBERS, Bucket, Facet, FacetAsk, FacetKind, Range
from gateway.domain.tenant import Market
from gateway.errors import BadInput, LimitExceeded
from gateway.services.asking.bounds import is_sound
from gateway.services.shop import Shop
from gateway.store.facets import Counted

MAX_FACETS = 20
MAX_BUCKETS = 100
_MOST_BOUND = 2**53  # up to there a float holds every whole number
TERMS, RANGES = 20, 5  # buckets where none are asked for


def check_facets(facets: Sequence[FacetAsk]) -> None:
    """BadInput or LimitExceeded, with the field, where something cannot be counted."""
    if len(facets) > MAX_FACETS:
        raise LimitExceeded(f"at most {MAX_FACETS} facets a request, not {len(facets)}", field="facets")
    for number, facet in enumerate(facets):
        at = f"facets.{number}"
        named = facet.field.startswith("attributes.") and facet.field != "attributes."
        if not (named and is_sound(facet.field)) and facet.field not in FIELDS:
            raise BadInput(f"is none of {', '.join(FIELDS)}, attributes.NAME", field=f"{at}.field")
        if facet.kind is not FacetKind.TERM and not named and facet.field not in NUMBERS:
            raise BadInput(f"has no ranges; {', '.join(NUMBERS)} and attributes have", field=f"{at}.kind")
        if not 1 <= facet.most <= MAX_BUCKETS:
            raise BadInput(f"must be from 1 to {MAX_BUCKETS}", field=f"{at}.{_MOST[facet.kind]}")
        if facet.kind is FacetKind.RANGE and not 1 <= len(facet.ranges) <= MAX_BUCKETS:
            raise BadInput(f"from 1 to {MAX_BUCKETS} ranges are to be given", field=f"{at}.ranges")
        if not all(_is_bound(bound) for each in facet.ranges for bound in (each.least, each.below) if bound is not None):
            raise BadInput("a bound is a number of 2^53 at most", field=f"{at}.ranges")


def facets_of(shop: Shop, market: Market, asked: Sequence[FacetAsk], counted: Counted) -> tuple[Facet, ...]:
    """What was counted, as buckets in the order asked for: values by their count, ranges by their bounds."""
    found = zip(asked, counted["facets"], strict=True)
    return tuple(Facet(each.field, tuple(_buckets(shop, market, each, told))) for each, told in found)


def _is_bound(bound: float) -> bool:
    return math.isfinite(bound) and abs(bound) <= _MOST_BOUND


def _buckets(shop: Shop, market: Market, asked: FacetAsk, told: Any) -> Iterator[Bucket]:
    if asked.kind is FacetKind.TERM:
        leading = sorted(_values(shop, asked, told).items(), key=lambda pair: (-pair[1], pair[0]))[: asked.most]
        yield from (Bucket(_label(shop, asked.field, value), count, value) for value, count in leading)
    elif asked.kind is FacetKind.RANGE:
        for each, count in zip(asked.ranges, told, strict=True):
            yield Bucket(_span(market, asked.field, each), count, range=each)
    else:
        bounds = [None, *told["bounds"], None]
        for place, (least, below) in enumerate(pairwise(bounds)):
            each = Range(least, below)
            if count := told["counts"].get(str(place)):
                yield Bucket(_span(market, asked.field, each), count, range=each)


def _values(shop: Shop, asked: FacetAsk, told: Sequence[Mapping[str, Any]]) -> Counter[str]:
    """How many products say each value; a category counts for those above it too, as it does in a filter."""
    counts: Counter[str] = Counter()
    for row in told:
        [said] = row["values"] if isinstance(row["values"], list) and len(row["values"]) == 1 else [row["values"]]
        values: Sequence[Any] = said if isinstance(said, list) else [said]
        if asked.field == "category":
            values = shop.categories.with_ancestors(CategoryId(value) for value in values)
        counts.update({_text(value): row["count"] for value in values})
    return counts


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _label(shop: Shop, field: str, value: str) -> str:
    category = shop.categories.get(CategoryId(value)) if field == "category" else None
    return category.name if category else value


def _span(market: Market, field: str, span: Range) -> str:
    """`10–20`, `< 10`, `≥ 20`, or `*` where both ends are open; money in units of the currency."""
    least, below = (None if bound is None else _number(market, field, bound) for bound in (span.least, span.below))
    if least is None:
        return "*" if below is None else f"< {below}"
    return f"≥ {least}" if below is None else f"{least}–{below}"


def _number(market: Market, field: str, bound: float) -> str:
    return f"{in_units(Money(round(bound), market.currency)):f}" if field == "price" else f"{bound:g}"


_MOST = {FacetKind.TERM: "count", FacetKind.RANGE: "ranges", FacetKind.DYNAMIC_RANGE: "maxRanges"}
