"""What somebody asked to be forgotten leaves the sums too: batches are written anew without the rows of days that changed."""

import duckdb

import sql
from gateway.index.days import Days
from gateway.index.months import look_at


def cleanse(duck: duckdb.DuckDBPyConnection, days: Days) -> Days:
    """The same days in batches that hold nothing else. The old ones go when this is saved."""
    look_at(duck, days.spans)
    for batch in days.batches:
        fresh = days.next_batch()
        folder = days.folder / str(fresh)
        folder.mkdir()
        for path in sorted((days.folder / str(batch)).glob("*.parquet")):
            given = {"batch": batch, "fresh": fresh, "kind": path.stem, "out": str(folder / path.name)}
            duck.execute(sql.training("live_rows"), given)
        days = days.moved(batch, fresh)
    return days
