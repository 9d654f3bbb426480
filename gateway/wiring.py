"""Opens the house: settings in, stores and services out, everything closed again at the end."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

from gateway.settings import Settings
from gateway.store.catalog import CatalogStore
from gateway.store.database import Database, open_database
from gateway.store.embedded import embedded_server
from gateway.store.events import EventStore
from gateway.store.migrate import migrate
from gateway.store.placements import PlacementStore
from gateway.store.releases import ReleaseStore
from gateway.store.tenants import TenantStore
from gateway.store.views import ViewStore


@dataclass(frozen=True, slots=True)
class Stores:
    """Every shelf of the database."""

    db: Database
    catalog: CatalogStore
    events: EventStore
    placements: PlacementStore
    releases: ReleaseStore
    tenants: TenantStore
    views: ViewStore

    @classmethod
    def over(cls, db: Database) -> "Stores":
        """All stores on one database."""
        return cls(
            db=db,
            catalog=CatalogStore(db),
            events=EventStore(db),
            placements=PlacementStore(db),
            releases=ReleaseStore(db),
            tenants=TenantStore(db),
            views=ViewStore(db),
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
