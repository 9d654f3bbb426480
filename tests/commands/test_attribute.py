"""endcap attribute, as a timer or a person runs it."""

import asyncio
from random import Random

import pytest

from tests.store.reckoned import everything, make_past, some_days_ago

pytestmark = pytest.mark.usefixtures("migrated")


@pytest.fixture
async def told(stores, tenant):
    past = make_past(Random(4), some_days_ago())
    await stores.db.execute(
        "event.ensure_partitions", parent="served_view", days=sorted({v.served_at.date() for v in past.views})
    )
    await stores.views.add(past.views)
    await stores.events.add(past.events)


@pytest.mark.usefixtures("told")
async def test_what_waits_is_added_up_and_then_nothing_does(endcap):
    first = await asyncio.to_thread(endcap, "attribute", "--json")
    assert (first.code, first.err) == (0, "")
    assert first.json["tenant"] == "acme"
    assert first.json["events"] > 20
    again = await asyncio.to_thread(endcap, "attribute")
    assert (again.code, again.out) == (0, "acme: 0 events added up\n")


@pytest.mark.usefixtures("told")
async def test_what_was_made_anew_is_what_was_there(endcap, stores):
    await asyncio.to_thread(endcap, "attribute")
    before = await everything(stores.db)
    said = await asyncio.to_thread(endcap, "attribute", "--rebuild", "--tenant", "acme", "--json")
    assert said.code == 0
    assert said.json["events"] > 20
    assert await everything(stores.db) == before


@pytest.mark.usefixtures("told")
async def test_damaged_figures_are_mended_by_making_them_anew(endcap, stores):
    await asyncio.to_thread(endcap, "attribute")
    before = await everything(stores.db)
    await stores.db.pool.execute(
        "update touch_total set clicks = clicks + 1; delete from credit; delete from touch where kind = 'click'"
    )
    await asyncio.to_thread(endcap, "attribute", "--rebuild")
    assert await everything(stores.db) == before


async def test_a_tenant_that_is_not_there_is_named_beside_those_that_are(endcap, tenant):
    said = await asyncio.to_thread(endcap, "attribute", "--tenant", "acm")
    assert (said.code, said.out) == (1, "")
    assert "there is no tenant 'acm'; tenants: acme" in said.err
