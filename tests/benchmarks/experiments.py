"""Experiments at scale: millions of events of a million units, added up as they come; how long that takes, a recount, and a result.

make bench-experiments (EVENTS=10000000)
"""

import argparse
import asyncio
import os
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import orjson

from gateway.domain.metric import measures_of
from gateway.domain.tenant import TenantId
from gateway.store import reckoning
from gateway.store.database import Database, Session, open_database
from gateway.store.embedded import embedded_server
from gateway.store.experiments import ExperimentStore
from gateway.store.folding import ToldOf, fold
from gateway.store.migrate import migrate
from gateway.store.recounting import Recounting
from gateway.store.results import ResultStore
from gateway.wiring import Stores

BENCH = TenantId("bench")
DAYS = 21
EVENTS_A_UNIT = 10
SLICE = 5_000  # units that come together: a minute or two of a large shop
RESULT_GATE = 0.050  # seconds for everything that a result needs
FOLD_GATE = 30_000  # events a second of a processor
TIMES = 40

_EXPERIMENT = """
    insert into experiment (tenant_id, key, name, status, placements, unit, coverage, variants, mode, updated_by)
    values ('bench', 'bench', 'Bench', 'RUNNING', '{item_page.similar}', 'SESSION', 1,
            '[{"key": "a", "name": "a", "weight": 0.5, "parameters": {}}, {"key": "b", "name": "b", "weight": 0.5, "parameters": {}}]',
            'FIXED', 'bench')
    returning experiment_id
"""
_SESSIONS = """
    insert into visitor_session (tenant_id, session_id, visitor_id, started_at, last_seen)
    select 'bench', 's' || n, 'v' || n, at, at + interval '5 minutes'
    from generate_series($1::int, $2::int) as n, lateral (select $3::timestamptz + n * $4::interval as at) as moment
"""
_VIEWS = """
    insert into served_view (tenant_id, view_id, served_at, market_id, locale, session_id, visitor_id, page, latency_ms, lists)
    select 'bench', md5(n::text)::uuid, at, 'se', 'sv-SE', 's' || n, 'v' || n, '{}', 8 + n % 20,
           jsonb_build_array(jsonb_build_object('placement', 'item_page.similar', 'strategy', 'similar', 'products', (
               select jsonb_agg('p' || (n * 7 + k) % 2000) from generate_series(1, 8) as k)))
    from generate_series($1::int, $2::int) as n, lateral (select $3::timestamptz + n * $4::interval as at) as moment
"""
_EXPOSURES = """
    insert into exposure (tenant_id, experiment_id, phase, unit, variant, exposed_at, source, market_id, device, page_type, returning_one)
    select 'bench', $5, 1, 's' || n, abs(hashtext(n::text)) % 2, at, 'HASH', case n % 3 when 0 then 'de' else 'se' end,
           case n % 4 when 0 then 'DESKTOP' else 'PHONE' end, 'ITEM', n % 5 = 0
    from generate_series($1::int, $2::int) as n, lateral (select $3::timestamptz + n * $4::interval as at) as moment
"""
_DUE = "insert into unit_due select 'bench', $1, 1, 's' || n from generate_series($2::int, $3::int) as n"
_HAPPENED = """
    insert into event (tenant_id, event_id, type, happened_at, session_id, visitor_id, scope, product_id, quantity, unit_price_minor,
                       currency, order_id, batch_id)
    select 'bench', n || '-' || k, case when k <= 6 then 'impression' when k = 7 then 'click' when k = 8 and n % 3 = 0 then 'add_to_cart'
                                        when k = 9 and n % 10 = 0 then 'purchase' else 'view' end,
           at + k * interval '20 seconds', 's' || n, 'v' || n, 'STOREFRONT', 'p' || (n * 7 + k) % 2000, 1, 1000 + n % 5000, 'SEK',
           case when k = 9 and n % 10 = 0 then 'o' || n end, n / 100 + 1
    from generate_series($1::int, $2::int) as n, generate_series(1, 10) as k,
         lateral (select $3::timestamptz + n * $4::interval as at) as moment
"""
_BATCHES = """
    insert into event_batch (batch_id, tenant_id, day)
    select distinct batch_id, tenant_id, (happened_at at time zone 'UTC')::date
    from event
    where tenant_id = 'bench' and batch_id between $1::int / 100 + 1 and $2::int / 100 + 1 and happened_at >= $3 and happened_at < $4
"""


