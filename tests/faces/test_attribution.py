"""From the answer to the order: what GraphQL says recommendations led to."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gateway.domain import ids
from gateway.store.database import open_database
from gateway.store.reckoning import Reckoning
from tests.faces.serving import reckoned

SHOWN = """
query ($session: ID, $user: ID, $visitor: ID, $channel: String) {
  placements(ids: ["home_page.top", "home_page.more"], market: "se", channel: $channel,
             visitor: {sessionId: $session, userId: $user, visitorId: $visitor}) {
    viewId placements { id listId items { recommendationId strategy product { id } } }
  }
}"""
TELL = "mutation ($events: [EventInput!]!) { recordEvents(events: $events) { accepted errors { field message } } }"
ASK = """
query ($by: [AttributionKey!]!, $model: AttributionModel!, $from: DateTime, $to: DateTime, $currency: String) {
  attribution(by: $by, model: $model, from: $from, to: $to, currency: $currency) {
    key impressions clicks carts orders units revenue { minorUnits currency } unconverted { minorUnits currency }
    assisted direct unknown keys clickThroughRate conversionRate
  }
}"""


class Shopper:
    """A visit, told as it happens."""

    def __init__(self, client, session="s1", **known) -> None:
        self.client = client
        self.known = {"sessionId": session, **known}

    async def look(self, **more):
        """What is recommended, by placement and product; written, as answers are a moment later."""
        names = {"sessionId": "session", "userId": "user", "visitorId": "visitor"}
        asked = {names[name]: value for name, value in self.known.items()}
        page = (await self.client.data(SHOWN, "server", **asked, **more))["placements"]
        for _ in range(1500):
            if await self.client.rows("select from served_view where view_id = $1", page["viewId"]):
                break
            await asyncio.sleep(0.01)
        self.strategies = {item["recommendationId"]: item["strategy"] for fill in page["placements"] for item in fill["items"]}
        self.lists = {fill["id"]: fill["listId"] for fill in page["placements"]}
        return {
            (fill["id"], item["product"]["id"]): item["recommendationId"] for fill in page["placements"] for item in fill["items"]
        }

    async def tell(self, kind, key="server", **more):
        """An event of theirs."""
        answer = (await self.client.data(TELL, key, events=[{"type": kind, **self.known, **more}]))["recordEvents"]
        assert answer["accepted"] == 1, answer


def sek(amount):
    return {"minorUnits": amount, "currency": "SEK"}


async def asked(client, *by, model="CLICK_LAST", **more):
    """The rows, once everything told is added up."""
    async with open_database(client.url, 2) as db:
        await reckoned(Reckoning(db))
    return (await client.data(ASK, "admin", by=list(by), model=model, **more))["attribution"]


async def only(client, *by, **more):
    [row] = await asked(client, *by, **more)
    return row


async def test_a_click_and_an_order_are_found_under_their_placement_and_strategy(client):
    anna = Shopper(client)
    shown = await anna.look()
    (placement, product), named = next(iter(shown.items()))
    await anna.tell("impression", listId=anna.lists[placement])
    await anna.tell("click", recommendationId=named)
    await anna.tell("add_to_cart", productId=product)
    await anna.tell("purchase", orderId="o1", lines=[{"productId": product, "quantity": 2, "unitPrice": sek(5000)}])
    rows = await asked(client, "PLACEMENT", "STRATEGY")
    assert rows[0] == {
        "key": {"placement": "home_page.top", "strategy": anna.strategies[named]},
        "impressions": rows[0]["impressions"], "clicks": 1, "carts": 1, "orders": 1, "units": 2, "revenue": [sek(10_000)],
        "unconverted": [], "assisted": 0, "direct": 0, "unknown": 0, "keys": 1,
        "clickThroughRate": 1 / rows[0]["impressions"], "conversionRate": 1.0,
    }  # fmt: skip
    assert sum(row["impressions"] for row in rows) == sum(place == placement for place, _ in shown)
    assert all(row["key"]["placement"] == placement for row in rows)


async def test_each_model_has_its_own_answer(client):
    anna = Shopper(client)
    shown = await anna.look()
    (place, bought), (_, clicked) = list(shown)[:2]
    await anna.tell("impression", recommendationId=shown[place, bought])
    await anna.tell("click", recommendationId=shown[place, clicked])
    named = next(made for (where, product), made in shown.items() if product not in (bought, clicked))
    other = next(product for (where, product), made in shown.items() if made == named)
    await anna.tell("purchase", productId=bought, orderId="o1", unitPrice=sek(100))
    await anna.tell("purchase", productId=clicked, orderId="o1", unitPrice=sek(20))
    await anna.tell("purchase", productId=other, orderId="o1", unitPrice=sek(3), recommendationId=named)
    answers = {model: await only(client, model=model) for model in ("CLICK_LAST", "CLICK_SESSION", "VIEW_THROUGH", "DIRECT")}
    assert {model: row["revenue"] for model, row in answers.items()} == {
        "CLICK_LAST": [sek(20)], "CLICK_SESSION": [sek(123)], "VIEW_THROUGH": [sek(100)], "DIRECT": [sek(3)],
    }  # fmt: skip
    assert [row["orders"] for row in answers.values()] == [1, 1, 1, 1]
    assert [row["assisted"] for row in answers.values()] == [1, 0, 1, 1]
    assert [row["direct"] for row in answers.values()] == [1, 1, 1, 1]


async def test_what_is_given_back_is_no_revenue_and_the_order_stays_one(client):
    anna = Shopper(client)
    shown = await anna.look()
    (_, product), named = next(iter(shown.items()))
    await anna.tell("refund", orderId="o1", productId=product, quantity=1)  # before it was bought
    await anna.tell("click", recommendationId=named)
    await anna.tell("purchase", orderId="o1", lines=[{"productId": product, "quantity": 3, "unitPrice": sek(100)}])
    row = await only(client)
    assert (row["orders"], row["units"], row["revenue"]) == (1, 2, [sek(200)])
    await anna.tell("refund", orderId="o1")
    row = await only(client)
    assert (row["orders"], row["units"], row["revenue"]) == (1, 0, [sek(0)])


async def test_a_click_on_the_phone_leads_to_the_order_on_the_desk_once_both_are_somebody(client):
    phone, desk = Shopper(client, "phone"), Shopper(client, "desk")
    shown = await phone.look()
    (_, product), named = next(iter(shown.items()))
    await phone.tell("click", recommendationId=named)
    await desk.tell("purchase", orderId="o1", productId=product, unitPrice=sek(100))
    assert (await only(client))["orders"] == 0
    for each in (phone, desk):
        await each.tell("login", userId="anna")
    assert (await only(client))["orders"] == 1


async def test_two_people_on_one_device_stay_two(client):
    anna, bert = Shopper(client, "s1", visitorId="tablet"), Shopper(client, "s2", visitorId="tablet")
    shown = await anna.look()
    (_, product), named = next(iter(shown.items()))
    await anna.tell("login", userId="anna")
    await bert.tell("login", userId="bert")
    await anna.tell("click", recommendationId=named)
    await bert.tell("purchase", orderId="o1", productId=product)
    await anna.tell("purchase", orderId="o2", productId=product)
    await Shopper(client, "s3", visitorId="tablet").tell("purchase", orderId="o3", productId=product)
    assert (await only(client))["orders"] == 2  # hers, and that of a visit of which nobody knows whose it was


async def test_the_shop_s_word_of_an_order_replaces_the_browser_s_and_keeps_its_session(client):
    anna = Shopper(client)
    shown = await anna.look()
    (_, product), named = next(iter(shown.items()))
    await anna.tell("click", recommendationId=named)
    guess = [{"productId": product, "quantity": 900, "unitPrice": sek(1)}]
    await anna.tell("purchase", key="storefront", orderId="o1", lines=guess)
    assert (await only(client))["revenue"] == [sek(900)]
    await Shopper(client, None, userId="anna").tell(
        "purchase", orderId="o1", lines=[{"productId": product, "unitPrice": sek(129_900)}]
    )
    row = await only(client)
    assert (row["orders"], row["revenue"]) == (1, [sek(129_900)])


async def test_crawlers_previews_and_other_peoples_ids_count_nowhere(client):
    anna = Shopper(client)
    shown = await anna.look()
    named = next(iter(shown.values()))
    await anna.tell("click", recommendationId=named, userAgent="Mozilla/5.0 (compatible; Googlebot/2.1)")
    forged = str(ids.recommendation_id(ids.make_view_id(datetime.now(UTC) - timedelta(days=60), b"12345678"), 0, 0))
    await anna.tell("click", recommendationId=forged)
    assert await asked(client) == []


async def test_a_click_whose_answer_was_lost_is_unknown_and_counts_nowhere(client):
    made_up = str(ids.recommendation_id(ids.make_view_id(datetime.now(UTC), b"12345678"), 0, 0))
    await Shopper(client).tell("click", recommendationId=made_up, placement="home_page.top")
    row = await only(client, "PLACEMENT", "STRATEGY")
    assert (row["key"], row["clicks"], row["unknown"]) == ({"placement": None, "strategy": None}, 0, 1)


async def test_currencies_are_told_apart_or_made_one(client, stores, shop):
    anna = Shopper(client)
    shown = await anna.look()
    products = []
    for (_, product), named in list(shown.items())[:3]:
        products.append(product)
        await anna.tell("click", recommendationId=named)
    paid = (("SEK", 10_000), ("EUR", 1_000), ("USD", 500))
    lines = [
        {"productId": product, "unitPrice": {"minorUnits": amount, "currency": currency}}
        for product, (currency, amount) in zip(products, paid, strict=True)
    ]
    await anna.tell("purchase", orderId="o1", lines=lines)
    assert [(m["currency"], m["minorUnits"]) for m in (await only(client))["revenue"]] == [
        ("EUR", 1_000), ("SEK", 10_000), ("USD", 500),
    ]  # fmt: skip
    row = await only(client, currency="EUR")
    assert row["revenue"] == [{"minorUnits": 1_000, "currency": "EUR"}]
    assert row["unconverted"] == [sek(10_000), {"minorUnits": 500, "currency": "USD"}]
    await stores.tenants.change(shop.tenant_id, {"rates": {"EUR": 11.5}})
    await client.heard()
    row = await only(client, currency="EUR")
    assert row["revenue"] == [{"minorUnits": 1_000 + round(10_000 / 11.5), "currency": "EUR"}]
    assert row["unconverted"] == [{"minorUnits": 500, "currency": "USD"}]
    assert (await only(client, currency="SEK"))["revenue"] == [sek(10_000 + 11_500)]
    row = await only(client, currency="USD")  # which has no rate, so nothing has one to it
    assert row["revenue"] == [{"minorUnits": 500, "currency": "USD"}]
    assert row["unconverted"] == [{"minorUnits": 1_000, "currency": "EUR"}, sek(10_000)]


@pytest.mark.parametrize("currency", ["", "eur", "EURO", "kr", "E\0R"])
async def test_what_is_no_currency_is_refused(client, currency):
    answer = await client.ask(ASK, "admin", by=[], model="CLICK_LAST", currency=currency)
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "currency"}
    assert "ISO 4217" in answer["errors"][0]["message"]


async def test_days_are_those_of_the_shop_and_come_in_their_order(client, stores, shop):
    await stores.tenants.change(shop.tenant_id, {"time_zone": "Pacific/Auckland"})
    await client.heard()
    anna = Shopper(client)
    shown = await anna.look()
    for named, product in zip(shown.values(), (p for _, p in shown), strict=True):
        await anna.tell("click", recommendationId=named, productId=product)
    today = datetime.now(ZoneInfo("Pacific/Auckland")).date().isoformat()
    rows = await asked(client, "DAY", "CHANNEL")
    assert [row["key"] for row in rows] == [{"day": today, "channel": None}]
    assert rows[0]["clicks"] == len(shown)


async def test_from_and_to_choose_days(client):
    anna = Shopper(client)
    named = next(iter((await anna.look()).values()))
    await anna.tell("click", recommendationId=named)
    now = datetime.now(UTC)
    begins = now.replace(hour=0, minute=0, second=0, microsecond=0)
    later, earlier = begins + timedelta(hours=23), begins - timedelta(days=3)
    assert (await only(client, **{"from": later.isoformat(), "to": (later + timedelta(minutes=1)).isoformat()}))["clicks"] == 1
    assert await asked(client, **{"from": earlier.isoformat(), "to": begins.isoformat()}) == []
    answer = await client.ask(ASK, "admin", by=[], model="CLICK_LAST", **{"from": now.isoformat(), "to": earlier.isoformat()})
    assert answer["errors"][0]["extensions"] == {"code": "BAD_USER_INPUT", "field": "from"}


@pytest.mark.parametrize("key", ["storefront", "server"])
async def test_only_analysts_may_ask(client, key):
    answer = await client.ask(ASK, key, by=["PLACEMENT"], model="DIRECT")
    assert answer["errors"][0]["extensions"]["code"] == "FORBIDDEN"


async def test_the_server_adds_up_by_itself_within_seconds(client):
    anna = Shopper(client)
    named = next(iter((await anna.look()).values()))
    await anna.tell("click", recommendationId=named)
    for _ in range(1500):
        if rows := (await client.data(ASK, "admin", by=[], model="CLICK_LAST"))["attribution"]:
            break
        await asyncio.sleep(0.1)
    assert rows[0]["clicks"] == 1
