"""What answers of the gateway itself come to: every built-in metric, and the catalog shown, against what visitors were sent and did."""

import asyncio
import csv
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from io import StringIO
from random import Random
from typing import Any

import pytest

from gateway.domain.metric import BUILT_IN
from gateway.store.recounting import Recounting
from tests.experiments.telling import MINUTE, NOW, did, of, result, settled, tell
from tests.faces.experiments import started
from tests.faces.test_variants import SAFARI

DESKTOP = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
PAGE = """query ($session: ID!, $visitor: ID!, $limit: Int, $filter: ProductFilter) {
  placements(ids: ["home_page.top"], market: "se", visitor: {sessionId: $session, visitorId: $visitor}, limit: $limit, filter: $filter) {
    placements { id variants { key } items { recommendationId product { id } } } } }"""
RESULT = """query ($segment: String) { experimentResult(key: "shown", segment: $segment) { sql
  exposures { variant units } coverage { variant units products share productsAtEqualUnits }
  metrics { metric { key } variants { variant units value numerator denominator } } } }"""
VARIANTS = [{"key": "control", "weight": 0.5}, {"key": "two", "weight": 0.5, "parameters": {"count": 2}}]
VISITS = 40
NOTHING = {"minPrice": 10**9}


class Visit:
    """A session, what it was sent from the placement that is tried, and what it did afterwards."""

    def __init__(self, number: int) -> None:
        self.session, self.visitor = f"s{number}", f"v{number}"
        self.device, self.agent = ("mobile", SAFARI) if number % 3 else ("desktop", DESKTOP)
        self.returning = number % 2 == 0
        self.variant = ""
        self.answers: list[list[str]] = []
        self.did: Counter[str] = Counter()

    @property
    def shown(self) -> set[str]:
        return {product for each in self.answers for product in each}

    def amounts(self) -> Mapping[str, float]:
        """What it comes to, by the names of measures."""
        return {
            **self.did, "answers": len(self.answers), "empty_answers": sum(not each for each in self.answers),
            "positions": sum(map(len, self.answers)), "products": len(self.shown),
        }  # fmt: skip


METRICS: Mapping[str, tuple[str, str, str | None]] = {
    "click_through_rate": ("RATIO", "clicks", "impressions"),
    "clicked": ("SHARE", "clicks", None),
    "add_to_cart_rate": ("SHARE", "carts", None),
    "conversion": ("SHARE", "orders", None),
    "revenue_per_unit": ("MEAN", "revenue", None),
    "orders_per_unit": ("MEAN", "orders", None),
    "units_per_unit": ("MEAN", "units", None),
    "average_order_value": ("RATIO", "revenue", "orders"),
    "attributed_add_to_cart_rate": ("SHARE", "owed carts", None),
    "attributed_conversion": ("SHARE", "owed orders", None),
    "attributed_revenue_per_unit": ("MEAN", "owed revenue", None),
    "attributed_orders_per_unit": ("MEAN", "owed orders", None),
    "attributed_units_per_unit": ("MEAN", "owed units", None),
    "empty_answer_rate": ("RATIO", "empty_answers", "answers"),
    "latency": ("RATIO", "latency_ms", "answers"),
    "products_per_unit": ("MEAN", "products", None),
    "variety": ("RATIO", "products", "positions"),
}
"""Every built-in metric, said here once more."""


def figure(metric: str, visits: Sequence[Visit]) -> tuple[float, float]:
    """Numerator and denominator."""
    kind, upper, lower = METRICS[metric]
    amounts = [each.amounts() for each in visits]
    parts = [each.get(upper, 0) for each in amounts]
    if kind == "RATIO":
        return sum(parts), sum(each.get(lower, 0) for each in amounts)
    return sum(part > 0 if kind == "SHARE" else part for part in parts), len(visits)


