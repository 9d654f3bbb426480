"""Somebody's past: three sessions, two devices, a login, and of each table something; what is found of it, and what a shop counts."""

import asyncio

from gateway.store.reckoning import Reckoning
from tests.faces.persons import BOB, UPSERT, at, login, looked
from tests.faces.test_events import tell

PAGE = """query ($visitor: VisitorInput!) { placements(ids: ["home_page.top"], market: "se", visitor: $visitor,
  page: {searchTerm: "secret wish", referrer: "https://mail.example/wish-of-anna?of=crm-7"}) { viewId placements { items { recommendationId product { id } } } } }"""
LISTS = """mutation ($lists: [CuratedListInput!]!) { upsertLists(lists: $lists) { accepted } }"""
PREFER = """mutation ($by: IdentityInput!, $id: ID!) {
  setPreference(by: $by, kind: PRODUCT, ids: [$id], action: LIKE) { id } }"""
MAIL, PHONE = "anna@shop.example", "46701234567"
HERS = ("session-1", "session-2", "session-3", "anna-id", "visitor-1", "visitor-2", MAIL, PHONE, "crm-7", "contact-9",
        "order-77", "secret wish", "gift-note", "event-of-anna", "wish-of-anna")  # fmt: skip
"""What must not be found of her, once she is forgotten."""


async def found(client, *values):
    """Where any of these values stands: every column of every table is read."""
    tables = await client.rows("""
        select relname as name from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition""")
    assert len(tables) > 30
    there = set()
    for (name,) in tables:
        rows = await client.rows(
            f"""select distinct field, needle from "{name}" as kept, jsonb_each_text(to_jsonb(kept)) as each (field, said), unnest($1::text[]) as needle
                where strpos(said, needle) > 0""",
            list(values),
        )
        there |= {(f"{name}.{row['field']}", row["needle"]) for row in rows}
    return there


async def settle(client):
    """Views are written, and what happened is added up."""
    for _ in range(1500):
        await asyncio.sleep(0.02)
        if await client.rows("select 1 from served_view limit 1"):
            return


async def live(client, stores):
    """Anna's past: three sessions on two devices and a login, and of each table something. Bob shares the second device."""
    anna = {"userId": "anna-id"}
    await client.data(
        UPSERT, key="server",
        users=[{**anna, "email": MAIL, "phone": PHONE, "externalId": "crm-7", "contactId": "contact-9", "attributes": {"tier": "gift-note"}},
               {**BOB, "email": "bob@shop.example"}],
    )  # fmt: skip
    first, second = {"sessionId": "session-1", "visitorId": "visitor-1"}, {"sessionId": "session-2", "visitorId": "visitor-1"}
    third = {"sessionId": "session-3", "visitorId": "visitor-2"}
    page = (await client.data(PAGE, visitor=first))["placements"]
    await client.data(PAGE, key="server", visitor={**second, **anna})
    shown = page["placements"][0]["items"][0]
    await settle(client)
    await tell(
        client,
        {**looked("boot", 0, **first), "id": "event-of-anna", "properties": {"note": "gift-note"}},
        {"type": "click", "recommendationId": shown["recommendationId"], "productId": shown["product"]["id"], "time": at(1), **first},
        {"type": "search", "searchTerm": "secret wish", "time": at(2), **second},
        {**login(3, **second), **anna},
        {"type": "purchase", "orderId": "order-77", "time": at(4), **second, **anna, "lines": [
            {"productId": shown["product"]["id"], "quantity": 2, "unitPrice": {"minorUnits": 5000, "currency": "SEK"}},
            {"productId": "wax", "unitPrice": {"minorUnits": 900, "currency": "SEK"}}]},
        {"type": "refund", "orderId": "order-77", "productId": "wax", "time": at(5), "userId": "erp"},
        looked("lace", 6, **third),
        {**login(7, **third), **anna},
        {"type": "not_interested", "productId": "sneaker", "time": at(8), **third, **anna},
        looked("wax", 9, email=MAIL),
        {**login(10, **third), **BOB},
        looked("boot", 11, **third),
        key="server",
    )  # fmt: skip
    await tell(client, looked("wax", 12, userId="anna-id", sessionId="stranger"))  # a browser's claim: not hers
    await client.data(PREFER, key="server", by={"sessionId": "session-1"}, id="boot")
    lists = [{"id": "for-her", "user": anna, "products": [{"productId": "wax"}]}]
    await client.data(LISTS, key="admin", lists=lists)
    await client.ask(UPSERT, key="server", users=[{**BOB, "email": MAIL}])  # refused, and noted
    await reckon(stores)
    return page["viewId"], shown["recommendationId"]


async def reckon(stores):
    reckoning = Reckoning(stores.db)
    for tenant_id in await reckoning.waiting():
        while await reckoning.add_up(tenant_id):
            pass


async def totals(client):
    """What a shop counts: events by day, type and product, orders and revenue, sessions, and what recommendations are owed."""
    counts = await client.rows("""
        select happened_at::date as day, type, product_id, market_id, count(*), sum(quantity) as units, sum(quantity * unit_price_minor) as revenue,
               count(distinct order_id) as orders, count(distinct view_id) as views, count(distinct session_id) filter (where type <> 'login') as sessions
        from event group by 1, 2, 3, 4 order by 1, 2, 3, 4""")
    views = await client.rows("select served_at::date, market_id, lists::text from served_view order by 1, 2, 3")
    owed = await client.rows("""
        select model, kind, day, sum(quantity), sum(revenue_minor), count(*) from credit group by 1, 2, 3 order by 1, 2, 3""")
    touched = await client.rows("select day, placement_id, strategy, impressions, clicks from touch_total order by 1, 2, 3")
    return [[tuple(row) for row in rows] for rows in (counts, views, owed, touched)]
