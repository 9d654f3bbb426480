"""Whatever the catalog, the rules and the filter: what must not be shown is not, what is pinned stands there, and a page is full
whenever enough may be shown. The truth is worked out product by product, in Python; the pages come from a real database.
"""

from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from gateway.domain.catalog import Category, CategoryTree, MarketId, ProductId
from gateway.domain.notation import match_of
from gateway.domain.page import PageContext, PageRequest, ProductFilter
from gateway.domain.placement import Placement, PlacementId, StrategyName
from gateway.domain.playbook import Playbook
from gateway.domain.ranking import Candidate
from gateway.domain.rule import Rule, RuleId, RuleKind
from gateway.domain.tenant import Caller, Market, Scope, Tenant, TenantId
from gateway.domain.visitor import SessionId, Visitor
from gateway.services.recommend import Recommender
from gateway.services.remember import Rememberer
from gateway.services.shop import Shop
from gateway.strategies.repertoire import Repertoire

SE, DE = MarketId("se"), MarketId("de")
TREE = CategoryTree([Category("shoes", "Shoes"), Category("boots", "Boots", "shoes"), Category("care", "Care")])
NAMES = [ProductId(c) for c in "abcdefghijklmn"]
BRAND_OF_GROUP = {"g1": "Nord", "g2": "Fleet"}
PLACES = (PlacementId("generic_page.first"), PlacementId("generic_page.second"))
CALLER = Caller(TenantId("acme"), frozenset({Scope.SERVER}))
NEW = datetime.now(UTC)
numbers = count()


@dataclass(frozen=True)
class Good:
    """A product as the test knows it. `offers`: the price, and whether it is available, by market."""

    name: ProductId
    offers: Mapping[MarketId, tuple[int, bool]]
    brand: str | None = None
    category: str | None = None
    colours: tuple[str, ...] = ()
    group: str | None = None
    hidden: bool = False
    over: bool = False

    @property
    def one_of(self) -> str:
        """What stands on a page once: the group, or the product itself."""
        return self.group or f"alone:{self.name}"


@dataclass(frozen=True)
class Asking:
    """A page's question, and what was decided."""

    rules: tuple[Rule, ...]
    placements: tuple[Placement, ...]
    proposed: tuple[ProductId, ...]
    filter: ProductFilter | None
    exclude: frozenset[ProductId]
    seeds: tuple[ProductId, ...]


@dataclass(frozen=True)
class Proposing:
    """A strategy that proposes what it was told, for better or worse."""

    names: tuple[ProductId, ...]

    def find(self, moment, count):
        return [Candidate(name, 1 - place / 100) for place, name in enumerate(self.names[:count])]


def goods(name: ProductId):
    offer = st.tuples(st.integers(1, 20), st.sampled_from([True, True, True, False]))
    everywhere = st.fixed_dictionaries({SE: offer}, optional={DE: offer})
    offers = st.sampled_from(range(8)).flatmap(lambda n: everywhere if n else st.fixed_dictionaries({DE: offer}))
    mostly = st.sampled_from([False] * 9 + [True])
    made = st.builds(
        Good, st.just(name), offers, st.sampled_from(["Nord", "Fleet", None]), st.sampled_from(["shoes", "boots", "care", None]),
        st.lists(st.sampled_from(["red", "blue"]), max_size=2, unique=True).map(tuple),
        st.sampled_from([*[None] * 6, "g1", "g2"]), mostly, mostly,
    )  # fmt: skip
    return made.map(lambda good: Good(**{**good.__dict__, "brand": BRAND_OF_GROUP[good.group]}) if good.group else good)


catalogs = st.sampled_from([3, 8, 11, *[len(NAMES)] * 5]).flatmap(lambda n: st.tuples(*(goods(name) for name in NAMES[:n])))
few_names = st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True)
few_brands = st.lists(st.sampled_from(["Nord", "Fleet"]), min_size=1, max_size=2, unique=True)
few_shelves = st.lists(st.sampled_from(["shoes", "boots", "care"]), min_size=1, max_size=2, unique=True)
colours = st.fixed_dictionaries({"colour": st.lists(st.sampled_from(["red", "blue"]), min_size=1, max_size=1)})
filtering = {
    "brands": few_brands, "excludeBrands": few_brands, "categoryIds": few_shelves, "excludeCategoryIds": few_shelves,
    "minPrice": st.integers(1, 10), "maxPrice": st.integers(8, 20), "attributes": colours, "not": colours,
}  # fmt: skip
filters = st.sampled_from(sorted(filtering)).flatmap(lambda name: st.fixed_dictionaries({name: filtering[name]}))
matching = st.one_of(filters, filters, few_names.map(lambda names: {"productIds": names}))


