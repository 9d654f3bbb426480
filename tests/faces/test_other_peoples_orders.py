"""Whoever is forgotten takes only what is theirs along: orders of others stay what they are, whatever a browser had claimed."""

from gateway.domain.tenant import TenantId
from gateway.store.reckoning import Reckoning
from tests.faces.annas_past import found, reckon
from tests.faces.persons import at
from tests.faces.test_events import tell

ERASE = """mutation ($by: IdentityInput!) { eraseUser(by: $by) { rows } }"""
ORDERS = "select order_id, sum(quantity) as bought, sum(refunded) as back, max(session_id) as session from analytics.order_lines group by 1"
EVIL = {"sessionId": "evil-session"}


def bought(minutes, order="G-100", product="boot", **who):
    line = {"productId": product, "quantity": 2, "unitPrice": {"minorUnits": 5000, "currency": "SEK"}}
    return {"id": f"bought-{minutes}", "type": "purchase", "orderId": order, "time": at(minutes), **line, **who}


def returned(minutes, order="G-100", **who):
    return {"type": "refund", "orderId": order, "productId": "boot", "quantity": 1, "time": at(minutes), **who}


async def stands(client, stores):
    """Each order as it stands, the same as when it is made anew."""
    await reckon(stores)
    rows = [tuple(row) for row in await client.rows(ORDERS)]
    await Reckoning(stores.db).rebuild(TenantId("acme"))
    assert [tuple(row) for row in await client.rows(ORDERS)] == rows
    return {order: told for order, *told in rows}


async def test_an_order_that_a_stranger_had_named_keeps_its_id_and_is_found_by_its_refund(client, stores):
    await tell(client, bought(0, userId="victim", sessionId="victim-session"), key="server")
    await tell(client, bought(1, product="wax", **EVIL), {**returned(2), **EVIL})
    await reckon(stores)
    before = await client.rows("select * from event where user_id = 'victim'")
    await client.data(ERASE, key="server", by=EVIL)
    assert await client.rows("select * from event where user_id = 'victim'") == before
    assert await found(client, "evil-session") == set()
    assert await stands(client, stores) == {"G-100": [2, 0, "victim-session"]}
    await tell(client, returned(3, userId="erp"), key="server")
    assert await stands(client, stores) == {"G-100": [2, 1, "victim-session"]}


async def test_an_order_that_is_told_after_the_claim_is_not_touched_either(client, stores):
    await tell(client, bought(1, **EVIL))
    await tell(client, bought(0, userId="victim"), key="server")
    await client.data(ERASE, key="server", by=EVIL)
    assert await stands(client, stores) == {"G-100": [2, 0, None]}


async def test_of_two_browsers_that_name_one_order_each_has_its_own_once_one_is_forgotten(client, stores):
    await tell(client, bought(0, sessionId="kind-session"), bought(1, **EVIL))
    assert await stands(client, stores) == {"G-100": [4, 0, "kind-session"]}
    await client.data(ERASE, key="server", by=EVIL)
    orders = await stands(client, stores)
    assert orders.pop("G-100") == [2, 0, "kind-session"]
    assert [told[:2] for told in orders.values()] == [[2, 0]]


async def test_an_order_that_the_shop_told_of_someone_goes_with_them_whole(client, stores):
    await tell(client, bought(0, userId="anna"), returned(1, userId="erp"), key="server")
    await tell(client, bought(2, **EVIL))
    before = await stands(client, stores)
    assert list(before) == ["G-100"]
    await client.data(ERASE, key="server", by={"userId": "anna"})
    assert await found(client, "anna", "G-100") == set()
    assert list((await stands(client, stores)).values()) == list(before.values())


async def test_what_the_shop_gave_back_of_another_s_order_stays_with_that_order(client, stores):
    await tell(client, bought(0, userId="bob"), returned(1, userId="anna"), key="server")
    await client.data(ERASE, key="server", by={"userId": "anna"})
    assert await found(client, "anna") == set()
    assert await stands(client, stores) == {"G-100": [2, 1, None]}
