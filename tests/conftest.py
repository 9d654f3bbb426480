"""A real PostgreSQL: migrated once a session, copied for every test that asks; and the whole server over it."""

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio
from hypothesis import settings

from gateway.domain.catalog import MarketId
from gateway.domain.placement import DEFAULTS
from gateway.domain.tenant import Market, Tenant, TenantId
from gateway.store.database import open_database
from gateway.store.embedded import embedded_server
from gateway.store.migrate import migrate
from gateway.wiring import Stores

pytest_plugins = ["tests.faces.serving", "tests.nights", "tests.console.visiting"]

# The same examples every time, however busy the machine; `--hypothesis-profile=default` looks further.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")

DATA = Path(__file__).parents[2] / "shared" / "data"

LONG = tuple(
    f"tests/{name}"
    for name in (
        "browser/", "chaos/", "commands/", "console/", "demo/", "evaluation/", "experiments/", "test_benchmarks.py", "test_chaos.py",
        "test_crash.py", "test_increments.py", "test_trainer.py",
    )
)  # fmt: skip
"""Where trainers, servers and browsers are started."""

PATIENCE = 10_000  # milliseconds that a page may take here: a busy machine empties none

MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30  # bytes that must be free there

needs_data = pytest.mark.skipif(not DATA.exists(), reason="the real data sets are not beside the checkout")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes minutes is left to `make sweep`, or to whoever names marks. What takes long begins first: of two workers none is
    left with a long file when the other has done.
    """
    if not config.getoption("markexpr"):
        left = {item for item in items if item.get_closest_marker("slow")}
        config.hook.pytest_deselected(items=[item for item in items if item in left])
        items[:] = [item for item in items if item not in left]
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(scope="session")
def server_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL for this run: the one named by ENDCAP_TEST_DATABASE_URL, or an embedded one."""
    if given := os.environ.get("ENDCAP_TEST_DATABASE_URL"):
        yield given
    else:
        with quick_folder(tmp_path_factory) as folder, embedded_server(folder) as url:
            yield url


@contextmanager
def quick_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """In memory where there is room: a database is three hundred files, and a disk takes its time to make and remove them."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        with TemporaryDirectory(prefix="endcap-tests-", dir=MEMORY) as folder:
            yield Path(folder)
    else:
        yield tmp_path_factory.mktemp("server")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def template(server_url: str) -> AsyncIterator[str]:
    """The name of a migrated, empty database that tests copy."""
    name = f"endcap_template_{uuid4().hex[:8]}"
    admin = await asyncpg.connect(server_url)
    if "ENDCAP_TEST_DATABASE_URL" not in os.environ:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):  # processes are killed here, not the machine
            await admin.execute(f"alter system set {setting} = off")
        await admin.execute("select pg_reload_conf()")
    await admin.execute(f"create database {name}")
    await migrate(with_database(server_url, name))
    yield name
    await admin.execute(f"drop database {name} with (force)")
    await admin.close()


@pytest.fixture
async def unmigrated_url(server_url: str) -> AsyncIterator[str]:
    """A database that has seen nothing."""
    name = f"endcap_test_{uuid4().hex[:8]}"
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"create database {name}")
    yield with_database(server_url, name)
    await admin.execute(f"drop database {name} with (force)")
    await admin.close()


@pytest.fixture
async def database_url(server_url: str, copied: str) -> AsyncIterator[str]:
    """A database of the test's own, in the newest shape; with no rows, unless the shop is `rested`."""
    name = f"endcap_test_{uuid4().hex[:8]}"
    admin = await asyncpg.connect(server_url)
    await admin.execute(f"create database {name} template {copied} strategy file_copy")
    yield with_database(server_url, name)
    await admin.execute(f"drop database {name} with (force)")
    await admin.close()


@pytest.fixture
async def stores(database_url: str) -> AsyncIterator[Stores]:
    async with open_database(database_url, 4) as db:
        yield Stores.over(db)


@pytest.fixture
async def tenant(stores: Stores) -> Tenant:
    """A shop, `acme`, with a market in Sweden and one in Germany, and the placements a new tenant starts with."""
    acme = TenantId("acme")
    await stores.tenants.create(acme, "Acme")
    await stores.tenants.upsert_market(acme, Market(MarketId("se"), "SEK", ("sv-SE", "en")))
    await stores.tenants.upsert_market(acme, Market(MarketId("de"), "EUR", ("de-DE",)))
    await stores.playbooks.add_missing(acme, [replace(each, deadline_ms=PATIENCE) for each in DEFAULTS])
    found = await stores.tenants.tenant(acme)
    assert found is not None
    return found


def with_database(url: str, name: str) -> str:
    """The same server, another database."""
    front, mark, query = url.partition("?")
    return front.rpartition("/")[0] + "/" + name + mark + query
