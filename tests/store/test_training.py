import csv
from datetime import UTC, datetime

import pytest

from gateway.domain.event import Event, OrderLine
from gateway.domain.event_type import EventType
from gateway.domain.visitor import SessionId, UserId, Visitor
from gateway.errors import Conflict
from gateway.store.training import TrainingStore
from tests import shop

NOW = datetime(2026, 3, 1, tzinfo=UTC)


async def brought(stores, tenant, folder, types):
    """The rows of the catalog and of the events that are read for a training."""
    async with TrainingStore(stores.db).past(tenant.tenant_id) as past:
        assert await past.write_products(folder / "products.csv") == len(rows(folder / "products.csv"))
        assert await past.write_categories(folder / "categories.csv") == len(rows(folder / "categories.csv"))
        assert await past.write_events(folder / "events.csv", await past.days(), types) == len(rows(folder / "events.csv"))
    return rows(folder / "products.csv"), rows(folder / "events.csv")


def weighing(**weights):
    return {name: EventType(name, weight) for name, weight in weights.items()}


def rows(path):
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def event(number, kind, product="chairs-01", *, scope="SERVER", **more):
    return Event("acme", f"e{number}", kind, NOW, more.pop("visitor", Visitor(session_id=SessionId("s"))), scope, product, **more)


async def test_telling_events_on_products_are_brought_with_their_weight_and_searches_with_their_term(stores, tenant, tmp_path):
    await shop.stock(stores, tenant.tenant_id)
    order = event(4, "purchase", None, order_id="o", lines=(OrderLine("chairs-01"), OrderLine("lamps-01")))
    others = [event(5, "refund", order_id="o"), event(6, "view", scope="PREVIEW"), event(7, "impression")]
    await stores.events.add(
        [event(1, "view"), event(2, "search", None, search_term="x"), event(3, "add_to_cart"), order, *others]
    )
    _, told = await brought(stores, tenant, tmp_path, weighing(view=1.0, add_to_cart=3.0, purchase=5.0))
    assert [(r["event_id"], r["term"]) for r in told if not r["product_id"]] == [("e2", "x")]
    acts = [r for r in told if r["product_id"]]
    assert sorted((r["event_id"], r["product_id"], float(r["weight"]), r["bought"]) for r in acts) == [
        ("e1", "chairs-01", 1.0, "f"),
        ("e3", "chairs-01", 3.0, "f"),
        ("e4", "chairs-01", 5.0, "t"),
        ("e4", "lamps-01", 5.0, "t"),
    ]


async def test_an_event_belongs_to_its_session_else_its_user_else_its_visitor(stores, tenant, tmp_path):
    who = [Visitor(session_id=SessionId("a"), user_id=UserId("u")), Visitor(user_id=UserId("u")), Visitor(visitor_id="v")]
    await stores.events.add([event(n, "view", visitor=visitor) for n, visitor in enumerate(who)])
    _, told = await brought(stores, tenant, tmp_path, weighing(view=1.0))
    assert sorted(r["owner"] for r in told) == ["s:a", "u:u", "v:v"]


async def test_products_come_with_what_they_say_and_whether_they_may_be_shown(stores, tenant, tmp_path):
    awkward = 'a "quoted",\nbroken, title'
    products = [("p,1", awkward, None, "chairs", False), ("p2", "p2", "", "lamps", True), ("p3", "unsold", "B", "rugs", False)]
    await shop.stock(stores, tenant.tenant_id, products)
    await stores.db.pool.execute("delete from product_market where product_id = 'p3'")
    await stores.db.pool.execute(
        """update product set attributes = '{"colour": ["red", 7], "odd": "x", "sale": true, "flags": [false, "y"]}' where product_id = 'p3'"""
    )
    products, events = await brought(stores, tenant, tmp_path, {})
    found = {r["product_id"]: r for r in products}
    assert found["p,1"]["title"] == awkward
    assert found["p2"]["title"] == ""  # the id as title says nothing
    assert {i: r["showable"] for i, r in found.items()} == {"p,1": "t", "p2": "f", "p3": "f"}
    assert set(found["p3"]["traits"].split()) == {"red", "7", "x", "y"}  # yes and no are no words
    assert events == []


async def test_a_second_trainer_is_told_so_and_the_lock_goes_with_the_first(stores):
    training = TrainingStore(stores.db)
    async with training.alone():
        with pytest.raises(Conflict, match="another trainer"):
            async with training.alone():
                pass
    async with training.alone():
        pass
