"""Puts the example shop into the database, once; what an interruption left undone is done by the next start."""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby, islice
from typing import TypeVar

from gateway.demo.catalog import MARKETS, PRODUCTS, Catalog, build_catalog, categories
from gateway.demo.keys import DemoKeys, are_known, have_keys
from gateway.demo.opening import begin, teach
from gateway.demo.shoppers import DAYS, EVENTS, last_midnight, simulate
from gateway.demo.showing import DAYS_SHOWN, Showcase, Showing
from gateway.demo.tryouts import Tryouts
from gateway.domain.event import Event
from gateway.domain.placement import DEFAULTS, Placement
from gateway.domain.tenant import TenantId
from gateway.errors import Conflict
from gateway.services.hearing.reckon import Reckoner
from gateway.settings import Settings
from gateway.store.exposures import ExposureStore, Told
from gateway.store.reckoning import Reckoning
from gateway.store.shelving import Shelving
from gateway.wiring import Stores

DEMO = TenantId("demo")
NAME = "Endcap Demo"

Piece = TypeVar("Piece")
Tell = Callable[[str, int, int], None]  # what is being written, how much of it is, of how much

_ENTRIES_A_BATCH = 600
_EVENTS_A_BATCH = 5000
_EXPOSED_A_BATCH = 2000
_SETTINGS = {
    "keyless": True,  # the vendor dialects can be tried with nothing but curl
    "page_url_pattern": "/shop/product/{id}",
    "time_zone": "Europe/Stockholm",
    "rates": {"SEK": 1.0, "EUR": 11.3},
}
_MESSAGES = {
    "For you": ("För dig", "Für dich"),
    "Bestsellers": ("Storsäljare", "Bestseller"),
    "Similar products": ("Liknande produkter", "Ähnliche Produkte"),
    "Often bought together": ("Köps ofta tillsammans", "Oft zusammen gekauft"),
    "Popular here": ("Populärt här", "Hier beliebt"),
    "You may also like": ("Du kanske också gillar", "Das könnte dir auch gefallen"),
    "Goes well with your cart": ("Passar till din varukorg", "Passt zu deinem Warenkorb"),
    "For your next visit": ("Till nästa besök", "Für den nächsten Besuch"),
    "Popular from this brand": ("Populärt från märket", "Beliebt von dieser Marke"),
    "Picked for you": ("Utvalt åt dig", "Für dich ausgewählt"),
    "Popular right now": ("Populärt just nu", "Gerade beliebt"),
}


@dataclass(frozen=True, slots=True)
class Size:
    """How much of a shop to make. `keenness`: how much oftener than usual its shoppers look at what is recommended."""

    products: int = PRODUCTS
    events: int = EVENTS
    keenness: float = 1.0


async def seed(
    stores: Stores, settings: Settings, now: datetime, *, size: Size = Size(), tell: Tell = lambda *_: None
) -> DemoKeys:
    """The demo's keys. They are made last, so where they are, the shop is; its past ends at the midnight before `now`."""
    if not await are_known(stores.keys, DEMO):
        await _open_shop(stores)
        catalog = build_catalog(size.products)
        await _fill_shelves(stores, catalog, tell)
        await _bring_shoppers(stores, catalog, await _began(stores) or now, size, tell)
    return await have_keys(stores.keys, DEMO, settings.data_dir)


async def _began(stores: Stores) -> datetime | None:
    """The day an interrupted seeding was of: its shoppers' past goes on from there."""
    row = await stores.db.fetch_one("demo.oldest_event", tenant_id=DEMO)
    return row["oldest"] + timedelta(days=DAYS) if row and row["oldest"] else None


async def _open_shop(stores: Stores) -> None:
    with suppress(Conflict):  # an earlier start came as far as this
        await stores.tenants.create(DEMO, NAME)
    await stores.tenants.change(DEMO, _SETTINGS)
    for market in MARKETS:
        await stores.tenants.upsert_market(DEMO, market)
    await stores.playbooks.add_missing(DEMO, placements())


async def _fill_shelves(stores: Stores, catalog: Catalog, tell: Tell) -> None:
    shelving = Shelving(stores.db)
    await shelving.put_categories(DEMO, categories())
    put = 0
    for batch in _batches(catalog.entries, _ENTRIES_A_BATCH):
        await shelving.put(DEMO, batch)
        put += len(batch)
        tell("products", put, len(catalog.items))


