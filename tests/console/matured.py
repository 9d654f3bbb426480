"""An experiment that has run for two weeks: who got what, what they did, and that the new list does sell more."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from random import Random

import orjson

from gateway.domain.catalog import MarketId, Money, ProductId
from gateway.domain.event import Event
from gateway.domain.experiment import AssignmentSource, Exposed
from gateway.domain.metric import measures_of
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import SessionId, Visitor
from gateway.store.database import Database
from gateway.store.events import EventStore
from gateway.store.exposures import ExposureStore, Told

KEY = "matured"
UNITS = 3000
BUYS = (0.10, 0.16)
DAYS = 14


async def mature(db: Database, tenant_id: TenantId, mode: str = "GROUP_SEQUENTIAL", planned: int = 4000) -> None:
    """Writes it; whoever adds up does so once a server runs."""
    start = datetime.combine(datetime.now(UTC).date() - timedelta(days=DAYS + 1), time(9), UTC)  # all is over at any hour
    number = await _experiment(db, tenant_id, start, mode, planned)
    rng = Random(3)
    told = [_exposure(tenant_id, number, n, start) for n in range(UNITS)]
    happened = [event for each in told for event in _doings(tenant_id, each, rng)]
    events = EventStore(db)
    for at in range(0, len(happened), 900):
        await events.add(happened[at : at + 900])
    for at in range(0, UNITS, 500):
        await ExposureStore(db).add(told[at : at + 500])


async def _experiment(db: Database, tenant_id: TenantId, start: datetime, mode: str, planned: int) -> int:
    variants = [{"key": "control", "name": "Bestsellers", "weight": 0.5, "parameters": {"strategies": ["BESTSELLERS"]}},
                {"key": "personal", "name": "Personal", "weight": 0.5, "parameters": {"strategies": ["PERSONAL"]}}]  # fmt: skip
    number = await db.pool.fetchval(
        "insert into experiment (tenant_id, key, name, hypothesis, status, placements, unit, coverage, variants, goals, guardrails, mode,"
        " planned_units, window_hours, updated_by) values ($1, $2, 'Personal list on the home page', 'People buy what they like.', 'RUNNING',"
        " '{home_page.top}', 'SESSION', 1, $3, '{conversion,revenue_per_unit}', $4, $5, $6, 24, 'test') returning experiment_id",
        tenant_id, KEY, variants, [{"metric": "average_order_value", "margin": 0.05}], mode, planned,
    )  # fmt: skip
    await db.pool.execute(
        "insert into experiment_phase (experiment_id, phase, seed, started_at, measures) values ($1, 1, 'seed', $2, $3)",
        number,
        start,
        orjson.loads(orjson.dumps(measures_of((), {"SEK": 1.0, "EUR": 11.5}))),
    )
    return number


def _exposure(tenant_id: TenantId, number: int, n: int, start: datetime) -> Told:
    at = start + (DAYS - 1) * timedelta(days=1) * n / UNITS
    market, device = ("se", "de")[n // 2 % 2], ("PHONE", "DESKTOP")[n // 4 % 2]
    session = SessionId(f"m-{n}")
    exposed = Exposed(
        number, 1, session, n % 2, at, AssignmentSource.HASH, propensity=0.5, market_id=market, device=device, page_type="home"
    )
    return Told(tenant_id, exposed, Visitor(session))


def _doings(tenant_id: TenantId, told: Told, rng: Random) -> Iterator[Event]:
    exposed, session = told.exposed, told.exposed.unit

    def did(kind: str, minutes: int, **more) -> Event:
        at = exposed.exposed_at + timedelta(minutes=minutes)
        return Event(
            tenant_id, f"{session}-{kind}", kind, at, told.visitor, "SERVER", ProductId("boot"), market_id=MarketId("se"), **more
        )

    yield did("impression", 1)
    buys = rng.random() < BUYS[exposed.variant]
    if buys or rng.random() < 0.2:
        yield did("click", 2)
        yield did("add_to_cart", 3)
    if buys:
        yield did("purchase", 9, order_id=f"o-{session}", quantity=1, unit_price=Money(rng.randint(20_000, 150_000), "SEK"))
