"""Attribution at scale: a month of millions of touches, made from events; how long it takes to add up, and to be asked.

make bench-attribution
"""

import argparse
import asyncio
import os
import statistics
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time

from gateway.domain.attribution import Asked, AttributionKey, AttributionModel
from gateway.domain.event import Event
from gateway.domain.ids import recommendation_id
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import SessionId, Visitor
from gateway.store.attribution import AttributionStore
from gateway.store.database import open_database
from gateway.store.embedded import embedded_server
from gateway.store.migrate import migrate
from gateway.store.reckoning import Reckoning
from gateway.wiring import Stores

GATE = 0.050  # seconds of a processor, for a question about thirty days
TIMES = 40
BENCH = TenantId("bench")
DAYS = 30

_VIEWS = """
    insert into served_view (tenant_id, view_id, served_at, market_id, locale, channel, session_id, visitor_id, release_id, page, lists)
    select 'bench', id, made_at(id), case n % 3 when 0 then 'de' else 'se' end, 'sv-SE', case n % 4 when 0 then 'app' else 'web' end,
           's' || n / 4, 'v' || n / 8, 'release-' || date_trunc('day', at)::date, '{}',
           jsonb_build_array(
               jsonb_build_object('placement', (array['home_page.top', 'item_page.similar', 'cart_page.together'])[n % 3 + 1],
                                  'products', shown, 'strategies', given, 'levels', levels, 'rules', null, 'variant', 'v' || n / 4 % 4),
               jsonb_build_object('placement', (array['home_page.more', 'item_page.together', 'search_page.top'])[n % 3 + 1],
                                  'products', shown, 'strategies', given, 'levels', levels, 'rules', null, 'variant', 'v' || n / 4 % 4))
    from (select n, now() - interval '1 day' * $2 * n / $1 as at from generate_series(1, $1) as n) as moment
    cross join lateral (select (lpad(to_hex((extract(epoch from at) * 1000)::bigint), 12, '0') || '8'
                                || substr(md5(n::text), 1, 3) || '9' || substr(md5(n::text), 4, 11) || '0000')::uuid as id) as made
    cross join lateral (select jsonb_agg('p' || (n * 7 + k) % 2000) as shown,
                               jsonb_agg((array['similar', 'also_viewed', 'bestsellers', 'personal'])[(n + k) % 4 + 1]) as given,
                               jsonb_agg((array['NONE', 'NONE', 'NEXT_STRATEGY'])[k % 3 + 1]) as levels
                        from generate_series(1, 10) as k) as list
"""
_EVENTS = """
    insert into event (tenant_id, event_id, type, happened_at, session_id, visitor_id, scope, product_id, quantity, unit_price_minor,
                       currency, order_id, recommendation_id, list_id)
    select 'bench', kind || view_id || place, kind, served_at + after, session_id, visitor_id, 'STOREFRONT',
           case when kind in ('add_to_cart', 'purchase') then lists -> 0 -> 'products' ->> 0 end, 1, 9900, 'SEK',
           case when kind = 'purchase' then 'o' || view_id end,
           case when kind = 'click' then recommendation_of(view_id, 1, 1) end,
           case when kind = 'impression' then recommendation_of(view_id, place, 0) end
    from served_view
    cross join (values ('impression', 1, interval '1 second', 1), ('impression', 2, interval '2 seconds', 1),
                       ('click', 1, interval '10 seconds', 10), ('add_to_cart', 1, interval '1 minute', 40),
                       ('purchase', 1, interval '2 minutes', 100)) as step (kind, place, after, one_of)
    where abs(hashtext(view_id::text)) % one_of = 0 and tenant_id = 'bench'
"""


async def measure(url: str, views: int) -> bool:
    """Prints what was measured; whether the gate holds."""
    await migrate(url)
    async with open_database(url, 4) as db:
        stores = Stores.over(db)
        await stores.tenants.create(BENCH, "Bench")
        now = datetime.now(UTC)
        days = [(now - timedelta(days=n - 1)).date() for n in range(DAYS + 2)]
        for parent in ("event", "served_view"):
            await db.execute("event.ensure_partitions", parent=parent, days=days)
        async with db.pool.acquire() as connection:
            await connection.execute(_VIEWS.replace("$1", str(views)).replace("$2", str(DAYS)))
            await connection.execute(_EVENTS)
            await connection.execute("analyze event, served_view")
        started = perf_counter()
        told = await Reckoning(db).rebuild(BENCH)
        seconds = perf_counter() - started
        touches = await db.pool.fetchval("select count(*) from touch")
        await db.pool.execute("analyze touch, touch_total, conversion, credit")
        rows = await db.pool.fetchval("select count(*) from touch_total")
        _say(f"{told:,} events made {touches:,} touches and {rows:,} sums in {seconds:.1f} s: {touches / seconds:,.0f} touches/s")
        await _follow(stores)
    async with open_database(url, 1) as alone:
        pid = await alone.pool.fetchval("select pg_backend_pid()")
        return await _ask(AttributionStore(alone), pid, now)


async def _follow(stores: Stores) -> None:
    """How long a batch of a thousand clicks takes, beside the millions."""
    rows = await stores.db.pool.fetch("select view_id, session_id, served_at from served_view order by served_at desc limit 1000")
    clicks = [
        Event(BENCH, f"c{n}", "click", row["served_at"] + timedelta(minutes=5), Visitor(SessionId(row["session_id"])), "STOREFRONT",
              recommendation_id=recommendation_id(row["view_id"], 1, 3))
        for n, row in enumerate(rows)
    ]  # fmt: skip
    await stores.events.add(clicks)
    started = perf_counter()
    await Reckoning(stores.db).add_up(BENCH)
    _say(f"a batch of 1,000 clicks is added up in {(perf_counter() - started) * 1000:.0f} ms")


async def _ask(store: AttributionStore, pid: int, now: datetime) -> bool:
    fast = True
    keys = AttributionKey
    for by in ((keys.PLACEMENT, keys.STRATEGY), (keys.DAY,), (keys.RELEASE, keys.VARIANT, keys.CHANNEL, keys.RULE), ()):
        asked = Asked(by, AttributionModel.CLICK_LAST, (now - timedelta(days=DAYS)).date(), now.date() + timedelta(days=1))
        await store.figures(BENCH, asked)
        times, worked = [], _worked(pid)
        for _ in range(TIMES):
            started = perf_counter()
            figures = await store.figures(BENCH, asked)
            times.append(perf_counter() - started)
        each = (_worked(pid) - worked) / TIMES
        fast &= each <= GATE
        _say(
            f"by {', '.join(by) or 'nothing'}: {len(figures)} rows in {each * 1000:.1f} ms of a processor; on this machine now "
            f"{statistics.median(times) * 1000:.1f} ms"
        )
    return fast


def _worked(pid: int) -> float:
    """Seconds of a processor that the database's process and this one have used: what else runs on the machine is not among them."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK") + process_time()


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> None:
    """Exits 1 where the gate does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--views", type=int, default=120_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, embedded_server(Path(folder)) as url:
        fast = asyncio.run(measure(url, given.views))
    _say(f"questions within {GATE * 1000:.0f} ms: {'yes' if fast else 'NO'}")
    raise SystemExit(not fast)


if __name__ == "__main__":
    main()
