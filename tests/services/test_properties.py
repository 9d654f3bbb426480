"""Whatever the catalog, the rules and the filter: what must not be shown is not, what is pinned stands there, and a page is full
whenever enough may be shown. The truth is worked out product by product, in Python; the pages come from a real database.
"""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, event, given, settings

from gateway.domain.notation import match_of
from gateway.domain.page import PageContext, PageRequest
from gateway.domain.placement import Placement, StrategyName
from gateway.domain.playbook import Playbook
from gateway.domain.rule import Rule, RuleId, RuleKind
from gateway.domain.tenant import Caller, Market, Scope, Tenant, TenantId
from gateway.domain.visitor import SessionId, Visitor
from gateway.services.answering.recommend import Recommender
from gateway.services.answering.remember import Rememberer
from gateway.services.experimenting.assign import Assigner
from gateway.services.experimenting.mark import Marker
from gateway.services.shop import Shop
from gateway.store.exposures import ExposureStore
from gateway.store.stickiness import StickyStore
from gateway.strategies.repertoire import Repertoire
from tests.services.random_shop import DE, NAMES, PLACES, SE, TREE, Asking, Good, Proposing, Truth, askings, catalogs

CALLER = Caller(TenantId("acme"), frozenset({Scope.SERVER}))
NEW = datetime.now(UTC)
numbers = count()


@pytest.fixture
async def recommender(stores):
    with ThreadPoolExecutor(1) as threads:
        yield Recommender(
            stores.goods,
            stores.visitors,
            Rememberer(stores.views, 100_000, 1),
            threads,
            Assigner(StickyStore(stores.db), Marker(ExposureStore(stores.db))),
        )


async def opened(stores, catalog: tuple[Good, ...]) -> Tenant:
    """A shop of its own with these products on its shelves, the first the newest."""
    name = TenantId(f"t{next(numbers)}")
    markets = [Market(SE, "SEK"), Market(DE, "EUR")]
    await stores.tenants.create(name, "Test", markets)
    async with stores.db.transaction() as session:
        columns = ("tenant_id", "category_id", "name", "parent_id")
        await session.copy("category", columns, [(name, c.category_id, c.name, c.parent_id) for c in map(TREE.get, TREE.ids)])
        columns = ("tenant_id", "product_id", "title", "brand", "category_ids", "attributes", "group_id", "hidden", "valid_to")
        rows = [
            (name, g.name, g.name, g.brand, [g.category] if g.category else [], {"colour": list(g.colours)}, g.group, g.hidden,
             NEW - timedelta(days=1) if g.over else None)
            for g in catalog
        ]  # fmt: skip
        await session.copy("product", columns, rows)
        columns = ("tenant_id", "market_id", "product_id", "price_minor", "available", "first_seen")
        offers = [
            (name, m, g.name, *offer, NEW - timedelta(minutes=n)) for n, g in enumerate(catalog) for m, offer in g.offers.items()
        ]
        await session.copy("product_market", columns, offers)
    found = await stores.tenants.tenant(name)
    assert found is not None
    return found


async def asked(recommender: Recommender, tenant: Tenant, asking: Asking):
    """The page's lists: each recommendation in its place."""
    playbook = Playbook(1, {p.placement_id: p for p in asking.placements}, asking.rules)
    repertoire = Repertoire(strategies={StrategyName.TRENDING: Proposing(asking.proposed)})
    markets = {SE: Market(SE, "SEK"), DE: Market(DE, "EUR")}
    shop = Shop(tenant, 1, markets, TREE, playbook=playbook, repertoire=repertoire)
    request = PageRequest(
        PLACES, SE, Visitor(SessionId("s")), context=PageContext(asking.seeds), filter=asking.filter, exclude=asking.exclude
    )
    page = await recommender.page(shop, CALLER, request)
    return [fill.recommendations for fill in page.fills]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(catalogs, askings())
