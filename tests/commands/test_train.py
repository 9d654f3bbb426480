"""endcap train, as a timer or a person runs it."""

import asyncio

import pytest

from tests import shop

pytestmark = pytest.mark.usefixtures("migrated")


@pytest.mark.parametrize("words", [(), ("--due",), ("--rollback", "20260301T020000-4be1a9")])
async def test_a_tenant_that_is_not_there_is_named_beside_those_that_are(endcap, tenant, words):
    said = await asyncio.to_thread(endcap, "train", "--tenant", "acm", *words)
    assert (said.code, said.out) == (1, "")
    assert "there is no tenant 'acm'; tenants: acme" in said.err


async def test_what_is_due_is_trained_and_then_nothing_is(endcap, stores, tenant):
    await shop.stock(stores, tenant.tenant_id)
    await stores.events.add(shop.visits(tenant.tenant_id, 60))
    first = await asyncio.to_thread(endcap, "train", "--due")
    assert (first.code, "acme: release" in first.out, first.err) == (0, True, "")
    assert "no event names a product" not in first.out
    again = await asyncio.to_thread(endcap, "train", "--due")
    assert (again.code, again.out) == (0, "")
    assert "nothing is due" in again.err
