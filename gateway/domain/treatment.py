"""Treatments: what the variants that a unit has make of a placement.

A variant's parameters: `strategies`, `count`, `message`, `filter` and `rules` take the place of what the placement says, or
narrow it; every other name goes to the strategies, and to the shop's own pages, as it stands.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from gateway.domain.condition import leaves_of
from gateway.domain.experiment import Assigned, Experiment
from gateway.domain.page import ProductFilter
from gateway.domain.placement import MAX_COUNT, Placement, PlacementId, StrategyName, misplaced, page_type_of
from gateway.domain.rule import RuleId
from gateway.domain.sieve import faults_of_filter, filter_of

OWN = ("strategies", "count", "message", "filter", "rules")
"""The parameters that mean something to a placement itself."""

_MEANT = {
    "strategy": "strategies", "messages": "message", "limit": "count", "filters": "filter", "rule": "rules", "heading": "message"
}  # fmt: skip
_MOST_MESSAGE = 200
_MOST_RULES = 100


@dataclass(frozen=True, slots=True)
class Treatment:
    """What narrows a placement. `filters`: a product must pass all. `rules`: the only ones that apply; null is all there are."""

    assigned: tuple[Assigned, ...] = ()
    filters: tuple[ProductFilter, ...] = ()
    rules: frozenset[RuleId] | None = None


def treated(placement: Placement, assigned: Iterable[Assigned], limit: int | None) -> tuple[Placement, Treatment]:
    """The placement as these variants have it, later experiments by their key after the earlier ones, and what is tried out after
    what has won: a winner is how the placement is until it is archived. `limit`: the request's.
    """
    told_of = tuple(sorted(assigned, key=lambda each: each.experiment.key))
    in_turn = sorted(told_of, key=lambda each: not each.is_prize)
    filters: list[ProductFilter] = []
    rules: frozenset[RuleId] | None = None
    for each in in_turn:
        told = each.variant.parameters
        placement = _changed(placement, told, limit)
        if told.get("filter"):
            filters.append(filter_of(told["filter"]))
        if told.get("rules") is not None:
            rules = frozenset(RuleId(rule_id) for rule_id in told["rules"])
    return placement, Treatment(told_of, tuple(filters), rules)


def reads(experiment: Experiment, name: str) -> bool:
    """Whether an experiment's condition, or a parameter of a variant, reads this name of a request's context."""
    return any(path == f"context.{name}" for path, _ in leaves_of(experiment.condition)) or any(
        value == f"${name}" for variant in experiment.variants for value in variant.parameters.values()
    )


def faults_of_parameters(told: Any, placements: Iterable[PlacementId] = (), at: str = "parameters") -> Iterator[tuple[str, str]]:
    """What is wrong with a variant's parameters on these placements: where, and what would be right."""
    if not isinstance(told, Mapping):
        yield at, 'must be an object, as in {"strategies": ["ALSO_VIEWED"], "count": 6}'
        return
    for name, value in told.items():
        if value is None and name in OWN:
            yield f"{at}.{name}", "must say something; what is as the placement has it is left out"
        elif name in _MEANT:
            yield f"{at}.{name}", f"changes nothing of a placement; {_MEANT[name]} does"
    if told.get("strategies") is not None:
        yield from _faults_of_strategies(told["strategies"], placements, f"{at}.strategies")
    if told.get("filter") is not None:
        yield from faults_of_filter(told["filter"], f"{at}.filter")
    for name, (is_sound, says) in _PLAIN.items():
        if told.get(name) is not None and not is_sound(told[name]):
            yield f"{at}.{name}", says


def _changed(placement: Placement, told: Mapping[str, Any], limit: int | None) -> Placement:
    strategies = tuple(StrategyName[each] for each in told.get("strategies") or () if each in StrategyName.__members__)
    count = told.get("count") or placement.count
    own = {name: value for name, value in told.items() if name not in OWN}
    return replace(
        placement,
        strategies=strategies or placement.strategies,
        count=count if limit is None else min(count, limit),
        messages=placement.messages if told.get("message") is None else _messages(told["message"]),
        parameters={**placement.parameters, **own} if own else placement.parameters,
    )


def _messages(told: Any) -> Mapping[str, str]:
    return {"": told} if isinstance(told, str) else told


def _faults_of_strategies(told: Any, placements: Iterable[PlacementId], at: str) -> Iterator[tuple[str, str]]:
    if not isinstance(told, list | tuple) or not told:
        yield at, "must be a list of one strategy at least"
        return
    for place, name in enumerate(told):
        if not isinstance(name, str) or name not in StrategyName.__members__:
            yield f"{at}.{place}", f"must be one of {', '.join(StrategyName.__members__)}"
        elif name in told[:place]:
            yield f"{at}.{place}", f"{name} stands there already"
        else:
            types = {page_type_of(each) for each in placements}
            yield from ((f"{at}.{place}", fault) for each in sorted(types) if (fault := misplaced(StrategyName[name], each)))


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_COUNT


def _is_message(value: Any) -> bool:
    texts = list(value.values()) if isinstance(value, Mapping) else [value]
    return bool(texts) and all(isinstance(text, str) and len(text) <= _MOST_MESSAGE for text in texts)


def _are_rules(value: Any) -> bool:
    return isinstance(value, list | tuple) and len(value) <= _MOST_RULES and all(isinstance(each, str) and each for each in value)


_PLAIN = {
    "count": (_is_count, f"must be a whole number from 1 to {MAX_COUNT}"),
    "message": (_is_message, f"must be a text of {_MOST_MESSAGE} characters at most, or one for each locale"),
    "rules": (_are_rules, f"must be a list of ids of rules, {_MOST_RULES} at most; none at all is an empty list"),
}
"""What the plain ones must be."""
