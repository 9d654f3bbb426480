"""Every step that shoppers took in the example shop in the last sixty days."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise
from random import Random

from gateway.demo.aisles import Aisles
from gateway.demo.catalog import GERMANY, SWEDEN, Catalog
from gateway.demo.outing import Outing, take_outing
from gateway.demo.shopper import Shopper, draw_shopper
from gateway.domain.catalog import MarketId
from gateway.domain.event import Event
from gateway.domain.tenant import TenantId
from gateway.domain.visitor import SessionId, UserId, Visitor, VisitorId

SEED = 60
EVENTS = 210_000
DAYS = 60

_REGULARS = 900  # people with an account, who come again
_REGULAR_SHARE = 0.35  # of all sessions
_RUSH = (1, 1, 0, 0, 0, 1, 3, 5, 6, 6, 6, 7, 9, 8, 6, 6, 7, 8, 10, 14, 16, 14, 0, 0)  # sessions by hour; all end before midnight
_SATURDAY = 5


def simulate(catalog: Catalog, tenant_id: TenantId, now: datetime, events: int = EVENTS, seed: int = SEED) -> Iterator[Event]:
    """Exactly so many events, day by day up to the last midnight before `now`; the nth is called `outing.event_id(n)`."""
    rng = Random(seed)
    midnight = last_midnight(now)
    aisles = {market.market_id: Aisles.of(catalog, market.market_id) for market in (SWEDEN, GERMANY)}
    regulars = [draw_shopper(rng, UserId(f"demo-user-{n:04}")) for n in range(_REGULARS)]
    told = sessions = 0
    for days_left, quota in zip(range(DAYS, 0, -1), _quotas(midnight, events), strict=True):
        day_ends = told + quota
        for outing in _day(midnight - timedelta(days=days_left), days_left, aisles, regulars, rng):
            visitor = _visitor(outing.user_id, f"{sessions:06}")
            sessions += 1
            for event in islice(outing.events(tenant_id, visitor, told), day_ends - told):
                yield event
                told += 1
            if told == day_ends:
                break


def _visitor(user_id: UserId | None, number: str) -> Visitor:
    """Whoever has an account comes in the same browser; somebody else is new to it."""
    browser = f"demo-visitor-{user_id.removeprefix('demo-')}" if user_id else f"demo-visitor-{number}"
    return Visitor(session_id=SessionId(f"demo-session-{number}"), user_id=user_id, visitor_id=VisitorId(browser))


def last_midnight(now: datetime) -> datetime:
    """Where the shop's past ends."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _quotas(midnight: datetime, events: int) -> list[int]:
    """How many events each day has: more on weekends, more as the shop grows; together exactly `events`."""
    weights = [
        (1.2 if (midnight - timedelta(days=left)).weekday() >= _SATURDAY else 1.0) * (1.4 - 0.4 * left / DAYS)
        for left in range(DAYS, 0, -1)
    ]
    ends = [0, *(round(sum(weights[: n + 1]) / sum(weights) * events) for n in range(DAYS))]
    return [end - begin for begin, end in pairwise(ends)]


def _day(
    start: datetime, days_left: int, aisles: dict[MarketId, Aisles], regulars: list[Shopper], rng: Random
) -> Iterator[Outing]:
    while True:
        shopper = rng.choice(regulars) if rng.random() < _REGULAR_SHARE else draw_shopper(rng)
        hour = rng.choices(range(24), _RUSH)[0]
        begins = start + timedelta(hours=hour, seconds=rng.randrange(3600))
        yield take_outing(shopper, aisles[shopper.market_id], begins, days_left, rng)
