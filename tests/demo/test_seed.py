"""The example shop in the database: made once, completed where it was left, its secrets kept apart."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest

from gateway.demo.catalog import SWEDEN
from gateway.demo.keys import FILE
from gateway.demo.seed import DEMO, NAME, Size, seed
from gateway.domain.placement import DEFAULTS
from gateway.domain.tenant import Scope
from gateway.settings import Settings
from gateway.store.catalog import Shelf

NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
SMALL = Size(products=84, events=6000)
TABLES = (
    "product",
    "product_market",
    "product_locale",
    "category",
    "placement",
    "event",
    "event_key",
    "served_view",
    "visitor_session",
    "shop_user",
    "experiment",
    "experiment_phase",
    "experiment_policy",
    "exposure",
    "audit_log",
)


@pytest.fixture
def settings(tmp_path):
    return Settings(data_dir=tmp_path)


async def rows(stores):
    return {table: await stores.db.pool.fetchval(f"select count(*) from {table}") for table in TABLES}


async def steps(stores):
    """The events of the visits, without those of what was recommended on them."""
    return await stores.db.pool.fetchval("select count(distinct event_id) from event where event_id like 'demo-%'")


async def orders(stores):
    return await stores.db.pool.fetchval("select count(distinct order_id) from event where type = 'purchase'")


async def test_a_seeded_shop_has_everything_a_page_needs(stores, settings):
    await seed(stores, settings, NOW, size=SMALL)
    tenant = await stores.tenants.tenant(DEMO)
    assert (tenant.name, tenant.keyless, tenant.page_url_pattern) == (NAME, True, "/shop/product/{id}")
    assert {m.market_id: m.currency for m in (await stores.tenants.markets(DEMO)).values()} == {"se": "SEK", "de": "EUR"}
    placements = (await stores.playbooks.read(DEMO)).placements
    assert placements.keys() == {p.placement_id for p in DEFAULTS}
    assert all(p.message("sv-SE") != p.message("en") != p.message("de-DE") for p in placements.values())
    found = await rows(stores)
    assert (found["product"], found["category"], await steps(stores)) == (84, 49, 6000)
    assert found["event"] > 6000  # an order's lines are rows of one event
    shelf = Shelf(tenant, SWEDEN, "sv-SE")
    assert {p.title for p in (await stores.catalog.products(shelf, None, ["tents-001-ochre"])).values()} == {
        "Klöver kupoltält, ockra"
    }


async def test_a_second_seeding_changes_nothing_and_takes_no_time(stores, settings):
    keys = await seed(stores, settings, NOW, size=SMALL)
    before, told = await rows(stores), []
    started = perf_counter()
    again = await seed(stores, settings, NOW + timedelta(days=1), size=SMALL, tell=lambda *step: told.append(step))
    assert perf_counter() - started < 10  # not what the first one took
    assert (again, await rows(stores), told) == (keys, before, [])


class Interrupted(Exception):
    pass


@pytest.mark.parametrize(("what", "later"), [("products", 0), ("events", 0), ("events", 1)])
async def test_an_interrupted_seeding_is_completed_by_the_next(stores, settings, what, later):
    def interrupt(told, *_):
        if told == what:
            raise Interrupted

    with pytest.raises(Interrupted):
        await seed(stores, settings, NOW, size=SMALL, tell=interrupt)
    assert not await stores.tenants.keys(DEMO)
    assert 0 < (await rows(stores))["product"] <= 84
    await seed(stores, settings, NOW + timedelta(days=later), size=SMALL)
    assert ((await rows(stores))["product"], await steps(stores)) == (84, 6000)
    assert await orders(stores) > 100
    assert await stores.db.pool.fetchval("select count(*) from experiment_phase") == 3


async def test_progress_is_told_to_the_end(stores, settings):
    told = []
    await seed(stores, settings, NOW, size=SMALL, tell=lambda *step: told.append(step))
    assert ("products", 84, 84) in told
    assert told[-1] == ("events", 6000, 6000)


async def test_the_keys_secrets_are_in_a_private_file_and_only_their_hashes_in_the_database(stores, settings):
    keys = await seed(stores, settings, NOW, size=SMALL)
    file = settings.data_dir / FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert json.loads(file.read_text()) == {"storefront": keys.storefront, "admin": keys.admin}
    scopes = {key.secret_sha256: key.scopes for key in await stores.tenants.keys(DEMO)}
    assert scopes == {
        hashlib.sha256(keys.storefront.encode()).digest(): {Scope.STOREFRONT},
        hashlib.sha256(keys.admin.encode()).digest(): {Scope.ADMIN, Scope.ANALYST},
    }
    assert "ec_" not in repr(keys)


@pytest.mark.parametrize("left", [None, "", "{}", '{"storefront": "ec_old", "admin": "ec_old"}'])
async def test_keys_that_were_lost_or_are_not_the_databases_are_made_anew(stores, settings, left):
    lost = await seed(stores, settings, NOW, size=SMALL)
    file = settings.data_dir / FILE
    file.unlink() if left is None else file.write_text(left)
    before = await rows(stores)
    made = await seed(stores, settings, NOW, size=SMALL)
    assert {made.storefront, made.admin}.isdisjoint({lost.storefront, lost.admin})
    assert await seed(stores, settings, NOW, size=SMALL) == made
    assert await rows(stores) == before
    assert file.stat().st_mode & 0o777 == 0o600
