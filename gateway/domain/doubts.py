"""What is doubtful in a rule that may be kept all the same: it can never do anything, or another says the opposite."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from gateway.domain.catalog import CategoryId, MarketId, ProductId
from gateway.domain.condition import leaves_of, literals_of
from gateway.domain.filling import COUNTED
from gateway.domain.page import Warning
from gateway.domain.placement import PageType, Placement, PlacementId
from gateway.domain.rule import Rule, RuleKind
from gateway.domain.stage import Stage

_WITHOUT_SEEDS = frozenset((PageType.HOME, PageType.BRAND, PageType.PERSONAL, PageType.ERROR, PageType.GENERIC))
_GATES = frozenset((RuleKind.INCLUDE, RuleKind.EXCLUDE))
_MOST_NAMED = 5  # of what is unknown, in one sentence
_ABOUT_ALL = {
    RuleKind.INCLUDE: "it includes every product, which is as it is without it",
    RuleKind.EXCLUDE: "it excludes every product: nothing is ever shown",
    RuleKind.BOOST: "it boosts every product alike, which changes nothing",
    RuleKind.BURY: "it buries every product alike, which changes nothing",
    RuleKind.PIN: "it pins whatever stands highest, which changes nothing",
}


@dataclass(frozen=True, slots=True)
class Sold:
    """A product as one market has it. `passed`: the numbers of the rules whose match it passes."""

    market_id: MarketId
    visible: bool
    available: bool
    passed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Found:
    """What the catalog has of that which rules speak of: brands, names of attributes, the numbers of the rules whose match finds
    anything, and the products that are named, with the markets that sell them.
    """

    brands: frozenset[str] = frozenset()
    attributes: frozenset[str] = frozenset()
    matching: frozenset[int] = frozenset()
    products: Mapping[ProductId, Sequence[Sold]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class World:
    """The shop, as far as rules speak of it."""

    now: datetime
    time_zone: str
    markets: frozenset[MarketId]
    categories: frozenset[CategoryId]
    placements: Mapping[PlacementId, Placement]
    found: Found
    meetings: dict[tuple[str, ...], bool] = field(default_factory=dict)  # what was found out of two conditions before


def doubts_of(rule: Rule, number: int, world: World) -> Iterator[Warning]:
    """Why a rule may never do anything, as the shop is now. `number`: under which `found` knows it."""
    yield from _unknown(rule, world)
    if rule.ends_at and rule.ends_at <= world.now:
        yield Warning("OVER", f"it ended at {rule.ends_at:%Y-%m-%d %H:%M} UTC")
    elif not _stage(rule, world).can_be(rule.when):
        yield Warning("NEVER_HOLDS", "its condition can hold on no page of this shop")
    yield from _of_products(rule, number, world)
    yield from _of_place(rule, world)


def _unknown(rule: Rule, world: World) -> Iterator[Warning]:
    """What is named, and is not there."""
    if rule.placement_id and rule.placement_id not in world.placements:
        yield Warning("UNKNOWN_PLACEMENT", f"there is no placement {rule.placement_id!r}")
    said = named_in(rule)
    known = {
        "MARKET": world.markets, "CATEGORY": world.categories, "BRAND": world.found.brands,
        "ATTRIBUTE": world.found.attributes, "PRODUCT": world.found.products.keys(),
    }  # fmt: skip
    for word, names in said.items():
        if missing := [name for name in names if name not in known[word]]:
            shown = ", ".join(repr(name) for name in missing[:_MOST_NAMED])
            more = f" and {len(missing) - _MOST_NAMED} more" if len(missing) > _MOST_NAMED else ""
            yield Warning(f"UNKNOWN_{word}", f"the shop has no {word.lower()} {shown}{more}")


def named_in(rule: Rule) -> dict[str, list[str]]:
    """Every market, category, brand, attribute and product that a rule names, each once."""
    match, wanted = rule.match, rule.match.filter
    said: dict[str, list[str]] = {word: [] for word in ("MARKET", "CATEGORY", "BRAND", "ATTRIBUTE", "PRODUCT")}
    said["PRODUCT"] += match.product_ids or ()
    if wanted:
        said["CATEGORY"] += (*(wanted.category_ids or ()), *(wanted.exclude_category_ids or ()))
        said["BRAND"] += (*(wanted.brands or ()), *(wanted.exclude_brands or ()))
        said["ATTRIBUTE"] += (*wanted.attributes, *wanted.without)
    if match.attribute and match.attribute not in COUNTED:
        said["ATTRIBUTE"].append(match.attribute.partition(".")[2])
    for path, compared in leaves_of(rule.when):
        if word := _NAMED_BY.get(path):
            said[word] += [each for each in literals_of(compared) if isinstance(each, str)]
    return {word: list(dict.fromkeys(names)) for word, names in said.items()}


_NAMED_BY = {
    "market": "MARKET", "brand": "BRAND", "categoryIds": "CATEGORY", "categoryHints": "CATEGORY", "productIds": "PRODUCT",
    "cart": "PRODUCT",
}  # fmt: skip


def _of_products(rule: Rule, number: int, world: World) -> Iterator[Warning]:
    """What speaks against the products that it is about."""
    if rule.match.is_everything and rule.kind in _ABOUT_ALL:
        yield Warning("MATCHES_EVERYTHING", _ABOUT_ALL[rule.kind])
    elif rule.match.is_everything and rule.kind is RuleKind.CAP and rule.match.attribute is None:
        yield Warning("MATCHES_EVERYTHING", "it caps all products together, which the placement's count does better")
    named = rule.match.product_ids or ()
    if rule.kind is RuleKind.PIN and named:
        yield from (Warning("CANNOT_BE_SHOWN", why) for each in named if (why := _unshowable(each, world)))
    elif rule.kind is not RuleKind.PRICE_BAND and not rule.match.is_everything and number not in world.found.matching:
        yield Warning("NO_PRODUCT", "nothing in the catalog that may be shown matches it now")


def _unshowable(product_id: ProductId, world: World) -> str | None:
    """Why a pinned product stands nowhere; null where it can, or is reported as unknown."""
    if product_id not in world.found.products:
        return None
    markets = world.found.products[product_id]
    if not markets:
        return f"{product_id!r} is sold in no market"
    if not any(sold.visible for sold in markets):
        return f"{product_id!r} is hidden, or outside the dates when it is shown"
    return None if any(sold.available for sold in markets) else f"{product_id!r} is sold out in every market"


def _of_place(rule: Rule, world: World) -> Iterator[Warning]:
    """What speaks against the place where it would work."""
    placement = world.placements.get(rule.placement_id) if rule.placement_id else None
    if placement and rule.slot is not None and rule.slot >= placement.count:
        yield Warning(
            "SLOT_PAST_END", f"slot {rule.slot}, counted from 0, is past the {placement.count} products of the placement"
        )
    if rule.kind is RuleKind.PRICE_BAND and not _stage(rule, world).without_pages(_WITHOUT_SEEDS).can_be(rule.when):
        yield Warning("NO_SEED", "the pages where it holds are about no product, so there is no price to go by")


def contradictions(rule: Rule, number: int, others: Sequence[tuple[int, Rule]], world: World) -> Iterator[Warning]:
    """Where the rule and another that may be in force beside it cannot both have their way."""
    for _, other in others:
        if (why := _opposed(rule, other)) and _meet(rule, other, world):
            yield Warning("CONTRADICTS", f"{why} (rule {other.rule_id})")
    if rule.kind is RuleKind.PIN:
        yield from _shut_out(rule, others, world)
    elif rule.kind in _GATES and not rule.match.bought:
        yield from _shutting_out(rule, number, others, world)


def _shut_out(pin: Rule, others: Sequence[tuple[int, Rule]], world: World) -> Iterator[Warning]:
    """The products of a pin that another rule lets stand nowhere."""
    for product_id, markets in _showable(pin, world):
        if culprit := next((o for n, o in others if _excludes(n, o, markets) and _meet(pin, o, world)), None):
            yield Warning("CONTRADICTS", f"{product_id!r} is pinned, but excluded (rule {culprit.rule_id})")
        elif culprit := _outside(pin, markets, others, world):
            yield Warning("CONTRADICTS", f"{product_id!r} is pinned, but not among what is included (rule {culprit.rule_id})")


def _shutting_out(gate: Rule, number: int, others: Sequence[tuple[int, Rule]], world: World) -> Iterator[Warning]:
    """The pinned products that an include or an exclude lets stand nowhere."""
    for pin in (other for _, other in others if other.kind is RuleKind.PIN and _meet(gate, other, world)):
        for product_id, markets in _showable(pin, world):
            if _excludes(number, gate, markets):
                yield Warning("CONTRADICTS", f"{product_id!r} is excluded, but pinned (rule {pin.rule_id})")
            elif gate.kind is RuleKind.INCLUDE and _outside(pin, markets, [(number, gate), *others], world):
                yield Warning("CONTRADICTS", f"{product_id!r} is not among what is included, but pinned (rule {pin.rule_id})")


def _showable(pin: Rule, world: World) -> Iterator[tuple[ProductId, Sequence[Sold]]]:
    """The products that a pin names and that could stand there, with their markets."""
    for product_id in pin.match.product_ids or ():
        markets = world.found.products.get(product_id, ())
        if markets and not _unshowable(product_id, world):
            yield product_id, markets


def _excludes(number: int, rule: Rule, markets: Sequence[Sold]) -> bool:
    return rule.kind is RuleKind.EXCLUDE and not rule.match.bought and all(number in sold.passed for sold in markets)


def _outside(pin: Rule, markets: Sequence[Sold], others: Sequence[tuple[int, Rule]], world: World) -> Rule | None:
    """An include that leaves a pinned product outside, where no other lets it in."""
    includes = [(n, other) for n, other in others if other.kind is RuleKind.INCLUDE]
    if any(n in sold.passed and _meet(pin, other, world) for n, other in includes for sold in markets):
        return None
    return next((other for _, other in includes if not other.match.bought and _meet(pin, other, world)), None)


def _meet(one: Rule, other: Rule, world: World) -> bool:
    """Whether both may be in force in the same place at the same time."""
    if None not in (one.placement_id, other.placement_id) and one.placement_id != other.placement_id:
        return False
    starts = [each.starts_at for each in (one, other) if each.starts_at]
    ends = [each.ends_at for each in (one, other) if each.ends_at]
    if ends and min(ends) <= max([*starts, world.now]):
        return False
    said = [each.when for each in (one, other) if each.when]
    if not said:
        return True
    placed = one if one.placement_id else other
    key = (placed.placement_id or "", one.time_zone or "", *sorted(map(repr, said)))
    if key not in world.meetings:
        world.meetings[key] = _stage(placed, world).can_be({"$and": said})
    return world.meetings[key]


def _opposed(one: Rule, other: Rule) -> str | None:
    """What two rules want that cannot both be; null where they get along."""
    kinds = {one.kind, other.kind}
    same = _same_match(one, other)
    if kinds == {RuleKind.PIN} and one.slot == other.slot:
        return f"both pin slot {one.slot}; the one of lower priority gives way to the next slot"
    if kinds == {RuleKind.INCLUDE, RuleKind.EXCLUDE} and same:
        return "what one includes the other excludes: nothing is left of it"
    if kinds == {RuleKind.BOOST, RuleKind.BURY} and same:
        return "what one boosts the other buries"
    if kinds == {RuleKind.PIN, RuleKind.EXCLUDE} and same and not one.match.product_ids:
        return "what one pins the other excludes"
    if kinds == {RuleKind.PRICE_BAND}:
        low = max(each.match.band[0] or 0 for each in (one, other))
        high = min(each.match.band[1] or float("inf") for each in (one, other))
        return "no price lies within both bands: nothing can be shown" if low > high else None
    return None


def _same_match(one: Rule, other: Rule) -> bool:
    mine, theirs = one.match, other.match
    same_products = set(mine.product_ids or ()) == set(theirs.product_ids or ())
    return mine.filter == theirs.filter and same_products and mine.bought == theirs.bought


def _stage(rule: Rule, world: World) -> Stage:
    """What a condition of the rule may meet."""
    placement = rule.placement_id
    pages = (placement.partition("_page.")[0],) if placement else tuple(PageType)
    today = world.now.astimezone(ZoneInfo(rule.time_zone or world.time_zone)).date().isoformat()
    return Stage(
        markets=tuple(sorted(world.markets)), page_types=pages, today=today, categories=world.categories,
        brands=world.found.brands, products=frozenset(world.found.products),
    )  # fmt: skip
