import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from gateway.domain.catalog import ProductId
from gateway.domain.event import Event
from gateway.domain.visitor import SessionId, Visitor
from gateway.store.retention import Keeping, RetentionStore


@pytest.mark.usefixtures("migrated")
async def test_what_is_older_than_a_tenant_keeps_goes_at_once_and_the_doctor_says_when_it_does_not(endcap, stores, tenant):
    old = datetime.now(UTC) - timedelta(days=tenant.retention_days + 5)
    seen = Event(tenant.tenant_id, "e1", "view", old, Visitor(SessionId("s")), "SERVER", product_id=ProductId("boot"))
    await stores.events.add([seen])
    told = await asyncio.to_thread(endcap, "retain")
    assert told.code == 0
    assert "acme: event_key 1, recent_event 1, visitor_session 1" in told.out
    assert f"days that nobody keeps: event_{old:%Y%m%d}" in told.out
    assert (await asyncio.to_thread(endcap, "retain", "--tenant", "acme", "--json")).json == {"tenants": {"acme": {}}, "days": []}
    assert await doctor_says(endcap) == "ok"
    await RetentionStore(stores.db).expire(Keeping(tenant.tenant_id, date(2001, 1, 1), None))
    assert await doctor_says(endcap) == "warn"


async def doctor_says(endcap):
    said = await asyncio.to_thread(endcap, "doctor", "--json")
    return next(each["state"] for each in said.json["findings"] if each["about"] == "retention")
