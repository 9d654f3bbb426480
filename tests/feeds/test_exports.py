"""What goes out can come in again and says the same."""

import json
from datetime import timedelta

import duckdb
import pytest
from msgspec import structs

from gateway.domain.catalog import CatalogEntry, Category, CategoryId, MarketId, Money, Offer, ProductId, Wording
from gateway.domain.event import Event, OrderLine
from gateway.domain.ids import made_at, make_view_id, recommendation_id
from gateway.domain.tenant import Market, TenantId
from gateway.domain.visitor import SessionId, UserId, Visitor
from gateway.errors import BadInput
from gateway.feeds.exports import export
from gateway.store.outlet import Outlet
from gateway.store.reckoning import Reckoning
from gateway.store.shelving import Shelving
from gateway.store.views import ServedView
from tests.feeds.conftest import NOW, Bringer, silent
from tests.store.reckoned import keep_views

LAMP = CatalogEntry(
    product_id=ProductId("lamp"),
    title="Lamp, 'red' & round < 40 cm",
    offers={
        MarketId("se"): Offer(Money(19950, "SEK"), Money(10000, "SEK"), available=False, quantity=0),
        MarketId("de"): Offer(Money(1999, "EUR"), title="Leuchte", page_url="/de/lamp"),
    },
    wordings={"sv-SE": Wording("Lampa", None, "/sv/lampa"), "de-DE": Wording("Lampe", "Aus Messing")},
    description="Brass.\n\nHeavy.",
    brand="Bright",
    category_ids=(CategoryId("lamps"), CategoryId("gone")),
    image_urls=("https://cdn.example/a,b.jpg", "/c.jpg"),
    rating=4.5,
    review_count=12,
    attributes={"watts": [40, 60], "dimmable": [True], "color": ["brass"]},
    hidden=True,
    valid_to=NOW,
)


def happened(number: int, **told) -> Event:
    seen = Visitor(SessionId("s1"), UserId("u1"))
    return Event(TenantId("acme"), f"e{number}", told.pop("type"), NOW - timedelta(minutes=number), seen, "SERVER", **told)


EVENTS = [
    happened(1, type="view", product_id=ProductId("lamp"), properties={"source": "mail"}, market_id=MarketId("de")),
    happened(
        2,
        type="purchase",
        order_id="o1",
        lines=(OrderLine(ProductId("lamp"), 2, Money(1999, "EUR")), OrderLine(ProductId("bulb"), 1, Money(250, "EUR"))),
    ),
    happened(3, type="purchase", order_id="o2", lines=(OrderLine(ProductId("bulb"), 1, Money(250, "EUR")),)),
    happened(4, type="purchase", order_id="o3", product_id=ProductId("bulb"), quantity=3, unit_price=Money(250, "EUR")),
    happened(5, type="search", search_term="'; drop table event; --"),
    happened(6, type="view", product_id=ProductId("bulb"), apart="BOT"),
]


@pytest.fixture
async def other(stores) -> Bringer:
    """Another shop, with the same markets and nothing in it."""
    beta = TenantId("beta")
    await stores.tenants.create(beta, "Beta")
    await stores.tenants.upsert_market(beta, Market(MarketId("se"), "SEK", ("sv-SE",)))
    await stores.tenants.upsert_market(beta, Market(MarketId("de"), "EUR", ("de-DE",)))
    tenant = await stores.tenants.tenant(beta)
    assert tenant is not None
    return Bringer(stores, tenant)


@pytest.mark.parametrize(("form", "name"), [("ndjson", "all.ndjson"), ("ndjson", "all.ndjson.gz"), ("parquet", "all.parquet")])
async def test_a_catalog_goes_out_and_comes_in_the_same(bring, other, tmp_path, form, name):
    shelving = Shelving(bring.stores.db)
    lamps = Category(CategoryId("lamps"), "Lamps", CategoryId("home"))
    await shelving.put_categories(TenantId("acme"), [Category(CategoryId("home"), "Home & Garden"), lamps])
    await shelving.put(TenantId("acme"), [LAMP])
    assert await export(Outlet(bring.stores.db), TenantId("acme"), "catalog", form, tmp_path / name, silent) == 2
    again = await bring.catalog(tmp_path / name, market=None)
    assert (again.unchanged, again.changed, again.refused) == (1, 0, 0)
    report = await other.catalog(tmp_path / name, market=None)
    assert (report.added, report.refused, report.ignored_columns) == (1, 0, ())
    for table in ("product", "product_market", "product_locale", "category"):
        ours = "'{tenant_id,created_at,updated_at,first_seen}'::text[]"
        copies = await bring.rows(f"select to_jsonb(t) - {ours} as row from {table} t")
        assert len(copies) == 2 * len({json.dumps(copy["row"], sort_keys=True) for copy in copies}), table


