"""The same event id may have been told of several people: whoever is forgotten takes only what is made of their own events along."""

import asyncio

import asyncpg
import pytest

from gateway.domain import ids
from gateway.domain.identity import Identity, IdentityKind
from gateway.domain.tenant import TenantId
from gateway.store.privacy import PrivacyStore, Wish
from gateway.store.reckoning import Reckoning
from tests.faces.annas_past import found, reckon
from tests.faces.persons import START, at, looked
from tests.faces.test_events import tell
from tests.faces.test_other_peoples_orders import ERASE, EVIL, stands

ANNA, BOB = {"userId": "anna-id", "sessionId": "annas-session"}, {"userId": "bob", "sessionId": "bobs-session"}
MADE = ("order_entry", "conversion", "credit", "touch_stray")


def order(name, minutes, **who):
    line = {"productId": "boot", "quantity": 2, "unitPrice": {"minorUnits": 5000, "currency": "SEK"}}
    return {"id": "same-id", "type": "purchase", "orderId": name, "time": at(minutes), "lines": [line], **who}


async def made_of(client, needle):
    """What stands of somebody in the tables that are made of events."""
    return {
        table: [
            tuple(row)
            for row in await client.rows(f"select * from {table} t where t::text like $1 order by t::text", f"%{needle}%")
        ]
        for table in MADE
    }


@pytest.mark.parametrize("minutes", [0, 1])
async def test_two_orders_told_with_one_event_id_stay_two_people_s(client, stores, minutes):
    await tell(client, order("A-1", 0, **ANNA), order("B-1", minutes, **BOB), key="server")
    await tell(client, {**order("C-1", minutes, sessionId="carols-session"), "id": "same-id"})
    before = await stands(client, stores)
    bobs, carols = await made_of(client, "bob"), await made_of(client, "carols-session")
    assert bobs["order_entry"]
    assert bobs["conversion"]
    await client.data(ERASE, key="server", by={"userId": "anna-id"})
    assert await made_of(client, "bob") == bobs
    assert await made_of(client, "carols-session") == carols
    assert await found(client, "anna", "A-1") == set()
    after = await stands(client, stores)
    assert {"B-1", "C-1"} < set(after)
    assert sorted(told[:2] for told in after.values()) == sorted(told[:2] for told in before.values())


async def test_an_order_that_a_browser_named_with_the_shop_s_own_event_id_keeps_the_shop_s_word(client, stores):
    await tell(client, {**order("G-1", 0, **BOB), "lines": None, "productId": "boot", "quantity": 2}, key="server")
    await tell(client, {**order("G-1", 0, **EVIL), "lines": None, "productId": "wax", "quantity": 1})
    before = await stands(client, stores)
    await client.data(ERASE, key="server", by=EVIL)
    assert await stands(client, stores) == before
    assert await found(client, "evil-session") == set()


async def test_a_purchase_without_an_order_that_a_browser_named_too_stays_the_shop_s(client, stores):
    bought = {"id": "same-id", "type": "purchase", "productId": "boot", "quantity": 2, "time": at(0)}
    await tell(client, {**bought, **BOB}, key="server")
    await tell(client, {**bought, "productId": "wax", **EVIL})
    await reckon(stores)
    sold = "select product_id, quantity, user_id from conversion order by 1, 2"
    before = [tuple(row) for row in await client.rows(sold)]
    assert before == [("boot", 2, "bob")]
    await client.data(ERASE, key="server", by=EVIL)
    await reckon(stores)
    assert [tuple(row) for row in await client.rows(sold)] == before
    await Reckoning(stores.db).rebuild(TenantId("acme"))
    assert [tuple(row) for row in await client.rows(sold)] == before
    assert await found(client, "evil-session") == set()


async def test_clicks_with_one_event_id_that_wait_for_their_answers_stay_two_people_s(client, stores):
    for n, who in enumerate((ANNA, BOB)):
        await tell(client, {"id": "same-id", "type": "click", "time": at(n), "recommendationId": made_up(n), **who}, key="server")
    await reckon(stores)
    bobs = (await made_of(client, "bob"))["touch_stray"]
    assert len(bobs) == 1
    await client.data(ERASE, key="server", by={"userId": "anna-id"})
    assert (await made_of(client, "bob"))["touch_stray"] == bobs
    assert await found(client, "anna") == set()


async def test_what_was_added_up_while_someone_was_forgotten_is_forgotten_too(client, stores, database_url):
    await tell(client, order("A-1", 0, **ANNA), looked("boot", 1, **ANNA), key="server")
    wish = Wish(Identity(IdentityKind.USER, "anna-id"), whole=True, blocked=False, actor="test")
    slow = await asyncpg.connect(database_url)
    async with slow.transaction():
        await slow.execute("lock table recent_event in share mode")  # which is forgotten last
        forgetting = asyncio.create_task(PrivacyStore(stores.db).forget(TenantId("acme"), wish))
        for _ in range(1500):
            if await slow.fetch("select 1 from pg_locks where relation = 'recent_event'::regclass and not granted"):
                break
            await asyncio.sleep(0.01)
        await Reckoning(stores.db).add_up(TenantId("acme"))
    await slow.close()
    assert (await forgetting).rows["event"] >= 2
    assert [told[:2] for told in (await stands(client, stores)).values()] == [[2, 0]]
    assert await found(client, "anna", "A-1", "same-id") == set()


def made_up(number):
    """A recommendation of an answer that is nowhere kept."""
    return str(ids.recommendation_id(ids.make_view_id(START, number.to_bytes(8)), 0, 0))
