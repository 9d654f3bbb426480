"""What the example shop recommended: its past is told the way the gateway tells the present."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import groupby

import pytest

from gateway.demo.catalog import build_catalog
from gateway.demo.seed import Size, seed
from gateway.demo.shoppers import DAYS, last_midnight, simulate
from gateway.demo.showing import DAYS_SHOWN, Showcase
from gateway.demo.tryouts import CATEGORY, FOLLOWED, SIMILAR, TAKEN, TOGETHER, TRUTH
from gateway.domain import ids
from gateway.domain.event import WEIGHTS, find_fault
from gateway.domain.placement import DEFAULTS
from gateway.domain.tenant import TenantId
from gateway.services.hearing.reckon import Reckoner
from gateway.settings import Settings
from gateway.store.reckoning import Reckoning
from tests.demo.begun import begun
from tests.faces.serving import serving

NOW = datetime(2026, 3, 4, 15, 30, tzinfo=UTC)
SINCE = last_midnight(NOW) - timedelta(days=DAYS_SHOWN)
CATALOG = build_catalog(840)
TOLD = groupby(simulate(CATALOG, TenantId("shop"), NOW, 60_000), lambda e: e.visitor.session_id)
VISITS = sorted(
    (visit for visit in (list(told) for _, told in TOLD) if visit[0].happened_at >= SINCE), key=lambda v: v[0].happened_at
)


def all_shown():
    showcase = Showcase(CATALOG, begun(SINCE))
    return [(visit, showing) for visit in VISITS for showing in showcase.showings(visit)]


SHOWN = all_shown()


def test_the_same_visits_are_always_shown_the_same():
    assert all_shown() == SHOWN
    assert len(SHOWN) > 400
    assert len({showing.view.view_id for _, showing in SHOWN}) == len(SHOWN)


def test_recommendations_begin_three_weeks_ago_and_end_with_the_visits():
    days = Counter(showing.view.served_at.date() for _, showing in SHOWN)
    assert len(days) == DAYS_SHOWN < DAYS
    assert min(days) == SINCE.date()
    for visit, showing in SHOWN:
        moments = [
            showing.view.served_at,
            *(event.happened_at for event in showing.told if event.type in ("impression", "click")),
        ]
        assert visit[0].happened_at - timedelta(milliseconds=1) <= min(moments) <= max(moments) < visit[-1].happened_at
        assert moments == sorted(moments)
        assert showing.exposed.exposed_at == showing.view.served_at


def test_blocks_are_those_that_the_shop_has_filled_with_what_its_market_sells():
    placements = {placement.placement_id: placement for placement in DEFAULTS}
    seen = Counter()
    for _, showing in SHOWN:
        [block] = showing.view.lists
        seen[block["placement"]] += 1
        assert block["strategy"] in placements[block["placement"]].strategies
        assert len(set(block["products"])) == len(block["products"]) == len(block["strategies"]) == len(block["levels"])
        assert not {*block["products"]} & {*showing.view.page.get("productIds", ()), *showing.view.page.get("addedToCart", ())}
        assert all(showing.view.market_id in CATALOG.by_id[product_id].entry.offers for product_id in block["products"])
    assert seen.keys() == {CATEGORY, SIMILAR, *TOGETHER}
    assert min(seen.values()) > 50


def test_what_is_told_is_what_the_gateway_would_take_and_names_what_stood_there():
    told = Counter()
    for visit, showing in SHOWN:
        for event in showing.told:
            told[event.type] += 1
            assert find_fault(event, WEIGHTS) is None
            if event.type == "purchase":
                continue
            place = ids.shown_as(event.recommendation_id)
            assert place.view_id == showing.view.view_id
            assert showing.view.lists[place.list_number]["products"][place.position] == event.product_id
            assert (event.position, event.visitor.session_id) == (place.position, visit[0].visitor.session_id)
            if event.type == "click":  # it led to the very next page
                after = next(e for e in visit if e.happened_at > event.happened_at)
                assert (after.type, after.product_id) == ("view", event.product_id)
    assert 0.03 < told["click"] / told["impression"] < 0.12
    assert told["purchase"] == told["add_to_cart"] > 20


def test_so_many_followed_as_is_written_down():
    seen, followed = Counter(), Counter()
    for _, showing in SHOWN:
        [[given]] = [block["variants"] for block in showing.view.lists]
        seen[given["variant"]] += 1
        followed[given["variant"]] += any(event.type == "click" for event in showing.told)
    for variant, times in seen.items():
        truth = TRUTH.get(variant, FOLLOWED)
        assert followed[variant] / times == pytest.approx(truth, abs=4 * (truth * (1 - truth) / times) ** 0.5)
    assert {"alike", "looked-at", "a", "the-same", "bestsellers", "trending"} == seen.keys()


def test_who_follows_something_similar_and_has_nothing_else_buys_it_half_the_time():
    chances = taken = 0
    for visit, showing in SHOWN:
        click = next((event for event in showing.told if event.type == "click"), None)
        bought = [event for event in showing.told if event.type in ("add_to_cart", "purchase")]
        may = click and showing.view.lists[0]["placement"] == SIMILAR and not any(e.type == "add_to_cart" for e in visit)
        if not may:
            assert not bought
            continue
        chances += 1
        if bought:
            taken += 1
            cart, order = bought
            assert visit[-1].happened_at < cart.happened_at < order.happened_at
            assert cart.product_id == order.lines[0].product_id == click.product_id
            assert cart.unit_price == order.lines[0].unit_price
    assert taken / chances == pytest.approx(TAKEN, abs=4 * (TAKEN * (1 - TAKEN) / chances) ** 0.5)


ATTRIBUTED = """query ($from: DateTime!, $to: DateTime!) {
  attribution(by: [PLACEMENT], model: CLICK_SESSION, from: $from, to: $to, currency: "SEK") {
    key impressions clicks carts orders unknown revenue { minorUnits } } }"""


async def test_attribution_answers_over_the_shops_last_weeks(stores, database_url, tmp_path):
    settings = Settings(data_dir=tmp_path)
    keys = await seed(stores, settings, NOW, size=Size(products=168, events=20_000))
    await Reckoner(Reckoning(stores.db)).catch_up()
    asked = {"query": ATTRIBUTED, "variables": {"from": SINCE.isoformat(), "to": NOW.isoformat()}}
    async with serving(database_url, tmp_path) as client:
        answer = await client.http.post("/graphql", json=asked, headers={"x-api-key": keys.admin})
    rows = {row["key"]["placement"]: row for row in answer.json()["data"]["attribution"]}
    assert rows.keys() == {CATEGORY, SIMILAR, *TOGETHER}
    assert all(row["impressions"] > row["clicks"] > 0 for row in rows.values())
    assert all(row["carts"] and row["unknown"] == 0 for row in rows.values())
    assert sum(row["orders"] for row in rows.values()) > 5
    assert sum(row["revenue"][0]["minorUnits"] for row in rows.values()) > 100_000


async def test_an_answer_of_the_past_is_kept_in_the_words_of_the_present(shop, client):
    asked = """{ placements(ids: ["item_page.similar"], market: "se", visitor: {sessionId: "s1"}, page: {productIds: ["boot"]}) { viewId } }"""
    await client.data(asked)
    async with asyncio.timeout(10):
        while not (rows := await client.rows("select page, lists from served_view")):  # noqa: ASYNC110  (the server writes it)
            await asyncio.sleep(0.01)
    [block] = json.loads(rows[0]["lists"])
    _, showing = next((visit, each) for visit, each in SHOWN if each.view.page["type"] == "item")
    assert showing.view.lists[0].keys() <= block.keys()
    assert showing.view.page.keys() <= json.loads(rows[0]["page"]).keys() | {"limit"}
