"""Opens the house: settings in, stores and services out, everything closed again at the end."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from gateway.services.administering.administer import Administrator
from gateway.services.administering.restore import Restorer
from gateway.services.answering.attend import Attendant
from gateway.services.answering.bulk import Bulk
from gateway.services.answering.explain import Explainer
from gateway.services.answering.freshen import Freshener
from gateway.services.answering.recommend import Recommender
from gateway.services.answering.remember import Rememberer
from gateway.services.asking.browse import Browser
from gateway.services.broadcast import Broadcaster
from gateway.services.clock import again_and_again
from gateway.services.deciding.curate import Curator
from gateway.services.deciding.decide import Decider
from gateway.services.experimenting.analyse import Analyst
from gateway.services.experimenting.assign import Assigner
from gateway.services.experimenting.evaluate import Evaluator
from gateway.services.experimenting.laboratory import Laboratory
from gateway.services.experimenting.look import Looker
from gateway.services.experimenting.mark import Marker
from gateway.services.experimenting.recount import Recounter
from gateway.services.experimenting.tune import Tuner
from gateway.services.experimenting.witness import Witness
from gateway.services.follow import Follower
from gateway.services.gateway import Gateway
from gateway.services.health import Doctor
from gateway.services.hearing.attribute import Attributor
from gateway.services.hearing.gather import Gatherer
from gateway.services.hearing.reckon import Reckoner
from gateway.services.hearing.spot import Spotter
from gateway.services.hearing.track import Tracker
from gateway.services.hearing.usher import Usher
from gateway.services.hearing.watch import Watcher
from gateway.services.hearing.weigh import Weigher
from gateway.services.knowing.forget import Forgetter
from gateway.services.knowing.introduce import Introducer
from gateway.services.knowing.prefer import Preferrer
from gateway.services.knowing.recall import Recaller
from gateway.services.knowing.retain import Retainer
from gateway.services.notice import Noticer
from gateway.services.seats import Seats
from gateway.services.shelving.collect import Collector
from gateway.services.shelving.oversee import Overseer
from gateway.services.shelving.shelve import Shelver
from gateway.services.shift import Shift
from gateway.services.shop import Shops
from gateway.settings import Settings
from gateway.store.arrivals import ArrivalStore
from gateway.store.attribution import AttributionStore
from gateway.store.catalog import CatalogStore
from gateway.store.database import Database, open_database
from gateway.store.decisions import DecisionStore
from gateway.store.embedded import embedded_server, revive
from gateway.store.event_types import EventTypeStore
from gateway.store.events import EventStore
from gateway.store.experiments import ExperimentStore
from gateway.store.exposures import ExposureStore
from gateway.store.facets import FacetStore
from gateway.store.feeds import FeedStore
from gateway.store.goods import GoodsStore
from gateway.store.keys import KeyStore
from gateway.store.lists import ListStore
from gateway.store.migrate import migrate
from gateway.store.newcomers import NewcomerStore
from gateway.store.people import PeopleStore
from gateway.store.playbook import PlaybookStore
from gateway.store.privacy import PrivacyStore
from gateway.store.reckoning import Reckoning
from gateway.store.recounting import Recounting
from gateway.store.releases import ReleaseStore
from gateway.store.results import ResultStore
from gateway.store.retention import RetentionStore
from gateway.store.shelving import Shelving
from gateway.store.stickiness import StickyStore
from gateway.store.tastes import TasteStore
from gateway.store.tenants import TenantStore
from gateway.store.training import TrainingStore
from gateway.store.views import ViewStore
from gateway.store.visitors import VisitorStore
from gateway.strategies.repertoire import load_repertoire

_HOUR = 3600
_MOMENT = 5


@dataclass(frozen=True, slots=True)
class Stores:
    """Every shelf of the database."""

    db: Database
    catalog: CatalogStore
    decisions: DecisionStore
    event_types: EventTypeStore
    events: EventStore
    facets: FacetStore
    goods: GoodsStore
    keys: KeyStore
    lists: ListStore
    people: PeopleStore
    playbooks: PlaybookStore
    releases: ReleaseStore
    tastes: TasteStore
    tenants: TenantStore
    views: ViewStore
    visitors: VisitorStore

    @classmethod
    def over(cls, db: Database) -> "Stores":
        """All stores on one database."""
        return cls(
            db=db,
            catalog=CatalogStore(db),
            decisions=DecisionStore(db),
            event_types=EventTypeStore(db),
            events=EventStore(db),
            facets=FacetStore(db),
            goods=GoodsStore(db),
            keys=KeyStore(db),
            lists=ListStore(db),
            people=PeopleStore(db),
            playbooks=PlaybookStore(db),
            releases=ReleaseStore(db),
            tastes=TasteStore(db),
            tenants=TenantStore(db),
            views=ViewStore(db),
            visitors=VisitorStore(db),
        )


@contextmanager
def database_url(settings: Settings) -> Iterator[str]:
    """The database that the settings name, or the embedded one, running."""
    if settings.database_url:
        yield settings.database_url
    else:
        with embedded_server(settings.data_dir) as url:
            yield url


@asynccontextmanager
async def open_stores(settings: Settings) -> AsyncIterator[Stores]:
    """The stores over a database in its newest shape."""
    with database_url(settings) as url:
        await migrate(url)
        async with open_database(url, settings.pool_size) as db:
            yield Stores.over(db)


@dataclass(frozen=True, slots=True)
class Crew:
    """Who works behind the counter while the gateway is open."""

    collector: Collector
    follower: Follower
    freshener: Freshener
    gatherer: Gatherer
    looker: Looker
    noticer: Noticer
    reckoner: Reckoner
    recounter: Recounter
    rememberer: Rememberer
    retainer: Retainer
    shift: Shift
    tuner: Tuner

    @classmethod
    def over(cls, stores: Stores, settings: Settings, shops: Shops) -> "Crew":
        """All of them, on the same stores."""
        return cls(
            collector=Collector(FeedStore(stores.db), settings),
            follower=Follower(stores.db, shops, releases_folder(settings), load_repertoire, settings.refresh_seconds),
            freshener=Freshener(NewcomerStore(stores.db), shops, settings.refresh_seconds),
            gatherer=Gatherer(stores.events, settings.event_queue, settings.event_seconds),
            looker=Looker(Analyst(ExperimentStore(stores.db), ResultStore(stores.db)), shops),
            noticer=Noticer(stores.keys, shops.uses),
            reckoner=Reckoner(Reckoning(stores.db)),
            recounter=Recounter(Recounting(stores.db)),
            rememberer=Rememberer(stores.views, settings.view_queue, settings.view_flush_ms / 1000),
            retainer=Retainer(RetentionStore(stores.db)),
            shift=Shift(TrainingStore(stores.db), settings),
            tuner=Tuner(stores.db),
        )

    def work(self) -> Iterator[Coroutine[None, None, None]]:
        """What each of them does until it is told to stop."""
        return (getattr(self, each.name).run() for each in fields(self))

    async def close(self) -> None:
        """Writes what waits, at the end."""
        await self.gatherer.close()
        await self.rememberer.close()
        await self.noticer.write()


@asynccontextmanager
async def open_gateway(settings: Settings, shops: Shops) -> AsyncIterator[Gateway]:
    """Everything a server needs, with its background work, which keeps `shops`; at the end what waits is written."""
    async with open_stores(settings) as stores:
        crew = Crew.over(stores, settings, shops)
        await stores.events.make_room_ahead(datetime.now(UTC))
        await crew.follower.refresh()
        with ThreadPoolExecutor(2, thread_name_prefix="find") as threads:
            gateway = _furnished(settings, shops, stores, crew, threads)
            async with asyncio.TaskGroup() as tasks:
                work = (*crew.work(), _keep_room(stores), _keep_embedded(settings))
                background = [tasks.create_task(each) for each in work]
                yield gateway
                for task in background:
                    task.cancel()
            await crew.close()


def _furnished(settings: Settings, shops: Shops, stores: Stores, crew: Crew, threads: Executor) -> Gateway:
    """Every service, over what it needs."""
    assigner = Assigner(StickyStore(stores.db), Marker(exposures := ExposureStore(stores.db)))
    return Gateway(
        shops=shops,
        recommender=(recommender := Recommender(stores.goods, stores.visitors, crew.rememberer, threads, assigner)),
        assigner=assigner,
        attendant=Attendant(recommender, tracker := Tracker(crew.gatherer, Spotter(Shelving(stores.db)))),
        bulk=Bulk(recommender, stores.facets),
        evaluator=Evaluator(assigner),
        explainer=Explainer(
            stores.goods, stores.visitors, stores.views, stores.playbooks, releases_folder(settings), load_repertoire, assigner
        ),
        browser=Browser(stores.catalog),
        tracker=tracker,
        witness=Witness(exposures),
        usher=Usher(shops, stores.catalog, tracker),
        curator=Curator(stores.lists, stores.tastes),
        preferrer=Preferrer(stores.tastes, recaller := Recaller(stores.people, stores.tastes)),
        recaller=recaller,
        introducer=Introducer(stores.people, recaller),
        forgetter=Forgetter(PrivacyStore(stores.db)),
        decider=Decider(stores.decisions, crew.follower.catch_up),
        shelver=Shelver(Shelving(stores.db), crew.follower.catch_up),
        administrator=Administrator(stores.tenants, stores.keys, crew.follower.catch_up),
        weigher=Weigher(stores.event_types, crew.follower.catch_up),
        watcher=Watcher(arrivals := ArrivalStore(stores.db)),
        attributor=Attributor(AttributionStore(stores.db)),
        laboratory=(laboratory := Laboratory.over(stores.db, crew.follower.catch_up)),
        broadcaster=Broadcaster(laboratory.analyst, arrivals, Seats()),
        overseer=Overseer(FeedStore(stores.db)),
        restorer=Restorer(stores.releases, releases_folder(settings), crew.follower.catch_up),
        doctor=Doctor(stores.db, shops, crew.rememberer),
    )


def releases_folder(settings: Settings) -> Path:
    """Where the trained releases lie, a folder a tenant."""
    return settings.data_dir / "releases"


def sums_folder(settings: Settings) -> Path:
    """Where the sums of days lie from which releases are trained, a folder a tenant."""
    return settings.data_dir / "sums"


async def _keep_room(stores: Stores) -> None:
    """Partitions of the days to come, made ahead every hour; and what writers left for the trainer, added up."""

    async def look() -> None:
        await stores.events.make_room_ahead(datetime.now(UTC))
        await TrainingStore(stores.db).settle()

    said = "no partitions could be made; the next hour is early enough, three days are made ahead"
    await again_and_again(look, _HOUR, lost=said, failed=said)


async def _keep_embedded(settings: Settings) -> None:
    """The embedded server, where there is one, is started again when it has died."""
    if settings.database_url is None:
        said = "the embedded PostgreSQL cannot be started again"
        await again_and_again(lambda: asyncio.to_thread(revive, settings.data_dir), _MOMENT, lost=said, failed=said)
