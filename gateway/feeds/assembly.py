"""Rows brought together as products, batch by batch; what cannot be used goes to the refusals."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import orjson

from gateway.feeds.dialects.dialect import Dialect, Line
from gateway.feeds.entries import Listed, Lister
from gateway.feeds.heap import Heap
from gateway.feeds.refusals import Refusals, Unusable
from gateway.feeds.staging import Staged

_BATCH = 2_000  # products a transaction
_ROWS = 2_000  # rows at a time out of DuckDB


def assembled(
    staged: Staged, heap: Heap, dialect: Dialect, lister: Lister, refusals: Refusals
) -> Iterator[tuple[int, list[Listed]]]:
    """How many rows went into each batch, and its products: those of a family together, so never in two batches."""
    rows = 0
    listed: list[Listed] = []
    flat = (row for batch in staged.batches("ordered_catalog", _ROWS) for row in batch)
    for _, same in groupby(flat, key=lambda row: row[5] or row[0]):
        family = list(same)
        rows += len(family)
        listed += _family(family, heap, dialect, lister, refusals)
        if len(listed) >= _BATCH:
            yield rows, listed
            rows, listed = 0, []
    yield rows, listed


def _family(
    family: Sequence[tuple[Any, ...]], heap: Heap, dialect: Dialect, lister: Lister, refusals: Refusals
) -> Iterator[Listed]:
    """Products whose rows go together; one that cannot be read is refused with all its lines."""
    lines = [
        Line(line, orjson.loads(heap.at(place, size)), first if product_id else line)
        for line, product_id, place, size, first, _ in family
    ]
    for offered in dialect.products(lines, lister):
        try:
            _check_first(offered.lines[0])
            yield offered.read()
        except Unusable as unusable:
            for line in offered.lines:
                refusals.add(line.number, unusable.refusal, line.told)


def _check_first(line: Line) -> None:
    if line.number != line.first:
        raise Unusable("product_id", "REPEATED", f"this product stands on line {line.first} already")