@st.composite
def rules(draw, number):
    kind = draw(st.sampled_from([*RuleKind, RuleKind.PIN, RuleKind.PIN, RuleKind.CAP]))
    match = draw(matching)
    if kind is RuleKind.PRICE_BAND:
        match = draw(st.sampled_from([{"from": 0.5}, {"to": 2}, {"from": 0.5, "to": 2}]))
    if kind is RuleKind.CAP:
        match = {"attribute": "brand"}
    where = draw(st.sampled_from([None, *PLACES]))
    when = draw(st.sampled_from([{}, {}, {"market": "se"}, {"market": "de"}]))
    weight = {RuleKind.BOOST: 3.0, RuleKind.BURY: draw(st.sampled_from([0, 0.5]))}.get(kind)
    slot = draw(st.integers(0, 5)) if kind is RuleKind.PIN else None
    cap = draw(st.integers(1, 3)) if kind is RuleKind.CAP else None
    return Rule(RuleId(f"r{number}"), kind, match_of(match), where, -number, when, slot, weight, cap)


@st.composite
def askings(draw):
    placements = [
        Placement(
            place,
            tuple(draw(st.sampled_from([[StrategyName.TRENDING], [StrategyName.TRENDING, StrategyName.NEW_ARRIVALS]]))),
            draw(st.integers(1, 6)),
            require_available=draw(st.sampled_from([True, True, False])),
        )
        for place in PLACES
    ]
    return Asking(
        rules=tuple(draw(rules(number)) for number in range(draw(st.sampled_from([0, 1, 1, 2, 2, 3, 4])))),
        placements=tuple(placements),
        proposed=tuple(draw(st.permutations(NAMES))[: draw(st.integers(0, len(NAMES)))]),
        filter=draw(
            st.sampled_from([st.none()] * 3 + [filters.map(lambda said: match_of(said).filter)]).flatmap(lambda each: each)
        ),
        exclude=frozenset(draw(st.lists(st.sampled_from(NAMES), max_size=2))),
        seeds=tuple(draw(st.lists(st.sampled_from(NAMES), max_size=1))),
    )


@dataclass
class Truth:
    """What may stand where, product by product."""

    goods: dict[ProductId, Good]
    asking: Asking
    taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        away = (*self.asking.seeds, *self.asking.exclude)
        self.taken |= {self.goods[name].one_of for name in away if name in self.goods}

    def standing(self, place: PlacementId, kind: RuleKind) -> list[Rule]:
        rules = (r for r in self.asking.rules if r.kind is kind and r.placement_id in (None, place))
        return [r for r in rules if r.when.get("market", SE) == SE]

    def matches(self, good: Good, rule: Rule) -> bool:
        named = rule.match.product_ids
        return passes(good, rule.match.filter) and (named is None or good.name in named)

    def allows(self, good: Good, placement: Placement) -> bool:
        """Whether a product may stand here at all, whatever stands on the page already."""
        place, asking = placement.placement_id, self.asking
        if SE not in good.offers or good.hidden or good.over or good.name in (*asking.exclude, *asking.seeds):
            return False
        includes = self.standing(place, RuleKind.INCLUDE)
        return (
            (good.offers[SE][1] or not placement.require_available)
            and passes(good, asking.filter)
            and (not includes or any(self.matches(good, rule) for rule in includes))
            and not any(self.matches(good, rule) for rule in self.standing(place, RuleKind.EXCLUDE))
            and all(self._in_band(good, rule) for rule in self.standing(place, RuleKind.PRICE_BAND))
        )

    def enough(self, placement: Placement) -> int:
        """How many products the placement can show."""
        sure = Placement(placement.placement_id, placement.strategies, placement.count)
        free = {g.one_of: g for g in self.goods.values() if self.allows(g, sure) and g.one_of not in self.taken}
        caps = [rule.cap for rule in self.standing(placement.placement_id, RuleKind.CAP)]
        if not caps:
            return min(placement.count, len(free))
        brands = Counter(g.brand for g in free.values())
        return min(placement.count, sum(n if brand is None else min(n, *caps) for brand, n in brands.items()))

    def _in_band(self, good: Good, rule: Rule) -> bool:
        seed = self.goods.get(self.asking.seeds[0]) if self.asking.seeds else None
        if seed is None or SE not in seed.offers:
            return True
        price, (low, high) = seed.offers[SE][0], rule.match.band
        return (low is None or good.offers[SE][0] >= price * low) and (high is None or good.offers[SE][0] <= price * high)


def passes(good: Good, wanted: ProductFilter | None) -> bool:
    """What a filter says, in plain words."""
    if wanted is None:
        return True
    shelves = {good.category, "shoes" if good.category == "boots" else None} - {None}
    price = good.offers[SE][0] if SE in good.offers else 0
    return (
        (wanted.category_ids is None or bool(shelves & set(wanted.category_ids)))
        and not shelves & set(wanted.exclude_category_ids or ())
        and (wanted.brands is None or good.brand in wanted.brands)
        and good.brand not in (wanted.exclude_brands or ())
        and (wanted.min_price is None or price >= wanted.min_price)
        and (wanted.max_price is None or price <= wanted.max_price)
        and all(set(values) & set(good.colours) for values in wanted.attributes.values())
        and not any(set(values) & set(good.colours) for values in wanted.without.values())
    )


@pytest.fixture
async def recommender(stores):
    with ThreadPoolExecutor(1) as threads:
        yield Recommender(stores.goods, stores.visitors, Rememberer(stores.views, 100_000, 1), threads)


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
