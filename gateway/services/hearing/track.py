"""Take events in: each is accepted, recognised as a duplicate, or refused with a reason."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from msgspec import structs

from gateway.domain.event import BLOCKED, Event, Refusal, find_fault, placed, settle_time
from gateway.domain.identity import FIELDS
from gateway.errors import LimitExceeded
from gateway.services.hearing.gather import Gatherer
from gateway.services.hearing.spot import Spotter, note_unknown
from gateway.services.measure import EVENTS, UNTIED
from gateway.services.shop import Shop

MAX_BATCH = 1000


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """Which event of the batch was refused, and why."""

    index: int
    event_id: str | None
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a batch, once it is committed. `accepted`: the places of the events that were new. `warnings`: what is odd
    about accepted events, as products that the catalog does not hold, or ids that lead to another user than the event's.
    """

    accepted: frozenset[int]
    duplicates: int
    refused: tuple[RefusedRow, ...]
    warnings: tuple[RefusedRow, ...] = ()


class Tracker:
    """Checks events and keeps them; the receipt comes after the commit."""

    def __init__(self, gatherer: Gatherer, spotter: Spotter) -> None:
        self._gatherer = gatherer
        self._spotter = spotter

    async def record(self, shop: Shop, told: Sequence[Event | Refusal]) -> Receipt:
        """Takes a batch in. A `Refusal` stands for a row that its face could not read; it keeps its place."""
        checked = self._look_through(shop, told)
        good = [(place, event) for place, event in enumerate(checked) if isinstance(event, Event)]
        rotating = any(placement.rotation for placement in shop.playbook.placements.values())
        kept = await self._gatherer.keep([event for _, event in good], rotating=rotating)
        for number in kept.blocked:
            checked[good[number][0]] = BLOCKED
        refused = _refused(told, checked)
        duplicates = len(good) - len(kept.fresh) - len(kept.blocked)
        _count(shop, {"accepted": len(kept.fresh), "duplicate": duplicates, "refused": len(refused)})
        untied = [_untied(good[number], place) for number, place in kept.untied]
        if untied:
            UNTIED.labels(shop.tenant.tenant_id).inc(len(untied))
        odd = await self._spotter.oddities(shop, [good[number] for number in sorted(kept.fresh)])
        note_unknown(shop, odd)
        warnings = sorted((*untied, *_rows(odd)), key=lambda row: row.index)
        return Receipt(frozenset(good[number][0] for number in kept.fresh), duplicates, refused, tuple(warnings))

    def refusals(self, shop: Shop, told: Sequence[Event]) -> tuple[RefusedRow, ...]:
        """What `record` would refuse of a batch; nothing is kept."""
        return _refused(told, self._look_through(shop, told))

    async def doubts(self, shop: Shop, told: Sequence[Event]) -> tuple[RefusedRow, ...]:
        """What `record` would warn of in a batch whose events can be kept; nothing is."""
        return tuple(_rows(await self._spotter.oddities(shop, list(enumerate(told)), surely=True)))

    def _look_through(self, shop: Shop, told: Sequence[Event | Refusal]) -> list[Event | Refusal]:
        if len(told) > MAX_BATCH:
            raise LimitExceeded(f"a batch may have {MAX_BATCH} events at most, not {len(told)}", field="events")
        now = datetime.now(UTC)
        return [self._check(shop, each, now) for each in told]

    def _check(self, shop: Shop, told: Event | Refusal, now: datetime) -> Event | Refusal:
        if isinstance(told, Refusal):
            return told
        moment = settle_time(told.happened_at, now, timedelta(days=shop.tenant.retention_days), trusted=told.trusted)
        if isinstance(moment, Refusal):
            return moment
        if told.market_id is not None and told.market_id not in shop.markets:
            there = ", ".join(sorted(shop.markets)) or "none yet"
            return Refusal("market", "UNKNOWN_MARKET", f"there is no market {told.market_id!r}; markets: {there}")
        if fault := find_fault(told, shop.event_types):
            return fault
        return placed(told if moment == told.happened_at else structs.replace(told, happened_at=moment))


def _untied(told: tuple[int, Event], place: int) -> RefusedRow:
    at, event = told
    message = "leads to another user than the event's, and goes on doing so; the event is kept"
    return RefusedRow(at, event.event_id, Refusal(FIELDS[event.visitor.identities[place].kind], "CONFLICT", message))


def _rows(odd: Sequence[tuple[int, Event, Refusal]]) -> Iterator[RefusedRow]:
    return (RefusedRow(place, event.event_id, refusal) for place, event, refusal in odd)


def _refused(told: Sequence[Event | Refusal], checked: Sequence[Event | Refusal]) -> tuple[RefusedRow, ...]:
    return tuple(
        RefusedRow(place, each.event_id if isinstance(each, Event) else None, refusal)
        for place, (each, refusal) in enumerate(zip(told, checked, strict=True))
        if isinstance(refusal, Refusal)
    )


def _count(shop: Shop, outcomes: Mapping[str, int]) -> None:
    for outcome, number in outcomes.items():
        if number:
            EVENTS.labels(shop.tenant.tenant_id, outcome).inc(number)
