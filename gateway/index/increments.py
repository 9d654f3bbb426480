"""From a file of events to sums by day, in a batch of files of their own: nothing that was read before is read again."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

import sql
from gateway.domain.search_term import normalised
from gateway.index.days import EPOCH
from gateway.index.visits import Pairs, Steps, pairs_of, visits_of, without_machines

VIEWS, AFTER, ORDERS = "views", "after", "orders"
SEEN, SOLD, SEARCHES, WITHHELD = "seen", "sold", "searches", "withheld"


def read_events(duck: duckdb.DuckDBPyConnection, path: Path, days: Mapping[date, str] | None) -> tuple[list[date], Pairs, Pairs]:
    """Makes the tables `told`, `step` and `event` of a file; the days that are its own, and what pairs pull: looked at together,
    and bought after a look.

    `days`: those that are the file's own, null for all. Rows of others are the half hour before one of them.
    """
    duck.execute(sql.training("told"), {"path": str(path)})
    there = [EPOCH + timedelta(days=day) for (day,) in duck.execute(sql.training("told_days")).fetchall()]
    own = sorted(days) if days is not None else there
    steps = without_machines(_steps(duck, own))
    visits = visits_of(steps)
    marked = {"source": steps.source, "part": visits.part, "withheld": visits.withheld, "own": steps.own}
    duck.register("marked", {**marked, "place": np.arange(len(steps.source))})
    duck.execute(sql.training("step"))
    duck.execute(sql.training("event"))
    duck.unregister("marked")
    return own, *pairs_of(steps, visits)


def write_batch(duck: duckdb.DuckDBPyConnection, folder: Path, together: Pairs, after: Pairs) -> None:
    """Writes the sums of what was read last into `folder`, whose name is the number of the batch."""
    folder.mkdir(parents=True)
    for kind, pairs in ((VIEWS, together), (AFTER, after)):
        columns = {name: getattr(pairs, name) for name in Pairs.__slots__}
        duck.register("pairs", columns)
        _copy(duck, "day_pairs", folder, kind)
        duck.unregister("pairs")
    for kind in (ORDERS, SEEN, SOLD, WITHHELD):
        _copy(duck, f"day_{kind}", folder, kind)
    typed = [term for (term,) in duck.execute(sql.training("typed")).fetchall()]
    _copy(duck, f"day_{SEARCHES}", folder, SEARCHES, raw=typed, told=[normalised(term) for term in typed])


def _copy(duck: duckdb.DuckDBPyConnection, name: str, folder: Path, kind: str, **given: object) -> None:
    duck.execute(sql.training(name), {"batch": int(folder.name), "out": str(folder / f"{kind}.parquet"), **given})


def _steps(duck: duckdb.DuckDBPyConnection, own: list[date]) -> Steps:
    found = duck.execute(sql.training("ordered")).fetchnumpy()
    numbers: NDArray[np.int64] = np.array([(day - EPOCH).days for day in own], np.int64)
    moment = found["moment"]
    return Steps(
        owner=found["visitor"],
        session=found["session"],
        chosen=found["chosen"],
        moment=moment,
        own=np.isin((moment // 86_400).astype(np.int64), numbers),
        product=found["number"],
        weight=found["weight"],
        bought=found["bought"],
        half_life=found["half_life"],
        source=found["source"],
    )