@pytest.mark.parametrize(("form", "name"), [("ndjson", "all.ndjson"), ("parquet", "all.parquet")])
async def test_events_go_out_and_are_recognised_when_they_come_in(bring, other, tmp_path, form, name):
    await bring.stores.events.add(EVENTS)
    assert await export(Outlet(bring.stores.db), TenantId("acme"), "events", form, tmp_path / name, silent) == 6
    again = await bring.events(tmp_path / name, market=None)
    assert (again.added, again.unchanged, again.refused) == (0, 6, 0)
    report = await other.events(tmp_path / name, market=None)
    assert (report.added, report.refused) == (6, 0)
    copies = await bring.rows("select to_jsonb(t) - '{tenant_id,received_at,batch_id,scope}'::text[] as row from event t")
    assert len(copies) == 14
    assert len({json.dumps(copy["row"], sort_keys=True) for copy in copies}) == 7


async def test_what_browsers_told_comes_in_as_their_word_and_is_recognised(bring, other, tmp_path):
    bought = {"type": "purchase", "order_id": "o2", "lines": (OrderLine(ProductId("bulb"), 2), OrderLine(ProductId("lamp")))}
    said = [structs.replace(happened(1, type="view", product_id=ProductId("bulb")), scope="STOREFRONT"),
            structs.replace(happened(3, **bought), scope="STOREFRONT")]  # fmt: skip
    await bring.stores.events.add([EVENTS[0], *said, happened(3, **bought)])
    assert await export(Outlet(bring.stores.db), TenantId("acme"), "events", "ndjson", tmp_path / "all.ndjson", silent) == 4
    again = await bring.events(tmp_path / "all.ndjson", market=None)
    assert (again.added, again.unchanged, again.refused) == (0, 4, 0)
    report = await other.events(tmp_path / "all.ndjson", market=None)
    assert (report.added, report.refused) == (4, 0)
    copied = await bring.rows("select scope, count(*) as rows from event where tenant_id = 'beta' group by scope order by scope")
    assert copied == [{"scope": "IMPORT", "rows": 3}, {"scope": "STOREFRONT", "rows": 3}]


async def test_orders_go_out_as_they_stand_and_what_is_owed_to_recommendations(bring, tmp_path):
    view_id = make_view_id(NOW - timedelta(minutes=9), b"12345678")
    lists = [
        {"placement": "item_page.similar", "products": ["lamp"], "strategies": ["similar"], "levels": ["NONE"], "rules": None}
    ]
    who = ("s1", "u1", None)
    served = ServedView(TenantId("acme"), view_id, made_at(view_id), "de", "de-DE", "web", *who, "release-1", {}, lists)
    await keep_views(bring.stores, [served])
    shown = recommendation_id(view_id, 0, 0)
    lamp = {"product_id": ProductId("lamp")}
    click = happened(7, type="click", recommendation_id=shown, **lamp)
    refund = happened(8, type="refund", order_id="o1", quantity=1, **lamp)
    await bring.stores.events.add([click, *EVENTS, refund])
    await Reckoning(bring.stores.db).add_up(TenantId("acme"))

    async def out(what, form):
        path = tmp_path / f"{what}.{form}"
        assert await export(Outlet(bring.stores.db), TenantId("acme"), what, form, path, silent)
        return path

    told = [json.loads(line) for line in (await out("orders", "ndjson")).read_text().splitlines()]
    assert [(each["order_id"], each["product_id"], each["quantity"], each["refunded"], each["unit_price"]) for each in told] == [
        ("o3", "bulb", 3, 0, "2.50"), ("o2", "bulb", 1, 0, "2.50"), ("o1", "lamp", 2, 1, "19.99"), ("o1", "bulb", 1, 0, "2.50"),
    ]  # fmt: skip
    owed = duckdb.read_parquet(str(await out("attribution", "parquet"))).project("model, order_id, net_quantity, day").fetchall()
    assert ("CLICK_SESSION", "o1", 1) in [each[:3] for each in owed]


async def test_an_order_that_was_tried_out_with_the_id_of_the_real_one_is_another_line_of_the_file(bring, tmp_path):
    real = EVENTS[1]
    tried = structs.replace(real, apart="INTEGRATION", visitor=Visitor(SessionId("tester")))
    assert len((await bring.stores.events.add([tried, real])).fresh) == 2
    path = tmp_path / "events.ndjson"
    assert await export(Outlet(bring.stores.db), TenantId("acme"), "events", "ndjson", path, silent) == 2
    told = {each["apart"]: each for each in map(json.loads, path.read_text().splitlines())}
    for apart, session in ((None, real.visitor.session_id), ("INTEGRATION", "tester")):
        assert told[apart]["session_id"] == session
        assert [(line["product_id"], line["quantity"]) for line in told[apart]["lines"]] == [("lamp", 2), ("bulb", 1)]


async def test_an_export_is_whole_or_not_there(bring, tmp_path):
    with pytest.raises(BadInput, match="a folder that exists"):
        await export(Outlet(bring.stores.db), TenantId("acme"), "views", "ndjson", tmp_path / "no" / "views.ndjson", silent)
    assert await export(Outlet(bring.stores.db), TenantId("acme"), "views", "ndjson", tmp_path / "views.ndjson", silent) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["views.ndjson"]