async def measure(url: str, units: int) -> bool:
    """Prints what was measured; whether the gates hold."""
    await migrate(url)
    async with open_database(url, 4) as db:
        number = await _open(db)
        watch = await _follow(db, number, units)
        rate = units * EVENTS_A_UNIT / watch.worked
        _say(
            f"{units * EVENTS_A_UNIT:,} events of {units:,} units added up for the experiment in {watch.worked:.1f} s of a processor "
            f"({watch.seconds:.1f} s on this machine now): {rate:,.0f} events/s"
        )
        await db.pool.execute("vacuum analyze unit_metric, exposure, experiment_total")
        seconds = await _read(db)
        _say(f"everything a result needs is read in {seconds * 1000:.1f} ms")
        started = perf_counter()
        (stretch,) = await Recounting(db).stretches(BENCH, "bench")
        found = await Recounting(db).recount(BENCH, stretch, mend=False)
        _say(f"a recount of {found.units:,} units found {found.wrong} differences in {perf_counter() - started:.1f} s")
        return rate >= FOLD_GATE and seconds <= RESULT_GATE and found.wrong == 0


async def _open(db: Database) -> int:
    await Stores.over(db).tenants.create(BENCH, "Bench")
    number: int = await db.pool.fetchval(_EXPERIMENT)
    frozen = orjson.loads(orjson.dumps(measures_of([], {"SEK": 1.0})))
    await db.pool.execute(
        "insert into experiment_phase (experiment_id, phase, seed, started_at, measures) values ($1, 1, 'seed', now() - $2::interval, $3)",
        number,
        timedelta(days=DAYS),
        frozen,
    )
    days = [(datetime.now(UTC) - timedelta(days=n - 2)).date() for n in range(DAYS + 4)]
    for parent in ("event", "served_view"):
        await db.execute("event.ensure_partitions", parent=parent, days=days)
    return number


async def _follow(db: Database, number: int, units: int) -> "_Watch":
    """Everything comes in slices, as it would of a shop, and is added up after each; how long the experiment's part took."""
    begins, step = datetime.now(UTC) - timedelta(days=DAYS), timedelta(days=DAYS) / units
    watch = _Watch()
    reckoning.fold = watch.fold  # type: ignore[assignment]
    try:
        for first in range(0, units, SLICE):
            last = min(first + SLICE, units) - 1
            async with db.pool.acquire() as connection, connection.transaction():
                for text in (_SESSIONS, _VIEWS, _HAPPENED):
                    await connection.execute(text, first, last, begins, step)
                await connection.execute(_EXPOSURES, first, last, begins, step, number)
                await connection.execute(_DUE, number, first, last)
                since, until = begins + first * step, begins + last * step + timedelta(hours=1)
                await connection.execute(_BATCHES, first, last, since, until)
            if first % (SLICE * 20) == 0:
                await db.pool.execute(
                    "analyze event, served_view, visitor_session, exposure, unit_metric, conversion, credit, experiment_total"
                )
            while BENCH in await reckoning.Reckoning(db).waiting():
                await reckoning.Reckoning(db).add_up(BENCH)
    finally:
        reckoning.fold = fold
    return watch


class _Watch:
    """How long the experiment's part of adding up takes."""

    def __init__(self) -> None:
        self.seconds = self.worked = 0.0

    async def fold(self, session: Session, tenant_id: TenantId, told: list[ToldOf]) -> int:
        pid = session.connection.get_server_pid()
        started, worked = perf_counter(), _worked(pid)
        units = await fold(session, tenant_id, told)
        self.seconds += perf_counter() - started
        self.worked += _worked(pid) - worked
        return units


def _worked(pid: int) -> float:
    """Seconds of a processor that the database's process and this one have used: what else runs on the machine is not among them."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK") + process_time()


async def _read(db: Database) -> float:
    kept = await ExperimentStore(db).one(BENCH, "bench")
    assert kept is not None
    times = []
    for _ in range(TIMES):
        started = perf_counter()
        await ResultStore(db).evidence(BENCH, kept.experiment, datetime.now(UTC))
        times.append(perf_counter() - started)
    return median(times)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Exits 1 where a gate does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, embedded_server(Path(name)) as url:
        sys.exit(not asyncio.run(measure(url, asked.events // EVENTS_A_UNIT)))


if __name__ == "__main__":
    main()