async def test_a_page_shows_only_what_it_may_and_all_that_it_can(stores, recommender, catalog, asking):
    lists = await asked(recommender, await opened(stores, catalog), asking)
    truth = Truth({good.name: good for good in catalog}, asking)
    for placement, shown in zip(asking.placements, lists, strict=True):
        goods = [truth.goods[r.product.product_id] for r in shown]
        assert all(truth.allows(good, placement) for good in goods)
        sorts = [good.one_of for good in goods]
        assert len(sorts) == len(set(sorts)) <= placement.count
        assert truth.taken.isdisjoint(sorts)
        for cap in truth.standing(placement.placement_id, RuleKind.CAP):
            assert max(Counter(good.brand for good in goods if good.brand).values(), default=0) <= cap.cap
        assert len(goods) >= truth.enough(placement)
        check_pins(truth, placement, shown)
        event(f"{len(goods)} shown")
        truth.taken |= set(sorts)


def check_pins(truth, placement, shown):
    """Of the pins in force those of the highest priority come first; each stands in its slot, or in the next that is free."""
    held: set[int] = set()
    caps = truth.standing(placement.placement_id, RuleKind.CAP)
    gone = set(truth.taken)
    for pin in sorted(truth.standing(placement.placement_id, RuleKind.PIN), key=lambda rule: (-rule.priority, rule.rule_id)):
        slot = next((s for s in range(pin.slot, placement.count) if s not in held), None)
        may = [g for g in truth.goods.values() if truth.allows(g, placement) and truth.matches(g, pin) and g.one_of not in gone]
        if slot is None or not any(good.offers[SE][1] for good in may):
            continue  # where a placement shows what is sold out, the pin may still find some of it
        places = [place for place, r in enumerate(shown) if r.rule_id == pin.rule_id]
        if caps and not places:
            continue
        assert len(places) == 1, (pin, shown)
        assert places[0] == min(slot, len(shown) - 1) or slot >= len(shown) - len(held)
        held.add(slot)
        gone.add(truth.goods[shown[places[0]].product.product_id].one_of)
        event("pinned")


def plain(*rules: Rule, brands: Mapping[str, str] = {}, proposed=tuple(NAMES)):
    """Fourteen products, the first the newest, and a page of two placements of one and two."""
    catalog = tuple(Good(name, {SE: (10, True)}, brands.get(name)) for name in NAMES)
    placements = tuple(Placement(place, (StrategyName.TRENDING,), n) for place, n in zip(PLACES, (1, 2), strict=True))
    return catalog, Asking(rules, placements, proposed, None, frozenset(), ())


def names(lists):
    return [[r.product.product_id for r in shown] for shown in lists]


async def test_a_boost_lifts_what_stands_far_down(stores, recommender):
    boost = Rule(RuleId("r"), RuleKind.BOOST, match_of({"brands": ["Nord"]}), weight=100.0)
    catalog, asking = plain(boost, brands={"n": "Nord"})
    lists = await asked(recommender, await opened(stores, catalog), asking)
    assert names(lists) == [["n"], ["a", "b"]]
    assert [r.rule_id for r in lists[0]] == ["r"]


async def test_a_pin_that_names_no_product_finds_one_that_nothing_else_proposes(stores, recommender):
    pin = Rule(RuleId("r"), RuleKind.PIN, match_of({"brands": ["Nord"]}), PLACES[1], slot=1)
    catalog, asking = plain(pin, brands={"n": "Nord"}, proposed=("a", "b", "c"))
    assert names(await asked(recommender, await opened(stores, catalog), asking)) == [["a"], ["b", "n"]]


async def test_a_cap_leaves_no_hole_where_an_earlier_placement_took_what_it_counts(stores, recommender):
    cap = Rule(RuleId("r"), RuleKind.CAP, match_of({"attribute": "brand"}), PLACES[1], cap=2)
    catalog, asking = plain(cap, brands=dict.fromkeys(NAMES, "Nord"), proposed=())
    assert names(await asked(recommender, await opened(stores, catalog), asking)) == [["a"], ["b", "c"]]
