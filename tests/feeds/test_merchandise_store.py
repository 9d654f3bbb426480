"""A year of a real shop's visits, beside what it would have been recommended: attribution answers over it."""

import csv
import gzip
from collections.abc import Mapping
from datetime import timedelta
from random import Random

from gateway.domain import ids
from gateway.domain.catalog import CatalogEntry, MarketId, Money, Offer, ProductId
from gateway.domain.event import Event
from gateway.domain.visitor import SessionId, Visitor
from gateway.store.reckoning import Reckoning
from gateway.store.shelving import Shelving
from gateway.store.views import ServedView
from tests.conftest import DATA, needs_data

MERCH = DATA / "ga360_merch_store"
WANTED = ("add_to_cart", "purchase")
ASK = """
query ($by: [AttributionKey!]!, $model: AttributionModel!) {
  attribution(by: $by, model: $model, from: "2016-08-01T00:00:00Z", to: "2017-08-02T00:00:00Z") {
    key impressions clicks carts orders units revenue { minorUnits currency }
  }
}"""


async def fill_shelves(stores, tenant) -> set[str]:
    with gzip.open(MERCH / "products.csv.gz", "rt", encoding="utf-8") as products:
        names = {row["SKU"]: row["name"].strip() for row in csv.DictReader(products)}
    offers: Mapping[MarketId, Offer] = {MarketId("se"): Offer(Money(100, "SEK"))}
    entries = [CatalogEntry(ProductId(sku), name, offers) for sku, name in names.items()]
    await Shelving(stores.db).put(tenant.tenant_id, entries)
    return set(names)


def answer_before(row, number, rng, products) -> ServedView:
    """What was recommended five minutes before something was wanted: that, as the second of three."""
    view_id = ids.make_view_id(row["happened_at"] - timedelta(minutes=5), rng.randbytes(8))
    shown = [products[number], row["product_id"], products[number + 1]]
    listed = {
        "placement": "home_page.top",
        "products": shown,
        "strategies": ["trending", "similar", "trending"],
        "levels": ["NONE"] * 3,
    }
    made = ids.made_at(view_id)
    return ServedView("acme", view_id, made, "se", "", "web", row["session_id"], None, None, "release", {}, [listed])


async def lead_there(stores, tenant, views) -> None:
    """All of it is seen, and of every other answer the second product clicked."""
    await stores.db.execute("event.ensure_partitions", parent="served_view", days=sorted({v.served_at.date() for v in views}))
    await stores.views.add(views)
    for number, view in enumerate(views):
        seen = Visitor(SessionId(view.session_id))
        told = [Event(tenant.tenant_id, f"seen-{number}", "impression", view.served_at + timedelta(seconds=9), seen, "STOREFRONT",
                      list_id=ids.list_id(view.view_id, 0))]  # fmt: skip
        if number % 2 == 0:
            named = ids.recommendation_id(view.view_id, 0, 1)
            told.append(Event(tenant.tenant_id, f"click-{number}", "click", view.served_at + timedelta(minutes=1), seen, "STOREFRONT",
                              recommendation_id=named))  # fmt: skip
        await stores.events.add(told)


@needs_data
async def test_attribution_answers_over_a_year_of_the_merchandise_store(bring, client, stores, tenant, tmp_path):
    skus = await fill_shelves(stores, tenant)
    path = tmp_path / "events.ndjson.gz"
    path.write_bytes((MERCH / "ga4_shaped_events.DERIVED.ndjson.gz").read_bytes())
    assert (await bring.events(path)).added == 15_103
    rows = await bring.rows(
        "select event_id, type, happened_at, session_id, product_id, quantity, unit_price_minor, currency from event"
        " where type in ('add_to_cart', 'purchase') order by happened_at, event_id"
    )
    joined = [row for row in rows if row["product_id"] in skus]
    assert (len(joined), len(rows)) == (41, 46)
    rng = Random(1)
    views = [answer_before(row, number, rng, sorted(skus)) for number, row in enumerate(joined)]
    await lead_there(stores, tenant, views)
    reckoning = Reckoning(stores.db)
    while await reckoning.waiting():
        await reckoning.add_up(tenant.tenant_id)

    owed = [row for row in joined if clicked_before(row, joined)]
    [row] = (await client.data(ASK, "admin", by=["PLACEMENT"], model="CLICK_LAST"))["attribution"]
    paid = [row for row in owed if row["type"] == "purchase"]
    assert row == {
        "key": {"placement": "home_page.top"},
        "impressions": 3 * len(joined), "clicks": (len(joined) + 1) // 2,
        "carts": len(owed) - len(paid), "orders": len(paid), "units": sum(row["quantity"] for row in paid),
        "revenue": [{"minorUnits": sum(row["quantity"] * row["unit_price_minor"] for row in paid), "currency": paid[0]["currency"]}],
    }  # fmt: skip
    by_strategy = (await client.data(ASK, "admin", by=["STRATEGY"], model="VIEW_THROUGH"))["attribution"]
    assert by_strategy[0]["key"] == {"strategy": "SIMILAR"}
    assert by_strategy[0]["carts"] + by_strategy[0]["orders"] == len(joined)


def clicked_before(row, joined) -> bool:
    """Whether the product was clicked in the same visit, or by the same visitor within a week before: four minutes before what it led to."""
    return any(
        number % 2 == 0 and other["product_id"] == row["product_id"] and other["session_id"] == row["session_id"]
        and other["happened_at"] - timedelta(minutes=4) <= row["happened_at"]
        for number, other in enumerate(joined)
    )  # fmt: skip
