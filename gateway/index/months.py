"""Days that have gone by become months: fewer files to merge, nothing lost but the day on which something was counted."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import groupby

import duckdb

import sql
from gateway.index.days import Days, Span, whole
from gateway.index.errand import Marks
from gateway.index.increments import AFTER, ORDERS, SEARCHES, SEEN, SOLD, VIEWS, WITHHELD

MANY = 40  # batches; fewer are merged as they lie
_SETTLED = timedelta(days=35)  # charts count the days of the last four weeks one by one

PAIRS = (VIEWS, AFTER, ORDERS)
"""What pairs of products do."""


def look_at(duck: duckdb.DuckDBPyConnection, spans: Iterable[Span]) -> None:
    """Has statements see these spans."""
    told = list(spans)
    duck.execute(sql.training("live"), {"batches": [span.batch for span in told], "ends": [span.ends for span in told]})


def join_months(duck: duckdb.DuckDBPyConnection, days: Days, marks: Marks, many: int = MANY) -> Days:
    """The days with those months joined that are settled and lie in several spans, where there are many batches."""
    if len(days.batches) <= many:
        return days
    newest = max(span.last for span in days.spans)
    old = [span for span in days.spans if _month_end(span.last) < newest - _SETTLED]
    for _, month in groupby(old, key=lambda span: (span.first.year, span.first.month)):
        spans = list(month)
        if len(spans) > 1:
            days = _joined(duck, days, spans, marks)
    return days


def _joined(duck: duckdb.DuckDBPyConnection, days: Days, spans: Sequence[Span], marks: Marks) -> Days:
    span = whole(spans, marks, days.next_batch())
    look_at(duck, spans)
    folder = days.folder / str(span.batch)
    folder.mkdir()
    given = {"batch": span.batch, "ends": span.ends}
    for kind in PAIRS:
        duck.execute(sql.training("whole_pairs"), {**given, "out": str(folder / f"{kind}.parquet"), "kind": kind})
    for kind in (SEEN, SOLD, SEARCHES, WITHHELD):
        duck.execute(sql.training(f"whole_{kind}"), {**given, "out": str(folder / f"{kind}.parquet")})
    return days.joined(spans, span).save()


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