async def go(client, rng: Random, visit: Visit) -> None:
    """One to three pages, some empty; what is clicked there is put into the cart and ordered, now and then, as other things are."""
    if visit.returning:
        await tell(client, did("view", f"before-{visit.session}", NOW - 90 * MINUTE, visitorId=visit.visitor))
    clickable: dict[str, str] = {}
    for _ in range(rng.randint(1, 3)):
        asked = {"limit": rng.randint(1, 4), "filter": NOTHING if rng.random() < 0.2 else None}
        answer = await client.ask(
            PAGE, "storefront", {"user-agent": visit.agent}, session=visit.session, visitor=visit.visitor, **asked
        )
        [tried] = answer["data"]["placements"]["placements"]
        visit.variant = tried["variants"][0]["key"]
        visit.answers.append([each["product"]["id"] for each in tried["items"]])
        clickable |= {each["product"]["id"]: each["recommendationId"] for each in tried["items"]}
    await tell(client, *happened(rng, visit, clickable))


def happened(rng: Random, visit: Visit, clickable: Mapping[str, str]) -> list[dict[str, Any]]:
    """Impressions, clicks, carts and orders of now; what of them is owed to a click."""
    told = []

    def say(kind: str, product: str, **more: Any) -> None:
        event = did(kind, visit.session, NOW, visitorId=visit.visitor, **{"productId": product, **more})
        told.append({name: value for name, value in event.items() if name not in ("time", *more.pop("without", ()))})

    owed = set()
    for product, recommendation in clickable.items():
        say("impression", product, recommendationId=recommendation)
        if rng.random() < 0.4:
            say("click", product, recommendationId=recommendation)
            owed.add(product)
    visit.did.update(impressions=len(clickable), clicks=len(owed))
    for product in ("boot", "lace", "sneaker"):
        for name in ("", "owed ") if product in owed else ("",):
            visit.did[f"{name}carts"] += 1
        say("add_to_cart", product)
        if rng.random() < 0.5:
            pieces, price = rng.randint(1, 3), rng.randint(100, 9000)
            line = {"productId": product, "quantity": pieces, "unitPrice": {"minorUnits": price, "currency": "SEK"}}
            say("purchase", product, orderId=f"o-{visit.session}-{product}", lines=[line])
            for name in ("", "owed ") if product in owed else ("",):
                visit.did.update({f"{name}orders": 1, f"{name}units": pieces, f"{name}revenue": pieces * price})
    return [{k: v for k, v in each.items() if not (k == "productId" and "lines" in each)} for each in told]


@pytest.fixture
async def visits(client, stores) -> list[Visit]:
    """Everybody has gone, and it is added up."""
    plan = {
        "mode": "ALWAYS_VALID",
        "goals": ["products_per_unit"],
        "guardrails": [{"metric": "empty_answer_rate", "margin": 0.1}],
    }
    await started(
        client, key="shown", placements=["home_page.top"], variants=VARIANTS, plannedUnits=None, conversionWindowHours=1, **plan
    )
    rng, found = Random(11), [Visit(number) for number in range(VISITS)]
    for visit in found:
        await go(client, rng, visit)
    wanted = sum(len(visit.answers) for visit in found)
    async with asyncio.timeout(30):
        while len(rows := await client.rows("select session_id, latency_ms from served_view")) < wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    took: Counter[str] = Counter()
    for row in rows:
        took[row["session_id"]] += row["latency_ms"]
    for visit in found:
        visit.did["latency_ms"] = took[visit.session]
    await settled(client, stores)
    return found


