"""The rules in force on a page, as terms of its placements and checks that the database makes."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.domain.catalog import ProductId
from gateway.domain.placement import Placement, StrategyName
from gateway.domain.rule import Rule, RuleKind
from gateway.domain.terms import Ask, Cap, Check, Checks, Pin, Push, Terms
from gateway.domain.visitor import History
from gateway.services.asking.browse import with_descendants
from gateway.services.asking.situation import situation
from gateway.services.asking.understand import Plan
from gateway.services.shop import Shop

_BOOST, _BURY = 2.0, 0.0  # where a rule does not say how much


@dataclass(frozen=True, slots=True)
class Arrangement:
    """For each placement of a page its terms, the number of the ask that lets products in and tops the placement up, and those of
    the asks by which pins find products that they do not name.
    """

    terms: tuple[Terms, ...]
    asks: tuple[int, ...]
    pins: tuple[tuple[int, ...], ...]
    pinned: frozenset[ProductId]


def arrange(plan: Plan, history: History, checks: Checks, asks: list[Ask]) -> Arrangement:
    """The page's arrangement; what it needs of the database is added to `checks` and `asks`."""
    said = situation(plan)
    zone = plan.shop.tenant.time_zone
    page = None if plan.filter is None else checks.number(Check(filter=plan.filter))
    terms, numbers, pins = [], [], []
    about = [r for r in _rules(plan) if any(r.is_about(p.placement_id) for p in plan.placements)]
    standing = [r for r in about if r.stands(said, plan.moment, zone)]
    for placement in plan.placements:
        mine = [r for r in standing if r.is_about(placement.placement_id) and _applies(plan, placement, r)]
        made = _terms(plan, placement, mine, history, checks, page)
        terms.append(made)
        numbers.append(_number(_ask(plan, placement, made), asks))
        pins.append(tuple(_number(each, asks) for each in _pin_asks(plan, placement, made)))
    pinned = frozenset(product_id for each in terms for pin in each.pins for product_id in pin.product_ids)
    return Arrangement(tuple(terms), tuple(numbers), tuple(pins), pinned)


def wants_history(plan: Plan) -> bool:
    """Whether a rule may ask what the visitor has bought."""
    return any(rule.match.bought for rule in _rules(plan))


def _rules(plan: Plan) -> Sequence[Rule]:
    """The rules that may apply: those in force, and the drafts that a variant names."""
    named = frozenset[str]().union(*(each.rules or () for each in plan.treatments.values()))
    tried = [rule for rule in plan.playbook.draft_rules.values() if rule.rule_id in named and rule not in plan.playbook.rules]
    if not tried:
        return plan.playbook.rules
    return sorted((*plan.playbook.rules, *tried), key=lambda rule: (-rule.priority, rule.rule_id))


def _applies(plan: Plan, placement: Placement, rule: Rule) -> bool:
    """Whether a rule is left to a placement. Where a variant names rules, those and no others; a draft for what is in force."""
    only = plan.treatment(placement).rules
    draft = plan.playbook.draft_rules.get(rule.rule_id)
    if only is None:
        return rule is not draft or plan.request.drafts
    return rule.rule_id in only and draft in (None, rule)


def _terms(plan: Plan, placement: Placement, rules: Sequence[Rule], history: History, checks: Checks, page: int | None) -> Terms:
    seed = next(iter(plan.request.context.seeds), None)
    marks = {rule.rule_id: checks.number(check) for rule in rules if (check := _check(plan.shop, rule, seed, history))}

    def of(*kinds: RuleKind) -> Iterator[tuple[Rule, int]]:
        return ((rule, marks[rule.rule_id]) for rule in rules if rule.kind in kinds and rule.rule_id in marks)

    must = [mark for _, mark in of(RuleKind.PRICE_BAND)]
    must += [checks.number(Check(filter=with_descendants(plan.shop, each))) for each in plan.treatment(placement).filters]
    hard = (RuleKind.INCLUDE, RuleKind.EXCLUDE, RuleKind.PRICE_BAND)
    return Terms(
        all_of=frozenset(must if page is None else [page, *must]),
        any_of=frozenset(mark for _, mark in of(RuleKind.INCLUDE)),
        none_of=frozenset(mark for _, mark in of(RuleKind.EXCLUDE)),
        pushes=tuple(Push(mark, _weight(rule), rule.rule_id) for rule, mark in of(RuleKind.BOOST, RuleKind.BURY)),
        pins=tuple(Pin(rule.slot or 0, mark, rule.rule_id, rule.match.product_ids or ()) for rule, mark in of(RuleKind.PIN)),
        caps=tuple(Cap(mark, rule.cap or 1, rule.rule_id, rule.match.attribute) for rule, mark in of(RuleKind.CAP)),
        require_available=placement.require_available,
        rotation=placement.rotation,
        who={mark: rule.rule_id for rule, mark in of(*hard)},
    )


def _check(shop: Shop, rule: Rule, seed: ProductId | None, history: History) -> Check | None:
    """What a product must pass for the rule to be about it; null where the rule has nothing to say here."""
    match = rule.match
    if rule.kind is RuleKind.PRICE_BAND:
        return Check(seed=seed, from_share=match.band[0], to_share=match.band[1]) if seed else None
    within = with_descendants(shop, match.filter)
    if not match.bought:
        return Check(within, match.product_ids)
    bought = {event.product_id for event in history if event.type == "purchase"}
    named = bought if match.product_ids is None else bought & set(match.product_ids)
    return Check(within, tuple(sorted(named)))


def _weight(rule: Rule) -> float:
    if rule.weight is not None:
        return rule.weight
    return _BOOST if rule.kind is RuleKind.BOOST else _BURY


def _ask(plan: Plan, placement: Placement, terms: Terms) -> Ask:
    """By which the database lets products in, and completes a placement that may be completed.

    What it is completed with may stand in the placements before it: under a cap there is as much more of each value, and
    enough of all values together.
    """
    topped = placement.fallback or StrategyName.NEW_ARRIVALS in placement.strategies
    before = plan.wanted - placement.count
    caps = tuple(replace(cap, most=cap.most + before) for cap in terms.caps)
    most = min((cap.most for cap in terms.caps), default=plan.wanted)
    wanted = plan.wanted if not before else max(plan.wanted, math.ceil(plan.wanted / most) * (most + before))
    return Ask(replace(_bare(terms), caps=caps), plan.taken, wanted if topped else 0)


def _pin_asks(plan: Plan, placement: Placement, terms: Terms) -> Iterator[Ask]:
    """For each pin that names no product what may stand there, where the placement may be completed."""
    for pin in terms.pins:
        if placement.fallback and not pin.product_ids:
            yield Ask(replace(_bare(terms), all_of=terms.all_of | {pin.mark}), plan.taken, plan.wanted)


def _bare(terms: Terms) -> Terms:
    """What lets a product in, and nothing else."""
    return Terms(terms.all_of, terms.any_of, terms.none_of, require_available=terms.require_available)


def _number(ask: Ask, asks: list[Ask]) -> int:
    """The number of an ask that asks the same."""
    if ask not in asks:
        asks.append(ask)
    return asks.index(ask)
