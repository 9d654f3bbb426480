"""Take in what is told in another system's words, live: each event by itself, counted by the name it has there."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from starlette.requests import Request

from gateway.domain.event import WEIGHTS, Event, Refusal
from gateway.domain.tenant import Caller, Scope
from gateway.feeds.heard import Heard, Home
from gateway.services.administering.admit import require_recording
from gateway.services.gateway import Gateway
from gateway.services.hearing.telling import read_event
from gateway.services.hearing.track import MAX_BATCH
from gateway.services.measure import HEARD
from gateway.services.shop import Shop


@dataclass(frozen=True, slots=True)
class Fault:
    """What cannot be used of an event: which of those heard, and where in it, in their words."""

    number: int
    at: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of what was heard. `dropped`: by name, what is no matter of ours. `odd`: of what stands."""

    accepted: int = 0
    duplicates: int = 0
    faults: tuple[Fault, ...] = ()
    dropped: Mapping[str, int] | None = None
    odd: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    at: str
    event: Event | Refusal


def home_of(request: Request, shop: Shop, caller: Caller) -> Home:
    """What an event says by being this shop's: `?market=` names the market where events name none, and a shop has several."""
    markets = shop.markets
    named = request.query_params.get("market")
    only = next(iter(markets)) if len(markets) == 1 else None
    return Home(
        currencies={market.market_id: market.currency for market in markets.values()},
        market=shop.market(named).market_id if named else only,
        own_types=frozenset(shop.event_types).difference(WEIGHTS),
        trusted=caller.may(Scope.SERVER),
    )


async def take_in(request: Request, shop: Shop, caller: Caller, dialect: str, heard: Sequence[Heard]) -> Outcome:
    """Answers once all of it is committed."""
    gateway: Gateway = request.state.gateway
    rows = list(_rows(request, shop, caller, heard))
    accepted = duplicates = 0
    faults: list[Fault] = []
    odd: list[Fault] = []
    for start in range(0, len(rows), MAX_BATCH):
        batch = rows[start : start + MAX_BATCH]
        receipt = await gateway.tracker.record(shop, [row.event for row in batch])
        accepted, duplicates = accepted + len(receipt.accepted), duplicates + receipt.duplicates
        faults += [Fault(batch[each.index].number, batch[each.index].at, each.refusal) for each in receipt.refused]
        odd += [Fault(batch[each.index].number, batch[each.index].at, each.refusal) for each in receipt.warnings]
    for each in heard:
        HEARD.labels(shop.tenant.tenant_id, dialect, each.counted_as, "taken" if each.said else "dropped").inc()
    return Outcome(accepted, duplicates, tuple(faults), _dropped(heard), tuple(odd))


async def look_through(request: Request, shop: Shop, caller: Caller, heard: Sequence[Heard]) -> Outcome:
    """What would be refused of it, and what is odd about the rest; nothing is kept."""
    gateway: Gateway = request.state.gateway
    rows = list(_rows(request, shop, caller, heard))
    faults = [Fault(row.number, row.at, row.event) for row in rows if isinstance(row.event, Refusal)]
    sound = [(row, row.event) for row in rows if isinstance(row.event, Event)]
    odd: list[Fault] = []
    for start in range(0, len(sound), MAX_BATCH):
        batch = sound[start : start + MAX_BATCH]
        refused = gateway.tracker.refusals(shop, [event for _, event in batch])
        faults += [Fault(batch[each.index][0].number, batch[each.index][0].at, each.refusal) for each in refused]
        without = {each.index for each in refused}
        left = [pair for place, pair in enumerate(batch) if place not in without]
        doubts = await gateway.tracker.doubts(shop, [event for _, event in left])
        odd += [Fault(left[each.index][0].number, left[each.index][0].at, each.refusal) for each in doubts]
    return Outcome(faults=tuple(sorted(faults, key=lambda fault: fault.number)), dropped=_dropped(heard), odd=tuple(odd))


def _rows(request: Request, shop: Shop, caller: Caller, heard: Sequence[Heard]) -> Iterator[_Row]:
    require_recording(caller)
    now, agent = datetime.now(UTC), request.headers.get("user-agent")
    for number, each in enumerate(heard):
        for said in each.said:
            told = said.told
            event = told if isinstance(told, Refusal) else read_event(told, caller, shop.tenant, now, agent)
            yield _Row(number, said.at, event)


def _dropped(heard: Sequence[Heard]) -> Mapping[str, int]:
    return Counter(each.name for each in heard if not each.said)
