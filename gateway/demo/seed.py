"""Puts the example shop into the database, once; what an interruption left undone is done by the next start."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby, islice
from typing import TypeVar

from gateway.demo.catalog import MARKETS, PRODUCTS, Catalog, build_catalog, categories
from gateway.demo.keys import DemoKeys, are_known, have_keys
from gateway.demo.shoppers import DAYS, EVENTS, last_midnight, simulate
from gateway.demo.showing import DAYS_SHOWN, Showcase
from gateway.domain.event import Event
from gateway.domain.placement import DEFAULTS, Placement
from gateway.domain.tenant import TenantId
from gateway.errors import Conflict
from gateway.settings import Settings
from gateway.store.shelving import Shelving
from gateway.wiring import Stores

DEMO = TenantId("demo")
NAME = "Endcap Demo"

Piece = TypeVar("Piece")
Tell = Callable[[str, int, int], None]  # what is being written, how much of it is, of how much

_ENTRIES_A_BATCH = 600
_EVENTS_A_BATCH = 5000
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
    """How much of a shop to make."""

    products: int = PRODUCTS
    events: int = EVENTS


async def seed(
    stores: Stores, settings: Settings, now: datetime, *, size: Size = Size(), tell: Tell = lambda *_: None
) -> DemoKeys:
    """The demo's keys. They are made last, so where they are, the shop is; its past ends at the midnight before `now`."""
    if not await are_known(stores.keys, DEMO):
        await _open_shop(stores)
        catalog = build_catalog(size.products)
        await _fill_shelves(stores, catalog, tell)
        await _bring_shoppers(stores, catalog, await _began(stores) or now, size.events, tell)
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
    await stores.playbooks.add_missing(DEMO, map(_translated, DEFAULTS))


async def _fill_shelves(stores: Stores, catalog: Catalog, tell: Tell) -> None:
    shelving = Shelving(stores.db)
    await shelving.put_categories(DEMO, categories())
    put = 0
    for batch in _batches(catalog.entries, _ENTRIES_A_BATCH):
        await shelving.put(DEMO, batch)
        put += len(batch)
        tell("products", put, len(catalog.items))


async def _bring_shoppers(stores: Stores, catalog: Catalog, now: datetime, events: int, tell: Tell) -> None:
    """Their events, visit by visit, and what was recommended to them in the last weeks."""
    since = last_midnight(now) - timedelta(days=DAYS_SHOWN)
    showcase = Showcase.of(catalog, since)
    await _make_room(stores, since)
    done = 0
    for visits in _visits(simulate(catalog, DEMO, now, events), _EVENTS_A_BATCH):
        showings = [each for visit in visits for each in showcase.showings(visit)]
        if showings:
            await stores.views.add([each.view for each in showings])
        told = [event for visit in visits for event in visit]
        await stores.events.add([*told, *(event for each in showings for event in each.told)])
        done += len(told)
        tell("events", done, events)


async def _make_room(stores: Stores, since: datetime) -> None:
    days = [(since + timedelta(days=n)).date() for n in range(DAYS_SHOWN)]
    await stores.db.execute("event.ensure_partitions", parent="served_view", days=days)


def _visits(events: Iterable[Event], size: int) -> Iterator[list[list[Event]]]:
    """Whole visits, so many that they have about `size` events together."""
    waiting: list[list[Event]] = []
    for _, visit in groupby(events, key=lambda event: event.visitor.session_id):
        waiting.append(list(visit))
        if sum(map(len, waiting)) >= size:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


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
