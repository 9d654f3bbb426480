"""Any shop at all: random catalogs, rules and questions, and, product by product, the truth about what may be shown."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from hypothesis import strategies as st

from gateway.domain.catalog import Category, CategoryTree, MarketId, ProductId
from gateway.domain.notation import match_of
from gateway.domain.page import ProductFilter
from gateway.domain.placement import Placement, PlacementId, StrategyName
from gateway.domain.ranking import Candidate
from gateway.domain.rule import Rule, RuleId, RuleKind

SE, DE = MarketId("se"), MarketId("de")
TREE = CategoryTree([Category("shoes", "Shoes"), Category("boots", "Boots", "shoes"), Category("care", "Care")])
NAMES = [ProductId(c) for c in "abcdefghijklmn"]
BRAND_OF_GROUP = {"g1": "Nord", "g2": "Fleet"}
PLACES = (PlacementId("generic_page.first"), PlacementId("generic_page.second"))


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