async def test_every_built_in_metric_is_what_visitors_were_sent_and_did(client, stores, shop, visits):
    assert METRICS.keys() == BUILT_IN.keys()
    told = await result(client, stores, "shown")
    by_variant = defaultdict(list)
    for visit in visits:
        by_variant[visit.variant].append(visit)
    assert {each["variant"]: each["units"] for each in told["exposures"]} == {
        key: len(group) for key, group in by_variant.items()
    }
    rows = {
        (row["metric"], row["variant"]): row
        for row in await client.rows((await client.data(RESULT, "admin"))["experimentResult"]["sql"])
    }
    for key, group in by_variant.items():
        for metric in METRICS:
            upper, lower = figure(metric, group)
            row = rows[metric, key]
            assert (row["n"], row["numerator"], row["denominator"]) == (len(group), upper, lower), metric
            if not metric.startswith("attributed"):
                found = of(told, metric, key)
                assert (found["numerator"], found["denominator"]) == (upper, lower), metric
                assert found["value"] == pytest.approx(upper / lower)
    counting = Recounting(stores.db)
    for stretch in await counting.stretches(shop.tenant_id, None):
        assert not (await counting.recount(shop.tenant_id, stretch, mend=False)).told


MEMBERS = {
    "device: mobile": lambda visit: visit.device == "mobile",
    "device: desktop": lambda visit: visit.device == "desktop",
    "newness: returning": lambda visit: visit.returning,
    "newness: new": lambda visit: not visit.returning,
    "market: se": lambda _: True,
    "page_type: home": lambda _: True,
}


async def test_a_segment_has_the_figures_of_its_members(client, visits):
    for segment, is_in in MEMBERS.items():
        told = (await client.data(RESULT, "admin", segment=segment))["experimentResult"]
        assert told["coverage"] == []
        assert len(told["metrics"]) == len([key for key in METRICS if not key.startswith("attributed")])
        for metric in told["metrics"]:
            for each in metric["variants"]:
                group = [visit for visit in visits if visit.variant == each["variant"] and is_in(visit)]
                wanted = (len(group), *figure(metric["metric"]["key"], group))
                assert (each["units"], each["numerator"], each["denominator"]) == wanted, segment
    there = (await client.data('{ experimentSegments(key: "shown") { key units } }', "admin"))["experimentSegments"]
    assert {each["key"]: each["units"] for each in there} == {
        segment: sum(map(is_in, visits)) for segment, is_in in MEMBERS.items()
    }


async def test_what_each_variant_shows_of_the_catalog_is_the_same_over_graphql_in_the_file_and_in_sql(client, stores, visits):
    told = (await client.data(RESULT, "admin"))["experimentResult"]
    sellable = {row["product_id"] for row in await client.rows("select distinct product_id from product_market where available")}
    sellable -= {row["product_id"] for row in await client.rows("select product_id from product where hidden")}
    answer = await client.http.get("/v1/experiments/shown/result.csv", headers={"x-api-key": "secret-admin"})
    cells = {row["variant"]: row for row in csv.DictReader(StringIO(answer.text))}
    rows = {row["variant"]: row for row in await client.rows(told["sql"]) if row["metric"] == "coverage"}
    least = min(each["units"] for each in told["coverage"])
    for each in told["coverage"]:
        group = [visit for visit in visits if visit.variant == each["variant"]]
        shown = set().union(*(visit.shown for visit in group))
        assert (each["units"], each["products"]) == (len(group), len(shown))
        assert each["share"] == pytest.approx(len(shown & sellable) / len(sellable))
        assert each["productsAtEqualUnits"] <= each["products"] or each["units"] == least
        row, cell = rows[each["variant"]], cells[each["variant"]]
        assert (row["n"], row["numerator"], row["denominator"]) == (len(group), len(shown), len(sellable))
        assert float(row["figure"]) == pytest.approx(each["share"])
        told_there = [float(cell[name]) for name in ("productsShown", "catalogShare", "productsAtEqualUnits")]
        assert told_there == [each["products"], each["share"], each["productsAtEqualUnits"]]
    await stores.db.pool.execute("update experiment_product set units = units + 1 where variant = 0")
    counting = Recounting(stores.db)
    [stretch] = await counting.stretches("acme", None)
    assert {each.what for each in (await counting.recount("acme", stretch, mend=True)).told} == {"product"}
    assert not (await counting.recount("acme", stretch, mend=False)).told
