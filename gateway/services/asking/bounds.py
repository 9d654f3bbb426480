"""What a question may say at most, and what no text may hold: checked once, before anything below sees it."""

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from gateway.domain.event import MAX_ID
from gateway.domain.page import ProductFilter
from gateway.errors import BadInput, LimitExceeded

MAX_FILTER_VALUES = 500
MAX_ATTRIBUTES = 50
MAX_JSON = 4096  # bytes
FIRST_YEAR, LAST_YEAR = 1900, 9000  # within what every calendar below can reckon with
_unsound = re.compile("[\0\ud800-\udfff]").search
_MOST_RATING = 1e6  # no scale goes further


def check_text(field: str, values: Iterable[str | None]) -> None:
    """BadInput where a text is too long, holds a NUL, or half a character."""
    if not all(is_sound(value) for value in values if value):
        raise BadInput(f"may have {MAX_ID} characters at most, no NUL and no half of a surrogate pair", field=field)


def is_sound(value: str, most: int = MAX_ID) -> bool:
    """Whether PostgreSQL can keep it, and (by its usual length) an index find it."""
    return len(value) <= most and not _unsound(value)


def page_size(first: int | None, usual: int, most: int) -> int:
    """How many are asked for, as many as usual where nothing is said; BadInput past `most`."""
    if first is None:
        return usual
    if not 1 <= first <= most:
        raise BadInput(f"must be from 1 to {most}", field="first")
    return first


def check_attributes(field: str, told: Any) -> Mapping[str, Any]:
    """An object of 50 names at most, in 4 kB of JSON; BadInput where it is none. Null is an empty one."""
    if told is None:
        return {}
    if not isinstance(told, Mapping) or len(told) > MAX_ATTRIBUTES:
        raise BadInput(f"must be an object of {MAX_ATTRIBUTES} names at most", field=field)
    try:
        text = orjson.dumps(told)
    except TypeError:
        raise BadInput("holds a number past 64 bits, half a character, or too many levels", field=field) from None
    if b"\\u0000" in text:
        raise BadInput("must not contain NUL characters", field=field)
    if len(text) > MAX_JSON:
        raise BadInput(f"may have {MAX_JSON} bytes at most as JSON", field=field)
    return told


def check_filter(wanted: ProductFilter | None) -> None:
    """BadInput or LimitExceeded where a filter says what cannot be."""
    if wanted is None:
        return
    named = [*wanted.attributes.items(), *wanted.without.items()]
    lists = (wanted.brands, wanted.exclude_brands, wanted.category_ids, wanted.exclude_category_ids)
    texts = [text for each in lists for text in each or ()]
    check_text("filter", [*texts, *(name for name, _ in named), *(value for _, values in named for value in values)])
    if len(texts) + sum(len(values) for _, values in named) > MAX_FILTER_VALUES:
        raise LimitExceeded(f"at most {MAX_FILTER_VALUES} values", field="filter")
    if wanted.min_rating is not None and not (math.isfinite(wanted.min_rating) and abs(wanted.min_rating) <= _MOST_RATING):
        raise BadInput("is no rating", field="filter.minRating")