async def _bring_shoppers(stores: Stores, catalog: Catalog, now: datetime, size: Size, tell: Tell) -> None:
    """Their events, day by day, and in the last weeks what was recommended to them by what was tried out."""
    since = last_midnight(now) - timedelta(days=DAYS_SHOWN)
    await _make_room(stores, since)
    ledger, showcase = _Ledger(stores, size.events, tell), None
    days = groupby(simulate(catalog, DEMO, now, size.events), key=lambda event: event.happened_at.date())
    while visits := await asyncio.to_thread(_next_day, days):  # while what was before is written
        if showcase is None and visits[0][0].happened_at >= since:
            await ledger.flush()
            showcase = Showcase(catalog, await _begin(stores, since), size.keenness)
        await ledger.add(visits, [each for visit in visits for each in showcase.showings(visit)] if showcase else [])
    await ledger.close()
    if showcase:
        await teach(stores, DEMO, showcase.learnt_by(last_midnight(now)))


async def _make_room(stores: Stores, since: datetime) -> None:
    days = [(since + timedelta(days=n)).date() for n in range(DAYS_SHOWN)]
    await stores.db.execute("event.ensure_partitions", parent="served_view", days=days)


async def _begin(stores: Stores, since: datetime) -> Tryouts:
    """What is tried out begins: it is held against a past that has been added up."""
    await Reckoner(Reckoning(stores.db)).catch_up([DEMO])
    return await begin(stores, DEMO, since)


class _Ledger:
    """Writes visits and what was shown on them, about 5,000 events at a time, while the next are made. Who was exposed to what is
    told at the end, as another system would tell it: by then it is known of everybody since when they come.
    """

    def __init__(self, stores: Stores, events: int, tell: Tell) -> None:
        self._stores = stores
        self._events = events
        self._tell = tell
        self._told: list[Event] = []
        self._shown: list[Showing] = []
        self._exposed: list[Told] = []
        self._done = 0
        self._writing: asyncio.Task[None] | None = None

    async def add(self, visits: Sequence[Sequence[Event]], shown: Sequence[Showing]) -> None:
        """Visits of a day."""
        self._told += (event for visit in visits for event in visit)
        self._shown += shown
        if len(self._told) >= _EVENTS_A_BATCH:
            await self._turn()

    async def flush(self) -> None:
        """What was added is written when this returns."""
        await self._turn()
        await self._written()

    async def close(self) -> None:
        """All of it is written when this returns."""
        await self.flush()
        exposures = ExposureStore(self._stores.db)
        for batch in _batches(self._exposed, _EXPOSED_A_BATCH):
            await exposures.add(batch)

    async def _turn(self) -> None:
        told, shown, self._told, self._shown = self._told, self._shown, [], []
        await self._written()
        self._writing = asyncio.create_task(self._write(told, shown))

    async def _written(self) -> None:
        if self._writing:
            await self._writing

    async def _write(self, told: Sequence[Event], shown: Sequence[Showing]) -> None:
        await self._stores.events.add([*told, *(event for each in shown for event in each.told)])
        if shown:
            await self._stores.views.add([each.view for each in shown])
        self._exposed += (Told(DEMO, each.exposed, each.told[0].visitor) for each in shown)
        self._done += len(told)
        self._tell("events", self._done, self._events)


def _next_day(days: Iterator[tuple[date, Iterator[Event]]]) -> list[list[Event]]:
    """The visits of a day, in the order in which they began; none where the past is over."""
    for _, told in days:
        visits = (list(visit) for _, visit in groupby(told, key=lambda event: event.visitor.session_id))
        return sorted(visits, key=lambda visit: visit[0].happened_at)
    return []


def placements() -> Iterator[Placement]:
    """Those of every new shop, in the languages of its markets."""
    return map(_translated, DEFAULTS)


def _translated(placement: Placement) -> Placement:
    said = placement.messages[""]
    if said not in _MESSAGES:
        return placement
    swedish, german = _MESSAGES[said]
    return replace(placement, messages={"": said, "sv": swedish, "de": german})


def _batches(pieces: Iterable[Piece], size: int) -> Iterator[list[Piece]]:
    waiting = iter(pieces)
    while batch := list(islice(waiting, size)):
        yield batch
