"""What nobody may do to a shop's figures: make them fail, or fill them with what was never shown."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from gateway.domain import ids
from gateway.domain.attribution import Asked, AttributionKey, AttributionModel
from gateway.domain.catalog import Money
from gateway.domain.tenant import TenantId
from gateway.store.attribution import AttributionStore
from tests.faces.test_attribution import ASK, TELL, Shopper, asked, only, sek

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


async def test_ids_that_were_made_up_count_under_no_placement_and_are_owed_nothing(client):
    anna = Shopper(client)
    (_, product), named = next(iter((await anna.look()).items()))
    await anna.tell("click", recommendationId=named)
    forged = [
        {
            "type": kind, "sessionId": "s1", "productId": product, "placement": f"made-up-{number}", "channel": f"made-up-{number}",
            "market": "se", "recommendationId": made_up(number),
        }
        for number in range(300) for kind in ("impression", "click")
    ]  # fmt: skip
    told = (await client.data(TELL, "storefront", events=forged))["recordEvents"]
    assert told["accepted"] == 600, told
    direct = [{"productId": product, "unitPrice": sek(100)}]
    await anna.tell("purchase", "storefront", orderId="o1", lines=direct, recommendationId=made_up(1))
    for keys in ("PLACEMENT",), ("CHANNEL", "PLACEMENT", "MARKET"):
        real, unknown = await asked(client, *keys)
        assert (real["clicks"], real["orders"], real["unknown"], real["key"]["placement"]) == (1, 1, 0, "home_page.top")
        assert (unknown["impressions"], unknown["clicks"], unknown["orders"], unknown["direct"]) == (0, 0, 0, 0)
        assert (unknown["unknown"], set(unknown["key"].values())) == (600, {None})
    assert await asked(client, model="DIRECT") == [{**(await only(client)), "orders": 0, "units": 0, "revenue": [], "assisted": 1,
                                                    "conversionRate": 0.0}]  # fmt: skip


async def test_ten_thousand_rows_are_answered_and_the_others_in_one(client, stores, shop):
    anna = Shopper(client)
    (_, product), named = next(iter((await anna.look(channel="app")).items()))
    for kind in ("impression", "click"):
        await anna.tell(kind, recommendationId=named)
    await anna.tell("purchase", orderId="o1", productId=product, unitPrice=sek(100))
    await only(client)
    await stores.db.pool.execute(
        "insert into touch_total (tenant_id, day, placement_id, channel, impressions, clicks, unknown)"
        " select $1, current_date, 'home_page.top', 'made-up-' || n, 2, 0, 0 from generate_series(1, 12000) as n",
        shop.tenant_id,
    )
    rows = await asked(client, "CHANNEL")
    assert len(rows) == 10_000
    assert (rows[0]["key"], rows[0]["revenue"], rows[0]["keys"]) == ({"channel": "app"}, [sek(100)], 1)
    last = rows[-1]
    assert (last["key"], last["keys"], last["impressions"]) == ({"channel": None}, 2002, 4004)
    assert sum(row["impressions"] for row in rows) == 24_001


async def test_the_others_in_one_row_are_added_up_whole_with_their_orders_and_money(client, stores, shop):
    await stores.db.pool.execute(
        "insert into touch_total (tenant_id, day, channel, impressions, clicks, unknown)"
        " select $1, current_date - n % 3, 'made-up-' || n, n, 1, 2 from generate_series(1, 50) as n",
        shop.tenant_id,
    )
    await stores.db.pool.execute(
        """insert into credit (tenant_id, order_key, event_id, line, model, kind, day, quantity, revenue_minor, currency,
                               recommendation_id, channel)
           select $1, 'o:' || n, 'e' || n, 0, model, 'ORDER', current_date - n % 3, 2, 100 * n,
                  case n % 2 when 0 then 'SEK' else 'EUR' end, gen_random_uuid(), 'made-up-' || n
           from generate_series(1, 50) as n cross join (values ('CLICK_LAST'), ('CLICK_SESSION'), ('DIRECT')) as of (model)""",
        shop.tenant_id,
    )
    since = datetime.now(UTC).date() - timedelta(days=5)
    by = (AttributionKey.DAY, AttributionKey.CHANNEL)
    asked = Asked(by, AttributionModel.CLICK_LAST, since, since + timedelta(days=9))
    every = {row.key: row for row in await AttributionStore(stores.db).figures(shop.tenant_id, asked)}
    assert len(every) == 50
    assert all(channel.startswith("made-up-") for _, channel in every)
    rows = await AttributionStore(stores.db).figures(shop.tenant_id, replace(asked, most=10))
    assert len(rows) == 10
    assert all(every[row.key] == row for row in rows[:-1])
    assert [row.impressions for row in rows[:-1]] == list(range(50, 41, -1))
    rest = rows[-1]
    assert (rest.key, rest.keys, rest.impressions, rest.clicks, rest.unknown) == ((None, None), 41, 41 * 21, 41, 82)
    assert (rest.orders, rest.direct, rest.units) == (41, 41, 82)
    assert rest.revenue == (Money(100 * sum(range(1, 42, 2)), "EUR"), Money(100 * sum(range(2, 42, 2)), "SEK"))
    assert len(await AttributionStore(stores.db).figures(shop.tenant_id, replace(asked, most=50))) == 50


def made_up(number):
    """An id as the gateway makes them, of an answer that it never gave."""
    return str(ids.recommendation_id(ids.make_view_id(datetime.now(UTC), number.to_bytes(8)), 0, 0))
