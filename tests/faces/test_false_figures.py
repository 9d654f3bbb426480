"""What nobody may do to a shop's figures: make them fail, or fill them with what was never shown."""

import asyncio

from gateway.domain.tenant import TenantId
from tests.faces.test_attribution import ASK, TELL, Shopper, only, sek

MOST = 2**53


async def test_a_browser_may_order_a_thousand_of_a_product_and_a_shop_a_million(client):
    for key, quantity, taken in (
        ("storefront", 1000, 1),
        ("storefront", 1001, 0),
        ("server", 1_000_000, 1),
        ("server", 1_000_001, 0),
    ):
        for number, ordered in enumerate(
            ({"lines": [{"productId": "boot", "quantity": quantity}]}, {"productId": "boot", "quantity": quantity})
        ):
            event = {"type": "purchase", "sessionId": "s", "orderId": f"{key}-{quantity}-{number}", **ordered}
            told = (await client.data(TELL, key, events=[event]))["recordEvents"]
            assert told["accepted"] == taken, (key, quantity, told)
            if key == "storefront" and not taken:
                assert told["errors"][0]["field"] == ("quantity" if number else "lines.0.quantity")
                assert "1,000" in told["errors"][0]["message"]


async def test_orders_of_billions_of_pieces_at_any_price_are_answered(client, stores, shop):
    anna = Shopper(client)
    (_, product), named = next(iter((await anna.look()).items()))
    await anna.tell("click", recommendationId=named)
    line = {"productId": product, "quantity": 1_000_000, "unitPrice": {"minorUnits": MOST - 1, "currency": "SEK"}}
    for number in range(6):
        await anna.tell("purchase", orderId=f"o{number}", lines=[line] * 400)
    await stores.tenants.change(TenantId(shop.tenant_id), {"rates": {"EUR": 1e-300, "SEK": 1.0}})
    row = await only(client)
    assert row["units"] == 6 * 400 * 1_000_000 > 2**31
    assert row["revenue"] == [sek(MOST)]
    for _ in range(50):
        answer = await client.ask(ASK, "admin", by=[], model="CLICK_LAST", currency="EUR")
        if not answer.get("errors"):
            break
        await asyncio.sleep(0.05)  # the server hears of the rates
    assert answer["data"]["attribution"][0]["revenue"] == [{"minorUnits": MOST, "currency": "EUR"}]


async def test_sights_past_two_to_the_thirty_first_are_answered(client, stores):
    anna = Shopper(client)
    named = next(iter((await anna.look()).values()))
    await anna.tell("impression", recommendationId=named)
    await anna.tell("click", recommendationId=named)
    await only(client)
    await stores.db.pool.execute("update touch_total set impressions = 3000000000, clicks = 9100000000000000")
    row = await only(client)
    assert (row["impressions"], row["clicks"]) == (3_000_000_000, MOST)
